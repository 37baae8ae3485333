package main

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

func TestTheDayThatIsShown(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC) // after midnight in Amsterdam
	for _, c := range []struct{ story, on, want, refusal string }{
		{"none: now", "", "2026-11-23 00:30", ""},
		{"today, at its end", "2026-11-23", "2026-11-23 23:59", ""},
		{"a day to come", "1-3-2027", "2027-03-01 23:59", ""},
		{"yesterday", "2026-11-22", "", "--on 2026-11-22: that day has passed, and letters, pauses and status are shown as they are now; right would be 2026-11-23 or later (`dunning explain CLAIM --on 2026-11-22` tells what was owed then)"},
		{"no day", "soon", "", `--on: date "soon" is not a date; right would be 2026-12-31 or 31-12-2026`},
	} {
		at, err := shownAt(c.on, now)
		got, refusal := "", ""
		if err != nil {
			refusal = err.Error()
		} else {
			got = at.In(calendar.Amsterdam).Format("2006-01-02 15:04")
		}
		if got != c.want || refusal != c.refusal {
			t.Errorf("%s: %s %q, want %s %q", c.story, got, refusal, c.want, c.refusal)
		}
	}
}
