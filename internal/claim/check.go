package claim

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Register is a register that is asked about the debtor, before the escalation advice and during debt monitoring (requirements S8 and S20).
type Register string

// The registers.
const (
	InsolvencyRegister Register = "insolvency" // bankruptcies and debt restructuring (art. 19a and 294 Fw)
	CompanyRegister    Register = "company"
	AddressRegister    Register = "address"
)

// Registers lists every register; the CHECK in the schema is tested against it.
func Registers() []Register {
	return []Register{InsolvencyRegister, CompanyRegister, AddressRegister}
}

// Finding is what a register says of a debtor: a category, never a name.
type Finding string

// What a register can say. NoAnswer is that it said nothing.
const (
	FoundNothing         Finding = "none"
	FoundBankrupt        Finding = "bankrupt"
	FoundWSNP            Finding = "wsnp"
	FoundBankruptcyEnded Finding = "bankruptcy-ended" // without a distribution that paid the claim
	FoundCleanSlate      Finding = "clean-slate"      // the end of a WSNP after which the rest cannot be enforced (art. 358 lid 1 Fw)
	FoundDebtCounselling Finding = "debt-counselling"
	FoundDissolved       Finding = "dissolved"
	FoundDeceased        Finding = "deceased"
	FoundMoved           Finding = "moved"
	NoAnswer             Finding = "no-answer"
)

// findings is which register can say what. The table is the whole list; the CHECK in the schema is tested against it.
var findings = map[Finding][]Register{
	FoundNothing: Registers(), NoAnswer: Registers(),
	FoundBankrupt: {InsolvencyRegister, CompanyRegister}, FoundBankruptcyEnded: {InsolvencyRegister}, FoundWSNP: {InsolvencyRegister}, FoundCleanSlate: {InsolvencyRegister},
	FoundDebtCounselling: {InsolvencyRegister}, FoundDissolved: {CompanyRegister}, FoundDeceased: {AddressRegister}, FoundMoved: {CompanyRegister, AddressRegister},
}

// Findings lists what a register can say, in alphabetical order.
func (r Register) Findings() (list []Finding) {
	for finding, registers := range findings {
		if slices.Contains(registers, r) {
			list = append(list, finding)
		}
	}
	slices.Sort(list)
	return list
}

// CycleBeforeAdvice is the cycle of the looks before the escalation advice.
const CycleBeforeAdvice = -1

// Check is one look at a register. Cycle 0 is the one with which monitoring begins, CycleBeforeAdvice that before the escalation advice; Try counts from 1 within a cycle. Since is the day from which what was
// found is so, that day included; zero for nothing and for no answer.
type Check struct {
	Register Register      `json:"register"`
	Cycle    int           `json:"cycle"`
	Try      int           `json:"try"`
	On       calendar.Date `json:"on"`
	Found    Finding       `json:"found"`
	Since    calendar.Date `json:"since,omitzero"`
	Cause    string        `json:"cause,omitempty"` // why there was no answer; for the case file only
}

// BeforeAdvice says whether it is a look for the escalation advice, not one of debt monitoring.
func (c Check) BeforeAdvice() bool { return c.Cycle == CycleBeforeAdvice }

// Sound says whether it is an answer that the register can give on that day: one of its own words, of something that is so already.
func (c Check) Sound() bool {
	quiet := c.Found == FoundNothing || c.Found == NoAnswer
	return slices.Contains(findings[c.Found], c.Register) && c.Since.IsZero() == quiet && !c.Since.After(c.On)
}

// Consequence is what follows from an answer of a register. At most a flag is set or ended, a task opened, or monitoring ended.
type Consequence struct {
	Set, Clear string // kind of a flag
	Task, Todo string
	Ends       Ending
}

// The tasks that an answer opens. FindAddressTask also is the one for a debtor whom no letter reaches.
const (
	FindAddressTask     = "find-address"
	InsolvencyEndedTask = "insolvency-ended"
	DissolvedTask       = "dissolved"
	WrongAnswerTask     = "wrong-answer"
)

// Consequence is what follows from a check for its claim. before is what the register answered last, the zero value when it never did: what it says again
// changes nothing, so what a person made of it stands.
func (c Check) Consequence(f Facts, before Check) Consequence {
	if c.Found == before.Found && c.Since == before.Since {
		return Consequence{}
	}
	if problem := c.Unlike(f.Debtor); problem != "" {
		return Consequence{Task: WrongAnswerTask, Todo: "a register gave an answer that cannot be: " + problem + ". Find out whether it is about this debtor, and record what is so (claim flag)"}
	}
	switch c.Found {
	case FoundBankrupt, FoundWSNP, FoundDeceased, FoundDebtCounselling:
		return Consequence{Set: string(c.Found)} // the flag has the same name, see the test
	case FoundMoved:
		return Consequence{Set: FlagAddressUnknown, Task: FindAddressTask, Todo: "a register says that the debtor has moved: find the new address and correct it (claim debtor)"}
	case FoundDissolved:
		if f.Debtor.NaturalPerson {
			return Consequence{Task: DissolvedTask, Todo: "the business is not registered any more; its owner still owes the debt: see whether the address is still right (claim debtor)"}
		}
		if c.BeforeAdvice() {
			return Consequence{Task: DissolvedTask, Todo: "the company is dissolved: find out whether anything is left for creditors (art. 2:19 and 2:23c BW) and tell the client, who is being advised"}
		}
		return Consequence{Task: DissolvedTask, Todo: "the company is dissolved: find out whether anything is left for creditors (art. 2:19 and 2:23c BW); if nothing is, end monitoring (claim stop-monitoring)"}
	case FoundCleanSlate:
		if c.BeforeAdvice() {
			return unenforceable
		}
		return Consequence{Ends: EndInsolvency}
	case FoundBankruptcyEnded:
		return c.bankruptcyEnded(f)
	case FoundNothing:
		if (before.Found == FoundBankrupt || before.Found == FoundWSNP) && before.Unlike(f.Debtor) == "" {
			return howItEnded
		}
	case NoAnswer:
	}
	return Consequence{}
}

// Unlike says why what was found cannot be so of the debtor; empty when it can. Debt restructuring and its clean slate (art. 284 and 358 Fw) and death are of
// natural persons: of a company such an answer is about somebody else, or the debtor is not what the client said, so that nothing else follows from it.
func (c Check) Unlike(debtor DebtorKind) string {
	flag := string(c.Found)
	if c.Found == FoundCleanSlate {
		flag = FlagWSNP // which it ends
	}
	stop, _ := StopOf(flag)
	return stop.Fits(debtor)
}

var howItEnded = Consequence{Task: InsolvencyEndedTask, Todo: "the insolvency has ended: find out how; clear the flag if the claim can be collected (art. 195 Fw), else end monitoring (claim stop-monitoring)"}

// unenforceable: what would end debt monitoring does not end a claim of which the client has not decided yet. It is told in the advice, and a person looks.
var unenforceable = Consequence{Task: InsolvencyEndedTask, Todo: "a register says that an insolvency has ended after which the rest cannot be enforced (art. 358 lid 1 Fw; of a company art. 2:19 lid 1 BW): find out whether this claim fell under it and tell the client, who is being advised"}

// bankruptcyEnded: a company is no more after it (art. 2:19 lid 1 onder c BW); a natural person owes what was not paid, and can be written to again
// (art. 195 Fw). What is cleared must have begun before.
func (c Check) bankruptcyEnded(f Facts) Consequence {
	switch {
	case !f.Debtor.NaturalPerson && c.BeforeAdvice():
		return unenforceable
	case !f.Debtor.NaturalPerson:
		return Consequence{Ends: EndInsolvency}
	}
	set := slices.DeleteFunc(slices.Clone(f.Flags), func(x Flag) bool { return x.Kind != FlagBankrupt || !x.Until.IsZero() })
	if len(set) == 0 || slices.ContainsFunc(set, func(x Flag) bool { return !x.From.Before(c.Since) }) {
		return howItEnded
	}
	return Consequence{Clear: FlagBankrupt}
}

// Ending is why debt monitoring of a claim ends before it is paid and before its years are over.
type Ending string

// The endings.
const (
	EndWish       Ending = "client"
	EndInsolvency Ending = "insolvency"
	EndEstate     Ending = "no-estate"
	EndAssets     Ending = "no-assets"
)

// ending is a row of the table of endings.
type ending struct {
	reason string
	needs  string // what the file must say first; empty: nothing
	holds  func(Facts) bool
}

var endings = map[Ending]ending{
	EndWish:       {"the client wants no more debt monitoring", "", func(Facts) bool { return true }},
	EndInsolvency: {"the insolvency has ended and what is left cannot be enforced (art. 358 lid 1 Fw and 6:3 BW; of a company art. 2:19 lid 1 BW)", "that the WSNP of a natural person or the bankruptcy of a company has ended, by the insolvency register or by its flag (claim flag --clear); what a bankruptcy leaves a natural person owes still (art. 195 Fw). If the client wants no more debt monitoring, right would be the ending client", Facts.insolvencyEnded},
	EndEstate:     {"the debtor died and left nothing for creditors (art. 4:7 and 4:184 BW)", "that the debtor has died (claim flag)", func(f Facts) bool { return f.ever(FlagDeceased) }},
	EndAssets:     {"the company is dissolved and left nothing (art. 2:19 BW)", "a company that the register says is dissolved, or whose bankruptcy has ended (claim flag --clear); otherwise close the claim for what is so (claim close)", Facts.dissolved},
}

// Endings lists every ending; the CHECK in the schema is tested against it.
func Endings() []Ending { return []Ending{EndWish, EndInsolvency, EndEstate, EndAssets} }

// Reason tells why, with the articles.
func (e Ending) Reason() string { return endings[e].reason }

// Unknown says that there is no such ending, and which there are; empty when it is one.
func (e Ending) Unknown() string {
	if _, known := endings[e]; known {
		return ""
	}
	return "\"" + string(e) + "\" is not client, insolvency, no-estate or no-assets"
}

// MayEnd says why debt monitoring cannot end in this way, and what would be right; empty when it can.
func (f Facts) MayEnd(e Ending) string {
	row, unknown := endings[e], e.Unknown()
	switch {
	case unknown != "":
		return unknown
	case f.Status.Final():
		return "the claim is " + string(f.Status)
	case f.Upheld():
		return f.UpheldProblem()
	case f.MonitoredFrom.IsZero() && f.Decision != nil && f.Decision.Choice == ChooseMonitoring:
		return fmt.Sprintf("debt monitoring was chosen on %s and has not begun, since the claim waits (claim show says for what); right would be to ask it once it has begun, a withdrawal, or an operator who closes the claim (claim close)", f.Decision.On)
	case f.MonitoredFrom.IsZero():
		return "the claim is not being monitored; right would be the decision of the client (claim decide) or a withdrawal"
	case !row.holds(f):
		return string(e) + " needs " + row.needs
	}
	return ""
}

// insolvencyEnded says whether the file has it that an insolvency has ended of which the rest cannot be enforced: the WSNP of a natural person (art. 358 lid 1 Fw), the bankruptcy of a
// company (art. 2:19 lid 1 BW). Its register says so, or names it no more; or its flag has ended. One that has begun since, or of which nobody says that it is over, runs.
func (f Facts) insolvencyEnded() bool {
	kind, found := FlagBankrupt, FoundBankruptcyEnded
	if f.Debtor.NaturalPerson {
		kind, found = FlagWSNP, FoundCleanSlate
	}
	noMore := slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Key == InsolvencyEndedTask }) && f.ever(kind)
	var said calendar.Date // from which day none runs, as the register has it
	for _, c := range f.Checks {
		switch {
		case c.Register != InsolvencyRegister:
		case c.Found == found:
			said = c.Since
		case noMore && (c.Found == FoundNothing || c.Found == NoAnswer):
			said = c.On
		}
	}
	ended := func(x Flag) bool { return x.Kind == kind && x.Covers(x.From) && !x.Until.IsZero() }
	runs := func(x Flag) bool {
		return (x.Kind == FlagBankrupt || x.Kind == FlagWSNP) && x.Until.IsZero() && (said.IsZero() || x.From.After(said))
	}
	return (!said.IsZero() || slices.ContainsFunc(f.Flags, ended)) && !slices.ContainsFunc(f.Flags, runs)
}

// dissolved says whether the file has it that a company is no more: its register says so, or did before it gave no answer, or its bankruptcy has ended
// (art. 2:19 lid 1 BW; a bankruptcy that is lifted dissolves it, unless it is set aside on appeal, which takes the flag back as a mistake).
func (f Facts) dissolved() bool {
	told := slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Key == DissolvedTask })
	said := slices.ContainsFunc(f.Checks, func(c Check) bool {
		return c.Register == CompanyRegister && (c.Found == FoundDissolved || c.Found == NoAnswer && told)
	})
	ended := slices.ContainsFunc(f.Flags, func(x Flag) bool { return x.Kind == FlagBankrupt && x.Covers(x.From) && !x.Until.IsZero() })
	return !f.Debtor.NaturalPerson && (said || ended)
}

// ever says whether a flag was set at any time, and not as a mistake.
func (f Facts) ever(kind string) bool {
	return slices.ContainsFunc(f.Flags, func(x Flag) bool { return x.Kind == kind && x.Covers(x.From) })
}
