package law_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

// standing is what one table says on a day, in words.
func standing(tables law.Tables, table, on string) string {
	for _, s := range tables.Standing(calendar.MustParseDate(on)) {
		switch {
		case s.Table != table:
			continue
		case s.Lasts:
			return fmt.Sprintf("%s from %s, lasts", s.Row, s.From)
		case s.RunsOut():
			return fmt.Sprintf("%s from %s until %s: %d; missing %s", s.Row, s.From, s.Until, s.DaysLeft, s.Missing())
		}
		return fmt.Sprintf("%s from %s until %s: %d", s.Row, s.From, s.Until, s.DaysLeft)
	}
	return "no such table"
}

func TestWhatIsInForceAndUntilWhen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, table, on, want string }{
		{"thirty days left is enough", "interest.yaml consumer", "2026-12-01", "4% from 2026-01-01 until 2026-12-31: 30"},
		{"twenty-nine is not", "interest.yaml consumer", "2026-12-02", "4% from 2026-01-01 until 2026-12-31: 29; missing interest.yaml consumer: the row from 2027-01-01; published in the Staatsblad in December"},
		{"the last day itself is covered", "interest.yaml commercial", "2026-12-31", "10.4% from 2026-07-01 until 2026-12-31: 0; missing interest.yaml commercial: the row from 2027-01-01; main refinancing rate"},
		{"the day after is not", "interest.yaml commercial", "2027-01-01", " from  until 2026-12-31: -1; missing interest.yaml commercial: the row from 2027-01-01"},
		{"a rate of the past, with the end of the table", "interest.yaml commercial", "2026-06-30", "10.15% from 2025-07-01 until 2026-12-31: 184"},
		{"the day before the first row", "interest.yaml consumer", "2011-06-30", " from  until : -1; missing interest.yaml consumer: the rows begin later"},
		{"the scale of costs lasts", "costs.yaml", "2040-01-01", "15% to 0.5%, 40.00 to 6775.00 from 2024-10-01, lasts"},
		{"but did not always", "costs.yaml", "2012-06-30", " from  until : -1; missing costs.yaml: the rows begin later"},
		{"the rule against costs that pile up", "costs.yaml instalments", "2026-11-25", "looks back 6 months from 2024-10-01, lasts"},
		{"which is not as old", "costs.yaml instalments", "2024-09-30", "no such table"},
		{"so does VAT", "vat.yaml", "2040-01-01", "21% from 2012-10-01, lasts"},
		{"court fees of the year", "court.yaml fees", "2026-12-01", "139.00 to 10487.00 for a legal person from 2026-01-01 until 2026-12-31: 30"},
		{"a gap between the rows names its first day", "court.yaml fees", "2025-06-01", " from  until 2024-12-31: -152; missing court.yaml fees: the row from 2025-01-01"},
		{"before a gap the end is that of the row", "court.yaml summons", "2024-12-31", "112.37 from 2024-01-01 until 2024-12-31: 0; missing court.yaml summons: the row from 2025-01-01"},
		{"rows that join count together", "court.yaml salary", "2026-01-31", "40.00 to 543.00 a point from 2024-02-01 until 2028-01-31: 730"},
		{"the day on which the next row begins", "court.yaml salary", "2026-02-01", "43.00 to 577.00 a point from 2026-02-01 until 2028-01-31: 729"},
		{"costs after judgment", "court.yaml after_judgment", "2028-01-02", "189.00, with service 287.00 from 2026-02-01 until 2028-01-31: 29; missing court.yaml after_judgment: the row from 2028-02-01"},
	} {
		got := standing(tables(t), c.table, c.on)
		if missing := strings.Contains(c.want, "; missing "); missing && !strings.HasPrefix(got, c.want) || !missing && got != c.want {
			t.Errorf("%s: on %s %q, want %q", c.name, c.on, got, c.want)
		}
	}
	for _, s := range tables(t).Standing(calendar.MustParseDate("2026-11-25")) {
		if s.Row == "" || s.Article == "" || s.Source == "" || s.RunsOut() {
			t.Errorf("on a day that all tables cover: %+v", s)
		}
		if certain := !strings.HasPrefix(s.Table, "court.yaml") && s.Table != "costs.yaml instalments"; certain != (s.Unconfirmed == "") {
			t.Errorf("%s: unconfirmed %q", s.Table, s.Unconfirmed)
		}
		if unread := "the text of art. 2a was not read"; strings.HasPrefix(s.Unconfirmed, unread) != (s.Table == "costs.yaml instalments") {
			t.Errorf("%s: unconfirmed %q", s.Table, s.Unconfirmed)
		}
	}
}
