package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
)

func shippedPlans(t *testing.T) agreement.Plans {
	t.Helper()
	plans, err := readPlans("")
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

// Plans and trajectories that do not fit each other are refused at start.
func TestPlansFitTheTrajectories(t *testing.T) {
	t.Parallel()
	shelf, err := library(config.Law{})
	if err != nil {
		t.Fatal(err)
	}
	plans := shippedPlans(t)
	if err := checkDefaults(shelf, plans); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		name, want string
		change     func(agreement.Plans)
	}{
		{"a plan that no trajectory knows", "trajectory consumer@1 has no default decision for plan plus", func(p agreement.Plans) { p["plus"] = agreement.Plan{ID: "plus"} }},
		{"monitoring that the plan does not include", "trajectory business@1 monitors claims of plan premium by default, which does not include debt monitoring", func(p agreement.Plans) { p["premium"] = agreement.Plan{ID: "premium"} }},
	} {
		changed := shippedPlans(t)
		c.change(changed)
		if err := checkDefaults(shelf, changed); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// What an exception costs comes from the plan's own file, else from the configuration. Nothing starts while a plan has neither.
func TestTheCommissionOfThePlans(t *testing.T) {
	t.Parallel()
	cfg := config.Config{Agreement: config.Agreement{PlansDir: "testdata/plans", Commission: "15"}} // premium: 15% to 2500.00, then 10%
	shelf, err := agreedLibrary(cfg)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := shelf.Rules(claim.Facts{Trajectory: "business@1"})
	if err != nil {
		t.Fatal(err)
	}
	for plan, want := range map[string]string{"basis": "390.00", "premium": "385.00"} {
		if got := rules.Commission[plan].Over(money.MustParse("2600.00")).String(); got != want {
			t.Errorf("%s: %s, want %s", plan, got, want)
		}
	}
	cfg.Agreement.Commission = ""
	if _, err := agreedLibrary(cfg); err == nil || !strings.HasPrefix(err.Error(), "agreement.commission: is not set, and neither is commission in basis.yaml; right would be") {
		t.Error(err)
	}
}

// What has a price in the plans can be offered in a letter, and what a letter offers has a price in the plans; the court procedure has a key of its own.
func TestEveryProductIsOfferedAndPriced(t *testing.T) {
	t.Parallel()
	priced := append(slices.Clone(agreement.Products), string(letter.FixedCourt))
	var offered []string
	for _, product := range letter.Products {
		offered = append(offered, string(product))
	}
	slices.Sort(priced)
	slices.Sort(offered)
	if !slices.Equal(priced, offered) {
		t.Errorf("priced %v, offered %v", priced, offered)
	}
}
