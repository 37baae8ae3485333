package claim

import "fmt"

// blameTwice breaks a claim with an invoice that an earlier claim of the same client and debtor in the file has too. Hand-over would refuse it as well,
// but knows no lines.
func (g *grouping) blameTwice() {
	type stood struct {
		line          int
		number, claim string
	}
	seen := map[[3]string]stood{}
	for i := range g.claims {
		c := &g.claims[i]
		client, identity := c.Submission.Client, c.Submission.Debtor.Identity()
		if _, bad := g.broken[i]; bad {
			continue
		}
		rows := c.Rows
		c.Rows = nil
		for _, row := range rows {
			key := [3]string{client, identity, Folded(row.Invoice.Number)}
			first, twice := seen[key]
			if !twice {
				seen[key] = stood{row.Line, row.Invoice.Number, c.Submission.Reference}
				c.Rows = append(c.Rows, row)
				continue
			}
			reason := fmt.Sprintf("%s of this debtor stands on line %d as well%s, in claim %s (requirement T5)", row.Invoice.Number, first.line, asWritten(first.number, row.Invoice.Number), first.claim)
			g.problems = append(g.problems, RowProblem{row.Line, c.Submission.Reference, "invoice", reason})
			g.breaks(i, row.Line)
		}
	}
}

// asWritten tells how the number of the same invoice stands elsewhere, when that is in another way.
func asWritten(there, here string) string {
	if there == here {
		return ""
	}
	return fmt.Sprintf(", as %s (capitals and extra spaces make no other number)", there)
}
