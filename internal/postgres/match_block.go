package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/matching"
)

// The kinds of a block.
const (
	BlockedPayer = "payer" // an account: what comes from it is never matched by itself
	BlockedRule  = "rule"  // of matching: it only suggests
)

// Block is what a person said about an account or a rule last.
type Block struct {
	Kind    string    `json:"kind"`
	Name    string    `json:"name"` // IBAN, normalised, or rule
	Blocked bool      `json:"blocked"`
	Reason  string    `json:"reason"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// blocks is held shared by who books a match and alone by who blocks: once a block is told, nothing is booked against it.
const blocks = "match blocks"

// SetBlock keeps what a person says about an account or a rule. changed is false when it is so already; ending what is not blocked is a *ConflictError.
func (s *Store) SetBlock(ctx context.Context, b Block) (changed bool, err error) {
	if b.Reason = strings.TrimSpace(b.Reason); b.Reason == "" {
		return false, &ConflictError{"the reason is empty; right would be why it is blocked, or is not any more"}
	}
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockNamed(ctx, tx, blocks); err != nil {
			return err
		}
		var before bool
		err := tx.QueryRow(ctx, `SELECT blocked FROM match_block WHERE kind = $1 AND name = $2 ORDER BY seq DESC LIMIT 1`, b.Kind, b.Name).Scan(&before)
		known := err == nil
		switch {
		case err != nil && !errors.Is(err, pgx.ErrNoRows):
			return fmt.Errorf("read the block of %s: %w", b.Kind, err)
		case !known && !b.Blocked:
			return &ConflictError{"the " + b.Kind + " is not blocked"}
		case known && before == b.Blocked:
			return nil
		}
		changed = true
		_, err = tx.Exec(ctx, `INSERT INTO match_block (kind, name, blocked, reason, said_by, said_at) VALUES ($1, $2, $3, $4, $5, $6)`, b.Kind, b.Name, b.Blocked, b.Reason, b.By, b.At)
		if err != nil {
			return fmt.Errorf("keep the block of a %s: %w", b.Kind, err)
		}
		return nil
	})
	return changed && err == nil, err
}

// Blocks gives all that persons said about accounts and rules, the oldest first: the last of a name holds.
func (s *Store) Blocks(ctx context.Context) (all []Block, err error) {
	rows, err := s.pool.Query(ctx, `SELECT kind, name, blocked, reason, said_by, said_at FROM match_block ORDER BY seq`)
	if err != nil {
		return nil, fmt.Errorf("list the blocks of matching: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Block])
}

// blockedBy says which block forbids that a payment from an account is matched by a rule; empty when none does, and none comes between until the transaction
// ends. It sees no client.
func blockedBy(ctx context.Context, tx pgx.Tx, iban string, rule matching.Rule) (why string, err error) {
	if err := shareNamed(ctx, tx, blocks); err != nil {
		return "", err
	}
	err = tx.QueryRow(ctx, `SELECT CASE kind WHEN 'payer' THEN 'its account is blocked: ' ELSE 'rule ' || name || ' is blocked: ' END || reason FROM (
		SELECT DISTINCT ON (kind, name) * FROM match_block WHERE (kind, name) IN (('payer', $1), ('rule', $2)) ORDER BY kind, name, seq DESC) b WHERE blocked ORDER BY kind LIMIT 1`, iban, rule).Scan(&why)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return "", fmt.Errorf("read the blocks of matching: %w", err)
	}
	return why, nil
}

// mayMatch is a *ConflictError when a person looks at what was found for a receipt: its account or the rule is blocked.
func mayMatch(ctx context.Context, tx pgx.Tx, key string, rule matching.Rule) error {
	var iban string
	if err := tx.QueryRow(ctx, `SELECT iban FROM receipt WHERE key = $1`, key).Scan(&iban); errors.Is(err, pgx.ErrNoRows) {
		return ErrMoved // it is a client's by now
	} else if err != nil {
		return fmt.Errorf("read receipt %s: %w", key, err)
	}
	why, err := blockedBy(ctx, tx, iban, rule)
	if err == nil && why != "" {
		err = &ConflictError{why}
	}
	return err
}

// withinDay is a *ConflictError when a rule has matched as many receipts on a day as it may. Those that ask for one rule wait for each other until they are in
// the database, and only where there is a limit.
func withinDay(ctx context.Context, tx pgx.Tx, m Match) error {
	if m.MostADay == 0 {
		return nil
	}
	if err := lockNamed(ctx, tx, fmt.Sprintf("day of rule %s", m.Rule)); err != nil {
		return err
	}
	day := calendar.DateOf(m.At)
	var booked int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM receipt_match WHERE outcome = 'auto' AND rule = $1 AND matched_at >= $2 AND matched_at < $3`, m.Rule, day.At(0, 0), day.AddDays(1).At(0, 0)).Scan(&booked)
	if err != nil {
		return fmt.Errorf("count the matches of rule %s: %w", m.Rule, err)
	}
	if booked >= m.MostADay {
		return &ConflictError{fmt.Sprintf("rule %s matched %d receipts on %s already, and may no more (bank.rules_per_day)", m.Rule, booked, day)}
	}
	return nil
}
