package trajectory

import (
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path"
	"slices"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Library is every trajectory the agency has ever agreed, by pin, with the law they run under.
type Library struct {
	policies map[string]Policy
	newest   map[string]Policy // by id
	tables   law.Tables
	scales   settlement.Scales
	terms    settlement.TermsOf
	asks     []claim.Register
	plans    agreement.Plans
}

// ReadLibrary reads every trajectories/*.yaml and the tables of rates/. Two files with the same id and version are an error.
func ReadLibrary(data fs.FS) (*Library, error) {
	tables, err := readTables(data)
	if err != nil {
		return nil, err
	}
	l := &Library{policies: map[string]Policy{}, newest: map[string]Policy{}, tables: tables}
	if err := l.add(data, "trajectories/*.yaml"); err != nil {
		return nil, err
	}
	for _, kind := range []string{"consumer", "business"} {
		if l.newest[kind].ID == "" {
			return nil, fmt.Errorf("trajectories: no default trajectory with id %q", kind)
		}
	}
	return l, nil
}

// Beside gives the library with the trajectories of a directory of the agency's own beside them.
func (l *Library) Beside(dir fs.FS) (*Library, error) {
	own := &Library{maps.Clone(l.policies), maps.Clone(l.newest), l.tables, l.scales, l.terms, l.asks, l.plans}
	return own, own.add(dir, "*.yaml")
}

// add reads the files that match. Two with the same id and version are an error.
func (l *Library) add(data fs.FS, pattern string) error {
	files, err := fs.Glob(data, pattern)
	if err != nil {
		return err
	}
	for _, name := range files {
		text, err := fs.ReadFile(data, name)
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		p, err := ParsePolicy(path.Base(name), text)
		if err != nil {
			return err
		}
		if _, twice := l.policies[p.Pin()]; twice {
			return fmt.Errorf("%s: there is another trajectory %s", name, p.Pin())
		}
		l.policies[p.Pin()] = p
		if ofKind := p.ID == "consumer" || p.ID == "business"; p.Version >= l.newest[p.ID].Version && (!ofKind || p.ID == p.For) {
			l.newest[p.ID] = p
		}
	}
	return nil
}

func readTables(data fs.FS) (law.Tables, error) {
	rates, err := fs.Sub(data, "rates")
	if err != nil {
		return law.Tables{}, err
	}
	return law.ReadTables(rates)
}

// Under gives the same trajectories under other tables of law: those that an agency keeps itself.
func (l *Library) Under(tables law.Tables) *Library {
	return &Library{l.policies, l.newest, tables, l.scales, l.terms, l.asks, l.plans}
}

// Charging gives the same trajectories with the commission that the agreement charges in its exceptions.
func (l *Library) Charging(scales settlement.Scales) *Library {
	return &Library{l.policies, l.newest, l.tables, scales, l.terms, l.asks, l.plans}
}

// Settling gives the same trajectories with how what comes in is settled with clients.
func (l *Library) Settling(terms settlement.TermsOf) *Library {
	return &Library{l.policies, l.newest, l.tables, l.scales, terms, l.asks, l.plans}
}

// Asking gives the same trajectories where these registers are connected. Without any, none is asked.
func (l *Library) Asking(registers ...claim.Register) *Library {
	return &Library{l.policies, l.newest, l.tables, l.scales, l.terms, registers, l.plans}
}

// Offering gives the same trajectories with the plans of the agency, whose court procedure clients can take at a fixed price. Without any, none is offered.
func (l *Library) Offering(plans agreement.Plans) *Library {
	return &Library{l.policies, l.newest, l.tables, l.scales, l.terms, l.asks, plans}
}

// With gives the same library with one more trajectory, which is the default for its kind of debtor there and stands in the place of one with its pin.
func (l *Library) With(p Policy) *Library {
	policies, newest := maps.Clone(l.policies), maps.Clone(l.newest)
	policies[p.Pin()], newest[p.For] = p, p
	return &Library{policies, newest, l.tables, l.scales, l.terms, l.asks, l.plans}
}

// Knowing gives the same library with more trajectories, to which claims can change; none of them is a default.
func (l *Library) Knowing(more ...Policy) *Library {
	policies := maps.Clone(l.policies)
	for _, p := range more {
		policies[p.Pin()] = p
	}
	return &Library{policies, l.newest, l.tables, l.scales, l.terms, l.asks, l.plans}
}

// Tables is the law.
func (l *Library) Tables() law.Tables { return l.tables }

// Policies are all trajectories, by pin.
func (l *Library) Policies() iter.Seq2[string, Policy] { return maps.All(l.policies) }

// Default is the newest default trajectory for a kind of debtor.
func (l *Library) Default(kind claim.DebtorKind) Policy {
	if kind.Consumer() {
		return l.newest["consumer"]
	}
	return l.newest["business"]
}

// Agreed is the newest trajectory of an id that a client agreed to for a kind of debtor, or the default when it agreed to none. One that is not there, or is for
// other debtors, is an error.
func (l *Library) Agreed(id string, kind claim.DebtorKind) (Policy, error) {
	p := l.Default(kind)
	if id == "" {
		return p, nil
	}
	agreed, known := l.newest[id]
	switch {
	case !known:
		return p, fmt.Errorf("there is no trajectory %q; right would be one of %v", id, slices.Sorted(maps.Keys(l.newest)))
	case agreed.For != p.For:
		return p, fmt.Errorf("trajectory %s is for %s debtors; right would be one for %s debtors", id, agreed.For, p.For)
	}
	return agreed, nil
}

// Policy is the trajectory with this pin, if it is there.
func (l *Library) Policy(pin string) (Policy, bool) {
	p, ok := l.policies[pin]
	return p, ok
}

// Pins lists the trajectories, in order.
func (l *Library) Pins() []string { return slices.Sorted(maps.Keys(l.policies)) }

// Rules gives what a claim is decided by: the trajectory it is pinned to and the law. A pin that is not in the library is an error.
func (l *Library) Rules(f claim.Facts) (Rules, error) {
	p, ok := l.policies[f.Trajectory]
	if !ok {
		return Rules{}, fmt.Errorf("claim %s is pinned to trajectory %s, which is not there; put its file back", f.ClaimID, f.Trajectory)
	}
	return Rules{p, l.tables, l.scales, l.terms, l.asks, l.plans}, nil
}
