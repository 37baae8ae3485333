package scenario

import (
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Final is where the claim stands at the end of the telling, or stood when the last thing happened to a claim that had ended; one before the court has not. Amounts
// are in euro.
type Final struct {
	Status      claim.Status     `json:"status"`
	Stage       trajectory.Stage `json:"stage"`
	Outstanding money.Amount     `json:"outstanding"` // principal, interest and costs that are still owed
	// Paid is what was settled in any way that counts as payment (requirement T9), without what was let go and without what was too much.
	Paid money.Amount `json:"paid"`
	// ToClient is the client's part of the money that came in, also of what it received itself: the principal, in debt monitoring the half (requirements S7, S20).
	ToClient money.Amount `json:"to_client"`
	ToAgency money.Amount `json:"to_agency"` // the agency's part of the same money
	// InvoicedToClient is what the client pays the agency: its part of what the client received itself, and with VAT what an exception of the agreement costs
	// and what was agreed after an upheld dispute (requirements T11, T15). Without recovery and without those nothing (requirement S6). The VAT over the agency's
	// parts is not in it, since it is borne by the vat_mode of the plan (docs/decisions/0036).
	InvoicedToClient money.Amount `json:"invoiced_to_client"`
	Unstated         string       `json:"-"` // up to which day the interest in Outstanding is stated, and why no further; empty when it is stated whole
}

// Next is what comes next.
type Next struct {
	Step   string         `json:"step"`   // or what is done, or the task that is waited for; empty when nothing comes
	On     *calendar.Date `json:"on"`     // the day of Step; null: it has none of its own, as a task that waits for a person
	Reason string         `json:"reason"` // with what goes on beside it, and when
}

// ending is where the claim stands at the end.
func (l *life) ending(f claim.Facts, rules trajectory.Rules, events []postgres.Event) (Final, Next, error) {
	at := l.scenario.Until
	if f.Status.Final() && f.Status != claim.StatusCourt {
		at = lastHappened(events, l.scenario)
	}
	account, err := f.AccountOn(rules.Tables, lastDay(at, l.scenario.Until))
	if err != nil {
		return Final{}, Next{}, err
	}
	action, err := trajectory.Next(f, rules, at)
	if err != nil {
		return Final{}, Next{}, err
	}
	final := Final{Status: f.Status, Stage: action.Stage, Outstanding: account.Open.Total(), Unstated: account.Unstated()}
	for _, share := range rules.Settling[f.Plan].Policy.Shares(account, f.Principal(), f.Halved) {
		final.add(share)
	}
	return final, nextOf(action), nil
}

// lastDay is the day that an account at the given time is of. The end of the telling is not told any more: when that is the midnight after a day, the account is of that day.
func lastDay(at, until time.Time) calendar.Date {
	if at.Equal(until) {
		at = at.Add(-time.Nanosecond)
	}
	return calendar.DateOf(at)
}

// add counts one settlement.
func (f *Final) add(s settlement.Share) {
	if s.Settlement.Kind != claim.WriteOff {
		f.Paid += s.Settlement.Amount - s.Surplus
	}
	f.ToClient += s.Client
	f.ToAgency += s.Agency
	if s.Settlement.Kind == claim.PaidToClient {
		f.InvoicedToClient += s.Agency
	}
}

func nextOf(a trajectory.Action) Next {
	next := Next{Reason: a.Reason}
	switch {
	case a.Kind == trajectory.ActNothing && a.Task == "":
		return next
	case a.Task != "":
		next.Step = a.Task
	default:
		next.Step = a.Name()
	}
	if !a.Due.IsZero() {
		next.On = &a.Day
	}
	if a.Meanwhile != "" {
		next.Reason += "; meanwhile: " + a.Meanwhile
	}
	return next
}

// lastHappened is when the last thing happened to a claim.
func lastHappened(events []postgres.Event, s Scenario) time.Time {
	last := s.HandedOver
	for _, e := range events {
		if e.At.After(last) {
			last = e.At
		}
	}
	return earliest(last, s.Until)
}

// refusedLife is that of a claim that is not taken.
func refusedLife(s Scenario, why string) Life {
	return Life{
		Timeline: inOrder([]Entry{{At: s.HandedOver, Kind: KindClose, Step: string(claim.StatusRefused), Reason: why}}),
		Final:    Final{Status: claim.StatusRefused, Stage: trajectory.StageIntake}, Next: Next{Reason: "the claim is refused: " + why},
	}
}
