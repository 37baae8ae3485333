package main

import (
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// After one person's word a statement says who said what and that another must; afterwards it names both.
func TestAStatementSaysWhoSaidWhatTheBankCharged(t *testing.T) {
	t.Parallel()
	said := func(by string) postgres.ChargeSaid {
		return postgres.ChargeSaid{Original: "r1", Amount: money.Cents(250), By: by, Reason: "a letter"}
	}
	one := postgres.StatementLine{Entry: 2, Part: 1, Said: []postgres.ChargeSaid{said("Anna")}}
	both := postgres.StatementLine{Entry: 2, Part: 1, Receipt: "r1", Said: []postgres.ChargeSaid{said("Anna"), said("Bram")}}
	none := said("Cor")
	none.None = true
	fee := postgres.StatementLine{Entry: 2, Part: 1, Kind: bank.LineFee, Said: []postgres.ChargeSaid{said("Anna"), none}}
	again := postgres.StatementLine{Entry: 2, Part: 1, Kind: bank.LineUnknown, Said: []postgres.ChargeSaid{none}}
	for want, line := range map[string]postgres.StatementLine{
		"": {},
		"2.1: Anna says that the bank charged 2.50 with r1: a letter\n2.1: Cor says that the bank did not charge 2.50 with it: a letter; it waits again when another person who may approve says the same\n": fee,
		"2.1: Cor says that the bank did not charge 2.50 with it after all: a letter\n":                                                                                                                      again,
		"2.1: Anna says that the bank charged 2.50 with r1: a letter; it is booked when another person who may approve says the same\n":                                                                      one,
		"2.1: Anna says that the bank charged 2.50 with r1: a letter\n2.1: Bram says that the bank charged 2.50 with r1: a letter\n":                                                                         both,
	} {
		if got := saidText(line); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// Who says what others said before, or what was so, changes nothing and hears that: of a line that two persons call a charge, and of one that was typed.
func TestALineIsSaidToBeWhatItIsOnce(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 0)
	for _, name := range []string{"Anna", "Bram", "Cor"} {
		if _, err := s.super.Exec(t.Context(), `INSERT INTO approver (name) VALUES ($1)`, name); err != nil {
			t.Fatal(err)
		}
	}
	today := calendar.DateOf(time.Now()).String()
	s.says(0, "booked; it waits", "receipts", "add", "typed", "30,00")
	s.says(0, "lines that wait for a person: 2", "statement", "import", temporary(t, "today.xml", testkit.Camt("m", "1 0.00 22.75: "+today+" 30.00 a |iets; "+today+" -7.25 b |kosten")))
	lines := map[string]string{}
	rows, err := s.super.Query(t.Context(), `SELECT direction, key FROM statement_entry`)
	if err != nil {
		t.Fatal(err)
	}
	var direction, key string
	if _, err := pgx.ForEachRow(rows, []any{&direction, &key}, func() error { lines[direction] = key; return nil }); err != nil {
		t.Fatal(err)
	}
	const known = "told before; nothing changed: "
	is := "line " + lines["debit"] + " is what the bank charged; the agency bears it\n"
	once := "said by 1 of 2 persons: nothing is booked until another says the same\n"
	for _, said := range []struct{ by, want string }{{"Anna", once}, {"anna", known + once}, {"Bram", is}, {"Bram", known + is}, {"Cor", known + is}} {
		if got := s.says(0, said.want, "statement", "tie", lines["debit"], "--charge", "--by", said.by, "--reason", "charges of November"); got != said.want {
			t.Errorf("%s hears %s", said.by, got)
		}
	}
	for _, before := range []string{"", known} {
		want := before + "line " + lines["credit"] + " is receipt typed; nothing is booked twice\n"
		if got := s.says(0, want, "statement", "tie", lines["credit"], "--receipt", "typed", "--reason", "the same"); got != want {
			t.Error(got)
		}
	}
}

// A camt.054 after its statement says what became of the sum, and what a person does with it, with its amounts as far as a line can have them.
func TestASumThatIsBookedSaysWhatAPersonDoes(t *testing.T) {
	t.Parallel()
	payments := []money.Amount{money.Cents(20_00), money.Cents(30_00)}
	for _, c := range []struct {
		sum  postgres.Sum
		want string
	}{
		{postgres.Sum{Apart: true}, "r was booked as one sum; it is taken back, and its 2 payments are receipts of their own"},
		{postgres.Sum{}, "r is booked as one sum, and does not wait any more (dunning ledger trace r): its 2 payments change nothing. If it should not have been allocated or sent back: dunning receipts release r CLAIM, or dunning receipts refund r --decline, and import this file again"},
		{postgres.Sum{Waits: true}, "r is booked as one sum, and is not told apart: another batch or another sum is alike, so that it is not certain that these are its 2 payments (dunning statement inspect FILE). When all are for claims of one client on one debtor: dunning receipts split r CLAIM=20.00 CLAIM=30.00"},
	} {
		c.sum.Receipt, c.sum.Payments = "r", payments
		if got := asOneText(c.sum); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
	if got := asOneText(postgres.Sum{Receipt: "r", Waits: true, Payments: make([]money.Amount, 11)}); !strings.Contains(got, "its 11 payments") || strings.Count(got, "CLAIM=") != 10 || !strings.HasSuffix(got, "CLAIM=0.00 ...") {
		t.Error(got)
	}
}
