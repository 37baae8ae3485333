package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const reverseHelp = `Takes a settlement back: the bank fetched the money (a refund of a direct debit, a storno), a write-off or credit note was a mistake. KEY is that of the
settlement, as "dunning claim show" prints it. It stays in the books with its reversal, and everything is computed as if it had never been; the
difference of today is printed. Money on the trust account is no longer there: a receipt that is of another claim is released instead ("dunning receipt
release"), and one that was divided is taken back whole ("dunning receipts reverse"). A claim that was paid and owes something now is open again and goes on
with its next letter; of a claim that ended otherwise a task is opened. The same reversal twice is once.`

const correctHelp = `Corrects a settlement that was booked wrong: it is reversed and what is right is booked instead, in one step, with one difference. What is not named
stays as it was. Of money on the trust account only the value date can be corrected: the bank says the amount. KEY is that of the settlement, as
"dunning claim show" prints it. The same correction twice is once.`

// takeBackFacts are the commands that take a settlement back.
func takeBackFacts(id string) []fact {
	var made claim.Difference
	show := func(cmd *cobra.Command, _ *postgres.Store, _ postgres.Ref) error {
		return printDifference(cmd.OutOrStdout(), made)
	}
	return []fact{
		{use: "reverse ID KEY", short: "Take a settlement back, as if it had never been", long: reverseHelp, example: "reverse " + id + ` p1 --reason "storno by the bank"`,
			args: 2, flags: reasonFlag, made: show,
			record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) (err error) {
				made, err = takeBack(ctx, cmd, s, ref, args[0], nil)
				return err
			}},
		{use: "correct ID KEY", short: "Correct the amount, value date, kind or credited invoice of a settlement", long: correctHelp,
			example: "correct " + id + ` p1 --amount 250,00 --on DAY --reason "the client read the wrong line"`,
			args:    2, flags: correctFlags, made: show,
			record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
				c, err := readCorrection(cmd)
				if err == nil {
					made, err = takeBack(ctx, cmd, s, ref, args[0], &c)
				}
				return err
			}},
	}
}

func correctFlags(cmd *cobra.Command) {
	reasonFlag(cmd)
	cmd.Flags().String("amount", "", "the right amount (default: as it was)")
	cmd.Flags().String("on", "", "the right value date (default: as it was)")
	cmd.Flags().String("kind", "", fmt.Sprintf("the right kind, one of %v (default: as it was)", besideTrust()))
	cmd.Flags().String("invoice", "", "the right invoice of a credit note (default: as it was)")
	cmd.Flags().String("key", "", "key of the settlement that replaces it (default: KEY~2, after that KEY~3 ...)")
}

func readCorrection(cmd *cobra.Command) (c postgres.Correction, err error) {
	c.Key, c.Kind, c.Invoice = flag(cmd, "key"), claim.SettlementKind(flag(cmd, "kind")), flag(cmd, "invoice")
	if c.Kind != "" && !slices.Contains(besideTrust(), c.Kind) {
		return c, refused("--kind: %q is not one of %v", c.Kind, besideTrust())
	}
	if cmd.Flags().Changed("amount") {
		if c.Amount, err = money.Parse(flag(cmd, "amount")); err != nil {
			return c, refused("--amount: %w", err)
		}
		if c.Amount <= 0 {
			return c, refused("--amount: must be more than 0.00; a settlement that never was is reversed (claim reverse)")
		}
	}
	if cmd.Flags().Changed("on") {
		c.On, err = day(cmd, "on")
	}
	return c, err
}

func takeBack(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, key string, c *postgres.Correction) (claim.Difference, error) {
	if flag(cmd, "reason") == "" {
		return claim.Difference{}, refused("--reason: a settlement is taken back for a reason")
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return claim.Difference{}, err
	}
	if c == nil {
		return s.ReverseSettlement(ctx, ref, key, flag(cmd, "reason"), operator(), shelf.Rules)
	}
	return s.CorrectSettlement(ctx, ref, key, *c, flag(cmd, "reason"), operator(), shelf.Rules)
}

// showReceipt prints what is owed after a receipt, as showSettled does.
func showReceipt(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, receipt string) error {
	key, err := s.SettledAs(cmd.Context(), receipt, ref)
	if err != nil {
		return err
	}
	return showSettled(cmd, s, ref, key)
}

// showSettled prints what is owed after a settlement, and what is to be paid back when that is too much. Of one of an earlier day also the difference that it made.
func showSettled(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, key string) error {
	if err := showMade(cmd, s, ref, key); err != nil {
		return err
	}
	return showOwed(cmd, s, ref)
}

// onToday gives the facts of a claim, its law and the day.
func onToday(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref) (f claim.Facts, tables law.Tables, today calendar.Date, err error) {
	file, err := s.CaseFile(cmd.Context(), ref)
	if err != nil {
		return f, tables, today, err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return f, tables, today, err
	}
	rules, err := shelf.Rules(file.Facts)
	return file.Facts, rules.Tables, calendar.DateOf(operator().At), err
}

// showMade prints the difference that a settlement of an earlier day made: interest that was counted falls away. Nothing of one of today.
func showMade(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, key string) error {
	f, tables, today, err := onToday(cmd, s, ref)
	if err != nil {
		return err
	}
	if settlement, stands := f.Settled(key); !stands || !settlement.On.Before(today) {
		return nil
	}
	made, err := f.Without(key).DifferenceTo(f, tables, today)
	if err != nil {
		return err
	}
	return printDifference(cmd.OutOrStdout(), made)
}

// showOwed prints what is owed, and what is to be paid back when that is too much.
func showOwed(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref) error {
	f, tables, today, err := onToday(cmd, s, ref)
	if err != nil {
		return err
	}
	account, err := f.AccountOn(tables, today)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), owedText(ref.ClaimID, f, account))
	return err
}

// owedText is what is owed, and what is to be paid back when too much was paid.
func owedText(id string, f claim.Facts, account claim.Account) string {
	open := account.Open
	said := fmt.Sprintf("owed on %s: principal %s + interest %s + costs %s = %s\n", account.On, open.Principal, open.Interest, open.Costs, open.Total())
	_, left := trajectory.ToRepay(f.Tasks, account.Surplus)
	if account.Surplus <= 0 || left <= 0 {
		return said
	}
	elsewhere := left
	for _, s := range f.Settlements {
		if s.Kind == claim.PaidToAgency {
			elsewhere -= s.Amount
		}
	}
	refund := fmt.Sprintf("dunning receipts refund --claim %s --reason TEXT", id)
	part, how := postgres.AtTheClient(id, f.Settlements, elsewhere)
	switch {
	case part <= 0:
		return said + fmt.Sprintf("%s too much was paid, and is to be paid back: %s\n", left, refund)
	case part < left:
		how += "; and then, for what is with us: " + refund
	}
	return said + fmt.Sprintf("%s too much was paid, of which %s is at the client, not with us. Right would be that %s\n", left, part, how)
}

// printDifference shows what a change made of what is owed.
func printDifference(w io.Writer, d claim.Difference) error {
	_, err := fmt.Fprintln(w, differenceTable(d, "owed on "+d.On.String(), "before", "after"))
	return err
}

// differenceTable has a row for each part; the surplus when there is one.
func differenceTable(d claim.Difference, header ...any) string {
	t := newTable(append(header, "difference")...)
	for _, p := range d.Changes() {
		if p.Name != "surplus" || p.Before != 0 || p.After != 0 {
			t.AppendRow(table.Row{p.Name, p.Before, p.After, p.Grew()})
		}
	}
	return t.Render()
}

// reversedDetail tells which settlement or information cost was taken back, why, and what is owed since.
func reversedDetail(e postgres.Event) string {
	_, key, _ := strings.Cut(e.Key, ":")
	kind, settled := e.Detail["kind"]
	if !settled {
		kind = "information cost"
	}
	parts := []string{fmt.Sprintf("%v of %v, key %s", kind, e.Detail["amount"], key), fmt.Sprint(e.Detail["reason"])}
	if receipt, released := e.Detail["receipt"]; released {
		parts = append(parts, fmt.Sprintf("receipt %v waits again", receipt))
	}
	if by, corrected := e.Detail["replaced_by"]; corrected {
		parts = append(parts, fmt.Sprintf("replaced by %v", by))
	}
	return strings.Join(append(parts, valueDate(e)...), ", ")
}
