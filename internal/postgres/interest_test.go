package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// One person says that interest is asked, and why; the reason stays in the file.
func TestWhoSaysThatInterestIsAskedSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	_, err := w.OpenTask(t.Context(), ref, trajectory.InterestOnly, "whether the rest is asked", at(today))
	ok(t, err)
	refusedFor(t, "without a reason", "right would be a reason (--reason)", w.CompleteTask(t.Context(), ref, trajectory.InterestOnly, " ", at(today)))
	ok(t, w.CompleteTask(t.Context(), ref, trajectory.InterestOnly, "interest ran for four months", at(today)))
	if why := query[string](w, `SELECT detail ->> 'result' FROM case_event WHERE claim_id = $1 AND kind = 'task-done'`, ref.ClaimID); why != "interest ran for four months" {
		t.Errorf("the file says %q", why)
	}
	if open := w.openTasks(ref); open != "" {
		t.Errorf("open: %s", open)
	}
}
