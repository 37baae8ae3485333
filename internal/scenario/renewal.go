package scenario

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
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

// agreementTold is how what happens to an agreement is told; other events are no line: the tasks after them tell them, or the notes of the event. What becomes due with a year, or does not after all, is to be invoiced to the client with VAT by the tables;
// of a plan that has no price for it a task tells.
func agreementTold(e postgres.Event, tables law.Tables) (entry Entry, told bool, err error) {
	entry.At = e.At
	switch e.Kind {
	case "task-opened":
		entry.Kind, entry.Step, entry.Reason = KindTask, words(e, "task"), words(e, "detail")
	case "task-dropped":
		entry.Kind, entry.Step, entry.Reason = KindTask, words(e, "task"), droppedReason+words(e, "reason")
	case "renewed":
		entry.Kind, entry.Step, entry.Reason = KindDecision, "agreement-renewed", words(e, "reason")
	case "ended":
		entry.Kind, entry.Step, entry.Reason = KindDecision, "agreement-ended", words(e, "reason")
	case "contribution-due", "contribution-withdrawn":
		net, err := money.Parse(words(e, "amount"))
		if err != nil || net == 0 {
			return entry, false, nil //nolint:nilerr // no price: there is no amount
		}
		vat, _, err := tables.VAT(net, e.On)
		if err != nil {
			return entry, false, err
		}
		entry.Kind, entry.Step, entry.Total, entry.Reason = KindInvoice, contribution, net+vat, fmt.Sprintf("to be invoiced: %s + %s VAT; the contribution of year %v", net, vat, e.Detail["year"])
		if e.Kind == "contribution-withdrawn" {
			entry.Total, entry.Reason = -entry.Total, fmt.Sprintf("what became due is taken back: year %v did not begin", e.Detail["year"])
		}
	default:
		return entry, false, nil
	}
	return entry, true, nil
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
		entry, told, err := agreementTold(e, l.rules.Tables())
		if err != nil {
			return nil, err
		}
		if !told || !e.At.After(l.scenario.HandedOver) {
			continue
		}
		if entry.Kind == KindDecision {
			entry.Reason += "; " + advised(f, asked, calendar.DateOf(e.At).AddDays(-1), l.plans[f.PlanOn(e.On)])
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// advised is how often the client asked for advice by telephone in the year of a day, as the product counts it, against what its plan includes.
func advised(f agreement.Facts, asked []calendar.Date, day calendar.Date, plan agreement.Plan) string {
	years := f.CallBacks(asked, day)
	return fmt.Sprintf("requests for advice by telephone in year %d: %d (plan %s: %s)", len(years), years[len(years)-1].CallBacks, plan.ID, plan.LegalAdvice)
}
