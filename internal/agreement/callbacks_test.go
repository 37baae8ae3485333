package agreement_test

import (
	"slices"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
)

func TestCallBacksByAgreementYear(t *testing.T) {
	t.Parallel()
	d := calendar.MustParseDate
	days := []calendar.Date{d("2024-02-28"), d("2024-02-29"), d("2025-02-27"), d("2025-02-28"), d("2026-03-01")}
	first, second, third := agreement.CallBackYear{d("2024-02-29"), d("2025-02-27"), 3}, agreement.CallBackYear{d("2025-02-28"), d("2026-02-27"), 1}, agreement.CallBackYear{d("2026-02-28"), d("2027-02-27"), 1}
	later := first
	later.CallBacks = 2
	for _, c := range []struct {
		name string
		f    agreement.Facts
		want []agreement.CallBackYear
	}{
		{"a first agreement has those of before its start", agreement.Facts{Number: 1}, []agreement.CallBackYear{first, second, third}},
		{"a later one does not: they are of the agreement before", agreement.Facts{Number: 2}, []agreement.CallBackYear{later, second, third}},
		{"one that has ended has none of after its end", agreement.Facts{Number: 1, Ended: d("2026-02-27")}, []agreement.CallBackYear{first, second}},
	} {
		c.f.Start = d("2024-02-29")
		if got := c.f.CallBacks(days, d("2026-03-01")); !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
