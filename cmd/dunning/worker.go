package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/inbox"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/outbox"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "worker",
		Short:   "Run the worker: workflows, letters, outbox relay, sweeper, health and metrics",
		Example: "  dunning worker --config config/dunning.example.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			return runWorker(cmd.Context(), cfg, logger(cfg))
		},
	}
}

// runWorker runs everything a claim needs besides the services, until ctx ends. It may be killed at any instruction.
func runWorker(ctx context.Context, cfg config.Config, log *slog.Logger) error {
	meters, err := newMetrics()
	if err != nil {
		return err
	}
	store, closeStore, err := openStore(ctx, cfg)
	if err != nil {
		return err
	}
	defer closeStore()
	temporal, err := openTemporal(cfg, log, meters.observe, skipTime(cfg))
	if err != nil {
		return err
	}
	defer temporal.Close()
	if err := schedulePayouts(ctx, cfg, temporal); err != nil {
		return err
	}
	if err := scheduleBooks(ctx, cfg, temporal); err != nil {
		return err
	}
	parts, err := newParts(ctx, cfg, log, store, temporal, meters)
	if err != nil {
		return err
	}
	defer parts.mail.Close()
	return parts.run(ctx)
}

// parts is what one worker process runs.
type parts struct {
	log     *slog.Logger
	tables  law.Tables
	workers []worker.Worker
	relay   *outbox.Relay
	sweeper *outbox.Sweeper
	inbox   *inbox.Inbox // nil: no directory is watched
	ops     *opsServer
	mail    *mail.Sender
}

func newParts(ctx context.Context, cfg config.Config, log *slog.Logger, store *postgres.Store, temporal client.Client, meters *metrics) (*parts, error) {
	rules, desk, err := connected(cfg)
	if err != nil {
		return nil, err
	}
	plans, err := readPlans(cfg.Agreement.PlansDir)
	if err != nil {
		return nil, err
	}
	if err := checkDefaults(rules, plans); err != nil {
		return nil, err
	}
	if err := registerTrajectories(ctx, store, rules); err != nil {
		return nil, err
	}
	letters, sender, err := newLetters(cfg, store, rules, plans)
	if err != nil {
		return nil, err
	}
	letters.Register = countedRegister{store, meters.letters}
	if err := meters.watchAll(cfg, store, temporal, rules.Tables(), log); err != nil {
		return nil, err
	}
	statements, err := newStatements(cfg, store, rules)
	if err != nil {
		return nil, err
	}
	relay := newRelay(cfg, log, store, temporal)
	p := &parts{
		log: log, tables: rules.Tables(), relay: relay, mail: sender,
		sweeper: &outbox.Sweeper{Facts: store, Relay: relay, Temporal: temporal, Log: log, Interval: cfg.Sweeper.Interval, Found: meters.found},
		workers: []worker.Worker{
			newClaimsWorker(cfg, temporal, &activities.Claims{Files: store, Rules: rules, Plans: plans, Registers: desk, Agency: agencyParty(cfg.Agency)},
				&activities.Agreements{Files: store, Rules: agreement.Rules{Plans: plans, RemindDays: cfg.Agreement.RemindDays}}, statements,
				&activities.Payouts{Files: store, Proposes: proposingOf(cfg, plans, calendar.Date{})}, &activities.Books{Files: store, Rules: rules.Rules, Found: meters.foundInBooks}),
			newLettersWorker(cfg, temporal, letters),
		},
	}
	if p.inbox, err = newInbox(cfg, log, store); err != nil {
		return nil, err
	}
	p.ops, err = newOpsServer(cfg, store, temporal, meters)
	return p, err
}

func newRelay(cfg config.Config, log *slog.Logger, store outbox.Messages, temporal client.Client) *outbox.Relay {
	return &outbox.Relay{
		Store: store, Temporal: temporal, Log: log, Interval: cfg.Outbox.Interval, Parallel: 16,
		Target: outbox.Target{
			Workflow: workflows.ClaimWorkflow, TaskQueue: workflows.QueueClaims, WorkflowID: workflows.ClaimID,
			Input:     func(ref postgres.Ref) any { return workflows.NewClaim(ref.ClientID, ref.ClaimID) },
			Signal:    func(key string) any { return workflows.FactRecorded{Key: key} },
			ClientKey: workflows.AttributeClient, AmountClass: workflows.AttributeAmount,
		},
		Agreements: outbox.AgreementTarget{
			Workflow: workflows.AgreementWorkflow, TaskQueue: workflows.QueueClaims, WorkflowID: workflows.AgreementID,
			Input: func(ref postgres.AgreementRef) any {
				return workflows.AgreementInput{ClientID: ref.ClientID, AgreementID: ref.AgreementID}
			},
		},
		Statements: outbox.StatementTarget{
			Workflow: workflows.StatementWorkflow, TaskQueue: workflows.QueueClaims, WorkflowID: workflows.StatementID,
			Input: func(key string, bookedAt time.Time) any {
				return workflows.StatementInput{Key: key, BookedAt: bookedAt}
			},
		},
	}
}

func newClaimsWorker(cfg config.Config, temporal client.Client, claims *activities.Claims, agreements *activities.Agreements, statements *activities.Statements, payouts *activities.Payouts, books *activities.Books) worker.Worker {
	w := worker.New(temporal, workflows.QueueClaims, workerOptions(cfg))
	workflows.RegisterClaims(w, claims)
	workflows.RegisterAgreements(w, agreements)
	workflows.RegisterStatements(w, statements)
	workflows.RegisterPayouts(w, payouts)
	workflows.RegisterBooks(w, books)
	return w
}

func newLettersWorker(cfg config.Config, temporal client.Client, letters *activities.Letters) worker.Worker {
	options := workerOptions(cfg)
	options.DisableWorkflowWorker = true
	options.TaskQueueActivitiesPerSecond = cfg.Mail.PerSecond // 0 is no limit
	w := worker.New(temporal, workflows.QueueLetters, options)
	workflows.RegisterLetters(w, letters)
	return w
}

// workerOptions lets a worker that is told to stop finish the mail it is sending and note how that ended.
func workerOptions(cfg config.Config) worker.Options {
	mail := cfg.SMTP.ConnectTimeout + cfg.SMTP.SendTimeout
	return worker.Options{
		MaxConcurrentWorkflowTaskPollers: cfg.Worker.Pollers, MaxConcurrentActivityTaskPollers: cfg.Worker.Pollers,
		MaxConcurrentActivityExecutionSize: cfg.Worker.MaxConcurrentActivities,
		WorkerStopTimeout:                  mail + 2*activities.SettleWithin, // once for what comes before it
	}
}

// newLetters makes what writes letters, and sends them over the mail server of the configuration.
func newLetters(cfg config.Config, store *postgres.Store, rules *trajectory.Library, plans agreement.Plans) (*activities.Letters, *mail.Sender, error) {
	sender, err := mailSender(cfg.SMTP)
	if err != nil {
		return nil, nil, err
	}
	letters, err := lettersOver(cfg, store, rules, plans, sender)
	return letters, sender, err
}

// mailSender offers mail to the mail server of the configuration.
func mailSender(s config.SMTP) (*mail.Sender, error) {
	return mail.New(mail.Options{
		Host: s.Host, Port: s.Port, TLS: mail.TLSPolicy(s.TLS), Auth: s.Auth, Username: s.Username, Password: string(s.Password), Hello: s.Hello,
		ConnectTimeout: s.ConnectTimeout, SendTimeout: s.SendTimeout, MaxIdle: s.IdleConnections,
	})
}

// lettersOver makes what writes letters, and sends them over a mail server. Texts with a missing variable, or fonts without a glyph, are found here, not
// at sending.
func lettersOver(cfg config.Config, store *postgres.Store, rules *trajectory.Library, plans agreement.Plans, sender activities.MailSender) (*activities.Letters, error) {
	if err := letter.Check(); err != nil {
		return nil, fmt.Errorf("letter texts: %w", err)
	}
	box, err := spool.Open(cfg.Spool.Dir)
	if err != nil {
		return nil, err
	}
	writer, err := newLetterWriter(cfg, rules, plans)
	if err != nil {
		return nil, err
	}
	return &activities.Letters{Register: store, Mail: sender, Spool: box, Rules: rules, From: cfg.SMTP.From, Delivery: writer.Delivery, Writer: writer}, nil
}

// newLetterWriter makes what writes letters.
func newLetterWriter(cfg config.Config, rules *trajectory.Library, plans agreement.Plans) (*activities.LetterWriter, error) {
	a := cfg.Agency
	registered, err := calendar.ParseDate(a.RegistrationValidUntil)
	if err != nil {
		return nil, fmt.Errorf("agency.registration_valid_until: %w", err)
	}
	return &activities.LetterWriter{
		Agency: agencyParty(a), RegisteredUntil: registered, TrustName: a.TrustName, TrustIBAN: a.TrustIBAN, Rules: rules, Plans: plans,
		AnswerDays: cfg.Policy.ComplaintAnswerDays, DisputesScheme: a.DisputesScheme,
		Delivery: activities.Delivery{PostDays: cfg.Policy.PostDeliveryDays, MailDays: cfg.Policy.MailDeliveryDays},
	}, nil
}

// agencyParty is the agency as it stands in letters.
func agencyParty(a config.Agency) letter.Party {
	return letter.Party{
		Name: a.Name, Street: a.Street, Postcode: a.Postcode, Town: a.Town, Email: a.Email, Phone: a.Phone, Website: a.Website, KvK: a.KvK, Registration: a.Registration,
	}
}

// run starts everything and stops it cleanly: first no new work, then what is under way, then the connections.
func (p *parts) run(ctx context.Context) error {
	if err := p.ops.Listen(); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range p.workers {
		if err := w.Start(); err != nil {
			return errors.Join(fmt.Errorf("start worker: %w", err), p.ops.Close())
		}
		defer w.Stop()
	}
	group.Go(func() error { return p.relay.Run(ctx) })
	group.Go(func() error { return p.sweeper.Run(ctx) })
	if p.inbox != nil {
		group.Go(func() error { return p.inbox.Run(ctx) })
	}
	group.Go(func() error { return p.ops.Run(ctx) })
	group.Go(func() error { return watchLaw(ctx, p.log, p.tables) })
	p.log.Info("worker runs", "health", p.ops.listeners[0].Addr().String())
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
