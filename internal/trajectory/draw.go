package trajectory

import (
	"encoding/xml"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// colours of the stages in a drawing.
var colours = map[Stage]string{
	StageIntake: "#8a929c", StageReminders: "#0b6b5d", StageNotice: "#b26a00", StageSummons: "#a32020", StageAdvice: "#18345c", StageDecision: "#18345c", StageMonitoring: "#5b3a8c", StageCourt: "#18345c", StageClosed: "#8a929c",
}

// Sizes of a drawing, in pixels.
const (
	drawWidth, drawTop, drawNote, drawRow = 900, 84, 16, 34
	drawLine                              = 200             // x of the line of time
	drawAsked                             = drawWidth - 124 // right of what letters ask
)

// Draw gives a picture of a life as SVG: one row a moment, with its day, what is done, over which channel, what its letter asks and what is owed, and a row in grey for each step
// that is left out. title stands above it, and under that the lines of note. The same life gives the same bytes.
func Draw(title, note string, begins calendar.Date, life []Moment) string {
	rows := len(life)
	for _, m := range life {
		rows += len(m.LeftOut)
	}
	var notes []string
	for line := range strings.SplitSeq(note, "\n") {
		notes = append(notes, wrapped(line)...)
	}
	top := drawTop + drawNote*(len(notes)-1)
	var b strings.Builder
	height := top + drawRow*rows + 16
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Open Sans, Helvetica, Arial, sans-serif" font-size="14">`+"\n", drawWidth, height, drawWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", drawWidth, height)
	fmt.Fprintf(&b, `<text x="24" y="34" font-size="18" font-weight="bold" fill="#18345c">%s</text>`+"\n", text(title))
	for i, line := range notes {
		fmt.Fprintf(&b, `<text x="24" y="%d" font-size="12" fill="#687079">%s</text>`+"\n", 54+drawNote*i, text(line))
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" font-size="12" fill="#687079">asked</text>`, drawAsked, top-drawNote)
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" font-size="12" fill="#687079">owed, EUR</text>`+"\n", drawWidth-24, top-drawNote)
	if rows > 1 {
		fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#d0d5dc" stroke-width="3"/>`+"\n", drawLine, top, drawLine, top+drawRow*(rows-1))
	}
	y := top
	for _, m := range life {
		for _, why := range m.LeftOut {
			fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="5" fill="#ffffff" stroke="#8a929c" stroke-width="2"/>`, drawLine, y)
			fmt.Fprintf(&b, `<text x="%d" y="%d" font-style="italic" fill="#687079">%s</text>`+"\n", drawLine+20, y+5, text(why))
			y += drawRow
		}
		m.draw(&b, begins, y)
		y += drawRow
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// wrapped is a line of the note as lines that fit below the title.
func wrapped(line string) (lines []string) {
	const fits = 130 // letters
	for utf8.RuneCountInString(line) > fits {
		cut := strings.LastIndexByte(line[:fits], ' ')
		if cut < 0 {
			break
		}
		lines, line = append(lines, line[:cut]), line[cut+1:]
	}
	return append(lines, line)
}

// draw is the row of a moment; what a person does is a square.
func (m Moment) draw(b *strings.Builder, begins calendar.Date, y int) {
	fmt.Fprintf(b, `<text x="24" y="%d" fill="#687079">%s</text><text x="%d" y="%d" text-anchor="end" fill="#687079">day %d</text>`, y+5, m.Action.Day, drawLine-16, y+5, m.Action.Day.DaysSince(begins))
	if m.Action.Kind == ActTask {
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="13" height="13" fill="%s"/>`, drawLine-6, y-6, colours[m.Action.Stage])
	} else {
		fmt.Fprintf(b, `<circle cx="%d" cy="%d" r="7" fill="%s"/>`, drawLine, y, colours[m.Action.Stage])
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="#1c2026">%s</text>`, drawLine+20, y+5, text(m.What()))
	if m.Asked > 0 {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end" fill="#1c2026">%s</text>`, drawAsked, y+5, m.Asked)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end" fill="#1c2026">%s</text>`+"\n", drawWidth-24, y+5, m.Owed.Total())
}

// text is a text that may stand in XML.
func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}

// What is a moment in words: "summons by email, 7 days to pay".
func (m Moment) What() string {
	a := m.Action
	words := a.Name()
	switch a.Kind {
	case ActTask:
		words = taskWords(a)
	case ActClose:
		if words = "closed"; a.Outcome != claim.StatusClosed {
			words += ": " + string(a.Outcome)
		}
	case ActOpen:
		words = "intake"
	case ActMonitor:
		words = "debt monitoring begins"
	case ActDecide:
		words = "the client's time to decide is over"
	case ActCheck:
		words = "registers are asked"
	case ActNothing, ActLetter, ActWait, ActAdvise, ActRemind, ActMonitorYear:
	}
	if a.Channel != "" {
		words += " by " + a.Channel
	}
	if a.Term > 0 {
		words += fmt.Sprintf(", %d days to pay", a.Term)
	}
	if len(m.Notes) > 0 {
		words += " (" + strings.Join(m.Notes, ", ") + ")"
	}
	if m.Folded > 0 {
		words += fmt.Sprintf(" (after %d more)", m.Folded)
	}
	return words
}

// Why is the reason of a moment, and of a step that comes later than its own day what moved it: a day without contact, the term of the letter before it. NotSooner
// begins with the term, which the reason has already.
func (m Moment) Why() string {
	if _, moved, ok := strings.Cut(m.Action.NotSooner, "; "); ok && m.Action.ToDebtor() {
		return m.Action.Reason + "; " + moved
	}
	return m.Action.Reason
}

// taskWords is what a person is asked to do.
func taskWords(a Action) string {
	switch a.Task {
	case claim.CallTask + a.Step:
		return a.Step + ": a person calls the debtor"
	case ApproveTask + a.Step:
		return a.Step + ": an operator approves it"
	}
	return "task " + a.Task
}
