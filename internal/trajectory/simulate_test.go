package trajectory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// event is something that happens to a claim on a day, from outside.
type event struct {
	at   time.Time
	what string
}

// world runs one claim: it does each action that Next asks for when it is due, lets events happen when their time comes, and plays the
// person who answers what is asked, ten days later. It keeps its own books, so that what it checks does not rest on what it tests.
type world struct {
	t      *rapid.T
	facts  claim.Facts
	rules  trajectory.Rules
	now    time.Time
	events []event
	sent   map[string]bool
	latest map[string]calendar.Date // by letter: the last day on which it left
	agreed []agreement
	booked int // how many settlements, with those that were taken back
	// counted are the settlements that a 14-day letter of a day had counted
	counted  map[calendar.Date][]claim.Settlement
	byPerson map[string]money.Amount // the least that a person told was owed on the day of a letter, by its kind and day
	log      []string
	gap      int                       // days at least between two letters of different steps
	change   func()                    // takes another trajectory, where one is
	check    func(a trajectory.Action) // of what is done besides, if anything
}

func (w *world) fail(format string, args ...any) {
	w.t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), strings.Join(w.log, "\n"))
}

// maxSteps is enough for a claim of twenty years: 20 letters, three looks at the registers a year of which each may be tried three times, and as many
// answers, pauses and events as a story has.
const maxSteps = 500

func (w *world) runToTheEnd() {
	for range maxSteps {
		w.dropsUnwanted()
		a, err := trajectory.Next(w.facts, w.rules, w.now)
		if err != nil {
			w.fail("next: %v", err)
		}
		w.told(a)
		if w.facts.Status.Final() && a.Stage != trajectory.StageCourt {
			if a.Kind != trajectory.ActNothing {
				w.fail("a %s claim gets %s", w.facts.Status, a.Kind)
			}
			w.answered()
			w.askedOnce()
			w.costsNothing()
			return
		}
		if a.Reason == "" || a.Kind == "" || a.Kind == trajectory.ActNothing || a.Stage == "" {
			w.fail("an open claim gets %+v", a)
		}
		if !a.Due.IsZero() && a.Due.Before(w.now) {
			w.fail("%s is due in the past, at %s", a.Name(), a.Due)
		}
		if w.facts.Status == claim.StatusOpen || w.facts.SummonsAwaited() {
			w.guarded(a)
		}
		w.invariants(a)
		w.log = append(w.log, fmt.Sprintf("%s %s", w.now.In(calendar.Amsterdam).Format("2006-01-02 15:04"), say(a)))
		w.step(a)
	}
	w.fail("not over after %d steps", maxSteps)
}

// step lets happen what comes first: an event, or the action when it is due.
func (w *world) step(a trajectory.Action) {
	if len(w.events) > 0 && (a.Wake().IsZero() || w.events[0].at.Before(a.Wake())) {
		e := w.events[0]
		w.events = w.events[1:]
		w.now = latest(w.now, e.at)
		w.log = append(w.log, w.now.In(calendar.Amsterdam).Format("2006-01-02 15:04")+" event "+e.what)
		w.happen(e.what)
		return
	}
	nobody := a.Task != "" && !slices.Contains(w.facts.Tasks, claim.Task{Key: a.Task, Open: true}) // has it: it is done
	if a.Due.IsZero() && (a.Again.IsZero() || !nobody && rapid.IntRange(0, 4).Draw(w.t, "somebody answers") > 0) {
		w.now = w.now.AddDate(0, 0, 10)
		w.answer(a)
		return
	}
	w.now = a.Wake()
	w.do(a)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (w *world) today() calendar.Date { return calendar.DateOf(w.now) }

func (w *world) do(a trajectory.Action) {
	if w.check != nil {
		w.check(a)
	}
	switch a.Kind {
	case trajectory.ActOpen:
		w.facts.OpenedOn = w.today()
	case trajectory.ActLetter, trajectory.ActMonitorYear, trajectory.ActRemind:
		if !w.refused(a) {
			w.send(a)
		}
	case trajectory.ActAdvise:
		w.send(a)
		w.answersAdvice()
	case trajectory.ActTask:
		w.ask(a)
	case trajectory.ActDecide:
		w.facts.Decision = &claim.Decision{Choice: w.rules.Policy.ByDefault(w.facts, w.today()), On: w.today(), Default: true}
	case trajectory.ActMonitor:
		w.facts.MonitoredFrom = w.today()
	case trajectory.ActCheck:
		w.look()
	case trajectory.ActClose:
		next, err := w.facts.Status.To(a.Outcome)
		if err != nil {
			w.fail("close: %v", err)
		}
		w.facts.Status = next
	case trajectory.ActWait, trajectory.ActNothing: // the day has come
	}
}

// send registers the letter and checks what must never be sent.
func (w *world) send(a trajectory.Action) {
	on := w.today()
	l := claim.Letter{Step: a.Step, Kind: a.Letter, Cycle: a.Cycle, Channel: a.Channel, State: claim.LetterAccepted, On: on, Received: on, PayBy: on.AddDays(a.Term)}
	if a.Channel == trajectory.ChannelPost {
		l.Received = on.AddDays(2)
	}
	if a.ToDebtor() {
		w.checkMoment(a)
		w.checkAgreed(a, on)
	}
	if a.Letter == trajectory.ClientRequest {
		w.checkRequest(a, on)
	}
	told := w.corrects(a, &l)
	if trajectory.Demands(a.Letter) {
		w.checkLetter(a, on)
		account, err := w.facts.AccountOn(w.rules.Tables, on)
		if err != nil {
			w.fail("account: %v", err)
		}
		l.Demanded = account.Open.Total()
		if l.Demanded <= 0 {
			w.fail("%s leaves although nothing is owed", letterKey(a))
		}
		if w.latest["any"] = on; a.Letter == claim.FourteenDayLetter {
			w.names(&l, account)
		}
	}
	states := []claim.LetterState{claim.LetterAccepted, claim.LetterAccepted, claim.LetterAccepted, claim.LetterAccepted, claim.LetterFailed, claim.LetterUnknown}
	if l.State = rapid.SampledFrom(states).Draw(w.t, "state"); l.State != claim.LetterAccepted {
		l.Received = calendar.Date{}
	}
	w.onceOfEach(l)
	w.close(trajectory.UnlawfulLetter + l.Step)
	w.facts.Letters = append(w.facts.Letters, l)
	if told != nil && l.Left() {
		told.booked = w.booked
	}
	if l.Kind == trajectory.ArrangementReminder && l.Left() {
		w.agreed[len(w.agreed)-1].until = on.AddDays(a.Term)
	}
	if l.Kind == trajectory.AdviceLetter && l.Left() {
		w.facts.Advised = on
	}
	w.latest[a.Step] = on
}

func letterKey(a trajectory.Action) string {
	return fmt.Sprintf("%s/%d/%s", a.Step, a.Cycle, a.Channel)
}

// checkMoment is for every letter to the debtor.
func (w *world) checkMoment(a trajectory.Action) {
	key := letterKey(a)
	if w.sent[key] {
		w.fail("%s is sent twice", key)
	}
	w.sent[key] = true
	if allowed, _, why := calendar.ContactAllowed(w.now); !allowed {
		w.fail("%s leaves at %s: %s", key, w.now, why)
	}
}

// checkAgreed lets nothing leave to the debtor while a promise or an arrangement is not broken, but the letters of an arrangement, the confirmation of a complaint, and what tells that less is owed.
func (w *world) checkAgreed(a trajectory.Action, on calendar.Date) {
	for i, x := range w.agreed {
		waits := (x.until.IsZero() || !on.After(x.until)) && (x.step != "" || w.settled() < x.settled)
		own := claim.IsArrangementStep(a.Step) || claim.IsComplaintStep(a.Step) || a.Letter == trajectory.Correction || a.Step == trajectory.InterruptionLetter // which says that what was agreed stays so
		if replaced := x.step != "" && i < len(w.agreed)-1; waits && !own && !replaced {
			w.fail("%s leaves on %s, during %+v", letterKey(a), on, x)
		}
	}
}

// checkLetter is for letters that ask to pay.
func (w *world) checkLetter(a trajectory.Action, on calendar.Date) {
	key := letterKey(a)
	for _, p := range w.facts.Pauses {
		if p.Covers(on) && a.Step != trajectory.InterruptionLetter {
			w.fail("%s leaves on %s, during %+v", key, on, p)
		}
	}
	var paid money.Amount
	for _, s := range w.facts.Settlements {
		paid += s.Amount
	}
	if paid >= 2*w.facts.Principal()+money.Cents(100_00) { // no costs and interest are that high
		w.fail("%s leaves although %s was paid on %s", key, paid, w.facts.Principal())
	}
	if len(w.facts.StoppedBy(on)) > 0 || !w.facts.Withdrawn.IsZero() {
		w.fail("%s leaves while a flag stops it (%v), or after withdrawal", key, w.facts.Flags)
	}
	if a.Stage == trajectory.StageSummons && w.facts.Debtor.Consumer() {
		if arrived, over := w.noticed(on); arrived && !over {
			w.fail("%s leaves within the term of the 14-day letter", key)
		}
	}
	gap := w.gap
	if again := a.Letter == claim.FourteenDayLetter && !w.latest[a.Step].IsZero(); again || a.Letter == trajectory.ArrangementReminder {
		gap = min(gap, 3) // its day follows from an instalment, or it goes again at once: the spacing alone keeps it from others
	}
	for step, last := range w.latest {
		if a.Letter == claim.FourteenDayLetter && strings.HasPrefix(step, trajectory.Correction+":") { // its own term begins anew
			continue
		}
		failed := len(w.facts.Letters) > 0 && w.facts.Letters[len(w.facts.Letters)-1].State == claim.LetterFailed
		if step != a.Step && a.Step != trajectory.InterruptionLetter && !failed && trajectory.ToDebtor(step) && !claim.IsComplaintStep(step) && !claim.IsRequestStep(step) && on.DaysSince(last) < gap {
			w.fail("%s leaves %d days after %s: a burst", key, on.DaysSince(last), step)
		}
	}
	if last, ok := w.latest[trajectory.MonitoringLetter]; ok && a.Step == trajectory.MonitoringLetter && a.Channel == trajectory.ChannelPost && on.DaysSince(last) < 180 {
		w.fail("periodic letters %d days apart", on.DaysSince(last))
	}
}

// answer is what a person does about what the claim waits for.
func (w *world) answer(a trajectory.Action) {
	yesterday := w.today().AddDays(-1)
	if w.facts.Status == claim.StatusCourt && !strings.HasPrefix(a.Task, "judge-dispute:") {
		w.courtDesk()
		return
	}
	for i := range w.facts.Tasks {
		w.facts.Tasks[i].Open = w.facts.Tasks[i].Open && w.facts.Tasks[i].Key != a.Task
	}
	switch {
	case strings.HasPrefix(a.Task, "judge-dispute:"):
		for i := range w.facts.Pauses {
			if p := &w.facts.Pauses[i]; p.Kind == claim.PauseDispute && p.Outcome == "" {
				p.Outcome, p.Until = rapid.SampledFrom([]string{"rejected", "upheld"}).Draw(w.t, "judgement"), calendar.Max(p.From, w.today())
			}
		}
	case strings.HasPrefix(a.Task, trajectory.ReviewArrangement):
		w.facts.Arrangements[len(w.facts.Arrangements)-1].Ended = w.today()
		w.agreed[len(w.agreed)-1].until = yesterday
	case strings.HasPrefix(a.Task, trajectory.TraceLetter):
		for i := range w.facts.Letters {
			if l := &w.facts.Letters[i]; l.State == claim.LetterUnknown {
				l.State, l.Received = claim.LetterAccepted, l.On
			}
		}
	case a.Task == "small-balance" || a.Task == "interest-only":
		account, _ := w.facts.AccountOn(w.rules.Tables, w.today())
		w.settle(claim.WriteOff, account.Open.Total())
	case strings.HasPrefix(a.Task, claim.CallTask):
		w.facts.Called = append(w.facts.Called, claim.Done{Step: strings.TrimPrefix(a.Task, claim.CallTask), On: w.today()})
	case a.Task == trajectory.ReachClient:
		w.facts.Advised = w.today()
	case strings.HasPrefix(a.Task, claim.StopTask) || strings.HasPrefix(a.Task, trajectory.ReviewStop):
		w.looksAtStop(a.Task)
	case a.Task == "find-address":
		w.facts.Closing = &claim.Closing{Reason: "no address", On: w.today()}
	case w.facts.Attention != nil:
		w.repair()
	case strings.HasPrefix(a.Task, trajectory.ReviewHold):
		w.reviewsHold(a.Task)
	}
}

func (w *world) settle(kind claim.SettlementKind, amount money.Amount) {
	w.facts.Settlements = append(w.facts.Settlements, claim.Settlement{Key: fmt.Sprintf("%03d", w.booked), Kind: kind, On: w.today(), Amount: amount})
	w.booked++
}

// happen lets an event change the facts, as the store would record it.
func (w *world) happen(what string) {
	pause := claim.Pause{Key: fmt.Sprint(len(w.facts.Pauses)), Kind: claim.PauseHold, From: w.today()}
	defer func() { w.byHand(); w.paidBeforeCourt() }()
	if w.ofCourt(what) {
		return
	}
	switch what {
	case "part payment":
		w.settle(claim.PaidToAgency, w.facts.Principal()/3)
	case "pays everything":
		w.settle(claim.PaidToAgency, w.facts.Principal()*3+money.Cents(100_00))
	case "credit note", "set-off", "returned-goods", "counter-performance":
		w.settle(claim.SettlementKind(strings.Replace(what, " ", "-", 1)), w.facts.Principal()/4)
	case "it is taken back":
		w.takeBack()
	case "hold of a month":
		pause.Until = w.today().AddDays(30)
		w.facts.Pauses = append(w.facts.Pauses, pause)
	case "open-ended hold":
		w.facts.Pauses = append(w.facts.Pauses, pause)
	case "dispute":
		if pause.Kind = claim.PauseDispute; w.facts.DisputeProblem() == "" {
			w.disputedInCourt(pause)
			w.facts.Pauses = append(w.facts.Pauses, pause)
		}
	case claim.FlagEmailBounced, claim.FlagAddressUnknown, claim.FlagBankrupt, claim.FlagMinor:
		w.flag(what, w.today())
	case "withdrawal":
		w.facts.Withdrawn = w.today()
	case "suspect receipt":
		w.facts.Tasks = append(w.facts.Tasks, claim.Task{Key: trajectory.AllocateReceipt + "r", Open: true})
	case "monitoring letter stuck":
		w.facts.Attention = &claim.Attention{Action: trajectory.MonitoringLetter, Cause: "MailRefused", Since: w.now}
	case "promise":
		w.promise()
	case "arrangement":
		w.arrange()
	case "an instalment":
		if a, ok := w.facts.ArrangementOn(w.today()); ok {
			w.settle(claim.PaidToAgency, a.Instalments[0].Amount)
		}
	case "complaint":
		w.facts.Complaints = append(w.facts.Complaints, claim.NewComplaint(fmt.Sprint(len(w.facts.Complaints)), w.today()))
	case "the client is asked for documents":
		w.facts.Requests = append(w.facts.Requests, claim.Request{Key: fmt.Sprint(len(w.facts.Requests)), Kind: claim.RequestDocuments, On: w.today(), Days: 14, RemindAfter: 7})
	case "the client answers":
		w.answersRequests()
	case "another trajectory":
		w.change()
	case "worker down for 45 days":
		w.now = w.now.AddDate(0, 0, 45)
	default:
		w.knownAfterwards(what)
	}
}

var happenings = slices.Concat(decisions, stages, []string{
	"part payment", "part payment", "pays everything", "credit note", "hold of a month", "hold of a month", "open-ended hold", "dispute", claim.FlagEmailBounced,
	claim.FlagAddressUnknown, claim.FlagBankrupt, claim.FlagMinor, "withdrawal", "promise", "promise", "arrangement", "arrangement", "an instalment", "an instalment", "an instalment", "complaint", "complaint", "suspect receipt", "monitoring letter stuck", "worker down for 45 days", "worker down for 45 days",
	"the client is asked for documents", "the client is asked for documents", "the client answers",
	"hold of before", "hold of before", "hold since before", "died before", "under guardianship before", "14-day letter comes back", toldByHand, toldByHand, toldByHand,
	"set-off", "returned-goods", "counter-performance", "it is taken back", "it is taken back",
})

// Whatever happens to a claim, it ends, and on the way no rule about letters is broken.
func TestEveryClaimEndsAndNoRuleAboutLettersIsBroken(t *testing.T) {
	t.Parallel()
	l := library(t)
	rapid.Check(t, func(t *rapid.T) {
		f := handedOver(t, rapid.SampledFrom([]string{"consumer", "sole trader", "company"}).Draw(t, "debtor"))
		rules, err := l.Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "registers are connected") {
			rules.Registers = claim.Registers()
		}
		w := newWorld(t, f, rules, happenings)
		w.gap = 5
		w.runToTheEnd()
	})
}
