package letter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// sampleRule is what a sample letter must say, in sentences of each language in which {name} stands for a variable. Who changes a text so that one
// of them goes must find another that says as much, and change it here.
type sampleRule struct {
	rule, article string
	nl, en        []string
}

// What has no article of its own: without it a letter is not understood.
const artPlain = "no article: the reader must know who asks what, and why"

// everySample are the rules of all sample letters.
var everySample = []sampleRule{
	{"who writes, to whom", artPlain, []string{"Met vriendelijke groet, {client}", "{debtor}", "{street}"}, []string{"Kind regards, {client}", "{debtor}", "{street}"}},
	{"which invoice, how much", artPlain, []string{"factuur {invoice}", "{amount}"}, []string{"invoice {invoice}", "{amount}"}},
	{"how to reach the client", artPlain, []string{"{email} of {phone}"}, []string{"{email} or {phone}"}},
}

// payable are the rules of the letters that ask payment on a day.
var payable = []sampleRule{
	{"how to pay", artPlain, []string{"Rekening: {iban}", "Op naam van: {client}"}, []string{"Account: {iban}", "In the name of: {client}"}},
	{"since when it is open", artPlain, []string{"{invoice_date}", "uiterlijk op {due_date} moeten betalen"}, []string{"{invoice_date}", "due on {due_date}"}},
	{"how to disagree", artPlain, []string{"niet eens met de factuur"}, []string{"disagree with the invoice"}},
}

// sampleRules are those of one kind more.
var sampleRules = map[SampleKind][]sampleRule{
	SampleReminder: {
		{"what is asked", artPlain, []string{"Wij vragen u om {amount} te betalen, uiterlijk op {pay_by}"}, []string{"Please pay {amount} no later than {pay_by}"}},
	},
	SampleSecondReminder: {
		{"what is asked", artPlain, []string{"Betaal daarom {amount}, uiterlijk op {pay_by}"}, []string{"please pay {amount} no later than {pay_by}"}},
		{"a consumer owes no costs yet", artNotice, []string{"krijgt u eerst nog een brief met een termijn van 14 dagen", "dan betaalt u geen incassokosten"},
			[]string{"you will first receive a letter with a term of 14 days", "you pay no collection costs"}},
	},
	SampleDefault: {
		{"notice of default", "art. 6:82 lid 1 BW", []string{"Met deze brief stellen wij u in gebreke"}, []string{"By this letter we give you notice of default"}},
		{"a term to pay still", "art. 6:82 lid 1 BW", []string{"Wij vragen u om {amount} te betalen, uiterlijk op {pay_by}"}, []string{"Please pay {amount} no later than {pay_by}"}},
		{"from when in default", "art. 6:82 lid 1 BW; art. 6:119 BW", []string{"Dan bent u vanaf de dag na {pay_by} in verzuim"}, []string{"you are in default from the day after {pay_by}"}},
		{"a consumer owes no costs yet", artNotice, []string{"Incassokosten betaalt u pas na een aparte brief met een termijn van 14 dagen"},
			[]string{"You owe collection costs only after a separate letter with a term of 14 days"}},
	},
	SampleFourteenDays: {
		{"what is asked", artNotice, []string{"Wij vragen u om {amount} te betalen binnen 14 dagen"}, []string{"Please pay {amount} within 14 days"}},
	},
	SampleArrangement: {
		{"what was agreed: parts and days", artPlain, []string{"U betaalt {amount} in {instalments} delen", "Elk deel is {instalment}", "Het laatste deel is {last_instalment}", "het eerste deel uiterlijk op {first_payment}"},
			[]string{"You pay {amount} in {instalments} parts", "Each part is {instalment}", "The last part is {last_instalment}", "the first part no later than {first_payment}"}},
		{"when the other parts are due, and what if they are not paid", artPlain, []string{"De andere delen betaalt u elke maand", "Heeft een maand die dag niet? Dan betaalt u uiterlijk op de laatste dag van die maand", "Dan kunnen wij de regeling stoppen", "het bedrag dat nog openstaat in één keer betalen"},
			[]string{"You pay the other parts each month", "or on the last day of the month if it has no such day", "we can end the arrangement", "pay the amount that is still open at once"}},
		{"how to pay", artPlain, []string{"rekening {iban} op naam van {client}, en vermeld daarbij factuur {invoice}"}, []string{"account {iban} in the name of {client}, and mention invoice {invoice}"}},
	},
	SampleInterruption: {
		{"what is asked", "art. 3:317 lid 1 BW", []string{"Wij vragen u om {amount} te betalen, uiterlijk op {pay_by}"}, []string{"Please pay {amount} no later than {pay_by}"}},
		{"the creditor reserves the right to performance", "art. 3:317 lid 1 BW", []string{"Wij behouden ons ondubbelzinnig het recht voor op volledige betaling van factuur {invoice}"},
			[]string{"We unambiguously reserve the right to full payment of invoice {invoice}"}},
	},
	SampleAnswer: {
		{"what is answered, and what follows", artPlain, []string{"Op {received_on}", "Ons antwoord {answer}", "{complaint}", "Wat er nu gebeurt {next_step}"}, []string{"On {received_on}", "Our answer {answer}", "{complaint}", "What happens now {next_step}"}},
		{"how to go on", artPlain, []string{"niet eens met dit antwoord"}, []string{"disagree with this answer"}},
	},
}

// rules are all that a letter of the kind must say.
func (k SampleKind) rules() []sampleRule {
	if k == SampleArrangement || k == SampleAnswer {
		return slices.Concat(everySample, sampleRules[k])
	}
	return slices.Concat(everySample, payable, sampleRules[k])
}

// CertifySample looks in a finished sample letter, as its reader sees it, for everything that its kind must say: a text that lost a sentence is caught
// here. The 14-day letter is held to what the agency's own is held to.
func CertifySample(s Sample, d Document) (Certificate, error) {
	f, err := s.fill()
	if err != nil {
		return Certificate{}, fmt.Errorf("certify sample letter: %w", err)
	}
	var pairs []string
	for name, value := range f.printed {
		pairs = append(pairs, "{"+name+"}", value)
	}
	values, r := strings.NewReplacer(pairs...), read(d)
	r.letter = Letter{Client: s.Client, Debtor: Party{Name: f.printed["debtor"]}} // whose names are no words that were added
	for _, rule := range s.Kind.rules() {
		sentences := rule.nl
		if s.Language == English {
			sentences = rule.en
		}
		var said []string
		for _, sentence := range sentences {
			if !f.omits(sentence) {
				said = append(said, values.Replace(sentence))
			}
		}
		r.says(rule.rule, rule.article, said...)
	}
	if s.Kind == SampleFourteenDays {
		r.nothingAdded(s.Language)
		r.onlyAmountsOf(strings.Join(pairs, " "))
		r.notice(s.Language, f.printed["costs"], f.printed["total"], f.days["date"])
	}
	return Certificate{Kind("sample " + s.Kind), d.SHA256, r.verdicts}, nil
}

// omits says whether a sentence is about something that there is not in this letter.
func (f filled) omits(sentence string) bool {
	for name, value := range f.printed {
		if value == "" && strings.Contains(sentence, "{"+name+"}") {
			return true
		}
	}
	return false
}

// checkSamples finds what is wrong with the texts of sample letters: variables that there are not, or not in every language, conditions on what a
// client fills in (a letter with blanks has all sentences), and figures other than the box how to pay.
func checkSamples() (problems []error) {
	known := func(name string) bool { return variableNamed(name) != nil }
	for _, kind := range SampleKinds {
		for _, lang := range Languages {
			t := texts.Lookup("sample-" + string(kind) + "." + string(lang))
			if t == nil {
				problems = append(problems, fmt.Errorf("text sample-%s.%s is missing", kind, lang))
				continue
			}
			problems = append(problems, checkWith(t, known))
			problems = append(problems, checkPlain(t))
			if own, dutch := sampleFields(kind, lang), sampleFields(kind, Dutch); !maps.Equal(own, dutch) {
				problems = append(problems, fmt.Errorf("text %s: has the variables %v, in Dutch they are %v", t.Name(), slices.Sorted(maps.Keys(own)), slices.Sorted(maps.Keys(dutch))))
			}
		}
	}
	for _, v := range variables {
		for _, lang := range Languages {
			problems = append(problems, Printable(v.blank(lang)))
		}
		if v.nl == "" || v.en == "" || v.Help == "" {
			problems = append(problems, fmt.Errorf("variable %s: its blanks and its help may not be empty", v.Name))
		}
	}
	return problems
}

// checkPlain wants a text of words, variables and [payment]. A sentence may depend on whether there is a computed variable to write in it.
func checkPlain(t *template.Template) error {
	for _, n := range t.Root.Nodes {
		if optional(n) == nil && n.Type() != parse.NodeText && n.Type() != parse.NodeAction {
			return fmt.Errorf("text %s: %s is not allowed in a sample letter", t.Name(), n)
		}
	}
	if source := strings.ReplaceAll(t.Root.String(), markObject+"payment", ""); strings.Contains(source, markObject) {
		return fmt.Errorf("text %s: a sample letter has no figure but [payment]", t.Name())
	}
	return nil
}

// optional is what stands in {{if .variable}} ... {{end}}, for a computed variable; nil for anything else.
func optional(n parse.Node) []parse.Node {
	condition, ok := n.(*parse.IfNode)
	if !ok || condition.ElseList != nil {
		return nil
	}
	v := variableNamed(strings.TrimPrefix(condition.Pipe.String(), "."))
	if v == nil || v.form != computedForm || slices.ContainsFunc(condition.List.Nodes, func(n parse.Node) bool { return n.Type() != parse.NodeText && n.Type() != parse.NodeAction }) {
		return nil
	}
	return condition.List.Nodes
}

// sampleFields are the variables that the text of a sample letter uses.
func sampleFields(kind SampleKind, lang Language) map[string]bool {
	used := map[string]bool{}
	t := texts.Lookup("sample-" + string(kind) + "." + string(lang))
	if t == nil {
		return used
	}
	nodes := slices.Clone(t.Root.Nodes)
	for _, n := range t.Root.Nodes {
		nodes = append(nodes, optional(n)...)
	}
	for _, n := range nodes {
		if action, ok := n.(*parse.ActionNode); ok {
			used[strings.TrimPrefix(action.Pipe.String(), ".")] = true
		}
	}
	return used
}
