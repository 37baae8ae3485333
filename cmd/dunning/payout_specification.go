package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
)

func payoutSpecificationCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "specification ID", Short: "Write what a payout pays a client of each claim, as a PDF for that client", Args: cobra.ExactArgs(1),
		Long: `Writes a PDF with every claim that a payout pays a client of, in the client's language. --view net shows what the client gets, gross what the debtors paid and what
of it is the agency's, combined both. The same command writes the same bytes.`,
		Example: "  dunning payout specification ID --client VBE --out specification.pdf\n  dunning payout specification ID --client VBE --view net --out specification.pdf",
	}
	cmd.Flags().String("client", "", "code of the client")
	cmd.Flags().String("view", string(letter.PayoutViews[0]), "net, gross or combined")
	cmd.Flags().String("out", "", "where the PDF is written; one that is there already is replaced")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		view := letter.PayoutView(flag(cmd, "view"))
		switch {
		case flag(cmd, "out") == "":
			return refused("--out: is empty; right would be the name of the PDF")
		case flag(cmd, "client") == "":
			return refused("--client: is empty; right would be the code of the client whose specification it is")
		case !slices.Contains(letter.PayoutViews, view):
			return refused("--view: %q is not one of %v", view, letter.PayoutViews)
		}
		cfg, err := loadConfig(cmd)
		if err != nil {
			return err
		}
		return withStore(cmd, func(store *postgres.Store) error {
			specification, err := specificationOf(cmd, cfg, store, args[0])
			if err != nil {
				return err
			}
			specification.View = view
			document, err := letter.ComposePayout(specification)
			if err != nil {
				return err
			}
			if err := os.WriteFile(flag(cmd, "out"), document.PDF, 0o600); err != nil {
				return refused("--out: %w", err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), flag(cmd, "out"))
			return err
		})
	}
	return cmd
}

// specificationOf reads what is told to the client that --client names.
func specificationOf(cmd *cobra.Command, cfg config.Config, store *postgres.Store, id string) (p letter.PayoutSpecification, err error) {
	client, err := clientNamed(cmd, store)
	if err != nil {
		return p, err
	}
	f, err := store.Payout(cmd.Context(), id)
	if err != nil {
		return p, err
	}
	paid, err := store.PaidTo(cmd.Context(), id, client)
	if errors.Is(err, postgres.ErrNotFound) {
		return p, refused("--client: payout %s does not pay %s", id, flag(cmd, "client"))
	}
	if err != nil {
		return p, err
	}
	line, c := paid.Line, paid.Client
	p = letter.PayoutSpecification{
		Language: letter.Language(c.Language), On: f.On, PaysOn: f.PaysOn, Agency: agencyParty(cfg.Agency), ID: id, EndToEndID: line.EndToEndID, IBAN: line.IBAN, Holder: line.Name,
		Client: letter.Party{Name: c.Name, Street: c.Street, Postcode: c.Postcode, Town: c.Town}, Amount: line.Cents, Kept: line.Clawed + paid.Before, KeptBefore: paid.Before, SetOff: line.SetOff + line.Credit(), Credit: line.Credit(),
	}
	for _, s := range line.SetOffs {
		if s.Cents < 0 {
			p.Credited = append(p.Credited, s.Number)
		} else {
			p.Invoices = append(p.Invoices, s.Number)
		}
	}
	for _, c := range paid.Claims {
		p.Claims = append(p.Claims, letter.PaidClaim{Reference: c.Reference, Debtor: c.Debtor, Received: c.Part.Received, Agency: c.Part.Agency, Later: c.Part.Later(), Paid: c.Part.Cents})
	}
	return p, nil
}
