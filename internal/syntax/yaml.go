// Package syntax says why a file is no YAML, in the words of whoever writes it: in which line, what is wrong there, and what would be right. It must not know what the files are about.
package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// Explain says why data is no YAML, or does not fit into what was decoded from it (err is of the decoder): each problem in a text of its own, that begins with its line: "line 3: ".
func Explain(data []byte, err error, into any) []string {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		text := strings.TrimPrefix(err.Error(), "yaml: ")
		told, rest := 1, text
		if m := atLine.FindStringSubmatch(text); m != nil {
			told, _ = strconv.Atoi(m[1]) // the pattern has digits only
			rest = m[2]
		}
		return []string{fmt.Sprintf("line %d: %s", wrongLine(data, told), inWords(rest))}
	}
	problems := make([]string, len(typed.Errors))
	for i, text := range typed.Errors {
		problems[i] = unfit(text, reflect.TypeOf(into))
	}
	return slices.Compact(problems)
}

var atLine = regexp.MustCompile(`^line (\d+): (.*)$`)

// mostLines is how long a file is looked through for the line that is wrong: each beginning of it is read.
const mostLines = 1000

// wrongLine is the line with which data stops being YAML: the one after the longest beginning of it that is. What the parser tells is where the list or the value began in which it was; that stands for a file that is too long to look.
func wrongLine(data []byte, told int) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	if len(lines) > mostLines {
		return told
	}
	for n := len(lines) - 1; n > 0; n-- {
		if yaml.Unmarshal(bytes.Join(lines[:n], nil), new(yaml.Node)) == nil {
			return n + 1
		}
	}
	return 1
}

// words are what the parser tells, by a part of it, and what that is to whoever writes a file.
var words = []struct{ told, is string }{
	{"mapping values are not allowed", `a colon with a blank behind it stands inside a value, or the key is further to the right than the others; right would be the value in quotes ("a: b"), and keys of one list below each other`},
	{"could not find expected ':'", "is no key with a value; right would be key: value"},
	{"did not find expected ',' or ']'", "a list in [ ] is not closed, or misses a comma; right would be [a, b]"},
	{"did not find expected ',' or '}'", "keys in { } are not closed, or miss a comma; right would be {a: 1, b: 2}"},
	{"did not find expected '-' indicator", "is neither the next entry of the list above nor further to the right; right would be entries that begin with - below each other"},
	{"did not find expected key", "does not stand below the keys above, or a value above is not closed; right would be keys below each other, each as key: value"},
	{"did not find expected node content", "a value is missing; right would be one, or the key without a comma behind it"},
	{"block sequence entries are not allowed", "a list begins where there can be none; right would be - below its key, on a line of its own"},
	{"mapping keys are not allowed", "a key begins where there can be none; right would be a line of its own"},
	{"tab", "a tab stands where only blanks can; right would be blanks"},
	{"cannot start any token", "a value begins with a sign that none can begin with (a tab, @, % or `); right would be blanks, or the value in quotes"},
	{"unexpected end of stream", "a quote is opened and not closed; right would be the same quote at the end of the value"},
	{"unknown escape character", `a backslash stands between double quotes before a sign that it cannot; right would be single quotes, or \\`},
	{"unknown anchor", "a value begins with *, which stands for one that is named before with &, and none is; right would be the value in quotes"},
	{"did not find expected alphabetic", "a value begins with & or *, which is a name in YAML; right would be the value in quotes"},
	{"control characters", "has a sign that is no text; right would be text in UTF-8"},
	{"UTF-8", "has a sign that is no text in UTF-8; right would be the file saved as UTF-8"},
	{"undefined tag handle", "a value begins with !, which names a kind in YAML; right would be the value in quotes"},
	{"document", "a line begins like a second document; right would be one, without --- or % at the beginning of a line"},
	{"directive", "begins with %, which tells the parser something; right would be a key with a value"},
}

func inWords(told string) string {
	for _, w := range words {
		if strings.Contains(told, w.told) {
			return w.is
		}
	}
	return told + "; right would be YAML: keys with values, as in the files of config/"
}

var (
	notThere  = regexp.MustCompile(`^(line \d+): field (.+) not found in type (\S+)$`)
	wrongKind = regexp.MustCompile("^(line \\d+): cannot unmarshal !!(\\w+)(?: `(.*)`)? into (\\S+)$")
	twice     = regexp.MustCompile(`^(line \d+): (?:mapping key (".*")|field (.+)) already (?:defined at|set in type)`)
)

// unfit is what the decoder tells of a key or a value of something of type t.
func unfit(text string, t reflect.Type) string {
	if m := notThere.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: %q is no key here; right would be one of %s", m[1], m[2], strings.Join(keysOf(t, m[3]), ", "))
	}
	if m := twice.FindStringSubmatch(text); m != nil {
		return fmt.Sprintf("%s: %s stands there twice; right would be once", m[1], m[2]+m[3])
	}
	m := wrongKind.FindStringSubmatch(text)
	switch {
	case m == nil:
		return text
	case m[2] == "seq":
		return fmt.Sprintf("%s: a list does not fit; right would be %s", m[1], wanted(m[4]))
	case m[2] == "map":
		return fmt.Sprintf("%s: keys do not fit; right would be %s", m[1], wanted(m[4]))
	}
	return fmt.Sprintf("%s: %q does not fit; right would be %s", m[1], m[3], wanted(m[4]))
}

// wanted is a type of Go as whoever writes a file knows it.
func wanted(kind string) string {
	switch {
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"):
		return "a whole number"
	case kind == "bool":
		return "true or false"
	case strings.HasPrefix(kind, "[]"):
		return "a list"
	case kind == "string":
		return "a text"
	}
	return "keys with values"
}

// keysOf gives the keys of the type of a name within t, in the order in which they are told.
func keysOf(t reflect.Type, name string) (keys []string) {
	switch {
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		return keysOf(t.Elem(), name)
	case t.Kind() != reflect.Struct:
		return nil
	case t.String() == name:
		return ownKeys(t)
	}
	for field := range t.Fields() {
		if keys := keysOf(field.Type, name); keys != nil {
			return keys
		}
	}
	return nil
}

func ownKeys(t reflect.Type) (keys []string) {
	for field := range t.Fields() {
		key, more, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		switch {
		case more == "inline":
			keys = append(keys, ownKeys(field.Type)...)
		case key != "" && key != "-":
			keys = append(keys, key)
		}
	}
	return keys
}
