package trajectory

import (
	"cmp"
	"encoding"
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
func unreadable(name string, data []byte, err error) string {
	between := "\n" + name + ": "
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		var file yaml.Node
		if yaml.Unmarshal(data, &file) == nil && len(file.Content) > 0 {
			return cmp.Or(strings.Join(misread(file.Content[0], reflect.TypeFor[Policy](), ""), between), err.Error())
		}
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
	return strings.Join(lines, between)
}

// misread finds the values of a part of the file that are texts of their own kind, as amounts are, and cannot be read: the decoder tells the first only, and not where it is.
func misread(node *yaml.Node, t reflect.Type, key string) (lines []string) {
	line := node.Line
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch {
	case node.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, element := range node.Content {
			lines = append(lines, misread(element, t.Elem(), key)...)
		}
	case node.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if name := node.Content[i].Value; typeOf(t, name) != nil {
				lines = append(lines, misread(node.Content[i+1], typeOf(t, name), name)...)
			}
		}
	case node.Kind == yaml.ScalarNode && node.ShortTag() != "!!null":
		if value, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
			if err := value.UnmarshalText([]byte(node.Value)); err != nil {
				lines = append(lines, fmt.Sprintf("line %d: %s: %s", line, key, err))
			}
		}
	}
	return lines
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
