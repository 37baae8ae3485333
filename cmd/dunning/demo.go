package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
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
On a terminal it stays up until Ctrl-C. A demo that was cut off goes on where it was when it is started again.`,
		Example: "  dunning demo\n  dunning demo --dir /tmp/demo --exit",
		Args:    cobra.NoArgs,
	}
	dir := cmd.Flags().String("dir", "var/demo", "directory for the data")
	exit := cmd.Flags().Bool("exit", false, "end after the story, also on a terminal")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		d := demo{out: cmd.OutOrStdout(), dir: *dir}
		err := d.run(cmd.Context(), terminal(os.Stdout) && !*exit)
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
	stack *stack
}

// finished is the file that says that the story in a directory has been told; the next demo then begins anew.
const finished = "finished"

func (d *demo) say(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format+"\n", args...) }

func (d *demo) run(ctx context.Context, stay bool) (err error) {
	if err := d.prepare(); err != nil {
		return err
	}
	binary, err := devServerBinary()
	if err != nil {
		return err
	}
	d.say("starting PostgreSQL, Temporal and a mail sink in %s", d.dir)
	// A demo may be lost with the machine, but not with a process: the fast settings of PostgreSQL keep just that.
	d.stack, err = startStack(ctx, stackOptions{dir: d.dir, binary: binary, timeSkipping: true, log: d.out, overrides: map[string]string{"log.level": "error"}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.stack.stop()) }()
	d.say("Temporal UI while it runs: %s", d.stack.temporal.UIURL())
	running, stopWorker := context.WithCancel(ctx)
	defer stopWorker()
	group, running := errgroup.WithContext(running)
	group.Go(func() error { return runWorker(running, d.stack.config, logger(d.stack.config)) })
	group.Go(func() error {
		if err := d.tell(running); err != nil {
			return err
		}
		if stay {
			d.say("\nCtrl-C ends it")
			<-running.Done()
		}
		stopWorker()
		return nil
	})
	return group.Wait()
}

// prepare clears away a story that was told to its end; one that was cut off goes on.
func (d *demo) prepare() error {
	if _, err := os.Stat(filepath.Join(d.dir, finished)); err == nil {
		held, err := devstack.TryLockFile(filepath.Join(d.dir, "lock"))
		if err != nil {
			return fmt.Errorf("%s is in use by another dunning demo: stop that first (%w)", d.dir, err)
		}
		defer func() { _ = held.Unlock() }()
		if err := os.RemoveAll(d.dir); err != nil {
			return fmt.Errorf("clear %s: %w", d.dir, err)
		}
	} else if _, err := os.Stat(filepath.Join(d.dir, "postgres")); err == nil {
		d.say("a story in %s was cut off: it goes on", d.dir)
	}
	return nil
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
	rules, err := library()
	if err != nil {
		return err
	}
	story, err := readStory(config.Data)
	if err != nil {
		return err
	}
	verdicts, err := d.handOver(ctx, store, &intake.Desk{Store: store, Library: rules, Random: rand.Reader})
	if err != nil {
		return err
	}
	t := &teller{sink: d.stack.sink, store: store, temporal: c, travel: devstack.TimeTravel{Client: c, Namespace: namespace}, rules: rules}
	began := time.Now()
	cast, err := d.live(ctx, t, story, verdicts)
	if err != nil {
		return err
	}
	r := report{out: d.out, dir: d.dir, store: store, rules: rules, sink: d.stack.sink, took: time.Since(began)}
	if err := r.print(ctx, cast); err != nil {
		return err
	}
	d.say("\nwhere to look\n  Temporal UI   %s/namespaces/%s/workflows\n  letters       %s\n  mails         %s\n  post spool    %s",
		d.stack.temporal.UIURL(), namespace, filepath.Join(d.dir, "letters"), d.stack.mailPage, filepath.Join(d.dir, "spool"))
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
	list, err := config.Data.ReadFile("samples/clients.yaml")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(samples, "clients.yaml"), list, 0o600); err != nil {
		return nil, err
	}
	clients, err := readClients(filepath.Join(samples, "clients.yaml"))
	if err != nil {
		return nil, err
	}
	if err := addClients(ctx, store, clients, func(postgres.Client, string) {}); err != nil {
		return nil, err
	}
	file, err := portfolioOn(config.Data, calendar.DateOf(began))
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(samples, "portfolio.csv"), file, 0o600); err != nil {
		return nil, err
	}
	verdicts, err := desk.Submit(ctx, bytes.NewReader(file), postgres.Actor{Name: "demo", At: began}, func(int, int) {})
	if err != nil {
		return nil, err
	}
	d.say("handed over %s: %d rows", filepath.Join(samples, "portfolio.csv"), len(verdicts))
	return verdicts, nil
}

// firstDay is when the story in this directory began.
func (d *demo) firstDay() (time.Time, error) {
	name := filepath.Join(d.dir, "began")
	if data, err := os.ReadFile(name); err == nil {
		return time.Parse(time.RFC3339, string(data))
	}
	now := time.Now().Truncate(time.Second)
	return now, os.WriteFile(name, []byte(now.Format(time.RFC3339)), 0o600)
}

// played is a claim of the story with its verdict at hand-over; Ref is zero when it was refused.
type played struct {
	storyClaim
	ref    postgres.Ref
	reason string
}

// live lets every claim that was accepted live, some at a time.
func (d *demo) live(ctx context.Context, t *teller, story []storyClaim, verdicts []intake.RowVerdict) ([]played, error) {
	ids, reasons := map[string]string{}, map[string]string{}
	for _, v := range verdicts {
		ids[v.Claim] = v.ClaimID
		if reasons[v.Claim] == "" {
			reasons[v.Claim] = v.Column + ": " + v.Reason
		}
	}
	cast := make([]played, len(story))
	progress := progressLine(d.out, "claims that lived their whole life")
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(16)
	done := make(chan struct{}, len(story))
	for i, s := range story {
		cast[i] = played{storyClaim: s, reason: reasons[s.Claim]}
		if ids[s.Claim] == "" {
			done <- struct{}{}
			continue
		}
		ref, err := t.store.ClientOfClaim(ctx, ids[s.Claim])
		if err != nil {
			return nil, err
		}
		cast[i].ref = ref
		group.Go(func() error {
			defer func() { done <- struct{}{} }()
			return t.live(groupCtx, ref, s)
		})
	}
	told := make(chan struct{})
	go func() {
		defer close(told)
		for n := range story { // every claim says so, also one that failed
			<-done
			progress(n+1, len(story))
		}
	}()
	err := group.Wait()
	<-told
	return cast, err
}
