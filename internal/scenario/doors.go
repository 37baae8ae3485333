package scenario

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// handOver hands the claim over as a client does, by a file; refused is why it is not taken.
func (l *life) handOver(ctx context.Context) (refused string, err error) {
	if err := l.sign(ctx); err != nil {
		return "", err
	}
	desk := intake.Desk{Store: l.store, Library: l.rules, Random: rand.Reader}
	verdicts, err := desk.Submit(ctx, strings.NewReader(l.file(l.client, l.scenario.invoices)), postgres.Actor{Name: "client", At: l.scenario.HandedOver}, nil)
	if err != nil {
		return "", err
	}
	for _, v := range verdicts {
		if v.Column != "" {
			return fmt.Sprintf("%s: %s", v.Column, v.Reason), nil
		}
	}
	if verdicts[0].State != "accepted" {
		return "", fmt.Errorf("the claim is %s: %s", verdicts[0].State, verdicts[0].Reason)
	}
	if l.ref, err = l.store.ClientOfClaim(ctx, verdicts[0].ClaimID); err != nil {
		return "", err
	}
	return "", l.wake(ctx) // its start is ours
}

// file is the hand-over file of a claim of a client.
func (l *life) file(client string, invoices []row) string {
	columns := slices.Sorted(maps.Keys(invoices[0].values))
	for _, r := range invoices[1:] {
		for column := range r.values {
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	_ = w.Write(columns) // a builder takes everything
	for _, r := range invoices {
		record := make([]string, len(columns))
		for i, column := range columns {
			switch column {
			case "client":
				record[i] = client
			case "claim":
				record[i] = client + "-1"
			case "street":
				record[i] = l.alone(r.values[column])
			default:
				record[i] = r.values[column]
			}
		}
		_ = w.Write(record)
	}
	w.Flush()
	return b.String()
}

// alone is an address at which nobody lives but the debtor of this life: its number has an addition that comes from the client's code. Lives share a database,
// and one debtor of several clients is one, whose claims know of each other's letters and stop flags.
func (l *life) alone(street string) string {
	if street == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(l.client))
	return fmt.Sprintf("%s-%d", street, binary.BigEndian.Uint32(sum[:]))
}

// happen lets the next event happen and wakes the workflow. What the product refuses is told, and the life goes on.
func (l *life) happen(ctx context.Context, e Event) error {
	l.happened++
	err := e.kind.happen(ctx, l, e)
	if refusal(err) {
		l.refuse(e, err.Error())
		return nil
	}
	if err != nil {
		return fmt.Errorf("line %d: %s: %w", e.Line, e.Name, err)
	}
	if err := l.wake(ctx); err != nil || e.kind.asks {
		return err
	}
	return l.look(ctx, e.At)
}

// wake delivers what waits in the outbox, as the relay does.
func (l *life) wake(ctx context.Context) error {
	messages, err := l.store.TakeMessages(ctx, 100, time.Minute)
	if err != nil || len(messages) == 0 {
		return err
	}
	ids := make([]int64, len(messages))
	for i, m := range messages {
		ids[i] = m.ID
		switch {
		case m.ClaimID != l.ref.ClaimID || m.Name == postgres.MessageStart:
		case l.env == nil:
			l.reopened = l.reopened || m.Name == postgres.MessageReopen
		case m.Name == postgres.MessageReopen: // it runs still, and is woken
			l.env.SignalWorkflow(postgres.MessagePayment, workflows.FactRecorded{Key: m.Key})
		default:
			l.env.SignalWorkflow(m.Name, workflows.FactRecorded{Key: m.Key})
		}
	}
	return l.store.Delivered(ctx, ids)
}

// ask sends an update to the claim's workflow. A refusal is told.
func (l *life) ask(name string, e Event, in any) error {
	if l.env == nil {
		l.refuse(e, "the claim has ended")
		return nil
	}
	l.env.UpdateWorkflow(name, e.Key, &testsuite.TestUpdateCallback{
		OnAccept: func() {}, OnReject: func(err error) { l.refuse(e, plain(err)) },
		OnComplete: func(_ any, err error) {
			if err != nil {
				l.refuse(e, plain(err))
			}
		},
	}, in)
	return nil
}

// look notes what is known and decided after an event.
func (l *life) look(ctx context.Context, at time.Time) error {
	file, err := l.store.CaseFile(ctx, l.ref)
	if err != nil {
		return err
	}
	rules, err := l.rules.Rules(file.Facts)
	if err != nil {
		return err
	}
	next, err := trajectory.Next(file.Facts, rules, at)
	l.moments = append(l.moments, moment{at, activities.Situation{Facts: file.Facts, Next: next}})
	return err
}

func (l *life) by(e Event) postgres.Actor { return postgres.Actor{Name: "scenario", At: e.At} }

// because is the reason of an event, which everything that is taken back needs.
func (l *life) because(e Event) string {
	if e.text("reason") != "" {
		return e.text("reason")
	}
	return "as the scenario tells"
}

// bankKey is the key of a receipt: it names an entry at the bank, among those of all claims.
func (l *life) bankKey(key string) string { return l.client + "-" + key }

// settledAs is the key in the books of what an event settled.
func (l *life) settledAs(key string) string {
	first, _, _ := strings.Cut(key, "~") // of what replaces it
	for _, e := range l.scenario.Events {
		if e.Name == "pays" && e.Key == first {
			return l.bankKey(key)
		}
	}
	return key
}

// taskKey is the key of a task: one about a receipt has that of the receipt behind its colon.
func (l *life) taskKey(told string) string {
	kind, key, about := strings.Cut(told, ":")
	if about {
		return kind + ":" + l.settledAs(key)
	}
	return told
}

// last is a key that is told, else that of the last event of a kind before e.
func (l *life) last(kind, told string, e Event) string {
	for _, earlier := range l.scenario.Events[:l.happened-1] {
		if told == "" && earlier.Name == kind {
			e.Key = earlier.Key
		}
	}
	if told != "" {
		return told
	}
	return e.Key
}

// amount is the amount of an event: a figure, or what is owed that day, what the last letter asks, or the principal, with a cent more or less.
func (l *life) amount(ctx context.Context, e Event) (money.Amount, error) {
	if !amountWords.MatchString(e.main()) {
		return mustAmount(e.main()), nil
	}
	extra, _ := extraOf(e.main()) // it was read before
	word := strings.FieldsFunc(e.main(), func(r rune) bool { return r == '+' || r == '-' })[0]
	file, err := l.store.CaseFile(ctx, l.ref)
	if err != nil {
		return 0, err
	}
	f := file.Facts
	switch word {
	case "principal":
		return f.Principal() + extra, nil
	case "demanded":
		for _, letter := range slices.Backward(f.Letters) {
			if letter.Left() && letter.Demanded > 0 {
				return letter.Demanded + extra, nil
			}
		}
		return 0, &postgres.ConflictError{Problem: "no letter has asked anything yet"}
	}
	rules, err := l.rules.Rules(f)
	if err != nil {
		return 0, err
	}
	account, err := f.AccountOn(rules.Tables, e.dayOr("value_date"))
	return account.Open.Total() + extra, err
}

// mustAmount reads an amount that was read before.
func mustAmount(text string) money.Amount {
	amount, _ := money.Parse(text)
	return amount
}
