package bank

import (
	"encoding/xml"
	"strconv"
)

// report is a report on a payment file while it is read.
type report struct {
	*document
	handler StatusHandler
	file    *FileStatus
}

// whole reads the file: mostly one report.
func (r *report) whole() error {
	err := r.read(func(start xml.StartElement) error {
		if start.Name.Local == "CstmrPmtStsRpt" || start.Name.Local == "pain.002.001.02" {
			return r.message(start)
		}
		return nil
	})
	if err != nil || r.file != nil {
		return err
	}
	if r.root != "" {
		return unreadable(1, "is %s; right would be a report on a payment file: pain.002", r.root)
	}
	return unreadable(1, "has no report on a payment file (pain.002) in it")
}

// message reads one report.
func (r *report) message(start xml.StartElement) error {
	format, err := r.messageName(start, "pain.002")
	if err != nil {
		return err
	}
	r.file = &FileStatus{Format: format, Line: r.line()}
	outside := &BatchStatus{Line: r.line()}
	err = r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "GrpHdr", "OrgnlGrpInfAndSts":
			r.nodes, r.text = maxNodes, maxEntryText
			n, err := r.node(e)
			if err != nil {
				return err
			}
			return r.file.take(n)
		case "OrgnlPmtInfAndSts":
			return r.batch()
		case "TxInfAndSts":
			return r.payment(outside, e)
		}
		return r.skip()
	})
	if err != nil {
		return err
	}
	if r.file.MessageID == "" {
		return unreadable(r.file.Line, "has a report that does not say on which file; right would be an <OrgnlMsgId>")
	}
	r.file.Status.check(&r.file.Problems, r.file.Reasons)
	if r.handler.File == nil {
		return nil
	}
	return r.handler.File(r.file)
}

// take takes over what a report says as a whole.
func (f *FileStatus) take(n *node) (err error) {
	if n.name == "GrpHdr" {
		f.ID = n.said("MsgId")
		return nil
	}
	if f.MessageID != "" {
		return unreadable(n.line, "has a report on two files")
	}
	original, err := n.single("OrgnlMsgId")
	if err != nil {
		return err
	}
	f.MessageID, f.Message = original.text, isoMessage.FindString(n.said("OrgnlMsgNmId"))
	if f.Sent, err = n.sent(); err != nil {
		return err
	}
	f.Status, f.Reasons, err = n.status("GrpSts")
	return err
}

// batch reads what is told of a batch: first of it as a whole, then of its payments one by one.
func (r *report) batch() error {
	head := &node{name: "OrgnlPmtInfAndSts", line: r.line()}
	b := &BatchStatus{Line: head.line}
	r.nodes, r.text = maxNodes, maxEntryText
	begun := false
	begin := func() (err error) {
		if begun {
			return nil
		}
		begun = true
		return b.take(head)
	}
	err := r.children(func(e xml.StartElement) error {
		if e.Name.Local == "TxInfAndSts" {
			if err := begin(); err != nil {
				return err
			}
			return r.payment(b, e)
		}
		n, err := r.node(e)
		if err != nil {
			return err
		}
		if begun && n.name != "SplmtryData" {
			return unreadable(n.line, "has <%s> of a batch behind its payments; right would be before, since they may take it over", n.name)
		}
		head.children = append(head.children, n)
		return nil
	})
	if err != nil {
		return err
	}
	if err := begin(); err != nil {
		return err
	}
	if err := r.named(b.Line); err != nil {
		return err
	}
	b.Status.check(&b.Problems, b.Reasons)
	if r.handler.Batch == nil {
		return nil
	}
	return r.handler.Batch(r.file, b)
}

// named makes sure that it was told by now which file the report is on.
func (r *report) named(line int) error {
	if r.file.MessageID == "" {
		return unreadable(line, "has a batch or payment before it says of which file; right would be <OrgnlGrpInfAndSts> before it")
	}
	return nil
}

func (b *BatchStatus) take(n *node) error {
	id, err := n.single("OrgnlPmtInfId")
	if err != nil {
		return err
	}
	b.ID = id.text
	if b.Sent, err = n.sent(); err != nil {
		return err
	}
	b.Status, b.Reasons, err = n.status("PmtInfSts")
	return err
}

// payment reads what is told of one payment.
func (r *report) payment(b *BatchStatus, start xml.StartElement) error {
	nodes, text := r.nodes, r.text // of the batch
	r.nodes, r.text = maxNodes, maxEntryText
	n, err := r.node(start)
	r.nodes, r.text = nodes, text
	if err != nil {
		return err
	}
	if err := r.named(n.line); err != nil {
		return err
	}
	p := &PaymentStatus{Line: n.line, EndToEndID: provided(n.said("OrgnlEndToEndId"))}
	if len(n.each("OrgnlEndToEndId")) > 1 {
		return unreadable(n.line, "has a payment with more than one <OrgnlEndToEndId>; right would be one")
	}
	if p.Status, p.Reasons, err = n.status("TxSts"); err != nil {
		return err
	}
	for _, above := range []Status{b.Status, r.file.Status} {
		if p.Status == "" && above.Outcome() != Partly {
			p.Status = above
		}
	}
	if amount := n.at("OrgnlTxRef", "Amt", "InstdAmt"); amount != nil {
		p.Amount = &Charge{}
		if p.Amount.Amount, p.Amount.Currency, err = amount.money(); err != nil {
			return err
		}
	}
	if p.EndToEndID == "" {
		note(&p.Problems, "does not say which payment it is: it has no end-to-end id")
	}
	if p.Status == "" {
		note(&p.Problems, "has no status, nor has what it is part of")
	}
	p.Status.check(&p.Problems, p.Reasons)
	if r.handler.Payment == nil {
		return nil
	}
	return r.handler.Payment(r.file, b, p)
}

// status is the status of a name, of which there may be none but not two, with its reasons.
func (n *node) status(name string) (Status, []StatusReason, error) {
	all := n.each(name)
	if len(all) > 1 {
		return "", nil, unreadable(n.line, "<%s> has %d <%s>; right would be one", n.name, len(all), name)
	}
	var reasons []StatusReason
	for _, told := range n.each("StsRsnInf") {
		why := told.child("Rsn")
		if why == nil {
			why = told.child("StsRsn") // until .03
		}
		if r := (StatusReason{why.firstSaid("Cd", "Prtry"), joined(append(told.each("AddtlInf"), told.each("AddtlStsRsnInf")...))}); r != (StatusReason{}) {
			reasons = append(reasons, r)
		}
	}
	return Status(n.said(name)), reasons, nil
}

// sent is how many payments the bank counted, and their sum.
func (n *node) sent() (s Sent, err error) {
	if count := n.child("OrgnlNbOfTxs"); count != nil {
		payments, err := strconv.Atoi(count.text)
		if err != nil || payments < 0 {
			return s, unreadable(count.line, "<OrgnlNbOfTxs> has %s; right would be a number", shown(count.text))
		}
		s.Payments = &payments
	}
	if told := n.child("OrgnlCtrlSum"); told != nil {
		sum, ok := exact(told.text, ".")
		if !ok {
			return s, unreadable(told.line, "<OrgnlCtrlSum> has %s; right would be a sum like 1234.50", shown(told.text))
		}
		s.Sum = &sum
	}
	return s, nil
}

// check notes what a person must look at: a status that is not known, a rejection without a reason or with one that is not known.
func (s Status) check(problems *[]string, reasons []StatusReason) {
	switch {
	case s != "" && s.Outcome() == Unclear:
		note(problems, "has status %s, which is not known here", shown(string(s)))
	case s.Outcome() == Rejected && len(reasons) == 0:
		note(problems, "is rejected without a reason")
	}
	for _, r := range reasons {
		if _, known := ReasonOf(r.Code); s.Outcome() == Rejected && !known {
			note(problems, "has reason %s, which is not known here", shown(r.Code))
		}
	}
}
