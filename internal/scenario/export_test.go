package scenario

import (
	"context"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// SendMail hands a mail to the mail server of a scenario in which nothing happened to mailboxes.
func SendMail(ctx context.Context, m mail.Message) mail.Result {
	return (&mailServer{client: clientEmail}).Send(ctx, m)
}

// RunKnowing lets the claim of a scenario live, and names the days of which what was decided then cannot be told afterwards.
func (h *Host) RunKnowing(ctx context.Context, s Scenario) (told Life, forgotten []string, err error) {
	told, l, err := h.run(ctx, s)
	if err != nil || len(l.moments) == 0 {
		return told, nil, err
	}
	history, err := l.store.History(ctx, l.ref)
	if err != nil {
		return told, nil, err
	}
	for i, m := range l.moments {
		if l.lastOfDay(i, history.Events) {
			difference, err := l.forgot(m, history)
			if err != nil {
				return told, nil, err
			}
			forgotten = append(forgotten, difference...)
		}
	}
	return told, forgotten, nil
}

// lastOfDay says whether nothing was decided or came to be known after a moment on its day.
func (l *life) lastOfDay(i int, events []postgres.Event) bool {
	at := l.moments[i].at
	day := calendar.DateOf(at)
	later := func(e postgres.Event) bool { return calendar.DateOf(e.At) == day && e.At.After(at) }
	return (i+1 == len(l.moments) || calendar.DateOf(l.moments[i+1].at) != day) && !slices.ContainsFunc(events, later)
}

// forgot compares what was decided at a moment with what is told of it afterwards.
func (l *life) forgot(m moment, h postgres.History) ([]string, error) {
	day := calendar.DateOf(m.at)
	known := h.Facts.KnownOn(h.Records, day)
	known.Plan = m.Facts.Plan // it is changed by the clock of the database
	rules, err := l.rules.Rules(known)
	if err != nil {
		return nil, err
	}
	next, err := trajectory.Next(known, rules, m.at)
	if err != nil {
		return nil, err
	}
	if was := m.Next; !was.Same(next) || was.Reason != next.Reason || was.Day != next.Day || m.Facts.Status != known.Status {
		return []string{fmt.Sprintf("%s: it was %s %s %q on %s (%s), and is told as %s %s %q on %s (%s)", day, m.Facts.Status, was.Name(), was.Reason, was.Day, was.Task, known.Status, next.Name(), next.Reason, next.Day, next.Task)}, nil
	}
	return nil, nil
}
