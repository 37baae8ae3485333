package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func payoutRefusedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "refused LINE", Short: "The bank refused one payment of a payout, without a report of it: two different persons say so", Args: cobra.ExactArgs(1),
		Long: `Records that the bank, when asked, says that it refused one payment of a payout, a line by its end-to-end id, of which it sends no report ("payout status" reads those). When two different persons who
may approve (dunning payout approver) said so, each for a reason, it is payable again, as one that a report refused: its file is never sent again, the next payout pays it. When the bank tells its code of why,
--code has it, and it does what it does in a report: AC04 blocks the account. Both say the same, or the second says none. When the bank made the payment after
all, its client would be paid twice. So it is refused unless a statement of its account is booked that goes beyond the day on which it was to be paid, while a statement tells a debit that can be of it and
that nobody explained, or that is of a statement that is held, and when a report of the bank says that the payment is settled (ACSC, ACCC). What was said before a report that tells of the payment, and does not
refuse it, does not count: say it again when the bank says so after that report too.`,
		Example: `  dunning payout refused ID-2 --code AC04 --by "A. de Vries" --reason "ABN AMRO, desk payments, 17 December: account closed, not executed"
  dunning payout refused ID-2 --code AC04 --by "B. Bakker" --reason "the bank's list of what it did not execute, of 17 December"`,
	}
	cmd.Flags().String("code", "", "the bank's code of why, like AC04; may be left out when it told none")
	return bankDidNotPay(cmd, "refused it", func(store *postgres.Store, ctx context.Context, line, reason string, by postgres.Actor) (int, string, error) {
		said, err := store.RefusePayment(ctx, postgres.Refusal{Line: line, Code: flag(cmd, "code"), Reason: reason}, by)
		return said.Said, said.Void, err
	})
}
