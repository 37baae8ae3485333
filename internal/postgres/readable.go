package postgres

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readable refuses a change of facts of which a text is not UTF-8 or has a control character: reasons, answers, remarks, what a debtor complains of. The database
// takes some of them for an error of ours, and others make a screen tell something else. It is a *ConflictError that names the text, and none of its words. Not
// what a machine tells, such as the reply of a mail server: a letter that left has left.
func (e Event) readable() error {
	for _, field := range slices.Sorted(maps.Keys(e.Detail)) {
		if text, is := e.Detail[field].(string); is {
			if err := readable(field, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// readable is Event.readable for one text.
func readable(field, text string) error {
	at := strings.IndexFunc(text, unreadable)
	if at < 0 {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	return &ConflictError{fmt.Sprintf("%s: its character %d is %U, which is no text; right would be letters, lines and tabs in UTF-8", field, utf8.RuneCountInString(text[:at])+1, r)}
}

// unreadable are control characters but those that end a line or stand between columns, and what stands in for bytes that are no UTF-8.
func unreadable(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r)
}
