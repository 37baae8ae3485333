package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

func ratesCommand() *cobra.Command {
	parent := &cobra.Command{Use: "rates", Short: "The dated tables of law: rates, costs, court fees, VAT", Example: "  dunning rates check"}
	parent.AddCommand(ratesCheckCommand())
	return parent
}

func ratesCheckCommand() *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use: "check", Short: "What is in force, until when it is confirmed, and the source",
		Long: fmt.Sprintf(`Says for every table of law what is in force on a day, since when, until when it is confirmed, by which article and from which source.
It needs no database, no Temporal and no network.

Exit code: 0 when every table holds for %d more days or longer; 1 when one ends sooner or has ended: the row that has to be added is named;
2 on wrong usage; 3 when the files of --rates are not there or cannot be right. A rule or figure that is unconfirmed says so and does not change the exit code: a person decides by it.`, law.EnoughDays),
		Example: "  dunning rates check\n  dunning rates check --on 2027-01-01 --rates /etc/dunning/rates --json",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().Var(&on, "on", "the day (default: today)")
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	ratesFlag(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		tables, err := lawOf(cmd)
		if err != nil {
			return err
		}
		if err := inRange("on", &on); err != nil {
			return err
		}
		if on.date.IsZero() {
			on.date = calendar.DateOf(operator().At)
		}
		standing := tables.Standing(on.date)
		changed, err := differingRows(tables)
		if err != nil {
			return err
		}
		if *asJSON {
			err = printStandingJSON(cmd.OutOrStdout(), standing, changed, on.date)
		} else {
			_, err = fmt.Fprintln(cmd.OutOrStdout(), standingTable(standing)+notAsShipped(changed))
		}
		if err != nil {
			return err
		}
		return runningOut(standing, on.date)
	}
	return cmd
}

// notAsShipped tells the rows that differ from the shipped ones, a line for each.
func notAsShipped(changed []string) string {
	if len(changed) == 0 {
		return ""
	}
	return "\nnot as shipped; look whether it is meant:\n  " + strings.Join(changed, "\n  ")
}

// runningOut is the warning about tables that end soon or have ended, a line for each.
func runningOut(standing []law.Standing, on calendar.Date) error {
	var lines []string
	for _, s := range standing {
		if s.RunsOut() {
			lines = append(lines, "  "+s.Missing()+" ("+daysLeft(s)+")")
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d tables of law do not hold for %d days from %s; what is missing:\n%s", len(lines), len(standing), law.EnoughDays, on, strings.Join(lines, "\n"))
}

// daysLeft says how long a table still holds.
func daysLeft(s law.Standing) string {
	switch {
	case s.Lasts:
		return "no end"
	case s.DaysLeft < 0:
		return "not covered"
	}
	return fmt.Sprintf("%d days left", s.DaysLeft)
}

func standingTable(standing []law.Standing) string {
	t := newTable("table", "in force", "from", "holds until", "", "article", "source")
	narrow := func(column, width int) table.ColumnConfig {
		return table.ColumnConfig{Number: column, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
	}
	t.SetColumnConfigs([]table.ColumnConfig{narrow(2, 22), narrow(6, 30), narrow(7, 36)})
	t.Style().Options.SeparateRows = true
	for _, s := range standing {
		left := daysLeft(s)
		if s.RunsOut() {
			left = "! " + left
		}
		source := s.Source
		if s.Unconfirmed != "" {
			source += "; unconfirmed: " + s.Unconfirmed
		}
		t.AppendRow(table.Row{s.Table, s.Row, s.From, s.Until, left, s.Article, source})
	}
	return t.Render()
}

func printStandingJSON(w io.Writer, standing []law.Standing, changed []string, on calendar.Date) error {
	list := make([]fields, len(standing))
	for i, s := range standing {
		list[i] = fields{{"table", s.Table}, {"in_force", s.Row}, {"from", dateOrNull(s.From)}, {"confirmed_until", dateOrNull(s.Until)}, {"days_left", nil}, {"article", s.Article}, {"source", s.Source}, {"missing", nil}, {"unconfirmed", nil}}
		if !s.Lasts {
			list[i][4].value = s.DaysLeft
		}
		if s.RunsOut() {
			list[i][7].value = s.Missing()
		}
		if s.Unconfirmed != "" {
			list[i][8].value = s.Unconfirmed
		}
	}
	return json.NewEncoder(w).Encode(fields{{"on", on}, {"ok", runningOut(standing, on) == nil}, {"tables", list}, {"not_as_shipped", append([]string{}, changed...)}})
}

// dateOrNull is a date, or null when there is none.
func dateOrNull(d calendar.Date) any {
	if d.IsZero() {
		return nil
	}
	return d
}
