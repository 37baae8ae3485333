package postgres

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
)

// Trace follows money through the books from the key of any fact or journal: a bank entry to the claims that it settled and the payouts of their clients,
// and a payout back to the claims and bank entries that it was paid of. A payout whose lines name no claims is of its client as a whole. The journals come in
// the order in which they were booked; ErrNotFound when no journal has to do with the key.
func (s *Store) Trace(ctx context.Context, key string) ([]Posted, error) {
	all, err := s.Journals(ctx, JournalFilter{})
	if err != nil {
		return nil, err
	}
	receipts, err := s.settledReceipts(ctx)
	if err != nil {
		return nil, err
	}
	t := tracing{all: all, receipts: receipts, found: map[int64]Posted{}}
	t.from(key)
	t.after()
	if len(t.found) == 0 {
		return nil, fmt.Errorf("journal, bank entry or fact %q: %w in the books", key, ErrNotFound)
	}
	return slices.SortedFunc(maps.Values(t.found), func(a, b Posted) int { return cmp.Compare(a.ID, b.ID) }), nil
}

// settledReceipt is a bank entry, or a part of one, with the claim that it settled and under which key.
type settledReceipt struct{ bank, claim, settled string }

func (s *Store) settledReceipts(ctx context.Context) (all []settledReceipt, err error) {
	err = s.eachTenant(ctx, "", func(tx pgx.Tx, client string) error {
		rows, err := tx.Query(ctx, `SELECT COALESCE(part_of, key), claim_id::text, COALESCE(settled_as, key) FROM receipt WHERE claim_id IS NOT NULL`)
		if err != nil {
			return fmt.Errorf("read receipts of client %s: %w", client, err)
		}
		list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r settledReceipt, err error) {
			err = row.Scan(&r.bank, &r.claim, &r.settled)
			return r, err
		})
		all = append(all, list...)
		return err
	})
	return all, err
}

// tracing walks from journal to journal.
type tracing struct {
	all      []Posted
	receipts []settledReceipt
	found    map[int64]Posted
}

// from starts at whatever has the key: a bank entry, a journal, or a fact of a claim.
func (t *tracing) from(key string) {
	for _, r := range t.receipts {
		if r.bank == key || r.settled == key {
			t.bankEntry(r)
		}
	}
	for _, p := range t.all {
		if p.Key != key && p.Key != "receipt:"+key && p.Key != "payout:"+key && !p.OfFact(key) {
			continue
		}
		t.found[p.ID] = p
		for _, r := range t.receipts {
			if p.Key == "receipt:"+r.bank || p.OfFact(r.settled) && p.About(r.claim) {
				t.bankEntry(r)
			}
		}
		if p.PaysOut() {
			t.back(p)
		}
	}
}

// after adds what became of the payouts that were found: booked, refused, come back.
func (t *tracing) after() {
	lines := map[string]bool{}
	for _, p := range t.found {
		lines[p.Key] = p.Kind == ledger.PayoutSubmitted
	}
	for _, p := range t.all {
		if line, _, of := strings.Cut(p.Key, "/"); of && lines[line] {
			t.found[p.ID] = p
		}
	}
}

// bankEntry adds the journals of a bank entry, of what it settled, and of the payouts since.
func (t *tracing) bankEntry(r settledReceipt) {
	client := ""
	for _, p := range t.all {
		settles := p.About(r.claim) && p.OfFact(r.settled)
		if settles {
			client = p.Client
		}
		if settles || p.Key == "receipt:"+r.bank || p.PaysOut() && client != "" && p.Client == client && (p.About(r.claim) || !p.NamesClaims()) {
			t.found[p.ID] = p
		}
	}
}

// back adds what a payout was paid of: everything that its client got before it, of the claims that it names when it does.
func (t *tracing) back(payout Posted) {
	for _, p := range t.all {
		if p.ID > payout.ID || p.Kind != ledger.Settled || p.Book != ledger.Trust || p.Client != payout.Client {
			continue
		}
		for _, r := range t.receipts {
			if p.About(r.claim) && p.OfFact(r.settled) && (payout.About(r.claim) || !payout.NamesClaims()) {
				t.bankEntry(r)
			}
		}
	}
}
