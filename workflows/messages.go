package workflows

import (
	"time"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Task queues. Letters have their own, so that the rate of mail is limited there and a mail server that is down holds up nothing else.
const (
	QueueClaims  = "dunning-claims"
	QueueLetters = "dunning-letters"
)

// ClaimWorkflow is the registered name of the workflow of one claim.
const ClaimWorkflow = "Claim"

// ClaimID names the workflow of a claim.
func ClaimID(claimID string) string { return "claim/" + claimID }

// ClaimInput starts a claim's workflow. Situation carries what is known over continue-as-new; nil at the first start.
type ClaimInput struct {
	ClientID  string                `json:"client_id"`
	ClaimID   string                `json:"claim_id"`
	Situation *activities.Situation `json:"situation,omitempty"`
	// Lean says that whoever started the run knew of lean-wake (versions.go). So no history of before it is to be told apart: to ask for the version costs each claim a write of its search attributes at its first wake.
	Lean bool `json:"lean,omitempty"`
}

// NewClaim is the input of a claim's first run.
func NewClaim(clientID, claimID string) ClaimInput {
	return ClaimInput{ClientID: clientID, ClaimID: claimID, Lean: true}
}

// Signals tell that a fact of a kind is new. They are wake-ups: the workflow reads the facts, so a lost or doubled signal is harmless.
var Signals = []string{SignalPayment, SignalDispute, SignalHold, SignalRemark, SignalDebtor, SignalTask, SignalComplaint, SignalRequest, SignalTrajectory}

// The names of the signals.
const (
	SignalPayment    = "payment-recorded"
	SignalDispute    = "dispute-changed"
	SignalHold       = "hold-changed"
	SignalRemark     = "remark-added"
	SignalDebtor     = "debtor-changed"
	SignalTask       = "task-done"
	SignalComplaint  = "complaint-recorded"
	SignalRequest    = "request-changed"
	SignalTrajectory = "trajectory-changed"
)

// FactRecorded is the payload of every signal: the key of the new fact.
type FactRecorded struct {
	Key string `json:"key"`
}

// Updates are requests that can be refused: the caller hears "no" at once.
const (
	UpdateDecide   = "decide"
	UpdateWithdraw = "withdraw"
	UpdateRepair   = "repair"

	UpdateStopMonitoring = "stop-monitoring"
)

// Decide is the client's decision after the escalation advice.
type Decide struct {
	Choice claim.Choice `json:"choice"`
	Actor  string       `json:"actor"`
	// FixedPrice is of the court procedure that it takes with its choice for the court, VAT included, as it was shown and confirmed; nil without.
	FixedPrice *money.Amount `json:"fixed_price,omitempty"`
}

// Withdraw is the client's wish to take the claim back, for the price in euros, VAT included, that it was shown and confirmed.
type Withdraw struct {
	Price money.Amount `json:"price"`
	Actor string       `json:"actor"`
}

// StopMonitoring ends debt monitoring before its years are over: the client's wish, or what the file bears out (claim.Endings).
type StopMonitoring struct {
	Because claim.Ending `json:"because"`
	Actor   string       `json:"actor"`
}

// Repair is what an operator does about a claim that needs attention: retry, skip, override (there is proof that the letter arrived) or close. Step is what the operator saw
// that could not be done: skip and override need it; empty, retry and close are of whatever it is when the repair is recorded.
type Repair struct {
	Key    string `json:"key"`
	Do     string `json:"do"`
	Step   string `json:"step,omitempty"`
	Reason string `json:"reason"`
	Actor  string `json:"actor"`
}

// Queries.
const (
	QueryState    = "state"
	QueryTimeline = "timeline"
)

// State answers QueryState.
type State struct {
	Now     time.Time         `json:"now"` // business time of the workflow
	Status  claim.Status      `json:"status"`
	Stage   trajectory.Stage  `json:"stage"`
	Next    trajectory.Action `json:"next"`
	Version int64             `json:"version"`
}

// Entry is one line of the answer to QueryTimeline, in order of day.
type Entry struct {
	On   calendar.Date `json:"on"`
	What string        `json:"what"`
}
