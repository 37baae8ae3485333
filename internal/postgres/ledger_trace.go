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

// Trace follows money through the books from the key of any fact or journal: a bank entry that came in to the claims that it settled, the payouts of their clients and
// what went back to who paid it; one that went out to the lines of the payout that it is the debit of, and a line back to the claims and bank entries that it was paid
// of. A payout whose lines name no claims is of its client as a whole. The journals come in the order in which they were booked; ErrNotFound when no journal has to do
// with the key.
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
	if t.paid, err = s.paidLines(ctx); err != nil {
		return nil, err
	}
	t.from(key)
	t.ofNobody()
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

// paidLine is a line of a payout with the refund that it pays and where the money of that came from, when it is one, and the bank entries that it is known by.
type paidLine struct {
	Line, Refund, Claim, Receipt string
	Entries                      []string
}

func (s *Store) paidLines(ctx context.Context) (all []paidLine, err error) {
	err = s.eachTenant(ctx, "", func(tx pgx.Tx, client string) error {
		list, err := rowsOf[paidLine](ctx, tx, `SELECT l.end_to_end_id, COALESCE(f.key, ''), COALESCE(f.claim_id::text, ''), COALESCE(f.receipt, ''),
			ARRAY(SELECT p.evidence FROM payout_step p WHERE p.end_to_end_id = l.end_to_end_id AND p.status IN ('booked', 'returned'))
			FROM payout_line l LEFT JOIN refund f ON f.key = l.refund WHERE l.client_id IS NOT DISTINCT FROM tenant() ORDER BY l.end_to_end_id`)
		if err != nil {
			return fmt.Errorf("read the payout lines of client %s: %w", client, err)
		}
		all = append(all, list...)
		return nil
	})
	return all, err
}

// tracing walks from journal to journal.
type tracing struct {
	all      []Posted
	receipts []settledReceipt
	paid     []paidLine
	found    map[int64]Posted
}

// names are the keys of the journals of whatever has the key.
func (t *tracing) names(key string) map[string]bool {
	names := map[string]bool{key: true, "receipt:" + key: true, "payout:" + key: true, "refund:" + key: true}
	for _, l := range t.paid {
		if l.Refund == key || slices.Contains(l.Entries, key) {
			names["payout:"+l.Line] = true
		}
	}
	return names
}

// ofNobody adds where the money of a refund of a receipt that is nobody's came from, and where it went, from any of the three.
func (t *tracing) ofNobody() {
	refunds := map[string]map[string]bool{}
	for _, l := range t.paid {
		if l.Refund == "" || l.Claim != "" {
			continue
		}
		if refunds[l.Refund] == nil {
			refunds[l.Refund] = map[string]bool{"receipt:" + l.Receipt: true, "refund:" + l.Refund: true}
		}
		refunds[l.Refund]["payout:"+l.Line] = true
	}
	for _, names := range refunds {
		for _, p := range t.found {
			if !names[p.Key] {
				continue
			}
			for _, other := range t.all {
				if names[other.Key] {
					t.found[other.ID] = other
				}
			}
			break
		}
	}
}

// from starts at whatever has the key: a bank entry, a journal, or a fact of a claim.
func (t *tracing) from(key string) {
	for _, r := range t.receipts {
		if r.bank == key || r.settled == key {
			t.bankEntry(r)
		}
	}
	names := t.names(key)
	for _, p := range t.all {
		if !names[p.Key] && !p.OfFact(key) {
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
		lines[p.Key] = p.Kind == ledger.PayoutSubmitted || p.Kind == ledger.FeesSubmitted
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
