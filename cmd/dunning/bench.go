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
		about += fmt.Sprintf("\n  %-10s %s", m.name, m.about)
	}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure speed and memory on this machine",
		Long: `Starts PostgreSQL with durable commits, a real Temporal server, a mail sink and the worker, each a process of its own but the sink, and measures
with made-up claims, always the same. Prints one line per figure, name value unit; what it does meanwhile is told on stderr. Nothing else
should run on the machine. Measurements:` + about,
		Example: "  dunning bench\n  dunning bench --claims 500 --only burst",
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

// measurements in the order in which they are done: each leaves sleeping claims behind, as a real database has.
var measurements = []struct {
	name, about string
	measure     func(*bench, context.Context) error
}{
	{"hand-over", "a file of 10,000 rows", (*bench).measureHandOver},
	{"pdf", "a letter as PDF", (*bench).measurePDF},
	{"sleeping", "2,000 sleeping claims: memory of the worker, events and bytes per claim", (*bench).measureSleeping},
	{"ratio", "claims started and letters sent, each beside a bare workflow", (*bench).measureRatio},
	{"burst", "5,000 claims whose letter falls due at the same moment", (*bench).measureBurst},
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

func (b *bench) run(ctx context.Context, only []string) (err error) {
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
	for _, m := range measurements {
		if !slices.Contains(only, m.name) {
			continue
		}
		b.say("%s: %s", m.name, m.about)
		if err := m.measure(b, ctx); err != nil {
			return fmt.Errorf("measure %s: %w", m.name, err)
		}
	}
	return nil
}
