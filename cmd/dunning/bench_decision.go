package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// question is a claim at a moment of its life at which it is decided what comes next.
type question struct {
	facts claim.Facts
	rules trajectory.Rules
	at    time.Time
}

// measureDecision asks what comes next of a consumer and a company about which nobody says anything, at each moment of their twenty years by turns.
func (b *bench) measureDecision(context.Context) error {
	shelf, err := library(config.Law{})
	if err != nil {
		return err
	}
	var moments []question
	for _, f := range simulatedClaims(2) {
		f.Trajectory = shelf.Default(f.Debtor).Pin()
		rules, err := shelf.Rules(f)
		if err != nil {
			return err
		}
		play := trajectory.Play{Rules: rules, Received: receivedAs(2), Others: func(f claim.Facts, m trajectory.Moment) []trajectory.Turn {
			moments = append(moments, question{f, rules, m.Action.Due})
			return nil
		}}
		if _, _, err := play.Life(f, f.HandedOverOn.At(9, 0)); err != nil {
			return err
		}
	}
	b.figure("decision_moments", float64(len(moments)), "moments")
	return b.timed("decision", time.Microsecond, b.of(100_000), func(i int) error {
		m := moments[i%len(moments)]
		_, err := trajectory.Next(m.facts, m.rules, m.at)
		return err
	})
}

// monitoredFor is how many years of hand-over a claim lives whose years of debt monitoring are counted.
const monitoredFor = 4

// measureMonitored lets claims live for four years in skipped time, and counts the events of each whole year of debt monitoring: a run of its own. The registers
// are asked, and know of nothing.
func (b *bench) measureMonitored(ctx context.Context) error {
	answers := filepath.Join(b.site.stack.dir, "answers")
	if err := os.MkdirAll(answers, 0o700); err != nil {
		return err
	}
	b.site.settings = []string{"DUNNING_REGISTERS_INSOLVENCY=file", "DUNNING_REGISTERS_COMPANY=file", "DUNNING_REGISTERS_ADDRESS=file", "DUNNING_REGISTERS_ANSWERS=" + answers}
	defer func() { b.site.settings = nil }()
	if err := b.site.startWorker(ctx, ""); err != nil {
		return err
	}
	c, err := b.startClaims(ctx, "monitored", b.of(20))
	if err != nil {
		return err
	}
	travel, group := devstack.TimeTravel{Client: b.site.temporal, Namespace: namespace}, errgroup.Group{}
	group.SetLimit(8)
	years := make([][]int, len(c.ids))
	for i, id := range c.ids {
		group.Go(func() error {
			if _, err := travel.MoveTo(ctx, id, handedOverOn().AddYears(monitoredFor).At(12, 0)); err != nil {
				return err
			}
			runs, err := runsOf(ctx, b.site.temporal, id)
			years[i] = eventsOfYears(runs)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	counts, sum := slices.Concat(years...), 0
	if len(counts) == 0 {
		return fmt.Errorf("none of %d claims was monitored for a year", len(c.ids))
	}
	for _, n := range counts {
		sum += n
	}
	b.figure("monitored_years", float64(len(counts)), "years")
	b.figure("history_events_per_monitored_year", float64(sum)/float64(len(counts)), "events")
	b.figure("history_events_per_monitored_year_most", float64(slices.Max(counts)), "events")
	return nil
}

// eventsOfYears counts the events of the runs of a claim that are a whole year of debt monitoring: those between the two of before it and the one that goes on.
func eventsOfYears(runs [][]*historypb.HistoryEvent) (years []int) {
	const before = 2
	for i := before; i < len(runs)-1; i++ {
		years = append(years, len(slices.DeleteFunc(slices.Clone(runs[i]), ofTravel)))
	}
	return years
}

// ofTravel says whether an event exists only because somebody moves the clock.
func ofTravel(event *historypb.HistoryEvent) bool {
	name := event.GetEventType().String()
	return strings.Contains(name, "TimeSkipping") || event.GetEventType() == enums.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED
}

// runsOf gives the events of every run of a workflow, oldest first.
func runsOf(ctx context.Context, temporal client.Client, workflowID string) ([][]*historypb.HistoryEvent, error) {
	var runs [][]*historypb.HistoryEvent
	for run := ""; ; {
		var events []*historypb.HistoryEvent
		iterator := temporal.GetWorkflowHistory(ctx, workflowID, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for iterator.HasNext() {
			event, err := iterator.Next()
			if err != nil {
				return nil, err
			}
			events = append(events, event)
		}
		runs = append(runs, events)
		if run = events[0].GetWorkflowExecutionStartedEventAttributes().GetContinuedExecutionRunId(); run == "" {
			slices.Reverse(runs)
			return runs, nil
		}
	}
}
