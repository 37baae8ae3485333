package claim_test

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
)

// plan is an arrangement as the teller makes it up.
type plan struct {
	key             string
	on, first       int
	weekly          bool
	grace, reminder int
	parts           []int64
}

func (p plan) due(i int) int {
	if p.weekly {
		return p.first + 7*i
	}
	return num(dateOf(p.first).AddMonths(i))
}

// arrangements are one over what is owed on a day, as far as is known then, and sometimes a second one, after the first or in its place.
func (t *teller) arrangements() {
	if t.unlikely(3) {
		from := t.due + t.IntN(300)
		t.say("held from %s to %s", dateOf(from), dateOf(from+t.IntN(20)))
	}
	on := t.due + pick(t, 1+t.IntN(20), 1+t.IntN(90), t.IntN(400))
	if len(t.asked) > 0 && t.unlikely(2) { // soon after a letter: within the fourteen days
		var ask int64
		if _, err := fmt.Sscan(t.asked[0], &ask, &on); err != nil {
			panic(err)
		}
		on += 1 + t.IntN(20)
	}
	for _, key := range []string{"a", "b"} {
		last, ok := t.arrange(key, min(on, num(day("2027-03-01"))))
		t.termsEnd = max(t.termsEnd, on)
		if !ok || !t.unlikely(3) {
			return
		}
		on = max(on+1, last+pick(t, 0, 1+t.IntN(20), -t.IntN(60)))
	}
}

// arrange says an arrangement and how it is paid, and gives the last day on which something happens to it; ok is false when nothing is owed.
func (t *teller) arrange(key string, on int) (last int, ok bool) {
	p := plan{key: key, on: on, first: on + t.IntN(30), weekly: t.unlikely(2), grace: t.IntN(4), reminder: pick(t, 7, 14)}
	text := strings.Join(t.words, "; ")
	account := newSecond(secondKnown(tell(text), text, on), dateOf(on)).account()
	parts := int64(2 + t.IntN(4))
	owed := account.Open.Total().Cents()
	if owed < parts {
		return 0, false
	}
	amounts := make([]string, parts)
	for i := range amounts {
		part := owed / parts
		if i+1 == len(amounts) {
			part = owed - part*(parts-1)
		}
		p.parts, amounts[i] = append(p.parts, part), inEuros(part)
	}
	every := "month"
	if p.weekly {
		every = "week"
	}
	told := fmt.Sprintf("agreed %s on %s from %s every %s grace %d reminder %d as %s costs %s", strings.Join(amounts, "+"), dateOf(on), dateOf(p.first), every, p.grace, p.reminder, key, account.Open.Costs)
	if t.unlikely(6) {
		told += " ended " + dateOf(on+1+t.IntN(90)).String()
	}
	t.say("%s", told)
	if t.unlikely(4) {
		t.takeBack(on)
	}
	last = t.instalments(p)
	if asked := pick(t, t.on, last+t.IntN(3)-1, on+t.IntN(200), last+t.IntN(200)); asked > on || t.unlikely(4) {
		t.on = min(asked, num(day("2027-06-30")))
	}
	return last, true
}

// takeBack takes back one of the payments that were known on a day, after it.
func (t *teller) takeBack(on int) {
	for i, told := range t.words {
		_, known, books := strings.Cut(told, " known ")
		if books && !strings.Contains(known, " ") && num(day(known)) <= on {
			t.words[i] += " reversed " + dateOf(on+1+t.IntN(90)).String()
			return
		}
	}
}

// instalments are paid as debtors do: all in time, some late, until something comes in between, all at once, or not.
func (t *teller) instalments(p plan) (last int) {
	last = p.on
	habit := t.IntN(6)
	stops := t.IntN(len(p.parts) + 1)
	for i, part := range p.parts {
		due := p.due(i)
		late := habit == 0 && t.unlikely(2) || habit == 1 && i == stops
		if habit == 2 && i >= stops || habit == 3 && t.unlikely(4) {
			part = 0
		}
		if habit == 4 && i == stops { // the rest at once
			for _, more := range p.parts[i+1:] {
				part += more
			}
		}
		when := due - t.IntN(4) + t.IntN(2)
		if late || part == 0 {
			when = t.reminded(p, i)
		}
		if part > 0 {
			t.pay(max(p.on+t.IntN(2), when), part)
		}
		if last = max(last, when); habit == 4 && i >= stops {
			return last
		}
	}
	return last
}

// reminded is about the day on which the term of a reminder of a missed instalment ends. Some are not reminded of, or their letter comes back.
func (t *teller) reminded(p plan, i int) int {
	left := secondGrace(p.due(i), p.grace) + pick(t, 0, 1, 1, 1, 1+t.IntN(30))
	if t.unlikely(5) {
		return left
	}
	received := left + t.IntN(4)
	told := fmt.Sprintf("reminded %s/%d on %s received %s", p.key, i+1, dateOf(left), dateOf(received))
	if t.unlikely(2) {
		told += " asks " + inEuros(pick(t, p.parts[i], 1+p.parts[i]/2, 2*p.parts[i]))
	}
	if t.unlikely(8) {
		told += " " + string(pick(t, claim.LetterFailed, claim.LetterUnknown))
	}
	t.say("%s", told)
	return received + p.reminder + pick(t, 0, 0, 1, t.IntN(20)-10, t.IntN(20))
}

// pay books a payment of an instalment, often in another way, of another amount, later known, or taken back.
func (t *teller) pay(on int, amount int64) {
	word := pick(t, "paid", "paid", "paid", "paid", "paid-client", "paid-client", "set-off", "credited", "let-go")
	if t.unlikely(8) {
		amount = max(1, pick(t, amount-1, amount+1, amount/2, amount+t.Int64N(50_00)))
	}
	known := on + pick(t, 0, 0, 0, t.IntN(90))
	told := fmt.Sprintf("%s %s on %s%s known %s", word, inEuros(amount), dateOf(on), t.credits(word), dateOf(known))
	if t.unlikely(12) {
		told += " reversed " + dateOf(known+t.IntN(60)).String()
	}
	t.say("%s", told)
}

// procedure is a judgment and what comes after it. What it awards of principal and interest does not change what is owed. No letter leaves and nothing is agreed once
// the client has chosen the court; what was agreed before can come back by a payment that comes to be known late.
func (t *teller) procedure() {
	on := max(t.due+30, t.termsEnd+1) + pick(t, t.IntN(60), t.IntN(500))
	t.say("court served on %s", dateOf(on-20))
	t.say("court judgment on %s awards %s %s %s %s", dateOf(on), inEuros(t.Int64N(t.principal+1)), inEuros(t.Int64N(100_00)), inEuros(t.Int64N(200_00)), inEuros(t.Int64N(2000_00)))
	if t.unlikely(2) {
		t.words[len(t.words)-1] += " leaves " + inEuros(t.Int64N(100_00))
		t.say("let-go %s on %s", inEuros(1+t.Int64N(150_00)), dateOf(on+t.IntN(120)-20))
	}
	if t.unlikely(4) {
		t.say("court %s on %s", pick(t, claim.CourtLost, claim.CourtSettled), dateOf(on+t.IntN(100)))
		if strings.Contains(t.words[len(t.words)-1], "settled") {
			t.words[len(t.words)-1] += fmt.Sprintf(" awards 0.00 0.00 %s 0.00", inEuros(t.Int64N(300_00)))
		}
	}
	if t.unlikely(2) {
		t.on = min(on+pick(t, -1, 0, 1+t.IntN(300)), num(day("2027-06-30")))
	}
	for range t.IntN(3) {
		t.pay(on+t.IntN(200)-50, pick(t, t.principal, t.amount(), 1+t.Int64N(t.principal)))
	}
}
