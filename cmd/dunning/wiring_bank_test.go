package main

import (
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
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
