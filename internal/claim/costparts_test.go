package claim_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// What the instalments of an arrangement are made of is fixed when it is agreed, and adds up to them.
func TestWhatAnArrangementIsMadeOf(t *testing.T) {
	t.Parallel()
	const consumer = "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10; named 150.00 of 1000.00"
	const business = "company; 1000.00 due 2026-02-28; terms vat; information 12.50 on 2026-03-10"
	for _, c := range []struct{ name, story, on, want string }{
		{"nothing but the invoice on the last day of payment", "consumer; 1000.00 due 2026-02-28", "2026-02-28", "principal 1000.00"},
		{"no costs within the 14 days", consumer, "2026-03-24", "principal 1000.00 + interest 2.63"},
		{"costs after them", consumer, "2026-03-25", "principal 1000.00 + interest 2.74 + collection costs 150.00"},
		{"raised with VAT", consumer + " vat 31.50; terms vat", "2026-03-25", "principal 1000.00 + interest 2.74 + collection costs 150.00 + 21% VAT over them 31.50"},
		{"in business with what information cost", business, "2026-03-25", "principal 1000.00 + interest 6.95 + collection costs 150.00 + 21% VAT over them 31.50 + information costs 12.50"},
		{"a percentage that was agreed is not raised", "company; 1000.00 due 2026-02-28; terms clause=20 vat", "2026-03-25", "principal 1000.00 + interest 6.95 + collection costs 200.00"},
		{"information is paid first", business + "; paid 12.50 on 2026-03-24", "2026-03-25", "principal 1000.00 + interest 6.95 + collection costs 150.00 + 21% VAT over them 31.50"},
		{"of what is left of collection costs the VAT is its share", business + "; paid 112.50 on 2026-03-24", "2026-03-25", "principal 1000.00 + interest 6.95 + collection costs 67.36 + 21% VAT over them 14.14"},
		{"all costs are paid", business + "; paid 194.00 on 2026-03-24", "2026-03-25", "principal 1000.00 + interest 6.95"},
		{"the costs of a procedure", consumer + "; court served on 2026-05-01; court judgment on 2026-06-01 awards 1000.00 8.00 150.00 475.57", "2026-06-01", "principal 1000.00 + interest 10.19 + collection costs 150.00 + court costs 475.57"},
		{"of collection costs that rest on the judgment alone no VAT is told", "consumer; 1000.00 due 2026-02-28; terms vat; letter received 2026-03-10 failed; court judgment on 2026-06-01 awards 1000.00 8.00 181.50 0.00", "2026-06-01", "principal 1000.00 + interest 10.19 + collection costs 181.50"},
		{"are paid before collection costs", consumer + "; court served on 2026-05-01; court judgment on 2026-06-01 awards 1000.00 8.00 150.00 475.57; paid 500.00 on 2026-06-01", "2026-06-01", "principal 1000.00 + interest 10.19 + collection costs 125.57"},
	} {
		f := tell(c.story)
		a, problem := f.Arranged("a", claim.Plan{Count: 3, First: day(c.on)}, accountOn(t, f, c.on), claim.Leniency{ArrangementMonths: 24, ReminderDays: 7})
		if got := a.MadeOf(); problem != "" || got != c.want {
			t.Errorf("%s: %s\nwant %s; %s", c.name, got, c.want, problem)
		}
	}
	before := claim.Arrangement{Owed: claim.Balance{Principal: euro("900.00"), Costs: euro("150.00")}}
	if got := before.MadeOf(); got != "principal 900.00 + costs that were not told apart when it was agreed 150.00" {
		t.Errorf("of one of before this was kept: %s", got)
	}
}

// However much was paid, the parts add up, and VAT is its rate of the collection costs, to the cent.
func TestOpenCostsAddUp(t *testing.T) {
	t.Parallel()
	rate := law.Percent{Text: "21"}
	account := claim.Account{CostsVAT: euro("31.57"), VATRate: rate, InformationCosts: euro("12.50"), CourtCosts: euro("93.00"), Charged: claim.Balance{Costs: euro("287.40")}}
	for open := money.Amount(0); open <= account.Charged.Costs; open++ {
		account.Open.Costs = open
		p := account.OpenCosts()
		if p.Total() != open || min(p.Collection, p.VAT, p.Information, p.Court) < 0 {
			t.Fatalf("%s open: %+v", open, p)
		}
		if p.VAT > 0 && p.Collection == 0 || (p.VAT > 0) != (p.VATRate == rate) || (p.Collection*21/100-p.VAT).Abs() > 1 {
			t.Fatalf("%s open: %s of VAT over %s at %q", open, p.VAT, p.Collection, p.VATRate.Text)
		}
	}
}
