package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// courtWorkCommand bills work for the court phase beside the procedure at a fixed price.
func courtWorkCommand(id string) *cobra.Command {
	var works []string
	for _, work := range settlement.LegalWork() {
		works = append(works, string(work))
	}
	cmd := &cobra.Command{
		Use: "court-work ID " + strings.Join(works, "|"), Short: "The client orders work for a claim of which it chose the court: shows the price, and bills it with --confirm", Args: cobra.ExactArgs(2),
		Long: `Shows what work for the court phase costs the client by the list of its plan, with VAT, and bills it when that price is confirmed: beside the procedure at a fixed price, or without it.
The list is that of the plans as shipped, or of those of agreement.plans_dir.
It is refused before the client chose the court (no cure, no pay), when the plan has no price for it, and when the debtor's dispute was upheld (then: claim agreed). The next
"dunning invoice run" invoices it; what was billed wrong is taken back with claim reverse-charge. The --key that is shown with the price names the order: told twice with it, it is billed once.
With another price than it is billed at, and after the charge was taken back, that key is refused.`,
		Example: "  dunning claim court-work " + id + ` draft-summons --reason "by e-mail of 3 December"` + "\n  dunning claim court-work " + id + ` legal-work --times 2 --reason "by telephone" --key legal-work-1 --confirm PRICE`,
	}
	reasonFlag(cmd)
	cmd.Flags().Int("times", 1, "how often, of legal-work how many hours")
	cmd.Flags().String("confirm", "", "the price that was shown, VAT included, in euros")
	orderKeyFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return orderCourtWork(cmd, args[0], settlement.BillFor(args[1]))
	}
	return cmd
}

func orderCourtWork(cmd *cobra.Command, claimID string, what settlement.BillFor) error {
	plans, err := plansOf(cmd)
	if err != nil {
		return err
	}
	times, _ := cmd.Flags().GetInt("times")
	if times < 1 || times > 1000 {
		return refused("--times: %d; right would be 1 to 1000", times)
	}
	with := withRules
	if cmd.Flags().Changed("confirm") {
		with = onRules
	}
	return with(cmd, claimID, func(store *postgres.Store, ref postgres.Ref, f claim.Facts, rules trajectory.Rules) error {
		order := postgres.CourtWork{Key: flag(cmd, "key"), What: what, Units: times, Price: activities.Prices(plans[f.Plan])[letter.Product(what)], Reason: flag(cmd, "reason")}
		if order.Price == 0 {
			return refused("%s is not offered to plan %s: its file has no price for it (dunning agreement plans)", what, f.Plan)
		}
		if !cmd.Flags().Changed("confirm") {
			return showCourtWork(cmd, store, ref, order, f, rules)
		}
		if err := neededKey(cmd, "that which is shown with the price"); err != nil {
			return err
		}
		if order.Confirmed, err = confirmedAmount(cmd); err != nil {
			return err
		}
		said, err := toldOnce(cmd, courtWorkEvent, func(ctx context.Context) error {
			return store.RecordCourtWork(ctx, ref, order, operator(), rules.Tables)
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s; the client is billed %s\n", said, order.Confirmed)
		return err
	})
}

// courtWorkEvent stands before the key of an order in the case file.
const courtWorkEvent = "court-work:"

// showCourtWork tells what it costs now, what was ordered before, and how the price is confirmed.
func showCourtWork(cmd *cobra.Command, store *postgres.Store, ref postgres.Ref, order postgres.CourtWork, f claim.Facts, rules trajectory.Rules) error {
	told, err := store.EventsOf(cmd.Context(), ref, courtWorkEvent)
	if err != nil {
		return err
	}
	order.Key = cmp.Or(order.Key, freeOrderKey(string(order.What), told))
	if err := order.Applies(f); err != nil {
		return err
	}
	vat, _, err := rules.Tables.VAT(order.Net(), calendar.DateOf(time.Now()))
	if err != nil {
		return err
	}
	w := cmd.OutOrStdout()
	if len(told) > 0 {
		_, _ = fmt.Fprintf(w, "ordered before: %s\n", strings.Join(told, ", "))
	}
	_, err = fmt.Fprintf(w, "%s: %d x %s = %s + %s VAT = %s\nnothing is recorded yet; confirm the price with: dunning claim court-work %s %s --times %d --reason %q --key %q --confirm %s\n",
		order.What, order.Units, order.Price, order.Net(), vat, order.Net()+vat, ref.ClaimID, order.What, order.Units, order.Reason, order.Key, order.Net()+vat)
	return err
}
