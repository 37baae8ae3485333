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
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// LearntLate gives the claims, of every client, of which something came to be known on or after a day (zero: ever) that counts from before a letter that had left by
// then, or of which a letter came back: only there can a letter have been wrong. It reads the few such events, and no claim whole.
func (s *Store) LearntLate(ctx context.Context, since calendar.Date) (refs []Ref, err error) {
	clients, err := s.refs(ctx, `SELECT id::text, '' FROM client_ids() ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	for _, client := range clients {
		err = s.moment(ctx, client.ClientID, func(tx pgx.Tx) error {
			found, err := queryRefs(ctx, tx, `SELECT DISTINCT e.client_id::text, e.claim_id::text FROM case_event e
				WHERE e.client_id = $1 AND (value_on < (at AT TIME ZONE 'Europe/Amsterdam')::date OR kind IN ('letter-returned', 'information-cost-reversed')) AND e.at >= $2
				AND EXISTS (SELECT 1 FROM letter l WHERE l.claim_id = e.claim_id AND (l.demanded > 0 OR l.kind = 'arrangement-confirmation') AND l.state IN ('accepted', 'unknown')
					AND l.on_day <= (e.at AT TIME ZONE 'Europe/Amsterdam')::date AND (l.on_day > e.value_on OR e.kind IN ('letter-returned', 'information-cost-reversed')))
				ORDER BY 2`, client.ClientID, since.At(0, 0))
			refs = append(refs, found...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("find what came to be known late: %w", err)
		}
	}
	return refs, nil
}

// Learnt is the day on which it came to be known that a letter was wrong; that of the letter when the file does not tell.
func (h History) Learnt(x trajectory.Fault) calendar.Date {
	known := x.Letter.On
	for _, e := range h.Events {
		if e.tells(x) && calendar.DateOf(e.At).After(known) {
			known = calendar.DateOf(e.At)
		}
	}
	return known
}

// tells says whether an event is the one by which a letter was wrong.
func (e Event) tells(x trajectory.Fault) bool {
	switch x.Cause {
	case trajectory.CauseStop, trajectory.CauseBroken:
		return e.Kind == x.Key && strings.HasPrefix(e.Key, "flag:")
	case trajectory.CauseHold:
		return e.Key == "hold:"+x.Key
	case trajectory.CauseDispute:
		return e.Key == "dispute:"+x.Key
	case trajectory.CauseReturned:
		return e.Kind == "letter-returned" && e.day("left") == x.Since
	case trajectory.CauseVoid:
		return e.Kind == x.Key && strings.HasPrefix(e.Key, "flag:") || e.Key == "hold:"+x.Key || e.Key == "dispute:"+x.Key
	case trajectory.CauseCosts:
		return e.Key == "information-reversal:"+x.Key
	case trajectory.CauseNamed, trajectory.CausePaid, trajectory.CauseCredited, trajectory.CauseSettled:
	}
	return slices.Contains([]string{"settlement:" + x.Key, "receipt:" + x.Key}, e.Key)
}

// Wrong is a letter that was wrong, with what it asked in parts, when that came to be known, what the debtor was told of it, and what was done about it.
type Wrong struct {
	trajectory.Fault
	Asked  *claim.Balance // nil when the file does not tell it in parts
	Learnt calendar.Date
	Also   []Reason    // what else came to be known of it
	Told   []ToldFault // in the order in which it was; nothing of what a person told before that was kept
	Done   string
}

// Reason is why a letter was wrong, beside another reason, and when that came to be known.
type Reason struct {
	Cause trajectory.Cause `json:"cause"`
	Why   string           `json:"why"`
	Known calendar.Date    `json:"known_on"`
}

// The ways in which a debtor is told that a letter was wrong.
const (
	ToldByLetter = "letter"
	ToldByHand   = "hand"
)

// ToldFault is that the debtor was told how much was owed on the day of a letter that was wrong, by what was known then.
type ToldFault struct {
	On   calendar.Date `json:"on"`
	By   string        `json:"by"`
	Owed money.Amount  `json:"owed"`
}

func (t ToldFault) String() string {
	return fmt.Sprintf("told by %s on %s: %s was owed", t.By, t.On, t.Owed)
}

// Wrongs gives the letters of a claim that were wrong, as is known now. Who stands for the debtor is as of today.
func (h History) Wrongs(rules RulesFor, today calendar.Date) (wrongs []Wrong, err error) {
	pinned, err := rules(h.Facts)
	if err != nil {
		return nil, err
	}
	faults, err := trajectory.Faults(h.Facts, pinned.Tables)
	if err != nil {
		return nil, err
	}
	for _, x := range faults {
		w := Wrong{Fault: x, Learnt: h.Learnt(x), Told: h.tellings(x)}
		for _, y := range x.Besides {
			w.Also = append(w.Also, Reason{y.Cause, y.Why(), h.Learnt(y)})
		}
		w.Done = h.done(w, pinned, today)
		asked, told, err := trajectory.Parts(h.Facts, h.Records, pinned.Tables, x.Letter)
		if err != nil {
			return nil, err
		}
		if told {
			w.Asked = &asked
		}
		wrongs = append(wrongs, w)
	}
	return wrongs, nil
}

// tellings is what the debtor was told of a letter that was wrong: by letters that left, or may have, and by persons.
func (h History) tellings(x trajectory.Fault) (told []ToldFault) {
	add := func(marks string, on calendar.Date, by string) {
		if owed, says := trajectory.LeastTold(strings.Fields(marks), x); says {
			told = append(told, ToldFault{on, by, owed})
		}
	}
	for _, l := range h.Facts.Letters {
		if l.Left() {
			add(l.Corrects, l.On, ToldByLetter)
		}
	}
	for _, e := range h.Events {
		add(e.words(toldOf), calendar.DateOf(e.At), ToldByHand)
	}
	slices.SortStableFunc(told, func(a, b ToldFault) int { return a.On.Compare(b.On) })
	return told
}

// done says what was done about a letter that was wrong, and what is to be.
func (h History) done(w Wrong, rules trajectory.Rules, today calendar.Date) string {
	var done []string
	for _, t := range w.Told {
		done = append(done, t.String())
	}
	open := slices.IndexFunc(h.Facts.Tasks, func(t claim.Task) bool { return t.Open && rules.Policy.Corrects(h.Facts, t, w.Letter) })
	switch told := trajectory.Told(h.Facts, rules, w.Fault); {
	case open >= 0:
		done = append(done, fmt.Sprintf("task %s is open: tell %s", h.Facts.Tasks[open].Key, cmp.Or(trajectory.Instead(h.Facts, today), "the debtor")))
	case !told && len(done) > 0:
		done = append(done, "nothing yet of what is known since")
	case !told:
		return "nothing yet"
	case len(done) == 0:
		return "task " + trajectory.CorrectLetter + w.Letter.Step + " is done"
	}
	return strings.Join(done, "; ")
}
