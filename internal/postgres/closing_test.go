package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// closedByOperator closes a claim today by rules that hold it for a trifle, whatever is owed: by one person.
func (w *world) closedByOperator(ref postgres.Ref, reason string) error {
	return second(w.SayClose(w.Context(), ref, reason, at(today), func(f claim.Facts) (trajectory.Rules, error) {
		rules, err := w.lib.Rules(f)
		rules.Policy.MinimumDemand = eur("1000000.00")
		return rules, err
	}))
}

// Two different persons who may approve close a claim, one person a trifle. Until the second said so it goes on.
func TestTwoPersonsCloseAClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"Anna", "Bram", "Cor"} {
		ok(t, postgres.AddApprover(t.Context(), w.db.OwnerURL, name))
	}
	ref := w.open()
	says := func(name, reason string) (bool, error) {
		return w.SayClose(t.Context(), ref, reason, postgres.Actor{Name: name, At: at(today).At}, w.lib.Rules)
	}
	stands := func(want string) {
		t.Helper()
		f, got := w.facts(ref), ""
		if f.Closing != nil {
			got = f.Closing.Reason
		}
		open := query[bool](w, `SELECT EXISTS (SELECT 1 FROM task WHERE claim_id = $1 AND key = $2 AND done_on IS NULL)`, ref.ClaimID, trajectory.CloseTwice)
		if got = fmt.Sprintf("%s, asked %t", got, open); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, c := range []struct {
		who, reason string
		done        bool
		stands      string
	}{
		{"Anna", "cannot be found", false, ", asked true"},
		{"anna", "really not", false, ", asked true"},
		{"Bram", "cannot be found", true, "cannot be found, asked false"},
		{"Cor", "too late to say", true, "cannot be found, asked false"},
	} {
		if done, err := says(c.who, c.reason); err != nil || done != c.done {
			t.Errorf("%s: %t, %v", c.who, done, err)
		}
		stands(c.stands)
	}
	w.closes(ref, claim.StatusClosed)
	ok(t, second(says("Bram", "cannot be found")))
	if _, err := says("Cor", "again"); err == nil || err.Error() != fmt.Sprintf("the claim is closed already, since %s by Bram: cannot be found", today) {
		t.Errorf("told again of a claim that was closed: %v", err)
	}

	ref = w.open()
	var stranger *postgres.NotApproverError
	if _, err := says("Dirk", "a friend of mine"); !errors.As(err, &stranger) {
		t.Errorf("somebody who may not approve: %v", err)
	}
	refused(t, second(says("Anna", " ")))
	ok(t, second(says("Anna", "cannot be found")))
	ok(t, w.CompleteTask(t.Context(), ref, trajectory.CloseTwice, "she was found", at(today)))
	ok(t, second(says("Bram", "gone again"))) // what was proposed before was ended
	if first, err := w.CloseProposed(t.Context(), ref); err != nil || first != (postgres.Said{By: "Bram", On: today, Reason: "gone again"}) {
		t.Errorf("who said so: %v, %v", first, err)
	}
	if todo := query[string](w, `SELECT detail FROM task WHERE claim_id = $1 AND key = $2`, ref.ClaimID, trajectory.CloseTwice); !strings.HasPrefix(todo, "Bram wants to close the claim, because: gone again. Look whether that is so, and what is owed (claim show)") {
		t.Error(todo)
	}
	stands(", asked true")
	ok(t, second(says("Cor", "moved abroad")))
	stands("gone again; moved abroad, asked false")
	results := func() string {
		return query[string](w, `SELECT string_agg(detail ->> 'result', ', ' ORDER BY seq) FROM case_event WHERE claim_id = $1 AND kind = 'task-done'`, ref.ClaimID)
	}
	if got := results(); got != "she was found, Cor says so too: moved abroad" {
		t.Errorf("the file tells how each question ended: %s", got)
	}

	ref = w.open()
	ok(t, second(says("Anna", "cannot be found")))
	ok(t, postgres.RemoveApprover(t.Context(), w.db.OwnerURL, "Anna"))
	ok(t, second(says("Bram", "gone"))) // the word of who may not approve any more is none
	stands(", asked true")
	ok(t, second(says("Cor", "gone")))
	stands("gone, asked false")
	if got := results(); got != "the word of Anna does not count any more: another begins anew, Cor says so too: gone" {
		t.Errorf("the file tells how each question ended: %s", got)
	}

	ref = w.open()
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: today, Amount: eur("96.00")}, at(today), w.lib.Rules))
	ok(t, second(says("Dirk", "a trifle")))
	stands("a trifle, asked false")
}
