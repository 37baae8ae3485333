package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptReleaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "release KEY CLAIM",
		Short: "Take a receipt off a claim that it is not of: it waits to be allocated again",
		Long: `Takes a receipt off a claim that it is not of. The claim is as if the receipt had never been: the difference of today is printed, a claim that was paid
and owes something now is open again. The money stays on the trust account; the receipt waits, and "dunning receipts assign" or "dunning receipts divide"
gives it to another claim (or the same). When the bank took the money back it is "dunning receipts reverse" instead. A receipt that is divided is not
released. The same command twice is once, also when the receipt was allocated elsewhere meanwhile.`,
		Example: `  dunning receipts release stmt-4 822e2b4e-6e1e-50e2-8c55-edb38053a024 --reason "of another debtor of the same name"
  dunning receipts assign stmt-4 2e14ea21-189f-58d7-8d2e-b56a35331ca4`,
		Args: cobra.ExactArgs(2),
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a receipt is released for a reason")
		}
		shelf, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			key := strings.TrimSpace(args[0])
			from, err := claimsNamed(cmd.Context(), store, args[1:])
			if err != nil {
				return err
			}
			var made claim.Difference
			changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
				made, err = store.ReleaseReceipt(ctx, key, from[0], flag(cmd, "reason"), operator(), shelf.Rules)
				return err
			})
			if err != nil {
				return err
			}
			if !changed {
				_, err := fmt.Fprintln(cmd.OutOrStdout(), toldText(true))
				return err
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "released from claim %s; allocate it with: dunning receipts assign %s CLAIM\n", from[0].ClaimID, key); err != nil {
				return err
			}
			return printDifference(cmd.OutOrStdout(), made)
		})
	}
	return cmd
}

func receiptReverseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reverse KEY",
		Short: "The bank took a receipt back: reverse it on every claim that has a part of it",
		Long: `Takes a receipt back as its bank did (a storno, a refund of a direct debit): whole, with all parts when it was divided, in one step. Each claim is as if the
receipt had never been: the difference of today is printed for each, and a claim that was paid and owes something now is open again. The trust account
does not have the money any more. A receipt that waits is of no claim yet: allocate it to its payer's first. The same command twice is once.

The statement does this by itself for a return that can be of one receipt only. When it can be of two, or of one that was typed, --entry names the line of the
statement (dunning statement show) that takes this receipt back: it may wait, too, or be reversed already, and counts from the line's value date. It is refused when the amount, the
payer's account or the day does not fit, when the line names another payment, and, when the bank does not call the line a return, for a receipt that no statement brought. Who said so and
why stays with the line. When the line is of more than the receipt, because the bank took a charge on top and does not say so itself, --charge is what it charged: two different persons who
may approve (--by) say the same, then the receipt is taken back whole and the agency bears the charge.`,
		Example: `  dunning receipts reverse stmt-4 --reason "storno by the bank"
  dunning receipts reverse KEY --entry LINE --reason "ING, letter of 4 December"
  dunning receipts reverse KEY --entry LINE --charge 2,50 --by "A. de Vries" --reason "ING, letter of 4 December"`,
		Args: cobra.ExactArgs(1),
	}
	reasonFlag(cmd)
	cmd.Flags().String("entry", "", "the line of a statement by which the bank took it back")
	chargeFlags(cmd, "what the bank charged on top, when the line is of more than the receipt")
	cmd.RunE = reverseReceipt
	return cmd
}

func reverseReceipt(cmd *cobra.Command, args []string) error {
	if flag(cmd, "reason") == "" {
		return refused("--reason: a receipt is taken back for a reason")
	}
	entry, key := strings.TrimSpace(flag(cmd, "entry")), strings.TrimSpace(args[0])
	if cmd.Flags().Changed("entry") && entry == "" {
		return refused("--entry: is empty; right would be the key of a line of a statement (dunning statement show)")
	}
	charge, by, err := returnCharge(cmd)
	if err != nil {
		return err
	}
	if charge != nil && entry == "" {
		return refused("--charge: right would be the line of the statement that has it too (--entry)")
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return withBooks(cmd, func(store *postgres.Store) error {
		back := takenBack{store: store, key: key, entry: entry, charge: charge, by: by, rules: shelf.Rules}
		changed, err := changedBy(cmd, func(ctx context.Context) error { return back.say(ctx, flag(cmd, "reason")) })
		w := cmd.OutOrStdout()
		switch {
		case err != nil:
			return err
		case !back.done:
			return saidOnce(w, changed)
		case !changed:
			_, err = fmt.Fprintln(w, toldText(true))
			return err
		}
		return printTakenBack(w, back.made)
	})
}

// takenBack is a receipt that its bank took back.
type takenBack struct {
	store      *postgres.Store
	key, entry string                 // entry: the line of a statement by which it did; empty: not told
	charge     *postgres.ReturnCharge // what the bank charged on top, as two persons say; nil: nothing
	by         postgres.Actor
	rules      postgres.RulesFor
	done       bool // not when another must say the same
	made       []postgres.TakenBack
}

func (b *takenBack) say(ctx context.Context, reason string) (err error) {
	b.done = true
	switch {
	case b.charge != nil:
		var done postgres.ReturnCharged
		done, err = b.store.TieReturnCharged(ctx, b.entry, b.key, *b.charge, b.by, b.rules)
		b.made, b.done = done.Taken, done.Said >= postgres.Approvals
	case b.entry != "":
		b.made, err = b.store.TieReturn(ctx, b.entry, b.key, reason, operator(), b.rules)
	default:
		b.made, err = b.store.ReverseReceipt(ctx, b.key, reason, operator(), b.rules)
	}
	return err
}

func printTakenBack(w io.Writer, made []postgres.TakenBack) error {
	if len(made) == 0 {
		_, err := fmt.Fprintln(w, "reversed; it was of no claim")
		return err
	}
	for _, m := range made {
		if _, err := fmt.Fprintf(w, "reversed on claim %s\n", m.ClaimID); err != nil {
			return err
		}
		if err := printDifference(w, m.Difference); err != nil {
			return err
		}
	}
	return nil
}
