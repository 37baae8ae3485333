package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func invoicePaperCommand(form string) *cobra.Command {
	what := map[string]string{postgres.PaperPDF: "as a PDF", postgres.PaperUBL: "as UBL 2.1 by NLCIUS, for the client's bookkeeping"}[form]
	cmd := &cobra.Command{
		Use: form + " NUMBER", Short: "Write an invoice or a credit note " + what, Args: cobra.ExactArgs(1),
		Long:    "Writes the invoice or credit note as it was made: the same bytes each time.",
		Example: "  dunning invoice " + form + " " + exampleInvoice + " --out invoice." + map[string]string{postgres.PaperPDF: "pdf", postgres.PaperUBL: "xml"}[form],
	}
	cmd.Flags().String("out", "", "where it is written; what is there already is replaced")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "out") == "" {
			return refused("--out: is empty; right would be the name of the file")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			content, err := store.BillPaper(cmd.Context(), args[0], form)
			if err != nil {
				return err
			}
			if err := os.WriteFile(flag(cmd, "out"), content, 0o600); err != nil {
				return refused("--out: %w", err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), flag(cmd, "out"))
			return err
		})
	}
	return cmd
}

func invoiceCreditCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "credit NUMBER", Short: "Take an invoice back, or lines of it: the client does not owe them, and gets a credit note", Args: cobra.ExactArgs(1),
		Long: `Takes lines of an invoice back for a reason, or all that are left without --line, and makes the credit note. A charge of a claim is taken back with it, as by "dunning claim
reverse-charge". A line is credited once; the same command twice makes one credit note. The agency's part of what came in is not credited by a person: when a payment is
taken back the next run does.`,
		Example: "  dunning invoice credit " + exampleInvoice + ` --reason "agreed with the client"` + "\n  dunning invoice credit " + exampleInvoice + ` --line 2 --line 3 --reason "the sets never arrived"`,
	}
	reasonFlag(cmd)
	lines := cmd.Flags().IntSlice("line", nil, "number of a line; several times for several lines (default: all)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if strings.TrimSpace(flag(cmd, "reason")) == "" {
			return refused("--reason: is empty; right would be why it is taken back, as the client reads it")
		}
		by := operator()
		billing, err := billingOf(cmd, calendar.DateOf(by.At))
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			made, err := store.CreditBill(cmd.Context(), args[0], flag(cmd, "reason"), *lines, billing, by)
			if err != nil {
				return err
			}
			for _, v := range made {
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%s credits %s of invoice %s, VAT %s of it\n", v.Number, v.Total, v.Corrects, v.VAT)
			}
			if len(made) == 0 {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "it is credited already")
			}
			return nil
		})
	}
	return cmd
}
