package config

import (
	"io/fs"
	"os"

	"github.com/incassocenter/dunning/internal/agreement"
)

const commission = "agreement.commission"

// commissionScale reads a scale as the start-up does, so that what is wrong is known with all other problems.
func commissionScale(text string) (wrong, right string) {
	if _, err := agreement.ParseScale(text); err != nil {
		return err.Error(), agreement.ScaleForm
	}
	return "", ""
}

// noCommission says which plans have no commission, in their file or in the configuration: no price is shown or charged then. What is wrong with the files
// themselves another rule tells.
func noCommission(c *Config) (wrong string) {
	if c.Agreement.Commission != "" {
		return ""
	}
	files, err := fs.Sub(Data, "plans")
	if c.Agreement.PlansDir != "" {
		files = os.DirFS(c.Agreement.PlansDir)
	}
	if err != nil {
		return ""
	}
	plans, err := agreement.ReadPlans(files)
	if err != nil {
		return ""
	}
	if _, err := plans.Scales(""); err != nil {
		return err.Error()
	}
	return ""
}
