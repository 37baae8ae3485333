package main

import (
	"fmt"
	"io"
	"time"

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
		Long: `Explains what is owed at the end of a day: each line has its amount, rule, article and detail, and the lines add up to the total.
A payment that was booked later counts from its value date, as if it had always been known, and one that was reversed never was.

With --known it shows that account as it was known at the end of an earlier day beside the account as true now, the difference, and what was
recorded since: why a letter of then asked another amount.`,
		Example: "  dunning explain 1b4e28ba-2fa1-51d2-883f-0016d3cca427\n  dunning explain 1b4e28ba-2fa1-51d2-883f-0016d3cca427 --on 2026-10-31 --json\n" +
			"  dunning explain 1b4e28ba-2fa1-51d2-883f-0016d3cca427 --on 2026-10-31 --known 2026-11-02",
	}
	cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.Flags().Var(&on, "on", "the day, today or earlier (default: today)")
	cmd.Flags().Var(&known, "known", "show it as it was known at the end of this day, beside the account as true now")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		today := calendar.DateOf(time.Now())
		if !cmd.Flags().Changed("on") {
			on.date = today
		}
		if on.date.After(today) {
			return refused("--on: %s has not come yet; right would be %s or earlier (`dunning claim show --on` looks ahead)", on.date, today)
		}
		if known.date.After(today) {
			return refused("--known: %s has not come yet; right would be %s or earlier", known.date, today)
		}
		return withStore(cmd, func(store *postgres.Store) error {
			ref, err := store.ClientOfClaim(cmd.Context(), args[0])
			if err != nil {
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
			return explain(cmd, file.Facts, on.date)
		})
	}
	return cmd
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

func explain(cmd *cobra.Command, f claim.Facts, on calendar.Date) error {
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
	if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
		open := fields{{"costs", account.Open.Costs}, {"interest", account.Open.Interest}, {"principal", account.Open.Principal}, {"total", account.Open.Total()}}
		return printJSON(cmd.OutOrStdout(), fields{{"claim", f.ClaimID}, {"on", on}, {"lines", lines}, {"open", open}, {"surplus", account.Surplus}})
	}
	return printReasons(cmd.OutOrStdout(), lines, account)
}

func printReasons(w io.Writer, lines []claim.Reason, account claim.Account) error {
	t := newTable("amount", "what", "rule", "article", "detail")
	for _, l := range lines {
		t.AppendRow([]any{l.Amount, l.What, l.Rule, l.Article, l.Detail})
	}
	t.AppendFooter([]any{account.Open.Total(), "owed at the end of " + account.On.String()})
	_, err := fmt.Fprintln(w, t.Render())
	return err
}
