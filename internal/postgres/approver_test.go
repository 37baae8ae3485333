package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// Who is removed and added again has said nothing before, whatever two persons have to say: another word is not the second, and the same person's new one is.
func TestWhoIsAddedAgainHasSaidNothing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(t *testing.T) (w *world, says func(who string) error, done func() bool){
		"a payout": func(t *testing.T) (*world, func(string) error, func() bool) {
			w := paying(t)
			w.receives(w.open(), "r1", "60.00")
			p, _ := w.proposes(today)
			return w, func(who string) error { return second(w.ApprovePayout(t.Context(), p.ID, p.Hash, named(who, today))) },
				func() bool {
					f, err := w.Payout(t.Context(), p.ID)
					ok(t, err)
					return len(f.Approvals) == 2 && w.statuses(p) == strings.TrimSpace(strings.Repeat("approved ", len(p.Lines)))
				}
		},
		"an account": func(t *testing.T) (*world, func(string) error, func() bool) {
			w := paying(t)
			b := w.tellsAccount("B", secondIBAN, 0)
			return w, func(who string) error { return second(w.ApproveAccount(t.Context(), b, secondIBAN, named(who, today))) },
				func() bool {
					a, err := w.ClientAccountOf(t.Context(), b)
					ok(t, err)
					usable := query[bool](w, `SELECT account_usable($1, $2, 'Voorbeeld B', $3)`, b, secondIBAN, today)
					if approved := len(a.ApprovedBy) == 2; approved != usable {
						t.Errorf("approved by %v, usable %t", a.ApprovedBy, usable)
					}
					return usable
				}
		},
		"a file that the bank never got": func(t *testing.T) (*world, func(string) error, func() bool) {
			w, _ := refunding(t)
			p := w.paidOut(today)
			return w, func(who string) error {
				return second(w.LosePayout(t.Context(), p.ID, "the bank has no such file", named(who, today)))
			}, func() bool { return strings.HasPrefix(w.statuses(p), "lost") }
		},
		"a loss": func(t *testing.T) (*world, func(string) error, func() bool) {
			w, _ := lostRefund(t, "over")
			w.fillsUp("own", "200.00")
			last := ""
			return w, func(who string) error { last = w.bears("over", who, false); return nil }, func() bool { return strings.HasSuffix(last, "booked true") }
		},
		"own money that is not": func(t *testing.T) (*world, func(string) error, func() bool) {
			w := takenBackAfterPayout(t, false)
			own, _ := w.fillsUp("own", "70.00")
			last := ""
			return w, func(who string) error { last = w.undoes(own, who); return nil }, func() bool { return strings.HasSuffix(last, "2 said so, waits true") }
		},
		"a claim to be closed": func(t *testing.T) (*world, func(string) error, func() bool) {
			w := paying(t)
			ref, closed := w.open(), false
			return w, func(who string) (err error) {
				closed, err = w.SayClose(t.Context(), ref, "cannot be found", named(who, today), w.lib.Rules)
				return err
			}, func() bool { return closed }
		},
	} {
		for _, story := range []string{"Anna -Anna +Anna Cor -- Anna", "Anna -Anna Cor +Anna -- Anna", "Anna -Anna +Anna -Anna +Anna Cor Cor -- Anna"} {
			t.Run(name+": "+story, func(t *testing.T) {
				t.Parallel()
				w, says, done := c(t)
				for act := range strings.FieldsSeq(story) {
					switch {
					case act == "--":
						if done() {
							t.Error("done before the new word")
						}
					case act[0] == '-':
						ok(t, postgres.RemoveApprover(t.Context(), w.db.OwnerURL, act[1:]))
					case act[0] == '+':
						ok(t, postgres.AddApprover(t.Context(), w.db.OwnerURL, act[1:]))
					default:
						ok(t, says(act))
					}
				}
				if !done() {
					t.Error("not done after the new word")
				}
			})
		}
	}
}

// Two words of a payout that stand without its step, as a person had who was removed and added again before that took words away, make it approved when one of the two says so again.
func TestAPayoutOfTwoWordsIsApproved(t *testing.T) {
	t.Parallel()
	w, p := approvedOnce(t)
	w.exec(`INSERT INTO payout_approval (payout, hash, approver, at) VALUES ('` + p.ID + `', '` + p.Hash + `', 'Bram', now())`)
	for range 2 {
		w.approves(p, "Anna")
		if got := w.statuses(p); got != strings.TrimSpace(strings.Repeat("approved ", len(p.Lines))) {
			t.Error(got)
		}
	}
	w.sends(p)
}
