package claim

import (
	"cmp"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

// Stop is a fact about the debtor for which dunning stops at once: no letter leaves while it is so. The table below is the whole list; the CHECK in
// the schema and the docs are tested against it.
type Stop struct {
	Kind         string // of the flag
	Article      string
	OnlyPerson   bool   // it can be so of a natural person only: a consumer or a sole trader
	EndsInterest bool   // no interest runs from the flag's day, that day included
	Instead      string // who is written to instead of the debtor; empty when the debtor is
	Todo         string // what the operator does about it
}

// stops are in order of weight: the first that is set names what the claim waits for. Only the bankruptcy order (art. 128 Fw: interest from then on
// cannot be lodged) and the ruling of debt restructuring (art. 303 lid 1 Fw: none is owed) end the interest; collection costs that were due stay owed, and none
// come due: of a consumer whose 14 days had not run out (see Facts.Broken), and in business (see Facts.unhindered).
var stops = []Stop{
	{FlagBankrupt, "art. 26 and 128 Fw", false, true, "", "the debtor is bankrupt: lodge the claim with the trustee, with interest up to the day before the order, and inform the client"},
	{FlagWSNP, "art. 299 and 303 Fw", true, true, "", "debt restructuring (WSNP) applies: lodge the claim with the WSNP administrator, with interest up to the day before the ruling, and inform the client"},
	{FlagDeceased, "art. 4:184 BW", true, false, "the heirs", "the debtor has died: find the executor or the heirs and write to them with condolences; the claim is on the estate"},
	{FlagGuardianship, "art. 1:381 BW", true, false, "the guardian", "the debtor is under guardianship (curatele): write to the guardian only, and check whether the debtor could enter into the agreement"},
	{FlagAdministration, "art. 1:438 BW", true, false, "the administrator", "the debtor's property is under administration (bewind): write to the administrator only, and ask for a proposal"},
	{FlagMinor, "art. 1:234 BW", true, false, "the legal representative", "the debtor is a minor: write to the legal representative only, and check whether they agreed to the agreement"},
	{FlagDebtCounselling, "art. 4.1 Besluit kwaliteit incassodienstverlening", false, false, "", "the debtor is in debt counselling: send the counsellor a statement of the debt, and wait for a proposal"},
	{FlagVulnerable, "art. 4.1 Besluit kwaliteit incassodienstverlening", false, false, "", "the debtor is vulnerable: call, point out the municipality's help with debts, and agree what is feasible"},
}

// The stop flags.
const (
	FlagBankrupt        = "bankrupt"
	FlagWSNP            = "wsnp"
	FlagDeceased        = "deceased"
	FlagGuardianship    = "guardianship"   // curatele
	FlagAdministration  = "administration" // bewind
	FlagMinor           = "minor"
	FlagDebtCounselling = "debt-counselling"
	FlagVulnerable      = "vulnerable"
)

// Stops lists every stop flag, the weightiest first.
func Stops() []Stop { return slices.Clone(stops) }

// StopOf is the stop flag of a kind, if that kind is one.
func StopOf(kind string) (Stop, bool) {
	i := slices.IndexFunc(stops, func(s Stop) bool { return s.Kind == kind })
	if i < 0 {
		return Stop{}, false
	}
	return stops[i], true
}

// StopTask starts the key of the task that a stop flag opens.
const StopTask = "stopped:"

// Fits says why the flag cannot be set of a debtor, and what would be right; empty when it can. Debt restructuring is for natural persons (art. 284 Fw), as
// are death, guardianship, administration of property and being a minor.
func (s Stop) Fits(debtor DebtorKind) string {
	if s.OnlyPerson && !debtor.NaturalPerson {
		return s.Kind + " is of a natural person (consumer or sole trader), and the debtor is a " + debtor.String() + "; right would be bankrupt, debt-counselling or vulnerable, or, as the kind of a debtor cannot be changed, that the client takes back a claim on the wrong one (claim withdraw)"
	}
	return ""
}

// Task is the key of the task that the flag opens.
func (s Stop) Task() string { return StopTask + s.Kind }

// FlagKinds lists every flag there is.
func FlagKinds() []string {
	kinds := make([]string, 0, len(stops)+2)
	for _, s := range stops {
		kinds = append(kinds, s.Kind)
	}
	return append(kinds, FlagAddressUnknown, FlagEmailBounced)
}

// StoppedBy gives the stop flags that are set on day, the weightiest first.
func (f Facts) StoppedBy(day calendar.Date) (set []Stop) {
	for _, s := range stops {
		if f.Has(s.Kind, day) {
			set = append(set, s)
		}
	}
	return set
}

// NoInterest gives the flags that cover days, up to and including day, on which no interest runs by law, in order of their first.
func (f Facts) NoInterest(day calendar.Date) []Flag {
	flags := slices.DeleteFunc(slices.Clone(f.Flags), func(flag Flag) bool {
		stop, _ := StopOf(flag.Kind)
		return !stop.EndsInterest || flag.From.After(day) || !flag.Covers(flag.From)
	})
	slices.SortStableFunc(flags, func(a, b Flag) int { return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Kind, b.Kind)) })
	return flags
}

// withoutStops is the table of the interest with none on the days that a flag covers.
func (f Facts) withoutStops(table law.InterestTable, day calendar.Date) law.InterestTable {
	for _, flag := range f.NoInterest(day) {
		table = table.Without(flag.From, flag.Until)
	}
	return table
}

// interestRunsTo is the last day, up to and including day, on which interest runs, and the flag that ends it before day, if one does.
func (f Facts) interestRunsTo(day calendar.Date) (last calendar.Date, by Flag) {
	flags := f.NoInterest(day)
	for last = day; ; last = by.From.AddDays(-1) {
		i := slices.IndexFunc(flags, func(flag Flag) bool { return flag.Covers(last) })
		if i < 0 {
			return last, by
		}
		by = flags[i]
	}
}
