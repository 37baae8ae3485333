package main

import (
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func payoutRefusedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "refused LINE", Short: "The bank refused one payment of a payout, without a report of it: two different persons say so", Args: cobra.ExactArgs(1),
		Long: `Records that the bank, when asked, says that it refused one payment of a payout, a line by its end-to-end id, of which it sends no report ("payout status" reads those). When two different persons who
may approve (dunning payout approver) said so, each for a reason, it is payable again, as one that a report refused: its file is never sent again, the next payout pays it. When the bank made the payment after
all, its client would be paid twice. So it is refused unless a statement of its account is booked that goes beyond the day on which it was to be paid, and while a statement tells a debit that can be of it and
that nobody explained, or that is of a statement that is held.`,
		Example: `  dunning payout refused ID-2 --by "A. de Vries" --reason "ABN AMRO, desk payments, 17 December: account closed, not executed"
  dunning payout refused ID-2 --by "B. Bakker" --reason "the bank's list of what it did not execute, of 17 December"`,
	}
	return bankDidNotPay(cmd, "refused it", (*postgres.Store).RefusePayment)
}
