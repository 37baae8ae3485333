package claim_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// What turned later is as it was before, and what came to be known later is not known.
func TestFactsAsTheyWereKnownBesidesTheAccount(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate
	costs := money.MustParse("40.00")
	now := claim.Facts{
		Status: claim.StatusPaid, Trajectory: "consumer@2", Plan: "premium", HasEmail: true, CostsReviewed: &costs,
		OpenedOn: day("2026-10-05"), Withdrawn: day("2026-11-09"), Decision: &claim.Decision{Choice: claim.ChooseCourt, On: day("2026-11-08")}, Closing: &claim.Closing{On: day("2026-11-09")},
		Tasks:      []claim.Task{{Key: "a"}, {Key: "b", Dropped: true}, {Key: "of-before"}},
		Pauses:     []claim.Pause{{Key: "d", Kind: claim.PauseDispute, From: day("2026-10-10"), Until: day("2026-10-20"), Outcome: "rejected"}, {Key: "h", Kind: claim.PauseHold, From: day("2026-10-01"), Until: day("2026-10-29")}},
		Skipped:    []claim.Done{{Step: "s", On: day("2026-10-12")}},
		Called:     []claim.Done{{Step: "c", On: day("2026-10-13")}},
		Promises:   []claim.Promise{{Key: "p", On: day("2026-10-14"), Ended: day("2026-10-16")}},
		Requests:   []claim.Request{{Key: "q", On: day("2026-10-15"), Answered: day("2026-10-18"), Answer: claim.AnswerGiven}},
		Complaints: []claim.Complaint{{Key: "k", Recorded: time.Date(2026, 10, 16, 12, 0, 0, 0, time.UTC)}}, Interrupted: []calendar.Date{day("2026-10-08")},
		Letters: []claim.Letter{{Step: "x", State: claim.LetterFailed, On: day("2026-10-06"), Elsewhere: true}},
	}
	letter := claim.LetterRecord{Letter: now.Letters[0], Turns: []claim.LetterTurn{{Known: day("2026-10-06"), State: claim.LetterFailed}}}
	records := claim.Records{Letters: []claim.LetterRecord{letter}, Turns: claim.Turns{
		Statuses: []claim.StatusTurn{{Known: day("2026-10-24"), Status: claim.StatusPaid}, {Known: day("2026-10-26"), Status: claim.StatusOpen}, {Known: day("2026-11-10"), Status: claim.StatusPaid}},
		Tasks:    []claim.TaskTurn{{Task: claim.Task{Key: "a", Open: true}, Known: day("2026-10-11")}, {Task: claim.Task{Key: "b", Open: true}, Known: day("2026-10-12")}, {Task: claim.Task{Key: "a"}, Known: day("2026-10-14")}, {Task: claim.Task{Key: "b", Dropped: true}, Known: day("2026-10-15")}},
		Pauses:   []claim.PauseTurn{{Key: "d", Made: day("2026-10-10"), Ended: day("2026-10-20")}, {Key: "h", Made: day("2026-10-17"), Until: day("2026-12-31"), Ended: day("2026-10-30")}},
		Pins:     []claim.WasTurn{{Known: day("2026-10-21"), Was: "consumer@1"}}, Plans: []claim.WasTurn{{Known: day("2026-10-22"), Was: "basis"}}, Sales: []claim.WasTurn{{Known: day("2026-10-22"), Was: "yes"}}, Mailed: []claim.MailTurn{{Known: day("2026-10-23"), HadEmail: false}},
		Attentions:  []claim.AttentionTurn{{Known: day("2026-10-25"), Attention: &claim.Attention{Action: "x"}}, {Known: day("2026-10-27")}},
		Costs:       []claim.CostsTurn{{Known: day("2026-10-19"), Costs: costs}},
		Checks:      []claim.Check{{Register: claim.InsolvencyRegister, Cycle: 1, On: day("2026-10-09")}, {Register: claim.InsolvencyRegister, Cycle: 2, On: day("2026-10-28")}},
		Corrections: []calendar.Date{day("2026-10-07")}, Contacts: []calendar.Date{day("2026-10-06"), day("2026-10-31")}, Interrupted: map[calendar.Date]calendar.Date{day("2026-10-08"): day("2026-11-01")},
	}}
	for _, c := range []struct{ on, want string }{
		{"2026-10-04", "open of-before consumer@1 basis post sale"},
		{"2026-10-06", "open opened of-before consumer@1 basis post sale contact 2026-10-06 x"},
		{"2026-10-09", "open opened of-before consumer@1 basis post sale contact 2026-10-06 check 1 x elsewhere"},
		{"2026-10-13", "open opened a open b open of-before d c s consumer@1 basis post sale contact 2026-10-06 check 1 x elsewhere"},
		{"2026-10-15", "open opened a done b dropped of-before d c s p q consumer@1 basis post sale contact 2026-10-06 check 1 x elsewhere"},
		{"2026-10-20", "open opened a done b dropped of-before d until 2026-10-20 h until 2026-12-31 c s p ended q given k costs consumer@1 basis post sale contact 2026-10-06 check 1 x elsewhere"},
		{"2026-10-24", "paid opened a done b dropped of-before d until 2026-10-20 h until 2026-12-31 c s p ended q given k costs consumer@2 premium mail contact 2026-10-06 check 1 x elsewhere"},
		{"2026-10-26", "open opened again a done b dropped of-before d until 2026-10-20 h until 2026-12-31 c s p ended q given k costs attention consumer@2 premium mail contact 2026-10-06 check 1 x elsewhere"},
		{"2026-11-01", "open opened again a done b dropped of-before d until 2026-10-20 h until 2026-10-29 c s p ended q given k costs consumer@2 premium mail contact 2026-10-31 check 2 interrupted x elsewhere"},
		{"2026-11-10", "paid opened again withdrawn decided closing a done b dropped of-before d until 2026-10-20 h until 2026-10-29 c s p ended q given k costs consumer@2 premium mail contact 2026-10-31 check 2 interrupted x elsewhere"},
	} {
		if got := factWords(now.KnownOn(records, day(c.on))); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.on, got, c.want)
		}
	}
}

// factWords names what is known, in a few words.
func factWords(f claim.Facts) string {
	words := []string{string(f.Status)}
	add := func(holds bool, word string) {
		if holds {
			words = append(words, word)
		}
	}
	add(!f.OpenedOn.IsZero(), "opened")
	add(!f.Reopened.IsZero(), "again")
	add(!f.Withdrawn.IsZero(), "withdrawn")
	add(f.Decision != nil, "decided")
	add(f.Closing != nil, "closing")
	for _, x := range f.Tasks {
		words = append(words, x.Key)
		add(x.Open, "open")
		add(x.Dropped, "dropped")
		add(!x.Open && !x.Dropped && x.Key != "of-before", "done")
	}
	for _, p := range f.Pauses {
		words = append(words, p.Key)
		add(!p.Until.IsZero(), "until "+p.Until.String())
	}
	for _, d := range append(f.Called, f.Skipped...) {
		words = append(words, d.Step)
	}
	for _, p := range f.Promises {
		words = append(words, p.Key)
		add(!p.Ended.IsZero(), "ended")
	}
	for _, r := range f.Requests {
		words = append(words, r.Key)
		add(!r.Answered.IsZero(), string(r.Answer))
	}
	for _, c := range f.Complaints {
		words = append(words, c.Key)
	}
	add(f.CostsReviewed != nil, "costs")
	add(f.Attention != nil, "attention")
	words = append(words, f.Trajectory, f.Plan, map[bool]string{true: "mail", false: "post"}[f.HasEmail])
	add(f.Terms.Sale == claim.SaleYes, "sale")
	add(!f.OtherContact.IsZero(), "contact "+f.OtherContact.String())
	for _, c := range f.Checks {
		words = append(words, fmt.Sprintf("check %d", c.Cycle))
	}
	add(len(f.Interrupted) > 0, "interrupted")
	for _, l := range f.Letters {
		words = append(words, l.Step)
		add(l.Elsewhere, "elsewhere")
	}
	return strings.Join(words, " ")
}
