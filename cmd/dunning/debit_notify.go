package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func debitNotifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "notify RUN", Short: "Tell clients by mail what is collected from them, and when", Args: cobra.ExactArgs(1),
		Long: `Mails each client of a run that was not told yet its collection. When nobody knows whether a mail arrived the collection stays "telling", and is not mailed again: look in
the log of the mail server, and then "dunning debit told" or "dunning debit withdraw". A client that cannot be mailed is not collected from.`,
		Example: "  dunning debit notify " + exampleRun,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		if cfg.Debit.CreditorID == "" {
			return refused("debit.creditor_id: is empty; right would be the agency's SEPA creditor identifier, which clients are told")
		}
		sender, err := mailSender(cfg.SMTP)
		if err != nil {
			return err
		}
		defer sender.Close()
		return withBooks(cmd, func(store *postgres.Store) error {
			by := operator()
			run, err := store.TellDebits(cmd.Context(), args[0], func(ctx context.Context, n postgres.DebitNotice) postgres.NoticeResult {
				return notifyClient(ctx, cfg, sender, n, by)
			}, by)
			if err != nil {
				return err
			}
			return printRun(cmd.OutOrStdout(), run, refundTerm(cfg))
		})
	}
	return cmd
}

// notifyClient mails one client.
func notifyClient(ctx context.Context, cfg config.Config, sender *mail.Sender, n postgres.DebitNotice, by postgres.Actor) postgres.NoticeResult {
	subject, text, err := letter.ComposeDebitNotice(letter.DebitNotice{
		Language: letter.Language(n.Lang), Client: n.Client.Name, On: n.Run.On, Before: n.Before, Debit: n.Debit, Agency: agencyParty(cfg.Agency), Email: cfg.Agency.Email, CreditorID: cfg.Debit.CreditorID,
	})
	if err != nil {
		return postgres.NoticeResult{Status: settlement.DebitWithdrawn, Reply: err.Error()}
	}
	result := sender.Send(ctx, mail.Message{
		ID: n.Debit.EndToEndID + "@dunning", From: cfg.SMTP.From, FromName: cfg.Agency.Name, ReplyTo: cfg.Agency.Email, To: n.Client.Email, Subject: subject, Text: text, Date: by.At,
	})
	status := map[mail.Outcome]settlement.DebitStatus{
		mail.Accepted: settlement.DebitTold, mail.Retry: settlement.DebitProposed, mail.Unknown: settlement.DebitTelling, mail.Bounced: settlement.DebitWithdrawn, mail.Refused: settlement.DebitWithdrawn,
	}[result.Outcome]
	return postgres.NoticeResult{Status: status, Reply: result.Reply}
}

func debitToldCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "told COLLECTION", Short: "Record that a client was told of a collection otherwise than by our mail, or that the mail arrived", Args: cobra.ExactArgs(1),
		Example: "  dunning debit told " + exampleDebit + ` --on DAY --reason "it stands in the log of the mail server"`,
	}
	cmd.Flags().String("on", "", "day on which the client was told (default: today)")
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flag(cmd, "reason") == "" {
			return refused("--reason: is empty; right would be how it is known that the client was told")
		}
		on, err := day(cmd, "on")
		if err != nil {
			return err
		}
		return withBooks(cmd, func(store *postgres.Store) error {
			if err := store.RecordDebitTold(cmd.Context(), args[0], flag(cmd, "reason"), on, operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "recorded: the client of %s was told\n", args[0])
			return err
		})
	}
	return cmd
}

func debitWithdrawCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "withdraw COLLECTION", Short: "Take a collection back that was not sent", Args: cobra.ExactArgs(1),
		Long:    "Takes a collection back for a reason; its invoices can be collected on another day. One that stands in a file cannot be taken back.",
		Example: "  dunning debit withdraw " + exampleDebit + ` --reason "the client pays by itself"`,
	}
	reasonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withBooks(cmd, func(store *postgres.Store) error {
			if err := store.WithdrawDebit(cmd.Context(), args[0], flag(cmd, "reason"), operator()); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "collection %s is withdrawn\n", args[0])
			return err
		})
	}
	return cmd
}
