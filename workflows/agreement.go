package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
)

// AgreementWorkflow is the registered name of the workflow of one agreement with a client.
const AgreementWorkflow = "Agreement"

// AgreementID names the workflow of an agreement.
func AgreementID(agreementID string) string { return "agreement/" + agreementID }

// AgreementInput starts the workflow of an agreement. It carries no facts over continue-as-new: each run begins by reading them, so a signal
// that came in while a run ended is not missed.
type AgreementInput struct {
	ClientID    string `json:"client_id"`
	AgreementID string `json:"agreement_id"`
}

// SignalAgreement tells that a fact of the agreement is new. It is a wake-up: the facts are read.
const SignalAgreement = "agreement-changed"

// Agreement runs one agreement from its start until it has ended, a run for each of its years.
//
// Cancelling it has no effect: an agreement ends by a notice, so that its file says why.
func Agreement(ctx workflow.Context, in AgreementInput) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	a := agreementRun{in: in}
	if err := a.answer(ctx); err != nil {
		return err
	}
	for a.advance(ctx); !a.situation.Over(); a.advance(ctx) {
		if a.yearOver(ctx) {
			return workflow.NewContinueAsNewError(ctx, Agreement, in)
		}
		a.wait(ctx)
	}
	return nil
}

// agreementRun is one run of an agreement's workflow.
type agreementRun struct {
	in        AgreementInput
	situation activities.AgreementSituation
	year      int // of which this is the run; 0 until it is known
}

// advance does what is due. What fails is tried again every hour, or when facts change: an agreement never fails, and the next attempt may succeed because
// a person mended what was wrong.
func (a *agreementRun) advance(ctx workflow.Context) {
	options := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: QueueClaims, StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: attempts, Summary: "do what is due",
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	in := activities.AdvanceAgreement{ClientID: a.in.ClientID, AgreementID: a.in.AgreementID, AsOf: workflow.Now(ctx)}
	var s activities.AgreementSituation
	if err := workflow.ExecuteActivity(options, agreements.Advance, in).Get(ctx, &s); err != nil {
		a.situation.Wait = workflow.Now(ctx).Add(time.Hour)
		a.situation.Reason = "what was due could not be done (" + cause(err) + "): it is tried again in an hour"
	} else {
		a.situation = s
	}
	workflow.SetCurrentDetails(ctx, a.details())
}

// wait sleeps until the next day on which something is due, or until facts change.
func (a *agreementRun) wait(ctx workflow.Context) {
	timers, stop := workflow.WithCancel(ctx)
	defer stop()
	timer := workflow.NewTimerWithOptions(timers, max(a.situation.Wait.Sub(workflow.Now(ctx)), 0), workflow.TimerOptions{Summary: a.situation.Reason})
	changed := workflow.GetSignalChannel(ctx, SignalAgreement)
	workflow.NewSelector(ctx).
		AddFuture(timer, func(workflow.Future) {}).
		AddReceive(changed, func(workflow.ReceiveChannel, bool) {}).
		Select(ctx)
	for changed.ReceiveAsync(nil) { // several are one: the facts are read once
	}
}

// yearOver says whether a new run begins: with each agreement year, so that changes of workflow code live no longer than a year; or when the server finds the
// history long.
func (a *agreementRun) yearOver(ctx workflow.Context) bool {
	now := a.situation.State.Year.Number
	if a.year == 0 {
		a.year = now
	}
	return a.year != now || workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

// answer registers the query.
func (a *agreementRun) answer(ctx workflow.Context) error {
	return workflow.SetQueryHandlerWithOptions(ctx, QueryState, func() (AgreementState, error) {
		return AgreementState{workflow.Now(ctx), a.situation.State, a.situation.Wait, a.situation.Reason, a.situation.Version}, nil
	}, workflow.QueryHandlerOptions{Description: "where the agreement stands, and what it waits for"})
}

// AgreementState answers QueryState of an agreement.
type AgreementState struct {
	Now     time.Time       `json:"now"` // business time of the workflow
	State   agreement.State `json:"state"`
	Wait    time.Time       `json:"wait,omitzero"`
	Reason  string          `json:"reason"`
	Version int64           `json:"version"`
}

// details is the status text in the Temporal UI, in Markdown.
func (a *agreementRun) details() string {
	s := a.situation.State
	next := "nothing: it has ended"
	if !a.situation.Over() {
		next = calendar.DateOf(a.situation.Wait).String()
	}
	return fmt.Sprintf("**Status** %s · **plan** %s · **year** %d, %s to %s\n\n**Next** %s: %s\n\n**Why** %s\n", s.Status, s.Plan, s.Year.Number, s.Year.First, s.Year.Last, next, a.situation.Reason, s.Why)
}

// Activities are called through this name; the value is never used.
var agreements *activities.Agreements
