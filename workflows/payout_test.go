package workflows_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/workflows"
)

// payingWorld is a client to whom 100.00 is due, with the real activity on a real database and Temporal's test environment.
type payingWorld struct {
	t     *testing.T
	store *postgres.Store
	env   *testsuite.TestWorkflowEnvironment
	dies  int // so many attempts of the activity die after their commit
}

// ProposePayout dies after the commit as often as the world says.
func (w *payingWorld) ProposePayout(ctx context.Context, p postgres.Proposing, by postgres.Actor) (settlement.Payout, []postgres.NotPaid, error) {
	payout, left, err := w.store.ProposePayout(ctx, p, by)
	if w.dies--; w.dies >= 0 && err == nil {
		return settlement.Payout{}, nil, errors.New("the worker died")
	}
	return payout, left, err
}

func (w *payingWorld) Payouts(ctx context.Context, on calendar.Date) ([]postgres.PayoutSummary, error) {
	return w.store.Payouts(ctx, on)
}

func newPayingWorld(t *testing.T, at time.Time, days ...int) *payingWorld {
	t.Helper()
	db := testkit.DB(t, postgres.Fingerprint(), migrate)
	w := &payingWorld{t: t, store: postgres.NewStore(db.App)}
	by := postgres.Actor{Name: "operator", At: at}
	id, err := w.store.SaveClient(t.Context(), postgres.Client{Code: "VBE", Plan: "premium", Signed: postgres.Signing{By: by}, Party: postgres.Party{
		Name: "Voorbeeld", Street: "Kade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: "client@voorbeeld.example", Language: "nl", IBAN: "NL20INGB0001234567",
	}})
	w.ok(err)
	for _, name := range []string{"Anna", "Bram"} {
		w.ok(postgres.AddApprover(t.Context(), db.OwnerURL, name))
		_, err := w.store.ApproveAccount(t.Context(), id, "NL20INGB0001234567", postgres.Actor{Name: name, At: at})
		w.ok(err)
	}
	_, err = w.store.Post(t.Context(), by, ledger.PayoutReturnedOf(ledger.About{Key: "due", On: calendar.DateOf(at), Client: id}, money.Cents(100_00))...)
	w.ok(err)
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	w.env = suite.NewTestWorkflowEnvironment()
	w.env.SetTestTimeout(time.Minute) // of standing still
	w.env.SetStartTime(at)
	workflows.RegisterPayouts(w.env, &activities.Payouts{Files: w, Proposes: postgres.Proposing{
		Plans: map[string]settlement.Paying{"premium": {Days: days}}, From: bank.Party{Name: "Stichting Voorbeeld", Account: "NL02ABNA0123456789"},
	}})
	return w
}

func (w *payingWorld) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// does is what happens to the payout of 15 December at an instant.
func (w *payingWorld) does(at string, what func(ctx context.Context, by postgres.Actor) error) {
	w.env.RegisterDelayedCallback(func() {
		if err := what(context.Background(), postgres.Actor{Name: "operator", At: w.env.Now()}); err != nil {
			w.t.Errorf("%s: %v", at, err)
		}
	}, instant(at).Sub(w.env.Now()))
}

func (w *payingWorld) approves(at, name string) {
	w.does(at, func(ctx context.Context, by postgres.Actor) error {
		f, err := w.store.Payout(ctx, "PO-20261215")
		if err != nil {
			return err
		}
		by.Name = name
		_, err = w.store.ApprovePayout(ctx, f.ID, f.Hash, by)
		return err
	})
}

func (w *payingWorld) sends(at string) {
	w.does(at, func(ctx context.Context, by postgres.Actor) error {
		_, _, err := w.store.SendPayout(ctx, "PO-20261215", postgres.Sending{Initiator: "I"}, by)
		return err
	})
}

func (w *payingWorld) books(at string) {
	w.does(at, func(ctx context.Context, by postgres.Actor) error {
		_, err := w.store.BookPayoutEntry(ctx, postgres.PayoutEntry{Key: "e1", EndToEndID: "PO-20261215-1", Amount: money.Cents(100_00), On: calendar.DateOf(by.At)}, by)
		return err
	})
}

func (w *payingWorld) lives() activities.PayoutStanding {
	w.t.Helper()
	w.env.ExecuteWorkflow(workflows.PayoutWorkflow, workflows.PayoutInput{})
	w.ok(w.env.GetWorkflowError())
	var s activities.PayoutStanding
	w.ok(w.env.GetWorkflowResult(&s))
	return s
}

// A day's payout over its life: it waits for persons and for the bank, and ends when nothing is waited for.
func TestTheLifeOfAPayout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		tell func(w *payingWorld)
		want string
		ends string // the day on which its workflow has ended
	}{
		{"another day than the plan's", func(w *payingWorld) { w.env.SetStartTime(instant("2026-12-14 07:00")) }, "nobody is to be paid; 0 clients are left out: see dunning payout propose", "2026-12-14"},
		{"the worker dies after proposing, twice", func(w *payingWorld) {
			w.dies = 2
			w.approves("2026-12-15 10:00", "Anna")
			w.approves("2026-12-15 10:01", "Bram")
			w.sends("2026-12-15 11:00")
			w.books("2026-12-16 06:00")
		}, "1 booked", "2026-12-16"},
		{"approved after a week, booked four days later", func(w *payingWorld) {
			w.approves("2026-12-15 10:00", "Anna")
			w.approves("2026-12-22 10:01", "Bram")
			w.sends("2026-12-22 11:00")
			w.books("2026-12-26 06:00")
		}, "1 booked", "2026-12-26"},
		{"withdrawn", func(w *payingWorld) {
			w.does("2026-12-17 10:00", func(ctx context.Context, by postgres.Actor) error {
				return w.store.WithdrawPayout(ctx, "PO-20261215", "x", by)
			})
		}, "1 withdrawn", "2026-12-18"},
		{"the database is away for a night", func(w *payingWorld) {
			w.dies = 500 // a minute between attempts, and an hour between activities
			w.does("2026-12-16 03:00", func(context.Context, postgres.Actor) error { w.dies = 0; return nil })
			w.approves("2026-12-16 10:00", "Anna")
			w.approves("2026-12-16 10:01", "Bram")
			w.sends("2026-12-16 11:00")
			w.books("2026-12-17 06:00")
		}, "1 booked", "2026-12-17"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newPayingWorld(t, instant("2026-12-15 07:00"), 15)
			c.tell(w)
			if s := w.lives(); s.Says != c.want || !s.Over || calendar.DateOf(w.env.Now()).String() != c.ends {
				t.Errorf("%+v on %s, want %s on %s", s, w.env.Now(), c.want, c.ends)
			}
			var list []postgres.PayoutSummary
			list, err := w.store.Payouts(t.Context(), calendar.DateOf(w.env.Now()))
			if w.ok(err); len(list) > 1 {
				t.Errorf("%d payouts", len(list))
			}
		})
	}
}

// The schedule says for which day it starts a payout: one that starts late is of that day.
func TestAPayoutThatStartsLate(t *testing.T) {
	t.Parallel()
	w := newPayingWorld(t, instant("2026-12-17 08:00"), 15)
	w.ok(w.env.SetTypedSearchAttributesOnStart(temporal.NewSearchAttributes(temporal.NewSearchAttributeKeyTime("TemporalScheduledStartTime").ValueSet(instant("2026-12-15 07:00")))))
	w.does("2026-12-18 10:00", func(ctx context.Context, by postgres.Actor) error {
		return w.store.WithdrawPayout(ctx, "PO-20261215", "x", by)
	})
	if s := w.lives(); s.ID != "PO-20261215" || s.Says != "1 withdrawn" {
		t.Errorf("%+v", s)
	}
}

// What is looked at says what is waited for, without names and amounts.
func TestWhatAPayoutWaitsFor(t *testing.T) {
	t.Parallel()
	w := newPayingWorld(t, instant("2026-12-15 07:00"), 15)
	payouts := &activities.Payouts{Files: w, Proposes: postgres.Proposing{Plans: map[string]settlement.Paying{"premium": {Days: []int{15}}}, From: bank.Party{Name: "Stichting", Account: "NL02ABNA0123456789"}}}
	suite := &testsuite.WorkflowTestSuite{}
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(payouts)
	day := calendar.MustParseDate("2026-12-15")
	stands := func(on calendar.Date, want string) {
		t.Helper()
		in := activities.FollowPayout{Day: day, AsOf: on.At(9, 0)}
		if on != day { // on its day it may be proposed again: it is there
			in.ID = "PO-20261215"
		}
		value, err := env.ExecuteActivity(payouts.Follow, in)
		w.ok(err)
		var s activities.PayoutStanding
		if w.ok(value.Get(&s)); s.Says != want || s.Over {
			t.Errorf("%+v, want %s", s, want)
		}
	}
	stands(day, "1 proposed: approved by 0 of 2 persons")
	f, err := w.store.Payout(t.Context(), "PO-20261215")
	w.ok(err)
	for i, name := range []string{"Anna", "Bram"} {
		_, err := w.store.ApprovePayout(t.Context(), f.ID, f.Hash, postgres.Actor{Name: name, At: day.At(10, 0)})
		w.ok(err)
		stands(day, []string{"1 proposed: approved by 1 of 2 persons", "1 approved: its file is to be made"}[i])
	}
	_, _, err = w.store.SendPayout(t.Context(), f.ID, postgres.Sending{Initiator: "I"}, postgres.Actor{Name: "o", At: day.At(11, 0)})
	w.ok(err)
	stands(day, "1 sent: waits for the bank")
	stands(day.AddDays(3), "1 sent: the bank is late, ask it; nothing is sent again")
}
