package postgres

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// maxReference is how many characters name a case at the court or the bailiff.
const maxReference = 60

// RecordCourtStep records how far the procedure over a claim has come: the claim stays court, and money that comes in is allocated as before. The same step
// with the same particulars twice is once; other particulars for it, a step that cannot come now, or a day that cannot be, is a *ConflictError. A judgment
// that awards less than what was owed on its day opens a task (askAwardsLess). All of it is one transaction: a crash before the commit leaves nothing.
func (s *Store) RecordCourtStep(ctx context.Context, ref Ref, step claim.CourtStep, reference string, by Actor, rules RulesFor) error {
	reference = strings.TrimSpace(reference)
	if utf8.RuneCountInString(reference) > maxReference || strings.ContainsAny(reference, "\n\r\t") {
		return &ConflictError{fmt.Sprintf("the reference is longer than %d characters, or not one line", maxReference)}
	}
	detail := map[string]any{"on": step.On, "reference": reference}
	if (step.Awarded != claim.Awarded{}) {
		detail["awarded"] = step.Awarded
	}
	e := by.event("court:"+string(step.Stage), "court-"+string(step.Stage), step.On, detail)
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		stood, left, err := costsWhenDecided(ctx, tx, ref, step, by, rules)
		if err != nil {
			return err
		}
		if stood > 0 {
			detail[stoodCosts] = stood
		}
		if left > 0 {
			detail[costsLeftOut] = left
		}
		return changeLocked(ctx, tx, ref, e, MessageTask, courtStepped(ctx, ref, step, reference, e.Key, by, rules))
	})
}

// stoodCosts is, in the detail of a settlement before the court, what stood as collection costs when it was recorded; costsLeftOut, in that of a judgment, what it left out of them. An eventCostsAnew of its day takes the place of either.
const (
	stoodCosts   = "collection_costs"
	costsLeftOut = "costs_left_out"
)

// costsWhenDecided is what stands as collection costs on the day of a settlement, which tells no amounts, or what a judgment leaves out of those that are open on its day, by what is known when it is
// recorded: that binds, whatever comes to be known since (docs/decisions/0081). A settlement after a judgment makes no more binding than that awards. Of a step that is recorded already both are what
// they were then; none of another stage, or of one that cannot come.
func costsWhenDecided(ctx context.Context, tx pgx.Tx, ref Ref, step claim.CourtStep, by Actor, rules RulesFor) (stood, left money.Amount, err error) {
	if step.Stage != claim.CourtSettled && step.Stage != claim.CourtJudgment {
		return 0, 0, nil
	}
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return 0, 0, err
	}
	_, recorded := file.Facts.CourtStep(step.Stage)
	switch {
	case recorded:
		_, stood, left, err = courtRecorded(ctx, tx, ref, step.Stage)
		return stood, left, err
	case file.Facts.CourtProblem(step, by.today()) != "": // it is refused
		return 0, 0, nil
	}
	return costsDecided(file.Facts, step, rules)
}

// costsDecided is what a settlement or a judgment decides of the collection costs by facts of which it is no part yet, see costsWhenDecided.
func costsDecided(f claim.Facts, step claim.CourtStep, rules RulesFor) (stood, left money.Amount, err error) {
	_, account, err := accountBy(f, rules, step.On)
	judgment, judged := f.Judgment()
	switch {
	case err != nil:
		return 0, 0, fmt.Errorf("account of claim %s: %w", f.ClaimID, err)
	case step.Stage == claim.CourtJudgment:
		return 0, account.CostsLeftOut(step.Awarded.Costs), nil
	case judged:
		return money.Min(account.CollectionCosts(), judgment.Awarded.Costs), 0, nil
	}
	return account.CollectionCosts(), 0, nil
}

// courtStepped gives the rows of a stage of a procedure, and what it means for the claim. key is that of its event.
func courtStepped(ctx context.Context, ref Ref, step claim.CourtStep, reference, key string, by Actor, rules RulesFor) func(tx pgx.Tx, file CaseFile) error {
	return func(tx pgx.Tx, file CaseFile) error {
		if problem := file.Facts.CourtProblem(step, by.today()); problem != "" {
			return &ConflictError{problem}
		}
		if err := insertCourtStep(ctx, tx, ref, step, reference); err != nil {
			return err
		}
		if err := doneTask(ctx, tx, ref, trajectory.HandOverToCourt, by); err != nil {
			return err
		}
		if err := limitationIsTheCourts(ctx, tx, ref, file.Facts, step, by); err != nil {
			return err
		}
		if err := endDisputes(ctx, tx, ref, file.Facts, step.Stage, by); err != nil {
			return err
		}
		after, err := readCaseFile(ctx, tx, ref) // the award is owed too: less is too much
		if err != nil {
			return err
		}
		if file.Facts.CourtStage() == "" {
			if err := tellDesk(ctx, tx, ref, after.Facts, by); err != nil {
				return err
			}
		}
		if step.Stage == claim.CourtWithdrawn {
			if err := decideAgain(ctx, tx, ref, after.Facts, by); err != nil {
				return err
			}
		}
		return followMoney(ctx, tx, ref, after.Facts, happened{key, step.On, string(step.Stage) + " was recorded"}, rules, by)
	}
}

func insertCourtStep(ctx context.Context, tx pgx.Tx, ref Ref, step claim.CourtStep, reference string) error {
	a := step.Awarded
	_, err := tx.Exec(ctx, `INSERT INTO court_step (client_id, claim_id, stage, on_day, reference, awarded_principal, awarded_interest, awarded_costs, awarded_court_costs)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, ref.ClientID, ref.ClaimID, step.Stage, step.On, reference, a.Principal, a.Interest, a.Costs, a.CourtCosts)
	if err != nil {
		return fmt.Errorf("record %s of claim %s: %w", step.Stage, ref.ClaimID, err)
	}
	if _, err := tx.Exec(ctx, `UPDATE claim SET court_awaited = $3 WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID, step.Stage.Awaited()); err != nil {
		return fmt.Errorf("note what is awaited of claim %s: %w", ref.ClaimID, err)
	}
	return nil
}

// limitationIsTheCourts ends the task to interrupt limitation by hand once a stage does it, or nothing is left to keep. A claim that was taken back still has its own last day; a
// summons after that day interrupts nothing, and a person is told.
func limitationIsTheCourts(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, step claim.CourtStep, by Actor) error {
	if step.Stage == claim.CourtWithdrawn {
		return nil
	}
	last := trajectory.Enforceable(f).LastDay
	task := trajectory.InterruptByHand + last.String()
	if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: task, Why: string(step.Stage) + " is recorded"}, by); err != nil || step.Stage != claim.CourtServed || !step.On.After(last) {
		return err
	}
	return openTask(ctx, tx, ref, task, trajectory.ServedTooLate(last, step.On), by)
}

// decideAgain opens a claim again that the client took back from the court: it decides anew, in a term that begins now, with what holds when it does not answer
// (requirement T8, decision 51). A person tells it so.
func decideAgain(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE claim SET decision = NULL, decided_on = NULL, decided_by_default = false, fixed_price = NULL, fixed_price_vat = NULL, asked_again_on = $3 WHERE client_id = $1 AND id = $2`,
		ref.ClientID, ref.ClaimID, by.today())
	if err != nil {
		return fmt.Errorf("let the client of claim %s decide again: %w", ref.ClaimID, err)
	}
	if err := openTask(ctx, tx, ref, trajectory.TakenBack, trajectory.ToAskAgain(f, by.today()), by); err != nil {
		return err
	}
	return reopen(ctx, tx, ref, f, "the client took the case back from the court, and decides what comes of the claim", by)
}

// paidBeforeCourt opens a claim for the court of which nothing is owed before it was handed over: its workflow ends it as paid, and nobody is asked to sue any more.
func paidBeforeCourt(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, by Actor) error {
	if !f.PaidBeforeCourt(account) {
		return nil
	}
	const why = "nothing is owed any more, and the claim was not handed over"
	if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: trajectory.HandOverToCourt, Why: why}, by); err != nil {
		return err
	}
	return reopen(ctx, tx, ref, f, why, by)
}

// endDisputes ends the tasks about disputes when the procedure ends: nothing is left of it to tell or to ask. When the case was taken back nobody else judges the dispute, so
// that is still to be done.
func endDisputes(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, stage claim.CourtStage, by Actor) error {
	if len(stage.Next()) > 0 {
		return nil
	}
	for _, p := range f.Pauses {
		for _, task := range []string{p.JudgeTask(), p.LateTask(), trajectory.TellCourtDesk + p.Key, trajectory.AskClientAgain + p.Key} {
			if stage == claim.CourtWithdrawn && (task == p.JudgeTask() || task == p.LateTask()) {
				continue
			}
			if err := doneTask(ctx, tx, ref, task, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellDesk asks a person to tell whoever handles the case of a dispute that was to be judged before the claim was handed over: the court judges it now, and nobody else is asked to.
func tellDesk(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, by Actor) error {
	if len(f.CourtStage().Next()) == 0 {
		return nil
	}
	for _, p := range f.Pauses {
		if p.Kind != claim.PauseDispute || p.Outcome != "" {
			continue
		}
		for _, task := range []string{p.JudgeTask(), p.LateTask()} {
			if err := dropTask(ctx, tx, ref, trajectory.Dropped{Task: task, Why: "the claim was handed over: the court judges"}, by); err != nil {
				return err
			}
		}
		task, todo := trajectory.DisputedInCourt(f, p)
		if err := openTask(ctx, tx, ref, task, todo, by); err != nil {
			return err
		}
	}
	return nil
}

// queueCourt reads how far the procedure has come.
func queueCourt(batch contents, ref Ref, f *claim.Facts) {
	collectOf(batch, "court_step", &f.Court, func(x *claim.CourtStep) []any {
		return []any{&x.Stage, &x.On, &x.Awarded.Principal, &x.Awarded.Interest, &x.Awarded.Costs, &x.Awarded.CourtCosts, &x.LeftOut}
	}, `SELECT c.stage, c.on_day, c.awarded_principal, c.awarded_interest, c.awarded_costs + COALESCE((COALESCE(anew.detail, e.detail)->>'`+stoodCosts+`')::numeric * 100, 0)::bigint, c.awarded_court_costs,
		COALESCE((COALESCE(anew.detail, e.detail)->>'`+costsLeftOut+`')::numeric * 100, 0)::bigint FROM court_step c
		JOIN case_event e ON e.client_id = c.client_id AND e.claim_id = c.claim_id AND e.key = 'court:' || c.stage
		LEFT JOIN LATERAL (SELECT x.detail FROM case_event x WHERE x.client_id = c.client_id AND x.claim_id = c.claim_id AND x.kind = '`+eventCostsAnew+`' AND split_part(x.key, ':', 2) = c.stage ORDER BY x.seq DESC LIMIT 1) anew ON true
		WHERE c.client_id = $1 AND c.claim_id = $2 ORDER BY e.seq`, ref.ClientID, ref.ClaimID)
}
