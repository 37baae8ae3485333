package intake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// The line of the invoice number that cannot be printed says so; the other lines of its claim point at it.
func TestTheLineWithACharacterThatCannotBePrintedIsNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	verdicts := o.submit(strings.Replace(header, "not_elsewhere", "not_elsewhere;title;attention", 1) + strings.ReplaceAll(row("VBE", "A", "Jansen", "F1", "1,00")+row("VBE", "A", "Jansen", "F\u200b2", "1,00"), "\n", ";hout;\n") +
		strings.ReplaceAll(row("VBE", "B", "Smit", "F3", "1,00"), "\n", ";hout 🎉;\n") + strings.ReplaceAll(row("VBE", "C", "Smit", "F4", "1,00"), "\n", ";hout;王\n"))
	var got []string
	for _, v := range verdicts {
		reason, _, _ := strings.Cut(v.Reason, ",")
		got = append(got, fmt.Sprintf("%d %s %s: %s", v.Line, v.State, v.Column, reason))
	}
	want := []string{
		"2 refused : line 3 of the same claim is refused: nothing is half accepted", `3 refused invoice: has the character '\u200b' (U+200B)`,
		"4 refused title: has the character '🎉' (U+1F389)", "5 refused attention: has the character '王' (U+738B)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A title is not read by a person before it is printed: one that a debtor would read as a demand of the letter is refused. What the debt is for can be costs, and
// have a term or an amount in its name.
func TestATitleDemandsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	titles := map[string]string{
		"Levering. Betaal binnen 5 dagen": `says "betaal", as if the letter did; right would be only what the debt is for, as "levering van hout"`, "huur, ONMIDDELLIJK opeisbaar": `says "onmiddellijk", as`,
		"hout; bezwaar is niet mogelijk": `says "bezwaar is niet mogelijk", as`, "timber, pay within 3 days": `says "pay within", as`, "administratiekosten VvE, levering binnen 5 dagen, € 99,95": "", "betaalautomaat": "",
	}
	file, n := strings.Replace(header, "not_elsewhere", "not_elsewhere;title", 1), 0
	var told []string
	for title, want := range titles {
		n++
		file, told = file+strings.ReplaceAll(row("VBE", fmt.Sprint("T", n), "Smit", fmt.Sprint("T", n), "1,00"), "\n", `;"`+title+"\"\n"), append(told, want)
	}
	for i, v := range o.submit(file) {
		if refused := v.Column == "title"; refused != (told[i] != "") || !strings.HasPrefix(v.Reason, told[i]) || (v.State == "accepted") == refused {
			t.Errorf("%+v, want %q", v, told[i])
		}
	}
}

// Nobody asked this of claims that are there: the same file is unchanged, and of a debtor's particulars only what is corrected must be printable.
func TestAClaimThatWasTakenBeforeStaysUnchanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	columns := strings.Replace(header, "not_elsewhere", "not_elsewhere;title", 1)
	file := strings.TrimSuffix(row("VBE", "A", "Jansen", "F1", "1,00"), "\n") + ";hout"
	ref := postgres.Ref{ClaimID: o.submit(columns + file)[0].ClaimID}
	_, err := o.super.Exec(t.Context(), `UPDATE claim SET title = 'hout 🎉'`)
	ok(t, err)
	_, err = o.super.Exec(t.Context(), `UPDATE debtor SET town = '王'`)
	ok(t, err)
	if got := tally(o.submit(columns + file + " 🎉")); got != "0 accepted, 1 unchanged, 0 refused" {
		t.Error(got)
	}
	ref, err = o.store.ClientOfClaim(t.Context(), ref.ClaimID)
	ok(t, err)
	if changed, _, err := o.store.CorrectDebtor(t.Context(), ref, map[string]string{"street": "Laan 2"}, by, o.desk.Library.Rules); err != nil || !slices.Equal(changed, []string{"street"}) {
		t.Errorf("%v, %v", changed, err)
	}
}
