package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

// A client is paid what came in for it, from the file of clients to the bank's debit, by commands alone.
func TestAPayoutByCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	dir := t.TempDir()
	code, file := "PA"+number(), filepath.Join(dir, "clients.yaml")
	tells := func(iban string) {
		text := strings.NewReplacer("VBE", code, "NL91 ABNA 0417 1643 00", iban+"\n  account_holder: Café Voorbeeld").Replace(goodClient)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.says(t, code+"...", "client", "add", file)
	}
	tells("NL20INGB0001234567")
	ref := o.handOver(t, debtor{who: "consumer " + code})[0]
	o.says(t, "...", "receipt", "add", "payout-"+code, "40,00", "--remittance", o.reference(t, ref))
	anna, bram := "Anna "+code, "Bram "+code
	today := strings.ReplaceAll(calendar.DateOf(time.Now()).String(), "-", "")
	id := "PO-" + today + "-" + code

	o.says(t, "nobody is to be paid now\nleft out: client "+code+": its account is approved by 0 of 2 persons: dunning client account approve "+code+" --iban IBAN --by NAME", "payout", "propose", "--client", code)
	o.refuses(t, 2, fmt.Sprintf("%q may not approve; right would be a name of `dunning payout approver list`", anna), "client", "account", "approve", code, "--iban", "NL20INGB0001234567", "--by", anna)
	for _, name := range []string{anna, bram} {
		o.says(t, name+" may approve", "payout", "approver", "add", name)
	}
	o.refuses(t, 2, "that is not the account that the client told last", "client", "account", "approve", code, "--iban", "NL91ABNA0417164300", "--by", anna)
	o.refuses(t, 2, "--iban: ", "client", "account", "approve", code, "--iban", "NL20", "--by", anna)
	o.refuses(t, 2, "--by: is empty", "client", "account", "approve", code, "--iban", "NL20INGB0001234567")
	o.says(t, "nothing is paid on it: the client's account is approved by 1 of 2 persons...", "client", "account", "approve", code, "--iban", "NL20 INGB 0001 2345 67", "--by", anna)
	o.says(t, "approved by "+anna+", "+bram+"\nmay be paid on...", "client", "account", "approve", code, "--iban", "NL20INGB0001234567", "--by", bram)
	o.refuses(t, 2, "the account is not blocked", "client", "account", "renew", code)

	o.refuses(t, 2, "is over; right would be", "payout", "propose", "--client", code, "--on", "2020-01-01")
	typed := "TYPED, and in no statement of the bank: all receipts that one person says came in, also of claims that this payout does not pay, for the trust account is one. At most 40.00 of what it pays rests on them; look for them at the bank first\n  ..."
	day := calendar.DateOf(time.Now())
	said := o.says(t, "two persons approve it: dunning payout approve "+id+" --by NAME...", "payout", "propose", "--client", code)
	said = strings.Replace(said, "proposed: payout "+id+" of pay day "+day.String()+"\n", "", 1)
	untyped := func(said string) string { // what others typed meanwhile is of no concern here
		before, rest, _ := strings.Cut(said, "TYPED")
		_, after, _ := strings.Cut(strings.TrimPrefix(rest, ","), "\n  ")
		_, after, _ = strings.Cut(after, "\n")
		return before + after
	}
	first, again, _ := strings.Cut(o.says(t, "...", "payout", "propose", "--client", code), "\n")
	if untyped(again) != untyped(said) || !strings.HasPrefix(first, "payout "+id+" of pay day "+day.String()+" was proposed before, by ") || !strings.HasSuffix(first, "nothing is computed anew; for that: dunning payout withdraw "+id+` --reason "...", and propose`) {
		t.Errorf("%s\n%s\nwas\n%s", first, again, said)
	}
	o.says(t, `"existed":true...`, "payout", "propose", "--client", code, "--json")
	o.says(t, "nobody is to be paid now\npayout "+id+" of pay day "+day.String()+" is proposed, and what it pays is taken: dunning payout show "+id, "payout", "propose", "--client", code, "--on", day.AddDays(1).String())
	o.refuses(t, 2, "payout "+id+" is approved by 0 of 2 persons", "payout", "file", id, "--out", filepath.Join(dir, "x.xml"))
	for _, view := range [][]string{{"propose", "--client", code}, {"show", id}, {"approve", id, "--by", strings.ToUpper(anna)}} {
		o.says(t, typed, append([]string{"payout"}, view...)...)
	}
	o.says(t, toldText(true)+": approved by 1 of 2 persons\n...", "payout", "approve", id, "--by", anna)
	const half = "\nthat is 1 of 2 persons: its lines stay proposed until another word: dunning payout approve "
	o.says(t, half+id+" --by NAME\n...", "payout", "show", id)
	for _, view := range [][]string{{"propose", "--client", code}, {"show", id}} {
		o.says(t, `"typed":{"at_most":"40.00","receipts":[{"receipt":"...`, append(append([]string{"payout"}, view...), "--json")...)
	}
	o.refuses(t, 2, "--hash: payout "+id+" has another", "payout", "approve", id, "--by", bram, "--hash", "zz")
	o.says(t, "approved by 2 of 2 persons; make the file with: dunning payout file "+id+" --out FILE\n...", "payout", "approve", id, "--by", bram)
	o.says(t, toldText(true)+": approved by 2 of 2 persons...", "payout", "approve", id, "--by", bram)
	third := "Cees " + code
	o.says(t, third+" may approve", "payout", "approver", "add", third)
	o.says(t, "approved by 2 of 2 persons before; it is noted that "+third+" does too...", "payout", "approve", id, "--by", third)
	if said := o.says(t, "approved by "+bram+" at ...", "payout", "show", id); strings.Contains(said, half) {
		t.Error(said)
	}
	o.refuses(t, 2, "--out: ", "payout", "file", id)
	o.refuses(t, 2, "is not a directory", "payout", "file", id, "--out", filepath.Join(dir, "none", "x.xml"))
	var files [2][]byte
	for i := range files {
		name := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
		if said := o.says(t, "written to "+name+", to be paid on ...", "payout", "file", id, "--out", name); !strings.Contains(said, strings.TrimSuffix(typed, "...")) {
			t.Error(said)
		} else if again := "\nit was made before, on " + calendar.DateOf(time.Now()).String() + " by "; strings.Contains(said, again) != (i > 0) {
			t.Errorf("time %d: %s", i+1, said)
		}
		files[i], _ = os.ReadFile(name)
	}
	if !bytes.Equal(files[0], files[1]) || !bytes.Contains(files[0], []byte("<Nm>Cafe Voorbeeld</Nm>")) {
		t.Errorf("%s\nis not\n%s", files[0], files[1])
	}
	for _, view := range []string{"net", "combined"} {
		pdf := filepath.Join(dir, view+".pdf")
		o.says(t, pdf, "payout", "specification", id, "--client", code, "--view", view, "--out", pdf)
		if content, err := os.ReadFile(pdf); err != nil || !bytes.HasPrefix(content, []byte("%PDF")) {
			t.Error(err)
		}
	}
	o.refuses(t, 2, `--view: "all" is not one of [combined net gross]`, "payout", "specification", id, "--client", code, "--view", "all", "--out", "x")
	o.refuses(t, 2, "--client: payout "+id+" does not pay PRE", "payout", "specification", id, "--client", "PRE", "--out", filepath.Join(dir, "x.pdf"))

	report := filepath.Join(dir, "report.xml")
	text := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-03T20:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>` + id + `</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`
	if err := os.WriteFile(report, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.says(t, "accepted...", "payout", "status", "--pain002", report)
	o.refuses(t, 3, "--pain002: ", "payout", "status", "--pain002", file)
	o.refuses(t, 2, "which pays 40.00 there", "payout", "book", "e-"+code, "39,99", "--line", id+"-1")
	o.refuses(t, 2, "payout of entry x: not found", "payout", "book", "x", "1", "--line", "PO-none")
	for want, flags := range map[string][]string{
		"--line, --batch, --payout and --debit: right would be one of them": {"--line", id + "-1", "--payout", id},
		"--line, --batch, --payout and --debit: right would be one":         {"--line", id + "-1", "--debit", "k"},
		"--returned: right would be with --line":                            {"--payout", id, "--returned", "AC04"},
		"--debit: right would be alone, without --returned and --charge":    {"--debit", "k", "--returned", "AC04"},
		"--debit: k is no debit of a payout; right would be one that waits": {"--debit", "k"},
		"--debit: of k 0.00 is left":                                        {"--debit", "k", "--debit", "l"},
		"line PO-none is not of payout " + id:                               {"--line", id + "-1", "--line", "PO-none"},
		"right would be the entry of a statement":                           {"--payout", id, "--charge", "0,25", "--by", anna, "--reason", "a letter"},
		"--charge: 0.00 is not more than 0.00":                              {"--payout", id, "--charge", "0", "--by", anna, "--reason", "a letter"},
	} {
		o.refuses(t, 2, want, append([]string{"payout", "book", "e-" + code, "40,00"}, flags...)...)
	}
	for _, known := range []string{"", toldText(true) + ": "} {
		o.says(t, known+"booked: 1 lines", "payout", "book", "e-"+code, "40,00", "--line", id+"-1")
	}
	for _, part := range []string{"approved by " + anna, "e-" + code, "40.00"} {
		o.says(t, part+"...", "payout", "show", id)
	}
	o.says(t, "1 booked...", "payout", "list")
	o.says(t, "paid: bank entry e-"+code+"...", "ledger", "trace", "payout-"+code)
	o.refuses(t, 2, "line 1 is booked", "payout", "withdraw", id, "--reason", "late")
	o.refuses(t, 2, "payout "+id+" cannot be lost: line 1 is booked", "payout", "lost", id, "--by", anna, "--reason", "no such file")
	o.refuses(t, 2, "--reason: is empty; right would be what the bank said", "payout", "lost", id, "--by", anna)
	o.refuses(t, 2, "--by: is empty", "payout", "lost", id, "--reason", "no such file")
	o.says(t, "at the end of 2020-01-01: bank 0.00, books (S100) 0.00, difference 0.00...", "ledger", "reconcile", "--on", "2020-01-01")
	o.refuses(t, 2, "--on", "ledger", "reconcile", "--on", "yesterday")
	o.refuses(t, 2, "--reason: ", "payout", "withdraw", id)

	o.says(t, "no task is open...", "claim", "tasks", "--client", code, "--kind", "payout")
	o.says(t, "booked: 1 lines", "payout", "book", "back-"+code, "40,00", "--line", id+"-1", "--returned", "AC04")
	const blocked = "its account is blocked until client "
	if got := o.says(t, "...", "claim", "tasks", "--client", code, "--kind", "payout"); !strings.Contains(got, code+"  payout:"+id+"-1\n  do: 40.00 of payout "+id+" to client "+code+" did not arrive: the bank says returned (the account is closed); "+blocked+code) || !strings.Contains(got, "it ends when another payout has it") {
		t.Error(got)
	}
	if got := o.says(t, "...", "payout", "status", "--pain002", report, "--json"); !strings.Contains(got, `"next":"`+blocked+code) {
		t.Error(got)
	}
	if got := o.says(t, "...", "payout", "approve", id, "--by", anna); !strings.Contains(got, "approved by 2 of 2 persons; it left before, and its lines are: 1 returned; dunning payout show "+id) {
		t.Error(got)
	}

	tells("NL69INGB0123456789")
	o.says(t, "approved by nobody...", "client", "account", "show", code)
	o.says(t, "approved by 1 of 2 persons...", "client", "account", "approve", code, "--iban", "NL69INGB0123456789", "--by", anna)
	o.says(t, "was changed, and may be paid on from "+calendar.DateOf(time.Now()).AddDays(7).String()+"...", "client", "account", "approve", code, "--iban", "NL69INGB0123456789", "--by", bram)
	o.says(t, bram+" may not approve any more", "payout", "approver", "remove", bram)
	o.refuses(t, 2, "not found", "payout", "approver", "remove", bram)
}
