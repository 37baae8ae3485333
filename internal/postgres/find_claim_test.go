package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// A claim is found by whatever stands on its letters or in its client's books, of whatever client; by its debtor's name only where nothing else fits, and that is told.
func TestAClaimIsFoundByWhatNamesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim(func(c *postgres.NewClaim) {
		c.Reference, c.Debtor.Name, c.Invoices[0].Number = "VBE-041", "Jan van Dijk", "F 2026 18"
	})
	second := w.newClaim(func(c *postgres.NewClaim) {
		c.Reference, c.Debtor.Name, c.Invoices[0].Number = "100%", "Dijkstra en Zn. B.V.", "F2026_19"
	})
	refs := w.handOver(first, second)
	w.client = w.newClient("B")
	refs = append(refs, w.handOver(w.newClaim(func(c *postgres.NewClaim) {
		c.Reference, c.Debtor.Name, c.Invoices[0].Number = "VBE-041", "Dijk", "VBE-042"
	}))...)
	w.exec(`UPDATE invoice SET folded = NULL WHERE number = 'F2026_19'`) // as one that was taken twice before it was compared
	names := map[string]string{refs[0].ClaimID: "A1", refs[1].ClaimID: "A2", refs[2].ClaimID: "B1"}
	spaced := func(text string) string { return " " + text[:4] + " " + strings.ToLower(text[4:]) + " " }
	for _, c := range []struct{ story, text, want string }{
		{"the reference of two clients", "VBE-041", "A1 B1"},
		{"in any case", " vbe-041 ", "A1 B1"},
		{"a part of a reference is none", "VBE-04", ""},
		{"an RF reference with its spaces", spaced(first.RF), "A1"},
		{"a payment reference", spaced(first.Kenmerk), "A1"},
		{"the number of an invoice", "f  2026 18", "A1"},
		{"of one that has no folded number", "f2026_19", "A2"},
		{"of another client", "VBE-042", "B1"},
		{"words of a debtor's name", "dijk", "A2? A1? B1?"},
		{"in any order", "dijk JAN", "A1?"},
		{"too few characters of a name", "di", ""},
		{"nothing", " ", ""},
		{"a sign that stands for any is a sign", "d%k", ""},
		{"another", "d_jk", ""},
		{"also in a reference", "100%", "A2"},
	} {
		found, err := w.FindClaims(t.Context(), c.text)
		ok(t, err)
		var got []string
		for _, f := range found {
			if name := names[f.ClaimID]; f.Client != name[:1] || f.ClaimID != f.Claim || f.Debtor == "" || f.Status == "" {
				t.Errorf("%s: %+v", c.story, f)
			}
			said := names[f.ClaimID]
			if f.ByDebtor {
				said += "?"
			}
			got = append(got, said)
		}
		says(t, c.story, strings.Join(got, " "), c.want)
	}
}

// Of a client more claims can be named than are given: each that is says how many.
func TestASearchSaysHowManyItLeavesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var claims []postgres.NewClaim
	for i := range postgres.MostFound + 3 {
		claims = append(claims, w.newClaim(func(c *postgres.NewClaim) {
			c.Reference, c.Debtor.Name, c.Debtor.Street = fmt.Sprintf("L-%02d", i), "Jansen", fmt.Sprintf("Kade %d", i+1)
		}))
	}
	w.handOver(claims...)
	w.client = w.newClient("B")
	w.handOver(w.newClaim(func(c *postgres.NewClaim) { c.Debtor.Name = "Jansen" }))
	found, err := w.FindClaims(t.Context(), "jansen")
	if ok(t, err); len(found) != postgres.MostFound+1 || found[0].Of != postgres.MostFound+3 || postgres.LeftOut(found) != 3 {
		t.Errorf("%d are found, and %d left out", len(found), postgres.LeftOut(found))
	}
	found, err = w.FindClaims(t.Context(), "L-07")
	if ok(t, err); len(found) != 1 || postgres.LeftOut(found) != 0 {
		t.Errorf("%+v", found)
	}
}
