package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// How letters reach the debtor, or do not.
func TestDelivery(t *testing.T) {
	tellAll(t, []story{
		{"the mailbox does not exist: by post from then on", "company basis", []string{"2026-10-05 06:31 mail-server bounces", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email failed
			2026-10-05 reminder by post
			2026-10-12 sticker-reminder by post
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"the mailbox refuses one mail: that letter goes by post, the next by e-mail", "company basis", []string{
			"2026-10-05 06:31 mail-server refuses", "2026-10-06 12:00 mail-server up", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email failed
			2026-10-05 reminder by post
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"no channel is left: a person finds an address", "company basis no-email", []string{
			"2026-10-07 12:00 flag address-unknown", "2026-10-20 12:00 operator-closes"}, `
			2026-10-05 reminder by post
			2026-10-07 address-unknown
			2026-10-07 task: find-address
			2026-10-20 close-requested
			2026-10-20 task-dropped
			2026-10-20 closed: closed`},
		{"the advice does not reach the client: a person hands it over, and then the client has its term", "company basis", []string{
			"2026-11-03 08:00 mail-server client-bounces", "2026-11-04 12:00 mail-server up", "2026-11-05 09:00 decides court", "2026-11-05 12:00 task-done reach-client",
			"2026-11-06 12:00 decides court"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email failed
			2026-11-03 task: reach-client
			2026-11-05 decides court refused: there is nothing to decide before the escalation advice
			2026-11-06 decision: court
			2026-11-06 task: hand-over-to-court
			2026-11-06 closed: court
			2026-11-13 task: hand-over-late:2026-11-13`},
		{"no answer to a reminder: it counts as sent and is never sent again", "company basis", []string{
			"2026-10-05 06:31 mail-server silent", "2026-10-06 12:00 mail-server up", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email unknown
			2026-10-05 task: trace-letter:reminder
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"no answer to the 14-day letter: a person finds out whether it left before its term is counted", "consumer basis", []string{
			"2026-10-20 12:00 mail-server silent", "2026-10-22 12:00 mail-server up", "2026-11-20 12:00 traced 14-day-letter delivered", "2026-12-08 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email unknown
			2026-10-21 task: trace-letter:14-day-letter
			2026-11-20 letter-traced
			2026-12-07 summons by email
			2026-12-08 close-requested
			2026-12-08 closed: closed`},
		{"the mail server is down for three days: each letter leaves once, when it is back; 14 days that end on a Saturday end on Monday", "consumer basis", []string{
			"2026-10-13 06:00 mail-server down", "2026-10-16 12:00 mail-server up", "2026-11-11 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-16 sticker-reminder by email
			2026-10-24 14-day-letter by email
			2026-11-10 summons by email
			2026-11-11 close-requested
			2026-11-11 closed: closed`},
		{"paid while the mail server is down: the letter never leaves", "consumer basis", []string{
			"2026-10-13 06:00 mail-server down", "2026-10-13 14:00 operator-looks", "2026-10-14 12:10 pays open (no signal)", "2026-10-16 12:00 mail-server up"}, `
			2026-10-05 reminder by email
			2026-10-13 next: sticker-reminder on 2026-10-13
			2026-10-14 paid-to-client 1004.38
			2026-10-14 closed: paid`},
		{"the mail server is down for weeks: after 48 rounds an operator is asked, who handed the letter over by hand", "consumer basis", []string{
			"2026-10-13 06:00 mail-server down", "2026-10-20 12:00 mail-server up", "2026-10-20 12:01 repair override sticker-reminder", "2026-10-29 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-19 needs attention: sticker-reminder (Carrier)
			2026-10-20 repaired: override sticker-reminder
			2026-10-27 14-day-letter by email
			2026-10-29 close-requested
			2026-10-29 closed: closed`},
		{"the client withdraws while a letter is tried: closed at once, not in an hour", "consumer basis", []string{
			"2026-10-13 06:00 mail-server down", "2026-10-13 13:33 withdraws", "2026-10-13 14:00 remark still-open"}, `
			2026-10-05 reminder by email
			2026-10-13 withdrawn
			2026-10-13 closed: withdrawn`}, // the sticker reminder is due at 13:31:58
	})
}

// A letter is tried again for a quarter of an hour: nothing of that passes eight in the evening, and the next try is on the next day on which debtors
// may be contacted.
func TestRetriesKeepToTheContactWindow(t *testing.T) {
	tellAll(t, []story{
		{"the mail server is down on Saturday evening, back after eight: the letter leaves on Monday", "company basis", []string{
			"2026-10-05 06:31 held", "2026-10-10 19:20 mail-server down", "2026-10-10 19:29 resumed", "2026-10-10 20:05 mail-server up", "2026-10-13 12:00 operator-closes"}, `
			2026-10-05 held
			2026-10-10 resumed
			2026-10-12 reminder by email
			2026-10-13 close-requested
			2026-10-13 closed: closed`},
		{"the same with the post", "company basis no-email", []string{
			"2026-10-05 06:31 held", "2026-10-10 19:20 spool down", "2026-10-10 19:29 resumed", "2026-10-10 20:05 spool up", "2026-10-13 12:00 operator-closes"}, `
			2026-10-05 held
			2026-10-10 resumed
			2026-10-12 reminder by post
			2026-10-13 close-requested
			2026-10-13 closed: closed`},
		{"back before the retries are over: the same evening", "company basis", []string{
			"2026-10-05 06:31 held", "2026-10-10 19:20 mail-server down", "2026-10-10 19:29 resumed", "2026-10-10 19:32 mail-server up", "2026-10-13 12:00 operator-closes"}, `
			2026-10-05 held
			2026-10-10 resumed
			2026-10-10 reminder by email
			2026-10-13 close-requested
			2026-10-13 closed: closed`},
		{"half an hour before eight it is not tried any more", "company basis", []string{
			"2026-10-05 06:31 held", "2026-10-10 19:31 resumed", "2026-10-13 12:00 operator-closes"}, `
			2026-10-05 held
			2026-10-10 resumed
			2026-10-12 reminder by email
			2026-10-13 close-requested
			2026-10-13 closed: closed`},
	})
}

// The 14-day letter bounced hours after the mail server had taken it: it goes by post, and what rests on its receipt waits for that.
func TestALetterThatCameBackGoesAgain(t *testing.T) {
	tellAll(t, []story{
		{"before the summons", "consumer basis", []string{"2026-10-22 11:00 came-back 14-day-letter", "2026-11-12 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-10-22 letter-returned
			2026-10-22 email-bounced
			2026-10-22 14-day-letter by post
			2026-11-11 summons by post
			2026-11-12 close-requested
			2026-11-12 closed: closed`},
		{"after the summons: that is not repeated", "consumer basis", []string{"2026-11-10 11:00 came-back 14-day-letter", "2026-12-01 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-10 letter-returned
			2026-11-10 email-bounced
			2026-11-10 correction:summons by post
			2026-11-10 14-day-letter by post
			2026-11-27 final-summons by post
			2026-12-01 close-requested
			2026-12-01 closed: closed`},
	})
}

// unprintable is a name that no font of ours has: the letter cannot be written, whoever tries.
const unprintable = "2026-10-10 12:00 database: UPDATE debtor SET name = U&'\\+010330' WHERE id = (SELECT debtor_id FROM claim WHERE id = $1)"

const printable = " database: UPDATE debtor SET name = 'Roos Voorbeeld' WHERE id = (SELECT debtor_id FROM claim WHERE id = $1)"

// What cannot be done waits for an operator, who has four ways out.
func TestRepair(t *testing.T) {
	tellAll(t, []story{
		{"retry, when the data are right again", "company basis", []string{
			unprintable, "2026-10-13 12:00" + printable, "2026-10-13 12:01 repair retry", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repaired: retry sticker-reminder
			2026-10-13 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"retry, when they are not", "company basis", []string{unprintable, "2026-10-13 12:01 repair retry", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repaired: retry sticker-reminder
			2026-10-13 needs attention: sticker-reminder (BadData)
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"skip: the next step counts from that day", "company basis", []string{
			unprintable, "2026-10-13 11:59 repair skip", "2026-10-13 12:00 repair skip sticker-reminder", "2026-10-13 12:01" + printable, "2026-10-21 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repair skip refused: skip of which step? right would be what could not be done, as dunning claim show says it
			2026-10-13 repaired: skip sticker-reminder
			2026-10-19 summons by email
			2026-10-21 close-requested
			2026-10-21 closed: closed`},
		{"a 14-day letter is never skipped", "consumer basis", []string{
			"2026-10-15" + unprintable[10:], "2026-10-22 12:00 repair skip 14-day-letter", "2026-10-22 12:01" + printable, "2026-10-22 12:02 repair retry", "2026-10-23 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 needs attention: 14-day-letter (BadData)
			2026-10-22 repair skip 14-day-letter refused: a mandatory notice is never skipped: without it a consumer owes no costs (art. 6:96 lid 6 BW)
			2026-10-22 repaired: retry 14-day-letter
			2026-10-22 14-day-letter by email
			2026-10-23 close-requested
			2026-10-23 closed: closed`},
		{"override needs a letter that may have left", "company basis", []string{unprintable, "2026-10-13 12:00 repair override sticker-reminder", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repair override sticker-reminder refused: no letter of step sticker-reminder waits for proof of delivery
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"close", "company basis", []string{unprintable, "2026-10-13 12:00 repair close", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repair close refused: 1161.11 is owed, and one person closes a claim of at most 5.00; right would be claim close, which two persons say
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"nothing to repair, and nonsense", "company basis", []string{
			"2026-10-08 12:00 repair retry", "2026-10-08 12:01 repair skip", unprintable, "2026-10-13 12:00 repair pray", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 repair retry refused: the claim does not need attention
			2026-10-08 repair skip refused: skip of which step? right would be what could not be done, as dunning claim show says it
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repair pray refused: "pray" is not retry, skip, override or close
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"the same repair twice is one repair", "company basis", []string{
			unprintable, "2026-10-13 12:00" + printable, "2026-10-13 12:01 repair retry key k", "2026-10-13 20:00 repair retry key k", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repaired: retry sticker-reminder
			2026-10-13 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"also when the claim needs attention again; another repair needs another key", "company basis", []string{
			unprintable, "2026-10-13 12:01 repair retry key k", "2026-10-13 12:02 repair retry key k", "2026-10-13 12:03 repair skip sticker-reminder key k", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repaired: retry sticker-reminder
			2026-10-13 needs attention: sticker-reminder (BadData)
			2026-10-13 repair skip sticker-reminder key k refused: key k is of another repair; use another key for something new
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"paid while an operator is waited for", "company basis", []string{unprintable, "2026-10-13 12:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 paid-to-client 1161.11
			2026-10-13 closed: paid`},
		{"nor can it be decided anew: the operator is told, and asked again", "company basis", []string{
			"2026-10-10 12:00 database: UPDATE claim SET trajectory = 'gone@1' WHERE id = $1", "2026-10-13 12:01 repair retry",
			"2026-10-14 12:00 database: UPDATE claim SET trajectory = 'business@1' WHERE id = $1", "2026-10-14 12:01 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-13 repair retry refused: claim 957d432b-0240-5ad9-b40f-e003423ac21c is pinned to trajectory gone@1, which is not there; put its file back
			2026-10-13 repaired: retry sticker-reminder
			2026-10-13 needs attention: sticker-reminder (BadData)
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"no decision is possible at all (the trajectory's file is gone): the operator is asked once, and repairs when it is back", "company basis", []string{
			"2026-10-10 12:00 database: UPDATE claim SET trajectory = 'gone@1' WHERE id = $1", "2026-10-12 22:00 remark called",
			"2026-10-13 12:00 database: UPDATE claim SET trajectory = 'business@1' WHERE id = $1", "2026-10-13 12:01 repair retry", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 needs attention: sticker-reminder (BadData)
			2026-10-12 remark
			2026-10-13 repaired: retry sticker-reminder
			2026-10-13 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
	})
}

// The worker was away when the letter's hour came and is back at night: the letter leaves the next morning, without an operator.
func TestWorkerBackAtNight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	w.prepare = func(env *testsuite.TestWorkflowEnvironment) {
		open := func(ctx context.Context, in activities.Act) (activities.Situation, error) {
			return w.claims.OpenClaim(ctx, in)
		}
		env.OnActivity("OpenClaim", mock.Anything, mock.Anything).After(16 * time.Hour).Return(open)
	}
	same(t, w.live("2026-10-07 12:00 operator-closes"), `
		2026-10-06 reminder by email
		2026-10-07 close-requested
		2026-10-07 closed: closed`)
}

// The database is away for a day and a half: nothing is lost and nobody is asked.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	w.files.open = func(context.Context) error {
		if w.env.Now().Before(instant("2026-10-06 20:30")) {
			return errors.New("connection refused")
		}
		return nil
	}
	same(t, w.live("2026-10-08 12:00 operator-closes"), `
		2026-10-07 reminder by email
		2026-10-08 close-requested
		2026-10-08 closed: closed`)
}

// The client withdraws while a letter cannot even be registered: the claim is closed then, not when the letter is tried anew an hour later.
func TestWithdrawnWhileTrying(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "consumer basis")
	w.letters.Register = register{w.store}
	same(t, w.live("2026-10-05 17:32 withdraws", "2026-10-05 18:00 remark still-open"), `
		2026-10-05 withdrawn
		2026-10-05 closed: withdrawn`) // the reminder is due at 17:31
}

// register registers nothing.
type register struct{ *postgres.Store }

func (register) RegisterLetter(context.Context, postgres.Ref, trajectory.Action, postgres.Actor, postgres.RulesFor, func(postgres.CaseFile) (postgres.Draft, error)) (postgres.Letter, claimFacts, bool, error) {
	return postgres.Letter{}, claimFacts{}, false, errors.New("connection refused")
}
