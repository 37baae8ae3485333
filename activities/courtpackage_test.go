package activities

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A package for the court tells until when the claim can be enforced, by which term, and which interruptions rest on a receipt that is assumed.
func TestThePackageTellsWhatLimitationRestsOn(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	rules, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	w := &LetterWriter{Rules: rules}
	f := claim.Facts{
		ClaimID: "0b0f8f9e-0000-4000-8000-000000000001", Debtor: claim.DebtorKind{NaturalPerson: true}, Trajectory: "consumer@1", Plan: "premium", Status: claim.StatusOpen, HandedOverOn: day("2026-03-02"),
		Invoices:    []claim.Invoice{{Number: "1", Issued: day("2026-01-01"), Due: day("2026-02-01"), Amount: money.MustParse("1000.00")}},
		Letters:     []claim.Letter{{Step: "reminder", Kind: "reminder", Channel: "email", State: claim.LetterAccepted, On: day("2026-03-02"), Received: day("2026-03-03")}},
		Interrupted: []calendar.Date{day("2026-04-01")},
	}
	interruptions := []letter.InterruptedOn{{On: day("2026-03-03"), Why: letter.ByDemand, Assumed: true}, {On: day("2026-04-01"), Why: letter.ByHand}}
	for _, c := range []struct {
		story string
		sale  claim.Sale
		until string
		term  letter.LimitationTerm
	}{
		{"a purchase", claim.SaleNotTold, "2028-04-01", letter.ConsumerSaleTerm},
		{"a service", claim.SaleNo, "2031-04-01", letter.ContractTerm},
	} {
		f.Terms.Sale = c.sale
		file := postgres.CourtFile{CaseFile: postgres.CaseFile{Facts: f}, On: day("2026-05-01")}
		p, err := w.courtPackage(file, w.particulars(file))
		if err != nil {
			t.Fatal(err)
		}
		if p.Enforceable != day(c.until) || p.Term != c.term {
			t.Errorf("%s: until %s by %s", c.story, p.Enforceable, p.Term)
		}
		if diff := cmp.Diff(interruptions, p.Interruptions, cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" {
			t.Errorf("%s: %s", c.story, diff)
		}
	}
}
