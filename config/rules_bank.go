package config

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
)

var bankRules = []rule{
	{"bank.accounts", func(c *Config) (string, string) {
		if _, err := bank.ParseAccounts(c.Bank.Accounts); err != nil {
			return err.Error(), "IBANs with commas between, an old number before the IBAN that it is now: 417164300=NL91ABNA0417164300"
		}
		return "", ""
	}},
	{"bank.inbox", func(c *Config) (string, string) {
		if info, err := os.Stat(c.Bank.Inbox); err != nil || !info.IsDir() {
			return fmt.Sprintf("%q is not a directory that can be read", c.Bank.Inbox), "the directory in which bank files arrive, or nothing: none is watched"
		}
		return "", ""
	}},
	{"bank.quiet", func(c *Config) (string, string) {
		return between(int(c.Bank.Quiet.Milliseconds()), 100, 3_600_000, "ms")
	}},
	{"bank.not_debtors", func(c *Config) (string, string) {
		if _, err := bank.ParseAccounts(c.Bank.NotDebtors); err != nil {
			return err.Error(), "the IBANs of payment providers and banks, with commas between, or nothing"
		}
		return "", ""
	}},
	{"bank.rules_off", func(c *Config) (string, string) {
		rules, _ := matching.Rules()
		for _, name := range c.Bank.Off() {
			if !slices.Contains(rules, name) {
				return fmt.Sprintf("%q is not a rule of matching", name), fmt.Sprintf("some of %v", rules)
			}
		}
		return "", ""
	}},
	{"bank.rules_per_day", func(c *Config) (string, string) {
		if _, err := c.Bank.PerDay(); err != nil {
			return err.Error(), "rules of matching with how many receipts each may match on a day, like known-account=500, name-amount-text=100"
		}
		return "", ""
	}},
	{"bank.rules_proven", func(c *Config) (string, string) {
		for _, rule := range rulesIn(c.Bank.Proven) {
			if !slices.Contains(matching.InShadow(), rule) {
				return fmt.Sprintf("%q is not a rule that begins in shadow", rule), fmt.Sprintf("some of %v, or nothing", matching.InShadow())
			}
		}
		return "", ""
	}},
	{"bank.queue_days", func(c *Config) (string, string) {
		return between(c.Bank.QueueDays, 1, 30, "working days")
	}},
	{"bank.max_surplus", func(c *Config) (string, string) {
		if amount, err := money.Parse(c.Bank.MaxSurplus); err != nil || amount < 0 {
			return fmt.Sprintf("%q is not an amount of 0.00 or more", c.Bank.MaxSurplus), "like 50.00"
		}
		return "", ""
	}},
}

// Off are the rules of matching that are switched off.
func (b Bank) Off() []matching.Rule { return rulesIn(b.RulesOff) }

// ProvenRules are the rules that begin in shadow and may act.
func (b Bank) ProvenRules() []matching.Rule { return rulesIn(b.Proven) }

func rulesIn(text string) (rules []matching.Rule) {
	for _, name := range listed(text) {
		rules = append(rules, matching.Rule(name))
	}
	return rules
}

func listed(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// PerDay is how many receipts each rule may match by itself on a day; a rule that is not in it has no limit.
func (b Bank) PerDay() (map[matching.Rule]int, error) {
	rules, _ := matching.Rules()
	most := map[matching.Rule]int{}
	for _, one := range listed(b.RulesADay) {
		name, number, _ := strings.Cut(one, "=")
		n, err := strconv.Atoi(number)
		switch {
		case !slices.Contains(rules, matching.Rule(name)):
			return nil, fmt.Errorf("%q is not a rule of matching (%v)", name, rules)
		case err != nil || n < 1:
			return nil, fmt.Errorf("%q: %q is not a number of 1 or more", name, number)
		}
		most[matching.Rule(name)] = n
	}
	return most, nil
}
