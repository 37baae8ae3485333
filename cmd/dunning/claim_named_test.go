package main

import (
	"encoding/json"
	"strings"
	"testing"
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
		o.refuses(t, 2, `is the name of a debtor; right would be the id of the claim: `, command...)
	}
	o.refuses(t, 2, id+" (BAS "+v.Reference+")", "claim", "done", "Quirine", "x")
	a := o.dunning(t, "claim", "show", "Naamvinder")
	if a.code != 2 || a.stderr != "dunning: \"Naamvinder\" names 2 claims; right would be the id of one\n" || strings.Count(a.stdout, " Naamvinder ") != 2 || !strings.Contains(a.stdout, refs[1].ClaimID) {
		t.Errorf("%+v", a)
	}
	o.refuses(t, 2, `claim "Nergensman": not found; right would be its id, the dossier number (what its id begins with), the client's reference,`, "claim", "show", "Nergensman")
}
