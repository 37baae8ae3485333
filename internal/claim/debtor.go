package claim

import (
	"fmt"
	"maps"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ColumnError says what is wrong with the value for one column of a hand-over file, and what would be right.
type ColumnError struct{ Column, Reason string }

func (e *ColumnError) Error() string { return e.Column + " " + e.Reason }

// Corrected gives the debtor with other values for some columns of a hand-over file (debtor, attention, street, postcode, town, email), held to
// what hand-over asks of them, and the columns that differ. The error is a *ColumnError. The kind is not among them, because it decides which
// law applies to letters that have left, nor is the language; the country can only be one.
func (d Debtor) Corrected(values map[string]string) (corrected Debtor, changed []string, err error) {
	corrected = d
	places := map[string]*string{
		"debtor": &corrected.Name, "attention": &corrected.Attention, "street": &corrected.Street, "postcode": &corrected.Postcode, "town": &corrected.Town, "email": &corrected.Email,
	}
	for _, column := range slices.Sorted(maps.Keys(values)) {
		if places[column] == nil {
			return d, nil, &ColumnError{column, "is nothing that can be corrected; right would be debtor, attention, street, postcode, town or email"}
		}
	}
	before := map[string]string{}
	for _, c := range Columns() {
		value, given := values[c.Name]
		if !given {
			continue
		}
		value = Tidied(value)
		if problem := c.problem(value); problem != "" {
			return d, nil, &ColumnError{c.Name, problem}
		}
		before[c.Name], *places[c.Name] = *places[c.Name], value
	}
	for _, wrong := range corrected.tidy() {
		if _, given := values[wrong.Column]; given { // what is left alone may have been taken before this was asked
			return d, nil, &wrong
		}
	}
	for _, c := range Columns() {
		if old, given := before[c.Name]; given && *places[c.Name] != old {
			changed = append(changed, c.Name)
		}
	}
	return corrected, changed, nil
}

// Tidied is a text as it is kept, of a debtor and of a client: an accent that is written as a character of its own, as files from a Mac have it,
// becomes part of its letter (NFC), so that the same name is the same text, and one that letters can print.
func Tidied(text string) string { return norm.NFC.String(strings.TrimSpace(text)) }

// Worded says whether a text has a letter or a digit. One of marks alone ("|||", "---") names nobody and nothing, and debtors with such names would be
// one and the same (Fingerprint).
func Worded(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// problem says what is wrong with a text in any column; empty when nothing is.
func (c Column) problem(value string) string {
	switch {
	case c.Required && value == "":
		return "is empty; right would be: " + c.Help
	case utf8.RuneCountInString(value) > maxText:
		return fmt.Sprintf("is longer than %d characters", maxText)
	case !utf8.ValidString(value):
		return "has bytes that are not UTF-8, as the rest of the file is; right would be to save the whole file as UTF-8"
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }):
		return "has characters that cannot be printed"
	case c.Required && !Worded(value):
		return fmt.Sprintf("%q has no letter and no digit; right would be: %s", value, c.Help)
	}
	return ""
}

var postcode = regexp.MustCompile(`^[1-9][0-9]{3} ?[A-Za-z]{2}$`)

// tidy writes the postcode as it is printed and tells every particular of a debtor that is wrong.
func (d *Debtor) tidy() (wrong []ColumnError) {
	written, ok := Postcode(d.Postcode)
	if ok {
		d.Postcode = written
	}
	check := func(right bool, column, reason string) {
		if !right {
			wrong = append(wrong, ColumnError{column, reason})
		}
	}
	check(d.Country == "NL", "country", "is not NL: only debtors in the Netherlands are taken (requirement T3)")
	check(ok, "postcode", fmt.Sprintf("%q is not a Dutch postcode; right would be 1234 AB", d.Postcode))
	check(d.Language == "nl" || d.Language == "en", "language", "is not nl or en")
	problem := EmailProblem(d.Email)
	check(d.Email == "" || problem == "", "email", problem+", or leave it empty")
	return wrong
}

// Postcode gives a Dutch postcode as it is printed; ok says whether text is one.
func Postcode(text string) (written string, ok bool) {
	if !postcode.MatchString(text) {
		return "", false
	}
	return strings.ToUpper(text[:4] + " " + strings.TrimSpace(text[4:])), true
}

// EmailProblem says why text is not one bare e-mail address, at the name of a host with a dot in it, and what would be right; empty when it is. It is ASCII: others
// need servers that few debtors have (SMTPUTF8, RFC 6531), and no mail is sent to them.
func EmailProblem(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return "has a character that is not ASCII, and no mail can be sent to it; right would be naam@voorbeeld.nl, the domain in its xn-- form"
	}
	address, err := mail.ParseAddress(text)
	_, domain, _ := strings.Cut(text, "@")
	if err != nil || address.Address != text || strings.Count(text, "@") != 1 || len(text) > maxEmail || !HostName(domain) {
		return "is not an e-mail address; right would be naam@voorbeeld.nl"
	}
	return ""
}

const maxEmail = 254 // RFC 5321, 4.5.3.1.3

var hostName = regexp.MustCompile(`^([\pL\pN]([\pL\pN-]{0,61}[\pL\pN])?\.)+\pL([\pL\pN-]{0,61}[\pL\pN])?$`)

// HostName says whether text is the whole name of a host, with a dot in it: voorbeeld.nl. A number like 127.0.0.1 is none.
func HostName(text string) bool { return len(text) <= maxHostName && hostName.MatchString(text) }

const maxHostName = 253 // RFC 1035, 2.3.4
