package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func approverCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "approver", Short: "Who may approve payouts, and accounts of clients",
		Long: `Two different persons of this list approve each payout, and each account on which a client is paid. add and remove connect as the role that owns the tables
(database.owner_url): who runs the program day by day cannot say who may approve. Whoever is removed approved nothing any more that was not sent yet,
and has said nothing when added again: what that person approved before is to be approved anew.`,
		Example: "  dunning payout approver add \"A. de Vries\"\n  dunning payout approver remove \"A. de Vries\"\n  dunning payout approver list",
	}
	list := &cobra.Command{Use: "list", Short: "Who may approve", Args: cobra.NoArgs, Example: "  dunning payout approver list --json"}
	asJSON := jsonFlag(list)
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			names, err := store.Approvers(cmd.Context())
			switch {
			case err != nil:
				return err
			case *asJSON:
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"approvers": listOf(names)})
			case len(names) == 0:
				names = []string{"nobody may approve; right would be: dunning payout approver add NAME, for two persons at least"}
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), strings.Join(names, "\n"))
			return err
		})
	}
	add := &cobra.Command{Use: "add NAME", Short: "Let a person approve", Example: "  dunning payout approver add \"A. de Vries\"", Args: cobra.ExactArgs(1)}
	add.RunE = asOwner("may approve", postgres.AddApprover)
	remove := &cobra.Command{Use: "remove NAME", Short: "End that a person may approve", Example: "  dunning payout approver remove \"A. de Vries\"", Args: cobra.ExactArgs(1)}
	remove.RunE = asOwner("may not approve any more", postgres.RemoveApprover)
	parent.AddCommand(add, remove, list)
	return parent
}

// asOwner runs a command about who may approve, as the role that owns the tables.
func asOwner(said string, work func(ctx context.Context, ownerURL, name string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		if string(cfg.Database.OwnerURL) == "" {
			return refused("database.owner_url is not set: who may approve is decided by the role that owns the tables")
		}
		name := strings.TrimSpace(args[0])
		if err := work(cmd.Context(), string(cfg.Database.OwnerURL), name); err != nil {
			return told(err)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", name, said)
		return err
	}
}
