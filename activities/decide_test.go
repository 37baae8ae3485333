package activities_test

import (
	"context"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// moving are the files of a claim of which the client's plan changes between a first look and the lock.
type moving struct {
	activities.CaseFiles
	seen, locked claim.Facts
	recorded     claim.Choice
	repaired     claim.Repair
}

func (m *moving) Facts(context.Context, postgres.Ref) (claim.Facts, error) { return m.seen, nil }

func (m *moving) RecordDecision(_ context.Context, _ postgres.Ref, choice claim.Choice, _ postgres.Actor, allowed postgres.Still) (claim.Facts, error) {
	return m.record(choice, allowed)
}

func (m *moving) RecordDefault(_ context.Context, _ postgres.Ref, choice claim.Choice, _ string, _ postgres.Actor, still postgres.Still) (claim.Facts, error) {
	return m.record(choice, still)
}

func (m *moving) CloseClaim(_ context.Context, _ postgres.Ref, outcome claim.Status, _ string, _ postgres.Actor, still postgres.Still) (claim.Facts, error) {
	ok, err := still(m.locked)
	if ok {
		m.locked.Status = outcome
	}
	return m.locked, err
}

func (m *moving) RecordRepair(_ context.Context, _ postgres.Ref, r claim.Repair, _ postgres.Actor, allowed postgres.Still) (claim.Facts, error) {
	ok, err := allowed(m.locked)
	if ok {
		m.repaired = r
	}
	return m.locked, err
}

func (m *moving) record(choice claim.Choice, still postgres.Still) (claim.Facts, error) {
	ok, err := still(m.locked)
	if ok {
		m.recorded = choice
	}
	return m.locked, err
}

// The plan that counts is that of the moment at which the decision is recorded, under the claim's lock: the client's own, and the default.
func TestThePlanUnderTheLockDecides(t *testing.T) {
	t.Parallel()
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	plans := agreement.Plans{"basis": {ID: "basis"}, "premium": {ID: "premium", DebtMonitoring: true}}
	for _, c := range []struct {
		name, seen, locked  string
		decision, byDefault claim.Choice
	}{
		{"premium stays", "premium", "premium", claim.ChooseMonitoring, claim.ChooseMonitoring},
		{"premium became basis", "premium", "basis", "", ""}, // the default is decided again
		{"basis became premium", "basis", "premium", claim.ChooseMonitoring, ""},
	} {
		f := file(t, "1000.00", c.seen, "nl").Facts
		f.Advised = advised
		for _, step := range []string{"final-summons", claim.AdviceLetter, trajectory.DecisionReminder} {
			f.Letters = append(f.Letters, claim.Letter{Step: step, Kind: step, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: advised, Received: advised})
		}
		files := &moving{seen: f, locked: f}
		files.locked.Plan = c.locked
		claims := activities.Claims{Files: files, Rules: shelf, Plans: plans}
		asOf := advised.AddDays(60).At(10, 0)
		_, err := claims.RecordDecision(t.Context(), activities.Request{Act: activities.Act{AsOf: asOf}, Actor: "client", Choice: claim.ChooseMonitoring})
		if refused := err != nil && strings.Contains(err.Error(), "debt monitoring is not part of plan basis"); files.recorded != c.decision || refused != (c.decision == "") {
			t.Errorf("%s: decided %q, %v", c.name, files.recorded, err)
		}
		rules, err := shelf.Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		files.recorded = ""
		next, err := trajectory.Next(f, rules, asOf)
		if err != nil || next.Kind != trajectory.ActDecide {
			t.Fatalf("%+v, %v", next, err)
		}
		files.locked.Decision = nil
		if s, err := claims.DecideByDefault(t.Context(), activities.Act{Action: next, AsOf: asOf}); err != nil || files.recorded != c.byDefault || s.Next.Kind != trajectory.ActDecide {
			t.Errorf("%s: by default %q, then %+v, %v", c.name, files.recorded, s.Next, err)
		}
	}
}

// What a client cannot decide is refused on the facts under the claim's lock, whatever its workflow knew.
func TestADecisionIsJudgedUnderTheLock(t *testing.T) {
	t.Parallel()
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	dispute := claim.Pause{Key: "d1", Kind: claim.PauseDispute, From: advised}
	for _, c := range []struct {
		name   string
		choice claim.Choice
		change func(*claim.Facts)
		want   string
	}{
		{"advised since", claim.ChooseClose, func(*claim.Facts) {}, ""},
		{"not advised yet", claim.ChooseClose, func(f *claim.Facts) { f.Advised = calendar.Date{} }, "there is nothing to decide before the escalation advice"},
		{"disputed", claim.ChooseClose, func(f *claim.Facts) { f.Pauses = []claim.Pause{dispute} }, "the debtor disputes the claim: it is judged first (requirement T14)"},
		{"disputed, and the court", claim.ChooseCourt, func(f *claim.Facts) { f.Pauses = []claim.Pause{dispute} }, "the debtor disputes the claim: it is judged first (requirement T14)"},
		{"withdrawn a moment ago", claim.ChooseCourt, func(f *claim.Facts) { f.Withdrawn = advised.AddDays(3) }, "the client withdrew the claim already"},
		{"closed by an operator a moment ago", claim.ChooseCourt, func(f *claim.Facts) { f.Closing = &claim.Closing{Reason: "x", On: advised.AddDays(3)} }, "the claim is being closed already"},
		{"taken back from the court before", claim.ChooseCourt, func(f *claim.Facts) { f.Court = []claim.CourtStep{{Stage: claim.CourtWithdrawn, On: advised}} }, "right would be monitoring or close"},
	} {
		f := file(t, "1000.00", "basis", "nl").Facts
		files := &moving{seen: f, locked: f}
		files.locked.Advised = advised
		c.change(&files.locked)
		claims := activities.Claims{Files: files, Rules: shelf, Plans: agreement.Plans{"basis": {ID: "basis"}}}
		_, err := claims.RecordDecision(t.Context(), activities.Request{Act: activities.Act{AsOf: advised.AddDays(3).At(10, 0)}, Actor: "client", Choice: c.choice})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) || (files.recorded == c.choice) != (c.want == "") {
			t.Errorf("%s: recorded %q, %v", c.name, files.recorded, err)
		}
	}
}

// An operator repairs a claim whose workflow starts anew and has not read yet what needs attention: the case file says of which step it is,
// except of one that is left out: that is the one which the operator saw.
func TestARepairIsOfWhatNeedsAttention(t *testing.T) {
	t.Parallel()
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	f := file(t, "1000.00", "basis", "nl").Facts
	summons := &claim.Attention{Action: "summons", Cause: "Carrier", Since: advised.At(9, 0)}
	paid := []claim.Settlement{{Key: "p", Kind: claim.PaidToClient, On: f.HandedOverOn, Amount: money.MustParse("1170.00")}}
	for _, c := range []struct {
		attention       *claim.Attention
		do, named, want string
	}{
		{summons, "retry", "", "summons"},
		{summons, "close", "", "summons"}, // of a trifle: of more two persons do (decision 64)
		{summons, "skip", "", ""},
		{summons, "override", "", ""},
		{summons, "skip", "reminder", "reminder"},
		{nil, "retry", "", ""},
	} {
		files := &moving{seen: f, locked: f}
		files.seen.Attention = c.attention
		if c.do == "close" {
			files.locked.Settlements = paid
		}
		claims := activities.Claims{Files: files, Rules: shelf}
		_, err := claims.RecordRepair(t.Context(), activities.Request{Act: activities.Act{AsOf: advised.At(10, 0)}, Actor: "operator", Repair: claim.Repair{Key: "r", Do: c.do, Step: c.named, Reason: "x"}})
		if err != nil || files.repaired.Step != c.want {
			t.Errorf("%s %q repaired %q, want %q: %v", c.do, c.named, files.repaired.Step, c.want, err)
		}
	}
	files := &moving{seen: f, locked: f}
	files.seen.Attention, files.seen.Settlements = summons, paid // and taken back since
	claims := activities.Claims{Files: files, Rules: shelf}
	_, err = claims.RecordRepair(t.Context(), activities.Request{Act: activities.Act{AsOf: advised.At(10, 0)}, Actor: "operator", Repair: claim.Repair{Key: "r", Do: "close", Reason: "x"}})
	if err == nil || files.repaired.Do != "" || !strings.HasSuffix(strings.TrimSuffix(err.Error(), " (type: Conflict, retryable: false)"), "is owed, and one person closes a claim of at most 5.00; right would be claim close, which two persons say") {
		t.Errorf("closed by one person: %+v, %v", files.repaired, err)
	}
}

// A default is not recorded of a claim that the debtor disputed meanwhile, and a claim is not closed as paid of which the payment was taken back: under the lock something else comes next.
func TestWhatChangedUnderTheLockGoesFirst(t *testing.T) {
	t.Parallel()
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	asOf := advised.AddDays(60).At(10, 0)
	advisedOf := func() claim.Facts {
		f := file(t, "1000.00", "basis", "nl").Facts
		f.Advised = advised
		for _, step := range []string{"final-summons", claim.AdviceLetter, trajectory.DecisionReminder} {
			f.Letters = append(f.Letters, claim.Letter{Step: step, Kind: step, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: advised, Received: advised})
		}
		return f
	}
	paid := advisedOf()
	paid.Settlements = []claim.Settlement{{Key: "p", Kind: claim.PaidToClient, On: advised, Known: advised, Amount: money.MustParse("1173.08")}}
	disputed := func(f *claim.Facts) {
		f.Pauses = []claim.Pause{{Key: "d1", Kind: claim.PauseDispute, From: advised.AddDays(60)}}
	}
	takenBack := func(f *claim.Facts) { f.Settlements = nil }
	for _, c := range []struct {
		name   string
		seen   claim.Facts
		change func(*claim.Facts)
		kind   trajectory.Kind
		done   bool
	}{
		{"the default", advisedOf(), func(*claim.Facts) {}, trajectory.ActDecide, true},
		{"the default, disputed meanwhile", advisedOf(), disputed, trajectory.ActDecide, false},
		{"the end of what is paid", paid, func(*claim.Facts) {}, trajectory.ActClose, true},
		{"the end of what was paid, taken back meanwhile", paid, takenBack, trajectory.ActClose, false},
	} {
		rules, err := shelf.Rules(c.seen)
		if err != nil {
			t.Fatal(err)
		}
		next, err := trajectory.Next(c.seen, rules, asOf)
		if err != nil || next.Kind != c.kind {
			t.Fatalf("%s: %+v, %v", c.name, next, err)
		}
		files := &moving{seen: c.seen, locked: c.seen}
		c.change(&files.locked)
		claims := activities.Claims{Files: files, Rules: shelf, Plans: agreement.Plans{"basis": {ID: "basis"}}}
		do := map[trajectory.Kind]func(context.Context, activities.Act) (activities.Situation, error){trajectory.ActDecide: claims.DecideByDefault, trajectory.ActClose: claims.CloseClaim}[c.kind]
		_, err = do(t.Context(), activities.Act{Action: next, AsOf: asOf})
		if done := files.recorded != "" || files.locked.Status.Final(); err != nil || done != c.done {
			t.Errorf("%s: done %v, %v", c.name, done, err)
		}
	}
}
