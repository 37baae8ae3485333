package postgres

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/jackc/pgx/v5"

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
