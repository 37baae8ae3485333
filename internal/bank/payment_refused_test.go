package bank_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Payments that may not leave: nothing is written, and the error names the place, the field and what would be right.
func TestTransfersRefused(t *testing.T) {
	t.Parallel()
	type file = bank.CreditTransfers
	second := func(f *file) *bank.CreditTransfer { return &f.Batches[0].Transfers[1] }
	for _, c := range []struct {
		story  string
		change func(*file)
		want   string
	}{
		{"no batch", func(f *file) { f.Batches = nil }, "payment file: file has no payment"},
		{"an empty batch", func(f *file) { f.Batches[1].Transfers = nil }, "payment file, batch 2: batch has no payment"},
		{"no message id", func(f *file) { f.MessageID = "" }, "payment file: message id has 0 characters; right would be 1 to 35"},
		{"a message id of 36", func(f *file) { f.MessageID = strings.Repeat("x", 36) }, "message id has 36 characters"},
		{"a message id with an accent", func(f *file) { f.MessageID = "é" }, "message id has a character that not every bank takes"},
		{"a message id that ends with a space", func(f *file) { f.MessageID = "x " }, "message id begins or ends with a space"},
		{"a message id that begins with a slash", func(f *file) { f.MessageID = "/x" }, "message id has a slash at an end"},
		{"no time", func(f *file) { f.Created = time.Time{} }, "time of creation is not given"},
		{"nobody sends it", func(f *file) { f.Initiator = " " }, "initiator has no letter or digit"},
		{"two batches of one id", func(f *file) { f.Batches[1].ID = f.Batches[0].ID }, "payment file, batch 2: batch id is that of batch 1 too"},
		{"no day", func(f *file) { f.Batches[0].On = calendar.Date{} }, "batch 1: day is not given; right would be a TARGET day from 2026-11-25"},
		{"a day that is past", func(f *file) { f.Batches[0].On = calendar.MustParseDate("2026-11-24") }, "batch 1: day is 2026-11-24; right would be a TARGET day from 2026-11-25"},
		{"a Saturday", func(f *file) { f.Batches[0].On = calendar.MustParseDate("2026-11-28") }, "day is 2026-11-28, on which banks settle nothing; right would be 2026-11-30"},
		{"Christmas", func(f *file) { f.Batches[0].On = calendar.MustParseDate("2026-12-25") }, "right would be 2026-12-28"},
		{"our account is none", func(f *file) { f.Batches[0].Debtor.Account = "417164300" }, "batch 1: debtor IBAN is not an account number"},
		{"our bank is none", func(f *file) { f.Batches[0].Debtor.BIC = "ABNANL" }, "batch 1: debtor BIC must be 8 or 11 capitals"},
		{"a wrong digit", func(f *file) { second(f).Creditor.Account = "NL91ABNA0417164301" }, `payment file, batch 1, payment 2 ("P-2"): creditor IBAN has check digits 91; for this account they would be 64`},
		{"outside SEPA", func(f *file) { second(f).Creditor.Account = "TR330006100519786457841326" }, "creditor IBAN is of country TR, which is not in SEPA"},
		{"to ourselves", func(f *file) { second(f).Creditor.Account = "nl91abna0417164300" }, "creditor IBAN is that of the debtor"},
		{"their bank is none", func(f *file) { second(f).Creditor.BIC = "kredbebb" }, "creditor BIC must be 8 or 11 capitals"},
		{"no name", func(f *file) { second(f).Creditor.Name = "" }, "creditor name has no letter or digit that banks take"},
		{"a name that no bank can write", func(f *file) { second(f).Creditor.Name = "株式会社" }, "creditor name has no letter or digit that banks take"},
		{"a name of 71", func(f *file) { second(f).Creditor.Name = strings.Repeat("é", 71) }, "creditor name has 71 characters as banks write it; right would be at most 70"},
		{"a name that is 71 only as banks write it", func(f *file) { second(f).Creditor.Name = strings.Repeat("x", 69) + "ß" }, "creditor name has 71 characters"},
		{"a name that is no text", func(f *file) { second(f).Creditor.Name = "x\xff" }, "creditor name is no text in UTF-8"},
		{"nothing", func(f *file) { second(f).Amount = 0 }, "amount is 0.00; right would be 0.01 to 999999999.99"},
		{"less than nothing", func(f *file) { second(f).Amount = -1 }, "amount is -0.01"},
		{"a billion", func(f *file) { second(f).Amount = money.Cents(100_000_000_000) }, "amount is 1000000000.00"},
		{"NOTPROVIDED", func(f *file) { second(f).EndToEndID = "notprovided" }, "end-to-end id is what banks write for none"},
		{"one end-to-end id in two batches", func(f *file) { f.Batches[1].Transfers[0].EndToEndID = "P-2" }, `batch 2, payment 1 ("P-2"): end-to-end id is that of batch 1, payment 2 too`},
		{"two slashes", func(f *file) { second(f).EndToEndID = "P//2" }, "end-to-end id has a slash at an end or two in a row"},
		{"a wrong reference", func(f *file) { second(f).Reference = "RF19539007547034" }, "reference is no RF reference"},
		{"a reference and a text", func(f *file) { second(f).Text = "x" }, "reference and text exclude each other"},
		{"a text of 141", func(f *file) { second(f).Reference, second(f).Text = "", strings.Repeat("x", 141) }, "text has 141 characters as banks write it; right would be at most 140"},
		{"an address without a town", func(f *file) { second(f).Address.Town = "" }, "creditor address (town) has no letter or digit"},
		{"an address without a country", func(f *file) { second(f).Address.Country = "België" }, "creditor address has a country of 6 characters; right would be two capitals"},
		{"a street too long", func(f *file) { second(f).Address.Street = strings.Repeat("x", 71) }, "creditor address (street) has 71 characters"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			f := transfers()
			c.change(&f)
			text, err := f.XML()
			wantRefused(t, text, err, c.want)
		})
	}
}

func TestCollectionsRefused(t *testing.T) {
	t.Parallel()
	type file = bank.DirectDebits
	first := func(f *file) *bank.Collection { return &f.Batches[0].Collections[0] }
	second := func(f *file) *bank.Collection { return &f.Batches[0].Collections[1] }
	for _, c := range []struct {
		story  string
		change func(*file)
		want   string
	}{
		{"no batch", func(f *file) { f.Batches = nil }, "payment file: file has no payment"},
		{"an empty batch", func(f *file) { f.Batches[0].Collections = nil }, "batch 1: batch has no payment"},
		{"today", func(f *file) { f.Batches[0].On = calendar.MustParseDate("2026-11-25") }, "batch 1: day is 2026-11-25; right would be a TARGET day from 2026-11-26"},
		{"on Monday of a file of Friday night is early enough, on Sunday not", func(f *file) {
			f.Created = time.Date(2026, 11, 27, 22, 0, 0, 0, time.UTC)
			f.Batches[0].On = calendar.MustParseDate("2026-11-29")
		}, "right would be a TARGET day from 2026-11-30"},
		{"no place in the mandate", func(f *file) { f.Batches[0].Sequence = "" }, `sequence is ""; right would be FRST, RCUR, FNAL or OOFF`},
		{"a wrong creditor id", func(f *file) { f.Batches[0].CreditorID = "NL70ZZZ123456780000" }, "creditor id has check digits 70; for this number they would be 69"},
		{"no mandate", func(f *file) { first(f).MandateID = "" }, `payment 1 ("I-2026-1"): mandate reference has 0 characters`},
		{"a mandate with a space", func(f *file) { first(f).MandateID = "M 17" }, "mandate reference has a space"},
		{"a mandate without a date", func(f *file) { first(f).SignedOn = calendar.Date{} }, "signature date is not given; right would be the day on which the mandate was signed, not after 2026-11-25"},
		{"a mandate of tomorrow", func(f *file) { first(f).SignedOn = calendar.MustParseDate("2026-11-26") }, "signature date is 2026-11-26"},
		{"a wrong account", func(f *file) { first(f).Debtor.Account = "NL21INGB0001234567" }, "debtor IBAN has check digits 21"},
		{"from ourselves", func(f *file) { first(f).Debtor.Account = "NL44RABO0123456789" }, "debtor IBAN is that of the creditor"},
		{"Switzerland without an address", func(f *file) { second(f).Address = nil }, "debtor address or BIC is missing; right would be both for an account in CH"},
		{"Switzerland without a bank", func(f *file) { second(f).Debtor.BIC = "" }, "debtor address or BIC is missing"},
		{"twice", func(f *file) { second(f).EndToEndID = "I-2026-1" }, "end-to-end id is that of batch 1, payment 1 too"},
		{"nothing", func(f *file) { first(f).Amount = 0 }, "amount is 0.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			f := debits()
			c.change(&f)
			text, err := f.XML()
			wantRefused(t, text, err, c.want)
		})
	}
}

func wantRefused(t *testing.T, text []byte, err error, want string) {
	t.Helper()
	var wrong *bank.PaymentFileError
	if text != nil || !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	for _, personal := range []string{"Bakkerij", "Sporthal", "0001234567", "7547034"} {
		if err != nil && strings.Contains(err.Error(), personal) {
			t.Errorf("names a person or an account: %v", err)
		}
	}
}

// More payments than a bank takes in one file are refused, not cut off.
func TestTooManyPayments(t *testing.T) {
	t.Parallel()
	f := transfers()
	one := f.Batches[1].Transfers[0]
	many := slices.Repeat([]bank.CreditTransfer{one}, 100_000)
	for i := range many {
		many[i].EndToEndID = fmt.Sprintf("X-%d", i)
	}
	f.Batches = f.Batches[1:]
	f.Batches[0].Transfers = many
	if _, err := f.XML(); err != nil {
		t.Fatal(err)
	}
	one.EndToEndID = "X"
	f.Batches[0].Transfers = append(many, one)
	text, err := f.XML()
	wantRefused(t, text, err, "batch makes it more than 100000 payments")
}
