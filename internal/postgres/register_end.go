package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// SettleAbandoned settles the letters of a claim that an attempt left behind and no later one took up: one that may have left becomes unknown,
// one that was only registered for a claim that is closed by now becomes failed, but an interruption of one for the court of which no stage is recorded, which is tried again. Post of an open claim is left alone for a day: it is taken up again, unless its address was corrected. It is
// recorded on the letter's own day, whatever the clock of whoever finds it says.
func (s *Store) SettleAbandoned(ctx context.Context, ref Ref, actor string) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `
			SELECT l.id::text, l.step, l.kind, l.channel, l.demanded, l.state, GREATEST(l.on_day::timestamp AT TIME ZONE 'Europe/Amsterdam',
				(SELECT max(e.at) FROM case_event e WHERE e.client_id = l.client_id AND e.claim_id = l.claim_id AND starts_with(e.key, 'letter:' || l.id)))
			FROM letter l WHERE l.client_id = $1 AND l.claim_id = $2 AND in_doubt(l)`, ref.ClientID, ref.ClaimID)
		if err != nil {
			return fmt.Errorf("find abandoned letters: %w", err)
		}
		type abandoned struct {
			Letter
			at time.Time
		}
		letters, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l abandoned, err error) {
			err = row.Scan(&l.ID, &l.Step, &l.Kind, &l.Channel, &l.Demanded, &l.State, &l.at)
			return l, err
		})
		if err != nil {
			return err
		}
		for _, l := range letters {
			result := Settled{State: claim.LetterUnknown, Reply: "cut off while sending"}
			if l.State == claim.LetterClaimed {
				result = Settled{State: claim.LetterFailed, Reply: notSent}
			}
			if err := settle(ctx, tx, ref, l.Letter, result, Actor{Name: actor, At: l.at}); err != nil {
				return err
			}
			if err := wake(ctx, tx, ref, MessageTask, "abandoned:"+l.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Settled is how sending a letter ended. Received is the assumed day of receipt.
type Settled struct {
	State     claim.LetterState
	Received  calendar.Date
	Reply     string // the carrier's words, without addresses
	Unwelcome bool   // the mailbox refused: the e-mail address is of no use
}

// SettleLetter records how sending ended and gives the facts after it. State claimed means: not sent, try again later.
func (s *Store) SettleLetter(ctx context.Context, ref Ref, l Letter, result Settled, by Actor) (claim.Facts, error) {
	var facts claim.Facts
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := settle(ctx, tx, ref, l, result, by); err != nil {
			return err
		}
		var err error
		facts, err = refresh(ctx, tx, ref, nil)
		return err
	})
	return facts, err
}

func settle(ctx context.Context, tx pgx.Tx, ref Ref, l Letter, result Settled, by Actor) error {
	tag, err := tx.Exec(ctx, `UPDATE letter SET state = $3, received_on = $4, reply = $5, settled_at = CASE WHEN $3 = 'claimed' THEN NULL ELSE clock_timestamp() END
		WHERE client_id = $1 AND id = $2 AND state IN ('claimed', 'sending')`, ref.ClientID, l.ID, result.State, result.Received, result.Reply)
	if err != nil {
		return fmt.Errorf("settle letter %s: %w", l.ID, err)
	}
	if tag.RowsAffected() == 0 || result.State == claim.LetterClaimed { // settled before, by a later attempt or a person: that stands
		return nil
	}
	detail := map[string]any{"step": l.Step, "channel": l.Channel, "state": result.State, "reply": result.Reply, "demanded": l.Demanded}
	key, err := attemptKey(ctx, tx, ref, "sent:"+l.ID)
	if err != nil {
		return err
	}
	if _, err := record(ctx, tx, ref, by.event(key, "letter-"+string(result.State), by.today(), detail)); err != nil {
		return err
	}
	if result.State == claim.LetterUnknown {
		if err := openTask(ctx, tx, ref, trajectory.TraceLetter+l.Step, "it is not known whether this letter left: a person finds out", by); err != nil {
			return err
		}
	}
	if result.Unwelcome && l.ToDebtor() {
		_, err = tx.Exec(ctx, `INSERT INTO flag (client_id, claim_id, kind, from_on) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, ref.ClientID, ref.ClaimID, claim.FlagEmailBounced, by.today())
	}
	if err == nil && l.Kind == trajectory.AdviceLetter && (result.State == claim.LetterAccepted || result.State == claim.LetterUnknown) {
		_, err = tx.Exec(ctx, `UPDATE claim SET advised_on = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, by.today())
	}
	if err == nil && result.State == claim.LetterAccepted {
		err = confirmed(ctx, tx, ref, l.Step, by)
	}
	return err
}

// attemptKey is key for the first time something happened and key:2, key:3 ... after: a letter that was released with proof is sent again.
// The caller holds the claim's lock and knows that this time is new.
func attemptKey(ctx context.Context, tx pgx.Tx, ref Ref, key string) (string, error) {
	var before int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM case_event WHERE client_id = $1 AND claim_id = $2 AND (key = $3 OR starts_with(key, $3 || ':'))`, ref.ClientID, ref.ClaimID, key).Scan(&before)
	if err != nil {
		return "", fmt.Errorf("count events %s: %w", key, err)
	}
	if before > 0 {
		key = fmt.Sprintf("%s:%d", key, before+1)
	}
	return key, nil
}
