package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// overpaidRefunds is what went back and was not there any more, of each claim or, of receipts that are nobody's, each refund: what is to be paid back of one says nothing of another. A
// refund, or claim, of which the agency bears more than was lost, since it came back, is told too, with the receipt of which that is undone. Words on a loss are the agency's alone: they are read for a refund of
// nobody only (OFFSET 0: never before it), and in the name of a client there is none.
const overpaidRefunds = `
	WITH RECURSIVE own AS (SELECT 'refund ' || f.key AS refunded, 'refund:' || f.key AS journal, 'receipt:' || f.receipt || '/taken-back' AS taken, f.key, f.receipt FROM refund f
			WHERE f.approved AND f.claim_id IS NULL AND f.replaces IS NULL AND tenant() IS NULL
		UNION ALL SELECT own.refunded, own.journal, own.taken, f.key, own.receipt FROM own JOIN refund f ON f.replaces = own.key AND f.approved),
	written AS (SELECT DISTINCT refunded, journal, receipt FROM own UNION ALL SELECT DISTINCT refunded, taken, receipt FROM own
		UNION ALL SELECT refunded, 'payout:' || l.end_to_end_id || suffix, receipt FROM own JOIN payout_line l ON l.refund = own.key CROSS JOIN unnest(ARRAY[''] || $1::text[]) AS suffix
		UNION SELECT refunded, 'loss:' || a.turn || ':' || a.refund, receipt FROM own CROSS JOIN LATERAL (SELECT l.turn, l.refund FROM loss_approval l WHERE l.refund = own.key OFFSET 0) a)
	SELECT refunded, -sum(e.cents)::bigint, min(written.receipt) FROM written JOIN journal j ON j.key = written.journal AND j.book = 'S' JOIN entry e ON e.journal_id = j.id AND e.account = 'S220' GROUP BY refunded HAVING sum(e.cents) > 0 OR sum(e.cents) < 0 AND bool_or(starts_with(written.journal, 'loss:'))
	UNION ALL
	SELECT 'S220 of claim ' || claim_id, LEAST(-sum(cents), -sum(cents) FILTER (WHERE loss IS NOT NULL))::bigint, COALESCE((SELECT min(f.receipt) FROM refund f WHERE f.key = ANY (array_agg(loss))), '')
		FROM (SELECT e.claim_id, e.cents, CASE WHEN j.kind = 'loss' THEN substring(j.key FROM '^loss:[0-9]+:(.*)$') END AS loss FROM entry e JOIN journal j ON j.id = e.journal_id
			WHERE e.account = 'S220' AND e.claim_id IS NOT NULL AND e.client_id = tenant()) moved GROUP BY claim_id HAVING sum(cents) > 0 OR sum(cents) < 0 AND sum(cents) FILTER (WHERE loss IS NOT NULL) < 0
	ORDER BY 1`

// verifyRefunds tells the refunds, of the client that the transaction sees or of what is nobody's, that left though a bank took their money back.
func verifyRefunds(ctx context.Context, tx pgx.Tx, v *Verified) error {
	return eachOverpaid(ctx, tx, func(where, receipt string, is money.Amount) {
		what := "what is to be paid back at least (dunning receipts loss)"
		if is > 0 {
			what = "what the agency bears more than was lost (dunning receipts loss " + receipt + " --undo)"
		}
		v.compare(where, what, 0, is)
	})
}

func eachOverpaid(ctx context.Context, tx pgx.Tx, each func(where, receipt string, is money.Amount)) error {
	var back []string
	for _, status := range statuses(settlement.PayoutStatus.Dead) {
		back = append(back, "/"+status)
	}
	rows, err := tx.Query(ctx, overpaidRefunds, back)
	if err != nil {
		return fmt.Errorf("compare refunds with what is to be paid back: %w", err)
	}
	var where, receipt string
	var is money.Amount
	if _, err = pgx.ForEachRow(rows, []any{&where, &is, &receipt}, func() error { each(where, receipt, is); return nil }); err != nil {
		return fmt.Errorf("compare refunds with what is to be paid back: %w", err)
	}
	return nil
}

// nobodysRefunds is what is to be paid back of receipts that are nobody's: by the refunds that were approved, did not leave and were not taken back, and by the books.
const nobodysRefunds = `
	SELECT COALESCE((SELECT sum(f.amount) FROM refund f WHERE f.approved AND f.claim_id IS NULL AND f.replaces IS NULL AND NOT refund_left(f.key)
			AND NOT EXISTS (SELECT FROM journal j WHERE j.book = 'S' AND j.key = 'receipt:' || f.receipt || '/taken-back')), 0)::bigint,
		COALESCE((SELECT -sum(cents) FROM entry WHERE account = 'S220' AND claim_id IS NULL), 0)::bigint`

// verifyOfNobody compares what is to be paid back of no claim with the refunds, what is told of one (verifyRefunds) aside, and tells the journals of no client that no fact has. The transaction
// sees no client.
func verifyOfNobody(ctx context.Context, tx pgx.Tx, v *Verified) error {
	var must, is money.Amount
	if err := tx.QueryRow(ctx, nobodysRefunds).Scan(&must, &is); err != nil {
		return fmt.Errorf("read what is to be paid back of no claim: %w", err)
	}
	if err := eachOverpaid(ctx, tx, func(_, _ string, told money.Amount) { is -= told }); err != nil {
		return err
	}
	v.compare("S220 of no claim", "what refunds that were approved and did not leave are to pay back", must, is)
	rows, err := tx.Query(ctx, `SELECT 'journal ' || book || ' ' || key, cents FROM journals_of_nothing()`)
	if err != nil {
		return fmt.Errorf("read the journals that no fact has: %w", err)
	}
	var where string
	if _, err = pgx.ForEachRow(rows, []any{&where, &is}, func() error { v.compare(where, "what it moves, since no fact has it,", 0, is); return nil }); err != nil {
		return fmt.Errorf("read the journals that no fact has: %w", err)
	}
	return nil
}
