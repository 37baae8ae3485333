package activities_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// specified are the lines of a letter between its tables and its total, with single spaces.
func specified(t *testing.T, body, first string) (lines []string) {
	t.Helper()
	_, text, begins := strings.Cut(body, "\n"+first)
	text, _, ends := strings.Cut(text, "\n---")
	if !begins || !ends {
		t.Fatalf("no specification from %q in\n%s", first, body)
	}
	for line := range strings.SplitSeq(first+text, "\n") {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return lines
}

// The letter tells what came off as the account has it: a credit note is no payment.
func TestSpecificationOfALetter(t *testing.T) {
	t.Parallel()
	second := claim.Invoice{Number: "F2", Issued: day("2026-09-05"), Due: day("2026-10-04"), Amount: money.MustParse("500.00")}
	for _, c := range []struct{ name, letter, story, first, want string }{
		{"credited and let go: nothing was received", "final-summons", "1000.00; 2026-10-10 credit-note 400.00; 2026-11-20 write-off 50.00", "Factuur F1", `
			Factuur F1
			05-09-2026 10-10-2026 36 € 600,00 10,4% € 6,15
			11-10-2026 20-11-2026 41 € 600,00 10,4% € 7,01
			21-11-2026 24-11-2026 4 € 600,00 10,4% € 0,68
			Factuur F2
			05-10-2026 10-10-2026 6 € 500,00 10,4% € 0,86
			11-10-2026 20-11-2026 41 € 500,00 10,4% € 5,84
			21-11-2026 24-11-2026 4 € 500,00 10,4% € 0,57

			Hoofdsom € 1.500,00
			Rente tot en met 24 november 2026 € 21,11
			Incassokosten over € 1.100,00 (art. 6:96 BW) € 165,00
			Gecrediteerd op 10 oktober 2026 € -400,00
			Vervallen op 20 november 2026 € -50,00`},
		{"the client's own letter counts the same", "reminder", "1000.00; 2026-10-10 credit-note 400.00; 2026-11-10 paid-to-client 60.00; 2026-11-20 write-off 50.00", "Hoofdsom", `
			Hoofdsom € 1.500,00
			Gecrediteerd op 10 oktober 2026 € -400,00
			Ontvangen op 10 november 2026 € -60,00
			Vervallen op 20 november 2026 € -50,00`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := file(t, c.story, "basic", "nl")
			f.Facts.Invoices = append(f.Facts.Invoices, second)
			action := trajectory.Action{Kind: trajectory.ActLetter, Step: c.letter, Letter: c.letter, Cycle: 1, Channel: "email", Term: 14}
			draft, err := writer(t).Write(f, action, advised.At(10, 0))
			if err != nil {
				t.Fatal(err)
			}
			want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", "")
			if got := strings.Join(specified(t, draft.Body, c.first), "\n"); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if paid := strings.Contains(c.story, "paid-to"); strings.Contains(draft.Body, "helemaal") != paid {
				t.Errorf("something was paid: %v, but the letter says\n%s", paid, draft.Body)
			}
		})
	}
}

// Every kind of settlement has its word in a letter.
func TestEverySettlementIsTold(t *testing.T) {
	t.Parallel()
	story := "10000.00"
	for _, kind := range claim.SettlementKinds() {
		story += "; 2026-11-20 " + string(kind) + " 10.00"
	}
	action := trajectory.Action{Kind: trajectory.ActLetter, Step: "final-summons", Letter: "final-summons", Cycle: 1, Channel: "email", Term: 14}
	draft, err := writer(t).Write(file(t, story, "basic", "nl"), action, advised.At(10, 0))
	if err != nil {
		t.Fatal(err)
	}
	if told := strings.Count(draft.Body, "op 20 november 2026"); told != len(claim.SettlementKinds()) {
		t.Errorf("%d settlements are told in\n%s", told, draft.Body)
	}
}

// Of a payment that was too much the letter tells the part that was owed: its lines add up to what is asked now.
func TestMoreThanWasOwedIsNotToldTwice(t *testing.T) {
	t.Parallel()
	f := file(t, "1000.00; 2026-11-20 paid-to-agency 5000.00", "basic", "nl")
	f.Facts.InformationCosts = []claim.InformationCost{{Key: "1", On: day("2026-11-22"), Amount: money.MustParse("12.50")}}
	action := trajectory.Action{Kind: trajectory.ActLetter, Step: "final-summons", Letter: "final-summons", Cycle: 1, Channel: "email", Term: 14}
	draft, err := writer(t).Write(f, action, advised.At(10, 0))
	if err != nil || draft.Demanded != money.MustParse("12.50") {
		t.Errorf("asks %s (%v)", draft.Demanded, err)
	}
}
