package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// remedyWords say what follows from a collection that failed.
var remedyWords = map[settlement.DebitRemedy]string{
	settlement.DebitAgain:  "the next run collects it once more",
	settlement.MandateEnds: "the mandate has ended; ask the client to pay, or for a new mandate",
	settlement.AskPerson:   "ask the client; when it may be collected once more: dunning debit retry",
}

func debitStatusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "Record what the bank says of a file (pain.002)", Args: cobra.NoArgs,
		Long: `Reads a report of the bank and records for each collection whether it is accepted or rejected. What is rejected is open as before, and the bank's code says what follows.
Only a statement says that money came. Told twice is once.`,
		Example: "  dunning debit status --pain002 report.xml\n  dunning debit status --pain002 report.xml --json",
	}
	return bankSays(cmd, "collections", func(store *postgres.Store, report settlement.PayoutReport) ([]postgres.DebitResult, error) {
		return store.ReportDebits(cmd.Context(), report, operator())
	}, func(r postgres.DebitResult) bankSaid {
		return bankSaid{r.EndToEndID, r.Verdict, string(r.Status), r.Problem, remedyWords[r.Remedy]}
	})
}

func debitBookedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "booked KEY AMOUNT", Short: "Book the credit of a collection, or of a batch: its invoices are paid", Args: cobra.ExactArgs(2),
		Long: `Books an entry of the statement of the agency's own account. KEY names the entry: told twice it is once. --id is the end-to-end id of a collection, or the id of a batch
that the bank credited in one entry. Another amount is refused, and a day before that of the run or after today.`,
		Example: "  dunning debit booked KEY 302.50 --id " + exampleDebit + "\n  dunning debit booked KEY 1210.00 --id " + exampleRun + "/CORE-RCUR --on DAY",
	}
	cmd.Flags().String("id", "", "end-to-end id, or id of the batch")
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		amount, err := money.Parse(args[1])
		if err != nil {
			return refused("AMOUNT: %w", err)
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			booked, err := store.BookDebits(cmd.Context(), postgres.DebitEntry{Key: args[0], ID: flag(cmd, "id"), Amount: amount, On: on}, operator())
			if err != nil {
				return err
			}
			for _, d := range booked {
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "booked: %s of %s; ours for good on %s\n", d.Cents, d.EndToEndID, d.Mandate.AvailableOn(refundTerm(cfg), on))
			}
			return nil
		})
	}
	return cmd
}

func debitReturnedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "returned KEY", Short: "Book that a collection came back: its invoices are open again", Args: cobra.ExactArgs(1),
		Long: `Books a return, a refund or a refusal that the statement tells (R-transaction). KEY names the entry: told twice it is once. The bank's code says what follows: want of money
(AM04) is tried once more by the next run; a closed account (AC04), no mandate (MD01), a refund (MD06) or a death (MD07) ends the mandate; all else is for a person.`,
		Example: "  dunning debit returned KEY --id " + exampleDebit + " --code AM04\n  dunning debit returned KEY --id " + exampleDebit + " --code MD06 --on DAY --fee 0.25",
	}
	cmd.Flags().String("id", "", "end-to-end id of the collection")
	cmd.Flags().String("code", "", "the bank's code of why, like AM04; NARR when it has none")
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.Flags().String("fee", "0.00", "what the bank charged for it, in euros")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		fee, err := money.Parse(flag(cmd, "fee"))
		if err != nil {
			return refused("--fee: %w", err)
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			back, err := store.ReturnDebit(cmd.Context(), postgres.DebitBack{Key: args[0], EndToEndID: flag(cmd, "id"), Code: strings.ToUpper(flag(cmd, "code")), On: on, Fee: fee}, operator())
			if err != nil {
				return err
			}
			said := "booked"
			if back.Again {
				said = toldText(true)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: what %s collected is open again; %s\n", said, flag(cmd, "id"), remedyWords[back.Remedy])
			return err
		})
	}
	return cmd
}

func debitRetryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "retry COLLECTION", Short: "Say that what a collection that failed was for may be collected once more", Args: cobra.ExactArgs(1),
		Long:    "Records that the client was asked, and agrees. The next run collects it; an invoice is given to the bank twice at most.",
		Example: "  dunning debit retry " + exampleDebit + ` --reason "refused by mistake, says the client"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withBooks(cmd, func(store *postgres.Store) error {
			if err := store.RetryDebit(cmd.Context(), args[0], flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "recorded: the next run collects what %s was for\n", args[0])
			return err
		})
	}
	return cmd
}
