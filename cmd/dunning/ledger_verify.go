package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

func closeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "close", Short: "Book what time brought: interest, costs, and everything of before there were books", Args: cobra.NoArgs,
		Long: `Books what the facts say by the end of today and the books do not: interest and costs that time brought, what was divided anew without money moving (a letter that
came back, a rate that came in force), and all receipts and charges of before there were books. What is there stays: a second time changes nothing. The worker does this every
night; run it once after an upgrade, before "dunning ledger verify".`,
		Example: "  dunning ledger close\n  dunning ledger close --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		shelf, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			c, err := store.CloseBooks(cmd.Context(), operator(), shelf.Rules)
			if err != nil {
				return err
			}
			if *asJSON {
				c.Untold = listOf(c.Untold)
				return json.NewEncoder(cmd.OutOrStdout()).Encode(c)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "booked %d receipts, %d charges of the bank, %d charges, and what changed of %d claims\n", c.Receipts, c.Charged, c.Bills, c.Claims)
			for _, untold := range c.Untold {
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "not booked: %s; when that is mended: dunning ledger close\n", untold)
			}
			return err
		})
	}
	return cmd
}

func verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "verify", Short: "Compare the books with themselves and with every fact", Args: cobra.NoArgs,
		Long: `Compares: every journal and every book adds up; what was received less what the bank took back is on the trust account; what waits is unallocated; no client is to
be paid less than 0.00; both books say the same of what the foundation owes the agency; nothing is left to top up; every receipt and charge is booked with its
amount; of every claim what came in, where it went, and what it owes today by book D; and that no claim that ended without recovery has cost its client anything,
but for what the agreement excepts (no cure, no pay). Interest and costs since the books were closed ("dunning ledger close")
are told, and are no difference.

Exit code: 0 when nothing differs; 1 when something does: each difference is a line; 2 on wrong usage.`,
		Example: "  dunning ledger verify\n  dunning ledger verify --json",
	}
	asJSON := cmd.Flags().Bool("json", false, "print one JSON object")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		shelf, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			v, err := store.VerifyBooks(cmd.Context(), calendar.DateOf(operator().At), shelf.Rules)
			if err != nil {
				return err
			}
			if *asJSON {
				err = json.NewEncoder(cmd.OutOrStdout()).Encode(v)
			} else {
				err = printVerified(cmd.OutOrStdout(), v)
			}
			if err == nil && len(v.Differences) > 0 {
				err = fmt.Errorf("%d differences in the books", len(v.Differences))
			}
			return err
		})
	}
	return cmd
}

func printVerified(w io.Writer, v postgres.Verified) error {
	for _, d := range v.Differences {
		if _, err := fmt.Fprintln(w, d); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "%d journals and %d claims compared, %d differences\n", v.Journals, v.Claims, len(v.Differences))
	if err == nil {
		_, err = fmt.Fprintf(w, "%d claims ended without recovery, %d of them cost their client something\n", v.WithoutCure, v.NoCure)
	}
	if err == nil && v.UnclosedClaims > 0 {
		_, err = fmt.Fprintf(w, "since the books were closed %d claims owe %s more by time and letters (dunning ledger close books it)\n", v.UnclosedClaims, v.Unclosed)
	}
	return err
}
