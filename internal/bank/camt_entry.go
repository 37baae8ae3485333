package bank

import (
	"crypto/sha256"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
)

// detail is a payment of camt before it is known which of its parties is the other side.
type detail struct {
	Transaction
	debtor, creditor                 Party
	ultimateDebtor, ultimateCreditor string
}

// entryOf reads one entry. Its payments are taken over one by one, so that a batch of thousands is never whole in memory as XML.
func (c *camt) entryOf(s *Statement, start xml.StartElement) error {
	head := &node{name: start.Name.Local, line: c.line()}
	e := &Entry{Line: head.line}
	var details []detail
	told := sha256.New()
	c.nodes, c.text = maxNodes, maxEntryText
	err := c.children(func(child xml.StartElement) error {
		if child.Name.Local != "NtryDtls" {
			n, err := c.node(child)
			head.children = append(head.children, n)
			return err
		}
		return c.children(func(part xml.StartElement) error {
			if part.Name.Local != "TxDtls" {
				n, err := c.node(part)
				head.children = append(head.children, n)
				return err
			}
			if len(details) == maxTransactions {
				return c.refuse("has an entry with more than %d payments", maxTransactions)
			}
			d, err := c.detail(part, told)
			details = append(details, d)
			return err
		})
	})
	if err != nil {
		return err
	}
	if err := e.take(head, s.Format); err != nil {
		return err
	}
	for i := range details {
		details[i].choose(e, s.Account)
		e.Transactions = append(e.Transactions, details[i].Transaction)
	}
	e.batches(head)
	e.complete()
	if len(details) == 1 && e.Transactions[0].Remittance == "" && len(e.Transactions[0].Structured) == 0 {
		e.Transactions[0].Remittance = e.Info // some banks tell what the payer wrote there only
	}
	head.child("AddtlNtryInf").digest(told)
	return c.entry(s, e, told.Sum(nil))
}

// take takes over what an entry says as a whole.
func (e *Entry) take(n *node, format string) (err error) {
	if e.Amount, e.Currency, err = n.amount(); err != nil {
		return err
	}
	if e.Direction, err = n.direction(); err != nil {
		return err
	}
	if e.BookedOn, err = n.child("BookgDt").day(); err != nil {
		return err
	}
	if e.ValueOn, err = n.child("ValDt").day(); err != nil {
		return err
	}
	if e.Charges, err = n.charges(); err != nil {
		return err
	}
	status := n.child("Sts").firstSaid("Cd", "Prtry")
	if status == "" {
		status = n.said("Sts")
	}
	e.Booked = status == "BOOK" || status == "" && strings.HasPrefix(format, "camt.053")
	e.Reversal = isTrue(n.said("RvslInd"))
	e.Reference, e.Label = n.said("AcctSvcrRef"), n.said("NtryRef")
	code := n.child("BkTxCd")
	e.Code, e.BankCode = code.transactionCode(), code.said("Prtry", "Cd")
	e.Fee = slices.Contains([]string{"CHRG", "FEES", "COMM", "COME", "COMI", "COMT"}, code.said("Domn", "Fmly", "SubFmlyCd"))
	e.Info = n.said("AddtlNtryInf")
	return nil
}

func isTrue(text string) bool { return text == "true" || text == "1" }

// transactionCode is the ISO code of an entry as one word: "PMNT/RCDT/ESCT".
func (n *node) transactionCode() string {
	domain := n.child("Domn")
	if domain == nil {
		return ""
	}
	return strings.Join([]string{domain.said("Cd"), domain.said("Fmly", "Cd"), domain.said("Fmly", "SubFmlyCd")}, "/")
}

// batches takes over which payment file an entry is the sum of, and notes when it should hold another number of payments.
func (e *Entry) batches(n *node) {
	count := 0
	for _, batch := range n.each("Btch") {
		e.BatchID = batch.firstSaid("PmtInfId", "MsgId")
		if told, err := strconv.Atoi(batch.said("NbOfTxs")); err == nil {
			count += told
		}
	}
	if got := len(e.Transactions); count > 0 && got > 0 && count != got {
		note(&e.Problems, "says it is a batch of %d payments, it has %d", count, got)
	}
}

// detail reads one payment, and adds its texts to a hash.
func (c *camt) detail(start xml.StartElement, told io.Writer) (d detail, err error) {
	rest := c.nodes
	c.nodes = maxNodes
	n, err := c.node(start)
	c.nodes = rest
	if err != nil {
		return d, err
	}
	n.digest(told)
	if d.Transaction, err = n.transaction(); err != nil {
		return d, err
	}
	parties, agents := n.child("RltdPties"), n.child("RltdAgts")
	d.debtor = parties.party("Dbtr", agents)
	d.creditor = parties.party("Cdtr", agents)
	d.ultimateDebtor, d.ultimateCreditor = parties.child("UltmtDbtr").partyName(), parties.child("UltmtCdtr").partyName()
	return d, nil
}

func (n *node) transaction() (t Transaction, err error) {
	if n.child("CdtDbtInd") != nil {
		if t.Direction, err = n.direction(); err != nil {
			return t, err
		}
	}
	for _, told := range []*node{n, n.at("AmtDtls", "TxAmt")} { // .08 tells it directly, .02 in the details
		if told.child("Amt") != nil && t.Currency == "" {
			if t.Amount, t.Currency, err = told.amount(); err != nil {
				return t, err
			}
		}
	}
	if instructed := n.at("AmtDtls", "InstdAmt"); instructed.child("Amt") != nil {
		t.Instructed = &Charge{Direction: t.Direction}
		if t.Instructed.Amount, t.Instructed.Currency, err = instructed.amount(); err != nil {
			return t, err
		}
	}
	if t.Charges, err = n.charges(); err != nil {
		return t, err
	}
	refs, returned := n.child("Refs"), n.child("RtrInf")
	t.EndToEndID = provided(refs.said("EndToEndId"))
	t.TxID, t.MandateID, t.Reference = refs.firstSaid("TxId", "InstrId"), refs.said("MndtId"), refs.said("AcctSvcrRef")
	t.BatchID = refs.said("PmtInfId")
	remittance := n.child("RmtInf")
	for _, structured := range remittance.each("Strd") {
		if ref := structured.said("CdtrRefInf", "Ref"); ref != "" {
			t.Structured = append(t.Structured, ref)
		}
	}
	t.Remittance = joined(remittance.each("Ustrd"))
	t.ReturnReason, t.ReturnInfo = returned.child("Rsn").firstSaid("Cd", "Prtry"), joined(returned.each("AddtlInf"))
	t.Info = n.said("AddtlTxInf")
	return t, nil
}

// provided is an end-to-end id, unless the payer gave none.
func provided(id string) string {
	if strings.EqualFold(id, "NOTPROVIDED") {
		return ""
	}
	return id
}

func joined(nodes []*node) string {
	texts := make([]string, 0, len(nodes))
	for _, n := range nodes {
		if n.text != "" {
			texts = append(texts, n.text)
		}
	}
	return strings.Join(texts, " ")
}

// charges are the fees in <Chrgs> that are in the amount: of .02 one in each, of .08 a <Rcrd> for each, but none of which the bank says that it is booked apart. One without a side is taken, not given.
func (n *node) charges() (charges []Charge, err error) {
	for _, c := range n.each("Chrgs") {
		records := c.each("Rcrd")
		if c.child("Amt") != nil {
			records = append(records, c)
		}
		for _, record := range records {
			if apart := record.said("ChrgInclInd"); apart != "" && !isTrue(apart) {
				continue
			}
			charge := Charge{Direction: Debit}
			if charge.Amount, charge.Currency, err = record.amount(); err != nil {
				return nil, err
			}
			if record.child("CdtDbtInd") != nil {
				if charge.Direction, err = record.direction(); err != nil {
					return nil, err
				}
			}
			charges = append(charges, charge)
		}
	}
	return charges, nil
}

// party is the debtor or creditor of a payment, by the beginning of its elements: <Dbtr>, <DbtrAcct>, <DbtrAgt>.
func (n *node) party(role string, agents *node) Party {
	bank := agents.at(role+"Agt", "FinInstnId")
	return Party{Name: n.child(role).partyName(), Account: n.child(role + "Acct").account(), BIC: bank.firstSaid("BICFI", "BIC")}
}

// partyName is the name of a party: until .07 in itself, since .08 in a <Pty>.
func (n *node) partyName() string {
	if name := n.said("Nm"); name != "" {
		return name
	}
	return n.said("Pty", "Nm")
}

// choose says which party is the other side: the one whose account is not ours; where that does not tell, who paid for money in and who was
// paid for money out. A reversal keeps the roles of the payment that it takes back.
func (d *detail) choose(e *Entry, account string) {
	other, ultimate := d.debtor, d.ultimateDebtor
	if d.other(e, account) == Debit {
		other, ultimate = d.creditor, d.ultimateCreditor
	}
	d.Counterparty, d.Ultimate = other, ultimate
}

// other is Credit when the debtor is the other side.
func (d *detail) other(e *Entry, account string) Direction {
	switch ours := NormaliseIBAN(account); {
	case ours != "" && d.creditor.Account == ours && d.debtor.Account != ours:
		return Credit
	case ours != "" && d.debtor.Account == ours && d.creditor.Account != ours:
		return Debit
	case d.debtor == Party{}: // and when there is neither, it does not matter
		return Debit
	case d.creditor == Party{}:
		return Credit
	}
	if (e.Direction == Credit) != e.Reversal {
		return Credit
	}
	return Debit
}
