package agreement

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/syntax"
)

// ReadPlans reads every *.yaml of a directory, one plan each, named after it. Everything that is wrong comes at once, a line for each, with file, line and key.
func ReadPlans(dir fs.FS) (Plans, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("there is no plan; right would be a file like basis.yaml for each")
	}
	plans := Plans{}
	var problems []error
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		p, err := ParsePlan(path.Base(name), data)
		if err != nil {
			problems = append(problems, err)
		}
		plans[p.ID] = p
	}
	return plans, errors.Join(problems...)
}

// ParsePlan reads one plan. Unknown, missing and doubled keys are errors, and so is a value that cannot be right.
func ParsePlan(file string, data []byte) (Plan, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return Plan{}, fmt.Errorf("%s: is not a plan: the file is empty", file)
		}
		return Plan{}, fmt.Errorf("%s: is not a plan: %s", file, strings.Join(syntax.Explain(data, err, nil), "; "))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return Plan{}, fmt.Errorf("%s: there is more after the first document; right would be one", file)
	}
	r, root := reader{file: file}, doc.Content[0]
	if root.Kind == yaml.MappingNode && !slices.ContainsFunc(root.Content, func(n *yaml.Node) bool { return n.Value == "plan" }) {
		return Plan{}, fmt.Errorf("%s:%d: plan: is missing, so this is no plan; right would be a file like basis.yaml", file, root.Line)
	}
	var p Plan
	r.section("", root, p.keys(strings.TrimSuffix(file, path.Ext(file))))
	if len(r.problems) == 0 && p.Court.Price != nil && !p.Court.FixedPrice {
		r.say(root, "court_procedure.price", "is set for a procedure that the plan does not have; right would be fixed_price: yes, or no price")
	}
	return p, errors.Join(r.problems...)
}

// key is one key of a section: how its value is read, and whether it may be left out.
type key struct {
	name     string
	optional bool
	into     func(text string) error // a single value
	section  []key                   // or keys of its own
}

func (p *Plan) keys(id string) []key {
	p.Products = map[string]*money.Amount{}
	products := make([]key, len(Products))
	for i, name := range Products {
		products[i] = key{name: name, optional: true, into: func(text string) error {
			var price *money.Amount
			err := priceInto(&price)(text)
			p.Products[name] = price
			return err
		}}
		p.Products[name] = nil
	}
	return []key{
		{name: "plan", into: oneOf(&p.ID, id)},
		{name: "name", into: func(text string) error { p.Name = text; return nil }},
		{name: "claims", into: oneOf(&p.Claims, Unlimited)},
		{name: "legal_advice", into: oneOf(&p.LegalAdvice, Unlimited, Limited)},
		{name: "debt_monitoring", into: yesInto(&p.DebtMonitoring)},
		{name: "contribution", optional: true, into: priceInto(&p.Contribution)},
		{name: "commission", optional: true, into: scaleInto(&p.Commission)},
		{name: "stickers", section: []key{{name: "sets", into: countInto(&p.Stickers.Sets)}, {name: "price", optional: true, into: priceInto(&p.Stickers.Price)}}},
		{name: "court_procedure", section: []key{{name: "fixed_price", into: yesInto(&p.Court.FixedPrice)}, {name: "price", optional: true, into: priceInto(&p.Court.Price)}}},
		{name: "settlement", optional: true, into: oneOf(&p.Settlement, settlement.Policies()...)},
		{name: "vat_mode", optional: true, into: oneOf(&p.VATMode, settlement.VATModes()...)},
		{name: "payout_days", optional: true, into: daysInto(&p.PayoutDays)},
		{name: "payout_minimum", optional: true, into: priceInto(&p.PayoutMinimum)},
		{name: "netting", optional: true, into: yesInto(&p.Netting)},
		{name: "products", section: products},
	}
}

// reader collects what is wrong with one file.
type reader struct {
	file     string
	problems []error
}

func (r *reader) say(at *yaml.Node, name, problem string) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d: %s: %s", r.file, at.Line, name, problem))
}

func (r *reader) section(prefix string, node *yaml.Node, keys []key) {
	if node.Kind != yaml.MappingNode {
		r.say(node, strings.TrimSuffix(prefix+"plan", ".plan"), "has no keys; right would be "+namesOf(keys))
		return
	}
	given := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		at, value := node.Content[i], node.Content[i+1]
		k := slices.IndexFunc(keys, func(k key) bool { return k.name == at.Value })
		switch {
		case k < 0:
			r.say(at, prefix+at.Value, "is not a key; right would be "+namesOf(keys))
		case given[at.Value]:
			r.say(at, prefix+at.Value, "is given twice; right would be once")
		default:
			r.value(prefix, at, value, keys[k])
		}
		given[at.Value] = true
	}
	for _, k := range keys {
		if !given[k.name] && !k.optional {
			r.say(node, prefix+k.name, "is missing, and it is required")
		}
	}
}

func (r *reader) value(prefix string, at, value *yaml.Node, k key) {
	switch {
	case k.section != nil:
		r.section(prefix+k.name+".", value, k.section)
	case value.Kind != yaml.ScalarNode:
		r.say(at, prefix+k.name, "is not one value")
	case value.Tag == "!!null" || value.Value == "":
		if !k.optional {
			r.say(at, prefix+k.name, "is empty, and it is required")
		}
	default:
		if err := k.into(value.Value); err != nil {
			r.say(at, prefix+k.name, err.Error())
		}
	}
}

func namesOf(keys []key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return strings.Join(names, ", ")
}

func oneOf(into *string, allowed ...string) func(string) error {
	return func(text string) error {
		if !slices.Contains(allowed, text) {
			return fmt.Errorf("%q is not known; right would be %s", text, strings.Join(allowed, " or "))
		}
		*into = text
		return nil
	}
}

func yesInto(into *bool) func(string) error {
	return func(text string) error {
		var word string
		err := oneOf(&word, "yes", "no")(text)
		*into = word == "yes"
		return err
	}
}

// maxSets is how many sets of stickers a year or an order may have; more is a slip of the hand.
const maxSets = 10_000

func countInto(into *int) func(string) error {
	return func(text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxSets {
			return fmt.Errorf("%q is not a number of sets; right would be 0 to %d", text, maxSets)
		}
		*into = n
		return nil
	}
}

// daysInto reads days of the month, up to the 28th, which every month has.
func daysInto(into *[]int) func(string) error {
	return func(text string) error {
		var days []int
		for word := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(word))
			if err != nil || n < 1 || n > 28 || slices.Contains(days, n) {
				return fmt.Errorf("%q is not a list of days of the month; right would be days from 1 to 28, each once, like \"1, 15\"", text)
			}
			days = append(days, n)
		}
		*into = days
		return nil
	}
}

func scaleInto(into *string) func(string) error {
	return func(text string) error {
		if _, err := ParseScale(text); err != nil {
			return fmt.Errorf("%w; right would be %s, or nothing when it is not set", err, ScaleForm)
		}
		*into = text
		return nil
	}
}

func priceInto(into **money.Amount) func(string) error {
	return func(text string) error {
		amount, err := money.Parse(text)
		if err == nil && amount < 0 {
			err = fmt.Errorf("%s is less than 0.00", amount)
		}
		if err != nil {
			return fmt.Errorf("%w; right would be a price in EUR without VAT like 5.00, or nothing when it is not set", err)
		}
		*into = &amount
		return nil
	}
}
