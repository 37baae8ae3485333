package trajectory_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// sameDay is a receipt on the day itself by e-mail, two working days later by post.
func sameDay(on calendar.Date, channel string) calendar.Date {
	if channel == trajectory.ChannelPost {
		return calendar.AddWorkingDays(on, 2)
	}
	return on
}

func silent(t *testing.T, story string) []trajectory.Moment {
	t.Helper()
	f := tell(story)
	rules, err := library(t).Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	life, err := trajectory.Silent(f, rules, f.HandedOverOn.At(9, 0), sameDay)
	if err != nil {
		t.Fatal(err)
	}
	return life
}

// A claim about which nobody says anything: what the trajectory does by itself, from hand-over to the end.
func TestASilentLife(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, want string }{
		{"a consumer of a Basis client", "consumer; plan basis; 2026-10-05 unopened", `
			2026-10-05 intake 1003.40
			2026-10-05 reminder by email, 7 days to pay 1003.40
			2026-10-13 sticker-reminder by email, 7 days to pay 1004.27
			2026-10-21 14-day-letter by email, 14 days to pay 1005.15
			2026-11-06 summons by email, 7 days to pay 1156.90
			2026-11-16 final-summons by email, 5 days to pay 1158.00
			2026-11-24 escalation-advice by email 1158.88
			2026-12-08 decision-reminder by email 1160.41
			2026-12-25 the client's time to decide is over 1162.27
			2026-12-25 closed 1162.27`},
		{"a business by post", "company; no-email; plan basis; 2026-10-05 unopened", `
			2026-10-05 intake 1158.83
			2026-10-05 reminder by post, 5 days to pay 1158.83
			2026-10-12 sticker-reminder by post, 5 days to pay 1160.83
			2026-10-19 summons by post, 7 days to pay 1162.82
			2026-10-27 final-summons by post, 5 days to pay 1165.10
			2026-11-03 escalation-advice by email 1167.10
			2026-11-17 decision-reminder by email 1171.08
			2026-12-04 the client's time to decide is over 1175.93
			2026-12-04 closed 1175.93`},
		{"an arrangement that nobody pays", "consumer; plan basis; 2026-10-05 arranged 2 x 501.70 monthly from 2026-10-12", `
			2026-10-05 arrangement:a by email 1003.40
			2026-10-15 arrangement:a/1 by email, 7 days to pay 1004.49
			2026-10-23 reminder by email, 7 days to pay 1005.37
			2026-10-31 sticker-reminder by email, 7 days to pay 1006.25
			2026-11-09 14-day-letter by email, 14 days to pay 1007.23
			2026-11-25 summons by email, 7 days to pay 1158.99
			2026-12-05 final-summons by email, 5 days to pay 1160.08
			2026-12-13 escalation-advice by email 1160.96
			2026-12-27 decision-reminder by email 1162.49
			2027-01-13 the client's time to decide is over 1162.93
			2027-01-13 closed 1162.93`},
		{"less than the least that is asked waits for a person", "consumer; principal 4.00; 2026-10-05 unopened", `
			2026-10-05 intake 4.01
			2026-10-05 task small-balance 4.01`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var lines []string
			for _, m := range silent(t, c.story) {
				lines = append(lines, fmt.Sprintf("%s %s %s", m.Action.Day, m.What(), m.Owed.Total()))
			}
			if got, want := strings.Join(lines, "\n"), strings.ReplaceAll(strings.TrimSpace(c.want), "\t", ""); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// What is agreed about a step stands beside it, what is left out in its own place, and what a person does is done at once.
func TestASilentLifeWithEverything(t *testing.T) {
	t.Parallel()
	f := tell("sole trader; plan basis; 2026-10-05 unopened")
	policy := parsed(t, strings.Replace(businessPolicy, "debtor: company", "debtor: sole-trader", 1))
	life, err := trajectory.Silent(f, trajectory.Rules{Policy: policy, Tables: library(t).Tables()}, f.HandedOverOn.At(9, 0), sameDay)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, m := range life {
		for _, why := range m.LeftOut {
			lines = append(lines, "- "+why)
		}
		lines = append(lines, m.Action.Day.String()+" "+m.What())
	}
	want := `
		2026-10-05 intake
		2026-10-05 first by email, 5 days to pay
		2026-10-05 first by post, 5 days to pay
		2026-10-13 call: a person calls the debtor (from 500.00, sole-trader only)
		2026-10-21 second by email, 5 days to pay (late: coalesce)
		2026-10-27 third: an operator approves it (late: expire)
		2026-10-27 third by email, 7 days to pay (late: expire)
		2026-10-27 third by post, 7 days to pay (late: expire)
		- last is left out: the client has plan basis, not premium
		2026-11-04 escalation-advice by email
		2026-11-18 decision-reminder by email
		2026-12-05 the client's time to decide is over
		2026-12-05 closed`
	if got := strings.Join(lines, "\n"); got != strings.ReplaceAll(strings.TrimSpace(want), "\t", "") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	picture := trajectory.Draw("t", "n", f.HandedOverOn, life)
	if strings.Count(picture, "<circle") != len(life)-2+1 || strings.Count(picture, "<rect") != 1+2 || !strings.Contains(picture, "last is left out") {
		t.Error("not every moment is in the picture, or not as what it is")
	}
}

// Twenty years of monitoring from Christmas are nineteen letters, since the last day is no day for a letter; folded, the first and the last.
func TestALongLifeIsFolded(t *testing.T) {
	t.Parallel()
	life := silent(t, "consumer")
	letters := func(life []trajectory.Moment) (n, folded int) {
		for _, m := range life {
			if m.Action.Kind == trajectory.ActMonitorYear {
				n, folded = n+1, folded+m.Folded
			}
		}
		return n, folded
	}
	if n, _ := letters(life); n != 19 {
		t.Errorf("%d letters in twenty years", n)
	}
	if n, folded := letters(trajectory.Fold(life)); n != 2 || folded != 17 {
		t.Errorf("folded to %d letters and %d more", n, folded)
	}
	if short := trajectory.Fold(life[:4]); len(short) != 4 {
		t.Errorf("a life without monitoring is folded to %d of 4 moments", len(short))
	}
}

// The picture is XML, has every moment, and a title cannot break it.
func TestAPictureOfALife(t *testing.T) {
	t.Parallel()
	life := trajectory.Fold(silent(t, "consumer"))
	picture := trajectory.Draw("<a> & b", "every 3 days", tell("consumer").HandedOverOn, life)
	decoder := xml.NewDecoder(strings.NewReader(picture))
	circles, words := 0, ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if token.Name.Local == "circle" {
				circles++
			}
		case xml.CharData:
			words += string(token) + "\n"
		}
	}
	if circles != len(life) || !strings.Contains(words, "<a> & b\n") {
		t.Errorf("%d circles for %d moments, in words %s", circles, len(life), words)
	}
	if reminder := life[1]; reminder.Asked != money.MustParse("1000.00") || !strings.Contains(words, "\n"+reminder.What()+"\n1000.00\n"+reminder.Owed.Total().String()+"\n") || !strings.Contains(words, "asked\nowed, EUR\n") {
		t.Errorf("the client's own reminder asks %s of %s, and the picture says\n%s", reminder.Asked, reminder.Owed.Total(), words)
	}
	for _, m := range life {
		if !strings.Contains(words, m.What()+"\n") {
			t.Errorf("%s is not in the picture", m.What())
		}
	}
}

// A note that is longer than the picture is wide stands on several lines, each of which fits, and no word of it is lost.
func TestALongNoteStandsOnSeveralLines(t *testing.T) {
	t.Parallel()
	note := strings.Repeat("staff is asked about a hold without an end ", 9) + "at last"
	picture := trajectory.Draw("t", note, tell("consumer").HandedOverOn, nil)
	var lines []string
	for _, part := range strings.Split(picture, `font-size="12" fill="#687079">`)[1:] {
		line, _, _ := strings.Cut(part, "<")
		if len(line) > 130 {
			t.Errorf("%d letters: %s", len(line), line)
		}
		lines = append(lines, line)
	}
	if got := strings.Join(lines[:len(lines)-2], " "); got != note { // the last two are the headings of the amounts
		t.Errorf("got %q", got)
	}
}

// A life that waits for others for years goes on beside it: limitation is interrupted before they do what it waits for.
func TestALifeThatWaitsForOthers(t *testing.T) {
	t.Parallel()
	f := tell("consumer")
	rules, err := library(t).Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	disputes := func(_ claim.Facts, m trajectory.Moment) []trajectory.Turn {
		if m.Action.Step != "reminder" {
			return nil
		}
		raised := m.Action.Day.AddDays(1)
		return []trajectory.Turn{
			{At: raised.At(12, 0), Change: func(f *claim.Facts, on calendar.Date) {
				f.Pauses = []claim.Pause{{Key: "d", Kind: claim.PauseDispute, From: on}}
				f.Tasks = []claim.Task{{Key: "judge-dispute:d", Open: true}}
			}},
			{At: raised.AddYears(3).At(12, 0), Change: func(f *claim.Facts, on calendar.Date) {
				f.Pauses, f.Tasks = []claim.Pause{{Key: "d", Kind: claim.PauseDispute, From: raised, Until: on, Outcome: "rejected"}}, nil
			}},
		}
	}
	play := trajectory.Play{Rules: rules, Received: sameDay, Others: disputes, Until: day("2029-12-01").At(12, 0)}
	life, _, err := play.Life(f, f.HandedOverOn.At(8, 0))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range life {
		got = append(got, m.Action.Day.String()+" "+m.Action.Name())
	}
	if want := "2026-10-05 reminder, 2026-10-21 task, 2028-07-07 interruption, 2029-10-15 sticker-reminder"; !strings.HasPrefix(strings.Join(got, ", "), want) {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}
