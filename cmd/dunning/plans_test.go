package main

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
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
