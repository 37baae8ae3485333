package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// particulars are the flags that correct a debtor, by column of a hand-over file.
var particulars = []struct{ flag, column, help string }{
	{"name", "debtor", "name of the debtor"},
	{"attention", "attention", `for the attention of; "" for nobody`},
	{"street", "street", "street and house number"},
	{"postcode", "postcode", "1234 AB"},
	{"town", "town", "town"},
	{"email", "email", `e-mail address; "" when there is none any more`},
}

func debtorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "debtor ID",
		Short: "Correct the debtor's name or address, in all its claims",
		Long: `Corrects the debtor of a claim; only what is given changes, and it holds for every claim of this debtor. A new address takes back that the
address is unknown, a new e-mail address that mail bounced, and either ends the task to find one: the claims go on.`,
		Example: `  dunning claim debtor 822e2b4e-6e1e-50e2-8c55-edb38053a024 --street "Dorpsweg 12" --postcode "1234 AB" --town Proefdorp
  dunning claim debtor 822e2b4e-6e1e-50e2-8c55-edb38053a024 --email ""`,
		Args: cobra.ExactArgs(1),
	}
	for _, p := range particulars {
		cmd.Flags().String(p.flag, "", p.help)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		values := map[string]string{}
		for _, p := range particulars {
			if cmd.Flags().Changed(p.flag) {
				values[p.column] = flag(cmd, p.flag)
			}
		}
		if len(values) == 0 {
			return refused("there is nothing to correct; right would be at least one of --name, --attention, --street, --postcode, --town, --email")
		}
		return onClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			changed, told, err := store.CorrectDebtor(cmd.Context(), ref, values, operator(), shelf.Rules)
			if err != nil {
				return asFlag(err)
			}
			if len(changed) == 0 {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "nothing changed: the debtor has these particulars already")
			} else {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "changed %s; it stands in the file of %d claim(s)\n", strings.Join(changed, ", "), len(told))
			}
			return err
		})
	}
	return cmd
}

// asFlag names the flag whose value was refused.
func asFlag(err error) error {
	var wrong *claim.ColumnError
	if errors.As(err, &wrong) {
		for _, p := range particulars {
			if p.column == wrong.Column {
				return refused("--%s %s", p.flag, wrong.Reason)
			}
		}
	}
	return err
}
