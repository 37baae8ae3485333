package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
)

// calcClaim is one claim that a payment may be divided over.
type calcClaim struct {
	name             string
	principal, costs money.Amount
	due              calendar.Date
	business         bool
}

// claimsFlag takes NAME:PRINCIPAL:DUE:consumer|business[:COSTS], again and again.
type claimsFlag struct{ claims []calcClaim }

func (c *claimsFlag) String() string { return "" }
func (c *claimsFlag) Type() string   { return "claim" }
func (c *claimsFlag) again()         {}
func (c *claimsFlag) Set(text string) (err error) {
	w := strings.Split(text, ":")
	if len(w) < 4 || len(w) > 5 || strings.TrimSpace(w[0]) == "" {
		return fmt.Errorf("right would be NAME:PRINCIPAL:DUE:consumer or business, and :COSTS that are due, like A:1000.00:2026-03-01:consumer:150.00")
	}
	one := calcClaim{name: strings.TrimSpace(w[0])}
	if one.principal, err = positive(w[1]); err != nil {
		return err
	}
	if one.due, err = calendar.ParseDate(w[2]); err != nil {
		return err
	}
	kind := oneOf{words: []string{"consumer", "business"}}
	if err = kind.Set(w[3]); err != nil {
		return fmt.Errorf("%q is no kind of debtor; %w", w[3], err)
	}
	one.business = kind.word == "business"
	if len(w) == 5 {
		var costs costsFlag
		if err = costs.Set(w[4]); err != nil {
			return err
		}
		one.costs = costs.amount
	}
	c.claims = append(c.claims, one)
	return nil
}

// obligation is what is owed of the claim on a day that nothing was paid of before.
func (c calcClaim) obligation(tables law.Tables, on calendar.Date) (claim.Obligation, error) {
	table := tables.Consumer
	if c.business {
		table = tables.Commercial
	}
	rate, err := table.RateOn(on)
	if err != nil {
		return claim.Obligation{}, err
	}
	_, open, err := claim.Allocate(table, c.principal, c.due, c.costs, nil, on)
	return claim.Obligation{Claim: c.name, Due: c.due, Rate: rate, Open: open}, err
}

func divideCommand() *cobra.Command {
	var payments paymentsFlag
	var claims claimsFlag
	var designated []string
	cmd := &cobra.Command{
		Use: "divide", Short: "What one payment pays of several claims of one creditor (art. 6:43 BW)",
		Long: `Divides one payment of a debtor over several claims of one creditor: first those that the debtor designated (--for, in order), then those that are
due before those that are not, the most onerous first (the highest rate of interest, then costs that are due), the oldest, and in proportion. Within a
claim it pays costs, interest, principal (art. 6:44 BW).`,
		Example: "  dunning calc divide --payment 500@2026-09-30 --claim A:1000.00:2026-03-01:consumer:150.00 --claim B:200.00:2026-05-01:consumer --for B",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if len(payments.payments) > 1 {
				return refused("--payment: is given %d times; right would be one payment, since each meets what the earlier ones left", len(payments.payments))
			}
			tables, err := lawOf(cmd)
			if err != nil {
				return err
			}
			payment := payments.payments[0]
			obligations := make([]claim.Obligation, len(claims.claims))
			for i, c := range claims.claims {
				if c.costs > 0 && !payment.On.After(c.due) {
					return refused("--claim: %s may be paid in time until %s, so that no costs of it are due on %s; right would be no costs, or a later payment", c.name, c.due, payment.On)
				}
				if obligations[i], err = c.obligation(tables, payment.On); err != nil {
					return lawful(err)
				}
			}
			division, err := claim.Divide(payment.Amount, payment.On, obligations, designated)
			if err != nil {
				return divisible(err)
			}
			return reply(cmd, fields{{"claims", divided(division)}, {"surplus", division.Surplus}}, divisionBasis(tables, payment.On))
		},
	}
	cmd.Flags().StringArrayVar(&designated, "for", nil, "a claim that the debtor designated; given again, in the order of the debtor")
	return calcFlags(cmd, map[string]pflag.Value{"payment": &payments, "claim": &claims}, map[string]string{
		"payment": "the payment, like 500.00@2026-09-30", "claim": "a claim, like A:1000.00:2026-03-01:consumer:150.00 (name, principal, last day of payment in time, kind of debtor, costs that are due); given again",
	}, "payment", "claim")
}

// divisible gives what cannot be divided the exit code of refused input.
func divisible(err error) error {
	var no *claim.DivisionError
	if errors.As(err, &no) {
		return refused("--%s: %w", no.Field, err)
	}
	return err
}

func divided(d claim.Division) []fields {
	lines := make([]fields, len(d.Parts))
	for i, p := range d.Parts {
		lines[i] = fields{{"claim", p.Claim}, {"amount", p.Amount}, {"costs", p.Costs}, {"interest", p.Interest}, {"principal", p.Principal}, {"reason", p.Reason}}
	}
	return lines
}

func divisionBasis(tables law.Tables, on calendar.Date) []law.Basis {
	return []law.Basis{
		{Rule: "first what the debtor designates", Article: "art. 6:43 lid 1 BW", Detail: "in the order named; the creditor does not use its right to refuse that (art. 6:44 lid 2 and 3 BW)"},
		{Rule: "then due before not due, the most onerous, the oldest, in proportion", Article: "art. 6:43 lid 2 BW", Detail: "most onerous is the highest rate of interest on " + on.String() + ", and at one rate a claim of which costs are due (policy)"},
		{Rule: "within a claim costs, then interest, then principal", Article: "art. 6:44 lid 1 BW", Detail: "a claim takes no more than is owed of it at the end of " + on.String() + "; what is left is owed back to the debtor"},
		{Rule: "interest until the day of payment", Article: tables.Consumer.Article + "; " + tables.Commercial.Article, Detail: tables.Consumer.Source + "; " + tables.Commercial.Source},
	}
}
