package letter

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Choice is what the client can decide after the amicable phase.
type Choice string

// The choices.
const (
	Court      Choice = "court"
	Monitoring Choice = "monitoring"
	Close      Choice = "close"
)

// Choices are all choices, in the order in which they are offered.
var Choices = []Choice{Court, Monitoring, Close}

// Reason is a key of a recommendation text.
type Reason string

// The reasons that an advice can give.
const (
	Undisputed       Reason = "undisputed"       // the debtor did not dispute the claim
	DisputeRejected  Reason = "dispute-rejected" // the debtor disputed it, and we judged that to be unfounded
	PartPaid         Reason = "part-paid"        // the debtor paid a part, to the agency or to the client
	Acknowledged     Reason = "acknowledged"     // the debtor acknowledged it: a part payment or a request for an arrangement
	Solvent          Reason = "solvent"          // no sign of insolvency in the registers that were searched
	InsolvencyRisk   Reason = "insolvency-risk"  // signs that a judgment could not be enforced
	AddressUnknown   Reason = "address-unknown"  // the debtor's address is not certain
	CostsOutweigh    Reason = "costs-outweigh"   // the costs are high for the amount
	ProofIncomplete  Reason = "proof-incomplete" // documents are missing
	LimitationIsNear Reason = "limitation-near"  // the claim becomes time-barred soon
	CostsAgreed      Reason = "costs-agreed"     // a court may moderate the agreed collection costs (art. 242 lid 1 Rv)
)

// Reasons are all reasons.
var Reasons = []Reason{Undisputed, DisputeRejected, PartPaid, Acknowledged, Solvent, InsolvencyRisk, AddressUnknown, CostsOutweigh, ProofIncomplete, LimitationIsNear, CostsAgreed}

// SentLetter is a letter that the debtor was sent.
type SentLetter struct {
	Kind Kind
	On   calendar.Date
}

// CostLine is one cost of going to court. Label is text in the client's language ("Griffierecht"); Recoverable says whether the loser
// usually has to pay it back.
type CostLine struct {
	Label       string
	Amount      money.Amount
	Recoverable bool
}

// Advice is what the client is told when the amicable phase has ended without full payment. Recommended and Default must be among
// Options; with Court among them, CourtCosts may not be empty. DecideBy is the last day of the decision term.
type Advice struct {
	Language                       Language
	On, DecideBy                   calendar.Date
	Agency, Client                 Party
	DebtorName                     string
	FileReference, ClientReference string // ClientReference may be empty
	Demand                         Demand // owed on On, split; at least one invoice
	Sent                           []SentLetter
	CourtCosts                     []CostLine
	Options                        []Choice
	Recommended, Default           Choice
	Reasons                        []Reason
	Reminder                       bool // the advice again, to remind the client of its decision
}

// reminderOf stands before the subject of a reminder.
var reminderOf = map[Language]string{Dutch: "Herinnering: ", English: "Reminder: "}

// ComposeAdvice writes the escalation advice to the client. Its errors are those of Compose.
func ComposeAdvice(a Advice) (Document, error) {
	a.Demand, a.CourtCosts = a.Demand.clone(), slices.Clone(a.CourtCosts)
	a.Sent, a.Options, a.Reasons = slices.Clone(a.Sent), slices.Clone(a.Options), slices.Clone(a.Reasons)
	problems := tidy(&a)
	if problems = append(problems, a.problems()...); len(problems) > 0 {
		return Document{}, fmt.Errorf("compose advice: %w", &InvalidError{EscalationAdvice, problems})
	}
	p, err := a.paper()
	if err != nil {
		return Document{}, fmt.Errorf("compose advice: %w", err)
	}
	if a.Reminder {
		p.subject = reminderOf[a.Language] + p.subject
	}
	return p.document(string(EscalationAdvice))
}

func (a Advice) problems() []string {
	var c checks
	c.that(slices.Contains(Languages, a.Language), "language %q is unknown; right would be one of %v", a.Language, Languages)
	c.that(!a.On.IsZero() && a.DecideBy.After(a.On), "the decision term must end after the advice's date %s, not on %s", a.On, a.DecideBy)
	c.that(a.FileReference != "" && a.DebtorName != "", "it must have a file reference and the debtor's name")
	c.party(a.Client, "client")
	c.agency(a.Agency)
	c.that(len(a.Options) > 0, "it must offer a choice")
	for _, o := range a.Options {
		c.that(slices.Contains(Choices, o), "choice %q is unknown; right would be one of %v", o, Choices)
	}
	c.that(slices.Contains(a.Options, a.Recommended), "the recommended choice %q is not offered", a.Recommended)
	c.that(slices.Contains(a.Options, a.Default), "the default choice %q is not offered", a.Default)
	c.that(a.Default != Court, "going to court can never be the default: the client decides")
	c.that(len(a.CourtCosts) > 0 || !slices.Contains(a.Options, Court), "going to court is offered without its costs")
	c.that(len(a.Reasons) > 0, "it must give a reason")
	for _, r := range a.Reasons {
		c.that(slices.Contains(Reasons, r), "reason %q is unknown; right would be one of %v", r, Reasons)
	}
	for _, l := range a.CourtCosts {
		c.that(l.Label != "" && l.Amount >= 0, "cost line %q of %s must have a label and may not be negative", l.Label, l.Amount)
	}
	for _, s := range a.Sent {
		c.that(!s.On.IsZero() && slices.Contains(DebtorKinds, s.Kind), "letter %q sent on %q is unknown", s.Kind, s.On)
	}
	a.Demand.check(&c)
	return c
}
