package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// twoInvoices opens a claim with an invoice of 100.00 and a newer one of 50.00.
func (w *world) twoInvoices() (ref postgres.Ref, first, second string) {
	w.Helper()
	ref = w.open(func(c *postgres.NewClaim) {
		later := c.Invoices[0]
		later.Number, later.Amount, later.Due = later.Number+"-2", eur("50.00"), later.Due.AddDays(10)
		c.Invoices = append(c.Invoices, later)
	})
	f := w.facts(ref)
	return ref, f.Invoices[0].Number, f.Invoices[1].Number
}

func (w *world) credits(ref postgres.Ref, key, amount, invoice string) error {
	return w.RecordSettlement(w.Context(), ref, claim.Settlement{Key: key, Kind: claim.CreditNote, On: today, Amount: eur(amount), Invoice: invoice}, at(today), w.lib.Rules)
}

func TestACreditNoteNamesItsInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, first, second := w.twoInvoices()
	left := first + " (100.00 left), " + second + " (50.00 left)"
	for _, c := range []struct{ amount, invoice, why string }{
		{"10.00", "", "the claim has 2 invoices and the credit note names none; right would be one of " + left},
		{"10.00", "F-0", "invoice F-0 is not one of this claim; right would be one of " + left},
		{"50.01", second, "invoice " + second + ": a credit note of 50.01 is more than what earlier ones left of it; right would be at most 50.00"},
	} {
		before := w.counts()
		if err := w.credits(ref, "cn", c.amount, c.invoice); err == nil || err.Error() != c.why || w.counts() != before {
			t.Errorf("%s of %q: %v, want %s", c.amount, c.invoice, err, c.why)
		}
	}
	err := w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "p", Kind: claim.ReturnedGoods, On: today, Amount: eur("1.00"), Invoice: first}, at(today), w.lib.Rules)
	if want := "invoice " + first + ": only a credit note credits one invoice, not returned-goods; right would be no invoice"; err == nil || err.Error() != want {
		t.Error(err)
	}
	ok(t, w.credits(ref, "cn", "40.00", second))
	before := w.counts()
	ok(t, w.credits(ref, "cn", "40.00", second))
	if w.counts() != before {
		t.Errorf("told twice: %s was %s", w.counts(), before)
	}
	refused(t, w.credits(ref, "cn", "40.00", first))
	if err := w.credits(ref, "cn-2", "10.01", second); err == nil || !strings.HasSuffix(err.Error(), "right would be at most 10.00") {
		t.Error(err)
	}
	ok(t, w.credits(ref, "cn-2", "10.00", second))
	if got := w.facts(ref).Settlements; len(got) != 2 || got[0].Invoice != second {
		t.Errorf("%+v", got)
	}
	one := w.open()
	ok(t, w.credits(one, "cn", "10.00", "")) // there is no other
	ok(t, w.credits(one, "cn-2", "10.00", w.facts(one).Invoices[0].Number))
}

// What was paid does not matter for which invoice can be credited: the payment goes to the other then.
func TestAPaidInvoiceCanBeCredited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, first, _ := w.twoInvoices()
	w.pays(ref, "p1", "100.00", 0)
	ok(t, w.credits(ref, "cn", "50.00", first))
	ok(t, w.credits(ref, "cn-2", "1.00", first)) // nothing is owed any more: a surplus
	refused(t, w.credits(ref, "cn-3", "49.01", first))
}

func TestACorrectedCreditNoteKeepsItsInvoiceOrChangesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name  string
		right func(first, second string) postgres.Correction
		books func(first, second string) claim.Settlement
	}{
		{"kept", func(_, _ string) postgres.Correction { return postgres.Correction{Amount: eur("30.00")} },
			func(_, second string) claim.Settlement {
				return claim.Settlement{Key: "cn~2", Kind: claim.CreditNote, On: today, Amount: eur("30.00"), Invoice: second}
			}},
		{"changed", func(first, _ string) postgres.Correction { return postgres.Correction{Invoice: first} },
			func(first, _ string) claim.Settlement {
				return claim.Settlement{Key: "cn~2", Kind: claim.CreditNote, On: today, Amount: eur("40.00"), Invoice: first}
			}},
		{"it was a payment", func(_, _ string) postgres.Correction { return postgres.Correction{Kind: claim.PaidToClient} },
			func(_, _ string) claim.Settlement {
				return claim.Settlement{Key: "cn~2", Kind: claim.PaidToClient, On: today, Amount: eur("40.00")}
			}},
	} {
		ref, first, second := w.twoInvoices()
		ok(t, w.credits(ref, "cn", "40.00", second))
		d, err := w.corrects(ref, "cn", c.right(first, second))
		ok(t, err)
		before := w.counts()
		again, err := w.corrects(ref, "cn", c.right(first, second))
		want := c.books(first, second)
		want.Known = today
		if got := w.facts(ref).Settlements; err != nil || again != d || w.counts() != before || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %+v, again %v", c.name, got, err)
		}
	}
	ref, first, second := w.twoInvoices()
	ok(t, w.credits(ref, "cn", "40.00", second))
	w.pays(ref, "p1", "10.00", 0)
	for key, c := range map[string]postgres.Correction{"cn": {Invoice: second}, "p1": {Kind: claim.CreditNote}} {
		_, err := w.corrects(ref, key, c)
		refused(t, err)
	}
	_, err := w.corrects(ref, "p1", postgres.Correction{Kind: claim.CreditNote, Invoice: first})
	ok(t, err)
}
