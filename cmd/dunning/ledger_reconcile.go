package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func reconcileCommand() *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use: "reconcile", Short: "Compare the trust account at the bank with the books, entry by entry", Args: cobra.NoArgs,
		Long: `Compares the closing balance of the last statement of the day, or the last one before it, with the trust account in the books (S100) by that value date. A difference is
told with the entries that make it: what the bank has and the books have not, as what waits to be told apart; what the books have and no statement
tells; and what came with a statement that was released although it did not fit, by whom and why. What stood on the account before its first statement is told in a line of its own, and is no difference: nobody here knows whose it
is. A new agency empties the account before the first statement that it imports. The worker does this every night, after it closed the books.

Exit code: 0 when nothing differs; 1 when something does, or a statement of the day or before is held; 2 on wrong usage.`,
		Example: "  dunning ledger reconcile\n  dunning ledger reconcile --on DAY --json",
	}
	cmd.Flags().Var(&on, "on", "the day, inclusive (default: today)")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			day := on.date
			if day.IsZero() {
				day = calendar.DateOf(operator().At)
			}
			r, err := store.Reconcile(cmd.Context(), day)
			if err != nil {
				return err
			}
			if *asJSON {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(r)
			} else {
				err = printReconciled(cmd.OutOrStdout(), r)
			}
			if err == nil {
				err = differs(r)
			}
			return err
		})
	}
	return cmd
}

// differs says what of the bank the books have not: a difference, or statements of which nothing is booked; nil: nothing.
func differs(r postgres.Reconciled) error {
	switch {
	case r.Difference != 0:
		return fmt.Errorf("the bank has %s %s than the books", r.Difference.Abs(), map[bool]string{true: "more", false: "less"}[r.Difference > 0])
	case r.Held > 0:
		return fmt.Errorf("%d statements of %s or before are held, and the balances say nothing of them: dunning claim tasks --kind %s", r.Held, r.On, postgres.StatementTask)
	}
	return nil
}

// heldWords counts the statements that are held as the list of statements does, with those of later days, of which the balances say nothing yet.
func heldWords(r postgres.Reconciled) string {
	words := fmt.Sprintf("%d statements are held", r.Held+r.HeldLater)
	if r.HeldLater > 0 {
		words += fmt.Sprintf(", %d of them to a day after %s", r.HeldLater, r.On)
	}
	return words
}

// jumpWords says why an account stands elsewhere since a statement.
func jumpWords(j postgres.Jump) string {
	if j.By == "" {
		return fmt.Sprintf("nobody released it, for it fitted when it was booked: it opens at %s, and by statements of the days before, of which one at least was booked after it, the account stood at %s", j.Opens, j.Stood)
	}
	return fmt.Sprintf("it came with a statement that %s released: %s", j.By, j.Reason)
}

func printReconciled(w io.Writer, r postgres.Reconciled) error {
	for _, s := range r.Statements {
		_, _ = fmt.Fprintf(w, "%s stood at %s after statement %s to %s\n", s.Account, s.Balance, s.Statement, s.To)
	}
	_, _ = fmt.Fprintf(w, "at the end of %s: bank %s, books (S100) %s, difference %s\n", r.On, r.Bank, r.Books, r.Difference)
	if r.Opening != 0 {
		_, _ = fmt.Fprintf(w, "%s of the bank stood there before the first statement, of which the books have %s as typed of before: the rest is known, in no book, and no difference\n", r.Opening, r.Booked)
	}
	if r.Held+r.HeldLater > 0 {
		_, _ = fmt.Fprintf(w, "%s: dunning statement list\n", heldWords(r))
	}
	var rows []table.Row
	for _, j := range r.Jumps {
		rows = append(rows, table.Row{j.On, "no entry brought it", j.Amount, "0.00", j.Statement, jumpWords(j)})
	}
	for _, e := range r.Entries {
		rows = append(rows, table.Row{e.On, e.What, e.Bank, e.Book, e.Key, e.Why})
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"on", "what", "bank", "books", "key", "why"}, rows, nil))
	return err
}
