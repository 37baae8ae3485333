package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// chargeFlags are --charge, of what a bank charged with what it took back or brought back, and --by; --reason is the command's.
func chargeFlags(cmd *cobra.Command, what string) {
	cmd.Flags().String("charge", "", what)
	cmd.Flags().String("by", "", "who says so, of two different persons who may approve")
}

// returnCharge reads what a person says that the bank charged, and who says so; nil: nobody does.
func returnCharge(cmd *cobra.Command) (*postgres.ReturnCharge, postgres.Actor, error) {
	if !cmd.Flags().Changed("charge") {
		if cmd.Flags().Changed("by") {
			return nil, postgres.Actor{}, refused("--by: right would be with --charge only")
		}
		return nil, postgres.Actor{}, nil
	}
	by, err := approvingActor(cmd)
	if err != nil {
		return nil, by, err
	}
	c := postgres.ReturnCharge{Reason: flag(cmd, "reason")}
	if c.Amount, err = money.Parse(flag(cmd, "charge")); err != nil {
		return nil, by, refused("--charge: %w", err)
	}
	switch {
	case c.Amount <= 0:
		return nil, by, refused("--charge: %s is not more than 0.00; right would be what the bank charged", c.Amount)
	case c.Reason == "":
		return nil, by, refused("--reason: is empty; right would be how it is known that the bank charged it")
	}
	return &c, by, nil
}

// saidOnce tells that another person must say the same; told before, so it was said by that person already.
func saidOnce(w io.Writer, changed bool) error {
	_, err := fmt.Fprintf(w, "%ssaid by 1 of %d persons: nothing is booked until another says the same\n", unlessChanged(changed), postgres.Approvals)
	return err
}

// unlessChanged begins what is said of something that was told before.
func unlessChanged(changed bool) string {
	if changed {
		return ""
	}
	return toldText(true) + ": "
}
