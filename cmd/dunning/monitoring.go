package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

func checksCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "checks ID", Short: "What registers said of the debtor during debt monitoring, and when each is asked next", Args: cobra.ExactArgs(1),
		Long: `Shows every look at a register during debt monitoring, and the next one of each with its reason. Which register is asked about whom, and how often, is in the
trajectory (monitoring: checks); where it is asked, in the configuration (registers). What follows from an answer stands in the timeline of claim show.`,
		Example: "  dunning claim checks 822e2b4e-6e1e-50e2-8c55-edb38053a024\n  dunning claim checks --json 822e2b4e-6e1e-50e2-8c55-edb38053a024",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		shelf, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		return withClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			v, err := watch(cmd.Context(), store, ref, shelf)
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(v)
			}
			return v.print(cmd.OutOrStdout())
		})
	}
	return cmd
}

// watched is debt monitoring of a claim as `claim checks` tells it.
type watched struct {
	Claim  string              `json:"claim"`
	Checks []claim.Check       `json:"checks"`
	Coming []trajectory.Coming `json:"coming"`
	facts  claim.Facts
}

func watch(ctx context.Context, store *postgres.Store, ref postgres.Ref, shelf *trajectory.Library) (watched, error) {
	file, err := store.CaseFile(ctx, ref)
	if err != nil {
		return watched{}, err
	}
	rules, err := shelf.Rules(file.Facts)
	if err != nil {
		return watched{}, err
	}
	list, err := store.Checks(ctx, ref)
	return watched{ref.ClaimID, listOf(list), listOf(trajectory.ChecksComing(file.Facts, rules)), file.Facts}, err
}

func (v watched) print(w io.Writer) error {
	var b strings.Builder
	if len(v.Checks) > 0 {
		rows := make([]table.Row, len(v.Checks))
		for i, c := range v.Checks {
			rows[i] = table.Row{c.On, c.Register, c.Cycle, c.Try, c.Found, c.Since}
			if c.Since.IsZero() {
				rows[i][5] = ""
			}
		}
		fmt.Fprintln(&b, fitted(widthOf(w), table.Row{"asked on", "register", "cycle", "try", "it says", "since"}, rows, nil))
	}
	switch f := v.facts; {
	case len(v.Coming) > 0:
		for _, c := range v.Coming {
			fmt.Fprintf(&b, "next: %s, %s\n", c.Check.On, c.Why)
		}
	case f.Status.Final():
		fmt.Fprintf(&b, "no register is asked any more: the claim is %s\n", f.Status)
	case f.MonitoredFrom.IsZero():
		fmt.Fprintln(&b, "no register is asked: the claim is not being monitored")
	default:
		fmt.Fprintln(&b, "no register is asked: none that the trajectory names is connected (registers, in the configuration), or the years of monitoring are over before")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// saidBy is what each register said last, in one line.
func saidBy(checks []claim.Check) string {
	words := make([]string, len(checks))
	for i, c := range checks {
		words[i] = fmt.Sprintf("%s %s on %s", c.Register, c.Found, c.On)
		if !c.Since.IsZero() {
			words[i] = fmt.Sprintf("%s %s since %s (asked on %s)", c.Register, c.Found, c.Since, c.On)
		}
	}
	return strings.Join(words, ", ")
}

// stopMonitoringCommand lists the endings with what each means.
func stopMonitoringCommand(id string) *cobra.Command {
	long := "Ends debt monitoring before its years are over, and closes the claim without further cost. Why:\n"
	kinds := make([]string, 0, len(claim.Endings()))
	for _, e := range claim.Endings() {
		long += fmt.Sprintf("  %-10s %s\n", e, e.Reason())
		kinds = append(kinds, string(e))
	}
	return &cobra.Command{
		Use: "stop-monitoring ID " + strings.Join(kinds, "|"), Short: "End debt monitoring: the client's wish, or nothing is left to collect", Long: strings.TrimSpace(long), Args: cobra.ExactArgs(2),
		Example: "  dunning claim stop-monitoring " + id + " client\n  dunning claim stop-monitoring " + id + " no-assets",
		RunE: func(cmd *cobra.Command, args []string) error {
			because := claim.Ending(args[1])
			wish := workflows.StopMonitoring{Because: because, Actor: operator().Name}
			return requestOnce(cmd, args[0], workflows.UpdateStopMonitoring, wish, func(ctx context.Context, store *postgres.Store, ref postgres.Ref) (postgres.Told, error) {
				return store.EndingTold(ctx, ref, because)
			})
		},
	}
}

const interruptedHelp = `Records an interruption of limitation that no letter of the trajectory made, with what proves it: a claim lodged with the trustee, a letter to the heirs, a
registered letter. The day is the one on which it reached the debtor or who stands in for them (art. 3:37 lid 3 BW). A new term of limitation begins the day
after (art. 3:319 BW), and the task to interrupt ends. One that came too late is refused.`

func interruptedFact(id string) fact {
	return fact{
		use: "interrupted ID HOW", short: "Record an interruption of limitation that was made by hand", long: interruptedHelp, example: "interrupted " + id + ` "registered letter to the debtor, receipt in the file" --on DAY`,
		args: 2, keyed: true,
		flags: func(cmd *cobra.Command) {
			cmd.Flags().String("on", "", "the day on which it reached the debtor, or who stands in for them (default: today)")
		},
		record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
			on, err := day(cmd, "on")
			if err != nil {
				return err
			}
			return s.RecordInterruption(ctx, ref, postgres.Interruption{Key: key(cmd), How: args[0], On: on}, operator())
		},
		shows: showEnforced,
	}
}

// showEnforced tells until when a claim can be enforced now, and why.
func showEnforced(cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, _ []string) error {
	file, err := s.CaseFile(cmd.Context(), ref)
	if err != nil {
		return err
	}
	limit := trajectory.Enforceable(file.Facts)
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "the claim can be enforced until %s: %s (%s)\n", limit.LastDay, limit.Basis[0].Rule, limit.Basis[0].Article)
	return err
}

const saleHelp = `Records whether what a consumer owes is the price of a purchase: it lapses after two years then (art. 7:28 BW), and after five when it is something else, as
rent, a service or a subscription (art. 3:307 BW). It takes the place of what the client told at hand-over (consumer_sale); what nobody told is taken for a
purchase. claim show tells until when the claim can be enforced, and on what that rests. A letter that left counts as before.`

func saleFact(id string) fact {
	return fact{
		use: "consumer-sale ID yes|no", short: "Record whether a consumer's debt is the price of a purchase, for its limitation", long: saleHelp,
		example: "consumer-sale " + exampleConsumer + ` no --reason "the contract is for painting, says the client"`, args: 2, flags: reasonFlag, shows: showEnforced,
		tells: func(file postgres.CaseFile) any { return file.Facts.Terms.Sale },
		record: func(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
			if told := claim.Sale(args[0]); !slices.Contains(claim.Sales(), told) {
				return refused("%q is not yes or no", args[0])
			}
			if strings.TrimSpace(flag(cmd, "reason")) == "" {
				return refused("--reason: is empty; right would be what it is for, and who told so")
			}
			return s.TellSale(ctx, ref, claim.Sale(args[0]), flag(cmd, "reason"), operator())
		},
	}
}
