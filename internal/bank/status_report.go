package bank

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/shopspring/decimal"
)

// Status is what a bank says became of a file, a batch or a payment that it was sent.
type Status string

// Outcome is what a status comes to for who sent the payment. Only a statement proves that money moved, and only Rejected allows to send anew.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted" // the bank works on it, or is done; a rejection may still follow
	Settled  Outcome = "settled"  // the bank carried it out: what it takes back after all is money that comes back
	Rejected Outcome = "rejected" // it is not carried out
	Pending  Outcome = "pending"  // the bank has it and did not decide, or waits for a signature
	Partly   Outcome = "partly"   // some of it is accepted: of what is not told by itself nothing is known
	Unclear  Outcome = "unclear"  // the bank gives none, or one that is not known here: a person must look
)

// outcomes are the statuses. Source: ISO 20022 external code sets, ExternalPaymentGroupStatus1Code and ExternalPaymentTransactionStatus1Code: of these "settlement ... has been completed" stands at ACSC and ACCC only.
var outcomes = map[Status]Outcome{
	"RCVD": Pending,  // received
	"PDNG": Pending,  // pending
	"PATC": Pending,  // signed by some of those who must
	"ACTC": Accepted, // right in form
	"ACCP": Accepted, // right for this customer
	"ACFC": Accepted, // and there is money
	"ACSP": Accepted, // being settled
	"ACSC": Settled,  // on the debtor's account; told as a status, and no proof that the account was debited
	"ACCC": Settled,  // on the creditor's account
	"ACWC": Accepted, // with a change, for instance another day
	"ACWP": Accepted, // not on the creditor's account yet
	"PART": Partly,
	"RJCT": Rejected,
	"CANC": Rejected, // called back before it was carried out
}

// Outcome is what the status comes to.
func (s Status) Outcome() Outcome { return cmp.Or(outcomes[s], Unclear) }

// FileStatus is what a bank says of a file that it was sent.
type FileStatus struct {
	Format    string // "pain.002.001.10"
	Line      int    // where the report begins, from 1
	ID        string // the bank's name for the report
	MessageID string // of the file that was sent
	Message   string // what that was: "pain.001.001.09"
	Status    Status // empty when it is told of batches or payments only
	Sent
	Reasons  []StatusReason
	Problems []string // what looks wrong with the report, at most mostProblems
}

// BatchStatus is what a bank says of a batch. Payments of it that are not told have its outcome, unless that is Partly or Unclear.
type BatchStatus struct {
	Line   int
	ID     string // of the batch that was sent; empty when the report tells payments outside of batches
	Status Status // empty when it is told of its payments only
	Sent
	Reasons  []StatusReason
	Problems []string
}

// PaymentStatus is what a bank says of a payment.
type PaymentStatus struct {
	Line       int
	EndToEndID string // as it was sent
	Status     Status // where it is not told by itself, that of the batch or else of the file, unless it is only a part of these
	Amount     *Charge
	Reasons    []StatusReason
	Problems   []string
}

// Sent is how many payments a file or batch had and what they added up to, as the bank counted: nil when it does not tell.
type Sent struct {
	Payments *int
	Sum      *decimal.Decimal
}

// StatusReason is why: a code, for which see ReasonOf, and what the bank wrote with it.
type StatusReason struct {
	Code string // also one of the bank's own
	Info string
}

// StatusHandler is told what is read, in the order of the file. An error of its own ends the reading and comes back unchanged.
type StatusHandler struct {
	// Payment is told each payment; the bank may leave out those that it has nothing to say of. The batch is empty for one outside of batches.
	Payment func(*FileStatus, *BatchStatus, *PaymentStatus) error
	Batch   func(*FileStatus, *BatchStatus) error // at its end
	File    func(*FileStatus) error               // at the end of the report; until then nothing of it may be relied on
}

// ReadStatus reads a report on a payment file: pain.002 of any version from .02. It keeps one payment in memory at a time, and is as lenient and as
// strict as Read: what is unknown is let pass and told; which file or batch it is about, each status and each amount must be clear. A file that cannot
// be read gives an *UnreadableError, and what the handler was told before is then worth nothing.
func ReadStatus(r io.Reader, h StatusHandler) error {
	text, source, err := decode(r)
	if err != nil {
		return err
	}
	head, err := text.Peek(headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read bank file: %w", err)
	}
	if !looksLikeXML.Match(head) {
		return unreadable(1, "is no XML; right would be a report on a payment file: pain.002")
	}
	return (&report{document: newDocument(text, source), handler: h}).whole()
}
