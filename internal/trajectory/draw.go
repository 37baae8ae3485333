package trajectory

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// colours of the stages in a drawing.
var colours = map[Stage]string{
	StageIntake: "#8a929c", StageReminders: "#0b6b5d", StageNotice: "#b26a00", StageSummons: "#a32020", StageAdvice: "#18345c", StageDecision: "#18345c", StageMonitoring: "#5b3a8c", StageClosed: "#8a929c",
}

// Sizes of a drawing, in pixels.
const (
	drawWidth, drawTop, drawRow = 900, 64, 34
	drawLine                    = 190 // x of the line of time
)

// Draw gives a picture of a life as SVG: one row a moment, with its day, what is done, over which channel, and what is owed. title stands above it.
// The same life gives the same bytes.
func Draw(title string, begins calendar.Date, life []Moment) string {
	var b strings.Builder
	height := drawTop + drawRow*len(life) + 16
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Open Sans, Helvetica, Arial, sans-serif" font-size="14">`+"\n", drawWidth, height, drawWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", drawWidth, height)
	fmt.Fprintf(&b, `<text x="24" y="34" font-size="18" font-weight="bold" fill="#18345c">%s</text>`+"\n", text(title))
	if len(life) > 1 {
		fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#d0d5dc" stroke-width="3"/>`+"\n", drawLine, drawTop, drawLine, drawTop+drawRow*(len(life)-1))
	}
	for i, m := range life {
		y := drawTop + drawRow*i
		fmt.Fprintf(&b, `<text x="24" y="%d" fill="#687079">%s</text><text x="%d" y="%d" text-anchor="end" fill="#687079">day %d</text>`, y+5, m.Action.Day, drawLine-16, y+5, m.Action.Day.DaysSince(begins))
		fmt.Fprintf(&b, `<circle cx="%d" cy="%d" r="7" fill="%s"/>`, drawLine, y, colours[m.Action.Stage])
		fmt.Fprintf(&b, `<text x="%d" y="%d" fill="#1c2026">%s</text>`, drawLine+20, y+5, text(m.What()))
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end" fill="#1c2026">%s</text>`+"\n", drawWidth-24, y+5, m.Owed.Total())
	}
	b.WriteString("</svg>\n")
	return b.String()
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
		words = "task " + a.Task
	case ActClose:
		words = "closed: " + string(a.Outcome)
	case ActOpen:
		words = "intake"
	case ActMonitor:
		words = "debt monitoring begins"
	case ActDecide:
		words = "the client's time to decide is over"
	case ActNothing, ActLetter, ActWait, ActAdvise, ActRemind, ActMonitorYear:
	}
	if a.Channel != "" {
		words += " by " + a.Channel
	}
	if a.Term > 0 {
		words += fmt.Sprintf(", %d days to pay", a.Term)
	}
	if m.Folded > 0 {
		words += fmt.Sprintf(" (after %d more)", m.Folded)
	}
	return words
}
