package ledger

import "github.com/incassocenter/dunning/internal/money"

// ReceiptOf books a credit of the trust account.
func ReceiptOf(about About, amount money.Amount) []Journal {
	return moved(Received, about, move{amount, TrustBank, Unallocated})
}

// TakenBackOf books that the bank took a receipt back. What it settled of a claim is a change of the claim's position.
func TakenBackOf(about About, amount money.Amount) []Journal {
	return moved(TakenBack, about, move{amount, Unallocated, TrustBank})
}

// RefundTakenBackOf books that the bank took back a receipt that two persons decided to give back: it is to be paid back no more.
func RefundTakenBackOf(about About, amount money.Amount) []Journal {
	return moved(TakenBack, about, move{amount, RefundPayable, TrustBank})
}

// ClawbackOf books what the client got of money that the bank took back since: the client's payable does not become less than nothing.
func ClawbackOf(about About, short money.Amount) []Journal {
	return moved(Clawback, about, move{short, ClawbackReceivable, ClientPayable})
}

// ToppedUpOf books that the agency fills the trust account up with what a client got that a bank took back since, of a receipt that is its own money.
func ToppedUpOf(about About, amount money.Amount) []Journal {
	return moved(ToppedUp, about, move{amount, Unallocated, ClawbackReceivable}, move{amount, ClawbackAdvanced, AgencyBank})
}

// ToppedUpOfPartOf books that the agency's part fills the trust account up with what a client gave back of own money of the agency's that is not there any more.
func ToppedUpOfPartOf(about About, amount money.Amount) []Journal {
	return moved(ToppedUp, about, move{amount, AgencyPayable, ClawbackReceivable}, move{amount, ClawbackAdvanced, FromTrust})
}

// OwnMoneyOf books that a receipt is the agency's own money: it is of its part on the trust account, which bears the bank's costs and losses.
func OwnMoneyOf(about About, amount money.Amount) []Journal {
	return moved(OwnMoney, about, move{amount, Unallocated, AgencyPayable}, move{amount, FromTrust, AgencyBank})
}

// LossOf books that the agency bears, of its part on the trust account, what went back to a debtor though the bank took it.
func LossOf(about About, amount money.Amount) []Journal {
	return moved(Loss, about, move{amount, AgencyPayable, RefundPayable}, move{amount, BankCosts, FromTrust})
}

// ClawedBackOf books that the agency gets what it advanced, of what the client is to be paid next.
func ClawedBackOf(about About, amount money.Amount) []Journal {
	return moved(ClawedBack, about, move{amount, ClientPayable, AgencyPayable}, move{amount, FromTrust, ClawbackAdvanced})
}

// KeptBackOf books that a client is to be paid less, for what it got that a bank took back since, without a payment: what the agency did not fill up yet is not missing any more, and what
// it filled up it gets.
func KeptBackOf(about About, untopped, advanced money.Amount) []Journal {
	return moved(ClawedBack, about, move{untopped, ClientPayable, ClawbackReceivable}, move{advanced, ClientPayable, AgencyPayable}, move{advanced, FromTrust, ClawbackAdvanced})
}

// RefundDueOf books that a receipt that is nobody's is to go back to who paid it, as two persons decided.
func RefundDueOf(about About, amount money.Amount) []Journal {
	return moved(RefundDue, about, move{amount, Unallocated, RefundPayable})
}

// RefundOf books that a refund to a debtor went to the bank. Its debit is that of a payout (PayoutBookedOf).
func RefundOf(about About, amount money.Amount) []Journal {
	return moved(PayoutSubmitted, about, move{amount, RefundPayable, InTransit})
}

// RefundRejectedOf books that the bank refused a refund, or never got it: it is to be paid back still.
func RefundRejectedOf(about About, amount money.Amount) []Journal {
	return moved(PayoutRejected, about, move{amount, InTransit, RefundPayable})
}

// RefundReturnedOf books that a refund came back after it was booked: it is to be paid back still.
func RefundReturnedOf(about About, amount money.Amount) []Journal {
	return moved(PayoutReturned, about, move{amount, TrustBank, RefundPayable})
}

// PayoutOf books that the payout to a client went to the bank.
func PayoutOf(about About, amount money.Amount) []Journal {
	return moved(PayoutSubmitted, about, move{amount, ClientPayable, InTransit})
}

// PayoutBookedOf books the debit of a payout, of one client or of a whole batch.
func PayoutBookedOf(about About, amount money.Amount) []Journal {
	return moved(PayoutBooked, about, move{amount, InTransit, TrustBank})
}

// PayoutRejectedOf books that the bank refused a payout (pain.002), or never got it: it is payable again.
func PayoutRejectedOf(about About, amount money.Amount) []Journal {
	return moved(PayoutRejected, about, move{amount, InTransit, ClientPayable})
}

// PayoutReturnedOf books that a payout came back after it was booked: it is payable again.
func PayoutReturnedOf(about About, amount money.Amount) []Journal {
	return moved(PayoutReturned, about, move{amount, TrustBank, ClientPayable})
}

// FeesOf books that the agency's part went to the bank, to the agency's own account.
func FeesOf(about About, amount money.Amount) []Journal {
	return moved(FeesSubmitted, about, move{amount, AgencyPayable, InTransit})
}

// FeesBookedOf books that the agency's part left the trust account and arrived.
func FeesBookedOf(about About, amount money.Amount) []Journal {
	return moved(FeesBooked, about, move{amount, InTransit, TrustBank}, move{amount, AgencyBank, FromTrust})
}

// Item is a part of what a client is billed, without VAT, with the account of what it is for.
type Item struct {
	For Account
	Net money.Amount
}

// BillOf books what a client is billed: the items, and the VAT over what of them bears it.
func BillOf(about About, vat money.Amount, items ...Item) []Journal {
	moves := []move{{vat, FromClients, VATPayable}}
	for _, item := range items {
		moves = append(moves, move{item.Net, FromClients, item.For})
	}
	return moved(BilledToClient, about, moves...)
}

// CreditOf books that a part of what a client was billed is taken back, as BillOf booked it.
func CreditOf(about About, vat money.Amount, items ...Item) []Journal {
	moves := []move{{vat, VATPayable, FromClients}}
	for _, item := range items {
		moves = append(moves, move{item.Net, item.For, FromClients})
	}
	return moved(BillTakenBack, about, moves...)
}

// ClientPaidOf books that a client paid what it was billed.
func ClientPaidOf(about About, amount money.Amount) []Journal {
	return moved(ClientPaid, about, move{amount, AgencyBank, FromClients})
}

// SetOffOf books that what a client was billed is paid of what it is to be paid, where that was agreed.
func SetOffOf(about About, amount money.Amount) []Journal {
	return moved(SetOffBilled, about, move{amount, ClientPayable, AgencyPayable}, move{amount, FromTrust, FromClients})
}

// CreditRepaidOf books that a client is to be paid what it has to its credit: of the agency's part on the trust account, which owes the agency that much less.
func CreditRepaidOf(about About, amount money.Amount) []Journal {
	return moved(SetOffBilled, about, move{amount, AgencyPayable, ClientPayable}, move{amount, FromClients, FromTrust})
}

// BankChargedOf books what the agency's bank charged.
func BankChargedOf(about About, amount money.Amount) []Journal {
	return moved(BankCharged, about, move{amount, BankCosts, AgencyBank})
}

// TrustChargedOf books what the bank of the trust account charged, or less than nothing what it gave back of that: the agency bears it, of its part there.
func TrustChargedOf(about About, amount money.Amount) []Journal {
	return moved(BankCharged, about, move{amount, AgencyPayable, TrustBank}, move{amount, BankCosts, FromTrust})
}
