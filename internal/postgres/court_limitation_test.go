package postgres_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Limitation of a claim before the court can be interrupted by hand until its outcome is recorded; the task to do so ends with that, or with a stage.
func TestAnInterruptionByHandBeforeTheCourt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story  string
		stages []claim.CourtStage
		then   func(w *world, ref postgres.Ref) error
		want   string
	}{
		{"before the hand-over", nil, interruptedToday, "done"},
		{"asked of the dead", nil, nil, "open"},
		{"a summons is served", nil, stageToday(claim.CourtServed), "dropped"},
		{"the parties settle", nil, stageToday(claim.CourtSettled), "dropped"},
		{"taken back: its last day comes all the same", nil, stageToday(claim.CourtWithdrawn), "open"},
		{"after the summons", []claim.CourtStage{claim.CourtServed}, interruptedToday, "done"},
		{"after the judgment nothing is asked", []claim.CourtStage{claim.CourtServed, claim.CourtJudgment}, interruptedToday, "refused"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.forTheCourt(c.stages...)
			task := trajectory.InterruptByHand + trajectory.Enforceable(w.facts(ref)).LastDay.String()
			ok(t, second(w.OpenTask(t.Context(), ref, task, "interrupt", at(today))))
			refused(t, w.CompleteTask(t.Context(), ref, task, "done", at(today)))
			got := "done"
			if c.then != nil {
				if err := c.then(w, ref); err != nil {
					refused(t, err)
					got = "refused"
				}
			}
			for _, x := range w.facts(ref).Tasks {
				switch {
				case x.Key == task && x.Dropped:
					got = "dropped"
				case x.Key == task && x.Open && got != "refused":
					got = "open"
				}
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func interruptedToday(w *world, ref postgres.Ref) error {
	return w.RecordInterruption(w.Context(), ref, postgres.Interruption{Key: "i", How: "letter to the heirs", On: today}, at(today))
}

func stageToday(stage claim.CourtStage) func(w *world, ref postgres.Ref) error {
	return func(w *world, ref postgres.Ref) error {
		return w.RecordCourtStep(w.Context(), ref, claim.CourtStep{Stage: stage, On: today}, "", at(today), w.lib.Rules)
	}
}

// The interruption of a claim for the court is a letter as any other: what did not leave yet is tried again, and what comes back closes its channel.
func TestTheInterruptionOfAClaimForTheCourtIsALetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	on := calendar.MustParseDate("2028-07-10")
	begins := func() (postgres.Ref, postgres.Letter) {
		ref := w.forTheCourt()
		ok(t, second(w.OpenTask(t.Context(), ref, trajectory.LateHandOver+"2026-11-10", "hand it over", at(today))))
		rules, err := w.lib.Rules(w.facts(ref))
		ok(t, err)
		action, err := trajectory.Next(w.facts(ref), rules, on.At(12, 0))
		ok(t, err)
		if action.Step != trajectory.InterruptionLetter || action.Channel != trajectory.ChannelPost {
			t.Fatalf("%+v", action)
		}
		l, _, registered, err := w.RegisterLetter(t.Context(), ref, action, at(on), w.lib.Rules, write)
		ok(t, err)
		w.expire(ref)
		ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
		if w.inDoubt(ref) {
			t.Fatal("the sweeper would look at it for ever")
		}
		if !registered || w.state(l) != "claimed" {
			t.Fatalf("registered %v, %s", registered, w.state(l))
		}
		return ref, l
	}
	ref, l := begins()
	ok(t, second(w.SettleLetter(t.Context(), ref, l, postgres.Settled{State: claim.LetterAccepted, Received: on, Reply: "posted"}, at(on))))
	file, err := w.CaseFile(t.Context(), ref)
	ok(t, err)
	sum := sha256.Sum256([]byte(file.Debtor.Recipient(l.Channel)))
	w.exec(`UPDATE letter SET recipient = $2 WHERE id = $1`, l.ID, hex.EncodeToString(sum[:]))
	ok(t, w.ReturnLetter(t.Context(), ref, postgres.Returned{Step: l.Step, On: on.AddDays(3)}, at(on.AddDays(3)), w.lib.Rules))
	if f := w.facts(ref); len(f.Flags) != 1 || f.Flags[0].Kind != claim.FlagAddressUnknown || trajectory.Enforceable(f).LastDay != calendar.MustParseDate("2028-10-04") {
		t.Errorf("it came back: %+v, until %s", f.Flags, trajectory.Enforceable(f).LastDay)
	}
	for _, stage := range []claim.CourtStage{claim.CourtServed, claim.CourtSettled} {
		ref, l = begins()
		ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: stage, On: on}, "", at(on), w.lib.Rules))
		if !w.inDoubt(ref) {
			t.Errorf("%s: the sweeper does not find it", stage)
		}
		ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
		if w.state(l) != "failed" {
			t.Errorf("%s: nobody takes it up any more: %s", stage, w.state(l))
		}
	}
}

// A summons interrupts limitation when it is served in time, whenever that is told. One that is served later interrupts nothing: a person is told until the client has decided, something else proves to have
// interrupted it, or the procedure has ended.
func TestASummonsAfterTheLastDayInterruptsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := trajectory.Enforceable(w.facts(w.forTheCourt())).LastDay
	told := last.AddDays(10)
	for _, c := range []struct {
		story  string
		served calendar.Date
		asked  bool // before it is told
		want   bool // afterwards
	}{
		{"on the last day, told later", last, true, false},
		{"the day after", last.AddDays(1), true, true},
		{"and nobody was asked yet", last.AddDays(1), false, true},
	} {
		ref, task := w.forTheCourt(), trajectory.InterruptByHand+last.String()
		if c.asked {
			ok(t, second(w.OpenTask(t.Context(), ref, task, "interrupt", at(last))))
		}
		ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtServed, On: c.served}, "", at(told), w.lib.Rules))
		open := slices.Contains(w.facts(ref).Tasks, claim.Task{Key: task, Open: true})
		says := query[string](w, `SELECT detail FROM task WHERE claim_id = $1 UNION ALL SELECT '' ORDER BY 1 DESC LIMIT 1`, ref.ClaimID)
		if open != c.want || open && !strings.Contains(says, "the summons was served on "+c.served.String()+", and the claim was time-barred after "+last.String()) {
			t.Errorf("%s: open %v, %q", c.story, open, says)
		}
		ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtLost, On: told}, "", at(told), w.lib.Rules))
		if slices.Contains(w.facts(ref).Tasks, claim.Task{Key: task, Open: true}) {
			t.Errorf("%s: it is open after the procedure", c.story)
		}
	}
}

// What no fact ends any more a person ends.
func TestATaskOfAClaimThatHasEndedIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.RaiseDispute(t.Context(), ref, "d", "never delivered", at(today)))
	dispute := claim.Pause{Key: "d"}
	for _, key := range []string{dispute.JudgeTask(), dispute.LateTask()} {
		ok(t, second(w.OpenTask(t.Context(), ref, key, "judge it", at(today))))
		if err := w.CompleteTask(t.Context(), ref, key, "done", at(today)); err == nil || !strings.Contains(err.Error(), "ends when the dispute is judged (claim judge)") {
			t.Errorf("%s: %v", key, err)
		}
	}
	w.exec(`UPDATE claim SET status = 'withdrawn' WHERE id = $1`, ref.ClaimID)
	for _, key := range []string{dispute.JudgeTask(), dispute.LateTask()} {
		ok(t, w.CompleteTask(t.Context(), ref, key, "the client took it back", at(today)))
	}
}

// inDoubt says whether the sweeper finds a letter of the claim to settle.
func (w *world) inDoubt(ref postgres.Ref) bool {
	w.Helper()
	refs, err := w.LettersInDoubt(w.Context(), 100)
	ok(w, err)
	return slices.Contains(refs, ref)
}
