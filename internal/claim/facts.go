package claim

import (
	"cmp"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// Facts is everything the decision needs to know of one claim: ids, civil dates and cents, no personal data.
// It is read in one transaction and carried, encrypted, through the workflow. Fields are only ever added.
type Facts struct {
	ClaimID       string        `json:"claim_id"`
	ClientID      string        `json:"client_id"`
	Version       int64         `json:"version"` // grows with every recorded change
	Debtor        DebtorKind    `json:"debtor"`
	Plan          string        `json:"plan"`
	Trajectory    string        `json:"trajectory"` // pinned "id@version"
	Status        Status        `json:"status"`
	HandedOverOn  calendar.Date `json:"handed_over_on"`
	OpenedOn      calendar.Date `json:"opened_on"` // intake passed; zero before
	HasEmail      bool          `json:"has_email"`
	Invoices      []Invoice     `json:"invoices"`
	Settlements   []Settlement  `json:"settlements,omitempty"`
	Letters       []Letter      `json:"letters,omitempty"`
	Pauses        []Pause       `json:"pauses,omitempty"`
	Flags         []Flag        `json:"flags,omitempty"`
	Tasks         []Task        `json:"tasks,omitempty"`
	Decision      *Decision     `json:"decision,omitempty"`
	Withdrawn     calendar.Date `json:"withdrawn_on"`
	Closing       *Closing      `json:"closing,omitempty"`
	MonitoredFrom calendar.Date `json:"monitored_from"`     // debt monitoring since; zero before
	Interlude     Interlude     `json:"interlude,omitzero"` // in which it did not run, for the court
	Attention     *Attention    `json:"attention,omitempty"`
	Skipped       []Done        `json:"skipped,omitempty"` // steps an operator skipped
	Advised       calendar.Date `json:"advised_on"`
	AskedAgain    calendar.Date `json:"asked_again_on,omitzero"` // the client took the case back from the court, and decides anew since
	Reopened      calendar.Date `json:"reopened_on,omitzero"`    // the last day on which it was opened again after it had ended; zero: it never was
	Terms         Terms         `json:"terms,omitzero"`
	// InformationCosts are those of a debtor in business.
	InformationCosts []InformationCost `json:"information_costs,omitempty"`
	CostsTakenBack   []CostTakenBack   `json:"costs_taken_back,omitempty"` // information costs that are owed no more, for letters that asked them
	OtherNotices     []OtherNotice     `json:"other_notices,omitempty"`    // of a consumer's other claims
	CostsReviewed    *money.Amount     `json:"costs_reviewed,omitempty"`   // the most that a 14-day letter may name, without VAT, by a person's judgement
	Complaints       []Complaint       `json:"complaints,omitempty"`       // the most urgent first
	Called           []Done            `json:"called,omitempty"`           // steps for which a person called the debtor
	RemindersDone    []Done            `json:"court_reminded,omitempty"`   // reminders that a person has done, and what it said of the end of an insolvency, by the keys of their tasks; under the name that histories have, of when those of the court were all
	Promises         []Promise         `json:"promises,omitempty"`         // in order of the day on which they were given
	Arrangements     []Arrangement     `json:"arrangements,omitempty"`     // in the order in which they were agreed; the newest counts
	ToldByHand       []Telling         `json:"told_by_hand,omitempty"`     // what persons told of what was agreed, in the order in which they did; see Facts.tellings
	Requests         []Request         `json:"requests,omitempty"`         // between client and agency, the oldest first
	Claimant         law.Party         `json:"claimant,omitempty"`         // the kind of person that the client is, for the court fee; empty is a legal one
	Court            []CourtStep       `json:"court,omitempty"`            // how far the procedure has come, the oldest first
	Checks           []Check           `json:"checks,omitempty"`           // the newest of each register
	Documents        []Document        `json:"documents,omitempty"`        // that are held, in the order in which they came
	// Interrupted are the days on which limitation was interrupted by hand, as it reached the debtor or who stands in for them.
	Interrupted []calendar.Date `json:"interrupted,omitempty"`
	// OtherContact is the last day on which a demand left, or may have, to the same debtor for another claim, of this client or another: which is not told.
	OtherContact calendar.Date `json:"other_contact,omitzero"`
}

// DebtorKind is two facts: a sole trader acts in business (costs, interest) and is a natural person (Wki).
type DebtorKind struct {
	InBusiness    bool `json:"in_business"`
	NaturalPerson bool `json:"natural_person"`
}

// Consumer says whether the consumer rules of art. 6:96 lid 5-6 and 6:119 BW apply.
func (k DebtorKind) Consumer() bool { return !k.InBusiness }

// String is the kind as an operator reads it.
func (k DebtorKind) String() string {
	switch {
	case k.Consumer():
		return "consumer"
	case k.NaturalPerson:
		return "sole trader"
	}
	return "company"
}

// Invoice is one unpaid invoice; Due is the last day on which payment was in time. Agreed is the day before the client gave more time, zero when it did not.
type Invoice struct {
	Number string        `json:"number"`
	Issued calendar.Date `json:"issued"`
	Due    calendar.Date `json:"due"`
	Amount money.Amount  `json:"amount"`
	Agreed calendar.Date `json:"agreed,omitzero"`
}

// SettlementKind is how a debt (part) was settled; all kinds count as payment on their own date (requirement T9).
type SettlementKind string

// How a debt can be settled.
const (
	PaidToAgency       SettlementKind = "paid-to-agency"
	PaidToClient       SettlementKind = "paid-to-client"
	CreditNote         SettlementKind = "credit-note"
	SetOff             SettlementKind = "set-off"
	ReturnedGoods      SettlementKind = "returned-goods"
	CounterPerformance SettlementKind = "counter-performance"
	WriteOff           SettlementKind = "write-off" // an operator lets a trifle go
)

// SettlementKinds lists every kind; the CHECK in the schema is tested against it.
func SettlementKinds() []SettlementKind {
	return []SettlementKind{PaidToAgency, PaidToClient, CreditNote, SetOff, ReturnedGoods, CounterPerformance, WriteOff}
}

// Settlement is one (part) payment, on its value date. A credit note names the number of the invoice that it credits; empty: the oldest that has something left.
type Settlement struct {
	Key     string         `json:"key"`
	Kind    SettlementKind `json:"kind"`
	On      calendar.Date  `json:"on"`
	Amount  money.Amount   `json:"amount"`
	Invoice string         `json:"invoice,omitempty"`
	Known   calendar.Date  `json:"known,omitzero"` // the day on which it came to be known; zero where that is not told, see trajectory.Faults
}

// LetterState is how far a registered letter has come.
type LetterState string

// How far a letter can have come.
const (
	LetterClaimed  LetterState = "claimed"  // registered, not yet offered to the carrier
	LetterSending  LetterState = "sending"  // being offered; after a crash nobody knows
	LetterAccepted LetterState = "accepted" // the carrier has it
	LetterUnknown  LetterState = "unknown"  // may or may not have left; never sent again without a person or proof
	LetterFailed   LetterState = "failed"   // certainly not delivered (bounced, refused, came back)
)

// LetterStates lists every state; the CHECK in the schema is tested against it.
func LetterStates() []LetterState {
	return []LetterState{LetterClaimed, LetterSending, LetterAccepted, LetterUnknown, LetterFailed}
}

// Letter is one registered letter. Received is the assumed day of receipt by channel; zero unless it was accepted.
type Letter struct {
	Step     string        `json:"step"`
	Kind     string        `json:"kind"`
	Cycle    int           `json:"cycle"`
	Channel  string        `json:"channel"`
	State    LetterState   `json:"state"`
	On       calendar.Date `json:"on"`
	Received calendar.Date `json:"received"`
	PayBy    calendar.Date `json:"pay_by"`
	Demanded money.Amount  `json:"demanded"`
	// Announced is what a 14-day letter names; the zero value for other letters, and for those of before it was kept.
	Announced Announced `json:"announced,omitzero"`
	// Overnamed says of a 14-day letter that it named too much; the zero value while that is not known.
	Overnamed Overnamed `json:"overnamed,omitzero"`
	// Corrects is what a correction told of which letters, see trajectory.Corrects; empty for other letters.
	Corrects string `json:"corrects,omitempty"`
	// Told is what a correction told of the promise or the arrangement that was in force; the zero value for other letters.
	Told Told `json:"told,omitzero"`
	// Elsewhere is set when the letter failed at an address that is not the debtor's any more: that says nothing about the one it has now.
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// Left says whether the letter left the building, or may have.
func (l Letter) Left() bool { return l.State == LetterAccepted || l.State == LetterUnknown }

// PauseKind is why nothing may leave for a while.
type PauseKind string

// Why a claim can be paused.
const (
	PauseHold    PauseKind = "hold"
	PauseDispute PauseKind = "dispute"
)

// Pause is a hold or a dispute. Days in it do not count. Until is inclusive and zero while open-ended or unjudged.
type Pause struct {
	Key     string        `json:"key"`
	Kind    PauseKind     `json:"kind"`
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	Outcome string        `json:"outcome,omitempty"` // dispute: "rejected" or "upheld"
}

// Covers says whether the pause is in force on day.
func (p Pause) Covers(day calendar.Date) bool {
	return !day.Before(p.From) && (p.Until.IsZero() || !day.After(p.Until))
}

// Flag is a fact about the debtor that stops (see Stop) or bends the trajectory. Until is the last day on which it was so, zero while it is; a day
// before From says that it never was.
type Flag struct {
	Kind  string        `json:"kind"`
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"`
}

// Covers says whether it was so on day.
func (x Flag) Covers(day calendar.Date) bool {
	return !day.Before(x.From) && (x.Until.IsZero() || !day.After(x.Until))
}

// The flags that bend the trajectory.
const (
	FlagAddressUnknown = "address-unknown"
	FlagEmailBounced   = "email-bounced"
)

// Task is work for a person that this claim waits for or was opened for.
type Task struct {
	Key     string `json:"key"`
	Open    bool   `json:"open"`
	Dropped bool   `json:"dropped,omitempty"` // not done: there is no reason for it any more
	// Corrects is what persons who did it told the debtor of which letters, each time, as a letter's Corrects; also when it was opened again since. Empty for other tasks, and when it was done before that was kept.
	Corrects string `json:"corrects,omitempty"`
}

// Choice is what the client decides after the escalation advice.
type Choice string

// What a client can choose.
const (
	ChooseCourt      Choice = "court"
	ChooseMonitoring Choice = "monitoring"
	ChooseClose      Choice = "close"
)

// Decision is the client's choice, or the default after its term.
type Decision struct {
	Choice  Choice        `json:"choice"`
	On      calendar.Date `json:"on"`
	Default bool          `json:"default"`
	// FixedPrice is of the court procedure that the client took with its choice for the court; nil without.
	FixedPrice *FixedPrice `json:"fixed_price,omitempty"`
}

// Closing is an operator's decision to end the claim, with its reason; or the end of debt monitoring, Because of something that has its reason.
type Closing struct {
	Reason  string        `json:"reason"`
	On      calendar.Date `json:"on"`
	Because Ending        `json:"because,omitempty"`
}

// Attention says that the claim waits for an operator because an action could not be done.
type Attention struct {
	Action string    `json:"action"` // the step or action that failed
	Cause  string    `json:"cause"`  // error type, no personal data
	Since  time.Time `json:"since"`
}

// Repair is what an operator does about a claim that needs attention.
type Repair struct {
	Key    string `json:"key"`  // the caller's idempotency key
	Do     string `json:"do"`   // retry, skip, override or close
	Step   string `json:"step"` // the action that could not be done
	Reason string `json:"reason"`
}

// Unnamed says what is wrong with a repair that passes a step and does not name it; empty: nothing. Who passes a step says which one it saw: what needs attention
// can be another by now (decision 56).
func (r Repair) Unnamed() string {
	if r.Step != "" || r.Do != "skip" && r.Do != "override" {
		return ""
	}
	return r.Do + " of which step? right would be what could not be done, as dunning claim show says it"
}

// Done marks a step as passed without a letter: skipped by an operator, or done by a call.
type Done struct {
	Step string        `json:"step"`
	On   calendar.Date `json:"on"`
}

// Principal is the sum of the invoices as handed over.
func (f Facts) Principal() money.Amount {
	var total money.Amount
	for _, invoice := range f.Invoices {
		total += invoice.Amount
	}
	return total
}

// UnpaidPrincipal is the principal less everything settled up to and including day, whatever the settlements paid (art. 6:44 BW): what a letter
// asks that asks the principal only. Never less than nothing.
func (f Facts) UnpaidPrincipal(day calendar.Date) money.Amount {
	unpaid := f.Principal()
	for _, s := range f.Settlements {
		if !s.On.After(day) {
			unpaid -= s.Amount
		}
	}
	return money.Max(0, unpaid)
}

// AdviceLetter is the kind and the step of the advice with which the amicable phase ends.
const AdviceLetter = "escalation-advice"

// AmicablePhaseOver says whether the trajectory was completed without full payment: the client was advised what it can do next, or has decided.
func (f Facts) AmicablePhaseOver() bool {
	return !f.Advised.IsZero() || !f.SkippedOn(AdviceLetter).IsZero() || f.Decision != nil
}

// CallTask starts the key of the task to call the debtor for a step; done, the step is done.
const CallTask = "call:"

// SkippedOn is the last day on which an operator skipped a step, or no date.
func (f Facts) SkippedOn(step string) calendar.Date {
	var on calendar.Date
	for _, skipped := range f.Skipped {
		if skipped.Step == step {
			on = calendar.Max(on, skipped.On)
		}
	}
	return on
}

// Has says whether a flag is set on day.
func (f Facts) Has(kind string, day calendar.Date) bool {
	for _, flag := range f.Flags {
		if flag.Kind == kind && flag.Covers(day) {
			return true
		}
	}
	return false
}

// Noticed gives the 14-day letter on which costs rest: of those that were accepted, and are not void, the one that was received first, if there is one. Of those
// received on one day it is the one that binds the debtor to the least, in whatever order they were written down.
func (f Facts) Noticed() (first Letter, found bool) {
	for _, letter := range f.Letters {
		if letter.Kind == FourteenDayLetter && letter.State == LetterAccepted && !f.Void(letter) && (!found || letter.binds(first) < 0) {
			first, found = letter, true
		}
	}
	return first, found
}

// binds orders letters of one kind: the earliest receipt, then the least named (nothing named, as before it was kept, limits nothing), then what tells
// letters apart.
func (l Letter) binds(other Letter) int {
	return cmp.Or(
		holds(!l.Received.IsZero(), !other.Received.IsZero()), l.Received.Compare(other.Received),
		holds(l.Announced.Total() > 0, other.Announced.Total() > 0), cmp.Compare(l.Announced.Total(), other.Announced.Total()),
		l.On.Compare(other.On), cmp.Compare(l.Step, other.Step), cmp.Compare(l.Cycle, other.Cycle), cmp.Compare(l.Channel, other.Channel),
	)
}
