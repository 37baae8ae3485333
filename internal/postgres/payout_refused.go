package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// twoPersons is the evidence of a payment that the bank refused as two persons say (payout_step_may in the schema): its report is the evidence of one that it told.
const twoPersons = "two persons"

// RefusePayment records that the bank says, without a report of it (pain.002), that it refused one payment of a payout, as the actor asked it: a line by its end-to-end id. When two different persons who may approve say so the line is payable
// again, in the books too, as one that a report refused. The same person twice is once. It is a *ConflictError when the line is not on its way to the bank, when no statement of the account that pays it is booked yet of after the day on which it was to be paid (of that day there can be several), and when one tells
// a debit, not explained or of a statement that is held, that can be of it: who is paid again would be paid twice. Somebody who may not approve is a *NotApproverError; ErrNotFound when no payout has the line. It gives how many said so.
func (s *Store) RefusePayment(ctx context.Context, line, reason string, by Actor) (said int, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return 0, &ConflictError{"the reason is empty; right would be what the bank said, and who there"}
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockTyped(ctx, tx); err != nil { // no statement comes between
			return err
		}
		_, lines, err := linesOfEntry(ctx, tx, PayoutEntry{Key: line, EndToEndID: line})
		if err != nil {
			return fmt.Errorf("line %s of a payout: %w", line, ErrNotFound)
		}
		l := lines[0]
		if by.Name, err = approver(ctx, tx, by.Name); err != nil {
			return err
		}
		if l.Status == settlement.PayoutRejected { // so said two, or a report
			said = Approvals
			return nil
		}
		if err := unpaid(ctx, tx, l); err != nil {
			return err
		}
		if err := say(ctx, tx, "payout-refusal:"+line, `INSERT INTO payout_refusal (end_to_end_id, approver, reason, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, line, by.Name, reason, by.At); err != nil {
			return fmt.Errorf("record that payment %s was refused: %w", line, err)
		}
		if err := tx.QueryRow(ctx, `SELECT payout_refusals($1)`, line).Scan(&said); err != nil {
			return fmt.Errorf("count who says that payment %s was refused: %w", line, err)
		}
		if said < Approvals {
			return nil
		}
		return stepBack(ctx, tx, l, payoutStep{Status: settlement.PayoutRejected, Evidence: twoPersons, Reason: reason}, by)
	})
	return said, err
}

// unpaid insists that nothing known says that the bank made a payment, or may have. The transaction sees no client.
func unpaid(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine) error {
	if !l.Status.UnderWay() {
		return &ConflictError{fmt.Sprintf("payment %s is %s; right would be one that went to the bank and that no statement tells: dunning payout show %s", l.EndToEndID, l.Status, l.EndToEndID[:strings.LastIndex(l.EndToEndID, "-")])}
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
