package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func statementDropCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "drop KEY|FILE", Short: "Set a held statement aside, because it is wrong",
		Long: `Sets a statement aside that is held and wrong: the bank told it again otherwise, or it is none of the bank's. Nothing of it is booked, also when it fits one day,
and it is held no more; what the bank tells instead is booked as if it had never come, before or after this. It stays on record with who says so and why (dunning statement show).

FILE is the name of the file that it came in, when only one statement of that name is not booked. The same command twice is once. Set aside by mistake? "dunning statement release"
books it after all. A statement that is booked is not set aside: import what the bank tells instead, release it when it is held, and take back what never came in (receipts reverse).`,
		Example: `  dunning statement drop KEY --reason "the bank sent it again, with the right amounts" --by "A. de Vries"`,
		Args:    cobra.ExactArgs(1),
	}
	reasonFlag(cmd)
	cmd.Flags().String("by", "", "who says so (default: the user of the system)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a statement is set aside for a reason")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			s, err := store.DropStatement(cmd.Context(), filepath.Base(args[0]), flag(cmd, "reason"), proposingActor(cmd))
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s of %s to %s, opening %s, closing %s: %s\n", s.Key, s.Account, s.To, amountText(s.Opening), amountText(s.Closing), heldText(s))
			return err
		})
	}
	return cmd
}
