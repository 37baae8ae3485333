package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// billing is how invoices are made here; the papers are the numbers.
func (w *world) billing(on calendar.Date) postgres.Billing {
	return postgres.Billing{On: on, TermDays: 14, Tables: w.lib.Tables(), Papers: func(v settlement.Bill) (pdf, ubl []byte, err error) {
		if strings.Contains(v.Client.Name, "株") {
			return nil, nil, errors.New("no glyph")
		}
		return []byte("%PDF " + v.Number), []byte("<" + v.Number), nil
	}}
}

// bills makes invoices on a day and tells them.
func (w *world) bills(on calendar.Date) string {
	w.Helper()
	made, left, err := w.MakeBills(w.Context(), w.billing(on), at(on))
	ok(w, err)
	for _, n := range left {
		w.Errorf("left out: %v", n)
	}
	return tellBills(made)
}

// tellBills gives "F2026-00001 net+vat=total settled: line net; line net" of each.
func tellBills(made []settlement.Bill) string {
	var told []string
	for _, v := range made {
		var lines []string
		for _, l := range v.Lines {
			lines = append(lines, fmt.Sprintf("%s %s", l.For, l.Net))
		}
		text := fmt.Sprintf("%s %s+%s=%s", v.Number, v.Net, v.VAT, v.Total)
		if v.Settled != 0 {
			text += " settled " + v.Settled.String()
		}
		if v.Corrects != "" {
			text += " of " + v.Corrects
		}
		told = append(told, text+": "+strings.Join(lines, "; "))
	}
	return strings.Join(told, "\n")
}

func (w *world) openOf(number string) string {
	w.Helper()
	v, err := w.Bill(w.Context(), number)
	ok(w, err)
	return v.Open.String()
}

// charged is a claim that its client is charged commission for: 15.00 and 3.15 of VAT.
func (w *world) charged() postgres.Ref {
	w.Helper()
	ref := w.open()
	ok(w, w.RecordException(w.Context(), ref, noWord(commission), at(today), w.lib.Rules))
	return ref
}

// paysClient is what the debtor paid to the client itself.
func (w *world) paysClient(ref postgres.Ref, key, amount string) {
	w.Helper()
	ok(w, w.RecordSettlement(w.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today, Amount: eur(amount)}, at(today), w.lib.Rules))
}

// takesBack takes lines of an invoice back and tells the credit notes.
func (w *world) takesBack(number, reason string, on calendar.Date, lines ...int) (string, error) {
	w.Helper()
	made, err := w.CreditBill(w.Context(), number, reason, lines, w.billing(on), at(on))
	return tellBills(made), err
}

// invoiced gives the world's client, which has an agreement, an invoice of which the contribution is credited, a part is paid, something is open, and whatever is to its credit is to be paid back.
func (w *world) invoiced() {
	w.Helper()
	w.charged()
	its := w.billing(today)
	its.ClientID = w.client
	made, _, err := w.MakeBills(w.Context(), its, at(today))
	ok(w, err)
	number := made[0].Number
	for _, l := range made[0].Lines {
		if l.For == settlement.ForContribution {
			_, err := w.takesBack(number, "agreed", today, l.Nr)
			ok(w, err)
		}
	}
	_, err = w.PayBill(w.Context(), number, postgres.BillPayment{Key: "p", Amount: eur("1.00"), On: today}, at(today))
	ok(w, err)
	w.exec(`INSERT INTO bill_repayment (client_id, number, actor, at) VALUES ($1, $2, 'x', now())`, w.client, number)
}

func says(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n%s\nwant\n%s", what, got, want)
	}
}
