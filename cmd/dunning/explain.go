package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// explainCommand tells every cent of a claim on a day that is or was.
func explainCommand() *cobra.Command {
	var on, known dateFlag
	cmd := &cobra.Command{
		Use: "explain CLAIM", Short: "What a claim owes on a day, every cent with its rule, rate and days", Args: cobra.ExactArgs(1),
		Long: `Explains what is owed at the end of a day: each line has its amount, rule, article and detail, and the lines add up to the total. A line without
an amount is a further rule for the one above it. The day is today or earlier; of a claim with events later than today, as those of "dunning demo",
it may be any day up to that of the newest, which is what is told without --on.
A payment that was booked later counts from its value date, as if it had always been known, and one that was reversed never was.

With --known it shows that account as it was known at the end of an earlier day beside the account as true now, the difference, how
what was paid by then is divided when that differs, and what was recorded since: why a letter of then asked another amount.`,
		Example: "  dunning explain 822e2b4e-6e1e-50e2-8c55-edb38053a024\n  dunning explain 822e2b4e-6e1e-50e2-8c55-edb38053a024 --on DAY --json\n" +
			"  dunning explain 822e2b4e-6e1e-50e2-8c55-edb38053a024 --on DAY --known DAY",
	}
	cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.Flags().Var(&on, "on", "the day, today or earlier, or up to the claim's newest event (default: the last of these)")
	cmd.Flags().Var(&known, "known", "show it as it was known at the end of this day, beside the account as true now")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			events, err := store.Timeline(cmd.Context(), ref)
			if err != nil {
				return err
			}
			now := time.Now()
			if !cmd.Flags().Changed("on") {
				on.date = calendar.DateOf(newestAt(events, now))
			}
			if err := refuseLater(on.date, known.date, newestDay(events, calendar.DateOf(now))); err != nil {
				return err
			}
			if cmd.Flags().Changed("known") {
				h, err := store.History(cmd.Context(), ref)
				if err != nil {
					return err
				}
				return explainKnown(cmd, h, on.date, known.date)
			}
			file, err := store.CaseFile(cmd.Context(), ref)
			if err != nil {
				return err
			}
			return explain(cmd, file.Facts, on.date, events)
		})
	}
	return cmd
}

// newestDay is the last day that can be told of: today, or that of the newest event where time ran ahead of the clock of this machine, as in the demo.
func newestDay(events []postgres.Event, today calendar.Date) calendar.Date {
	for _, e := range events {
		today = calendar.Max(today, calendar.DateOf(e.At))
	}
	return today
}

// newestAt is the moment as of which a claim is told: now, or that of its newest event where time ran ahead. A hand-over that is to come is no such event: it can be handed over for
// another day.
func newestAt(events []postgres.Event, now time.Time) time.Time {
	for _, e := range events {
		if e.At.After(now) && e.Kind != "handed-over" {
			now = e.At
		}
	}
	return now
}

// refuseLater refuses days of which nothing is known yet.
func refuseLater(on, known, last calendar.Date) error {
	if on.After(last) {
		return refused("--on: %s has not come yet; right would be %s or earlier (`dunning claim show --on` looks ahead)", on, last)
	}
	if known.After(last) {
		return refused("--known: %s has not come yet; right would be %s or earlier", known, last)
	}
	return nil
}

// begun refuses a day on which there was no invoice: nothing was owed then, not even the principal.
func begun(f claim.Facts, on calendar.Date) error {
	first := f.Invoices[0].Issued
	for _, i := range f.Invoices {
		if i.Issued.Before(first) {
			first = i.Issued
		}
	}
	if on.Before(first) {
		return refused("--on: the oldest invoice is dated %s, and %s is before it; right would be a day from then up to and including today", first, on)
	}
	return nil
}

func explain(cmd *cobra.Command, f claim.Facts, on calendar.Date, events []postgres.Event) error {
	if err := begun(f, on); err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	lines, account, err := f.Explain(shelf.Tables(), on)
	if err != nil {
		return lawful(err)
	}
	nameInformation(lines, events)
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		open := fields{{"costs", account.Open.Costs}, {"interest", account.Open.Interest}, {"principal", account.Open.Principal}, {"total", account.Open.Total()}}
		return printJSON(cmd.OutOrStdout(), fields{{"claim", f.ClaimID}, {"on", on}, {"lines", lines}, {"open", open}, {"surplus", account.Surplus}})
	}
	return printReasons(cmd.OutOrStdout(), lines, account)
}

// nameInformation says of information costs what they were for, as the file has it, instead of the key under which they were recorded.
func nameInformation(lines []claim.Reason, events []postgres.Event) {
	const what = "information costs "
	for _, e := range events {
		key, found := strings.CutPrefix(e.Key, "information-cost:")
		said, _ := e.Detail["what"].(string)
		if !found || said == "" {
			continue
		}
		for i := range lines {
			if lines[i].What == what+key {
				lines[i].What = what + "(" + said + ")"
			}
		}
	}
}

// printReasons shows a further rule for the amount above it without an amount: it has none of its own.
func printReasons(w io.Writer, lines []claim.Reason, account claim.Account) error {
	rows := make([]table.Row, len(lines))
	for i, l := range lines {
		rows[i] = table.Row{l.Amount, l.What, l.Rule, l.Article, l.Detail}
		if i > 0 && l.Amount == 0 && l.What == lines[i-1].What {
			rows[i][0], rows[i][1] = "", ""
		}
	}
	footer := table.Row{account.Open.Total(), "owed at the end of " + account.On.String(), "", "", ""}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"amount", "what", "rule", "article", "detail"}, rows, footer))
	return err
}
