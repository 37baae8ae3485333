package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// oldestReturned is for how many days after it a receipt can be taken back: a direct debit that was not authorised for thirteen months.
const oldestReturned = 400

// bankReturn is a line of a statement by which the bank takes a receipt back.
type bankReturn struct {
	Key        string
	Amount     money.Amount
	Instructed money.Amount // what was paid, when the bank tells it: the rest is its fee. 0: it tells none
	IBAN       string       // of who got it back; may be empty
	Reason     string       // the bank's code
	Account    string       // IBAN of the trust account
	BookedOn   calendar.Date
	On         calendar.Date // value date
	Kind       bank.LineKind
	Receipt    string // that it is tied to; empty: to none yet
	Payout     string // that it is of; empty: of none
}

const returnColumns = `SELECT e.key, left_of(e.key), e.instructed, e.iban, e.reason, s.account, e.booked_on, e.value_on, e.kind, COALESCE(e.receipt, ''), COALESCE(e.payout, '') FROM statement_entry e JOIN statement s ON s.key = e.statement `

// reason is why the receipt is taken back, in words.
func (r bankReturn) reason() string {
	if r.Reason == "" {
		return "the bank took it back"
	}
	return "the bank took it back (" + r.Reason + ")"
}

// ApplyReturns reverses the receipts that the bank took back, by the lines of all statements that say so, or of which two persons do, and are not tied to a receipt yet. A receipt is
// taken back once, and only when one receipt can be meant: that of which two persons said so, else by the id that the banks gave the payment, else, when they gave none that is known, by the payer's account; and of the
// same amount, or with what the bank charged (charge_of in the schema). A line that names none, or more, stays visible (statement show) until a person ties it (TieReturn). Each is one transaction: a crash between two does the rest the next time.
func (s *Store) ApplyReturns(ctx context.Context, by Actor, rules RulesFor) error {
	rows, err := s.pool.Query(ctx, returnColumns+`WHERE e.key IN (SELECT w.key FROM waiting_lines() w) AND (e.kind = 'return' OR e.direction = 'debit' AND EXISTS (SELECT FROM return_charge c WHERE c.entry = e.key AND c.original <> e.key))
		ORDER BY e.booked_on, e.key`)
	if err != nil {
		return fmt.Errorf("list returns: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[bankReturn])
	if err != nil {
		return fmt.Errorf("list returns: %w", err)
	}
	for _, r := range all {
		found, said, err := s.returnedBy(ctx, r.Key)
		if err != nil {
			return err
		}
		if len(found) == 1 {
			_, err = s.takeReceiptBack(ctx, found[0], r, said, by, rules)
		} else if len(found) == 0 {
			err = s.explainUnfit(ctx, r)
		} else {
			err = &ConflictError{fmt.Sprintf("it can be of receipts %s; right would be: dunning receipts reverse KEY --entry %s --reason \"HOW YOU KNOW\"", strings.Join(found, ", "), r.Key)}
		}
		var moving *ConflictError
		if errors.As(err, &moving) { // it is being allocated, or a person reversed it: the line waits with why, for somebody or the next time
			_, err = s.pool.Exec(ctx, `UPDATE statement_entry SET payout_why = $2 WHERE key = $1 AND receipt IS NULL`, r.Key, moving.Error())
		}
		if err != nil {
			return fmt.Errorf("take back what %s tells: %w", r.Key, err)
		}
	}
	return s.lookBeside(ctx, by)
}

// returnedBy is the receipts that a line can mean; of one of which two persons said so, with who did and why: a crash came before it was booked.
func (s *Store) returnedBy(ctx context.Context, key string) (found []string, said *tied, err error) {
	rows, err := s.pool.Query(ctx, `
		SELECT c.original, min(c.approver), min(c.reason) FROM (SELECT DISTINCT original, amount FROM return_charge WHERE entry = $1) o JOIN LATERAL
			(SELECT r.* FROM return_charge r WHERE r.entry = $1 AND r.original = o.original AND r.amount = o.amount ORDER BY r.at DESC LIMIT 1) c ON true, return_fits($1, o.original) f
		WHERE f.charge = o.amount AND return_charges($1, o.original, o.amount) >= $2 GROUP BY c.original`, key, Approvals)
	if err != nil {
		return nil, nil, fmt.Errorf("read who said what %s takes back: %w", key, err)
	}
	var t tied
	var receipt string
	if _, err = pgx.ForEachRow(rows, []any{&receipt, &t.by, &t.reason}, func() error { found = append(found, receipt); return nil }); err != nil || len(found) > 0 {
		return found, &t, err
	}
	rows, err = s.pool.Query(ctx, `
		WITH named AS MATERIALIZED (SELECT named AS ids FROM return_fits($1, '')), candidate AS MATERIALIZED (SELECT DISTINCT c.receipt
			FROM statement_entry r JOIN statement rs ON rs.key = r.statement JOIN statement_entry c ON c.kind = 'receipt' AND c.key IS NOT NULL AND c.amount IN (r.amount, NULLIF(r.instructed, 0))
			JOIN statement cs ON cs.key = c.statement AND cs.account = rs.account, named
			WHERE r.key = $1 AND r.kind = 'return' AND c.booked_on BETWEEN r.booked_on - $2::int AND r.booked_on AND NOT EXISTS (SELECT 1 FROM statement_entry o WHERE o.kind = 'return' AND o.receipt = c.receipt)
				AND (c.receipt = ANY (ids) OR ids = '{}' AND c.iban <> '' AND c.iban = r.iban))
		SELECT receipt FROM candidate, return_fits($1, receipt) f WHERE f.charge IS NOT NULL ORDER BY receipt`, key, oldestReturned)
	if err != nil {
		return nil, nil, fmt.Errorf("find the receipt that %s takes back: %w", key, err)
	}
	found, err = pgx.CollectRows(rows, pgx.RowTo[string])
	return found, nil, err
}

// takeReceiptBack books that the bank took a receipt back, and ties the line that says so to it, in one transaction, which nobody is in who says something else of the line. By a person it is tied also when the receipt was reversed before.
func (s *Store) takeReceiptBack(ctx context.Context, receipt string, r bankReturn, t *tied, by Actor, rules RulesFor) ([]TakenBack, error) {
	owner, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, receipt)
	if err != nil {
		return nil, fmt.Errorf("look up receipt %s: %w", receipt, err)
	}
	on := earlier(r.On, by.today())
	if len(owner) == 0 {
		return nil, s.leaveAfter(ctx, func(tx pgx.Tx) error { return lockTyped(ctx, tx) }, receipt, goneReturned, "the bank took the receipt back", by, func(tx pgx.Tx, w Receipt, was string) error {
			if err := takeWaitingBack(ctx, tx, w, was, on, by); err != nil {
				return err
			}
			return tie(ctx, tx, w, r, t, by)
		})
	}
	back := reversal{reason: r.reason(), on: on, known: t != nil, rules: rules, by: by}
	return s.reverseReceipt(ctx, owner[0].ClientID, receipt, back, func(tx pgx.Tx, w Receipt) error { return tie(ctx, tx, w, r, t, by) })
}

// takeWaitingBack books that the bank took back, on a day, a receipt that is of no claim: of what waits, of the agency's own money, or of what was to go back to who paid it. What went back already is a
// loss: S220 is debit by it, and VerifyBooks tells it until the agency bears it (BearLoss).
func takeWaitingBack(ctx context.Context, tx pgx.Tx, r Receipt, was string, on calendar.Date, by Actor) error {
	if was == goneOwn {
		turn, err := ownTurn(ctx, tx, r.Key)
		if err != nil {
			return err
		}
		if err := unfill(ctx, tx, r.Key, turn, on, by); err != nil {
			return err
		}
	}
	key := "receipt:" + r.Key + "/taken-back"
	var refund, known bool
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM refund WHERE receipt = $1 AND claim_id IS NULL AND approved), EXISTS (SELECT FROM journal WHERE key = $2)`, r.Key, key).Scan(&refund, &known); err != nil {
		return fmt.Errorf("read the refund of receipt %s: %w", r.Key, err)
	}
	book := ledger.TakenBackOf
	if refund {
		book = ledger.RefundTakenBackOf
	}
	if known {
		return nil
	}
	_, err := post(ctx, tx, by, book(ledger.About{Key: key, On: on}, r.Amount)...)
	return err
}

// receiptTaken is whether the bank took a receipt back: of nobody, or of a claim.
const receiptTaken = `(receipt.gone IS NOT DISTINCT FROM 'returned' OR EXISTS (SELECT FROM settlement_reversal v WHERE v.client_id = receipt.client_id AND v.claim_id = receipt.claim_id
	AND v.key = COALESCE(receipt.settled_as, receipt.key) AND v.replaced_by IS NULL))`

// whyTakenBack says that the bank took a receipt back, or may have: a line of money out that waits, and names no payment of ours, can mean it, or the one that it is a part of. Empty: it did not. The
// receipt is locked against it until the transaction ends.
func whyTakenBack(ctx context.Context, tx pgx.Tx, receipt string) (why string, err error) {
	var whole string // as the bank knows it
	var taken, told bool
	if err := tx.QueryRow(ctx, `SELECT COALESCE(part_of, key), `+receiptTaken+` FROM receipt WHERE key = $1 FOR SHARE`, receipt).Scan(&whole, &taken); err != nil {
		return "", fmt.Errorf("read whether the bank took receipt %s back: %w", receipt, err)
	}
	if taken {
		return "the bank took receipt " + receipt + " back", nil
	}
	err = asAgency(ctx, tx, func() error {
		return tx.QueryRow(ctx, `SELECT EXISTS (
			SELECT FROM statement_entry c JOIN statement cs ON cs.key = c.statement JOIN statement rs ON rs.account = cs.account JOIN statement_entry r ON r.statement = rs.key
			WHERE c.receipt = $1 AND c.kind = 'receipt' AND r.direction = 'debit' AND r.key IN (SELECT l.key FROM waiting_lines() l)
				AND (r.kind = 'return' OR payout_of(r.end_to_end) IS NULL AND NOT EXISTS (SELECT FROM payout p WHERE p.id = split_part(r.batch, '/', 1)))
				AND c.booked_on BETWEEN r.booked_on - $2::int AND r.booked_on
				AND (`+byID+` OR c.amount IN (r.amount, NULLIF(r.instructed, 0)) AND (c.end_to_end <> '' AND c.end_to_end = r.end_to_end OR c.iban <> '' AND c.iban = r.iban)))`, whole, oldestReturned).Scan(&told)
	})
	if err != nil {
		return "", fmt.Errorf("read whether a statement takes receipt %s back: %w", receipt, err)
	}
	if told {
		return "a statement tells money out that can take receipt " + receipt + " back, and is not booked", nil
	}
	return "", nil
}

// whyOfDebit says that a receipt of nobody can be what came back of a debit of ours that waits, which the reason of its refund does not name: whoever names it says how it is known that the money is not of that. Empty: it can be of none.
func whyOfDebit(ctx context.Context, tx pgx.Tx, receipt, reason string) (why string, err error) {
	err = asAgency(ctx, tx, func() error {
		debits, err := rowsOf[struct {
			Key  string
			Left money.Amount
		}](ctx, tx, `SELECT key, cents FROM brought_back_of($1)`, receipt)
		for _, d := range debits {
			if !namesKey(reason, d.Key) {
				why = fmt.Sprintf("debit %s of a payout waits, of which %s is left, and receipt %s can be what came back of it; right would be to ask the bank. When it is: dunning payout book LINE AMOUNT --debit %s, with the line of the statement that tells the receipt; when it is not, a reason that names the debit and says how that is known",
					d.Key, d.Left, receipt, d.Key)
				break
			}
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read which debits receipt %s can be of: %w", receipt, err)
	}
	return why, nil
}

// namesKey is whether a text names the key of an entry, and not one that only begins with it.
func namesKey(text, key string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-.", r)
	})
	return slices.ContainsFunc(words, func(word string) bool { return strings.Trim(word, "-.") == key })
}
