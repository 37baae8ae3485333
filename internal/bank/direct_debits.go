package bank

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// DirectDebits is a file of collections in euros: pain.008.001.08 of ISO 20022, by the SEPA Direct Debit Core and B2B schemes. Identifiers are unique for life.
type DirectDebits struct {
	MessageID string    // 1 to 35 characters
	Created   time.Time // when the file was made; the same again gives the same bytes
	Initiator string    // who sends it
	Batches   []DebitBatch
}

// DebitBatch is collections to one account on one day that have the same place in their mandates.
type DebitBatch struct {
	ID          string        // 1 to 35 characters
	On          calendar.Date // when the debtors are debited: a TARGET day, at least one TARGET day after the file was made
	Sequence    Sequence
	B2B         bool   // by the scheme for businesses, in which nothing is fetched back; else Core
	OneCredit   bool   // it is booked in one entry, not per collection
	Creditor    Party  // whose account is credited; the BIC may be missing
	CreditorID  string // the SEPA creditor identifier
	Collections []Collection
}

// Sequence is the place of a collection in its mandate.
type Sequence string

// The places that a collection can have.
const (
	SequenceFirst     Sequence = "FRST"
	SequenceRecurring Sequence = "RCUR" // allowed for the first one too
	SequenceFinal     Sequence = "FNAL"
	SequenceOneOff    Sequence = "OOFF"
)

// Collection is one direct debit.
type Collection struct {
	EndToEndID string       // 1 to 35 characters; comes back with a rejection, a return and in the statement
	Amount     money.Amount // 0.01 to 999,999,999.99 euro
	MandateID  string       // as ValidMandateID has it
	SignedOn   calendar.Date
	NewAccount bool     // the mandate is of another account than at the last collection: it is amended
	Debtor     Party    // name of at most EPCNameMax characters and IBAN; the BIC may be missing within the EEA
	Address    *Address // of the debtor; nil for none, within the EEA
	Reference  string   // an RF reference, or
	Text       string   // a text of at most 140 characters
}

// XML is the file, in UTF-8. It is valid by its schema, and whole or not at all; what is wrong gives a *PaymentFileError.
func (f DirectDebits) XML() ([]byte, error) {
	var (
		w        scribe
		document pain008
		payments int
		sum      money.Amount
	)
	created := calendar.DateOf(f.Created)
	for i, b := range f.Batches {
		w.place = PaymentFileError{Batch: i + 1}
		batch, total := w.debitBatch(b, created)
		w.place = PaymentFileError{Batch: i + 1}
		batch.ID, batch.On = w.id("batch id", b.ID), w.day(b.On, calendar.AddTargetDays(created, 1))
		document.Batches = append(document.Batches, batch)
		if payments, sum = payments+len(b.Collections), sum+total; payments > maxPayments {
			w.refuse("batch", "makes it more than %d payments; right would be another file", maxPayments)
			break
		}
	}
	w.place = PaymentFileError{}
	document.Header = w.header(f.MessageID, f.Initiator, f.Created, payments, sum)
	return w.marshal(document)
}

// debitBatch writes what a batch collects, and adds it up.
func (w *scribe) debitBatch(b DebitBatch, created calendar.Date) (debitBatch, money.Amount) {
	if len(b.Collections) == 0 {
		w.refuse("batch", "has no payment")
	}
	switch b.Sequence {
	case SequenceFirst, SequenceRecurring, SequenceFinal, SequenceOneOff:
	default:
		w.refuse("sequence", "is %q; right would be %s, %s, %s or %s", string(b.Sequence), SequenceFirst, SequenceRecurring, SequenceFinal, SequenceOneOff)
	}
	w.number("creditor id", ValidCreditorID(b.CreditorID))
	batch := debitBatch{
		Method: "DD", OneCredit: b.OneCredit, Level: "SEPA", Instrument: "CORE", Sequence: b.Sequence, Charges: "SLEV",
		Creditor: w.words("creditor name", b.Creditor.Name, EPCNameMax), IBAN: w.account("creditor IBAN", b.Creditor.Account),
		Agent: w.agent("creditor BIC", b.Creditor.BIC), CreditorID: NormaliseIBAN(b.CreditorID), Scheme: "SEPA",
	}
	if b.B2B {
		batch.Instrument = "B2B"
	}
	var sum money.Amount
	for i, c := range b.Collections {
		w.place.Payment, w.place.ID = i+1, c.EndToEndID
		collection := w.collection(c, created)
		if collection.IBAN == batch.IBAN {
			w.refuse("debtor IBAN", "is that of the creditor; right would be another account")
		}
		batch.Collections, sum = append(batch.Collections, collection), sum+c.Amount
		if w.err != nil {
			break
		}
	}
	batch.Payments, batch.Sum = strconv.Itoa(len(batch.Collections)), sum.String()
	return batch, sum
}

func (w *scribe) collection(c Collection, created calendar.Date) collection {
	w.number("mandate reference", ValidMandateID(c.MandateID))
	if c.SignedOn.IsZero() || c.SignedOn.After(created) {
		w.refuse("signature date", "is %s; right would be the day on which the mandate was signed, not after %s", dayOrNone(c.SignedOn), created)
	}
	written := collection{
		ID: w.id("end-to-end id", c.EndToEndID), Amount: w.euros(c.Amount), MandateID: c.MandateID, SignedOn: c.SignedOn.String(),
		Agent: w.agent("debtor BIC", c.Debtor.BIC), Debtor: party{w.words("debtor name", c.Debtor.Name, EPCNameMax), w.address("debtor address", c.Address)},
		IBAN: w.account("debtor IBAN", c.Debtor.Account), Remittance: w.remittance(c.Reference, c.Text),
	}
	if c.NewAccount {
		written.Amended, written.Former = true, &former{sameMandateNewAccount}
	}
	if w.err == nil && outsideEEA[written.IBAN[:2]] && (c.Debtor.BIC == "" || c.Address == nil) {
		w.refuse("debtor address", "or BIC is missing; right would be both for an account in %s, which is in SEPA and not in the EEA", written.IBAN[:2])
	}
	return written
}

// sameMandateNewAccount says that a mandate has another account than before, at the same bank or another. Source: EPC130-08, usage rules for the original debtor account.
const sameMandateNewAccount = "SMNDA"

// outsideEEA are the countries of SEPA outside the European Economic Area: a collection from there names the debtor's address and bank. Source:
// EPC SDD Core customer-to-bank implementation guidelines (EPC130-08).
var outsideEEA = map[string]bool{"AD": true, "AL": true, "CH": true, "GB": true, "GI": true, "MC": true, "MD": true, "ME": true, "MK": true, "RS": true, "SM": true, "VA": true}

func dayOrNone(d calendar.Date) string {
	if d.IsZero() {
		return "not given"
	}
	return fmt.Sprint(d)
}

// The elements of pain.008.001.08, in the order of its schema.
type (
	pain008 struct {
		XMLName xml.Name     `xml:"urn:iso:std:iso:20022:tech:xsd:pain.008.001.08 Document"`
		Header  header       `xml:"CstmrDrctDbtInitn>GrpHdr"`
		Batches []debitBatch `xml:"CstmrDrctDbtInitn>PmtInf"`
	}
	debitBatch struct {
		ID          string       `xml:"PmtInfId"`
		Method      string       `xml:"PmtMtd"`
		OneCredit   bool         `xml:"BtchBookg"`
		Payments    string       `xml:"NbOfTxs"`
		Sum         string       `xml:"CtrlSum"`
		Level       string       `xml:"PmtTpInf>SvcLvl>Cd"`
		Instrument  string       `xml:"PmtTpInf>LclInstrm>Cd"`
		Sequence    Sequence     `xml:"PmtTpInf>SeqTp"`
		On          string       `xml:"ReqdColltnDt"`
		Creditor    string       `xml:"Cdtr>Nm"`
		IBAN        string       `xml:"CdtrAcct>Id>IBAN"`
		Agent       agent        `xml:"CdtrAgt"`
		Charges     string       `xml:"ChrgBr"`
		CreditorID  string       `xml:"CdtrSchmeId>Id>PrvtId>Othr>Id"`
		Scheme      string       `xml:"CdtrSchmeId>Id>PrvtId>Othr>SchmeNm>Prtry"`
		Collections []collection `xml:"DrctDbtTxInf"`
	}
	collection struct {
		ID         string      `xml:"PmtId>EndToEndId"`
		Amount     euros       `xml:"InstdAmt"`
		MandateID  string      `xml:"DrctDbtTx>MndtRltdInf>MndtId"`
		SignedOn   string      `xml:"DrctDbtTx>MndtRltdInf>DtOfSgntr"`
		Amended    bool        `xml:"DrctDbtTx>MndtRltdInf>AmdmntInd,omitempty"`
		Former     *former     `xml:"DrctDbtTx>MndtRltdInf>AmdmntInfDtls,omitempty"`
		Agent      agent       `xml:"DbtrAgt"`
		Debtor     party       `xml:"Dbtr"`
		IBAN       string      `xml:"DbtrAcct>Id>IBAN"`
		Remittance *remittance `xml:"RmtInf,omitempty"`
	}
	former struct {
		Account string `xml:"OrgnlDbtrAcct>Id>Othr>Id"`
	}
)
