package settlement

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// What the SEPA direct debit rulebooks set.
const (
	mandateMonths = 36 // without a collection, after which a mandate lapses (EPC016-06 and EPC222-07, section 4.1)
	mostTries     = 2  // of one invoice, the first and one more
)

// Mandate is a client's leave to collect what it owes from its account, and how far it was used.
type Mandate struct {
	UMR        string        `json:"umr"` // its reference, unique
	ClientID   string        `json:"client"`
	B2B        bool          `json:"b2b"`  // by the scheme for businesses, else Core
	Once       bool          `json:"once"` // for one collection
	SignedOn   calendar.Date `json:"signed_on"`
	NoticeDays int           `json:"notice_days"` // by which the client is told of a collection before it
	IBAN       string        `json:"iban"`
	Holder     string        `json:"holder"`
	Account    int           `json:"account"`           // which account of the mandate this is, from 1
	LastOn     calendar.Date `json:"last_on,omitzero"`  // day of the last collection that the bank was given; zero for none
	LastFrom   int           `json:"last_from"`         // the account that this one was of; 0 for none
	Begun      bool          `json:"begun"`             // the bank has a collection, and did not refuse it
	Waiting    bool          `json:"waiting"`           // a collection is proposed
	EndedOn    calendar.Date `json:"ended_on,omitzero"` // it was revoked, or the bank stopped it
	EndReason  string        `json:"end_reason,omitempty"`
}

// LapsesOn is the first day on which a mandate is no leave any more because it was not used.
func (m Mandate) LapsesOn() calendar.Date {
	return calendar.Max(m.SignedOn, m.LastOn).AddMonths(mandateMonths)
}

// Why says why nothing can be collected under a mandate on a day; empty when it can.
func (m Mandate) Why(on calendar.Date) string {
	switch {
	case !m.EndedOn.IsZero():
		return fmt.Sprintf("mandate %s ended on %s: %s", m.UMR, m.EndedOn, m.EndReason)
	case m.Once && (m.Begun || m.Waiting):
		return fmt.Sprintf("mandate %s is for one collection, which was made", m.UMR)
	case !on.Before(m.LapsesOn()):
		return fmt.Sprintf("mandate %s was not used for %d months and lapsed on %s; right would be a new one", m.UMR, mandateMonths, m.LapsesOn())
	}
	return ""
}

// Sequence is the place of the next collection. After a first one that the bank refused the next is the first again; after one that was returned it is not.
func (m Mandate) Sequence() bank.Sequence {
	switch {
	case m.Once:
		return bank.SequenceOneOff
	case m.Begun:
		return bank.SequenceRecurring
	}
	return bank.SequenceFirst
}

// Amended says whether the bank has to be told that the account is another than at the last collection.
func (m Mandate) Amended() bool { return m.Begun && m.LastFrom != m.Account }

// AvailableOn is the first day on which what was credited on a day cannot be fetched back any more without a reason. Of a B2B collection that is the day itself.
func (m Mandate) AvailableOn(term RefundTerm, credited calendar.Date) calendar.Date {
	if m.B2B {
		return credited
	}
	return term.AvailableOn(credited)
}

// DebitRemedy is what follows by itself from a collection that failed.
type DebitRemedy string

// The remedies: what no code settles is for a person.
const (
	DebitAgain  DebitRemedy = "again"        // its invoices are collected once more, by the next run
	MandateEnds DebitRemedy = "mandate-ends" // nothing is collected under its mandate any more
	AskPerson   DebitRemedy = "ask-person"   // a person says whether they are collected once more
)

// DebitRemedyOf is what follows from the bank's code. A client that fetches its money back (MD06) does not want to be collected from, and an account from which
// nothing can be collected needs another mandate.
func DebitRemedyOf(code string) DebitRemedy {
	reason, _ := bank.ReasonOf(code)
	switch {
	case code == "MD06" || reason.Remedy == bank.StopMandate || reason.Remedy == bank.BlockAccount:
		return MandateEnds
	case reason.Remedy == bank.Retry:
		return DebitAgain
	}
	return AskPerson
}

// DebitTries is how often an invoice was given to the bank for collection, all in vain, and what the last of it came to.
type DebitTries struct {
	Count  int
	Code   string // the bank's
	Agreed bool   // a person said that it may be collected once more
}

// Why says why an invoice is not collected again; empty when it may be.
func (t DebitTries) Why() string {
	switch {
	case t.Count >= mostTries:
		return fmt.Sprintf("the bank gave %s, and it was tried %d times, which is the most; right would be to ask the client to pay it", t.Code, t.Count)
	case t.Count > 0 && !t.Agreed && DebitRemedyOf(t.Code) == AskPerson:
		return fmt.Sprintf("the bank gave %s; right would be to ask the client, and then: dunning debit retry", t.Code)
	}
	return ""
}

// DebitStatus is where a collection stands. The table below is the whole state machine; the CHECK and the function in the schema are tested against it.
type DebitStatus string

// Where a collection can stand.
const (
	DebitProposed  DebitStatus = "proposed"
	DebitTelling   DebitStatus = "telling"   // the mail that tells the client is on its way; who dies now leaves it so, and it is not sent again by itself
	DebitTold      DebitStatus = "told"      // the client knows the day and the amount
	DebitSent      DebitStatus = "sent"      // it stands in the file for the bank; it is never sent again
	DebitAccepted  DebitStatus = "accepted"  // the bank works on it (pain.002)
	DebitBooked    DebitStatus = "booked"    // the statement has its credit
	DebitReturned  DebitStatus = "returned"  // the money was taken back
	DebitRejected  DebitStatus = "rejected"  // the bank refused it
	DebitWithdrawn DebitStatus = "withdrawn" // it was taken back before it was sent
	DebitLate      DebitStatus = "late"      // the file was not made in time; its invoices are for the next run
)

var debitStatuses = []struct {
	status DebitStatus
	next   []DebitStatus
}{
	{"", []DebitStatus{DebitProposed}},
	{DebitProposed, []DebitStatus{DebitTelling, DebitTold, DebitWithdrawn, DebitLate}},
	{DebitTelling, []DebitStatus{DebitProposed, DebitTold, DebitWithdrawn, DebitLate}},
	{DebitTold, []DebitStatus{DebitSent, DebitWithdrawn, DebitLate}},
	{DebitSent, []DebitStatus{DebitAccepted, DebitBooked, DebitRejected}},
	{DebitAccepted, []DebitStatus{DebitBooked, DebitRejected}},
	{DebitBooked, []DebitStatus{DebitReturned}},
	{DebitReturned, nil}, {DebitRejected, nil}, {DebitWithdrawn, nil}, {DebitLate, nil},
}

// DebitStatuses lists every status.
func DebitStatuses() (list []DebitStatus) {
	for _, row := range debitStatuses[1:] {
		list = append(list, row.status)
	}
	return list
}

// Follows says whether next may come after a status.
func (s DebitStatus) Follows(next DebitStatus) bool {
	for _, row := range debitStatuses {
		if row.status == s {
			return slices.Contains(row.next, next)
		}
	}
	return false
}

// DebitPart is what a collection collects of an invoice.
type DebitPart struct {
	Number string       `json:"invoice"`
	Cents  money.Amount `json:"amount"`
}

// Debit is a collection of invoices from one client.
type Debit struct {
	EndToEndID string        `json:"end_to_end_id"`
	Mandate    Mandate       `json:"mandate"`
	Cents      money.Amount  `json:"amount"`
	Parts      []DebitPart   `json:"invoices"`
	Status     DebitStatus   `json:"status"`
	StatusOn   calendar.Date `json:"status_on"`
	Reason     string        `json:"reason,omitempty"` // of its status: the bank's code, or why a person did it
	ToldOn     calendar.Date `json:"told_on,omitzero"`
	Batch      string        `json:"batch,omitempty"` // in the file that it stands in
}

// AvailableOn is the first day on which what it brought cannot be fetched back any more without a reason; zero while it brought nothing.
func (d Debit) AvailableOn(term RefundTerm) calendar.Date {
	if d.Status != DebitBooked {
		return calendar.Date{}
	}
	return d.Mandate.AvailableOn(term, d.StatusOn)
}

// DebitRun is what is collected on one day.
type DebitRun struct {
	ID     string        `json:"id"`
	On     calendar.Date `json:"on"`
	Debits []Debit       `json:"collections"`
}
