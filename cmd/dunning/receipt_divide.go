package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptDivideCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "divide KEY CLAIM CLAIM...",
		Short: "Divide a receipt that waits over several claims of one client on one debtor",
		Long: `Divides a receipt that waits over several claims of one client on one debtor (art. 6:43 BW): first over those that the debtor designated (--for, in
order), then due before not due, the most onerous first (the highest rate of interest, then costs that are due), the oldest, and in proportion, by
what is owed on its value date. Name every claim that the payment may be for. What is more than is owed goes to the first claim designated, else
the first named, as surplus that is owed back to the debtor. The bank entry stays as it is; its parts are KEY#1, KEY#2 ... The same division again
changes nothing, another is refused. "dunning calc divide" shows what a division would be.`,
		Example: `  dunning receipts divide stmt-4 CLAIM OTHER
  dunning receipts divide stmt-4 CLAIM OTHER --for OTHER`,
		Args: cobra.MinimumNArgs(2),
	}
	designated := cmd.Flags().StringArray("for", nil, "a claim that the debtor designated, one of those named; given again, in the order of the debtor")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		shelf, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			over, err := claimsNamed(cmd.Context(), store, args[1:])
			if err != nil {
				return err
			}
			first, err := claimsNamed(cmd.Context(), store, *designated)
			if err != nil {
				return err
			}
			d, err := store.DivideReceipt(cmd.Context(), strings.TrimSpace(args[0]), over, first, operator(), shelf.Rules)
			if err != nil {
				return lawful(err)
			}
			return printDivided(cmd.OutOrStdout(), args[0], d)
		})
	}
	return cmd
}

// claimsNamed looks claims up as claimNamed does.
func claimsNamed(ctx context.Context, store *postgres.Store, names []string) ([]postgres.Ref, error) {
	refs := make([]postgres.Ref, len(names))
	for i, name := range names {
		var err error
		if refs[i], err = claimNamed(ctx, store, name); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

// dividedDetail tells what a claim got of a receipt and why.
func dividedDetail(e postgres.Event) string {
	part, _ := e.Detail["part"].(map[string]any)
	reason, _ := part["reason"].(map[string]any)
	over, _ := e.Detail["over"].([]any)
	told := fmt.Sprintf("receipt %v over %d claims, %v here: costs %v, interest %v, principal %v", e.Detail["receipt"], len(over), part["amount"], part["costs"], part["interest"], part["principal"])
	if surplus := e.Detail["surplus"]; surplus != "0.00" {
		told += fmt.Sprintf(", surplus %v", surplus)
	}
	return strings.Join(append([]string{fmt.Sprintf("%s; %v (%v)", told, reason["rule"], reason["article"])}, valueDate(e)...), ", ")
}

func printDivided(w io.Writer, key string, d postgres.Divided) error {
	t := newTable("claim", "amount", "costs", "interest", "principal", "reason")
	var total money.Amount
	for _, p := range d.Parts {
		t.AppendRow(table.Row{p.Claim, p.Amount, p.Costs, p.Interest, p.Principal, p.Reason})
		total += p.Amount
	}
	said := "divided"
	if d.Known {
		said = "divided before; nothing changed"
	}
	if d.Surplus > 0 {
		said += fmt.Sprintf("; %s is more than is owed and owed back to the debtor: it is booked on claim %s", d.Surplus, d.SurplusTo)
	}
	_, err := fmt.Fprintf(w, "%s\n%s %s: %s\n", t.Render(), key, total+d.Surplus, said)
	return err
}
