package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Line is one line that a scenario expects: what happens, and, behind "because", a part of the reason.
type Line struct {
	Number  int // in the file
	Text    string
	Because string
}

// because stands between what happens and why.
const because = " because "

func (l Line) String() string {
	if l.Because == "" {
		return l.Text
	}
	return l.Text + because + l.Because
}

// is says whether a line that came is the one that is expected: a reason that is not expected can be any.
func (l Line) is(came Line) bool {
	return l.Text == came.Text && strings.Contains(came.Because, l.Because)
}

// readLines reads the lines of an expectation; the first stands on line number first of the file.
func readLines(text string, first int) (lines []Line) {
	for i, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line == "" {
			continue
		}
		what, why, _ := strings.Cut(line, because)
		lines = append(lines, Line{first + i, what, why})
	}
	return lines
}

// Lines are the life as an expectation would have it: each line of the timeline, then how it ends and what comes next.
func (l Life) Lines() []Line {
	lines := make([]Line, 0, len(l.Timeline)+2)
	for _, e := range l.Timeline {
		lines = append(lines, Line{Text: calendar.DateOf(e.At).String() + " " + e.what(), Because: e.Reason})
	}
	f := l.Final
	status := string(f.Status)
	if !f.Status.Final() {
		status += " in " + string(f.Stage)
	}
	ends := fmt.Sprintf("ends %s, outstanding %s, paid %s, client %s, agency %s, invoiced %s", status, f.Outstanding, f.Paid, f.ToClient, f.ToAgency, f.InvoicedToClient)
	next := "next nothing"
	if l.Next.Step != "" {
		next = "next " + l.Next.Step
	}
	if l.Next.On != nil {
		next += " on " + l.Next.On.String()
	}
	return append(lines, Line{Text: ends}, Line{Text: next, Because: l.Next.Reason})
}

// what is the line without its day and its reason.
func (e Entry) what() string {
	parts := []string{string(e.Kind)}
	if e.Step != "" && e.Kind != KindAllocation && e.Kind != KindReceipt {
		parts = append(parts, e.Step)
	}
	if e.Channel != "" {
		parts = append(parts, "by "+e.Channel)
	}
	switch {
	case e.Kind == KindTask && strings.HasPrefix(e.Reason, doneReason):
		parts = append(parts, "done")
	case e.Kind == KindTask && strings.HasPrefix(e.Reason, droppedReason):
		parts = append(parts, "dropped")
	case e.Kind == KindAllocation:
		for _, part := range []struct {
			name   string
			amount money.Amount
		}{{"costs", e.Costs}, {"interest", e.Interest}, {"principal", e.Principal}} {
			if part.amount != 0 {
				parts = append(parts, part.name, part.amount.String())
			}
		}
	case e.Total != 0 || e.Kind == KindClose:
		parts = append(parts, e.Total.String())
	}
	return strings.Join(parts, " ")
}

// Differences compares what came with what is expected: lines with - were expected and did not come, lines with + came. Empty: it is as expected.
func (s Scenario) Differences(l Life) []string {
	if len(s.Expect) == 0 {
		return nil
	}
	came := l.Lines()
	if slices.EqualFunc(s.Expect, came, Line.is) {
		return nil
	}
	return diff(s.Expect, came)
}

// diff is the shortest way from what was expected to what came, by the longest common run of lines.
func diff(want, came []Line) (lines []string) {
	common := make([][]int, len(want)+1)
	for i := range common {
		common[i] = make([]int, len(came)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(came) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if want[i].is(came[j]) {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(want) || j < len(came) {
		switch {
		case i < len(want) && j < len(came) && want[i].is(came[j]):
			lines = append(lines, "  "+want[i].Text)
			i, j = i+1, j+1
		case j == len(came) || i < len(want) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, fmt.Sprintf("- %s (line %d)", want[i], want[i].Number))
			i++
		default:
			lines = append(lines, "+ "+came[j].String())
			j++
		}
	}
	return lines
}
