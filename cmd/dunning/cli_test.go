package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// answer is what the program does with a command: its exit code, and what it prints where.
type answer struct {
	code           int
	stdout, stderr string
}

// dunning runs the program as a process, as a user does.
func (o *office) dunning(t *testing.T, args ...string) answer {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = o.environment(t)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return answer{cmd.ProcessState.ExitCode(), stdout.String(), waiting.ReplaceAllString(stderr.String(), "")}
}

// waiting is how a command says that it waits for another: whether it has to is a matter of time, for the tests share an office.
var waiting = regexp.MustCompile(`(?m)^waits: .*\n`)

// says runs a command that succeeds, and wants its whole output, or a part of it when want ends with "...".
func (o *office) says(t *testing.T, want string, args ...string) string {
	t.Helper()
	a := o.dunning(t, args...)
	part, isPart := strings.CutSuffix(want, "...")
	if a.code != 0 || a.stderr != "" || isPart && !strings.Contains(a.stdout, part) || !isPart && a.stdout != want+"\n" {
		t.Errorf("dunning %s: exit code %d, says\n%s%s\nwant %s", strings.Join(args, " "), a.code, a.stdout, a.stderr, want)
	}
	return a.stdout
}

// refuses runs a command that is wrong, or asks what cannot be: nothing on stdout, one line on stderr that says what would be right.
func (o *office) refuses(t *testing.T, code int, why string, args ...string) {
	t.Helper()
	a := o.dunning(t, args...)
	if a.code != code || a.stdout != "" || !strings.Contains(a.stderr, why) || strings.Count(a.stderr, "\n") != 1 || !strings.HasPrefix(a.stderr, "dunning: ") {
		t.Errorf("dunning %s: exit code %d, says %q and %q, want %d and %q", strings.Join(args, " "), a.code, a.stdout, a.stderr, code, why)
	}
}

// portfolio writes a hand-over file of rows "client|claim|debtor|invoice|amount", each with what a row should have otherwise.
func portfolio(t *testing.T, rows string) string {
	t.Helper()
	due := calendar.DateOf(time.Now()).AddDays(-30)
	text := "\xef\xbb\xbfclient;claim;debtor;debtor_kind;street;postcode;town;invoice;invoice_date;due_date;amount;not_elsewhere\r\n"
	for row := range strings.Lines(rows) {
		f := strings.Split(strings.TrimSpace(row), "|")
		text += fmt.Sprintf("%s;%s;%s;consumer;Voorbeeldstraat 7;1001bb;Proefdorp;%s;%s;%s;%s;ja\r\n", f[0], f[1], f[2], f[3], due.AddDays(-30), due.At(12, 0).Format("2-1-2006"), f[4])
	}
	name := filepath.Join(t.TempDir(), "claims.csv")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// printed gives the rows of a printed table, their cells joined with " | ".
func printed(text string) []string {
	var rows []string
	for line := range strings.Lines(text) {
		if cells, ok := strings.CutPrefix(strings.TrimSpace(line), "│"); ok {
			parts := strings.Split(strings.TrimSuffix(cells, "│"), "│")
			for i := range parts {
				parts[i] = strings.TrimSpace(parts[i])
			}
			rows = append(rows, strings.Join(parts, " | "))
		}
	}
	return rows
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

func TestSubmitCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	tag := "CLI" + number()
	file := portfolio(t, strings.ReplaceAll(`BAS|CLI-1|R. Voorbeeld-Wilg|CLI-F1|1.234,50
		BAS|CLI-2|Hotel "De Zon"|CLI-F2|10,00
		BAS|CLI-3|"Voorbeeld; ""De Eik"""|CLI-F3|20
		BAS|CLI-1|R. Voorbeeld-Wilg|CLI-F4|0,50
		BAS|CLI-4|R. Voorbeeld-Es|CLI-F5|ten
		BAS|CLI-4|R. Voorbeeld-Es|CLI-F6|10
		NUL|CLI-5|R. Voorbeeld-Els|CLI-F7|10`, "CLI", tag))
	want := []string{
		"LINE | CLAIM | VERDICT | COLUMN | ID OR REASON",
		"2 | CLI-1 | accepted |  | ID",
		`3 | CLI-2 | refused | debtor | has a double quote inside; right would be the whole text between double quotes, with those inside doubled: "Hotel ""De Zon"""`,
		"4 | CLI-3 | accepted |  | ID",
		"5 | CLI-1 | accepted |  | ID",
		`6 | CLI-4 | refused | amount | amount "ten" has characters that are not digits, point or comma; right would be 1234.50 or 1.234,50`,
		"7 | CLI-4 | refused |  | line 6 of the same claim is refused: nothing is half accepted",
		"8 | CLI-5 | refused | client | \"NUL\" is not a client; add it with `dunning client add`",
	}
	const stderr = "dunning: 4 of 7 rows were refused: see their reasons; correct them and hand the file over again, accepted rows stay as they are\n"
	for _, time := range []struct{ verdict, sum string }{{"accepted", "3 rows accepted, 0 unchanged, 4 refused"}, {"unchanged", "0 rows accepted, 3 unchanged, 4 refused"}} {
		a := o.dunning(t, "claim", "submit", file)
		rows := printed(strings.ReplaceAll(anID.ReplaceAllString(a.stdout, "ID"), tag, "CLI"))
		if a.code != 2 || a.stderr != stderr || !strings.HasSuffix(a.stdout, "\n"+time.sum+"\n") {
			t.Errorf("exit code %d, says %q and %q", a.code, a.stdout, a.stderr)
		}
		if !slices.Equal(rows, strings.Split(strings.ReplaceAll(strings.Join(want, "\n"), "accepted |", time.verdict+" |"), "\n")) {
			t.Errorf("%s:\n%s", time.verdict, strings.Join(rows, "\n"))
		}
	}

	good := portfolio(t, strings.ReplaceAll("BAS|CLI-6|R. Voorbeeld-Linde|CLI-F8|30,00\nBAS|CLI-6|R. Voorbeeld-Linde|CLI-F9|40,00", "CLI", tag))
	for _, state := range []string{"accepted", "unchanged"} {
		var told struct {
			Rows []struct {
				Line                         int
				Claim, State, Column, Reason string
				ClaimID                      string `json:"claim_id"`
			}
			Accepted, Unchanged, Refused int
		}
		a := o.dunning(t, "claim", "submit", "--json", good)
		if err := json.Unmarshal([]byte(a.stdout), &told); err != nil || a.code != 0 || a.stderr != "" || len(told.Rows) != 2 || told.Accepted+told.Unchanged != 2 || told.Refused != 0 {
			t.Fatalf("%v: exit code %d, says %q and %q", err, a.code, a.stdout, a.stderr)
		}
		if r := told.Rows[1]; r.Line != 3 || r.Claim != tag+"-6" || r.State != state || r.ClaimID == "" || r.ClaimID != told.Rows[0].ClaimID {
			t.Errorf("%+v", r)
		}
	}

	none := filepath.Join(t.TempDir(), "none.csv")
	o.refuses(t, 3, "no such file", "claim", "submit", none)
	if err := os.WriteFile(none, []byte("name;amount\nx;1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.refuses(t, 3, `line 1: column "name" is not known; right would be: client;claim;`, "claim", "submit", none)
}

func TestShowCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer PRE", name: "R. Voorbeeld-Toon", amount: "1234.50", ahead: true})[0]
	o.started(t, ref)
	file, err := o.store.CaseFile(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := poll(t.Context(), func() (bool, error) { return o.state(t, ref).Next.Step == "reminder", nil }); err != nil {
		t.Fatal(err)
	}
	next := o.state(t, ref).Next
	o.says(t, "recorded", "claim", "remark", ref.ClaimID, "called, will pay on Friday")

	text := o.says(t, "...", "claim", "show", ref.ClaimID)
	due := file.Facts.Invoices[0]
	for _, want := range []string{
		"claim " + ref.ClaimID + " (" + file.Reference + ")\nclient Voorbeeld PRE, debtor R. Voorbeeld-Toon\n", "references " + file.RF + " and " + file.Kenmerk,
		"next: " + next.Step + " on " + next.Due.In(calendar.Amsterdam).Format("2006-01-02 15:04") + "\nwhy: " + next.Reason + "\nnot sooner: " + next.NotSooner + "\n",
		"principal 1234.50 + interest ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	for _, want := range []string{
		fmt.Sprintf("%s | %s | %s | 1234.50", due.Number, due.Issued, due.Due),
		"handed-over | client | invoices 1, principal 1234.50, trajectory consumer@1", "intake-checked | workflow |", "remark | " + operator().Name + " | text called, will pay on Friday",
	} {
		if !slices.ContainsFunc(printed(text), func(row string) bool { return strings.Contains(row, want) }) {
			t.Errorf("no row %q in\n%s", want, text)
		}
	}

	var v view
	decoder := json.NewDecoder(strings.NewReader(o.says(t, "...", "claim", "show", "--json", ref.ClaimID)))
	if err := decoder.Decode(&v); err != nil || decoder.More() {
		t.Fatalf("%v, more: %v", err, decoder.More())
	}
	kinds := make([]string, len(v.Timeline)) // by their instants: it is handed over as of tomorrow
	for i, e := range v.Timeline {
		kinds[i] = e.Kind
	}
	if !slices.Equal(kinds, []string{"intake-checked", "remark", "handed-over"}) || v.Timeline[1].Detail["text"] != "called, will pay on Friday" {
		t.Errorf("%+v", v.Timeline)
	}
	if !v.Next.Same(next) || !v.Next.Due.Equal(next.Due) || v.Next.Reason != next.Reason || v.Account.Open.Principal != due.Amount || v.Facts.ClientID != ref.ClientID || v.Facts.Status != claim.StatusOpen ||
		v.RF != file.RF || v.Debtor != "R. Voorbeeld-Toon" {
		t.Errorf("%+v", v)
	}
	later := calendar.DateOf(time.Now()).AddDays(1)
	if err := json.Unmarshal([]byte(o.says(t, "...", "claim", "show", "--json", "--on", later.String(), ref.ClaimID)), &v); err != nil || v.Account.On != later {
		t.Errorf("owed on %s, want on %s, %v", v.Account.On, later, err)
	}
	o.refuses(t, 2, `for "--on" flag: date "32-13-2026" is not a date`, "claim", "show", "--on", "32-13-2026", ref.ClaimID)
}

// The commands that ask for nothing but an id, and those that need more.
func TestWrongUsage(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	const nobody = "770370de-b212-50ad-9c75-f12267332a27"
	for _, command := range [][]string{
		{"show"}, {"pay", "1,00"}, {"dispute", "x"}, {"judge", "d", "rejected"}, {"hold"}, {"resume", "h"}, {"remark", "x"}, {"flag", "bankrupt"}, {"trace", "reminder", "delivered"},
		{"done", "x"}, {"close"}, {"debtor"}, {"withdraw"}, {"decide", "court"}, {"repair", "retry"},
		{"exception", "3"}, {"request", "documents", "x"}, {"answer", "q", "x"}, {"court", "served"}, {"package"},
	} {
		with := func(id string) []string {
			args := append([]string{"claim", command[0], id}, command[1:]...)
			switch command[0] {
			case "close", "repair":
				args = append(args, "--reason", "x")
			case "debtor":
				args = append(args, "--town", "Proefdorp")
			case "court":
				args = append(args, "--on", "2026-12-01")
			case "package":
				args = append(args, "--out", "package.pdf")
			}
			return args
		}
		o.refuses(t, 2, "claim "+nobody+": not found", with(nobody)...)
		o.refuses(t, 2, `claim "NONE-1": not found; right would be its id, the dossier number (what its id begins with), the client's reference, the RF reference or payment reference (kenmerk) of its letters, or the number of one of its invoices; dunning claim show finds it by words of the debtor's name too`, with("NONE-1")...)
	}
	for _, c := range []struct{ why, command string }{
		{`TEXT: "Zo\xeb" is not UTF-8; right would be a terminal or script that writes UTF-8`, "claim remark " + nobody + " Zo\xeb"},
		{`--remittance: "Zo\xeb" is not UTF-8`, "receipt add k 1 --remittance Zo\xeb"},
		{`TEXT: "\x1b[2J" has the control character U+001B, which could make a terminal show something else; right would be text of letters, lines and tabs`, "claim remark " + nobody + " \x1b[2J"},
		{`--reason: "x\u009b" has the control character U+009B`, "claim repair " + nobody + " retry --reason x\u009b"},
		{`AMOUNT: "-5" is less than 0.00; right would be an amount without -`, "receipt add Q1 -5"},
		{`AMOUNT: "-1" is less than 0.00`, "claim information " + nobody + " -1 x"},
		{`AMOUNT: "-1" is less than 0.00`, "claim costs " + nobody + " -1"},
		{`AMOUNT: "-2,50" is less than 0.00`, "claim pay --kind set-off " + nobody + " -2,50"},
		{`TEXT: "-5" would be a flag; right would be -- before the arguments when one of them begins with -`, "claim remark " + nobody + " -5"},
		{`CLAIM: "\xff" is not UTF-8`, "claim show \xff"},
		{"--key: is empty; right would be a text that names this fact, or no --key", "claim hold " + nobody + " --key="},
		{"--key: is empty", "claim repair " + nobody + " retry --reason x --key="},
		{`--out: "" is no name of a PDF file`, "claim package " + nobody},
		{`--to: "judge" is neither bailiff nor lawyer`, "claim package " + nobody + " --to judge --out p.pdf"},
		{"--reason: a repair has a reason", "claim repair " + nobody + " retry"},
		{"--step: skip of which step? right would be what could not be done, as dunning claim show says it", "claim repair " + nobody + " skip --reason x"},
		{"--step: is empty", "claim repair " + nobody + " retry --reason x --step="},
		{"unknown flag: --jsn", "claim show --jsn " + nobody},
		{"accepts 1 arg(s), received 0; right would be: dunning claim show CLAIM [flags]", "claim show"},
		{"accepts 2 arg(s), received 1; right would be: dunning claim pay ID AMOUNT [flags]", "claim pay " + nobody},
		{`unknown command "sumbit"; did you mean dunning claim submit?`, "claim sumbit x.csv"},
		{`unknown command "payments"; see dunning --help`, "payments"},
		{"unknown flag: --key", "claim judge --key k " + nobody + " d rejected"},
		{"unknown flag: --key", "claim resume --key k " + nobody + " h"},
		{"unknown flag: --key", "claim flag --key k " + nobody + " bankrupt"},
		{"unknown flag: --key", "claim trace --key k " + nobody + " reminder delivered"},
		{"unknown flag: --key", "claim done --key k " + nobody + " x"},
		{"unknown flag: --key", "receipts assign --key k x " + nobody},
		{"unknown flag: --key", "claim close --key k " + nobody},
		{"there is nothing to correct; right would be at least one of --name", "claim debtor " + nobody},
	} {
		o.refuses(t, 2, c.why, strings.Fields(c.command)...)
	}
	o.says(t, "Available Commands:...", "claim")
	o.says(t, "Exit code: 0 when every row was accepted or handed over before; 2 when rows were refused...", "claim", "submit", "--help")
}
