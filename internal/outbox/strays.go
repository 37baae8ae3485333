package outbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/incassocenter/dunning/internal/postgres"
)

const (
	pageSize     = 500
	pagesAtOnce  = 10 // a million workflows are 200 sweeps: some hours of the day
	pageLease    = 5 * time.Minute
	settledAfter = 2 * time.Hour // a step that could not be done is decided anew after an hour: what moved lately may still be on its way
)

// strays looks for running workflows whose claim is closed or unknown, all of them once a day, some pages at each sweep.
func (s *Sweeper) strays(ctx context.Context) error {
	for range pagesAtOnce {
		if more, err := s.page(ctx); err != nil || !more {
			return err
		}
	}
	return nil
}

// page compares one page of running workflows. A crash or an error repeats the page after its lease.
func (s *Sweeper) page(ctx context.Context) (more bool, err error) {
	token, due, err := s.Facts.TakePage(ctx, pageLease)
	if err != nil || !due {
		return false, err
	}
	list, err := s.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		PageSize: pageSize, NextPageToken: token,
		Query: fmt.Sprintf("WorkflowType = '%s' AND TaskQueue = '%s' AND ExecutionStatus = 'Running'", s.Relay.Target.Workflow, s.Relay.Target.TaskQueue),
	})
	if err != nil {
		return false, fmt.Errorf("list workflows: %w", err)
	}
	if err := s.compareWithFacts(ctx, list.GetExecutions()); err != nil {
		return false, err
	}
	if next := list.GetNextPageToken(); len(next) > 0 {
		return true, s.Facts.TurnPage(ctx, next, 0)
	}
	return false, s.Facts.TurnPage(ctx, nil, compareEvery)
}

// compareWithFacts asks PostgreSQL once for all workflows of a page. What it does not know as open is a suspect only: the list may be out of date.
func (s *Sweeper) compareWithFacts(ctx context.Context, running []*workflowpb.WorkflowExecutionInfo) error {
	var claims []string
	suspects := map[string]string{} // the client, or none, by workflow id: a list may have two runs of one
	for _, info := range running {
		id := info.GetExecution().GetWorkflowId()
		if claim, ok := s.claimOf(id); ok {
			claims = append(claims, claim)
		} else {
			suspects[id] = ""
		}
	}
	refs, err := s.Facts.ClaimsNotOpen(ctx, claims, settledAfter)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		suspects[s.Relay.Target.WorkflowID(ref.ClaimID)] = ref.ClientID
	}
	var failures []error
	for id, client := range suspects {
		if err := s.suspect(ctx, id, client); err != nil {
			if failures = append(failures, err); len(failures) == giveUpAfter {
				return errors.Join(failures...) // nothing answers: the page comes back
			}
		}
	}
	if len(failures) > 0 { // one claim must not hold up the round
		s.Log.Warn("sweeper: not compared, again in the next round", "error", errors.Join(failures...))
	}
	return nil
}

// suspect wakes the workflow of a closed claim, or reports one of an unknown claim, if it still runs and has done so for a while. It ends none.
func (s *Sweeper) suspect(ctx context.Context, workflowID, clientID string) error {
	description, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return nil
	}
	if err != nil {
		return err
	}
	info := description.GetWorkflowExecutionInfo()
	if info.GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING || info.GetStartTime().AsTime().After(s.Now().Add(-settledAfter)) {
		return nil
	}
	claim, _ := s.claimOf(workflowID)
	if clientID == "" { // the run, because an id that is no claim's may say anything
		s.Log.Error("sweeper", "finding", string(UnknownClaim), "claim", claim, "run", info.GetExecution().GetRunId())
		s.Found(UnknownClaim)
		return nil
	}
	ref := postgres.Ref{ClientID: clientID, ClaimID: claim}
	s.report(ClosedClaim, ref)
	return s.Facts.Wake(ctx, ref, postgres.MessageTask, "sweeper")
}

// claimOf gives the claim that a workflow is named after.
func (s *Sweeper) claimOf(workflowID string) (string, bool) {
	claim, named := strings.CutPrefix(workflowID, s.Relay.Target.WorkflowID(""))
	id, err := uuid.Parse(claim)
	if !named || err != nil || id.String() != claim {
		return "", false
	}
	return claim, true
}
