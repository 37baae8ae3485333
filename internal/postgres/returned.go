package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// ReturnLetter records that a letter which its carrier had accepted came back on a day: undeliverable post, or a bounce that arrived hours later. It
// was not received, so it failed: no term ran from it, it interrupts nothing, and it goes out again over the next channel. The channel is closed by a
// flag, unless the address was corrected since. An advice that came back starts no term to decide: a person reaches the client. When costs were not
// due after all, letters that asked them open a task each. Cycle 0 is the newest letter of the step. The same letter on the same day twice is once.
// A closed claim takes it too: what was paid may be too much now.
func (s *Store) ReturnLetter(ctx context.Context, ref Ref, step string, cycle int, on calendar.Date, by Actor, rules RulesFor) error {
	if on.After(by.today()) {
		return &ConflictError{fmt.Sprintf("%s is in the future; right would be a day up to and including %s", on, by.today())}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		l, known, err := cameBack(ctx, tx, ref, step, cycle, on)
		if err != nil || known {
			return err
		}
		e := by.event("returned:"+l.ID, "letter-returned", on, map[string]any{"step": step, "cycle": l.Cycle, "channel": l.Channel})
		return changeLocked(ctx, tx, ref, e, MessageFlag, func(tx pgx.Tx, file CaseFile) error {
			if _, err := tx.Exec(ctx, `UPDATE letter SET state = 'failed', received_on = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, l.ID); err != nil {
				return fmt.Errorf("return letter %s: %w", l.ID, err)
			}
			if l.Kind == trajectory.AdviceLetter && file.Facts.Decision == nil {
				if _, err := tx.Exec(ctx, `UPDATE claim SET advised_on = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID); err != nil {
					return err
				}
			}
			if err := closeChannel(ctx, tx, ref, file, l, by); err != nil {
				return err
			}
			if err := askCorrections(ctx, tx, ref, file.Facts, by, rules); err != nil {
				return err
			}
			return reopenOwing(ctx, tx, ref, "the letter of step "+step+" came back", by, rules)
		})
	})
}

// cameBack finds the letter: the one that came back on that day already (known), or the newest that left by then. Recipient is a hash.
func cameBack(ctx context.Context, tx pgx.Tx, ref Ref, step string, cycle int, on calendar.Date) (l Letter, known bool, err error) {
	err = tx.QueryRow(ctx, `SELECT l.id::text, l.kind, l.cycle, l.channel, l.recipient, e.key IS NOT NULL
		FROM letter l LEFT JOIN case_event e ON e.client_id = l.client_id AND e.claim_id = l.claim_id AND e.key = 'returned:' || l.id AND e.value_on = $5
		WHERE l.client_id = $1 AND l.claim_id = $2 AND l.step = $3 AND $4 IN (0, l.cycle) AND (l.state = 'accepted' AND l.on_day <= $5 OR e.key IS NOT NULL)
		ORDER BY e.key IS NOT NULL DESC, l.claimed_at DESC LIMIT 1`, ref.ClientID, ref.ClaimID, step, cycle, on).
		Scan(&l.ID, &l.Kind, &l.Cycle, &l.Channel, &l.Recipient, &known)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, false, &ConflictError{fmt.Sprintf("no letter of step %s had left by %s that can have come back", step, on)}
	}
	if err != nil {
		return l, false, fmt.Errorf("find letter of step %s: %w", step, err)
	}
	return l, known, nil
}

// closeChannel sets the flag of the channel over which a letter came back from the address that the debtor still has.
func closeChannel(ctx context.Context, tx pgx.Tx, ref Ref, file CaseFile, l Letter, by Actor) error {
	kind := claim.FlagAddressUnknown
	if l.Channel == trajectory.ChannelEmail {
		kind = claim.FlagEmailBounced
	}
	set := slices.ContainsFunc(file.Facts.Flags, func(f claim.Flag) bool { return f.Kind == kind })
	if set || !l.ToDebtor() || file.Facts.Status.Final() || l.Recipient != hashed(file.Debtor.Recipient(l.Channel)) {
		return nil
	}
	e, err := flagEvent(ctx, tx, ref, kind, true, by.today(), by)
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, e); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO flag (client_id, claim_id, kind, from_on) VALUES ($1, $2, $3, $4)`, ref.ClientID, ref.ClaimID, kind, by.today())
	return err
}

// askCorrections opens a task for each step of which a letter asked costs that are not due any more.
func askCorrections(ctx context.Context, tx pgx.Tx, ref Ref, before claim.Facts, by Actor, rules RulesFor) error {
	after, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	pinned, err := rules(after.Facts)
	if err != nil {
		return err
	}
	for _, step := range trajectory.Overstated(before, after.Facts, pinned.Policy) {
		detail := "the 14-day letter came back, so the collection costs that this letter asked were not due: tell the debtor, and pay back what was paid of them"
		if err := openTask(ctx, tx, ref, trajectory.CorrectLetter+step, detail, by); err != nil {
			return err
		}
	}
	return nil
}
