package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func payoutLostCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "lost ID", Short: "The bank says that it never got the file of a payout: two different persons say so", Args: cobra.ExactArgs(1),
		Long: `Records that the bank, when asked, says that it never got the file of a payout. When two different persons who may approve (dunning payout approver) said so, each
for a reason, what its lines would have paid is free to be proposed anew, as another payout with its own approvals. The file itself is never sent again. It is refused
when the bank accepted, refused or booked any line.`,
		Example: `  dunning payout lost ID --by "A. de Vries" --reason "ABN AMRO, desk payments, 17 December: no file with this id"
  dunning payout lost ID --by "B. Bakker" --reason "the bank's list of files of 15 to 17 December has none"`,
	}
	return bankDidNotPay(cmd, "never got it", func(store *postgres.Store, ctx context.Context, id, reason string, by postgres.Actor) (int, string, error) {
		said, err := store.LosePayout(ctx, id, reason, by)
		return said, "", err
	})
}

// bankDidNotPay makes of a command one by which two different persons say what the bank told them when they asked it, each for a reason: then what it names is payable again. Recorded are how many say so, and why words of before do not count.
func bankDidNotPay(cmd *cobra.Command, told string, record func(store *postgres.Store, ctx context.Context, id, reason string, by postgres.Actor) (said int, void string, err error)) *cobra.Command {
	cmd.Flags().String("by", "", "who asked the bank")
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		by, err := approvingActor(cmd)
		if err != nil {
			return err
		}
		if flag(cmd, "reason") == "" {
			return refused("--reason: is empty; right would be what the bank said, and who there")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			var said int
			var void string
			changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
				said, void, err = record(store, ctx, args[0], flag(cmd, "reason"), by)
				return err
			})
			if err != nil {
				return err
			}
			text := fmt.Sprintf("%d of %d persons say that the bank %s", min(said, postgres.Approvals), postgres.Approvals, told)
			if said >= postgres.Approvals {
				text += ": what it would have paid is payable again, see dunning payout propose"
			}
			if void != "" {
				text += "; " + void
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), unlessChanged(changed)+text)
			return err
		})
	}
	return cmd
}
