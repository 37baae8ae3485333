package agreement_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
)

// Orders of an agreement from 2026-03-01, each "day sets" or "day sets plan".
func TestStickersOfAYear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		orders []string
		want   string // of each order what is included and charged; then what is left
	}{
		{"some of the stock", []string{"2026-04-01 10"}, "10 included, 0.00; 26 left"},
		{"the whole stock", []string{"2026-04-01 36"}, "36 included, 0.00; 0 left"},
		{"one more costs 5.00", []string{"2026-04-01 37"}, "36 included, 5.00; 0 left"},
		{"after the stock each set costs 5.00", []string{"2026-04-01 30", "2026-05-01 10", "2026-06-01 3"}, "30 included, 0.00; 6 included, 20.00; 0 included, 15.00; 0 left"},
		{"the last day of the year has its stock, the next day a new one", []string{"2026-04-01 36", "2027-02-28 1", "2027-03-01 1"}, "36 included, 0.00; 0 included, 5.00; 1 included, 0.00; 35 left"},
		{"what is left does not carry over", []string{"2026-04-01 1", "2027-03-01 37"}, "1 included, 0.00; 36 included, 5.00; 0 left"},
		{"Basis includes none, and names no price", []string{"2026-04-01 1 basis"}, "0 of 1 sets are in stock, and plan basis has no price for another (stickers.price); right would be at most 0 sets; 0 left"},
		{"from Premium to Basis: the stock is gone", []string{"2026-04-01 1", "2026-05-01 1 basis"}, "1 included, 0.00; 0 of 1 sets are in stock, and plan basis has no price for another (stickers.price); right would be at most 0 sets; 0 left"},
		{"and back: what was used stays used", []string{"2026-04-01 30", "2026-05-01 7"}, "30 included, 0.00; 6 included, 5.00; 0 left"},
		{"none", []string{"2026-04-01 0"}, "0 sets cannot be ordered; right would be 1 to 10000; 36 left"},
		{"before the start", []string{"2026-02-28 1"}, "the agreement is not in force on 2026-02-28: not-started; 36 left"},
	} {
		f, plan, on := since("2026-03-01"), agreement.Plan{}, calendar.Date{}
		var told []string
		for i, text := range c.orders {
			words := append(strings.Fields(text), "premium")
			var sets int
			if _, err := fmt.Sscan(words[1], &sets); err != nil {
				t.Fatal(err)
			}
			plan, on = shipped(t)[words[2]], day(words[0])
			o, err := f.Order(fmt.Sprint(i), sets, plan, on)
			if err != nil {
				told = append(told, err.Error())
				continue
			}
			f.Orders = append(f.Orders, o)
			told = append(told, fmt.Sprintf("%d included, %s", o.Included, o.Charged()))
		}
		told = append(told, fmt.Sprintf("%d left", f.Stock(plan, on).Left))
		if got := strings.Join(told, "; "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	ended := since("2026-03-01", "2026-05-01 registered")
	if _, err := ended.Order("k", 1, shipped(t)["premium"], day("2027-03-01")); err == nil {
		t.Error("an order after the end was taken")
	}
}
