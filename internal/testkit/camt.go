package testkit

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// TrustAccount is the account of the statements that Camt writes: the example of the Dutch banks.
const TrustAccount = "NL91ABNA0417164300"

// Camt writes a file of statements: "1 100.00 150.00: 2026-11-02 50.00 ref text; ..." is the statement with sequence 1 that opens at 100.00 and closes at 150.00,
// with an entry of 50.00 in on that day with the bank's reference (- for none) and a text. A minus is
// money out. Before the text may stand who is at the other side, "<J. Voorbeeld/NL20INGB0001234567> ", the reason of a return, "MD06!", with what was paid when the bank takes a fee on top, "MD06/50.00!", and the end-to-end id, "e2e|". "$text" is what the bank
// charges for its services.
// "#batch" in its place is the debit of a batch of a payment file, with the payments that the bank tells of it, "#batch 60.00=e2e 7.00=e2e".
func Camt(id string, statements ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>%s</MsgId></GrpHdr>`, id)
	for _, s := range statements {
		head, entries, _ := strings.Cut(s, ":")
		parts := strings.Fields(head)
		fmt.Fprintf(&b, `<Stmt><Id>%s-%s</Id><ElctrncSeqNb>%s</ElctrncSeqNb><Acct><Id><IBAN>%s</IBAN></Id><Ccy>EUR</Ccy></Acct>`, id, parts[0], parts[0], TrustAccount)
		first, last := "", ""
		var written strings.Builder
		for e := range strings.SplitSeq(entries, ";") {
			if e = strings.TrimSpace(e); e == "" {
				continue
			}
			told := entryTold(e)
			last = told.day
			if first == "" {
				first = last
			}
			written.WriteString(told.camt())
		}
		if first == "" {
			first, last = "2026-11-02", "2026-11-02"
		}
		fmt.Fprint(&b, camtBalance("OPBD", parts[1], first), camtBalance("CLBD", parts[2], last), written.String(), `</Stmt>`)
	}
	return b.String() + `</BkToCstmrStmt></Document>`
}

// LastDay is the last day of which a file tells, of Camt or an MT940 with its closing balances.
func LastDay(file string) (last calendar.Date) {
	for _, m := range dayTold.FindAllStringSubmatch(file, -1) {
		day := m[1]
		if m[2] != "" {
			day = "20" + m[2] + "-" + m[3] + "-" + m[4]
		}
		if on := calendar.MustParseDate(day); on.After(last) {
			last = on
		}
	}
	return last
}

var dayTold = regexp.MustCompile(`<Dt>([0-9-]{10})</Dt>|:62F:[CD](\d\d)(\d\d)(\d\d)`)

func camtBalance(code, amount, day string) string {
	side := "CRDT"
	if rest, minus := strings.CutPrefix(amount, "-"); minus {
		amount, side = rest, "DBIT"
	}
	return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`, code, amount, side, day)
}

// told is an entry as a story tells it.
type told struct {
	day, amount, reference string
	debit                  bool
	name, iban             string
	reason, endToEnd, text string
	instructed             string // what was paid; the rest is the bank's fee
	fee                    bool
	batch                  string   // of a payment file, that the entry is the debit of
	payments               []string // of the batch: "60.00=end-to-end id"
}

// entryTold reads "2026-11-02 50.00 ref text".
func entryTold(story string) told {
	f := strings.SplitN(story, " ", 4)
	e := told{day: f[0], reference: strings.TrimPrefix(f[2], "-"), name: "P. Betaler", iban: "NL20INGB0001234567", text: f[3]}
	e.amount, e.debit = strings.CutPrefix(f[1], "-")
	if batch, ok := strings.CutPrefix(e.text, "#"); ok {
		words := strings.Fields(batch)
		e.batch, e.payments, e.name, e.iban, e.text = words[0], words[1:], "", "", ""
		return e
	}
	if party, rest, ok := strings.Cut(strings.TrimPrefix(e.text, "<"), "> "); ok && strings.HasPrefix(e.text, "<") {
		e.name, e.iban, _ = strings.Cut(party, "/")
		e.text = rest
	}
	if code, rest, ok := strings.Cut(e.text, "!"); ok {
		e.reason, e.instructed, _ = strings.Cut(code, "/")
		e.text = rest
	}
	e.text, e.fee = strings.CutPrefix(e.text, "$")
	if id, rest, ok := strings.Cut(e.text, "|"); ok {
		e.endToEnd, e.text = id, rest
	}
	e.text = strings.TrimSpace(e.text)
	return e
}

func (e told) camt() string {
	side := "CRDT"
	if e.debit {
		side = "DBIT"
	}
	ref, details := "", e.camtPayment("", e.endToEnd)
	if e.instructed != "" {
		details = e.camtPayment(`<AmtDtls><InstdAmt><Amt Ccy="EUR">`+e.instructed+`</Amt></InstdAmt></AmtDtls>`, e.endToEnd)
	}
	if e.reference != "" {
		ref = `<AcctSvcrRef>` + e.reference + `</AcctSvcrRef>`
	}
	if e.batch != "" {
		details = `<Btch><PmtInfId>` + e.batch + `</PmtInfId></Btch>`
		for _, payment := range e.payments {
			amount, id, _ := strings.Cut(payment, "=")
			details += e.camtPayment(`<AmtDtls><TxAmt><Amt Ccy="EUR">`+amount+`</Amt></TxAmt></AmtDtls>`, id)
		}
	}
	if e.fee {
		ref += `<BkTxCd><Domn><Cd>ACMT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>`
	}
	return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt>%s<NtryDtls>%s</NtryDtls></Ntry>`,
		e.amount, side, e.day, e.day, ref, details)
}

func (e told) camtPayment(amount, endToEnd string) string {
	role, reason := "Dbtr", ""
	if e.debit {
		role = "Cdtr"
	}
	if e.reason != "" {
		reason = `<RtrInf><Rsn><Cd>` + e.reason + `</Cd></Rsn></RtrInf>`
	}
	return fmt.Sprintf(`<TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs>%s
		<RltdPties><%s><Nm>%s</Nm></%s><%sAcct><Id><IBAN>%s</IBAN></Id></%sAcct></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf>%s</TxDtls>`,
		endToEnd, amount, role, e.name, role, role, e.iban, role, e.text, reason)
}
