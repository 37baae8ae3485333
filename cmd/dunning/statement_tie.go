package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func statementTieCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "tie LINE", Short: "Say whether a line of a statement is a receipt that was typed before, or another payment",
		Long: `Says what a line of a statement is that waits because it may be a receipt that somebody typed ("receipts add"): --receipt names that one, and nothing is booked, for the
books have it; --another says that it is another payment, which is a receipt from now on and finds its claim. LINE is the key that "dunning statement show" tells. Who said so and why
stays with the line, for good. A receipt of another amount or account, of a day more than five days from the line's, or that a statement told or a bank took back, is refused.
The same command twice is once.`,
		Example: `  dunning statement tie 2026-12-01-5d41402abc4b2a76b971-1.1 --receipt typed-3 --reason "the same payment: no account was typed"
  dunning statement tie 2026-12-01-5d41402abc4b2a76b971-1.1 --another --reason "paid twice, says the debtor"`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().String("receipt", "", "the receipt that was typed, when the line is the same payment")
	another := cmd.Flags().Bool("another", false, "it is another payment")
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		line, receipt := strings.TrimSpace(args[0]), strings.TrimSpace(flag(cmd, "receipt"))
		switch {
		case (receipt != "") == *another:
			return refused("right would be either --receipt KEY or --another")
		case flag(cmd, "reason") == "":
			return refused("--reason: is empty; right would be how it is known")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			if err := store.TieTyped(cmd.Context(), line, receipt, flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			said := "line " + line + " is receipt " + receipt + "; nothing is booked twice"
			if *another {
				said = "line " + line + " is a receipt of that key; the worker finds its claim, or else: dunning receipts assign " + line + " CLAIM"
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), said)
			return err
		})
	}
	return cmd
}
