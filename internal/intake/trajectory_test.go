package intake_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
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

// A client's claims get the newest version of what it agreed to for their kind of debtor, and others the default.
func TestClaimsGetTheTrajectoryOfTheirClient(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.store.SaveClient(t.Context(), postgres.Client{
		Code: "VBE", Plan: "basis", Party: postgres.Party{Name: "VBE", Street: "Kade 1", Postcode: "3011 AB", Town: "R", Email: "c@client.example", Language: "nl"},
		Agreed: postgres.Trajectories{Consumer: "renamed"},
	})
	ok(t, err)
	own, err := o.desk.Library.Beside(os.DirFS("../../config/testdata/trajectories"))
	ok(t, err)
	const claims = header + "VBE;C-1;consumer;Roos Voorbeeld;Straat 1;1001 BB;R;r@debiteur.example;F-1;2026-08-03;2026-09-02;100.00;yes\n" +
		"VBE;C-2;company;Voorbeeld B.V.;Straat 2;1001 BB;R;b@debiteur.example;F-2;2026-08-03;2026-09-02;100.00;yes\n" +
		"VDR;C-3;consumer;Roos Voorbeeld;Straat 1;1001 BB;R;r@debiteur.example;F-3;2026-08-03;2026-09-02;100.00;yes\n"
	if got := o.submit(claims); got[0].State != "refused" || got[0].Reason != `there is no trajectory "renamed"; right would be one of [business consumer]` || got[1].State != "accepted" {
		t.Errorf("without its file: %+v", got)
	}
	o.desk.Library = own
	if got := tally(o.submit(claims)); got != "1 accepted, 2 unchanged, 0 refused" {
		t.Error(got)
	}
	var pins string
	ok(t, o.super.QueryRow(t.Context(), `SELECT string_agg(reference || ' ' || trajectory, ', ' ORDER BY reference) FROM claim`).Scan(&pins))
	if pins != "C-1 renamed@1, C-2 business@1, C-3 consumer@1" {
		t.Error(pins)
	}
}
