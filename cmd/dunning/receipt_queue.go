package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptQueueCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "queue", Short: "Receipts that wait for their claim, oldest first, with what was found and why", Args: cobra.NoArgs,
		Long: `Lists the receipts that wait until a person says whose they are, with their age in working days since their value date, and by how many that is over the
term of the agency (bank.queue_days). Where matching found likely claims it shows the likeliest, what
speaks for it (each thing seen, and where), by which rule, and why that is no proof. --all shows the runner-up too. No letter leaves to a debtor
whose receipt may be among them.

"receipts assign" gives a receipt to a claim and "receipts split" to several; "receipts reject" says that it is not of the claim that is suggested, and
"receipts refund" that it goes back to who paid it.`,
		Example: "  dunning receipts queue\n  dunning receipts assign stmt-4 822e2b4e-6e1e-50e2-8c55-edb38053a024",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	all := cmd.Flags().Bool("all", false, "show the runner-up too, and why it is not it")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			waiting, err := store.WaitingReceipts(cmd.Context())
			if err != nil {
				return err
			}
			lines, err := store.WaitingLines(cmd.Context())
			if err != nil {
				return err
			}
			q := queue{waiting, lines, calendar.DateOf(operator().At), cfg.Bank.QueueDays}
			if *asJSON {
				return printJSON(cmd.OutOrStdout(), fields{{"receipts", q.fields()}})
			}
			return q.print(cmd.OutOrStdout(), *all)
		})
	}
	return cmd
}

// queue is the receipts that wait on a day. The term is in working days after the value date.
type queue struct {
	waiting []postgres.Waiting
	lines   []postgres.WaitingLine // of statements, that wait too
	today   calendar.Date
	term    int
}

// queued is a receipt that waits, for programs.
type queued struct {
	postgres.Receipt
	Age         int             `json:"age_days"`
	WorkingDays int             `json:"age_working_days"`
	Over        int             `json:"working_days_over_term"`    // 0: within it
	Blocked     string          `json:"account_blocked,omitempty"` // why
	Called      string          `json:"bank_calls_it,omitempty"`   // what the bank calls it, when that is no receipt
	Match       *postgres.Match `json:"match"`                     // null: nothing was looked for yet
	// TakenBackBy is the lines of statements that name it, or of which persons say that they take it back, and that wait.
	TakenBackBy []postgres.WaitingLine `json:"taken_back_by,omitempty"`
	Said        []postgres.ChargeSaid  `json:"said,omitempty"` // that it came back of a payout, by one of the two who must
}

func (q queue) fields() []queued {
	all := make([]queued, len(q.waiting))
	for i, w := range q.waiting {
		age := q.today.WorkingDaysSince(w.Payment.On)
		all[i] = queued{receiptOf(w), q.today.DaysSince(w.Payment.On), age, max(age-q.term, 0), w.Blocked, w.Called, w.Match, nil, w.Said}
		for _, l := range q.lines {
			if slices.Contains(l.Originals, w.Key) {
				all[i].TakenBackBy = append(all[i].TakenBackBy, l)
			}
		}
	}
	return all
}

func receiptOf(w postgres.Waiting) postgres.Receipt {
	p := w.Payment
	return postgres.Receipt{Key: w.Key, Amount: p.Amount, On: p.On, IBAN: p.IBAN, Payer: p.Payer, Remittance: strings.TrimSpace(p.Structured + " " + p.Text)}
}

func (q queue) print(w io.Writer, all bool) error {
	rows := make([]table.Row, len(q.waiting))
	var total money.Amount
	late := 0
	for i, r := range q.fields() {
		rows[i] = table.Row{r.Key, r.On, r.ageText(), r.Amount, strings.TrimSpace(r.Payer + " " + r.IBAN), r.Remittance, r.blockText() + r.backText() + foundText(r.Match, all)}
		total += r.Amount
		late += min(r.Over, 1)
	}
	if _, err := fmt.Fprintf(w, "%s\n%d receipts wait, %s together; %d are over the term of %d working days\n",
		fitted(widthOf(w), table.Row{"key", "date", "working days", "amount", "from", "remittance", "found"}, rows, nil), len(q.waiting), total, late, q.term); err != nil || len(q.lines) == 0 {
		return err
	}
	_, err := fmt.Fprintf(w, "%d lines of statements wait until somebody says what they are: dunning claim tasks --kind %s\n", len(q.lines), postgres.LineTask)
	return err
}

func (r queued) ageText() string {
	if r.Over == 0 {
		return strconv.Itoa(r.WorkingDays)
	}
	return fmt.Sprintf("%d, %d over", r.WorkingDays, r.Over)
}

func (r queued) blockText() string {
	said := ""
	if r.Called != "" {
		said = r.Called + "; "
	}
	if r.Blocked != "" {
		said += "account blocked (" + r.Blocked + "); "
	}
	return said
}

// backText tells which lines take the receipt back and wait, who said what of them, and who says that it is what came back of a payout.
func (r queued) backText() string {
	said := ""
	for _, l := range r.TakenBackBy {
		said += fmt.Sprintf("line %s of %s takes it back, and waits (dunning statement show %s); ", l.Key, l.Amount, l.Statement)
		for _, word := range saidOf(l.StatementLine) {
			said += word + "; "
		}
	}
	for _, c := range r.Said {
		said += fmt.Sprintf("%s says that it is payment %s that came back, of which the bank kept %s: %s; it is booked when another person who may approve says the same; ", c.By, c.Original, c.Amount, c.Reason)
	}
	return said
}

// foundText tells what matching found for a receipt in words.
func foundText(m *postgres.Match, all bool) string {
	switch {
	case m == nil:
		return "nothing was looked for yet"
	case len(m.Proposals) == 0:
		return m.Why
	}
	said := proposalText(m.Proposals[0]) + fmt.Sprintf("; by %s: %s", m.Rule, m.Why)
	if all && len(m.Proposals) > 1 {
		said += "; or " + proposalText(m.Proposals[1])
		if m.WhyNot != "" {
			said += ": " + m.WhyNot
		}
	}
	return said
}

func proposalText(p matching.Proposal) string {
	parts := make([]string, len(p.Parts))
	for i, part := range p.Parts {
		parts[i] = fmt.Sprintf("%s of claim %s", part.Amount, part.Claim)
	}
	said := strings.Join(parts, ", ")
	if p.Surplus > 0 {
		said += fmt.Sprintf(", %s too much", p.Surplus)
	}
	var seen, against []string
	for _, e := range p.Evidence {
		speaks := string(e.Kind)
		if e.Kind != matching.ExactAmount && e.Kind != matching.Instalment && e.Kind != matching.TooMuch && e.Seen != "" {
			speaks += fmt.Sprintf(" %s (%s)", e.Seen, e.Where)
		}
		if e.Bits < 0 {
			against = append(against, speaks)
		} else {
			seen = append(seen, speaks)
		}
	}
	if len(seen) > 0 {
		said += "; " + strings.Join(seen, ", ")
	}
	if len(against) > 0 {
		said += "; against it: " + strings.Join(against, ", ")
	}
	return said
}
