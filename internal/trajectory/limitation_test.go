package trajectory_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A summons interrupts limitation unless the case came to nothing (art. 3:316 BW), and a judgment that stands has twenty years (art. 3:324 BW).
func TestAProcedureInterruptsLimitation(t *testing.T) {
	t.Parallel()
	const served, judged = "company; 2027-02-01 court served", "company; 2027-02-01 court served; 2027-05-01 court judgment"
	for story, want := range map[string]string{
		"company":                               "2031-09-04",
		served:                                  "2032-02-01",
		served + "; 2027-05-01 court withdrawn": "2031-09-04",
		served + "; 2027-05-01 court lost":      "2031-09-04",
		served + "; 2027-05-01 court settled":   "2032-02-01",
		judged:                                  "2047-05-01",
		judged + "; 2027-06-01 court lost":      "2031-09-04",
		judged + "; 2046-01-02 paid 10.00":      "2051-01-02",
		judged + "; 2030-01-02 paid 10.00":      "2047-05-01",
	} {
		if got := trajectory.Enforceable(tell(story)); got.LastDay.String() != want {
			t.Errorf("%s: enforceable until %s, want %s", story, got.LastDay, want)
		}
	}
}

// Two years are of a consumer's purchase (art. 7:28 BW); what else a consumer owes has five, as in business (art. 3:307 BW). The basis names which.
func TestTheTermIsThatOfTheDebt(t *testing.T) {
	t.Parallel()
	for story, want := range map[string]string{
		"consumer":                        "2028-09-04 consumer-sale art. 7:28 BW",
		"consumer; no-sale":               "2031-09-04 contract art. 3:307 BW",
		"company":                         "2031-09-04 contract art. 3:307 BW",
		"company; no-sale":                "2031-09-04 contract art. 3:307 BW",
		"consumer; 2027-02-01 paid 10.00": "2029-02-01 consumer-sale art. 7:28 BW",
		"consumer; no-sale; 2027-02-01 paid 10.00":        "2032-02-01 contract art. 3:307 BW",
		"consumer; no-sale; 2030-02-01 reminder by email": "2035-02-01 contract art. 3:307 BW",
		"consumer; 2030-02-01 reminder by email":          "2028-09-04 consumer-sale art. 7:28 BW",
		"consumer; 2027-02-01 court judgment":             "2047-02-01 judgment art. 3:324 lid 1 BW",
	} {
		l := trajectory.Enforceable(tell(story))
		if got := fmt.Sprintf("%s %s %s", l.LastDay, l.Term, l.Basis[0].Article); got != want {
			t.Errorf("%s: %s, want %s", story, got, want)
		}
	}
}

// The basis says on what it rests whether it is a purchase; in business there is nothing to tell.
func TestTheTermTellsOnWhatItRests(t *testing.T) {
	t.Parallel()
	for story, want := range map[string]string{
		"consumer":          "2 years from 2026-09-04: 2028-09-04; it is taken for a purchase, as nothing else was told (claim consumer-sale)",
		"consumer; sale":    "2 years from 2026-09-04: 2028-09-04; it was told that it is a purchase",
		"consumer; no-sale": "5 years from 2026-09-04: 2031-09-04; it was told that it is no purchase",
		"company":           "5 years from 2026-09-04: 2031-09-04",
	} {
		if got := trajectory.Enforceable(tell(story)).Basis[0].Detail; got != want {
			t.Errorf("%s: %s, want %s", story, got, want)
		}
	}
}

// Of a letter nobody proved that it was received; what a person recorded has its proof, and money that came needs none.
func TestAnAssumedReceiptIsTold(t *testing.T) {
	t.Parallel()
	const assumed = "assumed, not proven (art. 3:37 lid 3 BW)"
	for story, want := range map[string]bool{
		"company; 2026-10-20 reminder by email": true,
		"company; 2026-10-20 interrupted":       false,
		"company; 2026-10-20 paid 10.00":        false,
		"company; 2026-10-20 court served":      false,
	} {
		basis := trajectory.Enforceable(tell(story)).Basis
		if len(basis) != 2 || strings.Contains(basis[1].Detail, assumed) != want {
			t.Errorf("%s: assumed %t is wanted: %v", story, want, basis)
		}
	}
}

// Each interruption is told with its day and what it was, the oldest first.
func TestInterruptionsAreTold(t *testing.T) {
	t.Parallel()
	var told []string
	for _, i := range trajectory.Interruptions(tell("company; 2027-02-01 court served; 2026-10-20 reminder by email; 2026-10-08 paid 10.00; 2026-11-01 arranged 2 x 500.00 monthly from 2026-12-01; 2026-11-02 arrangement:a by email")) {
		told = append(told, fmt.Sprintf("%s %s", i.On, i.Why))
	}
	if got, want := strings.Join(told, ", "), "2026-10-08 payment, 2026-10-20 demand, 2026-11-01 arrangement, 2027-02-01 summons"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// An invoice that is credited whole was never owed: it does not make the claim lapse sooner. Of one that is all credited the day stands.
func TestACreditedInvoiceDoesNotLapse(t *testing.T) {
	t.Parallel()
	f := tell("company")
	f.Invoices = append(f.Invoices, claim.Invoice{Number: "older", Amount: money.MustParse("10.00"), Due: f.Invoices[0].Due.AddMonths(-4)})
	note := claim.Settlement{Key: "c", Kind: claim.CreditNote, Amount: money.MustParse("10.00"), On: f.HandedOverOn, Invoice: "older"}
	for want, settlements := range map[string][]claim.Settlement{"2031-05-04": nil, "2031-09-04": {note}} {
		f.Settlements = settlements
		if got := trajectory.Enforceable(f).LastDay.String(); got != want {
			t.Errorf("%v: enforceable until %s, want %s", settlements, got, want)
		}
	}
	f.Invoices = f.Invoices[1:]
	if got := trajectory.Enforceable(f).LastDay.String(); got != "2031-05-04" {
		t.Errorf("all credited: enforceable until %s", got)
	}
}
