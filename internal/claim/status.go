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

// state is a row of the table of states.
type state struct {
	final bool     // nothing happens by itself any more: the claim's workflow has ended
	next  []Status // what may follow
}

// states is the table. A claim that is paid is open again when a payment is reversed or corrected and something is owed after all, and one that its
// client took back from the court, which decides what comes of it; the others ended for a reason that nothing changes.
var states = map[Status]state{
	StatusOpen:      {final: false, next: []Status{StatusPaid, StatusWithdrawn, StatusUpheld, StatusCourt, StatusClosed, StatusRefused}},
	StatusPaid:      {final: true, next: []Status{StatusOpen}},
	StatusWithdrawn: {final: true},
	StatusUpheld:    {final: true},
	StatusCourt:     {final: true, next: []Status{StatusOpen}},
	StatusClosed:    {final: true},
	StatusRefused:   {final: true},
}

// Statuses lists every status, in the order of a claim's life.
func Statuses() []Status {
	return []Status{StatusOpen, StatusPaid, StatusWithdrawn, StatusUpheld, StatusCourt, StatusClosed, StatusRefused}
}

// Final says whether nothing happens by itself any more. Nothing happens to a claim of a status that is not in the table.
func (s Status) Final() bool {
	row, known := states[s]
	return row.final || !known
}

// TransitionError says that a claim cannot go from one status to another.
type TransitionError struct{ From, To Status }

func (e *TransitionError) Error() string {
	return fmt.Sprintf("a claim that is %s cannot become %s", e.From, e.To)
}

// To gives next when the table allows it, else a *TransitionError.
func (s Status) To(next Status) (Status, error) {
	for _, allowed := range states[s].next {
		if allowed == next {
			return next, nil
		}
	}
	return s, &TransitionError{s, next}
}
