package workflows_test

import (
	"context"
	"errors"
	"testing"
)

// The client is asked for documents beside the dunning of the debtor, is reminded, and what it does not answer is for a person.
func TestTheClientIsAsked(t *testing.T) {
	tellAll(t, []story{
		{"and never answers: three letters, and a task; dunning goes on", "company basis", []string{"2026-10-06 12:00 asks q1 documents", "2026-10-26 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 request
			2026-10-06 request:q1 by email
			2026-10-12 sticker-reminder by email
			2026-10-13 request:q1 by email
			2026-10-19 summons by email
			2026-10-20 request:q1 by email
			2026-10-21 task: unanswered-request:q1
			2026-10-26 close-requested
			2026-10-26 task-dropped
			2026-10-26 closed: closed`},
		{"and answers: no letter more", "company basis", []string{"2026-10-06 20:00 asks q1 information", "2026-10-09 12:00 answers q1", "2026-10-21 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 request
			2026-10-07 request:q1 by email
			2026-10-09 request-answered
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-21 close-requested
			2026-10-21 closed: closed`},
		{"with a hold: the debtor gets nothing until it answers, and the days between do not count", "company basis", []string{"2026-10-06 12:00 asks q1 documents hold", "2026-10-16 12:00 answers q1", "2026-10-26 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 request
			2026-10-06 request:q1 by email
			2026-10-13 request:q1 by email
			2026-10-16 request-answered
			2026-10-21 sticker-reminder by email
			2026-10-26 close-requested
			2026-10-26 closed: closed`},
		{"and its mailbox does not exist: a person asks", "company basis", []string{"2026-10-06 11:00 mail-server client-bounces", "2026-10-06 12:00 asks q1 documents", "2026-10-07 12:00 answers q1", "2026-10-08 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 request
			2026-10-06 request:q1 by email failed
			2026-10-06 task: ask-request:q1
			2026-10-07 request-answered
			2026-10-08 close-requested
			2026-10-08 closed: closed`},
		{"for permission and for a call-back: a person answers", "company basis", []string{"2026-10-06 12:00 asks q1 permission", "2026-10-07 12:00 asks q2 call-back", "2026-10-07 13:00 answers q2", "2026-10-08 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 request
			2026-10-06 task: answer-request:q1
			2026-10-07 request
			2026-10-07 task: answer-request:q2
			2026-10-07 request-answered
			2026-10-08 close-requested
			2026-10-08 task-dropped
			2026-10-08 closed: closed`},
		{"while the mail server is down over the last day: one letter when it is back, and a day more", "company basis", []string{
			"2026-10-06 12:00 asks q1 documents", "2026-10-07 12:00 held", "2026-10-12 06:00 mail-server down", "2026-10-21 10:30 mail-server up", "2026-10-26 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 request
			2026-10-06 request:q1 by email
			2026-10-07 held
			2026-10-21 request:q1 by email
			2026-10-22 task: unanswered-request:q1
			2026-10-26 close-requested
			2026-10-26 task-dropped
			2026-10-26 closed: closed`},
	})
}

// A dispute has a term to be judged; the client of one that is upheld hears what it can do before the claim closes.
func TestDisputesAreJudgedInTime(t *testing.T) {
	tellAll(t, []story{
		{"late: a person is reminded", "consumer basis", []string{"2026-10-07 12:00 disputes", "2026-10-23 12:00 judged upheld"}, `
			2026-10-05 reminder by email
			2026-10-07 dispute-raised
			2026-10-07 task: judge-dispute:d1
			2026-10-22 task: late-judgement:d1
			2026-10-23 dispute-upheld
			2026-10-23 dispute-upheld by email
			2026-10-23 closed: upheld`},
		{"upheld in the evening: the client hears in office hours, then the claim closes", "consumer basis", []string{"2026-10-07 12:00 disputes", "2026-10-09 21:00 judged upheld"}, `
			2026-10-05 reminder by email
			2026-10-07 dispute-raised
			2026-10-07 task: judge-dispute:d1
			2026-10-09 dispute-upheld
			2026-10-12 dispute-upheld by email
			2026-10-12 closed: upheld`},
		{"upheld, and the client's mailbox does not exist: a person calls", "consumer basis", []string{"2026-10-07 11:00 mail-server client-bounces", "2026-10-07 12:00 disputes", "2026-10-09 12:00 judged upheld"}, `
			2026-10-05 reminder by email
			2026-10-07 dispute-raised
			2026-10-07 task: judge-dispute:d1
			2026-10-09 dispute-upheld
			2026-10-09 dispute-upheld by email failed
			2026-10-09 task: discuss-upheld-dispute
			2026-10-09 closed: upheld`},
	})
}

// A withdrawal carries the price that was confirmed: another one is refused with both, and nothing happens.
func TestWithdrawalAtAPrice(t *testing.T) {
	tellAll(t, []story{
		{"the price of yesterday", "company basis", []string{"2026-10-06 12:00 withdraws 1.00", "2026-10-07 12:00 withdraws 181.50"}, `
			2026-10-05 reminder by email
			2026-10-06 withdraws 1.00 refused: 1.00 was confirmed, but the price is 181.50; look at it again and confirm that
			2026-10-07 withdrawn
			2026-10-07 closed: withdrawn`},
		{"no price at all", "company basis", []string{"2026-10-06 12:00 withdraws 0.00", "2026-10-07 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 withdraws 0.00 refused: 0.00 was confirmed, but the price is 181.50; look at it again and confirm that
			2026-10-07 close-requested
			2026-10-07 closed: closed`},
		{"an exception that an operator applies ends the claim", "company basis", []string{"2026-10-06 12:00 exception 181.50"}, `
			2026-10-05 reminder by email
			2026-10-06 exception-no-word
			2026-10-06 closed: closed`},
	})
}

// The worker dies after the withdrawal was recorded and before anybody heard: it is recorded, and billed, once.
func TestKilledWhileWithdrawing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	killed := false
	w.files.withdrawn = func() error {
		if killed {
			return nil
		}
		killed = true
		return errors.New("connection lost")
	}
	same(t, w.live("2026-10-06 12:00 withdraws 181.50"), `
		2026-10-05 reminder by email
		2026-10-06 withdrawn
		2026-10-06 closed: withdrawn`)
	billed, err := w.store.Billables(context.Background(), w.ref)
	if err != nil || !killed || len(billed) != 1 || billed[0].Kind != "withdrawal" || billed[0].Net.String() != "150.00" || billed[0].VAT.String() != "31.50" || billed[0].Total.String() != "181.50" {
		t.Errorf("%+v, %v", billed, err)
	}
	if known, err := w.store.WithdrawnFor(context.Background(), w.ref, billed[0].Total); !known || err != nil {
		t.Errorf("not known at its price: %v", err)
	}
}
