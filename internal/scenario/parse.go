package scenario

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/syntax"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// longest is how long a life is followed when its file does not say until when: past the end of debt monitoring.
const longest = 25 // years

// Parse reads one scenario file. A trajectory that it names by path is read by open, with the path as the file has it. A *FormError says that it is no
// scenario at all, an *InputError what is wrong in it; joined, all of them in the order of their lines. What rests on something that is wrong is not judged: nothing is before a hand-over of
// which nobody can read the day.
func Parse(name string, data []byte, open func(path string) ([]byte, error)) (Scenario, error) {
	s := Scenario{Name: strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)), Story: story(data)}
	s.Shows = shows(s.Story)
	p := parser{file: name, data: data, open: open}
	root, err := p.document()
	if err != nil {
		return s, err
	}
	if !slices.ContainsFunc(root.Content, func(n *yaml.Node) bool { return n.Value == "claim" }) {
		return s, &FormError{name, "there is no claim in it; right would be a scenario as docs/scenarios.md tells it"}
	}
	return s, ByLine(p.scenario(root, &s))
}

// ByLine joins what is wrong in the order of its lines.
func ByLine(err error) error {
	wrong := each(err)
	slices.SortStableFunc(wrong, func(a, b error) int { return cmp.Compare(lineOf(a), lineOf(b)) })
	return errors.Join(wrong...)
}

// each takes joined errors apart.
func each(err error) (all []error) {
	joined, several := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !several:
		return []error{err}
	}
	for _, one := range joined.Unwrap() {
		all = append(all, each(one)...)
	}
	return all
}

func lineOf(err error) int {
	var wrong *InputError
	if errors.As(err, &wrong) {
		return wrong.Line
	}
	return 0
}

// story is the first line of comment.
func story(data []byte) string {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	text, found := strings.CutPrefix(string(first), "#")
	if !found {
		return ""
	}
	return strings.TrimSpace(text)
}

// shows are the rows of the requirements that a story names in its last sentence.
func shows(story string) []string {
	_, last, _ := strings.Cut(story, " Shows ")
	return requirement.FindAllString(last, -1)
}

var requirement = regexp.MustCompile(`[A-Z][0-9]+`)

// parser reads one file.
type parser struct {
	file string
	data []byte
	open func(path string) ([]byte, error)
}

func (p parser) wrong(n *yaml.Node, field, format string, args ...any) error {
	return &InputError{p.file, n.Line, field, fmt.Sprintf(format, args...)}
}

// document is the mapping that the file is.
func (p parser) document() (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(p.data))
	var file yaml.Node
	switch err := decoder.Decode(&file); {
	case errors.Is(err, io.EOF):
		return nil, &FormError{p.file, "the file is empty"}
	case err != nil:
		return nil, &FormError{p.file, strings.Join(syntax.Explain(p.data, err, nil), "; ")}
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, &FormError{p.file, "there is more after the first document; one file is one scenario"}
	}
	root := file.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &FormError{p.file, "it is not a list of keys with values; right would be a scenario as docs/scenarios.md tells it"}
	}
	return root, nil
}

// keys gives the values of a mapping by key, those that are known, and refuses the others.
func (p parser) keys(n *yaml.Node, in string, known []string) (map[string]*yaml.Node, error) {
	if n.Kind != yaml.MappingNode {
		return nil, p.wrong(n, in, "has no keys; right would be %s", strings.Join(known, ", "))
	}
	values, wrong := map[string]*yaml.Node{}, []error(nil)
	for i := 0; i+1 < len(n.Content); i += 2 {
		switch key, value := n.Content[i], n.Content[i+1]; {
		case !slices.Contains(known, key.Value):
			wrong = append(wrong, p.wrong(key, in, "%s", unknownKey(key.Value, "a key here", known, strings.Join(known, ", "))))
		case values[key.Value] != nil:
			wrong = append(wrong, p.wrong(key, in, "%q stands there twice", key.Value))
		default:
			values[key.Value] = value
		}
	}
	return values, errors.Join(wrong...)
}

// plain is the text of a value that is one.
func (p parser) plain(n *yaml.Node, field string, read reader) (string, error) {
	if n.Kind != yaml.ScalarNode {
		return "", p.wrong(n, field, "is a list or has keys; right would be one value")
	}
	if err := read(n.Value); err != nil {
		return "", p.wrong(n, field, "%s", err)
	}
	return n.Value, nil
}

func (p parser) scenario(root *yaml.Node, s *Scenario) error {
	keys, err := p.keys(root, "", []string{"plan", "vat_declared", "commission", "prices", "agreement", "trajectory", "claim", "events", "until", "expect"})
	wrong := []error{err, p.claim(keys["claim"], s), p.client(keys, s), p.until(keys, s)}
	if n := keys["trajectory"]; n != nil {
		wrong = append(wrong, p.trajectory(n, s))
	}
	if n := keys["events"]; n != nil {
		wrong = append(wrong, p.events(n, s))
	}
	if n := keys["expect"]; n != nil {
		text, err := p.plain(n, "expect", anyText)
		s.Expect, wrong = readLines(text, n.Line+1), append(wrong, err)
	}
	return errors.Join(wrong...)
}

func (p parser) optional(keys map[string]*yaml.Node, key, otherwise string, read reader) (string, error) {
	if keys[key] == nil {
		return otherwise, nil
	}
	return p.plain(keys[key], key, read)
}

func (p parser) until(keys map[string]*yaml.Node, s *Scenario) error {
	from := s.HandedOver
	if from.IsZero() { // nobody can read it
		from = calendar.MustParseDate("9000-01-01").At(handOverHour, 0)
	}
	s.Until = calendar.DateOf(from).AddYears(longest).At(eventHour, 0)
	if keys["until"] == nil {
		return nil
	}
	text, err := p.plain(keys["until"], "until", func(text string) error { _, err := instant(text, 24); return err })
	if err != nil {
		return err
	}
	until, _ := instant(text, 24) // it was read before
	if !until.After(s.HandedOver) {
		return p.wrong(keys["until"], "until", "%s is not after hand-over on %s", text, calendar.DateOf(s.HandedOver))
	}
	s.Until = until
	return nil
}

// The keys of a claim that are no columns of a hand-over file, and the columns that are told of each invoice.
var (
	claimKeys      = []string{"handed_over", "invoices"}
	invoiceColumns = []string{"invoice", "invoice_date", "due_date", "amount", "invoice_received", "extended_to"}
)

// ordinary is the debtor of a claim of which the file does not tell who it is.
var ordinary = map[string]string{
	"client": "", "claim": "", "debtor": "Roos Voorbeeld", "street": "Voorbeeldstraat 7", "postcode": "1001 BB", "town": "Proefdorp", "country": "NL",
	"email": "debtor@voorbeeld.example", "language": "nl", "not_elsewhere": "yes",
}

// typed are the columns whose form is read here, so that a typing error is one; what remains is for the hand-over to judge.
var typed = map[string]reader{
	"debtor_kind": oneOf("consumer", "sole-trader", "company"), "not_elsewhere": oneOf("yes", "no"), "language": oneOf("nl", "en"), "consumer_sale": oneOf("yes", "no", "true", "false"),
	"invoice_date": aDate, "due_date": aDate, "invoice_received": aDate, "extended_to": aDate, "amount": anAmount, "invoice": anyText,
}

func (p parser) claim(n *yaml.Node, s *Scenario) error {
	particulars := slices.Clone(claimKeys)
	for _, c := range claim.Columns() {
		if c.Name != "client" && c.Name != "claim" && !slices.Contains(invoiceColumns, c.Name) {
			particulars = append(particulars, c.Name)
		}
	}
	keys, err := p.keys(n, "claim", particulars)
	wrong := []error{err, p.musts(n, "claim", keys, "debtor_kind", "handed_over", "invoices")}
	if told := keys["handed_over"]; told != nil {
		text, err := p.plain(told, "claim.handed_over", anInstant)
		if err == nil {
			s.HandedOver, _ = instant(text, handOverHour)
		}
		wrong = append(wrong, err)
	}
	shared, err := p.columns(keys, "claim.", claimKeys)
	wrong, s.debtorKind = append(wrong, err), shared["debtor_kind"]
	if told := keys["invoices"]; told != nil {
		wrong = append(wrong, p.invoices(told, shared, s))
	}
	return errors.Join(wrong...)
}

// musts says which keys a mapping lacks; of one that is none that is said already.
func (p parser) musts(n *yaml.Node, in string, keys map[string]*yaml.Node, names ...string) error {
	var wrong []error
	for _, must := range names {
		if keys != nil && keys[must] == nil {
			wrong = append(wrong, p.wrong(n, in, "%s is missing", must))
		}
	}
	return errors.Join(wrong...)
}

// columns are the values of a mapping that are columns of a hand-over file, those that can be read.
func (p parser) columns(keys map[string]*yaml.Node, in string, others []string) (map[string]string, error) {
	values, wrong := map[string]string{}, []error(nil)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		n := keys[name]
		if slices.Contains(others, name) {
			continue
		}
		read := typed[name]
		if read == nil {
			read = func(string) error { return nil }
		}
		if text, err := p.plain(n, in+name, read); err != nil {
			wrong = append(wrong, err)
		} else {
			values[name] = text
		}
	}
	return values, errors.Join(wrong...)
}

func (p parser) invoices(n *yaml.Node, shared map[string]string, s *Scenario) error {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		return p.wrong(n, "claim.invoices", "is no list; right would be: - {invoice: F-1, invoice_date: 2026-08-05, due_date: 2026-09-04, amount: 1000.00}")
	}
	var wrong []error
	for _, one := range n.Content {
		keys, err := p.keys(one, "claim.invoices", invoiceColumns)
		values, unread := p.columns(keys, "claim.invoices.", nil)
		wrong = append(wrong, err, unread, p.musts(one, "claim.invoices", keys, "invoice", "invoice_date", "amount"))
		for _, more := range []map[string]string{shared, ordinary} {
			for column, value := range more {
				if _, told := values[column]; !told {
					values[column] = value
				}
			}
		}
		s.invoices = append(s.invoices, row{one.Line, values})
	}
	return errors.Join(wrong...)
}

// trajectory reads the trajectory that stands in the file, or in another.
func (p parser) trajectory(n *yaml.Node, s *Scenario) (err error) {
	name, data := p.file, p.block(n)
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "default":
		return nil
	case n.Kind == yaml.ScalarNode:
		s.trajectory, err = p.policy(n, "trajectory", s)
		return err
	case n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0:
		return p.wrong(n, "trajectory", "right would be default, the path of a file, or a trajectory written below it, indented")
	}
	policy, err := trajectory.ParsePolicy(name, data)
	if err != nil {
		return p.wrong(n, "trajectory", "%s", err)
	}
	s.trajectory = &policy
	return p.fits(n, "trajectory", policy, s)
}

// policy reads a trajectory from another file.
func (p parser) policy(n *yaml.Node, field string, s *Scenario) (*trajectory.Policy, error) {
	data, err := p.open(n.Value)
	if err != nil {
		return nil, p.wrong(n, field, "%s", err)
	}
	policy, err := trajectory.ParsePolicy(filepath.Base(n.Value), data)
	if err != nil {
		return nil, p.wrong(n, field, "%s", err)
	}
	return &policy, p.fits(n, field, policy, s)
}

func (p parser) fits(n *yaml.Node, field string, policy trajectory.Policy, s *Scenario) error {
	if kind := s.debtorKind; kind != "" && (kind == "consumer") != (policy.For == "consumer") {
		return p.wrong(n, field, "%s is for %s debtors, and this one is a %s", policy.Pin(), policy.For, kind)
	}
	s.named = append(s.named, named{InputError{File: p.file, Line: n.Line, Field: field}, policy})
	return nil
}

// block is the text of a mapping that stands in the file, on its own lines, so that what is wrong in it is told by its line.
func (p parser) block(n *yaml.Node) []byte {
	lines := bytes.SplitAfter(p.data, []byte("\n"))
	if n.Kind != yaml.MappingNode || n.Line < 1 || n.Line > len(lines) {
		return nil
	}
	block := bytes.Repeat([]byte("\n"), n.Line-1)
	for _, line := range lines[n.Line-1:] {
		if indent := len(line) - len(bytes.TrimLeft(line, " ")); indent < n.Column-1 {
			if len(bytes.TrimSpace(line)) > 0 {
				break
			}
			line = []byte("\n")
		} else {
			line = line[n.Column-1:]
		}
		block = append(block, line...)
	}
	return block
}
