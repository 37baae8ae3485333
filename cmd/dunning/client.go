package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/postgres"
)

func clientCommand() *cobra.Command {
	parent := &cobra.Command{Use: "client", Short: "Clients of the agency"}
	parent.AddCommand(&cobra.Command{
		Use:   "add FILE.yaml",
		Short: "Add clients, or bring their particulars up to date, by code",
		Long: `The file is a list; every client has these keys:
  code, plan (basis or premium), name, street, postcode, town, email, phone, website, kvk, vat, iban, language (nl or en)
Running it again with the same file changes nothing.`,
		Example: "  dunning client add config/samples/clients.yaml",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			clients, err := readClients(args[0])
			if err != nil {
				return err
			}
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			store, closeStore, err := openStore(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer closeStore()
			return addClients(cmd.Context(), store, clients, func(c postgres.Client, id string) {
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%s  %s  %s\n", id, c.Code, c.Party.Name)
			})
		},
	})
	return parent
}

func addClients(ctx context.Context, store *postgres.Store, clients []postgres.Client, each func(postgres.Client, string)) error {
	for _, c := range clients {
		id, err := store.SaveClient(ctx, c)
		if err != nil {
			return err
		}
		each(c, id)
	}
	return nil
}

// readClients reads and checks a file of clients.
func readClients(path string) ([]postgres.Client, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable("%w", err)
	}
	var list []struct {
		Code, Plan, Name, Street, Postcode, Town, Email, Phone, Website, KvK, VAT, IBAN, Language string
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil {
		return nil, unreadable("%s: %w", path, err)
	}
	clients := make([]postgres.Client, 0, len(list))
	for i, c := range list {
		switch {
		case c.Code == "" || c.Name == "" || c.Street == "" || c.Postcode == "" || c.Town == "" || c.Email == "":
			return nil, refused("%s: client %d: code, name, street, postcode, town and email are required", path, i+1)
		case c.Plan != "basis" && c.Plan != "premium":
			return nil, refused("%s: client %s: plan %q is neither basis nor premium", path, c.Code, c.Plan)
		case c.Language != "nl" && c.Language != "en":
			return nil, refused("%s: client %s: language %q is neither nl nor en", path, c.Code, c.Language)
		}
		if err := bank.ValidIBAN(c.IBAN); c.IBAN != "" && err != nil {
			return nil, refused("%s: client %s: iban: %w", path, c.Code, err)
		}
		clients = append(clients, postgres.Client{Code: c.Code, Plan: c.Plan, Party: postgres.Party{
			Name: c.Name, Street: c.Street, Postcode: c.Postcode, Town: c.Town, Email: c.Email, Phone: c.Phone, Website: c.Website,
			KvK: c.KvK, VAT: c.VAT, IBAN: bank.NormaliseIBAN(c.IBAN), Language: c.Language,
		}})
	}
	return clients, nil
}
