package agreement

import "github.com/incassocenter/dunning/internal/calendar"

// CallBackYear is how often a client asked for advice by telephone (requirement S9) in a year of its agreement, From and To both included.
type CallBackYear struct {
	From      calendar.Date `json:"from"`
	To        calendar.Date `json:"to"`
	CallBacks int           `json:"call_backs"`
}

// CallBacks counts the days on which the client asked by the years of its agreement, the first year first, up to and including that of until, or its last. Days
// of before its start are of the first year of a client's first agreement, and those of a later one belong to the agreement before.
func (f Facts) CallBacks(days []calendar.Date, until calendar.Date) (years []CallBackYear) {
	if !f.Ended.IsZero() && f.Ended.Before(until) {
		until = f.Ended
	}
	for n := 1; n <= f.YearOf(until).Number; n++ {
		year := CallBackYear{From: f.YearNumber(n).First, To: f.YearNumber(n).Last}
		for _, day := range days {
			elsewhere := day.After(until) || f.Number > 1 && day.Before(f.Start)
			if !elsewhere && f.YearOf(day).Number == n {
				year.CallBacks++
			}
		}
		years = append(years, year)
	}
	return years
}
