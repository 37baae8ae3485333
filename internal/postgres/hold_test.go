package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func TestHoldsFollowEachOtherButDoNotOverlap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	ok(t, w.Hold(ctx, ref, "h1", today.AddDays(5), "", at(today)))
	refused(t, w.Hold(ctx, ref, "h2", today.AddDays(9), "", at(today.AddDays(5)))) // the last day is in
	ok(t, w.Hold(ctx, ref, "h2", calendar.Date{}, "", at(today.AddDays(6))))
	refused(t, w.Hold(ctx, ref, "h3", calendar.Date{}, "", at(today.AddDays(400)))) // without an end
	ok(t, w.Resume(ctx, ref, "h2", at(today.AddDays(8))))
	refused(t, w.Resume(ctx, ref, "h1", at(today.AddDays(8))))
	ok(t, w.Hold(ctx, ref, "h3", calendar.Date{}, "", at(today.AddDays(8))))
	if p := w.facts(ref).Pauses; len(p) != 3 || p[1].Until != today.AddDays(7) || !p[2].Until.IsZero() {
		t.Errorf("%+v", p)
	}
}

func TestHoldsOfThePastAndToCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	hold := func(key string, from, until int, on calendar.Date) error {
		return w.HoldFrom(ctx, ref, postgres.Hold{Key: key, From: today.AddDays(from), Until: today.AddDays(until), Reason: "asked"}, at(on))
	}
	later := today.AddDays(10)
	for range 2 {
		ok(t, hold("past", 2, 4, later))
	}
	ok(t, hold("to-come", 15, 20, later))
	for want, err := range map[string]error{
		"the claim is on hold already: past, from 2026-11-05 until 2026-11-07; right would be days that are not in it": hold("h", 4, 5, later),
		"the claim is on hold already: to-come, from 2026-11-18 until 2026-11-23":                                      hold("h", 5, 15, later),
		"from 2026-11-02 is before the hand-over; right would be a day from 2026-11-03":                                hold("h", -1, 1, later),
		"until 2026-11-10 is before 2026-11-11":                                                                        hold("h", 8, 7, later),
		"from 2031-11-14 is more than 5 years ahead":                                                                   w.HoldFrom(ctx, ref, postgres.Hold{Key: "h", From: later.AddYears(5).AddDays(1)}, at(later)),
		"hold:past was recorded before with other particulars":                                                         hold("past", 2, 5, later),
	} {
		refusedFor(t, want, want, err)
	}
	refusedFor(t, "without an end", "to-come, from 2026-11-18", w.Hold(ctx, ref, "h", calendar.Date{}, "", at(later)))
	refusedFor(t, "another key", "hold q9 is not in force; right would be one of [past to-come]", w.Resume(ctx, ref, "q9", at(today)))
	ok(t, w.Resume(ctx, ref, "to-come", at(later)))
	refusedFor(t, "taken back before it began", "hold to-come has ended", hold("to-come", 15, 20, later))
	ok(t, hold("again", 15, 20, later))
	f := w.facts(ref)
	if f.PausedDays(today, today.AddDays(30)) != 9 { // three that have passed, six to come
		t.Errorf("%d days of %+v", f.PausedDays(today, today.AddDays(30)), f.Pauses)
	}
}
