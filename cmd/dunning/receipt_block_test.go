package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
)

// An account is blocked and not any more, as often as wished: the queue and the list say so, a receipt that names its claim waits, and everything said stays.
func TestReceiptBlockCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer BAS"})[0]
	key, iban := "cli"+number()+"-block", devstack.FakeIBAN("block"+number())
	block := []string{"receipts", "block", strings.ToLower(iban), "--reason", "asks to be called"}
	o.refuses(t, 2, "the payer is not blocked", append(block, "--undo")...)
	o.says(t, "payer "+iban+" is blocked", block...)
	o.says(t, "payer "+iban+" is blocked already; nothing changed", block...)
	o.says(t, "booked; it waits until it is allocated: dunning receipts assign "+key+" CLAIM\nsuggested: 5.00 of claim "+ref.ClaimID+"; reference; by exact-reference: its account is blocked: asks to be called...", "receipts", "add", key, "5,00", "--iban", iban, "--remittance", o.reference(t, ref))
	o.says(t, "account blocked (asks to be called)...", "receipts", "queue")
	o.says(t, iban+"...", "receipts", "blocked")
	o.says(t, "payer "+iban+" is not blocked any more: what waits because of it is looked at again with the next statement", "receipts", "block", iban, "--undo", "--reason", "it was called")
	if now := o.says(t, "...", "receipts", "blocked"); strings.Contains(now, iban) {
		t.Error(now)
	}
	var all struct {
		Blocks []struct{ Name, Reason, By string }
	}
	if err := json.Unmarshal([]byte(o.says(t, "...", "receipts", "blocked", "--all", "--json")), &all); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, b := range all.Blocks {
		if b.Name == iban && b.By != "" {
			said = append(said, b.Reason)
		}
	}
	if strings.Join(said, ", ") != "asks to be called, it was called" {
		t.Errorf("%+v", all)
	}
	o.says(t, "...", "receipts", "assign", key, ref.ClaimID) // recorded, unless the statement of another test let matching look at it again first
	o.says(t, "CORRECTED...", "receipts", "shadow")
	o.says(t, `{"rules":[]}`, "receipts", "shadow", "--since", "2199-01-01", "--json")
	o.refuses(t, 2, "--since: ", "receipts", "shadow", "--since", "never")
	o.refuses(t, 2, "--reason: is empty", "receipts", "block", iban)
	o.refuses(t, 2, "IBAN|RULE: \"guess\" is no account and no rule of matching; right would be an IBAN, or one of exact-reference, repaired-reference, number, mistyped-number, known-account, name-address-amount, name-amount-text, name-amount", "receipts", "block", "guess", "--reason", "x")
	o.refuses(t, 2, "IBAN|RULE: ", "receipts", "block", "NL20INGB0001234568", "--reason", "x")
}

// A receipt is late on the first working day after its term, and an alarm can be set on how many are.
func TestReceiptsOverTheirTermAreMeasured(t *testing.T) {
	t.Parallel()
	meters, err := newMetrics()
	if err != nil {
		t.Fatal(err)
	}
	waiting := map[calendar.Date]int64{calendar.MustParseDate("2026-12-03"): 2, calendar.MustParseDate("2026-12-07"): 1} // Thursday, Monday
	today, broken := calendar.MustParseDate("2026-12-07"), error(nil)
	read := func(context.Context) (map[calendar.Date]int64, error) { return waiting, broken }
	if err := meters.watchQueue(read, 2, func() calendar.Date { return today }, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	figure := func() string {
		answer := httptest.NewRecorder()
		promhttp.HandlerFor(meters.registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
		return strings.Join(regexp.MustCompile(`(?m)^dunning_receipts_late\S* (\d+)$`).FindStringSubmatch(answer.Body.String()+"\n"), " ")
	}
	for _, c := range []struct{ on, want string }{{"2026-12-07", " 0"}, {"2026-12-08", " 2"}, {"2026-12-09", " 2"}, {"2026-12-10", " 3"}} {
		if today = calendar.MustParseDate(c.on); !strings.HasSuffix(figure(), c.want) {
			t.Errorf("%s: %q, want%s", c.on, figure(), c.want)
		}
	}
	if broken = errors.New("no database"); figure() != "" {
		t.Errorf("what cannot be counted is %q", figure())
	}
}
