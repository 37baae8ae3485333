package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func bankFileFlag(cmd *cobra.Command) {
	cmd.Flags().String("out", "", "where the file is written; one that is there already is replaced")
}

// bankFileOf is where a file for the bank is to be written. It is looked at before anything is recorded.
func bankFileOf(cmd *cobra.Command) (string, error) {
	out := flag(cmd, "out")
	if out == "" {
		return "", refused("--out: is empty; right would be the name of the file for the bank")
	}
	if info, err := os.Stat(filepath.Dir(out)); err != nil || !info.IsDir() {
		return "", refused("--out: %s is not a directory; right would be one that is there", filepath.Dir(out))
	}
	return out, nil
}

// putFile writes a file that its owner alone can read, whoever could read one of that name before. It is written under another name first: nobody finds half of it.
func putFile(out string, content []byte) error {
	half := out + ".new"
	if err := os.Remove(half); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(half, content, 0o600); err != nil {
		return err
	}
	return os.Rename(half, out)
}

// giveBankFile writes the file of what stands as sent.
func giveBankFile(cmd *cobra.Command, out string, file []byte, sent, when string) error {
	if err := putFile(out, file); err != nil {
		return fmt.Errorf("%s stands as sent, and its file could not be written: run the same command again: %w", sent, err)
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "written to %s%s; give it to the bank once\n", out, when)
	return err
}

// bankSaid is what a bank says of a payment, where that stands since, and what is wrong or follows.
type bankSaid struct {
	id      string
	verdict settlement.PayoutVerdict
	status  string
	problem string
	follows string
}

// bankSays makes cmd record what the bank says of things (pain.002), and tell it.
func bankSays[R any](cmd *cobra.Command, things string, record func(*postgres.Store, settlement.PayoutReport) ([]R, error), tell func(R) bankSaid) *cobra.Command {
	cmd.Flags().String("pain002", "", "file with the report")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		reports, err := readReports(flag(cmd, "pain002"))
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			all := []R{}
			for _, report := range reports {
				results, err := record(store, report)
				if err != nil {
					return err
				}
				all = append(all, results...)
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{things: all})
			}
			said := make([]bankSaid, len(all))
			for i, r := range all {
				said[i] = tell(r)
			}
			return printSaid(cmd, things, said)
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

func printSaid(cmd *cobra.Command, things string, all []bankSaid) error {
	rows := make([]table.Row, len(all))
	for i, s := range all {
		rows[i] = table.Row{s.id, strings.TrimSpace(string(s.verdict.Outcome) + " " + s.verdict.Reason), s.status, s.problem + s.follows}
	}
	w := cmd.OutOrStdout()
	if _, err := fmt.Fprintln(w, fitted(widthOf(w), table.Row{strings.TrimSuffix(things, "s"), "the bank says", "it is", ""}, rows, nil)); err != nil {
		return err
	}
	if problems := slices.DeleteFunc(all, func(s bankSaid) bool { return s.problem == "" }); len(problems) > 0 {
		return refused("%d of %d %s cannot be what the bank says: they stay as they are, ask the bank", len(problems), len(rows), things)
	}
	return nil
}
