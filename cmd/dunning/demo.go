package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
)

func demoCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the sample portfolio through its whole life on this machine, in minutes",
		Long: `Starts PostgreSQL, a real Temporal server with its UI and a mail sink, hands over the 60 claims of config/samples, and lets each live its whole
life, up to twenty years, while the server skips the time between. Then it shows what became of them and of every cent.
What it leaves has lived beyond today, so commands look at it and record nothing there: to try them, dunning dev.
On a terminal it stays up until Ctrl-C. A demo that was cut off goes on where it was when it is started again.`,
		Example: "  dunning demo\n  dunning demo --dir /tmp/demo --exit",
		Args:    cobra.NoArgs,
	}
	dir := cmd.Flags().String("dir", "var/demo", "directory for the data")
	exit := cmd.Flags().Bool("exit", false, "end after the story, also on a terminal")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		d := demo{out: cmd.OutOrStdout(), dir: *dir, stays: terminal(os.Stdout) && !*exit}
		err := d.run(cmd.Context())
		if err != nil && cmd.Context().Err() != nil {
			return fmt.Errorf("stopped; start it again and the story goes on")
		}
		return err
	}
	return cmd
}

// demo is one showing.
type demo struct {
	out   io.Writer
	dir   string
	stays bool // up, after the story, until Ctrl-C
	stack *stack
}

func (d *demo) say(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demo) run(ctx context.Context) (err error) {
	if err := d.prepare(); err != nil {
		return err
	}
	binary, err := devServerBinary()
	if err != nil {
		return err
	}
	d.say("starting PostgreSQL, Temporal and a mail sink in %s", d.dir)
	// A demo may be lost with the machine, but not with a process: the fast settings of PostgreSQL keep just that.
	d.stack, err = startStack(ctx, stackOptions{dir: d.dir, binary: binary, timeSkipping: true, log: d.out, overrides: onThisMachine(map[string]string{"log.level": "error"})})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stack.stop()) }()
	if err := d.settleCutOff(ctx); err != nil {
		return d.stack.blame(err)
	}
	d.say("Temporal UI while it runs: %s", d.stack.temporal.UIURL())
	running, stopWorker := context.WithCancel(ctx)
	defer stopWorker()
	group, running := errgroup.WithContext(running)
	group.Go(func() error { return d.stack.work(running) })
	group.Go(func() error {
		if err := d.tell(running); err != nil {
			return err
		}
		if d.stays {
			d.say("\nCtrl-C ends it")
			<-running.Done()
		}
		stopWorker()
		return nil
	})
	return d.stack.blame(group.Wait())
}

// whereToLook tells where what it left is: pages of servers only when these stay up.
func (d *demo) whereToLook(ui, mails string) string {
	letters, spool, files := filepath.Join(d.dir, "letters"), filepath.Join(d.dir, "spool"), filepath.Join(d.dir, "bank")
	if !d.stays {
		return fmt.Sprintf("\nwhat it leaves (it stops now; on a terminal it stays up until Ctrl-C)\n  letters       %s\n  post spool    %s\n  bank files    %s", letters, spool, files)
	}
	return fmt.Sprintf("\nwhere to look\n  Temporal UI   %s/namespaces/%s/workflows\n  letters       %s\n  mails         %s\n  post spool    %s\n  bank files    %s", ui, namespace, letters, mails, spool, files)
}

// banker is the bank of the story.
func (d *demo) banker(store *postgres.Store, c client.Client) (*banker, error) {
	accounts, err := trustAccounts(d.stack.config)
	if err != nil {
		return nil, err
	}
	rules, err := agreedLibrary(d.stack.config)
	if err != nil {
		return nil, err
	}
	statements, err := newStatements(d.stack.config, store, rules)
	return &banker{dir: filepath.Join(d.dir, "bank"), account: d.stack.config.Agency.TrustIBAN, accounts: accounts, store: store, temporal: c, statements: statements}, err
}

// tell hands the portfolio over, lets every claim live, and shows the outcome.
func (d *demo) tell(ctx context.Context) error {
	log := logger(d.stack.config)
	store, closeStore, err := openStore(ctx, d.stack.config)
	if err != nil {
		return err
	}
	defer closeStore()
	c, err := openTemporal(d.stack.config, log)
	if err != nil {
		return err
	}
	defer c.Close()
	rules, err := agreedLibrary(d.stack.config)
	if err != nil {
		return err
	}
	story, err := readStory(config.Data)
	if err != nil {
		return err
	}
	if err := d.letApprove(ctx); err != nil {
		return err
	}
	verdicts, err := d.handOver(ctx, store, &intake.Desk{Store: store, Library: rules, Random: rand.Reader})
	if err != nil {
		return err
	}
	cast, err := casting(ctx, store, story, verdicts)
	if err != nil {
		return err
	}
	b, err := d.banker(store, c)
	if err != nil {
		return err
	}
	t := &teller{sink: d.stack.sink, store: store, temporal: c, travel: devstack.TimeTravel{Client: c, Namespace: namespace}, rules: rules, trust: b.receive}
	began := time.Now()
	if err := d.live(ctx, t, cast); err != nil {
		return err
	}
	r := report{out: d.out, dir: d.dir, store: store, rules: rules, sink: d.stack.sink, took: time.Since(began)}
	r.payOut = func(ctx context.Context, on calendar.Date) (calendar.Date, error) { return d.payOut(ctx, store, b, on) }
	r.invoice = d.invoice
	if err := r.print(ctx, cast); err != nil {
		return err
	}
	d.say("%s", d.whereToLook(d.stack.temporal.UIURL(), d.stack.mailPage))
	return os.WriteFile(filepath.Join(d.dir, finished), nil, 0o600)
}

// handOver adds the clients and hands the portfolio over, as a client does. A story that goes on keeps the day on which it began.
func (d *demo) handOver(ctx context.Context, store *postgres.Store, desk *intake.Desk) ([]intake.RowVerdict, error) {
	began, err := d.firstDay()
	if err != nil {
		return nil, err
	}
	samples := filepath.Join(d.dir, "samples")
	if err := os.MkdirAll(samples, 0o700); err != nil {
		return nil, err
	}
	if err := addSampleClients(ctx, store, samples); err != nil {
		return nil, err
	}
	file, err := portfolioOn(config.Data, calendar.DateOf(began))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(samples, "portfolio.csv"), file, 0o600); err != nil {
		return nil, err
	}
	verdicts, err := desk.Submit(ctx, bytes.NewReader(file), postgres.Actor{Name: storyTeller, At: began}, func(int, int) {})
	if err != nil {
		return nil, err
	}
	d.say("handed over %s: %d rows", filepath.Join(samples, "portfolio.csv"), len(verdicts))
	return verdicts, nil
}

// addSampleClients adds the clients of the samples and leaves a copy of their file and its logos in dir.
func addSampleClients(ctx context.Context, store *postgres.Store, dir string) error {
	names, err := fs.Glob(config.Data, "samples/*.png")
	if err != nil {
		return err
	}
	for _, name := range append(names, "samples/clients.yaml") {
		file, err := config.Data.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(name)), file, 0o600); err != nil {
			return err
		}
	}
	plans, err := readPlans("")
	if err != nil {
		return err
	}
	clients, err := readClients(filepath.Join(dir, "clients.yaml"), plans, nil)
	if err != nil {
		return err
	}
	_, err = store.SaveClients(ctx, clients)
	return err
}

// played is a claim of the story with its verdict at hand-over; Ref is zero when it was refused.
type played struct {
	storyClaim
	ref    postgres.Ref
	reason string
}

func (p played) refused() bool { return p.ref == postgres.Ref{} }

// casting joins the story with the verdicts.
func casting(ctx context.Context, store *postgres.Store, story []storyClaim, verdicts []intake.RowVerdict) ([]played, error) {
	ids, reasons := map[string]string{}, map[string]string{}
	for _, v := range verdicts {
		ids[v.Claim] = v.ClaimID
		if reasons[v.Claim] == "" {
			reasons[v.Claim] = v.Column + ": " + v.Reason
		}
	}
	cast := make([]played, len(story))
	for i, s := range story {
		cast[i] = played{storyClaim: s, reason: reasons[s.Claim]}
		if ids[s.Claim] == "" {
			continue
		}
		var err error
		if cast[i].ref, err = store.ClientOfClaim(ctx, ids[s.Claim]); err != nil {
			return nil, err
		}
	}
	return cast, nil
}

// live lets every claim that was accepted live, some at a time.
func (d *demo) live(ctx context.Context, t *teller, cast []played) error {
	accepted := slices.DeleteFunc(slices.Clone(cast), played.refused)
	if refused := len(cast) - len(accepted); refused > 0 {
		d.say("%d claims accepted, %d refused", len(accepted), refused)
	}
	group, ctx := errgroup.WithContext(ctx)
	t.turns = newTurns(16, accepted)
	lived, shown := make(chan struct{}, len(accepted)), make(chan struct{})
	go func() {
		defer close(shown)
		progress, n := progressLine(d.out, "claims that lived their whole life"), 0
		for range lived {
			n++
			progress(n, len(accepted))
		}
	}()
	for _, p := range accepted {
		group.Go(func() error {
			err := t.turns.lives(ctx, p.ref.ClaimID, func() error { return t.live(ctx, p.ref, p.storyClaim) })
			if err == nil {
				lived <- struct{}{}
			}
			return err
		})
	}
	err := group.Wait()
	close(lived)
	<-shown
	return err
}
