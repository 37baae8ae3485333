package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// RecordPromise records that the debtor promises to pay an amount by a day, inclusive: dunning waits while it is not broken. What the policy does not
// allow, or does not fit what is owed, is a *ConflictError. A crash before the commit leaves nothing; the same key with the same promise is one.
func (s *Store) RecordPromise(ctx context.Context, ref Ref, key string, amount money.Amount, due calendar.Date, allowed claim.Leniency, by Actor, rules RulesFor) error {
	if err := named(key); err != nil {
		return err
	}
	e := by.event("promise:"+key, "promised", by.today(), map[string]any{"amount": amount, "by": due})
	return s.change(ctx, ref, e, MessageHold, func(tx pgx.Tx, file CaseFile) error {
		account, err := owedToday(file, by, rules)
		if err != nil {
			return err
		}
		if sure, why := trajectory.AskedInDoubt(file.Facts, account); amount > sure && why != "" {
			return &ConflictError{fmt.Sprintf("%s; until then right would be at most %s", why, sure)}
		}
		p, problem := file.Facts.Promised(key, amount, due, account, allowed)
		if problem != "" {
			return &ConflictError{problem}
		}
		_, err = tx.Exec(ctx, `INSERT INTO promise (client_id, claim_id, key, given_on, by_on, until_on, amount, settled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			ref.ClientID, ref.ClaimID, p.Key, p.On, p.By, p.Until, p.Amount, p.Settled)
		if err != nil {
			return fmt.Errorf("record promise %s of claim %s: %w", key, ref.ClaimID, err)
		}
		return nil
	})
}

// WithdrawPromise takes back a promise that is open: it was told wrong. From today on the trajectory does not wait for it.
func (s *Store) WithdrawPromise(ctx context.Context, ref Ref, key string, by Actor) error {
	e := by.event("promise-withdrawn:"+key, "promise-withdrawn", by.today(), nil)
	return s.change(ctx, ref, e, MessageHold, func(tx pgx.Tx, file CaseFile) error {
		if open, ok := file.Facts.PromiseOn(by.today()); !ok || open.Key != key {
			return &ConflictError{"promise " + key + " is not open"}
		}
		_, err := tx.Exec(ctx, `UPDATE promise SET ended_on = $4 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND ended_on IS NULL`, ref.ClientID, ref.ClaimID, key, by.today())
		return err
	})
}

// Proposal is a payment arrangement as the debtor and the agency agree on it. Permission is the client's, in words (requirement T13).
type Proposal struct {
	Key, Permission string
	Plan            claim.Plan
}

// detail is what the file keeps of the proposal; the instalments are facts of their own.
func (p Proposal) detail() map[string]any {
	every := "month"
	if p.Plan.Weekly {
		every = "week"
	}
	d := map[string]any{"first": p.Plan.First, "every": every, "permission": p.Permission, "instalments": p.Plan.Count}
	if len(p.Plan.Amounts) > 0 {
		d["instalments"] = p.Plan.Amounts
	}
	return d
}

// RecordArrangement records a payment arrangement over what is owed today: no dunning while it is in force, and its confirmation is the next letter. What
// the policy does not allow, or does not add up, is a *ConflictError. A crash before the commit leaves nothing; the same key with the same proposal is one.
func (s *Store) RecordArrangement(ctx context.Context, ref Ref, proposal Proposal, allowed claim.Leniency, by Actor, rules RulesFor) error {
	if err := named(proposal.Key); err != nil {
		return err
	}
	if strings.TrimSpace(proposal.Permission) == "" {
		return &ConflictError{"the client's permission is empty; right would be who permitted it and when (requirement T13)"}
	}
	e := by.event("arrangement:"+proposal.Key, "arranged", by.today(), proposal.detail())
	return s.change(ctx, ref, e, MessageHold, func(tx pgx.Tx, file CaseFile) error {
		account, err := owedToday(file, by, rules)
		if err != nil {
			return err
		}
		if _, why := trajectory.AskedInDoubt(file.Facts, account); why != "" {
			return &ConflictError{why}
		}
		agreed, err := rules(file.Facts)
		if err != nil {
			return err
		}
		a, problem := file.Facts.Arranged(proposal.Key, proposal.Plan, account, allowed)
		if problem != "" {
			return &ConflictError{problem}
		}
		if problem := tooLittle(a, agreed.Policy.MinimumDemand); problem != "" {
			return &ConflictError{problem}
		}
		if err := noMoreLetters(ctx, tx, ref, file.Facts, "agreed-anew", "payment arrangement "+a.Key+" was agreed", by); err != nil {
			return err
		}
		return insertArrangement(ctx, tx, ref, a)
	})
}

// tooLittle says which instalment is less than a letter asks: nobody could be reminded of it. The last one may be: others come before it.
func tooLittle(a claim.Arrangement, least money.Amount) string {
	for i, part := range a.Instalments {
		switch last := i == len(a.Instalments)-1; {
		case part.Amount >= least || last:
		case a.Total() < least:
			return fmt.Sprintf("%s is owed, less than the minimum of %s for which a letter leaves; right would be to write it off (claim pay --kind write-off), or to wait for it", a.Total(), least)
		default:
			return fmt.Sprintf("instalment %d is %s, less than the minimum of %s for which a letter leaves; right would be fewer instalments", i+1, part.Amount, least)
		}
	}
	return ""
}

func insertArrangement(ctx context.Context, tx pgx.Tx, ref Ref, a claim.Arrangement) error {
	batch := &pgx.Batch{}
	batch.Queue(`INSERT INTO arrangement (client_id, claim_id, key, agreed_on, costs, interest, principal, settled, grace_days, reminder_days,
			collection_costs, costs_vat, costs_vat_rate, information_costs, court_costs, charged_costs) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		ref.ClientID, ref.ClaimID, a.Key, a.On, a.Owed.Costs, a.Owed.Interest, a.Owed.Principal, a.Settled, a.GraceDays, a.ReminderDays,
		a.Costs.Collection, a.Costs.VAT, a.Costs.VATRate.Text, a.Costs.Information, a.Costs.Court, a.Charged)
	for i, instalment := range a.Instalments {
		batch.Queue(`INSERT INTO instalment (client_id, claim_id, key, number, due_on, amount) VALUES ($1, $2, $3, $4, $5, $6)`, ref.ClientID, ref.ClaimID, a.Key, i+1, instalment.Due, instalment.Amount)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("record arrangement %s of claim %s: %w", a.Key, ref.ClaimID, err)
	}
	return nil
}

// EndArrangement ends the payment arrangement that is in force, with the reason: from today on the trajectory goes on where it stood. One that was ended
// for that reason already stays ended.
func (s *Store) EndArrangement(ctx context.Context, ref Ref, reason string, by Actor) error {
	if strings.TrimSpace(reason) == "" {
		return &ConflictError{"an arrangement is ended for a reason; right would be why"}
	}
	return s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		newest, _ := file.Facts.Arrangement(by.today())
		e := by.event("arrangement-ended:"+newest.Key, "arrangement-ended", by.today(), map[string]any{"reason": reason})
		return changeLocked(ctx, tx, ref, e, MessageHold, func(tx pgx.Tx, file CaseFile) error {
			if _, ok := file.Facts.ArrangementOn(by.today()); !ok {
				return &ConflictError{"no payment arrangement is in force"}
			}
			if _, err := tx.Exec(ctx, `UPDATE arrangement SET ended_on = $4 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND ended_on IS NULL`, ref.ClientID, ref.ClaimID, newest.Key, by.today()); err != nil {
				return err
			}
			if err := noMoreLetters(ctx, tx, ref, file.Facts, "arrangement-ended", "payment arrangement "+newest.Key+" was ended: "+reason, by); err != nil {
				return err
			}
			return doneTask(ctx, tx, ref, trajectory.ReviewArrangement+newest.Key, by)
		})
	})
}

// noMoreLetters ends what waits for a letter of a payment arrangement when none is in force any more, because of what happens: what the law misses in it, and its repair, which no retry would pass. What comes next is decided anew.
func noMoreLetters(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, happens, why string, by Actor) error {
	for _, task := range f.Tasks {
		if step, unlawful := strings.CutPrefix(task.Key, trajectory.UnlawfulLetter); !unlawful || !claim.IsArrangementStep(step) {
			continue
		}
		if err := doneTask(ctx, tx, ref, task.Key, by); err != nil {
			return err
		}
	}
	if f.Attention == nil || !claim.IsArrangementStep(f.Attention.Action) {
		return nil
	}
	return retried(ctx, tx, ref, happens, f.Attention.Action, why, by)
}

// keepFallenAway is the facts with what falls away of each payment arrangement with what was credited after it (claim.Facts.WithCredits), and keeps that: what reads a case file has no law tables.
func keepFallenAway(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, pinned trajectory.Rules) (claim.Facts, error) {
	f, err := f.WithCredits(pinned.Tables)
	if err != nil {
		return f, err
	}
	for _, a := range f.Arrangements {
		kept := append([]claim.FallenAway{}, a.FallenAway...) // none is [], as in the schema
		if _, err := tx.Exec(ctx, `UPDATE arrangement SET fallen_away = $4 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND fallen_away <> $4`, ref.ClientID, ref.ClaimID, a.Key, kept); err != nil {
			return f, fmt.Errorf("keep what fell away of arrangement %s of claim %s: %w", a.Key, ref.ClaimID, err)
		}
	}
	return f, nil
}

// owedToday is the account on which a promise or an arrangement rests; of a claim that has ended there is none.
func owedToday(file CaseFile, by Actor, rules RulesFor) (claim.Account, error) {
	if _, err := mayAsk(file.Facts); err != nil {
		return claim.Account{}, err
	}
	_, account, err := accountBy(file.Facts, rules, by.today())
	return account, err
}

func queueAgreed(batch contents, ref Ref, f *claim.Facts) {
	args := []any{ref.ClientID, ref.ClaimID}
	collectOf(batch, "promise", &f.Promises, func(p *claim.Promise) []any {
		return []any{&p.Key, &p.On, &p.By, &p.Until, &p.Amount, &p.Settled, &p.Ended}
	}, `SELECT key, given_on, by_on, until_on, amount, settled, ended_on FROM promise WHERE client_id = $1 AND claim_id = $2 ORDER BY seq`, args...)
	collectOf(batch, "arrangement", &f.Arrangements, func(a *claim.Arrangement) []any {
		return []any{&a.Key, &a.On, &a.Owed.Costs, &a.Owed.Interest, &a.Owed.Principal, &a.Settled, &a.GraceDays, &a.ReminderDays, &a.Ended, &a.ReviewFrom,
			&a.Costs.Collection, &a.Costs.VAT, &a.Costs.VATRate.Text, &a.Costs.Information, &a.Costs.Court, &a.Charged, &a.FallenAway}
	}, `SELECT key, agreed_on, costs, interest, principal, settled, grace_days, reminder_days, ended_on, (SELECT opened_on FROM task t WHERE t.client_id = a.client_id AND t.claim_id = a.claim_id AND t.key = $3 || a.key),
		collection_costs, costs_vat, costs_vat_rate, information_costs, court_costs, charged_costs, NULLIF(fallen_away, '[]') FROM arrangement a WHERE client_id = $1 AND claim_id = $2 ORDER BY seq`, ref.ClientID, ref.ClaimID, trajectory.ReviewArrangement)
	if batch.has("arrangement") || batch.has("promise") {
		collectOf(batch, "task", &f.ToldByHand, func(t *claim.Telling) []any { return []any{t, &t.On} },
			`SELECT detail -> $3::text, value_on FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = 'task-done' AND detail ? $3::text ORDER BY seq`, ref.ClientID, ref.ClaimID, toldOfAgreed)
		queueTakenBack(batch, f, args...)
	}
	if !batch.has("arrangement") {
		return
	}
	batch.Queue(`SELECT key, due_on, amount FROM instalment WHERE client_id = $1 AND claim_id = $2 ORDER BY key, number`, args...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var key string
			var instalment claim.Instalment
			if err := rows.Scan(&key, &instalment.Due, &instalment.Amount); err != nil {
				return err
			}
			for i := range f.Arrangements {
				if a := &f.Arrangements[i]; a.Key == key {
					a.Instalments = append(a.Instalments, instalment)
				}
			}
		}
		return rows.Err()
	})
}

// queueTakenBack reads by how much less is settled now than was counted when an arrangement was agreed, or a promise given, or when a letter or a person told what becomes of it. What counts now is what was counted and
// stands, what stands for it since it was corrected, and what came to be known later of a day before, which makes up for what was taken back. Of the day of counting itself only what can be that again: money
// that the debtor paid on the day of the letter is a payment of what it asked.
func queueTakenBack(batch contents, f *claim.Facts, args ...any) {
	batch.Queue(`WITH RECURSIVE counting AS (
			SELECT a.claim_id, a.made, e.seq, e.value_on AS on_day FROM (
				SELECT claim_id, 'arrangement:' || key AS made FROM arrangement WHERE client_id = $1 AND claim_id = $2
				UNION ALL SELECT claim_id, 'promise:' || key FROM promise WHERE client_id = $1 AND claim_id = $2) a
			JOIN case_event e ON e.claim_id = a.claim_id AND e.key = a.made
		UNION ALL
			SELECT l.claim_id, l.told_of, (SELECT max(e.seq) FROM case_event e WHERE e.claim_id = l.claim_id AND starts_with(e.key, 'letter:' || l.id || ':')), l.on_day
			FROM letter l WHERE l.client_id = $1 AND l.claim_id = $2 AND l.told_of <> '' AND l.state IN ('accepted', 'unknown')
		UNION ALL
			SELECT claim_id, detail -> $4::text ->> 'of', seq, value_on FROM case_event WHERE client_id = $1 AND claim_id = $2 AND kind = 'task-done' AND detail ? $4::text),
		line AS (
			SELECT c.seq, c.made, c.on_day, s.key AS now, s.amount AS was, s.value_on AS back_of FROM counting c
			JOIN settlement s ON s.claim_id = c.claim_id
			JOIN case_event booked ON booked.claim_id = c.claim_id AND booked.key IN ('settlement:' || s.key, 'receipt:' || s.key) AND booked.seq < c.seq
			LEFT JOIN case_event back ON back.claim_id = c.claim_id AND back.key = 'reversal:' || s.key WHERE back.seq IS NULL OR back.seq > c.seq
		UNION
			SELECT line.seq, line.made, line.on_day, r.replaced_by, 0, line.back_of FROM line
			JOIN settlement_reversal r ON r.client_id = $1 AND r.claim_id = $2 AND r.key = line.now AND r.replaced_by IS NOT NULL),
		counted AS (
			SELECT line.seq, line.made, sum(line.was) AS was, array_agg(line.now) AS keys, GREATEST(line.on_day - 1, max(line.back_of) FILTER (WHERE r.replaced_by IS NULL AND r.key IS NOT NULL)) AS until
			FROM line LEFT JOIN settlement_reversal r ON r.client_id = $1 AND r.claim_id = $2 AND r.key = line.now GROUP BY line.seq, line.made, line.on_day)
		SELECT made, max(GREATEST(0, was - COALESCE((SELECT sum(s.amount) FROM settlement s WHERE s.client_id = $1 AND s.claim_id = $2 AND (s.key = ANY (keys) OR s.value_on <= until)
			AND NOT EXISTS (SELECT FROM settlement_reversal r WHERE r.claim_id = s.claim_id AND r.key = s.key)), 0)))::bigint,
			COALESCE(max((SELECT max(back.seq) FROM settlement s JOIN case_event back ON back.claim_id = s.claim_id AND back.key = 'reversal:' || s.key
				WHERE s.client_id = $1 AND s.claim_id = $2 AND (s.key = ANY (keys) OR s.value_on <= until))) > (SELECT max(e.seq) FROM case_event e WHERE e.client_id = $1 AND e.claim_id = $2 AND e.kind IN ('task-done', 'task-dropped') AND e.detail->>'task' = $3 || substr(made, length('promise:') + 1)), false)
		FROM counted GROUP BY made`, append(args, trajectory.ReviewPromise, toldOfAgreed)...).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var made string
			var back money.Amount
			var again bool
			if err := rows.Scan(&made, &back, &again); err != nil {
				return err
			}
			for i := range f.Arrangements {
				if "arrangement:"+f.Arrangements[i].Key == made {
					f.Arrangements[i].TakenBack = back
				}
			}
			for i := range f.Promises {
				if "promise:"+f.Promises[i].Key == made {
					f.Promises[i].TakenBack, f.Promises[i].Again = back, again
				}
			}
		}
		return rows.Err()
	})
}
