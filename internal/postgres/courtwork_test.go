package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// hours is an order of two hours of legal work at 165.00: 330.00 and 69.30 of VAT.
func hours(key string) postgres.CourtWork {
	return postgres.CourtWork{Key: key, What: "legal-work", Units: 2, Price: eur("165.00"), Confirmed: eur("399.30"), Reason: "by telephone"}
}

func (w *world) orders(ref postgres.Ref, c postgres.CourtWork) error {
	return w.RecordCourtWork(w.Context(), ref, c, at(today), w.lib.Tables())
}

// courtChosen is a claim of which the client chose the court, without the procedure at a fixed price.
func (w *world) courtChosen() postgres.Ref {
	w.Helper()
	ref := w.open()
	ok(w, second(w.RecordDecision(w.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
	return ref
}

// What a client orders for the court beside the fixed price is billed, invoiced with how many and the price of each, and in the books: once.
func TestWorkForTheCourtIsBilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	refusedFor(t, "before the decision", "no cure, no pay holds", w.orders(ref, hours("k")))
	ref = w.courtChosen()
	w.closes(ref, claim.StatusCourt)
	wrong := hours("k")
	wrong.Confirmed = eur("330.00")
	refusedFor(t, "another price", "330.00 was confirmed, but the price is 399.30", w.orders(ref, wrong))
	for range 2 {
		ok(t, w.orders(ref, hours("k")))
	}
	refusedFor(t, "told again with another price", "330.00 was confirmed, but the price is 399.30", w.orders(ref, wrong))
	more := hours("k")
	more.Units, more.Confirmed = 1, eur("199.65")
	refused(t, w.orders(ref, more))
	summons := postgres.CourtWork{Key: "s", What: "draft-summons", Units: 1, Price: eur("350.00"), Confirmed: eur("423.50"), Reason: "by e-mail"}
	ok(t, w.orders(ref, summons))
	for _, c := range []postgres.CourtWork{{Key: "x", What: "fixed-court", Units: 1, Price: 1, Reason: "x"}, {Key: "x", What: "legal-work", Price: 1, Reason: "x"}, {Key: "x", What: "legal-work", Units: 1, Price: 1}} {
		refused(t, w.orders(ref, c))
	}
	says(t, "books", w.balances(ledger.Agency), "A120 822.80, A250 -142.80, A450 -680.00")
	w.verified()
	says(t, "invoiced", w.bills(today), "F2026-00001 680.00+142.80=822.80: draft-summons 350.00; legal-work 330.00")
	v, err := w.Bill(t.Context(), "F2026-00001")
	ok(t, err)
	if l := v.Lines[1]; l.Units != 2 || l.Price != eur("165.00") {
		t.Errorf("%+v", l)
	}
	key := "legal-work:" + ref.ClaimID + ":k"
	ok(t, w.ReverseBillable(t.Context(), ref, key, "not done", at(today)))
	refusedFor(t, "told again after that", "charge "+key+" was taken back on "+today.String()+"; use another key for something new", w.orders(ref, hours("k")))
	says(t, "taken back", w.bills(today), "C2026-00001 330.00+69.30=399.30 of F2026-00001: legal-work 330.00")
	w.verified()
}

// Work that nobody ordered is told by the verification, also beside work that was; what was ordered is no cost that no cure, no pay forbids.
func TestWorkForTheCourtThatNobodyOrdered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, key, told string }{
		{"as it was ordered", "", ""},
		{"another one", "legal-work:ID:other", "18.15"},
		{"without a claim in its key", "legal-work", "18.15"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.courtChosen()
			ok(t, w.orders(ref, hours("k")))
			w.closes(ref, claim.StatusCourt)
			if c.key != "" {
				w.exec(`INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) VALUES ($1, $2, $3, 'legal-work', 1500, 315, 1815, $4, 'x')`, ref.ClientID, ref.ClaimID, strings.ReplaceAll(c.key, "ID", ref.ClaimID), today)
			}
			ok(t, second(w.CloseBooks(t.Context(), at(today), w.lib.Rules)))
			told := ""
			if c.told != "" {
				told = "claim " + ref.ClaimID + ": what it cost its client, of whose debtor nobody received money, must be 0.00 and is " + c.told
			}
			w.findsOnly(told)
		})
	}
}

// A dispute that was upheld has its own way to agree to work.
func TestNoWorkForTheCourtAfterAnUpheldDispute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.courtChosen()
	w.closes(ref, claim.StatusCourt)
	ok(t, w.RaiseDispute(t.Context(), ref, "d", "never ordered", at(today)))
	ok(t, w.JudgeDispute(t.Context(), ref, "d", "upheld", "it was not", at(today)))
	refusedFor(t, "upheld", "work that is agreed since", w.orders(ref, hours("k")))
}
