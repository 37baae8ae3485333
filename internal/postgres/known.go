package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// History is a claim with when everything came to be known on which its account rests.
type History struct {
	Facts   claim.Facts
	Records claim.Records
	Events  []Event // in the order of business time
}

// History reads a claim with its whole file, as of one moment.
func (s *Store) History(ctx context.Context, ref Ref) (h History, err error) {
	err = s.moment(ctx, ref.ClientID, func(tx pgx.Tx) error {
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		h.Facts = file.Facts
		if h.Events, err = readEvents(ctx, tx, ref); err != nil {
			return err
		}
		h.Records, err = readRecords(ctx, tx, ref, file.Facts, h.Events)
		return err
	})
	if err != nil {
		return History{}, fmt.Errorf("read history of claim %s: %w", ref.ClaimID, err)
	}
	return h, nil
}

// readRecords reads when everything came to be known, as the events tell.
func readRecords(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, events []Event) (r claim.Records, err error) {
	if r.Books, err = readBooks(ctx, tx, ref, events); err != nil {
		return r, err
	}
	ids, err := letterIDs(ctx, tx, ref)
	if err != nil {
		return r, err
	}
	for i, l := range f.Letters {
		r.Letters = append(r.Letters, claim.LetterRecord{Letter: l, Turns: turnsOf(l, ids[i], events), Named: namedTurns(l, events), Thought: thoughtReceived(ids[i], events)})
	}
	r.Flags, r.Court = flagTurns(events), learntCourt(events)
	r.InformationCosts, r.InformationBack = learnt(events, "information-cost:"), learnt(events, "information-reversal:")
	r.Turns, err = readTurns(ctx, tx, ref, events)
	return r, err
}

// readAgreed reads the facts as they were known when the arrangement was agreed that a letter confirms: what was recorded after it on the same day was not.
func readAgreed(ctx context.Context, tx pgx.Tx, ref Ref, confirmation trajectory.Action, f *CaseFile) error {
	events, err := readEvents(ctx, tx, ref)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(events, func(e Event) bool { return e.Key == confirmation.Step })
	if i < 0 {
		return fmt.Errorf("read %s of claim %s: the file does not tell when it was agreed", confirmation.Step, ref.ClaimID)
	}
	agreed := events[i]
	records, err := readRecords(ctx, tx, ref, f.Facts, knownBy(events, agreed.seq, agreed.On))
	f.Agreed = f.Facts.KnownOn(records, agreed.On)
	return err
}

// knownBy gives events in the order in which they were recorded, each with an instant from which it follows whether it was known by the one with number seq:
// those up to it came to be known on the given day at the latest, the others the day after. That order counts, not their instants, which are of the business.
func knownBy(events []Event, seq int64, on calendar.Date) []Event {
	slices.SortFunc(events, func(a, b Event) int { return cmp.Compare(a.seq, b.seq) })
	for i := range events {
		switch e := &events[i]; {
		case e.seq > seq:
			e.At = on.AddDays(1).At(12, 0)
		case calendar.DateOf(e.At).After(on):
			e.At = on.At(23, 59)
		}
	}
	return events
}

// readBooks reads every settlement, those that were reversed too. Its event says when it came to be known.
func readBooks(ctx context.Context, tx pgx.Tx, ref Ref, events []Event) ([]claim.Booking, error) {
	known, reversed := map[string]calendar.Date{}, map[string]calendar.Date{}
	for _, e := range events {
		for _, prefix := range []string{"settlement:", "receipt:"} {
			if key, ok := strings.CutPrefix(e.Key, prefix); ok {
				known[key] = calendar.DateOf(e.At)
			}
		}
		if key, ok := strings.CutPrefix(e.Key, "reversal:"); ok {
			reversed[key] = calendar.DateOf(e.At)
		}
	}
	rows, err := tx.Query(ctx, `SELECT s.key, s.kind, s.value_on, s.amount, s.invoice, r.reversed_on, COALESCE(r.replaced_by, '') FROM settlement s LEFT JOIN settlement_reversal r ON r.claim_id = s.claim_id AND r.key = s.key
		WHERE s.client_id = $1 AND s.claim_id = $2 ORDER BY s.value_on, s.key`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (b claim.Booking, err error) {
		err = row.Scan(&b.Key, &b.Kind, &b.On, &b.Amount, &b.Invoice, &b.Reversed, &b.Replaced)
		b.Booked, b.Known, b.Reversed = known[b.Key], known[b.Key], calendar.Max(b.Reversed, reversed[b.Key])
		return b, err
	})
}

// letterIDs gives the ids of a claim's letters in the order in which its facts have them.
func letterIDs(ctx context.Context, tx pgx.Tx, ref Ref) ([]string, error) {
	rows, err := tx.Query(ctx, `SELECT id::text FROM letter WHERE client_id = $1 AND claim_id = $2 ORDER BY claimed_at, step`, ref.ClientID, ref.ClaimID)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// thoughtReceived is when a letter that came back was held to be received before.
func thoughtReceived(id string, events []Event) calendar.Date {
	i := slices.IndexFunc(events, func(e Event) bool { return e.Key == "returned:"+id })
	if i < 0 {
		return calendar.Date{}
	}
	return events[i].day("received")
}

// day is a day in the detail of an event; none when it does not tell, as the events of an older version.
func (e Event) day(name string) calendar.Date {
	text, _ := e.Detail[name].(string)
	on, err := calendar.ParseDate(text)
	if err != nil {
		return calendar.Date{}
	}
	return on
}

// learnt tells when what the events of a kind say came to be known, by the key that follows the kind.
func learnt(events []Event, kind string) map[string]calendar.Date {
	known := map[string]calendar.Date{}
	for _, e := range events {
		if key, ok := strings.CutPrefix(e.Key, kind); ok {
			known[key] = calendar.DateOf(e.At)
		}
	}
	return known
}

// learntCourt tells when each step of the procedure came to be known.
func learntCourt(events []Event) map[claim.CourtStage]calendar.Date {
	known := map[claim.CourtStage]calendar.Date{}
	for _, e := range events {
		if stage, ok := strings.CutPrefix(e.Key, "court:"); ok {
			known[claim.CourtStage(stage)] = calendar.DateOf(e.At)
		}
	}
	return known
}

// turnsOf tells how a letter came to stand as it does: registered, sent (or not), traced by a person, come back, or held to be delivered by a repair.
func turnsOf(l claim.Letter, id string, events []Event) (turns []claim.LetterTurn) {
	for _, e := range events {
		switch {
		case strings.Contains(e.Key, id) && strings.HasPrefix(e.Kind, "letter-"):
			turns = append(turns, claim.LetterTurn{Known: calendar.DateOf(e.At), State: stateTold(e)})
		case e.Kind == "repaired" && e.Detail["do"] == "override" && e.Detail["step"] == l.Step && inDoubt(turns):
			turns = append(turns, claim.LetterTurn{Known: calendar.DateOf(e.At), State: claim.LetterAccepted})
		}
	}
	return turns
}

// stateTold is the state of a letter after one of its events.
func stateTold(e Event) claim.LetterState {
	switch traced, _ := e.Detail["state"].(string); e.Kind {
	case "letter-registered":
		return claim.LetterClaimed
	case "letter-returned":
		return claim.LetterFailed
	case "letter-traced":
		return claim.LetterState(traced)
	}
	return claim.LetterState(strings.TrimPrefix(e.Kind, "letter-"))
}

// inDoubt says whether a letter was there and it was not known how its sending ended: a repair can say so.
func inDoubt(turns []claim.LetterTurn) bool {
	if len(turns) == 0 {
		return false
	}
	last := turns[len(turns)-1].State
	return last != claim.LetterAccepted && last != claim.LetterFailed
}

// flagTurns tells when the flags came to be known, and as of which day. A correction of the debtor's particulars clears those about what was corrected.
func flagTurns(events []Event) (turns []claim.FlagTurn) {
	for _, e := range events {
		known := calendar.DateOf(e.At)
		if kind, cleared := strings.CutSuffix(e.Kind, "-cleared"); strings.HasPrefix(e.Key, "flag:") {
			turns = append(turns, claim.FlagTurn{Kind: kind, Known: known, Set: !cleared, Since: e.On})
		}
		if e.Kind != eventCorrected {
			continue
		}
		changed, _ := e.Detail["changed"].(string)
		moved, mailed := clears(strings.Split(changed, ", "))
		for kind, cleared := range map[string]bool{claim.FlagAddressUnknown: moved, claim.FlagEmailBounced: mailed} {
			if cleared && slices.ContainsFunc(turns, func(t claim.FlagTurn) bool { return t.Kind == kind }) {
				turns = append(turns, claim.FlagTurn{Kind: kind, Known: known, Since: e.On})
			}
		}
	}
	return turns
}

// MovesMoney says whether an event can change what is owed on some day: a settlement, its reversal, a letter that left or did not or came back, a cost
// of information, a flag that ends the interest, a judgment. That costs were reviewed changes what a letter will name, and with the letter what is owed.
func (e Event) MovesMoney() bool {
	prefix, _, _ := strings.Cut(e.Key, ":")
	switch prefix {
	case "settlement", "receipt", "reversal", "sent", "traced", "released", "returned", "information-cost", "court":
		return true
	case "flag":
		stop, _ := claim.StopOf(strings.TrimSuffix(e.Kind, "-cleared"))
		return stop.EndsInterest
	case "repair":
		return e.Detail["do"] == "override"
	}
	return false
}

// LearntAfter gives the events that were recorded after one day and count from a day up to another: what explains that the account of the second
// is another now than it was known at the end of the first.
func (h History) LearntAfter(known, on calendar.Date) (events []Event) {
	for _, e := range h.Events {
		if e.MovesMoney() && calendar.DateOf(e.At).After(known) && !e.countsFrom().After(on) {
			events = append(events, e)
		}
	}
	return events
}

// countsFrom is the first day of which an event can change what is owed: its own, but of a letter that came back the day on which it had left.
func (e Event) countsFrom() calendar.Date {
	if left := e.day("left"); e.Kind == "letter-returned" {
		return left
	}
	return e.On
}
