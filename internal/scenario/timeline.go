package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// Kind is what a line of a timeline tells.
type Kind string

// What a line can tell.
const (
	KindLetter       Kind = "letter"
	KindSticker      Kind = "sticker"
	KindTask         Kind = "task"
	KindReceipt      Kind = "receipt"
	KindSettlement   Kind = "settlement"
	KindAllocation   Kind = "allocation"
	KindHold         Kind = "hold"
	KindResume       Kind = "resume"
	KindDispute      Kind = "dispute"
	KindAdvice       Kind = "advice"
	KindDecision     Kind = "decision"
	KindMonitor      Kind = "monitor"
	KindInterruption Kind = "interruption"
	KindPayout       Kind = "payout"
	KindInvoice      Kind = "invoice"
	KindClose        Kind = "close"
	KindSkipped      Kind = "skipped"
)

// Kinds lists every kind of line.
func Kinds() []Kind {
	return []Kind{
		KindLetter, KindSticker, KindTask, KindReceipt, KindSettlement, KindAllocation, KindHold, KindResume, KindDispute, KindAdvice, KindDecision, KindMonitor,
		KindInterruption, KindPayout, KindInvoice, KindClose, KindSkipped,
	}
}

// Entry is one line of a timeline. The amounts are those of the thing itself, in euro: what a letter asks (of one that names one amount, an arrangement's, as a payment of it counts), what came in, how it was divided, what is open
// when the claim closes. What was taken back is negative.
type Entry struct {
	At        time.Time    `json:"at"`
	Kind      Kind         `json:"kind"`
	Step      string       `json:"step"`    // of the trajectory; else what the thing is: the key of a task, the kind of a settlement, the outcome of a claim
	Channel   string       `json:"channel"` // of a letter
	Principal money.Amount `json:"principal"`
	Interest  money.Amount `json:"interest"`
	Costs     money.Amount `json:"costs"`
	Total     money.Amount `json:"total"`
	Reason    string       `json:"reason"`

	late bool // comes after what happened at the same instant
}

// of gives the entry the parts of a balance and their total.
func (e Entry) of(b claim.Balance) Entry {
	e.Principal, e.Interest, e.Costs, e.Total = b.Principal, b.Interest, b.Costs, b.Total()
	return e
}

// moment is what was known and decided at an instant.
type moment struct {
	at time.Time
	activities.Situation
}

// teller makes lines of what the case file has. Amounts are those that were known at the moment, whatever came to be known later.
type teller struct {
	tables   law.Tables
	plans    agreement.Plans
	moments  []moment
	waits    map[string]bool // the keys of receipts that came without a reference
	reasons  map[string]string
	billed   []postgres.Billable
	invoices map[string]bool // the keys of those that were told
	agreed   []claim.Arrangement
	bodies   map[string]string // of the last letter of each step, to the client or the debtor
	world    Scenario
}

// facts are those that were known at an instant, when all of it had happened.
func (t teller) facts(at time.Time) claim.Facts {
	i, _ := slices.BinarySearchFunc(t.moments, at.Add(time.Second), func(m moment, at time.Time) int { return m.at.Compare(at) })
	if i == 0 {
		return claim.Facts{}
	}
	return t.moments[i-1].Facts
}

func (t teller) account(at time.Time) (claim.Account, error) {
	return t.facts(at).AccountOn(t.tables, calendar.DateOf(at))
}

// tell gives the whole life.
func (l *life) tell(ctx context.Context) (Life, error) {
	events, err := l.store.Timeline(ctx, l.ref)
	if err != nil {
		return Life{}, err
	}
	file, err := l.store.CaseFile(ctx, l.ref)
	if err != nil {
		return Life{}, err
	}
	rules, err := l.rules.Rules(file.Facts)
	if err != nil {
		return Life{}, err
	}
	billed, err := l.store.Billables(ctx, l.ref)
	if err != nil {
		return Life{}, err
	}
	bodies, err := l.bodies(ctx)
	if err != nil {
		return Life{}, err
	}
	t := teller{rules.Tables, l.plans, l.moments, l.waits, map[string]string{}, billed, map[string]bool{}, file.Facts.Arrangements, bodies, l.scenario}
	left, err := t.notDone(l.rules.Rules)
	if err != nil {
		return Life{}, err
	}
	late, err := t.notInterrupted(l.rules.Rules)
	if err != nil {
		return Life{}, err
	}
	years, err := l.agreementYears(ctx)
	if err != nil {
		return Life{}, err
	}
	entries := slices.Concat(l.notes, left, late, years, t.agreementsOver(l.scenario.Until), t.promisesKept())
	for _, e := range events {
		more, err := t.entries(e)
		if err != nil {
			return Life{}, fmt.Errorf("tell %s of %s: %w", e.Kind, e.At.Format(time.RFC3339), err)
		}
		entries = append(entries, more...)
	}
	told := Life{Timeline: inOrder(append(entries, holdsEnded(file.Facts, events, l.scenario.Until)...))}
	told.Final, told.Next, err = l.ending(file.Facts, rules, events)
	for _, b := range billed {
		if b.Owed() {
			told.Final.InvoicedToClient += b.Total
		}
	}
	l.inOwnWords(&told)
	return told, err
}

// bodies are the texts of the letters of the claim, by step.
func (l *life) bodies(ctx context.Context) (map[string]string, error) {
	letters, err := l.store.LettersOf(ctx, l.ref)
	if err != nil {
		return nil, err
	}
	bodies := map[string]string{}
	for _, x := range letters {
		bodies[x.Step] = x.Body
	}
	return bodies, nil
}

// inOwnWords names receipts as the file does: at the bank they have the code of the client before their key.
func (l *life) inOwnWords(told *Life) {
	prefix := l.bankKey("")
	for i := range told.Timeline {
		e := &told.Timeline[i]
		e.Step, e.Reason = strings.ReplaceAll(e.Step, prefix, ""), strings.ReplaceAll(e.Reason, prefix, "")
	}
	told.Next.Step, told.Next.Reason = strings.ReplaceAll(told.Next.Step, prefix, ""), strings.ReplaceAll(told.Next.Reason, prefix, "")
}

// inOrder puts entries in order of time; of one instant, why a step was not done comes after what happened, and the end last.
func inOrder(entries []Entry) []Entry {
	rank := func(e Entry) int {
		switch {
		case e.Kind == KindClose:
			return 2
		case e.late:
			return 1
		}
		return 0
	}
	for i := range entries {
		entries[i].At = entries[i].At.In(calendar.Amsterdam).Truncate(time.Second)
	}
	slices.SortStableFunc(entries, func(a, b Entry) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return rank(a) - rank(b)
	})
	return entries
}

// holdsEnded tells of the holds that nobody ended and whose last day has passed before the end of the life: no event does, since nobody did anything. Of one that was
// told when it was over, right after that.
func holdsEnded(f claim.Facts, events []postgres.Event, until time.Time) (entries []Entry) {
	if f.Status.Final() {
		until = events[len(events)-1].At
	}
	for _, p := range f.Pauses {
		ended := slices.ContainsFunc(events, func(e postgres.Event) bool { return e.Key == "resume:"+p.Key || claim.IsRequestStep(p.Key) })
		told := slices.IndexFunc(events, func(e postgres.Event) bool { return e.Key == "hold:"+p.Key })
		at, afterwards := p.Until.AddDays(1).At(0, 0), false
		if told >= 0 && events[told].At.After(at) {
			at, afterwards = events[told].At, true
		}
		if p.Kind == claim.PauseHold && !p.Until.IsZero() && (afterwards || at.Before(until)) && !ended {
			entries = append(entries, Entry{At: at, Kind: KindResume, Step: p.Key, Reason: "the last day of the hold was " + p.Until.String(), late: afterwards})
		}
	}
	return entries
}

// refuse tells that something that was asked is refused.
func (l *life) refuse(e Event, why string) {
	l.notes = append(l.notes, Entry{At: e.At, Kind: KindSkipped, Step: e.Name, Reason: "refused: " + why})
}

// waited tells of money that waits until a person allocates it: it is in no case file yet.
func (l *life) waited(e Event, amount money.Amount) {
	l.waits[l.bankKey(e.Key)] = true
	l.notes = append(l.notes, Entry{At: e.At, Kind: KindReceipt, Total: amount, Reason: "without a reference: it waits until a person allocates it"})
}

// plain is an error without the words of the engine around it.
func plain(err error) string {
	var no *temporal.ApplicationError
	if errors.As(err, &no) {
		return no.Message()
	}
	return err.Error()
}

// words are the particulars of an event.
func words(e postgres.Event, key string) string {
	text, _ := e.Detail[key].(string)
	return text
}
