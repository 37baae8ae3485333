package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// told says how a kind of event of the case file is told; nil: it is not, because another line tells it or because it changes nothing that a timeline has.
// A kind that is not here is an error, and a test looks for it in the store.
var told = withCourt(withStops(map[string]func(teller, postgres.Event) ([]Entry, error){
	"handed-over": nil, "intake-checked": nil, // how every life begins
	"letter-registered": noted, "letter-accepted": left, "letter-unknown": left, "letter-failed": notLeft, "letter-returned": cameBack, "letter-traced": traced,
	"court-costs-anew":      nil,                                // the task about what is left of it, and the division, tell it
	"notice-named-too-much": nil, "notice-right-after-all": nil, // the correction, and the letter that goes again, tell it
	"paid-to-agency": cameIn, "paid-to-client": cameIn, "credit-note": cameIn, "set-off": cameIn, "returned-goods": cameIn, "counter-performance": cameIn, "write-off": cameIn,
	"reversed": takenBack, "receipt-divided": nil, // the receipt of the part tells it
	"consumer-sale": nil, "information-cost": nil, "information-cost-reversed": nil, "plan-changed": nil, // the amounts and the decisions after them tell it
	"costs-reviewed": as(KindTask, func(e postgres.Event) (string, string) {
		return trajectory.ReviewCosts, fmt.Sprintf("done: a 14-day letter names at most %s, because %s", words(e, "costs"), words(e, "reason"))
	}),
	"dispute-raised":   as(KindDispute, func(e postgres.Event) (string, string) { return "raised", words(e, "grounds") }),
	"dispute-rejected": as(KindDispute, func(e postgres.Event) (string, string) { return "rejected", words(e, "reason") }),
	"dispute-upheld":   as(KindDispute, func(e postgres.Event) (string, string) { return "upheld", words(e, "reason") }),
	"held":             as(KindHold, func(e postgres.Event) (string, string) { return cutKey(e), held(e) }),
	"resumed":          as(KindResume, func(e postgres.Event) (string, string) { return cutKey(e), "the hold was ended" }),
	"reopened":         as(KindResume, func(e postgres.Event) (string, string) { return "reopened", words(e, "reason") }),
	"promised": as(KindHold, func(e postgres.Event) (string, string) {
		return cutKey(e), fmt.Sprintf("%s is promised by %s", words(e, "amount"), words(e, "by"))
	}),
	"promise-withdrawn": as(KindResume, func(e postgres.Event) (string, string) { return cutKey(e), "the promise was told wrong" }),
	"arranged":          arranged,
	"arrangement-ended": as(KindResume, func(e postgres.Event) (string, string) { return cutKey(e), words(e, "reason") }),
	"task-opened":       as(KindTask, func(e postgres.Event) (string, string) { return words(e, "task"), words(e, "detail") }),
	"task-dropped":      as(KindTask, func(e postgres.Event) (string, string) { return words(e, "task"), droppedReason + words(e, "reason") }),
	"task-done":         as(KindTask, func(e postgres.Event) (string, string) { return words(e, "task"), doneReason + words(e, "result") }),
	"needs-attention": as(KindTask, func(e postgres.Event) (string, string) {
		return words(e, "action"), "an operator repairs: it could not be done (" + words(e, "cause") + ")"
	}),
	"repaired":                  repaired,
	"decision":                  decided,
	"withdrawn":                 charged,
	"exception-own-arrangement": charged, "exception-no-word": charged, "exception-own-collection": charged, "exception-obstruction": charged,
	"costs-agreed": agreedCosts, "court-work": courtWork, "charge-reversed": notCharged, "request": requested, "request-answered": answered,
	"monitoring-started": as(KindMonitor, func(postgres.Event) (string, string) { return "", "debt monitoring begins" }),
	"trajectory-changed": as(KindDecision, func(e postgres.Event) (string, string) {
		return words(e, "to"), "another trajectory, because " + words(e, "reason")
	}),
	"register-checked": lookedUp,
	"check-skipped":    as(KindSkipped, func(e postgres.Event) (string, string) { return words(e, "register"), words(e, "reason") }),
	"monitoring-ended": as(KindMonitor, func(e postgres.Event) (string, string) {
		return words(e, "because"), "debt monitoring ends: " + words(e, "reason")
	}),
	"interrupted": as(KindInterruption, func(e postgres.Event) (string, string) {
		return "by-hand", "on " + e.On.String() + ": " + words(e, "how")
	}),
	"closed":          closed,
	"close-proposed":  nil,                                                              // its task tells it
	"close-requested": nil,                                                              // the closing tells it
	"document-added":  nil,                                                              // it changes no step
	"court-package":   nil,                                                              // a document, made again from the file
	"remark":          nil,                                                              // it changes nothing
	"complaint":       nil, "confirmation-left-to-person": nil, "debtor-corrected": nil, // tasks and letters tell it
	"address-unknown": nil, "address-unknown-cleared": nil, "email-bounced": nil, "email-bounced-cleared": nil, // the channels of letters tell it
}))

// lookedUp is what a register said. That it knows of nothing is no line.
func lookedUp(_ teller, e postgres.Event) ([]Entry, error) {
	found, more := claim.Finding(words(e, "found")), " since "+words(e, "since")
	if found == claim.FoundNothing {
		return nil, nil
	}
	if found == claim.NoAnswer {
		more = ": " + words(e, "cause")
	}
	return []Entry{{At: e.At, Kind: KindMonitor, Step: words(e, "register"), Reason: string(found) + more}}, nil
}

// doneReason begins the reason of a task that was done.
const doneReason = "done: "

// droppedReason begins the reason of a task that has no reason any more.
const droppedReason = "dropped: "

// withStops adds the facts about the debtor that stop dunning, and their end.
func withStops(m map[string]func(teller, postgres.Event) ([]Entry, error)) map[string]func(teller, postgres.Event) ([]Entry, error) {
	for _, stop := range claim.Stops() {
		m[stop.Kind] = as(KindHold, func(postgres.Event) (string, string) { return stop.Kind, stop.Todo })
		m[stop.Kind+"-cleared"] = as(KindResume, func(e postgres.Event) (string, string) { return stop.Kind, "it is no longer so from " + e.On.String() })
	}
	return m
}

// entries are the lines of one event of the case file.
func (t teller) entries(e postgres.Event) ([]Entry, error) {
	tell, known := told[e.Kind]
	if !known {
		return nil, fmt.Errorf("the timeline has no line for %q; right would be one in the table of internal/scenario/kinds.go", e.Kind)
	}
	if tell == nil {
		return nil, nil
	}
	return tell(t, e)
}

// as is a line without amounts.
func as(kind Kind, of func(postgres.Event) (step, reason string)) func(teller, postgres.Event) ([]Entry, error) {
	return func(_ teller, e postgres.Event) ([]Entry, error) {
		step, reason := of(e)
		return []Entry{{At: e.At, Kind: kind, Step: step, Reason: reason}}, nil
	}
}

// cutKey is the key that a person gave.
func cutKey(e postgres.Event) string {
	_, key, _ := strings.Cut(e.Key, ":")
	return key
}

func held(e postgres.Event) string {
	reason := words(e, "reason")
	if from := words(e, "from"); from != "" {
		reason += ", from " + from
	}
	if until := words(e, "until"); until != "" {
		return reason + ", until " + until
	}
	return reason + ", until it is resumed"
}

// noted remembers why a letter was written: its registration says, and what became of it is told.
func noted(t teller, e postgres.Event) ([]Entry, error) {
	t.reasons[words(e, "step")+" "+words(e, "channel")] = words(e, "reason")
	return nil, nil
}

func (t teller) letterEntry(e postgres.Event, kind Kind, reason string) Entry {
	return Entry{At: e.At, Kind: kind, Step: words(e, "step"), Channel: words(e, "channel"), Reason: reason}
}

// left is a letter that left, or may have, with what it asks, or what the instalments that it confirms are made of. The advice asks nothing, and states what
// is owed.
func left(t teller, e postgres.Event) ([]Entry, error) {
	reason := t.reasons[words(e, "step")+" "+words(e, "channel")]
	if e.Kind == "letter-unknown" {
		reason = "nobody knows whether it left: " + words(e, "reply")
	}
	l, found := t.letter(e)
	entry := t.letterEntry(e, KindLetter, reason)
	if l.Kind == trajectory.DisputeUpheld {
		entry.Reason += offers(t.bodies[l.Step])
	}
	switch l.Kind {
	case "sticker-reminder":
		entry.Kind = KindSticker
	case trajectory.AdviceLetter:
		entry.Kind = KindAdvice
	case trajectory.MonitoringLetter, trajectory.InterruptionLetter:
		entry.Kind = KindInterruption
	}
	switch {
	case !found || l.Kind == trajectory.Correction && l.Demanded == 0 || slices.Contains([]string{trajectory.ComplaintConfirmation, trajectory.ClientRequest, trajectory.DisputeUpheld}, l.Kind):
		return []Entry{entry}, nil
	case l.Kind == trajectory.ArrangementReminder, l.Kind == trajectory.Correction, l.Told.Of != "":
		return t.asks(entry, l)
	case l.Kind == trajectory.ArrangementConfirmation:
		agreed, _ := t.facts(e.At).Arrangement(e.On)
		return []Entry{entry.of(agreed.Owed)}, nil
	case trajectory.Demands(l.Kind) && trajectory.StageOf(l.Kind) == trajectory.StageReminders:
		entry.Principal, entry.Total = l.Demanded, l.Demanded // the client's own reminders ask the principal only
		return []Entry{entry}, nil
	}
	account, err := t.account(e.At)
	if err == nil && l.Kind == trajectory.AdviceLetter {
		entry.Reason, err = t.courtPrice(entry.Reason, account, t.facts(e.At))
	}
	return []Entry{entry.of(account.Open)}, err
}

// asks gives the entry of a letter that names one amount the parts of it: the principal, where that is all that it asks; else as a payment of it would count
// (art. 6:44 BW).
func (t teller) asks(entry Entry, l claim.Letter) ([]Entry, error) {
	account, err := t.account(entry.At)
	if err != nil {
		return nil, err
	}
	asked := claim.Balance{Principal: l.Demanded}
	if l.Kind == trajectory.ArrangementReminder || l.Demanded != t.facts(entry.At).UnpaidPrincipal(account.On) {
		asked.Costs = money.Min(l.Demanded, account.Open.Costs)
		asked.Interest = money.Min(l.Demanded-asked.Costs, account.Open.Interest)
		asked.Principal -= asked.Costs + asked.Interest
	}
	return []Entry{entry.of(asked)}, nil
}

// courtPrice adds to why advice left what it says of the procedure at a fixed price.
func (t teller) courtPrice(reason string, account claim.Account, f claim.Facts) (string, error) {
	p, err := trajectory.ProcedureOf(f, account, t.tables, t.plans[f.Plan].Court)
	if p.Price.Not != "" {
		return fmt.Sprintf("%s; %s", reason, &trajectory.NotOfferedError{Why: p.Price.Not, Plan: f.Plan}), err
	}
	return fmt.Sprintf("%s; court at a fixed price of %s without VAT", reason, p.Price.Amount), err
}

// letter is the newest letter of an event's step and channel, as it was known then.
func (t teller) letter(e postgres.Event) (newest claim.Letter, found bool) {
	for _, l := range t.facts(e.At).Letters {
		if l.Step == words(e, "step") && l.Channel == words(e, "channel") && l.Cycle >= newest.Cycle {
			newest, found = l, true
		}
	}
	return newest, found
}

// arranged is an arrangement that was agreed, with what its instalments are made of.
func arranged(t teller, e postgres.Event) ([]Entry, error) {
	entry := Entry{At: e.At, Kind: KindHold, Step: cutKey(e)}
	for _, a := range t.agreed {
		if a.Key == entry.Step {
			entry.Reason = fmt.Sprintf("a payment arrangement over %s = %s, the first instalment on %s and one every %s after it", a.MadeOf(), a.Total(), words(e, "first"), words(e, "every"))
		}
	}
	return []Entry{entry}, nil
}

func notLeft(t teller, e postgres.Event) ([]Entry, error) {
	return []Entry{t.letterEntry(e, KindSkipped, "it did not arrive: "+words(e, "reply"))}, nil
}

func cameBack(t teller, e postgres.Event) ([]Entry, error) {
	return []Entry{t.letterEntry(e, KindSkipped, "it came back on "+e.On.String()+": it was not received")}, nil
}

func traced(_ teller, e postgres.Event) ([]Entry, error) {
	return []Entry{{At: e.At, Kind: KindTask, Step: trajectory.TraceLetter + words(e, "step"), Reason: doneReason + "the letter is " + words(e, "state")}}, nil
}

// cameIn is money on the trust account, or another settlement, and how it was divided.
func cameIn(t teller, e postgres.Event) ([]Entry, error) {
	key := cutKey(e)
	f, account, a, err := t.lastKnown(key, e.At)
	if err != nil {
		return nil, err
	}
	entry := Entry{At: e.At, Kind: KindSettlement, Step: e.Kind, Reason: "value date " + a.Settlement.On.String()}
	if a.Settlement.Kind == claim.PaidToAgency {
		entry.Kind = KindReceipt
	}
	entry = entry.of(claim.Balance{Costs: a.Costs, Interest: a.Interest, Principal: a.Principal})
	divided := entry
	divided.Kind, divided.Reason = KindAllocation, howDivided(f, account, a)
	if a.Surplus > 0 {
		divided.Reason += "; " + a.Surplus.String() + " more than was owed"
	}
	divided.Reason += "; open after it: " + account.Open.Total().String()
	if entry.Total = a.Settlement.Amount; t.waits[key] { // that it came in was told when it did
		return []Entry{divided}, nil
	}
	return []Entry{entry, divided}, nil
}

// howDivided is the rule by which a settlement was divided: one that meets a demand in its term pays what is left of it, as nothing else is asked any more (decision 4).
func howDivided(f claim.Facts, account claim.Account, a claim.Allocation) string {
	gone := account.LetGo()
	agreed := f.NothingSince(account)
	switch {
	case a.Settlement.Kind == claim.CreditNote:
		return "what is credited was never owed"
	case a.Took() == 0 || account.Open.Total() != 0:
	case !agreed.IsZero():
		return fmt.Sprintf("every instalment was paid in time, so that nothing ran or came due since %s: it pays what is left of costs, interest and principal, in that order", agreed)
	case gone > 0:
		return fmt.Sprintf("what was asked was paid in time, so that %s of interest and costs is let go: it pays what is left of costs, interest and principal, in that order", gone)
	}
	return "costs first, then interest, then principal (art. 6:44 BW)"
}

// lastKnown is how a settlement was divided when it was last known, up to and including an instant, with the facts and the account of then: it may be taken back in the
// same instant.
func (t teller) lastKnown(key string, at time.Time) (f claim.Facts, account claim.Account, a claim.Allocation, err error) {
	for _, m := range slices.Backward(t.moments) {
		if _, known := m.Facts.Settled(key); !known || !m.at.Before(at.Add(time.Second)) {
			continue
		}
		if account, err = m.Facts.AccountOn(t.tables, calendar.DateOf(m.at)); err != nil {
			return m.Facts, account, a, err
		}
		i := slices.IndexFunc(account.Allocations, func(a claim.Allocation) bool { return a.Settlement.Key == key })
		return m.Facts, account, account.Allocations[i], nil
	}
	return f, account, a, fmt.Errorf("no settlement %s was known", key)
}

// takenBack is a settlement that is as if it had never been.
func takenBack(t teller, e postgres.Event) ([]Entry, error) {
	key := cutKey(e)
	entry := Entry{At: e.At, Kind: KindSettlement, Step: words(e, "kind"), Reason: "taken back: " + words(e, "reason")}
	if entry.Step == string(claim.PaidToAgency) {
		entry.Kind = KindReceipt
	}
	_, _, a, err := t.lastKnown(key, e.At)
	if err != nil {
		return nil, err
	}
	entry = entry.of(claim.Balance{Costs: -a.Costs, Interest: -a.Interest, Principal: -a.Principal})
	entry.Total = -a.Settlement.Amount
	return []Entry{entry}, nil
}

// repaired is what an operator did about what could not be done; a step that is left out is told as such.
func repaired(_ teller, e postgres.Event) ([]Entry, error) {
	if words(e, "do") == "skip" {
		return []Entry{{At: e.At, Kind: KindSkipped, Step: words(e, "step"), Reason: "an operator leaves it out: " + words(e, "reason")}}, nil
	}
	return []Entry{{At: e.At, Kind: KindTask, Step: words(e, "step"), Reason: doneReason + words(e, "do") + ": " + words(e, "reason")}}, nil
}

func decided(t teller, e postgres.Event) ([]Entry, error) {
	reason := "the client decides"
	if byDefault, _ := e.Detail["default"].(bool); byDefault {
		reason = "the client did not decide in time: the default (requirement T8)"
		if why := words(e, "reason"); why != "" {
			reason += ", as " + why
		}
	}
	entry := Entry{At: e.At, Kind: KindDecision, Step: words(e, "choice"), Reason: reason}
	price := words(e, "fixed_price")
	if price == "" {
		return []Entry{entry}, nil
	}
	entry.Reason += ", at the fixed price of " + price + " with VAT"
	return append([]Entry{entry}, t.invoiced(e, postgres.BilledCourt, "")...), nil
}

// closed is the end of a claim, with what is open then.
func closed(t teller, e postgres.Event) ([]Entry, error) {
	account, err := t.account(e.At)
	return []Entry{Entry{At: e.At, Kind: KindClose, Step: words(e, "outcome"), Reason: words(e, "reason")}.of(account.Open)}, err
}
