// Package scenario lets one claim live its whole life before anybody lives it: the production workflow, activities and stores on a real database, under
// skipped time. It must not hold a rule of the business or start a service: it makes events happen through the doors of production and tells what came of them.
package scenario

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Scenario is one file: a claim, what happens to it and when, and, if its author says so, what must come of it.
type Scenario struct {
	Name        string    // of its file, without folder and ending
	Story       string    // the first line of comment
	Shows       []string  // the rows of the requirements that the story ends with, as in "Shows S1, T2."
	Plan        string    // of the client
	VATDeclared string    // the day on which the client declared that it cannot deduct VAT; empty: it did not
	Commission  string    // the scale of the client's plan, see agreement.ParseScale
	HandedOver  time.Time // when the client hands the claim over
	Until       time.Time // when the telling ends, whatever goes on then
	Events      []Event   // in order of time
	Expect      []Line    // empty: nothing is expected

	prices     map[string]money.Amount // of products, without VAT; those of the plans when it has none
	signed     signed
	plans      []InputError        // where a plan is named, with its id for the problem; which there are the host knows
	trajectory *trajectory.Policy  // nil: the default for the kind of debtor
	others     []trajectory.Policy // to which events change
	named      []named             // both, with where they stand
	invoices   []row
	debtorKind string // empty: nobody can read it
	outages    []outage
}

// Event is one happening, as its file tells it.
type Event struct {
	At   time.Time
	Line int    // in the file
	Name string // of its kind
	Key  string // by which later events name it

	values map[string]string // by field; the main value under the name of the kind
	kind   *happening
}

// named is a trajectory that the file names or has in it.
type named struct {
	at     InputError
	policy trajectory.Policy
}

// Unplanned says which plans of the file are none of these, and where a trajectory of it does not fit one that the client has: *InputErrors, joined; nil when nothing is wrong. It can be
// asked of a file in which Parse found something else wrong.
func (s Scenario) Unplanned(plans agreement.Plans) error {
	ids, wrong := []string(nil), []error(nil)
	for _, at := range s.plans {
		id := at.Problem
		if _, err := plans.Find(id); err != nil {
			at.Problem = err.Error()
			wrong = append(wrong, &at)
			continue
		}
		ids = append(ids, id)
	}
	return errors.Join(append(wrong, s.misfit(plans, ids))...)
}

// misfit is why a trajectory of the file does not fit a plan that the client has, where, or nil.
func (s Scenario) misfit(plans agreement.Plans, ids []string) error {
	for _, n := range s.named {
		if problems := n.policy.Misfits(plans, ids); len(problems) > 0 {
			n.at.Problem = problems[0]
			return &n.at
		}
	}
	return nil
}

// row is one invoice with the particulars of its claim, by column of a hand-over file.
type row struct {
	line   int
	values map[string]string
}

// outage is a time in which no worker runs. Facts come in all the same; nothing is done until it ends.
type outage struct{ from, until time.Time }

// within is the outage that an instant falls in.
func within(outages []outage, at time.Time) (outage, bool) {
	i := slices.IndexFunc(outages, func(o outage) bool { return !at.Before(o.from) && at.Before(o.until) })
	if i < 0 {
		return outage{}, false
	}
	return outages[i], true
}

// nextOutage is when the first outage after an instant begins, or the end.
func (s Scenario) nextOutage(after time.Time) time.Time {
	for _, o := range s.outages {
		if o.from.After(after) && o.from.Before(s.Until) {
			return o.from
		}
	}
	return s.Until
}

// FormError says that a file is no scenario at all.
type FormError struct{ File, Problem string }

func (e *FormError) Error() string { return e.File + ": " + e.Problem }

// InputError says what is wrong in a scenario file, where, and what would be right.
type InputError struct {
	File    string
	Line    int
	Field   string // empty: the line as a whole
	Problem string
}

func (e *InputError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: line %d: %s", e.File, e.Line, e.Problem)
	}
	return fmt.Sprintf("%s: line %d: %s: %s", e.File, e.Line, e.Field, e.Problem)
}
