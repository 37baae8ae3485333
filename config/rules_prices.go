package config

import (
	"reflect"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// commissionScale reads a scale as the start-up does, so that what is wrong is known with all other problems.
func commissionScale(text string) (wrong, right string) {
	if _, err := settlement.ParseScale(text); err != nil {
		return err.Error(), settlement.ScaleForm
	}
	return "", ""
}

// priceRules are the rules of every price of both lists: their fields differ in name only.
func priceRules() (rules []rule) {
	for _, plan := range []struct {
		name string
		list func(c *Config) PriceList
	}{
		{"basis", func(c *Config) PriceList { return c.Prices.Basis }},
		{"premium", func(c *Config) PriceList { return c.Prices.Premium }},
	} {
		list := reflect.TypeFor[PriceList]()
		for i := range list.NumField() {
			rules = append(rules, rule{"prices." + plan.name + "." + list.Field(i).Tag.Get("key"), func(c *Config) (string, string) {
				return price(reflect.ValueOf(plan.list(c)).Field(i).String())
			}})
		}
	}
	return rules
}

func price(text string) (wrong, right string) {
	if amount, err := money.Parse(text); err != nil || amount <= 0 {
		return text + " is no price", "an amount in euros without VAT like 350.00, or nothing when it is not offered"
	}
	return "", ""
}
