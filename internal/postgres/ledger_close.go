package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Closed is what was missing in the books and is there now.
type Closed struct {
	Receipts int      `json:"receipts"`
	Refunds  int      `json:"refunds"`      // of receipts that are nobody's
	Charged  int      `json:"bank_charges"` // of the trust account
	Bills    int      `json:"bills"`
	Claims   int      `json:"claims"`
	Untold   []string `json:"untold"` // claims of which nobody can tell what is owed: their money stays unallocated
}

// batch is how many journals one transaction posts at most.
const batch = 100

// CloseBooks posts what the facts say by the end of the day and the books do not: interest and costs that time brought, what was divided anew without money
// moving (a letter that came back, a flag of an earlier day, a rate that came in force), and everything of before there were books. What is there already
// stays: a second time changes nothing. Each claim is a transaction of its own, so a crash leaves less to do.
func (s *Store) CloseBooks(ctx context.Context, by Actor, rules RulesFor) (c Closed, err error) {
	clients, err := s.ClientCodes(ctx)
	if err != nil {
		return c, err
	}
	if c.Receipts, err = s.closeReceipts(ctx, "", by); err != nil {
		return c, err
	}
	if c.Refunds, err = s.closeRefunds(ctx, by); err != nil {
		return c, err
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		c.Charged, err = bookCharges(ctx, tx, "", by)
		return err
	})
	if err != nil {
		return c, err
	}
	for _, id := range clients {
		n, err := s.closeReceipts(ctx, id, by)
		if err != nil {
			return c, err
		}
		c.Receipts += n
		if err := s.closeClaims(ctx, id, by, rules, &c); err != nil {
			return c, err
		}
	}
	return c, nil
}

// closeReceipts books the receipts of a client, or those that wait, as far as they are not booked.
func (s *Store) closeReceipts(ctx context.Context, clientID string, by Actor) (n int, err error) {
	for last, more := "", true; more; {
		err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
			rows, err := tx.Query(ctx, `SELECT key, amount, value_on FROM receipt WHERE client_id IS NOT DISTINCT FROM tenant() AND part_of IS NULL AND key > $1 ORDER BY key LIMIT $2`, last, batch)
			if err != nil {
				return fmt.Errorf("read receipts: %w", err)
			}
			receipts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Receipt, err error) {
				err = row.Scan(&r.Key, &r.Amount, &r.On)
				return r, err
			})
			if err != nil {
				return fmt.Errorf("read receipts: %w", err)
			}
			if more = len(receipts) == batch; len(receipts) > 0 {
				last = receipts[len(receipts)-1].Key
			}
			posted, err := bookReceipts(ctx, tx, clientID, by, receipts...)
			n += posted
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *Store) closeClaims(ctx context.Context, clientID string, by Actor, rules RulesFor, c *Closed) error {
	refs, err := s.claimsOf(ctx, clientID)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		err := s.tenant(ctx, clientID, func(tx pgx.Tx) error { return closeClaim(ctx, tx, ref, by, rules, c) })
		if err != nil {
			return fmt.Errorf("close the books of claim %s: %w", ref.ClaimID, err)
		}
	}
	return nil
}

// claimsOf are the claims of a client that were taken: of one that was refused nothing is owed to anybody here.
func (s *Store) claimsOf(ctx context.Context, clientID string) (refs []Ref, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		refs, err = queryRefs(ctx, tx, `SELECT client_id::text, id::text FROM claim WHERE client_id = $1 ORDER BY id`, clientID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list claims of client %s: %w", clientID, err)
	}
	return refs, nil
}

func closeClaim(ctx context.Context, tx pgx.Tx, ref Ref, by Actor, rules RulesFor, c *Closed) error {
	if err := lockClaim(ctx, tx, ref); err != nil {
		return err
	}
	n, err := closeBills(ctx, tx, ref, by)
	if err != nil {
		return err
	}
	c.Bills += n
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	_, last, err := bookedOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	pinned, account, err := accountBy(file.Facts, rules, calendar.Max(by.today(), last))
	if err != nil {
		c.Untold = append(c.Untold, fmt.Sprintf("claim %s: %v", ref.ClaimID, err))
		return nil
	}
	key, err := closingKey(ctx, tx, ref, by)
	if err != nil {
		return err
	}
	f, err := keepFallenAway(ctx, tx, ref, file.Facts, pinned)
	if err != nil {
		return err
	}
	changed, err := bookClaim(ctx, tx, ref, f, account, pinned, happened{key: key, on: by.today()}, by)
	if err != nil {
		return err
	}
	if changed {
		c.Claims++
	}
	return closeTakenBack(ctx, tx, ref, by)
}

// closingKey names what is booked at the end of a day. Facts can change after it, so a day can have several.
func closingKey(ctx context.Context, tx pgx.Tx, ref Ref, by Actor) (string, error) {
	key := "close:" + by.today().String()
	var before int
	err := tx.QueryRow(ctx, `SELECT count(DISTINCT split_part(key, '/', 2)) FROM journal WHERE client_id = $1 AND starts_with(key, $2)`, ref.ClientID, ref.ClaimID+"/"+key).Scan(&before)
	if err != nil {
		return "", fmt.Errorf("count closings of claim %s: %w", ref.ClaimID, err)
	}
	if before > 0 {
		key = fmt.Sprintf("%s:%d", key, before+1)
	}
	return key, nil
}

// closeTakenBack books the receipts that the bank took back before there were books.
func closeTakenBack(ctx context.Context, tx pgx.Tx, ref Ref, by Actor) error {
	rows, err := tx.Query(ctx, `SELECT s.key, s.amount, COALESCE(r.returned_on, r.reversed_on) FROM settlement_reversal r JOIN settlement s ON s.claim_id = r.claim_id AND s.key = r.key
		WHERE r.client_id = $1 AND r.claim_id = $2 AND r.replaced_by IS NULL AND NOT r.waits AND s.kind = $3`, ref.ClientID, ref.ClaimID, claim.PaidToAgency)
	if err != nil {
		return fmt.Errorf("read what the bank took back of claim %s: %w", ref.ClaimID, err)
	}
	var old claim.Settlement
	var journals []ledger.Journal
	_, err = pgx.ForEachRow(rows, []any{&old.Key, &old.Amount, &old.On}, func() error { journals = append(journals, takenBack(ref, old, old.On)...); return nil })
	if err != nil {
		return fmt.Errorf("read what the bank took back of claim %s: %w", ref.ClaimID, err)
	}
	_, err = post(ctx, tx, by, journals...)
	return err
}

// closeBills books what a client was billed for a claim and is not booked, and what of it was taken back.
func closeBills(ctx context.Context, tx pgx.Tx, ref Ref, by Actor) (n int, err error) {
	list, err := billables(ctx, tx, ref)
	if err != nil {
		return 0, err
	}
	for _, b := range list {
		var booked, back bool
		err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM journal WHERE key = $1 AND book = 'A'), EXISTS (SELECT FROM journal WHERE key = $1 || '/back' AND book = 'A')`, ref.ClaimID+"/"+chargeKey(b.Key)).Scan(&booked, &back)
		if err != nil {
			return n, fmt.Errorf("look for the journal of charge %s: %w", b.Key, err)
		}
		if !booked {
			n++
			costs := money.Amount(0)
			if !b.commission() {
				costs = b.Net
			}
			if _, err := post(ctx, tx, by, billJournal(ref, b, costs)...); err != nil {
				return n, err
			}
		}
		if !b.Owed() && !back {
			if err := reverseBill(ctx, tx, ref, b.Key, b.TakenBack, by); err != nil {
				return n, err
			}
		}
	}
	return n, nil
}
