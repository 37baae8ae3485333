package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptCommand() *cobra.Command {
	parent := &cobra.Command{Use: "receipts", Aliases: []string{"receipt"}, Short: "What comes in on the trust account, and whose it is", Example: "  dunning receipts queue"}
	parent.AddCommand(receiptAddCommand(), receiptQueueCommand(), receiptAssignCommand(), receiptSplitCommand(), receiptDivideCommand(), receiptRejectCommand(),
		receiptRefundCommand(), receiptLossCommand(), receiptTopUpCommand(), receiptReleaseCommand(), receiptReverseCommand(), receiptBlockCommand(), receiptBlockedCommand(), receiptShadowCommand())
	return parent
}

func receiptAddCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add KEY AMOUNT",
		Short: "Book a credit on the trust account",
		Long: `Books one credit on the trust account. KEY names the bank entry: the same key twice is one receipt, with the value date of
the first time ("dunning claim correct --on" changes it). A value date that has not come yet counts from today. When the remittance has the reference of
a claim (RF or betalingskenmerk, as printed on its letters) the receipt is allocated to that claim; otherwise it waits, and
"dunning receipts assign" allocates it. It waits too, with that claim as a suggestion, when matching does not allocate by references (bank.rules_off, "receipts block"), or
no debtor pays from its account (bank.not_debtors), or that is blocked; when the claim is not open any more, on hold, disputed or stopped by a fact about its debtor, or owes nothing any more, or when
the receipt is more above what it owes than a surplus that needs nobody (bank.max_surplus). A KEY that is the key of a statement's line is refused unless that is a credit of this
amount that waits, as one that the bank calls a payment that came back and is none of ours.

When the bank's statement brings the same money, its line is this receipt and books nothing, when amount and account (--iban) are the same, the value date is at most five days away and no
other can be meant. Without the account a person says so ("statement tie"). Give --iban, and --on, as the bank tells them. A receipt that a booked line may be already, by amount, day and
account, is refused, with the line and its receipt; one that is another payment all the same takes --another and a --reason, which stays with it.`,
		Example: `  dunning receipts add stmt-4 300,00 --iban NL49FAKE0015962374 --payer "A. Voorbeeld"
  dunning receipts add KEY 250,00 --on DAY --remittance REFERENCE`,
		Args: cobra.ExactArgs(2),
	}
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.Flags().String("iban", "", "account it came from")
	cmd.Flags().String("payer", "", "name of the holder of that account")
	cmd.Flags().String("remittance", "", "text the payer gave with it")
	cmd.Flags().Bool("direct-debit", false, "the agency collected it: its payer can fetch it back for eight weeks and two TARGET days, so it is paid on after those (debit.refund_weeks, debit.refund_target_days)")
	another := cmd.Flags().Bool("another", false, "it is another payment than a line of a statement that looks the same")
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *another != (strings.TrimSpace(flag(cmd, "reason")) != "") {
			return refused("right would be --another with --reason (how it is known), or neither")
		}
		receipt, err := readReceipt(cmd, args)
		if err != nil {
			return err
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		policy, err := policyOf(cfg)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			shelf, err := configuredLibrary(cmd)
			if err != nil {
				return err
			}
			return addReceipt(cmd, store, receipt, &policy, operator(), shelf.Rules)
		})
	}
	return cmd
}

// addReceipt books a receipt and says from which day it counts, or why it waits though it names a claim (policy: a person decides). Told again it changes nothing, also with another
// value date: that is said too.
func addReceipt(cmd *cobra.Command, store *postgres.Store, receipt postgres.Receipt, policy *matching.Policy, by postgres.Actor, rules postgres.RulesFor) error {
	waiting, err := store.UnallocatedReceipts(cmd.Context())
	if err != nil {
		return err
	}
	ref, err := store.RecordReceiptUnless(cmd.Context(), receipt, policy, by, rules)
	if err != nil {
		return err
	}
	if ref == (postgres.Ref{}) {
		now, err := store.WaitingReceipts(cmd.Context())
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), waits(receipt, waiting)+suggestion(receipt.Key, now))
		return err
	}
	events, err := store.Timeline(cmd.Context(), ref)
	if err != nil {
		return err
	}
	settled, err := store.SettledAs(cmd.Context(), receipt.Key, ref)
	if err != nil {
		return err
	}
	said, known := allocated(receipt, ref, settled, events, by)
	if _, err = fmt.Fprintln(cmd.OutOrStdout(), said); err != nil || known {
		return err
	}
	return showReceipt(cmd, store, ref, receipt.Key)
}

// waits says that a receipt waits: since now, or already among those that waited.
func waits(r postgres.Receipt, waiting []postgres.Receipt) string {
	said := "booked"
	for _, before := range waiting {
		if before.Key == r.Key && before.On != r.On {
			said = fmt.Sprintf("booked already with value date %s; nothing changed (if that is wrong: dunning claim correct --on, when it is allocated)", before.On)
		} else if before.Key == r.Key {
			said = "booked already; nothing changed"
		}
	}
	return said + "; it waits until it is allocated: dunning receipts assign " + r.Key + " CLAIM"
}

// suggestion says which claim is suggested for a receipt that waits, and why it is not allocated to that by itself; empty when none is.
func suggestion(key string, waiting []postgres.Waiting) string {
	i := slices.IndexFunc(waiting, func(w postgres.Waiting) bool { return w.Key == key })
	if i < 0 || waiting[i].Match == nil || len(waiting[i].Match.Proposals) == 0 {
		return ""
	}
	return "\nsuggested: " + foundText(waiting[i].Match, false)
}

// allocated says of which claim a receipt is, since when it counts there when that is not its value date, and whether it was known before.
func allocated(r postgres.Receipt, ref postgres.Ref, settled string, events []postgres.Event, by postgres.Actor) (said string, known bool) {
	if settled == "" {
		return "booked already and divided since, first over claim " + ref.ClaimID + "; nothing changed", true
	}
	at := slices.IndexFunc(events, func(e postgres.Event) bool { return e.Key == "receipt:"+settled })
	if at < 0 {
		return "booked already; allocated to claim " + ref.ClaimID + " and corrected since; nothing changed", true
	}
	counts := events[at].On
	if events[at].At.Before(by.At.Truncate(time.Microsecond)) { // as exact as the database keeps it
		said = fmt.Sprintf("booked already; allocated to claim %s; nothing changed", ref.ClaimID)
		if counts != r.On {
			said += fmt.Sprintf("; it counts from %s (if that is wrong: dunning claim correct %s %s --on DAY)", counts, ref.ClaimID, r.Key)
		}
		return said, true
	}
	said = "booked; allocated to claim " + ref.ClaimID
	if counts != r.On {
		said += fmt.Sprintf("; it counts from %s, when it is known, because its value date %s has not come yet", counts, r.On)
	}
	return said, false
}

func readReceipt(cmd *cobra.Command, args []string) (postgres.Receipt, error) {
	r := postgres.Receipt{Key: strings.TrimSpace(args[0]), IBAN: bank.NormaliseIBAN(flag(cmd, "iban")), Payer: strings.TrimSpace(flag(cmd, "payer")), Remittance: flag(cmd, "remittance"), Another: strings.TrimSpace(flag(cmd, "reason"))}
	if r.Key == "" {
		return r, refused("KEY: is empty; right would be what names the entry in the bank statement")
	}
	if problem := postgres.KeyProblem(r.Key); problem != "" {
		return r, refused("KEY: %s", problem)
	}
	var err error
	if r.Amount, err = money.Parse(args[1]); err != nil {
		return r, refused("AMOUNT: %w", err)
	}
	if r.Amount <= 0 {
		return r, refused("AMOUNT: %s is not more than 0.00; right would be at least 0.01", r.Amount)
	}
	if err := bank.ValidIBAN(r.IBAN); r.IBAN != "" && err != nil {
		return r, refused("--iban: %w", err)
	}
	if r.On, err = day(cmd, "on"); err != nil {
		return r, err
	}
	r.DirectDebit, _ = cmd.Flags().GetBool("direct-debit")
	if problem := r.Problem(calendar.DateOf(operator().At)); problem != "" {
		return r, refused("--on: %s", problem)
	}
	return r, nil
}
