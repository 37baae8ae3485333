package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	reporting "github.com/incassocenter/dunning/internal/report" // report is another thing here
)

func exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "export", Short: "The books for a bookkeeper: CSV, or an XML auditfile", Args: cobra.NoArgs,
		Long: `Writes the books to files. --csv writes accounts.csv, journals.csv and entries.csv of all books to a directory. --xaf writes one book over one calendar year as an
XML Auditfile Financieel 3.2, by the value dates: the agency's, or with --book S that of the trust foundation. Both can be asked at once. Files that are there are replaced.`,
		Example: "  dunning ledger export --csv books\n  dunning ledger export --xaf agency-2026.xaf --year 2026 --tax-number 812345678B01\n  dunning ledger export --xaf trust-2026.xaf --book S --year 2026 --tax-number 898765432",
	}
	cmd.Flags().String("csv", "", "directory for the CSV files")
	cmd.Flags().String("xaf", "", "file for the auditfile")
	cmd.Flags().Int("year", 0, "calendar year of the auditfile (default: this year)")
	cmd.Flags().String("tax-number", "", "number of the tax authority, which an auditfile must tell: nine digits, or a VAT number")
	cmd.Flags().String("book", "", "book of the auditfile: A (agency) or S (trust) (default: A)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		audit, err := auditOf(cmd, cfg)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			all, err := store.Journals(cmd.Context(), postgres.JournalFilter{})
			if err != nil {
				return err
			}
			last := calendar.DateOf(operator().At).Year()
			for _, p := range all {
				last = max(last, p.On.Year())
			}
			if audit.Year > last {
				return refused("--year: %d is not a year of these books; right would be one up to %d", audit.Year, last)
			}
			if dir := flag(cmd, "csv"); dir != "" {
				if err := writeBooks(dir, all); err != nil {
					return err
				}
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%d journals in %s\n", len(all), dir)
			}
			if file := flag(cmd, "xaf"); file != "" {
				audit.fill(all)
				if err := writeAudit(file, audit.Audit); err != nil {
					return err
				}
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%d journals of book %s over %d in %s\n", len(audit.Journals), audit.Book, audit.Year, file)
			}
			return nil
		})
	}
	return cmd
}

// audit is the auditfile that is asked.
type audit struct{ ledger.Audit }

// auditOf reads what the flags say of it; without --xaf there is nothing to read.
func auditOf(cmd *cobra.Command, cfg config.Config) (a audit, err error) {
	if flag(cmd, "xaf") == "" {
		if flag(cmd, "csv") == "" {
			return a, refused("--csv and --xaf: neither is given; right would be a directory, a file, or both")
		}
		for _, name := range []string{"book", "tax-number", "year"} {
			if cmd.Flags().Changed(name) {
				return a, refused("--%s: is of the auditfile; right would be --xaf FILE with it", name)
			}
		}
		return a, nil
	}
	today := calendar.DateOf(operator().At)
	a.Audit = ledger.Audit{Book: ledger.Agency, Company: cfg.Agency.Name, Ident: cfg.Agency.KvK, TaxID: flag(cmd, "tax-number"), Made: today, Software: "dunning", Version: "1"}
	if a.Year, _ = cmd.Flags().GetInt("year"); a.Year == 0 {
		a.Year = today.Year()
	}
	book, err := bookOf(cmd)
	switch {
	case err != nil:
		return a, refused("--book: %q is not a book with an auditfile; right would be A or S", flag(cmd, "book"))
	case book == ledger.Debtors:
		return a, refused("--book: D is a memo of what debtors owe, in nobody's accounts; right would be A or S")
	case book == ledger.Trust:
		a.Book, a.Company, a.Ident = book, cfg.Agency.TrustName, ""
	}
	switch {
	case a.Year < 2000:
		return a, refused("--year: %d is not a year of these books; right would be one from 2000 on", a.Year)
	case a.TaxID == "":
		return a, refused("--tax-number: is empty; right would be the number that the tax authority gave to %s", a.Company)
	}
	if a.TaxID, err = bank.TaxNumber(a.TaxID); err != nil {
		return a, refused("--tax-number: %w", err)
	}
	return a, nil
}

// fill takes the journals of the book and the year, and opens with the balances of before.
func (a *audit) fill(all []postgres.Posted) {
	a.Opening = map[ledger.Account]money.Amount{}
	first := calendar.NewDate(a.Year, time.January, 1)
	for _, p := range all {
		switch {
		case p.Book != a.Book || p.On.Year() > a.Year:
		case p.On.Before(first):
			for _, l := range p.Lines {
				a.Opening[l.Account] += l.Cents
			}
		default:
			a.Journals = append(a.Journals, ledger.Numbered{Number: p.ID, Draft: p.Draft})
		}
	}
}

func writeAudit(file string, a ledger.Audit) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return refused("--xaf: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return ledger.WriteXAF(f, a)
}

// writeBooks writes three tables that refer to each other by the number of the journal and the code of the account.
func writeBooks(dir string, all []postgres.Posted) error {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return refused("--csv: %w", err)
	}
	accounts := [][]string{{"account", "book", "name", "type"}}
	for _, e := range ledger.Chart() {
		accounts = append(accounts, []string{string(e.Account), string(e.Account.Book()), e.Name, map[bool]string{true: "balance", false: "profit-and-loss"}[e.Balance]})
	}
	journals := [][]string{{"journal", "book", "value_date", "kind", "key", "reverses", "client", "booked_at"}}
	entries := [][]string{{"journal", "line", "account", "debit", "credit", "claim"}}
	for _, p := range all {
		id := fmt.Sprint(p.ID)
		journals = append(journals, []string{id, string(p.Book), p.On.String(), string(p.Kind), reporting.Inert(p.Key), reporting.Inert(p.Reverses), p.Client, p.At.Format(time.RFC3339)})
		for i, l := range p.Lines {
			debit, credit := l.Cents.String(), "0.00"
			if l.Cents < 0 {
				debit, credit = "0.00", (-l.Cents).String()
			}
			entries = append(entries, []string{id, fmt.Sprint(i + 1), string(l.Account), debit, credit, l.Claim})
		}
	}
	for name, rows := range map[string][][]string{"accounts.csv": accounts, "journals.csv": journals, "entries.csv": entries} {
		if err := writeTable(filepath.Join(dir, name), rows); err != nil {
			return err
		}
	}
	return nil
}

func writeTable(file string, rows [][]string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return refused("--csv: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return csv.NewWriter(f).WriteAll(rows)
}
