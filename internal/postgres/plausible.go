package postgres

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const (
	maxHoldYears    = 5  // a hold for longer has no last day
	typingError     = 10 // times what is owed
	maxReceiptAhead = 7  // days that a bank dates a receipt ahead
	maxKey          = 100
)

// firstReceipt is the day before which no receipt was: an earlier one is a typing error.
var firstReceipt = calendar.MustParseDate("2000-01-01")

// named refuses a key that cannot be one.
func named(key string) error {
	if problem := KeyProblem(key); problem != "" {
		return &ConflictError{"the key " + problem}
	}
	return nil
}

// KeyProblem says what is wrong with a key that names nothing, or that no index, message or screen could hold; empty when nothing is.
func KeyProblem(key string) string {
	switch length := utf8.RuneCountInString(key); {
	case strings.TrimSpace(key) == "":
		return "is empty; right would be a text that names this fact"
	case length > maxKey:
		return fmt.Sprintf("has %d characters; right would be at most %d", length, maxKey)
	case !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl):
		return fmt.Sprintf("is %q, with characters that cannot be printed; right would be letters, digits and signs on one line", key)
	}
	return ""
}

// plausible refuses a settlement that can only be a typing error: it would close the claim, or count from a day on which nothing was owed.
// A claim of which little is left, or which is closed, still takes what was owed once: a client that was paid twice tells so.
// was is what it replaces, if anything: a write-off that lets go of no more than that one did is as that was.
func plausible(f claim.Facts, s claim.Settlement, today calendar.Date, rules RulesFor, was claim.Settlement) error {
	first := f.HandedOverOn
	for _, invoice := range f.Invoices {
		if invoice.Issued.Before(first) {
			first = invoice.Issued
		}
	}
	if problem := invoiceProblem(f, s, today); problem != "" {
		return &ConflictError{problem}
	}
	if s.On.Before(first) {
		return &ConflictError{fmt.Sprintf("value date %s is before the claim's oldest invoice; right would be a day from %s", s.On, first)}
	}
	pinned, err := rules(f)
	if err != nil {
		return err
	}
	account, err := f.AccountOn(pinned.Tables, today)
	if err != nil {
		return fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	}
	owed := fmt.Sprintf("%s is owed (principal %s, interest %s, costs %s)", account.Open.Total(), account.Open.Principal, account.Open.Interest, account.Open.Costs)
	if s.Kind == claim.CreditNote {
		left := money.Amount(0) // whatever was paid: a credit note after a payment is a surplus, as it is before one
		for _, invoice := range f.Credited(today) {
			left += invoice.Amount
		}
		if s.Amount > left {
			return &ConflictError{fmt.Sprintf("a credit note of %s is more than what earlier credit notes left of the principal: %s; right would be at most %s", s.Amount, owed, left)}
		}
		return nil
	}
	if s.Amount > typingError*max(account.Open.Total(), f.Principal()) {
		return &ConflictError{fmt.Sprintf("%s is more than %d times what can be owed, a typing error: %s", s.Amount, typingError, owed)}
	}
	if s.Kind == claim.WriteOff && (was.Kind != s.Kind || s.Amount > was.Amount) {
		return lettingGo(f, s.Amount, pinned)
	}
	return nil
}

// lettingGo refuses to write off more of a claim, in all, than its trajectory holds too small to ask for: it is the client's money and one person's word. What a judgment
// that stands left out can go beside that, and of what the parties settled there is no bound (docs/decisions/0060).
func lettingGo(f claim.Facts, amount money.Amount, rules trajectory.Rules) error {
	if f.CourtStage() == claim.CourtSettled {
		return nil
	}
	most, before, asked := rules.Policy.MinimumDemand, money.Amount(0), f
	for _, s := range f.Settlements {
		if s.Kind == claim.WriteOff {
			before, asked = before+s.Amount, asked.Without(s.Key)
		}
	}
	if judgment, given := f.Judgment(); given {
		short, err := leftOut(asked, judgment, rules)
		if err != nil {
			return err
		}
		for _, s := range f.Settlements { // what the client credited since is let go by that
			if s.Kind == claim.CreditNote && s.On.After(judgment.On) {
				short -= s.Amount
			}
		}
		most += money.Max(0, short)
	}
	if before+amount <= most {
		return nil
	}
	return &ConflictError{fmt.Sprintf("a write-off of %s is more than one person lets go of a claim: at most %s in all (minimum_demand of trajectory %s, and what a judgment left out), of which %s is written off; "+
		"right would be a credit note of the client (claim pay --kind credit-note), or that the claim is closed (claim close)", amount, most, rules.Policy.Pin(), before)}
}

// invoiceProblem says what is wrong with the invoice that a settlement names; empty when nothing is. A credit note without one would go off the oldest, and the
// interest since then with it.
func invoiceProblem(f claim.Facts, s claim.Settlement, today calendar.Date) string {
	if s.Kind != claim.CreditNote {
		if s.Invoice != "" {
			return fmt.Sprintf("invoice %s: only a credit note credits one invoice, not %s; right would be no invoice", s.Invoice, s.Kind)
		}
		return ""
	}
	if s.Invoice == "" && len(f.Invoices) == 1 {
		return ""
	}
	numbers := make([]string, len(f.Invoices))
	for i, invoice := range f.Credited(today) {
		numbers[i] = fmt.Sprintf("%s (%s left)", invoice.Number, invoice.Amount)
		if invoice.Number == s.Invoice {
			if s.Amount > invoice.Amount {
				return fmt.Sprintf("invoice %s: a credit note of %s is more than what earlier ones left of it; right would be at most %s", s.Invoice, s.Amount, invoice.Amount)
			}
			return ""
		}
	}
	which := strings.Join(numbers, ", ")
	if s.Invoice == "" {
		return fmt.Sprintf("the claim has %d invoices and the credit note names none; right would be one of %s", len(numbers), which)
	}
	return fmt.Sprintf("invoice %s is not one of this claim; right would be one of %s", s.Invoice, which)
}

// Problem says what is wrong with the value date of a receipt that is booked on a day; empty when nothing is.
func (r Receipt) Problem(today calendar.Date) string {
	if last := today.AddDays(maxReceiptAhead); r.On.Before(firstReceipt) || r.On.After(last) {
		return fmt.Sprintf("%s cannot be the value date of a receipt; right would be a day from %s up to and including %s", r.On, firstReceipt, last)
	}
	return ""
}
