package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// close closes the books at the end of the story, and gives its last day.
func (r *report) close(ctx context.Context, endings []ending) (calendar.Date, error) {
	end := calendar.DateOf(operator().At)
	for _, e := range endings {
		end = calendar.Max(end, e.last)
	}
	closed, err := r.store.CloseBooks(ctx, postgres.Actor{Name: "demo", At: end.At(23, 0)}, r.rules.Rules)
	if err == nil && len(closed.Untold) > 0 {
		err = fmt.Errorf("the books cannot tell what is owed: %v", closed.Untold)
	}
	return end, err
}

// books shows what every account has on a day, and refuses when they say anything else than the facts.
func (r *report) books(ctx context.Context, end calendar.Date) error {
	v, err := r.store.VerifyBooks(ctx, end, r.rules.Rules)
	if err != nil {
		return err
	}
	if len(v.Differences) > 0 {
		return fmt.Errorf("the books say something else than the facts: %v", v.Differences)
	}
	list, err := r.store.TrialBalance(ctx, calendar.Date{})
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(b postgres.Balance) bool {
		return b.Account.Book() == ledger.Debtors || b.Debit == 0 && b.Credit == 0
	})
	_, _ = fmt.Fprintln(r.out, "\nthe books of the trust foundation (S) and of the agency (A)")
	if err := printBalances(r.out, list); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(r.out, "%d journals compared with %d claims: books and facts agree to the cent (dunning ledger verify)\n", v.Journals, v.Claims)
	return r.bank(ctx, end)
}

// bank compares the books with what the bank told until a day, and refuses when they differ or its statements do not follow each other.
func (r *report) bank(ctx context.Context, end calendar.Date) error {
	told, err := r.store.Reconcile(ctx, end)
	if err != nil {
		return err
	}
	if told.Difference != 0 || told.Held > 0 || len(told.Jumps) > 0 {
		return fmt.Errorf("the bank tells something else than the books: %+v", told)
	}
	_, _ = fmt.Fprintf(r.out, "the bank's last statement says %s, and so do the books (dunning ledger reconcile --on %s)\n", told.Bank, end)
	return nil
}
