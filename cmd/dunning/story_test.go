package main

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// A receipt that is not allocated yet holds up the letters of every claim it could be for, see suspectReceipt of internal/postgres. In the demo each claim has a clock of
// its own: one that waits for the receipt of another skips to what is due next, which may be years later. So no payment of the story looks like that of another claim.
func TestNoPaymentOfTheStoryLooksLikeAnothers(t *testing.T) {
	t.Parallel()
	list := accepted(t)
	for _, payer := range list {
		for _, other := range list {
			if payer == other {
				continue
			}
			if why := other.takes(payer); why != "" {
				t.Errorf("a payment of %s could be for %s: %s", payer.Claim, other.Claim, why)
			}
		}
	}
	if len(list) != 56 {
		t.Errorf("%d claims are compared", len(list))
	}
}

// sampled is a claim of the sample portfolio that is accepted, with what happens to it.
type sampled struct {
	storyClaim
	debtor, kind string
	invoices     []string
	principal    money.Amount
}

func accepted(t *testing.T) (list []*sampled) {
	t.Helper()
	file, err := portfolioOn(config.Data, calendar.MustParseDate("2026-10-05"))
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(bytes.NewReader(file))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	story, err := readStory(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	for _, s := range story {
		if s.Ends == claim.StatusRefused {
			continue
		}
		x := &sampled{storyClaim: s}
		for _, row := range rows[1:] {
			if column(row, "claim") != s.Claim {
				continue
			}
			x.debtor, x.kind = strings.ToLower(column(row, "debtor")), column(row, "debtor_kind")
			x.invoices = append(x.invoices, column(row, "invoice"))
			x.principal += money.MustParse(column(row, "amount"))
		}
		list = append(list, x)
	}
	return list
}

// takes says why a payment of another could be for this claim, by what is the same on every day: interest, and so the later letters, follow the day of the demo.
func (x *sampled) takes(payer *sampled) string {
	if x.debtor == payer.debtor {
		return "the name " + x.debtor
	}
	name, _, _ := strings.Cut(x.debtor, "(")
	words := strings.Fields(name)
	if last := words[len(words)-1]; x.kind != "company" && strings.HasSuffix(payer.debtor, " "+last) {
		return "the surname " + last
	}
	for _, number := range x.invoices {
		if slices.Contains(payer.invoices, number) {
			return "the invoice " + number
		}
	}
	for _, amount := range payer.pays() {
		if amount == x.principal {
			return "the amount " + amount.String()
		}
	}
	return ""
}

// pays are the payments of a claim to the trust account that are known beforehand: fixed ones, and what a reminder asked, which is the principal.
func (x *sampled) pays() (amounts []money.Amount) {
	for _, e := range x.Events {
		asked := strings.HasSuffix(e.After, "reminder")
		if amount, err := money.Parse(e.Pay); err == nil {
			amounts = append(amounts, amount)
		} else if e.Pay+e.Receipt == "demanded" && asked {
			amounts = append(amounts, x.principal)
		}
	}
	return amounts
}
