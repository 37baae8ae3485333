package config

import (
	"fmt"
	"os"
	"slices"
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
	{"bank.max_surplus", func(c *Config) (string, string) {
		if amount, err := money.Parse(c.Bank.MaxSurplus); err != nil || amount < 0 {
			return fmt.Sprintf("%q is not an amount of 0.00 or more", c.Bank.MaxSurplus), "like 50.00"
		}
		return "", ""
	}},
}

// Off are the rules of matching that are switched off.
func (b Bank) Off() (rules []matching.Rule) {
	for _, name := range strings.FieldsFunc(b.RulesOff, func(r rune) bool { return r == ',' || r == ' ' }) {
		rules = append(rules, matching.Rule(name))
	}
	return rules
}
