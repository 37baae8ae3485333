package main

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

func costsCommand() *cobra.Command {
	var principals amountsFlag
	var flat percentFlag
	var uplift bool
	debtor := oneOf{words: []string{"consumer", "business"}}
	cmd := &cobra.Command{
		Use: "costs", Short: "Collection costs of one demand (Besluit vergoeding voor buitengerechtelijke incassokosten)",
		Example: "  dunning calc costs --principal 1250.00 --debtor consumer\n  dunning calc costs --principal 300 --principal 450,50 --debtor business --flat-clause 15",
		RunE: func(cmd *cobra.Command, _ []string) error {
			tables, err := lawOf(cmd)
			if err != nil {
				return err
			}
			q := law.CostQuestion{Principals: principals.amounts, Consumer: debtor.word == "consumer", VATUplift: uplift, On: calendar.DateOf(time.Now())}
			if cmd.Flags().Changed("flat-clause") {
				q.Flat = flat.percent
			}
			c, err := tables.DemandCosts(q)
			if err != nil {
				return lawful(err)
			}
			return reply(cmd, fields{{"costs", c.Costs}, {"vat", c.VAT}, {"total", c.Total}}, c.Basis)
		},
	}
	cmd.Flags().BoolVar(&uplift, "vat-uplift", false, "the creditor pays VAT for the collection, cannot deduct it, and declares both (art. 2 lid 3)")
	return calcFlags(cmd, map[string]pflag.Value{"principal": &principals, "debtor": &debtor, "flat-clause": &flat}, map[string]string{
		"principal": "the principal; given again, the claims of one demand are added up", "debtor": "consumer or business",
		"flat-clause": "percentage that creditor and debtor agreed on (business only)",
	}, "principal", "debtor")
}

// interestTable is the statutory table of a kind of debtor, or the agreed rate.
func interestTable(cmd *cobra.Command, kind oneOf, rate percentFlag, due calendar.Date) (law.InterestTable, error) {
	agreed := cmd.Flags().Changed("rate")
	switch {
	case agreed && kind.word != "":
		return law.InterestTable{}, refused("--rate: an agreed rate comes instead of --kind; right would be one of the two")
	case agreed:
		return law.Agreed(rate.percent, due), nil
	case kind.word == "":
		return law.InterestTable{}, refused("--kind is missing: it is consumer or business; or --rate for an agreed rate")
	}
	tables, err := lawOf(cmd)
	if err != nil {
		return law.InterestTable{}, err
	}
	if kind.word == "consumer" {
		return tables.Consumer, nil
	}
	return tables.Commercial, nil
}

func interestCommand() *cobra.Command {
	var principal amountFlag
	var due, paid dateFlag
	var rate percentFlag
	kind := oneOf{words: []string{"consumer", "business"}}
	cmd := &cobra.Command{
		Use: "interest", Short: "Statutory or agreed interest over one sum (art. 6:119, 6:119a BW)",
		Example: "  dunning calc interest --principal 1000.00 --kind consumer --due 2025-12-31 --paid 2026-06-30\n  dunning calc interest --principal 1000.00 --rate 12 --due 2026-01-31 --paid 2026-06-30",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if paid.date.Before(due.date) {
				return refused("--paid: %s comes before --due %s; right would be that day or later", paid.date, due.date)
			}
			table, err := interestTable(cmd, kind, rate, due.date)
			if err != nil {
				return err
			}
			i, err := table.Over(principal.amount, due.date, paid.date)
			if err != nil {
				return lawful(err)
			}
			segments := make([]fields, len(i.Lines))
			for n, line := range i.Lines {
				segments[n] = fields{{"from", line.From}, {"to", line.To}, {"days", line.Days}, {"rate", line.Rate}, {"base", line.Base}, {"interest", line.Interest}}
			}
			return reply(cmd, fields{{"interest", i.Interest}, {"days", i.Days}, {"segments", segments}}, i.Basis)
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"principal": &principal, "kind": &kind, "due": &due, "paid": &paid, "rate": &rate}, map[string]string{
		"principal": "the principal", "kind": "consumer (art. 6:119 BW) or business (art. 6:119a BW)", "due": "the last day of payment in time",
		"paid": "the day of payment", "rate": "agreed yearly percentage, instead of --kind",
	}, "principal", "due", "paid")
}

// paymentsFlag takes AMOUNT@DATE, again and again.
type paymentsFlag struct{ payments []claim.Settlement }

func (p *paymentsFlag) String() string { return "" }
func (p *paymentsFlag) Type() string   { return "amount@date" }
func (p *paymentsFlag) again()         {}
func (p *paymentsFlag) Set(text string) error {
	amount, day, found := strings.Cut(text, "@")
	if !found {
		return fmt.Errorf("right would be AMOUNT@DATE, like 100.00@2026-03-31")
	}
	paid, err := positive(amount)
	if err != nil {
		return err
	}
	on, err := calendar.ParseDate(day)
	p.payments = append(p.payments, claim.Settlement{Kind: claim.PaidToAgency, Amount: paid, On: on})
	return err
}

// costsFlag is an amount that may be nothing.
type costsFlag struct{ amount money.Amount }

func (c *costsFlag) String() string { return "" }
func (c *costsFlag) Type() string   { return "amount" }
func (c *costsFlag) Set(text string) (err error) {
	if c.amount, err = money.Parse(text); err == nil && c.amount < 0 {
		err = fmt.Errorf("%s is less than 0.00; right would be 0.00 or more", c.amount)
	}
	return err
}

func allocateCommand() *cobra.Command {
	var principal amountFlag
	var costs costsFlag
	var due, asOf dateFlag
	var rate percentFlag
	var payments paymentsFlag
	kind := oneOf{words: []string{"consumer", "business"}}
	cmd := &cobra.Command{
		Use: "allocate", Short: "What payments pay: costs, interest, principal (art. 6:44 BW)",
		Example: "  dunning calc allocate --principal 1000.00 --kind business --due 2026-03-01 --costs 150.00 --payment 400@2026-05-01 --payment 800@2026-06-15",
		RunE: func(cmd *cobra.Command, _ []string) error {
			on, err := payments.asOf(cmd, due.date, asOf.date)
			if err != nil {
				return err
			}
			table, err := interestTable(cmd, kind, rate, due.date)
			if err != nil {
				return err
			}
			allocations, open, err := claim.Allocate(table, principal.amount, due.date, costs.amount, payments.payments, on)
			if err != nil {
				return lawful(err)
			}
			lines := make([]fields, len(allocations))
			for i, a := range allocations {
				lines[i] = fields{{"date", a.Settlement.On}, {"amount", a.Settlement.Amount}, {"costs", a.Costs}, {"interest", a.Interest}, {"principal", a.Principal}, {"surplus", a.Surplus}}
			}
			left := fields{{"costs", open.Costs}, {"interest", open.Interest}, {"principal", open.Principal}, {"total", open.Total()}}
			return reply(cmd, fields{{"payments", lines}, {"open", left}}, []law.Basis{
				{Rule: "a payment pays costs, then interest, then principal", Article: "art. 6:44 lid 1 BW", Detail: "in order of value date; what is left is owed back to the debtor"},
				{Rule: "interest until the day of each payment", Article: table.Article, Detail: "days after " + due.date.String() + ", " + table.Source + "; rounded when a payment meets it"},
				{Rule: "what is open", Article: "art. 6:44 BW", Detail: "as of the end of " + on.String()},
			})
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{
		"principal": &principal, "kind": &kind, "rate": &rate, "due": &due, "costs": &costs, "payment": &payments, "as-of": &asOf,
	}, map[string]string{
		"principal": "the principal", "kind": "consumer (art. 6:119 BW) or business (art. 6:119a BW)", "due": "the last day of payment in time",
		"costs": "collection costs that are due", "payment": "a payment, like 100.00@2026-03-31; may be given again", "rate": "agreed yearly percentage, instead of --kind",
		"as-of": "the day of what is open (default: that of the last payment)",
	}, "principal", "due", "costs", "payment")
}

// asOf is the day of what is open, and refuses payments before the claim was due or after that day.
func (p paymentsFlag) asOf(cmd *cobra.Command, due, asOf calendar.Date) (calendar.Date, error) {
	last := due
	for _, payment := range p.payments {
		if payment.On.Before(due) {
			return last, refused("--payment: %s comes before --due %s; right would be that day or later", payment.On, due)
		}
		last = calendar.Max(last, payment.On)
	}
	if !cmd.Flags().Changed("as-of") {
		return last, nil
	}
	if asOf.Before(last) {
		return last, refused("--as-of: %s comes before the payment of %s; right would be that day or later", asOf, last)
	}
	return asOf, nil
}

func commissionCommand() *cobra.Command {
	var principal amountFlag
	var percent percentFlag
	cmd := &cobra.Command{
		Use: "commission", Short: "Commission over the whole principal, with VAT (agreement, exceptions 1-5)",
		Example: "  dunning calc commission --principal 2500.00 --percent 15",
		RunE: func(cmd *cobra.Command, _ []string) error {
			tables, err := lawOf(cmd)
			if err != nil {
				return err
			}
			commission := money.FromRat(new(big.Rat).Mul(principal.amount.Rat(), percent.percent.Fraction()))
			vat, row, err := tables.VAT(commission, calendar.DateOf(time.Now()))
			if err != nil {
				return lawful(err)
			}
			return reply(cmd, fields{{"commission", commission}, {"vat", vat}, {"total", commission + vat}}, []law.Basis{
				{Rule: "commission over the whole principal", Article: "service agreement, exceptions 1-5 (requirement T11)", Detail: fmt.Sprintf("%s%% of %s = %s", percent.percent.Text, principal.amount, commission)},
				{Rule: "collection is taxed", Article: "art. 11 lid 1 j 2° Wet OB 1968; " + row.Article, Detail: fmt.Sprintf("%s%% of %s = %s", row.Percent.Text, commission, vat)},
			})
		},
	}
	return calcFlags(cmd, map[string]pflag.Value{"principal": &principal, "percent": &percent}, map[string]string{
		"principal": "the whole principal", "percent": "the percentage of the agreement's scale",
	}, "principal", "percent")
}
