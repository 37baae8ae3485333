package registers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Scripted is a fake: every register, with answers from a script that are the same for every debtor. It is for tests and demonstrations.
type Scripted struct{ entries []entry }

// Script reads lines like "2030-03-01 insolvency bankrupt", and "2030-03-01 insolvency no-answer" for a register that is down until its next line.
func Script(lines ...string) (*Scripted, error) {
	s := &Scripted{}
	for _, line := range lines {
		words := strings.Fields(line)
		if len(words) != 3 {
			return nil, fmt.Errorf("script %q: right would be a day, a register and what it says", line)
		}
		on, err := calendar.ParseDate(words[0])
		if err != nil {
			return nil, fmt.Errorf("script %q: %w", line, err)
		}
		e := entry{register: claim.Register(words[1]), found: claim.Finding(words[2]), on: on}
		if !slices.Contains(e.register.Findings(), e.found) {
			return nil, fmt.Errorf("script %q: the register says one of %v", line, e.register.Findings())
		}
		s.entries = append(s.entries, e)
	}
	return s, nil
}

// Region is that of a fake, which sends nothing anywhere.
func (s *Scripted) Region() Region { return EU }

// errDown is how a register that the script has down answers.
var errDown = errors.New("the register is down")

// Ask gives what the script says of a day.
func (s *Scripted) Ask(_ context.Context, register claim.Register, subject string, on calendar.Date) (Answer, error) {
	said := answer(s.entries, register, subject, on)
	if said.Found == claim.NoAnswer {
		return Answer{}, errDown
	}
	return said, nil
}
