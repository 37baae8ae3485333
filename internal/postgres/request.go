package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// Request is a request between client and agency as it comes in. Text is what is asked. Hold keeps letters to the debtor back until it is answered.
type Request struct {
	claim.Request
	Text string
	Hold bool
}

// maxAnswerDays is the longest term to answer: a longer one is a typing error.
const maxAnswerDays = 365

// maxRequest is how many characters a request has at most: the client reads it in an e-mail.
const maxRequest = 2000

// check makes the text one line, as letters want it, and refuses what cannot be asked.
func (r *Request) check() error {
	r.Text = strings.Join(strings.Fields(r.Text), " ")
	problem := (printedText{"text", r.Text}).problem()
	switch {
	case !slices.Contains(claim.RequestKinds(), r.Kind):
		return &ConflictError{fmt.Sprintf("%q is not one of %v", r.Kind, claim.RequestKinds())}
	case r.Text == "":
		return &ConflictError{"the request is empty; right would be what is asked"}
	case utf8.RuneCountInString(r.Text) > maxRequest:
		return &ConflictError{fmt.Sprintf("the request is of %d characters; right would be at most %d", utf8.RuneCountInString(r.Text), maxRequest)}
	case problem != "":
		return &ConflictError{"the request " + problem}
	case r.Days < 1 || r.Days > maxAnswerDays:
		return &ConflictError{fmt.Sprintf("%d days to answer; right would be 1 to %d", r.Days, maxAnswerDays)}
	case r.Kind.OfClient() && (r.RemindAfter < 1 || r.RemindAfter >= r.Days):
		return &ConflictError{fmt.Sprintf("%d days to answer, with a reminder after %d; right would be more days than that", r.Days, r.RemindAfter)}
	case !r.Kind.OfClient() && r.Hold:
		return &ConflictError{fmt.Sprintf("a hold goes with what the client is asked, not with a %s; hold the claim itself (claim hold)", r.Kind)}
	}
	return named(r.Key)
}

// RecordRequest records a request. What the client is asked leaves by e-mail, by the claim's workflow; what is asked of the agency opens a task to answer
// it. Only a call-back can be asked about a claim that has ended. The same key with the same text is one request. A crash before the commit leaves nothing.
func (s *Store) RecordRequest(ctx context.Context, ref Ref, r Request, by Actor) error {
	if err := r.check(); err != nil {
		return err
	}
	detail := map[string]any{"request": r.Kind, "text": r.Text, "days": r.Days}
	if r.Hold {
		detail["hold"] = true
	}
	return s.change(ctx, ref, by.event(r.Step(), "request", by.today(), detail), MessageRequest, func(tx pgx.Tx, file CaseFile) error {
		if _, err := mayAsk(file.Facts); err != nil && r.Kind != claim.RequestCallBack {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO client_request (client_id, claim_id, key, kind, asked_on, days, remind_after) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			ref.ClientID, ref.ClaimID, r.Key, r.Kind, by.today(), r.Days, r.RemindAfter)
		if err != nil {
			return fmt.Errorf("record request %s of claim %s: %w", r.Key, ref.ClaimID, err)
		}
		if !r.Kind.OfClient() {
			todo := fmt.Sprintf("answer the client's request (%s) by %s: %s", r.Kind, r.AnswerBy(by.today()), r.Text)
			return openTask(ctx, tx, ref, r.AnswerTask(), todo, by)
		}
		return holdFor(ctx, tx, ref, file.Facts, r, by)
	})
}

// holdFor holds the claim while a request that asks so is not answered.
func holdFor(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, r Request, by Actor) error {
	if !r.Hold {
		return nil
	}
	if err := canHold(f, Hold{}, by.today()); err != nil {
		return err
	}
	return addPause(ctx, tx, ref, r.Step(), claim.PauseHold, by.today(), calendar.Date{})
}

// AnswerRequest records the answer to a request, in words: of a permission whether it is given. It ends the tasks and the hold of the request. The same
// twice is once; another answer is a *ConflictError.
func (s *Store) AnswerRequest(ctx context.Context, ref Ref, key string, answer claim.Answer, text string, by Actor) error {
	if text = strings.TrimSpace(text); text == "" {
		return &ConflictError{"the answer is empty; right would be what was answered, or which documents came"}
	}
	asked := claim.Request{Key: key}
	e := by.event("answer:"+key, "request-answered", by.today(), map[string]any{"answer": answer, "text": text})
	return s.change(ctx, ref, e, MessageRequest, func(tx pgx.Tx, file CaseFile) error {
		if err := fits(file.Facts, asked.Step(), answer); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE client_request SET answered_on = GREATEST(asked_on, $4), answer = $5 WHERE client_id = $1 AND claim_id = $2 AND key = $3`,
			ref.ClientID, ref.ClaimID, key, by.today(), answer)
		if err != nil {
			return fmt.Errorf("answer request %s of claim %s: %w", key, ref.ClaimID, err)
		}
		for _, task := range []string{asked.AnswerTask(), asked.AskTask(), asked.UnansweredTask()} {
			if err := doneTask(ctx, tx, ref, task, by); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, `UPDATE pause SET until_on = $4 WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND until_on IS NULL`, ref.ClientID, ref.ClaimID, asked.Step(), by.today().AddDays(-1))
		return err
	})
}

// fits says whether a claim has the request of a step, and whether it can be answered so.
func fits(f claim.Facts, step string, answer claim.Answer) error {
	r, ok := f.RequestAt(step)
	permits := answer == claim.AnswerYes || answer == claim.AnswerNo
	switch {
	case len(f.Requests) == 0:
		return &ConflictError{"the claim has no request; right would be to ask something first (dunning claim request)"}
	case !ok:
		keys := make([]string, len(f.Requests))
		for i, other := range f.Requests {
			keys[i] = other.Key
		}
		return &ConflictError{fmt.Sprintf("the claim has no request %s; right would be one of [%s]", strings.TrimPrefix(step, claim.Request{}.Step()), strings.Join(keys, " "))}
	case r.Kind == claim.RequestPermission && !permits:
		return &ConflictError{"permission is answered with yes or no"}
	case r.Kind != claim.RequestPermission && permits:
		return &ConflictError{fmt.Sprintf("a request for %s is answered in words, not with yes or no", r.Kind)}
	}
	return nil
}

// queueRequests also reads what each request asks.
func queueRequests(batch contents, ref Ref, f *CaseFile) {
	if !batch.has("client_request") {
		return
	}
	batch.Queue(`SELECT r.key, r.kind, r.asked_on, r.days, r.remind_after, r.answered_on, COALESCE(r.answer, ''), e.detail->>'text' FROM client_request r
		JOIN case_event e ON e.client_id = r.client_id AND e.claim_id = r.claim_id AND e.key = 'request:' || r.key
		WHERE r.client_id = $1 AND r.claim_id = $2 ORDER BY r.asked_on, r.key`, ref.ClientID, ref.ClaimID).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var r claim.Request
			var text string
			if err := rows.Scan(&r.Key, &r.Kind, &r.On, &r.Days, &r.RemindAfter, &r.Answered, &r.Answer, &text); err != nil {
				return err
			}
			f.Facts.Requests, f.Asked[r.Key] = append(f.Facts.Requests, r), text
		}
		return rows.Err()
	})
}

// CallBacks gives the days on which a client asked for advice by telephone, oldest first.
func (s *Store) CallBacks(ctx context.Context, clientID string) (days []calendar.Date, err error) {
	err = s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT asked_on FROM client_request WHERE client_id = $1 AND kind = 'call-back' ORDER BY asked_on`, clientID)
		if err != nil {
			return err
		}
		days, err = pgx.CollectRows(rows, pgx.RowTo[calendar.Date])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count requests of client %s: %w", clientID, err)
	}
	return days, nil
}
