// Package claim holds what is true of one claim: its facts, its status, what is owed on a day and why, and how payments are allocated.
// It must not decide what happens next (trajectory does) and must not know storage, mail or Temporal.
package claim

import "fmt"

// Status is where a claim stands. The table below is the whole state machine; the CHECK in the schema and the diagram in the docs are tested against it.
type Status string

// Where a claim can stand.
const (
	StatusOpen      Status = "open"      // being collected or monitored
	StatusPaid      Status = "paid"      // nothing is owed any more
	StatusWithdrawn Status = "withdrawn" // taken back by the client
	StatusUpheld    Status = "upheld"    // the debtor's dispute was right
	StatusCourt     Status = "court"     // handed over for a court procedure
	StatusClosed    Status = "closed"    // ended without (full) payment
	StatusRefused   Status = "refused"   // not accepted at intake
)

// transitions lists, per status, what may follow. A status without followers is final.
var transitions = map[Status][]Status{
	StatusOpen:      {StatusPaid, StatusWithdrawn, StatusUpheld, StatusCourt, StatusClosed, StatusRefused},
	StatusPaid:      {},
	StatusWithdrawn: {},
	StatusUpheld:    {},
	StatusCourt:     {},
	StatusClosed:    {},
	StatusRefused:   {},
}

// Statuses lists every status, in the order of a claim's life.
func Statuses() []Status {
	return []Status{StatusOpen, StatusPaid, StatusWithdrawn, StatusUpheld, StatusCourt, StatusClosed, StatusRefused}
}

// Final says whether nothing follows s.
func (s Status) Final() bool { return len(transitions[s]) == 0 }

// TransitionError says that a claim cannot go from one status to another.
type TransitionError struct{ From, To Status }

func (e *TransitionError) Error() string {
	return fmt.Sprintf("a claim that is %s cannot become %s", e.From, e.To)
}

// To gives next when the table allows it, else a *TransitionError.
func (s Status) To(next Status) (Status, error) {
	for _, allowed := range transitions[s] {
		if allowed == next {
			return next, nil
		}
	}
	return s, &TransitionError{s, next}
}
