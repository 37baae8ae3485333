package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// tasksOpen are the keys of the open tasks of a claim.
func (w *world) tasksOpen(ref postgres.Ref) (keys []string) {
	for _, task := range w.facts(ref).Tasks {
		if task.Open {
			keys = append(keys, task.Key)
		}
	}
	return keys
}

// goesBack tells refunds as "receipt amount IBAN".
func goesBack(list []postgres.Refund) string {
	var words []string
	for _, r := range list {
		words = append(words, fmt.Sprintf("%s %s %s", r.Receipt, r.Amount, r.IBAN))
	}
	return strings.Join(words, ", ")
}

// A surplus that is more than each receipt goes back to all that it takes, the newest first, each to where it came from, and sums to the cent.
func TestASurplusOfSeveralReceiptsGoesBack(t *testing.T) {
	t.Parallel()
	type paid struct{ key, amount, iban string }
	for _, c := range []struct {
		name  string
		paid  []paid // in the order in which they came in; the claim is 100.33
		back  string
		stops string // why nothing is proposed
	}{
		{"one is enough", []paid{{"a", "100.27", debtorIBAN}, {"b", "40.00", strangerIBAN}}, "b 40.00 " + strangerIBAN, ""},
		{"two, the surplus spans both", []paid{{"a", "100.27", debtorIBAN}, {"b", "40.00", strangerIBAN}, {"c", "30.01", debtorIBAN}}, "c 30.01 " + debtorIBAN + ", b 40.00 " + strangerIBAN, ""},
		{"two, of one only a part", []paid{{"a", "120.27", debtorIBAN}, {"b", "40.00", strangerIBAN}}, "b 40.00 " + strangerIBAN + ", a 20.00 " + debtorIBAN, ""},
		{"one of which the bank told no account stays", []paid{{"a", "140.27", debtorIBAN}, {"b", "40.00", ""}}, "a 80.00 " + debtorIBAN, ""},
		{"what cannot go back to where it came from", []paid{{"a", "100.27", debtorIBAN}, {"b", "140.00", ""}}, "", "and of 39.73 of it the bank told no account"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref, ctx := w.open(), t.Context()
			for i, p := range c.paid {
				_, err := w.RecordReceipt(ctx, postgres.Receipt{Key: p.key, Amount: eur(p.amount), On: today.AddDays(i - 5), IBAN: p.iban, Payer: "P. Betaler", Remittance: "niets"}, at(today), w.lib.Rules)
				ok(t, err)
				ok(t, w.AssignReceipt(ctx, p.key, ref, at(today), w.lib.Rules))
			}
			for _, first := range []bool{true, false} { // the same twice is once
				list, err := w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules)
				if (err == nil) != (c.stops == "") || err != nil && !strings.Contains(err.Error(), c.stops) {
					t.Fatalf("%v, want %q", err, c.stops)
				}
				if got := goesBack(list); got != c.back && first {
					t.Errorf("%s, want %s", got, c.back)
				}
				if got := slices.Sorted(strings.SplitSeq(goesBack(list), ", ")); !slices.Equal(got, slices.Sorted(strings.SplitSeq(c.back, ", "))) {
					t.Errorf("%s, want %s", got, c.back)
				}
			}
			all, err := w.Refunds(ctx)
			ok(t, err)
			for i, r := range all {
				if open := w.tasksOpen(ref); len(open) != 1 {
					t.Errorf("before all is approved: %v", open)
				}
				refused(t, second(w.DecideRefund(ctx, r.Receipt, true, person("a"))))
				ok(t, second(w.DecideRefund(ctx, r.Receipt, true, person("Bram"))))
				if i == len(all)-1 && len(w.tasksOpen(ref)) != 0 {
					t.Errorf("all is approved: %v", w.tasksOpen(ref))
				}
			}
			if c.back == "" {
				return
			}
			p, _ := w.proposes(today)
			w.approves(p, "Anna", "Bram")
			w.sends(p)
			w.verified()
			if got := w.balances(ledger.Trust); strings.Contains(got, "S220") {
				t.Errorf("all is on its way: %s", got)
			}
		})
	}
}

// One that is declined is proposed again, and what was approved beside it stands.
func TestAPartOfASurplusThatWasDeclined(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, ctx := w.open(), t.Context()
	for key, amount := range map[string]string{"a": "100.33", "b": "40.00", "c": "30.00"} {
		w.nobodys(key, amount, debtorIBAN)
		ok(t, w.AssignReceipt(ctx, key, ref, at(today), w.lib.Rules))
	}
	propose := func() string {
		list, err := w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules)
		ok(t, err)
		return goesBack(list)
	}
	says(t, "proposed", propose(), "c 30.00 "+debtorIBAN+", b 40.00 "+debtorIBAN)
	ok(t, second(w.DecideRefund(ctx, "c", false, person("Bram"))))
	ok(t, second(w.DecideRefund(ctx, "b", true, person("Bram"))))
	if open := w.tasksOpen(ref); len(open) != 1 {
		t.Error(open)
	}
	refused(t, second(w.ProposeSurplusRefund(ctx, "b", ref, "paid too much", person("a"), w.lib.Rules)))
	says(t, "proposed again", propose(), "c 30.00 "+debtorIBAN)
	ok(t, second(w.DecideRefund(ctx, "c", true, person("Bram"))))
	if open := w.tasksOpen(ref); len(open) != 0 {
		t.Error(open)
	}
	if got := w.proposesNext(); got != "client 100.00, fees 0.33, refund 40.00, refund 30.00" {
		t.Error(got)
	}
}

const otherIBAN = "NL39RABO0300065264"

// A refund that came back waits for a person, who proposes the right account; another one approves it, and it goes there: of a claim and of nobody's.
func TestARefundThatCameBackGoesToAnotherAccount(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	ctx := t.Context()
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	waits := func() (words []string) {
		all, err := w.Refunds(ctx)
		ok(t, err)
		for _, r := range all {
			if r.Waits != "" {
				words = append(words, r.Key)
			}
		}
		slices.Sort(words)
		return words
	}
	refused(t, second(w.ProposeRefundTo(ctx, "over", otherIBAN, "", "told by telephone", person("a")))) // it did not come back
	w.bankTells("-82.00 a #PO-20261103/refund; 40.00 b AC04!PO-20261103-4|x; 42.00 c <P. Betaler/" + strangerIBAN + "> PO-20261103-3|x")
	if got := w.refundsStand() + ": " + w.balances(ledger.Trust); got != "over returned, stranger returned: S100 182.33, S220 -82.00, S240 -100.33" {
		t.Error(got)
	}
	if open := w.tasksOpen(ref); !slices.Equal(open, []string{trajectory.RefundReturned + "over:1"}) || !slices.Equal(waits(), []string{"over:1", "stranger:1"}) {
		t.Errorf("%v, %v", open, waits())
	}
	refused(t, second(w.ProposeRefundTo(ctx, "over", "NL00ABNA0123456789", "", "told by telephone", person("a"))))
	refused(t, second(w.ProposeRefundTo(ctx, "over", otherIBAN, "", " ", person("a"))))
	for _, key := range []string{"over", "stranger"} {
		for range 2 {
			ok(t, second(w.ProposeRefundTo(ctx, key, otherIBAN, "P. de Betaler", "told by telephone", person("a"))))
		}
		refused(t, second(w.ProposeRefundTo(ctx, key, firstIBAN, "", "told by telephone", person("a"))))
		refused(t, second(w.DecideRefund(ctx, key, true, person("a"))))
	}
	if len(waits()) != 0 {
		t.Errorf("another account is proposed: %v", waits())
	}
	if got := w.proposesNext(); strings.Contains(got, "refund 4") {
		t.Errorf("one pair of eyes: %s", got)
	}
	ok(t, second(w.DecideRefund(ctx, "stranger", false, person("Bram"))))
	if got := waits(); !slices.Equal(got, []string{"stranger:1"}) {
		t.Errorf("declined, it waits again: %v", got)
	}
	ok(t, second(w.ProposeRefundTo(ctx, "stranger", otherIBAN, "", "by letter", person("c"))))
	for _, key := range []string{"over", "stranger"} {
		ok(t, second(w.DecideRefund(ctx, key, true, person("Bram"))))
	}
	if open := w.tasksOpen(ref); len(open) != 0 {
		t.Error(open)
	}
	refused(t, second(w.ProposeRefundTo(ctx, "over", firstIBAN, "", "told again", person("a"))))
	w.verified()
	again, left, err := w.ProposePayout(ctx, proposing(today.AddDays(1)), at(today.AddDays(1)))
	ok(t, err)
	if len(again.Lines) != 2 || again.Lines[0].IBAN != otherIBAN || again.Lines[1].IBAN != otherIBAN || again.Lines[1].Name != "P. de Betaler" {
		t.Fatalf("%+v, left out: %v", again.Lines, left)
	}
	for _, name := range []string{"Anna", "Bram"} {
		ok(t, second(w.ApprovePayout(ctx, again.ID, again.Hash, named(name, again.On))))
	}
	w.sends(again)
	if got := w.balances(ledger.Trust); got != "S100 182.33, S240 -182.33" {
		t.Error(got)
	}
	w.verified()
}
