package letter_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/report"
)

// reported is the report of a year with claims in every phase, each of another amount, of which some were paid, and a month in which more was taken back than came in.
func reported(lang letter.Language) letter.ClientReport {
	from := day("2026-01-01")
	var b report.Books
	for i, phase := range report.Phases() {
		for n := range 1 + (i*5)%7 {
			on := from.AddDays(11*i + 29*n)
			c := report.Claim{ID: fmt.Sprint(phase, n), Reference: fmt.Sprint(phase, n), Debtor: "Proefbedrijf", HandedOverOn: on, DueOn: on.AddDays(-20 * i), Principal: eur("250.00") * money.Amount(i+1), Phase: phase}
			if phase == report.EndedPaid {
				b.Moves = append(b.Moves, report.Move{Claim: c.ID, On: on.AddDays(20 + 3*n), Means: report.ToAgency, Principal: c.Principal, Interest: eur("4.10"), Costs: eur("40.00"), Client: c.Principal, Agency: eur("44.10"), Surplus: eur("1.00")})
			}
			b.Claims = append(b.Claims, c)
		}
	}
	last := b.Claims[len(b.Claims)-1].ID
	b.Moves = append(b.Moves,
		report.Move{Claim: last, On: day("2026-08-03"), Means: report.ToClient, Principal: eur("512.34")}, report.Move{Claim: last, On: day("2026-09-03"), Means: report.Credited, Principal: eur("10.00")},
		report.Move{Claim: last, On: day("2026-10-03"), Means: report.ToAgency, Principal: eur("-1512.34"), Client: eur("-1512.34")})
	b.Trust = []report.TrustMove{{Kind: ledger.Settled, On: day("2026-03-01"), Amount: eur("10000.00")}, {Kind: ledger.PayoutSubmitted, On: day("2026-04-01"), Amount: eur("-9000.00")}, {Kind: ledger.Clawback, On: day("2026-10-03"), Amount: eur("12.34")}}
	b.Bills = []report.Bill{{On: day("2026-05-01"), Net: eur("100.00"), VAT: eur("21.00"), Total: eur("121.00")}}
	p := report.Period{From: from, To: day("2026-11-03")}
	return letter.ClientReport{Language: lang, Agency: agency, Client: client, Report: report.Of(b, p, p.To)}
}

// The paper has every figure of the report, and names no debtor.
func TestTheReportToAClient(t *testing.T) {
	t.Parallel()
	for _, lang := range letter.Languages {
		r := reported(lang)
		d, err := letter.ComposeReport(r)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("report.%s", lang), d)
		if again, err := letter.ComposeReport(r); err != nil || !bytes.Equal(again.PDF, d.PDF) {
			t.Errorf("the same report is other bytes: %v", err)
		}
		onPaper(t, d.PDF, func(page *paper) {
			text := squeezed(page.text())
			for _, s := range r.Report.Sections(string(lang)) {
				for _, words := range append([]string{s.Title, s.Note}, s.Head...) {
					if !strings.Contains(text, squeezed(words)) {
						t.Errorf("%s: no %q", lang, words)
					}
				}
			}
			if strings.Contains(text, "Proefbedrijf") || strings.Contains(text, "ended-paid") {
				t.Errorf("%s: %s", lang, text)
			}
		})
	}
}

// A client without claims has a paper too, and so has one of three years, of which not every month has its name below the bars.
func TestAReportOfNothingAndOfThreeYears(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"2026-11-03", "2023-11-04"} {
		p := report.Period{From: day(from), To: day("2026-11-03")}
		r := letter.ClientReport{Language: letter.Dutch, Agency: agency, Client: client, Report: report.Of(report.Books{}, p, p.To)}
		d, err := letter.ComposeReport(r)
		if err != nil {
			t.Fatal(err)
		}
		if months := strings.Count(d.Text, "2026-11\n"); from == "2023-11-04" && months != 1 || from != "2023-11-04" && months != 2 { // in the table, and below the bars
			t.Errorf("from %s: %d times in %s", from, months, d.Text)
		}
	}
	if _, err := letter.ComposeReport(letter.ClientReport{Language: "de"}); err == nil || !strings.Contains(err.Error(), `"de" is not a language`) {
		t.Error(err)
	}
}
