package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A client gives a mandate, is told, collected from, and its bank takes the money back: by commands alone.
func TestADirectDebitByCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	dir := t.TempDir()
	code, file, out := "DD"+number(), filepath.Join(dir, "clients.yaml"), filepath.Join(dir, "debit.xml")
	if err := os.WriteFile(file, []byte(strings.Replace(goodClient, "VBE", code, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.says(t, code+"...", "client", "add", file)
	mandate := func(more ...string) []string {
		return append([]string{"mandate", "add", code, "--umr", code + "-1", "--iban", "NL20INGB0001234567", "--name", "Voorbeeld B.V."}, more...)
	}
	o.refuses(t, 2, "signature: is missing; right would be the day on which it was signed", mandate()...)
	o.refuses(t, 2, `CLIENT: there is no client "NOBODY"`, "mandate", "add", "NOBODY")
	o.says(t, "mandate "+code+"-1 of client "+code+" is recorded", mandate("--signed", "2026-01-02")...)
	o.says(t, "in force until...", "mandate", "list", "--client", code)
	o.says(t, "nothing is to be collected on ...", "debit", "run", "--client", code)

	later := calendar.TargetDayFrom(calendar.DateOf(time.Now()).AddDays(400))
	empty := settlement.DebitRunID(later)
	for _, name := range []string{"show", "notify", "file"} {
		args := []string{"debit", name, empty}
		if name == "file" {
			args = append(args, "--out", out)
		}
		o.refuses(t, 2, `run "`+empty+`": not found: an id looks like DD-20261215`, args...)
	}
	none := fmt.Sprintf(`{"id":%q,"on":%q,"collections":[]}`, empty, later)
	o.says(t, `{"left_out":[],"run":`+none+"}", "debit", "run", "--client", code, "--on", later.String(), "--json")
	o.says(t, none, "debit", "show", empty, "--json")

	refs := o.handOver(t, debtor{who: "consumer " + code})
	o.started(t, refs[0])
	price := regexp.MustCompile(`--confirm ([0-9.]+)`).FindStringSubmatch(o.says(t, "...", "claim", "exception", refs[0].ClaimID, "3"))
	o.says(t, "...", "claim", "exception", refs[0].ClaimID, "3", "--reason", "no word", "--confirm", price[1])
	said := o.says(t, " for "+code+": ...", "invoice", "run", "--client", code)
	total := regexp.MustCompile(`: ([0-9.]+), VAT`).FindStringSubmatch(said)[1]

	said = o.says(t, "proposed...", "debit", "run", "--client", code)
	id := regexp.MustCompile(`DD-\d{8}-` + code).FindString(said)
	run := strings.TrimSuffix(id, "-"+code)
	o.refuses(t, 2, "its client was not told; right would be: dunning debit notify "+run, "debit", "file", run, "--out", out)
	o.says(t, "told...", "debit", "notify", run)
	o.says(t, "told...", "debit", "notify", run)
	mails, err := o.stack.sink.ByMessageID(id + "@dunning")
	if err != nil || len(mails) != 1 || !strings.Contains(mails[0].Text, "Op ") || strings.Contains(mails[0].Text, "NL20INGB0001234567") {
		t.Errorf("%d mails, %v: %v", len(mails), err, mails)
	}
	o.refuses(t, 2, "--out: is empty; right would be", "debit", "file", run)
	o.says(t, "written to "+out+"; give it to the bank once", "debit", "file", run, "--out", out)
	first, err := os.ReadFile(out)
	if err != nil || !bytes.Contains(first, []byte(">"+code+"-1<")) {
		t.Errorf("%v: %s", err, first)
	}
	o.says(t, "give it to the bank once\nit was made before, on "+calendar.DateOf(time.Now()).String()+" by ...", "debit", "file", run, "--out", out)
	if again, err := os.ReadFile(out); err != nil || !bytes.Equal(first, again) {
		t.Errorf("another file, %v", err)
	}
	o.refuses(t, 2, "is sent, and cannot become withdrawn", "debit", "withdraw", id, "--reason", "too late")
	report := filepath.Join(dir, "report.xml")
	text := `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-03T20:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>` + run + `</OrgnlMsgId><OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`
	if err := os.WriteFile(report, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.says(t, "accepted...", "debit", "status", "--pain002", report)
	o.refuses(t, 3, "--pain002: ", "debit", "status", "--pain002", out)
	o.refuses(t, 2, ", the day on which run "+run+" collects; right would be a day from then on", "debit", "booked", "s-"+code, total, "--id", id)
	o.refuses(t, 2, "value date 2999-01-01 is in the future", "debit", "returned", "b-"+code, "--id", id, "--code", "MS02", "--on", "2999-01-01")
	on, err := calendar.ParseDate(run[3:7] + "-" + run[7:9] + "-" + run[9:])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.BookDebits(t.Context(), postgres.DebitEntry{Key: "s-" + code, ID: id, Amount: money.MustParse(total), On: on}, postgres.Actor{Name: "bank", At: on.At(12, 0)}); err != nil {
		t.Error(err)
	}
	o.says(t, "booked...", "debit", "show", run)
	o.refuses(t, 2, " is before "+on.String()+", the day on which collection "+id+" was credited; right would be a day from then on", "debit", "returned", "b-"+code, "--id", id, "--code", "MS02")
	if _, err := o.store.ReturnDebit(t.Context(), postgres.DebitBack{Key: "b-" + code, EndToEndID: id, Code: "MS02", On: on}, postgres.Actor{Name: "bank", At: on.At(12, 0)}); err != nil {
		t.Error(err)
	}
	o.says(t, "returned...", "debit", "show", run)
	o.says(t, "recorded: the next run collects what "+id+" was for", "debit", "retry", id, "--reason", "refused by mistake")
	o.says(t, "mandate "+code+"-1 is amended", "mandate", "amend", code+"-1", "--iban", "NL44RABO0123456789", "--name", "Voorbeeld B.V.")
	o.says(t, "mandate "+code+"-1 is revoked", "mandate", "revoke", code+"-1", "--reason", "by letter")
	o.refuses(t, 2, "--reason: is empty; right would be how it is known that the client was told", "debit", "told", "DD-x")
	o.refuses(t, 2, "collection \"DD-x\": not found: an id looks like", "debit", "told", "DD-x", "--reason", "r")
}
