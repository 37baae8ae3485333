package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

const closeLong = `Closes a claim without (full) payment, for a reason that is not the client's: the debtor cannot be found, the trustee expects no payment. It is final, and its invoices cannot be handed over again.
Two different persons who may approve (dunning payout approver list) say so, each with this command: the first opens the task close-claim, and the claim goes on until the second.
"dunning claim done ID close-claim" ends it when it is not so. When no more is owed than minimum_demand of the claim's trajectory one person is enough.
What the client wants is told otherwise: claim decide, claim stop-monitoring, claim withdraw.`

func closeFlags(cmd *cobra.Command) {
	reasonFlag(cmd)
	cmd.Flags().String("by", "", "who says so (default: the user of the system)")
}

func recordClosing(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
	if flag(cmd, "reason") == "" {
		return refused("--reason: a claim is closed for a reason")
	}
	rules, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	_, err = s.SayClose(ctx, ref, flag(cmd, "reason"), proposingActor(cmd), rules.Rules)
	return err
}

// closingTells is what closing a claim changes.
func closingTells(file postgres.CaseFile) any {
	return []any{file.Facts.Closing, file.Facts.Status, file.Facts.Tasks}
}

// showClosing tells who said so, and that another person has to.
func showClosing(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
	first, err := s.CloseProposed(cmd.Context(), ref)
	if err != nil || first.By == "" {
		return err
	}
	said := fmt.Sprintf("%s said so on %s", first.By, first.On)
	if strings.EqualFold(first.By, proposingActor(cmd).Name) {
		said = "you said so on " + first.On.String()
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; another person who may approve is needed\n", said)
	return err
}
