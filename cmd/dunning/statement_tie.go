package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func statementTieCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tie LINE", Short: "Say what a line of a statement is: a receipt that was typed before, another payment, or what the bank charged",
		Long: `Says what a line of a statement is that waits because it may be a receipt that somebody typed ("receipts add"): --receipt names that one, and nothing is booked, for the
books have it; --another says that it is another payment, which is a receipt from now on and finds its claim. LINE is the key that "dunning statement show" tells. Who said so and why
stays with the line, for good. A receipt of another amount or account, of a day more than five days from the line's, or that a statement told or a bank took back, is refused.

--charge says of money that went out, and that nothing explains, that the bank charged it for its services: two different persons who may approve (--by) say so, then the agency bears it.
A line that names a payment by an id is rather that one: as a charge beside it, it is of less than that, and of at most 25.00; of a debit of which some came back that is what is left. While a payment
of a payout, or a batch, of its amount is on its way to the bank it is rather that ("payout book"), and refused. With --undo two persons say that it was none: the agency has back what it bore, and the line waits again.
The same command twice is once.`,
		Example: `  dunning statement tie LINE --receipt typed-3 --reason "the same payment: no account was typed"
  dunning statement tie LINE --another --reason "paid twice, says the debtor"
  dunning statement tie LINE --charge --by "A. de Vries" --reason "ING, charges of November"
  dunning statement tie LINE --charge --undo --by "A. de Vries" --reason "ING: it was a storno"`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().String("receipt", "", "the receipt that was typed, when the line is the same payment")
	another := cmd.Flags().Bool("another", false, "it is another payment")
	charge := cmd.Flags().Bool("charge", false, "it is what the bank charged")
	undo := cmd.Flags().Bool("undo", false, "with --charge: the bank did not charge it, though two persons said so")
	cmd.Flags().String("by", "", "with --charge: who says so, of two different persons who may approve")
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		line, receipt := strings.TrimSpace(args[0]), strings.TrimSpace(flag(cmd, "receipt"))
		switch {
		case *charge && (receipt != "" || *another) || !*charge && (receipt != "") == *another:
			return refused("right would be one of --receipt KEY, --another and --charge")
		case *undo && !*charge:
			return refused("--undo: right would be with --charge: what was said of a receipt is put right with receipts reverse and receipts add")
		case flag(cmd, "reason") == "":
			return refused("--reason: is empty; right would be how it is known")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			if *charge {
				return tieCharge(cmd, store, line, *undo)
			}
			return tieTyped(cmd, store, line, receipt)
		})
	}
	return cmd
}

// tieTyped says that a line is the receipt that was typed, or, of none, a receipt of its own.
func tieTyped(cmd *cobra.Command, store *postgres.Store, line, receipt string) error {
	changed, err := changedBy(cmd, func(ctx context.Context) error {
		return store.TieTyped(ctx, line, receipt, flag(cmd, "reason"), operator())
	})
	if err != nil {
		return err
	}
	said := "line " + line + " is receipt " + receipt + "; nothing is booked twice"
	if receipt == "" {
		said = "line " + line + " is a receipt of that key; the worker finds its claim, or else: dunning receipts assign " + line + " CLAIM"
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), unlessChanged(changed)+said)
	return err
}

// tieCharge says that a line is what the bank charged, or, to undo that, that it is not.
func tieCharge(cmd *cobra.Command, store *postgres.Store, line string, undo bool) error {
	by, err := approvingActor(cmd)
	if err != nil {
		return err
	}
	say, done := store.ChargedByBank, "line %s is what the bank charged; the agency bears it\n"
	if undo {
		say, done = store.NoCharge, "line %s is not what the bank charged: the agency bears it no more, and the line waits until somebody says what it is (dunning claim tasks)\n"
	}
	var said int
	changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
		said, err = say(ctx, line, flag(cmd, "reason"), by)
		return err
	})
	switch {
	case err != nil:
		return err
	case said < postgres.Approvals:
		return saidOnce(cmd.OutOrStdout(), changed)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s"+done, unlessChanged(changed), line)
	return err
}
