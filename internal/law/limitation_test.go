package law_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

func TestLimitationOfAJudgment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, interrupted, want, detail string }{
		{"twenty years, and five for the interest of a year", "", "2047-03-01", "the first until 2032-03-01"},
		{"a demand before it says nothing any more", "2026-12-01", "2047-03-01", ""},
		{"nor one of its day", "2027-03-01", "2047-03-01", ""},
		{"an interruption never makes it earlier", "2030-06-01", "2047-03-01", "not later than 2047-03-01"},
		{"in the last five years it gives five more", "2047-02-28", "2052-02-28", "until 2052-02-28"},
		{"but not after the last day", "2047-03-02", "2047-03-01", "it came too late"},
	} {
		var interruptions []law.Interruption
		for _, on := range strings.Fields(c.interrupted) {
			interruptions = append(interruptions, law.Interruption{On: calendar.MustParseDate(on)})
		}
		l := law.JudgmentLimitation(calendar.MustParseDate("2027-03-01"), interruptions)
		said := ""
		for _, b := range l.Basis {
			said += b.Rule + " " + b.Article + " " + b.Detail + "\n"
		}
		if l.LastDay.String() != c.want || !strings.Contains(said, c.detail) || !strings.Contains(said, "art. 3:324 lid 1 BW") {
			t.Errorf("%s: %s, want %s\n%s", c.name, l.LastDay, c.want, said)
		}
	}
}

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
		var interruptions []law.Interruption
		for _, on := range strings.Fields(c.interrupted) {
			interruptions = append(interruptions, law.Interruption{On: calendar.MustParseDate(on)})
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
		if last := law.LastDay(calendar.MustParseDate(due), sale, interruptions); last != l.LastDay {
			t.Errorf("%s: without its basis %s, with it %s", c.name, last, l.LastDay)
		}
	}
}
