package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func traceCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "trace KEY", Short: "Follow every cent, from the bank entry to the line of the payout and back", Args: cobra.ExactArgs(1),
		Long: `Follows money through the books, to both sides of whatever has the key: a bank entry of the trust account (of a batch: a payment, or all by its key without the last number; or by the bank's own reference of it), a claim
(by its id or whatever else names it: the dossier number, a reference, the number of an invoice), a payout or a line of it, a refund, an invoice or credit
note, a direct debit or a run of them, what a client paid on the agency's own account, a settlement of a claim, or any journal of "dunning ledger journal".

It tells where the money came from, back to the bank entries, and where it went: to the client and to the agency, to the line of the payout and the bank entry that
paid it, off invoices, back to who paid. The ends of each side add up to the cent. What is still here is an end with its account, and so is what left twice and is
missing, until other money makes up for it. Of one account what came first goes first; what was taken back of a claim is the money of the payment that was taken back.`,
		Example: "  dunning ledger trace stmt-4\n  dunning ledger trace VBE-041\n  dunning ledger trace NUMBER --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			trace, err := traceOf(cmd.Context(), store, strings.TrimSpace(args[0]))
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(trace)
			}
			return printTrace(cmd.OutOrStdout(), widthOf(cmd.OutOrStdout()), trace)
		})
	}
	return cmd
}

// traceOf traces what has the key in the books, or else the claim that it names: a letter has no id of it.
func traceOf(ctx context.Context, store *postgres.Store, key string) (postgres.Trace, error) {
	trace, unknown := store.Trace(ctx, key)
	if !errors.Is(unknown, postgres.ErrNotFound) {
		return trace, unknown
	}
	ref, err := claimNamed(ctx, store, key)
	if errors.Is(err, postgres.ErrNotFound) {
		return trace, fmt.Errorf("%w, and names no claim; right would be a key of dunning ledger journal, statement show or payout show, or of a claim %s", unknown, namesOfClaim)
	}
	if err != nil {
		return trace, err
	}
	return store.Trace(ctx, ref.ClaimID)
}

func printTrace(w io.Writer, width int, trace postgres.Trace) error {
	tree := moneyTree{width: width, amount: longestAmount(slices.Concat([]postgres.TraceStep{{Amount: trace.Amount}}, trace.From, trace.To, trace.Beside))}
	_, _ = fmt.Fprintf(&tree.out, "%s: %s\n", trace.Key, trace.What)
	tree.line("", "", postgres.TraceStep{Amount: trace.Amount, On: trace.On, What: "in all"})
	for _, side := range []struct {
		head  string
		steps []postgres.TraceStep
	}{{"where it came from", trace.From}, {"where it went", trace.To}, {"settled beside the trust account", trace.Beside}} {
		if len(side.steps) > 0 {
			_, _ = fmt.Fprintf(&tree.out, "\n%s\n", side.head)
			tree.steps("", side.steps)
		}
	}
	_, err := io.WriteString(w, tree.out.String())
	return err
}

// moneyTree writes steps below each other: the amount, the day, and behind the branches what it is.
type moneyTree struct {
	out           strings.Builder
	width, amount int // of a line, and of the amounts
}

func (t *moneyTree) steps(indent string, steps []postgres.TraceStep) {
	for i, s := range steps {
		branch, below := "├─ ", "│  "
		if i == len(steps)-1 {
			branch, below = "└─ ", "   "
		}
		t.line(indent+branch, indent+below, s)
		t.steps(indent+below, s.Steps)
	}
}

// line writes one step; what does not fit goes on in the next line, under its beginning.
func (t *moneyTree) line(branch, below string, s postgres.TraceStep) {
	amount, day := s.Amount.String(), dayOrBlank(s.On)
	room := max(t.width-t.amount-len(day)-4-text.RuneWidthWithoutEscSequences(branch), leastColumn)
	for i, part := range strings.Split(text.WrapSoft(s.What, room), "\n") {
		if i > 0 {
			amount, day, branch = "", strings.Repeat(" ", len(day)), below
		}
		_, _ = fmt.Fprintf(&t.out, "%s\n", strings.TrimRight(fmt.Sprintf("%*s  %s  %s%s", t.amount, amount, day, branch, part), " "))
	}
}

func longestAmount(steps []postgres.TraceStep) (long int) {
	for _, s := range steps {
		long = max(long, len(s.Amount.String()), longestAmount(s.Steps))
	}
	return long
}

func dayOrBlank(d calendar.Date) string {
	if d.IsZero() {
		return strings.Repeat(" ", len("2026-12-31"))
	}
	return d.String()
}
