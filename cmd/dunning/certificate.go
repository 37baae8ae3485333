package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
)

func certificateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "certificate ID [STEP]", Short: "The legal certificates of the claim's letters: each rule, its article, and what it was seen from", Args: cobra.RangeArgs(1, 2),
		Long: `Shows the certificate of each letter to the debtor, or of those of one step: every rule of law that the letter was held to before it could leave, its article, the
verdict, and the words of the letter or the facts that it was seen from. It belongs to the paper with the SHA-256 that is shown.`,
		Example: "  dunning claim certificate " + exampleConsumer + " 14-day-letter",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withClaim(cmd, args[0], func(store *postgres.Store, ref postgres.Ref) error {
			list, err := store.Certificates(cmd.Context(), ref, append(args, "")[1])
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"claim": ref.ClaimID, "certificates": list})
			}
			switch {
			case len(list) == 0 && len(args) == 1:
				return refused("there is no certificate: no letter was written to the debtor yet; `dunning claim show %s` lists what is to come", ref.ClaimID)
			case len(list) == 0:
				return refused("there is no certificate of %q: no letter of that step was written to the debtor; `dunning claim show %s` lists the letters", args[1], ref.ClaimID)
			}
			return printCertificates(cmd.OutOrStdout(), list)
		})
	}
	return cmd
}

func printCertificates(w io.Writer, list []postgres.Certificate) error {
	for _, c := range list {
		var verdicts []letter.Verdict
		if err := json.Unmarshal(c.Verdicts, &verdicts); err != nil {
			return fmt.Errorf("read certificate of %s: %w", c.Step, err)
		}
		rows := make([]table.Row, len(verdicts))
		for i, v := range verdicts {
			rows[i] = table.Row{map[bool]string{true: "kept", false: "NOT KEPT"}[v.Pass], v.Rule, v.Article, v.Value}
		}
		note := ""
		if !c.Current {
			note = "; the letter was written anew after it"
		}
		_, err := fmt.Fprintf(w, "%s by %s of %s (%s), paper %s%s\n%s\n", c.Step, c.Channel, c.On, c.State, c.SHA256, note, fitted(widthOf(w), table.Row{"verdict", "rule", "article", "seen from"}, rows, nil))
		if err != nil {
			return err
		}
	}
	return nil
}
