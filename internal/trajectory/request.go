package trajectory

import (
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/settlement"
)

// The letters to the client about a request (requirement T12) and about a dispute that was upheld (requirement T14).
const (
	ClientRequest = "client-request"
	DisputeUpheld = "dispute-upheld"
)

// ReachAboutDispute is the key of the task to discuss an upheld dispute with a client whom the e-mail did not reach.
const ReachAboutDispute = "discuss-upheld-dispute"

// Price is what an exception of the agreement costs the client of a claim on a day; see settlement.Scales.
func (r Rules) Price(x settlement.Exception, f claim.Facts, on calendar.Date) (settlement.Price, error) {
	return r.Commission.Price(x, f, r.Tables, on, r.Settling[f.Plan].Policy)
}

// requested: what the client is asked goes on beside whatever the claim does or waits for, since it is no dunning. The request that is due first.
func (d *decision) requested(meanwhile Action) (first Action, found bool) {
	for _, request := range d.facts.ToAnswer() {
		action, ok := d.ask(request, meanwhile.Stage)
		if ok && (!found || action.Due.Before(first.Due)) {
			first, found = action, true
		}
	}
	return first, found
}

// ask puts the request, reminds of it before its last day and on it, and asks a person for the consequence on the day after: each once. After an
// outage the first reminder is left out, and the consequence waits until the day after the last one left.
func (d *decision) ask(r claim.Request, stage Stage) (Action, bool) {
	if d.facts.Attention != nil && d.facts.Attention.Action == r.Step() { // an operator repairs
		return Action{}, false
	}
	asked, put := d.mailed(r, claim.RequestAsked)
	if !put {
		return d.mail(r, claim.RequestAsked, r.On, stage, "asked on "+r.On.String()), true
	}
	if d.failed(r.Step(), claim.RequestAsked, ChannelEmail) && !d.opened(r.AskTask()) {
		return d.task(r.AskTask(), d.today, stage, fmt.Sprintf("the request for %s did not reach the client by e-mail: ask by telephone, and answer it with what comes (claim answer)", r.Kind)), true
	}
	by := r.AnswerBy(asked)
	if _, reminded := d.mailed(r, claim.RequestReminded); !reminded && d.today.Before(by) {
		return d.mail(r, claim.RequestReminded, asked.AddDays(r.RemindAfter), stage, "the client has until "+by.String()), true
	}
	last, reminded := d.mailed(r, claim.RequestLastReminder)
	if !reminded {
		return d.mail(r, claim.RequestLastReminder, by, stage, "the client has until "+by.String()), true
	}
	if d.opened(r.UnansweredTask()) {
		return Action{}, false
	}
	return d.task(r.UnansweredTask(), calendar.Max(by, last).AddDays(1), stage, consequence(r, by)), true
}

// mailed is the day on which a letter of a request left, or was given up: refused by the mail server, or skipped by an operator.
func (d *decision) mailed(r claim.Request, cycle int) (calendar.Date, bool) {
	if done, ok := d.done(r.Step(), cycle); ok {
		return done.on, true
	}
	i := slices.IndexFunc(d.facts.Letters, func(l claim.Letter) bool {
		return l.Step == r.Step() && l.Cycle == cycle && l.State == claim.LetterFailed
	})
	if i < 0 {
		return calendar.Date{}, false
	}
	return d.facts.Letters[i].On, true
}

func (d *decision) mail(r claim.Request, cycle int, on calendar.Date, stage Stage, notSooner string) Action {
	return Action{
		Kind: ActLetter, Step: r.Step(), Letter: ClientRequest, Cycle: cycle, Channel: ChannelEmail, Stage: stage, Due: d.officeHours(on),
		Reason:    fmt.Sprintf("the client is asked for %s, letter %d of %d (requirement T12)", r.Kind, cycle, claim.RequestLastReminder),
		NotSooner: notSooner + "; " + inOfficeHours,
	}
}

// task asks a person for something on a day, whatever the claim waits for.
func (d *decision) task(key string, on calendar.Date, stage Stage, reason string) Action {
	return Action{Kind: ActTask, Task: key, Stage: stage, Due: d.at(on), Reason: reason}
}

// opened says whether a person was asked already, also one who has done it.
func (d *decision) opened(task string) bool {
	return slices.ContainsFunc(d.facts.Tasks, func(t claim.Task) bool { return t.Key == task })
}

// awaited says whether a task is open.
func (d *decision) awaited(task string) bool {
	return slices.Contains(d.facts.Tasks, claim.Task{Key: task, Open: true})
}

// consequence is what a client that does not answer may be charged. What that is moves with the claim while the task is open, so the task says where it is told (docs/decisions/0094).
func consequence(r claim.Request, by calendar.Date) string {
	return fmt.Sprintf("the client did not answer the request for %s by %s: dunning claim exception ID %d tells what no word costs it by the agreement, if anything, and applies it; or go on without", r.Kind, by, settlement.NoWord)
}

// Office hours, in which clients get what asks for an answer of theirs soon: from 09:00 up to but not including 17:00 on a working day. The advice and the reminder to decide do
// not wait for them (see office): they leave weeks of time.
const (
	officeOpens   = 9
	officeCloses  = 17
	inOfficeHours = "what a client is asked, and that a dispute was upheld, is mailed in office hours"
)

// officeHours is the first moment of office hours from a day on, not before now.
func (d *decision) officeHours(day calendar.Date) time.Time {
	from := calendar.Max(day, d.today)
	if from == d.today && !d.now.Before(d.today.At(officeCloses, 0)) {
		from = from.AddDays(1)
	}
	for !calendar.IsWorkingDay(from) {
		from = from.AddDays(1)
	}
	if opens := from.At(officeOpens, 0); opens.After(d.now) {
		return opens
	}
	return d.now
}

// upheld tells the client of a dispute that was upheld, once and before the claim closes: no cure, no pay has ended, and these are its options with
// their prices. A client whom the e-mail does not reach is called by a person. Then the claim closes.
func (d *decision) upheld() Action {
	_, told := d.done(DisputeUpheld, 1)
	refused := d.failed(DisputeUpheld, 1, ChannelEmail)
	stuck := d.facts.Attention != nil && d.facts.Attention.Action == DisputeUpheld
	switch {
	case stuck:
		waits, _ := d.needsAttention()
		return waits
	case refused && !d.opened(ReachAboutDispute):
		return d.person(ReachAboutDispute, "the debtor's dispute was upheld and the client was not reached by e-mail: call it about its options (requirement T14)")
	case !told && !refused:
		return Action{
			Kind: ActLetter, Step: DisputeUpheld, Letter: DisputeUpheld, Cycle: 1, Channel: ChannelEmail, Stage: d.stage(), Due: d.officeHours(d.today),
			Reason:    "the debtor's dispute was upheld: the client is told what it can do and what that costs (requirement T14)",
			NotSooner: inOfficeHours,
		}
	}
	return d.close(claim.StatusUpheld, "the debtor's dispute was upheld: no cure, no pay ends (requirement T14)")
}
