package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/internal/postgres"
)

// Facts is what the sweeper may ask of the store, and repair.
type Facts interface {
	AgreementFacts
	ClaimsBehind(ctx context.Context, age time.Duration, most int) ([]postgres.Ref, error)
	ClaimsToCheck(ctx context.Context, age time.Duration, most int) ([]postgres.Ref, error)
	LettersInDoubt(ctx context.Context, most int) ([]postgres.Ref, error)
	Compared(ctx context.Context, refs []postgres.Ref) error
	TakePage(ctx context.Context, leaseFor time.Duration) (page []byte, due bool, err error)
	TurnPage(ctx context.Context, page []byte, after time.Duration) error
	ClaimsNotOpen(ctx context.Context, ids []string, forAtLeast time.Duration) ([]postgres.Ref, error)
	StartMessage(ctx context.Context, ref postgres.Ref) (m postgres.Message, open bool, err error)
	SettleAbandoned(ctx context.Context, ref postgres.Ref, actor string) error
	Wake(ctx context.Context, ref postgres.Ref, message, key string) error
	OutboxState(ctx context.Context) (waiting int64, oldest time.Duration, err error)
	PruneOutbox(ctx context.Context, keep time.Duration) (int64, error)
}

// Sweeper compares facts and workflows, repairs what it can and reports the rest.
type Sweeper struct {
	Facts    Facts
	Relay    *Relay
	Temporal client.Client
	Log      *slog.Logger
	Interval time.Duration
	Now      func() time.Time // the clock, for how long a workflow runs
	Found    func(Finding)    // told of everything found; for metrics
}

// Finding is one difference between facts and workflows.
type Finding string

// What the sweeper finds.
const (
	LostWakeUp      Finding = "lost wake-up"     // the workflow has not read the newest facts: woken again
	NoWorkflow      Finding = "no workflow"      // an open claim, or an agreement, nobody runs: started again
	DeadWorkflow    Finding = "dead workflow"    // an open claim whose workflow was ended from outside, or that was opened again and not started: started again
	AbandonedLetter Finding = "abandoned letter" // an attempt to send that nobody took up: settled
	ClosedClaim     Finding = "closed claim"     // a workflow runs on whose claim is closed: woken, it reads that and ends
	UnknownClaim    Finding = "unknown claim"    // a workflow runs for a claim that is not there: reported, a person finds out why
	StuckOutbox     Finding = "stuck outbox"     // messages wait for more than five minutes: reported
	staleAfter              = 2 * time.Minute
	compareEvery            = 24 * time.Hour
	outboxIsStuck           = 5 * time.Minute
	keepDelivered           = 7 * 24 * time.Hour
	sweepAtMost             = 200
	giveUpAfter             = 3
)

// Run sweeps until ctx ends.
func (s *Sweeper) Run(ctx context.Context) error {
	for {
		if err := s.Once(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("sweeper: will look again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(s.Interval):
		}
	}
}

// Once looks at everything once. An error of one part does not keep the others from being looked at.
func (s *Sweeper) Once(ctx context.Context) error {
	return errors.Join(s.letters(ctx), s.wakeUps(ctx), s.workflows(ctx), s.agreements(ctx), s.strays(ctx), s.outbox(ctx))
}

func (s *Sweeper) letters(ctx context.Context) error {
	refs, err := s.Facts.LettersInDoubt(ctx, sweepAtMost)
	for _, ref := range refs {
		if settleErr := s.Facts.SettleAbandoned(ctx, ref, "sweeper"); settleErr != nil {
			err = errors.Join(err, settleErr)
			continue
		}
		s.report(AbandonedLetter, ref)
	}
	return err
}

func (s *Sweeper) wakeUps(ctx context.Context) error {
	refs, err := s.Facts.ClaimsBehind(ctx, staleAfter, sweepAtMost)
	for _, ref := range refs {
		s.report(LostWakeUp, ref)
		err = errors.Join(err, s.Facts.Wake(ctx, ref, postgres.MessageTask, "sweeper"))
	}
	return err
}

// workflows compares open claims with their workflows, each once a day, by id: lists of workflows may be out of date.
func (s *Sweeper) workflows(ctx context.Context) error {
	refs, err := s.Facts.ClaimsToCheck(ctx, compareEvery, sweepAtMost)
	if err != nil {
		return err
	}
	compared, err := each(ctx, refs, s.mend)
	return errors.Join(err, s.Facts.Compared(ctx, compared))
}

// each compares and mends one after the other, and gives those that were. One that fails must not hide the others; when nothing answers, going on is no
// use. What was not compared comes back.
func each[R any](ctx context.Context, refs []R, mend func(context.Context, R) error) (compared []R, err error) {
	var failures []error
	for _, ref := range refs {
		if err := mend(ctx, ref); err != nil {
			if failures = append(failures, err); len(failures) == giveUpAfter {
				break
			}
			continue
		}
		compared = append(compared, ref)
	}
	return compared, errors.Join(failures...)
}

// mend starts the workflow of an open claim that has none.
func (s *Sweeper) mend(ctx context.Context, ref postgres.Ref) error {
	finding, err := s.missing(ctx, s.Relay.Target.WorkflowID(ref.ClaimID))
	if err != nil || finding == "" {
		return err
	}
	m, open, err := s.Facts.StartMessage(ctx, ref)
	if err != nil || !open { // it was closed, with its workflow, after it was taken
		return err
	}
	s.report(finding, ref)
	// The claim is open: its workflow did not end by itself, or the claim was opened again since. Its id may be used again.
	return s.Relay.start(ctx, m, s.Relay.Target.WorkflowID(ref.ClaimID), enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
}

// missing says that no workflow of an id runs; empty: one does.
func (s *Sweeper) missing(ctx context.Context, workflowID string) (Finding, error) {
	description, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	var notThere *serviceerror.NotFound
	switch {
	case errors.As(err, &notThere):
		return NoWorkflow, nil
	case err != nil:
		return "", err
	case description.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return DeadWorkflow, nil
	}
	return "", nil
}

func (s *Sweeper) outbox(ctx context.Context) error {
	waiting, oldest, err := s.Facts.OutboxState(ctx)
	if err != nil {
		return err
	}
	if oldest > outboxIsStuck {
		s.Log.Error("messages wait for Temporal", "waiting", waiting, "oldest", oldest)
		s.Found(StuckOutbox)
	}
	_, err = s.Facts.PruneOutbox(ctx, keepDelivered)
	return err
}

func (s *Sweeper) report(f Finding, ref postgres.Ref) {
	s.Log.Warn("sweeper", "finding", string(f), "claim", ref.ClaimID)
	s.Found(f)
}
