package settlement

import "slices"

// PayoutStatus is where a line of a payout stands. The table below is the whole state machine; the CHECK and the function in the schema and the diagram in the docs
// are tested against it.
type PayoutStatus string

// Where a line of a payout can stand.
const (
	PayoutProposed  PayoutStatus = "proposed"
	PayoutApproved  PayoutStatus = "approved"  // by two persons
	PayoutSent      PayoutStatus = "sent"      // it stands in the file for the bank, and in the books; it is never sent again
	PayoutAccepted  PayoutStatus = "accepted"  // the bank works on it (pain.002)
	PayoutBooked    PayoutStatus = "booked"    // the statement has its debit
	PayoutReturned  PayoutStatus = "returned"  // the other bank sent it back: it is payable again, and its account is blocked
	PayoutRejected  PayoutStatus = "rejected"  // the bank refused it (pain.002): it is payable again
	PayoutWithdrawn PayoutStatus = "withdrawn" // a person took the proposal back
	PayoutLost      PayoutStatus = "lost"      // the bank never got the file, as two persons say: it is payable again
)

// payoutStatuses is the table, in the order of a line's life: what may follow each status, and, of none yet, what comes first.
var payoutStatuses = []struct {
	status PayoutStatus
	next   []PayoutStatus
}{
	{"", []PayoutStatus{PayoutProposed}},
	{PayoutProposed, []PayoutStatus{PayoutApproved, PayoutWithdrawn}},
	{PayoutApproved, []PayoutStatus{PayoutSent, PayoutWithdrawn}},
	{PayoutSent, []PayoutStatus{PayoutAccepted, PayoutBooked, PayoutRejected, PayoutLost}},
	{PayoutAccepted, []PayoutStatus{PayoutBooked, PayoutRejected}},
	{PayoutBooked, []PayoutStatus{PayoutReturned}},
	{PayoutReturned, nil}, {PayoutRejected, nil}, {PayoutWithdrawn, nil}, {PayoutLost, nil},
}

// PayoutStatuses lists every status.
func PayoutStatuses() (list []PayoutStatus) {
	for _, row := range payoutStatuses[1:] {
		list = append(list, row.status)
	}
	return list
}

// Next gives what may follow a status; of none, what comes first.
func (s PayoutStatus) Next() []PayoutStatus {
	for _, row := range payoutStatuses {
		if row.status == s {
			return slices.Clone(row.next)
		}
	}
	return nil
}

// Follows says whether next may come after a status.
func (s PayoutStatus) Follows(next PayoutStatus) bool { return slices.Contains(s.Next(), next) }

// UnderWay says whether the bank has the line and has not booked or refused it yet.
func (s PayoutStatus) UnderWay() bool { return s.Follows(PayoutBooked) }

// Reserves says whether the line takes money that it is not sent for yet: nothing else may be proposed of it.
func (s PayoutStatus) Reserves() bool { return s.Follows(PayoutWithdrawn) }

// Dead says whether the line paid nothing after all.
func (s PayoutStatus) Dead() bool {
	return s == PayoutWithdrawn || s == PayoutRejected || s == PayoutReturned || s == PayoutLost
}
