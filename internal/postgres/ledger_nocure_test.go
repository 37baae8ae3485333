package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// No cure, no pay (S6, T7): a claim that ended without recovery has cost its client nothing, but for what the agreement excepts.
func TestNoCureNoPay(t *testing.T) {
	t.Parallel()
	const wrong = `INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) SELECT client_id, id, '%s:' || id || '%s', '%s', 1500, 315, 1815, '2026-11-03', 'x' FROM claim`
	billsAs := func(kind, key, turn string) func(*world, postgres.Ref) {
		return func(w *world, _ postgres.Ref) {
			_, err := w.super.Exec(w.Context(), fmt.Sprintf(wrong, key, turn, kind))
			ok(w, err)
		}
	}
	bills := func(kind string) func(*world, postgres.Ref) { return billsAs(kind, "wrong", "") }
	applies := func(x settlement.Exception) func(*world, postgres.Ref) {
		return func(w *world, ref postgres.Ref) {
			ok(w, w.RecordException(w.Context(), ref, postgres.Exception{Is: x, Reason: "x", Price: commission}, at(today), w.lib.Rules))
		}
	}
	withdraws := func(w *world, ref postgres.Ref) {
		ok(w, second(w.RecordWithdrawal(w.Context(), ref, commission, at(today), w.lib.Rules)))
	}
	upheld := func(w *world, ref postgres.Ref) {
		ok(w, w.RaiseDispute(w.Context(), ref, "d", "never ordered", at(today)))
		ok(w, w.JudgeDispute(w.Context(), ref, "d", "upheld", "it was not", at(today)))
	}
	agreed := func(w *world, ref postgres.Ref) {
		upheld(w, ref)
		ok(w, w.RecordAgreedCosts(w.Context(), ref, draft, at(today), w.lib.Rules))
	}
	agreedBeforeItsTime := func(w *world, ref postgres.Ref) { // which RecordAgreedCosts refuses
		_, err := w.super.Exec(w.Context(), `INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail)
			VALUES ($1, $2, 'agreed-costs:early', 'costs-agreed', $3, now(), 'test', '{"net": "15.00"}')`, ref.ClientID, ref.ClaimID, today)
		ok(w, err)
	}
	court := func(w *world, ref postgres.Ref) {
		ok(w, second(w.RecordCourtAtFixedPrice(w.Context(), ref, eur("598.95"), at(today), stillSo, w.lib.Offering(procedure(eur("495.00"))).Rules)))
	}
	nothing := func(*world, postgres.Ref) {}
	for _, c := range []struct {
		name        string
		before      func(*world, postgres.Ref)
		ends        claim.Status
		after       func(*world, postgres.Ref)
		withoutCure int
		costs       string
	}{
		{"closed", nothing, claim.StatusClosed, nothing, 1, ""},
		{"credited in full", func(w *world, ref postgres.Ref) {
			ok(w, w.RecordSettlement(w.Context(), ref, claim.Settlement{Key: "c", Kind: claim.CreditNote, On: today, Amount: eur("100.00")}, at(today), w.lib.Rules))
		}, claim.StatusPaid, nothing, 1, ""},
		{"paid: that is a cure", func(w *world, ref postgres.Ref) { w.receives(ref, "r", "100.33") }, claim.StatusPaid, nothing, 0, ""},
		{"paid, and taken back by the bank", func(w *world, ref postgres.Ref) {
			w.receives(ref, "r", "100.33")
			ok(w, second(w.reverses(ref, "r", "storno")))
		}, claim.StatusClosed, nothing, 1, ""},
		{"still open", nothing, claim.StatusOpen, bills("no-word"), 0, ""},
		{"withdrawn at its price", withdraws, claim.StatusWithdrawn, nothing, 1, ""},
		{"withdrawn at its price, and billed again", withdraws, claim.StatusWithdrawn, bills("withdrawal"), 1, "18.15"},
		{"withdrawn at its price, and billed as no word", withdraws, claim.StatusWithdrawn, billsAs("no-word", "commission", ":2"), 1, "18.15"},
		{"own arrangement, at its price", applies(settlement.OwnArrangement), claim.StatusClosed, nothing, 1, ""},
		{"own arrangement, and billed again", applies(settlement.OwnArrangement), claim.StatusClosed, billsAs("own-arrangement", "commission", ":2"), 1, "18.15"},
		{"no word, at its price", applies(settlement.NoWord), claim.StatusClosed, nothing, 1, ""},
		{"no word, and billed again", applies(settlement.NoWord), claim.StatusClosed, billsAs("no-word", "commission", ":2"), 1, "18.15"},
		{"no word, taken back, and applied again", func(w *world, ref postgres.Ref) {
			applies(settlement.NoWord)(w, ref)
			ok(w, w.ReverseBillable(w.Context(), ref, "commission:"+ref.ClaimID, "it came late", at(today)))
			applies(settlement.NoWord)(w, ref)
		}, claim.StatusClosed, nothing, 1, ""},
		{"own collection, at its price", applies(settlement.OwnCollection), claim.StatusClosed, nothing, 1, ""},
		{"own collection, and billed again", applies(settlement.OwnCollection), claim.StatusClosed, bills("own-collection"), 1, "18.15"},
		{"obstruction, at its price", applies(settlement.Obstruction), claim.StatusClosed, nothing, 1, ""},
		{"obstruction, and billed again", applies(settlement.Obstruction), claim.StatusClosed, bills("obstruction"), 1, "18.15"},
		{"upheld, and work was agreed", agreed, claim.StatusUpheld, nothing, 1, ""},
		{"upheld, and billed for more than was agreed", agreed, claim.StatusUpheld, billsAs("agreed-costs", "agreed-costs", ":more"), 1, "18.15"},
		{"billed for work that was agreed while no dispute is upheld", agreedBeforeItsTime, claim.StatusClosed, billsAs("agreed-costs", "agreed-costs", ":early"), 1, "18.15"},
		{"court at the fixed price", court, claim.StatusCourt, nothing, 1, ""},
		{"court at the fixed price, and billed again", court, claim.StatusCourt, bills("court-product"), 1, "18.15"},
		{"closed, and billed for nothing", nothing, claim.StatusClosed, bills("no-word"), 1, "18.15"},
		{"closed, and billed as if it was withdrawn", nothing, claim.StatusClosed, bills("withdrawal"), 1, "18.15"},
		{"closed, and billed for a court procedure", nothing, claim.StatusClosed, bills("court-product"), 1, "18.15"},
		{"closed, and billed for work that nobody agreed to", nothing, claim.StatusClosed, bills("agreed-costs"), 1, "18.15"},
		{"the client chose court, and is billed for the procedure that it did not take", func(w *world, ref postgres.Ref) {
			ok(w, second(w.RecordDecision(w.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
		}, claim.StatusCourt, bills("court-product"), 1, "18.15"},
		{"billed for nothing, and taken back", nothing, claim.StatusClosed, func(w *world, ref postgres.Ref) {
			bills("no-word")(w, ref)
			ok(w, w.ReverseBillable(w.Context(), ref, "wrong:"+ref.ClaimID, "it was wrong", at(today)))
		}, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			c.before(w, ref)
			if c.ends != claim.StatusOpen {
				ok(t, second(w.CloseClaim(t.Context(), ref, c.ends, "x", at(today), stillSo)))
			}
			c.after(w, ref)
			ok(t, second(w.CloseBooks(t.Context(), at(today), w.lib.Rules)))
			v, err := w.VerifyBooks(t.Context(), today, w.lib.Rules)
			ok(t, err)
			var costs []string
			for _, d := range v.Differences {
				if d.Must != 0 || !strings.HasPrefix(d.What, "what it cost its client") || d.Where != "claim "+ref.ClaimID {
					t.Errorf("%s", d)
				}
				costs = append(costs, d.Is.String())
			}
			if got := strings.Join(costs, " "); got != c.costs || v.WithoutCure != c.withoutCure || v.NoCure != len(costs) {
				t.Errorf("it cost %q, of %d claims without recovery %d; want %q of %d", got, v.WithoutCure, v.NoCure, c.costs, c.withoutCure)
			}
		})
	}
}

// A part that the agency took of nothing is told too.
func TestAPartOfNothingIsACost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, second(w.CloseClaim(t.Context(), ref, claim.StatusClosed, "x", at(today), stillSo)))
	j, err := ledger.Draft{Book: ledger.Trust, Kind: ledger.Settled, Key: ref.ClaimID + "/settlement:none", On: today, Client: ref.ClientID, Lines: []ledger.Line{
		{Account: ledger.Unallocated, Cents: eur("5.00"), Claim: ref.ClaimID}, {Account: ledger.AgencyPayable, Cents: -eur("5.00"), Claim: ref.ClaimID},
	}}.Journal()
	ok(t, err)
	ok(t, second(w.Post(t.Context(), at(today), j)))
	v, err := w.VerifyBooks(t.Context(), today, w.lib.Rules)
	if ok(t, err); v.NoCure != 1 {
		t.Errorf("%+v", v)
	}
}
