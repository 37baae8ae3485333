// Package trajectory decides: which action comes next for a claim, on which day, why, and why not sooner. It is pure: values in, value out.
// It must not read clocks, storage or configuration files, and it must not act.
package trajectory

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Policy is one agreed trajectory: data that an agency edits, pinned by id and version.
type Policy struct {
	ID            string       `yaml:"id" json:"id"`
	Version       int          `yaml:"version" json:"version"`
	For           string       `yaml:"for" json:"for"` // consumer or business
	MinimumDemand money.Amount `yaml:"minimum_demand" json:"minimum_demand"`
	Steps         []Step       `yaml:"steps" json:"steps"`
	Advice        Offset       `yaml:"advice" json:"advice"`
	Decision      DecisionTerm `yaml:"decision" json:"decision"`
	Monitoring    Monitoring   `yaml:"monitoring" json:"monitoring"`
}

// Step is one letter of the trajectory. Days count from the anchor; Term is the number of days the letter gives to pay.
type Step struct {
	ID       string   `yaml:"step" json:"step"`
	Letter   string   `yaml:"letter" json:"letter"`
	Stage    Stage    `yaml:"stage" json:"stage"`
	After    Anchor   `yaml:"after" json:"after"`
	Days     int      `yaml:"days" json:"days"`
	Term     int      `yaml:"term" json:"term"`
	Channels []string `yaml:"channels" json:"channels"` // in order of preference: email, post
}

// Offset is a number of days after an anchor.
type Offset struct {
	After Anchor `yaml:"after" json:"after"`
	Days  int    `yaml:"days" json:"days"`
}

// DecisionTerm is how long the client has to decide, in days after the advice, and what holds when it says nothing (requirement T8).
type DecisionTerm struct {
	Term        int                     `yaml:"term" json:"term"`
	RemindAfter int                     `yaml:"remind_after" json:"remind_after"`
	Default     map[string]claim.Choice `yaml:"default" json:"default"` // by plan
}

// Monitoring is the rhythm and the length of debt monitoring.
type Monitoring struct {
	LetterEveryMonths int `yaml:"letter_every_months" json:"letter_every_months"`
	Years             int `yaml:"years" json:"years"`
}

// Anchor is the day a step counts from.
type Anchor string

// The days a step can count from.
const (
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
	StageClosed     Stage = "closed"
)

// Stages lists every stage in the order of a claim's life.
func Stages() []Stage {
	return []Stage{StageIntake, StageReminders, StageNotice, StageSummons, StageAdvice, StageDecision, StageMonitoring, StageClosed}
}

// Pin is how a claim names the policy it is pinned to: id@version.
func (p Policy) Pin() string { return fmt.Sprintf("%s@%d", p.ID, p.Version) }

// FormError says that a file is no trajectory file at all, with the line where there is one.
type FormError struct{ File, Problem string }

func (e *FormError) Error() string { return e.File + ": " + e.Problem }

// ParsePolicy reads one trajectory file. Errors name the file, the line where the YAML is wrong, or the step and field that cannot work.
func ParsePolicy(name string, data []byte) (Policy, error) {
	var p Policy
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	switch err := decoder.Decode(&p); {
	case errors.Is(err, io.EOF):
		return Policy{}, &FormError{name, "the file is empty"}
	case err != nil:
		return Policy{}, &FormError{name, err.Error()}
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		return Policy{}, &FormError{name, "there is more after the first document; one file is one trajectory"}
	}
	if err := p.check(); err != nil {
		var wrong *fieldError
		if errors.As(err, &wrong) {
			err = fmt.Errorf("line %d: %w", wrong.line(data), err)
		}
		return Policy{}, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// fieldError is what is wrong with one key of a trajectory file, or of its step-th step, from 1 on.
type fieldError struct {
	key  string
	step int
	err  error
}

func (e *fieldError) Error() string { return e.err.Error() }

// line is where the key, or the step, stands in the file; 1 when it does not.
func (e *fieldError) line(data []byte) int {
	var file yaml.Node
	if err := yaml.Unmarshal(data, &file); err != nil || len(file.Content) == 0 {
		return 1
	}
	keys := file.Content[0].Content
	for i := 0; i+1 < len(keys); i += 2 {
		switch {
		case keys[i].Value != e.key:
		case e.step > 0 && e.step <= len(keys[i+1].Content):
			return keys[i+1].Content[e.step-1].Line
		default:
			return keys[i].Line
		}
	}
	return 1
}

func wrong(key, format string, args ...any) error {
	return &fieldError{key: key, err: fmt.Errorf(format, args...)}
}

func (p Policy) check() error {
	switch {
	case p.ID == "" || p.Version < 1:
		return wrong("version", "needs an id and a version of 1 or more")
	case p.For != "consumer" && p.For != "business":
		return wrong("for", "for: %q is neither consumer nor business", p.For)
	case len(p.Steps) == 0:
		return wrong("steps", "steps: a trajectory has at least one")
	case p.MinimumDemand < 0:
		return wrong("minimum_demand", "minimum_demand: %s is less than nothing", p.MinimumDemand)
	case p.Advice.Days < 0 || (p.Advice.After != AfterHandOver && p.Advice.After != AfterPrevious && p.Advice.After != AfterReceived):
		return wrong("advice", "advice: needs days of 0 or more after hand-over, previous or received")
	}
	if err := p.checkDecision(); err != nil {
		return wrong("decision", "decision: %w", err)
	}
	if p.Monitoring.LetterEveryMonths < 1 || p.Monitoring.Years < 1 {
		return wrong("monitoring", "monitoring: needs letter_every_months and years")
	}
	seen := map[string]bool{MonitoringLetter: true, AdviceLetter: true, DecisionReminder: true, DisputeUpheld: true} // steps of their own
	for i, step := range p.Steps {
		if err := p.checkStep(i, step, seen); err != nil {
			return &fieldError{"steps", i + 1, fmt.Errorf("steps: %d (%s): %w", i+1, step.ID, err)}
		}
	}
	return nil
}

func (p Policy) checkDecision() error {
	switch {
	case p.Decision.Term < 1 || len(p.Decision.Default) == 0:
		return fmt.Errorf("needs a term in days and a default per plan")
	case p.Decision.RemindAfter < 0 || p.Decision.RemindAfter >= p.Decision.Term:
		return fmt.Errorf("remind_after is 0 (no reminder) or a day within the term")
	}
	for _, plan := range slices.Sorted(maps.Keys(p.Decision.Default)) {
		if choice := p.Decision.Default[plan]; choice != claim.ChooseCourt && choice != claim.ChooseMonitoring && choice != claim.ChooseClose {
			return fmt.Errorf("default of plan %s: %q is not court, monitoring or close", plan, choice)
		}
	}
	return nil
}

func (p Policy) checkStep(i int, step Step, seen map[string]bool) error {
	if step.ID == "" || seen[step.ID] || claim.IsComplaintStep(step.ID) || claim.IsArrangementStep(step.ID) || claim.IsRequestStep(step.ID) {
		return fmt.Errorf("step: missing, used twice or reserved")
	}
	seen[step.ID] = true
	if err := step.checkLetter(); err != nil {
		return err
	}
	if len(step.Channels) == 0 || step.Days < 0 || step.Term < 1 {
		return fmt.Errorf("needs channels, days of 0 or more and a term of 1 or more")
	}
	for _, channel := range step.Channels {
		if channel != ChannelEmail && channel != ChannelPost {
			return fmt.Errorf("channels: %q is neither email nor post", channel)
		}
	}
	switch step.After {
	case AfterHandOver:
	case AfterPrevious, AfterReceived:
		if i == 0 {
			return fmt.Errorf("after: the first step has no previous one")
		}
	default:
		return fmt.Errorf("after: %q is not hand-over, previous or received", step.After)
	}
	return p.checkConsumerTerm(i, step)
}

// checkLetter: each letter has its own place and term.
func (step Step) checkLetter() error {
	if step.Letter == "" || step.Letter == MonitoringLetter || step.Letter == ArrangementReminder || !Demands(step.Letter) {
		return fmt.Errorf("letter: %q is not a letter of the trajectory to the debtor", step.Letter)
	}
	if step.Letter == claim.FourteenDayLetter && step.Term != 14 {
		return fmt.Errorf("term: the 14-day-letter gives 14 days (art. 6:96 lid 6 BW)")
	}
	if (step.Letter == "summons" || step.Letter == "final-summons") && step.Stage != StageSummons {
		return fmt.Errorf("stage: a summons is of stage summons, where the rules for consumers are kept")
	}
	if !slices.Contains(Stages(), step.Stage) {
		return fmt.Errorf("stage: %q is not a stage", step.Stage)
	}
	return nil
}

// checkConsumerTerm: a consumer owes no costs, and gets no summons that asks them, before the 14 days after receipt are over.
func (p Policy) checkConsumerTerm(i int, step Step) error {
	if p.For != "consumer" || step.Stage != StageSummons {
		return nil
	}
	if i > 0 && p.Steps[i-1].Letter == claim.FourteenDayLetter && (step.After != AfterReceived || step.Days < 15) {
		return fmt.Errorf("days: a consumer summons comes 15 days or more after receipt of the 14-day letter (art. 6:96 lid 6 BW)")
	}
	for _, earlier := range p.Steps[:i] {
		if earlier.Letter == claim.FourteenDayLetter {
			return nil
		}
	}
	return fmt.Errorf("a consumer summons needs a 14-day-letter before it (art. 6:96 lid 6 BW)")
}
