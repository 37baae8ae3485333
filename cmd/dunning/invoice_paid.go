package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// creditWays tells what becomes of a credit of an invoice.
func creditWays(number string) string {
	return fmt.Sprintf("it pays the next invoice, unless it is paid back (dunning invoice repay %s) or moved (dunning invoice move %s --to NUMBER)", number, number)
}

func invoicePaidCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "paid NUMBER", Short: "Record that a client paid of an invoice, on the agency's own account, or that it did not after all", Args: cobra.ExactArgs(1),
		Long: `Records a payment of an invoice, whole or a part, and books it. The same amount on the same day is one payment, unless --key names it. More than is open is refused, unless --more
says that it was paid so, with --reason. What is paid too much is to the client's credit: it pays the next invoice, or is moved or paid back.

--undo takes back a payment that never came in, by its --key ("dunning invoice show" has it): its reversal stands beside it, in the books too. One of which something was paid back, or paid another
invoice, since stays. The same command twice is once.`,
		Example: "  dunning invoice paid " + exampleInvoice + " --on DAY --amount 302.50\n  dunning invoice paid " + exampleInvoice + " --on DAY --amount 100.00 --key KEY\n  dunning invoice paid " +
			exampleInvoice + ` --key KEY --undo --reason "it was of another client"`,
	}
	reasonFlag(cmd)
	cmd.Flags().Bool("more", false, "more was paid than is open, with --reason")
	undo := cmd.Flags().Bool("undo", false, "take the payment of --key back: it never came in, with --reason")
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.Flags().String("amount", "", "what was paid, in euros")
	cmd.Flags().String("key", "", "names the payment (default: its day and amount)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *undo {
			return undoPaid(cmd, args[0])
		}
		p, err := readPaid(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			paid, err := store.PayBill(cmd.Context(), args[0], p, operator())
			if err != nil {
				return err
			}
			said := saidRecorded
			if paid.Again {
				said = toldBefore(p.Key)
			}
			return printPaid(cmd, said, args[0], paid)
		})
	}
	return cmd
}

// readPaid reads a payment of an invoice from the flags.
func readPaid(cmd *cobra.Command) (p postgres.BillPayment, err error) {
	if p.On, err = day(cmd, "on"); err != nil {
		return p, err
	}
	if p.Amount, err = money.Parse(flag(cmd, "amount")); err != nil {
		return p, refused("--amount: %w", err)
	}
	p.Key, p.Reason = flag(cmd, "key"), flag(cmd, "reason")
	if !cmd.Flags().Changed("key") {
		p.Key = fmt.Sprintf("%s %s", p.On, p.Amount)
	}
	if more, _ := cmd.Flags().GetBool("more"); more != (p.Reason != "") {
		return p, refused("--more and --reason go together: more than is open was paid, and why")
	}
	return p, nil
}

// undoPaid takes a payment back.
func undoPaid(cmd *cobra.Command, number string) error {
	for _, name := range []string{"key", "reason"} {
		if flag(cmd, name) == "" {
			return refused("--%s: is empty; right would be the key of the payment (dunning invoice show %s) and how it is known that it never came in", name, number)
		}
	}
	for _, name := range []string{"amount", "on", "more"} {
		if cmd.Flags().Changed(name) {
			return refused("--%s: a payment is taken back whole, as it was told; right would be --undo with --key and --reason alone", name)
		}
	}
	return withBooks(cmd, func(store *postgres.Store) error {
		undone, err := store.UndoPayment(cmd.Context(), number, flag(cmd, "key"), flag(cmd, "reason"), operator())
		if err != nil {
			return err
		}
		said := "taken back"
		if undone.Again {
			said = "taken back before; nothing changed"
		}
		return printPaid(cmd, said, number, undone)
	})
}

// printPaid tells where an invoice stands after a payment.
func printPaid(cmd *cobra.Command, said, number string, paid postgres.BillTold) (err error) {
	if paid.Open < 0 {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; %s more than invoice %s came to was paid, and is to the client's credit: %s\n", said, -paid.Open, number, creditWays(number))
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; %s is open of invoice %s\n", said, paid.Open, number)
	return err
}

func invoiceRepayCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "repay NUMBER", Short: "Pay a client back what it has to its credit of an invoice, with the next payout to it", Args: cobra.ExactArgs(1),
		Long: `Asks that what a client has to its credit of an invoice (it is open for less than 0.00) is paid back. It stands in the next payout to the client, to the account that two persons approved,
and two persons approve that payout ("dunning payout propose", "payout approve"). It is paid out of the agency's part on the trust account, and waits while that is too little: the
proposal says so. From then on it pays no next invoice. --undo takes it back as long as no payout pays it: it pays the next invoice again. The same command twice is once.`,
		Example: "  dunning invoice repay " + exampleInvoice + "\n  dunning invoice repay " + exampleInvoice + " --undo",
	}
	undo := cmd.Flags().Bool("undo", false, "it is not to be paid back after all")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withBooks(cmd, func(store *postgres.Store) error {
			if *undo {
				r, err := store.UndoRepayCredit(cmd.Context(), args[0], operator())
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; %s of invoice %s is to the client's credit: %s\n", toldText(r.Again), r.Credit, args[0], creditWays(args[0]))
				return err
			}
			r, err := store.RepayCredit(cmd.Context(), args[0], operator())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; %s of invoice %s stands in the next payout to its client, as far as the agency's part allows\n", toldText(r.Again), r.Credit, args[0])
			return err
		})
	}
	return cmd
}

func invoiceMoveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "move NUMBER", Short: "Pay an open invoice with what its client has to its credit of another one", Args: cobra.ExactArgs(1),
		Long: `Moves what a client has to its credit of an invoice (it is open for less than 0.00) to another invoice of the client that is open, as far as that goes. The client's balance in the books
stays as it is. The same command twice moves it once.`,
		Example: "  dunning invoice move " + exampleInvoice + " --to OTHER",
	}
	cmd.Flags().String("to", "", "the invoice that is paid with it (required)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		to := flag(cmd, "to")
		if to == "" {
			return refused("--to: is empty; right would be the number of an open invoice of the same client")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			moved, err := store.MoveCredit(cmd.Context(), args[0], to, operator())
			if err != nil {
				return err
			}
			if moved == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "it has moved already; nothing is left to move")
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "recorded; %s moved from invoice %s to %s\n", moved, args[0], to)
			return err
		})
	}
	return cmd
}
