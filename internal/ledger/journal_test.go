package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

func draft(change func(*ledger.Draft)) ledger.Draft {
	d := ledger.Draft{Book: ledger.Trust, Kind: ledger.Received, Key: "receipt:1", On: day, Client: "client", Lines: []ledger.Line{
		{ledger.TrustBank, eur("1.00"), ""}, {ledger.Unallocated, eur("-1.00"), ""},
	}}
	change(&d)
	return d
}

func TestAJournalThatCannotBeRightCannotBeMade(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*ledger.Draft)
		want   string
	}{
		"a cent is missing":              {func(d *ledger.Draft) { d.Lines[0].Cents++ }, "add up to 0.01"},
		"one line":                       {func(d *ledger.Draft) { d.Lines = d.Lines[:1] }, "1 lines"},
		"no line":                        {func(d *ledger.Draft) { d.Lines = nil }, "0 lines"},
		"a line of nothing":              {func(d *ledger.Draft) { d.Lines[0].Cents = 0 }, "is 0.00"},
		"an account of another book":     {func(d *ledger.Draft) { d.Lines[0].Account = ledger.AgencyBank }, `"A100" is not an account of book S`},
		"an account that is not there":   {func(d *ledger.Draft) { d.Lines[0].Account = "S999" }, `"S999" is not an account`},
		"no book":                        {func(d *ledger.Draft) { d.Book, d.Lines = "X", nil }, "no book"},
		"another kind":                   {func(d *ledger.Draft) { d.Kind = "gift" }, `"gift" is not a kind`},
		"no key":                         {func(d *ledger.Draft) { d.Key = "" }, "key is empty"},
		"a key that is too long":         {func(d *ledger.Draft) { d.Key = strings.Repeat("k", ledger.MaxKey+1) }, "longer than"},
		"no day":                         {func(d *ledger.Draft) { d.On = ledger.Draft{}.On }, "no day"},
		"a claim of no client":           {func(d *ledger.Draft) { d.Client, d.Lines[0].Claim = "", "claim" }, "of no client"},
		"all of it is right: no problem": {func(*ledger.Draft) {}, ""},
	} {
		_, err := draft(c.change).Journal()
		var wrong *ledger.DraftError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAJournalIsKnownByAllThatItSays(t *testing.T) {
	t.Parallel()
	seen := map[[32]byte]string{}
	for name, change := range map[string]func(*ledger.Draft){
		"as it is":       func(*ledger.Draft) {},
		"another day":    func(d *ledger.Draft) { d.On = day.AddDays(1) },
		"another key":    func(d *ledger.Draft) { d.Key += "2" },
		"another client": func(d *ledger.Draft) { d.Client = "other" },
		"a claim":        func(d *ledger.Draft) { d.Lines[0].Claim = "claim" },
		"another amount": func(d *ledger.Draft) { d.Lines[0].Cents, d.Lines[1].Cents = 200, -200 },
		"another kind":   func(d *ledger.Draft) { d.Kind = ledger.TakenBack },
		"a reversal":     func(d *ledger.Draft) { d.Reverses = "receipt:0" },
	} {
		j, err := draft(change).Journal()
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[j.Hash()]; twice {
			t.Errorf("%s has the hash of %s", name, other)
		}
		seen[j.Hash()] = name
	}
	j, _ := draft(func(*ledger.Draft) {}).Journal()
	j.Draft().Lines[0].Cents = 0 // a copy
	if _, known := seen[j.Hash()]; !known {
		t.Error("a journal was changed")
	}
}

func TestAReversalTakesEveryLineBack(t *testing.T) {
	t.Parallel()
	j, _ := draft(func(*ledger.Draft) {}).Journal()
	back, err := j.Reversal("back", day.AddDays(1))
	if d := back.Draft(); err != nil || d.Reverses != "receipt:1" || d.Lines[0].Cents != eur("-1.00") || d.Lines[1].Cents != eur("1.00") {
		t.Errorf("%+v, %v", d, err)
	}
}

// Whatever is paid under whatever terms, every journal can be made, what comes in is all divided, and what the trust book owes the agency is what its own
// book says that it is to get. Who pays everything has given the client all of the principal under every policy, VAT aside.
func TestPositionsOfAnyLife(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := func(name string) string { return money.Cents(rapid.Int64Range(0, 200_000).Draw(t, name)).String() }
		terms := settlement.Terms{Policy: settlement.Policy(rapid.IntRange(0, 2).Draw(t, "policy")), VAT: settlement.VATMode(rapid.IntRange(0, 2).Draw(t, "VAT"))}
		x := told{cents("principal"), cents("interest"), cents("costs"), "", "", rapid.Bool().Draw(t, "monitored"), false}
		open := eur(x.principal) + eur(x.interest) + eur(x.costs)
		received, before := money.Amount(0), ledger.Position{}
		balances := map[ledger.Account]money.Amount{}
		for range rapid.IntRange(0, 6).Draw(t, "payments") {
			amount := money.Cents(rapid.Int64Range(1, 150_000).Draw(t, "amount"))
			kind := rapid.SampledFrom([]string{"agency", "agency", "client"}).Draw(t, "kind")
			x.story += kind + " " + amount.String() + ";"
			open -= amount
			if kind == "agency" {
				received += amount
			}
			after := x.position(t, terms)
			for _, j := range after.From(before, about) {
				if _, err := j.Draft().Journal(); err != nil {
					t.Fatal(err)
				}
				for _, l := range j.Draft().Lines {
					balances[l.Account] += l.Cents
				}
			}
			before = after
		}
		if balances[ledger.Unallocated] != received || balances[ledger.FromTrust] != -balances[ledger.AgencyPayable] {
			t.Fatalf("received %s: %v", received, balances)
		}
		if settled, charged := before.Differences(before); settled != nil || charged != nil {
			t.Fatal("a position differs from itself")
		}
		if want := eur(x.principal); open <= 0 && !x.monitored && !strings.Contains(x.story, "client") && terms.VAT != settlement.ExclusiveNetted && balances[ledger.ClientPayable] != -want {
			t.Fatalf("the client gets %s of %s", -balances[ledger.ClientPayable], want)
		}
		if open <= 0 && before.Owed() != 0 && x.story != "" {
			t.Fatalf("%s is owed", before.Owed())
		}
	})
}
