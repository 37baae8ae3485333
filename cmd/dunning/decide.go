package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

const decideHelp = `Records what the client decides after the escalation advice, or after it took the case back from the court (claim court ID withdrawn): then
monitoring or close. During debt monitoring it can still choose court, once. The court is refused while a payment arrangement is in force or the debtor is in an
insolvency; the court and monitoring of a claim that is time-barred; and everything while a dispute is not judged.
With court --fixed-price the client takes our court procedure at the fixed price of its plan: the price is shown, and nothing changes before it is confirmed
(--confirm). It is refused when the plan has none, the debtor disputed the claim, or it is none for the cantonal court. Confirmed with another price than that
of now it is refused, and says both. What was billed for it is taken back with claim reverse-charge.`

// decideCommand is the client's decision: the court with or without our procedure at a fixed price, debt monitoring, or the end.
func decideCommand(id string) *cobra.Command {
	cmd := &cobra.Command{
		Use: "decide ID court|monitoring|close", Short: "The client decides after the escalation advice, or for the court during debt monitoring", Long: decideHelp, Args: cobra.ExactArgs(2),
		Example: "  dunning claim decide " + id + " monitoring\n  dunning claim decide " + id + " court --fixed-price\n  dunning claim decide " + id + " court --fixed-price --confirm PRICE",
	}
	fixed := cmd.Flags().Bool("fixed-price", false, "with court: the client takes our procedure at the fixed price of its plan")
	cmd.Flags().String("confirm", "", "with --fixed-price: the price that was shown, VAT included, in euros")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		d := workflows.Decide{Choice: claim.Choice(args[1]), Actor: operator().Name}
		switch confirmed := cmd.Flags().Changed("confirm"); {
		case confirmed && !*fixed:
			return refused("--confirm: is the price of --fixed-price; right would be both, or neither")
		case *fixed && d.Choice != claim.ChooseCourt:
			return refused("--fixed-price: is of the court, not of %s", d.Choice)
		case *fixed && !confirmed:
			return showFixedPrice(cmd, args[0])
		case *fixed:
			price, err := confirmedAmount(cmd)
			if err != nil {
				return err
			}
			d.FixedPrice = &price
		}
		return requestOnce(cmd, args[0], workflows.UpdateDecide, d, func(ctx context.Context, store *postgres.Store, ref postgres.Ref) (postgres.Told, error) {
			return store.DecisionTold(ctx, ref, d.Choice, d.FixedPrice)
		})
	}
	return cmd
}

// showFixedPrice tells what the procedure costs the client now, and how that is confirmed.
func showFixedPrice(cmd *cobra.Command, claimID string) error {
	return withRules(cmd, claimID, func(_ *postgres.Store, _ postgres.Ref, f claim.Facts, rules trajectory.Rules) error {
		switch {
		case f.Status.Final():
			return refused("the claim is %s already: nothing is to be decided any more; right would be a remark (claim remark)", f.Status)
		case trajectory.Advised(f).IsZero():
			return refused("there is nothing to decide before the escalation advice")
		case f.SecondCourtProblem() != "":
			return refused("%s", f.SecondCourtProblem())
		}
		price, basis, err := rules.FixedPrice(f, calendar.DateOf(time.Now()))
		var not *trajectory.NotOfferedError
		if errors.As(err, &not) {
			return refused("%w", not)
		} else if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "the court procedure at a fixed price: %s + %s VAT = %s\n- %s\nnothing is recorded yet; confirm the price with: dunning claim decide %s court --fixed-price --confirm %s\n",
			price.Net, price.VAT, price.Total(), basis, f.ClaimID, price.Total())
		return err
	})
}
