package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// certify keeps the certificate of a paper, by its SHA-256, and ends the task of an earlier attempt that was not lawful.
func certify(ctx context.Context, tx pgx.Tx, ref Ref, l Letter, verdicts []byte) error {
	sum := sha256.Sum256(l.PDF)
	_, err := tx.Exec(ctx, `INSERT INTO certificate (client_id, claim_id, letter_id, sha256, verdicts) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		ref.ClientID, ref.ClaimID, l.ID, sum[:], verdicts)
	if err != nil {
		return fmt.Errorf("keep certificate of letter %s: %w", l.ID, err)
	}
	_, err = tx.Exec(ctx, `UPDATE task SET done_on = $4 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND done_on IS NULL`, ref.ClientID, ref.ClaimID, trajectory.UnlawfulLetter+l.Step, l.On)
	return err
}

// Certificate is the legal certificate of one paper: the rules that it was held to, with what each was seen from.
type Certificate struct {
	Step     string          `json:"step"`
	Kind     string          `json:"kind"`
	Channel  string          `json:"channel"`
	State    string          `json:"state"`
	On       calendar.Date   `json:"on"`
	SHA256   string          `json:"sha256"`  // of the PDF
	Current  bool            `json:"current"` // of the paper that left, or that is to leave; a paper before it was written anew
	Verdicts json.RawMessage `json:"verdicts"`
}

// Certificates gives the certificates of the letters of a step of a claim, the oldest first; of all steps when it is empty.
func (s *Store) Certificates(ctx context.Context, ref Ref, step string) (list []Certificate, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT l.step, l.kind, l.channel, l.state, l.on_day, encode(c.sha256, 'hex'), c.sha256 = l.sha256, c.verdicts
			FROM certificate c JOIN letter l ON l.id = c.letter_id WHERE c.client_id = $1 AND c.claim_id = $2 AND $3 IN ('', l.step) ORDER BY c.made_at, l.id`, ref.ClientID, ref.ClaimID, step)
		if err != nil {
			return err
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Certificate])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read certificates of claim %s: %w", ref.ClaimID, err)
	}
	return list, nil
}
