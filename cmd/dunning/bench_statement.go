package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
)

// benchStatement is a file of one statement with n entries, as a bank writes it.
type benchStatement struct{ name, begin, entry, end string }

var benchStatements = []benchStatement{
	{"statement_camt", `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>B</MsgId></GrpHdr><Stmt><Id>B</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>
`, `<Ntry><Amt Ccy="EUR">125.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt><ValDt><Dt>2026-11-25</Dt></ValDt><AcctSvcrRef>B%08d</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>A. Voorbeeld</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>NL20INGB0001234567</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
`, `</Stmt></BkToCstmrStmt></Document>
`},
	{"statement_mt940", ":20:B\n:25:NL91ABNA0417164300\n:28C:1/1\n:60F:C261124EUR100,00\n",
		":61:2611251125C125,50NTRFEREF//B%08d\n/TRCD/00100/\n:86:/EREF/NOTPROVIDED//CNTP/NL20INGB0001234567/INGBNL2A/A. Voorbeeld//\n/REMI/STRD/ISO/RF18539007547034/\n", ":62F:C261125EUR100,00\n-\n"},
}

// file writes the file.
func (s benchStatement) file(n int) string {
	var b strings.Builder
	b.WriteString(s.begin)
	for i := range n {
		fmt.Fprintf(&b, s.entry, i)
	}
	b.WriteString(s.end)
	return b.String()
}

// measureStatement reads a statement in each format.
func (b *bench) measureStatement(context.Context) error {
	for _, s := range benchStatements {
		n := b.of(50_000)
		file := s.file(n)
		began, cpu := time.Now(), ownCPU()
		in, err := bank.Inspect(strings.NewReader(file))
		if err != nil {
			return err
		}
		took, used := time.Since(began).Seconds(), ownCPU()-cpu
		if got := in.Statements[0].All.Entries(); got != n {
			return fmt.Errorf("read %d entries of %d", got, n)
		}
		b.figure(s.name, float64(n)/took, "entries/s")
		b.figure(s.name+"_rate", float64(len(file))/1e6/took, "MB/s")
		b.figure(s.name+"_cpu", float64(used.Microseconds())/float64(n), "us")
	}
	return nil
}
