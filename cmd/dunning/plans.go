package main

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
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
	for pin, policy := range shelf.Policies() {
		for _, id := range plans.IDs() {
			switch choice := policy.Decision.Default[id]; {
			case choice == "":
				problems = append(problems, fmt.Sprintf("trajectory %s has no default decision for plan %s", pin, id))
			case choice == claim.ChooseMonitoring && !plans.Monitors(id):
				problems = append(problems, fmt.Sprintf("trajectory %s monitors claims of plan %s by default, which does not include debt monitoring", pin, id))
			}
		}
	}
	if len(problems) == 0 {
		return nil
	}
	slices.Sort(problems)
	return fmt.Errorf("plans: %s", strings.Join(problems, "; "))
}
