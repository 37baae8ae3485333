package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// In a database that has lived beyond today, as the demo's, nothing is recorded as of today: it is looked at only.
func TestNothingIsRecordedBeforeWhatIsBooked(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 1)
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	s.config = temporary(t, "dunning.yaml", strings.NewReplacer(`  vat: ""`, "  vat: NL123456782B90", `agency_iban: ""`, "agency_iban: NL69INGB0123456789", `creditor_id: ""`, "creditor_id: NL69ZZZ123456780000").Replace(string(text)))
	today, id := calendar.DateOf(time.Now()), s.refs[0].ClaimID
	file := temporary(t, "today.xml", testkit.Camt("m", "1 0.00 60.00: "+today.String()+" 60.00 a |iets"))
	s.says(0, "", "statement", "import", file)
	s.says(0, "recorded", "claim", "pay", id, "1,00", "--key", "of today")
	if _, err := s.super.Exec(t.Context(), `SET session_replication_role = replica; UPDATE statement SET to_on = to_on + 7300; SET session_replication_role = DEFAULT`); err != nil {
		t.Fatal(err)
	}
	until := "the bank's statements in this database tell of days until " + today.AddDays(7300).String() + ", and today is " + today.String()
	for _, line := range append(recordsOfClaim(t, id), recordsOfMoney(t, id)...) {
		s.says(2, until, line...)
	}
	for _, line := range [][]string{
		{"claim", "show", id}, {"claim", "tasks"}, {"claim", "withdraw", id}, {"claim", "corrections"}, {"receipts", "queue"}, {"receipts", "refund"}, {"payout", "list"}, {"invoice", "list"}, {"agreement", "show", "VBE"},
		{"ledger", "trace", id}, {"statement", "list"}, {"statement", "import", file}, {"receipts", "block", "NL49FAKE0015962374", "--reason", "x"},
	} {
		s.says(0, "", line...)
	}
}

// recordsOfClaim is a line of each command that records something of a claim.
func recordsOfClaim(t *testing.T, id string) [][]string {
	const photo = "../../internal/papers/testdata/invoice.pdf"
	return [][]string{
		{"claim", "submit", temporary(t, "claims.csv", "client;claim\n")}, {"claim", "debtor", id, "--town", "Testdorp"}, {"claim", "document", "add", id, photo, "--kind", "invoice"}, {"claim", "package", id, "--out", "x.pdf"},
		{"claim", "decide", id, "court"}, {"claim", "withdraw", id, "--confirm", "1"}, {"claim", "exception", id, "3", "--confirm", "1", "--reason", "x"}, {"claim", "repair", id, "retry", "--reason", "x"},
		{"claim", "stop-monitoring", id, "client"}, {"claim", "court-work", id, "draft-summons", "--key", "k", "--confirm", "1", "--reason", "x"}, {"claim", "agreed", id, "draft-summons", "--key", "k", "--reason", "x"},
		{"claim", "arrangement", id, "end", "--reason", "x"}, {"claim", "dispute", id, "x"}, {"claim", "judge", id, "d", "rejected", "--reason", "x"}, {"claim", "complain", id, "x"}, {"claim", "remark", id, "x"},
		{"claim", "flag", id, "bankrupt"}, {"claim", "trace", id, "reminder", "returned"}, {"claim", "done", id, "x", "--reason", "x"}, {"claim", "close", id, "--reason", "x", "--by", "x"}, {"claim", "pay", id, "1,00", "--key", "another"},
		{"claim", "costs", id, "1", "--reason", "x"}, {"claim", "information", id, "1", "x"}, {"claim", "reverse-information", id, "k", "--reason", "x"}, {"claim", "request", id, "documents", "x"}, {"claim", "answer", id, "q", "x"},
		{"claim", "reverse-charge", id, "k", "--reason", "x"}, {"claim", "hold", id, "--until", "2030-01-01"}, {"claim", "resume", id, "h"}, {"claim", "promise", id, "1", "--by", "2030-01-01"}, {"claim", "arrange", id}, {"claim", "withdraw-promise", id, "p"},
		{"claim", "reverse", id, "k", "--reason", "x"}, {"claim", "correct", id, "k", "--amount", "1", "--reason", "x"}, {"claim", "court", id, "served"}, {"claim", "interrupted", id, "x", "--on", "2026-01-01"}, {"claim", "consumer-sale", id, "yes"},
		{"trajectory", "apply", "consumer@1", "consumer@3", "--all", "--reason", "x"}, {"client", "add", temporary(t, "client.yaml", goodClient)}, {"agreement", "start", "VBE", "--on", "2026-03-01"},
		{"agreement", "terminate", "VBE", "--registered"}, {"agreement", "take-back", "VBE", "n", "--reason", "x"}, {"agreement", "done", "VBE", "t"}, {"agreement", "stickers", "order", "VBE", "1", "--key", "k"},
	}
}

// recordsOfMoney is a line of each command that records something of money beside a claim.
func recordsOfMoney(t *testing.T, id string) [][]string {
	report := temporary(t, "report.xml", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>x</OrgnlMsgId></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>`)
	return [][]string{
		{"receipts", "add", "r", "5,00"}, {"receipts", "assign", "r", id}, {"receipts", "split", "r", id + "=1", id + "=1"}, {"receipts", "divide", "r", id, id}, {"receipts", "reject", "r", "--reason", "x"},
		{"receipts", "refund", "r", "--reason", "x"}, {"receipts", "release", "r", id, "--reason", "x"}, {"receipts", "reverse", "r", "--reason", "x"}, {"receipts", "loss", "r", "--by", "x", "--reason", "x"},
		{"receipts", "top-up", "r"}, {"receipts", "top-up", "r", "--undo", "--by", "x", "--reason", "x"}, {"statement", "tie", "l", "--another", "--reason", "x"}, {"statement", "tie", "l", "--charge", "--by", "x", "--reason", "x"},
		{"payout", "propose", "--all"}, {"payout", "approve", "PO-1", "--by", "x"}, {"payout", "withdraw", "PO-1", "--reason", "x"}, {"payout", "file", "PO-1", "--out", "x.xml"}, {"payout", "status", "--pain002", report},
		{"payout", "book", "k", "1", "--line", "PO-1-1"}, {"payout", "lost", "PO-1", "--by", "x", "--reason", "x"}, {"client", "account", "approve", "VBE", "--iban", "NL20INGB0001234567", "--by", "x"}, {"client", "account", "renew", "VBE"},
		{"invoice", "run"}, {"invoice", "credit", "F1", "--reason", "x"}, {"invoice", "paid", "F1", "--amount", "1"}, {"invoice", "repay", "F1"}, {"invoice", "move", "F1", "--to", "F2"},
		{"mandate", "add", "VBE", "--umr", "m"}, {"mandate", "amend", "m"}, {"mandate", "revoke", "m", "--reason", "x"}, {"debit", "run"}, {"debit", "notify", "DD-1"}, {"debit", "told", "D", "--reason", "x"},
		{"debit", "withdraw", "D", "--reason", "x"}, {"debit", "file", "DD-1", "--out", "x.xml"}, {"debit", "status", "--pain002", report}, {"debit", "booked", "k", "1", "--id", "D"}, {"debit", "returned", "k", "--id", "D", "--code", "AM04"},
		{"debit", "retry", "D", "--reason", "x"}, {"ledger", "close"},
	}
}

// Each command either looks only, and PostgreSQL holds it to that, or keeps to its time as those above do, or stands in atAnyTime with its reason. What opens the database otherwise is no command of a person's fact.
func TestACommandLooksOnlyOrKeepsToItsTime(t *testing.T) {
	t.Parallel()
	guarded := map[string]bool{}
	for _, line := range append(recordsOfClaim(t, "ID"), recordsOfMoney(t, "ID")...) {
		cmd, _, err := rootCommand().Find(line)
		if err != nil {
			t.Fatal(line, err)
		}
		guarded[commandOf(cmd)] = true
	}
	for name, why := range atAnyTime {
		if cmd, rest, err := rootCommand().Find(strings.Fields(name)); err != nil || len(rest) > 0 || cmd.HasSubCommands() || why == "" || guarded[name] {
			t.Errorf("%s is no command, has no reason or keeps to its time: %v", name, err)
		}
	}
	opens := []string{"bench_site.go", "bench_worker.go", "demo.go", "demo_resume.go", "open.go", "wiring.go", "worker.go"} // they live by a clock of their own, or by the worker's
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "openStore(") && !strings.HasSuffix(name, "_test.go") && !slices.Contains(opens, name) {
			t.Errorf("%s opens the database by itself; right would be withStore when it looks only, else withBooks", name)
		}
	}
	s := newShelf(t, 1)
	cmd := rootCommand()
	cmd.SetContext(t.Context())
	if err := cmd.PersistentFlags().Set("config", s.config); err != nil {
		t.Fatal(err)
	}
	remark := func(store *postgres.Store) error {
		return store.Remark(t.Context(), s.refs[0], "k", "x", operator())
	}
	if err := withStore(cmd, remark); err == nil || !strings.Contains(err.Error(), "read-only transaction") {
		t.Errorf("what looks only recorded something: %v", err)
	}
	if err := withBooks(cmd, remark); err != nil {
		t.Error(err)
	}
}
