package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func trajectoryCommand() *cobra.Command {
	parent := &cobra.Command{Use: "trajectory", Short: "Check and draw a trajectory, and change it under running claims", Example: "  dunning trajectory check config/trajectories/consumer.yaml"}
	parent.AddCommand(trajectoryCheckCommand(), trajectoryShowCommand(), trajectoryDiffCommand(), trajectoryApplyCommand())
	return parent
}

// readPolicy reads a trajectory file: one that is not YAML of a trajectory cannot be read (exit code 3), one that cannot work or is not lawful is refused (2).
// So is one that does not fit the plans, as far as those are asked.
func readPolicy(name string, plans agreement.Plans) (trajectory.Policy, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return trajectory.Policy{}, unreadable("%w", err)
	}
	p, err := trajectory.ParsePolicy(filepath.Base(name), data)
	if err == nil {
		err = trajectory.AboutDecision(filepath.Base(name), data, p.Misfits(plans, plans.IDs()))
	}
	var notOne *trajectory.FormError
	switch {
	case errors.As(err, &notOne):
		return p, unreadable("%w", err)
	case err != nil:
		return p, refused("%w", err)
	}
	return p, nil
}

func trajectoryCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "check FILE...", Short: "Say what in trajectory files cannot work or is not lawful, with line and reason", Args: cobra.MinimumNArgs(1),
		Long: `Reads trajectory files and refuses what cannot work (a step that counts from one that is not there, a decision without a default) and what is not lawful (a consumer
summons before the 14 days after receipt are over), and a default decision that a plan does not include: the plans as shipped, or those of agreement.plans_dir.
A file that passes can be put into the directory of your own trajectories.

Exit code: 0 when all are right; 2 when one is refused; 3 when the first that is not right is no trajectory at all.`,
		Example: "  dunning trajectory check config/trajectories/consumer.yaml\n  dunning trajectory check config/trajectories/consumer.yaml config/trajectories/business.yaml --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object for each file that is right")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		plans, err := plansOf(cmd)
		if err != nil {
			return err
		}
		var problems []error
		for _, name := range args {
			p, err := readPolicy(name, plans)
			if err == nil {
				err = sayRight(cmd.OutOrStdout(), p, *asJSON)
			}
			problems = append(problems, err)
		}
		return errors.Join(problems...)
	}
	return cmd
}

// sayRight tells of a trajectory that can work and is lawful.
func sayRight(w io.Writer, p trajectory.Policy, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"trajectory": p.Pin(), "for": p.For, "steps": len(p.Steps)})
	}
	_, err := fmt.Fprintf(w, "%s is right: for %s debtors, %d steps\n", p.Pin(), p.For, len(p.Steps))
	return err
}

// shown is what `trajectory show` imagines.
type shown struct {
	on, plan, amount, svg string
	post, asJSON          bool
}

func trajectoryShowCommand() *cobra.Command {
	var s shown
	cmd := &cobra.Command{
		Use: "show FILE", Short: "What would happen to a claim about which nobody says anything, as table or picture", Args: cobra.ExactArgs(1),
		Long: `Lets one claim live on the trajectory with the function that decides for running claims: an invoice that was due thirty days before hand-over, a debtor who does not pay and a
client who does not decide. A table tells each day, what is done, what its letter asks, what is owed then, and why; --svg draws it. The client's own reminders
ask the principal only, so that what they ask is less than is owed. Both leave out the periodic letters between the first and the last; --json has them all.`,
		Example: "  dunning trajectory show config/trajectories/consumer.yaml\n  dunning trajectory show config/trajectories/business.yaml --amount 2500,00 --plan basis --post --svg business.svg",
	}
	cmd.Flags().StringVar(&s.on, "on", "", "day of hand-over (default: today)")
	cmd.Flags().StringVar(&s.plan, "plan", "premium", "plan of the client: one for which the trajectory has a default decision")
	cmd.Flags().StringVar(&s.amount, "amount", "1000.00", "the principal")
	cmd.Flags().BoolVar(&s.post, "post", false, "the debtor has no e-mail address")
	cmd.Flags().StringVar(&s.svg, "svg", "", "file for the picture, instead of the table")
	cmd.Flags().BoolVar(&s.asJSON, "json", false, "print one JSON object")
	ratesFlag(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := readPolicy(args[0], nil)
		if err != nil {
			return err
		}
		return s.run(cmd, p)
	}
	return cmd
}

func (s shown) run(cmd *cobra.Command, p trajectory.Policy) error {
	f, err := s.claim(p)
	if err != nil {
		return err
	}
	tables, err := lawOf(cmd)
	if err != nil {
		return err
	}
	life, err := trajectory.Silent(f, trajectory.Rules{Policy: p, Tables: tables}, f.HandedOverOn.At(9, 0), receivedAs(2))
	if err != nil {
		return lawful(err)
	}
	short := trajectory.Fold(life)
	title := fmt.Sprintf("%s: %s of %s, handed over on %s, plan %s", p.Pin(), f.Debtor, f.Principal(), f.HandedOverOn, f.Plan)
	note := fmt.Sprintf("letters are at least %d days apart; a step is late after %d days\n%s", p.Spacing, p.LateAfter, p.Asks())
	account, err := f.AccountOn(tables, life[len(life)-1].Action.Day)
	if err != nil {
		return lawful(err)
	}
	said := account.Unstated()
	if said != "" {
		said = "\n" + said
	}
	switch {
	case s.svg != "":
		if err := os.WriteFile(s.svg, []byte(trajectory.Draw(title, note+said, f.HandedOverOn, short)), 0o600); err != nil {
			return refused("--svg: %w", err)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "written to %s\n", s.svg)
		return err
	case s.asJSON:
		return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"trajectory": p.Pin(), "life": momentsJSON(f.HandedOverOn, life)})
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n%s\n%s%s\n", title, note, momentsTable(widthOf(cmd.OutOrStdout()), f.HandedOverOn, short), said)
	return err
}

// claim is the one that is imagined.
func (s shown) claim(p trajectory.Policy) (claim.Facts, error) {
	on := calendar.DateOf(operator().At)
	if s.on != "" {
		var err error
		if on, err = calendar.ParseDate(s.on); err != nil {
			return claim.Facts{}, refused("--on: %w", err)
		}
	}
	amount, err := money.Parse(s.amount)
	if err != nil || amount <= 0 {
		return claim.Facts{}, refused("--amount: %q is not an amount of more than 0.00; right would be 1234.50", s.amount)
	}
	if _, known := p.Decision.Default[s.plan]; !known {
		return claim.Facts{}, refused("--plan: the trajectory has no default decision for plan %q; right would be one of %v", s.plan, slices.Sorted(maps.Keys(p.Decision.Default)))
	}
	f := claim.Facts{
		ClaimID: "imagined", Plan: s.plan, Trajectory: p.Pin(), Status: claim.StatusOpen, HandedOverOn: on, HasEmail: !s.post, Debtor: claim.DebtorKind{InBusiness: p.For == "business", NaturalPerson: p.For == "consumer"},
		Invoices: []claim.Invoice{{Number: "1", Issued: on.AddDays(-60), Due: on.AddDays(-30), Amount: amount}},
	}
	return f, nil
}

func momentsTable(width int, begins calendar.Date, life []trajectory.Moment) string {
	var rows []table.Row
	for _, m := range life {
		for _, why := range m.LeftOut {
			step, reason, _ := strings.Cut(why, " is left out: ")
			rows = append(rows, table.Row{"", "", step + " is left out", "", "", reason})
		}
		asks := any("")
		if m.Asked > 0 {
			asks = m.Asked
		}
		rows = append(rows, table.Row{m.Action.Day.DaysSince(begins), m.Action.Day, m.What(), asks, m.Owed.Total(), m.Why()})
	}
	return fitted(width, table.Row{"day", "date", "what", "asked", "owed", "why"}, rows, nil)
}

func momentsJSON(begins calendar.Date, life []trajectory.Moment) []map[string]any {
	list := make([]map[string]any, len(life))
	for i, m := range life {
		list[i] = map[string]any{
			"day": m.Action.Day.DaysSince(begins), "at": m.Action.Due, "kind": m.Action.Kind, "step": m.Action.Step, "channel": m.Action.Channel, "stage": m.Action.Stage,
			"principal": m.Owed.Principal, "interest": m.Owed.Interest, "costs": m.Owed.Costs, "total": m.Owed.Total(), "asked": m.Asked, "reason": m.Action.Reason, "not_sooner": m.Action.NotSooner, "notes": m.Notes, "left_out": m.LeftOut,
		}
	}
	return list
}
