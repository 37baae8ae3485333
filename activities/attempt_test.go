package activities_test

import (
	"context"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// service says that an attempt started some time after its activity was scheduled, as Temporal does of a retry.
type service struct {
	interceptor.WorkerInterceptorBase
	interceptor.ActivityInboundInterceptorBase
	interceptor.ActivityOutboundInterceptorBase
	after time.Duration
}

func (s *service) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	s.ActivityInboundInterceptorBase.Next = next
	return s
}

func (s *service) Init(out interceptor.ActivityOutboundInterceptor) error {
	s.ActivityOutboundInterceptorBase.Next = out
	return s.ActivityInboundInterceptorBase.Init(s)
}

func (s *service) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	return s.ActivityInboundInterceptorBase.ExecuteActivity(ctx, in)
}

func (s *service) GetInfo(ctx context.Context) activity.Info {
	info := s.ActivityOutboundInterceptorBase.GetInfo(ctx)
	info.StartedTime = info.ScheduledTime.Add(s.after)
	return info
}

// clocked keeps at which time it is asked to register a letter.
type clocked struct {
	activities.Register
	at time.Time
}

func (c *clocked) RegisterLetter(_ context.Context, _ postgres.Ref, _ trajectory.Action, by postgres.Actor, _ postgres.RulesFor, _ func(postgres.CaseFile) (postgres.Draft, error)) (l postgres.Letter, f claim.Facts, ok bool, err error) {
	c.at = by.At
	return l, f, false, nil
}

// A letter that is tried again hours later is judged by the contact window of then, not by that of its first attempt.
func TestARetryHasATimeOfItsOwn(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 11, 3, 19, 10, 0, 0, time.UTC)
	for story, c := range map[string]struct{ after, want time.Duration }{
		"the first attempt":               {0, 0},
		"a retry after an hour":           {time.Hour, time.Hour},
		"a service whose clock went back": {-time.Minute, 0},
	} {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&service{after: c.after}}})
		register := &clocked{}
		letters := &activities.Letters{Register: register, Rules: noRules{}}
		env.RegisterActivity(letters)
		_, _ = env.ExecuteActivity(letters.IssueLetter, activities.Act{AsOf: first}) // without rules it cannot say what comes next
		if got := register.at.Sub(first); got != c.want {
			t.Errorf("%s: %s after the first, want %s", story, got, c.want)
		}
	}
}
