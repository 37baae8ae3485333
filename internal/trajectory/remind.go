package trajectory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// reminders are the kinds of the tasks that are asked again a term after somebody has done them, while the claim still waits for the same; each with what ends it for good.
var reminders = map[string]string{LateHandOver: stageRecorded, AskOutcome: stageRecorded, NoMoreOf: stageRecorded, ReviewHold: "the hold is ended (claim resume)",
	ReviewStop: "the flag is cleared (claim flag --clear)", LateReview: "the arrangement is ended (claim arrangement ID end)",
	LateNotice: "somebody has said whether the 14-day letter arrived"}

const stageRecorded = "the stage of the procedure is recorded (claim court)"

// DatedTasks lists what the keys begin with of the tasks of which it counts on which day they were done: those that a reminder follows a term later, its own kind and those about a stop
// flag, and those about how an insolvency ended and whether a 14-day letter arrived.
func DatedTasks() []string {
	return slices.Concat(slices.Sorted(maps.Keys(reminders)), stoodFor, []string{WSNPEnded, BankruptEnded, NoticeInDoubt})
}

// Reminds says whether a task, by its key, is such a reminder.
func Reminds(task string) bool { return RemindsUntil(task) != "" }

// RemindsUntil says what ends such a reminder for good; empty for other tasks.
func RemindsUntil(task string) string { return reminders[kindOf(task)+":"] }

// reminder is staff being asked about what a claim waits for: one that is open stands on the list of tasks, however long, and when somebody has said what came of it
// and the claim still waits, the next comes a term later.
type reminder struct {
	kind string // begins its key
	key  string
	day  calendar.Date // on which staff is asked
	past string        // a key up to this one is of another wait, that is over; empty: none is
	ask  string        // what it says
	term string        // in words
}

// nextReminder is the reminder of a kind that comes a term after a day, or after the last one was done, of that kind or of one that stood for it.
func nextReminder(f claim.Facts, kind string, from calendar.Date, term func(calendar.Date) calendar.Date, stoodFor ...string) reminder {
	for _, done := range f.RemindersDone {
		if slices.ContainsFunc(append(stoodFor, kind), func(kind string) bool { return strings.HasPrefix(done.Step, kind) }) {
			from = calendar.Max(from, done.On)
		}
	}
	day := term(from)
	return reminder{kind: kind, key: kind + day.String(), day: day}
}

// reminding is a wait of which staff is reminded: until its day it says so, then the task is opened, after an outage too once. While it is open the wait is for it, but where it has
// a task of its own already. A wait without a reason is for the reminder alone.
func (d *decision) reminding(wait Action, r reminder) Action {
	ask := d.task(r.key, r.day, wait.Stage, r.ask)
	ask.NotSooner = r.term
	switch given := d.given(r); {
	case given != "" && wait.Task == "":
		wait.Task, wait.Reason = given, r.ask
	case given != "":
		wait.Meanwhile = "staff was reminded by task " + given
	case wait.Reason == "" || !r.day.After(d.today):
		return ask
	default:
		wait.Due, wait.NotSooner = ask.Due, r.term
		wait.Meanwhile = fmt.Sprintf("staff is reminded on %s by task %s", r.day, r.key)
	}
	return wait
}

// given is the reminder that was given of a wait and still stands: one whose key is its kind, as that of a dispute, is given once.
func (d *decision) given(r reminder) (task string) {
	for _, t := range d.facts.Tasks {
		if t.Key == r.kind && !t.Dropped || t.Open && r.kind != r.key && strings.HasPrefix(t.Key, r.kind) && t.Key > r.past {
			task = t.Key
		}
	}
	return task
}
