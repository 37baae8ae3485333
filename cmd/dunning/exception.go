package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

const exampleClaim = "822e2b4e-6e1e-50e2-8c55-edb38053a024"

// exampleConsumer is the claim of the examples of what is for consumers only, as its client calls it.
const exampleConsumer = "VBE-001"

// exceptionCommands show the price of an exception of the agreement (requirement T11), and apply it when that price is confirmed.
func exceptionCommands() []*cobra.Command {
	withdraw := &cobra.Command{
		Use: "withdraw ID", Short: "The client takes the claim back: shows the price, and does it with --confirm", Args: cobra.ExactArgs(1),
		Long: `Shows what taking the claim back costs the client: commission over the whole principal by the scale of its plan, other costs made, and VAT; or why it
costs nothing (the intake was not passed, nothing is owed any more, the amicable phase ended without payment, the debtor's dispute was upheld). Nothing
changes before the price is confirmed. Confirmed with another price than that of now it is refused, and says both.
When the command or the office is cut off before it answers, confirm the same price again: the claim is withdrawn and billed once, and the command says
so. If nothing was recorded and the price is another by then, it is refused as above.`,
		Example: "  dunning claim withdraw " + exampleClaim + "\n  dunning claim withdraw " + exampleClaim + " --confirm PRICE",
	}
	withdraw.RunE = func(cmd *cobra.Command, args []string) error {
		if !cmd.Flags().Changed("confirm") {
			return showPrice(cmd, args[0], settlement.Withdrawal, "dunning claim withdraw %s --confirm %s")
		}
		price, err := confirmedAmount(cmd)
		if err != nil {
			return err
		}
		err = request(cmd, args[0], workflows.UpdateWithdraw, workflows.Withdraw{Price: price, Actor: operator().Name}, again)
		if errors.Is(err, errNoWorkflow) {
			return withdrawnBefore(cmd, args[0], price, err)
		}
		return err
	}
	var kinds strings.Builder
	for _, x := range settlement.Exceptions()[1:] {
		fmt.Fprintf(&kinds, "  %d  %s\n", int(x), strings.TrimPrefix(x.String(), fmt.Sprintf("exception %d: ", int(x))))
	}
	exception := &cobra.Command{
		Use: "exception ID 2|3|4|5", Short: "The client owes commission by an exception of the agreement: shows the price, and does it with --confirm", Args: cobra.ExactArgs(2),
		Long: "Shows what an exception of the agreement costs the client, and applies it when that price is confirmed:\n" + kinds.String() +
			"It ends the claim. After the advice exceptions 3 and 5 cost nothing, as taking the claim back. Exceptions 2 and 4 can also be applied to a claim that is paid, when that was the client's own doing.\n" +
			"One that was wrong is taken back with claim reverse-charge. The first exception is `claim withdraw`.",
		Example: "  dunning claim exception " + exampleClaim + " 3\n  dunning claim exception " + exampleClaim + ` 3 --reason "no documents after two reminders" --confirm PRICE`,
		RunE: func(cmd *cobra.Command, args []string) error {
			number, err := strconv.Atoi(args[1])
			if x := settlement.Exception(number); err == nil && x != settlement.Withdrawal && x.Kind() != "" {
				return applyException(cmd, args[0], x)
			}
			return refused("%q is not 2, 3, 4 or 5", args[1])
		},
	}
	reasonFlag(exception)
	for _, cmd := range []*cobra.Command{withdraw, exception} {
		cmd.Flags().String("confirm", "", "the price that was shown, VAT included, in euros")
		cmd.Flags().Bool("json", false, "print the price as one JSON object")
	}
	return []*cobra.Command{withdraw, exception}
}

// agreedFact bills work that the client agreed to when the debtor's dispute was upheld, at the price of the list.
func agreedFact(id string) fact {
	products := make([]string, len(letter.Products))
	for i, product := range letter.Products {
		products[i] = string(product)
	}
	return fact{
		use: "agreed ID " + strings.Join(products, "|"), short: "The client of an upheld dispute agreed to work, at the price of the list", args: 2, event: postgres.BilledAgreed + ":",
		long:    "The price is that of the list of the client's plan, with VAT: the plans as shipped, or those of agreement.plans_dir. Work without a price there is refused. The same --key twice is billed once; that of a charge that was taken back is refused.",
		example: "agreed " + id + ` draft-summons --key draft-summons-1 --reason "by e-mail of 3 December"` + "\n  dunning claim agreed " + id + ` legal-work --times 2 --key hours-1 --reason "by telephone"`,
		flags: func(cmd *cobra.Command) {
			reasonFlag(cmd)
			orderKeyFlag(cmd)
			cmd.Flags().Int("times", 1, "how often, of legal-work how many hours")
		},
		record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
			return recordAgreed(ctx, cmd, s, ref, letter.Product(args[0]))
		},
	}
}

// chargeReversal is the command that takes back what the client is billed.
func chargeReversal(id string) fact {
	return fact{
		use: "reverse-charge ID KEY", short: "Take back what the client is billed; claim show tells its key", args: 2, flags: reasonFlag,
		long:    "The charge stays in the books and is not owed any more. An exception can be applied again then, at the price of that day: claim exception.",
		example: "reverse-charge " + id + " commission:" + id + ` --reason "the documents were in the wrong mailbox"`,
		record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
			return s.ReverseBillable(ctx, ref, args[0], flag(cmd, "reason"), operator())
		},
	}
}

func recordAgreed(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, product letter.Product) error {
	times, _ := cmd.Flags().GetInt("times")
	switch {
	case !slices.Contains(letter.Products, product):
		return refused("%q is not one of %v", product, letter.Products)
	case product == letter.FixedCourt:
		return refused("%s is only for a claim that is not disputed", product)
	case times < 1 || times > 1000:
		return refused("--times: %d; right would be 1 to 1000", times)
	case flag(cmd, "reason") == "":
		return refused("--reason: how did the client agree?")
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	plans, err := readPlans(cfg.Agreement.PlansDir)
	if err != nil {
		return err
	}
	shelf, err := agreedLibrary(cfg)
	if err != nil {
		return err
	}
	file, err := s.CaseFile(ctx, ref)
	if err != nil {
		return err
	}
	plan := file.Facts.Plan
	price := activities.Prices(plans[plan])[product]
	if price == 0 {
		return refused("%s is not offered to plan %s: its file has no price for it (dunning agreement plans)", product, plan)
	}
	if err := neededKey(cmd, orderKey(string(product), 1)); err != nil {
		return err
	}
	what := fmt.Sprintf("%s, %d at %s; %s", product, times, price, flag(cmd, "reason"))
	return s.RecordAgreedCosts(ctx, ref, postgres.AgreedCosts{Key: key(cmd), What: what, Net: price * money.Amount(times)}, operator(), shelf.Rules)
}

func confirmedAmount(cmd *cobra.Command) (money.Amount, error) {
	price, err := money.Parse(flag(cmd, "confirm"))
	if err != nil {
		return 0, refused("--confirm: %w; right would be the price that was shown", err)
	}
	return price, nil
}

// showPrice tells what an exception costs now, and how it is confirmed: a format of the claim's id and the price.
func showPrice(cmd *cobra.Command, claimID string, x settlement.Exception, confirm string) error {
	return withRules(cmd, claimID, func(store *postgres.Store, ref postgres.Ref, f claim.Facts, rules trajectory.Rules) error {
		billed, err := store.Billables(cmd.Context(), ref)
		if err != nil {
			return err
		}
		if err := postgres.Applies(x, f, billed); err != nil {
			return err
		}
		price, err := rules.Price(x, f, calendar.DateOf(time.Now()))
		if err != nil {
			return err
		}
		if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(price)
		}
		return printPrice(cmd.OutOrStdout(), price, fmt.Sprintf(confirm, ref.ClaimID, price.Total))
	})
}

func printPrice(w io.Writer, p settlement.Price, confirm string) error {
	rows := []table.Row{{"commission", p.Commission}, {"other costs made", p.Costs}}
	if p.Share > 0 {
		rows = append(rows, table.Row{"less what is billed beside it (see below)", -p.Share})
	}
	rows = append(rows, table.Row{"VAT", p.VAT})
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", p.Exception, fitted(widthOf(w), table.Row{"on " + p.On.String(), "EUR"}, rows, table.Row{"price", p.Total}))
	if p.Beside > 0 {
		fmt.Fprintf(&b, "beside it %s before VAT is billed, the agency's part of what the client received itself\n", p.Beside)
	}
	for _, basis := range p.Basis {
		fmt.Fprintf(&b, "- %s\n", basis)
	}
	fmt.Fprintf(&b, "nothing is recorded yet; confirm the price with: %s\n", confirm)
	_, err := io.WriteString(w, b.String())
	return err
}

func applyException(cmd *cobra.Command, claimID string, x settlement.Exception) error {
	if !cmd.Flags().Changed("confirm") {
		return showPrice(cmd, claimID, x, fmt.Sprintf("dunning claim exception %%s %d --reason TEXT --confirm %%s", int(x)))
	}
	price, err := confirmedAmount(cmd)
	if err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return onClaim(cmd, claimID, func(store *postgres.Store, ref postgres.Ref) error {
		applied := postgres.Exception{Is: x, Reason: flag(cmd, "reason"), Price: price}
		if err := store.RecordException(cmd.Context(), ref, applied, operator(), shelf.Rules); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "recorded; the client is billed %s\n", price)
		return err
	})
}

// withdrawnBefore answers a withdrawal that is confirmed again when its claim has been closed since: the case file knows it. Else no is no.
func withdrawnBefore(cmd *cobra.Command, claimID string, price money.Amount, no error) error {
	return withClaim(cmd, claimID, func(store *postgres.Store, ref postgres.Ref) error {
		known, err := store.WithdrawnFor(cmd.Context(), ref, price)
		if err != nil {
			return err
		}
		if !known {
			return no
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), "done before; the claim is withdrawn")
		return err
	})
}
