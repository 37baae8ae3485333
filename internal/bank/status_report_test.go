package bank_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/bank"
)

// pain002 is a report on a file: of the file as a whole, and what is inside of it.
func pain002(version, group, inside string) string {
	return fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.%s\"><CstmrPmtStsRpt>"+
		"<GrpHdr><MsgId>R-1</MsgId><CreDtTm>2026-11-25T12:00:00</CreDtTm></GrpHdr>\n"+
		"<OrgnlGrpInfAndSts><OrgnlMsgId>PAYOUT-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>%s</OrgnlGrpInfAndSts>\n%s\n</CstmrPmtStsRpt></Document>\n", version, group, inside)
}

func batchStatus(inside string) string {
	return "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B-1</OrgnlPmtInfId>" + inside + "</OrgnlPmtInfAndSts>"
}

func reason(code, info string) string {
	text := "<StsRsnInf><Rsn><Cd>" + code + "</Cd></Rsn>"
	if info != "" {
		text += "<AddtlInf>" + info + "</AddtlInf>"
	}
	return text + "</StsRsnInf>"
}

func paymentStatus(id, inside string) string {
	return "<TxInfAndSts><OrgnlEndToEndId>" + id + "</OrgnlEndToEndId>" + inside + "</TxInfAndSts>"
}

// statuses reads a report and tells it in lines.
func statuses(text string) ([]string, error) {
	var told []string
	tell := func(s bank.Status, reasons []bank.StatusReason, problems []string, format string, args ...any) {
		line := fmt.Sprintf(format, args...) + fmt.Sprintf(" %s=%s", s, s.Outcome())
		for _, r := range reasons {
			line += fmt.Sprintf(" [%s %s]", r.Code, r.Info)
		}
		told = append(told, strings.TrimSuffix(line+" !"+strings.Join(problems, "; "), " !"))
	}
	sent := func(s bank.Sent) string {
		text := ""
		if s.Payments != nil {
			text += fmt.Sprintf(" %d", *s.Payments)
		}
		if s.Sum != nil {
			text += " " + bank.Text(*s.Sum)
		}
		return text
	}
	err := bank.ReadStatus(strings.NewReader(text), bank.StatusHandler{
		Payment: func(f *bank.FileStatus, b *bank.BatchStatus, p *bank.PaymentStatus) error {
			amount := ""
			if p.Amount != nil {
				amount = " " + p.Amount.Currency + bank.Text(p.Amount.Amount)
			}
			tell(p.Status, p.Reasons, p.Problems, "%s/%s/%s%s", f.MessageID, b.ID, p.EndToEndID, amount)
			return nil
		},
		Batch: func(f *bank.FileStatus, b *bank.BatchStatus) error {
			tell(b.Status, b.Reasons, b.Problems, "%s/%s%s", f.MessageID, b.ID, sent(b.Sent))
			return nil
		},
		File: func(f *bank.FileStatus) error {
			tell(f.Status, f.Reasons, f.Problems, "%s %s of %s%s", f.Format, f.ID, f.Message, sent(f.Sent))
			return nil
		},
	})
	return told, err
}

func TestStatusReports(t *testing.T) {
	t.Parallel()
	const head = "pain.002.001.10 R-1 of pain.001.001.09 "
	for _, c := range []struct {
		story, text string
		want        []string
	}{
		{"right in form", pain002("10", "<GrpSts>ACTC</GrpSts>", ""), []string{head + "ACTC=accepted"}},
		{"right for the customer, with what the bank counted", pain002("10", "<OrgnlNbOfTxs>2</OrgnlNbOfTxs><OrgnlCtrlSum>1375.29</OrgnlCtrlSum><GrpSts>ACCP</GrpSts>", ""), []string{head + "2 1375.29 ACCP=accepted"}},
		{"rejected whole", pain002("10", "<GrpSts>RJCT</GrpSts>"+reason("FF01", "regel 12"), ""), []string{head + "RJCT=rejected [FF01 regel 12]"}},
		{"a batch is rejected", pain002("10", "", batchStatus("<PmtInfSts>RJCT</PmtInfSts>"+reason("AM04", ""))), []string{"PAYOUT-1/B-1 RJCT=rejected [AM04 ]", head + "=unclear"}},
		{"a payment of a part is rejected, another is accepted, and of a third it is not told", pain002("10", "<GrpSts>PART</GrpSts>", batchStatus("<OrgnlNbOfTxs>3</OrgnlNbOfTxs><PmtInfSts>PART</PmtInfSts>"+
			paymentStatus("P-1", `<TxSts>RJCT</TxSts>`+reason("AC04", "")+`<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">37.63</InstdAmt></Amt></OrgnlTxRef>`)+paymentStatus("P-2", "<TxSts>ACSP</TxSts>")+paymentStatus("P-3", ""))),
			[]string{"PAYOUT-1/B-1/P-1 EUR37.63 RJCT=rejected [AC04 ]", "PAYOUT-1/B-1/P-2 ACSP=accepted", "PAYOUT-1/B-1/P-3 =unclear !has no status, nor has what it is part of",
				"PAYOUT-1/B-1 3 PART=partly", head + "PART=partly"}},
		{"a payment has the status of its batch", pain002("10", "<GrpSts>PART</GrpSts>", batchStatus("<PmtInfSts>RJCT</PmtInfSts>"+reason("MD02", "")+paymentStatus("P-1", reason("MD02", "")))),
			[]string{"PAYOUT-1/B-1/P-1 RJCT=rejected [MD02 ]", "PAYOUT-1/B-1 RJCT=rejected [MD02 ]", head + "PART=partly"}},
		{"or else of the file", pain002("10", "<GrpSts>ACCP</GrpSts>", batchStatus(paymentStatus("P-1", ""))), []string{"PAYOUT-1/B-1/P-1 ACCP=accepted", "PAYOUT-1/B-1 =unclear", head + "ACCP=accepted"}},
		{"two reasons, one of the bank's own", pain002("03", "<GrpSts>RJCT</GrpSts>"+reason("RR04", "")+"<StsRsnInf><Rsn><Prtry>XX99</Prtry></Rsn><AddtlInf>bel ons</AddtlInf><AddtlInf>vandaag</AddtlInf></StsRsnInf>", ""),
			[]string{`pain.002.001.03 R-1 of pain.001.001.09 RJCT=rejected [RR04 ] [XX99 bel ons vandaag] !has reason "XX99", which is not known here`}},
		{"rejected, nobody knows why", pain002("10", "<GrpSts>RJCT</GrpSts>", ""), []string{head + "RJCT=rejected !is rejected without a reason"}},
		{"a status of next year", pain002("15", "<GrpSts>NEWS</GrpSts>", ""), []string{`pain.002.001.15 R-1 of pain.001.001.09 NEWS=unclear !has status "NEWS", which is not known here`}},
		{"waiting for a signature", pain002("10", "<GrpSts>PATC</GrpSts>", ""), []string{head + "PATC=pending"}},
		{"a payment that is not named", pain002("10", "<GrpSts>PART</GrpSts>", batchStatus("<TxInfAndSts><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId><TxSts>ACCP</TxSts></TxInfAndSts>")),
			[]string{"PAYOUT-1/B-1/ ACCP=accepted !does not say which payment it is: it has no end-to-end id", "PAYOUT-1/B-1 =unclear", head + "PART=partly"}},
		{"before there were batches in it", strings.NewReplacer("CstmrPmtStsRpt", "pain.002.001.02", "Rsn>", "StsRsn>").Replace(pain002("02", "<GrpSts>PART</GrpSts>", paymentStatus("P-1", "<TxSts>RJCT</TxSts>"+reason("AC01", "")))),
			[]string{"PAYOUT-1//P-1 RJCT=rejected [AC01 ]", "pain.002.001.02 R-1 of pain.001.001.09 PART=partly"}},
		{"elements that nobody knows", pain002("10", "<New/><GrpSts>ACTC</GrpSts>", "<New><TxInfAndSts/></New>"), []string{head + "ACTC=accepted"}},
		{"no namespace", strings.Replace(pain002("10", "<GrpSts>ACTC</GrpSts>", ""), ` xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"`, "", 1), []string{"pain.002 R-1 of pain.001.001.09 ACTC=accepted"}},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			got, err := statuses(c.text)
			if d := cmp.Diff(c.want, got); d != "" || err != nil {
				t.Errorf("%v\n%s", err, d)
			}
		})
	}
}

// The reports of these tests are what a bank may send: those without liberties are valid by the schema.
func TestStatusReportsAreOfTheSchema(t *testing.T) {
	t.Parallel()
	validate(t, "pain.002.001.10", []byte(pain002("10", "<OrgnlNbOfTxs>2</OrgnlNbOfTxs><OrgnlCtrlSum>1375.29</OrgnlCtrlSum><GrpSts>PART</GrpSts>", batchStatus("<PmtInfSts>PART</PmtInfSts>"+
		paymentStatus("P-1", `<TxSts>RJCT</TxSts>`+reason("AC04", "dicht")+`<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">37.63</InstdAmt></Amt></OrgnlTxRef>`)))))
}

// What is no report, or may not be trusted, is refused with the line and the reason.
func TestStatusReportsRefused(t *testing.T) {
	t.Parallel()
	good := pain002("10", "<GrpSts>PART</GrpSts>", batchStatus("<PmtInfSts>PART</PmtInfSts>"+paymentStatus("P-1", `<TxSts>RJCT</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy="EUR">37.63</InstdAmt></Amt></OrgnlTxRef>`)))
	with := func(old, text string) string { return strings.Replace(good, old, text, 1) }
	group := good[strings.Index(good, "<OrgnlGrpInfAndSts>"):strings.Index(good, "<OrgnlPmtInfAndSts>")]
	for _, c := range []struct{ story, text, want string }{
		{"empty", "", "line 1: is empty"},
		{"a letter", "Geachte heer,\n", "line 1: is no XML; right would be a report on a payment file: pain.002"},
		{"a statement", camt("053.001.08", ours+entry("")), "line 1: is camt.053.001.08; right would be a report on a payment file"},
		{"nothing", "<a/>", "line 1: has no report on a payment file"},
		{"another message inside", strings.ReplaceAll(good, "xsd:pain.002", "xsd:pain.001"), "line 2: has <CstmrPmtStsRpt>, which is pain.002, in a document that says it is pain.001.001.10"},
		{"a DOCTYPE", with("<Document", "<!DOCTYPE x>\n<Document"), "line 2: has a DOCTYPE"},
		{"deep", with("<TxSts>", strings.Repeat("<b>", 1000)+"<TxSts>"), "line 4: has more than 64 elements inside each other"},
		{"a text without end", with("PART", strings.Repeat("x", 300<<10)), "line 3: has a tag or text of more than 262144 bytes"},
		{"a payment of many elements", with("<TxSts>", strings.Repeat("<b/>", 30_000)+"<TxSts>"), "line 4: has a payment or balance with more than 20000 elements"},
		{"a batch of many elements", with("<PmtInfSts>", strings.Repeat("<b/>", 30_000)+"<PmtInfSts>"), "line 4: has a payment or balance with more than 20000 elements"},
		{"no file", with("<OrgnlMsgId>PAYOUT-1</OrgnlMsgId>", ""), "line 3: <OrgnlGrpInfAndSts> has 0 <OrgnlMsgId>; right would be one"},
		{"a file without a name", with("PAYOUT-1", ""), "has a batch or payment before it says of which file"},
		{"two files", with(group, group+group), "line 4: has a report on two files"},
		{"the file behind its payments", strings.Replace(strings.Replace(good, group, "", 1), "</CstmrPmtStsRpt>", group+"</CstmrPmtStsRpt>", 1), "line 3: has a batch or payment before it says of which file"},
		{"only a head", with(good[strings.Index(good, "<OrgnlGrpInfAndSts>"):strings.Index(good, "</CstmrPmtStsRpt>")], ""), "line 2: has a report that does not say on which file"},
		{"two statuses", with("<TxSts>", "<TxSts>ACCP</TxSts><TxSts>"), "line 4: <TxInfAndSts> has 2 <TxSts>; right would be one"},
		{"two statuses of the file", with("<GrpSts>", "<GrpSts>ACCP</GrpSts><GrpSts>"), "line 3: <OrgnlGrpInfAndSts> has 2 <GrpSts>"},
		{"two payments in one", with("<TxSts>", "<OrgnlEndToEndId>P-2</OrgnlEndToEndId><TxSts>"), "line 4: has a payment with more than one <OrgnlEndToEndId>"},
		{"a batch without a name", with("<OrgnlPmtInfId>B-1</OrgnlPmtInfId>", ""), "line 4: <OrgnlPmtInfAndSts> has 0 <OrgnlPmtInfId>"},
		{"the status of the batch behind its payments", with("</OrgnlPmtInfAndSts>", "<PmtInfSts>ACCP</PmtInfSts></OrgnlPmtInfAndSts>"), "line 4: has <PmtInfSts> of a batch behind its payments"},
		{"an amount that is none", with("37.63", "37,63"), `line 4: <InstdAmt> has "37,63"`},
		{"a count that is none", with("<GrpSts>", "<OrgnlNbOfTxs>-1</OrgnlNbOfTxs><GrpSts>"), `line 3: <OrgnlNbOfTxs> has "-1"; right would be a number`},
		{"a sum that is none", with("<GrpSts>", "<OrgnlCtrlSum>1e3</OrgnlCtrlSum><GrpSts>"), `line 3: <OrgnlCtrlSum> has "1e3"`},
		{"cut off", good[:len(good)/2], "ends in the middle"},
		{"twice in one", good + strings.SplitN(good, "\n", 2)[1], "has a second document"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			_, err := statuses(c.text)
			var unreadable *bank.UnreadableError
			if !errors.As(err, &unreadable) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// A report that was cut off anywhere is refused: what it does not say may be a rejection.
func TestStatusReportCutOffAnywhere(t *testing.T) {
	t.Parallel()
	text := strings.TrimSpace(pain002("10", "<GrpSts>PART</GrpSts>", batchStatus(paymentStatus("P-1", "<TxSts>RJCT</TxSts>"))))
	for n := range len(text) {
		if _, err := statuses(text[:n]); err == nil {
			t.Fatalf("cut off after %d bytes: %s", n, text[max(0, n-40):n])
		}
	}
}

// A handler may listen to what it needs; its errors come back as they are, and those of the disk are none of the file.
func TestStatusReportErrorsOfOthers(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	text := pain002("10", "", batchStatus(paymentStatus("P-1", "<TxSts>ACCP</TxSts>")))
	if err := bank.ReadStatus(strings.NewReader(text), bank.StatusHandler{}); err != nil {
		t.Error(err)
	}
	for name, h := range map[string]bank.StatusHandler{
		"payment": {Payment: func(*bank.FileStatus, *bank.BatchStatus, *bank.PaymentStatus) error { return broken }},
		"batch":   {Batch: func(*bank.FileStatus, *bank.BatchStatus) error { return broken }},
		"file":    {File: func(*bank.FileStatus) error { return broken }},
	} {
		if err := bank.ReadStatus(strings.NewReader(text), h); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var unreadable *bank.UnreadableError
	if err := bank.ReadStatus(io.MultiReader(strings.NewReader(text[:100]), failing{broken}), bank.StatusHandler{}); !errors.Is(err, broken) || errors.As(err, &unreadable) {
		t.Errorf("reading: %v", err)
	}
}

// Settlement that is completed is told apart from what the bank accepted: of the first nobody can say that it was refused.
func TestWhatABankSaysThatItSettled(t *testing.T) {
	t.Parallel()
	for outcome, statuses := range map[bank.Outcome]string{
		bank.Settled: "ACSC ACCC", bank.Accepted: "ACTC ACCP ACFC ACSP ACWC ACWP", bank.Pending: "RCVD PDNG PATC", bank.Partly: "PART", bank.Rejected: "RJCT CANC", bank.Unclear: "XXXX",
	} {
		for s := range strings.FieldsSeq(statuses) {
			if got := bank.Status(s).Outcome(); got != outcome {
				t.Errorf("%s is %s, want %s", s, got, outcome)
			}
		}
	}
}
