package claim_test

import (
	"cmp"
	"fmt"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// teller makes up stories in the words of tell, the same for the same number.
type teller struct {
	*rand.Rand
	words     []string
	asked     []string // amounts that letters ask, and half of them
	principal int64
	invoiced  int // how many there are
	settled   []string
	due, on   int // of the last invoice, and of the question
	termsEnd  int // the last day of what a letter or an arrangement gives to pay
	consumer  bool
	agrees    bool // on a payment arrangement
}

// unlikely is true once in n times.
func (t *teller) unlikely(n int) bool { return t.IntN(n) == 0 }

func (t *teller) say(format string, args ...any) {
	t.words = append(t.words, fmt.Sprintf(format, args...))
}

func pick[T any](t *teller, from ...T) T { return from[t.IntN(len(from))] }

func inEuros(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

// madeUp is a claim and the day on which its account is asked. One in four lives a payment arrangement (one in twelve has paid when it would be agreed), one in
// eight a procedure before the court.
func madeUp(number uint64) (text, on string) {
	return madeUpWith(number, number%3 == 0, number%8 == 0)
}

func madeUpWith(number uint64, arranged, judged bool) (text, on string) {
	t := &teller{Rand: rand.New(rand.NewPCG(3, number)), agrees: arranged}
	t.consumer = t.unlikely(2)
	if t.consumer {
		t.say("consumer")
	} else {
		t.say("%s", pick(t, "sole trader", "company"))
	}
	first := t.invoices()
	t.agreements(first)
	t.stops()
	t.on = min(t.due+pick(t, t.IntN(30), t.IntN(400), t.IntN(400), t.IntN(1500), t.IntN(5000)), num(day("2027-06-30")))
	t.letters()
	for range t.IntN(7) {
		t.settlement()
	}
	t.books()
	if arranged {
		t.arrangements()
	}
	if judged {
		t.procedure()
	}
	if number%5 == 1 {
		t.promises(rand.New(rand.NewPCG(5, number)))
	}
	return strings.Join(t.words, "; "), dateOf(t.on).String()
}

// amount is anything between a cent and two million, often about where the scale of costs has an edge.
func (t *teller) amount() int64 {
	edge := pick[int64](t, 1_00, 266_67, 2_500_00, 5_000_00, 10_000_00)
	if t.unlikely(40) {
		edge = pick[int64](t, 200_000_00, 1_000_000_00)
	}
	return max(1, pick(t, edge+t.Int64N(21)-10, 1+t.Int64N(2*edge), 1+t.Int64N(1000_00)))
}

// dueDay is any day since the scale of costs holds, often one about which something changes.
func (t *teller) dueDay() int {
	first, last := num(day("2012-07-01")), num(day("2026-12-01"))
	n := first + t.IntN(last-first)
	month := pick(t, dateOf(n).Month(), time.March, time.March, time.July, time.January) // the end of February, and a new rate
	if t.unlikely(3) {
		n = num(calendar.NewDate(dateOf(n).Year(), month, 1)) + t.IntN(4) - 3
	}
	return min(max(n, first), last)
}

// agreements are what few debtors have. VAT is 21% since October 2012.
func (t *teller) agreements(firstDue int) {
	terms := "terms"
	if t.unlikely(6) {
		terms += " interest=" + pick(t, "1", "4.5", "8", "12", "17.25")
	}
	if t.unlikely(6) {
		terms += " clause=" + pick(t, "5", "10", "15", "12.5")
	}
	if firstDue > num(day("2012-10-01")) && t.unlikely(6) {
		terms += " vat"
	}
	t.say("%s", terms)
	if t.unlikely(2) {
		t.say("handed over on %s", dateOf(firstDue+pick(t, t.IntN(40)-20, t.IntN(400))))
	}
	for t.unlikely(6) {
		t.say("information %s on %s", inEuros(1+t.Int64N(60_00)), dateOf(min(firstDue+t.IntN(400), num(day("2027-06-30")))))
	}
}

// stops are a bankruptcy or a debt restructuring, before or after the invoices fell due; some have ended, some never were.
func (t *teller) stops() {
	for t.unlikely(5) {
		from := t.due + pick(t, t.IntN(60), t.IntN(600), -t.IntN(300))
		told := fmt.Sprintf("flagged %s from %s", pick(t, claim.FlagBankrupt, claim.FlagWSNP, claim.FlagWSNP, claim.FlagVulnerable), dateOf(from))
		if !t.unlikely(3) {
			told += " to " + dateOf(from+pick(t, -1, 0, t.IntN(30), t.IntN(1100))).String()
		}
		t.say("%s", told)
	}
}

// overtaken is an insolvency that begins in the weeks around a 14-day letter, of which the first day and the last of its term matter.
func (t *teller) overtaken(left, received int) {
	last := secondFourteenDays(received)
	from := pick(t, left-1, left, received, last-1, last, last, last+1, left+t.IntN(25))
	told := fmt.Sprintf("flagged %s from %s", pick(t, claim.FlagBankrupt, claim.FlagWSNP, claim.FlagVulnerable), dateOf(from))
	if t.unlikely(2) {
		told += " to " + dateOf(from+pick(t, -1, 0, t.IntN(30))).String()
	}
	t.say("%s", told)
}

func (t *teller) invoices() (first int) {
	due := t.dueDay()
	first = due
	for range 1 + t.IntN(3) {
		amount := t.amount()
		t.principal += amount
		t.invoiced++
		t.due = max(t.due, due)
		t.say("%s due %s", inEuros(amount), dateOf(due))
		first = min(first, due)
		due = min(max(due+pick(t, 0, t.IntN(60), -t.IntN(60), t.IntN(800)), num(day("2012-07-01"))), num(day("2026-12-01")))
	}
	return first
}

// letters leave after hand-over, when all invoices are overdue. What they ask is often what somebody will pay.
func (t *teller) letters() {
	from := t.due + 1 + pick(t, 0, t.IntN(40), t.IntN(200))
	for n := range t.IntN(4) {
		ask := pick(t, t.principal, t.principal, t.principal-t.Int64N(t.principal)/2, t.principal+t.Int64N(150_00))
		left := from + t.IntN(40)
		if t.consumer && (n == 0 || t.unlikely(4)) {
			received := left + 2 + t.IntN(5) // tell lets it leave two days before
			switch t.IntN(5) {
			case 0:
				t.say("letter received %s %s", dateOf(received), pick(t, "unknown", "failed"))
			case 1:
				t.say("letter received %s", dateOf(received))
			case 2:
				t.say("letter received %s asks %s by %s", dateOf(received), inEuros(ask), dateOf(received+t.IntN(30)))
			default:
				t.say("letter received %s asks %s", dateOf(received), inEuros(ask))
			}
			if t.unlikely(3) {
				t.say("named %s of %s vat %s with %s less %s", inEuros(t.Int64N(200_00)), inEuros(pick(t, 0, t.principal, ask, t.amount())), inEuros(t.Int64N(20_00)), inEuros(pick(t, 0, t.amount())), inEuros(t.Int64N(200_00)))
			}
			if t.unlikely(6) {
				t.overtaken(left, received)
			}
		} else {
			t.say("asked %s from %s to %s", inEuros(ask), dateOf(left), dateOf(left+t.IntN(20)))
		}
		t.termsEnd = max(t.termsEnd, left+40)
		t.asked = append(t.asked, fmt.Sprintf("%d %d", ask, left))
		from = left
	}
}

// settlement is told in any order, as a payment becomes known late; it often falls on the day of another, or answers a letter.
func (t *teller) settlement() {
	var ask int64
	when := t.due - 40 + t.IntN(max(1, t.on-t.due+60))
	amount := pick(t, t.amount(), 1+t.Int64N(t.principal), 1+t.Int64N(t.principal/4+1), t.principal, t.principal/2+1, 1+t.Int64N(50_00))
	if len(t.asked) > 0 && !t.unlikely(3) {
		if _, err := fmt.Sscan(pick(t, t.asked...), &ask, &when); err != nil {
			panic(err)
		}
		when += t.IntN(24) - 2
		amount = max(1, pick(t, ask, ask/2, ask-ask/2, ask-1, ask+t.Int64N(100)))
	}
	if len(t.settled) > 0 && t.unlikely(3) {
		when = num(day(pick(t, t.settled...)))
	}
	written := dateOf(min(when, num(day("2027-06-30")))).String()
	t.settled = append(t.settled, written)
	word := pick(t, "paid", "paid", "paid", "paid-client", "credited", "set-off", "returned", "performed", "let-go")
	told := fmt.Sprintf("%s %s on %s%s", word, inEuros(amount), written, t.credits(word))
	t.words = slices.Insert(t.words, len(t.words)-t.IntN(len(t.settled)), told)
}

// credits names the invoice of most credit notes; those of old do not.
func (t *teller) credits(word string) string {
	if word != "credited" || t.unlikely(3) {
		return ""
	}
	return fmt.Sprintf(" invoice %d", t.IntN(t.invoiced))
}

// differs is what the two programs say of a story when they do not say the same.
func differs(text, on string) string {
	if problem := booksDiffer(text, on); problem != "" {
		return problem
	}
	f := tell(text)
	got, err := f.AccountOn(tables(), day(on))
	if err != nil {
		return "refused: " + err.Error()
	}
	segments := got.Segments()
	second := newSecond(secondKnown(f, text, num(inTheEnd)), day(on)) // what was reversed by then never was
	want := second.account()
	if first, again := inWords(got), inWords(want); first != again {
		return "first program:  " + first + "\nsecond program: " + again
	}
	return cmp.Or(second.differsInSegments(segments), linesOf(segments, got.Charged.Interest))
}

// differsInSegments compares how the interest came about: the days, the rate of each, and what ran in all.
func (s *second) differsInSegments(segments []law.Segment) string {
	days, ran, wantDays, wantRan := 0, new(big.Rat), 0, new(big.Rat)
	for _, x := range segments {
		days += x.Days
		ran.Add(ran, x.Interest())
		from, to := num(x.From), num(x.To)
		if want := big.NewRat(s.rate(from), 10_000); x.Percent.Fraction().Cmp(want) != 0 {
			return fmt.Sprintf("%s%% on %s, the second program has a rate of %s", x.Percent.Text, x.From, want.FloatString(4))
		}
		for n := from; n <= to; n++ {
			if s.rate(n) != s.rate(from) {
				return fmt.Sprintf("%s%% from %s to %s, but on %s the rate is another", x.Percent.Text, x.From, x.To, dateOf(n))
			}
		}
	}
	for _, i := range s.invoices {
		i.settle()
		wantDays += i.days
		wantRan.Add(wantRan, i.ran)
	}
	if wantRan.Mul(wantRan, big.NewRat(1, 100)); days != wantDays || ran.Cmp(wantRan) != 0 {
		return fmt.Sprintf("segments: %s on %d days of interest, the second program has %s on %d", ran.FloatString(6), days, wantRan.FloatString(6), wantDays)
	}
	return ""
}

// linesOf says what is wrong with the lines that a letter prints under a total.
func linesOf(segments []law.Segment, total money.Amount) string {
	var sum money.Amount
	for _, line := range law.Lines(segments, total) {
		if sum += line.Interest; line.Interest < 0 {
			return fmt.Sprintf("a printed line of %s from %s to %s", line.Interest, line.From, line.To)
		}
	}
	if sum != total && len(segments) > 0 {
		return fmt.Sprintf("printed lines of %s under a total of %s", sum, total)
	}
	return ""
}

func inWords(a claim.Account) string {
	return fmt.Sprintf("%s; charged %s+%s+%s; costs due from %q; interest stated to %s, on %s; divided %s", say(a),
		a.Charged.Costs, a.Charged.Interest, a.Charged.Principal, a.CostsDueFrom, a.InterestStatedTo, a.On, sayAllocations(a))
}

// shorter leaves out of a story what is not needed for the two programs to differ.
func shorter(text, on string) string {
	for again := true; again; {
		again = false
		parts := strings.Split(text, "; ")
		for i := 1; i < len(parts); i++ {
			without := strings.Join(slices.Delete(slices.Clone(parts), i, i+1), "; ")
			if tellable(without) && differs(without, on) != "" {
				text, again = without, true
				break
			}
		}
	}
	return text
}

// tellable: there is an invoice, and what a letter named comes after a letter.
func tellable(text string) bool {
	before, _, names := strings.Cut(text, "; named ")
	return strings.Contains(text, " due ") && (!names || strings.Contains(before, "; letter "))
}

const secondCases = 100_000

func TestASecondProgramFindsTheSameAccount(t *testing.T) {
	t.Parallel()
	var next, failures atomic.Uint64
	var together sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		together.Go(func() {
			for n := next.Add(1); n <= secondCases && failures.Load() < 12; n = next.Add(1) {
				if text, on := madeUp(n); differs(text, on) != "" {
					failures.Add(1)
					text = shorter(text, on)
					t.Errorf("story %d: %s\non %s\n%s", n, text, on, differs(text, on))
				}
			}
		})
	}
	together.Wait()
}
