package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// ClosingBalance is where a trust account stands after its last statement that is booked.
type ClosingBalance struct {
	Account   string        `json:"account"`
	Statement string        `json:"statement"`
	To        calendar.Date `json:"to"`
	Balance   money.Amount  `json:"balance"`
}

// Unreconciled is an entry that the bank and the books have otherwise. In the books of nothing: it is not booked; at the bank of nothing: no statement tells it.
type Unreconciled struct {
	Key  string        `json:"key"` // of the entry, or of the journal when no statement tells one
	On   calendar.Date `json:"on"`
	What string        `json:"what"` // what the bank or the books call it
	Bank money.Amount  `json:"bank"`
	Book money.Amount  `json:"books"`
	Why  string        `json:"why,omitempty"` // what does not fit; of a receipt that a person typed, or took back, who and when
}

// Jump is by how much an account stood elsewhere than where it was before a statement, with what that tells.
type Jump struct {
	Statement string        `json:"statement"`
	On        calendar.Date `json:"on"` // on which the statement closes
	Amount    money.Amount  `json:"amount"`
	Opens     money.Amount  `json:"opens"`        // where it does; 0.00 when the bank tells nothing
	Stood     money.Amount  `json:"stood"`        // where the account did, by the statements of the days before
	By        string        `json:"by,omitempty"` // who released it; empty: nobody had to, it fitted when it was booked, before statements of earlier days
	Reason    string        `json:"reason,omitempty"`
}

// Reconciled compares the trust accounts at the bank with S100.
type Reconciled struct {
	On         calendar.Date    `json:"on"`
	Statements []ClosingBalance `json:"statements"`
	Held       int              `json:"held"`       // statements of that day or before that are not booked
	HeldLater  int              `json:"held_later"` // and of later days: "statement list" has all
	Bank       money.Amount     `json:"bank"`
	Books      money.Amount     `json:"books"`
	Opening    money.Amount     `json:"opening"`    // of the first statement of each account: it stood there before, and no fact of ours is of it
	Booked     money.Amount     `json:"booked"`     // of that opening, what the books have after all: a person typed it before the first statement
	Difference money.Amount     `json:"difference"` // of the bank less what of the opening the books have not, and less the books
	// Before is what else of the bank's balance no entry brought: it came with statements that a person released, and Jumps are its parts.
	Before  money.Amount   `json:"before"`
	Jumps   []Jump         `json:"jumps"`
	Entries []Unreconciled `json:"entries"` // they, Before and Booked come to the difference

	first calendar.Date // of which the first statement tells
}

// Reconcile compares the closing balances of the last statements that are booked, up to and including a day, with what the books have on the trust account by that value
// day, and names the entries that make the difference. It changes nothing.
func (s *Store) Reconcile(ctx context.Context, on calendar.Date) (r Reconciled, err error) {
	r = Reconciled{On: on, Statements: []ClosingBalance{}, Jumps: []Jump{}, Entries: []Unreconciled{}}
	entries := map[string]Unreconciled{}
	err = s.eachTenant(ctx, "", func(tx pgx.Tx, client string) error {
		if client == "" {
			if err := r.bank(ctx, tx, entries); err != nil {
				return err
			}
		}
		return r.books(ctx, tx, entries)
	})
	if err != nil {
		return r, err
	}
	r.Before = r.Bank - r.Opening
	for _, e := range entries {
		if r.Before -= e.Bank; e.Bank == 0 && e.On.Before(r.first) {
			r.Booked += e.Book
		}
		if e.Bank != e.Book {
			if e.Why == "" && slices.Contains(unexplained, bank.LineKind(e.What)) {
				e.Why = whatIs(e.Key)
			}
			r.Entries = append(r.Entries, e)
		}
	}
	r.Booked = max(0, min(r.Booked, r.Opening))
	r.Difference = r.Bank - (r.Opening - r.Booked) - r.Books
	slices.SortFunc(r.Entries, func(a, b Unreconciled) int { return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Key, b.Key)) })
	return r, nil
}

// atTheBank is what the statements tell, each entry under the name that the books have for it: money in under that of its receipt, which a person may have typed, one that took a receipt back, with what came off it, under that of the receipt, what is of a payout under
// the entry that was told of it, which several payments are together when the bank tells a batch without our ids.
const atTheBank = `
	SELECT CASE WHEN e.kind = 'return' AND e.receipt IS NOT NULL THEN 'taken back ' || e.receipt WHEN d.key IS NOT NULL THEN 'taken back ' || d.receipt WHEN e.kind = 'receipt' THEN COALESCE(e.receipt, e.key) ELSE COALESCE(e.evidence, e.key) END, min(e.booked_on), min(e.kind),
		sum(CASE e.direction WHEN 'credit' THEN e.amount ELSE -e.amount END)::bigint, 0::bigint, max(e.payout_why)
	FROM statement_entry e JOIN statement s ON s.key = e.statement LEFT JOIN statement_entry d ON d.key = e.against AND d.kind = 'return' AND d.receipt IS NOT NULL WHERE s.state = 'booked' AND s.to_on <= $1 AND e.key IS NOT NULL GROUP BY 1`

// onTrustAccount is what the books have of each bank entry: a receipt under its key, one that was taken back with what the bank charged for that, a charge, and a payout under the entry that was told of it; else under
// the journal's own key. Why is of what no statement tells.
const onTrustAccount = `
	SELECT CASE WHEN j.kind = 'received' THEN substr(j.key, length('receipt:') + 1)
			WHEN j.kind = 'taken-back' THEN COALESCE('taken back ' || COALESCE(r.part_of, r.key, substring(j.key FROM '^receipt:(.*)/taken-back$')), j.key)
			WHEN j.kind = 'bank-charged' THEN COALESCE((SELECT COALESCE('taken back ' || c.receipt, c.evidence) FROM statement_entry c WHERE c.key = substring(j.key FROM '^bank-charge:([^~]*)')), substring(j.key FROM '^bank-charge:([^~]*)'))
			ELSE COALESCE(p.evidence, j.key) END, min(j.effective_on), min(j.kind), 0::bigint, sum(e.cents)::bigint,
		max(CASE WHEN j.kind = 'taken-back' THEN COALESCE('taken back by ' || v.actor, 'taken back') || ' on ' || (j.at AT TIME ZONE 'Europe/Amsterdam')::date || ', in no statement yet' || COALESCE(': ' || (v.detail ->> 'reason'), '')
			WHEN j.kind <> 'received' THEN '' WHEN EXISTS (SELECT FROM statement_entry t WHERE t.kind = 'receipt' AND t.receipt = substr(j.key, length('receipt:') + 1)) THEN ''
			ELSE 'typed on ' || (j.at AT TIME ZONE 'Europe/Amsterdam')::date || ', in no statement yet' END)
	FROM entry e JOIN journal j ON j.id = e.journal_id
	LEFT JOIN receipt r ON j.kind = 'taken-back' AND r.claim_id = e.claim_id AND COALESCE(r.settled_as, r.key) = substring(j.key FROM '/reversal:(.*)/taken-back$')
	LEFT JOIN case_event v ON j.kind = 'taken-back' AND v.claim_id = e.claim_id AND v.key = 'reversal:' || substring(j.key FROM '/reversal:(.*)/taken-back$')
	LEFT JOIN payout_step p ON p.status IN ('booked', 'returned') AND j.key LIKE 'payout:%/' || p.status AND 'payout:' || p.end_to_end_id = split_part(j.key, '/', 1) AND p.evidence <> ''
	WHERE e.account = 'S100' AND j.effective_on <= $1 AND j.client_id IS NOT DISTINCT FROM tenant() GROUP BY 1`

// books adds what the books have of the client that the transaction sees, or of none.
func (r *Reconciled) books(ctx context.Context, tx pgx.Tx, entries map[string]Unreconciled) error {
	booked, err := rowsOf[Unreconciled](ctx, tx, onTrustAccount, r.On)
	if err != nil {
		return fmt.Errorf("read the trust account by the books: %w", err)
	}
	for _, b := range booked {
		r.Books += b.Book
		e, told := entries[b.Key]
		if !told {
			e = Unreconciled{Key: b.Key, On: b.On, What: b.What, Why: b.Why}
		}
		e.Book += b.Book
		entries[b.Key] = e
	}
	return typedBy(ctx, tx, entries)
}
