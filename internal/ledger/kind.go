package ledger

import "slices"

// Kind is what a journal is about.
type Kind string

// The kinds.
const (
	Received        Kind = "received"         // a credit on the trust account, of no claim yet
	TakenBack       Kind = "taken-back"       // the bank took a receipt back
	Charged         Kind = "charged"          // what a claim owes more, or less, since: interest and costs too
	Settled         Kind = "settled"          // what came in for a claim, and where it goes
	Clawback        Kind = "clawback"         // what the client got already and is not there any more
	OwnMoney        Kind = "own-money"        // the agency's own money came in on the trust account
	ToppedUp        Kind = "topped-up"        // the agency fills the trust account up
	ClawedBack      Kind = "clawed-back"      // of a later payout, or of what would be paid
	RefundDue       Kind = "refunded"         // a receipt that is nobody's is to go back to who paid it
	Loss            Kind = "loss"             // the agency bears what went back to a debtor though the bank took it
	PayoutSubmitted Kind = "payout-submitted" // the file went to the bank: a payout to a client, or a refund to a debtor
	PayoutBooked    Kind = "payout-booked"    // the bank debited the trust account
	PayoutRejected  Kind = "payout-rejected"  // the bank refused it (pain.002), or never got it
	PayoutReturned  Kind = "payout-returned"  // it came back
	FeesSubmitted   Kind = "fees-submitted"   // the agency's own money, to its account
	FeesBooked      Kind = "fees-booked"
	BilledToClient  Kind = "billed"      // an exception of the agreement, agreed costs, court costs, a contribution, stickers
	BillTakenBack   Kind = "bill-back"   // a charge that was taken back, or a credit note
	ClientPaid      Kind = "client-paid" // an invoice
	SetOffBilled    Kind = "set-off"     // an invoice, with what the client is to be paid; or its credit, which it is paid
	BankCharged     Kind = "bank-charged"
)

var kinds = []Kind{
	Received, TakenBack, Charged, Settled, Clawback, OwnMoney, ToppedUp, ClawedBack, RefundDue, Loss, PayoutSubmitted, PayoutBooked, PayoutRejected, PayoutReturned,
	FeesSubmitted, FeesBooked, BilledToClient, BillTakenBack, ClientPaid, SetOffBilled, BankCharged,
}

// Kinds lists every kind; the CHECK in the schema is tested against it.
func Kinds() []Kind { return slices.Clone(kinds) }
