package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// twoPersons is the evidence of a payment that the bank refused as two persons say (payout_step_may in the schema): its report is the evidence of one that it told.
const twoPersons = "two persons"

// Refusal is a person's word that the bank refused one payment of a payout.
type Refusal struct {
	Line   string // its end-to-end id
	Code   string // the bank's of why (ISO 20022, ExternalStatusReason1Code), like AC04; empty: the bank told none
	Reason string // what the bank said, and who there
}

// RefusalSaid is how many persons say so now, and why words of before do not count any more; empty: all do.
type RefusalSaid struct {
	Said int
	Void string
}

// RefusePayment records that the bank says, without a report of it (pain.002), that it refused one payment of a payout, as the actor asked it. When two different persons who may approve say so the line is payable
// again, in the books too, as one that a report refused with the code that they say: who says none agrees with the other. What waits of the payout is looked at anew. The same person twice is once, and what was said before a report of the bank that tells of the payment, and does not refuse it, does not count after that.
// It is a *ConflictError when the line is not on its way to the bank, or is settled as a report says, when no statement of the account that pays it is booked yet of after the day on which it was to be paid (of that day there can be several), when one tells
// a debit, not explained or of a statement that is held, that can be of it (who is paid again would be paid twice), and when the other person said another code. Somebody who may not approve is a *NotApproverError; ErrNotFound when no payout has the line.
func (s *Store) RefusePayment(ctx context.Context, r Refusal, by Actor) (said RefusalSaid, err error) {
	r.Reason, r.Code = strings.TrimSpace(r.Reason), strings.ToUpper(strings.TrimSpace(r.Code))
	switch {
	case r.Reason == "":
		return said, &ConflictError{"the reason is empty; right would be what the bank said, and who there"}
	case r.Code != "" && !reasonCode.MatchString(r.Code):
		return said, noCode(r.Code)
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil { // no statement comes between
			return err
		}
		p, lines, err := linesOfEntry(ctx, tx, PayoutEntry{Key: r.Line, EndToEndID: r.Line})
		if err != nil {
			return fmt.Errorf("line %s of a payout: %w", r.Line, ErrNotFound)
		}
		l := lines[0]
		if by.Name, err = approver(ctx, tx, by.Name); err != nil {
			return err
		}
		if l.Status == settlement.PayoutRejected { // so said two, or a report
			said.Said = Approvals
			return r.known(ctx, tx, l)
		}
		if err := unpaid(ctx, tx, l); err != nil {
			return err
		}
		code, err := r.say(ctx, tx, &said, by)
		if err != nil || said.Said < Approvals {
			return err
		}
		if err := stepBack(ctx, tx, l, payoutStep{Status: settlement.PayoutRejected, Evidence: twoPersons, Reason: cmp.Or(code, r.Reason)}, by); err != nil {
			return err
		}
		return lookAnew(ctx, tx, p.ID, by)
	})
	return said, err
}

// say keeps the word, counts who says so, and gives the code that they agree on. The transaction sees no client.
func (r Refusal) say(ctx context.Context, tx pgx.Tx, said *RefusalSaid, by Actor) (code string, err error) {
	words, err := rowsOf[refusalWord](ctx, tx, `SELECT * FROM refusal_words($1)`, r.Line)
	if err != nil {
		return "", fmt.Errorf("read who says that payment %s was refused: %w", r.Line, err)
	}
	if code, err = r.agree(words, by.Name); err != nil {
		return "", err
	}
	err = say(ctx, tx, "payout-refusal:"+r.Line, `INSERT INTO payout_refusal (end_to_end_id, approver, code, reason, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, r.Line, by.Name, r.Code, r.Reason, by.At)
	if err != nil {
		return "", fmt.Errorf("record that payment %s was refused: %w", r.Line, err)
	}
	if err := tx.QueryRow(ctx, `SELECT payout_refusals($1)`, r.Line).Scan(&said.Said); err != nil {
		return "", fmt.Errorf("count who says that payment %s was refused: %w", r.Line, err)
	}
	said.Void, err = r.void(ctx, tx, words, by.Name)
	return code, err
}

// refusalWord is what somebody who may approve said.
type refusalWord struct {
	By, Code string
	Knew     bool // all that the bank reported of the payment
}

// agree gives the code that a person's word comes to with that of the other: the same, or that of the other when the person says none. What somebody said last replaces what that person said before.
func (r Refusal) agree(words []refusalWord, by string) (code string, err error) {
	var own, other *refusalWord
	said := false
	for i, w := range words {
		switch {
		case !w.Knew:
		case strings.EqualFold(w.By, by):
			own, said = &words[i], said || w.Code == r.Code
		default:
			other = &words[i]
		}
	}
	switch {
	case said && own.Code != r.Code:
		return "", &ConflictError{fmt.Sprintf("%s said %s of payment %s since: what was replaced is not said again; right would be somebody else who may approve", own.By, cmp.Or(own.Code, "no code"), r.Line)}
	case other == nil || other.Code == r.Code:
		return r.Code, nil
	case r.Code == "":
		return other.Code, nil
	}
	return "", &ConflictError{fmt.Sprintf("%s said %s of payment %s, not %s; right would be the same of both, as the bank told it: %s can say it again with --code %s", other.By, cmp.Or(other.Code, "no code"), r.Line, r.Code, other.By, r.Code)}
}

// void says whose word a report of the bank came after.
func (r Refusal) void(ctx context.Context, tx pgx.Tx, words []refusalWord, by string) (string, error) {
	var who []string
	for _, w := range words {
		if !w.Knew && !strings.EqualFold(w.By, by) && !slices.ContainsFunc(words, func(o refusalWord) bool { return o.Knew && strings.EqualFold(o.By, w.By) }) {
			who = append(who, w.By)
		}
	}
	if len(who) == 0 {
		return "", nil
	}
	last, err := lastReport(ctx, tx, r.Line, "")
	return fmt.Sprintf("what %s said before that does not count: %s", strings.Join(slices.Compact(who), ", "), last), err
}

// lastReport tells the last report of the bank on a payment, of an outcome when one is given; empty: there is none.
func lastReport(ctx context.Context, tx pgx.Tx, line, outcome string) (words string, err error) {
	var report string
	var on calendar.Date
	err = tx.QueryRow(ctx, `SELECT report, outcome, (at AT TIME ZONE 'Europe/Amsterdam')::date FROM payout_report WHERE end_to_end_id = $1 AND $2 IN ('', outcome) ORDER BY at DESC, report DESC LIMIT 1`, line, outcome).Scan(&report, &outcome, &on)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read what the bank reported of payment %s: %w", line, err)
	}
	return fmt.Sprintf("report %s of the bank, read on %s, says that it is %s", report, on, outcome), nil
}

// known refuses a code that is not the one with which a payment was refused: nothing is done with it any more. The transaction sees no client after it.
func (r Refusal) known(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	if r.Code == "" {
		return nil
	}
	if err := setTenant(ctx, tx, l.ClientID); err != nil {
		return err
	}
	var why string
	if err := tx.QueryRow(ctx, `SELECT reason FROM payout_step WHERE end_to_end_id = $1 AND status = 'rejected'`, l.EndToEndID).Scan(&why); err != nil {
		return fmt.Errorf("read why payment %s was refused: %w", l.EndToEndID, err)
	}
	if why != r.Code {
		return &ConflictError{fmt.Sprintf("payment %s is refused already (%s), without code %s; right would be the bank's report, when it sends one after all: dunning payout status", l.EndToEndID, why, r.Code)}
	}
	return setTenant(ctx, tx, "")
}

// unpaid insists that nothing known says that the bank made a payment, or may have. The transaction sees no client.
func unpaid(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	if !l.Status.UnderWay() {
		return &ConflictError{fmt.Sprintf("payment %s is %s; right would be one that went to the bank and that no statement tells: dunning payout show %s", l.EndToEndID, l.Status, l.EndToEndID[:strings.LastIndex(l.EndToEndID, "-")])}
	}
	if settled, err := lastReport(ctx, tx, l.EndToEndID, string(bank.Settled)); err != nil {
		return err
	} else if settled != "" {
		return &ConflictError{fmt.Sprintf("payment %s was carried out: %s (ISO 20022: ACSC or ACCC). Right would be to import the statement that tells its debit (dunning statement import); when the bank takes it back, it brings the money back, and a statement tells that", l.EndToEndID, settled)}
	}
	var day calendar.Date
	var told bool
	err := tx.QueryRow(ctx, `SELECT f.pays_on, EXISTS (SELECT FROM statement s WHERE s.account = p.account AND s.state = 'booked' AND s.to_on > f.pays_on)
		FROM payout_file f JOIN payout p ON p.id = f.payout WHERE p.id = payout_of($1)`, l.EndToEndID).Scan(&day, &told)
	if err != nil {
		return fmt.Errorf("read when payment %s was to be paid: %w", l.EndToEndID, err)
	}
	if !told {
		return &ConflictError{fmt.Sprintf("no statement of the trust account of after %s, the day on which payment %s was to be paid, is booked: what comes until then may tell its debit; right would be to import that first", day, l.EndToEndID)}
	}
	can, err := rowsOf[mayHavePaid](ctx, tx, `SELECT * FROM may_have_paid($1)`, l.EndToEndID)
	if err != nil || len(can) == 0 {
		return err
	}
	words := make([]string, len(can))
	for i, c := range can {
		words[i] = c.String()
	}
	slices.Sort(words)
	return &ConflictError{fmt.Sprintf("payment %s of %s can be in what statements tell: %s. Who is paid again would be paid twice; right would be to say first what that is: dunning claim tasks", l.EndToEndID, l.Cents, strings.Join(slices.Compact(words), ", "))}
}

// mayHavePaid is what statements tell that can be a payment of ours: a debit that waits, or one of a statement that is held.
type mayHavePaid struct {
	Key       string // of a debit that waits
	Cents     money.Amount
	Statement string
}

func (m mayHavePaid) String() string {
	if m.Key == "" {
		return fmt.Sprintf("a debit of %s of statement %s, which is held", m.Cents, m.Statement)
	}
	return fmt.Sprintf("debit %s, of which %s is not explained", m.Key, m.Cents)
}

// stepBack books that a line did not arrive. The transaction sees no client after it.
func stepBack(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, by Actor) error {
	if err := setTenant(ctx, tx, l.ClientID); err != nil {
		return err
	}
	if err := payAgain(ctx, tx, l, to, by.today(), by); err != nil {
		return err
	}
	if err := step(ctx, tx, l, to, by); err != nil {
		return err
	}
	return setTenant(ctx, tx, "")
}
