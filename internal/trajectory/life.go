package trajectory

import (
	"errors"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Moment is one action of a life, when it is done, with what is owed then.
type Moment struct {
	Action  Action
	Owed    claim.Balance
	Asked   money.Amount // by its letter: of the client's own reminders the principal only; 0 when it asks nothing
	Notes   []string     // what else was agreed about its step
	LeftOut []string     // the steps before it that are not done, each with why
	Folded  int          // how many periodic letters before this one are not told
}

// Fold leaves out all but the first and the last of the periodic letters of debt monitoring.
func Fold(life []Moment) (short []Moment) {
	for i, m := range life {
		periodic := func(at int) bool { return at >= 0 && at < len(life) && life[at].Action.Kind == ActMonitorYear }
		if periodic(i-1) && periodic(i) && periodic(i+1) {
			continue
		}
		if periodic(i) && len(short) > 0 && short[len(short)-1].Action.Kind == ActMonitorYear {
			m.Folded = m.Action.Cycle - short[len(short)-1].Action.Cycle - 1
		}
		short = append(short, m)
	}
	return short
}

// maxTurns is more than any life has: a letter and a look at the registers a month for twenty years, what comes before, and what others do about it.
const maxTurns = 1000

// ErrEndless says that a life did not end: the trajectory goes in circles.
var ErrEndless = errors.New("the trajectory does not end")

// Turn is what others do to a claim at an instant: a payment, a dispute, a decision. Change makes it a fact; it must not change what the slices of the
// facts hold already.
type Turn struct {
	At     time.Time
	Change func(f *claim.Facts, on calendar.Date)
}

// Play is how a life is played: what is decided by, until when, when a letter counts as received, and what others do about each moment.
type Play struct {
	Rules    Rules
	Until    time.Time // the last instant; zero: until the life ends by itself
	Received func(on calendar.Date, channel string) calendar.Date
	Detailed bool                                 // each moment has its notes, and what is left out before it
	Others   func(f claim.Facts, m Moment) []Turn // nil: nobody does anything
	// Pinned gives the rules of a claim that changed its trajectory; nil: none does.
	Pinned func(f claim.Facts) (Rules, error)
	// Back is when the workers are back that are down at an instant, or the instant itself; what is due by then is decided anew. Nil: they always run.
	Back func(at time.Time) time.Time
}

// Life plays the life of a claim from an instant: what Next decides, as the workflow asks it, and what others do. Each letter is accepted at once.
// It gives the moments, and the facts when it ended: with the claim's final status and no procedure before the court that is awaited, at Until, or where it waits for a
// person who does nothing.
func (p Play) Life(f claim.Facts, at time.Time) (life []Moment, end claim.Facts, err error) {
	var turns []Turn
	for range maxTurns {
		a, wake, err := p.next(&f, at)
		switch {
		case err != nil:
			return life, f, err
		case f.Status.Final() && a.Stage != StageCourt:
			return life, f, nil
		case len(turns) > 0 && (wake.IsZero() || turns[0].At.Before(wake)):
			if p.over(turns[0].At) {
				return life, f, nil
			}
			at = latest(at, turns[0].At)
			if err := p.take(turns[0], &f, at); err != nil {
				return life, f, err
			}
			turns = turns[1:]
			continue
		case wake.IsZero() && len(turns) == 0 || p.over(wake):
			return life, f, nil
		}
		late := wake.After(a.Wake())
		if at = wake; a.Kind == ActWait || late {
			continue
		}
		d, err := consider(f, p.Rules, at)
		if err != nil {
			return life, f, err
		}
		m := Moment{Action: a, Owed: d.account.Open, Asked: asked(f, a, d.account)}
		if p.Detailed {
			m.Notes, m.LeftOut = p.Rules.Policy.notes(a.Step), d.leftOut(a)
		}
		life = append(life, m)
		if f, err = p.after(f, a, d.account); err != nil {
			return life, f, err
		}
		if p.Others != nil {
			turns = append(turns, p.Others(f, m)...)
			slices.SortStableFunc(turns, func(a, b Turn) int { return a.At.Compare(b.At) })
		}
	}
	return life, f, ErrEndless
}

// next is what comes next, and when it is looked at again. Tasks for which there is no reason any more end first, as whoever reads the case file ends them.
func (p Play) next(f *claim.Facts, at time.Time) (a Action, wake time.Time, err error) {
	unwanted, err := Unwanted(*f, p.Rules, at)
	if err != nil {
		return a, wake, err
	}
	for _, dropped := range unwanted {
		f.Tasks = slices.Clone(f.Tasks)
		for i := range f.Tasks {
			if t := &f.Tasks[i]; t.Key == dropped.Task {
				*t = claim.Task{Key: t.Key, Dropped: true}
			}
		}
	}
	a, err = Next(*f, p.Rules, at)
	if wake = a.Wake(); p.Back != nil && !wake.IsZero() {
		wake = p.Back(wake)
	}
	return a, wake, err
}

// take lets others do something, with what the store makes of it: a claim that is paid before it is handed over to the court is open again.
func (p *Play) take(t Turn, f *claim.Facts, at time.Time) (err error) {
	pinned := f.Trajectory
	t.Change(f, calendar.DateOf(at))
	if *f, err = Judged(*f, p.Rules, calendar.DateOf(at)); err != nil {
		return err
	}
	if f.Trajectory != pinned && p.Pinned != nil {
		if p.Rules, err = p.Pinned(*f); err != nil {
			return err
		}
	}
	if f.Status != claim.StatusCourt {
		return nil
	}
	account, err := f.AccountOn(p.Rules.Tables, calendar.DateOf(at))
	if err == nil && f.PaidBeforeCourt(account) {
		f.Status = claim.StatusOpen
	}
	return err
}

func (p Play) over(at time.Time) bool { return !p.Until.IsZero() && at.After(p.Until) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// silentYears is how far a life is looked at about which nobody says anything. One that ends by itself is over by then, since debt monitoring takes mostYears; a claim that waits
// for a person, as on hold without an end, is kept from being time-barred for ever.
const silentYears = mostYears + 15

// Silent gives the life of a claim about which nobody says anything after hand-over at an instant, for 35 years at most: the debtor does not pay, the client does not
// decide. It shows a trajectory before any claim runs on it. A life that waits for a person ends with the task, and what goes on beside that.
func Silent(f claim.Facts, rules Rules, at time.Time, received func(on calendar.Date, channel string) calendar.Date) ([]Moment, error) {
	life, _, err := Play{Rules: rules, Until: at.AddDate(silentYears, 0, 0), Received: received, Detailed: true}.Life(f, at)
	return life, err
}

// leftOut is what is left out before an action of the trajectory.
func (d *decision) leftOut(a Action) []string {
	if a.Kind != ActLetter && a.Kind != ActAdvise && (a.Kind != ActTask || a.Step == "") {
		return nil
	}
	_, previous, _ := d.walk()
	return previous.since()
}

// asked is what a letter asks: the client's own reminders the principal only, that of an arrangement what is overdue of it, a correction what is owed now.
func asked(f claim.Facts, a Action, account claim.Account) money.Amount {
	switch {
	case a.Letter == Correction && AsksPrincipal(f, a.Day):
		return f.UnpaidPrincipal(a.Day)
	case a.Letter != Correction && (a.Letter == "" || !Demands(a.Letter)):
		return 0
	case a.Letter == ArrangementReminder:
		agreed, _ := f.ArrangementOn(a.Day)
		_, overdue := f.Missed(agreed, account)
		return overdue
	case StageOf(a.Letter) == StageReminders:
		return f.UnpaidPrincipal(a.Day)
	}
	return account.Open.Total()
}

// letter is the letter of an action, as its carrier took it: a 14-day letter keeps what it names as costs, a correction what it tells.
func (p Play) letter(f claim.Facts, a Action, account claim.Account) (claim.Letter, error) {
	l := claim.Letter{
		Step: a.Step, Kind: a.Letter, Cycle: a.Cycle, Channel: a.Channel, State: claim.LetterAccepted, On: a.Day, Received: p.Received(a.Day, a.Channel), Demanded: asked(f, a, account),
	}
	switch {
	case a.Letter == Correction:
		untold, err := CorrectionTells(f, p.Rules)
		if err != nil {
			return l, err
		}
		standing, err := StandingOn(f, p.Rules.Tables, a.Day, l.Demanded)
		l.Corrects, l.Told, l.Demanded = Corrects(untold), standing.Told, standing.Asks(l.Demanded)
		if a.Term > 0 {
			l.PayBy = a.Day.AddDays(a.Term)
		}
		return l, err
	case a.Letter == ArrangementConfirmation:
		confirmed, err := Confirms(f, p.Rules.Tables, account)
		l.Demanded, l.Told = confirmed.Asks, confirmed.Told
		return l, err
	case a.Letter == claim.FourteenDayLetter:
		notice, err := f.NoticeOn(p.Rules.Tables, account.Open.Principal, a.Day)
		l.Announced = notice.Announced
		l.PayBy, _ = law.FourteenDays(l.Received)
		return l, err
	case a.Letter == ArrangementReminder:
		l.PayBy = l.Received.AddDays(a.Term)
	case a.Term > 0:
		l.PayBy = a.Day.AddDays(a.Term)
	}
	return l, nil
}

// after is the facts when an action is done on its day.
func (p Play) after(f claim.Facts, a Action, account claim.Account) (claim.Facts, error) {
	if a.Letter != "" {
		l, err := p.letter(f, a, account)
		if err != nil {
			return f, err
		}
		f.Letters = append(f.Letters[:len(f.Letters):len(f.Letters)], l)
	}
	r := p.Rules
	switch a.Kind {
	case ActOpen:
		f.OpenedOn = a.Day
	case ActAdvise:
		f.Advised = a.Day
	case ActDecide:
		decided := claim.Decision{Choice: r.Policy.ByDefault(f, a.Day), On: a.Day, Default: true}
		f.Interlude, f.Decision = f.InterludeAfter(decided), &decided
	case ActMonitor:
		f.MonitoredFrom = a.Day
	case ActClose:
		f.Status = a.Outcome
	case ActTask:
		step, byPerson := byStep(a.Task) // who is asked to call or to approve does so at once
		f.Tasks = append(f.Tasks[:len(f.Tasks):len(f.Tasks)], claim.Task{Key: a.Task, Open: !byPerson})
		if a.Task == claim.CallTask+step {
			f.Called = append(f.Called[:len(f.Called):len(f.Called)], claim.Done{Step: step, On: a.Day})
		}
	case ActCheck:
		f.Checks = r.answered(f, a.Due)
	case ActNothing, ActLetter, ActWait, ActRemind, ActMonitorYear:
	}
	return f, nil
}
