package devstack

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// FakeBankEntry is a line of a statement of a bank that there is not.
type FakeBankEntry struct {
	On         calendar.Date // booked, and value date
	Amount     money.Amount  // minus is money out
	Name, IBAN string        // of the other side
	EndToEnd   string        // of a payment of ours
	Text       string
	Reference  string // the bank's own, of up to 16 letters and digits
}

// FakeBankStatement is a statement of one account. It writes itself as Dutch banks do, for the stories of a machine without a bank: what reads it is the
// product's own.
type FakeBankStatement struct {
	Account string
	Number  int
	Opening money.Amount
	Entries []FakeBankEntry // one at least, in the order of their days
}

// FakeIBAN is the account of somebody of a story at a bank that there is not: alike for the same name.
func FakeIBAN(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash takes everything
	for check := 2; ; check++ {  // one of the 97 is right
		if iban := fmt.Sprintf("NL%02dFAKE%010d", check, h.Sum32()); bank.ValidIBAN(iban) == nil {
			return iban
		}
	}
}

// Closing is the balance after the last entry.
func (s FakeBankStatement) Closing() money.Amount {
	sum := s.Opening
	for _, e := range s.Entries {
		sum += e.Amount
	}
	return sum
}

// days are the first and the last day of the entries.
func (s FakeBankStatement) days() (first, last calendar.Date) {
	return s.Entries[0].On, s.Entries[len(s.Entries)-1].On
}

// Camt053 is the statement as camt.053.001.08.
func (s FakeBankStatement) Camt053() []byte {
	first, last := s.days()
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>S%05[1]d</MsgId><CreDtTm>%[2]sT23:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S%05[1]d</Id><ElctrncSeqNb>%[1]d</ElctrncSeqNb><CreDtTm>%[2]sT23:00:00</CreDtTm><Acct><Id><IBAN>%[3]s</IBAN></Id><Ccy>EUR</Ccy></Acct>
`, s.Number, last, s.Account)
	fmt.Fprint(&b, camtBalance("OPBD", s.Opening, first), camtBalance("CLBD", s.Closing(), last))
	for _, e := range s.Entries {
		role := "Dbtr"
		if e.Amount < 0 {
			role = "Cdtr"
		}
		fmt.Fprintf(&b, `<Ntry>%[1]s<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%[2]s</Dt></BookgDt><ValDt><Dt>%[2]s</Dt></ValDt><AcctSvcrRef>%[3]s</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>%[4]s</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>%[5]s</EndToEndId></Refs><RltdPties><%[6]s><Pty><Nm>%[7]s</Nm></Pty></%[6]s><%[6]sAcct><Id><IBAN>%[8]s</IBAN></Id></%[6]sAcct></RltdPties><RmtInf><Ustrd>%[9]s</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
`, camtAmount(e.Amount), e.On, e.Reference, map[string]string{"Dbtr": "RCDT", "Cdtr": "ICDT"}[role], orNotProvided(e.EndToEnd), role, escaped(e.Name), e.IBAN, escaped(e.Text))
	}
	b.WriteString("</Stmt></BkToCstmrStmt></Document>\n")
	return []byte(b.String())
}

func camtBalance(code string, balance money.Amount, on calendar.Date) string {
	return fmt.Sprintf("<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp>%s<Dt><Dt>%s</Dt></Dt></Bal>\n", code, camtAmount(balance), on)
}

func camtAmount(a money.Amount) string {
	side := "CRDT"
	if a < 0 {
		a, side = -a, "DBIT"
	}
	return fmt.Sprintf(`<Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, a, side)
}

func orNotProvided(id string) string {
	if id == "" {
		return "NOTPROVIDED"
	}
	return id
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}

// MT940 is the statement as MT940 with the slash codes of ABN AMRO.
func (s FakeBankStatement) MT940() []byte {
	first, last := s.days()
	var b strings.Builder
	fmt.Fprintf(&b, ":20:S%05[1]d\n:25:%[2]s\n:28C:%[1]d/1\n:60F:%[3]s\n", s.Number, s.Account, mtBalance(s.Opening, first))
	for _, e := range s.Entries {
		fmt.Fprintf(&b, ":61:%s%s%sNTRFNONREF//%s\n:86:", mtDay(e.On), mtDay(e.On)[2:], mtAmount(e.Amount), e.Reference)
		details := fmt.Sprintf("/TRTP/SEPA OVERBOEKING/IBAN/%s/BIC/INGBNL2A/NAME/%s/REMI/%s/EREF/%s", e.IBAN, e.Name, e.Text, orNotProvided(e.EndToEnd))
		for len(details) > mtWidth {
			fmt.Fprintln(&b, details[:mtWidth])
			details = details[mtWidth:]
		}
		fmt.Fprintln(&b, details)
	}
	fmt.Fprintf(&b, ":62F:%s\n-\n", mtBalance(s.Closing(), last))
	return []byte(b.String())
}

const mtWidth = 65 // of a line of field 86

func mtDay(on calendar.Date) string { return strings.ReplaceAll(on.String(), "-", "")[2:] }

func mtAmount(a money.Amount) string {
	side := "C"
	if a < 0 {
		a, side = -a, "D"
	}
	return side + strings.ReplaceAll(a.String(), ".", ",")
}

func mtBalance(balance money.Amount, on calendar.Date) string {
	amount := mtAmount(balance)
	return amount[:1] + mtDay(on) + "EUR" + amount[1:]
}
