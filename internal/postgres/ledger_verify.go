package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Discrepancy is something that the books have otherwise than they must.
type Discrepancy struct {
	Where string       `json:"where"` // a book, an account, a claim or a journal
	What  string       `json:"what"`
	Must  money.Amount `json:"must"`
	Is    money.Amount `json:"is"`
}

func (w Discrepancy) String() string {
	return fmt.Sprintf("%s: %s must be %s and is %s", w.Where, w.What, w.Must, w.Is)
}

// Verified is what a verification of the books found.
type Verified struct {
	Journals    int64         `json:"journals"`
	Claims      int           `json:"claims"`
	Differences []Discrepancy `json:"differences"`
	WithoutCure int           `json:"without_cure"` // claims that ended without recovery: each was held to no cure, no pay
	NoCure      int           `json:"no_cure"`      // of them, those that cost their client something all the same
	// Unclosed is what time brought of interest and costs since the books of claims were closed, of so many claims: it is no difference (CloseBooks).
	Unclosed       money.Amount `json:"unclosed"`
	UnclosedClaims int          `json:"unclosed_claims"`
}

// VerifyBooks compares the books with themselves and with the facts as of a day: every journal and every book adds up, what the trust account holds is what it
// owes, no client is to be paid less than nothing, no refund gave back what was not there, nothing is in the books that no fact has, and every receipt, charge and claim stands in the books as the facts say, all at one moment. A claim of which something was booked later than that day is compared as
// of then. Differences come one by one.
func (s *Store) VerifyBooks(ctx context.Context, on calendar.Date, rules RulesFor) (v Verified, err error) {
	v.Differences = []Discrepancy{}
	err = s.eachTenant(ctx, "", func(tx pgx.Tx, client string) error {
		if client == "" {
			if err := verifyTotals(ctx, tx, &v); err != nil {
				return err
			}
			if err := verifyOfNobody(ctx, tx, &v); err != nil {
				return err
			}
		}
		if err := verifyJournals(ctx, tx, &v); err != nil {
			return err
		}
		if err := verifyRefunds(ctx, tx, &v); err != nil {
			return err
		}
		if err := verifyReceipts(ctx, tx, client, &v); err != nil || client == "" {
			return err
		}
		return verifyClient(ctx, tx, client, on, rules, &v)
	})
	return v, err
}

func (v *Verified) compare(where, what string, must, is money.Amount) {
	if must != is {
		v.Differences = append(v.Differences, Discrepancy{where, what, must, is})
	}
}

// agencyShort says how the agency's part becomes what it must be: charges and losses that it bears can be more than it has, and until then the money of clients is short by that.
const agencyShort = " (it bears more than it has, as what the bank charges: its next part fills that up, or pay in from the agency's account, import the statement, and dunning receipts top-up KEY)"

// verifyTotals compares the totals of all clients.
func verifyTotals(ctx context.Context, tx pgx.Tx, v *Verified) error {
	list, err := trialBalance(ctx, tx, calendar.Date{})
	if err != nil {
		return err
	}
	balance, book := map[ledger.Account]money.Amount{}, map[ledger.Book]money.Amount{}
	for _, b := range list {
		balance[b.Account] = b.Balance
		book[b.Account.Book()] += b.Balance
	}
	for _, b := range ledger.Books() {
		v.compare("book "+string(b), "what it adds up to", 0, book[b])
	}
	v.compare("S190", "what was taken back of clients and is not topped up (dunning receipts top-up)", 0, balance[ledger.ClawbackReceivable])
	for _, a := range []ledger.Account{ledger.ClientPayable, ledger.AgencyPayable, ledger.RefundPayable, ledger.Unallocated, ledger.InTransit} {
		if balance[a] > 0 {
			what := "what the trust foundation owes at least"
			if a == ledger.AgencyPayable {
				what += agencyShort
			}
			v.compare(string(a), what, 0, -balance[a])
		}
	}
	var receipts, booked, waiting, underWay money.Amount
	err = tx.QueryRow(ctx, `SELECT trust_received(), ledger_received(), (SELECT COALESCE(sum(amount), 0)::bigint FROM receipt r WHERE claim_id IS NULL AND NOT divided AND (gone IS NULL OR gone = 'refund')
			AND NOT EXISTS (SELECT FROM refund f WHERE f.receipt = r.key AND f.claim_id IS NULL AND f.approved)),
		(SELECT COALESCE(sum(cents), 0)::bigint FROM payout_line WHERE kind = 'fees' AND payout_status(end_to_end_id) = ANY ($1))`, statuses(settlement.PayoutStatus.UnderWay)).Scan(&receipts, &booked, &waiting, &underWay)
	if err != nil {
		return fmt.Errorf("read what the trust account received: %w", err)
	}
	v.compare("A110", "what the trust foundation owes the agency, with what is on its way to it, by the agency's book", underWay-balance[ledger.AgencyPayable], balance[ledger.FromTrust])
	v.compare("S100", "what was received less what the bank took back", receipts, booked)
	v.compare("S230", "what waits to be allocated", waiting, -balance[ledger.Unallocated])
	return nil
}

// verifyJournals looks at every journal that the transaction sees.
func verifyJournals(ctx context.Context, tx pgx.Tx, v *Verified) error {
	var n int64
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM journal `).Scan(&n); err != nil {
		return fmt.Errorf("count journals: %w", err)
	}
	v.Journals += n
	rows, err := tx.Query(ctx, `SELECT 'journal ' || j.book || ' ' || j.key, COALESCE(sum(e.cents), 0)::bigint FROM journal j LEFT JOIN entry e ON e.journal_id = j.id
		GROUP BY j.id HAVING count(e.line) < 2 OR sum(e.cents) <> 0 OR NOT bool_and(left(e.account, 1) = j.book)`)
	if err != nil {
		return fmt.Errorf("read journals: %w", err)
	}
	var where string
	var sum money.Amount
	_, err = pgx.ForEachRow(rows, []any{&where, &sum}, func() error {
		v.Differences = append(v.Differences, Discrepancy{where, "what its lines, two or more of one book, add up to", 0, sum})
		return nil
	})
	return err
}

// verifyClient compares a client's claims, charges and receipts with the books.
func verifyClient(ctx context.Context, tx pgx.Tx, client string, on calendar.Date, rules RulesFor, v *Verified) error {
	due, err := payable(ctx, tx, client, false)
	if err != nil {
		return err
	}
	if due < 0 {
		v.compare("S200 of client "+client, "what it is to be paid at least", 0, due)
	}
	if err := verifyBills(ctx, tx, client, v); err != nil {
		return err
	}
	if err := verifyOwed(ctx, tx, client, v); err != nil {
		return err
	}
	refs, err := queryRefs(ctx, tx, `SELECT client_id::text, id::text FROM claim WHERE client_id = $1 ORDER BY id`, client)
	if err != nil {
		return fmt.Errorf("list claims of client %s: %w", client, err)
	}
	for _, ref := range refs {
		if err := verifyClaim(ctx, tx, ref, on, rules, v); err != nil {
			return err
		}
	}
	return nil
}

// verifyBills compares what a client was billed with what is booked of it.
func verifyBills(ctx context.Context, tx pgx.Tx, client string, v *Verified) error {
	rows, err := tx.Query(ctx, `SELECT 'charge ' || b.key, CASE WHEN r.key IS NULL THEN b.total ELSE 0 END, COALESCE((SELECT sum(e.cents) FROM journal j JOIN entry e ON e.journal_id = j.id
			WHERE j.key IN (b.claim_id || '/charge:' || b.key, b.claim_id || '/charge:' || b.key || '/back') AND j.book = 'A' AND e.account = 'A120'), 0)::bigint
		FROM billable b LEFT JOIN billable_reversal r ON r.key = b.key AND r.client_id = b.client_id WHERE b.client_id = $1`, client)
	if err != nil {
		return fmt.Errorf("compare charges with journals: %w", err)
	}
	var where string
	var must, is money.Amount
	if _, err = pgx.ForEachRow(rows, []any{&where, &must, &is}, func() error { v.compare(where, "what is booked of it", must, is); return nil }); err != nil {
		return fmt.Errorf("compare charges with journals: %w", err)
	}
	return nil
}

// verifyReceipts compares the receipts of a client, or those that wait, with what is booked of each. Their journals are of no client.
func verifyReceipts(ctx context.Context, tx pgx.Tx, client string, v *Verified) error {
	rows, err := tx.Query(ctx, `SELECT key, amount FROM receipt WHERE client_id IS NOT DISTINCT FROM tenant() AND part_of IS NULL`)
	if err != nil {
		return fmt.Errorf("read receipts: %w", err)
	}
	keys, amounts := []string{}, map[string]money.Amount{}
	var key string
	var amount money.Amount
	if _, err := pgx.ForEachRow(rows, []any{&key, &amount}, func() error { keys, amounts[key] = append(keys, key), amount; return nil }); err != nil {
		return fmt.Errorf("read receipts: %w", err)
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	rows, err = tx.Query(ctx, `SELECT k, COALESCE(sum(e.cents), 0)::bigint FROM unnest($1::text[]) AS k LEFT JOIN journal j ON j.key = 'receipt:' || k AND j.book = 'S' LEFT JOIN entry e ON e.journal_id = j.id AND e.account = 'S100' GROUP BY k`, keys)
	if err != nil {
		return fmt.Errorf("compare receipts with journals: %w", err)
	}
	if _, err := pgx.ForEachRow(rows, []any{&key, &amount}, func() error { v.compare("receipt "+key, "what is booked of it", amounts[key], amount); return nil }); err != nil {
		return fmt.Errorf("compare receipts with journals: %w", err)
	}
	return setTenant(ctx, tx, client)
}

// verifyClaim compares the position of a claim by its facts with that by the books.
func verifyClaim(ctx context.Context, tx pgx.Tx, ref Ref, on calendar.Date, rules RulesFor, v *Verified) error {
	v.Claims++
	where := "claim " + ref.ClaimID
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	booked, last, err := bookedOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	pinned, account, err := accountBy(file.Facts, rules, calendar.Max(on, last))
	if err != nil {
		v.Differences = append(v.Differences, Discrepancy{Where: where, What: fmt.Sprintf("what is owed, which nobody can tell (%v),", err)})
		return nil
	}
	position, err := ledger.PositionOf(file.Facts, account, pinned.Settling[file.Facts.Plan], pinned.Tables)
	if err != nil {
		return err
	}
	settled, charged := position.Differences(booked)
	for _, d := range settled {
		v.compare(where, "account "+string(d.Account), d.Facts, d.Books)
	}
	if len(charged) > 0 {
		v.UnclosedClaims++
		v.Unclosed += position.Owed() - booked.Owed()
	}
	v.compare(where, "what it owes by book D, with what time brought since,", account.Open.Total(), position.Owed())
	return verifyNoCure(ctx, tx, ref, file.Facts, v)
}
