package workflows_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// goesOn takes a payment of a closed claim back; the claim's workflow is started again as the relay does, and lives on while the events happen.
func (w *world) goesOn(reversal string, events ...string) string {
	w.t.Helper()
	e := parseEvent(reversal)
	if err := w.happenAfterTheEnd(e); err != nil {
		w.t.Fatal(err)
	}
	for _, text := range events {
		w.events = append(w.events, parseEvent(text))
	}
	w.liveOn(workflows.NewClaim(w.ref.ClientID, w.ref.ClaimID), e.at)
	w.check()
	return w.tale()
}

func (w *world) happenAfterTheEnd(e event) error {
	w.messages()
	if err := w.record(e, e.text[len("2006-01-02 15:04 reverses "):], postgres.Actor{Name: "somebody", At: e.at}); err != nil {
		return err
	}
	if list := w.messages(); len(list) != 1 || list[0].Name != postgres.MessageReopen {
		w.t.Errorf("%s leaves %+v", e.text, list)
	}
	return nil
}

// A claim that was paid goes on where it stood: one letter at once, the next after its term, counted from the letters that left.
func TestAReopenedClaimGoesOnWithoutABurst(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		name, who, paid, reversed string
		events                    []string
		want                      string
	}{
		{"paid after the reminder, and taken back weeks later", "consumer basis", "2026-10-08 21:00 pays demanded", "2026-12-01 12:00 reverses 2026-10-08 21:00 pays demanded", nil, `
			2026-10-05 reminder by email
			2026-10-08 paid-to-client 1000.00
			2026-10-08 closed: paid
			2026-12-01 reversed
			2026-12-01 reopened
			2026-12-01 sticker-reminder by email
			2026-12-09 14-day-letter by email
			2026-12-28 summons by email
			2027-01-07 final-summons by email
			2027-01-15 escalation-advice by email
			2027-01-29 decision-reminder by email
			2027-02-15 decision by default: close
			2027-02-15 closed: closed`},
		{"taken back the next morning: the days stay", "company basis", "2026-10-08 21:00 pays open", "2026-10-09 09:00 reverses 2026-10-08 21:00 pays open", []string{"2026-10-20 12:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-08 paid-to-client 1159.69
			2026-10-08 closed: paid
			2026-10-09 reversed
			2026-10-09 reopened
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-20 paid-to-client 1163.11
			2026-10-20 closed: paid`},
		{"in the third year of monitoring", "consumer premium", "2029-03-01 12:00 pays open", "2029-03-05 12:00 reverses 2029-03-01 12:00 pays open", []string{"2030-03-01 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-16 final-summons by email
			2026-11-24 escalation-advice by email
			2026-12-08 decision-reminder by email
			2026-12-25 decision by default: monitoring
			2026-12-25 monitoring-started
			2027-12-27 monitoring-letter by post
			2028-12-27 monitoring-letter by post
			2029-03-01 paid-to-client 1162.93
			2029-03-01 closed: paid
			2029-03-05 reversed
			2029-03-05 reopened
			2029-12-27 monitoring-letter by post
			2030-03-01 close-requested
			2030-03-01 closed: closed`},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, s.who)
			w.live(s.paid)
			same(t, w.goesOn(s.reversed, s.events...), s.want)
		})
	}
}

// reversesWhileItEnds takes the payment back after the claim was closed and before its workflow knows that; the relay wakes the run that is ending.
func (w *world) reversesWhileItEnds(paid string) {
	w.files.closed = sync.OnceFunc(func() {
		at := instant(paid[:len("2006-01-02 15:04")])
		if err := w.happenAfterTheEnd(event{text: paid[:16] + " reverses " + paid, at: at, words: []string{"reverses"}}); err != nil {
			w.t.Error(err)
		}
		w.env.SignalWorkflow(workflows.SignalPayment, workflows.FactRecorded{Key: "reopened"})
	})
}

const goesOnInTheSameRun = `
	2026-10-05 reminder by email
	2026-10-08 paid-to-client 1159.69
	2026-10-08 closed: paid
	2026-10-08 reversed
	2026-10-08 reopened
	2026-10-12 sticker-reminder by email
	2026-10-15 paid-to-client 1161.68
	2026-10-15 closed: paid`

func TestAClaimThatIsReopenedWhileItsRunEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	w.reversesWhileItEnds("2026-10-08 21:00 pays open")
	same(t, w.live("2026-10-08 21:00 pays open", "2026-10-15 12:00 pays open"), goesOnInTheSameRun)
	if w.chapters != 1 {
		t.Errorf("%d runs", w.chapters)
	}
}

// The database is down for an hour just then: the run does not end before it has read what came in.
func TestNewsAtTheEndThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	w.reversesWhileItEnds("2026-10-08 21:00 pays open")
	reverse := w.files.closed
	var down time.Time
	w.files.closed = func() {
		reverse()
		if down.IsZero() {
			down = w.env.Now()
		}
	}
	w.files.read = func() error {
		if !down.IsZero() && w.env.Now().Before(down.Add(time.Hour)) {
			return errors.New("no connection")
		}
		return nil
	}
	same(t, w.live("2026-10-08 21:00 pays open", "2026-10-15 12:00 pays open"), goesOnInTheSameRun)
}
