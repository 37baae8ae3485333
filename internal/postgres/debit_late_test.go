package postgres_test

import (
	"context"
	"slices"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A run of Wednesday 18 November is given to the bank on Tuesday at the latest. After that it ends, however far it came; its invoices are for the next run, of which the
// client is told anew, and nothing of it is collected any more.
func TestARunThatIsLateEnds(t *testing.T) {
	t.Parallel()
	const late = "A 18.15 of F2026-00001: late the file was not made in time: the last day was 2026-11-17"
	told := func(status settlement.DebitStatus) func(w *world) {
		return func(w *world) { w.notifies(today, first, status) }
	}
	for _, s := range []struct {
		name   string
		came   func(w *world)
		before string // of which day the next notice says that it did not take place
	}{
		{"nobody was told", func(*world) {}, ""},
		{"nobody knows whether the mail arrived", told(settlement.DebitTelling), first},
		{"the client was told", told(settlement.DebitTold), first},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.collect(today, first)
			s.came(w)
			says(t, "in time", w.endsLate("2026-11-17"), "")
			says(t, "the day itself", w.endsLate(first), "DD-20261118")
			says(t, "again", w.endsLate(first), "")
			says(t, "run", tellRun(w.run(first)), late)
			if file, err := w.debitFile(day("2026-11-16"), first); err != nil || file != nil { // whatever clock it is by
				t.Errorf("a file of a run that is late: %s, %v", file, err)
			}
			says(t, "next run", w.collect(day("2026-11-21"), again), "A 18.15 of F2026-00001: proposed")
			if got := w.announced(again); got != s.before {
				t.Errorf("announced before for %q, want %q", got, s.before)
			}
			file, err := w.debitFile(day("2026-12-04"), again)
			if err != nil || len(file) == 0 {
				t.Errorf("no file: %v", err)
			}
			says(t, "what was late stays so", tellRun(w.run(first)), late)
			says(t, "it is collected once", w.collect(day("2026-12-05"), "2026-12-28"), "")
			ok(t, w.credited(again, "s1", "18.15"))
			says(t, "open", w.openOf("F2026-00001"), "0.00")
			w.verified()
		})
	}
}

// The next run ends what is late before it proposes, the file too when it comes too late; a run that has its file, or that was withdrawn, is not late.
func TestWhoEndsARunThatIsLate(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name, want string
		happens    func(w *world)
	}{
		{"the next run", "late the file was not made in time: the last day was 2026-11-17", func(w *world) {
			says(w, "next run", w.collect(day("2026-11-21"), again), "A 18.15 of F2026-00001: proposed")
		}},
		{"the file, though nobody was told", "late the file was not made in time: the last day was 2026-11-17", func(w *world) {
			if file, err := w.debitFile(day(first), first); err != nil || file != nil {
				w.Errorf("%s, %v", file, err)
			}
		}},
		{"nobody: it has its file", "sent", func(w *world) {
			w.notifies(today, first, settlement.DebitTold)
			ok(w, second(w.debitFile(day("2026-11-17"), first)))
			says(w, "late", w.endsLate("2026-11-21"), "")
			says(w, "next run", w.collect(day("2026-11-21"), again), "")
		}},
		{"nobody: it was withdrawn", "withdrawn a mistake", func(w *world) {
			ok(w, w.WithdrawDebit(w.Context(), "DD-20261118-A", "a mistake", at(today)))
			says(w, "late", w.endsLate("2026-11-21"), "")
		}},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := owing(t)
			w.collect(today, first)
			s.happens(w)
			says(t, "run", tellRun(w.run(first)), "A 18.15 of F2026-00001: "+s.want)
		})
	}
}

// endsLate ends what is late on a day, and gives the runs.
func (w *world) endsLate(on string) (ended string) {
	w.Helper()
	ids, err := w.EndLateDebits(w.Context(), at(day(on)))
	ok(w, err)
	for _, id := range slices.Sorted(slices.Values(ids)) {
		ended += id
	}
	return ended
}

// announced tells the clients of a run, and gives the day that the notice says was announced before.
func (w *world) announced(on string) (before string) {
	w.Helper()
	_, err := w.TellDebits(w.Context(), settlement.DebitRunID(day(on)), func(_ context.Context, n postgres.DebitNotice) postgres.NoticeResult {
		if n.Before != (calendar.Date{}) {
			before = n.Before.String()
		}
		return postgres.NoticeResult{Status: settlement.DebitTold, Reply: "250 ok"}
	}, at(day(on).AddDays(-15)))
	ok(w, err)
	return before
}
