package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/scenario"
)

func scenarioCommand() *cobra.Command {
	parent := &cobra.Command{Use: "scenario", Short: "Tell what would happen to a claim, before it does", Example: "  dunning scenario run config/scenarios/hold-until-it-is-resumed.yaml"}
	parent.AddCommand(scenarioRunCommand())
	return parent
}

// scenarioRun is how scenarios are run and told.
type scenarioRun struct{ asJSON, asLines bool }

func scenarioRunCommand() *cobra.Command {
	var r scenarioRun
	cmd := &cobra.Command{
		Use: "run FILE...", Short: "Let the claim of a file live its whole life under skipped time, and tell it", Args: cobra.MinimumNArgs(1),
		Long: `Reads a scenario (a claim, a trajectory, what happens and when) and lets the claim live its whole life with the workflow, the activities and the stores of production,
on a PostgreSQL that it starts itself and removes at the end. Years take a moment. It needs nothing running and no network, and sends nothing. docs/scenarios.md tells the
format, with an example of every event; config/scenarios has more than two hundred.

A file may say what it expects; then its life is compared with that. Several files are told in a line each; when one cannot be lived the others are all the
same, and that is told at the end.

Exit code: 0 when it was run, and came out as expected; 1 when it came out otherwise, or could not be lived; 2 when a file is refused; 3 when a file is no scenario at all.`,
		Example: "  dunning scenario run config/scenarios/consumer-pays-the-reminder.yaml\n  dunning scenario run --json config/scenarios/consumer-pays-the-reminder.yaml\n  dunning scenario run config/scenarios/*.yaml",
	}
	cmd.Flags().BoolVar(&r.asJSON, "json", false, "print one JSON object")
	cmd.Flags().BoolVar(&r.asLines, "lines", false, "print the lines of an expect block")
	ratesFlag(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 && (r.asJSON || r.asLines) {
			return refused("--json and --lines tell one life; right would be one FILE, or neither flag")
		}
		if r.asJSON && r.asLines {
			return refused("--json and --lines are two ways to tell a life; right would be one of them")
		}
		scenarios := make([]scenario.Scenario, len(args))
		for i, name := range args {
			var err error
			if scenarios[i], err = readScenario(name); err != nil {
				return err
			}
		}
		err := r.run(cmd, scenarios)
		if cmd.Context().Err() != nil {
			return errStopped
		}
		return err
	}
	return cmd
}

// errStopped is all that is worth saying of a run that was told to stop: what it was doing failed for that reason.
var errStopped = errors.New("stopped; nothing is left behind")

// readScenario reads a file: one that is no scenario cannot be read (exit code 3), one with something wrong in it is refused (2).
func readScenario(name string) (scenario.Scenario, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return scenario.Scenario{}, unreadable("%w", err)
	}
	s, err := scenario.Parse(name, data, func(path string) ([]byte, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(name), path)
		}
		return os.ReadFile(path)
	})
	var notOne *scenario.FormError
	switch {
	case errors.As(err, &notOne):
		return s, unreadable("%w", err)
	case err != nil:
		plans, _ := readPlans("") // as shipped: those that a life has
		return s, refused("%w", scenario.ByLine(errors.Join(err, s.Unplanned(plans))))
	}
	return s, nil
}

// run lets the scenarios live, a few at once, and tells them.
func (r scenarioRun) run(cmd *cobra.Command, scenarios []scenario.Scenario) (err error) {
	tables, err := lawOf(cmd)
	if err != nil {
		return err
	}
	began := time.Now()
	rehearsal, err := openRehearsal(cmd.Context(), tables)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rehearsal.close()) }()
	progress := func(int, int) {}
	if len(scenarios) > 1 {
		progress = progressLine(cmd.ErrOrStderr(), "scenarios")
	}
	ready := time.Since(began)
	lives, err := rehearsal.play(cmd.Context(), scenarios, progress)
	switch missing := (notLived{}); {
	case len(scenarios) == 1 && err == nil:
		return r.tell(cmd, scenarios[0], lives[0])
	case len(scenarios) > 1 && (err == nil || errors.As(err, &missing)):
		return summarise(cmd.OutOrStdout(), scenarios, lives, missing, time.Since(began)-ready)
	}
	return wrongInput(err)
}

// wrongInput is an error about what stands in a file as such.
func wrongInput(err error) error {
	if wrong := new(scenario.InputError); errors.As(err, &wrong) {
		return refused("%w", wrong)
	}
	return err
}

// notLived are the scenarios of which no life came, by their place among those that were given, with why.
type notLived map[int]error

func (n notLived) Error() string { return errors.Join(n.Unwrap()...).Error() }

// Unwrap gives the errors in the order of the scenarios.
func (n notLived) Unwrap() []error {
	all := make([]error, 0, len(n))
	for _, i := range slices.Sorted(maps.Keys(n)) {
		all = append(all, n[i])
	}
	return all
}

// play is playAll on databases of the rehearsal.
func (r *rehearsal) play(ctx context.Context, scenarios []scenario.Scenario, progress func(done, total int)) ([]scenario.Life, error) {
	return playAll(ctx, scenarios, func() player { return r.host() }, progress)
}

// player lets one scenario live after the other.
type player interface {
	Run(ctx context.Context, s scenario.Scenario) (scenario.Life, error)
	Close()
}

// playAll lets scenarios live on a few databases at once; the lives are in the order of the scenarios. One that cannot be lived keeps no other from living: it is
// told at the end, in a notLived.
func playAll(ctx context.Context, scenarios []scenario.Scenario, player func() player, progress func(done, total int)) ([]scenario.Life, error) {
	lives := make([]scenario.Life, len(scenarios))
	todo := make(chan int, len(scenarios))
	for i := range scenarios {
		todo <- i
	}
	close(todo)
	done := make(chan struct{}, len(scenarios))
	var failed sync.Mutex
	missing := notLived{}
	group, ctx := errgroup.WithContext(ctx)
	for range min(len(scenarios), 2*runtime.GOMAXPROCS(0)) { // a life waits for the database half of its time
		host := player()
		group.Go(func() (err error) {
			defer host.Close()
			for i := range todo {
				if lives[i], err = host.Run(ctx, scenarios[i]); ctx.Err() != nil {
					return ctx.Err()
				}
				if err != nil {
					failed.Lock()
					missing[i] = fmt.Errorf("%s: %w", scenarios[i].Name, err)
					failed.Unlock()
				}
				done <- struct{}{}
			}
			return nil
		})
	}
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		for n := 1; n <= len(scenarios); n++ {
			select {
			case <-done:
				progress(n, len(scenarios))
			case <-ctx.Done(): // also when all is done
				return
			}
		}
	}()
	err := group.Wait()
	<-counted
	if err == nil && len(missing) > 0 {
		err = missing
	}
	return lives, err
}

// tell prints one life and how it differs from what was expected.
func (r scenarioRun) tell(cmd *cobra.Command, s scenario.Scenario, life scenario.Life) error {
	w, differences := cmd.OutOrStdout(), s.Differences(life)
	var err error
	switch {
	case r.asJSON:
		err = json.NewEncoder(w).Encode(life)
	case r.asLines:
		for _, line := range life.Lines() {
			_, err = fmt.Fprintln(w, line)
		}
	default:
		_, err = fmt.Fprint(w, lifeTable(s, life, min(widthOf(w), lifeWidth)))
	}
	if err != nil || len(differences) == 0 {
		return err
	}
	return fmt.Errorf("%s did not come out as expected (- was expected, + came)\n%s", s.Name, strings.Join(differences, "\n"))
}

// lifeWidth is how wide the table of a life is at most.
const lifeWidth = 100

func lifeTable(s scenario.Scenario, life scenario.Life, width int) string {
	rows := make([]table.Row, len(life.Timeline))
	for i, e := range life.Timeline {
		what := strings.TrimSpace(string(e.Kind) + " " + e.Step)
		if e.Channel != "" {
			what += " by " + e.Channel
		}
		rows[i] = table.Row{e.At.Format("2006-01-02 15:04"), what, blankWhenZero(e.Total), e.Reason}
	}
	var b strings.Builder
	if s.Story != "" {
		fmt.Fprintln(&b, text.WrapSoft(s.Story, width))
	}
	f := life.Final
	fmt.Fprintf(&b, "%s\n%s (%s): outstanding %s, paid %s\nto the client %s, to the agency %s, invoiced to the client %s\n", fitted(width, table.Row{"when", "what", "amount", "why"}, rows, nil),
		f.Status, f.Stage, f.Outstanding, f.Paid, f.ToClient, f.ToAgency, f.InvoicedToClient)
	if f.Unstated != "" {
		fmt.Fprintln(&b, text.WrapSoft(f.Unstated, width))
	}
	next := "nothing, "
	switch {
	case life.Next.Step == "":
	case life.Next.On == nil:
		next = "waits for " + life.Next.Step + ": "
	default:
		next = fmt.Sprintf("%s on %s: ", life.Next.Step, life.Next.On)
	}
	fmt.Fprintln(&b, text.WrapSoft("next: "+next+life.Next.Reason, width))
	if len(s.Expect) > 0 && len(s.Differences(life)) == 0 {
		b.WriteString("as expected\n")
	}
	return b.String()
}

// blankWhenZero is an amount, or nothing where there is none.
func blankWhenZero(a money.Amount) any {
	if a == 0 {
		return ""
	}
	return a
}

// summarise prints a line for each life, and tells how those differ that do, and why there is none of the others.
func summarise(w io.Writer, scenarios []scenario.Scenario, lives []scenario.Life, missing notLived, took time.Duration) error {
	t := newTable("scenario", "ends", "outstanding", "paid", "expected")
	var different []string
	for i, s := range scenarios {
		if missing[i] != nil {
			t.AppendRow(table.Row{s.Name, "not lived", "", "", ""})
			continue
		}
		said := "as expected"
		if len(s.Expect) == 0 {
			said = "nothing"
		}
		if differences := s.Differences(lives[i]); len(differences) > 0 {
			said = "OTHERWISE"
			different = append(different, fmt.Sprintf("%s (- was expected, + came)\n%s", s.Name, strings.Join(differences, "\n")))
		}
		f := lives[i].Final
		t.AppendRow(table.Row{s.Name, f.Status, f.Outstanding, f.Paid, said})
	}
	_, err := fmt.Fprintf(w, "%s\n%d of %d lived, in %s, %.1f a second\n", t.Render(), len(lives)-len(missing), len(lives), took.Round(10*time.Millisecond), float64(len(lives)-len(missing))/took.Seconds())
	if err == nil && len(different) > 0 {
		slices.Sort(different)
		err = fmt.Errorf("%d of %d did not come out as expected\n%s", len(different), len(lives), strings.Join(different, "\n"))
	}
	if err == nil && len(missing) > 0 {
		return wrongInput(missing)
	}
	return errors.Join(err, errors.Join(missing.Unwrap()...))
}
