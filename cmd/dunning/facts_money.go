package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

const payHelp = `Records a settlement that did not come in on the trust account: what the client tells that it received, credited, set off or took back, each on its own date.

A write-off lets go of what nobody paid. It is of one person, so of a claim it is at most a trifle in all: minimum_demand of its trajectory, less than which no
letter asks. What a judgment left out can be written off beside that, and what is left after the parties settled in court. More is let go by the client,
which credits it (--kind credit-note), or by closing the claim (claim close).`

// moneyFacts are the facts that change what is owed.
func moneyFacts(id string) []fact {
	return []fact{
		{use: "pay ID AMOUNT", short: "Record a settlement beside the trust account: a payment to the client, a credit note, set-off, returned goods ...", example: "pay " + id + " 250,00 --kind paid-to-client --on DAY\n  dunning claim pay " + id + " 100,00 --kind credit-note --invoice NUMBER", long: payHelp, args: 2, keyed: true, names: "its kind, day, amount and invoice", event: "settlement:", flags: payFlags, record: recordPay,
			made: func(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref) error {
				return showMade(cmd, s, ref, key(cmd))
			},
			shows: func(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
				return showOwed(cmd, s, ref)
			}},
		{use: "costs ID AMOUNT", short: "Decide what the 14-day letter of a consumer names at most as costs (task review-costs); 0 leaves it out", example: "costs " + exampleConsumer + ` 40,00 --reason "one instalment; nothing was named in six months"`, args: 2, flags: reasonFlag, record: recordReview},
		{use: "information ID AMOUNT WHAT", short: "Record what finding out about a debtor in business cost; it is added to what is owed", example: "information " + id + ` 7,50 "extract from the company register"`, args: 3, keyed: true, names: "its day and amount", event: "information-cost:", flags: onFlag, record: recordInformation},
		informationReversal(id),
	}
}

// informationReversal is the command that takes an information cost back.
func informationReversal(id string) fact {
	var made claim.Difference
	return fact{use: "reverse-information ID KEY", short: "Take an information cost back, as if it had never been; claim show tells its key", example: "reverse-information " + id + ` k1 --reason "the extract was of another company"`,
		args: 2, flags: reasonFlag,
		record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
			if flag(cmd, "reason") == "" {
				return refused("--reason: a cost is taken back for a reason")
			}
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			made, err = s.ReverseInformationCost(ctx, ref, args[0], flag(cmd, "reason"), operator(), shelf.Rules)
			return err
		},
		made: func(cmd *cobra.Command, _ *postgres.Store, _ postgres.Ref) error {
			return printDifference(cmd.OutOrStdout(), made)
		}}
}

func payFlags(cmd *cobra.Command) {
	cmd.Flags().String("kind", string(claim.PaidToClient), fmt.Sprintf("one of %v", besideTrust()))
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.Flags().String("invoice", "", "number of the invoice that a credit note credits; needed when the claim has more than one")
}

func recordPay(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	amount, err := money.Parse(args[0])
	if err != nil {
		return refused("AMOUNT: %w", err)
	}
	on, err := day(cmd, "on")
	if err != nil {
		return err
	}
	kind := claim.SettlementKind(flag(cmd, "kind"))
	if kind == claim.PaidToAgency {
		return refused("--kind: %s is money on the trust account, which must know of it: book it with `dunning receipts add`", kind)
	}
	if !slices.Contains(besideTrust(), kind) {
		return refused("--kind: %q is not one of %v", kind, besideTrust())
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	settled, err := settlementTold(ctx, cmd, s, ref, claim.Settlement{Kind: kind, On: on, Amount: amount, Invoice: flag(cmd, "invoice")})
	if err != nil {
		return err
	}
	return s.RecordSettlement(ctx, ref, settled, operator(), shelf.Rules)
}

// settlementTold gives a settlement its key. A credit note that can be of one invoice only is the same with and without its number; one that was told without it before that was so keeps its key of then.
func settlementTold(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, told claim.Settlement) (claim.Settlement, error) {
	named := []any{told.Kind, told.On, told.Amount}
	if told.Kind == claim.CreditNote && flag(cmd, "key") == "" {
		only, err := onlyInvoice(ctx, s, ref)
		if err != nil {
			return told, err
		}
		before, err := s.EventsOf(ctx, ref, "settlement:")
		if err != nil {
			return told, err
		}
		if told.Invoice = cmp.Or(told.Invoice, only); told.Invoice == only && slices.Contains(before, joined(named)) {
			told.Invoice = ""
		}
	}
	if told.Invoice != "" {
		named = append(named, told.Invoice)
	}
	told.Key = naturalKey(cmd, named...)
	return told, nil
}

// onlyInvoice is the number of the only invoice of a claim; empty: it has more.
func onlyInvoice(ctx context.Context, s *postgres.Store, ref postgres.Ref) (string, error) {
	file, err := s.CaseFile(ctx, ref)
	if err != nil || len(file.Facts.Invoices) != 1 {
		return "", err
	}
	return file.Facts.Invoices[0].Number, nil
}

// besideTrust is every kind of settlement that does not come in on the trust account.
func besideTrust() []claim.SettlementKind {
	return slices.DeleteFunc(claim.SettlementKinds(), func(kind claim.SettlementKind) bool { return kind == claim.PaidToAgency })
}

func onFlag(cmd *cobra.Command) { cmd.Flags().String("on", "", "the day (default: today)") }

func recordReview(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	amount, err := money.Parse(args[0])
	if err != nil {
		return refused("AMOUNT: %w", err)
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return s.ReviewCosts(ctx, ref, amount, flag(cmd, "reason"), operator(), shelf.Rules)
}

func recordInformation(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	amount, err := money.Parse(args[0])
	if err != nil {
		return refused("AMOUNT: %w", err)
	}
	on, err := day(cmd, "on")
	if err != nil {
		return err
	}
	return s.RecordInformationCost(ctx, ref, claim.InformationCost{Key: naturalKey(cmd, on, amount), On: on, Amount: amount}, args[1], operator())
}
