package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/postgres"
)

// A block waits for the receipts that are being booked: once it is told, none is booked against it.
func TestABlockWaitsForWhatIsBeingBooked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	booking, err := w.db.App.Begin(t.Context())
	ok(t, err)
	defer func() { _ = booking.Rollback(t.Context()) }()
	ok(t, postgres.BlockedBy(t.Context(), booking, "NL20INGB0001234567", "number"))
	told := make(chan error, 1)
	go func() {
		_, err := w.SetBlock(t.Context(), postgres.Block{Kind: postgres.BlockedRule, Name: "number", Blocked: true, Reason: "r", By: "b", At: at(today).At})
		told <- err
	}()
	for query[int](w, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`) == 0 {
		select {
		case err := <-told:
			t.Fatalf("told while a receipt is booked: %v", err)
		default:
		}
	}
	ok(t, booking.Commit(t.Context()))
	ok(t, <-told)
	ok(t, pgx.BeginFunc(t.Context(), w.db.App, func(tx pgx.Tx) error {
		if err := postgres.BlockedBy(t.Context(), tx, "", "number"); err == nil || err.Error() != "rule number is blocked: r" {
			t.Errorf("%v", err)
		}
		return nil
	}))
}
