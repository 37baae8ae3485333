package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func mandateCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "mandate", Short: "Mandates of clients for direct debit of what they are billed",
		Long: `A mandate is what a client signed: its account, the day, and the reference that it has for ever. That a client agreed to direct debit in its contract is no mandate. One
that was not used for 36 months has lapsed.`,
		Example: "  " + exampleMandate + "\n  dunning mandate list\n  dunning mandate revoke VBE-2026-1 --reason \"letter of 3 November\"",
	}
	parent.AddCommand(mandateAddCommand(), mandateAmendCommand(), mandateRevokeCommand(), mandateListCommand())
	return parent
}

const exampleMandate = `dunning mandate add VBE --umr VBE-2026-1 --iban NL20INGB0001234567 --name "Voorbeeld B.V." --signed 2026-11-03`

func mandateAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "add CLIENT", Short: "Record the mandate that a client signed", Args: cobra.ExactArgs(1),
		Long: `Records a mandate: whole, or refused with all that it lacks. The reference (UMR) was never used before. A client has one mandate at a time. --notice is by how many days
the client is told of a collection, where it agreed to others than debit.notice_days. The same command twice is once.`,
		Example: "  " + exampleMandate + "\n  " + exampleMandate + " --b2b --notice 5",
	}
	accountFlags(cmd)
	cmd.Flags().String("umr", "", "unique reference of the mandate, 1 to 35 characters without spaces")
	cmd.Flags().String("signed", "", "day on which it was signed")
	b2b := cmd.Flags().Bool("b2b", false, "by the scheme for businesses: nothing is fetched back, and the client tells its bank before the first collection")
	once := cmd.Flags().Bool("once", false, "for one collection only")
	notice := cmd.Flags().Int("notice", 0, "days by which the client is told of a collection (default: debit.notice_days)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var signed calendar.Date // none is told with all else that is missing
		if flag(cmd, "signed") != "" {
			var err error
			if signed, err = day(cmd, "signed"); err != nil {
				return err
			}
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		m := settlement.Mandate{UMR: flag(cmd, "umr"), B2B: *b2b, Once: *once, SignedOn: signed, NoticeDays: cfg.Debit.NoticeDays, IBAN: flag(cmd, "iban"), Holder: flag(cmd, "name")}
		if cmd.Flags().Changed("notice") {
			m.NoticeDays = *notice
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			codes, err := store.ClientCodes(cmd.Context())
			if err != nil {
				return err
			}
			code := strings.ToUpper(args[0])
			if m.ClientID = codes[code]; m.ClientID == "" {
				return refused("CLIENT: there is no client %q", args[0])
			}
			if err := store.AddMandate(cmd.Context(), m, operator()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "mandate %s of client %s is recorded\n", m.UMR, code)
			return err
		})
	}
	return cmd
}

func accountFlags(cmd *cobra.Command) {
	cmd.Flags().String("iban", "", "account of the client")
	cmd.Flags().String("name", "", "holder of the account, as its bank knows it")
}

func mandateAmendCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "amend UMR", Short: "Record that a mandate is of another account of its client", Args: cobra.ExactArgs(1),
		Long:    "Amends a mandate: the next collection is from the new account, and tells the bank so. Collections that were proposed for the former one are withdrawn when their file is made.",
		Example: `  dunning mandate amend VBE-2026-1 --iban NL44RABO0123456789 --name "Voorbeeld B.V."`,
	}
	accountFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withBooks(cmd, func(store *postgres.Store) error {
			if err := store.AmendMandate(cmd.Context(), args[0], flag(cmd, "iban"), flag(cmd, "name"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "mandate %s is amended\n", args[0])
			return err
		})
	}
	return cmd
}

func mandateRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "revoke UMR", Short: "End a mandate: nothing is collected under it any more", Args: cobra.ExactArgs(1),
		Long:    "Ends a mandate for a reason. What is proposed under it is withdrawn when its file is made; what the bank has already is for the bank. Twice is once.",
		Example: `  dunning mandate revoke VBE-2026-1 --reason "letter of 3 November"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withBooks(cmd, func(store *postgres.Store) error {
			if err := store.RevokeMandate(cmd.Context(), args[0], flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "mandate %s is revoked\n", args[0])
			return err
		})
	}
	return cmd
}

func mandateListCommand() *cobra.Command {
	return clientList("mandates", "Mandates, and whether they are in force", "  dunning mandate list\n  dunning mandate list --client VBE --json", (*postgres.Store).Mandates,
		func(cmd *cobra.Command, store *postgres.Store, list []settlement.Mandate) error {
			codes, err := codesByID(cmd.Context(), store)
			if err != nil {
				return err
			}
			return printMandates(cmd.OutOrStdout(), list, codes, calendar.DateOf(operator().At))
		})
}

func printMandates(w io.Writer, list []settlement.Mandate, codes map[string]string, today calendar.Date) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no mandate")
		return err
	}
	rows := make([]table.Row, len(list))
	for i, m := range list {
		scheme, state := "Core", "in force until "+m.LapsesOn().AddDays(-1).String()
		if m.B2B {
			scheme = "B2B"
		}
		if why := m.Why(today); why != "" {
			state = strings.TrimPrefix(why, "mandate "+m.UMR+" ")
		}
		rows[i] = table.Row{m.UMR, codes[m.ClientID], scheme, m.SignedOn, bank.FormatIBAN(m.IBAN), state}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"mandate", "client", "scheme", "signed", "account", ""}, rows, nil))
	return err
}
