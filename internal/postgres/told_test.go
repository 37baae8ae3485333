package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// What a correction counted when it told what is left of an arrangement counts for that, also when it is taken back on the same day: no instalment is missed by it, and a person is asked at once. What was
// taken back before the letter is no part of it, nor is what a letter counted that came back.
func TestWhatACorrectionCountedIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.sent(ref, "reminder")
	ok(t, w.arrange(ref, "a", 2, today.AddDays(6)))
	l, _ := w.sending(ref)
	w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
	late := func(key, amount string) {
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today.AddDays(-15), Amount: eur(amount)}, at(today), w.lib.Rules))
	}
	reverse := func(key string) {
		_, err := w.ReverseSettlement(t.Context(), ref, key, "misread", at(today), w.lib.Rules)
		ok(t, err)
	}
	late("before", "5.00")
	reverse("before")
	late("wrong", "30.00")
	_, err := w.CorrectSettlement(t.Context(), ref, "wrong", postgres.Correction{Key: "counted", Amount: eur("40.00")}, "it was more", at(today), w.lib.Rules)
	ok(t, err)
	action := w.next(ref)
	left := eur("60.33")
	l, _, entered, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, func(file postgres.CaseFile) (postgres.Draft, error) {
		d, err := write(file)
		d.Demanded, d.Told = left, claim.Told{Of: "arrangement:a", Comes: left + eur("40.00")}
		return d, err
	})
	ok(t, err)
	if state, _ := w.begin(ref, &l, action); !entered || action.Letter != trajectory.Correction || state != claim.LetterSending {
		t.Fatalf("%s: %v %s", action.Step, entered, state)
	}
	w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
	_, err = w.CorrectSettlement(t.Context(), ref, "counted", postgres.Correction{Key: "right", Amount: eur("25.00")}, "it was less", at(today), w.lib.Rules)
	ok(t, err)
	a := func() claim.Arrangement { a, _ := w.facts(ref).Arrangement(today); return a }
	if a().TakenBack != eur("15.00") {
		t.Errorf("%s was taken back, want the 15.00 that the letter counted more", a().TakenBack)
	}
	reverse("right")
	f := w.facts(ref)
	if short := f.Short(a(), 1, today); a().TakenBack != eur("40.00") || short != left {
		t.Errorf("%s was taken back, and %s is short; want what the letter told", a().TakenBack, short)
	}
	if next := w.next(ref); next.Task != trajectory.ReviewArrangement+"a" {
		t.Errorf("%+v", next)
	}
	w.exec(`UPDATE letter SET state = 'failed', received_on = NULL WHERE id = $1`, l.ID)
	if a().TakenBack != 0 {
		t.Errorf("the letter came back, and %s counts", a().TakenBack)
	}
}

// A person who told the debtor of what was taken back is asked again when more is, and not about what was taken back before.
func TestWhatIsTakenBackAfterAPersonToldTheDebtor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for _, key := range []string{"first", "second"} {
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today.AddDays(-9), Amount: eur("20.00")}, at(today), w.lib.Rules))
	}
	ok(t, w.promise(ref, "p", "40.00", today.AddDays(9)))
	task := trajectory.ReviewPromise + "p"
	for _, key := range []string{"first", "second"} {
		_, err := w.ReverseSettlement(t.Context(), ref, key, "misread", at(today), w.lib.Rules)
		ok(t, err)
		next := w.next(ref)
		if next.Task != task || next.Kind != trajectory.ActTask {
			t.Fatalf("%s is taken back: %+v", key, next)
		}
		_, err = w.OpenTask(t.Context(), ref, task, next.Reason, at(today))
		ok(t, err)
		if next := w.next(ref); next.Task != "" {
			t.Errorf("it is asked already: %+v", next)
		}
		ok(t, w.CompleteTask(t.Context(), ref, task, "told", at(today)))
		if next := w.next(ref); next.Task != "" {
			t.Errorf("it is done: %+v", next)
		}
	}
}

// What was taken back and comes to be known again, by another key and of another day before, counts once. Money of the day of the promise
// itself is a payment of since, unless what was taken back was of that day too.
func TestWhatIsTakenBackAndToldAgainCountsOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, told   string // what is told since, as AMOUNT DAYS, the days before the promise
		before       int    // days before the promise that the payment of before was
		short, comes string
	}{
		{"the same, again", "30.00 15", 15, "0.00", "0.00"},
		{"of another day", "30.00 1", 15, "0.00", "0.00"},
		{"less of it", "20.00 9", 15, "10.00", "0.00"},
		{"more of it", "35.00 9", 15, "0.00", "5.00"},
		{"in parts", "10.00 9, 20.00 8", 15, "0.00", "0.00"},
		{"new money, on the day of the promise", "30.00 0", 15, "30.00", "30.00"},
		{"of that day, and again", "30.00 0", 0, "0.00", "0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			settle := func(key, amount string, days int) {
				ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today.AddDays(-days), Amount: eur(amount)}, at(today), w.lib.Rules))
			}
			settle("counted", "30.00", c.before)
			ok(t, w.promise(ref, "p", "50.00", today.AddDays(9)))
			_, err := w.ReverseSettlement(t.Context(), ref, "counted", "misread", at(today), w.lib.Rules)
			ok(t, err)
			for i, part := range strings.Split(c.told, ", ") {
				var amount string
				var days int
				_, err := fmt.Sscanf(part, "%s %d", &amount, &days)
				ok(t, err)
				settle(fmt.Sprintf("again-%d", i), amount, days)
			}
			f := w.facts(ref)
			p := f.Promises[0]
			paid := p.Amount - f.InstalmentOn(today)
			if p.TakenBack != eur(c.short) || paid != eur(c.comes) {
				t.Errorf("%s is short and %s of it is paid; want %s and %s", p.TakenBack, paid, c.short, c.comes)
			}
		})
	}
}

// What a person told of a promise or an arrangement, where no letter could, counts as what a correction told: it comes to that, and what was counted counts on when it is taken back, also on the same day. A day of before knows nothing of it.
func TestWhatAPersonToldOfWhatWasAgreedCounts(t *testing.T) {
	t.Parallel()
	for name, agree := range map[string]func(w *world, ref postgres.Ref) error{
		"promise:x":     func(w *world, ref postgres.Ref) error { return w.promise(ref, "x", "100.33", today.AddDays(6)) },
		"arrangement:x": func(w *world, ref postgres.Ref) error { return w.arrange(ref, "x", 2, today.AddDays(6)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			w.sent(ref, "reminder")
			ok(t, agree(w, ref))
			ok(t, w.SetFlag(t.Context(), ref, claim.FlagDebtCounselling, today, at(today)))
			ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "late", Kind: claim.PaidToClient, On: today.AddDays(-15), Amount: eur("40.00")}, at(today), w.lib.Rules))
			const task = trajectory.CorrectLetter + "reminder"
			ok(t, second(w.OpenTask(t.Context(), ref, task, "tell the debtor", at(today))))
			ok(t, w.CompleteTask(t.Context(), ref, task, "told", at(today)))
			f := w.facts(ref)
			if len(f.ToldByHand) != 1 || f.ToldByHand[0].Of != name || f.ToldByHand[0].On != today || f.ToldByHand[0].Asked+eur("40.00") != f.ToldByHand[0].Comes {
				t.Fatalf("told: %+v", f.ToldByHand)
			}
			comes := func() money.Amount {
				f = w.facts(ref)
				if len(f.Promises) > 0 {
					return f.AmountOf(f.Promises[0])
				}
				return f.TotalOf(f.Arrangements[0], day("2030-01-01"))
			}
			if got := comes(); got != f.ToldByHand[0].Comes || got >= eur("100.33") {
				t.Errorf("it comes to %s, and the debtor was told %+v", got, f.ToldByHand[0])
			}
			ok(t, second(w.ReverseSettlement(t.Context(), ref, "late", "another customer", at(today), w.lib.Rules)))
			if got := comes(); got != f.ToldByHand[0].Comes {
				t.Errorf("taken back: it comes to %s, and the debtor was told %+v", got, f.ToldByHand[0])
			}
			for _, back := range append(backOf(f.Promises, func(p claim.Promise) money.Amount { return p.TakenBack }), backOf(f.Arrangements, func(a claim.Arrangement) money.Amount { return a.TakenBack })...) {
				if back != eur("40.00") {
					t.Errorf("%s was taken back of what the person counted, want 40.00", back)
				}
			}
			h, err := w.History(t.Context(), ref)
			ok(t, err)
			if then := h.Facts.KnownOn(h.Records, today.AddDays(-1)).ToldByHand; len(then) > 0 {
				t.Errorf("the day before: %+v", then)
			}
		})
	}
}

func backOf[T any](list []T, back func(T) money.Amount) (amounts []money.Amount) {
	for _, x := range list {
		amounts = append(amounts, back(x))
	}
	return amounts
}
