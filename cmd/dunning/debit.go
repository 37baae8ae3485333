package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

const exampleRun, exampleDebit = "RUN", "COLLECTION" // the reader's own: no world has them always

func debitCommand() *cobra.Command {
	parent := &cobra.Command{
		Use: "debit", Short: "Direct debit of what clients are billed: runs, their files, and what the bank says of them",
		Long: `A run collects on one day what clients with a mandate have open, one collection for each client. Clients are told before; then one file goes to the bank. What does not
hold any more by then, as an invoice that was paid meanwhile, is left out of it. No invoice is collected twice, and nothing is sent again by itself.`,
		Example: "  dunning debit run --on DAY\n  dunning debit notify " + exampleRun + "\n  dunning debit file " + exampleRun + " --out debit.xml\n  dunning debit status --pain002 report.xml\n  dunning debit booked KEY 302.50 --id " + exampleDebit + "\n  dunning debit returned KEY --id " + exampleDebit + " --code AM04",
	}
	parent.AddCommand(debitRunCommand(), debitNotifyCommand(), debitToldCommand(), debitWithdrawCommand(), debitFileCommand(), debitShowCommand(), debitStatusCommand(), debitBookedCommand(), debitReturnedCommand(), debitRetryCommand())
	return parent
}

func debitRunCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "run", Short: "Propose to collect what clients with a mandate have open", Args: cobra.NoArgs,
		Long: `Proposes one collection for each client with a mandate in force that has invoices open which are due by the day. Run it again and nothing more is proposed, but for
clients that came since. Who is left out is told with the reason. An invoice whose collection failed for want of money is proposed once more; after a reason that only the
client knows a person says so first: dunning debit retry.`,
		Example: "  dunning debit run\n  dunning debit run --on DAY --client VBE\n  dunning debit run --json",
	}
	cmd.Flags().String("on", "", "day of the collection (default: the first on which banks collect, debit.notice_days from today)")
	cmd.Flags().String("client", "", "code of one client")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		if !cmd.Flags().Changed("on") {
			on = calendar.TargetDayFrom(on.AddDays(cfg.Debit.NoticeDays))
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			client, err := clientNamed(cmd, store)
			if err != nil {
				return err
			}
			run, left, err := store.ProposeDebits(cmd.Context(), on, client, operator())
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			if *asJSON {
				return json.NewEncoder(w).Encode(map[string]any{"run": run, "left_out": listOf(left)})
			}
			if err := printRun(w, run, refundTerm(cfg)); err != nil {
				return err
			}
			for _, n := range left {
				_, _ = fmt.Fprintf(w, "left out: client %s: %s\n", n.Client, n.Why)
			}
			return nil
		})
	}
	return cmd
}

func printRun(w io.Writer, run settlement.DebitRun, term settlement.RefundTerm) error {
	if len(run.Debits) == 0 {
		_, err := fmt.Fprintf(w, "nothing is to be collected on %s\n", run.On)
		return err
	}
	rows := make([]table.Row, len(run.Debits))
	for i, d := range run.Debits {
		var numbers []string
		for _, p := range d.Parts {
			numbers = append(numbers, p.Number)
		}
		available := ""
		if on := d.AvailableOn(term); !on.IsZero() {
			available = on.String()
		}
		rows[i] = table.Row{d.EndToEndID, strings.Join(numbers, " "), d.Cents, strings.TrimSpace(string(d.Status) + " " + d.Reason), available}
	}
	_, err := fmt.Fprintf(w, "run %s, collected on %s\n%s\n", run.ID, run.On, fitted(widthOf(w), table.Row{"collection", "invoices", "amount", "it is", "ours for good on"}, rows, nil))
	return err
}

func debitShowCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "show RUN", Short: "A run collection by collection: what became of it, and from when the money cannot be fetched back", Args: cobra.ExactArgs(1),
		Long: `Shows a run. What a Core collection brought can be fetched back by the client for eight weeks, without a reason, and banks settle that within two TARGET days more (debit.refund_weeks,
debit.refund_target_days): it is ours for good after that. What is collected by the scheme for businesses is so at once.`,
		Example: "  dunning debit show " + exampleRun + "\n  dunning debit show " + exampleRun + " --json",
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			run, err := store.DebitRun(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(run)
			}
			return printRun(cmd.OutOrStdout(), run, refundTerm(cfg))
		})
	}
	return cmd
}

func debitFileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "file RUN", Short: "Write the file of a run for the bank (pain.008.001.08), once", Args: cobra.ExactArgs(1),
		Long: `Makes the file of a run whose clients were told in time. It is made once: the same command again writes the same bytes, so a lost file can be written again, but give it to
the bank one time only. What does not hold any more is withdrawn, see "dunning debit show". When it is
too late for the day of the run nothing is made: all of it ends as late, and its invoices are free for the next run, of which their clients are told anew. The file has names and accounts; only its owner can read it.`,
		Example: "  dunning debit file " + exampleRun + " --out debit-20261215.xml",
	}
	bankFileFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out, err := bankFileOf(cmd)
		if err != nil {
			return err
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		creditor := settlement.DebitCreditor{Account: bank.Party{Name: cfg.Agency.Name, Account: cfg.Payout.AgencyIBAN}, ID: cfg.Debit.CreditorID, OneCredit: cfg.Debit.OneCredit}
		if creditor.ID == "" || creditor.Account.Account == "" {
			return refused("debit.creditor_id or payout.agency_iban is empty; right would be the agency's SEPA creditor identifier, and its own account")
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			before, err := store.DebitsWritten(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			file, err := store.SendDebits(cmd.Context(), args[0], creditor, operator())
			var wrong *bank.PaymentFileError
			if errors.As(err, &wrong) {
				return refused("run %s: %w", args[0], err)
			}
			if err != nil {
				return err
			}
			if len(file) == 0 {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "nothing of run %s is left to collect: dunning debit show %s\n", args[0], args[0])
				return err
			}
			if err := giveBankFile(cmd, out, file, "run "+args[0], ""); err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), before.Again())
			return err
		})
	}
	return cmd
}
