package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// BooksFiles is the part of the store that Books needs.
type BooksFiles interface {
	BookAllHeld(ctx context.Context, by postgres.Actor) error
	EndLateDebits(ctx context.Context, by postgres.Actor) ([]string, error)
	CloseBooks(ctx context.Context, by postgres.Actor, rules postgres.RulesFor) (postgres.Closed, error)
	VerifyBooks(ctx context.Context, on calendar.Date, rules postgres.RulesFor) (postgres.Verified, error)
	Reconcile(ctx context.Context, on calendar.Date) (postgres.Reconciled, error)
}

// Books closes the books of a day, compares them with the facts, and with the bank. It mends nothing: what it finds is for persons.
type Books struct {
	Files BooksFiles
	Rules postgres.RulesFor
	Found func(what string, n int) // counts what was found; nil: nobody counts
}

// What a night can find.
const (
	FoundUntold       = "untold"       // claims of which nobody can tell what is owed
	FoundDifference   = "difference"   // in the books, or between them and the facts
	FoundNoCure       = "no-cure"      // of them: a claim that ended without recovery cost its client something
	FoundUnreconciled = "unreconciled" // between the books and the bank: entries, or what no entry explains
	FoundHeld         = "held"         // statements of which nothing is booked: the comparison says nothing of them
	FoundLateDebit    = "late-debit"   // runs of direct debit that were not given to the bank in time
)

// BooksOfDay is the night of a day. AsOf is the business time, from the workflow.
type BooksOfDay struct {
	Day  calendar.Date `json:"day"`
	AsOf time.Time     `json:"as_of"`
}

// ClosedBooks is of how many claims something was booked, and of how many nobody can tell what is owed.
type ClosedBooks struct {
	Claims int `json:"claims"`
	Untold int `json:"untold"`
}

// CloseBooks books the held statements whose day has come, and what time brought, and ends the runs of direct debit for which it is too late. Done twice it is booked once; a
// crash in between leaves less to do.
func (b *Books) CloseBooks(ctx context.Context, in BooksOfDay) (ClosedBooks, error) {
	defer beating(ctx)()
	by := postgres.Actor{Name: "night", At: in.AsOf}
	heldErr := b.Files.BookAllHeld(ctx, by)
	late, lateErr := b.Files.EndLateDebits(ctx, by)
	b.found(ctx, FoundLateDebit, len(late))
	closed, err := b.Files.CloseBooks(ctx, by, b.Rules) // also when a statement cannot be booked or a run cannot be ended
	if err == nil {
		b.found(ctx, FoundUntold, len(closed.Untold))
	}
	return ClosedBooks{closed.Claims, len(closed.Untold)}, translate(errors.Join(heldErr, lateErr, err))
}

// VerifyBooks counts what the books have otherwise than they must. It changes nothing.
func (b *Books) VerifyBooks(ctx context.Context, in BooksOfDay) (differences int, err error) {
	defer beating(ctx)()
	v, err := b.Files.VerifyBooks(ctx, in.Day, b.Rules)
	if err == nil {
		b.found(ctx, FoundDifference, len(v.Differences))
		b.found(ctx, FoundNoCure, v.NoCure)
	}
	return len(v.Differences), translate(err)
}

// Reconciliation is what the bank has more than the books, and how many entries make that. It carries no key and no name: those are in "dunning ledger reconcile".
type Reconciliation struct {
	Difference money.Amount `json:"difference"`
	Entries    int          `json:"entries"`
	Held       int          `json:"held"` // statements that are not booked
}

// ReconcileBooks compares the books with the bank, as of the day before: its statement has come. It changes nothing.
func (b *Books) ReconcileBooks(ctx context.Context, in BooksOfDay) (Reconciliation, error) {
	defer beating(ctx)()
	r, err := b.Files.Reconcile(ctx, in.Day.AddDays(-1))
	if err != nil {
		return Reconciliation{}, translate(err)
	}
	found := len(r.Entries)
	if r.Before != 0 {
		found++
	}
	b.found(ctx, FoundUnreconciled, found)
	b.found(ctx, FoundHeld, r.Held)
	return Reconciliation{r.Difference, len(r.Entries), r.Held}, nil
}

func (b *Books) found(ctx context.Context, what string, n int) {
	if n == 0 {
		return
	}
	activity.GetLogger(ctx).Warn("not as it must be: dunning ledger verify, dunning ledger reconcile, dunning claim tasks, dunning debit show", "found", what, "times", n)
	if b.Found != nil {
		b.Found(what, n)
	}
}
