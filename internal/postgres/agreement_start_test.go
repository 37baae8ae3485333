package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
)

// A start that was stated wrongly is stated anew while nothing rests on it; none is after the first claim.
func TestAStartThatWasStatedWrongly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := calendar.MustParseDate
	starts := func(on string) error {
		_, err := w.StartAgreement(t.Context(), w.client, day(on), at(today))
		return err
	}
	ok(t, w.sign("premium", "", today))
	ok(t, starts("2027-01-01"))
	ok(t, starts("2026-12-01"))
	ok(t, starts("2027-01-01"))
	refusedFor(t, "by an old file", "the agreement started on 2027-01-01, as was stated on "+today.String(), w.sign("premium", "2026-12-01", today))
	ok(t, starts("2026-11-03"))
	w.open()
	refusedFor(t, "after the first claim", "the first claim was handed over on 2026-11-03; right would be a day up to and including that", starts("2026-11-04"))
	ok(t, starts("2026-11-02"))
	n, _, err := w.RecordNotice(t.Context(), w.client, today, true, at(today))
	ok(t, err)
	refusedFor(t, "a notice rests on it", "right would be to take that back first (dunning agreement take-back CLIENT "+n.Notices[0].Key+")", starts("2026-10-01"))
	_, err = w.TakeBackNotice(t.Context(), w.client, n.Notices[0].Key, "a mistake", at(today))
	ok(t, err)
	ok(t, starts("2026-10-01"))
	w.advance(today)
	refusedFor(t, "a contribution rests on it", "the agreement started on 2026-10-01, as was stated on 2026-11-03, and the contribution of year 1 became due by it: 250.00", starts("2026-10-02"))
	if f := w.agreement(); f.Start != day("2026-10-01") {
		t.Errorf("it starts on %s", f.Start)
	}

	early := newWorld(t) // ten years too early: what can be done is said
	_, err = early.StartAgreement(t.Context(), early.client, today.AddYears(-10), at(today))
	ok(t, err)
	early.advance(today)
	_, err = early.StartAgreement(t.Context(), early.client, today, at(today))
	refusedFor(t, "years too early", "it renewed by that day: year 11 began; when only the year of the start is wrong, let it stand, since its years begin and end on the same days; for another day or month, right would be to end it", err)

	unpriced := newWorld(t) // a contribution without a price keeps nothing, until somebody has invoiced it by hand
	ok(t, unpriced.sign("basis", "2026-11-01", today))
	unpriced.advance(today)
	_, err = unpriced.StartAgreement(t.Context(), unpriced.client, day("2026-11-02"), at(today))
	ok(t, err)
	unpriced.advance(today)
	ok(t, unpriced.CompleteAgreementTask(t.Context(), unpriced.client, "contribution:1", "invoiced", at(today)))
	_, err = unpriced.StartAgreement(t.Context(), unpriced.client, day("2026-11-01"), at(today))
	refusedFor(t, "invoiced by hand", "and its contribution was invoiced by hand, as was said on 2026-11-03 (task contribution:1)", err)

	other := newWorld(t)
	other.open()
	_, err = other.StartAgreement(t.Context(), other.client, today.AddDays(1), at(today))
	refusedFor(t, "of a client that has claims", "the first claim was handed over on 2026-11-03", err)
}
