package trajectory

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Monitoring is the rhythm and the length of debt monitoring.
type Monitoring struct {
	LetterEveryMonths int `yaml:"letter_every_months" json:"letter_every_months"`
	Years             int `yaml:"years" json:"years"`
	// InterruptBeforeDays is how many days before a claim is time-barred limitation is interrupted by letter, at any stage until a summons is served; 90 when left out.
	InterruptBeforeDays *int `yaml:"interrupt_before_days" json:"interrupt_before_days,omitempty"`
	// ProveInterruption asks a person to send that letter by registered post too, and to keep the proof.
	ProveInterruption bool        `yaml:"prove_interruption" json:"prove_interruption,omitempty"`
	Checks            []CheckRule `yaml:"checks" json:"checks,omitzero"` // left out: those of defaultChecks; an empty list: none
}

// CheckRule is how often a register is asked, counted from the day on which monitoring begins.
type CheckRule struct {
	Register    claim.Register `yaml:"register" json:"register"`
	EveryMonths int            `yaml:"every_months" json:"every_months"`
	For         string         `yaml:"for" json:"for,omitempty"` // natural-person or business; left out: every debtor
}

// Whom a register is asked about. A sole trader is both.
const (
	forNaturalPersons = "natural-person"
	forBusinesses     = "business"
)

// defaultChecks holds where a trajectory does not say: a missed insolvency costs the claim its place among the creditors, so that is asked twice a year.
var defaultChecks = []CheckRule{
	{Register: claim.InsolvencyRegister, EveryMonths: 6},
	{Register: claim.CompanyRegister, EveryMonths: 12, For: forBusinesses},
	{Register: claim.AddressRegister, EveryMonths: 12, For: forNaturalPersons},
}

// defaultInterruptBefore leaves time for a letter that comes back, and for a person after that.
const defaultInterruptBefore = 90

// Bounds of interrupt_before_days: less than a letter needs that comes back, or more than half the shortest term of limitation, is no guard.
const leastInterruptBefore, mostInterruptBefore = 30, 365

func (m Monitoring) interruptBefore() int { return or(m.InterruptBeforeDays, defaultInterruptBefore) }

func (m Monitoring) checkInterruption(f *findings) {
	if days := m.interruptBefore(); days < leastInterruptBefore || days > mostInterruptBefore {
		f.within("monitoring", "interrupt_before_days", "%d is not %d to %d; left out it is %d", days, leastInterruptBefore, mostInterruptBefore, defaultInterruptBefore)
	}
}

// rules are the checks for a kind of debtor, of the registers that are connected.
func (m Monitoring) rules(kind claim.DebtorKind, connected []claim.Register) (rules []CheckRule) {
	all := m.Checks
	if all == nil {
		all = defaultChecks
	}
	for _, rule := range all {
		if slices.Contains(connected, rule.Register) && rule.covers(kind) {
			rules = append(rules, rule)
		}
	}
	return rules
}

func (c CheckRule) covers(kind claim.DebtorKind) bool {
	switch c.For {
	case forNaturalPersons:
		return kind.NaturalPerson
	case forBusinesses:
		return kind.InBusiness
	}
	return true
}

// mostYears is how long debt monitoring goes on at most.
const mostYears = 20

func (m Monitoring) check() error {
	if m.LetterEveryMonths < 1 || m.Years < 1 {
		return fmt.Errorf("needs letter_every_months and years")
	}
	if m.Years > mostYears {
		return fmt.Errorf("years: %d is more than %d", m.Years, mostYears)
	}
	seen := map[claim.Register]bool{}
	for i, rule := range m.Checks {
		switch {
		case !slices.Contains(claim.Registers(), rule.Register) || seen[rule.Register]:
			return fmt.Errorf("checks: %d: register %q is not one of %v, each once", i+1, rule.Register, claim.Registers())
		case rule.EveryMonths < 1:
			return fmt.Errorf("checks: %d (%s): every_months is 1 or more", i+1, rule.Register)
		case rule.For != "" && rule.For != forNaturalPersons && rule.For != forBusinesses:
			return fmt.Errorf("checks: %d (%s): for: %q is not %s or %s; leave it out for every debtor", i+1, rule.Register, rule.For, forNaturalPersons, forBusinesses)
		}
		seen[rule.Register] = true
	}
	return nil
}

// monitoring: the first action starts it, then a letter goes out each period, until the years are over. One whose term would not end before that does not.
func (d *decision) monitoring() (Action, bool) {
	if d.facts.Decision == nil || d.facts.Decision.Choice != claim.ChooseMonitoring {
		return Action{}, false
	}
	from := d.facts.MonitoredFrom
	if from.IsZero() {
		return Action{Kind: ActMonitor, Stage: StageMonitoring, Due: d.now, Reason: "decided: debt monitoring"}, true
	}
	policy, ends := d.rules.Policy.Monitoring, d.yearsEnd()
	cycle, own := d.period()
	day, later := d.spaced(MonitoringLetter, own)
	day, later = d.afterTerms(claim.Letter{}, day, later, d.corrections()...)
	due := d.contact(day, fmt.Sprintf("%s/%d", MonitoringLetter, cycle))
	if !calendar.DateOf(due).AddDays(monitoringTerm).Before(ends) {
		return d.endOfYears(claim.StatusClosed), true
	}
	channel, ok := d.channel(MonitoringLetter, cycle, []string{ChannelPost, ChannelEmail})
	switch {
	case d.awaited(claim.DissolvedTask):
		return Action{
			Kind: ActWait, Stage: StageMonitoring, Task: claim.DissolvedTask, Due: d.at(ends),
			Reason: "the company is dissolved: no periodic letter leaves until a person has found out whether anything is left for creditors (art. 2:19 and 2:23c BW)",
		}, true
	case claim.TimeBarredProblem(d.today, d.lapses) != "": // a person is asked already: see lapsed
		return d.monitoringBarred(ends), true
	case !ok:
		ask := d.person(FindAddress, "no channel is left to reach the debtor: an address is needed")
		if ask.Kind == ActWait {
			ask.Due = d.at(ends) // monitoring ends with or without an address
		}
		return ask, true
	}
	why := fmt.Sprintf("periodic letter %d, every %d months since %s; it also interrupts limitation (art. 3:317 BW)", cycle, policy.LetterEveryMonths, from)
	if _, tried := d.letterOf(MonitoringLetter, cycle); !tried {
		why += d.isLate(own)
	}
	return Action{
		Kind: ActMonitorYear, Step: MonitoringLetter, Letter: MonitoringLetter, Cycle: cycle, Channel: channel, Term: monitoringTerm, Stage: StageMonitoring,
		Due:       due,
		Reason:    why,
		NotSooner: cmp.Or(later, "a letter a period is enough while nothing changes"),
	}, true
}

// monitoringBarred waits for what interrupted limitation. What else a letter would wait for is asked besides: either answer can end the claim.
func (d *decision) monitoringBarred(ends calendar.Date) Action {
	a := Action{
		Kind: ActWait, Stage: StageMonitoring, Task: InterruptByHand + d.lapses.String(), Due: d.at(ends),
		Reason: fmt.Sprintf("the claim was time-barred after %s, as far as the file knows: no periodic letter leaves unless it is recorded what interrupted limitation by then (claim interrupted)", d.lapses),
	}
	if task, _ := d.slate(); task != "" {
		a.Reason += fmt.Sprintf("; how the debtor's insolvency ended is asked too (task %s)", task)
	}
	return a
}

// period is the next periodic letter of debt monitoring: its number, which goes on from that of the last letter whatever the rhythm was then, and its day. A
// period that comes within half a period of the last letter (one that was late after a hold or an outage, or an interruption), or of the day an operator skipped
// it, is left out: no burst.
func (d *decision) period() (number int, day calendar.Date) {
	from, months := d.facts.MonitoredFrom, d.rules.Policy.Monitoring.LetterEveryMonths
	following := func(last calendar.Date) (period int) {
		for period = 1; !from.AddMonths(months * period).After(last.AddMonths(months / 2)); {
			period++
		}
		return period
	}
	left, used := from, 0
	for _, letter := range d.facts.Letters {
		if letter.Step == MonitoringLetter && letter.Left() {
			left, used = calendar.Max(left, letter.On), max(used, letter.Cycle)
		}
	}
	next := following(calendar.Max(left, calendar.Max(d.facts.SkippedOn(MonitoringLetter), d.lastLeft(InterruptionLetter))))
	return used + 1 + next - following(left), from.AddMonths(months * next)
}
