package testkit

import (
	"fmt"
	"strings"
)

// TrustAccount is the account of the statements that Camt writes: the example of the Dutch banks.
const TrustAccount = "NL91ABNA0417164300"

// Camt writes a file of statements: "1 100.00 150.00: 2026-11-02 50.00 ref text; ..." is the statement with sequence 1 that opens at 100.00 and closes at 150.00,
// with an entry of 50.00 in on that day with the bank's reference (- for none) and a text. A minus is
// money out. Before the text may stand who is at the other side, "<J. Voorbeeld/NL20INGB0001234567> ", the reason of a return, "MD06!", and the end-to-end id, "e2e|".
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
			f := strings.SplitN(e, " ", 4)
			last = f[0]
			if first == "" {
				first = last
			}
			written.WriteString(camtEntry(f[0], f[1], f[2], f[3]))
		}
		if first == "" {
			first, last = "2026-11-02", "2026-11-02"
		}
		fmt.Fprint(&b, camtBalance("OPBD", parts[1], first), camtBalance("CLBD", parts[2], last), written.String(), `</Stmt>`)
	}
	return b.String() + `</BkToCstmrStmt></Document>`
}

func camtBalance(code, amount, day string) string {
	side := "CRDT"
	if rest, minus := strings.CutPrefix(amount, "-"); minus {
		amount, side = rest, "DBIT"
	}
	return fmt.Sprintf(`<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>`, code, amount, side, day)
}

func camtEntry(day, amount, ref, text string) string {
	name, iban := "P. Betaler", "NL20INGB0001234567"
	if party, rest, ok := strings.Cut(strings.TrimPrefix(text, "<"), "> "); ok && strings.HasPrefix(text, "<") {
		name, iban, _ = strings.Cut(party, "/")
		text = rest
	}
	side, role := "CRDT", "Dbtr"
	if rest, minus := strings.CutPrefix(amount, "-"); minus {
		amount, side, role = rest, "DBIT", "Cdtr"
	}
	reason := ""
	if code, rest, ok := strings.Cut(text, "!"); ok {
		reason, text = `<RtrInf><Rsn><Cd>`+code+`</Cd></Rsn></RtrInf>`, rest
	}
	if ref == "-" {
		ref = ""
	} else {
		ref = `<AcctSvcrRef>` + ref + `</AcctSvcrRef>`
	}
	e2e, told, ok := strings.Cut(text, "|")
	if !ok {
		e2e, told = "", text
	}
	return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>%s</Dt></BookgDt><ValDt><Dt>%s</Dt></ValDt>%s<NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs>
		<RltdPties><%s><Nm>%s</Nm></%s><%sAcct><Id><IBAN>%s</IBAN></Id></%sAcct></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf>%s</TxDtls></NtryDtls></Ntry>`,
		amount, side, day, day, ref, e2e, role, name, role, role, iban, role, strings.TrimSpace(told), reason)
}
