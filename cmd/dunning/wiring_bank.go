package main

import (
	"fmt"
	"log/slog"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/inbox"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// newStatements makes what finds the claims of receipts, as far as the configuration lets it.
func newStatements(cfg config.Config, store *postgres.Store, rules *trajectory.Library) (*activities.Statements, error) {
	policy, err := policyOf(cfg)
	if err != nil {
		return nil, err
	}
	most, err := cfg.Bank.PerDay()
	if err != nil {
		return nil, fmt.Errorf("bank.rules_per_day: %w", err)
	}
	return &activities.Statements{Files: store, Rules: rules, Policy: policy, MostADay: most}, nil
}

// policyOf is what the configuration decides about matching, of statements and of receipts that a person types.
func policyOf(cfg config.Config) (matching.Policy, error) {
	none, err := notDebtors(cfg)
	if err != nil {
		return matching.Policy{}, err
	}
	surplus, err := money.Parse(cfg.Bank.MaxSurplus)
	if err != nil {
		return matching.Policy{}, fmt.Errorf("bank.max_surplus: %w", err)
	}
	policy := matching.Policy{Off: map[matching.Rule]bool{}, Proven: map[matching.Rule]bool{}, NotDebtors: none, MaxSurplus: surplus}
	for _, rule := range cfg.Bank.Off() {
		policy.Off[rule] = true
	}
	for _, rule := range cfg.Bank.ProvenRules() {
		policy.Proven[rule] = true
	}
	return policy, nil
}

// notDebtors are the accounts from which no debtor pays: the trust accounts, the agency's own, and those of payment providers and banks.
func notDebtors(cfg config.Config) (map[string]bool, error) {
	own, err := trustAccounts(cfg)
	if err != nil {
		return nil, fmt.Errorf("bank.accounts: %w", err)
	}
	others, err := bank.ParseAccounts(cfg.Bank.NotDebtors)
	if err != nil {
		return nil, fmt.Errorf("bank.not_debtors: %w", err)
	}
	none := map[string]bool{}
	for _, accounts := range []bank.Accounts{own, others} {
		for _, iban := range accounts {
			none[iban] = true
		}
	}
	if cfg.Payout.AgencyIBAN != "" {
		none[bank.NormaliseIBAN(cfg.Payout.AgencyIBAN)] = true
	}
	return none, nil
}

// newInbox makes what watches for bank files; nil when no directory is configured.
func newInbox(cfg config.Config, log *slog.Logger, store *postgres.Store) (*inbox.Inbox, error) {
	accounts, err := trustAccounts(cfg)
	if err != nil || cfg.Bank.Inbox == "" {
		return nil, err
	}
	return &inbox.Inbox{Dir: cfg.Bank.Inbox, Quiet: cfg.Bank.Quiet, Accounts: accounts, Store: store, Log: log}, nil
}
