package bank_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/bank"
)

const (
	ours   = "<Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>"
	amount = `<Amt Ccy="EUR">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>`
	booked = "<Sts>BOOK</Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><ValDt><Dt>2026-11-25</Dt></ValDt>"
)

// camt is a message of one statement. The kind is 052, 053 or 054 with the version: "053.001.08".
func camt(kind, inside string) string {
	element, statement := "BkToCstmrStmt", "Stmt"
	switch kind[:3] {
	case "052":
		element, statement = "BkToCstmrAcctRpt", "Rpt"
	case "054":
		element, statement = "BkToCstmrDbtCdtNtfctn", "Ntfctn"
	}
	return fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.%s\"><%s><GrpHdr><MsgId>M</MsgId></GrpHdr>\n<%s>%s\n</%s></%s></Document>\n",
		kind, element, statement, inside, statement, element)
}

func balance(code, amount, side string) string {
	return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>2026-11-25</Dt></Dt></Bal>`, code, amount, side)
}

// entry is an entry of 10.00 in, with more inside.
func entry(inside string) string { return "<Ntry>" + amount + booked + inside + "</Ntry>" }

// payment is an entry of one payment.
func payment(inside string) string {
	return entry("<NtryDtls><TxDtls>" + inside + "</TxDtls></NtryDtls>")
}

func TestCamtStatements(t *testing.T) {
	t.Parallel()
	in := func(amount, side string) string {
		return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd>%s</Ntry>`, amount, side, booked)
	}
	for _, c := range []struct{ story, text, want string }{
		{"overdrawn: the opening balance is negative", camt("053.001.08", ours+balance("OPBD", "5.00", "DBIT")+balance("CLBD", "5.00", "CRDT")+in("10.00", "CRDT")), "-5.00 5.00 1 10.00 0 0.00 0 true"},
		{"the balances stand after the entries", camt("053.001.08", ours+in("10.00", "CRDT")+balance("OPBD", "5.00", "CRDT")+balance("CLBD", "15.00", "CRDT")), "5.00 15.00 1 10.00 0 0.00 0 true"},
		{"it opens with the closing balance of the day before", camt("053.001.02", ours+balance("PRCD", "5.00", "CRDT")+balance("CLBD", "15.00", "CRDT")+in("10.00", "CRDT")), "5.00 15.00 1 10.00 0 0.00 0 true"},
		{"a page between: two balances of the day", camt("053.001.08", ours+balance("ITBD", "5.00", "CRDT")+balance("ITBD", "15.00", "CRDT")+in("10.00", "CRDT")), "5.00 15.00 1 10.00 0 0.00 0 true"},
		{"a report of the day opens and has come so far", camt("052.001.06", ours+balance("OPBD", "5.00", "CRDT")+balance("ITBD", "15.00", "CRDT")+in("10.00", "CRDT")), "5.00 15.00 1 10.00 0 0.00 0 true"},
		{"available balances are no booked ones", camt("053.001.08", ours+balance("OPAV", "5.00", "CRDT")+balance("CLAV", "15.00", "CRDT")+in("10.00", "CRDT")), "null null 1 10.00 0 0.00 0 null"},
		{"half a cent", camt("053.001.08", ours+balance("OPBD", "0.005", "CRDT")+balance("CLBD", "10.01", "CRDT")+in("10.00500", "CRDT")), "0.005 10.01 1 10.005 0 0.00 0 true"},
		{"a cent off", camt("053.001.08", ours+balance("OPBD", "5.00", "CRDT")+balance("CLBD", "15.01", "CRDT")+in("10", "CRDT")), "5.00 15.01 1 10.00 0 0.00 0 false"},
		{"a reversal is booked on the side that it says", camt("053.001.08", ours+balance("OPBD", "20.00", "CRDT")+balance("CLBD", "10.00", "CRDT")+strings.Replace(in("10.00", "DBIT"), "<Sts>", "<RvslInd>true</RvslInd><Sts>", 1)), "20.00 10.00 0 0.00 1 10.00 0 true"},
		{"it opens in euros and closes in dollars", camt("053.001.08", ours+balance("OPBD", "5.00", "CRDT")+strings.Replace(balance("CLBD", "15.00", "CRDT"), "EUR", "USD", 1)+in("10.00", "CRDT")), "5.00 15.00 1 10.00 0 0.00 0 false"},
		{"no entry", camt("053.001.08", ours+balance("OPBD", "5.00", "CRDT")+balance("CLBD", "5.00", "CRDT")), "5.00 5.00 0 0.00 0 0.00 0 true"},
		{"a version that does not exist yet", camt("053.001.14", ours+balance("OPBD", "5.00", "CRDT")+balance("CLBD", "15.00", "CRDT")+in("10.00", "CRDT")), "5.00 15.00 1 10.00 0 0.00 0 true"},
		{"elements that nobody knows", camt("053.001.08", ours+"<New><Ntry>no entry</Ntry></New>"+balance("OPBD", "5.00", "CRDT")+in("10.00", "CRDT")), "5.00 null 1 10.00 0 0.00 0 null"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			in, err := bank.Inspect(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := line(in.Statements[0]); got != "NL91ABNA0417164300 EUR "+c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestCamtEntries(t *testing.T) {
	t.Parallel()
	party := func(role, name, iban string) string {
		return fmt.Sprintf("<%[1]s><Pty><Nm>%[2]s</Nm></Pty></%[1]s><%[1]sAcct><Id><IBAN>%[3]s</IBAN></Id></%[1]sAcct>", role, name, iban)
	}
	debtor, creditor := party("Dbtr", "Piet", "NL20INGB0001234567"), party("Cdtr", "Wij", "NL91 ABNA 0417 1643 00")
	const day = "+10.00 2026-11-25 2026-11-25 "
	for _, c := range []struct{ story, entry, want string }{
		{"who pays is the debtor", payment("<RltdPties>" + debtor + creditor + "</RltdPties>"), day + "name=Piet account=NL20INGB0001234567 e2e= ref=[] text="},
		{"money in by a payout that came back: the other side was its creditor", payment("<RltdPties>" +
			party("Dbtr", "Wij", "NL91ABNA0417164300") + party("Cdtr", "Klant", "NL20INGB0001234567") + "</RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"), day + "name=Klant account=NL20INGB0001234567 e2e= ref=[] text= returned AC04"},
		{"on behalf of another", payment("<RltdPties>" + debtor + "<UltmtDbtr><Nm>Moeder</Nm></UltmtDbtr></RltdPties>"), day + "name=Piet account=NL20INGB0001234567 e2e= ref=[] text= for Moeder"},
		{"no account but a number", payment("<RltdPties><DbtrAcct><Id><Othr><Id>12345</Id></Othr></Id></DbtrAcct></RltdPties>"), day + "name= account=12345 e2e= ref=[] text="},
		{"two references and two texts", payment("<Refs><EndToEndId>E1</EndToEndId></Refs><RmtInf><Ustrd>een</Ustrd><Ustrd>twee</Ustrd><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>CUR</Issr></Tp><Ref>5000056789012345</Ref></CdtrRefInf></Strd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>"),
			day + "name= account= e2e=E1 ref=[5000056789012345 RF18539007547034] text=een twee"},
		{"a reference that is wrong is passed on", payment("<RmtInf><Strd><CdtrRefInf><Ref>5000056789012346</Ref></CdtrRefInf></Strd></RmtInf>"), day + "name= account= e2e= ref=[5000056789012346] text="},
		{"NOTPROVIDED is no reference", payment("<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"), day + "name= account= e2e= ref=[] text="},
		{"announced in .02", strings.Replace(entry(""), "BOOK", "PDNG", 1), day + "name= account= e2e= ref=[] text= pending"},
		{"announced in .08", strings.Replace(entry(""), "<Sts>BOOK</Sts>", "<Sts><Cd>INFO</Cd></Sts>", 1), day + "name= account= e2e= ref=[] text= pending"},
		{"no status in a statement is booked", strings.Replace(entry(""), "<Sts>BOOK</Sts>", "", 1), day + "name= account= e2e= ref=[] text="},
		{"booked just before midnight elsewhere: the date as written", strings.Replace(entry(""), "<BookgDt><Dt>2026-11-25</Dt>", "<BookgDt><DtTm>2026-11-25T23:59:59-08:00</DtTm>", 1), day + "name= account= e2e= ref=[] text="},
		{"a date that holds an instant", strings.Replace(entry(""), "<BookgDt><Dt>2026-11-25", "<BookgDt><Dt>2026-11-25T00:00:00Z", 1), day + "name= account= e2e= ref=[] text="},
		{"no booking date", strings.Replace(entry(""), "<BookgDt><Dt>2026-11-25</Dt></BookgDt>", "", 1), "+10.00  2026-11-25 name= account= e2e= ref=[] text="},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := said(entries(t, camt("053.001.08", ours+c.entry))[0]); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// Without the account of the statement the side tells who is the other, and a reversal keeps the roles of what it takes back.
func TestTheOtherSideByRole(t *testing.T) {
	t.Parallel()
	both := payment("<RltdPties><Dbtr><Nm>Betaler</Nm></Dbtr><Cdtr><Nm>Ontvanger</Nm></Cdtr></RltdPties>")
	out := strings.Replace(both, "CRDT", "DBIT", 1)
	told := func(bic string) string {
		return "<RltdPties><Cdtr><Nm>Ontvanger</Nm></Cdtr></RltdPties><RltdAgts><DbtrAgt><FinInstnId><" + bic + ">INGBNL2A</" + bic + "></FinInstnId></DbtrAgt></RltdAgts>"
	}
	back := func(e string) string { return strings.Replace(e, "<Sts>", "<RvslInd>true</RvslInd><Sts>", 1) }
	for _, c := range []struct{ story, entry, want string }{
		{"money in", both, "Betaler"},
		{"money out", out, "Ontvanger"},
		{"money in that takes a payment out back", back(both), "Ontvanger"},
		{"money out that takes a payment in back", back(out), "Betaler"},
		{"money in of which only the payer's bank is told: it is not our own name", payment(told("BICFI")), ""},
		{"and by the older element", payment(told("BIC")), ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := entries(t, camt("053.001.02", c.entry))[0].Transactions[0].Counterparty.Name; got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Only a statement of booked entries may leave the status out.
func TestNoStatus(t *testing.T) {
	t.Parallel()
	without := strings.Replace(entry(""), "<Sts>BOOK</Sts>", "", 1)
	for kind, want := range map[string]bool{"053.001.08": true, "052.001.08": false, "054.001.08": false} {
		if got := entries(t, camt(kind, ours+without))[0].Booked; got != want {
			t.Errorf("camt.%s: booked %v", kind, got)
		}
	}
}

// A batch may be booked by its payments only when these add up to it.
func TestBatches(t *testing.T) {
	t.Parallel()
	tx := func(inside string) string { return "<TxDtls>" + inside + "</TxDtls>" }
	eur := func(amount string) string { return `<Amt Ccy="EUR">` + amount + "</Amt>" }
	for _, c := range []struct {
		story, details, amounts, problem string
		split                            bool
	}{
		{".08: the amount in the payment", tx(eur("4.00")) + tx(eur("6.00")), "4.00 6.00", "", true},
		{".02: the amount in the details", tx("<AmtDtls><TxAmt>"+eur("4.00")+"</TxAmt></AmtDtls>") + tx("<AmtDtls><TxAmt>"+eur("6.00")+"</TxAmt></AmtDtls>"), "4.00 6.00", "", true},
		{"one goes the other way", tx(eur("12.00")) + tx(eur("2.00")+"<CdtDbtInd>DBIT</CdtDbtInd>"), "12.00 2.00", "", true},
		{"one payment without an amount is the entry", tx(""), "10.00", "", true},
		{"a single payment of another amount", tx(eur("9.00")), "9.00", "amount is EUR 10.00, what is told of its payments (1) adds up to 9.00", false},
		{"a cent short", tx(eur("4.00")) + tx(eur("5.99")), "4.00 5.99", "amount is EUR 10.00, what is told of its payments (2) adds up to 9.99", false},
		{"two without an amount", tx("") + tx(""), "0.00 0.00", "amount is in EUR, and what is told of its payments (2) is not, or has no amount", false},
		{"one in dollars", tx(eur("4.00")) + tx(`<Amt Ccy="USD">6.00</Amt>`), "4.00 6.00", "amount is in EUR, and what is told of its payments (2) is not, or has no amount", false},
		{"one is missing", "<Btch><PmtInfId>B1</PmtInfId><NbOfTxs>3</NbOfTxs></Btch>" + tx(eur("4.00")) + tx(eur("6.00")), "4.00 6.00", "says it is a batch of 3 payments, it has 2", true},
		{"a batch of which nothing is told", "<Btch><NbOfTxs>3</NbOfTxs></Btch>", "10.00", "", true},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			e := entries(t, camt("053.001.08", ours+entry("<NtryDtls>"+c.details+"</NtryDtls>")))[0]
			var amounts []string
			for _, p := range e.Transactions {
				amounts = append(amounts, bank.Text(p.Amount))
			}
			if d := cmp.Diff([]string{c.amounts, c.problem, fmt.Sprint(c.split)}, []string{strings.Join(amounts, " "), strings.Join(e.Problems, "; "), fmt.Sprint(e.Split)}); d != "" {
				t.Error(d)
			}
		})
	}
}

// A return by direct debit is more than what was collected: the bank's fee is apart.
func TestChargesAreApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, charges string }{
		{"until .06", `<Chrgs><Amt Ccy="EUR">0.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs>`},
		{"later", `<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.50</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">0.50</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>`},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			p := entries(t, camt("053.001.08", ours+payment(`<AmtDtls><InstdAmt><Amt Ccy="EUR">9.50</Amt></InstdAmt></AmtDtls>`+c.charges)))[0].Transactions[0]
			if len(p.Charges) != 1 || bank.Text(p.Charges[0].Amount) != "0.50" || p.Charges[0].Direction != bank.Debit || p.Instructed == nil || bank.Text(p.Instructed.Amount) != "9.50" || bank.Text(p.Amount) != "10.00" {
				t.Errorf("%+v", p)
			}
		})
	}
}
