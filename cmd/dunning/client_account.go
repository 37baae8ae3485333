package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func clientAccountCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "account", Short: "The account that a client is paid on",
		Long: `A client is paid on the account that it told last (iban in "dunning client add"). Two different persons approve it, each after calling the client on a number known from
before: an e-mail that tells another account is how payouts are stolen. On a changed account nothing is paid for the days of payout.cooling_off_days either.`,
		Example: "  dunning client account show VBE\n  dunning client account approve VBE --iban NL02ABNA0123456789 --by \"A. de Vries\"\n  dunning client account renew VBE",
	}
	parent.AddCommand(accountShowCommand(), accountApproveCommand(), accountRenewCommand())
	return parent
}

// ofClient runs a command about the client whose code is its argument, with what opens the database (withStore, withBooks).
func ofClient(cmd *cobra.Command, open func(*cobra.Command, func(*postgres.Store) error) error, code string, work func(store *postgres.Store, clientID string) error) error {
	return open(cmd, func(store *postgres.Store) error {
		codes, err := store.ClientCodes(cmd.Context())
		if err != nil {
			return err
		}
		id, known := codes[code]
		if !known {
			return refused("there is no client %q", code)
		}
		return work(store, id)
	})
}

func accountShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show CODE", Short: "The account, who approved it, and whether it may be paid on", Args: cobra.ExactArgs(1),
		Example: "  dunning client account show VBE\n  dunning client account show VBE --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return ofClient(cmd, withStore, args[0], func(store *postgres.Store, id string) error {
			a, err := store.ClientAccountOf(cmd.Context(), id)
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(a)
			}
			return printAccount(cmd, args[0], a)
		})
	}
	return cmd
}

func printAccount(cmd *cobra.Command, code string, a postgres.ClientAccount) error {
	says := "may be paid on"
	if why := a.Why(code, calendar.DateOf(operator().At)); why != "" {
		says = "nothing is paid on it: the client's account " + strings.TrimPrefix(why, "its account ")
	}
	approved := strings.Join(a.ApprovedBy, ", ")
	if approved == "" {
		approved = "nobody"
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s of %s, told by %s at %s\napproved by %s\n%s\n", bank.FormatIBAN(a.IBAN), a.Holder, a.ToldBy, minute(a.ToldAt), approved, says)
	return err
}

func accountApproveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "approve CODE", Short: "Approve the account of a client: two different persons do", Args: cobra.ExactArgs(1),
		Long:    "Approves the account that a client told last. --iban is what the client itself said on the telephone, by a number known from before: another than was told is refused.",
		Example: "  dunning client account approve VBE --iban NL02ABNA0123456789 --by \"A. de Vries\"",
	}
	cmd.Flags().String("iban", "", "as the client confirmed it")
	cmd.Flags().String("by", "", "who approves")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		by, err := approvingActor(cmd)
		if err != nil {
			return err
		}
		if err := bank.ValidIBAN(flag(cmd, "iban")); err != nil {
			return refused("--iban: %w", err)
		}
		return ofClient(cmd, withBooks, args[0], func(store *postgres.Store, id string) error {
			var a postgres.ClientAccount
			changed, err := changedBy(cmd, func(ctx context.Context) (err error) {
				a, err = store.ApproveAccount(ctx, id, flag(cmd, "iban"), by)
				return err
			})
			if err == nil && !changed {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), toldText(true))
			}
			if err != nil {
				return err
			}
			return printAccount(cmd, args[0], a)
		})
	}
	return cmd
}

func accountRenewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "renew CODE", Short: "The client says that an account on which a payout came back is right after all", Args: cobra.ExactArgs(1),
		Long:    "Records that a client told the same account anew after a payout came back from it. It is approved again by two persons, and its cooling-off begins anew. Another account is told by iban in \"dunning client add\".",
		Example: "  dunning client account renew VBE",
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return ofClient(cmd, withBooks, args[0], func(store *postgres.Store, id string) error {
			if err := store.RenewAccount(cmd.Context(), id, cfg.Payout.CoolingOffDays, operator()); err != nil {
				return err
			}
			a, err := store.ClientAccountOf(cmd.Context(), id)
			if err != nil {
				return err
			}
			return printAccount(cmd, args[0], a)
		})
	}
	return cmd
}
