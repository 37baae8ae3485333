package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "migrate",
		Short:   "Bring the database schema to this version (forward only)",
		Long:    "Connects as the role that owns the schema (database.owner_url). Two at once wait for each other; running it again changes nothing.",
		Example: "  DUNNING_DATABASE_OWNER_URL=postgres://dunning_owner@db/dunning dunning migrate --config config/dunning.example.yaml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := loadConfig(cmd)
			if err != nil {
				return err
			}
			if string(cfg.Database.OwnerURL) == "" {
				return refused("database.owner_url is not set: migrations run as the role that owns the schema")
			}
			applied, err := postgres.Migrate(cmd.Context(), string(cfg.Database.OwnerURL))
			for _, name := range applied {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "applied", name)
			}
			if err == nil && len(applied) == 0 {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "the schema is up to date")
			}
			return err
		},
	}
}
