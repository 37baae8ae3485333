package trajectory

import (
	"cmp"
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/syntax"
)

// wrongValue is how the YAML decoder tells of a value that does not fit.
var wrongValue = regexp.MustCompile("^line (\\d+): cannot unmarshal !!\\w+ (?:`(.*)` )?into (\\S+)$")

// unreadable tells why a file is no trajectory: each problem in one line, with the line of the file and what would be right; and beside them what cannot work or is not lawful in
// the parts that can be read.
func unreadable(name string, data []byte, err error) string {
	var file yaml.Node
	told := func() string { return strings.Join(syntax.Explain(data, err, Policy{}), "\n"+name+": ") }
	if yaml.Unmarshal(data, &file) != nil || len(file.Content) == 0 {
		return told()
	}
	root, p := file.Content[0], blank(name)
	var unread []*yaml.Node
	problems := undouble(root) // else nothing beside a doubled key is decoded
	problems = append(problems, misread(root, reflect.TypeFor[Policy](), "", &unread)...)
	for _, value := range unread { // else nothing after the first is decoded
		*value = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null", Line: value.Line}
	}
	var typed *yaml.TypeError
	if errors.As(root.Decode(&p), &typed) { // it decodes what fits
		for _, text := range typed.Errors {
			problems = append(problems, unfit(text))
		}
	}
	if len(problems) == 0 {
		return told()
	}
	problems = append(problems, located(name, data, p.judged(root, problems)).Problems...)
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	lines := make([]string, len(problems))
	for i, problem := range problems {
		lines[i] = fmt.Sprintf("line %d: %s", problem.Line, problem.Text)
	}
	return strings.Join(slices.Compact(lines), "\n"+name+": ")
}

// unfit is what the decoder tells of a value, in the words of whoever writes a file.
func unfit(text string) (p Problem) {
	if m := wrongValue.FindStringSubmatch(text); m != nil {
		text = fmt.Sprintf("line %s: %q does not fit; right would be %s", m[1], m[2], wanted(m[3]))
	}
	at, rest, _ := strings.Cut(text, ": ")
	if _, err := fmt.Sscanf(at, "line %d", &p.Line); err != nil {
		return Problem{1, text}
	}
	p.Text = rest
	return p
}

// judged is what cannot work or is not lawful in a file of which some lines cannot be read, and does not rest on those.
func (p Policy) judged(root *yaml.Node, unread []Problem) (found findings) {
	unsure, first := map[string]bool{}, len(p.Steps)
	for _, problem := range unread {
		for i := 0; i+1 < len(root.Content); i += 2 {
			key, value := root.Content[i], root.Content[i+1]
			if key.Line > problem.Line || i+2 < len(root.Content) && root.Content[i+2].Line <= problem.Line && key.Line < problem.Line {
				continue
			}
			unsure[key.Value] = true
			if key.Value == "steps" {
				later := slices.IndexFunc(value.Content, func(step *yaml.Node) bool { return step.Line > problem.Line })
				if later < 0 {
					later = len(value.Content)
				}
				first = min(first, max(0, later-1))
			}
		}
	}
	if unsure["spacing"] {
		p.Spacing = 0
	}
	if p.For != "consumer" && p.For != "business" || unsure["for"] {
		first = 0
	}
	known := slices.DeleteFunc(slices.Collect(maps.Keys(unsure)), func(key string) bool { return typeOf(reflect.TypeFor[Policy](), key) != nil })
	return slices.DeleteFunc(p.check(), func(f finding) bool {
		_, told := entry(root, f.key)
		switch {
		case told == nil && len(known) > 0: // a key of another name may be meant
			return true
		case f.key == "steps":
			return f.step > first || f.step == 0 && unsure["steps"]
		}
		return unsure[f.key] || f.key == "advice" && first < len(p.Steps)
	})
}

// undouble takes the keys out that stand in a part of the file for the second time, with what they hold, and tells each.
func undouble(node *yaml.Node) (found []Problem) {
	if node.Kind == yaml.MappingNode {
		lines, once := map[string]int{}, []*yaml.Node{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			key := node.Content[i]
			if line, twice := lines[key.Value]; twice {
				found = append(found, Problem{key.Line, fmt.Sprintf("%q stands here twice, first on line %d; right would be one of them", key.Value, line)})
				continue
			}
			lines[key.Value] = key.Line
			once = append(once, key, node.Content[i+1])
		}
		node.Content = once
	}
	for _, part := range node.Content {
		found = append(found, undouble(part)...)
	}
	return found
}

// misread finds the keys of a part of the file that are none, and the values that are texts of their own kind, as amounts are, and cannot be read: the decoder tells the first of those only, and
// not where it is.
func misread(node *yaml.Node, t reflect.Type, key string, unread *[]*yaml.Node) (found []Problem) {
	line := node.Line
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch {
	case node.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, element := range node.Content {
			found = append(found, misread(element, t.Elem(), key, unread)...)
		}
	case node.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		for i := 0; i+1 < len(node.Content); i += 2 {
			switch name := node.Content[i]; typeOf(t, name.Value) {
			case nil:
				found = append(found, Problem{name.Line, fmt.Sprintf("%q is no key here; right would be one of [%s]", name.Value, strings.Join(keysIn(t), " "))})
			default:
				found = append(found, misread(node.Content[i+1], typeOf(t, name.Value), name.Value, unread)...)
			}
		}
	case node.Kind == yaml.ScalarNode && node.ShortTag() != "!!null":
		if value, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
			if err := value.UnmarshalText([]byte(node.Value)); err != nil {
				found = append(found, Problem{line, fmt.Sprintf("%s: %s", key, err)})
				*unread = append(*unread, node)
			}
		}
	}
	return found
}

// typeOf is the type of what a key of a part of the file holds; nil for another key.
func typeOf(part reflect.Type, key string) reflect.Type {
	for i := range part.NumField() {
		switch field := part.Field(i); field.Tag.Get("yaml") {
		case key:
			return field.Type
		case ",inline":
			if t := typeOf(field.Type, key); t != nil {
				return t
			}
		}
	}
	return nil
}

// wanted is a type of Go as whoever writes a file knows it.
func wanted(kind string) string {
	switch {
	case kind == "int":
		return "a whole number"
	case kind == "bool":
		return "true or false"
	case strings.HasPrefix(kind, "[]"):
		return "a list"
	case strings.HasPrefix(kind, "map") || strings.HasPrefix(kind, "trajectory.") && reflected(strings.TrimPrefix(kind, "trajectory.")) != nil:
		return "keys with values"
	}
	return "a text"
}

// reflected is the type of a part of the file; nil for another name.
func reflected(name string) reflect.Type {
	for _, part := range []any{Policy{}, Step{}, Offset{}, Condition{}, DecisionTerm{}, Monitoring{}, CheckRule{}, Court{}, Review{}} {
		if t := reflect.TypeOf(part); t.Name() == name {
			return t
		}
	}
	return nil
}

// keysIn gives the keys of a part of the file, in the order in which they are told.
func keysIn(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		switch tag := t.Field(i).Tag.Get("yaml"); tag {
		case "-":
		case ",inline":
			keys = append(keys, keysIn(t.Field(i).Type)...)
		default:
			keys = append(keys, tag)
		}
	}
	return keys
}
