package postgres_test

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A first portfolio is handed over on a connection whose plans were made while the tables were empty: still no look-up, a foreign key's
// included, reads all rows that the client has. PostgreSQL's own counts say it, no clock.
func TestHandOverReadsNoMoreThanItNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const batches, size = 4, 500
	for range batches {
		claims := make([]postgres.NewClaim, size)
		for i := range claims {
			claims[i] = w.newClaim()
		}
		w.handOver(claims...)
	}
	w.db.App.Close() // a connection that ends hands in its counts
	count := func(sql string) (n int) {
		if err := w.db.Owner.QueryRow(t.Context(), sql).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for count(`SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'claim'`) < batches*size {
		time.Sleep(50 * time.Millisecond)
	}
	if read := count(`SELECT max(idx_tup_read) FROM pg_stat_user_indexes`); read > 10*batches*size {
		t.Errorf("one index gave %d rows for %d claims", read, batches*size)
	}
}

// What the client said of a purchase stays with the claim; handed over again it may not be something else.
func TestHandOverKeepsWhetherADebtIsForAPurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	service := w.newClaim()
	service.Agreement.Sale = claim.SaleNo
	purchase := w.newClaim()
	refs := w.handOver(service, purchase)
	if w.facts(refs[0]).Terms.Sale != claim.SaleNo || w.facts(refs[1]).Terms.Sale != claim.SaleNotTold {
		t.Errorf("service %+v, purchase %+v", w.facts(refs[0]).Terms, w.facts(refs[1]).Terms)
	}
	again, other := service, service
	other.Agreement.Sale = claim.SaleYes
	for _, c := range []struct {
		claim postgres.NewClaim
		want  string
	}{
		{again, "unchanged : handed over before"},
		{other, "refused consumer_sale: this reference was used before with something else here"},
	} {
		verdicts, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{c.claim}, at(today))
		ok(t, err)
		if got := verdicts[0].State + " " + verdicts[0].Column + ": " + verdicts[0].Reason; got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
