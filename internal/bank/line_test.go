package bank_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/bank"
)

const trustIBAN = "NL91ABNA0417164300"

// entryXML is a statement with one entry of 10.00.
func entryXML(side, head, details string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Acct><Id><IBAN>` + trustIBAN + `</IBAN></Id><Ccy>EUR</Ccy></Acct><Ntry><Amt Ccy="EUR">10.00</Amt><CdtDbtInd>` + side +
		`</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt>` + head + `<NtryDtls>` + details + `</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>`
}

func onePayment(amount, rest string) string {
	return `<TxDtls>` + rest + `<Amt Ccy="EUR">` + amount + `</Amt></TxDtls>`
}

func linesOf(t *testing.T, text string) (lines []bank.Line) {
	t.Helper()
	_, err := bank.Read(strings.NewReader(text), bank.Handler{Entry: func(s *bank.Statement, e *bank.Entry) error {
		more, err := e.Lines(trustIBAN, "EUR")
		lines = append(lines, more...)
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestWhatALineIs(t *testing.T) {
	t.Parallel()
	returned := `<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>`
	for _, c := range []struct{ story, side, head, details, want string }{
		{"money in", "CRDT", "", onePayment("10.00", ""), "receipt 10.00"},
		{"without details", "CRDT", "", "", "receipt 10.00"},
		{"a batch that adds up", "CRDT", "", onePayment("4.00", "") + onePayment("6.00", ""), "receipt 4.00, receipt 6.00"},
		{"a batch that does not", "CRDT", "", onePayment("4.00", "") + onePayment("5.00", ""), "receipt 10.00"},
		{"a batch of which one came back", "DBIT", "", onePayment("4.00", returned) + onePayment("6.00", ""), "return 4.00, unknown 6.00"},
		{"a payment of ours came back", "CRDT", "", onePayment("10.00", returned), "payout-returned 10.00"},
		{"a payment of ours was reversed", "CRDT", "<RvslInd>true</RvslInd>", onePayment("10.00", ""), "payout-returned 10.00"},
		{"a storno", "DBIT", "", onePayment("10.00", returned), "return 10.00"},
		{"a receipt was reversed", "DBIT", "<RvslInd>true</RvslInd>", onePayment("10.00", ""), "return 10.00"},
		{"a fee", "DBIT", "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>", "", "fee 10.00"},
		{"a payment of ours, by the bank's code", "DBIT", "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>", onePayment("10.00", ""), "payout 10.00"},
		{"a payment of ours, by its file", "DBIT", "", `<Btch><PmtInfId>run-1</PmtInfId></Btch>` + onePayment("10.00", ""), "payout 10.00"},
		{"money out", "DBIT", "", onePayment("10.00", ""), "unknown 10.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, l := range linesOf(t, entryXML(c.side, c.head, c.details)) {
				got = append(got, fmt.Sprintf("%s %s", l.Kind, l.Amount))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What was paid is what came back with what the bank charged for that, when the bank tells its charge and not the payment.
func TestWhatCameBackTellsWhatWasPaid(t *testing.T) {
	t.Parallel()
	back, charge := `<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>`, func(amount, side string) string {
		return `<Chrgs><Rcrd><Amt Ccy="` + amount[:3] + `">` + amount[4:] + `</Amt><CdtDbtInd>` + side + `</CdtDbtInd></Rcrd></Chrgs>`
	}
	for _, c := range []struct{ story, side, head, details, want string }{
		{"taken back with a charge on top", "DBIT", "", back + charge("EUR 0.50", "DBIT"), "9.50"},
		{"brought back less a charge", "CRDT", "", back + charge("EUR 0.50", "DBIT"), "10.50"},
		{"the charge stands at the entry", "CRDT", charge("EUR 0.50", "DBIT"), back, "10.50"},
		{"the charge stands at the entry, of two payments", "CRDT", charge("EUR 0.50", "DBIT"), `<AmtDtls><TxAmt><Amt Ccy="EUR">6.00</Amt></TxAmt></AmtDtls>` + back + `</TxDtls><TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">4.00</Amt></TxAmt></AmtDtls>` + back, "0.00"},
		{"two charges, and one given back", "CRDT", "", back + charge("EUR 0.50", "DBIT") + charge("EUR 0.40", "DBIT") + charge("EUR 0.10", "CRDT"), "10.80"},
		{"what was paid is told too", "CRDT", "", back + `<AmtDtls><InstdAmt><Amt Ccy="EUR">12.00</Amt></InstdAmt></AmtDtls>` + charge("EUR 0.50", "DBIT"), "12.00"},
		{"the charge has no side", "CRDT", "", back + `<Chrgs><Rcrd><Amt Ccy="EUR">0.50</Amt></Rcrd></Chrgs>`, "10.50"},
		{"the charge has no side, at the entry", "CRDT", `<Chrgs><Rcrd><Amt Ccy="EUR">0.50</Amt></Rcrd></Chrgs>`, back, "10.50"},
		{"the charge is booked apart", "DBIT", "", back + strings.Replace(charge("EUR 0.50", "DBIT"), "</CdtDbtInd>", "</CdtDbtInd><ChrgInclInd>false</ChrgInclInd>", 1), "0.00"},
		{"the charge is said to be in it", "DBIT", "", back + strings.Replace(charge("EUR 0.50", "DBIT"), "</CdtDbtInd>", "</CdtDbtInd><ChrgInclInd>true</ChrgInclInd>", 1), "9.50"},
		{"a charge in another currency", "CRDT", "", back + charge("USD 0.50", "DBIT"), "0.00"},
		{"a charge of money that came in", "CRDT", "", charge("EUR 0.50", "DBIT"), "0.00"},
		{"no charge", "CRDT", "", back, "0.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			l := linesOf(t, entryXML(c.side, c.head, "<TxDtls>"+c.details+"</TxDtls>"))[0]
			if l.Instructed.String() != c.want {
				t.Errorf("%s, want %s", l.Instructed, c.want)
			}
			if derived := l.Instructed != 0 && !strings.Contains(c.details, "InstdAmt"); l.Derived != derived {
				t.Errorf("derived %t, want %t", l.Derived, derived)
			}
		})
	}
}

func TestSurveyKnowsTheSameContentAgain(t *testing.T) {
	t.Parallel()
	statement := func(id, opening, entries string) string {
		balance := func(code, amount string) string {
			return `<Bal><Tp><CdOrPrtry><Cd>` + code + `</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-02</Dt></Dt></Bal>`
		}
		return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>` + id + `</MsgId></GrpHdr><Stmt><Id>` + id + `</Id><Acct><Id><IBAN>` + trustIBAN + `</IBAN></Id><Ccy>EUR</Ccy></Acct>` +
			balance("OPBD", opening) + balance("CLBD", "9.00") + entries + `</Stmt></BkToCstmrStmt></Document>`
	}
	entry := func(amount, label string) string {
		return `<Ntry><NtryRef>` + label + `</NtryRef><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt></Ntry>`
	}
	of := func(text string) string {
		all, err := bank.Survey(strings.NewReader(text), bank.Accounts{trustIBAN: trustIBAN})
		if err != nil {
			t.Fatal(err)
		}
		return all[0].Fingerprint
	}
	first := of(statement("m", "0.00", entry("4.00", "1")+entry("5.00", "2")))
	for story, c := range map[string]struct {
		text string
		same bool
	}{
		"other names":         {statement("n", "0.00", entry("4.00", "7")+entry("5.00", "8")), true},
		"in another order":    {statement("m", "0.00", entry("5.00", "1")+entry("4.00", "2")), true},
		"another opening":     {statement("m", "1.00", entry("4.00", "1")+entry("5.00", "2")), false},
		"an entry more":       {statement("m", "0.00", entry("4.00", "1")+entry("5.00", "2")+entry("5.00", "2")), false},
		"an entry of its own": {statement("m", "0.00", entry("4.00", "1")+entry("5.01", "2")), false},
	} {
		if got := of(c.text); (got == first) != c.same {
			t.Errorf("%s: %s, first %s", story, got, first)
		}
	}
}

func TestAccountsAsBanksWriteThem(t *testing.T) {
	t.Parallel()
	accounts, err := bank.ParseAccounts("NL91ABNA0417164300, 878787878=NL20INGB0001234567")
	if err != nil {
		t.Fatal(err)
	}
	for told, want := range map[string]string{
		"NL91 ABNA 0417 1643 00": "NL91ABNA0417164300", "nl91abna0417164300": "NL91ABNA0417164300", "0878787878": "NL20INGB0001234567", "8787.87.878": "NL20INGB0001234567", "NL20INGB0001234567": "NL20INGB0001234567",
		"417164300": "", "": "",
	} {
		if got, ok := accounts.IBAN(told); got != want || ok != (want != "") {
			t.Errorf("%s: %s", told, got)
		}
	}
	for _, wrong := range []string{"NL91ABNA0417164301", "417164300", "1=2"} {
		if _, err := bank.ParseAccounts(wrong); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
