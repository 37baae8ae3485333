package workflows_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// Who is first at the lock wins, and whatever the order, what the agreement comes to is what was received: a notice in time ends it and leaves no contribution
// for a year that did not come. Told is told a second before the midnight at which the workflow wakes, and comes in around its transactions of that midnight.
func TestAgreementRacesAtTheBorder(t *testing.T) {
	t.Parallel()
	const before = agreement.Kind("")                                    // it takes the lock
	begun := "\n2027-03-01 renewed\n2027-03-01 contribution-due"         // year 2
	withdrawn := "\n2027-03-01 contribution-withdrawn\n2027-03-01 ended" // and it never began
	answer := func(in, seen string) string {                             // of the day on which it came in, and of that on which the workflow saw it
		return "\n" + in + " notice-received\n" + seen + " task-opened answer-notice:2026-11-30-registered"
	}
	inTime, tooLate, stays := noticeOf("2026-11-30", true), noticeOf("2026-12-01", true), takeBack("2026-11-20-registered")
	early := happening{"2026-11-20 12:00", 1, noticeOf("2026-11-20", true)}
	for _, c := range []struct {
		name     string
		earlier  []happening
		midnight string
		moment   agreement.Kind // after the first transaction that did this; or before
		tell     func(*signedWorld, postgres.Actor) error
		refused  bool
		want     string // the end of the story
	}{
		{"in time, before the last day is over", nil, "2026-12-01", before, inTime, false, answer("2026-11-30", "2026-12-01") + "\n2026-12-01 task-dropped renewal:1\n2027-03-01 ended"},
		{"in time, while the reminder ends", nil, "2026-12-01", agreement.ActDrop, inTime, false, answer("2026-11-30", "2026-12-01") + "\n2027-03-01 ended"},
		{"in time, when the wait is decided", nil, "2026-12-01", agreement.ActWait, inTime, false, answer("2026-11-30", "2026-12-01") + "\n2027-03-01 ended"},
		{"in time and found at the renewal, before it", nil, "2027-03-01", before, inTime, false, answer("2027-02-28", "2027-03-01") + "\n2027-03-01 ended"},
		{"in time and found at the renewal, after it", nil, "2027-03-01", agreement.ActYear, inTime, false, begun + answer("2027-02-28", "2027-03-01") + withdrawn},
		{"in time and found at the renewal, when the wait is decided", nil, "2027-03-01", agreement.ActWait, inTime, false, begun + answer("2027-02-28", "2027-03-01") + withdrawn},
		{"too late at the renewal: it renews all the same", nil, "2027-03-01", before, tooLate, false,
			"\n2027-02-28 notice-received\n2027-03-01 task-opened answer-notice:2026-12-01-registered" + begun + "\n2028-03-01 ended"},
		{"taken back before the end is noted: it renews", []happening{early}, "2027-03-01", before, stays, false,
			"\n2027-02-28 notice-taken-back\n2027-03-01 task-opened answer-notice:2026-11-20-registered" + begun},
		{"taken back after the end is noted: that is refused", []happening{early}, "2027-03-01", agreement.ActEnd, stays, true, "\n2027-03-01 ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := signed(t, "2026-03-01", instant("2026-02-10 09:00"))
			midnight, told := instant(c.midnight+" 00:00"), false
			come := func(at time.Time, did agreement.Kind) {
				if told || at.Before(midnight) || did != c.moment {
					return
				}
				told = true
				var conflict *postgres.ConflictError
				if err := c.tell(w, postgres.Actor{Name: "operator", At: midnight.Add(-time.Second)}); errors.As(err, &conflict) != c.refused || !c.refused && err != nil {
					t.Error(err)
				}
				w.env.SignalWorkflow(workflows.SignalAgreement, workflows.FactRecorded{Key: "k"})
			}
			w.files.before, w.files.after = func(at time.Time) error { come(at, before); return nil }, come
			runs := 2
			if strings.HasSuffix(c.want, begun) {
				runs = 1
			}
			if got := w.live("2026-02-10 09:00", runs, c.earlier...); !told || !strings.HasSuffix(got, c.want) {
				t.Errorf("told: %v\n%s\nwant\n%s", told, got, c.want)
			}
		})
	}
}
