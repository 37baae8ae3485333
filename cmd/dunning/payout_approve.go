package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// approvingActor is who approves, by --by.
func approvingActor(cmd *cobra.Command) (postgres.Actor, error) {
	by := operator()
	if by.Name = strings.TrimSpace(flag(cmd, "by")); by.Name == "" {
		return by, refused("--by: is empty; right would be your own name, as `dunning payout approver list` has it")
	}
	return by, nil
}

func payoutApproveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "approve ID", Short: "Approve a payout: two different persons do", Args: cobra.ExactArgs(1),
		Long: `Approves a payout as it stands: every line with its amount, account and name. Two different persons who may approve (dunning payout approver) are needed before
"dunning payout file"; the same person twice is once. With --hash it is refused unless the payout is the one that you looked at.`,
		Example: `  dunning payout approve ID --by "A. de Vries"
  dunning payout approve ID --by "B. Bakker" --hash HASH`,
	}
	cmd.Flags().String("by", "", "who approves")
	cmd.Flags().String("hash", "", "the hash that was shown, or its first characters")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		by, err := approvingActor(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			f, err := store.Payout(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if hash := flag(cmd, "hash"); !strings.HasPrefix(f.Hash, strings.ToLower(hash)) {
				return refused("--hash: payout %s has another; look at it again: dunning payout show %s", f.ID, f.ID)
			}
			var approved int
			changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
				approved, err = store.ApprovePayout(ctx, f.ID, f.Hash, by)
				return err
			})
			if err != nil {
				return err
			}
			if err := printUnsure(cmd.Context(), cmd.OutOrStdout(), store, f.ID); err != nil {
				return err
			}
			said := unlessChanged(changed) + fmt.Sprintf("approved by %d of %d persons", min(approved, postgres.Approvals), postgres.Approvals)
			if changed && approved > postgres.Approvals {
				said += fmt.Sprintf(" before; it is noted that %s does too", by.Name)
			}
			if approved >= postgres.Approvals {
				said += "; " + afterApproval(f.Payout)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
			return err
		})
	}
	return cmd
}

// afterApproval says what follows for a payout that is approved, as it stood when it was looked at: what left before is not made again.
func afterApproval(p settlement.Payout) string {
	counts := map[settlement.PayoutStatus]int{}
	for _, l := range p.Lines {
		counts[l.Status]++
	}
	if counts[settlement.PayoutProposed]+counts[settlement.PayoutApproved] > 0 {
		return fmt.Sprintf("make the file with: dunning payout file %s --out FILE", p.ID)
	}
	return fmt.Sprintf("it left before, and its lines are: %s; dunning payout show %s", standText(counts), p.ID)
}

func payoutWithdrawCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "withdraw ID", Short: "Take a payout back that was not sent", Args: cobra.ExactArgs(1),
		Long:    "Takes a proposal back, approved or not. What it would have paid is free to be proposed anew, as another payout with its own approvals. Of what was sent nothing is taken back.",
		Example: `  dunning payout withdraw ID --reason "client VBE told another account"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a payout is withdrawn for a reason")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			if err := store.WithdrawPayout(cmd.Context(), args[0], flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "withdrawn")
			return err
		})
	}
	return cmd
}
