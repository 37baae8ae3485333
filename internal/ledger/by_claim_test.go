package ledger_test

import (
	"errors"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// A payout names the claims that it pays; one of which more was paid than there is takes from the others.
func TestAPayoutNamesItsClaims(t *testing.T) {
	t.Parallel()
	about := ledger.About{Key: "payout:1", On: day, Client: "c"}
	for _, c := range []struct {
		name    string
		journal ledger.Journal
		parts   map[string]money.Amount
		want    string
	}{
		{"submitted", ledger.PayoutOf(about, 1000)[0], map[string]money.Amount{"b": 900, "a": 300, "": -200, "z": 0}, "S200 -2.00 of , S200 3.00 of a, S200 9.00 of b, S240 -10.00 of "},
		{"refused", ledger.PayoutRejectedOf(about, 1000)[0], map[string]money.Amount{"b": 900, "a": 300, "": -200}, "S200 2.00 of , S200 -3.00 of a, S200 -9.00 of b, S240 10.00 of "},
		{"came back", ledger.PayoutReturnedOf(about, 300)[0], map[string]money.Amount{"a": 300}, "S100 3.00 of , S200 -3.00 of a"},
	} {
		j, err := c.journal.ByClaim(c.parts)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := ""
		for i, l := range j.Draft().Lines {
			if i > 0 {
				got += ", "
			}
			got += string(l.Account) + " " + l.Cents.String() + " of " + l.Claim
		}
		if got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	var wrong *ledger.DraftError
	if _, err := ledger.PayoutOf(about, 1000)[0].ByClaim(map[string]money.Amount{"a": 999}); !errors.As(err, &wrong) {
		t.Error(err)
	}
}
