package scenario

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// otherClient is the event that another client hands over a claim on the same debtor. Its letters leave in their time as long as letters are what comes next.
const otherClient = "other-client"

// others are those of whom the claim's client never learns, and what comes to be known by way of their files.
var others = []happening{
	{name: otherClient, value: anAmount, fields: []field{key}, happen: anotherClaim},
}

// anotherClaim hands a claim over to the same debtor, that was due thirty days before, and begins to dun it.
func anotherClaim(ctx context.Context, l *life, e Event) error {
	if l.other.ClaimID != "" {
		return &postgres.ConflictError{Problem: "there is another client's claim already"}
	}
	code, by := clientCode(l.scenario.Name+"/"+e.Key), l.by(e)
	c := postgres.Client{Code: code, Plan: l.scenario.Plan, Signed: postgres.Signing{By: by}, Party: postgres.Party{
		Name: "Voorbeeld Water B.V.", Street: "Demokade 2", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: clientEmail, Language: "nl", IBAN: "NL91ABNA0417164300",
	}}
	if _, err := l.store.SaveClient(ctx, c); err != nil {
		return err
	}
	values, due := maps.Clone(l.scenario.invoices[0].values), calendar.DateOf(e.At).AddDays(-30)
	maps.Copy(values, map[string]string{"invoice": code + "-F", "invoice_date": due.AddDays(-30).String(), "due_date": due.String(), "amount": e.main()})
	desk := intake.Desk{Store: l.store, Library: l.rules, Random: rand.Reader}
	verdicts, err := desk.Submit(ctx, strings.NewReader(l.file(code, []row{{e.Line, values}})), by, nil)
	if err != nil {
		return err
	}
	if verdicts[0].State != "accepted" {
		return &postgres.ConflictError{Problem: fmt.Sprintf("%s: %s", verdicts[0].Column, verdicts[0].Reason)}
	}
	if l.other, err = l.store.ClientOfClaim(ctx, verdicts[0].ClaimID); err != nil {
		return err
	}
	s, err := l.claims.OpenClaim(ctx, l.otherAct(e.At))
	l.later(e.Line, s.Next)
	return err
}

func (l *life) otherAct(at time.Time) activities.Act {
	return activities.Act{ClientID: l.other.ClientID, ClaimID: l.other.ClaimID, AsOf: at}
}

// later lets the other claim's letter leave when it is due, if a letter is what comes next for it; while a carrier does not take it, it is tried again each hour, as
// the claim's own workflow does. line is that of the event by which the claim came.
func (l *life) later(line int, next trajectory.Action) {
	if next.Kind != trajectory.ActLetter || !next.Due.Before(l.scenario.Until) {
		return
	}
	e := Event{At: next.Due, Name: otherClient, Line: line, kind: &happening{happen: func(ctx context.Context, l *life, e Event) error {
		act := l.otherAct(e.At)
		act.Action = next
		s, err := l.letters.IssueLetter(ctx, act)
		if passing := new(temporal.ApplicationError); errors.As(err, &passing) && !passing.NonRetryable() {
			s.Next, err = next, nil
			s.Next.Due = e.At.Add(time.Hour)
		}
		if err == nil {
			l.later(line, s.Next)
		}
		return err
	}}}
	events := l.scenario.Events
	i := l.happened
	for i < len(events) && !events[i].At.After(e.At) {
		i++
	}
	l.scenario.Events = slices.Insert(slices.Clone(events), i, e)
	if l.env != nil {
		l.comes(e.At)
	}
}

// turnsFlag sets or clears a flag by way of the file of the claim that is told, or of the other client's.
func turnsFlag(turn func(s *postgres.Store, ctx context.Context, ref postgres.Ref, kind string, since calendar.Date, by postgres.Actor, rules postgres.RulesFor) error) func(context.Context, *life, Event) error {
	return func(ctx context.Context, l *life, e Event) error {
		ref := l.ref
		if e.text("of") == otherClient {
			ref = l.other
		}
		if ref.ClaimID == "" {
			return &postgres.ConflictError{Problem: "there is no other client's claim yet; right would be an event other-client before it"}
		}
		return turn(l.store, ctx, ref, e.main(), e.day("since"), l.by(e), l.rules.Rules)
	}
}
