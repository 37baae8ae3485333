package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// outcome is how a claim ended as its client would say it: a status may be reached in ways that have little in common.
func (e ending) outcome() string {
	status, f := e.file.Facts.Status, e.file.Facts
	payments := 0
	for _, s := range f.Settlements {
		if s.Kind == claim.PaidToAgency || s.Kind == claim.PaidToClient {
			payments++
		}
	}
	switch {
	case status == claim.StatusPaid && !f.MonitoredFrom.IsZero():
		return "paid during debt monitoring"
	case status == claim.StatusPaid && payments > 1:
		return "paid in parts"
	case status == claim.StatusClosed && !f.MonitoredFrom.IsZero():
		return "closed after debt monitoring"
	case status == claim.StatusClosed && f.Closing != nil:
		return "closed by an operator"
	case status == claim.StatusClosed:
		return "closed by decision"
	}
	return string(status)
}

// timelines shows one claim for each way it can end, the first of the portfolio.
func (r *report) timelines(cast []played, endings []ending) {
	shown := map[string]bool{}
	_, _ = fmt.Fprintf(r.out, "\none claim for each outcome\n")
	for _, e := range endings {
		if outcome := e.outcome(); !shown[outcome] {
			shown[outcome] = true
			_, _ = fmt.Fprintf(r.out, "\n%s: %s (%s)\n%s\n", strings.ToUpper(outcome), e.Story, e.Claim, e.timeline())
		}
	}
	for _, p := range cast {
		if p.refused() {
			_, _ = fmt.Fprintf(r.out, "\n%s: %s (%s)\n%s\n", strings.ToUpper(string(claim.StatusRefused)), p.Story, p.Claim, p.reason)
			break
		}
	}
}

// Of more than mostYears yearly letters in a row, the timeline shows the first and the last.
const mostYears = 4

func (e ending) timeline() string {
	t := newTable("when", "what", "detail")
	var years []table.Row
	flush := func() {
		if n := len(years); n > mostYears {
			years = []table.Row{years[0], {"", "…", fmt.Sprintf("%d letters, one a year, are left out here", n-2)}, years[n-1]}
		}
		t.AppendRows(years)
		years = nil
	}
	for _, event := range e.events {
		if event.Kind == "letter-registered" { // what was sent says enough here
			continue
		}
		row := table.Row{event.At.Format("2006-01-02 15:04"), event.Kind, shorten(detail(event) + e.shared(event))}
		if event.Detail["step"] == trajectory.MonitoringLetter {
			years = append(years, row)
			continue
		}
		flush()
		t.AppendRow(row)
	}
	flush()
	return t.Render()
}

// shared says who gets what of a payment.
func (e ending) shared(event postgres.Event) string {
	_, key, _ := strings.Cut(event.Key, ":")
	for _, s := range e.shares {
		if s.Settlement.Key != key || string(s.Settlement.Kind) != event.Kind || s.Client+s.Agency == 0 {
			continue
		}
		text := fmt.Sprintf(": client %s, agency %s", s.Client, s.Agency)
		if s.Monitoring {
			text = fmt.Sprintf(", halved: client %s, agency %s", s.Client, s.Agency)
		}
		if s.Surplus > 0 {
			text += fmt.Sprintf(", surplus %s", s.Surplus)
		}
		return text
	}
	return ""
}

func shorten(s string) string {
	const most = 90
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
