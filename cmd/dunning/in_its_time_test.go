package main

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/testkit"
)

// In a database that has lived beyond today, as the demo's, nothing is recorded as of today: it is looked at only.
func TestNothingIsRecordedBeforeWhatIsBooked(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 1)
	today, id := calendar.DateOf(time.Now()), s.refs[0].ClaimID
	file := temporary(t, "today.xml", testkit.Camt("m", "1 0.00 60.00: "+today.String()+" 60.00 a |iets"))
	s.says(0, "", "statement", "import", file)
	s.says(0, "recorded", "claim", "pay", id, "1,00", "--key", "of today")
	if _, err := s.super.Exec(t.Context(), `SET session_replication_role = replica; UPDATE statement SET to_on = to_on + 7300; SET session_replication_role = DEFAULT`); err != nil {
		t.Fatal(err)
	}
	until := "the bank's statements in this database tell of days until " + today.AddDays(7300).String() + ", and today is " + today.String()
	for _, line := range [][]string{
		{"claim", "pay", id, "1,00", "--key", "another"}, {"claim", "remark", id, "x"}, {"claim", "debtor", id, "--town", "Testdorp"}, {"receipts", "add", "r", "5,00"}, {"receipts", "assign", "r", id}, {"receipts", "refund", "r", "--reason", "x"},
		{"receipts", "reverse", "r", "--reason", "x"}, {"payout", "propose", "--all"}, {"payout", "withdraw", "PO-20261215", "--reason", "x"},
	} {
		s.says(2, until, line...)
	}
	for _, line := range [][]string{{"claim", "show", id}, {"receipts", "queue"}, {"receipts", "refund"}, {"payout", "list"}, {"ledger", "trace", id}} {
		s.says(0, "", line...)
	}
}
