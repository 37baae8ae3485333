package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func payoutFileCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "file ID", Short: "Write the file for the bank of an approved payout (pain.001.001.09), once", Args: cobra.ExactArgs(1),
		Long: `Makes the file of a payout that two persons approved, and books that it went to the bank. It is made once: the same command again writes the same bytes, so a
lost file can be written again, but give it to the bank one time only. What can be fetched back today, or goes to an account that may not be paid on today, is not
sent today: the whole file waits, and the refusal names the line and the day. After a payout, what is on the trust account covers everybody else whose money it is: what left by lines of
statements that nothing explains, what the bank charged, what a client got that the bank took back (beyond what that client is to be paid itself) and what refunds lost the agency's part stands for, and a file for which that is too
little is refused. The refusal says by how much, why, and what would be right; "payout show" says it before. The file has names and accounts; only its owner can read it.`,
		Example: "  dunning payout file ID --out payout.xml",
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
		return withBooks(cmd, func(store *postgres.Store) error {
			before, err := store.PayoutWritten(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			file, on, err := store.SendPayout(cmd.Context(), args[0], postgres.Sending{Initiator: cfg.Agency.Name, OneDebit: cfg.Payout.OneDebit, Refund: refundTerm(cfg)}, operator())
			if err != nil {
				return err
			}
			if err := giveBankFile(cmd, out, file, "payout "+args[0], fmt.Sprintf(", to be paid on %s", on)); err != nil {
				return err
			}
			_, _ = fmt.Fprint(cmd.OutOrStdout(), before.Again())
			return printUnsure(cmd.Context(), cmd.OutOrStdout(), store, args[0])
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
	return bankSays(cmd, "lines", func(store *postgres.Store, report settlement.PayoutReport) ([]postgres.PayoutResult, error) {
		results, err := store.ReportPayout(cmd.Context(), report, operator())
		if err != nil {
			return nil, err
		}
		back, err := store.PaymentsBack(cmd.Context(), "")
		for i, r := range results {
			if at := slices.IndexFunc(back, func(p postgres.PaymentBack) bool { return p.EndToEndID == r.EndToEndID }); at >= 0 {
				results[i].Next = back[at].Next()
			}
		}
		return results, err
	}, func(r postgres.PayoutResult) bankSaid {
		return bankSaid{r.EndToEndID, r.Verdict, string(r.Status), r.Problem, r.Next}
	})
}
