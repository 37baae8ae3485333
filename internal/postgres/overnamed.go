package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Kinds of event that this file records.
const (
	eventOvernamed = "notice-named-too-much"
	eventRightNow  = "notice-right-after-all"
)

// judgeNotices records what it means for the 14-day letters of a claim that what is settled of it changed (trajectory.Judged), and gives the facts with it; the caller holds the claim's lock. While nobody
// can tell what was owed it changes nothing: a person is asked (followMoney), and the next change of the money judges again.
func judgeNotices(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, rules RulesFor, by Actor) (claim.Facts, error) {
	pinned, err := rules(f)
	if err != nil {
		return f, nil //nolint:nilerr // followMoney asks a person
	}
	judged, err := trajectory.Judged(f, pinned, by.today())
	if err != nil {
		return f, nil //nolint:nilerr // likewise
	}
	for i, l := range judged.Letters {
		if l.Overnamed == f.Letters[i].Overnamed {
			continue
		}
		if err := judgeNotice(ctx, tx, ref, l, by); err != nil {
			return f, err
		}
	}
	return judged, nil
}

// judgeNotice records what a 14-day letter is by now.
func judgeNotice(ctx context.Context, tx pgx.Tx, ref Ref, l claim.Letter, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE letter SET overnamed_by = $7, overnamed_on = $8, overnamed_known = $9
		WHERE client_id = $1 AND claim_id = $2 AND step = $3 AND cycle = $4 AND channel = $5 AND on_day = $6 AND state IN ('sending', 'accepted', 'unknown')`,
		ref.ClientID, ref.ClaimID, l.Step, l.Cycle, l.Channel, l.On, l.Overnamed.By, l.Overnamed.On, l.Overnamed.Known)
	if err != nil {
		return fmt.Errorf("judge letter %s of claim %s: %w", l.Step, ref.ClaimID, err)
	}
	kind, detail := eventRightNow, map[string]any{"letter": l.Step, "left": l.On}
	if l.Overnamed.By != "" {
		kind, detail["settlement"], detail["settled"], detail["named"] = eventOvernamed, l.Overnamed.By, l.Overnamed.On, l.Announced.Total()
	}
	key, err := attemptKey(ctx, tx, ref, judgedKey(kind, l))
	if err != nil {
		return err
	}
	if _, err = record(ctx, tx, ref, by.event(key, kind, by.today(), detail)); err != nil || kind == eventOvernamed {
		return err
	}
	return dropTask(ctx, tx, ref, trajectory.Dropped{Task: trajectory.CorrectLetter + l.Step, Why: "the letter named what was due after all"}, by)
}

// judgedKey begins the key of an event that says what a 14-day letter is by now.
func judgedKey(kind string, l claim.Letter) string {
	return fmt.Sprintf("%s:%s:%d:%s", kind, l.Step, l.Cycle, l.Channel)
}

// namedTurns tells since when a 14-day letter was held to have named too much, or not to have. Its events have in their key which time it was and by which channel: a letter that bounced and the
// post that went instead, or the next one of its step, can be of one day.
func namedTurns(l claim.Letter, events []Event) (turns []claim.NamedTurn) {
	for _, e := range events {
		key := judgedKey(e.Kind, l)
		ofLetter := e.Key == key || strings.HasPrefix(e.Key, key+":")
		if e.Kind != eventOvernamed && e.Kind != eventRightNow || !ofLetter || e.day("left") != l.On {
			continue
		}
		turn := claim.NamedTurn{Known: calendar.DateOf(e.At)}
		if by, _ := e.Detail["settlement"].(string); by != "" {
			turn.Overnamed = claim.Overnamed{By: by, On: e.day("settled"), Known: turn.Known}
			if n := len(turns); n > 0 && turns[n-1].Overnamed.By != "" { // by another settlement, as trajectory.Judged has it
				turn.Overnamed.Known = turns[n-1].Overnamed.Known
			}
		}
		turns = append(turns, turn)
	}
	return turns
}
