package activities

import (
	"os"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A letter interrupts limitation when it reached the debtor (art. 3:317 and 3:37 lid 3 BW): one that came back does not.
func TestOnlyALetterThatArrivedInterruptsLimitation(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	for _, c := range []struct {
		story   string
		letters []claim.Letter
		want    string
	}{
		{"no letter", nil, "2028-03-01"},
		{"one that arrived", []claim.Letter{{State: claim.LetterAccepted, Received: day("2026-10-21")}}, "2028-10-21"},
		{"one that came back", []claim.Letter{{State: claim.LetterFailed}}, "2028-03-01"},
		{"one that came back after an earlier one arrived", []claim.Letter{{State: claim.LetterAccepted, Received: day("2026-05-01")}, {State: claim.LetterFailed}}, "2028-05-01"},
		{"one of which nobody knows whether it left", []claim.Letter{{State: claim.LetterUnknown}}, "2028-03-01"},
	} {
		f := claim.Facts{Invoices: []claim.Invoice{{Due: day("2026-03-01")}}, Letters: c.letters}
		if got := trajectory.Enforceable(f).LastDay; got != day(c.want) {
			t.Errorf("%s: until %s, want %s", c.story, got, c.want)
		}
	}
}

// The circumstances of a letter come from the case file and the law, each by itself: what is set wrong here is not noticed in the letter's words.
func TestTheCircumstancesOfALetter(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	tables, err := law.ReadTables(os.DirFS("../config/rates"))
	if err != nil {
		t.Fatal(err)
	}
	w := &LetterWriter{RegisteredUntil: day("2027-03-31")}
	noticed := claim.Letter{Kind: claim.FourteenDayLetter, State: claim.LetterAccepted, On: day("2026-04-01"), Received: day("2026-04-01"), Announced: claim.Announced{Principal: money.MustParse("1000.00"), Costs: money.MustParse("150.00")}}
	for _, c := range []struct {
		name   string
		change func(f *claim.Facts)
		at     string
		want   func(c letter.Circumstances) any
		is     any
	}{
		{"the registration is the agency's", nil, "2026-05-01", func(c letter.Circumstances) any { return c.RegisteredUntil }, day("2027-03-31")},
		{"nothing holds it", nil, "2026-05-01", func(c letter.Circumstances) any { return c.Held }, false},
		{"a hold does", func(f *claim.Facts) { f.Pauses = []claim.Pause{{Kind: claim.PauseHold, From: day("2026-04-20")}} }, "2026-05-01", func(c letter.Circumstances) any { return c.Held }, true},
		{"a hold that ended does not", func(f *claim.Facts) {
			f.Pauses = []claim.Pause{{Kind: claim.PauseHold, From: day("2026-04-20"), Until: day("2026-04-30")}}
		}, "2026-05-01", func(c letter.Circumstances) any { return c.Held }, false},
		{"a dispute does", func(f *claim.Facts) { f.Pauses = []claim.Pause{{Kind: claim.PauseDispute, From: day("2026-04-20")}} }, "2026-05-01", func(c letter.Circumstances) any { return c.Held }, true},
		{"a stop flag does", func(f *claim.Facts) { f.Flags = []claim.Flag{{Kind: claim.FlagDeceased, From: day("2026-04-20")}} }, "2026-05-01", func(c letter.Circumstances) any { return c.Held }, true},
		{"no 14-day letter", nil, "2026-05-01", func(c letter.Circumstances) any { return c.NoticeEnded }, false},
		{"its last day", func(f *claim.Facts) { f.Letters = []claim.Letter{noticed} }, "2026-04-15", func(c letter.Circumstances) any { return c.NoticeEnded }, false},
		{"the day after", func(f *claim.Facts) { f.Letters = []claim.Letter{noticed} }, "2026-04-16", func(c letter.Circumstances) any { return c.NoticeEnded }, true},
		{"in business always", func(f *claim.Facts) { f.Debtor.InBusiness = true }, "2026-05-01", func(c letter.Circumstances) any { return c.NoticeEnded }, true},
		{"costs by the scale, whatever the account charges", nil, "2026-05-01", func(c letter.Circumstances) any { return c.LawfulCosts.String() }, "150.00"},
		{"not more than the letter named", func(f *claim.Facts) {
			n := noticed
			n.Announced.Costs = money.MustParse("99.00")
			f.Letters = []claim.Letter{n}
		}, "2026-05-01", func(c letter.Circumstances) any { return c.LawfulCosts.String() }, "99.00"},
		{"two years, for a consumer", nil, "2026-05-01", func(c letter.Circumstances) any { return c.Enforceable }, day("2028-03-01")},
		{"from a payment on", func(f *claim.Facts) {
			f.Settlements = []claim.Settlement{{Key: "p", Kind: claim.PaidToAgency, On: day("2026-04-10"), Amount: 100}}
		}, "2026-05-01", func(c letter.Circumstances) any { return c.Enforceable }, day("2028-04-10")},
		{"not from a credit note", func(f *claim.Facts) {
			f.Settlements = []claim.Settlement{{Key: "p", Kind: claim.CreditNote, On: day("2026-04-10"), Amount: 100}}
		}, "2026-05-01", func(c letter.Circumstances) any { return c.Enforceable }, day("2028-03-01")},
		{"five years for what a consumer did not buy", func(f *claim.Facts) { f.Terms.Sale = claim.SaleNo }, "2026-05-01", func(c letter.Circumstances) any { return c.Enforceable }, day("2031-03-01")},
		{"five years in business", func(f *claim.Facts) { f.Debtor.InBusiness = true }, "2026-05-01", func(c letter.Circumstances) any { return c.Enforceable }, day("2031-03-01")},
	} {
		f := claim.Facts{ClaimID: "x", Debtor: claim.DebtorKind{NaturalPerson: true}, Status: claim.StatusOpen, Invoices: []claim.Invoice{{Number: "1", Issued: day("2026-02-01"), Due: day("2026-03-01"), Amount: money.MustParse("1000.00")}}}
		if c.change != nil {
			c.change(&f)
		}
		account, err := f.AccountOn(tables, day(c.at))
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.circumstances(letter.Summons, f, tables, account, day(c.at).At(10, 0))
		if err != nil {
			t.Fatal(err)
		}
		if is := c.want(got); is != c.is {
			t.Errorf("%s: %v, want %v", c.name, is, c.is)
		}
	}
}
