package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func payoutCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "payout", Short: "Money that leaves the trust account: to clients, back to debtors, and the agency's own part",
		Long: `A payout is computed of the books, approved by two different persons, written to one file for the bank, and followed until the statement has it. What was
approved cannot be changed: it is withdrawn, and proposed anew. Nothing is ever sent again by itself.`,
		Example: `  dunning payout propose
  dunning payout show ID
  dunning payout approve ID --by "A. de Vries"
  dunning payout approve ID --by "B. Bakker"
  dunning payout file ID --out payout.xml
  dunning payout status --pain002 report.xml`,
	}
	parent.AddCommand(payoutProposeCommand(), payoutListCommand(), payoutShowCommand(), payoutApproveCommand(), payoutWithdrawCommand(), payoutLostCommand(), payoutRefusedCommand(), payoutFileCommand(), payoutStatusCommand(),
		payoutBookCommand(), payoutSpecificationCommand(), approverCommand())
	return parent
}

func jsonFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("json", false, "print one JSON object")
}

func refundTerm(cfg config.Config) settlement.RefundTerm {
	return settlement.RefundTerm{Weeks: cfg.Debit.RefundWeeks, TargetDays: cfg.Debit.RefundTargetDays}
}

// proposingOf is the payout of a day as the configuration has it: of those clients whose plan names the day.
func proposingOf(cfg config.Config, plans agreement.Plans, on calendar.Date) postgres.Proposing {
	return postgres.Proposing{
		On: on, Plans: plans.Paying(), Refund: refundTerm(cfg), From: bank.Party{Name: cfg.Agency.TrustName, Account: cfg.Agency.TrustIBAN}, Agency: bank.Party{Name: cfg.Agency.Name, Account: cfg.Payout.AgencyIBAN},
	}
}

func payoutProposeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "propose", Short: "Compute what clients and the agency are to be paid, for two persons to approve", Args: cobra.NoArgs,
		Long: `Computes of the books, claim by claim, what each client is to be paid: what came in, except direct debits that can still be fetched back, less what it got before
and a bank took back since, and less its open invoices where its plan sets them off (netting). Without a flag it is for the clients whose plan names the day (payout_days), and only from payout_minimum; --all is for all, --client
for one, whatever the day. With payout.agency_iban the agency's own part is paid too, less what clients are still to be paid back of invoices. Refunds that were approved ("dunning receipts refund") go in every payout
that is not for one client, to the account that the money came from. With --on it is proposed for a later day: "payout file" is refused before that day as long
as something of it can still be fetched back, or its account may not be paid on yet. The receipts that a person typed and no statement brought are named, with how much of the payout rests on them at most: their money is
there on that person's word alone. It says too what left the trust account and nothing explains, and whether "payout file" would be refused now because too little would be left there for others (outlook in --json). Nothing leaves yet. The same day is proposed once: again it shows the payout of before, and says so (existed in --json).
The worker proposes by itself, every morning.`,
		Example: "  dunning payout propose\n  dunning payout propose --all --on DAY\n  dunning payout propose --client VBE --json",
	}
	cmd.Flags().String("on", "", "day as of which it is computed and before which it is not paid (default: today)")
	cmd.Flags().String("client", "", "code of one client")
	all := cmd.Flags().Bool("all", false, "all clients, whatever the day")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		if today := calendar.DateOf(operator().At); on.Before(today) {
			return refused("--on: %s is over; right would be %s or later", on, today)
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		plans, err := readPlans(cfg.Agreement.PlansDir)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			p := proposingOf(cfg, plans, on)
			p.All = *all
			if p.ClientID, err = clientNamed(cmd, store); err != nil {
				return err
			}
			return propose(cmd, store, p, *asJSON)
		})
	}
	return cmd
}

func propose(cmd *cobra.Command, store *postgres.Store, p postgres.Proposing, asJSON bool) error {
	by := operator()
	payout, left, err := store.ProposePayout(cmd.Context(), p, by)
	if err != nil {
		return err
	}
	known, err := before(cmd.Context(), store, payout, by)
	if err != nil {
		return err
	}
	if asJSON {
		return encodeProposal(cmd, store, payout, left, known != nil)
	}
	return showProposal(cmd, store, payout, left, known)
}

// before is a payout that was there before it was proposed now; nil: it was not.
func before(ctx context.Context, store *postgres.Store, p settlement.Payout, by postgres.Actor) (*postgres.PayoutFile, error) {
	if p.ID == "" {
		return nil, nil
	}
	f, err := store.Payout(ctx, p.ID)
	if err != nil || !f.ProposedAt.Before(by.At.Truncate(time.Microsecond)) { // as exact as the database keeps it
		return nil, err
	}
	return &f, nil
}

// proposedText says which payout of which pay day it is, and that it was there before (known).
func proposedText(p settlement.Payout, known *postgres.PayoutFile) string {
	if known == nil {
		return fmt.Sprintf("proposed: payout %s of pay day %s\n", p.ID, p.On)
	}
	said := fmt.Sprintf("payout %s of pay day %s was proposed before, by %s at %s: nothing is computed anew", p.ID, p.On, known.ProposedBy, minute(known.ProposedAt))
	if p.Lines[0].Status == settlement.PayoutProposed {
		said += fmt.Sprintf("; for that: dunning payout withdraw %s --reason \"...\", and propose", p.ID)
	}
	return said + "\n"
}

// standing names the payouts that are proposed and not sent, whose money another day does not take: of one client (code), or of all.
func standing(ctx context.Context, store *postgres.Store, code string) (string, error) {
	list, err := store.Payouts(ctx, calendar.DateOf(operator().At))
	said := ""
	for _, p := range list {
		if p.Statuses[settlement.PayoutProposed] > 0 && (code == "" || strings.Count(p.ID, "-") == 1 || strings.HasSuffix(p.ID, "-"+code)) {
			said += fmt.Sprintf("payout %s of pay day %s is proposed, and what it pays is taken: dunning payout show %s\n", p.ID, p.On, p.ID)
		}
	}
	return said, err
}

func encodeProposal(cmd *cobra.Command, store *postgres.Store, p settlement.Payout, left []postgres.NotPaid, known bool) error {
	typed, err := readTyped(cmd.Context(), store, p.ID)
	if err != nil {
		return err
	}
	outlook, err := outlookOf(cmd.Context(), store, p.ID)
	if err != nil {
		return err
	}
	return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"payout": orNull(p), "left_out": listOf(left), "typed": typed, "outlook": outlook, "existed": known})
}

// orNull is no payout when it has no id.
func orNull(p settlement.Payout) *settlement.Payout {
	if p.ID == "" {
		return nil
	}
	return &p
}

// clientNamed is the id of the client that --client names; empty when it names none.
func clientNamed(cmd *cobra.Command, store *postgres.Store) (string, error) {
	code := strings.ToUpper(strings.TrimSpace(flag(cmd, "client")))
	if code == "" {
		return "", nil
	}
	codes, err := store.ClientCodes(cmd.Context())
	if err != nil {
		return "", err
	}
	id, known := codes[code]
	if !known {
		return "", refused("--client: there is no client %q", code)
	}
	return id, nil
}

func showProposal(cmd *cobra.Command, store *postgres.Store, p settlement.Payout, left []postgres.NotPaid, known *postgres.PayoutFile) error {
	w := cmd.OutOrStdout()
	if p.ID == "" {
		said, err := standing(cmd.Context(), store, strings.ToUpper(strings.TrimSpace(flag(cmd, "client"))))
		if err != nil {
			return err
		}
		_, _ = fmt.Fprint(w, "nobody is to be paid now\n"+said)
	} else {
		_, _ = fmt.Fprint(w, proposedText(p, known))
		if err := printPayout(cmd.Context(), w, store, p); err != nil {
			return err
		}
	}
	for _, n := range left {
		whom := "client " + n.Client
		if n.Refund != "" {
			whom = "refund " + n.Refund
		}
		_, _ = fmt.Fprintf(w, "left out: %s: %s\n", whom, n.Why)
	}
	if p.ID != "" {
		if err := printUnsure(cmd.Context(), w, store, p.ID); err != nil {
			return err
		}
	}
	if p.ID != "" && p.Lines[0].Status == settlement.PayoutProposed {
		_, _ = fmt.Fprintf(w, "two persons approve it: dunning payout approve %s --by NAME\n", p.ID)
	}
	return nil
}

// printPayout prints the lines of a payout and its hash.
func printPayout(ctx context.Context, w io.Writer, store *postgres.Store, p settlement.Payout) error {
	codes, err := codesByID(ctx, store)
	if err != nil {
		return err
	}
	rows := make([]table.Row, len(p.Lines))
	for i, l := range p.Lines {
		whom := codes[l.ClientID]
		switch l.Kind {
		case settlement.PayoutOfFees:
			whom = "agency"
		case settlement.PayoutOfRefund:
			whom = strings.TrimSpace("debtor " + whom)
		case settlement.PayoutToClient:
		}
		rows[i] = table.Row{l.Nr, whom, l.Name, bank.FormatIBAN(l.IBAN), l.Cents, keptBack(l), l.Status}
	}
	_, err = fmt.Fprintf(w, "payout %s as of %s, out of %s\n%s\nhash %s\n", p.ID, p.On, bank.FormatIBAN(p.From.Account),
		fitted(widthOf(w), table.Row{"line", "whom", "name", "account", "amount", "kept back", "status"}, rows, table.Row{"", "", "", "", p.Sum(), "", ""}), p.Hash)
	return err
}

// keptBack is what a line keeps back of what its client was to be paid, and beside it what it pays of what the client has to its credit.
func keptBack(l settlement.PayoutLine) string {
	kept, credit := (l.Clawed + l.SetOff + l.Credit()).String(), l.Credit()
	if credit > 0 {
		kept += fmt.Sprintf(", %s repaid", credit)
	}
	return kept
}

func codesByID(ctx context.Context, store *postgres.Store) (map[string]string, error) {
	ids, err := store.ClientCodes(ctx)
	codes := map[string]string{}
	for code, id := range ids {
		codes[id] = code
	}
	return codes, err
}

func payoutListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "Payouts, the newest first, and which of them are late", Args: cobra.NoArgs,
		Long:    "Lists payouts with where their lines stand. Late is one that the bank neither booked nor refused in two TARGET days: ask the bank, it is never sent again by itself.",
		Example: "  dunning payout list\n  dunning payout list --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			list, err := store.Payouts(cmd.Context(), calendar.DateOf(operator().At))
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"payouts": listOf(list)})
			}
			return printPayouts(cmd.OutOrStdout(), list)
		})
	}
	return cmd
}

// standText says how many lines of a payout stand where.
func standText(counts map[settlement.PayoutStatus]int) string {
	var words []string
	for _, s := range settlement.PayoutStatuses() {
		if n := counts[s]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, s))
		}
	}
	return strings.Join(words, ", ")
}

func printPayouts(w io.Writer, list []postgres.PayoutSummary) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "no payout")
		return err
	}
	rows := make([]table.Row, len(list))
	for i, p := range list {
		paid, late := "", ""
		if !p.PaysOn.IsZero() {
			paid = p.PaysOn.String()
		}
		if p.Late {
			late = "LATE: ask the bank"
		}
		rows[i] = table.Row{p.ID, p.On, paid, p.Sum, fmt.Sprintf("%d of %d", min(p.Approved, postgres.Approvals), postgres.Approvals), standText(p.Statuses), late}
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"payout", "as of", "paid on", "amount", "approved", "lines", ""}, rows, nil))
	return err
}

func payoutShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show ID", Short: "A payout line by line: whom it pays what, who approved it, and what became of it", Args: cobra.ExactArgs(1),
		Example: "  dunning payout show ID\n  dunning payout show ID --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			f, err := store.Payout(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			kept, err := store.KeptOfPayout(cmd.Context(), f.ID)
			if err != nil {
				return err
			}
			if *asJSON {
				typed, err := readTyped(cmd.Context(), store, f.ID)
				if err != nil {
					return err
				}
				outlook, err := outlookOf(cmd.Context(), store, f.ID)
				if err != nil {
					return err
				}
				return json.NewEncoder(cmd.OutOrStdout()).Encode(shownPayout{f, typed, outlook, listOf(kept)})
			}
			if err := printPayout(cmd.Context(), cmd.OutOrStdout(), store, f.Payout); err != nil {
				return err
			}
			if err := printUnsure(cmd.Context(), cmd.OutOrStdout(), store, f.ID); err != nil {
				return err
			}
			for _, k := range kept {
				text := "the bank kept %s of %s, which came back by entry %s: the agency bears it\n"
				if k.OnTop {
					text = "the bank charged %s on top of %s by entry %s: the agency bears it\n"
				}
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), text, k.Amount, k.EndToEndID, k.Entry)
			}
			return showHistory(cmd.OutOrStdout(), f)
		})
	}
	return cmd
}

// shownPayout is a payout, for programs.
type shownPayout struct {
	postgres.PayoutFile
	Typed   typed                 `json:"typed"`
	Outlook postgres.Outlook      `json:"outlook"` // what its file would rest on, and whether it would be refused
	Kept    []postgres.PayoutKept `json:"kept"`    // by the bank, of what came back
}

// minute is an instant as a Dutch clock shows it.
func minute(t time.Time) string { return t.In(calendar.Amsterdam).Format("2006-01-02 15:04") }

func showHistory(w io.Writer, f postgres.PayoutFile) error {
	_, _ = fmt.Fprintf(w, "proposed by %s at %s\n", f.ProposedBy, minute(f.ProposedAt))
	for _, a := range f.Approvals {
		_, _ = fmt.Fprintf(w, "approved by %s at %s\n", a.Name, minute(a.At))
	}
	if n := len(f.Approvals); n > 0 && f.Lines[0].Status == settlement.PayoutProposed { // two words that stood apart while one of both might not approve are one too few
		_, _ = fmt.Fprintf(w, "that is %d of %d persons: its lines stay proposed until another word: dunning payout approve %s --by NAME\n", min(n, postgres.Approvals-1), postgres.Approvals, f.ID)
	}
	var rows []table.Row
	for _, l := range f.Lines {
		for _, s := range f.Steps[l.Nr][1:] {
			rows = append(rows, table.Row{l.EndToEndID, s.Status, minute(s.At), s.Actor, strings.TrimSpace(s.Evidence + " " + s.Reason)})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"line", "is", "since", "by", "known by"}, rows, nil))
	return err
}
