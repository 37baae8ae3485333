package letter

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"
)

// The texts. A file is <kind>.<language>.txt: the subject on the first line, an empty line, then paragraphs with empty lines between.
// "## " starts a heading, "- " a bullet, ** ** is bold, and a line [name] stands for a figure, box or panel. Variables are the
// exported fields of view, adviceView or clientView, in a text that begins with sample- the names of variables; of the template language only {{.Field}},
// if/else with and, or, not, and define are allowed; in a sample only {{if .variable}} of one that is worked out.
//
//go:embed texts/*.txt
var textFiles embed.FS

// Mark-up becomes control characters before a template is executed, so that no name of a debtor can ever be mark-up.
const (
	markBold    = "\x01"
	markObject  = "\x02"
	markHeading = "\x03"
	markBullet  = "\x04"
)

var (
	objectLine  = regexp.MustCompile(`(?m)^\[([a-z]+)\]$`)
	headingLine = regexp.MustCompile(`(?m)^## `)
	bulletLine  = regexp.MustCompile(`(?m)^- `)
)

var texts = template.Must(parseTexts(textFiles))

// parseTexts reads all texts; templates are named as their files without .txt: "summons.nl".
func parseTexts(files fs.FS) (*template.Template, error) {
	names, err := fs.Glob(files, "texts/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list letter texts: %w", err)
	}
	all := template.New("letters").Option("missingkey=error")
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read letter text %s: %w", name, err)
		}
		s := strings.ReplaceAll(string(source), "**", markBold)
		s = objectLine.ReplaceAllString(s, markObject+"$1")
		s = headingLine.ReplaceAllString(s, markHeading)
		s = bulletLine.ReplaceAllString(s, markBullet)
		if _, err := all.New(strings.TrimSuffix(path.Base(name), ".txt")).Parse(s); err != nil {
			return nil, fmt.Errorf("parse letter text %s: %w", name, err)
		}
	}
	return all, nil
}

// write executes the text of the given name and language.
func write(name string, lang Language, v any) (string, error) {
	t := texts.Lookup(name + "." + string(lang))
	if t == nil {
		return "", fmt.Errorf("write text %s.%s: there is no such text", name, lang)
	}
	var b strings.Builder
	if err := t.Execute(&b, v); err != nil {
		return "", fmt.Errorf("write text %s.%s: %w", name, lang, err)
	}
	return b.String(), nil
}

// Check returns an error for everything that is wrong with the texts: a letter without a text in some language, a variable that no letter
// has (in branches not taken, too), an unknown figure, an empty label, a character that the fonts lack. Call it at start-up.
func Check() error {
	problems := checkLabels()
	for _, lang := range Languages {
		for _, kind := range DebtorKinds {
			problems = append(problems, checkText(string(kind), lang, view{}))
		}
		for _, name := range []string{"rights", "sticker"} {
			problems = append(problems, checkText(name, lang, view{}))
		}
		problems = append(problems, checkText(string(EscalationAdvice), lang, adviceView{}))
		for _, kind := range clientKinds {
			problems = append(problems, checkText(string(kind), lang, clientView{}))
		}
		for _, name := range adviceTexts() {
			problems = append(problems, checkText(name, lang, adviceView{}))
		}
	}
	return errors.Join(append(problems, checkSamples()...)...)
}

func checkText(name string, lang Language, v any) error {
	t := texts.Lookup(name + "." + string(lang))
	if t == nil {
		return fmt.Errorf("text %s.%s is missing", name, lang)
	}
	return checkTemplate(t, v)
}

func checkTemplate(t *template.Template, v any) error {
	return checkWith(t, func(variable string) bool {
		_, ok := reflect.TypeOf(v).FieldByName(variable)
		return ok
	})
}

// has says whether there is a variable of that name.
type has func(variable string) bool

func checkWith(t *template.Template, known has) error {
	if strings.Count(t.Root.String(), markBold)%2 != 0 {
		return fmt.Errorf("text %s: a ** has no partner", t.Name())
	}
	return checkNode(t.Name(), t.Root, known)
}

// checkNode walks a text and compares its variables with those that there are; range, with and template are refused because they would
// change what a variable means.
func checkNode(name string, n parse.Node, known has) error {
	switch n := n.(type) {
	case *parse.ListNode:
		var problems []error
		if n != nil {
			for _, child := range n.Nodes {
				problems = append(problems, checkNode(name, child, known))
			}
		}
		return errors.Join(problems...)
	case *parse.TextNode:
		return checkStatic(name, string(n.Text))
	case *parse.ActionNode:
		return checkPipe(name, n.Pipe, known)
	case *parse.IfNode:
		return errors.Join(checkPipe(name, n.Pipe, known), checkNode(name, n.List, known), checkNode(name, n.ElseList, known))
	case *parse.CommentNode:
		return nil
	default:
		return fmt.Errorf("text %s: %s is not allowed in a letter", name, n)
	}
}

// connectives are the functions that a text may use.
var connectives = map[string]bool{"and": true, "or": true, "not": true}

func checkPipe(name string, p *parse.PipeNode, known has) error {
	var problems []error
	for _, command := range p.Cmds {
		for _, arg := range command.Args {
			switch arg := arg.(type) {
			case *parse.FieldNode:
				if !known(arg.Ident[0]) || len(arg.Ident) != 1 {
					problems = append(problems, fmt.Errorf("text %s: no letter has a variable %s", name, arg))
				}
			case *parse.PipeNode:
				problems = append(problems, checkPipe(name, arg, known))
			case *parse.IdentifierNode:
				if !connectives[arg.Ident] {
					problems = append(problems, fmt.Errorf("text %s: function %s is not allowed in a letter", name, arg))
				}
			default:
				problems = append(problems, fmt.Errorf("text %s: %s is not allowed in a letter", name, arg))
			}
		}
	}
	return errors.Join(problems...)
}

// checkStatic looks at the words between variables.
func checkStatic(name, text string) error {
	var problems []error
	for line := range strings.SplitSeq(text, "\n") {
		if object, ok := strings.CutPrefix(line, markObject); ok && !objects[object] {
			problems = append(problems, fmt.Errorf("text %s: there is no [%s]", name, object))
		}
	}
	return errors.Join(append(problems, Printable(withoutMarks.Replace(text)))...)
}

var withoutMarks = strings.NewReplacer(markBold, "", markObject, "", markHeading, "", markBullet, "", "\n", "")

// checkLabels insists that every label exists in every language.
func checkLabels() (problems []error) {
	for _, lang := range Languages {
		v := reflect.ValueOf(words[lang]).Elem()
		for i := range v.NumField() {
			name, field := v.Type().Field(i).Name, v.Field(i)
			if field.IsZero() {
				problems = append(problems, fmt.Errorf("label %s.%s is empty", name, lang))
			}
			if field.Kind() == reflect.String {
				problems = append(problems, Printable(field.String()))
			}
		}
		for _, kind := range append(DebtorKinds, EscalationAdvice) {
			if words[lang].Kinds[kind] == "" {
				problems = append(problems, fmt.Errorf("label of %s in %s is missing", kind, lang))
			}
		}
	}
	return problems
}
