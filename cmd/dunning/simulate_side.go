package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/simulation"
)

// alike says which sides play the same trajectories for the debtors of a portfolio, one line for each two: their columns are equal, whatever a debtor does.
func alike(sides []simulation.Side, claims []claim.Facts) (told []string) {
	var consumers, businesses bool
	for _, f := range claims {
		consumers, businesses = consumers || f.Debtor.Consumer(), businesses || !f.Debtor.Consumer()
	}
	for i, a := range sides {
		for _, b := range sides[i+1:] {
			if (!consumers || a.Consumer.Fingerprint() == b.Consumer.Fingerprint()) && (!businesses || a.Business.Fingerprint() == b.Business.Fingerprint()) {
				told = append(told, fmt.Sprintf("%s and %s are the same for these debtors: consumers on %s, businesses on %s", a.Name, b.Name, a.Consumer.Pin(), a.Business.Pin()))
			}
		}
	}
	return told
}

// writable refuses a file that cannot be written, before everything is played; what stands in it stays, and one that was not there is not made.
func writable(flag, file string) error {
	if file == "" {
		return nil
	}
	_, missing := os.Stat(file)
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return refused("--%s: %w", flag, err)
	}
	err = f.Close()
	if errors.Is(missing, os.ErrNotExist) {
		err = errors.Join(err, os.Remove(file))
	}
	return err
}

// writeFigures writes a file, and says so beside what is told.
func writeFigures(cmd *cobra.Command, file string, data []byte) error {
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.ErrOrStderr(), "written to %s\n", file)
	return err
}
