package postgres_test

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// Debtors are not contacted between 20:00 and 07:00, on Sundays and holidays (art. 4.2 Besluit kwaliteit incassodienstverlening): the register asks
// again when a letter is registered and when it is sent, at the time of that attempt, over either channel.
func TestTheContactWindowGatesEveryAttempt(t *testing.T) {
	t.Parallel()
	sunday, holiday := calendar.MustParseDate("2026-11-08"), calendar.MustParseDate("2026-12-25")
	for _, channel := range []string{"email", "post"} {
		for _, c := range []struct {
			story            string
			registers, sends time.Time
			registered       bool
			state            claim.LetterState
		}{
			{"within the window", today.At(19, 10), today.At(19, 29), true, claim.LetterSending},
			{"registered, and tried again when retries could pass eight", today.At(19, 10), today.At(19, 30), true, claim.LetterClaimed},
			{"registered, and tried again after eight", today.At(19, 29), today.At(20, 5), true, claim.LetterClaimed},
			{"registered, and tried again at night", today.At(19, 29), today.AddDays(1).At(6, 59), true, claim.LetterClaimed},
			{"registered, and tried again in the morning", today.At(19, 29), today.AddDays(1).At(7, 0), true, claim.LetterSending},
			{"registered, and tried again on a Sunday", today.At(19, 29), sunday.At(12, 0), true, claim.LetterClaimed},
			{"registered, and tried again at Christmas", today.At(19, 29), holiday.At(12, 0), true, claim.LetterClaimed},
			{"a minute before eight nothing is registered", today.At(19, 59), today.At(19, 59), false, ""},
			{"on a Sunday nothing is registered", sunday.At(12, 0), sunday.At(12, 0), false, ""},
		} {
			t.Run(c.story+" by "+channel, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				ref := w.open(func(n *postgres.NewClaim) {
					if channel == "post" {
						n.Debtor.Email = ""
					}
				})
				action := w.next(ref)
				l, _, registered, err := w.RegisterLetter(t.Context(), ref, action, postgres.Actor{Name: "test", At: c.registers}, w.lib.Rules, write)
				ok(t, err)
				if registered != c.registered || action.Channel != channel {
					t.Fatalf("registered %v by %s", registered, action.Channel)
				}
				if !registered {
					return
				}
				state, busy, err := w.BeginSending(t.Context(), ref, &l, action, postgres.Actor{Name: "test", At: c.sends}, w.lib.Rules)
				if err != nil || busy || state != c.state {
					t.Errorf("%s, busy %v, %v; want %s", state, busy, err, c.state)
				}
			})
		}
	}
}
