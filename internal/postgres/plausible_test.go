package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A claim that has ended takes no pause, no judgement and no flag: they would have no effect. What was told before it ended can be told again.
func TestAClosedClaimSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref := t.Context(), at(today), w.open()
	told := []func() error{
		func() error { return w.RaiseDispute(ctx, ref, "d", "never ordered", by) },
		func() error { return w.Hold(ctx, ref, "h", calendar.Date{}, "asked", by) },
		func() error { return w.SetFlag(ctx, ref, claim.FlagAddressUnknown, calendar.Date{}, by) },
	}
	for _, tell := range told {
		ok(t, tell())
	}
	_, err := w.CloseClaim(ctx, ref, claim.StatusPaid, "x", by, stillSo)
	ok(t, err)
	before := w.counts()
	for _, tell := range told {
		ok(t, tell())
	}
	for name, err := range map[string]error{
		"dispute": w.RaiseDispute(ctx, ref, "d2", "x", by), "judge": w.JudgeDispute(ctx, ref, "d", "upheld", "", by), "resume": w.Resume(ctx, ref, "h", by),
		"hold": w.Hold(ctx, ref, "h2", calendar.Date{}, "", by), "flag": w.SetFlag(ctx, ref, claim.FlagEmailBounced, calendar.Date{}, by), "clear": w.ClearFlag(ctx, ref, claim.FlagAddressUnknown, calendar.Date{}, by),
	} {
		var conflict *postgres.ConflictError
		if !errors.As(err, &conflict) || !strings.HasPrefix(conflict.Problem, "the claim is paid") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

// What can only be a typing error: it would close the claim, or leave it without anything to collect.
func TestAnAmountThatIsATypingErrorIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		kind         claim.SettlementKind
		amount, want string
	}{
		{claim.PaidToClient, "1000.00", ""},
		{claim.PaidToClient, "1000.01", "1000.01 is more than 10 times what can be owed, a typing error: 60.33 is owed (principal 60.33, interest 0.00, costs 0.00)"},
		{claim.PaidToClient, "99999999999.99", "99999999999.99 is more than 10 times what can be owed, a typing error: 60.33 is owed (principal 60.33, interest 0.00, costs 0.00)"},
		{claim.SetOff, "1000.01", "1000.01 is more than 10 times"}, {claim.ReturnedGoods, "1000.01", "1000.01 is more than 10 times"},
		{claim.CounterPerformance, "1000.01", "1000.01 is more than 10 times"}, {claim.WriteOff, "1000.01", "1000.01 is more than 10 times"},
		{claim.CreditNote, "100.00", ""}, // after the payment of 40.00 as before it
		{claim.CreditNote, "100.01", "a credit note of 100.01 is more than what earlier credit notes left of the principal: 60.33 is owed (principal 60.33, interest 0.00, costs 0.00); right would be at most 100.00"},
	} {
		ref := w.open()
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur("40.00")}, at(today), w.lib.Rules))
		err := w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "z", Kind: c.kind, On: today, Amount: eur(c.amount)}, at(today), w.lib.Rules)
		if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && !strings.HasPrefix(got, c.want) {
			t.Errorf("%s of %s: %v, want %q", c.kind, c.amount, err, c.want)
		}
	}
	ref := w.open()
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "all", Kind: claim.PaidToClient, On: today.AddDays(-60), Amount: eur("100.00")}, at(today), w.lib.Rules))
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "again", Kind: claim.PaidToClient, On: today, Amount: eur("100.00")}, at(today), w.lib.Rules)) // paid twice: the books must know
}

// A payment and a credit note over the whole give the same state in whatever order they arrive.
func TestACreditNoteAfterAPaymentIsASurplusAsItIsBeforeOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	payment := claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: today, Amount: eur("60.00")}
	note := claim.Settlement{Key: "n", Kind: claim.CreditNote, On: today, Amount: eur("100.00")}
	for _, order := range [][]claim.Settlement{{payment, note}, {note, payment}} {
		ref := w.open()
		for _, s := range order {
			ok(t, w.RecordSettlement(t.Context(), ref, s, at(today), w.lib.Rules))
		}
		account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
		if err != nil || account.Open.Total() != 0 || account.Surplus != eur("60.00") {
			t.Errorf("%s first: open %s, surplus %s, %v", order[0].Kind, account.Open.Total(), account.Surplus, err)
		}
	}
}

func TestTheValueDateOfAReceipt(t *testing.T) {
	t.Parallel()
	for day, right := range map[string]bool{"0001-01-01": false, "1999-12-31": false, "2000-01-01": true, "2026-11-10": true, "2026-11-11": false} {
		problem := postgres.Receipt{On: calendar.MustParseDate(day)}.Problem(today)
		if want := day + " cannot be the value date of a receipt; right would be a day from 2000-01-01 up to and including 2026-11-10"; (problem == "") != right || !right && problem != want {
			t.Errorf("%s: %q", day, problem)
		}
	}
}

// A hold that has ended is over: its key does not hold the claim again. One without a last day has none.
func TestTheKeyOfAHoldThatEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	hold := func(key string, until calendar.Date, on calendar.Date) error {
		return w.Hold(ctx, ref, key, until, "", at(on))
	}
	ok(t, hold("h1", calendar.Date{}, today))
	ok(t, hold("h1", calendar.Date{}, today.AddDays(1)))
	ok(t, w.Resume(ctx, ref, "h1", at(today.AddDays(1))))
	for _, until := range []calendar.Date{{}, today.AddDays(9)} {
		if err := hold("h1", until, today.AddDays(1)); err == nil || err.Error() != "hold h1 has ended; use another key for a new hold" {
			t.Error(err)
		}
	}
	ok(t, hold("h2", today.AddDays(5), today.AddDays(2)))
	ok(t, hold("h2", today.AddDays(5), today.AddDays(5)))
	refused(t, hold("h2", today.AddDays(5), today.AddDays(6)))
	if err := hold("h3", calendar.MustParseDate("9999-12-31"), today.AddDays(6)); err == nil ||
		err.Error() != "until 9999-12-31 is more than 5 years ahead; right would be a day up to and including 2031-11-09, or none for a hold until it is resumed" {
		t.Error(err)
	}
	ok(t, hold("h3", calendar.MustParseDate("2031-11-09"), today.AddDays(6)))
}
