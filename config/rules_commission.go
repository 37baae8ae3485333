package config

import "github.com/incassocenter/dunning/internal/settlement"

// commissionScale reads a scale as the start-up does, so that what is wrong is known with all other problems.
func commissionScale(text string) (wrong, right string) {
	if _, err := settlement.ParseScale(text); err != nil {
		return err.Error(), settlement.ScaleForm
	}
	return "", ""
}
