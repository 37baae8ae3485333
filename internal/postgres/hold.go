package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Hold stops dunning from a day, which may have passed or be to come, zero for that of whoever holds it, until a day, inclusive, or until it is resumed
// when that is zero.
type Hold struct {
	Key, Reason string
	From, Until calendar.Date
}

// event tells the first day only when it was named: whoever says the same again on another day means the same hold.
func (h Hold) event(by Actor) Event {
	detail := map[string]any{"until": h.Until, "reason": h.Reason}
	if !h.From.IsZero() {
		detail["from"] = h.From
	}
	return by.event("hold:"+h.Key, "held", h.first(by.today()), detail)
}

func (h Hold) first(today calendar.Date) calendar.Date {
	if h.From.IsZero() {
		return today
	}
	return h.From
}

// Hold records a hold from today on, see HoldFrom.
func (s *Store) Hold(ctx context.Context, ref Ref, key string, until calendar.Date, reason string, by Actor) error {
	return s.HoldFrom(ctx, ref, Hold{Key: key, Until: until, Reason: reason}, by)
}

// HoldFrom records a hold. Holds do not overlap, and the days of one are no days of any term, also those that have passed. The key of one that has ended is a
// *ConflictError: told "recorded", the caller would believe that the claim is on hold.
func (s *Store) HoldFrom(ctx context.Context, ref Ref, h Hold, by Actor) error {
	if err := named(h.Key); err != nil {
		return err
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := holdEnded(ctx, tx, ref, h, by.today()); err != nil {
			return err
		}
		return changeLocked(ctx, tx, ref, h.event(by), MessageHold, func(tx pgx.Tx, file CaseFile) error {
			if err := canHold(file.Facts, h, by.today()); err != nil {
				return err
			}
			return addPause(ctx, tx, ref, h.Key, claim.PauseHold, h.first(by.today()), h.Until)
		})
	})
}

// holdEnded refuses the key of a hold that has ended, unless the caller names days that have passed.
func holdEnded(ctx context.Context, tx pgx.Tx, ref Ref, h Hold, today calendar.Date) error {
	if !h.From.IsZero() && !h.Until.IsZero() && h.Until.Before(today) {
		return nil
	}
	var ended bool
	err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pause WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND kind = 'hold' AND until_on < GREATEST($4, from_on))`,
		ref.ClientID, ref.ClaimID, h.Key, today).Scan(&ended)
	if err != nil {
		return fmt.Errorf("read hold %s: %w", h.Key, err)
	}
	if ended {
		return &ConflictError{"hold " + h.Key + " has ended; use another key for a new hold"}
	}
	return nil
}

func canHold(f claim.Facts, h Hold, today calendar.Date) error {
	if _, err := mayAsk(f); err != nil {
		return err
	}
	from, last := h.first(today), today.AddYears(maxHoldYears)
	switch {
	case from.Before(f.HandedOverOn):
		return &ConflictError{fmt.Sprintf("from %s is before the hand-over; right would be a day from %s", from, f.HandedOverOn)}
	case !h.Until.IsZero() && h.Until.Before(from):
		return &ConflictError{"until " + h.Until.String() + " is before " + from.String()}
	case from.After(last):
		return &ConflictError{fmt.Sprintf("from %s is more than %d years ahead; right would be a day up to and including %s", from, maxHoldYears, last)}
	case h.Until.After(last):
		return &ConflictError{fmt.Sprintf("until %s is more than %d years ahead; right would be a day up to and including %s, or none for a hold until it is resumed", h.Until, maxHoldYears, last)}
	}
	for _, pause := range f.Pauses {
		if pause.Kind == claim.PauseHold && overlap(pause, from, h.Until) {
			return &ConflictError{fmt.Sprintf("the claim is on hold already: %s, %s; right would be days that are not in it", pause.Key, days(pause))}
		}
	}
	return nil
}

// overlap says whether a pause has a day from one up to and including another; zero is without end. One that ends before it begins never was.
func overlap(p claim.Pause, from, until calendar.Date) bool {
	never := !p.Until.IsZero() && p.Until.Before(p.From)
	before := !p.Until.IsZero() && p.Until.Before(from)
	after := !until.IsZero() && p.From.After(until)
	return !never && !before && !after
}

func days(p claim.Pause) string {
	if p.Until.IsZero() {
		return "from " + p.From.String() + " until it is resumed"
	}
	return "from " + p.From.String() + " until " + p.Until.String()
}

// Resume ends a hold that is in force, with yesterday as its last day, or one that is to come, which then never was.
func (s *Store) Resume(ctx context.Context, ref Ref, key string, by Actor) error {
	e := by.event("resume:"+key, "resumed", by.today(), nil)
	return s.change(ctx, ref, e, MessageHold, func(tx pgx.Tx, file CaseFile) error {
		if _, err := whileOpen(file.Facts); err != nil {
			return err
		}
		yesterday := by.today().AddDays(-1)
		tag, err := tx.Exec(ctx, `UPDATE pause SET until_on = GREATEST($4, from_on - 1) WHERE client_id = $1 AND claim_id = $2 AND kind = 'hold' AND key = $3 AND (until_on IS NULL OR until_on > $4)`,
			ref.ClientID, ref.ClaimID, key, yesterday)
		if err == nil && tag.RowsAffected() == 0 {
			return notHeld(file.Facts, key, yesterday)
		}
		return err
	})
}

// notHeld says which holds can be ended instead; that of a request has the key of its step.
func notHeld(f claim.Facts, key string, yesterday calendar.Date) error {
	var keys []string
	for _, p := range f.Pauses {
		if p.Kind == claim.PauseHold && (p.Until.IsZero() || p.Until.After(yesterday)) {
			keys = append(keys, p.Key)
		}
	}
	if len(keys) == 0 {
		return &ConflictError{"hold " + key + " is not in force, nor is any other"}
	}
	return &ConflictError{fmt.Sprintf("hold %s is not in force; right would be one of [%s]", key, strings.Join(keys, " "))}
}
