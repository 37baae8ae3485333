package settlement

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Payable is what the books say of one claim, as far as no payout took it: what its client is to be paid of it, what of that may not be paid yet, and what came in.
type Payable struct {
	ClaimID  string
	Due      money.Amount // less than nothing where more was paid than there is
	Waiting  money.Amount // came in by direct debit and can be fetched back
	Received money.Amount
	Agency   money.Amount
}

// Paying is how a client is paid under its plan. The zero value pays any amount, on no day by itself.
type Paying struct {
	Minimum money.Amount // less waits for the next time
	SetsOff bool         // open invoices are set off against it
	Days    []int        // of the month, 1 to 28; of a day on which banks settle nothing, the next one
}

// PaysOn says whether the calendar names a day.
func (p Paying) PaysOn(day calendar.Date) bool {
	for _, month := range []calendar.Date{day, day.AddDays(-10)} { // the day that was named may be of the month before
		for _, n := range p.Days {
			if calendar.TargetDayFrom(calendar.NewDate(month.Year(), month.Month(), n)) == day {
				return true
			}
		}
	}
	return false
}

// PayOf gives what a client is paid of what is payable: each claim as far as it is available, less owed, which the client got before and a bank took back since,
// and less what is open of invoices, oldest first, where they are set off, more by what the client has to its credit of them (less than nothing in open). What does not exceed them
// waits: it is set off when something is paid. why says why nothing is paid.
func (p Paying) PayOf(payables []Payable, owed money.Amount, open []SetOff) (line PayoutLine, why string) {
	line = PayoutLine{Kind: PayoutToClient, Clawed: owed}
	var total, waiting money.Amount
	for _, c := range payables {
		part := c.part()
		if part.Cents != 0 || part.Received != 0 {
			line.Parts = append(line.Parts, part)
		}
		total, waiting = total+part.Cents, waiting+c.Due-part.Cents
	}
	line.Cents = total - owed
	credit := line.credits(open)
	if p.SetsOff {
		line.setOff(open)
	}
	switch {
	case line.Cents <= 0 && waiting > 0:
		return line, fmt.Sprintf("%s of direct debits can still be fetched back", waiting)
	case line.Cents <= 0 && line.SetOff+credit > 0:
		return line, fmt.Sprintf("%s is available, and the invoices that are open take all of it: it is set off as soon as more is", total-owed+credit)
	case line.Cents <= 0 && owed > 0:
		return line, fmt.Sprintf("%s is available, and %s that was paid before was taken back", total, owed)
	case line.Cents <= 0:
		return line, "nothing is available"
	case line.Cents < p.Minimum && credit == 0: // a credit was asked for, or may be all that there ever is
		return line, fmt.Sprintf("%s is less than the %s from which its plan pays", line.Cents, p.Minimum)
	}
	return line, ""
}

// part is what of a claim can be paid now.
func (c Payable) part() PayoutPart {
	part := PayoutPart{ClaimID: c.ClaimID, Cents: c.Due, Received: c.Received, Agency: c.Agency}
	if c.Due > 0 {
		part.Cents = money.Max(0, c.Due-c.Waiting)
	}
	return part
}

// KeptBack gives what of what is payable is kept of a client that is paid nothing now, for what it owes of before: as much as both are, out of the claims in their order. Of a claim
// of which only a part is taken the rest is payable still.
func KeptBack(payables []Payable, owed money.Amount) (parts []PayoutPart, sum money.Amount) {
	var available money.Amount
	for _, c := range payables {
		available += c.part().Cents
	}
	left := money.Max(0, money.Min(available, owed))
	for _, c := range payables {
		part := c.part()
		if part.Cents = money.Min(part.Cents, left); part.Cents > 0 {
			parts, sum, left = append(parts, part), sum+part.Cents, left-part.Cents
		}
	}
	return parts, sum
}

// credits adds what the client has to its credit, and gives that.
func (l *PayoutLine) credits(open []SetOff) (credit money.Amount) {
	for _, s := range open {
		if s.Cents < 0 {
			l.SetOffs = append(l.SetOffs, s)
			l.SetOff, l.Cents, credit = l.SetOff+s.Cents, l.Cents-s.Cents, credit-s.Cents
		}
	}
	return credit
}

// Credit is what the line pays of what the client has to its credit.
func (l PayoutLine) Credit() (credit money.Amount) {
	for _, s := range l.SetOffs {
		credit += money.Max(0, -s.Cents)
	}
	return credit
}

// setOff keeps back what is open of invoices, as far as there is something.
func (l *PayoutLine) setOff(open []SetOff) {
	for _, s := range open {
		if s.Cents = money.Min(s.Cents, l.Cents); s.Cents > 0 {
			l.SetOffs = append(l.SetOffs, s)
			l.SetOff, l.Cents = l.SetOff+s.Cents, l.Cents-s.Cents
		}
	}
}
