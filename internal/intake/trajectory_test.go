package intake_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// What no worker knows would stop its claims: they are refused, with what would be right. Before any worker started, claims wait for one.
func TestClaimsOfATrajectoryThatNoWorkerKnows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	consumer := func(number int) string {
		return header + fmt.Sprintf("VBE;C-%d;consumer;Roos Voorbeeld;Straat 1;1001 BB;R;r@debiteur.example;F-%d;2026-08-03;2026-09-02;100.00;yes\n", number, number)
	}
	if got := tally(o.submit(consumer(1))); got != "1 accepted, 0 unchanged, 0 refused" {
		t.Errorf("before any worker: %s", got)
	}
	p := o.desk.Library.Default(claim.DebtorKind{NaturalPerson: true})
	ok(t, o.store.RegisterTrajectories(t.Context(), map[string]string{p.Pin(): p.Fingerprint()}))
	if got := tally(o.submit(consumer(2))); got != "1 accepted, 0 unchanged, 0 refused" {
		t.Errorf("known: %s", got)
	}
	p.Version++
	o.desk.Library = o.desk.Library.With(p)
	if v := o.submit(consumer(3)); len(v) != 1 || v[0].State != "refused" || v[0].Column != "client" || !strings.HasPrefix(v[0].Reason, "no worker knows trajectory consumer@2; right would be") {
		t.Errorf("unknown: %+v", v)
	}
}
