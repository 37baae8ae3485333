package settlement

import "github.com/incassocenter/dunning/internal/calendar"

// RefundTerm is how long the payer of a Core direct debit can fetch it back without a reason: whole weeks after it (art. 7:531 BW; SEPA Direct Debit Core rulebook, EPC016-06,
// section 4.3.4: eight), and then the TARGET days within which its bank settles that with ours (the same section: two). The zero value never ends.
type RefundTerm struct{ Weeks, TargetDays int }

// AvailableOn is the first day on which what was debited on a day cannot come back any more; zero when it always can.
func (t RefundTerm) AvailableOn(debited calendar.Date) calendar.Date {
	if t == (RefundTerm{}) {
		return calendar.Date{}
	}
	return calendar.AddTargetDays(debited.AddDays(7*t.Weeks), t.TargetDays).AddDays(1)
}

// OverFor is the last day of which nothing that was debited can come back on a day any more; zero when everything can.
func (t RefundTerm) OverFor(on calendar.Date) calendar.Date {
	if t == (RefundTerm{}) {
		return calendar.Date{}
	}
	debited := on.AddDays(-7 * t.Weeks)
	for t.AvailableOn(debited).After(on) {
		debited = debited.AddDays(-1)
	}
	return debited
}
