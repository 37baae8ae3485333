package scenario

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/registers"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// life is one claim with everything around it.
type life struct {
	scenario Scenario
	store    *postgres.Store
	rules    *trajectory.Library
	plans    agreement.Plans
	lenient  claim.Leniency
	answers  claim.AnswerTerms
	agency   letter.Party
	labels   []letter.StickerLabel
	client   string // code
	claims   *activities.Claims
	letters  *activities.Letters
	mail     *mailServer
	ref      postgres.Ref
	other    postgres.Ref                       // the claim of another client on the same debtor; zero: there is none
	happened int                                // how many of the events have
	env      *testsuite.TestWorkflowEnvironment // nil: no worker runs, or the claim has ended
	reopened bool                               // the claim had ended, and its workflow is to start again
	waits    map[string]bool                    // receipts that came without a reference
	moments  []moment                           // what was known and decided, in order of time
	notes    []Entry                            // what no case file tells
	comes    func(at time.Time)                 // makes room in env for one more event at an instant
	failed   error                              // of an event

	remindDays int       // of the renewal of the agreement
	followed   time.Time // until when the agreement was advanced; zero: its years are not told
}

// whole hands the claim over and lets it live to its end, or that of the telling.
func (l *life) whole(ctx context.Context, h *Host) (told Life, err error) {
	if l.scenario.trajectory != nil {
		l.rules = l.rules.With(*l.scenario.trajectory)
	}
	l.rules = l.rules.Knowing(l.scenario.others...)
	if err := l.scenario.Unplanned(l.plans); err != nil {
		return told, err
	}
	if l.rules, err = charging(l.rules, l.plans, l.scenario.Commission); err != nil {
		return told, err
	}
	desk, err := l.registers()
	if err != nil {
		return told, err
	}
	l.rules = l.rules.Asking(desk.Registers()...)
	l.claims = &activities.Claims{Files: l.store, Rules: l.rules, Plans: l.plans, Registers: desk, Agency: l.agency}
	if l.letters, err = h.Letters(l.store, l.rules, l.plans, l.mail); err != nil {
		return told, err
	}
	refused, err := l.handOver(ctx)
	if err != nil || refused != "" {
		return refusedLife(l.scenario, refused), err
	}
	if err := l.live(ctx); err != nil {
		return told, err
	}
	if err := l.follow(ctx, l.scenario.signed.told.At(24, 0)); err != nil {
		return told, err
	}
	return l.tell(ctx)
}

// registers are those that the scenario tells of, which answer from it.
func (l *life) registers() (*registers.Desk, error) {
	var lines []string
	for _, e := range l.scenario.Events {
		if register, ok := strings.CutSuffix(e.Name, ofRegister); ok {
			lines = append(lines, fmt.Sprintf("%s %s %s", calendar.DateOf(e.At), register, e.main()))
		}
	}
	sources := map[claim.Register]registers.Source{}
	if len(lines) > 0 {
		script, err := registers.Script(lines...)
		if err != nil {
			return nil, err
		}
		for _, register := range claim.Registers() {
			sources[register] = script
		}
	}
	return registers.Connect(sources)
}

// live goes from one stretch of the life to the next: the workers run, or are down, or the claim has ended and may be opened again. in is the run of the
// workflow that comes next; nil: none does.
func (l *life) live(ctx context.Context) (err error) {
	now, in := l.scenario.HandedOver, l.start()
	for stretches := 0; err == nil && now.Before(l.scenario.Until); stretches++ {
		if stretches > 1000 {
			return errors.New("the runs of the workflow go on for ever")
		}
		o, down := within(l.scenario.outages, now)
		switch {
		case down:
			now, in, err = l.outage(ctx, o.until, in)
		case in == nil:
			now, in, err = l.rest(ctx, l.scenario.nextOutage(now))
		default:
			now, in, err = l.work(ctx, now, *in)
		}
	}
	return err
}

func (l *life) start() *workflows.ClaimInput {
	in := workflows.NewClaim(l.ref.ClientID, l.ref.ClaimID)
	return &in
}

// coming is the next event when it happens before an instant.
func (l *life) coming(before time.Time) (Event, bool) {
	if l.happened == len(l.scenario.Events) || !l.scenario.Events[l.happened].At.Before(before) {
		return Event{}, false
	}
	return l.scenario.Events[l.happened], true
}

// rest lets events happen to a claim that has ended, until one opens it again.
func (l *life) rest(ctx context.Context, until time.Time) (time.Time, *workflows.ClaimInput, error) {
	for e, ok := l.coming(until); ok; e, ok = l.coming(until) {
		if err := l.happen(ctx, e); err != nil {
			return until, nil, err
		}
		if l.reopened {
			l.reopened = false
			return e.At, l.start(), nil
		}
	}
	return until, nil, nil
}

// outage lets facts come in while no worker runs. When the workers are back, what is due by then is due at once, on the facts of then: that is what timers
// and signals that waited come to.
func (l *life) outage(ctx context.Context, until time.Time, in *workflows.ClaimInput) (time.Time, *workflows.ClaimInput, error) {
	for e, ok := l.coming(until); ok; e, ok = l.coming(until) {
		if err := l.happen(ctx, e); err != nil {
			return until, nil, err
		}
	}
	if l.reopened {
		l.reopened = false
		return until, l.start(), nil
	}
	if in == nil {
		return until, nil, nil
	}
	situation, err := l.claims.ReadCase(ctx, activities.Act{ClientID: l.ref.ClientID, ClaimID: l.ref.ClaimID, AsOf: until})
	if e, ok := l.coming(until.Add(1)); ok && e.kind.asks { // the server hands it to the workers with the timers that are over
		situation.Next = trajectory.Action{Kind: trajectory.ActWait, Stage: situation.Next.Stage, Due: until.Add(time.Millisecond)}
	} else if err == nil {
		l.moments = append(l.moments, moment{until, situation})
	}
	in = l.start()
	in.Situation = &situation
	return until, in, err
}

// work lets the workers run one run of the claim's workflow, until it ends or they go down. The environment has no server that would start the next run.
func (l *life) work(ctx context.Context, now time.Time, in workflows.ClaimInput) (_ time.Time, next *workflows.ClaimInput, err error) {
	stop := l.scenario.nextOutage(now)
	defer func() {
		l.env = nil
		if p := recover(); p != nil {
			err = errors.Join(ctx.Err(), fmt.Errorf("run the workflow: %v", p))
		}
	}()
	l.env = l.environment(ctx, now, stop)
	l.env.ExecuteWorkflow(workflows.ClaimWorkflow, in)
	if l.failed != nil {
		return now, nil, l.failed
	}
	var again *workflow.ContinueAsNewError
	var timeout *temporal.TimeoutError
	switch err := l.env.GetWorkflowError(); {
	case err == nil:
		return l.env.Now(), nil, nil
	case errors.As(err, &again):
		next = &workflows.ClaimInput{}
		return l.env.Now(), next, converter.GetDefaultDataConverter().FromPayloads(again.Input, next)
	case errors.As(err, &timeout):
		return stop, &in, nil
	default:
		return now, nil, fmt.Errorf("a claim never fails: %w", err)
	}
}

// standstill is for how long, by the clock on the wall, a life may stand still: one that waits longer hangs.
const standstill = time.Minute

// errStopped ends a run whose context has ended.
var errStopped = errors.New("stopped")

// knowsMore says whether an event was noted since facts were read: an activity that read before it may end after it.
func (l *life) knowsMore(read claim.Facts) bool {
	return len(l.moments) > 0 && read.Version < l.moments[len(l.moments)-1].Facts.Version
}

func (l *life) environment(ctx context.Context, now, stop time.Time) *testsuite.TestWorkflowEnvironment {
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(standstill)
	env.SetStartTime(now)
	env.SetWorkflowRunTimeout(stop.Sub(now))
	env.SetWorkerOptions(worker.Options{BackgroundActivityContext: ctx, DeadlockDetectionTimeout: standstill})
	workflows.RegisterClaims(env, l.claims)
	workflows.RegisterLetters(env, l.letters)
	heard := func(_ *activity.Info, result converter.EncodedValue, err error) {
		if ctx.Err() != nil {
			panic(errStopped)
		}
		var s activities.Situation
		if err == nil && result != nil && result.HasValue() && result.Get(&s) == nil && !l.knowsMore(s.Facts) {
			l.moments = append(l.moments, moment{env.Now(), s})
		}
	}
	env.SetOnActivityCompletedListener(heard)
	env.SetOnLocalActivityCompletedListener(heard)
	l.comes = func(at time.Time) {
		if !at.Before(stop) {
			return
		}
		env.RegisterDelayedCallback(func() {
			if next, ok := l.coming(stop); ok && l.failed == nil {
				l.failed = l.happen(ctx, next)
			}
		}, max(at.Sub(env.Now()), 1)) // not before the workflow has started
	}
	for _, e := range l.scenario.Events[l.happened:] {
		l.comes(e.At)
	}
	return env
}
