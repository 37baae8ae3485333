package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func statementImportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import FILE...", Short: "Book bank files: what came in waits as a receipt and finds its claim",
		Long: `Books the statements in bank files (camt.053 or MT940), each in one step, and each entry once: the same file again, one that overlaps, days in another
order or files under another name change nothing that is booked. Each credit becomes a receipt that waits, and the worker finds its claim; batches
are booked by their payments when these add up. A credit that a person typed before ("receipts add") is that receipt when only that one can be meant: of its amount
and account, and at most five days from it. One that may be it (an account is not told) waits in "statement show", and "statement tie" says what it is. camt.052 and camt.054 are read and not booked: they tell what a statement tells.
But for batches of which the statement tells the sum alone: a camt.054 gives the payments, before its statement or after it. After it, a sum that waits is taken back in its own entry, and its payments are receipts
that find their claims. One that was allocated, sent back or kept by then stays as it is: when that is undone, import the camt.054 again. So does one of which it is not certain what the batch is of.

A statement is held, and nothing of it booked, when opening + entries is not closing, or when it does not open where the account stands: then one
before it is missing. It is booked by itself when that comes; a person books it with "dunning statement release", or sets it aside when it is wrong ("statement drop"). One that closes on a day to come
is held too, and is booked in the night of that day, or before with a statement that comes on it. A file with a statement of an account that is not configured (bank.accounts), or
with an amount that cannot be booked in cents, or with a statement of more than 250,000 entries, is refused whole; the other files of the command are imported.
Statements of an account are booked one after the other: an import that waits for another says for whom, and since when.

The examples read the files of the demo ("make demo" leaves them in var/demo/bank), which its own database knows. In another, as that of "dunning dev", they are held: they tell of days to come. Right there are files of your bank.

Exit code: 0 when everything is booked, now or before, or was set aside by a person: so it stays, and the line says by whom and when; 2 when a statement is held or a file is refused, or one of several is no statement; 3 when the only file is none, damaged or cut off.`,
		Example: "  dunning statement import var/demo/bank/00001-*\n  dunning statement import var/demo/bank/*",
		Args:    cobra.MinimumNArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		accounts, err := trustAccounts(cfg)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			all, wrong, err := importFiles(cmd.Context(), store, args, accounts)
			if len(all) > 0 || len(wrong) == 0 && err == nil {
				err = errors.Join(printImported(cmd.OutOrStdout(), all, *asJSON), err)
			}
			if err != nil {
				return err
			}
			return notImported(wrong, len(args), heldIn(all))
		})
	}
	return cmd
}

// trustAccounts are the accounts whose statements are booked.
func trustAccounts(cfg config.Config) (bank.Accounts, error) {
	return bank.ParseAccounts(cfg.Agency.TrustIBAN + "," + cfg.Bank.Accounts)
}

func bankFile(path string, accounts bank.Accounts) postgres.StatementFile {
	open := func() (io.ReadCloser, error) { return os.Open(path) } //nolint:gosec // the operator names the file
	return postgres.StatementFile{Name: filepath.Base(path), Open: open, Accounts: accounts}
}

// importFiles imports what can be, and says of each file that cannot be why. It fails, and imports no more, only when the database does.
func importFiles(ctx context.Context, store *postgres.Store, paths []string, accounts bank.Accounts) (all []postgres.Imported, wrong []error, err error) {
	all = []postgres.Imported{}
	for _, path := range paths {
		done, err := store.ImportStatements(ctx, bankFile(path, accounts), operator())
		all = append(all, done...)
		if err == nil {
			continue
		}
		var file *exitError
		if err = importRefused(path, err); !errors.As(err, &file) {
			return all, wrong, err
		}
		wrong = append(wrong, err)
	}
	return all, wrong, nil
}

// notImported tells of the files that were refused, after all others were imported, and of the statements that are held.
func notImported(wrong []error, files int, held error) error {
	switch {
	case len(wrong) == 0:
		return held
	case files == 1:
		return wrong[0]
	}
	return refused("%d of %d files are refused, and nothing of them is booked; the others are imported:\n%w", len(wrong), files, errors.Join(append(wrong, held)...))
}

// importRefused gives an error of an import its exit code.
func importRefused(path string, err error) error {
	var unread *bank.UnreadableError
	var not *bank.NotBookableError
	var missing *os.PathError
	switch {
	case errors.As(err, &unread):
		return unreadable("%s: %w", path, err)
	case errors.As(err, &not):
		return refused("%s: %w", path, err)
	case errors.As(err, &missing):
		return unreadable("%w", err)
	}
	return fmt.Errorf("import %s: %w", path, err)
}

func heldIn(all []postgres.Imported) error {
	held := 0
	for _, s := range all {
		if s.State == postgres.StatementHeld {
			held++
		}
	}
	if held == 0 {
		return nil
	}
	return refused("%d of %d statements are held and nothing of them is booked; right would be the statement that is missing, the day on which it closes, or: dunning statement release KEY --reason TEXT; of one that is wrong: dunning statement drop KEY --reason TEXT", held, len(all))
}

func printImported(w io.Writer, all []postgres.Imported, asJSON bool) error {
	if asJSON {
		return printJSON(w, fields{{"statements", all}})
	}
	rows := make([]table.Row, len(all))
	for i, s := range all {
		became := string(s.State)
		switch {
		case s.Left:
			became = "not booked: " + s.Format + " tells what a statement tells"
			if s.Batches > 0 {
				became += fmt.Sprintf("; the payments of %d batches are kept for it", s.Batches)
			}
			for _, sum := range s.AsOne {
				became += "; " + asOneText(sum)
			}
		case s.Again && s.State == postgres.StatementDropped:
			became += fmt.Sprintf(" (imported before; nothing of it is booked: dunning statement release %s books it after all)", s.Key)
		case s.Again:
			became += " (imported before; nothing changed)"
		case s.BookedBefore > 0 && s.State == postgres.StatementBooked:
			became += fmt.Sprintf(" (%d entries were booked before)", s.BookedBefore)
		}
		if s.Waiting > 0 {
			became += fmt.Sprintf("; lines that wait for a person: %d (dunning statement show %s)", s.Waiting, s.Key)
		}
		rows[i] = table.Row{s.Key, s.Account, s.To, s.Entries, became, heldText(s.Statement)}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"key", "account", "to", "entries", "state", "held for"}, rows, nil))
	return err
}

// asOneText says what became of a sum whose payments the bank told after its statement, and what a person does with it.
func asOneText(s postgres.Sum) string {
	const shown = 10
	switch {
	case s.Apart:
		return fmt.Sprintf("%s was booked as one sum; it is taken back, and its %d payments are receipts of their own", s.Receipt, len(s.Payments))
	case !s.Waits:
		return fmt.Sprintf("%s is booked as one sum, and does not wait any more (dunning ledger trace %s): its %d payments change nothing. If it should not have been allocated or sent back: dunning receipts release %s CLAIM, or dunning receipts refund %s --decline, and import this file again",
			s.Receipt, s.Receipt, len(s.Payments), s.Receipt, s.Receipt)
	}
	split := ""
	for _, amount := range s.Payments[:min(len(s.Payments), shown)] {
		split += fmt.Sprintf(" CLAIM=%s", amount)
	}
	if len(s.Payments) > shown {
		split += " ..."
	}
	return fmt.Sprintf("%s is booked as one sum, and is not told apart: another batch or another sum is alike, so that it is not certain that these are its %d payments (dunning statement inspect FILE). When all are for claims of one client on one debtor: dunning receipts split %s%s",
		s.Receipt, len(s.Payments), s.Receipt, split)
}

func heldText(s postgres.Statement) string {
	before := "" // a release after it was set aside
	if s.DroppedBy != "" {
		before = fmt.Sprintf("; set aside before, on %s by %s: %s", s.DroppedOn, s.DroppedBy, s.DroppedReason)
	}
	switch {
	case s.State == postgres.StatementDropped:
		return fmt.Sprintf("set aside on %s by %s: %s", s.DroppedOn, s.DroppedBy, s.DroppedReason)
	case s.State == postgres.StatementHeld && s.Difference != 0:
		return fmt.Sprintf("a difference of %s: %s", s.Difference, s.HeldFor)
	case s.State == postgres.StatementHeld:
		return s.HeldFor
	case s.ReleasedBy != "" && s.Difference != 0:
		return fmt.Sprintf("released by %s: %s (a difference of %s)%s", s.ReleasedBy, s.ReleasedReason, s.Difference, before)
	case s.ReleasedBy != "":
		return fmt.Sprintf("released by %s: %s%s", s.ReleasedBy, s.ReleasedReason, before)
	}
	return ""
}

func statementListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "Statements that were imported, the newest first, and all that are held",
		Long: `Lists the newest statements, and all that are held with the difference. "waiting" counts the lines of which nobody knows yet what they are: money out
that is no fee, no payment back and no payout that is known, and money in that may be a receipt that was typed. Receipts that wait for their claim are in "dunning receipts queue".`,
		Example: "  dunning statement list\n  dunning statement list --most 100",
		Args:    cobra.NoArgs,
	}
	most := cmd.Flags().Int("most", 20, "how many of those that are not held")
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *most < 1 {
			return refused("--most: %d is too few; right would be 1 or more", *most)
		}
		return withStore(cmd, func(store *postgres.Store) error {
			all, err := store.Statements(cmd.Context(), *most)
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			if *asJSON {
				return printJSON(w, fields{{"statements", all}})
			}
			rows := make([]table.Row, len(all))
			for i, s := range all {
				rows[i] = table.Row{s.Key, s.Account, s.To, amountText(s.Closing), s.Entries, s.State, s.Waiting, heldText(s)}
			}
			_, err = fmt.Fprintln(w, fitted(widthOf(w), table.Row{"key", "account", "to", "closing", "entries", "state", "waiting", "held for"}, rows, nil))
			return err
		})
	}
	return cmd
}

func amountText(a *money.Amount) string {
	if a == nil {
		return "-"
	}
	return a.String()
}

func statementShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show KEY", Short: "A statement with its lines and what became of each",
		Long: `Shows a statement that was imported: its balances, and every line with what it is and of what it was booked: the payout that it pays or gives back, or the receipt that it
takes back. What names a payout and does not fit it is told below. A line without a key is not booked, or was booked by another statement.`,
		Example: "  dunning statement show KEY",
		Args:    cobra.ExactArgs(1),
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			s, lines, err := store.StatementLines(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if *asJSON {
				return printJSON(cmd.OutOrStdout(), fields{{"statement", s}, {"lines", lines}})
			}
			return printStatement(cmd.OutOrStdout(), s, lines)
		})
	}
	return cmd
}

func printStatement(w io.Writer, s postgres.Statement, lines []postgres.StatementLine) error {
	rows := make([]table.Row, len(lines))
	for i, l := range lines {
		amount := l.Amount
		if l.Direction == bank.Debit {
			amount = -amount
		}
		kind := string(l.Kind)
		if l.Reason != "" {
			kind += " " + l.Reason
		}
		rows[i] = table.Row{fmt.Sprintf("%d.%d", l.Entry, l.Part), l.On, amount, kind, l.Name, l.Remittance, lineOf(l), l.Key}
	}
	_, err := fmt.Fprintf(w, "%s %s of %s to %s, %s: opening %s, closing %s, %d entries, %d booked before, from %s\n", s.Format, s.Key, s.Account, s.To, s.State, amountText(s.Opening), amountText(s.Closing),
		s.Entries, s.BookedBefore, s.File)
	if why := heldText(s); err == nil && why != "" {
		_, err = fmt.Fprintln(w, why)
	}
	if err == nil {
		_, err = fmt.Fprintln(w, fitted(widthOf(w), table.Row{"entry", "booked on", "amount", "kind", "name", "remittance", "of", "key"}, rows, nil))
	}
	for _, l := range lines {
		if err == nil && l.Problem != "" {
			_, err = fmt.Fprintf(w, "%d.%d: %s\n", l.Entry, l.Part, l.Problem)
		}
		if err == nil && l.TiedBy != "" {
			_, err = fmt.Fprintf(w, "%d.%d: of receipt %s, says %s: %s\n", l.Entry, l.Part, l.Receipt, l.TiedBy, l.TiedReason)
		}
		if err == nil {
			_, err = fmt.Fprint(w, saidText(l))
		}
	}
	return err
}

// saidText tells who says what the bank charged by a line, and whether another must say the same.
func saidText(l postgres.StatementLine) string {
	text := ""
	for _, said := range saidOf(l) {
		text += fmt.Sprintf("%d.%d: %s\n", l.Entry, l.Part, said)
	}
	return text
}

// saidOf is the same, a sentence for each person.
func saidOf(l postgres.StatementLine) []string {
	all := make([]string, len(l.Said))
	for i, c := range l.Said {
		all[i] = saidWords(l, c)
	}
	return all
}

func saidWords(l postgres.StatementLine, c postgres.ChargeSaid) string {
	open := l.Receipt == "" && l.Payout == "" && l.Kind != bank.LineFee
	switch {
	case c.None && open:
		return fmt.Sprintf("%s says that the bank did not charge %s with it after all: %s", c.By, c.Amount, c.Reason)
	case c.None:
		return fmt.Sprintf("%s says that the bank did not charge %s with it: %s; it waits again when another person who may approve says the same", c.By, c.Amount, c.Reason)
	case open:
		return fmt.Sprintf("%s says that the bank charged %s with %s: %s; it is booked when another person who may approve says the same", c.By, c.Amount, c.Original, c.Reason)
	}
	return fmt.Sprintf("%s says that the bank charged %s with %s: %s", c.By, c.Amount, c.Original, c.Reason)
}

// lineOf is what a line was booked of: the payout, or another receipt than itself.
func lineOf(l postgres.StatementLine) string {
	switch {
	case l.Problem != "":
		return "see below"
	case l.Receipt != "" && l.Receipt != l.Key:
		return l.Receipt
	}
	return l.Payout
}

func statementReleaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "release KEY", Short: "Book a held statement although it does not fit",
		Long: `Books a statement that is held, because a person knows why it does not fit. Entries that another statement booked are not booked again, unless all of them
were: then those without the bank's own reference are booked as others that look the same. With the bank's reference an entry is never booked twice.

From then on the account stands at its closing balance, and the next statement must open there. Where nothing of it is new (known: a wrong statement that the bank told again
rightly), or one that comes after it is booked, the account stands where it stood. One that was set aside ("statement drop") can be released too; one that is wrong is set aside, not released.`,
		Example: `  dunning statement release KEY --reason "the bank sent no statement of 30 November: nothing moved"`,
		Args:    cobra.ExactArgs(1),
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: a statement is released for a reason")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			if err := store.ReleaseStatement(cmd.Context(), args[0], flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			s, _, err := store.StatementLines(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %d entries, %d of them booked before, %d new\n", s.State, s.Entries, s.BookedBefore, s.Entries-s.BookedBefore)
			return err
		})
	}
	return cmd
}
