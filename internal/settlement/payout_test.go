package settlement_test

import (
	"bytes"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/settlement"
)

func TestWhatAClientIsPaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		of   []string // claims: due and waiting
		owed string
		min  string
		want string
		why  string
	}{
		{"nothing", nil, "0.00", "0.00", "0.00", "nothing is available"},
		{"one claim", []string{"10.00 0.00"}, "0.00", "0.00", "10.00", ""},
		{"exactly the minimum", []string{"10.00 0.00"}, "0.00", "10.00", "10.00", ""},
		{"a cent too little", []string{"9.99 0.00"}, "0.00", "10.00", "9.99", "9.99 is less than the 10.00 from which its plan pays"},
		{"a part waits", []string{"10.00 4.00"}, "0.00", "0.00", "6.00", ""},
		{"more waits than is the client's", []string{"10.00 40.00", "2.00 0.00"}, "0.00", "0.00", "2.00", ""},
		{"all waits", []string{"10.00 10.00"}, "0.00", "0.00", "0.00", "10.00 of direct debits can still be fetched back"},
		{"a claim of which more was paid than there is", []string{"10.00 0.00", "-4.00 0.00"}, "0.00", "0.00", "6.00", ""},
		{"what waits does not pay that", []string{"10.00 10.00", "-4.00 0.00"}, "0.00", "0.00", "-4.00", "10.00 of direct debits can still be fetched back"},
		{"less what a bank took back", []string{"10.00 0.00"}, "4.00", "0.00", "6.00", ""},
		{"all of it", []string{"10.00 0.00"}, "10.00", "0.00", "0.00", "10.00 is available, and 10.00 that was paid before was taken back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var payables []settlement.Payable
			for i, claim := range c.of {
				words := strings.Fields(claim)
				payables = append(payables, settlement.Payable{ClaimID: string(rune('a' + i)), Due: euro(words[0]), Waiting: euro(words[1])})
			}
			line, why := settlement.Paying{Minimum: euro(c.min)}.PayOf(payables, euro(c.owed), nil)
			if line.Cents.String() != c.want || why != c.why {
				t.Errorf("%s, %q; want %s, %q", line.Cents, why, c.want, c.why)
			}
			sum := -line.Clawed
			for _, part := range line.Parts {
				sum += part.Cents
			}
			if sum != line.Cents {
				t.Errorf("the parts come to %s, the line to %s", sum, line.Cents)
			}
		})
	}
}

// On a day on which banks settle nothing the next one is the day, also in another month.
func TestTheCalendarOfAPlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, on string
		days     []int
		want     bool
	}{
		{"the day", "2026-12-15", []int{1, 15}, true},
		{"the day before", "2026-12-14", []int{1, 15}, false},
		{"no day", "2026-12-15", nil, false},
		{"a Sunday", "2026-11-15", []int{15}, false},
		{"the Monday after it", "2026-11-16", []int{15}, true},
		{"the Monday after it, twice named", "2026-11-16", []int{15, 16}, true},
		{"New Year's Day", "2027-01-01", []int{1}, false},
		{"the first Monday of a year that begins on a Friday", "2027-01-04", []int{1}, true},
		{"a Saturday at the end of a February", "2026-03-02", []int{28}, true},
		{"Good Friday to Easter Monday: the Tuesday", "2026-04-07", []int{3}, true},
	} {
		if got := (settlement.Paying{Days: c.days}).PaysOn(day(c.on)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func sealed(t *testing.T, change ...func(*settlement.Payout)) settlement.Payout {
	t.Helper()
	p := settlement.Payout{
		ID: settlement.PayoutID(day("2026-12-15"), "", 0), On: day("2026-12-15"), From: bank.Party{Name: "Stichting Derdengelden Voorbeeld", Account: "NL02ABNA0123456789"},
		Lines: []settlement.PayoutLine{
			{Kind: settlement.PayoutOfFees, IBAN: "NL69INGB0123456789", Name: "Incassocenter", Cents: euro("162.34"), Text: "Kosten en rente"},
			{Kind: settlement.PayoutToClient, ClientID: "b", IBAN: "NL20INGB0001234567", Name: "Café De Één B.V.", Cents: euro("37.63"), Text: "Afdracht"},
			{Kind: settlement.PayoutToClient, ClientID: "a", IBAN: "NL91ABNA0417164300", Name: "Voorbeeld", Cents: euro("1337.66"), Text: "Afdracht"},
		},
	}
	for _, f := range change {
		f(&p)
	}
	p, err := p.Sealed()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Everything that moves money is in the hash, and nothing else.
func TestWhatTwoPersonsApprove(t *testing.T) {
	t.Parallel()
	p := sealed(t)
	if p.Lines[0].ClientID != "a" || p.Lines[2].Kind != settlement.PayoutOfFees || p.Lines[1].EndToEndID != "PO-20261215-2" || p.Sum() != euro("1537.63") {
		t.Fatalf("%+v", p)
	}
	same := sealed(t, func(p *settlement.Payout) { slices.Reverse(p.Lines) })
	if same.Hash != p.Hash {
		t.Error("the order in which lines were computed is in the hash")
	}
	for name, change := range map[string]func(*settlement.Payout){
		"amount": func(p *settlement.Payout) { p.Lines[0].Cents++ }, "IBAN": func(p *settlement.Payout) { p.Lines[0].IBAN = "NL20INGB0001234567" },
		"name": func(p *settlement.Payout) { p.Lines[0].Name += "x" }, "text": func(p *settlement.Payout) { p.Lines[0].Text += "x" },
		"client": func(p *settlement.Payout) { p.Lines[1].ClientID = "c" }, "payout": func(p *settlement.Payout) { p.ID += ".2" },
		"trust account": func(p *settlement.Payout) { p.From.Account = "NL18RABO0123459876" }, "what is kept": func(p *settlement.Payout) { p.Lines[2].Clawed = 1 },
		"a line less": func(p *settlement.Payout) { p.Lines = p.Lines[1:] },
	} {
		if sealed(t, change).Hash == p.Hash {
			t.Errorf("%s is not in the hash", name)
		}
	}
	p.Lines[0].Cents++
	var altered *settlement.AlteredError
	if _, _, err := p.File("I", at("2026-12-15"), false); !errors.As(err, &altered) {
		t.Error(err)
	}
	var wrong *bank.PaymentFileError
	p.Lines[0].Name = "!!"
	if _, err := p.Sealed(); !errors.As(err, &wrong) {
		t.Error(err)
	}
}

func at(on string) time.Time { return day(on).At(10, 0) }

// The file is for the first TARGET day that is possible, the agency's part is a batch of its own, and the same again is the same bytes.
func TestTheFileOfAPayout(t *testing.T) {
	t.Parallel()
	p := sealed(t)
	for made, pays := range map[string]string{"2026-12-14": "2026-12-15", "2026-12-15": "2026-12-15", "2026-12-24": "2026-12-24", "2026-12-25": "2026-12-28"} {
		file, on, err := p.File("Incassocenter", at(made), true)
		if err != nil || on != day(pays) || !bytes.Contains(file, []byte("<Dt>"+pays+"</Dt>")) {
			t.Errorf("made on %s it pays on %s: %v", made, on, err)
		}
		again, _, err := p.File("Incassocenter", at(made), true)
		if err != nil || !bytes.Equal(again, file) {
			t.Errorf("another file: %v", err)
		}
		for _, says := range []string{"<MsgId>PO-20261215<", "<PmtInfId>PO-20261215/client<", "<PmtInfId>PO-20261215/fees<", "<EndToEndId>PO-20261215-2<", "<CtrlSum>1375.29<", "<BtchBookg>true<", "<Nm>Cafe De Een B.V.<"} {
			if !bytes.Contains(file, []byte(says)) {
				t.Errorf("%s is missing in\n%s", says, file)
			}
		}
	}
}

func TestPayoutIDs(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]struct {
		code string
		turn int
	}{"PO-20261215": {"", 0}, "PO-20261215-VBE": {"VBE", 0}, "PO-20261215.2": {"", 1}, "PO-20261215-VBE.3": {"VBE", 2}} {
		if got := settlement.PayoutID(day("2026-12-15"), c.code, c.turn); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestTheDiagramOfAPayout(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(docs), "## Payouts")
	part, _, _ = strings.Cut(part, "\n## ")
	var drawn, want []string
	for _, arrow := range regexp.MustCompile(`(?m)^ +(\[\*\]|[a-z]+) --> ([a-z]+)`).FindAllStringSubmatch(part, -1) {
		drawn = append(drawn, strings.Trim(arrow[1], "[*]")+" to "+arrow[2])
	}
	for _, from := range append([]settlement.PayoutStatus{""}, settlement.PayoutStatuses()...) {
		for _, to := range from.Next() {
			want = append(want, string(from)+" to "+string(to))
		}
	}
	if !slices.Equal(drawn, want) {
		t.Errorf("docs/states.md draws\n%q\nthe table has\n%q", drawn, want)
	}
	for _, s := range settlement.PayoutStatuses() {
		if s.Dead() && (s.UnderWay() || s.Reserves()) {
			t.Errorf("%s is dead and alive", s)
		}
	}
}

// What a report does not tell of a payment it tells of its batch or of the file, but for a part of it.
func TestWhatAReportSaysOfALine(t *testing.T) {
	t.Parallel()
	p := sealed(t)
	verdict := func(outcome bank.Outcome) settlement.PayoutVerdict { return settlement.PayoutVerdict{Outcome: outcome} }
	for _, c := range []struct {
		name                 string
		file, batch, payment bank.Outcome
		want                 bank.Outcome
	}{
		{"nothing", "", "", "", bank.Unclear},
		{"the file", bank.Accepted, "", "", bank.Accepted},
		{"a part of the file", bank.Partly, "", "", bank.Unclear},
		{"the batch in a part of the file", bank.Partly, bank.Accepted, "", bank.Accepted},
		{"a part of the batch", bank.Accepted, bank.Partly, "", bank.Unclear},
		{"a batch of which nothing is told by itself", bank.Rejected, bank.Unclear, "", bank.Rejected},
		{"the payment", bank.Accepted, bank.Accepted, bank.Rejected, bank.Rejected},
		{"a payment that is unclear in a batch that is not", bank.Accepted, bank.Accepted, bank.Unclear, bank.Unclear},
	} {
		r := settlement.PayoutReport{File: verdict(c.file), Batches: map[string]settlement.PayoutVerdict{}, Payments: map[string]settlement.PayoutVerdict{}}
		if c.batch != "" {
			r.Batches[p.ID+"/client"] = verdict(c.batch)
		}
		if c.payment != "" {
			r.Payments[p.ID+"-1"] = verdict(c.payment)
		}
		if got := r.Of(p, p.Lines[0]).Outcome; got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}
