package workflows_test

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/codec"
	"github.com/incassocenter/dunning/workflows"
)

// paths are the lives of which histories are kept, as cmd/dunning/record_test.go records them; those of before a change stand in a directory that names it.
var paths = []string{
	"paid-at-reminder", "paid-in-part", "paid-after-summons", "dispute-rejected", "dispute-upheld", "hold", "withdrawn", "closed-by-default", "bounce",
	"monitoring", "repair", "reopened", "before-court", "heard-first", "in-turn",
}

func histories(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/history/*.json")
	earlier, earlierErr := filepath.Glob("testdata/history/before-*/*.json")
	if err := errors.Join(err, earlierErr); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if !slices.ContainsFunc(files, func(file string) bool { return strings.HasPrefix(filepath.Base(file), path+"-") }) {
			t.Errorf("there is no history of %s: make history", path)
		}
	}
	if len(files) == 0 || len(earlier) == 0 {
		t.Fatalf("%d histories of today, %d of before", len(files), len(earlier))
	}
	return append(files, earlier...)
}

// replayer runs a claim's workflow against recorded histories.
func replayer(t *testing.T, claim any) worker.WorkflowReplayer {
	return replayerOf(t, claim, workflows.ClaimWorkflow)
}

// replayerOf runs a workflow against recorded histories, which are encrypted with the development key.
func replayerOf(t *testing.T, code any, name string) worker.WorkflowReplayer {
	t.Helper()
	cfg, err := config.Development(nil)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := codec.ParseKeys(config.Reveal(cfg.Codec.Keys))
	if err != nil {
		t.Fatal(err)
	}
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: codec.NewDataConverter(keys), FailureConverter: codec.NewFailureConverter(keys)})
	if err != nil {
		t.Fatal(err)
	}
	r.RegisterWorkflowWithOptions(code, workflow.RegisterOptions{Name: name})
	return r
}

var silent = sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))

// Claims that run now go on with today's code exactly as they began.
func TestReplay(t *testing.T) {
	t.Parallel()
	for _, file := range histories(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			if err := replayer(t, workflows.Claim).ReplayWorkflowHistoryFromJSONFile(silent, file); err != nil {
				t.Error(err)
			}
		})
	}
}

// Code that a running claim would not survive is caught: a timer, or an attribute, before everything else.
func TestReplayCatchesChange(t *testing.T) {
	t.Parallel()
	changes := map[string]func(workflow.Context, workflows.ClaimInput) (claim.Status, error){
		"a timer more": func(ctx workflow.Context, in workflows.ClaimInput) (claim.Status, error) {
			if err := workflow.Sleep(ctx, time.Second); err != nil {
				return "", err
			}
			return workflows.Claim(ctx, in)
		},
		"a claim that ends at once": func(workflow.Context, workflows.ClaimInput) (claim.Status, error) { return claim.StatusPaid, nil },
	}
	for name, changed := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, file := range histories(t) {
				if err := replayer(t, changed).ReplayWorkflowHistoryFromJSONFile(silent, file); err == nil {
					t.Errorf("%s was replayed as if nothing had changed", filepath.Base(file))
				}
			}
		})
	}
}

// Agreements that run now go on with today's code exactly as they began, and code that they would not survive is caught.
func TestReplayAgreement(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/agreement/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d histories of agreements, %v: make history", len(files), err)
	}
	sleeps := func(ctx workflow.Context, in workflows.AgreementInput) error {
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return err
		}
		return workflows.Agreement(ctx, in)
	}
	for _, file := range files {
		if err := replayerOf(t, workflows.Agreement, workflows.AgreementWorkflow).ReplayWorkflowHistoryFromJSONFile(silent, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if err := replayerOf(t, sleeps, workflows.AgreementWorkflow).ReplayWorkflowHistoryFromJSONFile(silent, file); err == nil {
			t.Errorf("%s was replayed as if nothing had changed", file)
		}
	}
}

// So do statements.
func TestReplayStatement(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/statement/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d histories of statements, %v: make history", len(files), err)
	}
	sleeps := func(ctx workflow.Context, in workflows.StatementInput) (activities.Matched, error) {
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return activities.Matched{}, err
		}
		return workflows.Statement(ctx, in)
	}
	for _, file := range files {
		if err := replayerOf(t, workflows.Statement, workflows.StatementWorkflow).ReplayWorkflowHistoryFromJSONFile(silent, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if err := replayerOf(t, sleeps, workflows.StatementWorkflow).ReplayWorkflowHistoryFromJSONFile(silent, file); err == nil {
			t.Errorf("%s was replayed as if nothing had changed", file)
		}
	}
}
