package claim

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Position is what is owed in each part on a day, and what is owed back.
type Position struct {
	Balance
	Surplus money.Amount `json:"surplus"`
}

// Position is the account without how it came about.
func (a Account) Position() Position { return Position{a.Open, a.Surplus} }

// Divided is how what was paid was divided (art. 6:44 BW), and what of it was too much. What was let go nobody paid.
func (a Account) Divided() (p Position) {
	for _, x := range a.Allocations {
		if x.Settlement.Kind != WriteOff {
			p.Costs, p.Interest, p.Principal = p.Costs+x.Costs, p.Interest+x.Interest, p.Principal+x.Principal
		}
	}
	p.Surplus = a.Surplus
	return p
}

// Difference is two positions of the same day: what a change of the facts made of it.
type Difference struct {
	On     calendar.Date `json:"on"`
	Before Position      `json:"before"`
	After  Position      `json:"after"`
}

// Change is one line of a difference.
type Change struct {
	Name          string
	Before, After money.Amount
}

// Grew is by how much, negative when it became less.
func (c Change) Grew() money.Amount { return c.After - c.Before }

// Changes are the lines of a difference: costs, interest and principal, their total, and the surplus.
func (d Difference) Changes() []Change {
	return []Change{
		{"costs", d.Before.Costs, d.After.Costs}, {"interest", d.Before.Interest, d.After.Interest}, {"principal", d.Before.Principal, d.After.Principal},
		{"total", d.Before.Total(), d.After.Total()}, {"surplus", d.Before.Surplus, d.After.Surplus},
	}
}

// DifferenceTo compares the account of a day on these facts with that on others of the same claim.
func (f Facts) DifferenceTo(after Facts, tables law.Tables, on calendar.Date) (Difference, error) {
	return f.compared(after, tables, on, Account.Position)
}

// DividedTo compares how what was paid by the end of a day is divided on these facts with that on others of the same claim: the total is what of it was owed.
func (f Facts) DividedTo(after Facts, tables law.Tables, on calendar.Date) (Difference, error) {
	return f.compared(after, tables, on, Account.Divided)
}

func (f Facts) compared(after Facts, tables law.Tables, on calendar.Date, position func(Account) Position) (Difference, error) {
	was, err := f.AccountOn(tables, on)
	if err != nil {
		return Difference{}, err
	}
	is, err := after.AccountOn(tables, on)
	return Difference{On: on, Before: position(was), After: position(is)}, err
}

// Settled gives the settlement of a key, if it stands.
func (f Facts) Settled(key string) (Settlement, bool) {
	i := slices.IndexFunc(f.Settlements, func(s Settlement) bool { return s.Key == key })
	if i < 0 {
		return Settlement{}, false
	}
	return f.Settlements[i], true
}

// Without is the facts as if a settlement had never been.
func (f Facts) Without(key string) Facts {
	f.Settlements = slices.DeleteFunc(slices.Clone(f.Settlements), func(s Settlement) bool { return s.Key == key })
	return f
}

// With is the facts with one more settlement.
func (f Facts) With(s Settlement) Facts {
	f.Settlements = append(slices.Clone(f.Settlements), s)
	return f
}
