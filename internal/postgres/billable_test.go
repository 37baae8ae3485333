package postgres_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// commission is 15% of the 100.00 of a claim here, with VAT.
var commission = eur("18.15")

func (w *world) billed(ref postgres.Ref) []postgres.Billable {
	w.Helper()
	list, err := w.Billables(w.Context(), ref)
	if err != nil {
		w.Fatal(err)
	}
	return list
}

func noWord(price money.Amount) postgres.Exception {
	return postgres.Exception{Is: settlement.NoWord, Reason: "no documents after two reminders", Price: price}
}

func TestWithdrawalIsBilledAtItsPrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	before := w.counts()
	_, err := w.RecordWithdrawal(ctx, ref, eur("18.14"), at(today), w.lib.Rules)
	if refused(t, err); !strings.Contains(err.Error(), "18.14 was confirmed, but the price is 18.15") || w.counts() != before {
		t.Errorf("%v; %s was %s", err, w.counts(), before)
	}
	for range 2 {
		f, err := w.RecordWithdrawal(ctx, ref, commission, at(today), w.lib.Rules)
		if ok(t, err); f.Withdrawn != today {
			t.Errorf("withdrawn on %s", f.Withdrawn)
		}
	}
	list := w.billed(ref)
	if len(list) != 1 || list[0].Kind != "withdrawal" || list[0].Net != eur("15.00") || list[0].VAT != eur("3.15") || list[0].Total != commission || list[0].On != today ||
		!strings.Contains(list[0].Basis, "service agreement, Uitzonderingen, 1") || !strings.Contains(list[0].Basis, "15% of 100.00 = 15.00") {
		t.Errorf("%+v", list)
	}
	if err := w.RecordException(ctx, ref, noWord(commission), at(today), w.lib.Rules); err == nil || !strings.Contains(err.Error(), "the client withdrew the claim already") { // though it is not closed yet
		t.Error(err)
	}
	if known, err := w.WithdrawnFor(ctx, ref, commission); err != nil || !known {
		t.Errorf("not known: %v", err)
	}
	if known, err := w.WithdrawnFor(ctx, ref, eur("1.00")); err != nil || known {
		t.Errorf("known for another price: %v", err)
	}
}

// Killed while the price is looked up, or before the commit: nothing is recorded, and a later try does it all.
func TestKilledWhileBilling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	before := w.counts()
	ctx, kill := context.WithCancel(t.Context())
	dies := func(f claim.Facts) (trajectory.Rules, error) { kill(); return w.lib.Rules(f) }
	if _, err := w.RecordWithdrawal(ctx, ref, commission, at(today), dies); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := w.RecordException(ctx, ref, noWord(commission), at(today), w.lib.Rules); err == nil || w.counts() != before {
		t.Errorf("%v; %s was %s", err, w.counts(), before)
	}
	ok(t, second(w.RecordWithdrawal(t.Context(), ref, commission, at(today), w.lib.Rules)))
	if n := len(w.billed(ref)); n != 1 {
		t.Errorf("billed %d times", n)
	}
}

func TestExceptionsAreBilledOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, x := range settlement.Exceptions()[1:] {
		ref := w.open()
		applied := postgres.Exception{Is: x, Reason: "the client said so", Price: commission}
		for range 2 {
			ok(t, w.RecordException(ctx, ref, applied, at(today), w.lib.Rules))
		}
		list := w.billed(ref)
		if len(list) != 1 || list[0].Kind != x.Kind() || list[0].Total != commission {
			t.Errorf("%s: %+v", x, list)
		}
		if f := w.facts(ref); f.Closing == nil || f.Closing.Reason != x.String() || w.next(ref).Outcome != claim.StatusClosed {
			t.Errorf("%s: %+v, next %+v", x, f.Closing, w.next(ref))
		}
		refusedFor(t, "its commission is billed already", "right would be to take that back first, with a reason: dunning claim reverse-charge ID commission:"+ref.ClaimID, second(w.RecordWithdrawal(ctx, ref, commission, at(today), w.lib.Rules)))
	}
	ref := w.open()
	before := w.counts()
	for why, x := range map[string]postgres.Exception{
		"1.00 was confirmed, but the price is 18.15": noWord(eur("1.00")), "right would be 2, 3, 4 or 5": {Is: settlement.Withdrawal, Reason: "x", Price: commission},
		"exception 6 is not one": {Is: 6, Reason: "x", Price: commission}, "the reason is empty": {Is: settlement.NoWord, Reason: " ", Price: commission},
	} {
		if err := w.RecordException(ctx, ref, x, at(today), w.lib.Rules); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%v, want %q", err, why)
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	_, err := w.CloseClaim(ctx, ref, claim.StatusPaid, "x", at(today), stillSo)
	ok(t, err)
	refused(t, w.RecordException(ctx, ref, noWord(commission), at(today), w.lib.Rules))
	ok(t, w.RecordException(ctx, ref, postgres.Exception{Is: settlement.OwnCollection, Reason: "it took the money itself", Price: commission}, at(today), w.lib.Rules))
	if f := w.facts(ref); f.Closing != nil || f.Status != claim.StatusPaid || len(w.billed(ref)) != 1 {
		t.Errorf("%+v, %s, %+v", f.Closing, f.Status, w.billed(ref))
	}
}

// A charge that was wrong is taken back, for good, and the exception can be applied again at the price of that day. Told twice each is once.
func TestAChargeIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	key, other := "commission:"+ref.ClaimID, w.open()
	ok(t, w.RecordException(ctx, ref, noWord(commission), by, w.lib.Rules))
	ok(t, second(w.CloseClaim(ctx, ref, claim.StatusClosed, "x", by, stillSo)))
	before := w.counts()
	for _, wrong := range []struct {
		ref         postgres.Ref
		key, reason string
	}{{ref, key, " "}, {ref, "commission", "x"}, {other, key, "x"}} {
		refused(t, w.ReverseBillable(ctx, wrong.ref, wrong.key, wrong.reason, by))
	}
	own := postgres.Exception{Is: settlement.OwnCollection, Reason: "it took the money itself", Price: commission}
	refused(t, w.RecordException(ctx, ref, own, by, w.lib.Rules)) // the claim is closed, and owes commission
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	for range 2 {
		ok(t, w.ReverseBillable(ctx, ref, key, "the documents were in another mailbox", by))
	}
	refused(t, w.ReverseBillable(ctx, ref, key, "a mistake", by))
	if list := w.billed(ref); len(list) != 1 || list[0].Owed() || list[0].TakenBack != today || list[0].Why != "the documents were in another mailbox" || list[0].Total != commission {
		t.Errorf("%+v", list)
	}
	for range 2 {
		ok(t, w.RecordException(ctx, ref, own, by, w.lib.Rules))
	}
	again := own
	again.Is = settlement.OwnArrangement
	refused(t, w.RecordException(ctx, ref, again, by, w.lib.Rules))
	if list := w.billed(ref); len(list) != 2 || list[0].Owed() || !list[1].Owed() || list[1].Key != key+":2" || list[1].Kind != "own-collection" {
		t.Errorf("%+v", list)
	}
}

// A withdrawal and an exception that are told at the same moment are one commission.
func TestTwoExceptionsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 10 {
		ref := w.open()
		var both sync.WaitGroup
		both.Go(func() { _, _ = w.RecordWithdrawal(t.Context(), ref, commission, at(today), w.lib.Rules) })
		both.Go(func() { _ = w.RecordException(t.Context(), ref, noWord(commission), at(today), w.lib.Rules) })
		both.Wait()
		f := w.facts(ref)
		if n := len(w.billed(ref)); n != 1 || f.Withdrawn.IsZero() == (f.Closing == nil) {
			t.Errorf("billed %d times, withdrawn on %s, closing %+v", n, f.Withdrawn, f.Closing)
		}
	}
}

// A claim that ends without an exception costs the client nothing (requirements S6, T7), in every way in which it can end.
func TestWhatEndsWithoutAnExceptionCostsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	decided := func(choice claim.Choice) func(ref postgres.Ref) {
		return func(ref postgres.Ref) { ok(t, second(w.RecordDecision(ctx, ref, choice, by, stillSo))) }
	}
	advised := func(ref postgres.Ref) {
		w.exec(`UPDATE claim SET advised_on = $2 WHERE id = $1`, ref.ClaimID, today)
	}
	seen := map[claim.Status]bool{claim.StatusOpen: true}
	for _, c := range []struct {
		story string
		ends  claim.Status
		how   func(ref postgres.Ref)
	}{
		{"paid", claim.StatusPaid, func(ref postgres.Ref) {
			ok(t, w.RecordSettlement(ctx, ref, claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: today, Amount: eur("101.00")}, by, w.lib.Rules))
		}},
		{"credited", claim.StatusPaid, func(ref postgres.Ref) {
			ok(t, w.RecordSettlement(ctx, ref, claim.Settlement{Key: "p", Kind: claim.CreditNote, On: today, Amount: eur("100.00")}, by, w.lib.Rules))
		}},
		{"paid, and withdrawn before it was closed", claim.StatusPaid, func(ref postgres.Ref) {
			ok(t, w.RecordSettlement(ctx, ref, claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: today, Amount: eur("200.00")}, by, w.lib.Rules))
			refused(t, second(w.RecordWithdrawal(ctx, ref, commission, by, w.lib.Rules)))
			ok(t, second(w.RecordWithdrawal(ctx, ref, 0, by, w.lib.Rules)))
		}},
		{"the dispute was upheld", claim.StatusUpheld, func(ref postgres.Ref) {
			ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
			ok(t, w.JudgeDispute(ctx, ref, "d", "upheld", "it was not", by))
		}},
		{"the client chose court", claim.StatusCourt, decided(claim.ChooseCourt)},
		{"the client chose to close", claim.StatusClosed, decided(claim.ChooseClose)},
		{"the default was to close", claim.StatusClosed, func(ref postgres.Ref) { ok(t, second(w.RecordDefault(ctx, ref, claim.ChooseClose, "", by, stillSo))) }},
		{"an operator closed it", claim.StatusClosed, func(ref postgres.Ref) { ok(t, w.closedByOperator(ref, "the trustee pays nothing")) }},
		{"withdrawn after the advice", claim.StatusWithdrawn, func(ref postgres.Ref) {
			advised(ref)
			ok(t, second(w.RecordWithdrawal(ctx, ref, 0, by, w.lib.Rules)))
		}},
		{"withdrawn after the dispute was upheld: there is nothing to withdraw", claim.StatusUpheld, func(ref postgres.Ref) {
			ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
			ok(t, w.JudgeDispute(ctx, ref, "d", "upheld", "it was not", by))
			refusedFor(t, "a withdrawal", "the debtor's dispute was upheld: the claim ends by itself, at no cost", second(w.RecordWithdrawal(ctx, ref, 0, by, w.lib.Rules)))
			refusedFor(t, "its price", "the debtor's dispute was upheld: the claim ends by itself, at no cost", postgres.Applies(settlement.Withdrawal, w.facts(ref), nil))
		}},
		{"withdrawn, told twice, and its dispute upheld since: it was withdrawn", claim.StatusWithdrawn, func(ref postgres.Ref) {
			advised(ref)
			ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
			ok(t, second(w.RecordWithdrawal(ctx, ref, 0, by, w.lib.Rules)))
			ok(t, w.JudgeDispute(ctx, ref, "d", "upheld", "it was not", by))
			ok(t, second(w.RecordWithdrawal(ctx, ref, 0, by, w.lib.Rules)))
		}},
		{"refused at intake", claim.StatusRefused, nil},
	} {
		ref := w.handOver(w.newClaim())[0]
		if c.how == nil {
			ok(t, second(w.OpenClaim(ctx, ref, by, func(claim.Facts) string { return "too old" })))
		} else {
			w.opened(ref)
			c.how(ref)
			ok(t, second(w.CloseClaim(ctx, ref, c.ends, c.story, by, stillSo)))
		}
		if status, bills := w.facts(ref).Status, w.billed(ref); status != c.ends || len(bills) != 0 {
			t.Errorf("%s: %s, billed %+v", c.story, status, bills)
		}
		seen[c.ends] = true
	}
	for _, status := range claim.Statuses() {
		if !seen[status] {
			t.Errorf("no story ends %s", status)
		}
	}
}

// draft is a draft of a summons to which the client agreed.
var draft = postgres.AgreedCosts{Key: "a", What: "draft of a summons, agreed by e-mail", Net: eur("350.00")}

// From "upheld" on what the client agrees to is billed, and nothing before (requirements T14, T15).
func TestAgreedCostsAfterAnUpheldDispute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", by))
	before := w.counts()
	refused(t, w.RecordAgreedCosts(ctx, ref, draft, by, w.lib.Rules))
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	ok(t, w.JudgeDispute(ctx, ref, "d", "upheld", "it was not", by))
	ok(t, second(w.CloseClaim(ctx, ref, claim.StatusUpheld, "x", by, stillSo)))
	ok(t, w.RecordAgreedCosts(ctx, ref, draft, by, w.lib.Rules))
	more := draft
	more.Key, more.What, more.Net = "b", "one hour", eur("165.00")
	ok(t, w.RecordAgreedCosts(ctx, ref, more, by, w.lib.Rules))
	list := w.billed(ref)
	if len(list) != 2 || list[0].Kind != postgres.BilledAgreed || list[0].Net != eur("350.00") || list[0].VAT != eur("73.50") || list[0].Total != eur("423.50") || !strings.Contains(list[0].Basis, "requirement T15") {
		t.Errorf("%+v", list)
	}
	ok(t, w.RecordAgreedCosts(ctx, ref, more, by, w.lib.Rules))
	charge := postgres.BilledAgreed + ":" + ref.ClaimID + ":b"
	ok(t, w.ReverseBillable(ctx, ref, charge, "not done", by))
	refusedFor(t, "taken back", "charge "+charge+" was taken back on "+today.String()+"; use another key for something new", w.RecordAgreedCosts(ctx, ref, more, by, w.lib.Rules))
	more.Net = eur("1.00")
	refused(t, w.RecordAgreedCosts(ctx, ref, more, by, w.lib.Rules))
	refused(t, w.RecordAgreedCosts(ctx, ref, postgres.AgreedCosts{Key: "c", What: "x"}, by, w.lib.Rules))
	refused(t, w.RecordAgreedCosts(ctx, ref, postgres.AgreedCosts{Key: "c", What: " ", Net: eur("1.00")}, by, w.lib.Rules))
}
