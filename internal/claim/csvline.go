package claim

import (
	"bytes"
	"strings"
	"unicode"
)

// lineReader gives a hand-over file line by line. A quoted text ends on the line on which it begins: no text of a claim has two lines, and so
// a quote that is never closed spoils its own row and swallows none of those after it.
type lineReader struct {
	rest  []byte
	comma string
	line  int    // number of the line in text; the first is 1
	text  string // without its line end
}

// next moves to the next line that is not empty.
func (r *lineReader) next() bool {
	for len(r.rest) > 0 {
		line, rest, _ := bytes.Cut(r.rest, []byte("\n"))
		r.rest = rest
		r.line++
		if r.text = string(bytes.TrimSuffix(line, []byte("\r"))); r.text != "" {
			return true
		}
	}
	return false
}

// record splits the line into its fields. When the quotes of one are wrong, fault says how, and the fields are those before it.
func (r *lineReader) record() (fields []string, fault string) {
	rest, more := r.text, true
	for more {
		field, after, problem := r.field(rest)
		if problem != "" {
			return fields, problem
		}
		fields = append(fields, field)
		rest, more = strings.CutPrefix(after, r.comma)
	}
	return fields, ""
}

// field reads the field at the beginning of text; after begins with the separator, or is empty at the end of the line.
func (r *lineReader) field(text string) (field, after, fault string) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	quoted, isQuoted := strings.CutPrefix(text, `"`)
	if !isQuoted {
		field, _, _ = strings.Cut(text, r.comma)
		if strings.Contains(field, `"`) {
			return "", "", `has a double quote inside; right would be the whole text between double quotes, with those inside doubled: "Hotel ""De Zon"""`
		}
		return field, text[len(field):], ""
	}
	for {
		part, rest, closed := strings.Cut(quoted, `"`)
		field += part
		switch {
		case !closed:
			return "", "", "begins with a double quote that is not closed on the same line"
		case rest == "" || strings.HasPrefix(rest, r.comma):
			return field, rest, ""
		case !strings.HasPrefix(rest, `"`):
			return "", "", "goes on after its closing double quote; right would be to double the quotes inside a quoted text"
		}
		field += `"`
		quoted = rest[1:]
	}
}

// words are the texts between the separators of the line, whatever its quotes mean: what a row may be about whose columns cannot be told.
func (r *lineReader) words() []string {
	words := strings.SplitN(strings.ReplaceAll(r.text, `"`, ""), r.comma, maxWords+1)
	words = words[:min(len(words), maxWords)]
	for i := range words {
		words[i] = Tidied(words[i])
	}
	return words
}

// maxWords is more than any row has that was meant as one.
const maxWords = 64
