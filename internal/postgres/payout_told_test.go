package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// A claim of which a part waits is told as it is, in this payout and in the next.
func TestWhatTheSpecificationTells(t *testing.T) {
	t.Parallel()
	w := paying(t)
	one, two := w.open(), w.open()
	w.receives(one, "r1", "100.33")
	w.receives(two, "r2", "20.00")
	w.collects(two, "r3", "30.00")
	p := w.paidOut(today)
	tells := func(p settlement.Payout) string {
		paid, err := w.PaidTo(t.Context(), p.ID, w.client)
		ok(t, err)
		words := []string{paid.Line.Cents.String()}
		for _, c := range paid.Claims {
			words = append(words, fmt.Sprintf("%s of %s %s-%s-%s=%s", c.Reference, c.Debtor, c.Part.Received, c.Part.Agency, c.Part.Later(), c.Part.Cents))
		}
		slices.Sort(words[1:])
		return strings.Join(words, ", ")
	}
	if got := tells(p); got != "120.00, C-0001 of Debiteur 1 100.33-0.33-0.00=100.00, C-0002 of Debiteur 2 50.00-0.00-30.00=20.00" {
		t.Error(got)
	}
	if got := tells(w.paidOut(refundTerm.AvailableOn(today))); got != "30.00, C-0002 of Debiteur 2 0.00-0.00--30.00=30.00" {
		t.Error(got)
	}
	if _, err := w.PaidTo(t.Context(), p.ID, w.newClient("B")); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// Money is followed from its bank entry to the line that paid it on and to the bank's debit of that, and back; not to the payout of another claim.
func TestMoneyIsFollowedToItsPayout(t *testing.T) {
	t.Parallel()
	w := paying(t)
	one, two := w.open(), w.open()
	w.receives(one, "r1", "60.00")
	first := w.paidOut(today)
	w.receives(two, "r2", "20.00")
	second := w.paidOut(today.AddDays(1))
	_, err := w.BookPayoutEntry(t.Context(), entryOf(first, 0, "e1"), at(today))
	ok(t, err)
	w.followed([]string{"r1", "r2"}, []string{"e1"})
	line := second.Lines[0].EndToEndID
	for key, want := range map[string]string{
		"r1": "to e1 60.00", "e1": "from r1 60.00", first.Lines[0].EndToEndID: "from r1 60.00; to e1 60.00",
		"r2": "to " + line + " 20.00", "payout:" + line: "from r2 20.00; to " + line + " 20.00",
	} {
		says(t, key, w.traced(key), want)
	}
}
