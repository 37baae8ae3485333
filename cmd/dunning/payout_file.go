package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func payoutFileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "file ID", Short: "Write the file for the bank of an approved payout (pain.001.001.09), once", Args: cobra.ExactArgs(1),
		Long: `Makes the file of a payout that two persons approved, and books that it went to the bank. It is made once: the same command again writes the same bytes, so a
lost file can be written again, but give it to the bank one time only. What can be fetched back today, or goes to an account that may not be paid on today, is not
sent today: the whole file waits, and the refusal names the line and the day. So it does while more left the trust account by lines of statements that nothing explains
than the agency's part there can stand for: the refusal names the lines, and how a person says what they are. The file has names and accounts; only its owner can read it.`,
		Example: "  dunning payout file ID --out payout.xml",
	}
	bankFileFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out, err := bankFileOf(cmd)
		if err != nil {
			return err
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			before, err := store.PayoutWritten(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			file, on, err := store.SendPayout(cmd.Context(), args[0], postgres.Sending{Initiator: cfg.Agency.Name, OneDebit: cfg.Payout.OneDebit, Refund: refundTerm(cfg)}, operator())
			if err != nil {
				return err
			}
			if err := giveBankFile(cmd, out, file, "payout "+args[0], fmt.Sprintf(", to be paid on %s", on)); err != nil {
				return err
			}
			_, _ = fmt.Fprint(cmd.OutOrStdout(), before.Again())
			return printUnsure(cmd.Context(), cmd.OutOrStdout(), store, args[0])
		})
	}
	return cmd
}

func payoutStatusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "Record what the bank says of a file (pain.002)", Args: cobra.NoArgs,
		Long: `Reads a report of the bank and records for each line whether it is accepted or rejected. What is rejected is payable again, and proposed in another payout; when
the reason lies in the account, that is blocked until its client tells an account anew. Only a statement says that money moved. Told twice is once.`,
		Example: "  dunning payout status --pain002 report.xml\n  dunning payout status --pain002 report.xml --json",
	}
	return bankSays(cmd, "lines", func(store *postgres.Store, report settlement.PayoutReport) ([]postgres.PayoutResult, error) {
		return store.ReportPayout(cmd.Context(), report, operator())
	}, func(r postgres.PayoutResult) bankSaid {
		return bankSaid{r.EndToEndID, r.Verdict, string(r.Status), r.Problem, ""}
	})
}

func payoutBookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "book KEY AMOUNT", Short: "Book an entry of the statement that is of a payout: its debit, or money that came back", Args: cobra.ExactArgs(2),
		Long: `Books that the bank debited a payout, or with --returned that one came back, which is payable again while its account is blocked. KEY names the bank entry: told
twice it is once. --line is the end-to-end id, or --batch the id of a batch that the bank debited in one entry. Another amount than the payout's is refused,
and so is a day before its file was made, and a key that told of another payment, or that is of another side or amount in its statement. Of the key of a line of a statement the line's value date counts. When a statement tells later what was typed, it is the same entry.`,
		Example: `  dunning payout book KEY 1337.66 --line ID-1 --on 2026-12-16
  dunning payout book KEY 1375.29 --batch ID/client
  dunning payout book KEY 37.63 --line ID-2 --returned AC04
  dunning payout book LINE 35.13 --line ID-2 --returned AC04 --charge 2.50 --by "A. de Vries" --reason "ING, letter of 19 December"`,
	}
	cmd.Flags().String("line", "", "end-to-end id of the line")
	cmd.Flags().String("batch", "", "id of the batch")
	cmd.Flags().String("returned", "", "the bank's code of why it came back, like AC04; NARR when it has none")
	cmd.Flags().String("on", "", "value date (default: today)")
	reasonFlag(cmd)
	chargeFlags(cmd, "what the bank kept of what came back")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		amount, err := money.Parse(args[1])
		if err != nil {
			return refused("AMOUNT: %w", err)
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		if today := calendar.DateOf(operator().At); on.After(today) {
			return refused("--on: %s has not come yet; right would be %s or before", on, today)
		}
		e := postgres.PayoutEntry{Key: args[0], Amount: amount, On: on, EndToEndID: flag(cmd, "line"), BatchID: flag(cmd, "batch"), Reason: flag(cmd, "returned"), Credit: flag(cmd, "returned") != ""}
		if (e.EndToEndID == "") == (e.BatchID == "") {
			return refused("--line and --batch: right would be one of them")
		}
		return bookPayoutEntry(cmd, e)
	}
	return cmd
}

func bookPayoutEntry(cmd *cobra.Command, e postgres.PayoutEntry) error {
	charge, by, err := returnCharge(cmd)
	if err != nil {
		return err
	}
	if charge != nil && !e.Credit {
		return refused("--charge: right would be with --returned: what a bank kept of what came back")
	}
	return withBooks(cmd, func(store *postgres.Store) error {
		done := postgres.ReturnCharged{Said: postgres.Approvals}
		changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
			if charge == nil {
				done.Lines, err = store.BookPayoutEntry(ctx, e, operator())
			} else {
				done, err = store.BookReturnCharged(ctx, e, *charge, by)
			}
			return err
		})
		if errors.Is(err, postgres.ErrNotFound) {
			return fmt.Errorf("%w; right would be a line (PO-20261215-1) or a batch (PO-20261215/client) of a payout: dunning payout show ID", err)
		}
		switch {
		case err != nil:
			return err
		case done.Said < postgres.Approvals:
			return saidOnce(cmd.OutOrStdout(), changed)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%sbooked: %d lines\n", unlessChanged(changed), len(done.Lines))
		return err
	})
}
