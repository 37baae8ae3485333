package outbox

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/internal/postgres"
)

// AgreementTarget names what messages for agreements are delivered to, as Target does for claims.
type AgreementTarget struct {
	Workflow   string // registered name
	TaskQueue  string
	WorkflowID func(agreementID string) string
	Input      func(ref postgres.AgreementRef) any
}

// deliverAgreement wakes the workflow of an agreement, or starts it when none runs. A message that is delivered twice, or after the agreement has ended, is
// harmless: whoever runs then reads the facts and ends at once when there is nothing left to do.
func (r *Relay) deliverAgreement(ctx context.Context, m postgres.Message) error {
	to, ref := r.Agreements, m.Agreement()
	id := to.WorkflowID(ref.AgreementID)
	_, err := r.Temporal.SignalWithStartWorkflow(ctx, id, m.Name, r.Target.Signal(m.Key), client.StartWorkflowOptions{
		ID: id, TaskQueue: to.TaskQueue, WorkflowIDReusePolicy: enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes: temporal.NewSearchAttributes(r.Target.ClientKey.ValueSet(ref.ClientID)),
	}, to.Workflow, to.Input(ref))
	return err
}

// AgreementFacts is what the sweeper may ask of the store about agreements, and repair.
type AgreementFacts interface {
	AgreementsToCheck(ctx context.Context, behind, age time.Duration, most int) ([]postgres.AgreementRef, error)
	AgreementSeen(ctx context.Context, ref postgres.AgreementRef) (bool, error)
	AgreementsCompared(ctx context.Context, refs []postgres.AgreementRef) error
	WakeAgreement(ctx context.Context, ref postgres.AgreementRef, key string) error
}

// agreements wakes each agreement whose workflow has not read the newest facts, or does not run: waking starts it. It is its workflow that ends an agreement, so
// none runs on for one that has ended.
func (s *Sweeper) agreements(ctx context.Context) error {
	refs, err := s.Facts.AgreementsToCheck(ctx, staleAfter, compareEvery, sweepAtMost)
	if err != nil {
		return err
	}
	compared, err := each(ctx, refs, s.mendAgreement)
	return errors.Join(err, s.Facts.AgreementsCompared(ctx, compared))
}

func (s *Sweeper) mendAgreement(ctx context.Context, ref postgres.AgreementRef) error {
	finding, err := s.compareAgreement(ctx, ref)
	if err != nil || finding == "" {
		return err
	}
	s.Log.Warn("sweeper", "finding", string(finding), "agreement", ref.AgreementID)
	s.Found(finding)
	return s.Facts.WakeAgreement(ctx, ref, "sweeper")
}

func (s *Sweeper) compareAgreement(ctx context.Context, ref postgres.AgreementRef) (Finding, error) {
	finding, err := s.missing(ctx, s.Relay.Agreements.WorkflowID(ref.AgreementID))
	if err != nil || finding != "" {
		return finding, err
	}
	seen, err := s.Facts.AgreementSeen(ctx, ref)
	if err != nil || seen {
		return "", err
	}
	return LostWakeUp, nil
}
