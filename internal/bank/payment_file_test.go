package bank_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

var update = flag.Bool("update", false, "write the golden payment files anew")

// made is a Wednesday.
var made = time.Date(2026, 11, 25, 22, 30, 0, 0, time.UTC)

// transfers is a payout to two clients, and the agency's own share.
func transfers() bank.CreditTransfers {
	trust := bank.Party{Name: "Stichting Derdengelden Voorbeeld", Account: "NL91 ABNA 0417 1643 00", BIC: "ABNANL2A"}
	return bank.CreditTransfers{MessageID: "PAYOUT-2026-11-25", Created: made, Initiator: "Incasso Voorbeeld B.V.", Batches: []bank.CreditBatch{
		{ID: "PAYOUT-2026-11-25/1", On: calendar.MustParseDate("2026-11-26"), OneDebit: true, Debtor: trust, Transfers: []bank.CreditTransfer{
			{EndToEndID: "P-1", Amount: money.MustParse("1337.66"), Creditor: bank.Party{Name: "Bakkerij Über & Zoon <'s-Gravenhage>", Account: "NL20INGB0001234567"}, Text: "Afdracht 2026-11-25"},
			{EndToEndID: "P-2", Amount: money.MustParse("37.63"), Creditor: bank.Party{Name: "Sporthal “De IJssel”", Account: "BE68539007547034", BIC: "KREDBEBB"}, Reference: "rf18 5390 0754 7034",
				Address: &bank.Address{Street: "Kerkstraat", Number: "1 bis", Postcode: "9000", Town: "Gent", Country: "BE"}},
		}},
		{ID: "PAYOUT-2026-11-25/2", On: calendar.MustParseDate("2026-11-27"), Debtor: trust, Transfers: []bank.CreditTransfer{
			{EndToEndID: "P-3", Amount: 1, Creditor: bank.Party{Name: "Incasso Voorbeeld B.V.", Account: "NL44RABO0123456789"}},
		}},
	}}
}

// debits is a collection of contributions.
func debits() bank.DirectDebits {
	return bank.DirectDebits{MessageID: "SDD-2026-12", Created: made, Initiator: "Incasso Voorbeeld B.V.", Batches: []bank.DebitBatch{
		{ID: "SDD-2026-12/1", On: calendar.MustParseDate("2026-12-01"), Sequence: bank.SequenceRecurring, OneCredit: true, CreditorID: "nl69 zzz 123456780000",
			Creditor: bank.Party{Name: "Incasso Voorbeeld B.V.", Account: "NL44RABO0123456789", BIC: "RABONL2U"}, Collections: []bank.Collection{
				{EndToEndID: "I-2026-1", Amount: money.MustParse("302.50"), MandateID: "M-17", SignedOn: calendar.MustParseDate("2026-01-31"), Debtor: bank.Party{Name: "Bakkerij Über", Account: "NL20INGB0001234567"}, Text: "Factuur 2026-1"},
				{EndToEndID: "I-2026-2", Amount: money.MustParse("75.25"), MandateID: "M-18", SignedOn: calendar.MustParseDate("2026-11-25"), Debtor: bank.Party{Name: "Zürcher Café", Account: "CH9300762011623852957", BIC: "UBSWCHZH80A"},
					Address: &bank.Address{Town: "Zürich", Country: "CH"}, Reference: "RF18539007547034"},
			}},
		{ID: "SDD-2026-12/2", On: calendar.MustParseDate("2026-12-01"), Sequence: bank.SequenceFirst, B2B: true, CreditorID: "NL69ZZZ123456780000",
			Creditor: bank.Party{Name: "Incasso Voorbeeld B.V.", Account: "NL44RABO0123456789"}, Collections: []bank.Collection{
				{EndToEndID: "I-2026-3", Amount: 1, MandateID: "M-19", SignedOn: calendar.MustParseDate("2026-11-25"), NewAccount: true, Debtor: bank.Party{Name: "Sporthal", Account: "NL20INGB0001234567"}, Text: "Factuur 2026-3"},
			}},
	}}
}

// validate fails unless a file is right by its schema, which says more than any reader of ours.
func validate(t fataler, schema string, file []byte) {
	t.Helper()
	path, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatalf("xmllint is missing, without which no payment file is proven right: apt-get install libxml2-utils (%v)", err)
	}
	check := exec.Command(path, "--noout", "--nonet", "--schema", filepath.Join("testdata", "xsd", schema+".xsd"), "-")
	check.Stdin = bytes.NewReader(file)
	if said, err := check.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", schema, err, said)
	}
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// What leaves the building, to the byte.
func TestPaymentFilesAreGolden(t *testing.T) {
	t.Parallel()
	for schema, write := range map[string]func() ([]byte, error){
		"pain.001.001.09": func() ([]byte, error) { return transfers().XML() },
		"pain.008.001.08": func() ([]byte, error) { return debits().XML() },
	} {
		t.Run(schema, func(t *testing.T) {
			t.Parallel()
			got, err := write()
			if err != nil {
				t.Fatal(err)
			}
			validate(t, schema, got)
			ties(t, got)
			golden := filepath.Join("testdata", "pain", schema+".xml")
			if *update {
				if err := os.WriteFile(golden, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// ties adds up the payments of a file by other means than the writer, and compares with what its heads say.
func ties(t fataler, file []byte) {
	t.Helper()
	type told struct {
		count int
		sum   decimal.Decimal
	}
	var path []string
	var all, batch, head, said told
	for d := xml.NewDecoder(bytes.NewReader(file)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			path = append(path, e.Name.Local)
		case xml.EndElement:
			if e.Name.Local == "PmtInf" {
				if batch.count != said.count || !batch.sum.Equal(said.sum) {
					t.Fatalf("batch of %v says %v", batch, said)
				}
				all, batch = told{all.count + batch.count, all.sum.Add(batch.sum)}, told{}
			}
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) < 2 {
				continue
			}
			value, err := decimal.NewFromString(string(e))
			if err != nil {
				continue
			}
			to := &said
			if path[len(path)-2] == "GrpHdr" {
				to = &head
			}
			switch path[len(path)-1] {
			case "InstdAmt":
				batch.count, batch.sum = batch.count+1, batch.sum.Add(value)
			case "NbOfTxs":
				to.count = int(value.IntPart())
			case "CtrlSum":
				to.sum = value
			}
		}
	}
	if all.count == 0 || all.count != head.count || !all.sum.Equal(head.sum) {
		t.Fatalf("file of %v says %v", all, head)
	}
}

// The same input gives the same bytes, in plain UTF-8 without a mark.
func TestPaymentFilesAreDeterministic(t *testing.T) {
	t.Parallel()
	for _, write := range []func() ([]byte, error){func() ([]byte, error) { return transfers().XML() }, func() ([]byte, error) { return debits().XML() }} {
		a, errA := write()
		b, errB := write()
		if errA != nil || errB != nil || !bytes.Equal(a, b) || !bytes.HasPrefix(a, []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document ")) {
			t.Errorf("%v %v\n%s\n%s", errA, errB, a, b)
		}
		if strings.ContainsFunc(string(a), func(r rune) bool { return r > '~' }) {
			t.Errorf("has a character that not every bank takes:\n%s", a)
		}
	}
}

// What two people approve is the money: whom, how much, in which name, with which text. When and under which message id is not.
func TestApprovalHash(t *testing.T) {
	t.Parallel()
	hash := func(change func(*bank.CreditTransfers)) string {
		f := transfers()
		change(&f)
		h, err := bank.ApprovalHash(f.Batches...)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	first := func(f *bank.CreditTransfers) *bank.CreditTransfer { return &f.Batches[0].Transfers[0] }
	asIs := hash(func(*bank.CreditTransfers) {})
	for _, c := range []struct {
		story  string
		change func(*bank.CreditTransfers)
		same   bool
	}{
		{"another message id", func(f *bank.CreditTransfers) { f.MessageID = "X" }, true},
		{"another batch id", func(f *bank.CreditTransfers) { f.Batches[0].ID = "X" }, true},
		{"another day", func(f *bank.CreditTransfers) { f.Batches[0].On = calendar.MustParseDate("2026-12-01") }, true},
		{"no day yet", func(f *bank.CreditTransfers) { f.Batches[0].On = calendar.Date{} }, true},
		{"another order", func(f *bank.CreditTransfers) {
			ts := f.Batches[0].Transfers
			ts[0], ts[1] = ts[1], ts[0]
		}, true},
		{"the IBAN in groups", func(f *bank.CreditTransfers) { first(f).Creditor.Account = "nl20 ingb 0001 2345 67" }, true},
		{"a cent more", func(f *bank.CreditTransfers) { first(f).Amount++ }, false},
		{"another account", func(f *bank.CreditTransfers) { first(f).Creditor.Account = "NL18RABO0123459876" }, false},
		{"another name", func(f *bank.CreditTransfers) { first(f).Creditor.Name = "Bakkerij" }, false},
		{"another text", func(f *bank.CreditTransfers) { first(f).Text = "x" }, false},
		{"another reference", func(f *bank.CreditTransfers) { f.Batches[0].Transfers[1].Reference = "RF712348231" }, false},
		{"a reference that becomes a text", func(f *bank.CreditTransfers) {
			p := &f.Batches[0].Transfers[1]
			p.Reference, p.Text = "", "RF18539007547034"
		}, false},
		{"another line of the payout", func(f *bank.CreditTransfers) { first(f).EndToEndID = "P-4" }, false},
		{"out of another account", func(f *bank.CreditTransfers) { f.Batches[0].Debtor.Account = "NL18RABO0123459876" }, false},
		{"a payment less", func(f *bank.CreditTransfers) { f.Batches = f.Batches[:1] }, false},
		{"amounts that changed places", func(f *bank.CreditTransfers) {
			ts := f.Batches[0].Transfers
			ts[0].Amount, ts[1].Amount = ts[1].Amount, ts[0].Amount
		}, false},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := hash(c.change); (got == asIs) != c.same {
				t.Errorf("same: %v, want %v", !c.same, c.same)
			}
		})
	}
	for story, batches := range map[string][]bank.CreditBatch{"nothing": nil, "a batch that cannot be written": {{}}} {
		if h, err := bank.ApprovalHash(batches...); err == nil || h != "" {
			t.Errorf("%s can be approved", story)
		}
	}
}
