package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptAssignCommand() *cobra.Command {
	return &cobra.Command{
		Use: "assign KEY CLAIM", Short: "Give a receipt that waits to a claim",
		Long: `Gives a receipt that waits to the claim that it is of, suggested or not. The claim's workflow is woken, and tasks of other claims that waited for the receipt
end. From then on the account it came from is known to pay for this debtor. Wrong? "dunning receipts release" takes it off again.`,
		Example: "  dunning receipts assign stmt-4 822e2b4e-6e1e-50e2-8c55-edb38053a024",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			return withBooks(cmd, func(store *postgres.Store) error {
				key := strings.TrimSpace(args[0])
				refs, err := claimsNamed(cmd.Context(), store, args[1:])
				if err != nil {
					return err
				}
				changed, err := changedBy(cmd, func(ctx context.Context) error {
					return store.AssignReceipt(ctx, key, refs[0], operator(), shelf.Rules)
				})
				if err != nil {
					return err
				}
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), toldText(!changed)); err != nil || !changed {
					return err
				}
				return showReceipt(cmd, store, refs[0], key)
			})
		},
	}
}

func receiptSplitCommand() *cobra.Command {
	return &cobra.Command{
		Use: "split KEY CLAIM=AMOUNT CLAIM=AMOUNT...", Short: "Give a receipt that waits to several claims, each an amount that you know",
		Long: `Divides a receipt that waits over claims of one client on one debtor as the debtor meant it (art. 6:43 lid 1 BW): each gets the amount that is named, at
most what it owes, and together they are the whole receipt. When the debtor named claims and no amounts it is "dunning receipts divide", which
divides by law. The same again changes nothing; another division is refused.`,
		Example: "  dunning receipts split stmt-4 CLAIM=200,00 OTHER=100,00",
		Args:    cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			return withBooks(cmd, func(store *postgres.Store) error {
				parts := make([]postgres.Split, len(args)-1)
				for i, arg := range args[1:] {
					claim, amount, _ := strings.Cut(arg, "=")
					refs, err := claimsNamed(cmd.Context(), store, []string{claim})
					if err != nil {
						return err
					}
					parts[i].Ref = refs[0]
					if parts[i].Amount, err = money.Parse(amount); err != nil {
						return refused("%s: %w; right would be CLAIM=AMOUNT", arg, err)
					}
				}
				d, err := store.SplitReceipt(cmd.Context(), strings.TrimSpace(args[0]), parts, operator(), shelf.Rules)
				if err != nil {
					return lawful(err)
				}
				return printDivided(cmd.OutOrStdout(), args[0], d)
			})
		},
	}
}

func receiptRejectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "reject KEY", Short: "Say that a receipt is not of the claim that is suggested for it",
		Long: `Says that a receipt is not of the claim, or the claims, that are suggested for it first: they are not suggested for it again, and never allocated by
themselves. The next likeliest becomes the suggestion. It goes on waiting.`,
		Example: `  dunning receipts reject stmt-4 --reason "another debtor of that name"`,
		Args:    cobra.ExactArgs(1),
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a suggestion is rejected for a reason")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			claims, err := store.RejectSuggestion(cmd.Context(), strings.TrimSpace(args[0]), flag(cmd, "reason"), operator())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "it is not of claim %s; it goes on waiting\n", strings.Join(claims, ", "))
			return err
		})
	}
	return cmd
}
