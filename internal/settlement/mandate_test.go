package settlement_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

func date(text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	return calendar.MustParseDate(text)
}

// A mandate lapses after 36 months without a collection, and what it brought is the agency's for good after eight weeks.
func TestHowLongAMandateHolds(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name, signed, last, on string
		once, begun            bool
		holds                  bool
	}{
		{"its last day without use", "2023-12-01", "", "2026-11-30", false, false, true},
		{"36 months without use", "2023-12-01", "", "2026-12-01", false, false, false},
		{"used since", "2020-01-01", "2024-01-15", "2027-01-14", false, true, true},
		{"used too long ago", "2020-01-01", "2024-01-15", "2027-01-15", false, true, false},
		{"for one collection", "2026-01-01", "", "2026-12-01", true, false, true},
		{"for one collection, made", "2026-01-01", "2026-11-01", "2026-12-01", true, true, false},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			m := settlement.Mandate{UMR: "M", SignedOn: date(story.signed), LastOn: date(story.last), Once: story.once, Begun: story.begun}
			if why := m.Why(date(story.on)); (why == "") != story.holds {
				t.Errorf("%q", why)
			}
		})
	}
	for b2b, want := range map[bool]string{false: "2027-02-12", true: "2026-12-15"} {
		if got := (settlement.Mandate{B2B: b2b}).AvailableOn(settlement.RefundTerm{Weeks: 8, TargetDays: 2}, date("2026-12-15")).String(); got != want {
			t.Errorf("B2B %v: available on %s, want %s", b2b, got, want)
		}
	}
}

// What follows from each code that the bank may give.
func TestWhatFollowsFromTheBanksCode(t *testing.T) {
	t.Parallel()
	for codes, want := range map[string]settlement.DebitRemedy{
		"AM04 ED05 TM01":                                         settlement.DebitAgain,
		"AC01 AC04 AC06 AG01 MD01 MD06 MD07":                     settlement.MandateEnds,
		"AC13 AG02 AM05 BE05 FF01 MD02 MS02 MS03 NARR SL01 XX99": settlement.AskPerson,
	} {
		for code := range strings.FieldsSeq(codes) {
			if got := settlement.DebitRemedyOf(code); got != want {
				t.Errorf("%s: %s, want %s", code, got, want)
			}
		}
	}
}

// A run of every kind of collection is right by the schema of the bank, and each kind has a batch of its own.
func TestTheFileOfARun(t *testing.T) {
	t.Parallel()
	run := settlement.DebitRun{ID: "DD-20261215", On: date("2026-12-15")}
	for i, m := range []settlement.Mandate{
		{}, {Begun: true, LastFrom: 1}, {Once: true}, {B2B: true}, {Begun: true, LastFrom: 2}, {B2B: true, Begun: true, LastFrom: 1},
	} {
		m.UMR, m.SignedOn, m.IBAN, m.Holder, m.Account = fmt.Sprintf("M-%d", i), date("2026-01-02"), "NL20INGB0001234567", "Bakkerij Über & Zoon", 1
		d := settlement.Debit{EndToEndID: fmt.Sprintf("%s-C%d", run.ID, i), Mandate: m}
		for n := range 1 + 11*i {
			d.Parts, d.Cents = append(d.Parts, settlement.DebitPart{Number: settlement.ClientBill.Number(2026, n+1), Cents: 100}), d.Cents+100
		}
		run.Debits = append(run.Debits, d)
	}
	creditor := settlement.DebitCreditor{Account: bank.Party{Name: "Incasso Voorbeeld B.V.", Account: "NL69INGB0123456789"}, ID: "NL69ZZZ123456780000"}
	made := time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC)
	file, err := run.File(creditor, made)
	if err != nil {
		t.Fatal(err)
	}
	check := exec.Command("xmllint", "--noout", "--nonet", "--schema", filepath.Join("..", "bank", "testdata", "xsd", "pain.008.001.08.xsd"), "-")
	check.Stdin = bytes.NewReader(file)
	if said, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	sum := money.Amount(0)
	for _, d := range run.Debits {
		sum += d.Cents
	}
	for _, want := range []string{
		"<MsgId>DD-20261215</MsgId>", "<PmtInfId>DD-20261215/CORE-FRST<", "<PmtInfId>DD-20261215/CORE-RCUR<", "<PmtInfId>DD-20261215/CORE-OOFF<", "<PmtInfId>DD-20261215/B2B-FRST<", "<PmtInfId>DD-20261215/B2B-RCUR<",
		"<CtrlSum>" + sum.String() + "<", "F2026-00009, + 3<",
	} {
		if !strings.Contains(string(file), want) {
			t.Errorf("lacks %s", want)
		}
	}
	for what, want := range map[string]int{"<PmtInf>": 5, "<DrctDbtTxInf>": 6, ">SMNDA<": 1, ">CORE<": 3, ">B2B<": 2} {
		if got := strings.Count(string(file), what); got != want {
			t.Errorf("%d times %s, want %d", got, what, want)
		}
	}
	if same, err := run.File(creditor, made); err != nil || !bytes.Equal(file, same) {
		t.Errorf("other bytes, %v", err)
	}
	if _, err := run.File(creditor, time.Date(2026, 12, 15, 12, 0, 0, 0, time.UTC)); err == nil {
		t.Error("a file for the same day")
	}
}
