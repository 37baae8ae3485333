package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// readPlans reads the plans in a directory, or as shipped when it is empty. What is wrong with them is one line.
func readPlans(dir string) (agreement.Plans, error) {
	files, err := fs.Sub(config.Data, "plans")
	if err != nil {
		return nil, err
	}
	if dir != "" {
		files = os.DirFS(dir)
	}
	plans, err := agreement.ReadPlans(files)
	if err != nil {
		return nil, fmt.Errorf("agreement.plans_dir: %s: %s", dir, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	return plans, nil
}

// plansOf are the plans of a command. Of a configuration it needs that one key only.
func plansOf(cmd *cobra.Command) (agreement.Plans, error) {
	dir, err := config.PlansDir(configFile(cmd), os.Environ())
	if err != nil {
		return nil, &exitError{2, fmt.Errorf("configuration:\n%w", err)}
	}
	plans, err := readPlans(dir)
	if err != nil {
		return nil, refused("%w", err)
	}
	return plans, nil
}

// checkDefaults refuses plans and trajectories that do not fit: each trajectory says what happens to a claim of each plan when its client does not decide
// (requirement T8), and monitors none of a plan that does not include it (S14).
func checkDefaults(shelf *trajectory.Library, plans agreement.Plans) error {
	var problems []string
	for _, policy := range shelf.Policies() {
		problems = append(problems, policy.Misfits(plans, plans.IDs())...)
	}
	if len(problems) == 0 {
		return nil
	}
	slices.Sort(problems)
	return fmt.Errorf("plans: %s", strings.Join(problems, "; "))
}

func plansCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "plans", Short: "What each plan includes, and which prices are set", Args: cobra.NoArgs,
		Long:    "Shows the plans as shipped, or those of agreement.plans_dir. It needs no database, no Temporal and no network.",
		Example: "  dunning agreement plans\n  dunning agreement plans --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		plans, err := plansOf(cmd)
		if err != nil {
			return err
		}
		if *asJSON {
			return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"plans": plans})
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), plansTable(plans))
		return err
	}
	return cmd
}

func plansTable(plans agreement.Plans) string {
	header := table.Row{"EUR, without VAT"}
	lines := map[string]table.Row{}
	var order []string
	for _, id := range plans.IDs() {
		p := plans[id]
		header = append(header, p.Name)
		add := func(what, value string) {
			if lines[what] == nil {
				lines[what], order = table.Row{what}, append(order, what)
			}
			lines[what] = append(lines[what], value)
		}
		add("claims", p.Claims)
		add("legal advice by telephone", p.LegalAdvice)
		add("debt monitoring", yesNo(p.DebtMonitoring))
		contribution := "not set: by hand"
		if p.Contribution != nil {
			contribution = p.Contribution.String()
		}
		add("yearly contribution", contribution)
		add("commission in the exceptions", cmp.Or(p.Commission, "not set: agreement.commission"))
		add("part payments are divided", cmp.Or(p.Settlement, settlement.Policies()[0]))
		add("VAT on the agency's part", cmp.Or(p.VATMode, settlement.VATModes()[0]))
		add("paid out on days of the month", strings.Trim(strings.ReplaceAll(fmt.Sprint(p.PayoutDays), " ", ", "), "[]"))
		add("paid out from", payoutMinimum(p.PayoutMinimum))
		add("invoices are set off against payouts", yesNo(p.Netting))
		add("sets of stickers a year", fmt.Sprint(p.Stickers.Sets))
		add("another set", orUnset(p.Stickers.Price))
		add("court procedure at a fixed price", fixedPrice(p.Court))
		for _, product := range agreement.Products {
			add(product, orUnset(p.Products[product]))
		}
	}
	t := newTable(header...)
	for _, what := range order {
		t.AppendRow(lines[what])
	}
	return t.Render()
}

func yesNo(yes bool) string { return map[bool]string{true: "yes", false: "no"}[yes] }

func payoutMinimum(least *money.Amount) string {
	if least == nil {
		return "any amount"
	}
	return least.String()
}

// orUnset is a price, or that none is set.
func orUnset(price *money.Amount) string {
	if price == nil {
		return "not set: not offered"
	}
	return price.String()
}

func fixedPrice(c agreement.Court) string {
	if !c.FixedPrice {
		return "no"
	}
	return orUnset(c.Price)
}
