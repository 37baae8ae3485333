package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Returned is a letter that came back, as it is told. An id names one letter; without one it is the letter of the step that can have come back.
type Returned struct {
	Step   string
	Cycle  int    // 0: the newest
	Letter string // its id
	On     calendar.Date
}

// ReturnLetter records that a letter which its carrier had accepted came back on a day: undeliverable post, or a bounce that arrived hours later. It
// was not received, so it failed: no term ran from it, it interrupts nothing, and it goes out again over the next channel. The channel is closed by a
// flag, unless the address was corrected since. An advice that came back starts no term to decide: a person reaches the client. A complaint is not
// confirmed by what came back. When costs were not due after all, letters that asked them are to be corrected, and what was paid too much then opens a task.
// The same letter twice is once: by its id, or by its step and day. When a newer letter of the step left that can have come back on that day too, it
// is a *ConflictError that asks for the id. A closed claim takes it too: what was paid may be too much now.
func (s *Store) ReturnLetter(ctx context.Context, ref Ref, r Returned, by Actor, rules RulesFor) error {
	if r.On.After(by.today()) {
		return &ConflictError{fmt.Sprintf("%s is in the future; right would be a day up to and including %s", r.On, by.today())}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		l, err := r.find(ctx, tx, ref)
		if err != nil || !l.back.IsZero() {
			return err
		}
		// What was known before it came back stays in the file: when it had left, and was held to be received.
		detail := map[string]any{"step": r.Step, "cycle": l.Cycle, "channel": l.Channel, "left": l.On, "received": l.received}
		return changeLocked(ctx, tx, ref, by.event("returned:"+l.ID, "letter-returned", r.On, detail), MessageFlag, func(tx pgx.Tx, file CaseFile) error {
			if _, err := tx.Exec(ctx, `UPDATE letter SET state = 'failed', received_on = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, l.ID); err != nil {
				return fmt.Errorf("return letter %s: %w", l.ID, err)
			}
			if l.Kind == trajectory.AdviceLetter && file.Facts.Decision == nil {
				if _, err := tx.Exec(ctx, `UPDATE claim SET advised_on = NULL WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID); err != nil {
					return err
				}
			}
			if err := closeChannel(ctx, tx, ref, file, l.Letter, by); err != nil {
				return err
			}
			if err := askNotice(ctx, tx, ref, r, l, by); err != nil {
				return err
			}
			if err := unconfirmed(ctx, tx, ref, file.Facts, r.Step, by); err != nil {
				return err
			}
			after, err := readCaseFile(ctx, tx, ref)
			if err != nil {
				return err
			}
			return followMoney(ctx, tx, ref, after.Facts, happened{"returned:" + l.ID, by.today(), "the letter of step " + r.Step + " came back"}, rules, by)
		})
	})
}

// returnable is a letter that left, or that is known to have come back on a day. Its recipient is a hash.
type returnable struct {
	Letter
	received, back calendar.Date
}

func (l returnable) String() string { return fmt.Sprintf("%s, by %s on %s", l.ID, l.Channel, l.On) }

// find gives the letter that is meant; back is set when that is known.
func (r Returned) find(ctx context.Context, tx pgx.Tx, ref Ref) (returnable, error) {
	rows, err := tx.Query(ctx, `SELECT l.id::text, l.kind, l.cycle, l.channel, l.recipient, l.on_day, l.received_on, e.value_on
		FROM letter l LEFT JOIN case_event e ON e.client_id = l.client_id AND e.claim_id = l.claim_id AND e.key = 'returned:' || l.id
		WHERE l.client_id = $1 AND l.claim_id = $2 AND l.step = $3 AND $4 IN (0, l.cycle) AND (l.state = 'accepted' AND l.on_day <= $5 OR e.key IS NOT NULL)
		ORDER BY l.claimed_at DESC`, ref.ClientID, ref.ClaimID, r.Step, r.Cycle, r.On)
	if err != nil {
		return returnable{}, fmt.Errorf("find letter of step %s: %w", r.Step, err)
	}
	letters, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l returnable, err error) {
		err = row.Scan(&l.ID, &l.Kind, &l.Cycle, &l.Channel, &l.Recipient, &l.On, &l.received, &l.back)
		return l, err
	})
	if err != nil {
		return returnable{}, fmt.Errorf("find letter of step %s: %w", r.Step, err)
	}
	return r.among(letters)
}

// among picks from letters of the step, the newest first: the one that is named, else the newest that can have come back on the day, or is known to
// have. Between one that is known to have and one that left since it cannot tell, unless the newer went by post that day: post takes longer.
func (r Returned) among(letters []returnable) (returnable, error) {
	can := slices.DeleteFunc(slices.Clone(letters), func(l returnable) bool {
		return r.Letter != "" && l.ID != r.Letter || r.Letter == "" && !l.back.IsZero() && l.back != r.On
	})
	if len(can) == 0 {
		which := "letter"
		if r.Letter != "" {
			which += " " + r.Letter
		}
		return returnable{}, &ConflictError{fmt.Sprintf("no %s of step %s had left by %s that can have come back", which, r.Step, r.On)}
	}
	known := slices.IndexFunc(can, func(l returnable) bool { return !l.back.IsZero() })
	switch newest := can[0]; {
	case known <= 0:
		return newest, nil
	case newest.Channel == trajectory.ChannelPost && newest.On == r.On:
		return can[known], nil
	default:
		return returnable{}, &ConflictError{fmt.Sprintf("two letters of step %s can have come back on %s: %s, of which that is known, and %s; right would be the one that is meant by its id (--letter)",
			r.Step, r.On, can[known], newest)}
	}
}

// closeChannel sets the flag of the channel over which a letter came back from the address that the debtor still has.
func closeChannel(ctx context.Context, tx pgx.Tx, ref Ref, file CaseFile, l Letter, by Actor) error {
	kind := claim.FlagAddressUnknown
	if l.Channel == trajectory.ChannelEmail {
		kind = claim.FlagEmailBounced
	}
	set := slices.ContainsFunc(file.Facts.Flags, func(f claim.Flag) bool { return f.Kind == kind })
	ended := file.Facts.Status.Final() && !file.Facts.SummonsAwaited()
	if set || !l.ToDebtor() || ended || l.Recipient != hashed(file.Debtor.Recipient(l.Channel)) {
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

// askNotice ends the question whether a 14-day letter arrived that is known now to have come back, and asks it of each that was mailed to the same address on the day of a bounce or since:
// costs rest on its receipt (art. 6:96 lid 6 and 3:37 lid 3 BW), and nobody knows that.
func askNotice(ctx context.Context, tx pgx.Tx, ref Ref, r Returned, l returnable, by Actor) error {
	if err := doneTask(ctx, tx, ref, trajectory.NoticeInDoubt+r.Step, by); err != nil || l.Channel != trajectory.ChannelEmail {
		return err
	}
	rows, err := tx.Query(ctx, `SELECT step, on_day FROM letter WHERE client_id = $1 AND claim_id = $2 AND kind = $3 AND state = 'accepted' AND channel = $4 AND recipient = $5 AND on_day >= $6
		AND NOT EXISTS (SELECT FROM task t WHERE t.client_id = letter.client_id AND t.claim_id = letter.claim_id AND t.key = $7 || letter.step AND t.done_on IS NOT NULL AND t.done_on >= letter.on_day)`, // somebody has said
		ref.ClientID, ref.ClaimID, claim.FourteenDayLetter, trajectory.ChannelEmail, l.Recipient, r.On, trajectory.NoticeInDoubt)
	if err != nil {
		return fmt.Errorf("find 14-day letters to the address that bounced: %w", err)
	}
	mailed, err := pgx.CollectRows(rows, pgx.RowToStructByPos[claim.Done])
	if err != nil {
		return fmt.Errorf("find 14-day letters to the address that bounced: %w", err)
	}
	for _, notice := range mailed {
		detail := fmt.Sprintf("the 14-day letter of %s was mailed to an address that had bounced on %s, which was not known then: find out whether it arrived. If not, say so (claim trace %s returned --on %s): no costs rest on it, and it goes by post; if it did, say so (claim done)",
			notice.On, r.On, notice.Step, notice.On)
		if err := openTask(ctx, tx, ref, trajectory.NoticeInDoubt+notice.Step, detail, by); err != nil {
			return err
		}
	}
	return nil
}
