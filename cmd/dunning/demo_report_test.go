package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A claim of 1000.00 that is monitored from 2027-01-04, with what came in: "2026-03-01 to-agency 1100.00 costs 90.00 interest 10.00".
// The journals are what the books have of it.
func endingOf(t *testing.T, name string, payments ...string) (e ending, journals []postgres.Posted) {
	t.Helper()
	e = ending{played: played{storyClaim: storyClaim{Claim: name}}}
	var account claim.Account
	for i, text := range payments {
		var on, kind, amount string
		costs, interest := "0", "0"
		if _, err := fmt.Sscanf(text, "%s %s %s costs %s interest %s", &on, &kind, &amount, &costs, &interest); err != nil && on == "" {
			t.Fatal(err)
		}
		kinds := map[string]claim.SettlementKind{"to-agency": claim.PaidToAgency, "to-client": claim.PaidToClient, "let-go": claim.WriteOff}
		a := claim.Allocation{
			Settlement: claim.Settlement{Key: fmt.Sprint(i), Kind: kinds[kind], On: calendar.MustParseDate(on), Amount: money.MustParse(amount)},
			Costs:      money.MustParse(costs), Interest: money.MustParse(interest),
		}
		a.Principal = a.Settlement.Amount - a.Costs - a.Interest
		account.Allocations = append(account.Allocations, a)
		e.file.Facts.Settlements = append(e.file.Facts.Settlements, a.Settlement)
	}
	e.file.Facts.MonitoredFrom = calendar.MustParseDate("2027-01-04")
	e.file.Facts.Invoices = []claim.Invoice{{Amount: money.MustParse("1000.00")}}
	e.ref = postgres.Ref{ClientID: "client", ClaimID: name}
	e.shares = settlement.ClientFirst.Shares(account, money.MustParse("1000.00"), e.file.Facts.Halved)
	return e, booksOf(t, e, account)
}

// booksOf books the allocations of an account one after the other.
func booksOf(t *testing.T, e ending, account claim.Account) (all []postgres.Posted) {
	t.Helper()
	tables, err := readLaw("")
	if err != nil {
		t.Fatal(err)
	}
	var booked ledger.Position
	for n := range account.Allocations {
		until := account
		until.Allocations = account.Allocations[:n+1]
		position, err := ledger.PositionOf(e.file.Facts, until, settlement.Terms{Policy: settlement.ClientFirst}, tables)
		if err != nil {
			t.Fatal(err)
		}
		about := ledger.About{Key: fmt.Sprintf("%s/%d", e.Claim, n), On: account.Allocations[n].Settlement.On, Client: e.ref.ClientID, Claim: e.ref.ClaimID}
		for _, j := range position.From(booked, about) {
			all = append(all, postgres.Posted{Draft: j.Draft()})
		}
		booked = position
	}
	return all
}

func TestMoneyTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		claims [][]string
		booked string
		want   []string // rows: amount, principal, interest, costs, surplus, client, agency; and what is said below
	}{
		{"paid in full", [][]string{{"2026-03-01 to-agency 1100.00 costs 90.00 interest 10.00"}}, "1100.00", []string{
			"on the trust account, amicable 1100.00 1000.00 10.00 90.00 0.00 1000.00 100.00",
		}},
		{"halved during monitoring, the odd cent to the client", [][]string{{"2030-03-01 to-agency 100.01"}}, "100.01", []string{
			"on the trust account, monitoring (50/50) 100.01 100.01 0.00 0.00 0.00 50.01 50.00",
		}},
		{"paid to the client during monitoring: not on the trust account, and halved", [][]string{{"2030-03-01 to-client 100.01", "2030-04-01 to-agency 50.00"}}, "50.00", []string{
			"on the trust account, monitoring (50/50) 50.00 50.00 0.00 0.00 0.00 25.00 25.00",
			"debtors paid 100.01 to clients themselves, which is in no account of ours",
		}},
		{"each in its row", [][]string{{"2026-03-01 to-client 300.00"}, {"2026-03-01 to-agency 200.00", "2030-03-01 to-agency 100.00"}}, "300.00", []string{
			"on the trust account, amicable 200.00 200.00 0.00 0.00 0.00 200.00 0.00",
			"on the trust account, monitoring (50/50) 100.00 100.00 0.00 0.00 0.00 50.00 50.00",
			"debtors paid 300.00 to clients themselves, which is in no account of ours",
		}},
		{"one cent too little, the rest let go: why client and principal differ", [][]string{{"2026-03-01 to-agency 999.99 costs 0 interest 0.39", "2026-03-09 let-go 0.40"}}, "999.99", []string{
			"on the trust account, amicable 999.99 999.60 0.39 0.00 0.00 999.99 0.00",
			"differs from PRINCIPAL by 0.39 (C-1)",
		}},
		{"a receipt that no claim accounts for", [][]string{{"2026-03-01 to-agency 100.00"}}, "100.01", []string{
			"on the trust account, amicable 100.00 100.00 0.00 0.00 0.00 100.00 0.00",
			"refused: the trust account received 100.01, the claims account for 100.00",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var endings []ending
			var journals []postgres.Posted
			for i, payments := range c.claims {
				e, booked := endingOf(t, fmt.Sprintf("C-%d", i+1), payments...)
				endings, journals = append(endings, e), append(journals, booked...)
			}
			var out bytes.Buffer
			err := (&report{out: &out}).money(endings, journals, money.MustParse(c.booked))
			var got []string
			for line := range strings.Lines(out.String()) {
				switch _, differs, found := strings.Cut(line, "CLIENT "); {
				case strings.HasPrefix(line, "│ on ") || strings.HasPrefix(line, "debtors "):
					got = append(got, strings.Join(strings.Fields(strings.ReplaceAll(line, "│", " ")), " "))
				case found && strings.HasPrefix(line, "amicable"):
					differs, _, _ = strings.Cut(differs, ":")
					got = append(got, differs)
				}
			}
			if err != nil {
				got = append(got, "refused: "+err.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A timeline of twenty years fits on a screen, and says what it leaves out and who gets what of a payment.
func TestLongTimeline(t *testing.T) {
	t.Parallel()
	e, _ := endingOf(t, "C-1", "2030-03-05 to-agency 100.01")
	at := func(day string) time.Time { return calendar.MustParseDate(day).At(12, 0) }
	event := func(key, kind, day string, detail map[string]any) {
		e.events = append(e.events, postgres.Event{Key: key, Kind: kind, On: calendar.MustParseDate(day), At: at(day), Detail: detail})
	}
	letter := func(year int) {
		event(fmt.Sprint("sent:", year), "letter-accepted", fmt.Sprintf("%d-01-04", year), map[string]any{"step": trajectory.MonitoringLetter, "channel": "post"})
	}
	for year := 2028; year <= 2047; year++ {
		letter(year)
		if year == 2030 {
			event("receipt:0", "paid-to-agency", "2030-03-05", map[string]any{"amount": "100.01"})
		}
	}
	var got []string
	for line := range strings.Lines(e.timeline()) {
		if fields := strings.Fields(strings.ReplaceAll(line, "│", " ")); strings.HasPrefix(line, "│") {
			got = append(got, strings.Join(fields, " "))
		}
	}
	want := []string{
		"WHEN WHAT DETAIL",
		"2028-01-04 12:00 letter-accepted monitoring-letter by post",
		"2029-01-04 12:00 letter-accepted monitoring-letter by post",
		"2030-01-04 12:00 letter-accepted monitoring-letter by post",
		"2030-03-05 12:00 paid-to-agency amount 100.01, halved: client 50.01, agency 50.00",
		"2031-01-04 12:00 letter-accepted monitoring-letter by post",
		"… 15 letters, one a year, are left out here",
		"2047-01-04 12:00 letter-accepted monitoring-letter by post",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("2027-01-04")
	paid := claim.Settlement{Kind: claim.PaidToAgency, Amount: 1}
	for _, c := range []struct {
		want  string
		facts claim.Facts
	}{
		{"paid", claim.Facts{Status: claim.StatusPaid, Settlements: []claim.Settlement{paid, {Kind: claim.CreditNote}}}},
		{"paid in parts", claim.Facts{Status: claim.StatusPaid, Settlements: []claim.Settlement{paid, {Kind: claim.PaidToClient}}}},
		{"paid during debt monitoring", claim.Facts{Status: claim.StatusPaid, MonitoredFrom: day, Settlements: []claim.Settlement{paid}}},
		{"closed after debt monitoring", claim.Facts{Status: claim.StatusClosed, MonitoredFrom: day}},
		{"closed by an operator", claim.Facts{Status: claim.StatusClosed, Closing: &claim.Closing{}}},
		{"closed by decision", claim.Facts{Status: claim.StatusClosed}},
		{"upheld", claim.Facts{Status: claim.StatusUpheld}},
		{"withdrawn", claim.Facts{Status: claim.StatusWithdrawn, MonitoredFrom: day}},
	} {
		if got := (ending{file: postgres.CaseFile{Facts: c.facts}}).outcome(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// Whoever reads what a demo ends with can open what it names: without a terminal its servers are gone by then.
func TestADemoThatStopsNamesNoPageOfItsServers(t *testing.T) {
	t.Parallel()
	for _, stays := range []bool{true, false} {
		d := demo{dir: "var/demo", stays: stays}
		said := d.whereToLook("http://ui", "http://mails")
		if strings.Contains(said, "http://") != stays || !strings.Contains(said, "var/demo/letters") {
			t.Errorf("stays %t: %s", stays, said)
		}
	}
}
