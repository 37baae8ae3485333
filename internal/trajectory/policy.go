// Package trajectory decides: which action comes next for a claim, on which day, why, and why not sooner. It is pure: values in, value out.
// It must not read clocks, storage or configuration files, and it must not act.
package trajectory

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Policy is one agreed trajectory: data that an agency edits, pinned by id and version.
type Policy struct {
	File          string       `yaml:"-" json:"-"` // from which it was read, without its directory
	ID            string       `yaml:"id" json:"id"`
	Version       int          `yaml:"version" json:"version"`
	For           string       `yaml:"for" json:"for"` // consumer or business
	MinimumDemand money.Amount `yaml:"minimum_demand" json:"minimum_demand"`
	Spacing       int          `yaml:"spacing" json:"spacing"`               // days at least between two letters that ask the debtor to pay; 3 when not given
	DebtorSpacing int          `yaml:"debtor_spacing" json:"debtor_spacing"` // the same between letters to one debtor for several claims, of any client; 1 when not given
	LateAfter     int          `yaml:"late_after" json:"late_after"`         // days after its own by which a step is late; 7 when not given
	Steps         []Step       `yaml:"steps" json:"steps"`
	Advice        Offset       `yaml:"advice" json:"advice"`
	Decision      DecisionTerm `yaml:"decision" json:"decision"`
	Monitoring    Monitoring   `yaml:"monitoring" json:"monitoring"`
	Court         Court        `yaml:"court" json:"court,omitzero"`
	Hold          Review       `yaml:"hold" json:"hold,omitzero"`       // one without an end
	Stopped       Review       `yaml:"stopped" json:"stopped,omitzero"` // a stop flag of which somebody has done what it asks
}

// Step is one letter of the trajectory, or a call. Its day is the offset after its anchor; Term is the number of days the letter gives to pay.
type Step struct {
	ID       string `yaml:"step" json:"step"`
	Letter   string `yaml:"letter" json:"letter"` // none for a call
	Stage    Stage  `yaml:"stage" json:"stage"`
	Offset   `yaml:",inline"`
	Term     int       `yaml:"term" json:"term"`
	Channels []string  `yaml:"channels" json:"channels"` // in order of preference: email, post, both, phone
	When     Condition `yaml:"when" json:"when,omitzero"`
	Late     LateRule  `yaml:"late" json:"late,omitempty"`         // shift when not given
	Approval string    `yaml:"approval" json:"approval,omitempty"` // operator, or none
}

// Offset is a number of days, or of working days, after an anchor.
type Offset struct {
	After       Anchor `yaml:"after" json:"after"`
	Days        int    `yaml:"days" json:"days"`
	WorkingDays int    `yaml:"working_days" json:"working_days,omitempty"` // instead of days
}

// String is how long it is: "8 days", "5 working days".
func (o Offset) String() string {
	if o.WorkingDays > 0 {
		return fmt.Sprintf("%d working days", o.WorkingDays)
	}
	return fmt.Sprintf("%d days", o.Days)
}

// least is how many calendar days it is at least: working days have a weekend after every five.
func (o Offset) least() int {
	if o.WorkingDays > 0 {
		return o.WorkingDays + (o.WorkingDays-1)/5*2
	}
	return o.Days
}

// unit is the key of a trajectory file that gives how long it is.
func (o Offset) unit() string {
	if o.WorkingDays > 0 {
		return "working_days"
	}
	return "days"
}

// longer is the shortest offset in the same unit that is at least so many calendar days longer.
func (o Offset) longer(days int) Offset {
	if o.WorkingDays == 0 {
		o.Days += days
		return o
	}
	for least := o.least() + days; o.least() < least; {
		o.WorkingDays++
	}
	return o
}

// DecisionTerm is how long the client has to decide, in days after the advice, and what holds when it says nothing (requirement T8).
type DecisionTerm struct {
	Term        int                     `yaml:"term" json:"term"`
	RemindAfter int                     `yaml:"remind_after" json:"remind_after"`
	Default     map[string]claim.Choice `yaml:"default" json:"default"` // by plan
}

// Anchor is the day a step counts from.
type Anchor string

// The days a step can count from.
const (
	AfterDue      Anchor = "due" // the day on which the oldest invoice was due, never before hand-over
	AfterHandOver Anchor = "hand-over"
	AfterPrevious Anchor = "previous" // the day the previous step was done
	AfterReceived Anchor = "received" // the day the previous letter was received
)

// Stage is the part of a claim's life that an operator sees.
type Stage string

// The parts of a claim's life.
const (
	StageIntake     Stage = "intake"
	StageReminders  Stage = "reminders"
	StageNotice     Stage = "notice"
	StageSummons    Stage = "summons"
	StageAdvice     Stage = "advice"
	StageDecision   Stage = "decision"
	StageMonitoring Stage = "monitoring"
	StageCourt      Stage = "court" // before the court, and a hand-over or an outcome is awaited
	StageClosed     Stage = "closed"
)

// Stages lists every stage in the order of a claim's life.
func Stages() []Stage {
	return []Stage{StageIntake, StageReminders, StageNotice, StageSummons, StageAdvice, StageDecision, StageMonitoring, StageCourt, StageClosed}
}

// Pin is how a claim names the policy it is pinned to: id@version.
func (p Policy) Pin() string { return fmt.Sprintf("%s@%d", p.ID, p.Version) }

// Misfits says why the trajectory does not fit plans, by their ids: it says what becomes of a claim of each whose client does not decide (requirement T8), and
// monitors none of a plan that does not include it (S14).
func (p Policy) Misfits(plans agreement.Plans, ids []string) (problems []string) {
	for _, id := range ids {
		switch choice := p.Decision.Default[id]; {
		case choice == "":
			problems = append(problems, fmt.Sprintf("trajectory %s has no default decision for plan %s", p.Pin(), id))
		case choice == claim.ChooseMonitoring && !plans.Monitors(id):
			problems = append(problems, fmt.Sprintf("trajectory %s monitors claims of plan %s by default, which does not include debt monitoring", p.Pin(), id))
		}
	}
	return problems
}

// notes says for which claims a step is, and what becomes of it when it is late, as far as that was agreed.
func (p Policy) notes(id string) (notes []string) {
	for _, s := range p.Steps {
		if s.ID != id {
			continue
		}
		notes = s.When.notes()
		if s.Late != "" {
			notes = append(notes, "late: "+string(s.Late))
		}
	}
	return notes
}

// FormError says that a file is no trajectory file at all, with the line where there is one.
type FormError struct{ File, Problem string }

func (e *FormError) Error() string { return e.File + ": " + e.Problem }

// blank is a trajectory of which nothing was told yet.
func blank(name string) Policy { return Policy{File: name, Spacing: 3, DebtorSpacing: 1, LateAfter: 7} }

// ParsePolicy reads one trajectory file. A *FormError is about the YAML, and has what is wrong with the parts that can be read; a *ProblemsError has everything that cannot work or is not lawful.
func ParsePolicy(name string, data []byte) (Policy, error) {
	p := blank(name)
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	switch err := decoder.Decode(&p); {
	case errors.Is(err, io.EOF):
		return Policy{}, &FormError{name, "the file is empty"}
	case err != nil:
		return Policy{}, &FormError{name, unreadable(name, data, err)}
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return Policy{}, &FormError{name, "there is more after the first document; one file is one trajectory"}
	}
	if found := p.check(); len(found) > 0 {
		return Policy{}, located(name, data, found)
	}
	return p, nil
}
