package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptRefundCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "refund [KEY]", Short: "Give money back to the account that it came from, with four eyes",
		Long: `Proposes to give a receipt back to the account that it came from: one that waits whole, because it is nobody's; of one that is a claim's what was paid too
much on the claim (--claim, with its open task repay-surplus). With --claim and without KEY the newest receipts of the claim go back until all of that is: each to its own account.
Another person, who may approve (dunning payout approver), approves or declines each: --approve, --decline, with --by. What is approved stands in the next payout ("dunning payout propose"), which two persons approve as well. A receipt that
goes back waits no more; declined, it waits again. A refund of what is not paid too much on its claim any more ends by itself, unless it left.
A refund that came back, or was refused because of its account, waits for a person, who asks who paid and proposes the account that is right (--to); another person approves that too. So does one that is approved and that no bank takes: of who paid the bank told no name in Latin letters (--name), or our own account.
With neither KEY nor --claim it lists all refunds, and where the payment of each stands.`,
		Example: `  dunning receipts refund stmt-4 --reason "paid to the wrong foundation"
  dunning receipts refund stmt-4 --approve --by "B. Bakker"
  dunning receipts refund KEY --claim 822e2b4e-6e1e-50e2-8c55-edb38053a024 --reason "paid twice"
  dunning receipts refund --claim 822e2b4e-6e1e-50e2-8c55-edb38053a024 --reason "paid three times"
  dunning receipts refund stmt-4 --to NL39RABO0300065264 --reason "by telephone, number known from the first letter"
  dunning receipts refund KEY --to NL39RABO0300065264 --name "P. Betaler" --reason "the bank told no name; by letter"
  dunning receipts refund`,
		Args: cobra.MaximumNArgs(1),
	}
	reasonFlag(cmd)
	cmd.Flags().String("by", "", "who proposes (default: the user of the system); with --approve and --decline: who decides")
	cmd.Flags().String("claim", "", "the claim on which too much was paid")
	cmd.Flags().String("to", "", "of a refund that came back, or that no bank takes: the IBAN that is right")
	cmd.Flags().String("name", "", "with --to: the holder of that account (default: as before)")
	approve := cmd.Flags().Bool("approve", false, "approve what another person proposed")
	decline := cmd.Flags().Bool("decline", false, "decline what another person proposed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		decides := *approve || *decline
		if err := refundAsked(cmd, args, *approve, *decline); err != nil {
			return err
		}
		if len(args) == 0 && flag(cmd, "claim") == "" {
			return listRefunds(cmd)
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			return sayRefunds(cmd, func(ctx context.Context) ([]postgres.Refund, error) {
				if len(args) == 0 {
					return refundSurplus(ctx, cmd, store)
				}
				r, err := refund(ctx, cmd, store, strings.TrimSpace(args[0]), decides, *approve)
				return []postgres.Refund{r}, err
			})
		})
	}
	return cmd
}

// sayRefunds tells what was recorded of refunds, or that it was before.
func sayRefunds(cmd *cobra.Command, record func(ctx context.Context) ([]postgres.Refund, error)) error {
	var list []postgres.Refund
	changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
		list, err = record(ctx)
		return err
	})
	if err == nil && !changed {
		_, err = fmt.Fprintln(cmd.OutOrStdout(), toldText(true))
	}
	if err != nil {
		return err
	}
	return printRefunds(cmd.OutOrStdout(), list)
}

func listRefunds(cmd *cobra.Command) error {
	return withStore(cmd, func(store *postgres.Store) error {
		list, err := store.Refunds(cmd.Context())
		if err != nil {
			return err
		}
		return printRefunds(cmd.OutOrStdout(), list)
	})
}

// refundAsked refuses flags that do not go together.
func refundAsked(cmd *cobra.Command, args []string, approve, decline bool) error {
	decides, claim, to, reason := approve || decline, flag(cmd, "claim") != "", flag(cmd, "to") != "", flag(cmd, "reason") != ""
	switch {
	case approve && decline:
		return refused("--approve, --decline: right would be one of them")
	case decides && (claim || to):
		return refused("--approve, --decline: are of the receipt alone; right would be neither --claim nor --to")
	case claim && to:
		return refused("--to: is of a refund that came back, or that no bank takes; right would be its KEY without --claim")
	case len(args) == 0 && (decides || to || reason && !claim):
		return refused("KEY: is missing; right would be the receipt that goes back")
	case flag(cmd, "name") != "" && !to:
		return refused("--name: is of the account of --to; right would be both")
	case (len(args) == 1 || claim) && !decides && !reason:
		return refused("--reason: money goes back for a reason")
	}
	return nil
}

// refund decides about a refund, or proposes one.
func refund(ctx context.Context, cmd *cobra.Command, store *postgres.Store, key string, decides, approve bool) (postgres.Refund, error) {
	switch {
	case decides:
		by, err := approvingActor(cmd)
		if err != nil {
			return postgres.Refund{}, err
		}
		return store.DecideRefund(ctx, key, approve, by)
	case flag(cmd, "to") != "":
		return store.ProposeRefundTo(ctx, key, flag(cmd, "to"), flag(cmd, "name"), flag(cmd, "reason"), proposingActor(cmd))
	case flag(cmd, "claim") == "":
		return store.ProposeRefund(ctx, key, flag(cmd, "reason"), proposingActor(cmd))
	}
	ref, rules, err := refundedClaim(cmd, store)
	if err != nil {
		return postgres.Refund{}, err
	}
	return store.ProposeSurplusRefund(ctx, key, ref, flag(cmd, "reason"), proposingActor(cmd), rules)
}

// proposingActor is who proposes, by --by when it is given.
func proposingActor(cmd *cobra.Command) postgres.Actor {
	by := operator()
	by.Name = cmp.Or(strings.TrimSpace(flag(cmd, "by")), by.Name)
	return by
}

func refundSurplus(ctx context.Context, cmd *cobra.Command, store *postgres.Store) ([]postgres.Refund, error) {
	ref, rules, err := refundedClaim(cmd, store)
	if err != nil {
		return nil, err
	}
	return store.ProposeSurplusRefunds(ctx, ref, flag(cmd, "reason"), proposingActor(cmd), rules)
}

// refundedClaim is the claim of --claim, with the rules by which what was paid too much is told.
func refundedClaim(cmd *cobra.Command, store *postgres.Store) (postgres.Ref, postgres.RulesFor, error) {
	refs, err := claimsNamed(cmd.Context(), store, []string{flag(cmd, "claim")})
	if err != nil {
		return postgres.Ref{}, nil, err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return postgres.Ref{}, nil, err
	}
	return refs[0], shelf.Rules, nil
}

func printRefunds(w io.Writer, all []postgres.Refund) error {
	rows := make([]table.Row, len(all))
	for i, r := range all {
		rows[i] = table.Row{r.Receipt, r.Amount, strings.TrimSpace(r.Name + " " + r.IBAN), r.ClaimID, r.Reason, refundState(r)}
	}
	return printRows(w, "nothing goes back to who paid it", table.Row{"receipt", "amount", "to", "claim", "reason", "state"}, rows)
}

// refundState tells how far a refund is.
func refundState(r postgres.Refund) string {
	state := "proposed by " + r.ProposedBy
	switch {
	case r.DecidedBy != "" && (*r.Approved || r.Ended != ""):
		state += ", approved by " + r.DecidedBy
	case r.DecidedBy != "":
		state += ", declined by " + r.DecidedBy
	}
	if r.Payment != "" {
		state += fmt.Sprintf(", %s is %s", r.Payment, r.Status)
	}
	if r.Ended != "" {
		state += "; it ended: " + r.Ended
	}
	if r.Waits != "" {
		state += "; it waits: " + r.Waits
	}
	return state
}
