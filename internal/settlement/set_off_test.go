package settlement_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/settlement"
)

func TestInvoicesAreSetOffAgainstAPayout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, due, owed, open string
		not                   bool // agreed
		want, why             string
	}{
		{"not agreed", "100.00", "0.00", "10.00", true, "100.00", ""},
		{"nothing is open", "100.00", "0.00", "", false, "100.00", ""},
		{"one invoice", "100.00", "0.00", "10.00", false, "90.00 F1 10.00", ""},
		{"two, the oldest first", "100.00", "0.00", "60.00 30.00", false, "10.00 F1 60.00 F2 30.00", ""},
		{"after what a bank took back", "100.00", "50.00", "30.00", false, "20.00 F1 30.00", ""},
		{"more than is available waits", "100.00", "0.00", "60.00 60.00", false, "0.00 F1 60.00 F2 40.00", "100.00 is available, and the invoices that are open take all of it: it is set off as soon as more is"},
		{"nothing is available", "10.00", "50.00", "30.00", false, "-40.00", "10.00 is available, and 50.00 that was paid before was taken back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var open []settlement.SetOff
			for i, amount := range strings.Fields(c.open) {
				open = append(open, settlement.SetOff{Number: fmt.Sprintf("F%d", i+1), Cents: euro(amount)})
			}
			line, why := settlement.Paying{SetsOff: !c.not}.PayOf([]settlement.Payable{{ClaimID: "a", Due: euro(c.due)}}, euro(c.owed), open)
			got := line.Cents.String()
			for _, s := range line.SetOffs {
				got += " " + s.Number + " " + s.Cents.String()
			}
			if got != c.want || why != c.why {
				t.Errorf("%s, %q; want %s, %q", got, why, c.want, c.why)
			}
			if line.Cents+line.Clawed+line.SetOff != euro(c.due) {
				t.Errorf("%s, %s and %s are not %s", line.Cents, line.Clawed, line.SetOff, c.due)
			}
		})
	}
}

// What a client has to its credit is paid with what it is paid, or alone; where netting was agreed it pays open invoices too.
func TestCreditsArePaidWithAPayout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, due, owed, open string
		agreed                bool
		want, why             string
	}{
		{"beside what is paid", "100.00", "0.00", "-10.00", false, "110.00 F1 -10.00", ""},
		{"alone, below the minimum", "0.00", "0.00", "-0.01", false, "0.01 F1 -0.01", ""},
		{"open invoices are not set off where that was not agreed", "100.00", "0.00", "-10.00 30.00", false, "110.00 F1 -10.00", ""},
		{"open invoices are set off where it was", "100.00", "0.00", "-10.00 30.00", true, "80.00 F1 -10.00 F2 30.00", ""},
		{"the credit is all that there is to set off", "0.00", "0.00", "-10.00 4.00", true, "6.00 F1 -10.00 F2 4.00", ""},
		{"an open invoice takes all of it", "0.00", "0.00", "-10.00 30.00", true, "0.00 F1 -10.00 F2 10.00", "10.00 is available, and the invoices that are open take all of it: it is set off as soon as more is"},
		{"what a bank took back comes first", "0.00", "4.00", "-10.00", false, "6.00 F1 -10.00", ""},
		{"what a bank took back is more", "0.00", "40.00", "-10.00", false, "-30.00 F1 -10.00", "0.00 is available, and 40.00 that was paid before was taken back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var open []settlement.SetOff
			for i, amount := range strings.Fields(c.open) {
				open = append(open, settlement.SetOff{Number: fmt.Sprintf("F%d", i+1), Cents: euro(amount)})
			}
			line, why := settlement.Paying{SetsOff: c.agreed, Minimum: euro("25.00")}.PayOf([]settlement.Payable{{ClaimID: "a", Due: euro(c.due)}}, euro(c.owed), open)
			got := line.Cents.String()
			for _, s := range line.SetOffs {
				got += " " + s.Number + " " + s.Cents.String()
			}
			if got != c.want || why != c.why {
				t.Errorf("%s, %q; want %s, %q", got, why, c.want, c.why)
			}
			if line.Cents+line.Clawed+line.SetOff != euro(c.due) || line.Credit() != -euro(strings.Fields(c.open)[0]) {
				t.Errorf("%s, %s and %s are not %s", line.Cents, line.Clawed, line.SetOff, c.due)
			}
		})
	}
}

// An invoice takes of what its client has to its credit what it comes to, the oldest first.
func TestAnInvoiceIsPaidWithCredits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, total, settled, credits, want string }{
		{"less than it", "30.00", "0.00", "10.00", "F1 10.00, left 20.00"},
		{"just as much", "30.00", "10.00", "20.00", "F1 20.00, left 0.00"},
		{"more than it, of two", "30.00", "0.00", "20.00 20.00", "F1 20.00, F2 10.00, left 0.00"},
		{"nothing is to be paid", "30.00", "30.00", "20.00", "left 0.00"},
		{"it is a credit itself", "30.00", "30.01", "20.00", "left -0.01"},
	} {
		var credits []settlement.SetOff
		for i, amount := range strings.Fields(c.credits) {
			credits = append(credits, settlement.SetOff{Number: fmt.Sprintf("F%d", i+1), Cents: euro(amount)})
		}
		v, got := settlement.Bill{Total: euro(c.total), Settled: euro(c.settled)}.PaidWith(credits), ""
		for _, s := range v.Credits {
			got += s.Number + " " + s.Cents.String() + ", "
		}
		if got += "left " + v.Payable().String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What is set off, and of which invoice, is what two persons approve.
func TestTheHashCoversWhatIsSetOff(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, offs := range []string{"", "F2026-00001 10.00", "F2026-00002 10.00", "F2026-00001 9.00 F2026-00002 1.00", "F2026-00001 20.00"} {
		l := settlement.PayoutLine{Kind: settlement.PayoutToClient, ClientID: "1b4e28ba-2fa1-51d2-883f-0016d3cca427", IBAN: "NL20INGB0001234567", Name: "Voorbeeld", Cents: euro("50.00"), Text: "Afdracht"}
		words := strings.Fields(offs)
		for i := 0; i < len(words); i += 2 {
			l.SetOffs = append(l.SetOffs, settlement.SetOff{Number: words[i], Cents: euro(words[i+1])})
			l.SetOff += euro(words[i+1])
		}
		p, err := settlement.Payout{ID: "PO-20261215", On: calendar.MustParseDate("2026-12-15"), From: bank.Party{Name: "Stichting", Account: "NL91ABNA0417164300"}, Lines: []settlement.PayoutLine{l}}.Sealed()
		if err != nil {
			t.Fatal(err)
		}
		if twin, twice := seen[p.Hash]; twice {
			t.Errorf("%q has the hash of %q", offs, twin)
		}
		seen[p.Hash] = offs
	}
}
