package agreement

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// StickerOrder is an order of sets of stickers. Included sets come out of the stock of the agreement year; Price is of each other set, without VAT, nil when
// there is none.
type StickerOrder struct {
	Key      string        `json:"key"`
	On       calendar.Date `json:"on"`
	Sets     int           `json:"sets"`
	Included int           `json:"included"`
	Price    *money.Amount `json:"price"`
}

// Charged is what the client pays for the order, without VAT.
func (o StickerOrder) Charged() money.Amount {
	if o.Price == nil {
		return 0
	}
	return money.Amount(o.Sets-o.Included) * *o.Price
}

// Stock are the sets of stickers of an agreement year. What is left at its end does not carry over: the agreement gives 36 sets a year and names nothing else.
type Stock struct {
	Year     Year `json:"year"`
	Included int  `json:"included"` // by the plan
	Used     int  `json:"used"`     // of those
	Left     int  `json:"left"`
	Charged  int  `json:"charged"` // sets beyond the stock
}

// Stock is what the client may still order on a day without paying. A plan that changes within a year takes along what was used.
func (f Facts) Stock(plan Plan, day calendar.Date) Stock {
	s := Stock{Year: f.YearOf(day), Included: plan.Stickers.Sets}
	for _, o := range f.Orders {
		if !o.On.Before(s.Year.First) && !o.On.After(s.Year.Last) {
			s.Used += o.Included
			s.Charged += o.Sets - o.Included
		}
	}
	s.Left = max(0, s.Included-s.Used)
	return s
}

// Order is an order of sets on a day under a plan: from the stock first. The error says why it cannot be taken.
func (f Facts) Order(key string, sets int, plan Plan, day calendar.Date) (StickerOrder, error) {
	o := StickerOrder{Key: key, On: day, Sets: sets}
	if sets < 1 || sets > maxSets {
		return o, fmt.Errorf("%d sets cannot be ordered; right would be 1 to %d", sets, maxSets)
	}
	if s := f.On(day).Status; s == NotStarted || s == Ended || !f.Ended.IsZero() {
		return o, fmt.Errorf("the agreement is not in force on %s: %s", day, s)
	}
	stock := f.Stock(plan, day)
	if o.Included = min(sets, stock.Left); o.Included == sets {
		return o, nil
	}
	if plan.Stickers.Price == nil {
		return o, fmt.Errorf("%d of %d sets are in stock, and plan %s has no price for another (stickers.price); right would be at most %d sets", stock.Left, sets, plan.ID, stock.Left)
	}
	price := *plan.Stickers.Price
	o.Price = &price
	return o, nil
}
