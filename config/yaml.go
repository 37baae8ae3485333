package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readYAML takes the scalars of the file as they are written, so that a telephone number keeps its zero and 5.00 its cents, and
// notes the line of each.
func (l *loader) readYAML(content []byte) {
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	var doc yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		if !errors.Is(err, io.EOF) { // an empty file sets nothing
			l.problem(setting{source: l.path}, "", fmt.Sprintf("is not YAML: %v", err), "")
		}
		return
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		l.problem(setting{source: l.path}, "", "has more than one document", "one")
	}
	l.readSection("", doc.Content[0])
}

// readSection reads the mapping that belongs to prefix ("" or "smtp.").
func (l *loader) readSection(prefix string, node *yaml.Node) {
	at := setting{source: l.path, line: node.Line}
	if node.Kind == yaml.ScalarNode && node.Tag == "!!null" {
		return // a section whose keys are all commented out
	}
	if node.Kind != yaml.MappingNode {
		l.problem(at, strings.TrimSuffix(prefix, "."), "is not a section", "keys with a colon, indented")
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], node.Content[i+1]
		key := prefix + name.Value
		at := setting{source: l.path, line: name.Line}
		if first := seen[key]; first > 0 {
			l.problem(at, key, fmt.Sprintf("is given twice, first on line %d", first), "once")
			continue
		}
		seen[key] = name.Line
		if l.names.sections[key] {
			l.sections[key] = name.Line
			l.readSection(key+".", value)
			continue
		}
		l.readValue(key, at, value)
	}
}

func (l *loader) readValue(key string, at setting, node *yaml.Node) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	f, known := l.names.keys[key]
	switch {
	case !known:
		l.unknown(key, key, at)
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null": // "key:" with nothing behind it is not set
	case node.Kind == yaml.ScalarNode:
		at.text = node.Value
		l.file[key] = at
	case node.Kind == yaml.SequenceNode && f.list() && key == f.key:
		at.list = []string{}
		for _, item := range node.Content {
			if item.Kind != yaml.ScalarNode {
				l.problem(setting{source: l.path, line: item.Line}, key, "has an entry that is not a text", "")
				continue
			}
			at.list = append(at.list, item.Value)
		}
		l.file[key] = at
	default:
		l.problem(at, key, "is not one value", "")
		at.text = unreadable
		l.file[key] = at
	}
}
