//go:build record

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	historypb "go.temporal.io/api/history/v1"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// recorded are the lives whose histories are kept, by file name; each run of a life is a file of its own.
var recorded = []struct {
	name   string
	debtor debtor
	events []storyEvent
}{
	{"paid-at-reminder", debtor{who: "consumer BAS"}, []storyEvent{{After: "reminder", Days: 3, Pay: "demanded"}}},
	{"paid-in-part", debtor{who: "consumer BAS"}, []storyEvent{{After: "reminder", Days: 2, Pay: "100.00"}, {After: "sticker-reminder", Days: 2, Pay: "open"}}},
	{"paid-after-summons", debtor{who: "consumer BAS"}, []storyEvent{{After: "summons", Days: 3, Pay: "demanded"}}},
	{"dispute-rejected", debtor{who: "consumer BAS"}, []storyEvent{
		{After: "sticker-reminder", Days: 2, Dispute: "never delivered"}, {After: "sticker-reminder", Days: 6, Judge: "rejected"}, {After: "14-day-letter", Days: 3, Pay: "demanded"}}},
	{"dispute-upheld", debtor{who: "consumer BAS"}, []storyEvent{{After: "reminder", Days: 2, Dispute: "never delivered"}, {After: "reminder", Days: 4, Judge: "upheld"}}},
	{"hold", debtor{who: "company BAS"}, []storyEvent{{After: "reminder", Days: 2, Hold: 5}, {After: "sticker-reminder", Days: 2, PayClient: "open"}}},
	{"withdrawn", debtor{who: "company BAS"}, []storyEvent{{After: "sticker-reminder", Days: 1, Withdraw: true}}},
	{"closed-by-default", debtor{who: "company BAS"}, nil},
	{"bounce", debtor{who: "company BAS", email: "terug+bounce@debiteur.example"}, []storyEvent{{After: "sticker-reminder", Days: 2, Pay: "demanded"}}},
	{"monitoring", debtor{who: "company PRE"}, []storyEvent{{After: "monitoring-letter", Days: 30, Pay: "open"}}},
}

// TestRecordHistories writes the histories that workflows/replay_test.go replays, from a real server. They are recorded when a new version of a
// workflow is released (make history), never to make a failing replay pass: the failure says that claims that run now would break.
// It tests nothing, so it is built for make history only; the linters build it always.
func TestRecordHistories(t *testing.T) {
	o := sharedOffice(t)
	dir := filepath.Join("..", "..", "workflows", "testdata", "history")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var lives errgroup.Group
	for _, r := range recorded {
		ref := o.handOver(t, r.debtor)[0]
		lives.Go(func() error {
			if err := o.teller.live(t.Context(), ref, storyClaim{Claim: r.name, Events: r.events}); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			return o.record(t, ref, filepath.Join(dir, r.name))
		})
	}
	lives.Go(func() error { return o.recordCourt(t, filepath.Join(dir, "before-court")) })
	lives.Go(func() error { return o.recordRepair(t, filepath.Join(dir, "repair")) })
	lives.Go(func() error { return o.recordReopened(t, filepath.Join(dir, "reopened")) })
	if err := lives.Wait(); err != nil {
		t.Fatal(err)
	}
}

// TestRecordHeard writes the history of a claim that is withdrawn while no worker runs, and for which they come back when a letter is due: whoever asked is answered
// first. The history named heard-at-once is the same life of before that, when the letter was issued meanwhile: it is kept.
func TestRecordHeard(t *testing.T) {
	recordWaiting(t, "heard-first", (*office).withdraws)
}

// TestRecordInTurn writes the history of a claim that is withdrawn twice while no worker runs: the wishes are answered one after the other. The history named in-any-order is
// the same life of before that, when both were recorded at once: it is kept.
func TestRecordInTurn(t *testing.T) {
	recordWaiting(t, "in-turn", (*office).withdraws, (*office).withdraws)
}

// recordWaiting writes the history of a claim whose client tells its wishes while no worker runs; they come back when a letter is due.
func recordWaiting(t *testing.T, name string, wishes ...func(o *office, t *testing.T, ref postgres.Ref, at time.Time) error) {
	o := ownOffice(t, map[string]string{"outbox.interval": "50ms"})
	stop := o.work()
	ref := o.handOver(t, debtor{who: "company BAS"})[0]
	o.started(t, ref)
	due := o.state(t, ref).Next.Due
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if err := o.teller.travel.MoveToEnd(t.Context(), workflows.ClaimID(ref.ClaimID)); err != nil {
		t.Fatal(err)
	}
	o.waits(t, ref)
	var asked errgroup.Group
	for _, wish := range wishes {
		asked.Go(func() error { return wish(o, t, ref, due) })
		if err := sleep(t.Context()); err != nil { // the server must have it before the next, and before they are back; that it had is seen in the history
			t.Fatal(err)
		}
	}
	o.work()
	if err := asked.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := o.record(t, ref, filepath.Join("..", "..", "workflows", "testdata", "history", name)); err != nil {
		t.Fatal(err)
	}
	runs, err := o.histories(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	versioned := 0
	for _, e := range runs[0] {
		if e.GetMarkerRecordedEventAttributes().GetMarkerName() == "Version" {
			versioned++
		}
	}
	if versioned != len(wishes) { // of heard-first, and of in-turn when there are two
		t.Errorf("%d versions of %d wishes: one was told when the letter had left, or the other was answered: record again", versioned, len(wishes))
	}
}

func (o *office) withdraws(t *testing.T, ref postgres.Ref, at time.Time) error {
	return o.teller.withdraw(t.Context(), ref, postgres.Actor{Name: "client", At: at})
}

// record writes every run of a claim, once it has ended.
func (o *office) record(t *testing.T, ref postgres.Ref, path string) error {
	if err := o.temporal.GetWorkflow(t.Context(), workflows.ClaimID(ref.ClaimID), "").Get(t.Context(), nil); err != nil {
		return err
	}
	return o.write(t, workflows.ClaimID(ref.ClaimID), path)
}

// write writes every run of a workflow.
func (o *office) write(t *testing.T, workflowID, path string) error {
	runs, err := o.historiesOf(t.Context(), workflowID)
	if err != nil {
		return err
	}
	for i, events := range runs {
		data, err := protojson.Marshal(&historypb.History{Events: events})
		if err != nil {
			return err
		}
		if err := os.WriteFile(fmt.Sprintf("%s-%d.json", path, i+1), append(data, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// TestRecordAgreement writes the history of every run of an agreement to workflows/testdata/agreement, likewise.
func TestRecordAgreement(t *testing.T) {
	o := sharedOffice(t)
	dir := filepath.Join("..", "..", "workflows", "testdata", "agreement")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	id := workflows.AgreementID(o.liveAgreement(t, 2).AgreementID)
	if err := o.write(t, id, filepath.Join(dir, "late-notice")); err != nil {
		t.Fatal(err)
	}
}

// TestRecordStatement writes the history of a statement to workflows/testdata/statement, likewise.
func TestRecordStatement(t *testing.T) {
	o := sharedOffice(t)
	dir := filepath.Join("..", "..", "workflows", "testdata", "statement")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := statementFile(t, "1 0.00 7.00: 2026-11-02 7.00 r1 |niets")
	accounts, err := trustAccounts(o.stack.config)
	if err != nil {
		t.Fatal(err)
	}
	done, err := o.store.ImportStatements(t.Context(), bankFile(file, accounts), operator())
	if err != nil {
		t.Fatal(err)
	}
	id := workflows.StatementID(done[0].Key)
	err = poll(t.Context(), func() (bool, error) {
		return o.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), nil) == nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.write(t, id, filepath.Join(dir, "nothing-found")); err != nil {
		t.Fatal(err)
	}
}

// recordRepair records a claim whose letter cannot be written until an operator has mended the name.
func (o *office) recordRepair(t *testing.T, path string) error {
	ref := o.handOver(t, debtor{who: "company BAS", name: "𐌰 onleesbaar"})[0]
	o.started(t, ref)
	if _, err := o.teller.travel.MoveTo(t.Context(), workflows.ClaimID(ref.ClaimID), o.state(t, ref).Next.Due.Add(time.Minute)); err != nil {
		return err
	}
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Attention != nil, nil }); err != nil {
		return err
	}
	o.rename(t, ref, "Leesbaar")
	if err := o.teller.update(t.Context(), ref, workflows.UpdateRepair, workflows.Repair{Key: "r1", Do: "retry", Reason: "the name is mended", Actor: "operator"}); err != nil {
		return err
	}
	if err := o.teller.live(t.Context(), ref, storyClaim{Claim: "repair", Events: []storyEvent{{After: "reminder", Days: 2, Pay: "demanded"}}}); err != nil {
		return err
	}
	return o.record(t, ref, path)
}

// recordReopened records the run of a claim that was paid, is open again because the bank takes the money back, and is paid again.
func (o *office) recordReopened(t *testing.T, path string) error {
	ref := o.handOver(t, debtor{who: "company BAS"})[0]
	if err := o.teller.live(t.Context(), ref, storyClaim{Claim: "reopened", Events: []storyEvent{{After: "reminder", Days: 2, Pay: "demanded"}}}); err != nil {
		return err
	}
	f := o.facts(t, ref)
	by := postgres.Actor{Name: "operator", At: f.Settlements[0].On.At(22, 0)}
	if _, err := o.store.ReverseSettlement(t.Context(), ref, f.Settlements[0].Key, "storno", by, o.teller.rules.Rules); err != nil {
		return err
	}
	if err := o.teller.heard(t.Context(), ref); err != nil {
		return err
	}
	if err := o.teller.live(t.Context(), ref, storyClaim{Claim: "paid-again", Events: []storyEvent{{After: "sticker-reminder", Days: 2, Pay: "open"}}}); err != nil {
		return err
	}
	return o.record(t, ref, path)
}

// recordCourt records a claim of which the client chose the court: staff is reminded of the hand-over, and then the parties settle. Histories named decided-court are of
// before that, when the run ended with the choice: they are kept.
func (o *office) recordCourt(t *testing.T, path string) error {
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	if err := o.teller.live(t.Context(), ref, storyClaim{Claim: "before-court", Events: []storyEvent{{After: "escalation-advice", Days: 3, Decide: "court"}}}); err != nil {
		return err
	}
	reminded := func(task claim.Task) bool { return task.Open && strings.HasPrefix(task.Key, trajectory.LateHandOver) }
	if err := poll(t.Context(), func() (bool, error) { return slices.ContainsFunc(o.facts(t, ref).Tasks, reminded), nil }); err != nil {
		return err
	}
	now := o.state(t, ref).Now
	step := claim.CourtStep{Stage: claim.CourtSettled, On: calendar.DateOf(now)}
	if err := o.store.RecordCourtStep(t.Context(), ref, step, "", postgres.Actor{Name: "operator", At: now}, o.teller.rules.Rules); err != nil {
		return err
	}
	return o.record(t, ref, path)
}
