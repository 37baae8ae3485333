// Package registers asks registers about debtors, before the escalation advice and during debt monitoring: which are connected, in which region each answers, and what was said.
// It must not decide when a register is asked or what follows from its answer (trajectory and claim do), and must not hand on a name.
package registers

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Region is where an adapter has its answers made: where particulars of debtors go.
type Region string

// EU is the only region that the processing agreement allows (art. 3.4, requirement P2).
const EU Region = "EU"

// Answer is what a register says: a category, and from which day on it is so, that day included; no day for nothing.
type Answer struct {
	Found claim.Finding
	Since calendar.Date
}

// Source is an adapter of one or more registers. An error is that it does not answer; it may name a file and a line, never a debtor.
type Source interface {
	Region() Region
	Ask(ctx context.Context, register claim.Register, subject string, on calendar.Date) (Answer, error)
}

// Desk asks each register where it is connected. The zero value has none.
type Desk struct{ sources map[claim.Register]Source }

// RegionError says that an adapter would take particulars of debtors out of the EU.
type RegionError struct {
	Register claim.Register
	Region   Region
}

func (e *RegionError) Error() string {
	return fmt.Sprintf("registers.%s: its adapter answers from %q; right would be one in the %s (processing agreement, art. 3.4)", e.Register, e.Region, EU)
}

// Connect gives a desk with these sources, or a *RegionError.
func Connect(sources map[claim.Register]Source) (*Desk, error) {
	for _, register := range slices.Sorted(maps.Keys(sources)) {
		if region := sources[register].Region(); region != EU {
			return nil, &RegionError{register, region}
		}
	}
	return &Desk{sources}, nil
}

// Registers lists the registers that are connected.
func (d *Desk) Registers() []claim.Register { return slices.Sorted(maps.Keys(d.sources)) }

// Ask asks a register what is so of a subject, which is the id of a claim of the debtor, on a day.
func (d *Desk) Ask(ctx context.Context, register claim.Register, subject string, on calendar.Date) (Answer, error) {
	source, ok := d.sources[register]
	if !ok {
		return Answer{}, fmt.Errorf("the %s register is not connected", register)
	}
	return source.Ask(ctx, register, subject, on)
}
