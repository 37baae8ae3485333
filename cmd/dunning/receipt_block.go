package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/postgres"
)

func receiptBlockCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "block IBAN|RULE", Short: "Nothing from an account, or by a rule of matching, is booked by itself any more", Args: cobra.ExactArgs(1),
		Long: `Blocks an account, since its holder pays for others or what it pays is in doubt: what comes from it waits for a person whatever it says, "receipts queue" says why, and
"receipts assign" gives it to its claim. Or blocks a rule of matching that has gone wrong: what it finds is suggested. Both hold at once, for what waits and for an import that runs,
on every worker; what was booked before stays ("receipts release"). --undo ends it: what waits is looked at again with the next statement. Who said what, when and why stays: "receipts blocked". The same again is once.`,
		Example: `  dunning receipts block NL49FAKE0015962374 --reason "administrator of 40 households: asks to be called"
  dunning receipts block known-account --reason "two receipts on the wrong claim since this morning"
  dunning receipts block known-account --undo --reason "they were of an account that two debtors share"`,
	}
	reasonFlag(cmd)
	undo := cmd.Flags().Bool("undo", false, "it is not blocked any more")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		b, err := readBlock(args[0])
		if err != nil {
			return err
		}
		if flag(cmd, "reason") == "" {
			return refused("--reason: is empty; right would be why it is blocked, or is not any more")
		}
		by := operator()
		b.Blocked, b.Reason, b.By, b.At = !*undo, flag(cmd, "reason"), by.Name, by.At
		return withStore(cmd, func(store *postgres.Store) error {
			changed, err := store.SetBlock(cmd.Context(), b)
			if err != nil {
				return err
			}
			said := map[bool]string{true: "is blocked", false: "is not blocked any more"}[b.Blocked]
			switch {
			case changed && !b.Blocked:
				said += ": what waits because of it is looked at again with the next statement"
			case !changed:
				said += " already; nothing changed"
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s %s\n", b.Kind, b.Name, said)
			return err
		})
	}
	return cmd
}

// readBlock reads the name of a rule or an account.
func readBlock(arg string) (postgres.Block, error) {
	rules, _ := matching.Rules()
	if rule := strings.TrimSpace(arg); slices.Contains(rules, matching.Rule(rule)) {
		return postgres.Block{Kind: postgres.BlockedRule, Name: rule}, nil
	}
	iban := bank.NormaliseIBAN(arg)
	if !strings.ContainsAny(iban, "0123456789") {
		return postgres.Block{}, refused("IBAN|RULE: %q is no account and no rule of matching; right would be an IBAN, or one of %s", arg, ruleNames(matching.Matching()))
	}
	if err := bank.ValidIBAN(iban); err != nil {
		return postgres.Block{}, refused("IBAN|RULE: %w", err)
	}
	return postgres.Block{Kind: postgres.BlockedPayer, Name: iban}, nil
}

// ruleNames are rules in a sentence.
func ruleNames(rules []matching.Rule) string {
	names := make([]string, len(rules))
	for i, rule := range rules {
		names[i] = string(rule)
	}
	return strings.Join(names, ", ")
}

func receiptBlockedCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "blocked", Short: "The accounts and rules that are blocked, by whom and why", Args: cobra.NoArgs,
		Long:    `Lists the accounts and the rules of matching that are blocked now ("receipts block"). --all lists everything that was said of them, the oldest first.`,
		Example: "  dunning receipts blocked\n  dunning receipts blocked --all --json",
	}
	asJSON, all := jsonFlag(cmd), cmd.Flags().Bool("all", false, "what was said before, too")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			said, err := store.Blocks(cmd.Context())
			if err != nil {
				return err
			}
			if !*all {
				said = inForce(said)
			}
			if *asJSON {
				return printJSON(cmd.OutOrStdout(), fields{{"blocks", listOf(said)}})
			}
			rows := make([]table.Row, len(said))
			for i, b := range said {
				rows[i] = table.Row{b.Kind, b.Name, map[bool]string{true: "blocked", false: "not any more"}[b.Blocked], b.At.In(calendar.Amsterdam).Format(time.DateTime), b.By, b.Reason}
			}
			return printRows(cmd.OutOrStdout(), "nothing is blocked", table.Row{"kind", "name", "is", "said at", "by", "reason"}, rows)
		})
	}
	return cmd
}

// inForce are the last words about each name that is blocked.
func inForce(said []postgres.Block) (now []postgres.Block) {
	for i, b := range said {
		later := slices.ContainsFunc(said[i+1:], func(o postgres.Block) bool { return o.Kind == b.Kind && o.Name == b.Name })
		if b.Blocked && !later {
			now = append(now, b)
		}
	}
	return now
}
