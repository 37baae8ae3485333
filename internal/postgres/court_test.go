package postgres_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// forTheCourt makes an open claim one of which the client chose the court, with the stages that were recorded.
func (w *world) forTheCourt(stages ...claim.CourtStage) postgres.Ref {
	w.Helper()
	ref := w.open()
	ok(w, second(w.RecordDecision(w.Context(), ref, claim.ChooseCourt, at(today), stillSo)))
	w.closes(ref, claim.StatusCourt)
	for _, stage := range stages {
		step := claim.CourtStep{Stage: stage, On: today}
		if stage == claim.CourtJudgment {
			step.Awarded = claim.Awarded{Principal: eur("100.00")}
		}
		ok(w, w.RecordCourtStep(w.Context(), ref, step, "", at(today), w.lib.Rules))
	}
	return ref
}

// The sweeper looks after a claim before the court while its outcome is awaited, and leaves one alone of which it is recorded.
func TestTheSweeperKnowsWhatIsAwaitedOfTheCourt(t *testing.T) {
	t.Parallel()
	for _, stages := range [][]claim.CourtStage{
		{},
		{claim.CourtServed},
		{claim.CourtServed, claim.CourtJudgment},
		{claim.CourtServed, claim.CourtJudgment, claim.CourtLost},
		{claim.CourtSettled},
		{claim.CourtWithdrawn},
	} {
		t.Run(fmt.Sprint(stages), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.forTheCourt(stages...)
			w.exec(`DELETE FROM outbox; UPDATE claim SET changed_at = clock_timestamp() - interval '1 hour', seen_version = 0, checked_at = NULL`)
			f := w.facts(ref)
			awaited, want := f.CourtAwaited(), f.CourtAwaited() || f.Status == claim.StatusOpen // a case that was taken back opens its claim again
			behind, err := w.ClaimsBehind(t.Context(), 0, 9)
			ok(t, err)
			check, err := w.ClaimsToCheck(t.Context(), 0, 9)
			ok(t, err)
			closed, err := w.ClaimsNotOpen(t.Context(), []string{ref.ClaimID}, 0)
			ok(t, err)
			runs, err := w.ClaimOpen(t.Context(), ref)
			ok(t, err)
			_, starts, err := w.StartMessage(t.Context(), ref)
			ok(t, err)
			seen, err := w.Seen(t.Context(), ref)
			ok(t, err)
			got := []bool{len(behind) == 1, len(check) == 1, len(closed) == 0, runs, starts, !seen}
			if slices.Contains(got, !want) {
				t.Errorf("awaited %v: behind, to check, not closed, runs, starts, not seen: %v", want, got)
			}
			rules, err := w.lib.Rules(w.facts(ref))
			ok(t, err)
			if next, err := trajectory.Next(w.facts(ref), rules, at(today).At); err != nil || (next.Stage == trajectory.StageCourt) != awaited {
				t.Errorf("awaited %v, and what comes next is %+v (%v)", awaited, next, err)
			}
		})
	}
}

// A reminder is given once, whoever asks again; when somebody has done it, the file says when.
func TestAReminderOfTheCourtIsGivenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.forTheCourt()
	key := trajectory.LateHandOver + "2026-11-10"
	for range 2 {
		ok(t, second(w.OpenTask(t.Context(), ref, key, "hand it over", at(today))))
	}
	ok(t, w.CompleteTask(t.Context(), ref, key, "the bailiff has it on Monday", at(today)))
	ok(t, w.CompleteTask(t.Context(), ref, key, "the bailiff has it on Monday", at(today)))
	if told := w.eventsOf(ref, "task-opened", "task-done"); told != "task:hand-over-to-court:20261103T181000 task:hand-over-late:2026-11-10:20261103T181000 task-done:hand-over-late:2026-11-10:1" {
		t.Errorf("told %q", told)
	}
	if f := w.facts(ref); !slices.Equal(f.RemindersDone, []claim.Done{{Step: key, On: today}}) {
		t.Errorf("%+v", f.RemindersDone)
	}
}

// A dispute that was to be judged before the hand-over is the court's once the claim is handed over: who was to judge it is not asked any more, and whoever handles the case is told.
// A case that is over at once has nothing to tell.
func TestADisputeThatIsNotJudgedBeforeTheHandOver(t *testing.T) {
	t.Parallel()
	for stage, want := range map[claim.CourtStage]string{claim.CourtServed: "|open", claim.CourtSettled: "|", claim.CourtWithdrawn: "open|"} {
		w := newWorld(t)
		ctx, ref := t.Context(), w.forTheCourt()
		ok(t, w.RaiseDispute(ctx, ref, "d", "never ordered", at(today)))
		ok(t, second(w.OpenTask(ctx, ref, claim.Pause{Key: "d"}.LateTask(), "judge it", at(today))))
		for range 2 {
			ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: stage, On: today}, "", at(today), w.lib.Rules))
		}
		isOpen := func(task string) string {
			if state := w.taskOf(ref, task); state == "open" {
				return state
			}
			return ""
		}
		judge, tell := claim.Pause{Key: "d"}.JudgeTask(), trajectory.TellCourtDesk+"d"
		if got := isOpen(judge) + "|" + isOpen(tell); got != want || stage == claim.CourtServed && isOpen(claim.Pause{Key: "d"}.LateTask()) != "" {
			t.Errorf("%s: %q, want %q", stage, got, want)
		}
		if next := w.next(ref); stage == claim.CourtServed && (next.Task != tell || next.Stage != trajectory.StageCourt) {
			t.Errorf("what comes next is %+v", next)
		}
	}
}

// While the client decides anew about a case that it took back, no stage of a procedure comes any more: it is refused with what stands, and the client's term goes on.
func TestAStageWhileTheClientDecidesAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.forTheCourt(claim.CourtServed, claim.CourtWithdrawn)
	before := w.facts(ref)
	for _, stage := range claim.CourtStages() {
		if stage == claim.CourtServed || stage == claim.CourtWithdrawn { // told again is once
			ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: stage, On: today}, "", later(3), w.lib.Rules))
			continue
		}
		step := claim.CourtStep{Stage: stage, On: today}
		if stage == claim.CourtJudgment {
			step.Awarded = claim.Awarded{Principal: eur("100.00")}
		}
		refused(t, w.RecordCourtStep(t.Context(), ref, step, "", later(3), w.lib.Rules))
	}
	if after := w.facts(ref); after.Version != before.Version || after.Status != claim.StatusOpen || after.AskedAgain != today || after.CourtStage() != claim.CourtWithdrawn {
		t.Errorf("%+v", after)
	}
}

// A client can choose the court while its claim is monitored, once: what comes in from the day after is not halved, until it chooses monitoring again.
func TestTheCourtIsChosenDuringMonitoring(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, ref := t.Context(), w.open()
	court := func(on calendar.Date) error {
		return second(w.RecordDecision(ctx, ref, claim.ChooseCourt, at(on), stillSo))
	}
	monitoring := func(on calendar.Date) error {
		return second(w.RecordDecision(ctx, ref, claim.ChooseMonitoring, at(on), stillSo))
	}
	ok(t, monitoring(today))
	refused(t, court(today)) // it is decided, and monitoring has not begun
	ok(t, second(w.StartMonitoring(ctx, ref, at(today))))
	ok(t, monitoring(today))
	refused(t, second(w.RecordDecision(ctx, ref, claim.ChooseClose, at(today), stillSo)))
	ok(t, court(today.AddDays(40)))
	ok(t, court(today.AddDays(41))) // told twice is once
	f := w.facts(ref)
	if chosen := today.AddDays(40); f.Decision.Choice != claim.ChooseCourt || f.Decision.On != chosen || f.Interlude != (claim.Interlude{From: chosen.AddDays(1)}) || f.MonitoredFrom != today {
		t.Errorf("%+v, %+v", f.Decision, f.Interlude)
	}
	w.closes(ref, claim.StatusCourt)
	ok(t, w.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: claim.CourtWithdrawn, On: today.AddDays(60)}, "", at(today.AddDays(60)), w.lib.Rules))
	ok(t, monitoring(today.AddDays(70)))
	refused(t, court(today.AddDays(80)))
	halved := ""
	for _, days := range []int{-1, 0, 40, 41, 70, 71} {
		halved += fmt.Sprint(days, w.facts(ref).Halved(today.AddDays(days)), " ")
	}
	if halved != "-1 false 0 true 40 true 41 false 70 false 71 true " {
		t.Error(halved)
	}
}

// What was decided before the choice for the court is told of the days before it.
func TestAnEarlierDecisionIsKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseMonitoring, at(today), stillSo)))
	ok(t, second(w.StartMonitoring(t.Context(), ref, at(today))))
	ok(t, second(w.RecordDecision(t.Context(), ref, claim.ChooseCourt, at(today.AddDays(40)), stillSo)))
	for days, want := range map[int]claim.Choice{39: claim.ChooseMonitoring, 40: claim.ChooseCourt} {
		file, err := w.CourtFile(t.Context(), ref, 0, today.AddDays(days))
		ok(t, err)
		if d := file.Facts.Decision; d == nil || d.Choice != want || (file.Facts.Interlude.From.IsZero()) != (days == 39) || file.Chosen().IsZero() != (days == 39) {
			t.Errorf("after %d days: %+v, %+v", days, d, file.Facts.Interlude)
		}
	}
}

// A 14-day letter of another claim is part-paid when something came within the term that it gives: from its receipt, to a working day.
func TestALetterForAnotherClaimIsPartPaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		received, payBy, paid string
		want                  bool
	}{
		{"2026-11-05", "2026-11-17", "2026-11-02", false},
		{"2026-11-05", "2026-11-17", "2026-11-03", true},  // the day of the letter
		{"2026-11-05", "2026-11-17", "2026-11-19", true},  // received later than was thought: its last day
		{"2026-11-05", "2026-11-17", "2026-11-20", false}, // within 18 days of receipt, and too late
		{"2026-11-07", "2026-11-17", "2026-11-23", true},  // the 14th day is a Saturday: Monday is in time (art. 1 Algemene termijnenwet)
		{"2026-11-07", "2026-11-17", "2026-11-24", false},
		{"2026-12-11", "2026-11-17", "2026-12-28", true}, // Christmas and the weekend after it: Monday the 28th
		{"2026-12-11", "2026-11-17", "2026-12-29", false},
		{"2026-11-03", "2026-11-25", "2026-11-25", true}, // it gave a longer term
		{"", "2026-11-17", "2026-11-17", true},           // not known as received yet: the day that it gave
		{"", "2026-11-17", "2026-11-18", false},
	} {
		t.Run(c.received+" "+c.paid, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			debtor := w.newClaim().Debtor
			first := w.open(owedBy(debtor))
			w.noticed(first)
			_, _, _, err := w.RegisterLetter(t.Context(), first, w.next(first), at(today), w.lib.Rules, w.notice)
			ok(t, err)
			w.exec(`UPDATE letter SET received_on = NULLIF($2, '')::date, pay_by = $3::text::date WHERE claim_id = $1`, first.ClaimID, c.received, c.payBy)
			w.exec(`INSERT INTO settlement (client_id, claim_id, key, kind, value_on, amount) VALUES ($1, $2, 's', 'paid-to-client', $3::text::date, 1000)`, first.ClientID, first.ClaimID, c.paid)
			notices := w.facts(w.open(owedBy(debtor))).OtherNotices
			if len(notices) != 1 || notices[0].PartPaid != c.want {
				t.Errorf("%+v", notices)
			}
		})
	}
}
