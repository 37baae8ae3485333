package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptTopUpCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "top-up KEY", Short: "A receipt that waits is the agency's own money: fill the trust account up with it", Args: cobra.ExactArgs(1),
		Long: `Says that a receipt that waits is the agency's own money. A statement must have brought it ("dunning statement import"), from the agency's account (payout.agency_iban): one that
was typed is refused. First it fills up what clients got
that a bank took back since (S190): the agency advances that, and gets it back of their next payouts. The rest is of the agency's part on the trust account, which bears what the bank
charges and what is lost ("dunning receipts loss"). The same command twice is once.

--undo takes it back when it was told by mistake: two different persons who may approve say so, each for a reason ("dunning payout approver"), and the receipt waits again. What its bank takes back
needs no command: the import of the statement reverses it. Either way what it filled up is missing again, and "dunning ledger verify" tells so.`,
		Example: `  dunning receipts top-up KEY
  dunning receipts top-up KEY --undo --by "A. de Vries" --reason "passed on for debtor J. Jansen"`,
	}
	cmd.Flags().String("by", "", "who says that it is not the agency's own money (with --undo)")
	cmd.Flags().String("reason", "", "why it is not (with --undo)")
	undo := cmd.Flags().Bool("undo", false, "it is not the agency's own money: it waits again")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *undo {
			return undoTopUp(cmd, strings.TrimSpace(args[0]))
		}
		if flag(cmd, "by") != "" || flag(cmd, "reason") != "" {
			return refused("--by, --reason: are of --undo; right would be the key alone: the statement proves whose money it is")
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		if cfg.Payout.AgencyIBAN == "" {
			return refused("payout.agency_iban: is not set; right would be the account from which the agency pays its own money")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			f, err := store.TopUp(cmd.Context(), strings.TrimSpace(args[0]), cfg.Payout.AgencyIBAN, operator())
			if err != nil {
				return err
			}
			said := fmt.Sprintf("%s fills up what clients got and a bank took back; %s is of the agency's part", f.Clawbacks, f.Own)
			if f.Again {
				said = toldText(true)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
			return err
		})
	}
	return cmd
}

func undoTopUp(cmd *cobra.Command, key string) error {
	by, err := approvingActor(cmd)
	if err != nil {
		return err
	}
	if flag(cmd, "reason") == "" {
		return refused("--reason: is empty; right would be why it is not the agency's own money")
	}
	return withBooks(cmd, func(store *postgres.Store) error {
		var u postgres.Unfilled
		changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
			u, err = store.UndoTopUp(ctx, key, flag(cmd, "reason"), by)
			return err
		})
		if err != nil {
			return err
		}
		said := unlessChanged(changed) + fmt.Sprintf("%d of %d persons say that receipt %s of %s is not the agency's own money", min(u.Said, postgres.Approvals), postgres.Approvals, key, u.Amount)
		if u.Booked {
			said += ": it waits again"
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), said)
		return err
	})
}

func receiptLossCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "loss KEY", Short: "The agency bears what went back to a debtor though the bank took it: two different persons say so", Args: cobra.ExactArgs(1),
		Long: `Books that the agency bears what a refund lost: it left, and the bank took its receipt, KEY, back all the same. "dunning ledger verify" tells such a refund every
night until then. When two different persons who may approve (dunning payout approver) said so, each for a reason, the loss is paid of the agency's part on the trust account, and
is among its bank costs and losses (A500). It is refused when that part is less: the agency pays own money in first ("dunning receipts top-up"). --undo takes it back, by two persons too,
when it was wrong or the money came back after all. The same person twice is once.`,
		Example: `  dunning receipts loss stmt-4 --by "A. de Vries" --reason "refunded on 4 December, storno of 5 December; the payer does not answer"
  dunning receipts loss stmt-4 --by "B. Bakker" --reason "seen the letters and the statement"
  dunning receipts loss stmt-4 --by "A. de Vries" --reason "the payer paid on 12 January" --undo`,
	}
	cmd.Flags().String("by", "", "who says so")
	reasonFlag(cmd)
	undo := cmd.Flags().Bool("undo", false, "the agency does not bear it any more")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		by, err := approvingActor(cmd)
		if err != nil {
			return err
		}
		if flag(cmd, "reason") == "" {
			return refused("--reason: is empty; right would be why the agency bears it, or does not any more")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			var l postgres.Loss
			changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
				l, err = store.BearLoss(ctx, strings.TrimSpace(args[0]), flag(cmd, "reason"), *undo, by)
				return err
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), unlessChanged(changed)+lossText(l))
			return err
		})
	}
	return cmd
}

func lossText(l postgres.Loss) string {
	what, done := fmt.Sprintf("the agency bears %s of refund %s", l.Amount, l.Refund), "booked"
	if l.Undone {
		what, done = fmt.Sprintf("the agency does not bear %s of refund %s any more", l.Amount, l.Refund), "taken back"
	}
	said := fmt.Sprintf("%d of %d persons say that %s", min(l.Said, postgres.Approvals), postgres.Approvals, what)
	if l.Booked {
		said += ": " + done
	}
	return said
}
