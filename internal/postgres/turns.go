package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// readTurns reads how a claim got to where it stands.
func readTurns(ctx context.Context, tx pgx.Tx, ref Ref, events []Event) (t claim.Turns, err error) {
	t.Interrupted = map[calendar.Date]calendar.Date{}
	for _, e := range events {
		turn(&t, e)
	}
	batch, args := &pgx.Batch{}, []any{ref.ClientID, ref.ClaimID}
	collect(batch, &t.Checks, checkFields, `SELECT `+checkColumns+` FROM register_check WHERE client_id = $1 AND claim_id = $2 ORDER BY cycle, try`, args...)
	collect(batch, &t.Contacts, func(on *calendar.Date) []any { return []any{on} }, `SELECT other_contacts($1, $2)`, ref.ClaimID, trajectory.Undemanding())
	var ended []claim.TaskTurn
	collect(batch, &ended, func(x *claim.TaskTurn) []any { return []any{&x.Key, &x.Known, &x.Dropped} },
		`SELECT key, done_on, starts_with(detail, 'dropped: ') FROM task WHERE client_id = $1 AND claim_id = $2 AND done_on IS NOT NULL ORDER BY key`, args...)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return t, fmt.Errorf("read turns of claim %s: %w", ref.ClaimID, err)
	}
	t.Tasks = quietlyEnded(t.Tasks, ended)
	return t, nil
}

// turn adds what one event tells.
func turn(t *claim.Turns, e Event) {
	known := calendar.DateOf(e.At)
	switch e.Kind {
	case eventDecision:
		byDefault, _ := e.Detail["default"].(bool)
		t.Decisions = append(t.Decisions, claim.Decision{Choice: claim.Choice(e.words("choice")), On: e.On, Default: byDefault})
	case "closed":
		t.Statuses = append(t.Statuses, claim.StatusTurn{Known: known, Status: claim.Status(e.words("outcome"))})
	case eventReopened:
		t.Statuses = append(t.Statuses, claim.StatusTurn{Known: known, Status: claim.StatusOpen})
	case "task-opened", "task-done", "task-dropped":
		task := claim.Task{Key: e.words("task"), Open: e.Kind == "task-opened", Dropped: e.Kind == "task-dropped", Corrects: e.words(toldOf)}
		t.Tasks = append(t.Tasks, claim.TaskTurn{Task: task, Known: known})
	case eventTrajectory:
		t.Pins = append(t.Pins, claim.WasTurn{Known: known, Was: e.words("from")})
	case "plan-changed":
		if plan := e.words("was"); plan != "" { // an older event does not tell
			t.Plans = append(t.Plans, claim.WasTurn{Known: known, Was: plan})
		}
	case eventSale:
		t.Sales = append(t.Sales, claim.WasTurn{Known: known, Was: e.words("was")})
	case "needs-attention":
		t.Attentions = append(t.Attentions, claim.AttentionTurn{Known: known, Attention: &claim.Attention{Action: e.words("action"), Cause: e.words("cause"), Since: e.At.UTC()}})
	case "repaired":
		t.Attentions = append(t.Attentions, claim.AttentionTurn{Known: known})
	case "costs-reviewed":
		if costs, err := money.Parse(e.words("costs")); err == nil {
			t.Costs = append(t.Costs, claim.CostsTurn{Known: known, Costs: costs})
		}
	case eventCorrected:
		t.Corrections = append(t.Corrections, known)
		if had, told := e.Detail["had_email"].(bool); told {
			t.Mailed = append(t.Mailed, claim.MailTurn{Known: known, HadEmail: had})
		}
	case "interrupted":
		t.Interrupted[e.On] = known
	}
	turnPause(t, e, known)
}

// turnPause adds what an event tells of a hold or a dispute: the key of each event has that of the pause.
func turnPause(t *claim.Turns, e Event, known calendar.Date) {
	prefix, key, _ := strings.Cut(e.Key, ":")
	switch prefix {
	case "hold", "dispute":
		t.Pauses = append(t.Pauses, claim.PauseTurn{Key: key, Made: known, Until: e.day("until")})
	case "request":
		t.Pauses = append(t.Pauses, claim.PauseTurn{Key: e.Key, Made: known})
	case "answer":
		key = claim.Request{Key: key}.Step()
		fallthrough
	case "resume", "judgement":
		for i := range t.Pauses {
			if t.Pauses[i].Key == key {
				t.Pauses[i].Ended = known
			}
		}
	}
}

// quietlyEnded adds the ends of tasks of which no event tells, because what ended them is an event of its own.
func quietlyEnded(turns, ended []claim.TaskTurn) []claim.TaskTurn {
	for _, end := range ended {
		open := false
		for _, turn := range turns {
			if turn.Key == end.Key {
				open = turn.Open
			}
		}
		if open {
			turns = append(turns, end)
		}
	}
	return turns
}

// words is a text in the detail of an event; empty when it does not tell.
func (e Event) words(name string) string {
	text, _ := e.Detail[name].(string)
	return text
}
