package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func payoutFileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "file ID", Short: "Write the file for the bank of an approved payout (pain.001.001.09), once", Args: cobra.ExactArgs(1),
		Long: `Makes the file of a payout that two persons approved, and books that it went to the bank. It is made once: the same command again writes the same bytes, so a
lost file can be written again, but give it to the bank one time only. The file has names and accounts; only its owner can read it.`,
		Example: "  dunning payout file PO-20261215 --out payout-20261215.xml",
	}
	cmd.Flags().String("out", "", "where the file is written; one that is there already is replaced")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out := flag(cmd, "out")
		if out == "" {
			return refused("--out: is empty; right would be the name of the file for the bank")
		}
		if info, err := os.Stat(filepath.Dir(out)); err != nil || !info.IsDir() { // before anything is booked
			return refused("--out: %s is not a directory; right would be one that is there", filepath.Dir(out))
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			file, on, err := store.SendPayout(cmd.Context(), args[0], postgres.Sending{Initiator: cfg.Agency.Name, OneDebit: cfg.Payout.OneDebit}, operator())
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, file, 0o600); err != nil {
				return fmt.Errorf("payout %s stands as sent, and its file could not be written: run the same command again: %w", args[0], err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "written to %s, to be paid on %s; give it to the bank once\n", out, on)
			return err
		})
	}
	return cmd
}

func payoutStatusCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "status", Short: "Record what the bank says of a file (pain.002)", Args: cobra.NoArgs,
		Long: `Reads a report of the bank and records for each line whether it is accepted or rejected. What is rejected is payable again, and proposed in another payout; when
the reason lies in the account, that is blocked until its client tells an account anew. Only a statement says that money moved. Told twice is once.`,
		Example: "  dunning payout status --pain002 report.xml\n  dunning payout status --pain002 report.xml --json",
	}
	cmd.Flags().String("pain002", "", "file with the report")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		reports, err := readReports(flag(cmd, "pain002"))
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			var all []postgres.PayoutResult
			for _, report := range reports {
				results, err := store.ReportPayout(cmd.Context(), report, operator())
				if err != nil {
					return err
				}
				all = append(all, results...)
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"lines": slices.Concat([]postgres.PayoutResult{}, all)})
			}
			return printResults(cmd, all)
		})
	}
	return cmd
}

func readReports(name string) ([]settlement.PayoutReport, error) {
	if name == "" {
		return nil, refused("--pain002: is empty; right would be the file with the bank's report")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable("--pain002: %w", err)
	}
	defer func() { _ = f.Close() }()
	reports, err := settlement.ReadPayoutReports(f)
	var wrong *bank.UnreadableError
	if errors.As(err, &wrong) {
		return nil, unreadable("--pain002: %s: %w", name, err)
	}
	return reports, err
}

func printResults(cmd *cobra.Command, all []postgres.PayoutResult) error {
	rows, problems := make([]table.Row, len(all)), 0
	for i, r := range all {
		rows[i] = table.Row{r.EndToEndID, strings.TrimSpace(string(r.Verdict.Outcome) + " " + r.Verdict.Reason), r.Status, r.Problem}
		if r.Problem != "" {
			problems++
		}
	}
	w := cmd.OutOrStdout()
	if _, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{"line", "the bank says", "it is", "problem"}, rows, nil)); err != nil {
		return err
	}
	if problems > 0 {
		return refused("%d of %d lines cannot be what the bank says: they stay as they are, ask the bank", problems, len(all))
	}
	return nil
}

func payoutBookCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "book KEY AMOUNT", Short: "Book an entry of the statement that is of a payout: its debit, or money that came back", Args: cobra.ExactArgs(2),
		Long: `Books that the bank debited a payout, or with --returned that one came back, which is payable again while its account is blocked. KEY names the bank entry: told
twice it is once. --line is the end-to-end id, or --batch the id of a batch that the bank debited in one entry. Another amount than the payout's is refused.`,
		Example: `  dunning payout book stmt-2026-12-16-3 1337.66 --line PO-20261215-1 --on 2026-12-16
  dunning payout book stmt-2026-12-16-3 1375.29 --batch PO-20261215/client
  dunning payout book stmt-2026-12-18-1 37.63 --line PO-20261215-2 --returned AC04`,
	}
	cmd.Flags().String("line", "", "end-to-end id of the line")
	cmd.Flags().String("batch", "", "id of the batch")
	cmd.Flags().String("returned", "", "the bank's code of why it came back, like AC04; NARR when it has none")
	cmd.Flags().String("on", "", "value date (default: today)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		amount, err := money.Parse(args[1])
		if err != nil {
			return refused("AMOUNT: %w", err)
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		if today := calendar.DateOf(operator().At); on.After(today) {
			return refused("--on: %s has not come yet; right would be %s or before", on, today)
		}
		e := postgres.PayoutEntry{Key: args[0], Amount: amount, On: on, EndToEndID: flag(cmd, "line"), BatchID: flag(cmd, "batch"), Reason: flag(cmd, "returned"), Credit: flag(cmd, "returned") != ""}
		if (e.EndToEndID == "") == (e.BatchID == "") {
			return refused("--line and --batch: right would be one of them")
		}
		return withStore(cmd, func(store *postgres.Store) error {
			lines, err := store.BookPayoutEntry(cmd.Context(), e, operator())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "booked: %d lines\n", len(lines))
			return err
		})
	}
	return cmd
}
