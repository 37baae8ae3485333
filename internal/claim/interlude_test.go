package claim_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// What comes in is halved while debt monitoring runs, by its value date.
func TestWhatIsHalved(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	never := claim.Facts{}
	monitored := claim.Facts{MonitoredFrom: day("2027-01-04")}
	away := claim.Facts{MonitoredFrom: day("2027-01-04"), Interlude: claim.Interlude{From: day("2027-06-02")}}
	back := claim.Facts{MonitoredFrom: day("2027-01-04"), Interlude: claim.Interlude{From: day("2027-06-02"), Until: day("2027-09-01")}}
	from := day("2027-01-04")
	client := claim.Facts{MonitoredFrom: from, Closing: &claim.Closing{On: day("2028-03-01"), Because: claim.EndWish}}
	withdrawn := claim.Facts{MonitoredFrom: from, Withdrawn: day("2028-03-01"), Closing: &claim.Closing{On: day("2028-03-05")}}
	upheld := claim.Facts{MonitoredFrom: from, Pauses: []claim.Pause{{Kind: claim.PauseDispute, From: day("2028-02-01"), Until: day("2028-03-01"), Outcome: "upheld"}}}
	rejected := claim.Facts{MonitoredFrom: from, Pauses: []claim.Pause{{Kind: claim.PauseDispute, From: day("2028-02-01"), Until: day("2028-03-01"), Outcome: "rejected"}}}
	sameDay := claim.Facts{MonitoredFrom: day("2027-01-04"), Interlude: claim.Interlude{From: day("2027-06-02"), Until: day("2027-06-01")}}
	for _, c := range []struct {
		name string
		f    claim.Facts
		on   string
		want bool
	}{
		{"not monitored", never, "2027-06-01", false},
		{"before monitoring", monitored, "2027-01-03", false},
		{"its first day", monitored, "2027-01-04", true},
		{"the day of the choice for the court", away, "2027-06-01", true},
		{"the day after it", away, "2027-06-02", false},
		{"long after it", away, "2040-06-02", false},
		{"the day on which monitoring is chosen again", back, "2027-09-01", false},
		{"the day after that", back, "2027-09-02", true},
		{"chosen, and chosen again, on one day", sameDay, "2027-06-02", true},
		{"before the client ended it, told when it may be", client, "2028-02-28", true},
		{"the day on which the client ended it", client, "2028-03-01", true},
		{"the day after it", client, "2028-03-02", false},
		{"after a withdrawal, not the close that follows", withdrawn, "2028-03-02", false},
		{"after a dispute was upheld", upheld, "2028-03-02", false},
		{"after a dispute was rejected", rejected, "2028-03-02", true},
	} {
		if got := c.f.Halved(day(c.on)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// Why a client cannot choose the court today, after the advice as during monitoring.
func TestWhyTheCourtCannotBeChosen(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	today, last := day("2027-06-01"), day("2028-01-01")
	flag := func(kind, from, until string) claim.Facts {
		x := claim.Flag{Kind: kind, From: day(from)}
		if until != "" {
			x.Until = day(until)
		}
		return claim.Facts{Flags: []claim.Flag{x}}
	}
	for _, c := range []struct {
		name string
		f    claim.Facts
		last calendar.Date
		want string
	}{
		{"nothing against it", claim.Facts{}, last, ""},
		{"bankrupt", flag(claim.FlagBankrupt, "2027-05-01", ""), last, "an insolvency (bankrupt) since 2027-05-01"},
		{"in debt restructuring", flag(claim.FlagWSNP, "2027-06-01", ""), last, "an insolvency (wsnp) since 2027-06-01"},
		{"a bankruptcy that has ended", flag(claim.FlagBankrupt, "2027-05-01", "2027-05-31"), last, ""},
		{"one that is to come", flag(claim.FlagBankrupt, "2027-06-02", ""), last, ""},
		{"under administration", flag(claim.FlagAdministration, "2027-05-01", ""), last, ""},
		{"on its last day", claim.Facts{}, today, ""},
		{"time-barred", claim.Facts{}, day("2027-05-31"), "time-barred after 2027-05-31"},
	} {
		if got := c.f.CourtChoiceProblem(today, c.last); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// A decision stands, but that debt monitoring can become the court, once.
func TestWhichDecisionCanBecomeTheCourt(t *testing.T) {
	t.Parallel()
	monitored := claim.Facts{Status: claim.StatusOpen, MonitoredFrom: calendar.MustParseDate("2027-01-04"), Decision: &claim.Decision{Choice: claim.ChooseMonitoring}}
	for name, c := range map[string]struct {
		change func(f *claim.Facts)
		choice claim.Choice
		want   bool
	}{
		"monitored":                   {func(*claim.Facts) {}, claim.ChooseCourt, true},
		"to close is another command": {func(*claim.Facts) {}, claim.ChooseClose, false},
		"not decided":                 {func(f *claim.Facts) { f.Decision = nil }, claim.ChooseCourt, false},
		"before monitoring began":     {func(f *claim.Facts) { f.MonitoredFrom = calendar.Date{} }, claim.ChooseCourt, false},
		"closed":                      {func(f *claim.Facts) { f.Status = claim.StatusClosed }, claim.ChooseCourt, false},
		"before the court already":    {func(f *claim.Facts) { f.Court = []claim.CourtStep{{Stage: claim.CourtWithdrawn}} }, claim.ChooseCourt, false},
	} {
		f := monitored
		c.change(&f)
		if got := f.Revises(c.choice); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
