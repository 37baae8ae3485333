package devstack

import (
	"context"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// startStop is how far a stamped workflow runs by itself before it stands still.
const startStop = time.Second

// StampTimeSkipping gives every workflow started on the connection a clock that can be moved: it runs for a second and then stands at the time
// of its start until MoveOn. The SDK has no option for this yet. Only a server started with TimeSkipping honours it.
func StampTimeSkipping() grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if start, ok := req.(*workflowservice.StartWorkflowExecutionRequest); ok {
			start.TimeSkippingConfig = fastForward("start", startStop)
		}
		return invoke(ctx, method, req, reply, cc, opts...)
	}
}

func fastForward(id string, by time.Duration) *commonpb.TimeSkippingConfig {
	return &commonpb.TimeSkippingConfig{Enabled: true, FastForwardConfig: &commonpb.FastForwardConfig{Id: id, Duration: durationpb.New(by)}}
}

// TimeTravel moves the clocks of workflows on a development server.
type TimeTravel struct {
	Client    client.Client
	Namespace string
}

// Now is the time in which a workflow lives.
func (t TimeTravel) Now(ctx context.Context, workflowID string) (time.Time, error) {
	d, err := t.Client.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return time.Time{}, fmt.Errorf("read clock of %s: %w", workflowID, err)
	}
	if info := d.GetWorkflowExtendedInfo().GetTimeSkippingInfo(); info != nil {
		return info.GetCurrentTime().AsTime(), nil
	}
	return time.Now(), nil
}

// MoveTo lets a workflow's time run to an instant and returns when it stands still there, with everything due until then done.
// An instant that has passed changes nothing. moved is false when the workflow ended on the way.
func (t TimeTravel) MoveTo(ctx context.Context, workflowID string, to time.Time) (moved bool, err error) {
	now, err := t.Now(ctx, workflowID)
	if err != nil {
		return false, err
	}
	if !to.After(now) {
		return true, nil
	}
	id := to.UTC().Format(time.RFC3339)
	if err := t.configure(ctx, workflowID, fastForward(id, to.Sub(now))); err != nil {
		return false, ended(err)
	}
	for {
		r, err := t.Client.WorkflowService().PollWorkflowExecutionTimeSkipping(ctx, &workflowservice.PollWorkflowExecutionTimeSkippingRequest{
			Namespace: t.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: workflowID}, FastForwardId: id,
		})
		if Passing(ctx, err) {
			continue
		}
		if err != nil {
			return false, ended(err)
		}
		switch r.GetFastForwardPollingResult() {
		case enums.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED:
			return true, nil
		case enums.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED:
			return false, nil // the workflow ended before
		default: // the poll ended without a result: ask again
		}
	}
}

// MoveToEnd lets a workflow's time run until it ends.
func (t TimeTravel) MoveToEnd(ctx context.Context, workflowID string) error {
	return ended(t.configure(ctx, workflowID, &commonpb.TimeSkippingConfig{Enabled: true}))
}

func (t TimeTravel) configure(ctx context.Context, workflowID string, config *commonpb.TimeSkippingConfig) error {
	_, err := t.Client.WorkflowService().UpdateWorkflowExecutionOptions(ctx, &workflowservice.UpdateWorkflowExecutionOptionsRequest{
		Namespace: t.Namespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: workflowID},
		WorkflowExecutionOptions: &workflowpb.WorkflowExecutionOptions{TimeSkippingConfig: config},
		UpdateMask:               &fieldmaskpb.FieldMask{Paths: []string{"time_skipping_config"}},
	})
	if err != nil {
		return fmt.Errorf("move clock of %s: %w", workflowID, err)
	}
	return nil
}

// Passing says whether an error of a call to Temporal is of the kind that passes: a busy machine, a server that is starting.
func Passing(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return false
	}
	var late *serviceerror.DeadlineExceeded
	var away *serviceerror.Unavailable
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &late) || errors.As(err, &away)
}

// ended turns "there is no running workflow" into success: it has nothing left to do.
func ended(err error) error {
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return nil
	}
	return err
}
