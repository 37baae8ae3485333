package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/workflows"
)

// signedWorld is one agreement, with the real activities on a real database and Temporal's test environment.
type signedWorld struct {
	t     *testing.T
	store *postgres.Store
	files advancing
	ref   postgres.AgreementRef
	env   *testsuite.TestWorkflowEnvironment // of the year that runs
}

// advancing lets a test stand between the activity and the store: before it takes the lock, and after it has committed.
type advancing struct {
	*postgres.Store
	before func(at time.Time) error
	after  func(at time.Time, did agreement.Kind)
}

func (a *advancing) AdvanceAgreement(ctx context.Context, ref postgres.AgreementRef, by postgres.Actor, next postgres.AgreementNext) (agreement.Facts, agreement.Action, error) {
	if a.before != nil {
		if err := a.before(by.At); err != nil {
			return agreement.Facts{}, agreement.Action{}, err
		}
	}
	f, did, err := a.Store.AdvanceAgreement(ctx, ref, by, next)
	if a.after != nil && err == nil {
		a.after(by.At, did.Kind)
	}
	return f, did, err
}

// signed starts an agreement of Premium on a day: "" states no day.
func signed(t *testing.T, start string, at time.Time) *signedWorld {
	t.Helper()
	w := &signedWorld{t: t, store: postgres.NewStore(testkit.DB(t, postgres.Fingerprint(), migrate).App)}
	w.files.Store = w.store
	signing := postgres.Signing{By: postgres.Actor{Name: "operator", At: at}}
	if start != "" {
		signing.On = calendar.MustParseDate(start)
	}
	id, err := w.store.SaveClient(t.Context(), postgres.Client{Code: "VBE", Plan: "premium", Signed: signing, Party: postgres.Party{
		Name: "Voorbeeld", Street: "Kade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: "client@voorbeeld.example", Language: "nl",
	}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := w.store.Agreement(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	w.ref = postgres.AgreementRef{ClientID: id, AgreementID: f.AgreementID}
	return w
}

// happening is something that is told at an instant, and how many signals the workflow gets of it.
type happening struct {
	at      string
	signals int
	tell    func(w *signedWorld, by postgres.Actor) error
}

func noticeOf(received string, registered bool) func(*signedWorld, postgres.Actor) error {
	return func(w *signedWorld, by postgres.Actor) error {
		_, _, err := w.store.RecordNotice(context.Background(), w.ref.ClientID, calendar.MustParseDate(received), registered, by)
		return err
	}
}

func takeBack(key string) func(*signedWorld, postgres.Actor) error {
	return func(w *signedWorld, by postgres.Actor) error {
		_, err := w.store.TakeBackNotice(context.Background(), w.ref.ClientID, key, "stays", by)
		return err
	}
}

// live runs the agreement from an instant, run after run, until it ends or until so many runs have passed: a run lasts until the next agreement year has begun.
func (w *signedWorld) live(from string, runs int, events ...happening) string {
	w.t.Helper()
	told := make([]bool, len(events))
	for now := instant(from); runs > 0; runs, now = runs-1, w.env.Now() {
		w.newRun(now, events, told)
		w.env.ExecuteWorkflow(workflows.AgreementWorkflow, workflows.AgreementInput{ClientID: w.ref.ClientID, AgreementID: w.ref.AgreementID})
		err := w.env.GetWorkflowError()
		var again *workflow.ContinueAsNewError
		if err == nil {
			return w.story()
		}
		if !errors.As(err, &again) || again.WorkflowType.Name != workflows.AgreementWorkflow {
			w.t.Fatalf("an agreement never fails: %v", err)
		}
	}
	return w.story()
}

func (w *signedWorld) newRun(now time.Time, events []happening, told []bool) {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	env := suite.NewTestWorkflowEnvironment()
	w.env = env
	env.SetTestTimeout(20 * time.Second) // of standing still
	env.SetWorkerOptions(patient)
	env.SetStartTime(now)
	workflows.RegisterAgreements(env, &activities.Agreements{Files: &w.files, Rules: agreement.Rules{Plans: w.plans(), RemindDays: 30}})
	for i, e := range events {
		if told[i] {
			continue
		}
		env.RegisterDelayedCallback(func() {
			if told[i] {
				return
			}
			told[i] = true
			if err := e.tell(w, postgres.Actor{Name: "operator", At: env.Now()}); err != nil {
				w.t.Errorf("%s: %v", e.at, err)
			}
			for range e.signals {
				env.SignalWorkflow(workflows.SignalAgreement, workflows.FactRecorded{Key: "k"})
			}
		}, max(instant(e.at).Sub(now), 0))
	}
}

// plans are those that are shipped, with a contribution for Premium.
func (w *signedWorld) plans() agreement.Plans {
	plans, price := shippedPlans(w.t), money.Cents(250_00)
	premium := plans["premium"]
	premium.Contribution = &price
	plans["premium"] = premium
	return plans
}

// story tells the file of the agreement.
func (w *signedWorld) story() string {
	w.t.Helper()
	events, err := w.store.AgreementEvents(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	lines := make([]string, len(events))
	for i, e := range events {
		lines[i] = strings.TrimSpace(fmt.Sprintf("%s %s %v", calendar.DateOf(e.At), e.Kind, e.Detail["task"]))
		lines[i] = strings.TrimSuffix(lines[i], " <nil>")
	}
	return strings.Join(lines, "\n")
}

func TestAgreementOverTheYears(t *testing.T) {
	t.Parallel()
	const start = "2026-03-01" // years end with February, and take notices until 30 November
	cancels := func(w *signedWorld, _ postgres.Actor) error { w.env.CancelWorkflow(); return nil }
	states := func(w *signedWorld, by postgres.Actor) error {
		_, err := w.store.StartAgreement(context.Background(), w.ref.ClientID, calendar.MustParseDate(start), by)
		return err
	}
	for _, c := range []struct {
		name   string
		stated string
		runs   int
		events []happening
		want   string
	}{
		{"five years of silence: each renews, and cancelling the workflow changes nothing", start, 5, []happening{{"2028-05-05 12:00", 0, cancels}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-12-01 task-dropped renewal:1
			2027-03-01 renewed
			2027-03-01 contribution-due
			2027-10-31 task-opened renewal:2
			2027-12-01 task-dropped renewal:2
			2028-03-01 renewed
			2028-03-01 contribution-due
			2028-10-31 task-opened renewal:3
			2028-12-01 task-dropped renewal:3
			2029-03-01 renewed
			2029-03-01 contribution-due
			2029-10-31 task-opened renewal:4
			2029-12-01 task-dropped renewal:4
			2030-03-01 renewed
			2030-03-01 contribution-due
			2030-10-31 task-opened renewal:5
			2030-12-01 task-dropped renewal:5
			2031-03-01 renewed
			2031-03-01 contribution-due`},
		{"a registered notice on the last day, told three times", start, 9, []happening{{"2026-11-30 16:00", 3, noticeOf("2026-11-30", true)}, {"2026-12-05 16:00", 1, noticeOf("2026-11-30", true)}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-11-30 notice-received
			2026-11-30 task-opened answer-notice:2026-11-30-registered
			2026-11-30 task-dropped renewal:1
			2027-03-01 ended`},
		{"the day after: it renews once, is answered, and ends a year later", start, 9, []happening{{"2026-12-01 00:01", 1, noticeOf("2026-12-01", true)}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-12-01 task-dropped renewal:1
			2026-12-01 notice-received
			2026-12-01 task-opened answer-notice:2026-12-01-registered
			2027-03-01 renewed
			2027-03-01 contribution-due
			2028-03-01 ended`},
		{"not registered: it is answered and renews", start, 1, []happening{{"2026-06-01 12:00", 1, noticeOf("2026-06-01", false)}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-06-01 notice-received
			2026-06-01 task-opened answer-notice:2026-06-01-plain
			2026-10-31 task-opened renewal:1
			2026-12-01 task-dropped renewal:1
			2027-03-01 renewed
			2027-03-01 contribution-due`},
		{"taken back in the last minute", start, 2, []happening{{"2026-11-10 12:00", 1, noticeOf("2026-11-10", true)}, {"2027-02-28 23:59", 1, takeBack("2026-11-10-registered")}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-11-10 notice-received
			2026-11-10 task-opened answer-notice:2026-11-10-registered
			2026-11-10 task-dropped renewal:1
			2027-02-28 notice-taken-back
			2027-02-28 task-opened answer-notice:2026-11-10-registered
			2027-03-01 renewed
			2027-03-01 contribution-due
			2027-10-31 task-opened renewal:2
			2027-12-01 task-dropped renewal:2
			2028-03-01 renewed
			2028-03-01 contribution-due`},
		{"nobody tells the workflow: it knows on the next day it looks", start, 9, []happening{{"2026-11-30 23:59", 0, noticeOf("2026-11-30", true)}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-11-30 notice-received
			2026-12-01 task-opened answer-notice:2026-11-30-registered
			2026-12-01 task-dropped renewal:1
			2027-03-01 ended`},
		{"a notice in time that is found after the renewal", start, 9, []happening{{"2027-03-09 12:00", 1, noticeOf("2026-11-30", true)}}, `
			2026-02-10 started
			2026-03-01 year-began
			2026-03-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-12-01 task-dropped renewal:1
			2027-03-01 renewed
			2027-03-01 contribution-due
			2027-03-09 notice-received
			2027-03-09 task-opened answer-notice:2026-11-30-registered
			2027-03-09 contribution-withdrawn
			2027-03-09 ended`},
		{"an assumed start: nothing is due until it is stated", "", 1, []happening{{"2026-06-01 12:00", 1, states}}, `
			2026-02-10 started
			2026-02-10 task-opened state-start
			2026-06-01 start-stated
			2026-06-01 task-dropped state-start
			2026-06-01 year-began
			2026-06-01 contribution-due
			2026-10-31 task-opened renewal:1
			2026-12-01 task-dropped renewal:1
			2027-03-01 renewed
			2027-03-01 contribution-due`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := signed(t, c.stated, instant("2026-02-10 09:00"))
			if got, want := w.live("2026-02-10 09:00", c.runs, c.events...), strings.ReplaceAll(strings.TrimSpace(c.want), "\t", ""); got != want {
				t.Errorf("\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// What cannot be done is tried again until it can, and nothing is done twice by it.
func TestAgreementOutlastsADatabaseThatIsDown(t *testing.T) {
	t.Parallel()
	w := signed(t, "2026-03-01", instant("2026-02-10 09:00"))
	tries := 0
	w.files.before = func(now time.Time) error {
		down := now.After(instant("2026-02-28 12:00")) && now.Before(instant("2026-03-02 12:00"))
		if down {
			tries++
			return errors.New("down")
		}
		return nil
	}
	want := "2026-02-10 started\n2026-03-02 year-began\n2026-03-02 contribution-due\n"
	if got := w.live("2026-02-10 09:00", 1); !strings.HasPrefix(got, want) || strings.Count(got, "contribution-due") != 2 || tries < 10 {
		t.Errorf("after %d tries\n%s", tries, got)
	}
}

// The query tells where the agreement stands and what it waits for.
func TestAgreementTellsItsState(t *testing.T) {
	t.Parallel()
	w := signed(t, "2026-03-01", instant("2026-03-01 09:00"))
	asked := happening{at: "2026-04-01 12:00", tell: func(w *signedWorld, _ postgres.Actor) error {
		answer, err := w.env.QueryWorkflow(workflows.QueryState)
		if err != nil {
			return err
		}
		var s workflows.AgreementState
		if err := answer.Get(&s); err != nil {
			return err
		}
		if s.State.Status != agreement.Running || s.State.Year.Number != 1 || !s.Wait.Equal(instant("2026-10-31 00:00")) || !strings.Contains(s.Reason, "30 days before 2026-11-30") {
			return fmt.Errorf("%+v", s)
		}
		return nil
	}}
	w.live("2026-03-01 09:00", 1, asked)
}
