package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// atAnyTime are the commands that record something in a database that has lived beyond today too, and why that does no harm there. Any other command either looks only, and its sessions can do no more than
// that (withStore), or is refused there (withBooks).
var atAnyTime = map[string]string{
	"receipts block":    "it ends at once what is booked wrong by itself, on every worker, and counts from no day",
	"statement import":  "what it books counts from the days that the bank tells, and its balances say where it fits",
	"statement drop":    "nothing of the statement is booked",
	"statement release": "what it books counts from the days that the bank tells",
}

// withStore runs a command that needs the database only, and looks only: PostgreSQL refuses what it would record, unless atAnyTime has it.
func withStore(cmd *cobra.Command, work func(store *postgres.Store) error) error {
	_, records := atAnyTime[commandOf(cmd)]
	return withSessions(cmd, func(pool *pgxpool.Config) {
		if !records {
			pool.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
		}
	}, work)
}

// withBooks runs a command that records what counts from a day by this machine's clock. It is refused in a database that has lived beyond today, as the demo's: what counts from today would come before what is
// booked there already, and its books would say something else than the facts.
func withBooks(cmd *cobra.Command, work func(store *postgres.Store) error) error {
	return withSessions(cmd, func(*pgxpool.Config) {}, func(store *postgres.Store) error {
		if err := inItsTime(cmd.Context(), store); err != nil {
			return err
		}
		return work(store)
	})
}

func withSessions(cmd *cobra.Command, adjust func(*pgxpool.Config), work func(store *postgres.Store) error) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	cmd.SetContext(postgres.Queueing(cmd.Context(), func(h postgres.Holder) {
		_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "waits: %s\n", h) // what is wrong with stderr cannot be told
	}))
	store, closeStore, err := openStore(cmd.Context(), cfg, adjust)
	if err != nil {
		return err
	}
	defer closeStore()
	return told(work(store))
}

// commandOf is a command without the name of the program: "statement import".
func commandOf(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}

func inItsTime(ctx context.Context, store *postgres.Store) error {
	until, err := store.ToldUntil(ctx)
	if err != nil {
		return err
	}
	if today := calendar.DateOf(operator().At); until.After(today) {
		return refused("the bank's statements in this database tell of days until %s, and today is %s: its clock ran ahead, as the demo's does. Nothing is recorded there by hand; right would be to look only, or a database of today, as that of dunning dev", until, today)
	}
	return nil
}

// withClaim runs a command that looks at one claim, which is named as claimNamed has it.
func withClaim(cmd *cobra.Command, claimID string, work func(store *postgres.Store, ref postgres.Ref) error) error {
	return withStore(cmd, ofClaim(cmd, claimID, work))
}

// onClaim runs a command that records something of one claim, as withBooks does.
func onClaim(cmd *cobra.Command, claimID string, work func(store *postgres.Store, ref postgres.Ref) error) error {
	return withBooks(cmd, ofClaim(cmd, claimID, work))
}

func ofClaim(cmd *cobra.Command, claimID string, work func(store *postgres.Store, ref postgres.Ref) error) func(*postgres.Store) error {
	return func(store *postgres.Store) error {
		ref, err := claimNamed(cmd.Context(), store, claimID)
		if err != nil {
			return err
		}
		return work(store, ref)
	}
}

// rulesWork is what a command does with one claim, its facts and the rules that it is pinned to.
type rulesWork func(store *postgres.Store, ref postgres.Ref, f claim.Facts, rules trajectory.Rules) error

// withRules runs a command that looks at one claim by its rules.
func withRules(cmd *cobra.Command, claimID string, work rulesWork) error {
	return withClaim(cmd, claimID, byRules(cmd, work))
}

// onRules runs a command that records something of one claim by its rules, as withBooks does.
func onRules(cmd *cobra.Command, claimID string, work rulesWork) error {
	return onClaim(cmd, claimID, byRules(cmd, work))
}

func byRules(cmd *cobra.Command, work rulesWork) func(*postgres.Store, postgres.Ref) error {
	return func(store *postgres.Store, ref postgres.Ref) error {
		shelf, err := configuredLibrary(cmd)
		if err != nil {
			return err
		}
		file, err := store.CaseFile(cmd.Context(), ref) // Facts would note that its workflow has seen them
		if err != nil {
			return err
		}
		rules, err := shelf.Rules(file.Facts)
		if err != nil {
			return err
		}
		return work(store, ref, file.Facts, rules)
	}
}
