package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A letter of an arrangement that could not be made is not waited for any more when the arrangement is ended, nor when another is agreed: its repair ends, and what the law misses in it. What else an operator repairs stays.
func TestAnArrangementThatEndsEndsTheRepairOfItsLetters(t *testing.T) {
	t.Parallel()
	end := func(w *world, ref postgres.Ref) error {
		return w.EndArrangement(t.Context(), ref, "agreed anew", at(today))
	}
	for _, c := range []struct {
		name, stuck string
		happens     func(w *world, ref postgres.Ref) error
		ends        bool
	}{
		{"its confirmation, and it is ended", "arrangement:a", end, true},
		{"a reminder of it", "arrangement:a/1", end, true},
		{"another step", "sticker-reminder", end, false},
		{"it was ended before, and another is agreed", "arrangement:a", func(w *world, ref postgres.Ref) error {
			w.exec(`UPDATE arrangement SET ended_on = agreed_on`)
			return w.arrange(ref, "b", 2, today.AddDays(6))
		}, true},
		{"likewise, and another step", "sticker-reminder", func(w *world, ref postgres.Ref) error {
			w.exec(`UPDATE arrangement SET ended_on = agreed_on`)
			return w.arrange(ref, "b", 2, today.AddDays(6))
		}, false},
	} {
		w := newWorld(t)
		ref := w.open()
		ok(t, w.arrange(ref, "a", 2, today.AddDays(6)))
		ok(t, second(w.OpenTask(t.Context(), ref, trajectory.UnlawfulLetter+c.stuck, "the law does not allow it", at(today))))
		ok(t, second(w.RecordAttention(t.Context(), ref, claim.Attention{Action: c.stuck, Cause: "Unlawful", Since: today.At(9, 0)}, at(today))))
		ok(t, c.happens(w, ref))
		f := w.facts(ref)
		open := f.Tasks[0].Open
		if (f.Attention == nil) != c.ends || open == c.ends {
			t.Errorf("%s: attention %+v, tasks %+v, want both ended: %v", c.name, f.Attention, f.Tasks, c.ends)
		}
		if repaired := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind = 'repaired' AND detail->>'step' = $2`, ref.ClaimID, c.stuck); (repaired == 1) != c.ends {
			t.Errorf("%s: %d repairs in the file", c.name, repaired)
		}
	}
}
