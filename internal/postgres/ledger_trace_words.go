package postgres

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/settlement"
)

// placed says where money lies, or is missing.
func (t *tracing) placed(l *ledger.Lot) string {
	words := there[l.Pot.Account]
	if l.Rest < 0 {
		words = missing[l.Pot.Account]
	} else if r, goes := t.proposed(l.Pot); goes {
		words = fmt.Sprintf("still with us: to go back to who paid it, proposed by %s as refund %s: waits for another person", r.By, r.Key)
	}
	return strings.ReplaceAll(words, "CLIENT", t.client(l.By.Client)) + " (" + string(l.Pot.Account) + ")"
}

// proposed is the refund that a person proposed of money that is of no claim, and nobody decided about yet.
func (t *tracing) proposed(p ledger.Pot) (r tracedRefund, is bool) {
	for _, r := range t.refunds {
		if p.Account == ledger.Unallocated && r.Receipt == p.Of && r.Claim == "" && r.Approved == nil {
			return r, true
		}
	}
	return r, false
}

var there = map[ledger.Account]string{
	ledger.TrustBank:          "left for good",
	ledger.Unallocated:        "still with us: waits to be allocated",
	ledger.ClientPayable:      "still with us: to be paid to CLIENT",
	ledger.AgencyPayable:      "still with us: to be paid to the agency",
	ledger.RefundPayable:      "still with us: to be paid back",
	ledger.InTransit:          "sent, and not booked by the bank yet",
	ledger.ClawbackReceivable: "fills the trust account up",
}

// missing is what left twice, and nothing made up for yet.
var missing = map[ledger.Account]string{
	ledger.TrustBank:          "came back more than had left",
	ledger.Unallocated:        "missing: more was allocated than came in",
	ledger.ClientPayable:      "missing: CLIENT gives it back of its next payout",
	ledger.AgencyPayable:      "missing: the agency gives it back of its next part",
	ledger.RefundPayable:      "missing: it went back to the debtor, and the bank took it back too",
	ledger.InTransit:          "missing: more was booked than was sent",
	ledger.ClawbackReceivable: "missing: the agency is to fill the trust account up with it",
}

// line is the line of a payout that a journal is of.
func (t *tracing) line(key string) tracedLine {
	whole, _, _ := strings.Cut(strings.TrimPrefix(key, "payout:"), "/")
	l := t.lines[whole]
	l.EndToEndID = whole
	return l
}

// kind is that of the journal that brought a lot where it is. The agency's part that comes back is told as that of clients is.
func kind(l *ledger.Lot) ledger.Kind {
	if l.By.Kind == ledger.FeesSubmitted && strings.HasSuffix(l.By.Key, "/"+string(settlement.PayoutReturned)) {
		return ledger.PayoutReturned
	}
	if l.By.Kind == ledger.FeesSubmitted && l.By.Reverses != "" {
		return ledger.PayoutRejected
	}
	return l.By.Kind
}

// nameOf is what of a step is traced: a bank entry, the line of a payout, else its journal.
func (t *tracing) nameOf(l *ledger.Lot) string {
	line := t.line(l.By.Key)
	if l.Pot.Account == ledger.InTransit && line.Payout != "" {
		return line.EndToEndID
	}
	if l.By.Kind == ledger.BankCharged && l.By.Reverses != "" { // it is not the bank's
		return l.By.Key
	}
	names := map[ledger.Kind]string{ledger.Received: strings.TrimPrefix(l.By.Key, "receipt:"), ledger.BankCharged: entryCharged(l.By.Key), ledger.PayoutBooked: line.Booked, ledger.FeesBooked: line.Booked, ledger.PayoutReturned: line.Returned}
	return cmp.Or(names[kind(l)], l.By.Key)
}

// brought says what brought money where it is, by the kind of its journal.
var brought = map[ledger.Kind]string{
	ledger.Received:        "bank entry KEY",
	ledger.TakenBack:       "TOOK",
	ledger.Clawback:        "the agency answers for what CLIENT got and a bank took back (clawback)",
	ledger.OwnMoney:        "the agency's own money, to its part",
	ledger.ToppedUp:        "the agency's own money, for what CLIENT got and a bank took back",
	ledger.Loss:            "the agency bears the loss (journal JOURNAL)",
	ledger.BankCharged:     "the bank charged it: bank entry KEY",
	ledger.ClawedBack:      "to the agency, which had filled the trust account up (line LINE)",
	ledger.RefundDue:       "refund KEY, as two persons decided",
	ledger.PayoutSubmitted: "payout line LINE PAYEE",
	ledger.FeesSubmitted:   "payout line LINE PAYEE",
	ledger.PayoutBooked:    "paid: bank entry BOOKED",
	ledger.FeesBooked:      "paid: bank entry BOOKED, and with it on the agency's own account (A100)",
	ledger.PayoutRejected:  "the bank refused line LINE, or never got it",
	ledger.PayoutReturned:  "it came back: bank entry RETURNED",
	ledger.SetOffBilled:    "sets off invoice INVOICES: to the agency",
}

// broughtBy is brought, but for what was kept back without a payment, and for what was the agency's own money.
func broughtBy(l *ledger.Lot) string {
	switch {
	case l.By.Kind == ledger.Clawback && strings.HasSuffix(l.By.Key, "/untopped"):
		return "for what CLIENT got and a bank took back"
	case (l.By.Kind == ledger.OwnMoney || l.By.Kind == ledger.ToppedUp) && l.By.Reverses != "":
		return "it is not the agency's own money any more (journal JOURNAL)"
	case l.By.Kind == ledger.ToppedUp && strings.HasSuffix(l.By.Key, gaveBackKey):
		return "the agency's part fills up what CLIENT gave it back (journal JOURNAL)"
	case !strings.HasPrefix(l.By.Key, keptKey):
		return brought[kind(l)]
	case l.Pot.Account == ledger.ClawbackReceivable:
		return "kept of what CLIENT is to be paid, for what it got and a bank took back (journal JOURNAL)"
	}
	return "kept of what CLIENT is to be paid, for the agency, which had filled the trust account up (journal JOURNAL)"
}

// divided says what a claim made of money, by the account that it is in then.
var divided = map[ledger.Account]string{
	ledger.ClientPayable: "the part of client CLIENT",
	ledger.AgencyPayable: "the part of the agency",
	ledger.RefundPayable: "too much: the debtor's",
	ledger.Unallocated:   "off the claim again, to bank entry OF",
}

// words say what brought a lot where it is, or was.
func (t *tracing) words(l *ledger.Lot) string {
	line, words := t.line(l.By.Key), broughtBy(l)
	switch {
	case l.By.Kind == ledger.BankCharged:
		words = charged(l)
	case l.From == nil && l.By.Kind != ledger.Received:
		words = "from where, the books do not say (journal JOURNAL)"
	case l.By.Kind == ledger.Loss && l.By.Reverses != "":
		words = "the agency does not bear the loss any more (journal JOURNAL)"
	case l.By.Kind == ledger.SetOffBilled && l.Pot.Account == ledger.ClientPayable:
		words = "pays client CLIENT back what it has to its credit of invoice CREDITS"
	case l.By.Kind == ledger.Settled && l.From.Pot.Account != ledger.Unallocated && l.Pot.Account != ledger.Unallocated:
		words = "divided anew: " + divided[l.Pot.Account]
	case l.By.Kind == ledger.Settled:
		words = divided[l.Pot.Account]
	case kind(l) == ledger.PayoutSubmitted && l.Pot.Account != ledger.InTransit:
		words = "kept back by payout line LINE"
	}
	_, key, _ := strings.Cut(l.By.Key, ":")
	if l.By.Kind == ledger.BankCharged {
		key = entryCharged(l.By.Key)
	}
	paid, credits := line.invoices()
	return strings.NewReplacer("CLIENT", t.client(l.By.Client), "KEY", key, "JOURNAL", l.By.Key, "OF", l.Pot.Of, "TOOK", t.took(l), "LINE", line.EndToEndID, "PAYEE", t.payee(line),
		"INVOICES", strings.Join(paid, ", "), "CREDITS", strings.Join(credits, ", "), "BOOKED", cmp.Or(line.Booked, "(not known)"), "RETURNED", cmp.Or(line.Returned, "(not known)")).Replace(cmp.Or(words, string(l.By.Kind)+" KEY"))
}

// charged says what a charge of the bank did, or that it was none.
func charged(l *ledger.Lot) string {
	switch {
	case l.By.Reverses != "":
		return "it was no charge of the bank, as two persons said: bank entry KEY waits again"
	case l.From == nil && l.Amount > 0:
		return "bank entry KEY, which gives back what the bank had charged"
	case l.From != nil && l.Pot.Account == ledger.AgencyPayable:
		return divided[ledger.AgencyPayable]
	}
	return brought[ledger.BankCharged]
}

// took says who took a receipt back: the bank when a statement tells it, or the payments of the sum that it was, else the person who says so.
func (t *tracing) took(l *ledger.Lot) string {
	if words := t.byBank[l.Pot.Of]; words != "" {
		return words
	}
	claim, fact, _ := strings.Cut(l.By.Key, "/")
	told := t.told[ledger.Settling{Claim: claim, Key: strings.TrimSuffix(strings.TrimPrefix(fact, "reversal:"), "/taken-back")}]
	return "taken back, says " + cmp.Or(told.Back, "a person") + "; no statement tells it"
}

// payee says whom a line pays.
func (t *tracing) payee(l tracedLine) string {
	switch {
	case l.Payout == "":
		return "(not known)"
	case l.Refund != "":
		return "back to who paid, refund " + l.Refund
	case l.Client != "":
		return "to client " + t.client(l.Client) + ", " + l.IBAN
	}
	return "to the agency, " + l.IBAN
}

// decision says who brought a bank entry to its claim.
func (t *tracing) decision(l *ledger.Lot) string {
	claim, fact, _ := strings.Cut(l.By.Key, "/")
	told, ok := t.told[ledger.Settling{Claim: claim, Key: strings.TrimPrefix(fact, "settlement:")}]
	if !ok {
		return ", booked at the close of the day"
	}
	words := ""
	if matched := t.matches[l.Root().Pot.Of]; matched != "" {
		words = ", " + matched
	}
	if told.By != "" {
		words += ", allocated by " + told.By
	}
	return words
}
