package workflows_test

import (
	"strings"
	"sync"
	"testing"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// A run ends where a claim may stand still for long, and with what is done first in each further year of debt monitoring or before the court: changes of code live as long as that takes.
func TestChapters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.live("2029-11-30 12:00 operator-closes")
	if w.chapters != 5 { // amicable, decision, monitoring, after the first letter, after the second
		t.Errorf("%d runs\n%s", w.chapters, w.tale())
	}
	court := newWorld(t, "company premium")
	court.live("2026-11-10 12:00 decides court", "2026-11-12 12:00 court served", "2026-12-28 12:00 task-done ask-court-outcome:2026-12-24", "2027-11-22 12:00 task-done ask-court-outcome:2027-02-09",
		"2028-11-15 12:00 task-done ask-court-outcome:2028-01-03", "2029-03-01 12:00 court settled")
	if court.chapters != 5 { // amicable, decision, court, after a reminder was done in its second year, and in its third
		t.Errorf("%d runs\n%s", court.chapters, court.tale())
	}
}

// An update that is being answered when a run ends is answered by that run, and what it changed is known to the next.
func TestUpdateAtTheEndOfAChapter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	w.withdrawDuringTheLastLetter(func() error { return nil })
	same(t, w.live(), `
		2026-10-05 reminder by email
		2026-10-12 sticker-reminder by email
		2026-10-19 summons by email
		2026-10-27 final-summons by email
		2026-10-27 withdrawn
		2026-10-27 closed: withdrawn`)
}

// What a run was told at its end is read before the next begins: here a failed update, during which somebody paid.
func TestNewsAtTheEndOfAChapter(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company basis")
	w.withdrawDuringTheLastLetter(func() error {
		if err := w.record(parseEvent("2026-10-27 19:59 pays open"), "open", postgres.Actor{Name: "somebody", At: w.env.Now()}); err != nil {
			return err
		}
		w.messages() // nobody hears of it
		return &postgres.ConflictError{Problem: "not now"}
	})
	same(t, w.live(), `
		2026-10-05 reminder by email
		2026-10-12 sticker-reminder by email
		2026-10-19 summons by email
		2026-10-27 withdraws refused: not now
		2026-10-27 final-summons by email
		2026-10-27 paid-to-client 1165.10
		2026-10-27 closed: paid`)
}

// withdrawDuringTheLastLetter has the client withdraw while the last letter of the amicable phase is being sent; recording that takes until
// the letter has left.
func (w *world) withdrawDuringTheLastLetter(also func() error) {
	asked, left := make(chan struct{}), make(chan struct{})
	tell, letterLeft := sync.OnceFunc(func() { close(asked) }), sync.OnceFunc(func() { close(left) })
	w.mail.hear = func(m mail.Message) {
		if strings.HasPrefix(m.AttachmentName, "final-summons") {
			w.ask(workflows.UpdateWithdraw, event{text: "w", at: m.Date, words: []string{"withdraws"}}, workflows.Withdraw{Price: money.MustParse("181.50"), Actor: "client"})
			<-asked
		}
	}
	w.files.withdraw = func() error { tell(); <-left; return also() }
	w.prepare = func(env *testsuite.TestWorkflowEnvironment) {
		env.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
			select {
			case <-asked:
				if info.ActivityType.Name == "IssueLetter" {
					letterLeft()
				}
			default:
			}
		})
	}
}
