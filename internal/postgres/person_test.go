package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/postgres"
)

var soleTrader = claim.DebtorKind{InBusiness: true, NaturalPerson: true}

// as makes a new claim one on d as another kind of debtor.
func as(kind claim.DebtorKind, d claim.Debtor) func(*postgres.NewClaim) {
	d.Kind = kind
	return owedBy(d)
}

// movedTo is d with other particulars, as a client hands it over that knows them.
func movedTo(t *testing.T, d claim.Debtor, values map[string]string) claim.Debtor {
	t.Helper()
	moved, _, err := d.Corrected(values)
	ok(t, err)
	return moved
}

var move = map[string]string{"street": "Nieuwe Laan 2", "postcode": "2345 BC", "town": "Rijswijk"}

// The same person as a consumer and in business: who is bankrupt or dead is so for all its claims.
func TestAStopFlagHoldsForAPersonOfEachKind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	refs := w.handOver(first, w.newClaim(as(soleTrader, first.Debtor)))
	for _, ref := range refs {
		w.opened(ref)
	}
	w.exec(`DELETE FROM outbox`)
	ok(t, w.SetFlag(t.Context(), refs[1], claim.FlagDeceased, today.AddDays(-9), at(today)))
	ok(t, w.SetFlag(t.Context(), refs[0], claim.FlagDeceased, asOfToday, later(1))) // by way of the other it is set already
	for i, ref := range refs {
		if got := w.flags(ref); got != "deceased 2026-10-25, stopped:deceased" || w.told(ref, "deceased") != "1 events, 1 messages" {
			t.Errorf("claim %d: %s; %s", i, got, w.told(ref, "deceased"))
		}
	}
	company := w.open(as(claim.DebtorKind{InBusiness: true}, first.Debtor))
	if got := w.flags(company); got != "deceased 2026-10-25" || w.told(company, "deceased") != "1 events, 0 messages" {
		t.Errorf("handed over later, as a third kind: %s; %s", got, w.told(company, "deceased"))
	}
	ok(t, w.ClearFlag(t.Context(), refs[0], claim.FlagDeceased, today.AddDays(-9), later(2)))
	for i, ref := range append(refs, company) {
		if got := w.flags(ref); got != "deceased 2026-10-25 to 2026-10-24" || !strings.HasPrefix(w.told(ref, "deceased"), "2 events") {
			t.Errorf("cleared by way of the other, claim %d: %s; %s", i, got, w.told(ref, "deceased"))
		}
	}
}

// A client that knows the new address hands the next claim over with it: it is one of the same debtor.
func TestAfterACorrectionTheNewParticularsAreTheSamePerson(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]map[string]string{"moved": move, "another spelling": {"debtor": "De Biteur"}, "both": {"debtor": "De Biteur", "street": "Nieuwe Laan 2"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.newClaim()
			ref := w.handOver(c)[0]
			w.opened(ref)
			w.noticed(ref)
			_, _, _, err := w.RegisterLetter(t.Context(), ref, w.next(ref), at(today), w.lib.Rules, w.notice)
			ok(t, err)
			ok(t, w.SetFlag(t.Context(), ref, claim.FlagMinor, asOfToday, at(today)))
			w.correct(ref, values)
			now := movedTo(t, c.Debtor, values)

			again, twice := c, w.newClaim(owedBy(now))
			again.Debtor, twice.Invoices = now, c.Invoices
			verdicts, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{again, twice}, at(today))
			if err != nil || verdicts[0].State != "unchanged" || verdicts[1].State != "refused" || !strings.Contains(verdicts[1].Reason, "in claim "+c.Reference+" (requirement T5)") {
				t.Fatalf("%+v, %v", verdicts, err)
			}
			next, trader := w.open(owedBy(now)), w.open(as(soleTrader, now))
			if n := query[int](w, `SELECT count(*) FROM debtor`); n != 2 || w.debtorOf(next) != w.debtorOf(ref) {
				t.Errorf("%d debtors; %s and %s", n, w.debtorOf(next), w.debtorOf(ref))
			}
			want := fmt.Sprint([]claim.OtherNotice{{On: today, Demanded: law.Demanded{Principal: eur("100.00"), Costs: eur("40.00")}}})
			if got := fmt.Sprint(w.facts(next).OtherNotices); got != want {
				t.Errorf("other notices: %s, want %s", got, want)
			}
			if got := w.flags(next) + "; " + w.flags(trader); got != "minor 2026-11-03; minor 2026-11-03" {
				t.Error(got)
			}
			w.waits("r", "120.00")
			if _, err := w.DivideReceipt(t.Context(), "r", []postgres.Ref{ref, trader}, nil, at(today), w.lib.Rules); err != nil {
				t.Errorf("not of one debtor: %v", err)
			}
		})
	}
}

// The next claim was handed over with the new address before the old one was corrected: from then on the two are one person.
func TestACorrectionJoinsWhoWasTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	now := movedTo(t, c.Debtor, move)
	ref, next, trader := w.open(owedBy(c.Debtor)), w.open(owedBy(now)), w.open(as(soleTrader, now))
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagBankrupt, today.AddDays(-2), at(today)))
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagMinor, today.AddDays(-2), at(today)))
	ok(t, w.SetFlag(t.Context(), next, claim.FlagMinor, today.AddDays(-1), at(today)))
	ok(t, w.SetFlag(t.Context(), trader, claim.FlagVulnerable, asOfToday, at(today)))
	w.exec(`DELETE FROM outbox`)
	if _, told := w.correct(ref, move); len(told) != 1 {
		t.Errorf("the correction stands in the files of %v", told)
	}
	const flags = "bankrupt 2026-11-01, minor 2026-11-01, minor 2026-11-02, vulnerable 2026-11-03, stopped:bankrupt, stopped:minor, stopped:vulnerable"
	for i, r := range []postgres.Ref{ref, next, trader} {
		events := fmt.Sprint(w.told(r, "bankrupt"), w.told(r, "minor"), w.told(r, "vulnerable"))
		want := []string{"2 messages", "1 messages", "1 messages"}[i] // the correction and the flag of the other; the flag of the other
		if got := w.flags(r); got != flags || strings.Count(events, "1 events") != 3 || !strings.Contains(events, want) {
			t.Errorf("claim %d: %s; %s", i, got, events)
		}
	}
	ok(t, w.SetFlag(t.Context(), trader, claim.FlagMinor, today.AddDays(-5), later(1)))
	ok(t, w.ClearFlag(t.Context(), next, claim.FlagMinor, asOfToday, later(2)))
	for _, r := range []postgres.Ref{ref, next, trader} {
		if got := w.flags(r); !strings.Contains(got, "minor 2026-10-29 to 2026-11-02") || strings.Contains(got, "stopped:minor") {
			t.Errorf("corrected and cleared for both: %s", got)
		}
	}
	if late := w.open(owedBy(c.Debtor)); w.flags(late) != "bankrupt 2026-11-01, minor 2026-10-29 to 2026-11-02, vulnerable 2026-11-03" {
		t.Errorf("handed over with the old address: %s", w.flags(late))
	}
	if n := query[int](w, `SELECT count(DISTINCT person) FROM debtor`); n != 1 {
		t.Errorf("%d persons", n)
	}
}

// What ended for one before the two were joined does not begin for the other; and every address that either of them had leads to the one person.
func TestWhatIsSharedByWhoWasTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	now, older := movedTo(t, c.Debtor, move), movedTo(t, c.Debtor, map[string]string{"street": "Oude Laan 3"})
	ref, next := w.open(owedBy(older)), w.open(owedBy(now))
	w.correct(ref, map[string]string{"street": c.Debtor.Street}) // the older address is an alias of the first
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagMinor, today.AddDays(-9), at(today)))
	ok(t, w.ClearFlag(t.Context(), ref, claim.FlagMinor, today.AddDays(-5), later(1)))
	w.correct(next, map[string]string{"street": c.Debtor.Street, "postcode": c.Debtor.Postcode, "town": c.Debtor.Town}) // of the second, who takes the first in
	if got := w.flags(next); got != "minor 2026-10-25 to 2026-10-28" {
		t.Errorf("ended before, and begun again: %s", got)
	}
	ok(t, w.SetFlag(t.Context(), next, claim.FlagBankrupt, asOfToday, later(2)))
	for name, d := range map[string]claim.Debtor{"the older": older, "the first": c.Debtor, "the new": now} {
		if got := w.flags(w.open(owedBy(d))); !strings.Contains(got, "bankrupt") {
			t.Errorf("handed over with %s address: %q", name, got)
		}
	}
}

// One minimum is named of who turned out to be one person, also when both letters are written at the same moment.
func TestTwoNoticesAtOnceToOldAndNewAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 6 {
		c := w.newClaim()
		refs := []postgres.Ref{w.open(owedBy(c.Debtor)), w.open(owedBy(movedTo(t, c.Debtor, move)))}
		w.correct(refs[0], move)
		for _, ref := range refs {
			w.noticed(ref)
		}
		action := w.next(refs[0])
		var both sync.WaitGroup
		for _, ref := range refs {
			both.Go(func() {
				if _, _, _, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, w.notice); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
	}
	if got := query[string](w, `SELECT count(*) || ' letters, ' || sum(announced_costs) || ' cents' FROM letter WHERE kind = '14-day-letter'`); got != "6 letters, 24000 cents" {
		t.Errorf("of 6 debtors: %s", got)
	}
}

// Flags, corrections that join, payments and hand-overs of one person at once: nobody waits in a circle, and every claim knows of the flag.
func TestPeopleAreJoinedWhileFlagsAreSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	now := movedTo(t, c.Debtor, move)
	claims := []postgres.NewClaim{c, w.newClaim(as(soleTrader, c.Debtor)), w.newClaim(owedBy(now)), w.newClaim(as(soleTrader, now))}
	refs := w.handOver(claims...)
	var wg sync.WaitGroup
	try := func(work func() error) {
		wg.Go(func() {
			if err := work(); err != nil {
				t.Error(err)
			}
		})
	}
	for i, ref := range refs {
		late := w.newClaim(as(claim.DebtorKind{InBusiness: true}, claims[i].Debtor))
		try(func() error { return w.SetFlag(t.Context(), ref, claim.FlagBankrupt, asOfToday, at(today)) })
		try(func() error {
			_, _, err := w.CorrectDebtor(t.Context(), ref, move, at(today))
			return err
		})
		try(func() error {
			_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: fmt.Sprint(i), Amount: eur("1.00"), On: today, Remittance: claims[i].RF}, at(today), w.lib.Rules)
			return err
		})
		try(func() error {
			_, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{late}, at(today))
			return err
		})
	}
	wg.Wait()
	if n := query[int](w, `SELECT count(*) FROM claim c WHERE (SELECT count(*) FROM case_event e WHERE e.claim_id = c.id AND e.kind = 'bankrupt') = 1`); n != 8 {
		t.Errorf("%d of 8 claims know once of the bankruptcy", n)
	}
}
