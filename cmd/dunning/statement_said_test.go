package main

import (
	"testing"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// After one person's word a statement says who said what and that another must; afterwards it names both.
func TestAStatementSaysWhoSaidWhatTheBankCharged(t *testing.T) {
	t.Parallel()
	said := func(by string) postgres.ChargeSaid {
		return postgres.ChargeSaid{Original: "r1", Amount: money.Cents(250), By: by, Reason: "a letter"}
	}
	one := postgres.StatementLine{Entry: 2, Part: 1, Said: []postgres.ChargeSaid{said("Anna")}}
	both := postgres.StatementLine{Entry: 2, Part: 1, Receipt: "r1", Said: []postgres.ChargeSaid{said("Anna"), said("Bram")}}
	for want, line := range map[string]postgres.StatementLine{
		"": {},
		"2.1: Anna says that the bank charged 2.50 with r1: a letter; it is booked when another person who may approve says the same\n": one,
		"2.1: Anna says that the bank charged 2.50 with r1: a letter\n2.1: Bram says that the bank charged 2.50 with r1: a letter\n":    both,
	} {
		if got := saidText(line); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
