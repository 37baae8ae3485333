package bank

import "io"

// Inspection is what is in a file of statements.
type Inspection struct {
	Format     string
	Statements []Statement
	Problems   []Problem // at most mostFindings
	More       int       // the problems that were left out
}

// Problem is something that does not tie or looks wrong. Entry is 0 when it is about the statement as a whole.
type Problem struct {
	Statement, Entry int
	Text             string
}

// mostFindings is how many problems an inspection lists: more would not be read, and must not fill the memory.
const mostFindings = 1000

// Inspect reads a file and says what is in it, and what looks wrong. Errors are those of Read.
func Inspect(r io.Reader) (Inspection, error) {
	in, closed := Inspection{}, map[string]*Balance{}
	format, err := Read(r, Handler{
		Entry: func(s *Statement, e *Entry) error {
			in.found(s.Number, e.Number, e.Problems)
			return nil
		},
		Statement: func(s *Statement) error {
			if before := closed[s.Account]; before != nil && s.Account != "" && s.Opening != nil && !before.Amount.Equal(s.Opening.Amount) {
				note(&s.Problems, "opens at %s; the statement of this account before it in the file closes at %s", Text(s.Opening.Amount), Text(before.Amount))
			}
			closed[s.Account] = s.Closing
			in.found(s.Number, 0, s.Problems)
			in.Statements = append(in.Statements, *s)
			return nil
		},
	})
	in.Format = format
	return in, err
}

func (in *Inspection) found(statement, entry int, texts []string) {
	for _, text := range texts {
		if len(in.Problems) == mostFindings {
			in.More++
			continue
		}
		in.Problems = append(in.Problems, Problem{statement, entry, text})
	}
}
