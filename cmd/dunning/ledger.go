package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func ledgerCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "ledger", Short: "The books of the trust foundation (S), of the agency (A), and what debtors owe (D)",
		Example: `  dunning ledger close && dunning ledger verify && dunning ledger reconcile
  dunning ledger trial-balance --on DAY
  dunning ledger trace stmt-4`,
	}
	parent.AddCommand(trialBalanceCommand(), journalCommand(), traceCommand(), closeCommand(), verifyCommand(), reconcileCommand(), exportCommand())
	return parent
}

func bookFlag(cmd *cobra.Command) {
	cmd.Flags().String("book", "", "one book only: S (trust), A (agency) or D (debtors)")
}

// bookOf is the book that --book names, or none.
func bookOf(cmd *cobra.Command) (ledger.Book, error) {
	b := ledger.Book(strings.ToUpper(strings.TrimSpace(flag(cmd, "book"))))
	if b != "" && !slices.Contains(ledger.Books(), b) {
		return "", refused("--book: %q is not a book; right would be S, A or D", flag(cmd, "book"))
	}
	return b, nil
}

func trialBalanceCommand() *cobra.Command {
	var on dateFlag
	cmd := &cobra.Command{
		Use: "trial-balance", Short: "What every account was debited and credited, and its balance", Args: cobra.NoArgs,
		Long: `Shows every account that was ever used, by the value dates of its journals. A balance in debit is more than 0.00. Each book adds up to 0.00, and what the trust
account holds (S100) is what the foundation owes to clients, the agency and debtors.`,
		Example: "  dunning ledger trial-balance\n  dunning ledger trial-balance --on DAY --book S --json",
	}
	cmd.Flags().Var(&on, "on", "until and including this value date (default: all)")
	bookFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		book, err := bookOf(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			list, err := store.TrialBalance(cmd.Context(), on.date)
			if err != nil {
				return err
			}
			list = slices.DeleteFunc(list, func(b postgres.Balance) bool {
				return book != "" && b.Account.Book() != book || b.Debit == 0 && b.Credit == 0
			})
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"on": dayOrNull(on.date), "accounts": listOf(list)})
			}
			return printBalances(cmd.OutOrStdout(), list)
		})
	}
	return cmd
}

func dayOrNull(d calendar.Date) *calendar.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

func printBalances(w io.Writer, list []postgres.Balance) error {
	var rows []table.Row
	sums := map[ledger.Book]money.Amount{}
	for _, b := range list {
		rows = append(rows, table.Row{b.Account, b.Name, b.Debit, b.Credit, b.Balance})
		sums[b.Account.Book()] += b.Balance
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(w, "nothing is booked")
		return err
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"account", "name", "debit", "credit", "balance"}, rows, nil))
	for _, book := range ledger.Books() {
		if sum, there := sums[book]; there && err == nil {
			_, err = fmt.Fprintf(w, "book %s adds up to %s\n", book, sum)
		}
	}
	return err
}

func journalCommand() *cobra.Command {
	var from, to dateFlag
	cmd := &cobra.Command{
		Use: "journal", Short: "The journals of a claim, a client or a period", Args: cobra.NoArgs,
		Long:    "Shows journals with their lines, in the order in which they were booked. Days are value dates, and inclusive. A key names the fact: `dunning ledger trace` follows its money.\nWith --claim what its journals have of other claims is one sum (other_claims in --json).",
		Example: "  dunning ledger journal --claim 822e2b4e-6e1e-50e2-8c55-edb38053a024\n  dunning ledger journal --client VBE --from DAY --to DAY --book S --json\n  dunning ledger journal --key receipt:stmt-4",
	}
	cmd.Flags().String("claim", "", "id of a claim")
	cmd.Flags().String("client", "", "code of a client")
	cmd.Flags().String("key", "", "key of a journal")
	cmd.Flags().Var(&from, "from", "first value date")
	cmd.Flags().Var(&to, "to", "last value date")
	bookFlag(cmd)
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		book, err := bookOf(cmd)
		if err != nil {
			return err
		}
		if !from.date.IsZero() && !to.date.IsZero() && to.date.Before(from.date) {
			return refused("--to: %s is before --from %s; right would be that day or a later one", to.date, from.date)
		}
		return withStore(cmd, func(store *postgres.Store) error {
			filter, err := journalFilter(cmd, store)
			if err != nil {
				return err
			}
			filter.Book, filter.From, filter.To = book, from.date, to.date
			list, err := store.Journals(cmd.Context(), filter)
			if err != nil {
				return err
			}
			if key := flag(cmd, "key"); key != "" {
				list = slices.DeleteFunc(list, func(p postgres.Posted) bool { return p.Key != key })
				if len(list) == 0 {
					return refused("--key: no journal that is asked has key %q; right would be one of: dunning ledger journal", key)
				}
			}
			return showJournals(cmd.OutOrStdout(), list, filter.Claim, *asJSON)
		})
	}
	return cmd
}

// journalFilter looks up the claim and the client that are named.
func journalFilter(cmd *cobra.Command, store *postgres.Store) (f postgres.JournalFilter, err error) {
	if id := flag(cmd, "claim"); id != "" {
		ref, err := claimNamed(cmd.Context(), store, id)
		if err != nil {
			return f, fmt.Errorf("--claim: %w", err)
		}
		f.Claim, f.Client = ref.ClaimID, ref.ClientID
	}
	if code := flag(cmd, "client"); code != "" {
		codes, err := store.ClientCodes(cmd.Context())
		if err != nil {
			return f, err
		}
		id, known := codes[code]
		if !known {
			return f, refused("--client: there is no client %q", code)
		}
		if f.Client != "" && f.Client != id {
			return f, refused("--claim: is of another client than %s", code)
		}
		f.Client = id
	}
	return f, nil
}

// shownJournal is a journal as it is shown for one claim: what it has of other claims is one sum for each account.
type shownJournal struct {
	postgres.Posted
	Others []ledger.Line `json:"other_claims,omitempty"`
}

// shownFor are journals as they are shown for a claim; without one, as they are.
func shownFor(list []postgres.Posted, claim string) []shownJournal {
	shown := make([]shownJournal, len(list))
	for i, p := range list {
		shown[i].Posted = p
		if claim == "" {
			continue
		}
		shown[i].Lines = nil
		for _, l := range p.Lines {
			if l.Claim == "" || l.Claim == claim {
				shown[i].Lines = append(shown[i].Lines, l)
				continue
			}
			others := &shown[i].Others
			at := slices.IndexFunc(*others, func(o ledger.Line) bool { return o.Account == l.Account })
			if at < 0 {
				at, *others = len(*others), append(*others, ledger.Line{Account: l.Account})
			}
			(*others)[at].Cents += l.Cents
		}
	}
	return shown
}

func showJournals(w io.Writer, list []postgres.Posted, claim string, asJSON bool) error {
	shown := shownFor(list, claim)
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"journals": shown})
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no journal")
		return err
	}
	var rows []table.Row
	for _, p := range shown {
		head := table.Row{p.Book, p.On, p.Kind, p.Key}
		row := func(l ledger.Line, of string) {
			debit, credit := any(l.Cents), any("")
			if l.Cents < 0 {
				debit, credit = "", -l.Cents
			}
			rows = append(rows, append(head, string(l.Account)+of, debit, credit))
			head = table.Row{"", "", "", ""}
		}
		for _, l := range p.Lines {
			row(l, "")
		}
		for _, l := range p.Others {
			row(l, " of other claims")
		}
	}
	_, err := fmt.Fprintf(w, "%s\n%d journals\n", fitted(widthOf(w), table.Row{"book", "value date", "kind", "key", "account", "debit", "credit"}, rows, nil), len(list))
	return err
}
