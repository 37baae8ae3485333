package trajectory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Problem is one thing that cannot work in a trajectory file or is not lawful, on a line, from 1 on.
type Problem struct {
	Line int    `json:"line"`
	Text string `json:"problem"`
}

// ProblemsError is everything that is wrong with a trajectory file, in the order of its lines.
type ProblemsError struct {
	File     string
	Problems []Problem
}

func (e *ProblemsError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("%s: line %d: %s", e.File, p.Line, p.Text)
	}
	return strings.Join(lines, "\n")
}

// AboutDecision is what is wrong with the default decisions of a trajectory file for reasons that lie outside it, or nil.
func AboutDecision(name string, data []byte, problems []string) error {
	var found findings
	for _, problem := range problems {
		found.add("decision", "decision: %s", problem)
	}
	if len(found) == 0 {
		return nil
	}
	return located(name, data, found)
}

// finding is what is wrong with one key of a trajectory file, or with a field of it; of steps, with a field of the step-th, from 1 on.
type finding struct {
	key   string
	step  int
	field string
	text  string
}

// findings collects what is wrong.
type findings []finding

func (f *findings) add(key, format string, args ...any) {
	*f = append(*f, finding{key: key, text: fmt.Sprintf(format, args...)})
}

// within adds what is wrong with a field of a key.
func (f *findings) within(key, field, format string, args ...any) {
	*f = append(*f, finding{key: key, field: field, text: fmt.Sprintf(key+": "+field+": "+format, args...)})
}

// step adds what is wrong with a field of the i-th step, from 0 on.
func (f *findings) step(i int, s Step, field, format string, args ...any) {
	text := fmt.Sprintf("steps: %d (%s): %s: %s", i+1, s.ID, field, fmt.Sprintf(format, args...))
	*f = append(*f, finding{key: "steps", step: i + 1, field: field, text: text})
}

// located gives findings the lines on which they stand.
func located(name string, data []byte, found findings) *ProblemsError {
	var file yaml.Node
	_ = yaml.Unmarshal(data, &file) // it was read before
	e := &ProblemsError{File: name}
	for _, f := range found {
		e.Problems = append(e.Problems, Problem{f.line(file.Content[0]), f.text})
	}
	slices.SortStableFunc(e.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return e
}

// line is where the field, its step or the key stands; 1 when it does not stand there.
func (f finding) line(file *yaml.Node) int {
	key, value := entry(file, f.key)
	if key == nil {
		return 1
	}
	within, line := value, key.Line
	if f.step > 0 && f.step <= len(value.Content) {
		within = value.Content[f.step-1]
		line = within.Line
	}
	if field, _ := entry(within, f.field); field != nil && f.field != "" {
		line = field.Line
	}
	return line
}

// entry finds a key of a mapping with its value.
func entry(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i], mapping.Content[i+1]
		}
	}
	return nil, nil
}
