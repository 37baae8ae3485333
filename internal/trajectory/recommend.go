package trajectory

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Ground is a fact of a claim that its client is told with the recommendation.
type Ground string

// The grounds of a recommendation.
const (
	Undisputed      Ground = "undisputed"       // the debtor never disputed the claim
	DisputePending  Ground = "dispute-pending"  // it is disputed, and nobody has judged that yet
	DisputeRejected Ground = "dispute-rejected" // it was disputed, and we judged that to be unfounded
	PartPaid        Ground = "part-paid"        // the debtor paid a part
	Acknowledged    Ground = "acknowledged"     // the debtor agreed to pay in instalments
	Solvent         Ground = "solvent"          // the insolvency register was asked, and no sign that the debtor cannot pay is known
	InsolvencyRisk  Ground = "insolvency-risk"  // signs that a judgment could not be enforced
	Dissolved       Ground = "dissolved"        // a company that is no more, as far as the file knows: nobody is left to summon
	AddressUnknown  Ground = "address-unknown"  // a summons may not reach the debtor
	CostsOutweigh   Ground = "costs-outweigh"   // who loses has spent more than there is to win
	ProofIncomplete Ground = "proof-incomplete" // documents that prove the claim as a rule are not held
	TimeBarred      Ground = "time-barred"      // nobody knows of an interruption that would keep it alive
	LimitationNear  Ground = "limitation-near"  // the last day comes within limitationNear
	LawyerNeeded    Ground = "lawyer-needed"    // the civil court decides (art. 79 lid 2 Rv): the costs that are known are not all
	CostsAgreed     Ground = "costs-agreed"     // a court may moderate agreed collection costs (art. 242 lid 1 Rv)
)

// limitationNear is, in days, how soon before its last day a claim is called near to it: a summons is written, served and heard in less.
const limitationNear = 180

// weighing is what the rules look at.
type weighing struct {
	facts     claim.Facts
	account   claim.Account
	procedure Procedure
	last      calendar.Date // on which the claim can be enforced
}

// grounds are the rules, in the order in which the client reads them. One that speaks against the court outweighs all that do not.
var grounds = []struct {
	why     Ground
	against bool
	holds   func(w weighing) bool
}{
	{Undisputed, false, func(w weighing) bool { return len(disputes(w.facts)) == 0 }},
	{DisputePending, true, func(w weighing) bool { return slices.ContainsFunc(disputes(w.facts), pending) }},
	{DisputeRejected, true, func(w weighing) bool {
		return len(disputes(w.facts)) > 0 && !slices.ContainsFunc(disputes(w.facts), pending)
	}},
	{PartPaid, false, func(w weighing) bool { return paidByDebtor(w.account) }},
	{Acknowledged, false, func(w weighing) bool { return len(w.facts.Arrangements) > 0 }},
	{Solvent, false, func(w weighing) bool { return searched(w.facts) && !insolvent(w) }},
	{InsolvencyRisk, true, insolvent},
	{Dissolved, true, dissolved},
	{AddressUnknown, true, func(w weighing) bool { return w.facts.Has(claim.FlagAddressUnknown, w.account.On) }},
	{CostsOutweigh, true, func(w weighing) bool { return w.procedure.Asked < w.procedure.Lost() }},
	{ProofIncomplete, false, func(w weighing) bool { return !w.facts.Proven() }},
	{TimeBarred, true, func(w weighing) bool { return Barred(w.facts, w.account.On) }},
	{LimitationNear, false, func(w weighing) bool {
		return !w.last.Before(w.account.On) && w.last.DaysSince(w.account.On) <= limitationNear
	}},
	{LawyerNeeded, false, func(w weighing) bool { return !w.procedure.Cantonal }},
	{CostsAgreed, false, func(w weighing) bool { return w.facts.Debtor.InBusiness && w.facts.Terms.CostsClause != law.Percent{} }},
}

// Recommend says what the client is advised after the amicable phase, with every ground: the court when nothing speaks against it, else what its agreement
// falls back on.
func Recommend(f claim.Facts, account claim.Account, p Procedure, fallback claim.Choice) (claim.Choice, []Ground) {
	w := weighing{f, account, p, Enforceable(f).LastDay}
	choice, found := claim.ChooseCourt, []Ground{}
	for _, g := range grounds {
		if !g.holds(w) {
			continue
		}
		if found = append(found, g.why); g.against {
			choice = fallback
		}
	}
	return choice, found
}

func disputes(f claim.Facts) []claim.Pause {
	return slices.DeleteFunc(slices.Clone(f.Pauses), func(p claim.Pause) bool { return p.Kind != claim.PauseDispute })
}

func pending(p claim.Pause) bool { return p.Outcome == "" }

// searched says whether the insolvency register was asked before the advice and knew of nothing.
func searched(f claim.Facts) bool {
	c, asked := beforeAdvice(f, claim.InsolvencyRegister)
	return asked && c.Found == claim.FoundNothing
}

// insolvent says whether a flag, or what a register said before the advice, is a sign that a judgment could not be enforced. That the business of a natural
// person is registered no more is none: its owner owes the debt. What cannot be so of the debtor is of somebody else.
func insolvent(w weighing) bool {
	return len(Insolvency(w.facts, w.account.On)) > 0 || slices.ContainsFunc(w.facts.Checks, func(c claim.Check) bool {
		gone := c.Found == claim.FoundDissolved && !w.facts.Debtor.NaturalPerson
		return c.BeforeAdvice() && c.Unlike(w.facts.Debtor) == "" && (gone || c.Found == claim.FoundCleanSlate || c.Found == claim.FoundBankruptcyEnded)
	})
}

// dissolved says whether a company is no more as far as the file knows: a register said so before the advice, or that its bankruptcy is over; or that ended and nobody has said how (art. 2:19 lid 1 BW).
func dissolved(w weighing) bool {
	told := slices.ContainsFunc(w.facts.Checks, func(c claim.Check) bool {
		return c.BeforeAdvice() && (c.Found == claim.FoundDissolved || c.Found == claim.FoundBankruptcyEnded)
	})
	unsaid, _ := (&decision{facts: w.facts, today: w.account.On}).slate()
	return !w.facts.Debtor.NaturalPerson && (told || unsaid != "")
}

// paidByDebtor says whether the debtor paid a part: what the client or the agency let go is no payment.
func paidByDebtor(account claim.Account) bool {
	return slices.ContainsFunc(account.Allocations, func(a claim.Allocation) bool {
		return a.Settlement.Kind == claim.PaidToAgency || a.Settlement.Kind == claim.PaidToClient
	})
}

// Insolvency gives the flags, up to and including a day, that are signs that the debtor cannot pay, the oldest first: bankruptcy, debt restructuring and debt
// counselling, also those that have ended. One that was taken back since its own day never was.
func Insolvency(f claim.Facts, on calendar.Date) []claim.Flag {
	flags := slices.DeleteFunc(slices.Clone(f.Flags), func(x claim.Flag) bool {
		insolvent := x.Kind == claim.FlagBankrupt || x.Kind == claim.FlagWSNP || x.Kind == claim.FlagDebtCounselling
		return !insolvent || x.From.After(on) || !x.Covers(x.From)
	})
	slices.SortStableFunc(flags, func(a, b claim.Flag) int { return a.From.Compare(b.From) })
	return flags
}
