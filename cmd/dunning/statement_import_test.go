package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// statementFile writes a bank file.
func statementFile(t *testing.T, statements ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "camt053.xml")
	if err := os.WriteFile(name, []byte(testkit.Camt("m", statements...)), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A bank file from the command to the claims: what names its claim is paid, what does not waits with what was found, and people decide. It is the only test
// that books statements in this office: the account has one chain of balances.
func TestABankFileFromTheCommandToTheClaims(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	one := debtor{who: "consumer BAS", name: "Wim Bankbestand", street: "Afschrift " + number()}
	two := one
	two.amount = "60.00"
	refs := o.handOver(t, one, two)
	for _, ref := range refs {
		o.started(t, ref)
	}
	rf := o.reference(t, refs[0])
	on, later := calendar.DateOf(time.Now()).AddDays(-20).String(), calendar.DateOf(time.Now()).AddDays(-18).String() // not before the invoices
	day1 := "1 0.00 228.00: DAY 15.00 r6 RETOUR6|geen idee; DAY 100.00 r1 |" + rf + "; DAY 11.00 r2 <W. Bankbestand/NL44RABO0123456789> |" + rf[:6] + "; DAY 40.00 r3 |splitsen; DAY 42.00 r4 |terug; DAY 20.00 r5 <Incassocenter Voorbeeld/NL69INGB0123456789> |eigen geld"
	file := statementFile(t, strings.ReplaceAll(day1, "DAY", on))
	o.says(t, "booked...", "statement", "import", file)
	o.says(t, "booked (imported before; nothing changed)...", "statement", "import", file)
	if err := poll(t.Context(), func() (bool, error) {
		paid := money.Amount(0)
		for _, s := range o.facts(t, refs[0]).Settlements {
			paid += s.Amount
		}
		return paid == money.MustParse("100.00"), nil
	}); err != nil {
		t.Fatal(err)
	}
	queue := o.says(t, "together...", "receipts", "queue", "--all")
	keys := map[string]string{}
	for _, row := range printed(queue) {
		if cells := strings.Split(row, " | "); len(cells) > 3 && strings.HasPrefix(cells[0], on+"-") {
			keys[cells[3]] = cells[0]
		}
	}
	if keys["11.00"] == "" || keys["40.00"] == "" || keys["42.00"] == "" || keys["100.00"] != "" {
		t.Fatal(queue)
	}
	o.says(t, "11.00 of claim...", "receipts", "queue")
	o.says(t, "it goes on waiting...", "receipts", "reject", keys["11.00"], "--reason", "of another Bankbestand")
	o.says(t, "recorded...", "receipts", "assign", keys["11.00"], refs[0].ClaimID)
	o.refuses(t, 2, "the amounts add up to 39.00; right would be the whole receipt: 40.00", "receipts", "split", keys["40.00"], refs[0].ClaimID+"=30", refs[1].ClaimID+"=9")
	o.refuses(t, 2, "owes ", "receipts", "split", keys["40.00"], refs[0].ClaimID+"=1", refs[1].ClaimID+"=9000")
	split := []string{"receipts", "split", keys["40.00"], refs[0].ClaimID + "=30,00", refs[1].ClaimID + "=10,00"}
	o.says(t, keys["40.00"]+" 40.00: divided...", split...)
	o.says(t, "divided before; nothing changed...", split...)
	o.refuses(t, 2, "is divided already: claim", "receipts", "split", keys["40.00"], refs[0].ClaimID+"=29", refs[1].ClaimID+"=11")
	late := []string{"receipts", "add", keys["42.00"] + "-late", "42,00", "--on", on}
	o.refuses(t, 2, "may be line "+keys["42.00"]+" of a statement, of 42.00 on "+on+", which is booked as receipt "+keys["42.00"], late...)
	for _, half := range [][]string{{"--another"}, {"--another", "--reason", " "}, {"--reason", "x"}} {
		o.refuses(t, 2, "right would be --another with --reason", append(slices.Clone(late), half...)...)
	}
	o.says(t, "booked; it waits...", append(slices.Clone(late), "--another", "--reason", "paid twice, says the debtor")...)
	o.says(t, "booked already; nothing changed...", late...)
	propose := []string{"receipts", "refund", keys["42.00"], "--reason", "paid to the wrong foundation", "--by", "Anna"}
	if said := o.says(t, "42.00 │ P. Betaler NL20INGB0001234567...", propose...); strings.Contains(said, toldText(true)) {
		t.Error(said)
	}
	o.says(t, toldText(true)+"\n...", propose...)
	o.refuses(t, 2, "proposed the refund of receipt "+keys["42.00"]+"; right would be another person", "receipts", "refund", keys["42.00"], "--approve", "--by", "anna")
	o.refuses(t, 2, `"Somebody" may not approve`, "receipts", "refund", keys["42.00"], "--approve", "--by", "Somebody")
	o.refuses(t, 2, "goes back to who paid it", "receipts", "assign", keys["42.00"], refs[0].ClaimID)
	o.says(t, "paid to the wrong foundation...", "receipts", "refund")
	o.says(t, "Bram may approve", "payout", "approver", "add", "Bram")
	if a := o.dunning(t, "receipts", "refund", keys["42.00"], "--approve", "--by", "bram"); a.code != 0 || !strings.Contains(a.stdout, "approved by Bram") || strings.Contains(a.stdout, toldText(true)) {
		t.Errorf("%+v", a)
	}
	o.says(t, toldText(true)+"\n...", "receipts", "refund", keys["42.00"], "--approve", "--by", "bram")

	o.says(t, "fills up what clients got and a bank took back; ...", "receipts", "top-up", keys["20.00"])
	o.says(t, "told before; nothing changed", "receipts", "top-up", keys["20.00"])
	o.refuses(t, 2, "--by, --reason: are of --undo", "receipts", "top-up", keys["20.00"], "--reason", "a mistake")
	o.refuses(t, 2, "--by: is empty", "receipts", "top-up", keys["20.00"], "--undo", "--reason", "a mistake")
	o.refuses(t, 2, "--reason: is empty", "receipts", "top-up", keys["20.00"], "--undo", "--by", "A. de Vries")
	o.refuses(t, 2, "may not approve", "receipts", "top-up", keys["20.00"], "--undo", "--by", "Nobody", "--reason", "a mistake")
	o.says(t, "Cor may approve", "payout", "approver", "add", "Cor")
	o.says(t, "1 of 2 persons say that receipt "+keys["20.00"]+" of 20.00 is not the agency's own money", "receipts", "top-up", keys["20.00"], "--undo", "--by", "Bram", "--reason", "a mistake")
	for _, known := range []string{"", toldText(true) + ": "} {
		o.says(t, known+"2 of 2 persons say that receipt "+keys["20.00"]+" of 20.00 is not the agency's own money: it waits again", "receipts", "top-up", keys["20.00"], "--undo", "--by", "Cor", "--reason", "a mistake")
	}
	o.says(t, "fills up what clients got and a bank took back; ...", "receipts", "top-up", keys["20.00"])

	o.saysWhatTheBankCharged(t, keys["15.00"], "Bram", "Cor")
	held := statementFile(t, "3 520.00 530.00: "+later+" 10.00 r9 |later")
	a := o.dunning(t, "statement", "import", held)
	if a.code != 2 || !strings.Contains(a.stdout, "a difference of 309.50") || !strings.Contains(a.stderr, "1 of 1 statements are held and nothing of them is booked") || !strings.Contains(a.stderr, "of one that is wrong: dunning statement drop KEY --reason TEXT") {
		t.Errorf("%+v", a)
	}
	o.saysASetAside(t, later)
	task := o.says(t, "...", "claim", "tasks", "--kind", "statement")
	if !strings.Contains(task, "is held, with 1 entries and nothing of it booked: a difference of 309.50") || !strings.Contains(task, "--reason TEXT; when it is wrong: dunning statement drop ") {
		t.Error(task)
	}
	if a := o.dunning(t, "ledger", "reconcile", "--json"); a.code != 1 {
		t.Errorf("a statement is held: %+v", a)
	}
	list := o.says(t, "a difference of 309.50...", "statement", "list")
	key := strings.Split(printed(list)[1], " | ")[0]
	o.says(t, "it opens at 520.00...", "statement", "show", key)
	o.refuses(t, 2, "--reason: a statement is released for a reason", "statement", "release", key)
	o.says(t, "booked: 1 entries, 0 of them booked before, 1 new", "statement", "release", key, "--reason", "opening corrected by the bank")
	o.refuses(t, 2, "statement none: not found", "statement", "show", "none")
	o.refuses(t, 3, "no such file", "statement", "import", "none.xml")
	if a := o.dunning(t, "statement", "import", "none.xml", held); a.code != 2 || !strings.Contains(a.stdout, "booked (imported before") || !strings.Contains(a.stderr, "1 of 2 files are refused, and nothing of them is booked; the others are imported:") || !strings.Contains(a.stderr, "none.xml") {
		t.Errorf("the good file after the bad one: %+v", a)
	}
	o.refuses(t, 2, "right would be an account of bank.accounts: NL91ABNA0417164300", "statement", "import", bankFiles+"camt/test-camt053.xml")
	for why, args := range map[string][]string{
		"KEY: is missing":                {"receipts", "refund", "--approve"},
		"--reason: money goes back":      {"receipts", "refund", "k"},
		"no refund of receipt k":         {"receipts", "refund", "k", "--decline", "--by", "Bram"},
		"--by: is empty":                 {"receipts", "refund", "k", "--approve"},
		"right would be CLAIM=AMOUNT":    {"receipts", "split", "k", refs[0].ClaimID, refs[1].ClaimID},
		"--reason: a suggestion is":      {"receipts", "reject", "k"},
		"receipt k does not wait":        {"receipts", "reject", "k", "--reason", "x"},
		"--most: 0 is too few":           {"statement", "list", "--most", "0"},
		"nothing is to be paid back on":  {"receipts", "refund", keys["11.00"], "--claim", refs[0].ClaimID, "--reason", "x"},
		"is to be paid back on claim":    {"receipts", "refund", "--claim", refs[0].ClaimID, "--reason", "x"},
		"its KEY without --claim":        {"receipts", "refund", "k", "--claim", refs[0].ClaimID, "--to", "NL39RABO0300065264", "--reason", "x"},
		"no refund of receipt k came":    {"receipts", "refund", "k", "--to", "NL39RABO0300065264", "--reason", "x"},
		"has 8 characters; for NL it":    {"receipts", "refund", "k", "--to", "NL39RABO", "--reason", "x"},
		"--name: is of the account":      {"receipts", "refund", "k", "--name", "X", "--reason", "x"},
		"right would be one of them":     {"receipts", "refund", "k", "--approve", "--decline"},
		"does not wait: nobody knows it": {"receipts", "refund", "k", "--reason", "x"},
	} {
		o.refuses(t, 2, why, args...)
	}
}

// saysASetAside tells of a statement that is wrong, from the command that sets it aside to the list.
func (o *office) saysASetAside(t *testing.T, on string) {
	t.Helper()
	wrong := filepath.Join(t.TempDir(), "wrong.xml")
	if err := os.WriteFile(wrong, []byte(testkit.Camt("m", "4 999.00 1000.00: "+on+" 2.00 r8 |wrong")), 0o600); err != nil {
		t.Fatal(err)
	}
	if a := o.dunning(t, "statement", "import", wrong); a.code != 2 {
		t.Errorf("%+v", a)
	}
	o.refuses(t, 2, "--reason: a statement is set aside for a reason", "statement", "drop", wrong)
	o.refuses(t, 2, "statement none: not found; right would be a key of: dunning statement list, or the name of its file", "statement", "drop", "none", "--reason", "x")
	for range 2 {
		o.says(t, "opening 999.00, closing 1000.00: set aside on "+calendar.DateOf(time.Now()).String()+" by Ann: told again rightly...", "statement", "drop", wrong, "--by", "Ann", "--reason", "told again rightly")
	}
	o.says(t, "dropped (imported before; nothing of it is booked:...", "statement", "import", wrong)
}

// saysWhatTheBankCharged tells of a receipt that the bank takes back with a charge on top, from what the line waits for to the books.
func (o *office) saysWhatTheBankCharged(t *testing.T, receipt, first, second string) {
	t.Helper()
	o.says(t, "booked...", "statement", "import", statementFile(t, "2 228.00 210.50: "+calendar.DateOf(time.Now()).AddDays(-19).String()+" -17.50 r7 MD06!RETOUR6|storno"))
	command := []string{"receipts", "reverse", receipt, "--entry"}
	deadline := time.Now().Add(30 * time.Second)
	for ask := strings.Join(command, " "); ; time.Sleep(50 * time.Millisecond) { // the worker looks for what it takes back
		tasks := o.dunning(t, "claim", "tasks", "--kind", "line").stdout
		if _, after, found := strings.Cut(tasks, "find out what this line of 17.50 is, a return of statement "); found && strings.Contains(after, "receipt "+receipt+", which it takes back, of 15.00") {
			_, after, _ = strings.Cut(after, ask+" ")
			command = append(command, strings.Fields(after)[0])
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(tasks)
		}
	}
	line := command[len(command)-1]
	command = append(command, "--charge", "2.50", "--reason", "a letter of the bank", "--by")
	words := func(queue bool) string {
		args := []string{"claim", "tasks", "--kind", "line"}
		if queue {
			args = []string{"receipts", "queue", "--json"}
		}
		return o.dunning(t, args...).stdout
	}
	o.says(t, "1 lines of statements wait until somebody says what they are: dunning claim tasks --kind line...", "receipts", "queue")
	for _, known := range []string{"", toldText(true) + ": "} {
		o.says(t, known+"said by 1 of 2 persons: nothing is booked until another says the same", append(slices.Clone(command), first)...)
		if got, want := words(false), first+" says that the bank charged 2.50 with "+receipt+": a letter of the bank; it is booked when another person who may approve says the same\n  end: it ends when somebody says what the line is: dunning statement show "; !strings.Contains(got, want) {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if got := words(true); !strings.Contains(got, `"taken_back_by":[{"statement":`) || !strings.Contains(got, `"key":"`+line+`"`) || !strings.Contains(got, `"by":"`+first+`"`) {
			t.Error(got)
		}
	}
	o.says(t, "reversed; it was of no claim", append(slices.Clone(command), second)...)
	o.says(t, toldText(true), append(slices.Clone(command), second)...)
	o.says(t, "Dora may approve", "payout", "approver", "add", "Dora")
	o.says(t, toldText(true), append(slices.Clone(command), "Dora")...) // what two said needs no third
	if got := words(false) + words(true); strings.Contains(got, line) {
		t.Error(got)
	}
	traced := o.says(t, "17.50...", "ledger", "trace", line)
	if !strings.Contains(traced, "2.50") {
		t.Error(traced)
	}
}

// A statement that a person released although it does not tie tells by how much ever after.
func TestWhatAStatementIsHeldForIsTold(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]postgres.Statement{
		"released by ann: asked the bank (a difference of 5.00)":                      {State: postgres.StatementBooked, ReleasedBy: "ann", ReleasedReason: "asked the bank", HeldFor: "x", Difference: 5_00},
		"released by ann: for its day":                                                {State: postgres.StatementBooked, ReleasedBy: "ann", ReleasedReason: "for its day", HeldFor: "x"},
		"released by ann: it is right; set aside before, on 2026-12-01 by bob: wrong": {State: postgres.StatementBooked, ReleasedBy: "ann", ReleasedReason: "it is right", DroppedBy: "bob", DroppedReason: "wrong", DroppedOn: calendar.MustParseDate("2026-12-01")},
		"set aside on 2026-12-01 by bob: wrong":                                       {State: postgres.StatementDropped, HeldFor: "x", Difference: 5_00, DroppedBy: "bob", DroppedReason: "wrong", DroppedOn: calendar.MustParseDate("2026-12-01")},
		"a difference of 5.00: x":                                                     {State: postgres.StatementHeld, HeldFor: "x", Difference: 5_00},
	} {
		if got := heldText(s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
