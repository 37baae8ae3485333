package main

import "testing"

// Money of somebody whose name no bank takes goes back where two persons say; each step says what is next.
func TestARefundThatNoBankTakesCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	key := "cli" + number() + "-stuck"
	o.says(t, "booked; it waits...", "receipts", "add", key, "44,00", "--payer", "支付人", "--iban", "NL18RABO0123459876")
	o.says(t, "Dina may approve", "payout", "approver", "add", "Dina")
	refund := func(more ...string) []string { return append([]string{"receipts", "refund", key}, more...) }
	to := refund("--to", "NL18RABO0123459876", "--reason", "by letter", "--by", "Anna")
	const waits = "it waits: no bank takes its payment: creditor name has no letter or..."
	o.says(t, waits, refund("--reason", "nobody's", "--by", "Anna")...)
	o.refuses(t, 2, "and none that no bank takes is approved", append(to, "--name", "Zhi Fu Ren")...)
	o.says(t, waits, refund("--approve", "--by", "Dina")...)
	o.refuses(t, 2, "right would be an account of who paid, and its holder in Latin letters (--name)", to...)
	o.says(t, "Zhi Fu Ren NL18RABO0123459876...", append(to, "--name", "Zhi Fu Ren")...)
	o.refuses(t, 2, "right would be another person", refund("--approve", "--by", "anna")...)
	o.says(t, "approved by Dina...", refund("--approve", "--by", "Dina")...)
}
