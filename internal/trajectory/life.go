package trajectory

import (
	"errors"
	"fmt"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Moment is one action of a life, when it is done, with what is owed then.
type Moment struct {
	Action Action
	Owed   claim.Balance
	Folded int // how many letters before this one are left out
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

// maxMoments is more than any life has: a letter a month for twenty years, and what comes before.
const maxMoments = 400

// ErrEndless says that a life did not end: the trajectory goes in circles.
var ErrEndless = errors.New("the trajectory does not end")

// Silent gives the life of a claim about which nobody says anything after hand-over at an instant: the debtor does not pay, the client does not
// decide. Each letter is accepted at once; received says when it counts as received. It is what Next decides, as the workflow asks it, so it
// shows a trajectory before any claim runs on it. A life that waits for a person ends with the task.
func Silent(f claim.Facts, rules Rules, at time.Time, received func(on calendar.Date, channel string) calendar.Date) ([]Moment, error) {
	var life []Moment
	for range maxMoments {
		a, err := Next(f, rules, at)
		if err != nil {
			return life, err
		}
		if a.Kind == ActNothing || a.Due.IsZero() {
			return life, nil
		}
		if at = a.Due; a.Kind == ActWait {
			continue
		}
		account, err := f.AccountOn(rules.Tables, a.Day)
		if err != nil {
			return life, fmt.Errorf("account on %s: %w", a.Day, err)
		}
		life = append(life, Moment{Action: a, Owed: account.Open})
		f = rules.after(f, a, asked(f, a, account), received)
	}
	return life, ErrEndless
}

// asked is what a letter asks: the client's own reminders the principal only.
func asked(f claim.Facts, a Action, account claim.Account) money.Amount {
	switch {
	case a.Letter == "" || !Demands(a.Letter):
		return 0
	case a.Stage == StageReminders:
		return f.UnpaidPrincipal(a.Day)
	}
	return account.Open.Total()
}

// after is the facts when an action is done on its day.
func (r Rules) after(f claim.Facts, a Action, demanded money.Amount, received func(calendar.Date, string) calendar.Date) claim.Facts {
	if a.Letter != "" {
		l := claim.Letter{Step: a.Step, Kind: a.Letter, Cycle: a.Cycle, Channel: a.Channel, State: claim.LetterAccepted, On: a.Day, Received: received(a.Day, a.Channel), Demanded: demanded}
		if a.Term > 0 {
			l.PayBy = a.Day.AddDays(a.Term)
		}
		f.Letters = append(f.Letters[:len(f.Letters):len(f.Letters)], l)
	}
	switch a.Kind {
	case ActOpen:
		f.OpenedOn = a.Day
	case ActAdvise:
		f.Advised = a.Day
	case ActDecide:
		f.Decision = &claim.Decision{Choice: r.Policy.Decision.Default[f.Plan], On: a.Day, Default: true}
	case ActMonitor:
		f.MonitoredFrom = a.Day
	case ActClose:
		f.Status = a.Outcome
	case ActTask:
		f.Tasks = append(f.Tasks[:len(f.Tasks):len(f.Tasks)], claim.Task{Key: a.Task, Open: true})
	case ActNothing, ActLetter, ActWait, ActRemind, ActMonitorYear:
	}
	return f
}
