package bank_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/bank"
)

// readable reads any bytes. Whatever they are there is no panic; an error has a line; and what is told adds up.
func readable(t *testing.T, data string) {
	var credits, debits decimal.Decimal
	count := 0
	_, err := bank.Read(strings.NewReader(data), bank.Handler{
		Entry: func(_ *bank.Statement, e *bank.Entry) error {
			if e.Amount.IsNegative() || len(e.Currency) != 3 && e.Currency != "" || len(e.Transactions) == 0 {
				t.Fatalf("entry %+v", e)
			}
			switch e.Direction {
			case bank.Credit:
				credits = credits.Add(e.Amount)
			case bank.Debit:
				debits = debits.Add(e.Amount)
			default:
				t.Fatalf("entry %+v", e)
			}
			count++
			return nil
		},
		Statement: func(s *bank.Statement) error {
			if count != s.All.Entries() || !credits.Equal(s.All.Credits.Sum) || !debits.Equal(s.All.Debits.Sum) {
				t.Fatalf("entries %d +%s -%s, the statement has %+v", count, credits, debits, s.All)
			}
			count, credits, debits = 0, decimal.Decimal{}, decimal.Decimal{}
			return nil
		},
	})
	var unreadable *bank.UnreadableError
	if err != nil && (!errors.As(err, &unreadable) || unreadable.Line < 1) {
		t.Fatalf("%#v", err)
	}
}

func FuzzCamt(f *testing.F) {
	for name := range samples {
		if strings.HasPrefix(name, "camt/") {
			f.Add(sample(f, name))
		}
	}
	f.Add(camt("052.001.06", ours+balance("OPBD", "5.00", "CRDT")+balance("ITBD", "15.00", "CRDT")+payment(`<AmtDtls><InstdAmt><Amt Ccy="EUR">9.50</Amt></InstdAmt></AmtDtls><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>`)))
	f.Fuzz(readable)
}

func FuzzMT940(f *testing.F) {
	for name := range samples {
		if strings.HasPrefix(name, "mt940/") {
			f.Add(sample(f, name))
		}
	}
	f.Add(mt940("C261125EUR110,00", ":61:2611251125RC10,00NTRFNONREF//x\n/TRCD/1/\n:86:166?00GUTSCHRIFT?20EREF+E-1?21SVWZ+factuur 12?31NL20INGB0001234567"))
	f.Add(mt940("C261125EUR110,00", ":61:261125C0,5NTRFNONREF\n:86:SEPA OVERBOEKING IBAN: NL20INGB0001234567 NAAM: P OMSCHRIJVING: x KENMERK: y"))
	f.Fuzz(readable)
}

// FuzzStatusReport reads any bytes: no panic, an error has a line, and no payment is told before it is known of which file.
func FuzzStatusReport(f *testing.F) {
	f.Add(pain002("10", "<GrpSts>PART</GrpSts>", batchStatus("<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>1.00</OrgnlCtrlSum><PmtInfSts>PART</PmtInfSts>"+
		paymentStatus("P-1", `<TxSts>RJCT</TxSts>`+reason("AC04", "x")+`<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">37.63</InstdAmt></Amt></OrgnlTxRef>`))))
	f.Add(pain002("03", "<GrpSts>RJCT</GrpSts>", ""))
	f.Add(strings.ReplaceAll(pain002("02", "", paymentStatus("P-1", "<TxSts>RJCT</TxSts>")), "CstmrPmtStsRpt", "pain.002.001.02"))
	f.Fuzz(func(t *testing.T, data string) {
		err := bank.ReadStatus(strings.NewReader(data), bank.StatusHandler{
			Payment: func(f *bank.FileStatus, _ *bank.BatchStatus, p *bank.PaymentStatus) error {
				if f.MessageID == "" || p.Line < f.Line || p.Amount != nil && p.Amount.Amount.IsNegative() {
					t.Fatalf("%+v", p)
				}
				return nil
			},
		})
		var unreadable *bank.UnreadableError
		if err != nil && (!errors.As(err, &unreadable) || unreadable.Line < 1) {
			t.Fatalf("%#v", err)
		}
	})
}

// FuzzNumbers reads any text as a number: no panic, and one that is right is right however it is grouped, and wrong with a digit more where
// its length is fixed.
func FuzzNumbers(f *testing.F) {
	for _, number := range []string{"5000056789012345", "1234567", "RF18539007547034", "NL91ABNA0417164300", "MT84MALT011000012345MTLCAST001S", "NL69ZZZ123456780000", "NL123456789B13", "12345678", "", "é"} {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kind, err := bank.Identify(text)
		if err != nil || kind == bank.KindKvK || kind == bank.KindKenmerk {
			return // without a check digit of their own, or with more than one length
		}
		if grouped, err := bank.Identify(bank.FormatIBAN(text)); err != nil || grouped != kind {
			t.Errorf("%s %q: in groups it is %s, %v", kind, text, grouped, err)
		}
		if longer, err := bank.Identify(text + "7"); err == nil && longer == kind && (kind == bank.KindIBAN || kind == bank.KindVAT) {
			t.Errorf("%s %q: with a digit more it is right too", kind, text)
		}
	})
}

func BenchmarkCamt(b *testing.B) {
	benchmark(b, camt("053.001.08", ours+strings.Repeat(payment("<Refs><EndToEndId>E</EndToEndId></Refs><RmtInf><Ustrd>factuur</Ustrd></RmtInf>"), 1000)))
}
func BenchmarkMT940(b *testing.B) {
	benchmark(b, mt940("C261125EUR110,00", strings.Repeat(":61:2611251125C10,00NTRFNONREF\n:86:/CNTP/NL20INGB0001234567/INGBNL2A/P de Vries///REMI/USTD//x/\n", 1000)))
}

// benchmark reads a file of 1,000 entries.
func benchmark(b *testing.B, text string) {
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := bank.Inspect(strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}
