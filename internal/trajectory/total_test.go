package trajectory_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var (
	someDay = rapid.Custom(func(t *rapid.T) calendar.Date {
		if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
			return calendar.Date{}
		}
		return day("2025-06-01").AddDays(rapid.IntRange(0, 1200).Draw(t, "day"))
	})
	someAmount = rapid.Custom(func(t *rapid.T) money.Amount {
		return money.Cents(rapid.Int64Range(0, 3_000_00).Draw(t, "cents"))
	})
	steps    = []string{"reminder", "sticker-reminder", "14-day-letter", "summons", "final-summons", trajectory.MonitoringLetter, trajectory.AdviceLetter, trajectory.DecisionReminder, trajectory.InterruptionLetter, "check", "complaint:a", "arrangement:a", "arrangement:a/1", "arrangement:b/2", "request:a", trajectory.DisputeUpheld, "no-such-step"}
	someStep = rapid.SampledFrom(steps)
)

// anyFacts are facts in any combination, sensible or not: what nobody thought of must have an answer too.
var anyFacts = rapid.Custom(func(t *rapid.T) claim.Facts {
	f := tell(rapid.SampledFrom([]string{"consumer", "sole trader", "company"}).Draw(t, "debtor"))
	f.Status = rapid.SampledFrom(append(claim.Statuses(), claim.StatusOpen, claim.StatusOpen, claim.StatusOpen)).Draw(t, "status")
	f.Plan = rapid.SampledFrom([]string{"premium", "basis", "gone"}).Draw(t, "plan")
	f.HasEmail = rapid.Bool().Draw(t, "e-mail")
	f.HandedOverOn, f.OpenedOn, f.Advised, f.MonitoredFrom, f.Withdrawn = someDay.Draw(t, "handed over"), someDay.Draw(t, "opened"), someDay.Draw(t, "advised"), someDay.Draw(t, "monitored"), calendar.Date{}
	if rapid.IntRange(0, 9).Draw(t, "withdraw") == 0 {
		f.Withdrawn = someDay.Draw(t, "withdrawn")
	}
	f.Settlements = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Settlement {
		return claim.Settlement{Key: rapid.String().Draw(t, "key"), Kind: rapid.SampledFrom(claim.SettlementKinds()).Draw(t, "kind"), On: someDay.Draw(t, "on"), Amount: someAmount.Draw(t, "amount") / 8}
	}), 0, 4).Draw(t, "settlements")
	f.Letters = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Letter {
		step := someStep.Draw(t, "step")
		return claim.Letter{
			Step: step, Kind: step, Cycle: rapid.IntRange(0, 3).Draw(t, "cycle"), Channel: rapid.SampledFrom([]string{"email", "post"}).Draw(t, "channel"),
			State: rapid.SampledFrom(claim.LetterStates()).Draw(t, "state"), On: calendar.Max(someDay.Draw(t, "on"), day("2025-06-01")), Received: someDay.Draw(t, "received"), PayBy: someDay.Draw(t, "pay by"), Demanded: someAmount.Draw(t, "demanded"),
		}
	}), 0, 9).Draw(t, "letters")
	f.Pauses = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Pause {
		return claim.Pause{
			Key: "p", Kind: rapid.SampledFrom([]claim.PauseKind{claim.PauseHold, claim.PauseDispute}).Draw(t, "kind"), From: someDay.Draw(t, "from"), Until: someDay.Draw(t, "until"),
			Outcome: rapid.SampledFrom([]string{"", "rejected", "rejected"}).Draw(t, "outcome"),
		}
	}), 0, 3).Draw(t, "pauses")
	f.Flags = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Flag {
		return claim.Flag{Kind: rapid.SampledFrom([]string{claim.FlagAddressUnknown, claim.FlagEmailBounced, claim.FlagBankrupt, claim.FlagMinor, "new"}).Draw(t, "flag"), From: someDay.Draw(t, "from"), Until: rapid.SampledFrom([]calendar.Date{{}, someDay.Draw(t, "until")}).Draw(t, "ended")}
	}), 0, 3).Draw(t, "flags")
	f.Skipped = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Done {
		return claim.Done{Step: someStep.Draw(t, "step"), On: someDay.Draw(t, "on")}
	}), 0, 4).Draw(t, "skipped")
	f.Requests = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Request {
		kind := rapid.SampledFrom(claim.RequestKinds()).Draw(t, "request")
		return claim.Request{Key: "a", Kind: kind, On: someDay.Draw(t, "asked"), Days: rapid.IntRange(0, 30).Draw(t, "days"), RemindAfter: rapid.IntRange(0, 30).Draw(t, "remind"), Answered: someDay.Draw(t, "answered")}
	}), 0, 2).Draw(t, "requests")
	f.Complaints = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Complaint {
		c := claim.NewComplaint(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key"), someDay.Draw(t, "received"))
		c.Recorded = rapid.SampledFrom([]time.Time{{}, c.On.At(12, 0), c.ConfirmBy.At(rapid.IntRange(0, 23).Draw(t, "hour"), 0)}).Draw(t, "recorded")
		return c
	}), 0, 2).Draw(t, "complaints")
	f.Promises = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Promise {
		return claim.Promise{Key: "p", On: someDay.Draw(t, "on"), By: someDay.Draw(t, "by"), Until: someDay.Draw(t, "until"), Amount: 1 + someAmount.Draw(t, "amount"), Settled: someAmount.Draw(t, "settled"), Ended: rapid.SampledFrom([]calendar.Date{{}, someDay.Draw(t, "ended")}).Draw(t, "taken back")}
	}), 0, 2).Draw(t, "promises")
	f.Arrangements = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Arrangement {
		return claim.Arrangement{
			Key: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key"), On: someDay.Draw(t, "on"), Settled: someAmount.Draw(t, "settled"), GraceDays: rapid.IntRange(0, 3).Draw(t, "grace"), ReminderDays: rapid.IntRange(1, 14).Draw(t, "reminder"),
			Instalments: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.Instalment {
				return claim.Instalment{Due: someDay.Draw(t, "due"), Amount: 1 + someAmount.Draw(t, "amount")/4}
			}), 1, 5).Draw(t, "instalments"), Ended: rapid.SampledFrom([]calendar.Date{{}, someDay.Draw(t, "ended")}).Draw(t, "is ended"),
		}
	}), 0, 2).Draw(t, "arrangements")
	f.Checks = rapid.SliceOfNDistinct(someCheck, 0, 3, func(c claim.Check) claim.Register { return c.Register }).Draw(t, "checks")
	f.Interrupted = rapid.SliceOfN(someDay, 0, 2).Draw(t, "interrupted")
	f.Court = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) claim.CourtStep {
		return claim.CourtStep{Stage: rapid.SampledFrom(claim.CourtStages()).Draw(t, "stage"), On: someDay.Draw(t, "on")}
	}), 0, 1).Draw(t, "court")
	if rapid.Bool().Draw(t, "decided") {
		f.Decision = &claim.Decision{Choice: rapid.SampledFrom([]claim.Choice{claim.ChooseMonitoring, claim.ChooseMonitoring, claim.ChooseCourt, ""}).Draw(t, "choice"), On: someDay.Draw(t, "on")}
	}
	return f
})

// Next answers everything, in time, and says the same thing when it is asked again.
func TestNextIsTotal(t *testing.T) {
	t.Parallel()
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		f := anyFacts.Draw(t, "facts")
		now := day("2025-06-01").At(0, 0).Add(time.Duration(rapid.IntRange(0, 4*365*24*60).Draw(t, "minutes")) * time.Minute)
		rules, err := l.Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "another trajectory") {
			rules.Policy = written(t, rules.Policy.For, 2)
		}
		rules.Registers = claim.Registers()[:rapid.IntRange(0, 3).Draw(t, "connected")]
		a, err := trajectory.Next(f, rules, now)
		if err != nil {
			t.Fatal(err)
		}
		again, _ := trajectory.Next(f, rules, now)
		switch {
		case a != again:
			t.Fatalf("asked twice: %+v, then %+v", a, again)
		case a.Kind == "" || a.Reason == "" || a.Stage == "":
			t.Fatalf("%+v does not say what, why or where", a)
		case a.Stage == trajectory.StageCourt && f.Status != claim.StatusCourt || (a.Kind == trajectory.ActNothing) != (f.Status.Final() && a.Stage != trajectory.StageCourt):
			t.Fatalf("a claim that is %s gets %s", f.Status, a.Kind)
		case !a.Due.IsZero() && (a.Due.Before(now) || a.Day != calendar.DateOf(a.Due)):
			t.Fatalf("at %s: %+v", now, a)
		}
		fates, err := trajectory.Course(f, rules, now)
		if err != nil || len(fates) < len(rules.Policy.Steps)+1 || slices.ContainsFunc(fates, func(x trajectory.Fate) bool { return x.Reason == "" || x.Turnout == "" }) {
			t.Fatalf("course: %+v (%v)", fates, err)
		}
		if allowed, _, why := calendar.ContactAllowed(a.Due); a.ToDebtor() && !allowed {
			t.Fatalf("%s at %s: %s", a.Step, a.Due, why)
		}
	})
}

// Whoever asks again while nothing changed hears the same day: it does not slide away as time passes.
func TestTheDayOfALetterDoesNotSlide(t *testing.T) {
	t.Parallel()
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		f := tell(rapid.SampledFrom([]string{"consumer" + noticed, "consumer" + stickered, "company" + bStickered, "company" + bSummoned}).Draw(t, "story"))
		f.ClaimID = rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "id")
		rules, _ := l.Rules(f)
		early := f.Letters[len(f.Letters)-1].On.At(20, 0)
		a, err := trajectory.Next(f, rules, early)
		if err != nil {
			t.Fatal(err)
		}
		between := early.Add(time.Duration(rapid.Int64Range(0, int64(a.Due.Sub(early))).Draw(t, "later")))
		b, err := trajectory.Next(f, rules, between)
		if err != nil || !a.Due.Equal(b.Due) || !a.Same(b) {
			t.Fatalf("at %s it was %s at %s; at %s it is %s at %s (%v)", early, a.Name(), a.Due, between, b.Name(), b.Due, err)
		}
	})
}
