package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with the configuration. It never contains a secret.
type Problem struct {
	Source string // the file, "environment" or "development"
	Line   int    // in the file; 0 when there is none
	Key    string // the key, or the environment variable
	Wrong  string // what is wrong, to be read after the key
	Right  string // what would be right; "" when that is plain
}

// String is "file:line: key: what is wrong; what would be right".
func (p Problem) String() string {
	at := p.Source
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d", p.Source, p.Line)
	}
	text := at + ": "
	if p.Key != "" {
		text += p.Key + ": "
	}
	text += p.Wrong
	if p.Right != "" {
		text += "; right would be " + p.Right
	}
	return text
}

// Problems is everything that is wrong, in the order of the file.
type Problems []Problem

// Error is one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// orNil sorts the problems; none is no error.
func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), cmp.Compare(a.Line, b.Line), strings.Compare(a.Key, b.Key))
	})
	return p
}
