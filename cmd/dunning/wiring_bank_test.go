package main

import (
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// What comes from an account of the agency, of a payment provider or of a bank is no debtor's payment, though it says a debtor's reference.
func TestWhoseMoneyIsNoDebtorsPayment(t *testing.T) {
	t.Parallel()
	const provider, old, debtor, reference = "NL20INGB0001234567", "NL02ABNA0123456789", "NL02RABO0123456789", "RF865028461937"
	own := devstack.FakeIBAN("agency")
	for story, c := range map[string]struct {
		from, agency string
		want         matching.Outcome
	}{
		"the agency's own account":            {own, own, matching.Queued},
		"one that is not the agency's":        {own, "", matching.Automatic},
		"the agency's, as people write it":    {debtor, "nl02 rabo 0123 4567 89", matching.Queued},
		"a payment provider":                  {provider, own, matching.Queued},
		"another trust account of the agency": {old, own, matching.Queued},
		"a debtor":                            {debtor, own, matching.Automatic},
	} {
		t.Run(story, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Development(onThisMachine(map[string]string{"bank.accounts": old, "bank.not_debtors": provider}))
			if err != nil {
				t.Fatal(err)
			}
			cfg.Payout.AgencyIBAN = c.agency
			statements, err := newStatements(cfg, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			index, hundred := matching.NewIndex(), money.MustParse("100.00")
			if err := index.Add(matching.Claim{ID: "a", Debtor: "d", Name: "J. Voorbeeldman", RF: reference, Total: hundred, Principal: hundred}); err != nil {
				t.Fatal(err)
			}
			got := index.Match(matching.Payment{Amount: hundred, IBAN: c.from, Text: reference}, statements.Policy)
			if got.Outcome != c.want || (got.Rule == matching.NotDebtor) != (c.want == matching.Queued) {
				t.Errorf("%s by %s", got.Outcome, got.Rule)
			}
		})
	}
}

// What the configuration says of rules reaches matching: proven, off, and how many a day.
func TestWhatIsConfiguredOfRules(t *testing.T) {
	t.Parallel()
	cfg, err := config.Development(onThisMachine(map[string]string{"bank.rules_off": "number", "bank.rules_proven": "name-amount", "bank.rules_per_day": "known-account=7"}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStatements(cfg, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Policy.Off[matching.ClaimNumber] || !s.Policy.Proven[matching.NameAmount] || len(s.MostADay) != 1 || s.MostADay[matching.KnownAccount] != 7 {
		t.Errorf("%+v, %v a day", s.Policy, s.MostADay)
	}
}

// A rule is proven by as many decisions without a correction as its aim takes, and no fewer; only in shadow.
func TestWhenARuleIsProven(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story string
		r     postgres.RuleRecord
		want  bool
	}{
		{"nothing was decided", postgres.RuleRecord{Shadow: true}, false},
		{"a few, all right", postgres.RuleRecord{Shadow: true, Confirmed: 500}, false},
		{"as many as it takes", postgres.RuleRecord{Shadow: true, Confirmed: 7680}, true},
		{"one correction among them", postgres.RuleRecord{Shadow: true, Confirmed: 7679, Corrected: 1}, false},
		{"one that acts already", postgres.RuleRecord{Confirmed: 7680}, false},
	} {
		if got := weigh(c.r); got.Proven != c.want {
			t.Errorf("%s: %+v", c.story, got)
		}
	}
}
