package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptCommand() *cobra.Command {
	parent := &cobra.Command{Use: "receipt", Short: "What comes in on the trust account"}
	parent.AddCommand(receiptAddCommand(), receiptListCommand(), receiptDivideCommand(), receiptReleaseCommand(), receiptReverseCommand())
	return parent
}

func receiptAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add KEY AMOUNT",
		Short: "Book a credit on the trust account",
		Long: `Books one credit on the trust account. KEY names the bank entry: the same key twice is one receipt. When the remittance has the reference of
a claim (RF or betalingskenmerk, as printed on its letters) the receipt is allocated to that claim; otherwise it waits, and
"dunning claim allocate" allocates it.`,
		Example: `  dunning receipt add stmt-2026-12-01-4 250,00 --on 2026-12-01 --iban NL91ABNA0417164300 --payer "J. Jansen" --remittance "RF33 8721 4093 52"`,
		Args:    cobra.ExactArgs(2),
	}
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.Flags().String("iban", "", "account it came from")
	cmd.Flags().String("payer", "", "name of the holder of that account")
	cmd.Flags().String("remittance", "", "text the payer gave with it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		receipt, err := readReceipt(cmd, args)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			ref, err := store.RecordReceipt(cmd.Context(), receipt, operator())
			if err != nil {
				return err
			}
			if ref == (postgres.Ref{}) {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "booked; it waits until it is allocated: dunning claim allocate ID %s\n", receipt.Key)
				return err
			}
			if _, err = fmt.Fprintf(cmd.OutOrStdout(), "booked; allocated to claim %s\n", ref.ClaimID); err != nil {
				return err
			}
			return showReceipt(cmd, store, ref, receipt.Key)
		})
	}
	return cmd
}

func readReceipt(cmd *cobra.Command, args []string) (postgres.Receipt, error) {
	r := postgres.Receipt{Key: strings.TrimSpace(args[0]), IBAN: bank.NormaliseIBAN(flag(cmd, "iban")), Payer: strings.TrimSpace(flag(cmd, "payer")), Remittance: flag(cmd, "remittance")}
	if r.Key == "" {
		return r, refused("KEY: is empty; right would be what names the entry in the bank statement")
	}
	if problem := postgres.KeyProblem(r.Key); problem != "" {
		return r, refused("KEY: %s", problem)
	}
	var err error
	if r.Amount, err = money.Parse(args[1]); err != nil {
		return r, refused("AMOUNT: %w", err)
	}
	if r.Amount <= 0 {
		return r, refused("AMOUNT: must be more than 0.00")
	}
	if err := bank.ValidIBAN(r.IBAN); r.IBAN != "" && err != nil {
		return r, refused("--iban: %w", err)
	}
	if r.On, err = day(cmd, "on"); err != nil {
		return r, err
	}
	if problem := r.Problem(calendar.DateOf(operator().At)); problem != "" {
		return r, refused("--on: %s", problem)
	}
	return r, nil
}

func receiptListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "Receipts that wait to be allocated, oldest first", Args: cobra.NoArgs,
		Long:    "Lists the receipts that wait until a person knows whose they are. No letter leaves to a debtor whose receipt may be among them.",
		Example: "  dunning receipt list\n  dunning claim allocate 1b4e28ba-2fa1-51d2-883f-0016d3cca427 stmt-2026-12-01-4",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			receipts, err := store.UnallocatedReceipts(cmd.Context())
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"receipts": receipts})
			}
			return printReceipts(cmd.OutOrStdout(), receipts)
		})
	}
	return cmd
}

func printReceipts(w io.Writer, receipts []postgres.Receipt) error {
	t := newTable("key", "date", "amount", "payer", "iban", "remittance")
	var total money.Amount
	for _, r := range receipts {
		t.AppendRow(table.Row{r.Key, r.On, r.Amount, r.Payer, r.IBAN, r.Remittance})
		total += r.Amount
	}
	_, err := fmt.Fprintf(w, "%s\n%d receipts wait, %s together\n", t.Render(), len(receipts), total)
	return err
}
