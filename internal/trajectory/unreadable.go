package trajectory

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// How the YAML decoder tells of a key that no type has, and of a value that does not fit one.
var (
	unknownKey = regexp.MustCompile(`^(line \d+): field (.*) not found in type trajectory\.(\w+)$`)
	wrongValue = regexp.MustCompile("^(line \\d+): cannot unmarshal !!\\w+ (?:`(.*)` )?into (\\S+)$")
)

// unreadable tells why a file is no trajectory: each problem in one line, with the line of the file and what would be right.
func unreadable(name string, err error) string {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return err.Error()
	}
	lines := make([]string, len(typed.Errors))
	for i, text := range typed.Errors {
		lines[i] = text
		if m := unknownKey.FindStringSubmatch(text); m != nil {
			lines[i] = fmt.Sprintf("%s: %q is no key here; right would be one of [%s]", m[1], m[2], strings.Join(keysOf(m[3]), " "))
		} else if m := wrongValue.FindStringSubmatch(text); m != nil {
			lines[i] = fmt.Sprintf("%s: %q does not fit; right would be %s", m[1], m[2], wanted(m[3]))
		}
	}
	return strings.Join(lines, "\n"+name+": ")
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

// keysOf gives the keys of a part of the file, in the order in which they are told.
func keysOf(name string) []string {
	if t := reflected(name); t != nil {
		return keysIn(t)
	}
	return nil
}

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
