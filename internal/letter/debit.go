package letter

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// DebitNotice tells a client that the agency collects from its account: how much, when, and what for (EPC016-06 and EPC222-07, AT-T011 pre-notification).
type DebitNotice struct {
	Language   Language
	Client     string // its name
	On         calendar.Date
	Before     calendar.Date // for which the same was announced, and not collected; zero for none
	Debit      settlement.Debit
	Agency     Party
	Email      string // of the agency, for who does not agree
	CreditorID string
}

// debitWords are the words of a notice.
type debitWords struct{ Subject, Greeting, Before, Amount, For, Line, Account, Mandate, Creditor, Enough, Wrong, Refund, Business, Bye string }

var debitTexts = map[Language]debitWords{
	Dutch: {
		Subject: "Wij schrijven %s af op %s", Greeting: "Beste %s,", Before: "Wij schreven u eerder over een afschrijving op %s. Die is niet doorgegaan. Deze komt ervoor in de plaats.", Amount: "Op %s schrijven wij %s af van uw rekening.", For: "Wij schrijven dit bedrag af voor:", Line: "- factuur %s: %s",
		Account: "Uw rekening eindigt op: %s", Mandate: "Kenmerk van uw machtiging: %s", Creditor: "Ons incassant-ID: %s",
		Enough: "Zorgt u ervoor dat er op die dag genoeg geld op uw rekening staat?", Wrong: "Klopt het bedrag niet? Laat het ons weten voor die dag: %s.",
		Refund: "Bent u het niet eens met de afschrijving? Dan kunt u het geld tot 8 weken na de afschrijving terughalen bij uw bank.", Business: "Dit is een zakelijke incasso. Het geld kunt u na de afschrijving niet terughalen bij uw bank.",
		Bye: "Met vriendelijke groet,",
	},
	English: {
		Subject: "We will collect %s on %s", Greeting: "Dear %s,", Before: "We wrote to you before about a collection on %s. It did not take place. This one replaces it.", Amount: "On %s we will collect %s from your account.", For: "We collect this amount for:", Line: "- invoice %s: %s",
		Account: "Your account ends in: %s", Mandate: "Reference of your mandate: %s", Creditor: "Our creditor identifier: %s",
		Enough: "Please see to it that there is enough money on your account on that day.", Wrong: "Is the amount not right? Tell us before that day: %s.",
		Refund: "Do you not agree with the collection? You can get the money back from your bank until 8 weeks after it.", Business: "This is a collection between businesses. You cannot get the money back from your bank after it.",
		Bye: "Kind regards,",
	},
}

// ComposeDebitNotice writes a notice as a mail. It names no account in full: mail is open.
func ComposeDebitNotice(n DebitNotice) (subject, text string, err error) {
	w, known := debitTexts[n.Language]
	if !known {
		return "", "", fmt.Errorf("compose notice of a collection: %q is not a language", n.Language)
	}
	m, day := n.Debit.Mandate, n.Language.date(n.On)
	amount := func(a money.Amount) string { return n.Language.amount(a) }
	iban := bank.NormaliseIBAN(m.IBAN)
	lines := []string{fmt.Sprintf(w.Greeting, n.Client), ""}
	if !n.Before.IsZero() {
		lines = append(lines, fmt.Sprintf(w.Before, n.Language.date(n.Before)), "")
	}
	lines = append(lines, fmt.Sprintf(w.Amount, day, amount(n.Debit.Cents)), w.Enough, "", w.For)
	for _, p := range n.Debit.Parts {
		lines = append(lines, fmt.Sprintf(w.Line, p.Number, amount(p.Cents)))
	}
	back := w.Refund
	if m.B2B {
		back = w.Business
	}
	lines = append(lines, "", fmt.Sprintf(w.Account, iban[len(iban)-4:]), fmt.Sprintf(w.Mandate, m.UMR), fmt.Sprintf(w.Creditor, n.CreditorID), "", fmt.Sprintf(w.Wrong, n.Email), back, "", w.Bye, n.Agency.Name, "")
	return fmt.Sprintf(w.Subject, amount(n.Debit.Cents), day), strings.ReplaceAll(strings.Join(lines, "\n"), "\u00a0", " "), nil
}
