package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
)

func statementCommand() *cobra.Command {
	parent := &cobra.Command{Use: "statement", Short: "Statements of the bank: camt.052, camt.053, camt.054 and MT940", Example: "  dunning statement list"}
	parent.AddCommand(statementInspectCommand(), statementImportCommand(), statementListCommand(), statementShowCommand(), statementReleaseCommand(), statementDropCommand(), statementTieCommand())
	return parent
}

func statementInspectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "inspect FILE", Short: "What is in a bank file, and whether it ties",
		Long: `Reads a file of statements, camt.052, camt.053 or camt.054 of any version from .02, or MT940 of a Dutch bank, and says what is in it. The content of
the file decides what it is, not its name. Nothing is stored: it needs no database, no Temporal and no network.

Per statement: the account, the balances it opens and closes with, and number and sum of the entries in and out, booked or not, by the side on which they
are booked. It ties when opening + credits - debits = closing. Payments are the single payments that the bank tells inside its entries.
Then come the problems: what does not tie or looks wrong, by statement and entry, counted from 1.

Exit code: 0 when the file could be read, also when it does not tie; 2 on wrong usage; 3 when it is no statement, is damaged or cut off: the
line and the reason are told, and nothing else.`,
		Example: "  dunning statement inspect var/demo/bank/00001-*\n  dunning statement inspect var/demo/bank/00002-* --json",
		Args:    cobra.ExactArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in, err := inspectStatement(args[0])
		if err != nil {
			return err
		}
		if *asJSON {
			return printJSON(cmd.OutOrStdout(), inspectionFields(in))
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), inspectionText(in, widthOf(cmd.OutOrStdout())))
		return err
	}
	return cmd
}

// inspectStatement reads a file of statements; one that is none is unreadable.
func inspectStatement(path string) (bank.Inspection, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return bank.Inspection{}, unreadable("%w", err)
	}
	in, err := bank.Inspect(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return in, unreadable("%s: %w", path, err)
	}
	return in, nil
}

// inspectionFields is the answer for programs: its fields are fixed.
func inspectionFields(in bank.Inspection) fields {
	statements := make([]fields, len(in.Statements))
	for i, s := range in.Statements {
		statements[i] = fields{
			{"account", s.Account}, {"currency", s.Currency}, {"opening", amountOrNull(s.Opening)}, {"closing", amountOrNull(s.Closing)},
			{"credits", sumFields(s.All.Credits)}, {"debits", sumFields(s.All.Debits)},
			{"entries", s.All.Entries()}, {"transactions", s.All.Itemised}, {"ties", nil},
		}
		if ties, known := s.Ties(s.All); known {
			statements[i][8].value = ties
		}
	}
	problems := make([]fields, 0, len(in.Problems)+1)
	for _, p := range in.Problems {
		told := fields{{"statement", p.Statement}, {"entry", nil}, {"problem", p.Text}}
		if p.Entry > 0 {
			told[1].value = p.Entry
		}
		problems = append(problems, told)
	}
	if in.More > 0 {
		problems = append(problems, fields{{"statement", nil}, {"entry", nil}, {"problem", fmt.Sprintf("%d more problems are not listed", in.More)}})
	}
	return fields{{"format", in.Format}, {"statements", statements}, {"problems", problems}}
}

func sumFields(s bank.Sum) fields {
	return fields{{"count", s.Count}, {"sum", bank.Text(s.Sum)}}
}

func amountOrNull(b *bank.Balance) any {
	if b == nil {
		return nil
	}
	return bank.Text(b.Amount)
}

// inspectionText is the answer for a person.
func inspectionText(in bank.Inspection, width int) string {
	t := newTable("", "account", "opening", "credits", "debits", "closing", "payments", "ties")
	columns := []table.ColumnConfig{{Number: 2, WidthMax: 24}}
	for _, number := range []int{3, 4, 5, 6, 7} {
		columns = append(columns, table.ColumnConfig{Number: number, Align: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	for i, s := range in.Statements {
		t.AppendRow(table.Row{i + 1, s.Account + " " + s.Currency, balanceText(s.Opening), sumText(s.All.Credits), sumText(s.All.Debits),
			balanceText(s.Closing), s.All.Itemised, tiesText(s)})
	}
	out := fmt.Sprintf("%s, statements: %d; number of entries in brackets\n%s\n", in.Format, len(in.Statements), t.Render())
	if len(in.Problems) == 0 {
		return out + "no problems\n"
	}
	rows := make([]table.Row, len(in.Problems))
	for i, p := range in.Problems {
		rows[i] = table.Row{fmt.Sprint(p.Statement), "", p.Text}
		if p.Entry > 0 {
			rows[i][1] = fmt.Sprint(p.Entry)
		}
	}
	out += fitted(width, table.Row{"statement", "entry", "problem"}, rows, nil) + "\n"
	if in.More > 0 {
		out += fmt.Sprintf("%d more problems are not listed\n", in.More)
	}
	return out
}

func balanceText(b *bank.Balance) string {
	if b == nil {
		return "-"
	}
	return bank.Text(b.Amount)
}

func sumText(s bank.Sum) string { return fmt.Sprintf("%s (%d)", bank.Text(s.Sum), s.Count) }

func tiesText(s bank.Statement) string {
	ties, known := s.Ties(s.All)
	switch {
	case !known:
		return "-"
	case ties:
		return "yes"
	}
	difference, _ := s.Difference(s.All)
	if difference.IsZero() { // it opens in one currency and closes in another
		return "no"
	}
	return "no, " + bank.Text(difference)
}
