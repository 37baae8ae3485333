package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// learntLate are the claims in which a letter can have been wrong, by what came to be known since a day.
func (w *world) learntLate(since calendar.Date) []postgres.Ref {
	w.Helper()
	refs, err := w.LearntLate(w.Context(), since)
	ok(w, err)
	return refs
}

// wrongs tells the letters of a claim that were wrong.
func (w *world) wrongs(ref postgres.Ref) string {
	w.Helper()
	h, err := w.History(w.Context(), ref)
	ok(w, err)
	found, err := h.Wrongs(w.lib.Rules, today)
	ok(w, err)
	var told []string
	for _, x := range found {
		told = append(told, fmt.Sprintf("%s asked %s, owed %s: %s, known on %s; %s", x.Letter.Step, x.Letter.Demanded, x.Owed.Total(), x.Why(), x.Learnt, x.Done))
	}
	return strings.Join(told, " | ")
}

// A payment of before a letter comes to be known after it: the letter was wrong, until the payment is taken back, and again when it comes back.
func TestALetterIsWrongByWhatComesToBeKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, other := w.open(), w.open()
	for _, r := range []postgres.Ref{ref, other} {
		w.sent(r, "reminder")
	}
	pay := func(r postgres.Ref, key string, on calendar.Date) {
		ok(t, w.RecordSettlement(t.Context(), r, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: on, Amount: eur("40.00")}, at(today), w.lib.Rules))
	}
	if got := w.learntLate(calendar.Date{}); len(got) != 0 || w.wrongs(ref) != "" {
		t.Errorf("before: %v, %s", got, w.wrongs(ref))
	}
	pay(ref, "p", today.AddDays(-11))
	pay(other, "p", today.AddDays(-5)) // after its letter
	wrong := "reminder asked 100.00, owed 60.00: paid on 2026-10-23, which was not known then, known on 2026-11-03; nothing yet"
	if got := w.wrongs(ref); got != wrong || w.wrongs(other) != "" {
		t.Errorf("%s | %s", got, w.wrongs(other))
	}
	if f := w.facts(ref); f.Settlements[0].Known != today {
		t.Errorf("%+v", f.Settlements)
	}
	for since, want := range map[calendar.Date][]postgres.Ref{{}: {ref}, today: {ref}, today.AddDays(1): nil} {
		if got := w.learntLate(since); !slices.Equal(got, want) {
			t.Errorf("since %s: %v", since, got)
		}
	}
	_, err := w.ReverseSettlement(t.Context(), ref, "p", "storno", at(today), w.lib.Rules)
	ok(t, err)
	if got := w.wrongs(ref); got != "" {
		t.Errorf("taken back: %s", got)
	}
	pay(ref, "q", today.AddDays(-11))
	if got := w.wrongs(ref); got != wrong {
		t.Errorf("again: %s", got)
	}
}

// The 14-day letter comes back, a hold and a flag are told afterwards: each tells when that came to be known.
func TestWhenItCameToBeKnownThatALetterWasWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	returned, held, flagged := w.open(), w.open(), w.open()
	w.sent(returned, "reminder", "sticker-reminder", "14-day-letter", "summons")
	w.exec(`UPDATE letter SET demanded = demanded + 4000 WHERE claim_id = $1 AND step = 'summons'`, returned.ClaimID) // the costs
	w.sent(held, "reminder")
	w.sent(flagged, "reminder")
	ok(t, w.cameBack(returned, "14-day-letter", today))
	w.exec(`UPDATE claim SET handed_over_on = handed_over_on - 60`)
	ok(t, w.HoldFrom(t.Context(), held, postgres.Hold{Key: "h", Reason: "r", From: today.AddDays(-12), Until: today.AddDays(-2)}, at(today)))
	ok(t, w.SetFlag(t.Context(), flagged, claim.FlagBankrupt, today.AddDays(-11), at(today)))
	for what, c := range map[string]struct {
		ref  postgres.Ref
		want string
	}{
		"returned": {returned, ": the 14-day letter came back: collection costs were not due, known on 2026-11-03; nothing yet"},
		"held":     {held, "reminder asked 100.00, owed 100.00: no letter should have left: on hold since 2026-10-22, known on 2026-11-03; nothing yet"},
		"flagged":  {flagged, "reminder asked 100.00, owed 100.00: no letter should have left: bankrupt since 2026-10-23, known on 2026-11-03; nothing yet"},
	} {
		if got := w.wrongs(c.ref); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: %s", what, got)
		}
		if !slices.Contains(w.learntLate(today), c.ref) {
			t.Errorf("%s: is not looked at", what)
		}
	}
}
