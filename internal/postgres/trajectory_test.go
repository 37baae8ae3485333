package postgres_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// anyClaim lets every claim change its trajectory, without steps to carry.
func anyClaim(claim.Facts) ([]claim.Done, error) { return nil, nil }

var (
	forth = postgres.TrajectoryChange{From: "consumer@1", To: "consumer@2", Reason: "shorter"}
	back  = postgres.TrajectoryChange{From: "consumer@2", To: "consumer@1", Reason: "too short", Back: true}
)

func (w *world) changes(ref postgres.Ref, c postgres.TrajectoryChange) bool {
	w.Helper()
	changed, err := w.ChangeTrajectory(w.Context(), ref, c, at(today), anyClaim)
	ok(w, err)
	return changed
}

// A claim changes its trajectory once, with who and why in its file, and its workflow is told; made again it is left alone; it goes back, and there again.
func TestAClaimChangesItsTrajectoryAndGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.exec(`DELETE FROM outbox`)
	version := w.version(ref)
	if !w.changes(ref, forth) || w.facts(ref).Trajectory != "consumer@2" || w.version(ref) != version+1 {
		t.Errorf("it is of %s", w.facts(ref).Trajectory)
	}
	before := w.counts()
	if w.changes(ref, forth) || w.counts() != before {
		t.Errorf("made twice: %s was %s", w.counts(), before)
	}
	if !w.changes(ref, back) || w.changes(ref, back) || !w.changes(ref, forth) {
		t.Error("it does not go there and back")
	}
	told := query[string](w, `SELECT string_agg(concat_ws(' ', key, actor, detail ->> 'from', detail ->> 'to', detail ->> 'reason'), '; ' ORDER BY seq) FROM case_event WHERE kind = 'trajectory-changed'`)
	want := "trajectory test consumer@1 consumer@2 shorter; trajectory:2 test consumer@2 consumer@1 too short; trajectory:3 test consumer@1 consumer@2 shorter"
	if messages := query[string](w, `SELECT string_agg(message || ' ' || key, '; ' ORDER BY id) FROM outbox`); told != want ||
		messages != "trajectory-changed trajectory; trajectory-changed trajectory:2; trajectory-changed trajectory:3" {
		t.Errorf("the file tells %s; the workflow hears %s", told, messages)
	}
}

func TestAChangeOfTrajectoryThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	before := w.counts()
	refusedWith := func(c postgres.TrajectoryChange, may func(claim.Facts) ([]claim.Done, error), want string) {
		t.Helper()
		if changed, err := w.ChangeTrajectory(t.Context(), ref, c, at(today), may); changed || err == nil || err.Error() != want {
			t.Errorf("changed %v, %v; want %s", changed, err, want)
		}
	}
	refusedWith(postgres.TrajectoryChange{From: "consumer@3", To: "consumer@4"}, anyClaim, "the claim is of consumer@1, not of consumer@3")
	refusedWith(postgres.TrajectoryChange{From: "consumer@1", To: "consumer@0", Back: true}, anyClaim, "claim "+ref.ClaimID+" back to consumer@0: it did not come from there")
	refusedWith(forth, func(claim.Facts) ([]claim.Done, error) { return nil, errors.New("a term runs") }, "a term runs")
	if w.counts() != before || w.facts(ref).Trajectory != "consumer@1" {
		t.Errorf("%s was %s", w.counts(), before)
	}
	w.closes(ref, claim.StatusPaid)
	refusedWith(forth, anyClaim, "the claim is paid: it has ended, and takes this no more; right would be a remark, which every claim takes: dunning claim remark")
}

// What an operator skipped is skipped under its new name too, and stays so when the claim goes back.
func TestSkippedStepsAreCarried(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for range 2 {
		_, err := w.ChangeTrajectory(t.Context(), ref, forth, at(today), func(claim.Facts) ([]claim.Done, error) { return []claim.Done{{Step: "nudge", On: today}}, nil })
		ok(t, err)
		w.changes(ref, back)
	}
	if f := w.facts(ref); f.SkippedOn("nudge") != today {
		t.Errorf("skipped: %v", f.Skipped)
	}
}

// The running claims of one trajectory are walked over in pages, whoever's they are; what is closed is not among them.
func TestClaimsOfATrajectory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var refs []postgres.Ref
	for range 5 {
		refs = append(refs, w.open())
	}
	w.closes(refs[0], claim.StatusPaid)
	w.changes(refs[1], forth)
	w.client = w.newClient("B")
	other := w.open()
	var walked []string
	for after := ""; ; {
		page, err := w.ClaimsOfTrajectory(t.Context(), "consumer@1", after, 2)
		ok(t, err)
		if len(page) == 0 {
			break
		}
		for _, ref := range page {
			walked = append(walked, ref.ClaimID)
		}
		after = walked[len(walked)-1]
	}
	if all := strings.Join(walked, " "); len(walked) != 4 || !strings.Contains(all, other.ClaimID) || strings.Contains(all, refs[0].ClaimID) || strings.Contains(all, refs[1].ClaimID) {
		t.Errorf("walked over %s", all)
	}
	running, err := w.RunningTrajectories(t.Context())
	if err != nil || len(running) != 2 || running["consumer@1"] != 4 || running["consumer@2"] != 1 {
		t.Errorf("%v (%v)", running, err)
	}
}

// A call that a person made is a step that was done, on the day that the task was.
func TestACallIsAStepThatWasDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	_, err := w.OpenTask(t.Context(), ref, claim.CallTask+"first-call", "call the debtor", at(today))
	ok(t, err)
	if called := w.facts(ref).Called; len(called) != 0 {
		t.Errorf("not called yet: %v", called)
	}
	late := postgres.Actor{Name: "test", At: today.At(20, 0)}
	if err := w.CompleteTask(t.Context(), ref, claim.CallTask+"first-call", "will pay", late); err == nil || !strings.Contains(err.Error(), "no debtor is called now, at or after 20:00") {
		t.Errorf("in the evening: %v", err)
	}
	ok(t, w.CompleteTask(t.Context(), ref, claim.CallTask+"first-call", "will pay", at(today.AddDays(2))))
	if called := w.facts(ref).Called; len(called) != 1 || called[0] != (claim.Done{Step: "first-call", On: today.AddDays(2)}) {
		t.Errorf("called: %v", called)
	}
}

// A call for which there was no reason any more was not made: it is no step, is not done afterwards, and can be asked anew.
func TestACallThatEndedByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, task := w.open(), claim.CallTask+"first-call"
	_, err := w.OpenTask(t.Context(), ref, task, "call the debtor", at(today))
	ok(t, err)
	unwanted := func(f claim.Facts) ([]trajectory.Dropped, error) {
		return []trajectory.Dropped{{Task: task, Why: "the debtor disputes the claim"}}, nil
	}
	for range 2 {
		f, err := w.DropTasks(t.Context(), ref, at(today.AddDays(1)), unwanted)
		ok(t, err)
		if !slices.Contains(f.Tasks, claim.Task{Key: task, Dropped: true}) || len(f.Called) != 0 {
			t.Errorf("%+v, called: %v", f.Tasks, f.Called)
		}
	}
	if told := query[string](w, `SELECT string_agg(detail ->> 'reason', '; ') FROM case_event WHERE claim_id = $1 AND kind = 'task-dropped'`, ref.ClaimID); told != "the debtor disputes the claim" {
		t.Errorf("told %q", told)
	}
	refusedFor(t, "done after it ended", "task call:first-call was dropped: the debtor disputes the claim", w.CompleteTask(t.Context(), ref, task, "will pay", at(today.AddDays(1))))
	_, err = w.OpenTask(t.Context(), ref, task, "call the debtor", at(today.AddDays(4)))
	ok(t, err)
	ok(t, w.CompleteTask(t.Context(), ref, task, "will pay", at(today.AddDays(4))))
	if f := w.facts(ref); len(f.Called) != 1 || !slices.Contains(f.Tasks, claim.Task{Key: task}) {
		t.Errorf("%+v, called: %v", f.Tasks, f.Called)
	}
}

// A letter that was decided under one trajectory does not leave under another: the decision is taken again under the lock.
func TestALetterOfTheOtherTrajectoryDoesNotLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text, err := fs.ReadFile(config.Data, "trajectories/consumer.yaml")
	ok(t, err)
	next, err := trajectory.ParsePolicy("consumer-2.yaml", []byte(strings.NewReplacer("version: 1", "version: 2", "days: 0,  term", "days: 9,  term").Replace(string(text))))
	ok(t, err)
	rules := func(f claim.Facts) (trajectory.Rules, error) {
		if f.Trajectory == next.Pin() {
			return trajectory.Rules{Policy: next, Tables: w.lib.Tables()}, nil
		}
		return w.lib.Rules(f)
	}
	ref := w.open()
	action := w.next(ref)
	l, registered := w.register(ref, action)
	w.changes(ref, forth)
	if state, busy, err := w.BeginSending(t.Context(), ref, &l, action, at(today), rules); err != nil || busy || state != claim.LetterClaimed || !registered {
		t.Errorf("the letter is %s (%v)", state, err)
	}
	if _, _, registered, err := w.RegisterLetter(t.Context(), ref, action, at(today), rules, write); err != nil || registered {
		t.Errorf("registered %v (%v)", registered, err)
	}
}

// Going back is the way out for a claim that its workers cannot decide: it needs no repair any more. Going on is not.
func TestAClaimThatNeedsAttentionGoesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	stuck := func(version int) {
		_, err := w.RecordAttention(t.Context(), ref, claim.Attention{Action: "summons", Cause: "BadData", Since: later(version).At}, later(version))
		ok(t, err)
	}
	stuck(1)
	if w.changes(ref, forth); w.facts(ref).Attention == nil {
		t.Error("going on repaired it")
	}
	back := postgres.TrajectoryChange{From: forth.To, To: forth.From, Reason: "the file is lost", Back: true}
	if !w.changes(ref, back) || w.facts(ref).Attention != nil || w.facts(ref).Trajectory != forth.From {
		t.Errorf("it is %+v of %s", w.facts(ref).Attention, w.facts(ref).Trajectory)
	}
}

// A pin names one content for good: a worker that starts with another registers nothing.
func TestTrajectoriesThatWorkersKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := strings.Repeat("1", 64), strings.Repeat("2", 64)
	ok(t, w.RegisterTrajectories(t.Context(), map[string]string{"a@1": one, "b@1": one}))
	ok(t, w.RegisterTrajectories(t.Context(), map[string]string{"a@1": one, "a@2": two}))
	err := w.RegisterTrajectories(t.Context(), map[string]string{"b@1": two, "a@1": two, "c@1": one})
	var other *postgres.OtherContentError
	if !errors.As(err, &other) || strings.Join(other.Pins, " ") != "a@1 b@1" {
		t.Errorf("got %v", err)
	}
	if known, err := w.KnownTrajectories(t.Context()); err != nil || fmt.Sprint(known) != fmt.Sprint(map[string]string{"a@1": one, "a@2": two}) { // b@1 is gone from the worker that started last
		t.Errorf("known are %v (%v)", known, err)
	}
}
