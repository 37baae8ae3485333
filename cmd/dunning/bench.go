package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func benchCommand() *cobra.Command {
	b := bench{}
	names := make([]string, 0, len(measurements))
	about := ""
	for _, m := range measurements {
		names = append(names, m.name)
		about += fmt.Sprintf("\n  %-11s %s", m.name, m.about)
	}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure speed and memory on this machine",
		Long: `Starts PostgreSQL with durable commits, a real Temporal server, a mail sink and the worker, each a process of its own but the sink, and measures
with made-up claims, always the same; interest, explain, decision, certificate, batch, statement, simulation and matching need none of these, and ledger and scenario start a database of their own. Prints one line per figure, name value unit; what it does meanwhile is told on stderr. Nothing else
should run on the machine. Measurements:` + about,
		Example: "  dunning bench\n  dunning bench --claims 500 --only burst\n  dunning bench --only interest,explain,certificate,batch",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&b.dir, "dir", "var/bench", "directory for the data of the run, which is removed at the end")
	cmd.Flags().IntVar(&b.claims, "claims", 5000, "claims of the burst; the other measurements grow and shrink with it")
	cmd.Flags().StringVar(&b.profile, "profile", "", "file for a CPU profile of the worker during the burst")
	only := cmd.Flags().StringSlice("only", names, "measurements to do")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		for _, name := range *only {
			if !slices.Contains(names, name) {
				return refused("--only: %q is not a measurement; right would be %s", name, strings.Join(names, ", "))
			}
		}
		if b.claims < 50 {
			return refused("--claims: %d is too few to measure anything; right would be 50 or more", b.claims)
		}
		b.out, b.log = cmd.OutOrStdout(), cmd.ErrOrStderr()
		return b.run(cmd.Context(), *only)
	}
	cmd.AddCommand(benchWorkerCommand())
	return cmd
}

// measurement is one thing to measure. Alone is what needs no services: when only such are asked for, none is started.
type measurement struct {
	name, about string
	alone       bool
	measure     func(*bench, context.Context) error
}

// measurements in the order in which they are done: those with services leave sleeping claims behind, as a real database has.
var measurements = []measurement{
	{"interest", "interest over ten years with five payments", true, (*bench).measureInterest},
	{"explain", "every cent of such a claim", true, (*bench).measureExplain},
	{"decision", "what comes next, at each moment of two lives of twenty years", true, (*bench).measureDecision},
	{"certificate", "a letter as PDF with its legal certificate", true, (*bench).measureCertificate},
	{"batch", "1,000 letters in one PDF, on one processor", true, (*bench).measureBatch},
	{"statement", "statements of 50,000 entries in camt.053 and MT940", true, (*bench).measureStatement},
	{"simulation", "100,000 claims over five years on a trajectory", true, (*bench).measureSimulation},
	{"matching", "50,000 payments find their claims among 50,000, and the time of one among 1,000,000", true, (*bench).measureMatching},
	{"ledger", "journals of four lines single, in batches of 100 and by 16 writers, each beside bare inserts", true, (*bench).measureLedger},
	{"scenario", "whole lives of claims under skipped time, with a database of their own", true, (*bench).measureScenario},
	{"hand-over", "a file of 10,000 rows", false, (*bench).measureHandOver},
	{"change", "10,000 running claims change their trajectory, after a comparison", false, (*bench).measureChange},
	{"import", "a statement with a payment for each of 5,000 sleeping claims: booked, matched, and the claims woken", false, (*bench).measureImport},
	{"pdf", "a letter as PDF, from its case file", false, (*bench).measurePDF},
	{"sleeping", "2,000 sleeping claims: memory of the worker, events and bytes per claim", false, (*bench).measureSleeping},
	{"monitored", "20 claims live for four years in skipped time: history events of a year of debt monitoring", false, (*bench).measureMonitored},
	{"ratio", "claims started and letters sent, each beside a bare workflow", false, (*bench).measureRatio},
	{"burst", "5,000 claims whose letter falls due at the same moment", false, (*bench).measureBurst},
}

// bench is one run of the measurements.
type bench struct {
	dir, profile string
	claims       int
	out, log     io.Writer
	site         *site
}

// of scales a number that is meant for the usual 5,000 claims.
func (b *bench) of(usual int) int { return max(usual*b.claims/5000, 1) }

func (b *bench) say(format string, args ...any) {
	_, _ = fmt.Fprintf(b.log, "bench: "+format+"\n", args...)
}

// figure prints a result.
func (b *bench) figure(name string, value float64, unit string) {
	_, _ = fmt.Fprintf(b.out, "%s %s %s\n", name, strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", value), "0"), "."), unit)
}

func (b *bench) run(ctx context.Context, only []string) error {
	chosen := slices.DeleteFunc(slices.Clone(measurements), func(m measurement) bool { return !slices.Contains(only, m.name) })
	served := slices.IndexFunc(chosen, func(m measurement) bool { return !m.alone })
	if served < 0 {
		return b.measure(ctx, chosen)
	}
	if err := b.measure(ctx, chosen[:served]); err != nil { // on a machine that is still quiet
		return err
	}
	return b.serve(ctx, chosen[served:])
}

// serve measures with the services running.
func (b *bench) serve(ctx context.Context, chosen []measurement) (err error) {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(b.dir, "run-")
	if err != nil {
		return err
	}
	b.say("starting PostgreSQL, Temporal and a mail sink in %s", dir)
	if b.site, err = openSite(ctx, dir, b.log); err != nil {
		return err
	}
	defer func() {
		data, linkErr := filepath.EvalSymlinks(filepath.Join(dir, "postgres")) // it is elsewhere when PostgreSQL's user cannot come here
		err = errors.Join(err, b.site.close(), linkErr, os.RemoveAll(data), os.RemoveAll(dir))
	}()
	return b.measure(ctx, chosen)
}

func (b *bench) measure(ctx context.Context, chosen []measurement) error {
	for _, m := range chosen {
		b.say("%s: %s", m.name, m.about)
		if err := m.measure(b, ctx); err != nil {
			return fmt.Errorf("measure %s: %w", m.name, err)
		}
	}
	return nil
}
