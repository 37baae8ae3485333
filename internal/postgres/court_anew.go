package postgres

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

// eventCostsAnew is the kind of the event that tells what stood as collection costs on the day of a settlement before the court, or what a judgment left out of them, with what was settled or taken back that day after it was recorded.
const eventCostsAnew = "court-costs-anew"

// costsAnew records what a settlement or a judgment decided of the collection costs when what is settled of the claim changes on the day on which it was recorded, and gives the facts with it: of one day whatever is told first, it
// was known when that was recorded (docs/decisions/0081). before and after are the facts without the change and with it. Only the change counts: what came to be known of letters that day takes nothing off. The caller holds the claim's lock.
// While nobody can tell what was owed nothing changes: a person is asked (followMoney).
func costsAnew(ctx context.Context, tx pgx.Tx, ref Ref, before, after claim.Facts, rules RulesFor, by Actor) (claim.Facts, error) {
	for i, step := range after.Court {
		if step.Stage != claim.CourtSettled && step.Stage != claim.CourtJudgment {
			continue
		}
		at, _, _, err := courtRecorded(ctx, tx, ref, step.Stage)
		if err != nil {
			return after, err
		}
		if calendar.DateOf(at) != by.today() {
			continue
		}
		before.Court = after.Court[:i]
		stoodBefore, leftBefore, err := costsDecided(before, step, rules)
		if err != nil {
			return after, nil //nolint:nilerr // followMoney asks a person
		}
		then := after
		then.Court = after.Court[:i]
		stood, left, err := costsDecided(then, step, rules)
		if err != nil {
			return after, nil //nolint:nilerr // likewise
		}
		anew := step
		anew.LeftOut += left - leftBefore
		if step.Stage == claim.CourtSettled {
			anew.Awarded.Costs += stood - stoodBefore
		}
		if anew == step {
			continue
		}
		if err := recordCostsAnew(ctx, tx, ref, anew, by); err != nil {
			return after, err
		}
		after.Court = slices.Clone(after.Court)
		after.Court[i] = anew
	}
	return after, nil
}

// courtRecorded is when a stage of a procedure was recorded, and what its event tells of collection costs: what stood, and what it left out.
func courtRecorded(ctx context.Context, tx pgx.Tx, ref Ref, stage claim.CourtStage) (at time.Time, stood, left money.Amount, err error) {
	err = tx.QueryRow(ctx, `SELECT at, COALESCE((detail->>$4)::numeric * 100, 0)::bigint, COALESCE((detail->>$5)::numeric * 100, 0)::bigint FROM case_event WHERE client_id = $1 AND claim_id = $2 AND key = $3`,
		ref.ClientID, ref.ClaimID, "court:"+string(stage), stoodCosts, costsLeftOut).Scan(&at, &stood, &left)
	if err != nil {
		return at, 0, 0, fmt.Errorf("read what was recorded of %s of claim %s: %w", stage, ref.ClaimID, err)
	}
	return at, stood, left, nil
}

// recordCostsAnew records what was decided of the collection costs; queueCourt reads the last of it.
func recordCostsAnew(ctx context.Context, tx pgx.Tx, ref Ref, step claim.CourtStep, by Actor) error {
	detail := map[string]any{costsLeftOut: step.LeftOut}
	if step.Stage == claim.CourtSettled {
		detail = map[string]any{stoodCosts: step.Awarded.Costs}
	}
	key, err := attemptKey(ctx, tx, ref, "court-costs:"+string(step.Stage))
	if err != nil {
		return err
	}
	_, err = record(ctx, tx, ref, by.event(key, eventCostsAnew, step.On, detail))
	return err
}
