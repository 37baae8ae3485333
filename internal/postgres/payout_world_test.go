package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

const (
	firstIBAN  = "NL91ABNA0417164300"
	secondIBAN = "NL20INGB0001234567"
	trustIBAN  = "NL02ABNA0123456789"
	agencyIBAN = "NL69INGB0123456789"
)

// paying is a world with two persons who approve, and a client whose account they approved.
func paying(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.approvers()
	return w
}

func (w *world) approvers() {
	w.Helper()
	for _, name := range []string{"Anna", "Bram", "Cor"} {
		ok(w, postgres.AddApprover(w.Context(), w.db.OwnerURL, name))
	}
	w.tellsAccount(w.code(), firstIBAN, 0)
	w.approvesAccount(w.client, firstIBAN, "Anna", "Bram")
}

func (w *world) code() string {
	w.Helper()
	return query[string](w, `SELECT code FROM client WHERE id = $1`, w.client)
}

// payoutSent is a payout of the world's client that came back; it sets open invoices off.
func (w *world) payoutSent() {
	w.Helper()
	w.approvers()
	w.receives(w.open(), "paid on to "+w.code(), "60.00")
	one := proposing(today)
	one.ClientID, one.Plans = w.client, map[string]settlement.Paying{"premium": {SetsOff: true}}
	p, _, err := w.ProposePayout(w.Context(), one, at(today))
	ok(w, err)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	for i, credit := range []bool{false, true} {
		e := entryOf(p, 0, fmt.Sprintf("%s %d", p.ID, i))
		e.Credit = credit
		_, err := w.BookPayoutEntry(w.Context(), e, at(today))
		ok(w, err)
	}
}

func (w *world) tellsAccount(code, iban string, coolingOff int) string {
	w.Helper()
	id, err := w.SaveClient(w.Context(), postgres.Client{Code: code, Plan: "premium", Party: postgres.Party{
		Name: "Voorbeeld " + code, Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: strings.ToLower(code) + "@client.example", Language: "nl", IBAN: iban,
	}, Payee: postgres.Payee{CoolingOffDays: coolingOff}, Signed: postgres.Signing{By: at(today)}})
	ok(w, err)
	return id
}

func named(name string, on calendar.Date) postgres.Actor {
	by := at(on)
	by.Name = name
	return by
}

func (w *world) approvesAccount(client, iban string, names ...string) {
	w.Helper()
	for _, name := range names {
		_, err := w.ApproveAccount(w.Context(), client, iban, named(name, today))
		ok(w, err)
	}
}

// proposing is a payout of all clients, and of the agency's own part.
// refundTerm is that of the tests.
var refundTerm = settlement.RefundTerm{Weeks: 8, TargetDays: 2}

func proposing(on calendar.Date) postgres.Proposing {
	return postgres.Proposing{On: on, All: true, Refund: refundTerm, From: bank.Party{Name: "Stichting Derdengelden Voorbeeld", Account: trustIBAN}, Agency: bank.Party{Name: "Incassocenter Voorbeeld", Account: agencyIBAN}}
}

// proposes gives the lines of a payout: "client 60.00, fees 1.00", and what is left out.
func (w *world) proposes(on calendar.Date) (settlement.Payout, string) {
	w.Helper()
	return w.proposesFor(on, on)
}

// proposesFor is proposes, made on another day than as of which it is computed.
func (w *world) proposesFor(on, made calendar.Date) (settlement.Payout, string) {
	w.Helper()
	p, left, err := w.ProposePayout(w.Context(), proposing(on), at(made))
	ok(w, err)
	var words []string
	for _, l := range p.Lines {
		words = append(words, fmt.Sprintf("%s %s", l.Kind, l.Cents))
	}
	for _, n := range left {
		words = append(words, fmt.Sprintf("%s: %s", n.Client, n.Why))
	}
	return p, strings.Join(words, ", ")
}

func (w *world) approves(p settlement.Payout, names ...string) {
	w.Helper()
	for _, name := range names {
		_, err := w.ApprovePayout(w.Context(), p.ID, p.Hash, named(name, p.On))
		ok(w, err)
	}
}

func (w *world) sends(p settlement.Payout) []byte {
	w.Helper()
	file, _, err := w.SendPayout(w.Context(), p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld", Refund: refundTerm}, at(p.On))
	ok(w, err)
	return file
}

// paidOut is a payout that went to the bank.
func (w *world) paidOut(on calendar.Date) settlement.Payout {
	w.Helper()
	p, _ := w.proposes(on)
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	return p
}

func (w *world) statuses(p settlement.Payout) string {
	w.Helper()
	f, err := w.Payout(w.Context(), p.ID)
	ok(w, err)
	var words []string
	for _, l := range f.Lines {
		words = append(words, string(l.Status))
	}
	return strings.Join(words, " ")
}

func entryOf(p settlement.Payout, line int, key string) postgres.PayoutEntry {
	return postgres.PayoutEntry{Key: key, EndToEndID: p.Lines[line].EndToEndID, Amount: p.Lines[line].Cents, On: p.On.AddDays(1)}
}

// collects is a receipt that the agency collected by direct debit.
func (w *world) collects(ref postgres.Ref, key, amount string) {
	w.Helper()
	file, err := w.CaseFile(w.Context(), ref)
	ok(w, err)
	_, err = w.RecordReceipt(w.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: today, Remittance: file.RF, DirectDebit: true}, at(today), w.lib.Rules)
	ok(w, err)
}

// receivesFor is a receipt for a claim of another client, whose account stays as it is.
func (w *world) receivesFor(code, key, amount string) (client string) {
	w.Helper()
	own := w.client
	defer func() { w.client = own }()
	w.client = w.newClient(code)
	w.receives(w.open(), key, amount)
	return w.client
}

func (w *world) journals() []postgres.Posted {
	w.Helper()
	list, err := w.Journals(w.Context(), postgres.JournalFilter{})
	ok(w, err)
	return list
}
