package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// RecordReceipt books one credit of the trust account. When the remittance names a claim by its exact RF or betalingskenmerk the receipt
// becomes a settlement of that claim, under its lock; otherwise, and when its account or the rule of exact references is blocked, it waits, visibly, as unallocated. The same key twice is one receipt: told again
// it changes nothing, with another amount or text it is a *ConflictError, and so is one that a line of a statement may have told already, unless a person says that it is another (Receipt.Another).
// It returns the claim that the receipt is allocated to by now (of one that was divided since, the claim of its first part), or a zero Ref while it waits.
func (s *Store) RecordReceipt(ctx context.Context, r Receipt, by Actor, rules RulesFor) (Ref, error) {
	return s.RecordReceiptUnless(ctx, r, nil, by, rules)
}

// RecordReceiptUnless is RecordReceipt, unless a person looks at the receipt by the policy of matching, though it names its claim: the rule of exact references is switched off, no debtor pays from its
// account (Withholds), or the claim is not open, on hold, disputed or stopped, or owes too little (Doubts). Then, as with a block, it waits, and the claim that it names is suggested with why, as matching does.
func (s *Store) RecordReceiptUnless(ctx context.Context, r Receipt, policy *matching.Policy, by Actor, rules RulesFor) (Ref, error) {
	if err := named(r.Key); err != nil {
		return Ref{}, err
	}
	if r.Amount <= 0 {
		return Ref{}, &ConflictError{"a receipt is more than 0.00"}
	}
	if owner, known, err := s.booked(ctx, r); err != nil || known {
		return owner, err
	}
	if problem := r.Problem(by.today()); problem != "" {
		return Ref{}, &ConflictError{problem}
	}
	ref, err := s.claimNamedIn(ctx, r.Remittance)
	if err != nil {
		return Ref{}, err
	}
	if ref == (Ref{}) {
		return s.bookUnallocated(ctx, r, nil, by)
	}
	var doubt *Match
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := notTold(ctx, tx, r); err != nil {
			return err
		}
		if doubt, err = doubted(ctx, tx, ref, r, policy, by, rules); err != nil || doubt != nil {
			return err
		}
		if err := bookFor(ctx, tx, ref, r, by, rules); err != nil {
			return err
		}
		return tellsLine(ctx, tx, r)
	})
	switch {
	case errors.Is(err, errBooked):
		ref, _, err = s.booked(ctx, r)
	case err == nil && doubt != nil:
		return s.bookUnallocated(ctx, r, doubt, by)
	}
	return ref, err
}

// errBooked says that a receipt was booked since it was looked up.
var errBooked = errors.New("the receipt is booked")

// bookFor books a receipt and settles it on a claim, which is locked.
func bookFor(ctx context.Context, tx pgx.Tx, ref Ref, r Receipt, by Actor, rules RulesFor) error {
	settled, err := freeKey(ctx, tx, ref, r.Key)
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, iban, payer, remittance, settled_as, direct_debit, typed_by, another) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULLIF($12, '')) ON CONFLICT (key) DO NOTHING`,
		r.Key, ref.ClientID, ref.ClaimID, r.Amount, r.On, r.IBAN, r.Payer, r.Remittance, settled, r.DirectDebit, by.Name, r.Another)
	if err != nil {
		return fmt.Errorf("book receipt %s: %w", r.Key, err)
	}
	if tag.RowsAffected() == 0 {
		return errBooked
	}
	if _, err := bookReceipts(ctx, tx, ref.ClientID, by, r); err != nil {
		return err
	}
	return settleReceipt(ctx, tx, ref, r, settled, by, rules)
}

// settleReceipt books what a receipt settles of a claim, under the key of its settlement there.
func settleReceipt(ctx context.Context, tx pgx.Tx, ref Ref, r Receipt, key string, by Actor, rules RulesFor) error {
	r.Key = key
	e := receiptEvent(r, by)
	return changeLocked(ctx, tx, ref, e, MessagePayment, func(tx pgx.Tx, file CaseFile) error {
		return bookSettlement(ctx, tx, ref, file.Facts, claim.Settlement{Key: key, Kind: claim.PaidToAgency, On: e.On, Amount: r.Amount}, by, rules)
	})
}

// earlier is the day from which a receipt counts: its value date, but not later than the day on which it is known. A bank may date Saturday's
// receipt on Monday; no letter leaves meanwhile.
func earlier(value, known calendar.Date) calendar.Date {
	if known.Before(value) {
		return known
	}
	return value
}

// bookUnallocated books a receipt that waits, with what is suggested for it; nil: nothing is.
func (s *Store) bookUnallocated(ctx context.Context, r Receipt, m *Match, by Actor) (owner Ref, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := notTold(ctx, tx, r); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `INSERT INTO receipt (key, amount, value_on, iban, payer, remittance, direct_debit, typed_by, another) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULLIF($9, '')) ON CONFLICT (key) DO NOTHING`,
			r.Key, r.Amount, r.On, r.IBAN, r.Payer, r.Remittance, r.DirectDebit, by.Name, r.Another)
		switch {
		case err != nil:
			return fmt.Errorf("book receipt %s: %w", r.Key, err)
		case tag.RowsAffected() == 0:
			return errBooked
		}
		if _, err = bookReceipts(ctx, tx, "", by, r); err != nil {
			return err
		}
		if err = tellsLine(ctx, tx, r); err != nil || m == nil {
			return err
		}
		return keepMatch(ctx, tx, r.Key, *m)
	})
	if errors.Is(err, errBooked) {
		owner, _, err = s.booked(ctx, r)
	}
	return owner, err
}

// booked looks a receipt up by its key: whose it is, or that it waits (a zero Ref). A key that is used again for something else is refused:
// silence would let the sender believe that it was booked. The value date is not compared, as in sameAsKnown.
func (s *Store) booked(ctx context.Context, r Receipt) (owner Ref, known bool, err error) {
	refs, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_of_receipt($1)`, r.Key)
	if err != nil {
		return Ref{}, false, fmt.Errorf("look up receipt %s: %w", r.Key, err)
	}
	if len(refs) == 1 {
		owner = refs[0]
	}
	var same bool
	err = s.tenant(ctx, owner.ClientID, func(tx pgx.Tx) error { // without an owner: what is nobody's yet
		return tx.QueryRow(ctx, `SELECT amount = $2 AND iban = $3 AND payer = $4 AND remittance = $5 FROM receipt WHERE key = $1`, r.Key, r.Amount, r.IBAN, r.Payer, r.Remittance).Scan(&same)
	})
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Ref{}, false, nil
	case err != nil:
		return Ref{}, false, fmt.Errorf("read receipt %s: %w", r.Key, err)
	case !same:
		return Ref{}, true, &ConflictError{"receipt " + r.Key + " was booked before with another amount, account, payer or text; use another key for something new"}
	}
	return owner, true, nil
}

// UnallocatedReceipts gives the receipts that wait until a person knows whose they are, oldest first.
func (s *Store) UnallocatedReceipts(ctx context.Context) ([]Receipt, error) {
	rows, err := s.pool.Query(ctx, `SELECT key, amount, COALESCE(corrected_on, value_on), iban, payer, remittance, direct_debit, CASE WHEN corrected_on IS NOT NULL THEN value_on END
		FROM receipt WHERE claim_id IS NULL AND NOT divided AND gone IS NULL ORDER BY COALESCE(corrected_on, value_on), key`)
	if err != nil {
		return nil, fmt.Errorf("list receipts: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Receipt])
}

func receiptEvent(r Receipt, by Actor) Event {
	detail := map[string]any{"amount": r.Amount}
	if !r.BankDated.IsZero() {
		detail["bank_dated"] = r.BankDated
	}
	return by.event("receipt:"+r.Key, string(claim.PaidToAgency), earlier(r.On, by.today()), detail)
}

// Our own references have one length each: RF, two check digits and ten digits; a betalingskenmerk of sixteen digits.
var ourRF, digits = regexp.MustCompile(`RF[0-9]{12}`), regexp.MustCompile(`[0-9]+`)

const kenmerkDigits = 16

// claimNamedIn looks for exact references in a remittance, written with or without spaces, points or hyphens.
// Text that names two claims names none: a person decides.
func (s *Store) claimNamedIn(ctx context.Context, remittance string) (Ref, error) {
	squeezed := strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "", "\t", "", "\n", "").Replace(remittance))
	candidates := ourRF.FindAllString(squeezed, -1)
	for _, run := range digits.FindAllString(squeezed, -1) { // squeezed, a number before it is glued to a kenmerk: "factuur 2026 1234 5678 ..."
		for ; len(run) >= kenmerkDigits; run = run[1:] {
			candidates = append(candidates, run[:kenmerkDigits])
		}
	}
	refs, err := s.refs(ctx, `SELECT client_id::text, claim_id::text FROM claim_by_reference($1)`, candidates)
	if err != nil {
		return Ref{}, fmt.Errorf("look up reference: %w", err)
	}
	if len(refs) != 1 {
		return Ref{}, nil
	}
	return refs[0], nil
}

// AssignReceipt allocates a waiting receipt to a claim and ends the tasks that waited for it, of every claim of every client: none of them
// has to wait any longer. The same receipt to the same claim twice is once; one that was reversed since is refused.
func (s *Store) AssignReceipt(ctx context.Context, key string, ref Ref, by Actor, rules RulesFor) error {
	for {
		waiting, err := s.refs(ctx, waitingFor, trajectory.AllocateReceipt+key)
		if err != nil {
			return err
		}
		if err := s.assign(ctx, key, ref, waiting, by, rules); !errors.Is(err, errMoreWait) {
			return err
		}
	}
}

const waitingFor = `SELECT client_id::text, claim_id::text FROM claims_waiting_for($1)`

// errMoreWait says that a claim began to wait for a receipt after those that wait were locked.
var errMoreWait = errors.New("more claims wait for the receipt")

// assign locks the claims in the order of their ids and the receipt last, as a letter does that finds the receipt suspect: nobody waits in a circle.
func (s *Store) assign(ctx context.Context, key string, ref Ref, waiting []Ref, by Actor, rules RulesFor) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaims(ctx, tx, append(slices.Clone(waiting), ref)); err != nil {
			return err
		}
		return assignLocked(ctx, tx, key, ref, waiting, by, rules)
	})
}

// assignLocked allocates a receipt to a claim; the claim and those that wait are locked.
func assignLocked(ctx context.Context, tx pgx.Tx, key string, ref Ref, waiting []Ref, by Actor, rules RulesFor) error {
	if err := setTenant(ctx, tx, ref.ClientID); err != nil {
		return err
	}
	r := Receipt{Key: key}
	settled, err := lockWaiting(ctx, tx, ref, &r)
	if err != nil {
		return err
	}
	if settled != "" { // told again
		return keptBy(ctx, tx, ref, key, settled)
	}
	if settled, err = freeKey(ctx, tx, ref, key); err != nil {
		return err
	}
	now, err := lockedWaits(ctx, tx, key, append(slices.Clone(waiting), ref))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE receipt SET client_id = $2, claim_id = $3, settled_as = $4 WHERE key = $1`, key, ref.ClientID, ref.ClaimID, settled); err != nil {
		return fmt.Errorf("allocate receipt %s: %w", key, err)
	}
	if err := settleReceipt(ctx, tx, ref, r, settled, by, rules); err != nil {
		return err
	}
	return endWaits(ctx, tx, key, now, "the receipt is allocated", by)
}

// lockWaiting locks and reads a receipt that waits, or gives what it counts as on the claim when that has it.
func lockWaiting(ctx context.Context, tx pgx.Tx, ref Ref, r *Receipt) (settled string, err error) {
	var owner string
	var out bool
	err = tx.QueryRow(ctx, `SELECT amount, COALESCE(corrected_on, value_on), CASE WHEN corrected_on IS NOT NULL THEN value_on END, COALESCE(claim_id::text, ''), divided OR gone IS NOT NULL, COALESCE(settled_as, key)
		FROM receipt WHERE key = $1 FOR UPDATE`, r.Key).Scan(&r.Amount, &r.On, &r.BankDated, &owner, &out, &settled)
	switch {
	case errors.Is(err, pgx.ErrNoRows) || err == nil && (out || owner != "" && owner != ref.ClaimID):
		return "", notWaiting(ctx, tx, r.Key)
	case err != nil:
		return "", fmt.Errorf("read receipt %s: %w", r.Key, err)
	case owner == "":
		return "", nil
	}
	return countsAs(ctx, tx, ref, settled)
}

// lockedWaits gives the claims that wait for a receipt; errMoreWait when one of them is not locked.
func lockedWaits(ctx context.Context, tx pgx.Tx, key string, locked []Ref) ([]Ref, error) {
	now, err := queryRefs(ctx, tx, waitingFor, trajectory.AllocateReceipt+key)
	if err == nil && slices.ContainsFunc(now, func(r Ref) bool { return !slices.Contains(locked, r) }) {
		err = errMoreWait
	}
	return now, err
}

func lockClaims(ctx context.Context, tx pgx.Tx, refs []Ref) error {
	slices.SortFunc(refs, func(a, b Ref) int { return strings.Compare(a.ClaimID, b.ClaimID) })
	for _, ref := range slices.Compact(refs) {
		if err := setTenant(ctx, tx, ref.ClientID); err != nil {
			return err
		}
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
	}
	return nil
}

// endWaits ends the task to find out whose a receipt is. It does not say whose: that may be another client's.
func endWaits(ctx context.Context, tx pgx.Tx, key string, refs []Ref, result string, by Actor) error {
	task := trajectory.AllocateReceipt + key
	for _, ref := range refs {
		if err := setTenant(ctx, tx, ref.ClientID); err != nil {
			return err
		}
		ended, err := attemptKey(ctx, tx, ref, "task-done:"+task+":allocated") // a receipt that was released is allocated more than once
		if err != nil {
			return err
		}
		e := by.event(ended, "task-done", by.today(), map[string]any{"task": task, "result": result})
		err = changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error { return doneTask(ctx, tx, ref, task, by) })
		if err != nil {
			return err
		}
	}
	return nil
}

// suspectReceipt finds an unallocated receipt that could be this claim's: same IBAN as before, an amount that any of its letters asked or that was
// left of it, the debtor's name (of a person the surname will do) or an invoice number in the text. Better a letter that waits a day than a letter after payment. It locks the receipt, so that it is not allocated
// elsewhere before the task is there that the allocation ends. A person who ended that task said that it is not this claim's; an allocation that ended it
// says nothing any more once the receipt is released.
func suspectReceipt(ctx context.Context, tx pgx.Tx, file CaseFile, demanded int64) (key string, err error) {
	numbers := make([]string, 0, len(file.Facts.Invoices))
	for _, invoice := range file.Facts.Invoices {
		if len(invoice.Number) >= 5 { // shorter numbers stand in any text
			numbers = append(numbers, "%"+escapeLike(invoice.Number)+"%")
		}
	}
	err = tx.QueryRow(ctx, `
		SELECT key FROM receipt WHERE claim_id IS NULL AND NOT divided AND gone IS NULL AND (
			amount = ANY ($1) OR lower(payer) = lower($2) OR ($3 <> '' AND lower(payer) LIKE '%' || $3) OR remittance ILIKE ANY ($4)
			OR (iban <> '' AND iban IN (SELECT iban FROM receipt WHERE claim_id = $5)))
		AND NOT EXISTS (SELECT 1 FROM task WHERE task.claim_id = $5 AND task.key = 'allocate-receipt:' || receipt.key AND task.done_on IS NOT NULL
			AND NOT COALESCE((SELECT e.key = 'task-done:' || task.key || ':allocated' OR starts_with(e.key, 'task-done:' || task.key || ':allocated:') FROM case_event e
				WHERE e.claim_id = $5 AND e.kind = 'task-done' AND e.detail ->> 'task' = task.key ORDER BY e.seq DESC LIMIT 1), false))
		ORDER BY value_on LIMIT 1 FOR SHARE OF receipt`, asked(file.Facts, demanded), file.Debtor.Name, escapeLike(surname(file)), numbers, file.Facts.ClaimID).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look for unallocated receipts: %w", err)
	}
	return key, nil
}

// asked are the amounts, in cents, with which a debtor may answer: what the letter to come asks, the principal, and what each earlier letter asked,
// whole and less what was settled since.
func asked(f claim.Facts, demanded int64) []int64 {
	amounts := []int64{demanded, f.Principal().Cents()}
	for _, l := range f.Letters {
		left := l.Demanded
		for _, s := range f.Settlements {
			if !s.On.Before(l.On) {
				left -= s.Amount
			}
		}
		if l.Left() && l.Demanded > 0 {
			amounts = append(amounts, l.Demanded.Cents(), left.Cents())
		}
	}
	return amounts
}

// surname is the last word of a person's name, in lower case, for banks that tell it as "R. Voorbeeld"; empty for a company, and when it is too
// short to tell anything. What stands in brackets, as "(eenmanszaak)", is no name.
func surname(file CaseFile) string {
	name, _, _ := strings.Cut(strings.ToLower(file.Debtor.Name), "(")
	words := strings.Fields(name)
	if !file.Facts.Debtor.NaturalPerson || len(words) < 2 || len(words[len(words)-1]) < 4 {
		return ""
	}
	return " " + words[len(words)-1]
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
