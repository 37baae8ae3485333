package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

func (p parser) events(n *yaml.Node, s *Scenario) error {
	if n.Kind != yaml.SequenceNode {
		return p.wrong(n, "events", "is no list; right would be: - {at: 2026-10-08, pays: 1000.00}")
	}
	count, wrong := map[string]int{}, []error(nil)
	for _, one := range n.Content {
		if plan := entryOf(one, planChanged); plan != nil && aPlan(plan.Value) == nil {
			s.plans = append(s.plans, InputError{File: p.file, Line: plan.Line, Field: planChanged, Problem: plan.Value})
		}
		e, err := p.event(one)
		if err == nil {
			err = p.happens(one, e, s)
		}
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		count[e.Name]++
		e.Key = cmp.Or(e.text("key"), fmt.Sprintf("%s-%d", e.Name, count[e.Name]))
		s.Events = append(s.Events, e)
	}
	slices.SortStableFunc(s.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	return errors.Join(append(wrong, p.outages(s))...)
}

// happens says what is wrong with an event in its scenario, and reads the trajectory to which it changes.
func (p parser) happens(one *yaml.Node, e Event, s *Scenario) error {
	switch at := one.Content[1]; {
	case e.At.Before(s.HandedOver):
		return p.wrong(at, "at", "%s is before hand-over on %s", at.Value, s.HandedOver.Format("2006-01-02 15:04"))
	case !e.At.Before(s.Until):
		return p.wrong(at, "at", "%s is after the end of the telling on %s: it would never happen", at.Value, s.Until.Format("2006-01-02 15:04"))
	}
	if back := e.moment(e.Name); e.Name == mailServerDown && !back.After(e.At) {
		return p.wrong(one, mailServerDown, "%s is not after %s; right would be the moment at which it is back", e.main(), e.At.Format("2006-01-02 15:04"))
	}
	if file := entryOf(one, trajectoryChanged); file != nil && !strings.Contains(file.Value, "@") {
		policy, err := p.policy(file, trajectoryChanged, s)
		if err != nil {
			return err
		}
		e.values[trajectoryChanged] = policy.Pin()
		s.others = append(s.others, *policy)
	}
	return nil
}

func (p parser) event(n *yaml.Node) (Event, error) {
	e := Event{Line: n.Line, values: map[string]string{}}
	if n.Kind != yaml.MappingNode {
		return e, p.wrong(n, "events", "right would be: - {at: 2026-10-08, pays: 1000.00}")
	}
	if len(n.Content) < 2 || n.Content[0].Value != "at" {
		return e, p.wrong(n, "events", "an event begins with the moment at which it happens; right would be: - {at: 2026-10-08, pays: 1000.00}")
	}
	for i := 0; i < len(n.Content); i += 2 {
		if kind := happeningOf(n.Content[i].Value); kind != nil && (e.kind == nil || !kind.has(e.kind.name) && !e.kind.has(kind.name)) {
			if e.kind != nil {
				return e, p.wrong(n.Content[i], "events", "%s and %s are two events; right would be one of them in each", e.kind.name, kind.name)
			}
			e.kind, e.Name = kind, kind.name
		}
	}
	if e.kind == nil {
		return e, p.noEvent(n)
	}
	keys, err := p.keys(n, e.Name, e.kind.keys())
	wrong := []error{err}
	at, err := p.plain(keys["at"], "at", anInstant)
	e.At, _ = instant(at, eventHour)
	wrong = append(wrong, err)
	e.values[e.Name], err = p.plain(keys[e.Name], e.Name, e.kind.value)
	wrong = append(wrong, err)
	for _, f := range e.kind.fields {
		switch {
		case keys[f.name] != nil:
			e.values[f.name], err = p.plain(keys[f.name], e.Name+"."+f.name, f.read)
			wrong = append(wrong, err)
		case f.must:
			wrong = append(wrong, p.wrong(n, e.Name, "%s is missing", f.name))
		}
	}
	return e, errors.Join(wrong...)
}

// noEvent says which key of an event is no kind of event: the first that no event has as a field either.
func (p parser) noEvent(n *yaml.Node) error {
	right := "one of " + strings.Join(Happenings(), ", ")
	if len(n.Content) == 2 {
		return p.wrong(n, "events", "nothing happens in it; right would be %s", right)
	}
	key := n.Content[2]
	for i := 2; i < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if !slices.ContainsFunc(happenings, func(h happening) bool { return h.has(name) }) {
			key = n.Content[i]
			break
		}
	}
	return p.wrong(key, "events", "%s", unknownKey(key.Value, "an event", Happenings(), right))
}

// outages takes the times out of the events in which no worker runs. Who asks the claim's workflow something then waits until they are back.
func (p parser) outages(s *Scenario) error {
	var events []Event
	var wrong []error
	for _, e := range s.Events {
		if e.Name != workersDown {
			events = append(events, e)
			continue
		}
		o := outage{e.At, e.moment(workersDown)}
		if !o.until.After(o.from) {
			wrong = append(wrong, &InputError{p.file, e.Line, workersDown, fmt.Sprintf("%s is not after %s; right would be the moment at which they are back", e.main(), e.At.Format("2006-01-02 15:04"))})
			continue
		}
		if before := len(s.outages); before > 0 && o.from.Before(s.outages[before-1].until) {
			wrong = append(wrong, &InputError{p.file, e.Line, workersDown, "the workers are down already"})
			continue
		}
		o.until = earliest(o.until, s.Until)
		s.outages = append(s.outages, o)
	}
	for i := range events {
		if o, ok := within(s.outages, events[i].At); ok && events[i].kind.asks {
			events[i].At = o.until
		}
	}
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	s.Events = events
	return errors.Join(wrong...)
}

// entryOf is the value of a key of a mapping; nil when there is none.
func entryOf(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
