package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// confirm registers the confirmation of the arrangement of a claim and gives what is specified in it, and how that came about.
func (w *world) confirm(ref postgres.Ref) (madeOf string) {
	w.Helper()
	action := w.next(ref)
	l, _, ok, err := w.RegisterLetter(w.Context(), ref, action, at(today.AddDays(1)), w.lib.Rules, func(file postgres.CaseFile) (postgres.Draft, error) {
		a, _ := file.Facts.Arrangement(today)
		rules, err := w.lib.Rules(file.Agreed)
		if err != nil {
			return postgres.Draft{}, err
		}
		account, err := file.Agreed.AccountOn(rules.Tables, a.On)
		if account.Open != a.Owed || account.OpenCosts() != a.Costs {
			w.Errorf("agreed: %+v of costs %+v, known: %+v of costs %+v", a.Owed, a.Costs, account.Open, account.OpenCosts())
		}
		var told []string
		for _, s := range account.Allocations {
			told = append(told, fmt.Sprintf("%s %s", s.Settlement.Key, s.Settlement.Amount))
		}
		madeOf = a.MadeOf() + " after " + strings.Join(told, ", ")
		return postgres.Draft{Recipient: "d@example.nl", PDF: []byte("%PDF")}, err
	})
	if err != nil || !ok || l.Step != action.Step {
		w.Fatalf("%+v %v %v", l, ok, err)
	}
	return madeOf
}

// The confirmation is written from what was known at the moment of agreement: what came in, was corrected or was taken back later on the same day is not told.
func TestAConfirmationIsWrittenFromWhatWasKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open(func(c *postgres.NewClaim) {
		c.Debtor.Kind, c.Trajectory, c.Invoices[0].Amount = company, "business@1", eur("1000.00")
	})
	pays := func(key, amount string) {
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today, Amount: eur(amount)}, at(today), w.lib.Rules))
	}
	costs := func(key, amount string) {
		ok(t, w.RecordInformationCost(t.Context(), ref, claim.InformationCost{Key: key, On: today, Amount: eur(amount)}, "extract", at(today)))
	}
	pays("before", "10.00")
	pays("corrected", "20.00")
	pays("never", "40.00")
	_, err := w.ReverseSettlement(t.Context(), ref, "never", "storno", at(today), w.lib.Rules)
	ok(t, err)
	costs("extract", "7.50")
	costs("trifle", "0.80")
	ok(t, w.arrange(ref, "a", 2, today.AddDays(6)))
	_, err = w.ReverseInformationCost(t.Context(), ref, "trifle", "of another company", at(today), w.lib.Rules)
	ok(t, err)
	pays("since", "50.00")
	costs("another", "5.00")
	_, err = w.CorrectSettlement(t.Context(), ref, "corrected", postgres.Correction{Key: "right", Amount: eur("25.00")}, "it was more", at(today), w.lib.Rules)
	ok(t, err)
	if got, want := w.confirm(ref), "after before 10.00, corrected 20.00"; !strings.HasSuffix(got, want) {
		t.Errorf("%s, want it %s", got, want)
	}
}

// A confirmation that does not leave, since nobody can specify what was agreed, is a task until the arrangement is ended.
func TestAConfirmationThatDoesNotLeaveIsATask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.arrange(ref, "a", 2, today.AddDays(6)))
	refuse := func(postgres.CaseFile) (postgres.Draft, error) {
		return postgres.Draft{}, &postgres.UnlawfulError{Rules: []string{"what was agreed cannot be specified"}}
	}
	_, _, _, err := w.RegisterLetter(t.Context(), ref, w.next(ref), at(today), w.lib.Rules, refuse)
	var unlawful *postgres.UnlawfulError
	if open := w.openTasks(ref); !errors.As(err, &unlawful) || open != "unlawful-letter:arrangement:a" {
		t.Errorf("%v, open: %s", err, open)
	}
	ok(t, w.EndArrangement(t.Context(), ref, "agreed anew", at(today)))
	if open := w.openTasks(ref); open != "" {
		t.Errorf("open after it ended: %s", open)
	}
}
