package settlement

import (
	"fmt"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
)

// DebitRunID names the run that collects on a day.
func DebitRunID(on calendar.Date) string { return "DD-" + strings.ReplaceAll(on.String(), "-", "") }

// EarliestDebit is the first day on which can be collected what is given to the bank on a day: the next TARGET day.
func EarliestDebit(today calendar.Date) calendar.Date { return calendar.AddTargetDays(today, 1) }

// LastDayToSend is the last day on which the file of a run can be made.
func LastDayToSend(on calendar.Date) calendar.Date {
	last := on.AddDays(-1)
	for EarliestDebit(last).After(on) {
		last = last.AddDays(-1)
	}
	return last
}

// DebitRunDay is the day on which a run collects; an id that is none is an error.
func DebitRunDay(id string) (calendar.Date, error) {
	digits := strings.TrimPrefix(id, "DD-")
	if len(digits) == 8 {
		if on, err := calendar.ParseDate(digits[:4] + "-" + digits[4:6] + "-" + digits[6:]); err == nil && DebitRunID(on) == id {
			return on, nil
		}
	}
	return calendar.Date{}, fmt.Errorf("run %q: is no id of a run; right would be one like DD-20261215", id)
}

// DebitCreditor is who collects, and how.
type DebitCreditor struct {
	Account   bank.Party // its name, and the account that is credited
	ID        string     // SEPA creditor identifier
	OneCredit bool       // the bank books a batch in one entry
}

// BatchID names the batch that a collection is to stand in: those of one scheme with the same place in their mandates.
func (r DebitRun) BatchID(d Debit) string {
	scheme := "CORE"
	if d.Mandate.B2B {
		scheme = "B2B"
	}
	return r.ID + "/" + scheme + "-" + string(d.Mandate.Sequence())
}

// File is the run as a file for the bank (pain.008.001.08) that is made at an instant. What no bank would take is a *bank.PaymentFileError.
func (r DebitRun) File(c DebitCreditor, at time.Time) ([]byte, error) {
	var batches []bank.DebitBatch
	known := map[string]int{}
	for _, d := range r.Debits {
		id := r.BatchID(d)
		i, ok := known[id]
		if !ok {
			i = len(batches)
			known[id] = i
			batches = append(batches, bank.DebitBatch{ID: id, On: r.On, Sequence: d.Mandate.Sequence(), B2B: d.Mandate.B2B, OneCredit: c.OneCredit, Creditor: c.Account, CreditorID: c.ID})
		}
		batches[i].Collections = append(batches[i].Collections, bank.Collection{
			EndToEndID: d.EndToEndID, Amount: d.Cents, MandateID: d.Mandate.UMR, SignedOn: d.Mandate.SignedOn, NewAccount: d.Mandate.Amended(),
			Debtor: bank.Party{Name: d.Mandate.Holder, Account: d.Mandate.IBAN}, Text: d.text(),
		})
	}
	return bank.DirectDebits{MessageID: r.ID, Created: at, Initiator: c.Account.Name, Batches: batches}.XML()
}

// text names the invoices as the client reads them on its statement, as many as fit.
func (d Debit) text() string {
	var numbers []string
	for _, p := range d.Parts {
		numbers = append(numbers, p.Number)
	}
	const most = 9 // of 140 characters
	if n := len(numbers); n > most {
		numbers = append(numbers[:most], fmt.Sprintf("+ %d", n-most))
	}
	return "Factuur " + strings.Join(numbers, ", ")
}
