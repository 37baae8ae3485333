package postgres_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// numbered insists that the numbers of a list follow each other without a gap, and gives how many there are.
func numbered(t *testing.T, list []postgres.BillSummary) int {
	t.Helper()
	var numbers []string
	for _, b := range list {
		numbers = append(numbers, b.Number)
	}
	slices.Sort(numbers)
	for i, number := range numbers {
		if want := settlement.ClientBill.Number(2026, i+1); number != want {
			t.Fatalf("%s, want %s", number, want)
		}
	}
	return len(numbers)
}

// Eight runs at once invoice each client once, and their numbers have no gap.
func TestInvoicesOfRunsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 12 {
		w.client = w.newClient(fmt.Sprintf("K%d", i))
		w.charged()
	}
	var runs errgroup.Group
	for range 8 {
		runs.Go(func() error {
			_, _, err := w.MakeBills(t.Context(), w.billing(today), at(today))
			return err
		})
	}
	ok(t, runs.Wait())
	list, err := w.Bills(t.Context(), "")
	ok(t, err)
	if n := numbered(t, list); n != 12 {
		t.Errorf("%d invoices", n)
	}
	w.verified()
}

// However often whoever invoices dies, at whatever moment: one invoice, one credit note, one journal each.
func TestAnInvoiceIsMadeOnceThoughItsMakerDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.agreed("")
	w.charged()
	cuts := w.stubborn(func(ctx context.Context) error {
		_, _, err := w.MakeBills(ctx, w.billing(today), at(today))
		return err
	})
	cuts += w.stubborn(func(ctx context.Context) error {
		_, err := w.CreditBill(ctx, "F2026-00001", "agreed", nil, w.billing(today), at(today))
		return err
	})
	if n := query[int](w, `SELECT (SELECT count(*) FROM bill) * 100 + (SELECT count(*) FROM bill_line) * 10 + (SELECT count(*) FROM journal WHERE key LIKE 'invoice:%')`); n != 242 || cuts < 2 {
		t.Errorf("bills, lines, journals: %d; cut off %d times", n, cuts)
	}
	w.verified()
}

// Eight runs invoice sixty clients while the server is killed three times: every client is invoiced once, without a gap in the numbers.
func TestInvoicesSurviveTheDeathOfTheServer(t *testing.T) {
	t.Parallel()
	const clients, kills = 60, 3
	m := newMortal(t)
	store := func() *postgres.Store { return postgres.NewStore(m.pool) }
	for i := range clients {
		id, err := store().SaveClient(t.Context(), postgres.Client{Code: fmt.Sprintf("K%d", i), Plan: "premium", Party: postgres.Party{Name: "Voorbeeld", Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: "k@client.example", Language: "nl"},
			Signed: postgres.Signing{On: today, By: at(today)}})
		ok(t, err)
		f, err := store().Agreement(t.Context(), id)
		ok(t, err)
		w := &world{TB: t, Store: store(), client: id}
		_, _, err = store().AdvanceAgreement(t.Context(), postgres.AgreementRef{ClientID: id, AgreementID: f.AgreementID}, at(today), w.nextOn(today))
		ok(t, err)
	}
	w := newWorld(t)
	dying := make(chan struct{})
	var runs errgroup.Group
	for range 8 {
		runs.Go(func() error {
			for {
				m.mu.RLock()
				_, _, err := store().MakeBills(t.Context(), w.billing(today), at(today))
				m.mu.RUnlock()
				select {
				case <-dying:
					if err == nil {
						return nil // a whole run since the last death
					}
				default:
				}
			}
		})
	}
	made := func() (n int) {
		m.mu.RLock()
		defer m.mu.RUnlock()
		list, err := store().Bills(t.Context(), "")
		ok(t, err)
		return len(list)
	}
	seen := make([]int, 0, kills)
	for n := range kills {
		for made() < (n+1)*clients/(kills+2) { // something was made since the last death
		}
		m.killed()
		seen = append(seen, made())
	}
	close(dying)
	ok(t, runs.Wait())
	list, err := store().Bills(t.Context(), "")
	ok(t, err)
	if n := numbered(t, list); n != clients {
		t.Errorf("%d invoices", n)
	}
	t.Logf("invoices at each death: %v", seen)
}
