package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Divided is a receipt that was divided over claims, which are named by their ids.
type Divided struct {
	claim.Division
	SurplusTo string // the claim whose part has the surplus on top; empty when there is none
	Known     bool   // it was divided so before: nothing changed
}

// DivideReceipt divides a waiting receipt over claims of one client on one debtor by art. 6:43 BW, as owed on the day from which the receipt counts:
// first over those that the debtor designated. The bank entry stays as it is and its parts, KEY#1, KEY#2 ..., are receipts of their own that add up to
// it; the surplus goes to the first claim designated, else the first named, which owes it back. Every claim named has in its file what it got and
// why, and is woken, and the tasks that waited for the receipt end. The same division again changes nothing, another is a *ConflictError. So is one
// over a claim on which nothing may be collected any more (claim.Facts.NotCollected); what was paid for that very claim, a person allocates to it.
// It is one transaction: a crash before its commit leaves a receipt that waits.
func (s *Store) DivideReceipt(ctx context.Context, key string, over, designated []Ref, by Actor, rules RulesFor) (Divided, error) {
	return s.divideReceipt(ctx, division{key: key, over: over, designated: designated, by: by, rules: rules})
}

func (s *Store) divideReceipt(ctx context.Context, q division) (Divided, error) {
	key, over := q.key, q.over
	if len(over) < 2 {
		return Divided{}, &ConflictError{"a receipt is divided over two claims or more; one claim is allocated the whole: dunning receipts assign"}
	}
	for _, ref := range over {
		if ref.ClientID != over[0].ClientID {
			return Divided{}, &ConflictError{fmt.Sprintf("claim %s is of another client than claim %s: a receipt is divided over claims of one client", ref.ClaimID, over[0].ClaimID)}
		}
	}
	for {
		waiting, err := s.refs(ctx, waitingFor, trajectory.AllocateReceipt+key)
		if err != nil {
			return Divided{}, err
		}
		var d Divided
		err = s.tenant(ctx, over[0].ClientID, func(tx pgx.Tx) (err error) {
			d, err = q.run(ctx, tx, waiting)
			return err
		})
		if !errors.Is(err, errMoreWait) {
			return d, err
		}
	}
}

// division is what is asked of DivideReceipt.
type division struct {
	key              string
	over, designated []Ref
	amounts          map[string]money.Amount // what each claim gets, when a person says so
	by               Actor
	rules            RulesFor
}

// run locks as assign does: the claims in the order of their ids, the receipt last.
func (q division) run(ctx context.Context, tx pgx.Tx, waiting []Ref) (Divided, error) {
	locked := append(slices.Clone(waiting), q.over...)
	if err := lockClaims(ctx, tx, locked); err != nil {
		return Divided{}, err
	}
	if err := setTenant(ctx, tx, q.over[0].ClientID); err != nil {
		return Divided{}, err
	}
	whole, divided, err := q.whole(ctx, tx)
	if err != nil {
		return Divided{}, err
	}
	if divided {
		return q.known(ctx, tx)
	}
	now, err := lockedWaits(ctx, tx, q.key, locked)
	if err != nil {
		return Divided{}, err
	}
	if err := q.oneDebtor(ctx, tx); err != nil {
		return Divided{}, err
	}
	d, err := q.decide(ctx, tx, whole)
	if err != nil {
		return Divided{}, err
	}
	if _, err := tx.Exec(ctx, `UPDATE receipt SET client_id = $2, divided = true WHERE key = $1`, q.key, q.over[0].ClientID); err != nil {
		return Divided{}, fmt.Errorf("divide receipt %s: %w", q.key, err)
	}
	if err := q.book(ctx, tx, whole, d); err != nil {
		return Divided{}, err
	}
	return d, endWaits(ctx, tx, q.key, now, "the receipt is allocated", q.by)
}

// whole reads the receipt, which must wait or be divided already.
func (q division) whole(ctx context.Context, tx pgx.Tx) (r Receipt, divided bool, err error) {
	r.Key = q.key
	var owned, gone bool
	err = tx.QueryRow(ctx, `SELECT amount, COALESCE(corrected_on, value_on), CASE WHEN corrected_on IS NOT NULL THEN value_on END, iban, payer, remittance, direct_debit, claim_id IS NOT NULL, divided, gone IS NOT NULL
		FROM receipt WHERE key = $1 FOR UPDATE`, q.key).Scan(&r.Amount, &r.On, &r.BankDated, &r.IBAN, &r.Payer, &r.Remittance, &r.DirectDebit, &owned, &divided, &gone)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && (owned || gone) {
		return r, false, notWaiting(ctx, tx, q.key)
	}
	if err != nil {
		return r, false, fmt.Errorf("read receipt %s: %w", q.key, err)
	}
	return r, divided, nil
}

// oneDebtor refuses claims on different debtors. Who a debtor is does not depend on the kind that the client stated, nor on a correction.
func (q division) oneDebtor(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `SELECT c.id::text, d.person FROM claim c JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id WHERE c.client_id = $1 AND c.id::text = ANY ($2)`,
		q.over[0].ClientID, ids(q.over))
	if err != nil {
		return fmt.Errorf("read the debtors of receipt %s: %w", q.key, err)
	}
	persons := map[string]string{}
	var id, person string
	if _, err := pgx.ForEachRow(rows, []any{&id, &person}, func() error { persons[id] = person; return nil }); err != nil {
		return fmt.Errorf("read the debtors of receipt %s: %w", q.key, err)
	}
	first := q.over[0].ClaimID
	for _, ref := range q.over {
		if persons[ref.ClaimID] != persons[first] {
			return &ConflictError{fmt.Sprintf("claim %s is on another debtor than claim %s: a receipt is divided over claims on one debtor", ref.ClaimID, first)}
		}
	}
	return nil
}

func ids(refs []Ref) []string {
	list := make([]string, len(refs))
	for i, ref := range refs {
		list[i] = ref.ClaimID
	}
	return list
}

// decide divides by what is owed on the day from which the receipt counts.
func (q division) decide(ctx context.Context, tx pgx.Tx, whole Receipt) (Divided, error) {
	on := earlier(whole.On, q.by.today())
	obligations := make([]claim.Obligation, len(q.over))
	for i, ref := range q.over {
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return Divided{}, err
		}
		if why := file.Facts.NotCollected(); why != "" {
			return Divided{}, &ConflictError{fmt.Sprintf("claim %s takes no part of a receipt: %s; right would be claims that are collected", ref.ClaimID, why)}
		}
		pinned, err := q.rules(file.Facts)
		if err != nil {
			return Divided{}, err
		}
		if obligations[i], err = file.Facts.Obligation(pinned.Tables, on); err != nil {
			return Divided{}, fmt.Errorf("what is owed of claim %s: %w", ref.ClaimID, err)
		}
	}
	d, err := q.divide(whole.Amount, on, obligations)
	var no *claim.DivisionError
	if errors.As(err, &no) {
		return Divided{}, &ConflictError{no.Problem}
	}
	divided := Divided{Division: d}
	if d.Surplus > 0 {
		divided.SurplusTo = append(slices.Clone(q.designated), q.over...)[0].ClaimID
	}
	return divided, err
}

// book enters the parts, and in the file of every claim what it got and why.
func (q division) book(ctx context.Context, tx pgx.Tx, whole Receipt, d Divided) error {
	parts := 0
	for place, part := range d.Parts {
		r, surplus := whole, money.Amount(0)
		if part.Claim == d.SurplusTo {
			surplus = d.Surplus
		}
		if r.Amount = part.Amount + surplus; r.Amount > 0 {
			parts++
			r.Key = fmt.Sprintf("%s#%d", q.key, parts)
		}
		detail := map[string]any{"receipt": q.key, "over": ids(q.over), "for": ids(q.designated), "place": place, "part": part, "surplus": surplus}
		ref := Ref{q.over[0].ClientID, part.Claim}
		err := changeLocked(ctx, tx, ref, q.by.event("divided:"+q.key, "receipt-divided", earlier(whole.On, q.by.today()), detail), MessagePayment, func(tx pgx.Tx, file CaseFile) error {
			return q.bookPart(ctx, tx, ref, file.Facts, r)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// bookPart enters one part as a receipt of its claim; nothing when there is none. It keeps the payer's account, by which a next receipt is recognised.
func (q division) bookPart(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, r Receipt) error {
	if r.Amount == 0 {
		return nil
	}
	tag, err := tx.Exec(ctx, `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, iban, payer, remittance, part_of, direct_debit) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (key) DO NOTHING`,
		r.Key, ref.ClientID, ref.ClaimID, r.Amount, r.On, r.IBAN, r.Payer, r.Remittance, q.key, r.DirectDebit)
	if err != nil {
		return fmt.Errorf("book receipt %s: %w", r.Key, err)
	}
	if tag.RowsAffected() == 0 {
		return &ConflictError{"receipt " + q.key + " cannot be divided: its part would have the key " + r.Key + ", which is in use"}
	}
	e := receiptEvent(r, q.by)
	if _, err := record(ctx, tx, ref, e); err != nil {
		return err
	}
	return bookSettlement(ctx, tx, ref, f, claim.Settlement{Key: r.Key, Kind: claim.PaidToAgency, On: e.On, Amount: r.Amount}, q.by, q.rules)
}

// known answers a division that is asked again, from the files of its claims: what is owed may be something else by now.
func (q division) known(ctx context.Context, tx pgx.Tx) (Divided, error) {
	another := &ConflictError{"receipt " + q.key + " is divided already, over other claims, or in another order"}
	d := Divided{Known: true, Division: claim.Division{Parts: make([]claim.Part, len(q.over))}}
	for _, ref := range q.over {
		var detail struct {
			Over, For []string
			Place     int
			Part      claim.Part
			Surplus   money.Amount
		}
		err := tx.QueryRow(ctx, `SELECT detail FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, "divided:"+q.key).Scan(&detail)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && (!slices.Equal(detail.Over, ids(q.over)) || !slices.Equal(detail.For, ids(q.designated))) {
			return Divided{}, another
		}
		if err != nil {
			return Divided{}, fmt.Errorf("read the division of receipt %s: %w", q.key, err)
		}
		d.Parts[detail.Place] = detail.Part
		if detail.Surplus > 0 {
			d.Surplus, d.SurplusTo = detail.Surplus, ref.ClaimID
		}
	}
	return d, q.sameAmounts(d)
}
