package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

const exampleInvoice = "NUMBER" // the reader's own: no world has it always

func invoiceCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "invoice", Short: "What the agency bills its clients: invoices, credit notes and what was paid of them",
		Long: `An invoice has everything that a client owes and that stands on no invoice yet: commission in the exceptions, costs to which it agreed, the court procedure at a fixed
price and other work for the court, yearly contributions, sticker sets, and the agency's part of what came in, with VAT over the total. Numbers follow each other without a gap. An
invoice never changes: what is wrong is credited. What a client has to its credit of one (it is open for less than 0.00) pays its next one, unless it is paid back ("invoice repay") or moved.`,
		Example: "  dunning invoice run\n  dunning invoice list\n  dunning invoice pdf " + exampleInvoice + " --out invoice.pdf\n  dunning invoice credit " + exampleInvoice + ` --line 2 --reason "the sets never arrived"`,
	}
	parent.AddCommand(invoiceRunCommand(), invoiceListCommand(), invoiceShowCommand(), invoicePaperCommand(postgres.PaperPDF), invoicePaperCommand(postgres.PaperUBL), invoiceCreditCommand(), invoicePaidCommand(), invoiceRepayCommand(), invoiceMoveCommand())
	return parent
}

// billingOf is how clients are invoiced on a day by the configuration.
func billingOf(cmd *cobra.Command, on calendar.Date) (postgres.Billing, error) {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return postgres.Billing{}, err
	}
	if err := invoices(cfg); err != nil {
		return postgres.Billing{}, err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return postgres.Billing{}, err
	}
	return postgres.Billing{On: on, TermDays: cfg.Invoice.TermDays, Tables: shelf.Tables(), Papers: billPapers(cfg)}, nil
}

// invoices refuses a configuration by which nobody can be invoiced, before anything is done.
func invoices(cfg config.Config) error {
	if cfg.Agency.VAT == "" {
		return refused("agency.vat: is empty; right would be the agency's VAT number, which must stand on invoices (art. 35a lid 1 onder c Wet OB)")
	}
	return nil
}

// billPapers writes the papers of a bill in the client's language, in the name of the agency.
func billPapers(cfg config.Config) postgres.BillPapers {
	a := cfg.Agency
	return func(v settlement.Bill) (pdf, ubl []byte, err error) {
		lang := letter.Language(v.Language)
		v.Agency = settlement.BillParty{Name: a.Name, Street: a.Street, Postcode: a.Postcode, Town: a.Town, Email: a.Email, VAT: a.VAT, KvK: a.KvK, IBAN: cfg.Payout.AgencyIBAN}
		v.Lines, v.Reason = slices.Clone(v.Lines), letter.BillReason(lang, v.Reason)
		for i, l := range v.Lines {
			v.Lines[i].Text = letter.BillText(lang, l)
		}
		document, err := letter.ComposeBill(v, agencyParty(a))
		if err != nil {
			return nil, nil, err
		}
		ubl, err = v.UBL()
		return document.PDF, ubl, err
	}
}

func invoiceRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "run", Short: "Invoice clients for what is due, and credit what was taken back since", Args: cobra.NoArgs,
		Long: `Makes an invoice for each client that owes something that is due by the day and stands on no invoice yet, and a credit note of what stands on one and was taken back since. Each
has its number, its PDF, its UBL and its place in the books at once, or does not exist. Run it again and nothing more is made. An invoice is to be sent before the 15th of the month
after the supply (art. 34g Wet OB): run it each month. Exit code 2 when a client could not be invoiced; the others are.`,
		Example: "  dunning invoice run\n  dunning invoice run --on DAY --client VBE\n  dunning invoice run --json",
	}
	cmd.Flags().String("on", "", "day of the invoices; what is due up to and including it is on them (default: today)")
	cmd.Flags().String("client", "", "code of one client")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		billing, err := billingOf(cmd, on)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			if billing.ClientID, err = clientNamed(cmd, store); err != nil {
				return err
			}
			made, left, err := store.MakeBills(cmd.Context(), billing, operator())
			if err != nil {
				return err
			}
			if err := printMade(cmd, store, *asJSON, made, left); err != nil || len(left) == 0 {
				return err
			}
			return refused("%d of the clients could not be invoiced: see why, put it right and run it again", len(left))
		})
	}
	return cmd
}

func printMade(cmd *cobra.Command, store *postgres.Store, asJSON bool, made []settlement.Bill, left []postgres.NotBilled) error {
	w := cmd.OutOrStdout()
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"made": listOf(made), "left_out": listOf(left)})
	}
	codes, err := codesByID(cmd.Context(), store)
	if err != nil {
		return err
	}
	if len(made) == 0 && len(left) == 0 {
		_, _ = fmt.Fprintln(w, "nothing is to be invoiced")
	}
	for _, v := range made {
		_, _ = fmt.Fprintf(w, "%s for %s: %s, VAT %s of it, %s left to pay\n", v.Number, codes[v.ClientID], v.Total, v.VAT, v.Payable())
		for _, c := range v.Credits {
			_, _ = fmt.Fprintf(w, "  %s of it is paid with what the client had to its credit of %s\n", c.Cents, c.Number)
		}
	}
	for _, n := range left {
		_, _ = fmt.Fprintf(w, "left out: client %s: %s\n", n.Client, n.Why)
	}
	return nil
}

func invoiceListCommand() *cobra.Command {
	return clientList("invoices", "Invoices and credit notes, and what is open of each", "  dunning invoice list\n  dunning invoice list --client VBE --json", (*postgres.Store).Bills,
		func(cmd *cobra.Command, _ *postgres.Store, list []postgres.BillSummary) error {
			return printBills(cmd.OutOrStdout(), list)
		})
}

func printBills(w io.Writer, list []postgres.BillSummary) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no invoice")
		return err
	}
	rows := make([]table.Row, len(list))
	for i, b := range list {
		due := b.Corrects
		if b.Kind == settlement.ClientBill {
			due = b.DueOn.String()
		}
		rows[i] = table.Row{b.Number, b.Client, b.On, due, b.Total, b.Open}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"number", "client", "of", "due, or credits", "total", "open"}, rows, nil))
	return err
}

func invoiceShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show NUMBER", Short: "An invoice or a credit note line by line, what was credited and paid of it, and what is open", Args: cobra.ExactArgs(1),
		Example: "  dunning invoice show " + exampleInvoice + "\n  dunning invoice show " + exampleInvoice + " --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			v, err := store.Bill(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
			}
			return printBill(cmd.OutOrStdout(), v)
		})
	}
	return cmd
}

func printBill(w io.Writer, v postgres.BillFile) error {
	rows := make([]table.Row, len(v.Lines))
	for i, l := range v.Lines {
		note := ""
		if slices.Contains(v.Credited, l.Nr) {
			note = "credited"
		}
		rows[i] = table.Row{l.Nr, letter.BillText(letter.English, l), l.On, l.Units, l.Price, l.Net, note}
	}
	_, _ = fmt.Fprintf(w, "%s %s of %s\n", v.Kind, v.Number, v.On)
	if v.Corrects != "" {
		_, _ = fmt.Fprintf(w, "credits %s: %s\n", v.Corrects, letter.BillReason(letter.English, v.Reason))
	}
	_, _ = fmt.Fprintln(w, fitted(widthOf(w), table.Row{"line", "for", "of", "units", "price", "net", ""}, rows, table.Row{"", "", "", "", "", v.Net, ""}))
	_, _ = fmt.Fprintf(w, "VAT %s, total %s, settled of what came in %s, to pay %s\n", v.VAT, v.Total, v.Settled, v.Payable())
	for _, p := range v.Payments {
		why := ""
		if p.Reason != "" {
			why = ": " + p.Reason
		}
		_, _ = fmt.Fprintf(w, "%s %s on %s (%s)%s\n", p.Kind, p.Amount, p.On, p.Key, why)
	}
	if len(v.Credits) > 0 {
		_, _ = fmt.Fprintf(w, "credited by %s\n", strings.Join(v.Credits, ", "))
	}
	if v.Kind == settlement.ClientBill {
		_, _ = fmt.Fprintf(w, "open: %s, due on %s\n", v.Open, v.DueOn)
		switch {
		case v.Open < 0 && v.Repays:
			_, _ = fmt.Fprintf(w, "%s is to the client's credit, and was told to be paid back: it stands in the next payout to the client, unless that is taken back (dunning invoice repay %s --undo)\n", -v.Open, v.Number)
		case v.Open < 0:
			_, _ = fmt.Fprintf(w, "%s is to the client's credit: %s\n", -v.Open, creditWays(v.Number))
		}
	}
	return nil
}
