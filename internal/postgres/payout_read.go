package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// readPayout reads a payout with all its lines. ErrNotFound when there is none. The transaction sees no client after it.
func readPayout(ctx context.Context, tx pgx.Tx, id string) (p settlement.Payout, err error) {
	if err := setTenant(ctx, tx, ""); err != nil {
		return p, err
	}
	err = tx.QueryRow(ctx, `SELECT id, on_day, account, holder, moves, hash FROM payout WHERE id = $1`, id).Scan(&p.ID, &p.On, &p.From.Account, &p.From.Name, &p.Moves, &p.Hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, fmt.Errorf("payout %s: %w; right would be one of: dunning payout list", id, ErrNotFound)
	}
	if err != nil {
		return p, fmt.Errorf("read payout %s: %w", id, err)
	}
	clients, err := namesOf(ctx, tx, `SELECT payout_clients($1)::text`, id)
	if err != nil {
		return p, fmt.Errorf("read payout %s: %w", id, err)
	}
	for _, client := range append(clients, "") { // ends without a client
		if err := setTenant(ctx, tx, client); err != nil {
			return p, err
		}
		lines, err := readPayoutLines(ctx, tx, id)
		if err != nil {
			return p, fmt.Errorf("read payout %s: %w", id, err)
		}
		p.Lines = append(p.Lines, lines...)
	}
	slices.SortFunc(p.Lines, func(a, b settlement.PayoutLine) int { return cmp.Compare(a.Nr, b.Nr) })
	return p, nil
}

// readPayoutLines reads the lines that the transaction sees.
func readPayoutLines(ctx context.Context, tx pgx.Tx, id string) ([]settlement.PayoutLine, error) {
	rows, err := tx.Query(ctx, `SELECT l.nr, l.kind, COALESCE(l.client_id::text, ''), COALESCE(l.refund, ''), COALESCE(f.claim_id::text, ''), l.end_to_end_id, l.iban, l.name, l.cents, l.clawed, l.set_off, l.text, payout_status(l.end_to_end_id)
		FROM payout_line l LEFT JOIN refund f ON f.key = l.refund WHERE l.payout = $1 AND l.client_id IS NOT DISTINCT FROM tenant() ORDER BY l.nr`, id)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l settlement.PayoutLine, err error) {
		err = row.Scan(&l.Nr, &l.Kind, &l.ClientID, &l.Refund, &l.ClaimID, &l.EndToEndID, &l.IBAN, &l.Name, &l.Cents, &l.Clawed, &l.SetOff, &l.Text, &l.Status)
		return l, err
	})
	if err != nil {
		return nil, err
	}
	for i := range lines {
		lines[i].Parts, err = rowsOf[settlement.PayoutPart](ctx, tx, `SELECT COALESCE(claim_id::text, ''), cents, received, agency FROM payout_part WHERE end_to_end_id = $1 ORDER BY claim_id`, lines[i].EndToEndID)
		if err != nil {
			return nil, err
		}
		lines[i].SetOffs, err = rowsOf[settlement.SetOff](ctx, tx, `SELECT number, cents FROM payout_set_off WHERE end_to_end_id = $1 ORDER BY number COLLATE "C"`, lines[i].EndToEndID)
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// PayoutApproval is who approved a payout, and when.
type PayoutApproval struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// PayoutFile is a payout with who approved it and may still do so, the file that was made of it, if there is one, and what became of each line by its number.
type PayoutFile struct {
	settlement.Payout
	ProposedBy string               `json:"proposed_by"`
	ProposedAt time.Time            `json:"proposed_at"`
	Approvals  []PayoutApproval     `json:"approvals"`
	PaysOn     calendar.Date        `json:"pays_on,omitzero"` // the day for which the bank has the file
	Steps      map[int][]PayoutStep `json:"steps"`
}

// Payout reads a payout with its history, as of one moment. ErrNotFound when there is none.
func (s *Store) Payout(ctx context.Context, id string) (f PayoutFile, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		if f.Payout, err = readPayout(ctx, tx, id); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT proposed_by, proposed_at, (SELECT pays_on FROM payout_file WHERE payout = $1) FROM payout WHERE id = $1`, id).
			Scan(&f.ProposedBy, &f.ProposedAt, &f.PaysOn); err != nil {
			return fmt.Errorf("read payout %s: %w", id, err)
		}
		f.Approvals, err = rowsOf[PayoutApproval](ctx, tx, `SELECT a.approver, a.at FROM payout_approval a WHERE a.payout = $1 AND word_counts(a.approver, a.removals) ORDER BY a.at, a.approver`, id)
		if err != nil {
			return fmt.Errorf("read who approved payout %s: %w", id, err)
		}
		f.Steps = map[int][]PayoutStep{}
		for _, l := range f.Lines {
			if err := setTenant(ctx, tx, l.ClientID); err != nil {
				return err
			}
			if f.Steps[l.Nr], err = rowsOf[PayoutStep](ctx, tx, `SELECT status, at, actor, evidence, reason FROM payout_step WHERE end_to_end_id = $1 ORDER BY seq`, l.EndToEndID); err != nil {
				return fmt.Errorf("read what became of payout %s: %w", id, err)
			}
		}
		return nil
	})
	return f, err
}

// alarmDays is within how many TARGET days the bank books what it was sent, or says no. After that a person asks it; nothing is sent again by itself.
const alarmDays = 2

// PayoutSummary is a payout in a list.
type PayoutSummary struct {
	ID       string                          `json:"id"`
	On       calendar.Date                   `json:"on"`
	PaysOn   calendar.Date                   `json:"pays_on,omitzero"`
	Lines    int64                           `json:"lines"`
	Sum      money.Amount                    `json:"sum"`
	Approved int64                           `json:"approved"` // by how many persons who may still do so
	Statuses map[settlement.PayoutStatus]int `json:"statuses"`
	Late     bool                            `json:"late"` // the bank neither booked nor refused all of it in time: a person must ask it
}

// Payouts lists payouts, the newest first, as they stand on a day.
func (s *Store) Payouts(ctx context.Context, on calendar.Date) (list []PayoutSummary, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT p.id, p.on_day, (SELECT f.pays_on FROM payout_file f WHERE f.payout = p.id), payout_approvals(p.id), t.status, t.lines, t.cents
			FROM payout p JOIN payout_totals() t ON t.payout = p.id ORDER BY p.on_day DESC, p.proposed_at DESC, p.id, t.status`)
		if err != nil {
			return fmt.Errorf("list payouts: %w", err)
		}
		var p PayoutSummary
		var status settlement.PayoutStatus
		var lines int64
		var sum money.Amount
		_, err = pgx.ForEachRow(rows, []any{&p.ID, &p.On, &p.PaysOn, &p.Approved, &status, &lines, &sum}, func() error {
			if len(list) == 0 || list[len(list)-1].ID != p.ID {
				p.Statuses = map[settlement.PayoutStatus]int{}
				list = append(list, p)
			}
			last := &list[len(list)-1]
			last.Lines, last.Sum = last.Lines+lines, last.Sum+sum
			last.Statuses[status] = int(lines)
			last.Late = last.Late || status.UnderWay() && on.After(calendar.AddTargetDays(p.PaysOn, alarmDays))
			return nil
		})
		return err
	})
	return list, err
}
