package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func clientCommand() *cobra.Command {
	parent := &cobra.Command{Use: "client", Short: "Clients of the agency", Example: "  dunning client add config/samples/clients.yaml\n  dunning client account show VBE\n  dunning client report VBE"}
	parent.AddCommand(clientAddCommand(), callBacksCommand(), clientAccountCommand(), clientReportCommand())
	return parent
}

func clientAddCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "add FILE.yaml",
		Short: "Add clients, or bring their particulars up to date, by code",
		Long: `The file is a list; every client has these keys:
  ` + clientKeys + `
A code is 2 to 10 capitals and digits, a plan is one that "dunning agreement plans" lists, a language nl or en. phone, website, kvk, vat, iban,
account_holder, vat_declared, agreement_start, court_party, trajectory_consumer, trajectory_business, colour and logo may be left out. When one client is wrong, none is added, and everything that is wrong is said,
with the line. phone is like 010-123 45 67 or +31 10 123 45 67, website like www.voorbeeld.nl or https://www.voorbeeld.nl, vat is a Dutch VAT number, kvk eight digits.
vat_declared is for a client that pays VAT for the collection and cannot deduct it: the day, today or up to 20 years ago, on which it declared both. The costs of
claims that it hands over later are raised with VAT (art. 2 lid 3 Besluit vergoeding voor buitengerechtelijke incassokosten).
agreement_start is the first day of the agreement, from 20 years ago up to a year ahead, which starts with the client. Without it today is assumed, and no contribution becomes
due until it is stated, here or by "dunning agreement start"; once stated it cannot be changed. Another plan holds from today.
court_party decides the court fee: legal (also a VOF or CV; when left out), natural (a sole trader or a private person) or indigent.
iban is the account that the client is paid on, account_holder its holder as its bank has it, when that is not the name. Told for the first time or changed, two
persons approve it before anything is paid on it ("dunning client account"), and on a changed one nothing is paid for the days of payout.cooling_off_days.
trajectory_consumer and trajectory_business are ids of trajectories that the client agreed to; its new claims get the newest version. Without them it is the default.
colour and logo are for the client's own letters, the reminder and the sticker reminder. colour is a dark colour in quotes: "#18345c". logo is a PNG
or baseline JPEG file of at most 300 kB and 2000 x 2000 pixels, its name as seen from the directory of FILE.yaml; the name is printed beside it.
Running it again with the same file changes nothing.`,
		Example: "  dunning client add config/samples/clients.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    addClients,
	}
}

func addClients(cmd *cobra.Command, args []string) error {
	plans, err := plansOf(cmd)
	if err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	clients, err := readClients(args[0], plans, shelf)
	if err != nil {
		return err
	}
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	for i := range clients {
		clients[i].Payee.CoolingOffDays = cfg.Payout.CoolingOffDays
	}
	return withBooks(cmd, func(store *postgres.Store) error {
		ids, err := store.SaveClients(cmd.Context(), clients)
		for i, id := range ids {
			_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", id, clients[i].Code, clients[i].Party.Name)
		}
		return err
	})
}
