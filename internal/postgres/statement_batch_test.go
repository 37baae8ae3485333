package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/testkit"
)

// notice is a camt.054 of one credit with its payments: "20.00=P. Betaler/kenmerk".
func notice(reference, batch, amount string, payments ...string) string {
	var details strings.Builder
	for _, p := range payments {
		cents, rest, _ := strings.Cut(p, "=")
		name, text, _ := strings.Cut(rest, "/")
		fmt.Fprintf(&details, `<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">%s</Amt></TxAmt></AmtDtls><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Nm>%s</Nm></Dbtr><DbtrAcct><Id><IBAN>NL20INGB0001234567</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>%s</Ustrd></RmtInf></TxDtls>`, cents, name, text)
	}
	if reference != "" {
		reference = "<AcctSvcrRef>" + reference + "</AcctSvcrRef>"
	}
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"><BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>n</MsgId></GrpHdr><Ntfctn><Id>n</Id><Acct><Id><IBAN>` + trust + `</IBAN></Id><Ccy>EUR</Ccy></Acct><Ntry><Amt Ccy="EUR">` +
		amount + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-02</Dt></BookgDt>` + reference + `<NtryDtls><Btch><PmtInfId>` + batch + `</PmtInfId></Btch>` + details.String() + `</NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>`
}

// What a statement books as one sum is booked by its payments when the bank told these apart, and as one sum when it is not certain that they are of it.
func TestABatchIsSplitByItsNotice(t *testing.T) {
	t.Parallel()
	const one, two, sum = "20.00=P. Een/factuur 1", "30.00=P. Twee/factuur 2", "50.00"
	const byReference, byFile = "1 100.00 150.00: 2026-11-02 50.00 a one|eerste", "1 100.00 150.00: 2026-11-02 50.00 - #FILE-1"
	told := func(statements ...string) string { return testkit.Camt("m", statements...) }
	for _, s := range []struct {
		story string
		files []string
		want  string
		asOne int
	}{
		{"no notice", []string{told(byReference)}, "50.00 | 1 booked", 0},
		{"by the bank's reference", []string{notice("a", "", sum, one, two), told(byReference)}, "20.00 30.00 | 1 booked", 0},
		{"by the id of the payment file", []string{notice("", "FILE-1", sum, one, two), told(byFile)}, "20.00 30.00 | 1 booked", 0},
		{"both told again", []string{notice("a", "", sum, one, two), notice("a", "", sum, one, two), told(byReference), told(byReference)}, "20.00 30.00 | 1 booked", 0},
		{"another statement tells the entry too", []string{notice("a", "", sum, one, two), told(byReference), told("1 100.00 160.00: 2026-11-02 50.00 a one|eerste; 2026-11-02 10.00 b two|tweede")}, "10.00 20.00 30.00 | 1 booked, 1 booked", 0},
		{"another reference", []string{notice("z", "", sum, one, two), told(byReference)}, "50.00 | 1 booked", 0},
		{"another payment file", []string{notice("", "FILE-2", sum, one, two), told(byFile)}, "50.00 | 1 booked", 0},
		{"another amount", []string{notice("", "FILE-1", "60.00", "30.00=P. Een/1", "30.00=P. Twee/2"), told(byFile)}, "50.00 | 1 booked", 0},
		{"payments that do not add up to it", []string{notice("a", "", sum, one, one), told(byReference)}, "50.00 | 1 booked", 0},
		{"two notices say so", []string{notice("", "FILE-1", sum, one, two), notice("x", "FILE-1", sum, two, one), told(byFile)}, "50.00 | 1 booked", 0},
		{"one payment", []string{notice("a", "", "50.00", "50.00=P. Een/factuur 1"), told(byReference)}, "50.00 | 1 booked", 0},
		{"nothing names it", []string{notice("", "", sum, one, two), told("1 100.00 150.00: 2026-11-02 50.00 - one|eerste")}, "50.00 | 1 booked", 0},
		{"the statement came first: the sum is taken back", []string{told(byReference), notice("a", "", sum, one, two)}, "20.00 30.00 50.00 | 1 booked", 1},
	} {
		t.Run(s.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			asOne := 0
			for _, file := range s.files {
				for _, done := range w.importFile(file) {
					asOne += len(done.AsOne)
					for _, sum := range done.AsOne {
						if !slices.Equal(sum.Payments, []money.Amount{money.Cents(20_00), money.Cents(30_00)}) || !strings.HasSuffix(sum.Receipt, "-1.1") {
							t.Errorf("%+v", sum)
						}
					}
				}
			}
			if got := w.bankBooks(); got != s.want || asOne != s.asOne {
				t.Errorf("%s, %d as one; want %s, %d", got, asOne, s.want, s.asOne)
			}
			w.verified()
		})
	}
}

// A batch is of one account: what a notice tells of another one, under the same id and with the same amount, is not its.
func TestABatchOfAnotherAccountIsAnother(t *testing.T) {
	t.Parallel()
	const other, byFile = "NL20INGB0001234567", "1 100.00 150.00: 2026-11-02 50.00 - #FILE-1"
	told, elsewhere := testkit.Camt("m", byFile), strings.ReplaceAll(notice("", "FILE-1", "50.00", "20.00=P. Een/factuur 1", "30.00=P. Twee/factuur 2"), trust, other)
	for story, files := range map[string][]string{"the notice came first": {elsewhere, told}, "the statement came first": {told, elsewhere}} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, text := range files {
				file := bankFile(text)
				file.Accounts = bank.Accounts{trust: trust, other: other}
				done, err := w.ImportStatements(t.Context(), file, at(today))
				if ok(t, err); len(done) != 1 || len(done[0].AsOne) != 0 {
					t.Errorf("%+v", done)
				}
			}
			says(t, "booked", w.bankBooks(), "50.00 | 1 booked")
		})
	}
}

// The payments of a batch have what the notice tells of each: who paid, and what for.
func TestAPaymentOfABatchTellsWhoPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(notice("a", "", "50.00", "20.00=P. Een/factuur 1", "30.00=P. Twee/factuur 2"))
	w.importFile(testkit.Camt("m", "1 100.00 150.00: 2026-11-02 50.00 a one|eerste"))
	waiting, err := w.WaitingReceipts(t.Context())
	ok(t, err)
	var got []string
	for _, r := range waiting {
		got = append(got, fmt.Sprint(r.Payment.Amount, " ", r.Payment.Payer, " ", r.Payment.Text, " ", r.Payment.On))
	}
	slices.Sort(got)
	says(t, "receipts", strings.Join(got, "; "), "20.00 P. Een factuur 1 2026-11-02; 30.00 P. Twee factuur 2 2026-11-02")
}
