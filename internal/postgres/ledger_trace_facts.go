package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// tracing is everything that a trace is made of, as of one moment: the books, and the facts that their journals are of.
type tracing struct {
	journals []Posted // of the trust book
	lots     *ledger.Lots
	onWay    map[*ledger.Lot]bool // of which is being told where it came from
	known    ledger.Known
	codes    map[string]string       // of clients, by id
	claims   map[string]tracedClaim  // by id
	lines    map[string]tracedLine   // by end-to-end id
	refunds  map[string]tracedRefund // by key
	debits   map[string]tracedDebit  // that the bank booked, by end-to-end id
	matches  map[string]string       // how the bank entry was matched, by its key
	told     map[ledger.Settling]tracedSettlement
	byBank   map[string]string // how a statement tells that a receipt was taken back, by the receipt's key
}

type tracedClaim struct{ ID, Client, Reference string }

// tracedLine is a line of a payout, with the bank entries that its steps are known by.
type tracedLine struct {
	EndToEndID, Payout, Client string
	Kind                       settlement.PayoutKind
	Refund, Refunded           string // key of the refund, and the bank entry that it gives back
	Name, IBAN                 string
	Cents                      money.Amount
	Status                     settlement.PayoutStatus
	Booked, Returned           string
	Invoices                   []string // that it sets off
	SetOff                     []int64  // in cents, of each; less than nothing: it pays that back, which the client has to its credit
}

// invoices are those that a line sets off, and those of which it pays back what the client has to its credit.
func (l tracedLine) invoices() (paid, credits []string) {
	for i, number := range l.Invoices {
		if l.SetOff[i] < 0 {
			credits = append(credits, number)
		} else {
			paid = append(paid, number)
		}
	}
	return paid, credits
}

type tracedRefund struct {
	Key, Claim, Receipt, Replaces string
	By                            string // who proposed it
	Amount                        money.Amount
	Approved                      *bool
}

// tracedSettlement is a settlement of a claim, with who recorded it.
type tracedSettlement struct {
	Claim, Key, Kind, By string
	Amount               money.Amount
	Reversed             bool
	ReplacedBy, Released string // what counts instead, and the receipt that waited again
	Back                 string // who took it back, and when
}

func (s *Store) tracing(ctx context.Context) (*tracing, error) {
	t := &tracing{
		onWay: map[*ledger.Lot]bool{},
		codes: map[string]string{}, claims: map[string]tracedClaim{}, lines: map[string]tracedLine{}, refunds: map[string]tracedRefund{}, debits: map[string]tracedDebit{}, matches: map[string]string{}, told: map[ledger.Settling]tracedSettlement{}, byBank: map[string]string{},
		known: ledger.Known{Receipts: map[ledger.Settling]string{}, Refunds: map[string]string{}},
	}
	err := s.eachTenant(ctx, "", func(tx pgx.Tx, client string) error {
		if err := t.read(ctx, tx, client); err != nil {
			return fmt.Errorf("read what is traced, of client %q: %w", client, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.sameMoney()
	t.refunded()
	slices.SortFunc(t.journals, func(a, b Posted) int { return cmp.Compare(a.ID, b.ID) })
	drafts := make([]ledger.Draft, len(t.journals))
	for i, p := range t.journals {
		drafts[i] = p.Draft
	}
	t.lots = ledger.LotsOf(drafts, t.known)
	return t, nil
}

// read adds what the transaction's client, or none, has. Each query names the client, since no index serves the policy by which the transaction sees it, and the other books tell nothing of the trust account.
func (t *tracing) read(ctx context.Context, tx pgx.Tx, client string) error {
	own, of := `j.client_id IS NULL AND e.client_id IS NULL`, []any{ledger.Trust}
	if client != "" {
		own, of = `j.client_id = $2 AND e.client_id = $2`, append(of, client)
	}
	journals, err := readJournals(ctx, tx, `j.book = $1 AND `+own, of...)
	if err != nil {
		return err
	}
	t.journals = append(t.journals, journals...)
	var id, text string
	if err := eachOf(ctx, tx, `SELECT id::text, code FROM client WHERE id = tenant()`, func() { t.codes[id] = text }, &id, &text); err != nil {
		return err
	}
	var claim tracedClaim
	if err := eachOf(ctx, tx, `SELECT id::text, client_id::text, reference FROM claim WHERE client_id = tenant()`, func() { t.claims[claim.ID] = claim }, &claim.ID, &claim.Client, &claim.Reference); err != nil {
		return err
	}
	var settled ledger.Settling
	if err := eachOf(ctx, tx, `SELECT COALESCE(part_of, key), claim_id::text, COALESCE(settled_as, key) FROM receipt WHERE claim_id IS NOT NULL AND client_id = tenant()`,
		func() { t.known.Receipts[settled] = id }, &id, &settled.Claim, &settled.Key); err != nil {
		return err
	}
	if client == "" { // why a receipt was matched is for the agency alone
		if err := eachOf(ctx, tx, `SELECT DISTINCT ON (receipt) receipt, CASE outcome WHEN 'auto' THEN 'matched by rule ' || rule || ' (version ' || version || ')' ELSE 'not matched by rules' END FROM receipt_match ORDER BY receipt, seq DESC`,
			func() { t.matches[id] = text }, &id, &text); err != nil {
			return err
		}
		if err := eachOf(ctx, tx, `SELECT e.receipt, CASE WHEN `+wasSum+` THEN 'the bank told its payments: bank entries ' || (`+itsPayments+`) ELSE 'the bank took it back by bank entry ' || e.key END FROM statement_entry e WHERE e.kind = 'return' AND e.receipt IS NOT NULL`, func() { t.byBank[id] = text }, &id, &text); err != nil {
			return err
		}
	}
	if err := t.readSettlements(ctx, tx); err != nil {
		return err
	}
	return t.readPayments(ctx, tx)
}

func (t *tracing) readSettlements(ctx context.Context, tx pgx.Tx) error {
	var s tracedSettlement
	return eachOf(ctx, tx, `SELECT s.claim_id::text, s.key, s.kind, s.amount, r.key IS NOT NULL, COALESCE(r.replaced_by, ''), COALESCE(e.detail ->> 'receipt', ''),
			COALESCE((SELECT b.actor || ' on ' || to_char(b.at AT TIME ZONE 'Europe/Amsterdam', 'YYYY-MM-DD') FROM case_event b WHERE b.claim_id = s.claim_id AND b.key IN ('settlement:' || s.key, 'receipt:' || s.key) ORDER BY b.seq LIMIT 1), ''),
			COALESCE((SELECT b.actor || ' on ' || to_char(b.at AT TIME ZONE 'Europe/Amsterdam', 'YYYY-MM-DD') FROM case_event b WHERE b.claim_id = s.claim_id AND b.key = 'reversal:' || s.key), '')
		FROM settlement s LEFT JOIN settlement_reversal r ON r.claim_id = s.claim_id AND r.key = s.key LEFT JOIN case_event e ON e.claim_id = s.claim_id AND e.key = 'reversal:' || s.key AND r.waits
		WHERE s.client_id = tenant()`, func() { t.told[ledger.Settling{Claim: s.Claim, Key: s.Key}] = s },
		&s.Claim, &s.Key, &s.Kind, &s.Amount, &s.Reversed, &s.ReplacedBy, &s.Released, &s.By, &s.Back)
}

func (t *tracing) readPayments(ctx context.Context, tx pgx.Tx) error {
	lines, err := rowsOf[tracedLine](ctx, tx, `SELECT l.end_to_end_id, l.payout, COALESCE(l.client_id::text, ''), l.kind, COALESCE(l.refund, ''), COALESCE(f.receipt, ''), l.name, l.iban, l.cents, payout_status(l.end_to_end_id),
			COALESCE((SELECT s.evidence FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id AND s.status = 'booked'), ''), COALESCE((SELECT s.evidence FROM payout_step s WHERE s.end_to_end_id = l.end_to_end_id AND s.status = 'returned'), ''),
			ARRAY(SELECT o.number FROM payout_set_off o WHERE o.end_to_end_id = l.end_to_end_id ORDER BY o.number), ARRAY(SELECT o.cents FROM payout_set_off o WHERE o.end_to_end_id = l.end_to_end_id ORDER BY o.number)
		FROM payout_line l LEFT JOIN refund f ON f.key = l.refund WHERE l.client_id IS NOT DISTINCT FROM tenant() ORDER BY l.payout, l.nr`)
	if err != nil {
		return err
	}
	for _, l := range lines {
		t.lines[l.EndToEndID] = l
	}
	refunds, err := rowsOf[tracedRefund](ctx, tx, `SELECT key, COALESCE(claim_id::text, ''), receipt, COALESCE(replaces, ''), proposed_by, amount, approved FROM refund WHERE client_id IS NOT DISTINCT FROM tenant()`)
	if err != nil {
		return err
	}
	for _, r := range refunds {
		t.refunds[r.Key] = r
	}
	return t.readDebits(ctx, tx)
}

// eachOf runs work for each row, scanned into the places.
func eachOf(ctx context.Context, tx pgx.Tx, sql string, work func(), places ...any) error {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, places, func() error { work(); return nil })
	return err
}

// sameMoney names the bank entry of settlements that were taken back: the one of what counts instead, or the receipt that waited again.
func (t *tracing) sameMoney() {
	for key := range t.told {
		chain := []ledger.Settling{key}
		for last := t.told[key]; last.ReplacedBy != "" && len(chain) <= len(t.told); last = t.told[chain[len(chain)-1]] {
			chain = append(chain, ledger.Settling{Claim: key.Claim, Key: last.ReplacedBy})
		}
		receipt := ""
		for _, s := range chain {
			receipt = cmp.Or(receipt, t.known.Receipts[s], t.told[s].Released)
		}
		if receipt != "" {
			for _, s := range chain {
				t.known.Receipts[s] = receipt
			}
		}
	}
}

// refunded names the bank entry of what goes back, or was lost when it had.
func (t *tracing) refunded() {
	for _, l := range t.lines {
		if l.Refund != "" {
			t.known.Refunds["payout:"+l.EndToEndID] = l.Refunded
		}
	}
	for _, r := range t.refunds {
		if r.Claim == "" {
			t.known.Refunds["refund:"+r.Key] = r.Receipt
		}
	}
	for _, p := range t.journals {
		if parts := strings.SplitN(p.Key, ":", 3); p.Kind == ledger.Loss && len(parts) == 3 {
			t.known.Refunds[p.Key] = t.refunds[parts[2]].Receipt
		}
	}
}

// client calls a client as people do.
func (t *tracing) client(id string) string { return cmp.Or(t.codes[id], id) }

// claim calls a claim by its client, what that calls it, and its id.
func (t *tracing) claim(id string) string {
	c := t.claims[id]
	return strings.TrimSpace(fmt.Sprintf("claim %s (%s %s)", id, t.client(c.Client), c.Reference))
}
