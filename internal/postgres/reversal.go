package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const ( // kinds of event that this file records
	eventReversed = "reversed"
	eventReopened = "reopened"
)

// Correction is what is right instead of a settlement; what is left zero was right.
type Correction struct {
	Amount  money.Amount
	On      calendar.Date
	Kind    claim.SettlementKind
	Invoice string // that a credit note credits
	Key     string // of the settlement that replaces it; empty: that of the old one with a number
}

// ReverseSettlement takes a settlement back: the bank fetched the money, or it never was. (What was booked for the wrong claim is released.) It stays in
// the books, and everything is as if it had never been. A claim that was paid and owes something now is open again; of one that ended otherwise a person is told. It gives the
// difference it made that day. The same reversal twice is once; another reason for it, a key that is not there, or a part of a divided receipt, is
// a *ConflictError.
// All of it is one transaction: a crash before the commit leaves nothing.
func (s *Store) ReverseSettlement(ctx context.Context, ref Ref, key, reason string, by Actor, rules RulesFor) (claim.Difference, error) {
	return s.takeBack(ctx, ref, key, reason, by, rules, nil)
}

// CorrectSettlement reverses a settlement and books what is right instead, in one transaction, with the difference of both together. Money on the
// trust account came in as the bank says: of that the value date can be wrong, and nothing else.
func (s *Store) CorrectSettlement(ctx context.Context, ref Ref, key string, c Correction, reason string, by Actor, rules RulesFor) (claim.Difference, error) {
	return s.takeBack(ctx, ref, key, reason, by, rules, &c)
}

func (s *Store) takeBack(ctx context.Context, ref Ref, key, reason string, by Actor, rules RulesFor, c *Correction) (d claim.Difference, err error) {
	if reason, err = because(reason); err != nil {
		return d, err
	}
	if c != nil && strings.TrimSpace(c.Key) != "" {
		if err := named(strings.TrimSpace(c.Key)); err != nil {
			return d, err
		}
	}
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		old, was, err := readSettlement(ctx, tx, ref, key)
		if err != nil {
			return err
		}
		r := reversal{old: old, reason: reason, on: by.today(), rules: rules, by: by}
		if c != nil {
			if r.right, err = c.of(old, by.today()); err != nil {
				return err
			}
		}
		if was != nil {
			d, err = r.again(ctx, tx, ref, *was)
			return err
		}
		if c != nil && r.right.Amount == old.Amount && r.right.On == old.On && r.right.Kind == old.Kind && r.right.Invoice == old.Invoice {
			return &ConflictError{fmt.Sprintf("%s is %s of %s on %s already; right would be another amount, value date, kind or invoice", key, old.Kind, old.Amount, old.On)}
		}
		if c == nil {
			if err := alone(ctx, tx, ref, key); err != nil {
				return err
			}
		}
		d, err = r.book(ctx, tx, ref)
		return err
	})
	return d, err
}

// because refuses to take something back for no reason.
func because(reason string) (string, error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return "", &ConflictError{"the reason is empty; right would be why it is taken back"}
	}
	return reason, readable("reason", reason)
}

// of is the settlement that replaces old.
func (c Correction) of(old claim.Settlement, today calendar.Date) (claim.Settlement, error) {
	right := claim.Settlement{Key: cmp.Or(strings.TrimSpace(c.Key), nextKey(old.Key)), Kind: cmp.Or(c.Kind, old.Kind), On: old.On, Amount: cmp.Or(c.Amount, old.Amount)}
	if !c.On.IsZero() {
		right.On = c.On
	}
	if right.Invoice = c.Invoice; right.Kind == claim.CreditNote {
		right.Invoice = cmp.Or(c.Invoice, old.Invoice)
	}
	switch {
	case old.Kind == claim.PaidToAgency && (right.Kind != old.Kind || right.Amount != old.Amount):
		return right, &ConflictError{fmt.Sprintf("%s is %s that came in on the trust account, as the bank says; right would be another value date only", old.Key, old.Amount)}
	case right.Kind == claim.PaidToAgency && old.Kind != right.Kind:
		return right, &ConflictError{"money on the trust account is booked as a receipt"}
	case right.Amount <= 0:
		return right, &ConflictError{"a settlement is more than 0.00"}
	case right.On.After(today):
		return right, &ConflictError{fmt.Sprintf("value date %s is in the future; right would be a day up to and including %s", right.On, today)}
	case right.Key == old.Key:
		return right, &ConflictError{"key " + old.Key + " is in use for the settlement that is corrected; right would be another key"}
	}
	return right, nil
}

// nextKey is the key of what replaces a settlement when nobody names one: p1~2 after p1, p1~3 after that.
func nextKey(key string) string {
	if base, number, ok := cutNumber(key); ok {
		return fmt.Sprintf("%s~%d", base, number+1)
	}
	return key + "~2"
}

func cutNumber(key string) (base string, number int, ok bool) {
	i := strings.LastIndexByte(key, '~')
	if i < 0 {
		return key, 0, false
	}
	n, err := fmt.Sscanf(key[i+1:], "%d", &number)
	return key[:i], number, n == 1 && err == nil && fmt.Sprint(number) == key[i+1:]
}

// taken is how a settlement was taken back.
type taken struct {
	reason string
	by     string // the key of what replaces it; empty: nothing does
	waits  bool   // its receipt was released
}

// readSettlement reads a settlement of the claim, and how it was taken back if it was.
func readSettlement(ctx context.Context, tx pgx.Tx, ref Ref, key string) (s claim.Settlement, was *taken, err error) {
	var reason, replacedBy *string
	var waits *bool
	err = tx.QueryRow(ctx, `SELECT s.key, s.kind, s.value_on, s.amount, s.invoice, r.reason, r.replaced_by, r.waits
		FROM settlement s LEFT JOIN settlement_reversal r ON r.claim_id = s.claim_id AND r.key = s.key WHERE s.client_id = $1 AND s.claim_id = $2 AND s.key = $3`,
		ref.ClientID, ref.ClaimID, key).Scan(&s.Key, &s.Kind, &s.On, &s.Amount, &s.Invoice, &reason, &replacedBy, &waits)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return s, nil, noSettlement(ctx, tx, ref, key)
	case err != nil:
		return s, nil, fmt.Errorf("read settlement %s: %w", key, err)
	case reason != nil:
		was = &taken{reason: *reason, waits: *waits}
		if replacedBy != nil {
			was.by = *replacedBy
		}
	}
	return s, was, nil
}

// noSettlement says which keys there are instead.
func noSettlement(ctx context.Context, tx pgx.Tx, ref Ref, key string) error {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	keys := make([]string, len(file.Facts.Settlements))
	for i, s := range file.Facts.Settlements {
		keys[i] = fmt.Sprintf("%s (%s of %s on %s)", s.Key, s.Kind, s.Amount, s.On)
	}
	if len(keys) == 0 {
		return &ConflictError{"the claim has no settlement " + key + ", nor any other"}
	}
	return &ConflictError{fmt.Sprintf("the claim has no settlement %s; right would be one of %s", key, strings.Join(keys, ", "))}
}

// stands refuses the key of a settlement that was taken back: told "recorded", the sender would believe that it counts.
func stands(ctx context.Context, tx pgx.Tx, ref Ref, key string) error {
	var reversed bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM settlement_reversal WHERE client_id = $1 AND claim_id = $2 AND key = $3)`, ref.ClientID, ref.ClaimID, key).Scan(&reversed)
	if err != nil {
		return fmt.Errorf("read reversal of %s: %w", key, err)
	}
	if reversed {
		return &ConflictError{"settlement " + key + " was reversed; use another key for something new"}
	}
	return nil
}

// reversal is a settlement that is being taken back, and what is right instead: its key is empty when nothing is.
type reversal struct {
	old, right claim.Settlement
	receipt    string // the one that waits again; empty: none does
	reason     string
	on         calendar.Date // value date on which the bank took the money back; else the day of now
	known      bool          // that it was taken back before, for whatever reason, is no news
	rules      RulesFor
	by         Actor
}

func (r reversal) eventKey() string { return "reversal:" + r.old.Key }

// again answers a reversal that is repeated with the difference that it made, and refuses another one of the same settlement.
func (r reversal) again(ctx context.Context, tx pgx.Tx, ref Ref, was taken) (claim.Difference, error) {
	switch {
	case was.waits && r.receipt == "":
		return claim.Difference{}, &ConflictError{fmt.Sprintf("settlement %s was taken back already, because its receipt is not of this claim: %s", r.old.Key, was.reason)}
	case was.by != r.right.Key && was.by != "":
		return claim.Difference{}, &ConflictError{fmt.Sprintf("settlement %s was corrected already: it counts as %s, which can be reversed or corrected", r.old.Key, was.by)}
	case was.by != r.right.Key:
		return claim.Difference{}, &ConflictError{"settlement " + r.old.Key + " was reversed already; use `claim pay` or `receipts add` for what is right"}
	}
	if r.right.Key != "" {
		now, _, err := readSettlement(ctx, tx, ref, r.right.Key)
		if err != nil {
			return claim.Difference{}, err
		}
		if now != r.right || was.reason != r.reason {
			return claim.Difference{}, &ConflictError{fmt.Sprintf("settlement %s was corrected already, to %s of %s on %s; correct %s instead", r.old.Key, now.Kind, now.Amount, now.On, now.Key)}
		}
	}
	if was.reason != r.reason && !r.known {
		return claim.Difference{}, &ConflictError{fmt.Sprintf("settlement %s was taken back already, with another reason: %s", r.old.Key, was.reason)}
	}
	return r.made(ctx, tx, ref)
}

// made is the difference that the reversal made on its day.
func (r reversal) made(ctx context.Context, tx pgx.Tx, ref Ref) (claim.Difference, error) {
	var detail []byte
	var told claim.Difference
	err := tx.QueryRow(ctx, `SELECT detail FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3`, ref.ClientID, ref.ClaimID, r.eventKey()).Scan(&detail)
	if err == nil {
		err = json.Unmarshal(detail, &told)
	}
	if err != nil {
		return claim.Difference{}, fmt.Errorf("read reversal of %s: %w", r.old.Key, err)
	}
	return told, nil
}

// book writes the reversal with everything that follows from it; the caller holds the claim's lock.
func (r reversal) book(ctx context.Context, tx pgx.Tx, ref Ref) (d claim.Difference, err error) {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return d, err
	}
	after := file.Facts.Without(r.old.Key)
	var replacedBy *string
	if r.right.Key != "" {
		if err := plausible(after, r.right, r.by.today(), r.rules, r.old); err != nil {
			return d, err
		}
		if err := insertSettlement(ctx, tx, ref, r.right); err != nil {
			return d, err
		}
		r.right.Known = r.by.today()
		after, replacedBy = after.With(r.right), &r.right.Key
	}
	if after, err = judgeNotices(ctx, tx, ref, after, r.rules, r.by); err != nil {
		return d, err
	}
	if after, err = costsAnew(ctx, tx, ref, file.Facts, after, r.rules, r.by); err != nil {
		return d, err
	}
	pinned, err := r.rules(file.Facts)
	if err != nil {
		return d, err
	}
	if d, err = file.Facts.DifferenceTo(after, pinned.Tables, r.by.today()); err != nil {
		return d, fmt.Errorf("account of claim %s: %w", ref.ClaimID, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO settlement_reversal (client_id, claim_id, key, reason, reversed_on, replaced_by, waits, returned_on) VALUES ($1, $2, $3, $4, $5, $6, $7, NULLIF($8::date, $5))`,
		ref.ClientID, ref.ClaimID, r.old.Key, r.reason, r.by.today(), replacedBy, r.receipt != "", r.on)
	if err != nil {
		return d, fmt.Errorf("reverse settlement %s: %w", r.old.Key, err)
	}
	if err := r.tell(ctx, tx, ref, d); err != nil {
		return d, err
	}
	if err := followMoney(ctx, tx, ref, after, happened{r.eventKey(), r.on, "settlement " + r.old.Key + " was taken back"}, r.rules, r.by); err != nil {
		return d, err
	}
	if r.old.Kind == claim.PaidToAgency && r.right.Key == "" && r.receipt == "" { // the bank has it back
		if _, err := post(ctx, tx, r.by, takenBack(ref, r.old, r.on)...); err != nil {
			return d, err
		}
	}
	return d, r.goOn(ctx, tx, ref, after)
}

// tell records what was taken back, with its value date, and what is right instead.
func (r reversal) tell(ctx context.Context, tx pgx.Tx, ref Ref, d claim.Difference) error {
	detail := map[string]any{"kind": r.old.Kind, "amount": r.old.Amount, "reason": r.reason, "on": d.On, "before": d.Before, "after": d.After}
	if r.right.Key != "" {
		detail["replaced_by"] = r.right.Key
	}
	if r.receipt != "" {
		detail["receipt"] = r.receipt
	}
	if _, err := record(ctx, tx, ref, r.by.event(r.eventKey(), eventReversed, r.old.On, detail)); err != nil || r.right.Key == "" {
		return err
	}
	isNew, err := record(ctx, tx, ref, settlementEvent(r.right, r.by))
	if err == nil && !isNew {
		err = &ConflictError{"key " + r.right.Key + " is in use for another settlement of this claim"}
	}
	return err
}

// goOn leaves what the claim needs now: its workflow wakes up; when it ended for another reason than payment, a person looks. One that was paid and owes by now is open again (followMoney).
func (r reversal) goOn(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts) error {
	if f.Status.Final() && f.Status != claim.StatusPaid {
		todo := fmt.Sprintf("settlement %s of %s was taken back after the claim was %s: tell the client, and whoever goes on with it", r.old.Key, r.old.Amount, f.Status)
		if err := openTask(ctx, tx, ref, trajectory.ReversedAfterClose+r.old.Key, todo, r.by); err != nil {
			return err
		}
	}
	if f.Status == claim.StatusPaid { // open again, it was started anew with all that is known
		var status claim.Status
		if err := tx.QueryRow(ctx, `SELECT status FROM claim WHERE id = $1`, ref.ClaimID).Scan(&status); err != nil || status != f.Status {
			return err
		}
	}
	return wake(ctx, tx, ref, MessagePayment, r.eventKey())
}

// reopenOwing opens a claim that was paid and owes something after what happened, or of which nobody knows any more whether it owed the costs that it paid.
func reopenOwing(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, happened string, by Actor) error {
	if f.Status != claim.StatusPaid {
		return nil
	}
	why := trajectory.Unsettled(f, account)
	if why == "" {
		return nil
	}
	return reopenPaid(ctx, tx, ref, f, why+" after "+happened, by)
}

// reopenPaid opens a claim again that was paid. One that was paid before it was handed over to the court is to be handed over after all, and a dispute of it judged before.
func reopenPaid(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, reason string, by Actor) error {
	if d := f.Decision; d != nil && d.Choice == claim.ChooseCourt && len(f.Court) == 0 {
		if err := openTask(ctx, tx, ref, trajectory.HandOverToCourt, trajectory.ToHandOver(f, by.today()), by); err != nil {
			return err
		}
		if dispute, pending := f.Unjudged(); pending {
			task, todo := trajectory.DisputedInCourt(f, dispute)
			if err := openTask(ctx, tx, ref, task, todo, by); err != nil {
				return err
			}
		}
	}
	return reopen(ctx, tx, ref, f, reason, by)
}

// reopen makes a claim that was paid, or that was to go to the court, open again. The sweeper compares it soon, in case its new start gets lost. A stop flag that stands is asked about again: no task was opened
// for one that was set meanwhile. What a person was to tell the debtor, as no letter could, is told by one again. A repair that was asked for when it ended is not waited for: what could not be done is tried
// again when it still comes.
func reopen(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, reason string, by Actor) error {
	next, err := f.Status.To(claim.StatusOpen)
	if err != nil {
		return err
	}
	key, err := attemptKey(ctx, tx, ref, eventReopened)
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, by.event(key, eventReopened, by.today(), map[string]any{"reason": reason})); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE claim SET status = $3, status_reason = '', court_awaited = false, checked_at = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, next); err != nil {
		return fmt.Errorf("reopen claim %s: %w", ref.ClaimID, err)
	}
	if f.Attention != nil {
		if err := retried(ctx, tx, ref, eventReopened, f.Attention.Action, "the claim is open again: "+reason, by); err != nil {
			return err
		}
	}
	if err := askAnew(ctx, tx, ref, f, by); err != nil {
		return err
	}
	// A letter that was not sent because the claim was closed says nothing about the debtor's address: it can be written anew.
	_, err = tx.Exec(ctx, `UPDATE letter SET state = 'claimed', reply = '', settled_at = NULL WHERE client_id = $1 AND claim_id = $2 AND state = 'failed' AND reply = $3`, ref.ClientID, ref.ClaimID, notSent)
	if err != nil {
		return fmt.Errorf("release letters of claim %s: %w", ref.ClaimID, err)
	}
	_, err = tx.Exec(ctx, `INSERT INTO outbox (client_id, claim_id, message, key, detail) VALUES ($1, $2, $3, $4, $5)`, ref.ClientID, ref.ClaimID, MessageReopen, key, startDetail(f))
	if err != nil {
		return fmt.Errorf("queue %s for claim %s: %w", MessageReopen, ref.ClaimID, err)
	}
	return nil
}
