package workflows_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

// line is one line of a tale.
type line struct {
	at   time.Time
	what string
}

// tale tells what the case file says happened, by the day on which it did, without the beginning that every claim has.
func (w *world) tale() string {
	w.t.Helper()
	events, err := w.store.Timeline(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	lines := slices.Clone(w.noted)
	for _, e := range events {
		if what := w.words(e); what != "" {
			lines = append(lines, line{e.At, what})
		}
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&text, "%s %s\n", calendar.DateOf(l.at), l.what)
	}
	return text.String()
}

func (w *world) words(e postgres.Event) string {
	d := func(key string) string { return fmt.Sprint(e.Detail[key]) }
	switch e.Kind {
	case "handed-over", "intake-checked", "letter-registered", "task-done", "plan-changed": // the last by the clock of the database
		return ""
	case "letter-accepted":
		return d("step") + " by " + d("channel")
	case "letter-failed", "letter-unknown":
		return d("step") + " by " + d("channel") + " " + strings.TrimPrefix(e.Kind, "letter-")
	case "register-checked":
		said := d("register") + ": " + d("found")
		if e.Detail["since"] != nil {
			said += " since " + d("since")
		}
		if e.Detail["try"] != nil {
			said += ", try " + d("try") + ": " + d("cause")
		}
		return said
	case "check-skipped":
		return "check-skipped " + d("register") + ": " + d("reason")
	case "closed":
		return "closed: " + d("outcome")
	case "decision":
		if d("default") == "true" {
			return "decision by default: " + d("choice")
		}
		return "decision: " + d("choice")
	case "task-opened":
		return "task: " + d("task")
	case "needs-attention":
		return "needs attention: " + d("action") + " (" + d("cause") + ")"
	case "repaired":
		return "repaired: " + d("do") + " " + d("step")
	case "paid-to-client", "paid-to-agency", "credit-note", "write-off":
		return e.Kind + " " + d("amount")
	}
	return e.Kind
}

// story is a claim, what happens to it, and its whole tale.
type story struct {
	name   string
	who    string
	events []string
	want   string
}

func tellAll(t *testing.T, stories []story) {
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			same(t, newWorld(t, s.who).live(s.events...), s.want)
		})
	}
}

// same compares tales; the wanted one is indented for the eye.
func same(t *testing.T, got, want string) {
	t.Helper()
	var flat strings.Builder
	for l := range strings.Lines(strings.TrimSpace(want) + "\n") {
		flat.WriteString(strings.TrimLeft(l, "\t "))
	}
	if got != flat.String() {
		t.Errorf("got\n%s\nwant\n%s", got, flat.String())
	}
}
