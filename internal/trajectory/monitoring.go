package trajectory

import (
	"fmt"
	"slices"

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
