package claim_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

var (
	day  = calendar.MustParseDate
	euro = money.MustParse
)

var tables = sync.OnceValue(func() law.Tables {
	t, err := law.ReadTables(os.DirFS("../../config/rates"))
	if err != nil {
		panic(err)
	}
	return t
})

var kinds = map[string]claim.DebtorKind{"consumer": {NaturalPerson: true}, "sole trader": {InBusiness: true, NaturalPerson: true}, "company": {InBusiness: true}}

var settled = map[string]claim.SettlementKind{
	"paid": claim.PaidToAgency, "paid-client": claim.PaidToClient, "credited": claim.CreditNote, "set-off": claim.SetOff, "let-go": claim.WriteOff,
	"returned": claim.ReturnedGoods, "performed": claim.CounterPerformance,
}

// tell makes facts of a story: "consumer; 1000.00 due 2026-01-31; letter received 2026-03-01; paid 100.00 on 2026-03-05".
// "flagged bankrupt from 2026-03-11" is a flag, with "to 2026-03-20" when it ended.
// A credit note is for "invoice 1" when that follows its day. A settlement is "known 2026-03-09" and "reversed 2026-04-01" when that is said at its end: one that is reversed does not count (booksOf has them all).
// "letter" is the 14-day letter, "letter received 2026-03-01 asks 1000.00" one with its demand (and "by 2026-03-16"); "asked 1000.00 from 2026-03-01 to 2026-03-08" is another letter with its demand and term.
// "held from 2026-03-01 to 2026-03-05" is a hold.
// "handed over on 2026-05-01" is from when something is done to collect; without it, from the beginning.
// "court served on 2026-05-01" is a stage of the procedure, "court judgment on 2026-06-01 awards 1000.00 20.00 150.00 475.57" one with its award, "leaves 50.00" of collection costs.
// "terms interest=12 clause=15 vat instalments", "information 12.50 on 2026-03-01" and, after a letter, "named 40.00" are what they say.
func tell(story string) claim.Facts {
	parts := strings.Split(story, ";")
	f := claim.Facts{ClaimID: "x", Debtor: kinds[strings.TrimSpace(parts[0])], Status: claim.StatusOpen}
	for i, part := range parts[1:] {
		w := strings.Fields(part)
		kind, ok := settled[w[0]]
		switch {
		case ok && slices.Contains(w, "reversed"):
		case ok:
			f.Settlements = append(f.Settlements, settlementOf(i, kind, w))
		case w[0] == "letter":
			l := claim.Letter{Step: "notice", Cycle: i, Kind: claim.FourteenDayLetter, State: claim.LetterAccepted, On: day(w[2]).AddDays(-2), Received: day(w[2]), Demanded: euro("999999.00")}
			switch {
			case len(w) > 6:
				l.Demanded, l.PayBy = euro(w[4]), day(w[6])
			case len(w) > 4:
				l.Demanded = euro(w[4])
			case len(w) > 3:
				l.State = claim.LetterState(w[3])
			}
			f.Letters = append(f.Letters, l)
		case w[0] == "named":
			f.Letters[len(f.Letters)-1].Announced = announced(w[1:])
		case w[0] == "handed":
			f.HandedOverOn = day(w[3])
		case w[0] == "terms":
			f.Terms = terms(w[1:])
		case w[0] == "information":
			f.InformationCosts = append(f.InformationCosts, claim.InformationCost{Key: fmt.Sprintf("%02d", i), Amount: euro(w[1]), On: day(w[3])})
		case w[0] == "flagged":
			flag := claim.Flag{Kind: w[1], From: day(w[3])}
			if len(w) > 4 {
				flag.Until = day(w[5])
			}
			f.Flags = append(f.Flags, flag)
		case w[0] == "promised": // "promised 500.00 by 2026-10-30 on 2026-10-20", and "taken-back 2026-10-22"
			p := claim.Promise{Key: fmt.Sprint(i), Amount: euro(w[1]), By: day(w[3]), On: day(w[5]), Until: day(w[3]).AddDays(2), Settled: settledSoFar(f)}
			if len(w) > 6 {
				p.Ended = day(w[7])
			}
			f.Promises = append(f.Promises, p)
		case w[0] == "arranged": // "arranged 3 x 100.00 on 2026-10-20 from 2026-11-02", monthly; "ended 2026-12-01"
			f.Arrangements = append(f.Arrangements, arrangementOf(i, f, w))
		case w[0] == "taken-back": // "taken-back 300.00": of what was paid before the arrangement, and was the first settlement
			f.Settlements, f.Arrangements[0].TakenBack = f.Settlements[1:], euro(w[1])
		case w[0] == "reminded": // "reminded 4/1 on 2026-11-05": of the first instalment of the arrangement in the fourth place; see remindedOf
			f.Letters = append(f.Letters, remindedOf(w))
		case w[0] == "agreed": // an arrangement whose figures are those of the books, see agreedOf
			f.Arrangements = append(f.Arrangements, agreedOf(w, booksOf(story)))
		case w[0] == "held":
			f.Pauses = append(f.Pauses, claim.Pause{Kind: claim.PauseHold, From: day(w[2]), Until: day(w[4])})
		case w[0] == "court": // chosen on 2026-04-01
			step := claim.CourtStep{Stage: claim.CourtStage(w[1]), On: day(w[3])}
			if len(w) > 5 {
				step.Awarded = claim.Awarded{Principal: euro(w[5]), Interest: euro(w[6]), Costs: euro(w[7]), CourtCosts: euro(w[8])}
			}
			if len(w) > 10 {
				step.LeftOut = euro(w[10])
			}
			f.Status, f.Decision = claim.StatusCourt, &claim.Decision{Choice: claim.ChooseCourt, On: day("2026-04-01")}
			f.Court = append(f.Court, step)
		case w[0] == "withdrawn": // "withdrawn on 2026-03-15"
			f.Status, f.Withdrawn = claim.StatusWithdrawn, day(w[2])
		case w[0] == "closed": // "closed by decision on 2026-03-15"
			f.Status, f.Decision = claim.StatusClosed, &claim.Decision{Choice: claim.ChooseClose, On: day(w[4])}
		case w[0] == "all": // "all is paid"
			f.Status = claim.StatusPaid
		case w[0] == "asked":
			f.Letters = append(f.Letters, claim.Letter{Step: "reminder", Kind: "reminder", State: claim.LetterAccepted, Demanded: euro(w[1]), On: day(w[3]), PayBy: day(w[5])})
		default:
			f.Invoices = append(f.Invoices, claim.Invoice{Number: fmt.Sprint(i), Amount: euro(w[0]), Due: day(w[2]), Issued: day(w[2]).AddDays(-30)})
		}
	}
	return f
}

func settledSoFar(f claim.Facts) (total money.Amount) {
	for _, s := range f.Settlements {
		total += s.Amount
	}
	return total
}

func arrangementOf(i int, f claim.Facts, w []string) claim.Arrangement {
	a := claim.Arrangement{Key: fmt.Sprint(i), On: day(w[5]), Settled: settledSoFar(f), GraceDays: 2, ReminderDays: 7}
	for n := range int(w[1][0] - '0') {
		a.Instalments = append(a.Instalments, claim.Instalment{Due: day(w[7]).AddMonths(n), Amount: euro(w[3])})
		a.Owed.Principal += euro(w[3])
	}
	if len(w) > 8 {
		a.Ended = day(w[9])
	}
	return a
}

// announced reads "40.00 of 100.00 vat 8.40 with 500.00 less 75.00": what the letter before it named over what, and what it took into account of other claims.
func announced(w []string) (a claim.Announced) {
	a.Costs = euro(w[0])
	for i := 1; i < len(w); i += 2 {
		*map[string]*money.Amount{"vat": &a.VAT, "with": &a.Others.Principal, "less": &a.Others.Costs, "of": &a.Principal}[w[i]] = euro(w[i+1])
	}
	return a
}

// terms reads "interest=12 clause=15 vat instalments".
func terms(words []string) (t claim.Terms) {
	for _, word := range words {
		switch name, value, _ := strings.Cut(word, "="); name {
		case "interest":
			t.InterestRate = law.Percent{Text: value}
		case "clause":
			t.CostsClause = law.Percent{Text: value}
		case "vat":
			t.CostsVAT = true
		case "instalments":
			t.Instalments = true
		}
	}
	return t
}

// settlementOf reads "credited 100.00 on 2026-03-05 invoice 1": an invoice is its place in the story, and so its number; the first is 0.
func settlementOf(i int, kind claim.SettlementKind, w []string) claim.Settlement {
	s := claim.Settlement{Key: fmt.Sprintf("%02d", i), Kind: kind, Amount: euro(w[1]), On: day(w[3])}
	if len(w) > 5 && w[4] == "invoice" {
		s.Invoice = w[5]
	}
	return s
}

// booksOf is every settlement of a story, with the days on which it came to be known and was taken back.
func booksOf(story string) (books []claim.Booking) {
	for i, part := range strings.Split(story, ";")[1:] {
		w := strings.Fields(part)
		kind, ok := settled[w[0]]
		if !ok {
			continue
		}
		b := claim.Booking{Settlement: settlementOf(i, kind, w)}
		for n, word := range w {
			switch word {
			case "known":
				b.Booked = day(w[n+1])
			case "reversed":
				b.Reversed = day(w[n+1])
			}
		}
		books = append(books, b)
	}
	return books
}

// recordsOf is what the file tells of a story: its books, its letters, known on the day on which they left, and the stages of a procedure, on theirs.
func recordsOf(story string) claim.Records {
	r := claim.Records{Books: booksOf(story), Court: map[claim.CourtStage]calendar.Date{}}
	for _, l := range tell(story).Letters {
		r.Letters = append(r.Letters, claim.LetterRecord{Letter: l, Turns: []claim.LetterTurn{{Known: l.On, State: l.State}}})
	}
	for _, step := range tell(story).Court {
		r.Court[step.Stage] = step.On
	}
	return r
}

func accountOn(t *testing.T, f claim.Facts, on string) claim.Account {
	t.Helper()
	a, err := f.AccountOn(tables(), day(on))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// say is an account in words: "costs 150.00 interest 1.23 principal 1000.00", and the surplus when there is one.
func say(a claim.Account) string {
	words := fmt.Sprintf("costs %s interest %s principal %s", a.Open.Costs, a.Open.Interest, a.Open.Principal)
	if a.Surplus != 0 {
		words += " surplus " + a.Surplus.String()
	}
	return words
}

// sayAllocations is how the settlements were divided: "150.00+1.23+48.77+0.00" for costs, interest, principal and surplus.
func sayAllocations(a claim.Account) string {
	words := make([]string, len(a.Allocations))
	for i, x := range a.Allocations {
		words[i] = fmt.Sprintf("%s+%s+%s+%s", x.Costs, x.Interest, x.Principal, x.Surplus)
	}
	return strings.Join(words, " | ")
}
