package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// Event is one happening in a case file. Key is natural: the same happening is recorded once.
type Event struct {
	Key    string         `json:"key"`
	Kind   string         `json:"kind"`
	On     calendar.Date  `json:"on"` // value date
	At     time.Time      `json:"at"` // business instant
	Actor  string         `json:"actor"`
	Detail map[string]any `json:"detail,omitempty"`
	seq    int64          // in the order in which the claim's events were recorded
}

// record appends an event and moves the claim's version on; it says whether the event is new. Nothing changes when it was known.
func record(ctx context.Context, tx pgx.Tx, ref Ref, e Event) (isNew bool, err error) {
	detail, err := encodeDetail(e)
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, `
		WITH known AS (
			INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (claim_id, key) DO NOTHING RETURNING 1)
		UPDATE claim SET version = version + 1, changed_at = clock_timestamp() WHERE client_id = $1 AND id = $2 AND EXISTS (SELECT 1 FROM known)`,
		ref.ClientID, ref.ClaimID, e.Key, e.Kind, e.On, e.At, e.Actor, detail)
	if err != nil {
		return false, fmt.Errorf("record %s of claim %s: %w", e.Kind, ref.ClaimID, err)
	}
	noted(ctx, e.Key, tag)
	return tag.RowsAffected() == 1, nil
}

type noticeKey struct{}

// Noticing gives a context under which notice hears the key of each event that is recorded, and what is said of something beside a case file: what a call changed, also when others tell the same at that
// moment. A call that ends with an error recorded nothing.
func Noticing(ctx context.Context, notice func(event string)) context.Context {
	return context.WithValue(ctx, noticeKey{}, notice)
}

// noticedLater gives a context under which nobody notices what is recorded until tell is called: of a transaction that can be undone.
func noticedLater(ctx context.Context) (later context.Context, tell func()) {
	notice, asked := ctx.Value(noticeKey{}).(func(string))
	if !asked {
		return ctx, func() {}
	}
	var keys []string
	later = Noticing(ctx, func(key string) { keys = append(keys, key) })
	return later, func() {
		for _, key := range keys {
			notice(key)
		}
	}
}

// say runs a statement that keeps what a person says beside a case file. Who notices hears key, unless it was said before.
func say(ctx context.Context, tx pgx.Tx, key, sql string, args ...any) error {
	done, err := tx.Exec(ctx, sql, args...)
	if err == nil {
		noted(ctx, key, done)
	}
	return err
}

// noted tells who notices what a statement recorded, when it did.
func noted(ctx context.Context, key string, done pgconn.CommandTag) {
	if notice, asked := ctx.Value(noticeKey{}).(func(string)); asked && done.RowsAffected() > 0 {
		notice(key)
	}
}

func encodeDetail(e Event) ([]byte, error) {
	if e.Detail == nil {
		return []byte("{}"), nil
	}
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return nil, fmt.Errorf("encode event %s: %w", e.Key, err)
	}
	return detail, nil
}

// wake leaves a message for the claim's workflow in the outbox.
func wake(ctx context.Context, tx pgx.Tx, ref Ref, message, key string) error {
	_, err := tx.Exec(ctx, `INSERT INTO outbox (client_id, claim_id, message, key) VALUES ($1, $2, $3, $4)`, ref.ClientID, ref.ClaimID, message, key)
	if err != nil {
		return fmt.Errorf("queue %s for claim %s: %w", message, ref.ClaimID, err)
	}
	return nil
}

// Messages that tell a workflow which kind of fact is new. They carry the fact's key and nothing else.
const (
	MessageStart      = "start"
	MessagePayment    = "payment-recorded"
	MessageDispute    = "dispute-changed"
	MessageHold       = "hold-changed"
	MessageRemark     = "remark-added"
	MessageFlag       = "debtor-changed"
	MessageTask       = "task-done"
	MessageComplaint  = "complaint-recorded"
	MessageRequest    = "request-changed"
	MessageTrajectory = "trajectory-changed"
	MessageStatement  = "statement-booked" // to the workflow of a statement
	MessageReopen     = "reopen"           // of a claim whose workflow has ended, or is ending: wakes it, or starts it again
)

// change runs one change of facts from outside the workflow: lock, event, rows, message. A change that was known already does nothing;
// the same key for another change is a *ConflictError.
func (s *Store) change(ctx context.Context, ref Ref, e Event, message string, rows func(tx pgx.Tx, file CaseFile) error) error {
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		return changeLocked(ctx, tx, ref, e, message, rows)
	})
}

// ofTheOpen are the kinds of changes that a claim that has ended takes no more: nothing is waited for then.
var ofTheOpen = []string{"promise-withdrawn", "arrangement-ended"}

func changeLocked(ctx context.Context, tx pgx.Tx, ref Ref, e Event, message string, rows func(tx pgx.Tx, file CaseFile) error) error {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	if err := e.readable(); err != nil {
		return err
	}
	isNew, err := record(ctx, tx, ref, e)
	if err != nil {
		return err
	}
	if !isNew {
		return sameAsKnown(ctx, tx, ref, e)
	}
	if slices.Contains(ofTheOpen, e.Kind) {
		if _, err := whileOpen(file.Facts); err != nil {
			return err
		}
	}
	if err := rows(tx, file); err != nil {
		return err
	}
	return wake(ctx, tx, ref, message, e.Key)
}

// sameAsKnown refuses a key that is used again for something else: silence would let the sender believe that it was recorded.
// Of what has no key of its own, as a judgement has that of its dispute, the first stands.
// The value date is not compared, since a sender that says "today" may try again tomorrow.
func sameAsKnown(ctx context.Context, tx pgx.Tx, ref Ref, e Event) error {
	detail, err := encodeDetail(e)
	if err != nil {
		return err
	}
	var same bool
	err = tx.QueryRow(ctx, `SELECT kind = $4 AND detail = $5::jsonb FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3`,
		ref.ClientID, ref.ClaimID, e.Key, e.Kind, detail).Scan(&same)
	if err != nil {
		return fmt.Errorf("read event %s: %w", e.Key, err)
	}
	if kind, _, _ := strings.Cut(e.Key, ":"); !same && slices.Contains(keyedBySender, kind) {
		return &ConflictError{e.Key + " was recorded before with other particulars; use another key for something new"}
	}
	if !same {
		return &ConflictError{e.Key + " was recorded before with other particulars, and what was recorded stands; right would be a remark, for what is to be told beside it: dunning claim remark"}
	}
	return nil
}

// keyedBySender are what the keys of events begin with of which the sender names the rest: another is something new.
var keyedBySender = []string{"settlement", "receipt", "dispute", "hold", "promise", "arrangement", "remark", "information-cost", "interrupted", "court-work", "request", "complaint"}

// ConflictError says that a request does not fit the claim as it is now.
type ConflictError struct{ Problem string }

func (e *ConflictError) Error() string { return e.Problem }

// RecordSettlement records a (part) payment that did not come through the trust account: to the client, a credit note, set-off and so on.
// The same key twice is one settlement; the key of one that was reversed is refused. A claim that is closed still takes it: the books must know.
// What can only be a typing error is a *ConflictError; rules say what is owed.
func (s *Store) RecordSettlement(ctx context.Context, ref Ref, settlement claim.Settlement, by Actor, rules RulesFor) error {
	if err := named(settlement.Key); err != nil {
		return err
	}
	if settlement.Amount <= 0 {
		return &ConflictError{"a settlement is more than 0.00"}
	}
	if err := by.came(settlement.On); err != nil { // it would count from then only, and letters would go on until then
		return err
	}
	if settlement.Kind == claim.PaidToAgency { // else the books would have it and the trust account not
		return &ConflictError{"money on the trust account is booked as a receipt"}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := stands(ctx, tx, ref, settlement.Key); err != nil {
			return err
		}
		return changeLocked(ctx, tx, ref, settlementEvent(settlement, by), MessagePayment, func(tx pgx.Tx, file CaseFile) error {
			if err := plausible(file.Facts, settlement, by.today(), rules, claim.Settlement{}); err != nil {
				return err
			}
			return bookSettlement(ctx, tx, ref, file.Facts, settlement, by, rules)
		})
	})
}

func settlementEvent(s claim.Settlement, by Actor) Event {
	detail := map[string]any{"amount": s.Amount}
	if s.Invoice != "" { // of before it was kept, none is told
		detail["invoice"] = s.Invoice
	}
	return by.event("settlement:"+s.Key, string(s.Kind), s.On, detail)
}

func insertSettlement(ctx context.Context, tx pgx.Tx, ref Ref, s claim.Settlement) error {
	tag, err := tx.Exec(ctx, `INSERT INTO settlement (client_id, claim_id, key, kind, value_on, amount, invoice) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (claim_id, key) DO NOTHING`,
		ref.ClientID, ref.ClaimID, s.Key, s.Kind, s.On, s.Amount, s.Invoice)
	if err != nil {
		return fmt.Errorf("book settlement %s: %w", s.Key, err)
	}
	if tag.RowsAffected() == 0 {
		return &ConflictError{"key " + s.Key + " is in use for another settlement of this claim"}
	}
	return nil
}

// Actor is who did something and at which business instant.
type Actor struct {
	Name string
	At   time.Time
}

func (a Actor) event(key, kind string, on calendar.Date, detail map[string]any) Event {
	return Event{Key: key, Kind: kind, On: on, At: a.At, Actor: a.Name, Detail: detail}
}

func (a Actor) today() calendar.Date { return calendar.DateOf(a.At) }

// came refuses a value date that has not come.
func (a Actor) came(on calendar.Date) error {
	if on.After(a.today()) {
		return &ConflictError{fmt.Sprintf("value date %s is in the future; right would be a day up to and including %s", on, a.today())}
	}
	return nil
}

// Receipt is one credit on the trust account.
type Receipt struct {
	Key        string        `json:"key"` // names the bank entry
	Amount     money.Amount  `json:"amount"`
	On         calendar.Date `json:"on"`
	IBAN       string        `json:"iban,omitempty"`
	Payer      string        `json:"payer,omitempty"`
	Remittance string        `json:"remittance,omitempty"`
	// DirectDebit says that the agency collected it: its payer can fetch it back, so it is paid on later (settlement.RefundTerm).
	DirectDebit bool `json:"direct_debit,omitempty"`
	// BankDated is the value date that the bank gave, of a receipt whose On was corrected before it was released; else no date.
	BankDated calendar.Date `json:"bank_dated,omitzero"`
	// Another is why a person who types it says that it is another payment than a line of a statement that looks the same; empty: nobody says so. It is written only.
	Another string `json:"-" db:"-"`
}
