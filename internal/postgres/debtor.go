package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// CorrectDebtor gives the debtor of a claim other particulars, by column of a hand-over file: an address that was found, an e-mail address that
// works, a name that can be printed. A new address takes back that the address is unknown, a new e-mail address that mail bounced, and either
// ends the task to find one. Every open claim of the debtor has it in its file (which columns changed, not what they were) and is woken, and so is
// the claim named. What is the same already changes nothing. A value that hand-over would refuse is a *claim.ColumnError.
// When it turns out to be a debtor with a stop flag, rules are those of SetFlag. A claim that is handed over with the old particulars or the new is one of the same debtor (knownAs).
// It returns the columns that changed, and the claims that were told.
func (s *Store) CorrectDebtor(ctx context.Context, ref Ref, values map[string]string, by Actor, rules RulesFor) (changed []string, told []Ref, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		before, err := lockDebtor(ctx, tx, ref)
		if err != nil {
			return err
		}
		var after claim.Debtor
		if after, changed, err = before.Corrected(values); err != nil || len(changed) == 0 {
			return err
		}
		if err := printable(after, changed); err != nil {
			return err
		}
		ended, err := lockEnded(ctx, tx, ref, before.person, after.Identity())
		if err != nil {
			return err
		}
		if err := before.knownAs(ctx, tx, ref, after.Identity(), by); err != nil {
			return err
		}
		if err := levelStops(ctx, tx, ref, before.person, ended, by, rules); err != nil {
			return err
		}
		if told, err = lockClaimsOf(ctx, tx, ref, []string{before.id}); err != nil {
			return err
		}
		// The fingerprint stays as handed over: it says who the client means, so that the same file handed over again is unchanged, and a next
		// claim with the old particulars is one of the debtor that is corrected here; knownAs sees to one with the new.
		_, err = tx.Exec(ctx, `UPDATE debtor SET name = $3, attention = $4, street = $5, postcode = $6, town = $7, email = $8 WHERE client_id = $1 AND id = $2`,
			ref.ClientID, before.id, after.Name, after.Attention, after.Street, after.Postcode, after.Town, after.Email)
		if err != nil {
			return fmt.Errorf("correct the debtor of claim %s: %w", ref.ClaimID, err)
		}
		for _, open := range told {
			if err := recordCorrection(ctx, tx, open, changed, before.Email != "", after.Email != "", by); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, told, err
}

// lockEnded locks the claims of who is known under names, in the order of their ids, before any of them is locked alone, and gives those that have ended as they are before a correction.
func lockEnded(ctx context.Context, tx pgx.Tx, ref Ref, names ...string) ([]endedClaim, error) {
	people, err := lockSame(ctx, tx, ref, names...)
	if err != nil {
		return nil, err
	}
	ended, err := endedOf(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	return ended, setTenant(ctx, tx, ref.ClientID)
}

// lockClaimsOf locks the claims of debtors in the order of their ids, as everybody does who locks several, and gives those that are open and
// the one named.
func lockClaimsOf(ctx context.Context, tx pgx.Tx, named Ref, debtors []string) ([]Ref, error) {
	rows, err := tx.Query(ctx, `SELECT id::text, status = 'open' OR id = $3 FROM claim WHERE client_id = $1 AND debtor_id = ANY ($2) ORDER BY id FOR NO KEY UPDATE`, named.ClientID, debtors, named.ClaimID)
	if err != nil {
		return nil, fmt.Errorf("lock the claims of a debtor: %w", err)
	}
	var refs []Ref
	var id string
	var told bool
	_, err = pgx.ForEachRow(rows, []any{&id, &told}, func() error {
		if told {
			refs = append(refs, Ref{named.ClientID, id})
		}
		return nil
	})
	return refs, err
}

func recordCorrection(ctx context.Context, tx pgx.Tx, ref Ref, changed []string, hadEmail, hasEmail bool, by Actor) error {
	var times int // a debtor can be corrected again, also on the same day: each time is an event of its own
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = $3`, ref.ClientID, ref.ClaimID, eventCorrected).Scan(&times); err != nil {
		return err
	}
	moved, mailed := clears(changed)
	detail := map[string]any{"changed": strings.Join(changed, ", ")}
	if mailed { // what the file tells of a day before rests on it
		detail["had_email"] = hadEmail
	}
	e := by.event(fmt.Sprintf("debtor:%d", times+1), eventCorrected, by.today(), detail)
	return changeLocked(ctx, tx, ref, e, MessageFlag, func(tx pgx.Tx, _ CaseFile) error {
		_, err := tx.Exec(ctx, `DELETE FROM flag WHERE client_id = $1 AND claim_id = $2 AND (kind = $3 AND $4 OR kind = $5 AND $6)`,
			ref.ClientID, ref.ClaimID, claim.FlagAddressUnknown, moved, claim.FlagEmailBounced, mailed)
		if err != nil {
			return fmt.Errorf("clear flags of claim %s: %w", ref.ClaimID, err)
		}
		if moved || mailed && hasEmail {
			return doneTask(ctx, tx, ref, trajectory.FindAddress, by)
		}
		return nil
	})
}

// eventCorrected is a debtor that got other particulars.
const eventCorrected = "debtor-corrected"

// clears says whether a correction of these columns takes back that the address is unknown, and that mail bounced.
func clears(changed []string) (moved, mailed bool) {
	moved = slices.ContainsFunc(changed, func(column string) bool { return column == "street" || column == "postcode" || column == "town" })
	return moved, slices.Contains(changed, "email")
}
