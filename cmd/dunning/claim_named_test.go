package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// Whoever calls names a claim by what stands on its letter: one is shown, several are listed, and what changes something takes no debtor's name for a claim.
func TestAClaimIsNamedByWhatStandsOnItsLetter(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	refs := o.handOver(t, debtor{who: "consumer BAS", name: "Quirine Naamvinder", street: "Zoek " + number(), ahead: true}, debtor{who: "consumer BAS", name: "Quinten Naamvinder", street: "Zoek " + number(), ahead: true})
	id := refs[0].ClaimID
	var v view
	if err := json.Unmarshal([]byte(o.says(t, "...", "claim", "show", "--json", id)), &v); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{strings.ToUpper(id), strings.ToUpper(id[:8]), v.Reference, " " + v.RF[:4] + " " + strings.ToLower(v.RF[4:]), v.Kenmerk, v.Facts.Invoices[0].Number, "quirine NAAMVINDER"} {
		o.says(t, "claim "+id+" ("+v.Reference+")...", "claim", "show", name)
	}
	o.says(t, "recorded...", "claim", "remark", v.Reference, "called", "--key", "named")
	o.says(t, "...", "claim", "remark", v.RF, "called", "--key", "named")
	for _, command := range [][]string{{"claim", "pay", "Naamvinder", "1"}, {"receipts", "assign", "k", "Quirine"}, {"ledger", "journal", "--claim", "Quirine"}, {"claim", "withdraw", "Quirine", "--confirm", "1"}} {
		o.refuses(t, 2, `claim: that is the name of a debtor; right would be the id of the claim: `, command...)
	}
	o.refuses(t, 2, id+" (BAS "+v.Reference+")", "claim", "done", "Quirine", "x")
	o.says(t, "recorded...", "claim", "pay", v.Reference, "10", "--key", "paid "+id)
	for _, name := range []string{id, strings.ToUpper(id[:8]), v.Reference, v.RF, v.Facts.Invoices[0].Number} {
		o.says(t, id+": claim "+id+" (BAS "+v.Reference+")...", "ledger", "trace", name)
	}
	o.says(t, "paid "+id+": settlement of a claim: no money of the trust account moved...", "ledger", "trace", "paid "+id)
	o.refuses(t, 2, `is the name of a debtor`, "ledger", "trace", "Quirine")
	o.refuses(t, 2, `"nothing-has-this": not found in the books, and names no claim; right would be a key of`, "ledger", "trace", "nothing-has-this")
	a := o.dunning(t, "claim", "show", "Naamvinder")
	if a.code != 2 || a.stderr != "dunning: claim: 2 are named so; right would be the id of one\n" || strings.Count(a.stdout, " Naamvinder ") != 2 || !strings.Contains(a.stdout, refs[1].ClaimID) {
		t.Errorf("%+v", a)
	}
	o.refuses(t, 2, `dunning: claim: not found; right would be its id, the dossier number (what its id begins with), the client's reference,`, "claim", "show", "Nergensman")
	o.refuses(t, 2, `dunning: claim "N-404": not found; right would be its id,`, "claim", "show", "N-404")
}

// An error is kept in logs: it has no word of what was typed that may be a name.
func TestAnErrorNamesNoDebtor(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		" VBE-041 ": `claim "VBE-041"`, "822e2b4e": `claim "822e2b4e"`, "Jansen": "claim", "Jan de Vries": "claim", "RF18 VBE 041": "claim", "Cafe 24 uur": "claim", "": "claim",
	} {
		if got := typedClaim(text); got != want {
			t.Errorf("%q is said as %s, want %s", text, got, want)
		}
	}
}

func TestASearchThatFindsTooMuchSaysSo(t *testing.T) {
	t.Parallel()
	one := postgres.FoundClaim{Ref: postgres.Ref{ClientID: "a"}, Of: 53}
	found := append(slices.Repeat([]postgres.FoundClaim{one}, postgres.MostFound), postgres.FoundClaim{Ref: postgres.Ref{ClientID: "b"}, Of: 1})
	err := severalNamed("Jansen", found)
	if err == nil || !strings.HasPrefix(err.Error(), "claim: 54 are named so, and 51 are listed, 50 at most of a client; right would be the id of one, more words of the name,") {
		t.Error(err)
	}
	if listed := claimsListed(found); !strings.HasSuffix(listed, "and 49 more: dunning claim show") {
		t.Error(listed)
	}
}
