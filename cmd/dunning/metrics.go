package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	otelprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// metrics is what Prometheus scrapes: the SDK's own figures and ours. Never a claim id as a label. The counters are of this process; the gauges
// are of all of dunning, and every worker gives the same.
type metrics struct {
	registry *prometheus.Registry
	provider *sdkmetric.MeterProvider
	sweeper  metric.Int64Counter
	letters  metric.Int64Counter
	books    metric.Int64Counter
}

func newMetrics() (*metrics, error) {
	registry := prometheus.NewRegistry()
	exporter, err := otelprometheus.New(otelprometheus.WithRegisterer(registry))
	if err != nil {
		return nil, fmt.Errorf("make metrics: %w", err)
	}
	m := &metrics{registry: registry, provider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(exporter))}
	var errs [3]error
	m.sweeper, errs[0] = m.ours().Int64Counter("dunning_sweeper_findings", metric.WithDescription("differences between facts and workflows, by kind"))
	m.letters, errs[1] = m.ours().Int64Counter("dunning_letters", metric.WithDescription("attempts to send a letter, by channel and by the state the letter is in afterwards; claimed is tried again"))
	m.books, errs[2] = m.ours().Int64Counter("dunning_books_findings", metric.WithDescription("what nights found in the books, by kind (dunning ledger verify, dunning ledger reconcile, dunning debit show)"))
	return m, errors.Join(errs[:]...)
}

func (m *metrics) ours() metric.Meter { return m.provider.Meter("dunning") }

// observe gives the SDK the meter.
func (m *metrics) observe(o *client.Options) {
	o.MetricsHandler = opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{Meter: m.provider.Meter("temporal")})
}

func (m *metrics) found(f outbox.Finding) {
	m.sweeper.Add(context.Background(), 1, metric.WithAttributes(attribute.String("finding", string(f))))
}

func (m *metrics) foundInBooks(what string, n int) {
	m.books.Add(context.Background(), int64(n), metric.WithAttributes(attribute.String("finding", what)))
}

// watchAll makes the gauges of a worker.
func (m *metrics) watchAll(cfg config.Config, store *postgres.Store, temporal client.Client, tables law.Tables, log *slog.Logger) error {
	today := func() calendar.Date { return calendar.DateOf(time.Now()) }
	return errors.Join(m.watch(cfg, store, temporal, log), m.watchTasks(store, log), m.watchQueue(store.WaitingSince, cfg.Bank.QueueDays, today, log), m.watchLaw(tables, today))
}

// watch measures, at each scrape, what waits: for Temporal, or for an operator. What cannot be measured is missing from the answer, and logged.
func (m *metrics) watch(cfg config.Config, store *postgres.Store, temporal client.Client, log *slog.Logger) error {
	var errs [4]error
	var waiting, attention metric.Int64ObservableGauge
	var oldest metric.Float64ObservableGauge
	waiting, errs[0] = m.ours().Int64ObservableGauge("dunning_outbox_waiting", metric.WithDescription("messages that Temporal has not got yet"))
	oldest, errs[1] = m.ours().Float64ObservableGauge("dunning_outbox_oldest", metric.WithUnit("s"), metric.WithDescription("how long the oldest of them waits"))
	attention, errs[2] = m.ours().Int64ObservableGauge("dunning_claims_attention", metric.WithDescription("open claims that wait for an operator (dunning claim repair)"))
	_, errs[3] = m.ours().RegisterCallback(func(ctx context.Context, o metric.Observer) error {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		if n, age, err := store.OutboxState(ctx); err != nil {
			log.Warn("cannot measure the outbox", "error", err)
		} else {
			o.ObserveInt64(waiting, n)
			o.ObserveFloat64(oldest, age.Seconds())
		}
		if n, err := claimsNeedingAttention(ctx, cfg, temporal); err != nil {
			log.Warn("cannot count the claims that need attention", "error", err)
		} else {
			o.ObserveInt64(attention, n)
		}
		return nil
	}, waiting, oldest, attention)
	return errors.Join(errs[:]...)
}

// watchTasks counts, at each scrape, the open tasks by kind, those that `claim tasks` lists. A kind of which none is open has no figure.
func (m *metrics) watchTasks(store *postgres.Store, log *slog.Logger) error {
	_, err := m.ours().Int64ObservableGauge("dunning_tasks_open", metric.WithDescription("open tasks, of claims, agreements, repairs, receipts, lines of statements, held statements and payments that the bank did not make, by kind (dunning claim tasks)"),
		metric.WithInt64Callback(func(ctx context.Context, o metric.Int64Observer) error {
			ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
			defer cancel()
			counts, err := store.CountOpenTasks(ctx)
			if err != nil {
				log.Warn("cannot count the open tasks", "error", err)
			}
			for kind, n := range counts {
				o.Observe(n, metric.WithAttributes(attribute.String("kind", kind)))
			}
			return nil
		}))
	return err
}

// watchQueue counts, at each scrape, the receipts that wait for their claim longer than a term in working days, those that `receipts queue` shows as over it.
func (m *metrics) watchQueue(waiting func(context.Context) (map[calendar.Date]int64, error), term int, today func() calendar.Date, log *slog.Logger) error {
	_, err := m.ours().Int64ObservableGauge("dunning_receipts_late", metric.WithDescription("receipts that wait for their claim longer than bank.queue_days (dunning receipts queue)"),
		metric.WithInt64Callback(func(ctx context.Context, o metric.Int64Observer) error {
			ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
			defer cancel()
			counts, err := waiting(ctx)
			if err != nil {
				log.Warn("cannot count the receipts that wait", "error", err)
				return nil
			}
			var late int64
			for on, n := range counts {
				if today().WorkingDaysSince(on) > term {
					late += n
				}
			}
			o.Observe(late)
			return nil
		}))
	return err
}

// watchLaw measures, at each scrape, for how many days the tables of law still hold. Those that hold until the law changes have no figure.
func (m *metrics) watchLaw(tables law.Tables, today func() calendar.Date) error {
	_, err := m.ours().Int64ObservableGauge("dunning_law_days_left",
		metric.WithDescription("days after today that a table of law covers; less than 0: it has run out (dunning rates check)"),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			for _, s := range tables.Standing(today()) {
				if !s.Lasts {
					o.Observe(int64(s.DaysLeft), metric.WithAttributes(attribute.String("table", s.Table)))
				}
			}
			return nil
		}))
	return err
}

// claimsNeedingAttention asks Temporal what its UI shows an operator: the database gives one client's claims at a time.
func claimsNeedingAttention(ctx context.Context, cfg config.Config, temporal client.Client) (int64, error) {
	answer, err := temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: cfg.Temporal.Namespace, Query: workflows.AttributeAttention.GetName() + " IS NOT NULL AND ExecutionStatus = 'Running'",
	})
	return answer.GetCount(), err
}

// countedRegister is the letter register with a count of what became of each attempt.
type countedRegister struct {
	*postgres.Store
	letters metric.Int64Counter
}

// SettleLetter counts what the carrier said.
func (c countedRegister) SettleLetter(ctx context.Context, ref postgres.Ref, l postgres.Letter, result postgres.Settled, by postgres.Actor) (claim.Facts, error) {
	facts, err := c.Store.SettleLetter(ctx, ref, l, result, by)
	if err == nil {
		c.count(ctx, l, result.State)
	}
	return facts, err
}

// BeginSending counts a letter whose former attempt was cut off: nobody knows whether it left.
func (c countedRegister) BeginSending(ctx context.Context, ref postgres.Ref, l *postgres.Letter, action trajectory.Action, by postgres.Actor, rules postgres.RulesFor) (claim.LetterState, bool, error) {
	state, busy, err := c.Store.BeginSending(ctx, ref, l, action, by, rules)
	if err == nil && state == claim.LetterUnknown {
		c.count(ctx, *l, state)
	}
	return state, busy, err
}

func (c countedRegister) count(ctx context.Context, l postgres.Letter, state claim.LetterState) {
	c.letters.Add(ctx, 1, metric.WithAttributes(attribute.String("channel", l.Channel), attribute.String("outcome", string(state))))
}
