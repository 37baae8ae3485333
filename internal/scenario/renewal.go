package scenario

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

// givesNotice is a notice of termination of the agreement, received on the day that is told. What it does is in the task to answer it.
func givesNotice(ctx context.Context, l *life, e Event) error {
	if err := l.follow(ctx, e.At); err != nil {
		return err
	}
	if _, _, err := l.store.RecordNotice(ctx, l.ref.ClientID, e.dayOr("received"), e.main() == "registered", l.by(e)); err != nil {
		return err
	}
	return l.follow(ctx, e.At)
}

// takesNoticeBack is that of the last notice that stands.
func takesNoticeBack(ctx context.Context, l *life, e Event) error {
	if err := l.follow(ctx, e.At); err != nil { // what was due before is done on its own day, and does not know of it
		return err
	}
	f, err := l.store.Agreement(ctx, l.ref.ClientID)
	if err != nil {
		return err
	}
	standing := slices.DeleteFunc(f.Notices, func(n agreement.Notice) bool { return !n.TakenBack.IsZero() })
	if len(standing) == 0 {
		return &postgres.ConflictError{Problem: "there is no notice to take back: none was received, or it was taken back already"}
	}
	if _, err := l.store.TakeBackNotice(ctx, l.ref.ClientID, standing[len(standing)-1].Key, e.main(), l.by(e)); err != nil {
		return err
	}
	return l.follow(ctx, e.At)
}

// follow does what is due for the agreement up to an instant, each on its day, as its workflow does. Nothing where its years are not told.
func (l *life) follow(ctx context.Context, to time.Time) error {
	if l.scenario.signed.told.IsZero() || to.Before(l.followed) {
		return nil
	}
	for at := latest(l.followed, l.scenario.HandedOver); ; {
		l.followed = at
		wait, err := l.advance(ctx, l.ref.ClientID, at)
		if err != nil || at.Equal(to) {
			return err
		}
		if at = wait; at.IsZero() || at.After(to) {
			at = to
		}
	}
}

// agreementTold is how what happens to an agreement is told; other events are no line: the tasks after them tell them, or the notes of the event.
var agreementTold = map[string]func(postgres.Event) Entry{
	"task-opened": func(e postgres.Event) Entry {
		return Entry{Kind: KindTask, Step: words(e, "task"), Reason: words(e, "detail")}
	},
	"task-dropped": func(e postgres.Event) Entry {
		return Entry{Kind: KindTask, Step: words(e, "task"), Reason: droppedReason + words(e, "reason")}
	},
	"renewed": func(e postgres.Event) Entry {
		return Entry{Kind: KindDecision, Step: "agreement-renewed", Reason: words(e, "reason")}
	},
	"ended": func(e postgres.Event) Entry {
		return Entry{Kind: KindDecision, Step: "agreement-ended", Reason: words(e, "reason")}
	},
}

// agreementYears are the lines of the agreement after the hand-over. With each year that is over comes how often the client asked for advice by telephone in it (requirement S9).
func (l *life) agreementYears(ctx context.Context) (entries []Entry, err error) {
	if l.scenario.signed.told.IsZero() {
		return nil, nil
	}
	f, err := l.store.Agreement(ctx, l.ref.ClientID)
	if err != nil {
		return nil, err
	}
	events, err := l.store.AgreementEvents(ctx, postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID})
	if err != nil {
		return nil, err
	}
	asked, err := l.store.CallBacks(ctx, l.ref.ClientID)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		tell, told := agreementTold[e.Kind]
		if !told || !e.At.After(l.scenario.HandedOver) {
			continue
		}
		entry := tell(e)
		if entry.At = e.At; entry.Kind == KindDecision {
			entry.Reason += "; " + advised(f, asked, calendar.DateOf(e.At).AddDays(-1), l.plans[f.PlanOn(e.On)])
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// advised is how often the client asked for advice by telephone in the year of a day, against what its plan includes.
func advised(f agreement.Facts, asked []calendar.Date, day calendar.Date, plan agreement.Plan) string {
	year, times := f.YearOf(day), 0
	for _, on := range asked {
		if !on.Before(year.First) && !on.After(year.Last) {
			times++
		}
	}
	return fmt.Sprintf("requests for advice by telephone in year %d: %d (plan %s: %s)", year.Number, times, plan.ID, plan.LegalAdvice)
}
