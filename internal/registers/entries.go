package registers

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// entry is one line of a file of answers: what a register says of a subject from a day on. No subject is every subject.
type entry struct {
	subject  string
	register claim.Register
	found    claim.Finding
	on       calendar.Date
}

// EntryError says what is wrong with a line of a file of answers. It does not repeat what stands there: a name may have got into the wrong column.
type EntryError struct {
	File           string
	Line           int
	Field, Problem string
}

func (e *EntryError) Error() string {
	return fmt.Sprintf("%s: line %d: %s: %s", e.File, e.Line, e.Field, e.Problem)
}

var header = []string{"subject", "register", "answer", "on"}

// parse reads a file of answers: CSV with ; between, of which the header is subject;register;answer;on. Errors are *EntryError.
func parse(name, text string) (list []entry, err error) {
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))) // which a spreadsheet puts before it
	reader.Comma, reader.FieldsPerRecord = ';', len(header)
	if row, err := reader.Read(); err != nil || !slices.Equal(row, header) {
		return nil, &EntryError{name, 1, "header", "right would be " + strings.Join(header, ";")}
	}
	seen := map[entry]claim.Finding{}
	for {
		row, err := reader.Read()
		var torn *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return list, nil
		case errors.As(err, &torn):
			return nil, &EntryError{name, torn.Line, "row", "cannot be read; right would be " + strings.Join(header, ";")}
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		line, _ := reader.FieldPos(0)
		e, problem := parseEntry(row)
		key := entry{e.subject, e.register, "", e.on}
		if said, twice := seen[key]; problem == nil && twice && said != e.found {
			problem = &EntryError{Field: "answer", Problem: "another line says something else of the same subject, register and day; right would be one of the two"}
		}
		if problem != nil {
			problem.File, problem.Line = name, line
			return nil, problem
		}
		seen[key] = e.found
		list = append(list, e)
	}
}

func parseEntry(row []string) (e entry, problem *EntryError) {
	wrong := func(field, text string) (entry, *EntryError) {
		return entry{}, &EntryError{Field: field, Problem: text}
	}
	e = entry{subject: strings.TrimSpace(row[0]), register: claim.Register(strings.TrimSpace(row[1])), found: claim.Finding(strings.TrimSpace(row[2]))}
	id, err := uuid.Parse(e.subject)
	if err != nil {
		return wrong("subject", "is not the id of a claim; right would be one as `dunning claim submit` printed it")
	}
	e.subject = id.String()
	if !slices.Contains(claim.Registers(), e.register) {
		return wrong("register", fmt.Sprintf("right would be one of %v", claim.Registers()))
	}
	says := slices.DeleteFunc(e.register.Findings(), func(f claim.Finding) bool { return f == claim.NoAnswer })
	if !slices.Contains(says, e.found) {
		return wrong("answer", fmt.Sprintf("right would be one of %v", says))
	}
	if e.on, err = calendar.ParseDate(strings.TrimSpace(row[3])); err != nil {
		return wrong("on", "is not a day; right would be one like 2027-03-31")
	}
	return e, nil
}

// answer is the newest that stands there about a subject, of a day up to and including on; nothing when nothing stands there.
func answer(list []entry, register claim.Register, subject string, on calendar.Date) Answer {
	newest := entry{found: claim.FoundNothing}
	for _, e := range list {
		if e.register == register && (e.subject == subject || e.subject == "") && !e.on.After(on) && !e.on.Before(newest.on) {
			newest = e
		}
	}
	if newest.found == claim.FoundNothing {
		return Answer{Found: claim.FoundNothing}
	}
	return Answer{newest.found, newest.on}
}
