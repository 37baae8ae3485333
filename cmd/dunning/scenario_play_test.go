package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/scenario"
)

// brittle lives every scenario but those that are named after what goes wrong in it.
type brittle struct{ lived, closed *atomic.Int32 }

func (b brittle) Run(_ context.Context, s scenario.Scenario) (scenario.Life, error) {
	if strings.HasPrefix(s.Name, "broken") {
		return scenario.Life{}, errors.New("the database went away")
	}
	b.lived.Add(1)
	return scenario.Life{Final: scenario.Final{Status: claim.StatusPaid}}, nil
}

func (b brittle) Close() { b.closed.Add(1) }

// What goes wrong inside one life keeps no other from living: each has its line, and the last lines, with exit code 1, tell which were not lived, and why.
func TestOneBrokenScenarioDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	var lived, closed, opened, counted atomic.Int32
	var scenarios []scenario.Scenario
	for i := range 40 {
		name := fmt.Sprintf("whole-%d.yaml", i)
		if i%10 == 3 {
			name = fmt.Sprintf("broken-%d.yaml", i)
		}
		scenarios = append(scenarios, scenario.Scenario{Name: name})
	}
	lives, err := playAll(t.Context(), scenarios, func() player {
		opened.Add(1)
		return brittle{&lived, &closed}
	}, func(done, total int) { counted.Store(int32(min(done, total))) })
	var missing notLived
	if !errors.As(err, &missing) || len(missing) != 4 || lived.Load() != 36 || closed.Load() != opened.Load() || len(lives) != 40 {
		t.Fatalf("%v; %d lived, %d of %d closed", err, lived.Load(), closed.Load(), opened.Load())
	}
	for i, s := range scenarios {
		if broken := strings.HasPrefix(s.Name, "broken"); broken != (missing[i] != nil) || broken == (lives[i].Final.Status == claim.StatusPaid) {
			t.Errorf("%s: %+v, %v", s.Name, lives[i].Final, missing[i])
		}
	}
	var out bytes.Buffer
	err = summarise(&out, scenarios, lives, missing, time.Second)
	var coded *exitError
	if errors.As(err, &coded) || !strings.HasPrefix(err.Error(), "broken-3.yaml: the database went away\nbroken-13.yaml: ") || !strings.Contains(out.String(), "36 of 40 lived, in ") {
		t.Errorf("%v\n%s", err, out.String())
	}
}
