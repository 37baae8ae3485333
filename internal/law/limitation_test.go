package law_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

func TestLimitation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, due, interrupted, want, detail string }{
		{"five years", "2026-02-28", "", "2031-02-28", "5 years from 2026-02-28"},
		{"two for a consumer sale", "sale 2026-02-28", "", "2028-02-28", "2 years from 2026-02-28"},
		{"due on 29 February: the term ends on the 28th", "2024-02-29", "", "2029-02-28", ""},
		{"a demand begins a new term", "2026-02-28", "2030-12-31", "2035-12-31", "until 2035-12-31"},
		{"on the last day it is in time", "sale 2026-02-28", "2028-02-28", "2030-02-28", ""},
		{"a day later it is too late", "sale 2026-02-28", "2028-02-29", "2028-02-28", "it came too late"},
		{"before the claim was due it changes nothing", "2026-02-28", "2026-01-01", "2031-02-28", "not later than 2031-02-28"},
		{"one after the other, in whatever order they are told", "sale 2026-02-28", "2029-12-01 2028-01-01", "2031-12-01", ""},
		{"a gap is not bridged", "sale 2026-02-28", "2031-01-01 2028-01-01", "2030-01-01", "on 2031-01-01 it came too late"},
	} {
		due, sale := strings.CutPrefix(c.due, "sale ")
		var interruptions []calendar.Date
		for _, on := range strings.Fields(c.interrupted) {
			interruptions = append(interruptions, calendar.MustParseDate(on))
		}
		l := law.LimitationOf(calendar.MustParseDate(due), sale, interruptions)
		said := ""
		for _, b := range l.Basis {
			if b.Rule == "" || b.Article == "" {
				t.Errorf("%s: %+v", c.name, b)
			}
			said += b.Detail + "\n"
		}
		if l.LastDay.String() != c.want || !strings.Contains(said, c.detail) {
			t.Errorf("%s: %s, want %s\n%s", c.name, l.LastDay, c.want, said)
		}
	}
}
