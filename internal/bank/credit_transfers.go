package bank

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// CreditTransfers is a file of payments out in euros: pain.001.001.09 of ISO 20022, by the SEPA credit transfer scheme. Identifiers are unique for
// life: a bank that sees one again takes the file for a second delivery, or pays twice.
type CreditTransfers struct {
	MessageID string    // 1 to 35 characters
	Created   time.Time // when the file was made; the same again gives the same bytes
	Initiator string    // who sends it
	Batches   []CreditBatch
}

// CreditBatch is payments out of one account on one day.
type CreditBatch struct {
	ID        string        // 1 to 35 characters; comes back in the statement when the batch is booked in one
	On        calendar.Date // when it is to be paid: a TARGET day, not before the day on which the file was made
	OneDebit  bool          // it is booked in one entry, not per payment
	Debtor    Party         // whose account is debited; the BIC may be missing
	Transfers []CreditTransfer
}

// CreditTransfer is one payment out. Names and texts are written in the characters of SEPA; what is too long then is refused, and nothing is cut off.
type CreditTransfer struct {
	EndToEndID string       // 1 to 35 characters; comes back with a rejection, a return and in the statement
	Amount     money.Amount // 0.01 to 999,999,999.99 euro
	Creditor   Party        // name of at most EPCNameMax characters and IBAN; the BIC may be missing
	Address    *Address     // of the creditor; nil for none
	Reference  string       // an RF reference, or
	Text       string       // a text of at most 140 characters
}

// XML is the file, in UTF-8. It is valid by its schema, and whole or not at all; what is wrong gives a *PaymentFileError.
func (f CreditTransfers) XML() ([]byte, error) {
	var (
		w        scribe
		document pain001
		payments int
		sum      money.Amount
	)
	for i, b := range f.Batches {
		w.place = PaymentFileError{Batch: i + 1}
		batch, total := w.creditBatch(b)
		w.place = PaymentFileError{Batch: i + 1}
		batch.ID, batch.On = w.id("batch id", b.ID), w.day(b.On, calendar.DateOf(f.Created))
		document.Batches = append(document.Batches, batch)
		if payments, sum = payments+len(b.Transfers), sum+total; payments > maxPayments {
			w.refuse("batch", "makes it more than %d payments; right would be another file", maxPayments)
			break
		}
	}
	w.place = PaymentFileError{}
	document.Header = w.header(f.MessageID, f.Initiator, f.Created, payments, sum)
	return w.marshal(document)
}

// ApprovalHash is what two people approve: a hash of out of which account which amount goes to which IBAN, in which name and with which text, in
// any order. Identifiers of file and batches, days and the time of creation are not in it: a file that is made for a later day moves the
// same money. What could not be written cannot be approved: it gives a *PaymentFileError.
func ApprovalHash(batches ...CreditBatch) (string, error) {
	var (
		w     scribe
		lines []string
	)
	for i, b := range batches {
		w.place = PaymentFileError{Batch: i + 1}
		batch, _ := w.creditBatch(b)
		for _, t := range batch.Transfers {
			var reference, text string
			if r := t.Remittance; r != nil && r.Structured != nil {
				reference = r.Structured.Reference
			} else if r != nil {
				text = r.Text
			}
			line := []string{batch.IBAN, t.ID, t.Amount.Amount, t.IBAN, t.Creditor.Name, reference, text}
			lines = append(lines, strings.Join(line, "\t")) // which no text of SEPA has in it
		}
	}
	if w.place = (PaymentFileError{}); len(lines) == 0 {
		w.refuse("file", "has no payment")
	}
	if w.err != nil {
		return "", w.err
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// ValidCreditor checks the name and the IBAN of who is to be paid as a payment file does, without a file: what is wrong is a *PaymentFileError.
func ValidCreditor(p Party) error {
	var w scribe
	w.words("creditor name", p.Name, EPCNameMax)
	w.account("creditor IBAN", p.Account)
	return w.err
}

// creditBatch writes what a batch moves, and adds it up.
func (w *scribe) creditBatch(b CreditBatch) (creditBatch, money.Amount) {
	if len(b.Transfers) == 0 {
		w.refuse("batch", "has no payment")
	}
	batch := creditBatch{
		Method: "TRF", OneDebit: b.OneDebit, Level: "SEPA", Charges: "SLEV", Debtor: w.words("debtor name", b.Debtor.Name, EPCNameMax),
		IBAN: w.account("debtor IBAN", b.Debtor.Account), Agent: w.agent("debtor BIC", b.Debtor.BIC),
	}
	var sum money.Amount
	for i, t := range b.Transfers {
		w.place.Payment, w.place.ID = i+1, t.EndToEndID
		transfer := w.creditTransfer(t)
		if transfer.IBAN == batch.IBAN {
			w.refuse("creditor IBAN", "is that of the debtor; right would be another account")
		}
		batch.Transfers, sum = append(batch.Transfers, transfer), sum+t.Amount
		if w.err != nil {
			break
		}
	}
	batch.Payments, batch.Sum = strconv.Itoa(len(batch.Transfers)), sum.String()
	return batch, sum
}

func (w *scribe) creditTransfer(t CreditTransfer) creditTransfer {
	transfer := creditTransfer{
		ID: w.id("end-to-end id", t.EndToEndID), Amount: w.euros(t.Amount),
		Creditor: party{w.words("creditor name", t.Creditor.Name, EPCNameMax), w.address("creditor address", t.Address)},
		IBAN:     w.account("creditor IBAN", t.Creditor.Account), Remittance: w.remittance(t.Reference, t.Text),
	}
	if t.Creditor.BIC != "" {
		bank := w.agent("creditor BIC", t.Creditor.BIC)
		transfer.Agent = &bank
	}
	return transfer
}

// The elements of pain.001.001.09, in the order of its schema.
type (
	pain001 struct {
		XMLName xml.Name      `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
		Header  header        `xml:"CstmrCdtTrfInitn>GrpHdr"`
		Batches []creditBatch `xml:"CstmrCdtTrfInitn>PmtInf"`
	}
	creditBatch struct {
		ID        string           `xml:"PmtInfId"`
		Method    string           `xml:"PmtMtd"`
		OneDebit  bool             `xml:"BtchBookg"`
		Payments  string           `xml:"NbOfTxs"`
		Sum       string           `xml:"CtrlSum"`
		Level     string           `xml:"PmtTpInf>SvcLvl>Cd"`
		On        string           `xml:"ReqdExctnDt>Dt"`
		Debtor    string           `xml:"Dbtr>Nm"`
		IBAN      string           `xml:"DbtrAcct>Id>IBAN"`
		Agent     agent            `xml:"DbtrAgt"`
		Charges   string           `xml:"ChrgBr"`
		Transfers []creditTransfer `xml:"CdtTrfTxInf"`
	}
	creditTransfer struct {
		ID         string      `xml:"PmtId>EndToEndId"`
		Amount     euros       `xml:"Amt>InstdAmt"`
		Agent      *agent      `xml:"CdtrAgt,omitempty"`
		Creditor   party       `xml:"Cdtr"`
		IBAN       string      `xml:"CdtrAcct>Id>IBAN"`
		Remittance *remittance `xml:"RmtInf,omitempty"`
	}
)
