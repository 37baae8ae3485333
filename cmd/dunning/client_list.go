package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/postgres"
)

// listOf is a list as JSON has it: one without anything is [], not null.
func listOf[T any](list []T) []T { return append([]T{}, list...) }

// clientList is the command that lists things of all clients, or of one.
func clientList[T any](things, short, example string, read func(*postgres.Store, context.Context, string) ([]T, error), print func(*cobra.Command, *postgres.Store, []T) error) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: short, Args: cobra.NoArgs, Example: example}
	cmd.Flags().String("client", "", "code of one client")
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withStore(cmd, func(store *postgres.Store) error {
			client, err := clientNamed(cmd, store)
			if err != nil {
				return err
			}
			list, err := read(store, cmd.Context(), client)
			if err != nil {
				return err
			}
			if *asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{things: listOf(list)})
			}
			return print(cmd, store, list)
		})
	}
	return cmd
}
