package main

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func TestATableFitsTheTerminal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("all of the words ", 20)
	rows := []table.Row{{"2026-11-25 15:44", "short", long, long}, {"2026-11-25 15:45", "short", "", ""}}
	for _, c := range []struct {
		story string
		width int
		lines int // of the table, when it is known
	}{{"a narrow terminal", 80, 0}, {"a wide one", 120, 0}, {"no terminal", widest, 0}, {"as wide as the rows", 800, 6}} {
		told := fitted(c.width, table.Row{"when", "what", "rule", "detail"}, rows, table.Row{"1.00", "owed", "", ""})
		lines := strings.Split(told, "\n")
		for _, line := range lines {
			if n := utf8.RuneCountInString(line); n > c.width {
				t.Errorf("%s: a line of %d in %d", c.story, n, c.width)
			}
		}
		if !strings.Contains(told, "2026-11-25 15:44") || strings.Count(told, "words") != 40 || c.lines > 0 && len(lines) != c.lines+2 {
			t.Errorf("%s:\n%s", c.story, told)
		}
	}
}

// What a bank or a payer tells does not make a terminal show something else.
func TestATableShowsNoControls(t *testing.T) {
	t.Parallel()
	told := fitted(widest, table.Row{"from"}, []table.Row{{"J. \u202eNESNAJ\u2066 \u009b31mrood\u0085\x1b[2Jx"}}, nil)
	if !strings.Contains(told, "J. NESNAJ  31mrood  [2Jx") || strings.ContainsAny(told, "\u202e\u2066\u009b\u0085\x1b") {
		t.Errorf("%q", told)
	}
}

// What an event tells comes from JSON: what is nested there is text too, in a fixed order.
func TestTheDetailOfAnEvent(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("2026-11-25")
	told := detail(postgres.Event{Kind: "something-new", On: day, At: day.At(12, 0), Detail: map[string]any{
		"part": map[string]any{"claim": "c1", "amount": "250.00", "reason": map[string]any{"rule": "oldest first"}, "costs": nil}, "over": []any{"c1", "c2"}, "place": 1e6, "surplus": "", "for": []any{},
	}})
	if want := "over (c1, c2), part (amount 250.00, claim c1, reason (rule oldest first)), place 1000000"; told != want {
		t.Errorf("got  %s\nwant %s", told, want)
	}
}

func TestTheDetailOfADivision(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("2026-11-25")
	told := detail(postgres.Event{Kind: "receipt-divided", On: day, At: day.At(12, 0), Detail: map[string]any{
		"receipt": "k", "over": []any{"c1", "c2"}, "for": []any{}, "place": 1.0, "surplus": "5.00",
		"part": map[string]any{"claim": "c1", "amount": "250.00", "costs": "40.00", "interest": "1.00", "principal": "209.00", "reason": map[string]any{"rule": "the oldest first", "article": "art. 6:43 lid 2 BW"}},
	}})
	if want := "receipt k over 2 claims, 250.00 here: costs 40.00, interest 1.00, principal 209.00, surplus 5.00; the oldest first (art. 6:43 lid 2 BW)"; told != want {
		t.Errorf("got  %s\nwant %s", told, want)
	}
}

func TestWhatAClaimWaitsFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ task, want string }{
		{"", "nothing until something changes"},
		{trajectory.ReviewCosts, "nothing while task review-costs waits: it ends when the costs are reviewed (claim costs)"},
		{trajectory.InterestOnly, "nothing while task interest-only waits: dunning claim done C interest-only --reason TEXT when it is asked; when it is not: dunning claim close C --reason TEXT, by two persons; paid, or a trifle that is written off (claim pay --kind write-off), it ends by itself"},
		{trajectory.ReachClient, "nothing while task reach-client waits: dunning claim done C reach-client ends it"},
		{trajectory.AllocateReceipt + "k", "nothing while task allocate-receipt:k waits: it ends when the receipt is allocated (receipts assign, receipts divide), or when it is another's: dunning claim done C allocate-receipt:k"},
	} {
		v := view{ID: "C", Facts: claim.Facts{Status: claim.StatusOpen}, Next: trajectory.Action{Kind: trajectory.ActWait, Task: c.task}}
		if got := v.coming(); got != c.want {
			t.Errorf("%q: got %s, want %s", c.task, got, c.want)
		}
	}
}

// What ends a task is named also when something comes of it by itself on a day: a reminder.
func TestWhatAClaimWaitsForUntilADay(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("2026-12-11")
	v := view{ID: "C", Facts: claim.Facts{Status: claim.StatusOpen}, Next: trajectory.Action{Kind: trajectory.ActWait, Task: "judge-dispute:d1", Day: day, Due: day.At(9, 0)}}
	if got, want := v.coming(), "nothing before 2026-12-11 while task judge-dispute:d1 waits: dunning claim judge C d1 rejected|upheld --reason TEXT ends it"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A program that reads a list finds one, also when there is nothing in it.
func TestAListOfNothingIsAList(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]string{"[]": nil, `["a"]`: {"a"}} {
		if got, err := json.Marshal(listOf(list)); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

// A further rule for an amount has no amount of its own; days without interest have nothing, and say so. Of information one reads what it was.
func TestReasonsAsTheyArePrinted(t *testing.T) {
	t.Parallel()
	lines := []claim.Reason{
		{Amount: money.Cents(40_00), What: "collection costs", Rule: "the scale"}, {What: "collection costs", Rule: "at least 40.00"},
		{What: "no interest from 2026-03-11", Rule: "none runs by law"}, {Amount: money.Cents(7_50), What: "information costs k1", Rule: "art. 6:96"},
	}
	nameInformation(lines, []postgres.Event{{Key: "information-cost:k1", Detail: map[string]any{"what": "extract from the register"}}})
	var b strings.Builder
	if err := printReasons(&b, lines, claim.Account{On: calendar.MustParseDate("2026-11-25")}); err != nil {
		t.Fatal(err)
	}
	want := []string{"AMOUNT | WHAT | RULE", "40.00 | collection costs | the scale", " |  | at least 40.00", "0.00 | no interest from 2026-03-11 | none runs by law", "7.50 | information costs (extract from the register) | art. 6:96"}
	if !strings.Contains(b.String(), "│   7.50 │") {
		t.Errorf("amounts are not right-aligned:\n%s", b.String())
	}
	got := printed(b.String())
	for i := range want {
		if i >= len(got) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// In the demo time runs ahead of the clock of the machine: what happened there can be told of.
func TestTheLastDayThatCanBeToldOf(t *testing.T) {
	t.Parallel()
	today := calendar.MustParseDate("2026-11-25")
	happened := func(days ...string) (events []postgres.Event) {
		for _, d := range days {
			events = append(events, postgres.Event{At: calendar.MustParseDate(d).At(10, 0)})
		}
		return events
	}
	for _, c := range []struct {
		story, on, known, want string
		events                 []postgres.Event
	}{
		{"today", "2026-11-25", "2026-11-25", "", happened("2026-11-20")},
		{"tomorrow", "2026-11-26", "", "--on: 2026-11-26 has not come yet; right would be 2026-11-25 or earlier (`dunning claim show --on` looks ahead)", happened("2026-11-20")},
		{"as known tomorrow", "2026-11-25", "2026-11-26", "--known: 2026-11-26 has not come yet; right would be 2026-11-25 or earlier", nil},
		{"the day of the newest event", "2027-01-08", "2027-01-08", "", happened("2026-12-11", "2027-01-08")},
		{"the day after", "2027-01-09", "", "--on: 2027-01-09 has not come yet; right would be 2027-01-08 or earlier (`dunning claim show --on` looks ahead)", happened("2027-01-08", "2026-12-11")},
	} {
		var known calendar.Date
		if c.known != "" {
			known = calendar.MustParseDate(c.known)
		}
		got := ""
		if err := refuseLater(calendar.MustParseDate(c.on), known, newestDay(c.events, today)); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.story, got, c.want)
		}
	}
}
