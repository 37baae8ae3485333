package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// For one claim a journal shows its own lines and those of none; what it has of other claims is a sum, so that it adds up to nothing still.
func TestAJournalOfAClaimNamesNoOther(t *testing.T) {
	t.Parallel()
	whole := []postgres.Posted{{ID: 1, Draft: ledger.Draft{Book: ledger.Trust, Key: "payout:PO-1-1", Lines: []ledger.Line{
		{Account: "S200", Cents: 3000, Claim: "a"}, {Account: "S200", Cents: 1000, Claim: "b"}, {Account: "S200", Cents: 500, Claim: "c"}, {Account: "S210", Cents: 7, Claim: "c"}, {Account: "S240", Cents: -4507}}}}}
	for claim, want := range map[string]string{
		"":  "[{S200 30.00 a} {S200 10.00 b} {S200 5.00 c} {S210 0.07 c} {S240 -45.07 }] []",
		"a": "[{S200 30.00 a} {S240 -45.07 }] [{S200 15.00 } {S210 0.07 }]",
		"c": "[{S200 5.00 c} {S210 0.07 c} {S240 -45.07 }] [{S200 40.00 }]",
	} {
		shown := shownFor(whole, claim)[0]
		if got := fmt.Sprint(shown.Lines, shown.Others); got != want {
			t.Errorf("of %q\ngot  %s\nwant %s", claim, got, want)
		}
	}
	var b strings.Builder
	if err := showJournals(&b, whole, "c", false); err != nil || !strings.Contains(b.String(), "S200 of other claims │ 40.00") {
		t.Error(err, b.String())
	}
}

// A receipt that was divided over two claims is followed from the bank to the payout and back, in an office of which all books are compared.
func TestLedgerCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	one := debtor{who: "consumer BAS", name: "Roos Voorbeeld-Vijf", street: "Boekhouding " + number()}
	two := one
	two.amount = "500.00"
	refs := o.handOver(t, one, two)
	key := "cli" + number() + "-books"
	o.says(t, "booked; it waits...", "receipt", "add", key, "40,00", "--payer", "Iemand Anders", "--direct-debit")
	o.says(t, key+" 40.00: divided...", "receipt", "divide", key, refs[0].ClaimID, refs[1].ClaimID)
	part := o.facts(t, refs[1]).Settlements[0].Amount.String() // by what is asked: one of the first letters may have left by now
	payout := ledger.PayoutOf(ledger.About{Key: "payout:" + key, On: calendar.DateOf(time.Now()), Client: refs[0].ClientID, Claim: refs[0].ClaimID}, money.MustParse("0.01"))
	if _, err := o.store.Post(t.Context(), postgres.Actor{Name: "test", At: time.Now()}, payout...); err != nil {
		t.Fatal(err)
	}
	for from, wants := range map[string][]string{
		key: {"where it went", "claim " + refs[0].ClaimID, "allocated by", "payout line " + key, "still with us: to be paid to", "(S200)"}, "receipt:" + key: {"40.00", "where it went"},
		"payout:" + key: {"where it came from", "bank entry " + key, "0.01"}, refs[1].ClaimID: {"bank entry " + key, "the part of client BAS", part},
	} {
		said := o.says(t, from+": ...", "ledger", "trace", from)
		for _, want := range wants {
			if !strings.Contains(said, want) {
				t.Errorf("trace %s does not say %s:\n%s", from, want, said)
			}
		}
	}
	var trace postgres.Trace
	if err := json.Unmarshal([]byte(o.says(t, key+"...", "ledger", "trace", key, "--json")), &trace); err != nil || trace.Amount != money.MustParse("40.00") || len(trace.To) != 2 || len(trace.From) != 0 {
		t.Errorf("%v: %+v", err, trace)
	}
	var journals struct{ Journals []postgres.Posted }
	said := o.says(t, key+"#...", "ledger", "journal", "--claim", refs[0].ClaimID, "--book", "s", "--json")
	if err := json.Unmarshal([]byte(said), &journals); err != nil || len(journals.Journals) != 2 || journals.Journals[0].Book != ledger.Trust {
		t.Errorf("%v: %s", err, said)
	}
	if said := o.says(t, "...", "ledger", "journal", "--claim", refs[0].ClaimID); !strings.Contains(said, "│ BOOK │ VALUE DATE │") || !strings.Contains(said, "│ S    │ ") || !strings.Contains(said, "│ D    │ ") {
		t.Error(said)
	}
	o.says(t, "no journal", "ledger", "journal", "--from", "2020-01-01", "--to", "2020-01-01")
	o.says(t, "booked ...", "ledger", "close")
	if closed := o.says(t, "...", "ledger", "close", "--json"); !strings.HasSuffix(closed, `"untold":[]}`+"\n") {
		t.Errorf("closed: %s", closed)
	}
	o.says(t, "journals and...", "ledger", "verify")
	o.says(t, "book S adds up to 0.00...", "ledger", "trial-balance", "--book", "S")
	o.exports(t, key)
	for why, args := range map[string][]string{
		`--book: "X" is not a book; right would be S, A or D`:                                  {"ledger", "trial-balance", "--book", "X"},
		"--to: 2026-11-01 is before --from 2026-11-02; right would be that day or a later one": {"ledger", "journal", "--from", "2026-11-02", "--to", "2026-11-01"},
		`--client: there is no client "none"`:                                                  {"ledger", "journal", "--client", "none"},
		"--claim: claim":                                                                       {"ledger", "journal", "--claim", "none"},
		"not found; right would be one of: dunning payout list":                                {"payout", "show", "PO-20200101"},
		"payout of entry k: not found; right would be a line (PO-20261215-1), a batch (PO-20261215/client) or all (PO-20261215) of a payout: dunning payout show ID": {"payout", "book", "k", "1", "--line", "PO-20200101-1"},
		"not found; right would be a key of: dunning statement list":                                         {"statement", "show", "none"},
		"not found; right would be the id that dunning claim submit printed":                                 {"receipts", "assign", key, "00000000-0000-4000-8000-000000000000"},
		"entry none: not found; right would be the key of a line: dunning statement show STATEMENT":          {"statement", "tie", "none", "--another", "--reason", "x"},
		"line none: not found; right would be the key of a line":                                             {"statement", "tie", "none", "--charge", "--undo", "--by", "x", "--reason", "x"},
		"--undo: right would be with --charge":                                                               {"statement", "tie", "none", "--another", "--undo", "--reason", "x"},
		`journal "none": not found in the books`:                                                             {"ledger", "trace", "none"},
		"neither is given; right would be a directory":                                                       {"ledger", "export"},
		`--tax-number: tax number "812345679" has digits that do not pass the eleven test: a digit is wrong`: {"ledger", "export", "--xaf", "x", "--tax-number", "812345679"},
		`--tax-number: tax number "none" is none of the Dutch tax authorities; right would be nine digits`:   {"ledger", "export", "--xaf", "x", "--tax-number", "none"},
		"--tax-number: is empty": {"ledger", "export", "--xaf", "x"},
		`--key: no journal that is asked has key "none"; right would be one of: dunning ledger journal`: {"ledger", "journal", "--key", "none"},
		`--book: "Q" is not a book with an auditfile; right would be A or S`:                            {"ledger", "export", "--xaf", "x", "--book", "Q"},
		"--book: D is a memo":                               {"ledger", "export", "--xaf", "x", "--book", "D"},
		"--book: is of the auditfile; right would be --xaf": {"ledger", "export", "--csv", "x", "--book", "S"},
		"--year: 1999 is not a year of these books":         {"ledger", "export", "--xaf", "x", "--year", "1999"},
		`invalid argument "tomorrow" for "--on"`:            {"ledger", "trial-balance", "--on", "tomorrow"},
	} {
		o.refuses(t, 2, why, args...)
	}
}

// exports writes the books and looks whether the receipt is in them, and whether what it wrote adds up.
func (o *office) exports(t *testing.T, key string) {
	t.Helper()
	dir := t.TempDir()
	o.says(t, "journals of book S over...", "ledger", "export", "--csv", dir, "--xaf", filepath.Join(dir, "s.xaf"), "--book", "S", "--tax-number", "812345678")
	for name, want := range map[string]string{
		"journals.csv": ",S," + calendar.DateOf(time.Now()).String() + ",received,receipt:" + key + ",",
		"entries.csv":  "S100,40.00,0.00,", "accounts.csv": "S200,S,Payable to clients,balance",
		"s.xaf": "<docRef>receipt:" + key + "</docRef>",
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s does not say %s: %v", name, want, err)
		}
	}
}

func TestHeldStatementsAreCountedAsTheyAreListed(t *testing.T) {
	t.Parallel()
	on := calendar.MustParseDate("2026-12-01")
	for want, r := range map[string]postgres.Reconciled{
		"2 statements are held": {On: on, Held: 2},
		"3 statements are held, 1 of them to a day after 2026-12-01": {On: on, Held: 2, HeldLater: 1},
	} {
		if got := heldWords(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
