package trajectory

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// stopReviewDays is half a year, where a trajectory does not say: that long an administrator or a counsellor may be silent, and an insolvency register is asked as often.
const stopReviewDays = 180

// stoodFor are the tasks about a stop flag after which a person has looked at it.
var stoodFor = []string{claim.StopTask, claim.InsolvencyEndedTask}

// ReviewStop starts the key of the task to say whether a stop flag is still so, of which somebody has done what it asks. The day on which it is due follows.
const ReviewStop = "review-stop:"

// stopped: a fact about the debtor stops dunning until it is taken back. Each opens its task once; when all are done staff is asked a term later whether it is still so. What the debtor
// disputes is judged meanwhile, in its term: the client waits for it, and so does whoever acts for the debtor.
func (d *decision) stopped() (Action, bool) {
	stops := d.facts.StoppedBy(d.today)
	if len(stops) == 0 {
		return Action{}, false
	}
	for _, stop := range stops {
		if !slices.ContainsFunc(d.facts.Tasks, func(task claim.Task) bool { return task.Key == stop.Task() }) {
			return d.person(stop.Task(), stop.Todo), true
		}
	}
	return d.judgedMeanwhile(d.awaitsStops(stops)), true
}

// awaitsStops is the wait for the person who has the task of a stop flag; when none is open for the day on which staff is asked again, or for what registers say.
func (d *decision) awaitsStops(stops []claim.Stop) Action {
	wait := Action{Kind: ActWait, Stage: d.stage(), Task: stops[0].Task(), Reason: stops[0].Todo}
	if i := slices.IndexFunc(stops, func(s claim.Stop) bool { return d.awaited(s.Task()) }); i >= 0 {
		wait.Task, wait.Reason = stops[i].Task(), stops[i].Todo
		return wait
	}
	review, asks := d.stopReview()
	if !asks {
		return wait
	}
	wait.Task = ""
	return d.reminding(wait, review)
}

// stopReview is the question whether the stop flags in force are still so, a term after their tasks were done or it was said that they are. None is asked when a register tells of each.
func (d *decision) stopReview() (r reminder, asks bool) {
	stops := d.facts.StoppedBy(d.today)
	if !slices.ContainsFunc(stops, func(s claim.Stop) bool { return !d.registerTells(s) }) {
		return reminder{}, false
	}
	since := d.today
	var what, clearing []string
	for _, stop := range stops {
		i := slices.IndexFunc(d.facts.Flags, func(x claim.Flag) bool { return x.Kind == stop.Kind && x.Covers(d.today) })
		if from := d.facts.Flags[i].From; from.Before(since) {
			since = from
		}
		what = append(what, fmt.Sprintf("%s since %s (%s)", stop.Kind, d.facts.Flags[i].From, stop.Article))
		clearing = append(clearing, fmt.Sprintf("claim flag %s --clear", stop.Kind))
	}
	days := d.rules.Policy.Stopped.days(stopReviewDays)
	r = nextReminder(d.facts, ReviewStop, since, func(from calendar.Date) calendar.Date { return from.AddDays(days) }, stoodFor...)
	r.past = ReviewStop + since.String()
	r.term = fmt.Sprintf("what stops dunning is looked at %d days after somebody has done what it asks, or has said that it stands", days)
	r.ask = fmt.Sprintf("%s: find out whether it is still so; if not, take it back (%s); if nothing will come of the claim, close it (claim close); if it stands, say so (claim done), and it is asked again %d days later", strings.Join(what, ", "), strings.Join(clearing, ", "), days)
	return r, true
}

// registerTells says whether a register tells when what stops dunning ends: during debt monitoring the insolvency register does of a bankruptcy or a debt restructuring that it said
// itself. One that does not answer is waited for while it is tried again, and so is the person who has to find out how an insolvency ended that it does not know any more.
func (d *decision) registerTells(stop claim.Stop) bool {
	asked := func(p look) bool { return p.check.Register == claim.InsolvencyRegister }
	says := func(c claim.Check) bool {
		return c.Register == claim.InsolvencyRegister && !c.BeforeAdvice() && (c.Found == claim.Finding(stop.Kind) || c.Found == claim.NoAnswer && !LastTry(c))
	}
	if d.facts.MonitoredFrom.IsZero() || !stop.EndsInterest || !slices.ContainsFunc(checks(d.facts, d.rules), asked) {
		return false
	}
	return slices.ContainsFunc(d.facts.Checks, says) || d.awaited(claim.InsolvencyEndedTask)
}

// StoppedAfterEnd starts the key of the task to mend a claim that had ended when a stop flag of its debtor came to be known: what was paid may have held what the law does not allow.
const StoppedAfterEnd = "stopped-after-end:"

// What the task about a stop flag that came too late tells of what was paid, and whom. The sums move with the money while it is open, so it names the command that tells them (docs/decisions/0094).
const (
	ofWhatWasPaid = "by law what was paid " // a task of before tells sums after it
	dividedAnew   = ofWhatWasPaid + "is divided otherwise (explain tells how, and explain --known how it was): tell who acts for the debtor, and the client"
	dividedAgain  = ofWhatWasPaid + "is divided otherwise than was told (explain tells how, and explain --known how it was): tell who acts for the debtor, and the client"
	tellHandler   = "tell the bailiff or lawyer who handles the case before the court"
)

// StopAsked is what a person was asked about a stop flag that came too late for a claim: empty when nothing was, or it ended by itself; Open while nobody has told it, since the day On.
type StopAsked struct {
	Todo string
	Open bool
	On   calendar.Date
}

// told says whether a person has told what was asked.
func (a StopAsked) told() bool { return a.Todo != "" && !a.Open }

// untold says whether a person is asked to tell something, and has not told it.
func (a StopAsked) untold(what string) bool { return a.Open && strings.Contains(a.Todo, what) }

// untoldOfPaid says whether a person is asked to tell that what was paid is divided otherwise, and has not told it.
func (a StopAsked) untoldOfPaid() bool { return a.untold(dividedAnew) || a.untold(dividedAgain) }

// StoppedTooLate is what a person has to do about a stop flag of a claim that has ended, by the facts before the flag was turned and after it, and why; empty when the turn divides nothing anew that was paid
// and no procedure before the court goes on. By a turn no settlement is of another amount or day: only its division differs (art. 6:44 BW), and what is paid once the flag is known is divided by it at once. What was asked of what was paid stands until
// somebody has told it, while it is not as it was without the flag. One that never was so is taken back by who told it.
func StoppedTooLate(before, after claim.Facts, stop claim.Stop, tables law.Tables, today calendar.Date, asked StopAsked) (todo string, err error) {
	flag, ever := newestFlag(after, stop.Kind, today)
	switch {
	case !after.Status.Final():
		return "", nil
	case !ever && (asked.told() || asked.untold(dividedAgain)):
		return NotStoppedAfterAll(stop), nil
	case !ever:
		return "", nil
	}
	differs, err := dividedOtherwise(before, after, tables, today)
	goesOn := procedureGoesOn(after)
	switch {
	case err != nil:
		return "", err
	case !differs && !goesOn && asked.untoldOfPaid():
		return asked.Todo, nil
	}
	parts, err := asked.ofWhatWasPaid(differs, after, stop, tables, today)
	if err != nil {
		return "", err
	}
	switch {
	case goesOn && flag.Covers(today):
		parts = append(parts, tellHandler)
	case goesOn && asked.told():
		parts = append(parts, "it is over: "+tellHandler)
	}
	if len(parts) == 0 {
		return "", nil
	}
	return fmt.Sprintf("%s %s (%s), which came to be known after the claim had ended (%s): %s. Nothing is sent by itself; letters that were wrong: claim corrections", stop.Kind, flagDays(flag), stop.Article, after.Status, strings.Join(parts, "; ")), nil
}

// ofWhatWasPaid is what a person has to tell of what was paid when the turn of a flag divides that otherwise, or does not, in a list of one: dividedAnew, or dividedAgain when something else was told before. What was asked and nobody has told
// stands while it is not as it was without the flag. None when there is nothing to tell.
func (a StopAsked) ofWhatWasPaid(differs bool, after claim.Facts, stop claim.Stop, tables law.Tables, today calendar.Date) (todo []string, err error) {
	again := strings.Contains(a.Todo, dividedAgain) || a.told() && strings.Contains(a.Todo, dividedAnew)
	if differs && a.untold(dividedAnew) {
		differs, err = dividedOtherwise(withoutFlags(after, stop.Kind), after, tables, today)
	} else {
		differs = differs || a.untoldOfPaid()
	}
	switch {
	case err != nil || !differs:
		return nil, err
	case again:
		return []string{dividedAgain}, nil
	}
	return []string{dividedAnew}, nil
}

// NothingToTell says why a person who was asked about a stop flag that came too late for a claim has nothing to tell any more since its money or the procedure changed: nothing that was settled and known by the day of
// asking is divided otherwise than without the flag, and no procedure before the court goes on. Empty while there is something to tell, and of what differs from what was told before.
func NothingToTell(f claim.Facts, kind string, tables law.Tables, today calendar.Date, asked StopAsked) (why string, err error) {
	switch {
	case procedureGoesOn(f):
		return "", nil
	case asked.untold(dividedAnew):
		f.Settlements = slices.DeleteFunc(slices.Clone(f.Settlements), func(s claim.Settlement) bool { return s.Known.After(asked.On) })
		differs, err := dividedOtherwise(withoutFlags(f, kind), f, tables, today)
		if err != nil || differs {
			return "", err
		}
		return "nothing of what was paid by then is divided otherwise any more", nil
	case asked.untold(tellHandler) && !asked.untold(ofWhatWasPaid):
		return "no procedure before the court goes on any more", nil
	}
	return "", nil
}

// procedureGoesOn says whether a claim is before the court and something is to come of it.
func procedureGoesOn(f claim.Facts) bool {
	return f.Status == claim.StatusCourt && len(f.CourtStage().Next()) > 0
}

// withoutFlags is the facts as if no flag of a kind had ever been.
func withoutFlags(f claim.Facts, kind string) claim.Facts {
	f.Flags = slices.DeleteFunc(slices.Clone(f.Flags), func(x claim.Flag) bool { return x.Kind == kind })
	return f
}

// flagDays tells the days of a flag, both inclusive: from which on, or from which to which.
func flagDays(x claim.Flag) string {
	if x.Until.IsZero() {
		return "since " + x.From.String()
	}
	return fmt.Sprintf("from %s to %s", x.From, x.Until)
}

// newestFlag is the flag of a kind that covers a day, else the one of it that began last of those that ever were so.
func newestFlag(f claim.Facts, kind string, day calendar.Date) (newest claim.Flag, ever bool) {
	for _, x := range f.Flags {
		if x.Kind != kind || !x.Covers(x.From) {
			continue
		}
		if x.Covers(day) {
			return x, true
		}
		if !ever || x.From.After(newest.From) {
			newest, ever = x, true
		}
	}
	return newest, ever
}

// dividedOtherwise says whether what was paid on a claim by the end of a day is divided otherwise by other facts of it, or more or less of it is too much.
func dividedOtherwise(before, after claim.Facts, tables law.Tables, today calendar.Date) (bool, error) {
	made, err := before.DividedTo(after, tables, today)
	if err != nil {
		return false, fmt.Errorf("account of claim %s: %w", after.ClaimID, err)
	}
	return made.Before != made.After, nil
}

// NotStoppedAfterAll is what a person has to do who told of a stop flag that came too late, when it never was so.
func NotStoppedAfterAll(stop claim.Stop) string {
	return fmt.Sprintf("%s never was so after all: take back what was told about it", stop.Kind)
}

// LodgeSettled starts the key of the task to lodge what the parties settled for in an insolvency of the debtor; its kind and its first day follow, as "lodge-settled:bankrupt:2026-04-14".
const LodgeSettled = "lodge-settled:"

// ToLodge gives what whoever handles the case is told of a claim that the parties settled before the court: in each insolvency in force on a day what is owed of it is lodged (art. 26 and 299 Fw), or nothing comes of it. None when nothing is owed.
func ToLodge(f claim.Facts, account claim.Account) (asked []Asking) {
	settled, did := f.CourtStep(claim.CourtSettled)
	if !did || f.Status != claim.StatusCourt || account.Open.Total() <= 0 {
		return nil
	}
	for _, stop := range f.StoppedBy(account.On) {
		if flag, _ := newestFlag(f, stop.Kind, account.On); stop.EndsInterest {
			asked = append(asked, Asking{fmt.Sprintf("%s%s:%s", LodgeSettled, stop.Kind, flag.From), fmt.Sprintf("%s (%s): what the parties agreed on (settled on %s) is unpaid, so tell whoever handles the case: %s", stop.Kind, stop.Article, settled.On, stop.Todo)})
		}
	}
	return asked
}
