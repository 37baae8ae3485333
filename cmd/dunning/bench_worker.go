package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"runtime/pprof"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/workflows"
)

// bareWorkflow does what a claim does up to its first letter, without the claim: an activity at the start, a timer, an activity on the queue of
// letters, a timer. It is what Temporal itself costs on the same server, with the same workers, queues, options and encryption.
func bareWorkflow(ctx workflow.Context, in bareInput) error {
	for _, step := range []struct {
		queue string
		until time.Time
	}{{workflows.QueueClaims, in.Due}, {workflows.QueueLetters, in.Due.AddDate(1, 0, 0)}} {
		ctx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			TaskQueue: step.queue, StartToCloseTimeout: 50 * time.Second, ScheduleToCloseTimeout: 15 * time.Minute,
			RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		})
		if err := workflow.ExecuteActivity(ctx, bareActivity).Get(ctx, nil); err != nil {
			return err
		}
		if err := workflow.Sleep(ctx, step.until.Sub(workflow.Now(ctx))); err != nil {
			return err
		}
	}
	return nil
}

type bareInput struct {
	Due time.Time `json:"due"` // of the first timer
}

// bareWork is an activity that does nothing.
func bareWork(context.Context) error { return nil }

// Names under which the workers know the bare workflow.
const (
	bareName     = "Bare"
	bareActivity = "BareWork"
)

// benchWorkerCommand is the worker of a benchmark: `dunning worker` that also knows the bare workflow. It ends with its standard input, and
// profiles itself from the first line there on.
func benchWorkerCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "worker", Hidden: true, Short: "Run the worker of a benchmark", Args: cobra.NoArgs}
	profile := cmd.Flags().String("cpuprofile", "", "file for the profile")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, cancel := context.WithCancel(cmd.Context())
		defer cancel()
		go func() {
			defer cancel()
			obey(cmd.InOrStdin(), *profile)
		}()
		return runBenchWorker(ctx, cmd)
	}
	return cmd
}

// obey starts the profile at the first line and ends it at the end of the orders.
func obey(orders io.Reader, profile string) {
	lines := bufio.NewScanner(orders)
	if lines.Scan() && profile != "" {
		file, err := os.Create(profile)
		if err == nil && pprof.StartCPUProfile(file) == nil {
			defer func() { pprof.StopCPUProfile(); _ = file.Close() }()
		}
	}
	for lines.Scan() { // whatever else is said: only the end counts
	}
}

func runBenchWorker(ctx context.Context, cmd *cobra.Command) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	meters, err := newMetrics()
	if err != nil {
		return err
	}
	store, closeStore, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeStore()
	connection, err := openTemporal(cfg, logger(cfg), meters.observe)
	if err != nil {
		return err
	}
	defer connection.Close()
	p, err := newParts(ctx, cfg, logger(cfg), store, connection, meters)
	if err != nil {
		return err
	}
	defer p.mail.Close()
	p.workers[0].RegisterWorkflowWithOptions(bareWorkflow, workflow.RegisterOptions{Name: bareName})
	for _, w := range p.workers {
		registerBareWork(w)
	}
	return p.run(ctx)
}

func registerBareWork(w worker.Worker) {
	w.RegisterActivityWithOptions(bareWork, activity.RegisterOptions{Name: bareActivity})
}
