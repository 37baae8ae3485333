package main

import (
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

// provenShare is how many of a rule's suggestions must be right, with 95% of certainty, before it may act.
const provenShare = 0.9995

func receiptShadowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "shadow", Short: "What persons decided about what each rule of matching found, and whether a rule in shadow is proven", Args: cobra.NoArgs,
		Long: `Tells, for each rule of matching, how many receipts it booked by itself and how many of these a person took off their claim since; and of its suggestions how many were
confirmed (the receipt went to the claim that was suggested first) or corrected (to another, back to its payer, or rejected), as a share with its 95% interval (Wilson).
A rule in shadow stands apart with what it would have booked by itself. It is proven when the low end of its interval is 99.95% or more, which takes 7,680 decisions without one
correction; "bank.rules_proven" then lets it act. That is for the agency to decide: nothing acts by itself.`,
		Example: "  dunning receipts shadow\n  dunning receipts shadow --since 2026-10-01 --json",
	}
	cmd.Flags().String("since", "", "first day of what was found (default: all)")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var since time.Time
		if cmd.Flags().Changed("since") {
			on, err := day(cmd, "since")
			if err != nil {
				return err
			}
			since = on.At(0, 0)
		}
		return withStore(cmd, func(store *postgres.Store) error {
			records, err := store.RuleRecords(cmd.Context(), since)
			if err != nil {
				return err
			}
			if *asJSON {
				return printJSON(cmd.OutOrStdout(), fields{{"rules", shadowFields(records)}})
			}
			rows := make([]table.Row, len(records))
			for i, r := range records {
				rows[i] = shadowRow(r)
			}
			return printRows(cmd.OutOrStdout(), "no rule of matching found anything", table.Row{"rule", "booked by itself", "taken off", "confirmed", "corrected", "wait", "confirmed, of what was decided"}, rows)
		})
	}
	return cmd
}

// weighed is the record of a rule with the share that was right, for programs. Low and High are the 95% interval; all 0 when nothing was decided.
type weighed struct {
	postgres.RuleRecord
	Low    float64 `json:"confirmed_low"`
	High   float64 `json:"confirmed_high"`
	Proven bool    `json:"proven"` // only of what is in shadow
}

func weigh(r postgres.RuleRecord) weighed {
	j := weighed{RuleRecord: r}
	if decided := r.Confirmed + r.Corrected; decided > 0 {
		j.Low, j.High = wilson(r.Confirmed, decided)
	}
	j.Proven = r.Shadow && j.Low >= provenShare
	return j
}

func shadowFields(records []postgres.RuleRecord) []weighed {
	all := make([]weighed, len(records))
	for i, r := range records {
		all[i] = weigh(r)
	}
	return all
}

func shadowRow(r postgres.RuleRecord) table.Row {
	j, name, share := weigh(r), string(r.Rule), ""
	if r.Shadow {
		name += ", in shadow"
	}
	if decided := r.Confirmed + r.Corrected; decided > 0 {
		share = fmt.Sprintf("%.2f%% (%.2f to %.2f)", 100*float64(r.Confirmed)/float64(decided), 100*j.Low, 100*j.High)
	}
	switch {
	case j.Proven:
		share += "; proven"
	case r.Shadow:
		share += "; not proven"
	}
	return table.Row{name, r.Automatic, r.TakenOff, r.Confirmed, r.Corrected, r.Waiting, share}
}
