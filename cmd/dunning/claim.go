package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
)

func claimCommand() *cobra.Command {
	parent := &cobra.Command{Use: "claim", Short: "Hand claims over, look at them, and tell them what happened",
		Long: "Hands claims over, looks at them, and tells them what happened. The ID of a claim is " + namesOfClaim + ", when that names one claim; \"claim show\" finds it by its debtor's name too.", Example: "  dunning claim submit var/demo/samples/portfolio.csv\n  dunning claim show " + exampleClaim}
	parent.AddCommand(submitCommand(), showCommand(), claimTasksCommand(), certificateCommand(), checksCommand(), debtorCommand(), arrangementOfClaim(), packageCommand(), documentCommand(), correctionsCommand())
	parent.AddCommand(factCommands()...)
	parent.AddCommand(requestCommands()...)
	return parent
}

// operator is who gives a command, and when.
func operator() postgres.Actor {
	name := "operator"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return postgres.Actor{Name: name, At: time.Now()}
}

// told gives what does not fit the facts, or does not exist, the exit code of refused input.
func told(err error) error {
	var conflict *postgres.ConflictError
	var stranger *postgres.NotApproverError
	if errors.As(err, &conflict) || errors.As(err, &stranger) || errors.Is(err, postgres.ErrNotFound) {
		return &exitError{2, err}
	}
	return err
}

// submitHelp is what a client who hands over files must know.
const submitHelp = `Hands over a CSV file with a header, separated by ; or , in UTF-8 or Windows-1252. One row is one invoice; rows with the same client and
claim are one claim. Every row gets a verdict; a bad row never stops the file, and a claim is accepted whole or not at all.
The same file twice changes nothing. It works while Temporal is down: the claims start when it is back.

A text with the separator or a double quote in it stands between double quotes, with those inside doubled: "Hotel ""De Zon""".
It ends on the line on which it begins.

Exit code: 0 when every row was accepted or handed over before; 2 when rows were refused (accepted rows stay as they are: correct the others
and hand the file over again); 3 when the file cannot be read as a hand-over file at all: nothing was handed over.

Columns, in any order:
`

func submitCommand() *cobra.Command {
	var columns strings.Builder
	for _, c := range claim.Columns() {
		need := ""
		if c.Required {
			need = " (required)"
		}
		fmt.Fprintf(&columns, "  %-16s %s%s\n", c.Name, c.Help, need)
	}
	cmd := &cobra.Command{
		Use: "submit FILE.csv", Short: "Hand over a file of claims", Long: submitHelp + columns.String(), Args: cobra.ExactArgs(1),
		Example: "  dunning claim submit var/demo/samples/portfolio.csv\n  dunning claim submit --json - < var/demo/samples/portfolio.csv",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		file, err := openInput(cmd, args[0])
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		rules, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			desk := intake.Desk{Store: store, Library: rules, Random: rand.Reader}
			var progress func(done, total int) // a script reads there what was wrong, and nothing else
			if w := cmd.ErrOrStderr(); terminal(w) {
				progress = progressLine(w, "claims handed over")
			}
			verdicts, err := desk.Submit(cmd.Context(), file, operator(), progress)
			var unusable *claim.FileError
			if errors.As(err, &unusable) {
				return unreadable("%s: %w", args[0], err)
			}
			if err == nil || len(verdicts) > 0 {
				if printErr := printVerdicts(cmd.OutOrStdout(), verdicts, *asJSON); printErr != nil {
					return printErr
				}
			}
			return cmp.Or(err, refusedRows(verdicts))
		})
	}
	return cmd
}

// refusedRows is the error that a file had rows which were refused, so that a script notices.
func refusedRows(verdicts []intake.RowVerdict) error {
	count := 0
	for _, v := range verdicts {
		if v.State == "refused" {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	return refused("%d of %d rows were refused: see their reasons; correct them and hand the file over again, accepted rows stay as they are", count, len(verdicts))
}

func openInput(cmd *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	return file, nil
}

func printVerdicts(w io.Writer, verdicts []intake.RowVerdict, asJSON bool) error {
	counts := map[string]int{"accepted": 0, "unchanged": 0, "refused": 0}
	for _, v := range verdicts {
		counts[v.State]++
	}
	if asJSON {
		return json.NewEncoder(w).Encode(map[string]any{"rows": verdicts, "accepted": counts["accepted"], "unchanged": counts["unchanged"], "refused": counts["refused"]})
	}
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.AppendHeader(table.Row{"line", "claim", "verdict", "column", "id or reason"})
	const shown = 1000 // a list longer than this is for --json
	for i, v := range verdicts {
		if i == shown {
			t.AppendFooter(table.Row{"", "", "", "", fmt.Sprintf("%d more rows: see --json", len(verdicts)-shown)})
			break
		}
		about := v.ClaimID
		if v.State == "refused" {
			about = v.Reason
		}
		t.AppendRow(table.Row{v.Line, v.Claim, v.State, v.Column, about})
	}
	_, err := fmt.Fprintf(w, "%s\n%d rows accepted, %d unchanged, %d refused\n", t.Render(), counts["accepted"], counts["unchanged"], counts["refused"])
	return err
}
