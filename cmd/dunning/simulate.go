package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/simulation"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// simulated is what `simulate` is asked.
type simulated struct {
	trajectories                  []string
	behaviour, on, plan, csv, svg string
	seed                          uint64
	runs, years                   int
	asJSON                        bool
}

func simulateCommand() *cobra.Command {
	var s simulated
	cmd := &cobra.Command{
		Use: "simulate FILE.csv", Short: "What trajectories would bring for a portfolio, before a claim runs on them", Args: cobra.ExactArgs(1),
		Long: `Plays every claim of a hand-over file on each trajectory, many times, with the function that decides for running claims and a stated model of how debtors, clients and operators
behave (--behaviour; as shipped: config/behaviour/default.yaml, assumptions to replace by your own). Tells letters, costs of sending, days to payment, and what client and agency get: the
mean over the runs, and between brackets what nine of ten runs lie between (with fewer than 20 runs: what all lie between). That is chance, while debtors behave as the model
says; how right the model is it does not tell. In a run the same debtor answers the same letter alike on each trajectory, so that the
difference (the last column) is that of the trajectories. A trajectory holds for debtors of its kind; the others of the portfolio are on the default one. No interest is counted
over days whose rate is not confirmed yet, and a claim that needs a person's judgement stays open. A date of the file may be counted from the day of the hand-over, as @-35.

Needs no database and no server. The same file, model and seed give the same figures.`,
		Example: `  dunning simulate config/samples/portfolio.csv
  dunning simulate config/samples/portfolio.csv --trajectory config/trajectories/consumer.yaml --trajectory config/samples/trajectories/consumer-2.yaml --svg figures.svg
  dunning simulate var/demo/samples/portfolio.csv --runs 100 --years 10 --behaviour config/behaviour/default.yaml --csv figures.csv`,
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&s.trajectories, "trajectory", nil, "trajectory file; one for each side that is compared (default: the trajectories as shipped)")
	flags.StringVar(&s.behaviour, "behaviour", "", "file with the model (default: as shipped)")
	flags.StringVar(&s.on, "on", "", "day on which all claims are handed over (default: today)")
	flags.StringVar(&s.plan, "plan", "premium", "plan of the clients: one for which the trajectories have a default decision")
	flags.Uint64Var(&s.seed, "seed", 1, "another seed gives other debtors")
	flags.IntVar(&s.runs, "runs", 20, "how often the portfolio is played")
	flags.IntVar(&s.years, "years", 5, "until how many years after hand-over")
	flags.StringVar(&s.csv, "csv", "", "file for the figures of every run, instead of the table")
	flags.StringVar(&s.svg, "svg", "", "file for a picture of what comes in week by week, beside the table")
	flags.BoolVar(&s.asJSON, "json", false, "print one JSON object")
	ratesFlag(flags)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0]) }
	return cmd
}

func (s simulated) run(cmd *cobra.Command, file string) error {
	tables, err := lawOf(cmd)
	if err != nil {
		return err
	}
	setup, left, err := s.setup(file, tables)
	if err := cmp.Or(err, writable("svg", s.svg), writable("csv", s.csv)); err != nil {
		return err
	}
	for _, why := range left {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "left out: "+why) // what is wrong with stderr cannot be told
	}
	for _, same := range alike(setup.Sides, setup.Claims) {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "warning: "+same)
	}
	setup.Progress = progressLine(cmd.ErrOrStderr(), "lives")
	figures, err := setup.Play(cmd.Context())
	if err != nil {
		return lawful(err)
	}
	if s.svg != "" {
		title := fmt.Sprintf("%s of %s, %s, model %s@%d", count(len(setup.Claims), "claim"), filepath.Base(file), count(s.runs, "run"), setup.Model.ID, setup.Model.Version)
		if err := writeFigures(cmd, s.svg, []byte(simulation.Chart(title, setup, figures))); err != nil {
			return err
		}
	}
	return s.tell(cmd, setup, figures)
}

func (s simulated) tell(cmd *cobra.Command, setup simulation.Setup, figures [][]simulation.Figures) error {
	switch {
	case s.csv != "":
		return writeFigures(cmd, s.csv, figuresCSV(setup.Sides, figures))
	case s.asJSON:
		return json.NewEncoder(cmd.OutOrStdout()).Encode(figuresJSON(setup, figures))
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s handed over on %s, %s of %s, model %s@%d, seed %d\n%s\n%s\n", count(len(setup.Claims), "claim"), setup.Claims[0].HandedOverOn,
		count(s.runs, "run"), count(s.years, "year"), setup.Model.ID, setup.Model.Version, s.seed, figuresTable(setup.Sides, figures), s.brackets(figures))
	return err
}

// count is a number of things in words: "1 run", "20 runs".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// brackets says what a figure of the table is: below the runs of which a twentieth is one, nothing is left out on either side.
func (s simulated) brackets(figures [][]simulation.Figures) string {
	if s.runs == 1 {
		return "a figure is that of the one run; more of them (--runs) tell how much is chance"
	}
	between := fmt.Sprintf("all %d", s.runs)
	if s.runs*simulation.Outside/100 > 0 {
		between = "nine of ten"
	}
	words := fmt.Sprintf("a figure is the mean of the runs, and [between brackets] what %s of them lie between: how much is chance while debtors behave as the model says", between)
	if lopsided(figures) {
		words += "; a mean outside them is that of a few runs that are far from the others"
	}
	if len(figures) > 1 {
		words += "; a difference is of the same debtors, run by run"
	}
	return words
}

// lopsided says whether the mean of a figure lies outside what nine of ten runs have.
func lopsided(figures [][]simulation.Figures) bool {
	for i, runs := range figures {
		for _, m := range simulation.Measures() {
			alone, apart := over(m, runs, nil), over(m, runs, figures[0])
			if alone.Apart() || i > 0 && apart.Apart() {
				return true
			}
		}
	}
	return false
}

// mostRuns is how often a portfolio is played at the most: the figures of every run are kept, and an interval is no narrower for more.
const mostRuns = 10_000

// setup reads everything; left says which claims of the file are not played, and why.
func (s simulated) setup(file string, tables law.Tables) (setup simulation.Setup, left []string, err error) {
	if s.runs < 1 || s.runs > mostRuns || s.years < 1 || s.years > 50 {
		return setup, nil, refused("--runs, --years: %s of %s; right would be 1 to %d runs of 1 to 50 years", count(s.runs, "run"), count(s.years, "year"), mostRuns)
	}
	on := calendar.DateOf(operator().At)
	if s.on != "" {
		if on, err = calendar.ParseDate(s.on); err != nil {
			return setup, nil, refused("--on: %w", err)
		}
	}
	setup = simulation.Setup{Tables: tables, Seed: s.seed, Runs: s.runs, Years: s.years, Received: receivedAs(2)}
	if setup.Model, err = readBehaviour(s.behaviour); err != nil {
		return setup, nil, err
	}
	if setup.Sides, err = s.sides(tables); err != nil {
		return setup, nil, err
	}
	setup.Claims, left, err = imagined(file, on, s.plan)
	return setup, left, err
}

// receivedAs assumes receipt: by e-mail on the day, by post some working days later.
func receivedAs(byPost int) func(calendar.Date, string) calendar.Date {
	return func(on calendar.Date, channel string) calendar.Date {
		if channel == trajectory.ChannelPost {
			return calendar.AddWorkingDays(on, byPost)
		}
		return on
	}
}

func readBehaviour(name string) (simulation.Behaviour, error) {
	data, err := fs.ReadFile(config.Data, "behaviour/default.yaml")
	if name != "" {
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return simulation.Behaviour{}, unreadable("--behaviour: %w", err)
	}
	b, err := simulation.ParseBehaviour(filepath.Base(cmp.Or(name, "default.yaml")), data)
	switch {
	case errors.Is(err, simulation.ErrForm):
		return b, unreadable("--behaviour: %w", err)
	case err != nil:
		return b, refused("--behaviour: %w", err)
	}
	return b, nil
}

// sides are the trajectories that are compared.
func (s simulated) sides(tables law.Tables) (sides []simulation.Side, err error) {
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		return nil, err
	}
	shelf = shelf.Under(tables)
	shipped := simulation.Side{Consumer: shelf.Default(claim.DebtorKind{NaturalPerson: true}), Business: shelf.Default(claim.DebtorKind{InBusiness: true})}
	shipped.Name = shipped.Consumer.Pin() + ", " + shipped.Business.Pin()
	if len(s.trajectories) == 0 {
		sides = append(sides, shipped)
	}
	for _, name := range s.trajectories {
		p, err := readPolicy(name, nil)
		if err != nil {
			return nil, err
		}
		side := shipped
		if side.Name = p.Pin(); p.For == "consumer" {
			side.Consumer = p
		} else {
			side.Business = p
		}
		sides = append(sides, side)
	}
	if err := s.nameApart(sides); err != nil {
		return nil, err
	}
	for _, side := range sides {
		for _, p := range []trajectory.Policy{side.Consumer, side.Business} {
			if _, known := p.Decision.Default[s.plan]; !known {
				return nil, refused("--plan: trajectory %s has no default decision for plan %q", p.Pin(), s.plan)
			}
		}
	}
	return sides, nil
}

// nameApart names sides by their trajectories, or by their files when two have the same identity and version: nobody could tell the columns apart.
func (s simulated) nameApart(sides []simulation.Side) error {
	pins, names := make([]string, len(sides)), make([]string, len(s.trajectories))
	for i, side := range sides {
		pins[i] = side.Name
	}
	for i, file := range s.trajectories {
		names[i] = filepath.Base(file)
	}
	for _, apart := range [][]string{pins, names, s.trajectories} {
		if len(slices.Compact(slices.Sorted(slices.Values(apart)))) < len(sides) {
			continue
		}
		for i := range sides {
			sides[i].Name = apart[i]
		}
		return nil
	}
	return refused("--trajectory: %s: a file is told twice; right would be each file once", strings.Join(s.trajectories, ", "))
}

// imagined are the claims of a hand-over file as if they were handed over on a day. What intake would refuse is left out, with its reason.
func imagined(file string, on calendar.Date, plan string) (claims []claim.Facts, left []string, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, unreadable("%w", err)
	}
	read, problems, err := claim.ReadSubmissions(bytes.NewReader(datedFrom(data, on)))
	if err != nil {
		return nil, nil, unreadable("%s: %w", filepath.Base(file), err)
	}
	for _, p := range problems {
		left = append(left, fmt.Sprintf("%s line %d, %s: %s", filepath.Base(file), p.Line, p.Column, p.Reason))
	}
	for _, r := range read {
		s := r.Submission
		f := claim.Facts{
			ClaimID: s.Client + "/" + s.Reference, Plan: plan, Status: claim.StatusOpen, HandedOverOn: on, HasEmail: s.Debtor.Email != "", Debtor: s.Debtor.Kind, Invoices: s.Invoices,
			Terms: claim.Terms{InterestRate: s.Agreement.InterestRate, CostsClause: s.Agreement.CostsClause, Instalments: s.Agreement.InstalmentsOf != "", Sale: s.Agreement.Sale},
		}
		if problem := claim.CheckIntake(f); problem != "" {
			left = append(left, f.ClaimID+": "+problem)
			continue
		}
		claims = append(claims, f)
	}
	if len(claims) == 0 {
		return nil, nil, refused("%s: no claim is left to play: %s", filepath.Base(file), strings.Join(left, "; "))
	}
	return claims, left, nil
}

// over is a figure of a side over its runs; against, unless nil, is taken off run by run.
func over(m simulation.Measure, runs, against []simulation.Figures) simulation.Interval {
	values := make([]int64, len(runs))
	for i, x := range runs {
		if values[i] = m.Of(x); against != nil {
			values[i] -= m.Of(against[i])
		}
	}
	return simulation.Over(values)
}

func figuresTable(sides []simulation.Side, figures [][]simulation.Figures) string {
	header := table.Row{"figure"}
	for _, side := range sides {
		header = append(header, side.Name)
	}
	for i := range sides[1:] {
		header = append(header, fmt.Sprintf("%s - %s", sides[i+1].Name, sides[0].Name))
	}
	t := newTable(header...)
	for _, m := range simulation.Measures() {
		row := table.Row{m.Name}
		for i := range sides {
			row = append(row, written(m, over(m, figures[i], nil)))
		}
		for i := range sides[1:] {
			row = append(row, written(m, over(m, figures[i+1], figures[0])))
		}
		t.AppendRow(row)
	}
	return t.Render()
}

func written(m simulation.Measure, i simulation.Interval) string {
	return fmt.Sprintf("%s [%s, %s]", amountOrCount(m, i.Mean), amountOrCount(m, i.Low), amountOrCount(m, i.High))
}

func amountOrCount(m simulation.Measure, v int64) string {
	if m.Money {
		return money.Cents(v).String()
	}
	return fmt.Sprint(v)
}

func figuresJSON(setup simulation.Setup, figures [][]simulation.Figures) map[string]any {
	var sides []map[string]any
	for i, side := range setup.Sides {
		said := map[string]any{}
		for _, m := range simulation.Measures() {
			o := over(m, figures[i], nil)
			said[m.Name] = map[string]string{"mean": amountOrCount(m, o.Mean), "low": amountOrCount(m, o.Low), "high": amountOrCount(m, o.High)}
		}
		sides = append(sides, map[string]any{"trajectory": side.Name, "figures": said})
	}
	return map[string]any{"claims": len(setup.Claims), "runs": setup.Runs, "years": setup.Years, "seed": setup.Seed, "model": setup.Model, "sides": sides}
}

// figuresCSV is a line for each side and run.
func figuresCSV(sides []simulation.Side, figures [][]simulation.Figures) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	header := []string{"trajectory", "run"}
	for _, m := range simulation.Measures() {
		header = append(header, m.Name)
	}
	_ = w.Write(header) // a buffer takes everything
	for i, side := range sides {
		for run, x := range figures[i] {
			line := []string{side.Name, fmt.Sprint(run + 1)}
			for _, m := range simulation.Measures() {
				line = append(line, amountOrCount(m, m.Of(x)))
			}
			_ = w.Write(line)
		}
	}
	w.Flush()
	return b.Bytes()
}
