package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
)

func TestNobodyIsInvoicedWithoutAVATNumber(t *testing.T) {
	t.Parallel()
	var refusal *exitError
	if err := invoices(config.Config{}); !errors.As(err, &refusal) || refusal.code != 2 || !strings.HasPrefix(err.Error(), "agency.vat: is empty; right would be") {
		t.Errorf("%v", err)
	}
	if err := invoices(config.Config{Agency: config.Agency{VAT: "NL001234560B01"}}); err != nil {
		t.Error(err)
	}
}

// A client is invoiced, gets papers, a line is taken back, and it pays: by commands alone.
func TestAnInvoiceByCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	dir := t.TempDir()
	code, file := "IN"+number(), filepath.Join(dir, "clients.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(goodClient, "VBE", code, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.says(t, code+"...", "client", "add", file)
	o.says(t, "nothing is to be invoiced", "invoice", "run", "--client", code)
	o.says(t, "no invoice", "invoice", "list", "--client", code)
	refs := o.handOver(t, debtor{who: "consumer " + code}, debtor{who: "consumer " + code})
	o.says(t, "...", "receipt", "add", "invoice-"+code, "1040,00", "--remittance", o.reference(t, refs[0])) // 1000.00 is owed, and interest; more than 50.00 too much would wait for a person
	price := regexp.MustCompile(`--confirm ([0-9.]+)`).FindStringSubmatch(o.says(t, "...", "claim", "exception", refs[1].ClaimID, "3"))
	if price == nil {
		t.Fatal("no price")
	}
	o.says(t, "...", "claim", "exception", refs[1].ClaimID, "3", "--reason", "no word", "--confirm", price[1])

	o.refuses(t, 2, "is to come; right would be", "invoice", "run", "--client", code, "--on", "2199-01-01")
	o.refuses(t, 2, `--client: there is no client "NOBODY"`, "invoice", "run", "--client", "nobody")
	said := o.says(t, " for "+code+": ...", "invoice", "run", "--client", code)
	o.says(t, "nothing is to be invoiced", "invoice", "run", "--client", code)
	invoice := regexp.MustCompile(`F\d{4}-\d{5}`).FindString(said)
	o.says(t, "│ "+invoice+" │ "+code+"...", "invoice", "list", "--client", code)
	shown := o.says(t, "Commission: no word or wrong information...", "invoice", "show", invoice)
	if strings.Contains(shown, "consumer") {
		t.Errorf("a debtor is named in %s", shown)
	}
	var told struct {
		Number, Total, Open string
		Lines               []struct {
			Nr  int
			For string
		}
	}
	if err := json.Unmarshal([]byte(o.says(t, "...", "invoice", "show", invoice, "--json")), &told); err != nil || told.Number != invoice || told.Open == "" {
		t.Fatalf("%+v %v", told, err)
	}
	for form, begins := range map[string]string{"pdf": "%PDF", "ubl": "<?xml"} {
		var papers [2][]byte
		for i := range papers {
			name := filepath.Join(dir, "paper."+form)
			o.says(t, name, "invoice", form, invoice, "--out", name)
			papers[i], _ = os.ReadFile(name)
		}
		if !bytes.Equal(papers[0], papers[1]) || !bytes.HasPrefix(papers[0], []byte(begins)) {
			t.Errorf("%s: %.60s, and %.60s", form, papers[0], papers[1])
		}
	}
	o.refuses(t, 2, "--out: is empty", "invoice", "pdf", invoice)
	o.refuses(t, 2, "not found", "invoice", "ubl", "F2020-00001", "--out", filepath.Join(dir, "x"))

	line := len(told.Lines)
	o.refuses(t, 2, "--reason: is empty", "invoice", "credit", invoice)
	o.refuses(t, 2, "has no line 99", "invoice", "credit", invoice, "--line", "99", "--reason", "x")
	o.refuses(t, 2, "is the agency's part of what came in", "invoice", "credit", invoice, "--reason", "x")
	o.says(t, "credits "+price[1]+" of invoice "+invoice+"...", "invoice", "credit", invoice, "--line", strconv.Itoa(line), "--reason", "agreed")
	o.says(t, "it is credited already", "invoice", "credit", invoice, "--line", strconv.Itoa(line), "--reason", "agreed")
	o.says(t, "credited by C...", "invoice", "show", invoice)
	if err := json.Unmarshal([]byte(o.says(t, "...", "invoice", "show", invoice, "--json")), &told); err != nil {
		t.Fatal(err)
	}
	o.refuses(t, 2, "--amount: ", "invoice", "paid", invoice, "--amount", "much")
	for _, said := range []string{"recorded", "told before with key " + calendar.DateOf(time.Now()).String() + " " + told.Open + "; nothing changed (another one that is equal needs a --key of its own)"} {
		o.says(t, said+"; 0.00 is open of invoice "+invoice, "invoice", "paid", invoice, "--amount", told.Open)
	}
	o.says(t, "open: 0.00...", "invoice", "show", invoice)
	o.refuses(t, 2, "has nothing to its credit of invoice "+invoice, "invoice", "repay", invoice)
	o.refuses(t, 2, "9.00 is more than the 0.00 that is open of invoice "+invoice+"; right would be at most that, or --more --reason TEXT", "invoice", "paid", invoice, "--amount", "9.00", "--key", "too much")
	o.refuses(t, 2, "--more and --reason go together", "invoice", "paid", invoice, "--amount", "9.00", "--key", "too much", "--more")
	o.refuses(t, 2, "99999.00 is more than 10 times what invoice "+invoice+" came to", "invoice", "paid", invoice, "--amount", "99999", "--more", "--reason", "x")
	tooMuch := func(key string) {
		t.Helper()
		o.says(t, "recorded; 9.00 more than invoice "+invoice+" came to was paid, and is to the client's credit: it pays the next invoice...", "invoice", "paid", invoice, "--amount", "9.00", "--key", key, "--more", "--reason", "twice")
	}
	tooMuch("never")
	o.says(t, "paid 9.00 on "+calendar.DateOf(time.Now()).String()+" (never): twice...", "invoice", "show", invoice)
	o.refuses(t, 2, "--reason: is empty", "invoice", "paid", invoice, "--key", "never", "--undo")
	o.refuses(t, 2, "--amount: a payment is taken back whole", "invoice", "paid", invoice, "--key", "never", "--amount", "1.00", "--undo", "--reason", "x")
	for _, said := range []string{"taken back", "taken back before; nothing changed"} {
		o.says(t, said+"; 0.00 is open of invoice "+invoice, "invoice", "paid", invoice, "--key", "never", "--undo", "--reason", "of another client")
	}
	tooMuch("too much")
	o.says(t, "9.00 is to the client's credit: ...", "invoice", "show", invoice)
	o.refuses(t, 2, "--to: is empty", "invoice", "move", invoice)
	o.refuses(t, 2, "nothing is open of invoice "+invoice, "invoice", "move", invoice, "--to", invoice)
	for _, said := range []string{"recorded", "told before; nothing changed"} {
		o.says(t, said+"; 9.00 of invoice "+invoice+" stands in the next payout to its client, as far as the agency's part allows", "invoice", "repay", invoice)
	}
	if shown := o.says(t, "9.00 is to the client's credit, and was told to be paid back...", "invoice", "show", invoice); strings.Contains(shown, "it pays the next invoice") {
		t.Error(shown)
	}
	for _, said := range []string{"recorded", "told before; nothing changed"} {
		o.says(t, said+"; 9.00 of invoice "+invoice+" is to the client's credit: it pays the next invoice...", "invoice", "repay", invoice, "--undo")
	}
}
