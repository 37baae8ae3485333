package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func payoutBookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "book KEY AMOUNT", Short: "Book an entry of the statement that is of a payout: its debit, or money that came back", Args: cobra.ExactArgs(2),
		Long: `Books that the bank debited a payout, or with --returned that one came back, which is payable again while its account is blocked. KEY names the bank entry: told
twice it is once. What it is of is a line by its end-to-end id (--line, once for each when one debit is of several), a batch that the bank debited in one entry (--batch), or all
of a payout, its batches together (--payout). What the bank refused is in no batch: tell that first ("payout status", "payout refused"). Of a
debit of which some came back AMOUNT is what is left. Another amount than that is refused, but for what the bank
charged: with --charge two different persons who may approve say what it kept of what came back, or asked on top of a debit (at most 25.00; AMOUNT is then the payment's). The
agency bears it. What came back can be of a debit that the bank should not have made: where that is certain it is set against that, else it waits, and who asked the bank says
which it is: --line ID the payment itself came back (once for each, when one credit is of several), --debit KEY it is of that debit (once for each, in parts, when one credit is of several). That is kept, whatever it was taken for before,
also for a receipt, as long as nobody has that, and what waits of payouts is looked at anew. Refused are too a day before the file was made, and a key that told of another payment, or that is of another side or amount in its statement. Of the key of a line of a statement the line's value date counts. When a statement tells later what was typed, it is the same entry.`,
		Example: `  dunning payout book KEY 1337.66 --line ID-1 --on DAY
  dunning payout book KEY 1375.29 --batch ID/client
  dunning payout book LINE 1537.63 --payout ID
  dunning payout book LINE 1499.97 --line ID-1 --line ID-3
  dunning payout book LINE 500.00 --line ID-2 --charge 0.25 --by "A. de Vries" --reason "ING, invoice of December"
  dunning payout book KEY 37.63 --line ID-2 --returned AC04
  dunning payout book LINE 37.63 --debit KEY # it is of a debit that the bank should not have made, and waits
  dunning payout book LINE 12.00 --debit KEY --debit KEY # of several, of none of which as much is left
  dunning payout book LINE 35.13 --line ID-2 --returned AC04 --charge 2.50 --by "A. de Vries" --reason "ING, letter of 19 December"`,
	}
	cmd.Flags().StringArray("line", nil, "end-to-end id of the line; more than once when one debit is of several")
	cmd.Flags().String("batch", "", "id of the batch")
	cmd.Flags().String("payout", "", "id of the payout, when one debit is of all of it")
	cmd.Flags().StringArray("debit", nil, "key of the debit that waits, when what came back is of that; more than once when it is of several: of each but the last all that is left")
	cmd.Flags().String("returned", "", "the bank's code of why it came back, like AC04; NARR when it has none")
	cmd.Flags().String("on", "", "value date (default: today)")
	reasonFlag(cmd)
	chargeFlags(cmd, "what the bank kept of what came back, or charged on top of AMOUNT")
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
		e := postgres.PayoutEntry{Key: args[0], Amount: amount, On: on, Reason: flag(cmd, "returned"), Credit: flag(cmd, "returned") != ""}
		if err := whatIsBooked(cmd, &e); err != nil {
			return err
		}
		return bookPayoutEntry(cmd, e)
	}
	return cmd
}

// whatIsBooked reads what of a payout an entry is of.
func whatIsBooked(cmd *cobra.Command, e *postgres.PayoutEntry) error {
	lines, err := cmd.Flags().GetStringArray("line")
	if err != nil {
		return err
	}
	debits, err := cmd.Flags().GetStringArray("debit")
	if err != nil {
		return err
	}
	if len(debits) > 0 {
		e.Credit, e.Debit, e.Further = true, debits[0], debits[1:]
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	batch, payout := flag(cmd, "batch"), flag(cmd, "payout")
	said := 0
	for _, is := range []bool{len(lines) > 0, batch != "", payout != "", e.Debit != ""} {
		if is {
			said++
		}
	}
	if said != 1 {
		return refused("--line, --batch, --payout and --debit: right would be one of them, --line and --debit as often as there are")
	}
	switch {
	case e.Debit != "" && (e.Reason != "" || cmd.Flags().Changed("charge")):
		return refused("--debit: right would be alone, without --returned and --charge: no payment came back")
	case e.Credit && payout != "":
		return refused("--returned: right would be with --line, once for each payment that came back, or a --batch")
	}
	if e.BatchID = batch + payout; len(lines) == 1 {
		e.EndToEndID = lines[0]
	} else {
		e.Lines = lines
	}
	return nil
}

func bookPayoutEntry(cmd *cobra.Command, e postgres.PayoutEntry) error {
	charge, by, err := returnCharge(cmd)
	if err != nil {
		return err
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
			return fmt.Errorf("%w; right would be a line (PO-20261215-1), a batch (PO-20261215/client) or all (PO-20261215) of a payout: dunning payout show ID", err)
		}
		switch {
		case err != nil:
			return err
		case done.Said < postgres.Approvals:
			return saidOnce(cmd.OutOrStdout(), changed)
		case len(done.Lines) == 0:
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%skept: it is of a debit of ours, or is booked once the debit of its payment is; what is left is in dunning claim tasks\n", unlessChanged(changed))
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%sbooked: %d lines\n", unlessChanged(changed), len(done.Lines))
		return err
	})
}
