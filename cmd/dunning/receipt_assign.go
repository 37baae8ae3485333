package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptAssignCommand() *cobra.Command {
	return &cobra.Command{
		Use: "assign KEY CLAIM", Short: "Give a receipt that waits to a claim",
		Long: `Gives a receipt that waits to the claim that it is of, suggested or not. The claim's workflow is woken, and tasks of other claims that waited for the receipt
end. From then on the account it came from is known to pay for this debtor. Wrong? "dunning receipts release" takes it off again.`,
		Example: "  dunning receipts assign stmt-2026-12-01-4 1b4e28ba-2fa1-51d2-883f-0016d3cca427",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			return withStore(cmd, func(store *postgres.Store) error {
				key := strings.TrimSpace(args[0])
				refs, err := claimsNamed(cmd.Context(), store, args[1:])
				if err != nil {
					return err
				}
				if err := store.AssignReceipt(cmd.Context(), key, refs[0], operator(), shelf.Rules); err != nil {
					return err
				}
				if _, err := fmt.Fprintln(cmd.OutOrStdout(), "recorded"); err != nil {
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
		Example: "  dunning receipts split stmt-2026-12-01-4 1b4e28ba-2fa1-51d2-883f-0016d3cca427=100,00 770370de-b212-50ad-9c75-f12267332a27=37,50",
		Args:    cobra.MinimumNArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			return withStore(cmd, func(store *postgres.Store) error {
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
		Example: `  dunning receipts reject stmt-2026-12-01-4 --reason "another debtor of that name"`,
		Args:    cobra.ExactArgs(1),
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a suggestion is rejected for a reason")
		}
		return withStore(cmd, func(store *postgres.Store) error {
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

func receiptRefundCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "refund [KEY]", Short: "Give money back to the account that it came from, with four eyes",
		Long: `Proposes to give a receipt back to the account that it came from: one that waits whole, because it is nobody's; of one that is a claim's what was paid too
much on the claim (--claim, with its open task repay-surplus). Another person approves or declines it: --approve, --decline. What is approved
stands in the next payout ("dunning payout propose"), which two persons approve as well; it never goes to another account than the one that the money came from. A receipt that
goes back waits no more; declined, it waits again. Without KEY it lists all refunds, and where the payment of each stands.`,
		Example: `  dunning receipts refund stmt-2026-12-01-4 --reason "paid to the wrong foundation"
  dunning receipts refund stmt-2026-12-01-4 --approve
  dunning receipts refund stmt-2026-12-01-5 --claim 1b4e28ba-2fa1-51d2-883f-0016d3cca427 --reason "paid twice"
  dunning receipts refund`,
		Args: cobra.MaximumNArgs(1),
	}
	reasonFlag(cmd)
	cmd.Flags().String("claim", "", "the claim on which too much was paid")
	approve := cmd.Flags().Bool("approve", false, "approve what another person proposed")
	decline := cmd.Flags().Bool("decline", false, "decline what another person proposed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		decides := *approve || *decline
		switch {
		case *approve && *decline:
			return refused("--approve, --decline: right would be one of them")
		case len(args) == 0 && (decides || flag(cmd, "reason") != ""):
			return refused("KEY: is missing; right would be the receipt that goes back")
		case len(args) == 1 && !decides && flag(cmd, "reason") == "":
			return refused("--reason: money goes back for a reason")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			if len(args) == 0 {
				all, err := store.Refunds(cmd.Context())
				if err != nil {
					return err
				}
				return printRefunds(cmd.OutOrStdout(), all)
			}
			r, err := refund(cmd, store, strings.TrimSpace(args[0]), decides, *approve)
			if err != nil {
				return err
			}
			return printRefunds(cmd.OutOrStdout(), []postgres.Refund{r})
		})
	}
	return cmd
}

// refund decides about a refund, or proposes one.
func refund(cmd *cobra.Command, store *postgres.Store, key string, decides, approve bool) (postgres.Refund, error) {
	switch {
	case decides:
		return store.DecideRefund(cmd.Context(), key, approve, operator())
	case flag(cmd, "claim") == "":
		return store.ProposeRefund(cmd.Context(), key, flag(cmd, "reason"), operator())
	}
	refs, err := claimsNamed(cmd.Context(), store, []string{flag(cmd, "claim")})
	if err != nil {
		return postgres.Refund{}, err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return postgres.Refund{}, err
	}
	return store.ProposeSurplusRefund(cmd.Context(), key, refs[0], flag(cmd, "reason"), operator(), shelf.Rules)
}

func printRefunds(w io.Writer, all []postgres.Refund) error {
	rows := make([]table.Row, len(all))
	for i, r := range all {
		state := "proposed by " + r.ProposedBy
		if r.Approved != nil && *r.Approved {
			state += ", approved by " + r.DecidedBy
			if r.Payment != "" {
				state += fmt.Sprintf(", %s is %s", r.Payment, r.Status)
			}
		} else if r.Approved != nil {
			state += ", declined by " + r.DecidedBy
		}
		rows[i] = table.Row{r.Receipt, r.Amount, strings.TrimSpace(r.Name + " " + r.IBAN), r.ClaimID, r.Reason, state}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"receipt", "amount", "to", "claim", "reason", "state"}, rows, nil))
	return err
}
