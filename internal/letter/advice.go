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
	DisputePending   Reason = "dispute-pending"  // the debtor disputed it, and nobody has judged that yet
	DisputeRejected  Reason = "dispute-rejected" // the debtor disputed it, and we judged that to be unfounded
	PartPaid         Reason = "part-paid"        // the debtor paid a part, to the agency or to the client
	Acknowledged     Reason = "acknowledged"     // the debtor acknowledged it: a part payment or a request for an arrangement
	Solvent          Reason = "solvent"          // no sign of insolvency in the registers that were searched
	InsolvencyRisk   Reason = "insolvency-risk"  // signs that a judgment could not be enforced
	Dissolved        Reason = "dissolved"        // a company that is no more, as far as we know
	AddressUnknown   Reason = "address-unknown"  // the debtor's address is not certain
	CostsOutweigh    Reason = "costs-outweigh"   // who loses has spent more than there is to win
	ProofIncomplete  Reason = "proof-incomplete" // documents are missing
	TimeBarred       Reason = "time-barred"      // the claim may be time-barred
	LimitationIsNear Reason = "limitation-near"  // the claim becomes time-barred soon
	LawyerNeeded     Reason = "lawyer-needed"    // the civil court decides
	CostsAgreed      Reason = "costs-agreed"     // a court may moderate the agreed collection costs (art. 242 lid 1 Rv)
)

// Reasons are all reasons.
var Reasons = []Reason{Undisputed, DisputePending, DisputeRejected, PartPaid, Acknowledged, Solvent, InsolvencyRisk, Dissolved, AddressUnknown, CostsOutweigh, ProofIncomplete, TimeBarred, LimitationIsNear, LawyerNeeded, CostsAgreed}

// SentLetter is a letter that the debtor was sent.
type SentLetter struct {
	Kind Kind
	On   calendar.Date
}

// Cost is a kind of cost of a procedure.
type Cost string

// The costs of a procedure.
const (
	CourtFee      Cost = "court-fee"
	ServedSummons Cost = "summons"
	SummonsVAT    Cost = "summons-vat"
	Salary        Cost = "salary"       // of a representative: the debtor pays it to the client who wins
	OtherSalary   Cost = "other-salary" // the client who loses pays it to the debtor
	FixedPrice    Cost = "fixed-price"  // of our own work
	FixedPriceVAT Cost = "fixed-price-vat"
	Lawyers       Cost = "lawyers" // of both sides before the civil court: it comes on top, and has no amount
)

// CostLine is one cost of going to court: what the client pays itself, whoever wins; what the debtor has to pay back when the client wins; and what the client
// has spent when it loses.
type CostLine struct {
	What            Cost
	Own, Back, Lost money.Amount
}

// NoPrice is why no procedure is offered at a fixed price; empty when one is.
type NoPrice string

// Why there is no fixed price.
const (
	PriceUnset    NoPrice = "unset"    // the agency names none
	PriceInPlan   NoPrice = "plan"     // the plan has none
	PriceDisputed NoPrice = "disputed" // only for a claim that was not disputed
	PriceCivil    NoPrice = "civil"    // only before the cantonal court
)

// NoPrices are all of them.
var NoPrices = []NoPrice{PriceUnset, PriceInPlan, PriceDisputed, PriceCivil}

// Procedure is what going to court costs and can bring. Costs may be empty only when Court is not offered.
type Procedure struct {
	Cantonal bool   // the cantonal court decides; else a lawyer is needed
	Year     string // of the court fees
	Costs    []CostLine
	NoPrice  NoPrice
	WithVAT  bool // the client cannot deduct VAT, so it is in Costs
}

// sum adds up one part of the costs.
func (p Procedure) sum(part func(CostLine) money.Amount) (sum money.Amount) {
	for _, l := range p.Costs {
		sum += part(l)
	}
	return sum
}

func (p Procedure) own() money.Amount { return p.sum(func(l CostLine) money.Amount { return l.Own }) }

func (p Procedure) back() money.Amount { return p.sum(func(l CostLine) money.Amount { return l.Back }) }

func (p Procedure) lost() money.Amount { return p.sum(func(l CostLine) money.Amount { return l.Lost }) }

func (p Procedure) price(what Cost) money.Amount {
	return p.sum(func(l CostLine) money.Amount {
		if l.What != what {
			return 0
		}
		return l.Own
	})
}

// Trouble is a kind of sign that a debtor cannot pay.
type Trouble string

// The signs that a debtor cannot pay.
const (
	InBankruptcy    Trouble = "bankrupt"
	InRestructuring Trouble = "wsnp"
	InCounselling   Trouble = "debt-counselling"
)

// Insolvency is a sign that the debtor cannot pay, From and Until both included; no Until while it lasts.
type Insolvency struct {
	What        Trouble
	From, Until calendar.Date
}

// Dispute is a dispute of the debtor: its grounds, and how it was judged, which may be open yet.
type Dispute struct {
	Raised          calendar.Date
	Grounds         string
	Judged          calendar.Date // zero: not yet
	Upheld          bool
	JudgementReason string
}

// Register is a register that is asked about a debtor before the advice.
type Register string

// Entry is what a register can say of a debtor.
type Entry string

// Search is a question to a register: what it said on a day, and since when that is so. No day: it was not asked, as a rule because it is not connected.
type Search struct {
	Register  Register
	Said      Entry
	On, Since calendar.Date
	Connected bool
}

// LimitationTerm is which term of limitation a claim has.
type LimitationTerm string

// The terms of limitation.
const (
	ContractTerm     LimitationTerm = "contract"      // art. 3:307 BW
	ConsumerSaleTerm LimitationTerm = "consumer-sale" // art. 7:28 BW
	JudgmentTerm     LimitationTerm = "judgment"      // art. 3:324 BW
)

// Standing is what is known of a claim beside its amount. No AddressUnknown is an address of which nobody said that it is wrong.
type Standing struct {
	Enforceable    calendar.Date // last day before the claim is time-barred
	Term           LimitationTerm
	Searches       []Search
	Region         string // the debtor's country, for which registers are connected or not
	Insolvencies   []Insolvency
	AddressUnknown calendar.Date // since when
	Disputes       []Dispute
}

// Advice is what the client is told when the amicable phase has ended without full payment. Recommended and Default must be among
// Options; with Court among them, Procedure may not be without costs. DecideBy is the last day of the decision term.
type Advice struct {
	Language                       Language
	On, DecideBy                   calendar.Date
	Agency, Client                 Party
	DebtorName                     string
	FileReference, ClientReference string // ClientReference may be empty
	Demand                         Demand // owed on On, split; at least one invoice
	Sent                           []SentLetter
	Standing                       Standing
	Procedure                      Procedure
	Options                        []Choice
	Recommended, Default           Choice
	Reasons                        []Reason
	Reminder                       bool          // the advice again, to remind the client of its decision
	TakenBack                      calendar.Date // when the client took the case back from the court; no date when it did not
}

// ComposeAdvice writes the escalation advice to the client. Its errors are those of Compose.
func ComposeAdvice(a Advice) (Document, error) {
	a.Demand, a.Procedure.Costs, a.Standing.Disputes = a.Demand.clone(), slices.Clone(a.Procedure.Costs), slices.Clone(a.Standing.Disputes)
	a.Sent, a.Options, a.Reasons = slices.Clone(a.Sent), slices.Clone(a.Options), slices.Clone(a.Reasons)
	problems := tidy(&a)
	if problems = append(problems, a.problems()...); len(problems) > 0 {
		return Document{}, fmt.Errorf("compose advice: %w", &InvalidError{EscalationAdvice, problems})
	}
	p, err := a.paper()
	if err != nil {
		return Document{}, fmt.Errorf("compose advice: %w", err)
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
	c.that(len(a.Procedure.Costs) > 0 || !slices.Contains(a.Options, Court), "going to court is offered without its costs")
	a.Procedure.check(&c)
	a.Standing.check(&c)
	c.that(len(a.Reasons) > 0, "it must give a reason")
	for _, r := range a.Reasons {
		c.that(slices.Contains(Reasons, r), "reason %q is unknown; right would be one of %v", r, Reasons)
	}
	for _, s := range a.Sent {
		c.that(!s.On.IsZero() && slices.Contains(DebtorKinds, s.Kind), "letter %q sent on %q is unknown", s.Kind, s.On)
	}
	a.Demand.check(&c)
	return c
}

func (p Procedure) check(c *checks) {
	for _, l := range p.Costs {
		c.that(words[Dutch].Costing[l.What] != "", "cost %q is unknown", l.What)
		c.that(min(l.Own, l.Back, l.Lost) >= 0, "cost %q may not be negative", l.What)
		c.that(l.What != Lawyers || l.Own+l.Back+l.Lost == 0, "what a lawyer costs is no figure of ours")
		c.that(l.Back == 0 || l.What != FixedPrice, "nobody pays the price of our own work back")
	}
	lawyer := slices.ContainsFunc(p.Costs, func(l CostLine) bool { return l.What == Lawyers })
	c.that(len(p.Costs) == 0 || lawyer != p.Cantonal, "before the civil court, and only there, it must say that a lawyer comes on top")
	c.that(p.NoPrice == "" || slices.Contains(NoPrices, p.NoPrice), "why there is no fixed price is unknown: %q", p.NoPrice)
	c.that(len(p.Costs) == 0 || (p.price(FixedPrice) > 0) == (p.NoPrice == ""), "it must either have a fixed price or say why there is none")
}

func (s Standing) check(c *checks) {
	c.that(!s.Enforceable.IsZero(), "it must say until when the claim can be enforced")
	c.that(words[Dutch].Terms[s.Term] != "", "term of limitation %q is unknown", s.Term)
	for _, v := range s.Insolvencies {
		c.that(words[Dutch].Troubles[v.What] != "" && !v.From.IsZero(), "sign of insolvency %q since %q is unknown", v.What, v.From)
	}
	for _, r := range s.Searches {
		c.that(words[Dutch].Registers[r.Register] != "", "register %q is unknown", r.Register)
		c.that(r.On.IsZero() || words[Dutch].Entries[r.Said] != "", "register %q says what is unknown: %q", r.Register, r.Said)
		c.that(r.Connected || s.Region != "", "register %q is not connected, so the country must be named", r.Register)
	}
	for _, d := range s.Disputes {
		c.that(!d.Raised.IsZero() && d.Grounds != "", "a dispute must have a day and grounds")
	}
}
