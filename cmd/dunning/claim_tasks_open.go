package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/postgres"
)

// openTasks is everything that waits for a person: of one client, or of all, and the receipts of which nobody knows whose they are, the lines of statements of which nobody knows what they are, and the
// statements that are held.
func openTasks(ctx context.Context, store *postgres.Store, client string) ([]postgres.OpenTask, error) {
	open, err := store.OpenTasks(ctx, client)
	if err != nil {
		return nil, err
	}
	sources := []func(context.Context, *postgres.Store) ([]postgres.OpenTask, error){statementTasks, lineTasks, receiptTasks}
	if client != "" { // these are of none
		sources = nil
	}
	for _, source := range append(sources, paymentTasks(client)) {
		more, err := source(ctx, store)
		if err != nil {
			return nil, err
		}
		open = append(open, more...)
	}
	slices.SortStableFunc(open, func(a, b postgres.OpenTask) int { return a.Opened.Compare(b.Opened) })
	return open, nil
}

// paymentTasks are the payments that the bank did not make, of one client or of all, but those for which a task of a claim asks already.
func paymentTasks(client string) func(context.Context, *postgres.Store) ([]postgres.OpenTask, error) {
	return func(ctx context.Context, store *postgres.Store) (open []postgres.OpenTask, err error) {
		back, err := store.PaymentsBack(ctx, client)
		for _, p := range back {
			if !p.Asked {
				open = append(open, postgres.OpenTask{Client: p.Client, Key: postgres.PayoutTask + ":" + p.EndToEndID, Opened: p.Since, Detail: p.Detail()})
			}
		}
		return open, err
	}
}

func statementTasks(ctx context.Context, store *postgres.Store) (open []postgres.OpenTask, err error) {
	held, err := store.HeldStatements(ctx)
	for _, h := range held {
		detail := fmt.Sprintf("find out why this statement of %s to %s is held, with %d entries and nothing of it booked: %s; dunning statement show %s", h.Account, h.To, h.Entries, heldText(h.Statement), h.Key)
		open = append(open, postgres.OpenTask{Key: postgres.StatementTask + ":" + h.Key, Opened: h.Since, Detail: detail, Statement: h.Key})
	}
	return open, err
}

func lineTasks(ctx context.Context, store *postgres.Store) (open []postgres.OpenTask, err error) {
	lines, err := store.WaitingLines(ctx)
	for _, l := range lines {
		detail := fmt.Sprintf("find out what this line of %s is, a %s of statement %s", l.Amount, l.Kind, l.Statement)
		for _, more := range append([]string{l.Problem}, saidOf(l.StatementLine)...) {
			if more != "" {
				detail += "; " + more
			}
		}
		open = append(open, postgres.OpenTask{Key: postgres.LineTask + ":" + l.Key, Opened: l.On, Detail: detail, Statement: l.Statement})
	}
	return open, err
}

func receiptTasks(ctx context.Context, store *postgres.Store) (open []postgres.OpenTask, err error) {
	waiting, err := store.WaitingReceipts(ctx)
	for _, r := range waiting {
		open = append(open, postgres.OpenTask{Key: receiptTask + r.Key, Opened: r.Payment.On, Detail: fmt.Sprintf("find out whose the receipt of %s is", r.Payment.Amount)})
	}
	return open, err
}
