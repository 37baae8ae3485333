package postgres_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const races = 400

// Payment wins or letter wins (invariant I2): no letter moves to sending after a committed settlement of its demand. Both moments are recorded
// under the claim's lock, by the clock of the database, so their order is the order of the commits.
func TestPaymentWinsOrLetterWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	claims := make([]postgres.NewClaim, races)
	for i := range claims {
		claims[i] = w.newClaim()
	}
	refs := w.handOver(claims...)
	for _, ref := range refs {
		w.opened(ref)
	}
	action := w.next(refs[0]) // of the same kind for all
	var wg sync.WaitGroup
	limit := make(chan bool, 8) // the pool has ten connections
	for i, ref := range refs {
		// The payment is let go at one moment of the letter. One race in four is decided there, at each moment in turn: the letter waits until it is booked.
		open, paid := make(chan bool), make(chan bool)
		gate, waits, lead := letterMoment(random.IntN(letterMoments)), i%4 == 0, time.Duration(random.IntN(80))*time.Millisecond
		if waits {
			gate = letterMoment(i / 4 % letterMoments)
		}
		limit <- true
		var pair sync.WaitGroup
		pair.Go(func() {
			w.send(ref, action, func(m letterMoment) {
				if m != gate {
					return
				}
				close(open)
				if waits {
					<-paid
				} else {
					time.Sleep(lead) // a payment has more to read before its lock than a letter has
				}
			})
		})
		pair.Go(func() {
			defer close(paid)
			<-open
			_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: ref.ClaimID, Amount: eur("100.00"), On: today, Remittance: claims[i].RF}, at(today), w.lib.Rules)
			if err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() { pair.Wait(); <-limit })
	}
	wg.Wait()

	sent := query[int](w, `SELECT count(*) FROM letter WHERE state = 'sending'`)
	if paid := query[int](w, `SELECT count(*) FROM settlement`); paid != races {
		t.Errorf("%d settlements", paid)
	}
	late := query[int](w, `SELECT count(*) FROM letter l JOIN case_event e ON e.claim_id = l.claim_id AND e.kind = 'paid-to-agency'
		WHERE l.state = 'sending' AND e.recorded_at < l.lease_until - interval '60 seconds'`)
	registered := query[int](w, `SELECT count(*) FROM case_event l JOIN case_event e ON e.claim_id = l.claim_id AND e.kind = 'paid-to-agency' WHERE l.kind = 'letter-registered' AND e.seq < l.seq`)
	between := query[int](w, `SELECT count(*) FROM letter WHERE state = 'claimed'`)
	t.Logf("seed %d: %d races: the letter won %d, payment won before it was registered %d and before it was sent %d", seed, races, sent, races-sent-between, between)
	if late != 0 || registered != 0 {
		t.Errorf("%d letters were sent and %d registered after payment", late, registered)
	}
	if unregistered := races - sent - between; sent == 0 || between == 0 || unregistered == 0 {
		t.Errorf("of %d races the letter won %d, payment %d before it was registered and %d before it was sent: one of them never happened", races, sent, unregistered, between)
	}
}

// letterMoment is how far a letter has come.
type letterMoment int

const (
	beforeRegistered letterMoment = iota
	beforeSending
	afterSending
	letterMoments = 3
)

// send does what the activity does until the letter would be offered to the mail server, and says when it has come to each moment.
func (w *world) send(ref postgres.Ref, action trajectory.Action, reached func(letterMoment)) {
	reached(beforeRegistered)
	l, _, fresh, err := w.RegisterLetter(w.Context(), ref, action, at(today), w.lib.Rules, write)
	reached(beforeSending)
	if err == nil && fresh {
		var state claim.LetterState
		if state, _, err = w.BeginSending(w.Context(), ref, &l, action, at(today), w.lib.Rules); err == nil && state != claim.LetterSending && state != claim.LetterClaimed {
			w.Errorf("%s", state)
		}
	}
	reached(afterSending)
	if err != nil {
		w.Error(err)
	}
}

// What is noted of claims by the hundred waits for none of them: who locks several in their order would wait for one that is noted, and be waited for.
func TestComparingWaitsForNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.handOver(w.newClaim(), w.newClaim())
	tx, err := w.super.Begin(t.Context())
	ok(t, err)
	defer func() { ok(t, tx.Rollback(context.WithoutCancel(t.Context()))) }()
	_, err = tx.Exec(t.Context(), `SELECT 1 FROM claim WHERE id = $1 FOR NO KEY UPDATE`, refs[0].ClaimID)
	ok(t, err)
	done := make(chan error, 1)
	go func() { done <- w.Compared(t.Context(), refs) }()
	select {
	case err := <-done:
		ok(t, err)
	case <-time.After(2 * time.Minute):
		t.Fatal("it waits for the claim that is locked")
	}
	for i, want := range []bool{false, true} {
		var noted bool
		ok(t, tx.QueryRow(t.Context(), `SELECT checked_at IS NOT NULL FROM claim WHERE id = $1`, refs[i].ClaimID).Scan(&noted))
		if noted != want {
			t.Errorf("claim %d: noted %t, want %t", i, noted, want)
		}
	}
}

// Whoever changes a client, or starts its agreement, waits for nobody who only refers to that client: who ends a letter has its claim, and writes what refers to the client, while another plan waits for the claim.
func TestWhoChangesAClientWaitsForItsClaimsOnly(t *testing.T) {
	t.Parallel()
	for story, change := range map[string]func(w *world) error{
		"another plan": func(w *world) error {
			_, err := w.SaveClient(w.Context(), postgres.Client{Code: "A", Plan: "basis", Party: postgres.Party{
				Name: "Voorbeeld A", Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: "a@client.example", Language: "nl"}})
			return err
		},
		"an agreement": func(w *world) error {
			_, err := w.StartAgreement(w.Context(), w.client, today, at(today))
			return err
		},
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			tx, err := w.super.Begin(t.Context())
			ok(t, err)
			defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
			refers := func() { // as whatever is written of a claim does
				_, err := tx.Exec(t.Context(), `SELECT FROM client WHERE id = $1 FOR KEY SHARE`, w.client)
				ok(t, err)
			}
			done := make(chan error, 1)
			if story == "another plan" {
				_, err = tx.Exec(t.Context(), `SELECT FROM claim WHERE id = $1 FOR NO KEY UPDATE`, ref.ClaimID)
				ok(t, err)
				go func() { done <- change(w) }()
				eventually(t, "it waits for the claim", func() bool {
					var waits bool
					ok(t, tx.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dunning_app' AND wait_event_type = 'Lock')`).Scan(&waits))
					return waits
				})
				refers()
				ok(t, tx.Commit(t.Context()))
			} else {
				refers()
				go func() { done <- change(w) }()
			}
			select {
			case err := <-done:
				ok(t, err)
			case <-time.After(20 * time.Second):
				t.Fatal("it waits for who refers to the client")
			}
		})
	}
}
