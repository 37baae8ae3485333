package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	sdkpb "go.temporal.io/api/sdk/v1"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/codec"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// listed is what a list of workflows shows of a claim: stage, status, size, what needs attention, and when something is next.
type listed struct {
	stage, status, client, amount, attention string
	next                                     time.Time
}

// listed reads the search attributes of the run that is newest.
func (o *office) listed(t *testing.T, ref postgres.Ref) (l listed) {
	t.Helper()
	d, err := o.temporal.DescribeWorkflow(t.Context(), workflows.ClaimID(ref.ClaimID), "")
	if err != nil {
		t.Fatal(err)
	}
	l.stage, _ = d.TypedSearchAttributes.GetKeyword(workflows.AttributeStage)
	l.status, _ = d.TypedSearchAttributes.GetKeyword(workflows.AttributeStatus)
	l.client, _ = d.TypedSearchAttributes.GetKeyword(workflows.AttributeClient)
	l.amount, _ = d.TypedSearchAttributes.GetKeyword(workflows.AttributeAmount)
	l.attention, _ = d.TypedSearchAttributes.GetKeyword(workflows.AttributeAttention)
	l.next, _ = d.TypedSearchAttributes.GetTime(workflows.AttributeNext)
	return l
}

// shows waits until lists show a claim as wanted; when something is next is what its workflow says.
func (o *office) shows(t *testing.T, ref postgres.Ref, stage trajectory.Stage, status, attention string) {
	t.Helper()
	var got, want listed
	for end := time.Now().Add(2 * time.Minute); ; {
		got, want = o.listed(t, ref), listed{string(stage), status, ref.ClientID, "500-2500", attention, o.state(t, ref).Next.Due}
		if got.next.Equal(want.next) {
			got.next = want.next // whatever the time zone
		}
		if got == want {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("lists show %+v, want %+v", got, want)
		}
		if err := sleep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// details is the current details of a claim in the Temporal UI.
func (o *office) details(t *testing.T, ref postgres.Ref) string {
	t.Helper()
	var metadata sdkpb.WorkflowMetadata
	answer, err := o.temporal.QueryWorkflow(t.Context(), workflows.ClaimID(ref.ClaimID), "", "__temporal_workflow_metadata")
	if err == nil {
		err = answer.Get(&metadata)
	}
	if err != nil {
		t.Fatal(err)
	}
	return metadata.GetCurrentDetails()
}

// timeline asks the claim's workflow what happened.
func (o *office) timeline(t *testing.T, ref postgres.Ref) (entries []workflows.Entry) {
	t.Helper()
	answer, err := o.temporal.QueryWorkflow(t.Context(), workflows.ClaimID(ref.ClaimID), "", workflows.QueryTimeline)
	if err == nil {
		err = answer.Get(&entries)
	}
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

// summaries checks that every timer and activity of every run says in the UI what it is for, encrypted, and gives how many runs and events there are.
func (o *office) summaries(t *testing.T, ref postgres.Ref) (runs, told int) {
	t.Helper()
	keys, err := codec.ParseKeys(config.Reveal(o.stack.config.Codec.Keys))
	if err != nil {
		t.Fatal(err)
	}
	histories, err := o.histories(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, events := range histories {
		for _, event := range events {
			if !toldOf(event) {
				continue
			}
			told++
			payload := event.GetUserMetadata().GetSummary()
			var summary string
			if err := codec.NewDataConverter(keys).FromPayload(payload, &summary); err != nil || summary == "" || string(payload.GetMetadata()["encoding"]) != "binary/encrypted" {
				t.Errorf("event %d, %s: summary %q as %q, %v", event.GetEventId(), event.GetEventType(), summary, payload.GetMetadata()["encoding"], err)
			}
		}
	}
	return len(histories), told
}

func toldOf(event *historypb.HistoryEvent) bool {
	kind := event.GetEventType()
	return kind == enums.EVENT_TYPE_TIMER_STARTED || kind == enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
}

// An operator reads in the Temporal UI what a claim is, where it stands, what is next and why, in every run of its life.
func TestWhatAnOperatorReads(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	for _, stop := range []struct {
		after string
		stage trajectory.Stage
		next  string
	}{
		{"reminder", trajectory.StageReminders, "sticker-reminder"},
		{"sticker-reminder", trajectory.StageSummons, "summons"},
		{"summons", trajectory.StageSummons, "final-summons"},
		{"final-summons", trajectory.StageAdvice, "check"}, // the second run; registers are asked before the advice
		{"escalation-advice", trajectory.StageDecision, "decision-reminder"},
		{"decision-reminder", trajectory.StageDecision, "decide"},
		{"monitoring-letter", trajectory.StageMonitoring, "check"}, // the fourth
	} {
		if _, err := o.teller.letterLeft(t.Context(), ref, stop.after); err != nil {
			t.Fatal(err)
		}
		o.shows(t, ref, stop.stage, "open", "")
		next, got := o.state(t, ref).Next, o.details(t, ref)
		want := fmt.Sprintf("company, EUR 500-2500, 1 invoice(s)\n\n**Stage** %s · **status** open\n\n**Next** %s on %s\n\n**Why** %s\n\n**Not sooner** %s\n\n- ", stop.stage, stop.next, next.Day, next.Reason, next.NotSooner)
		if !strings.HasPrefix(got, want) {
			t.Errorf("after %s it reads\n%s\nwant\n%s", stop.after, got, want)
		}
	}

	facts := o.facts(t, ref)
	want := []workflows.Entry{{On: facts.HandedOverOn, What: "handed over"}}
	for _, l := range facts.Letters {
		if l.Kind == trajectory.MonitoringLetter {
			want = append(want, workflows.Entry{On: facts.Decision.On, What: "decision: monitoring"})
		}
		want = append(want, workflows.Entry{On: l.On, What: fmt.Sprintf("%s by %s: accepted", l.Step, l.Channel)})
	}
	for _, c := range facts.Checks {
		want = append(want, workflows.Entry{On: c.On, What: fmt.Sprintf("%s register: none", c.Register)})
	}
	slices.SortStableFunc(want, func(a, b workflows.Entry) int { return a.On.Compare(b.On) })
	if diff := cmp.Diff(want, o.timeline(t, ref), cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" || len(want) != 11 {
		t.Errorf("timeline of %d letters (-want +got)\n%s", len(facts.Letters), diff)
	}
	if runs, told := o.summaries(t, ref); runs != 4 || told < 16 {
		t.Errorf("%d timers and activities in %d runs", told, runs)
	}
}

// A claim that an operator must repair says so in lists until it is repaired. Cancelling it has no effect: it ends by a business act.
func TestAttentionIsShownUntilItIsRepaired(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company BAS", name: "𐌰 onleesbaar"})[0]
	o.started(t, ref)
	id := workflows.ClaimID(ref.ClaimID)
	o.moveTo(t, ref, o.state(t, ref).Next.Due.Add(time.Minute))
	o.shows(t, ref, trajectory.StageReminders, "needs-attention", "BadData")
	const why, choices = "**Why** reminder could not be done (BadData): an operator repairs\n\n**Meanwhile** task on ", "interrupted)\n\n**Choices** update `repair` with `retry`, `skip`, `override` or `close`, and step `reminder`\n\n"
	if got := o.details(t, ref); !strings.Contains(got, why) || !strings.Contains(got, choices) {
		t.Errorf("it reads\n%s", got)
	}

	if err := o.temporal.CancelWorkflow(t.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	o.rename(t, ref, "Leesbaar")
	if err := o.teller.update(t.Context(), ref, workflows.UpdateRepair, workflows.Repair{Key: "r1", Do: "retry", Reason: "the name is mended", Actor: "operator"}); err != nil {
		t.Fatal(err)
	}
	if _, err := o.teller.letterLeft(t.Context(), ref, "reminder"); err != nil {
		t.Fatal(err)
	}
	o.shows(t, ref, trajectory.StageReminders, "open", "")
	if got := o.details(t, ref); strings.Contains(got, "Choices") {
		t.Errorf("it reads\n%s", got)
	}

	now, err := o.teller.travel.Now(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range demoApprovers {
		if err := postgres.AddApprover(t.Context(), string(o.stack.config.Database.OwnerURL), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.teller.close(t.Context(), ref, "the story ends", now); err != nil {
		t.Fatal(err)
	}
	var outcome string
	if err := o.temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), &outcome); err != nil || outcome != "closed" {
		t.Errorf("it ended %q, %v", outcome, err)
	}
	o.shows(t, ref, trajectory.StageClosed, "closed", "")
	if got := o.details(t, ref); !strings.Contains(got, "**Next** nothing\n\n**Why** the claim is closed\n\n") {
		t.Errorf("closed, it reads\n%s", got)
	}
	if runs, told := o.summaries(t, ref); runs != 1 || told < 6 {
		t.Errorf("%d timers and activities in %d runs", told, runs)
	}
}

// rename gives the debtor a name past everything that holds it to what can be printed.
func (o *office) rename(t *testing.T, ref postgres.Ref, name string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), o.stack.postgres.URL("dunning"))
	if err == nil {
		defer func() { _ = conn.Close(t.Context()) }()
		_, err = conn.Exec(t.Context(), `UPDATE debtor SET name = $2 FROM claim WHERE claim.id = $1 AND debtor.id = claim.debtor_id`, ref.ClaimID, name)
	}
	if err != nil {
		t.Fatal(err)
	}
}
