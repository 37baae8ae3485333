package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// ProposeSurplusRefund proposes to give back what was paid too much on a claim, to the account that a receipt of it came from: at most that receipt. What is
// too much is told by the claim's task (trajectory.RepaySurplus); a claim without it is a *ConflictError. The same twice is once.
func (s *Store) ProposeSurplusRefund(ctx context.Context, key string, ref Ref, reason string, by Actor, rules RulesFor) (r Refund, err error) {
	list, err := s.proposeSurplus(ctx, key, ref, reason, by, rules, func(tx pgx.Tx, todo repayment) ([]Refund, error) {
		all, err := givable(ctx, tx, ref, todo.task)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(w Refund) bool { return w.Receipt == key && w.IBAN != "" })
		switch {
		case i < 0:
			return nil, &ConflictError{fmt.Sprintf("receipt %s is not of claim %s, or the bank told no account with it; right would be a receipt that the claim shows", key, ref.ClaimID)}
		case todo.left > all[i].Amount:
			return nil, &ConflictError{fmt.Sprintf("%s is to be paid back on claim %s, which is more than receipt %s has left; right would be a receipt of at least that, or none: then several go back", todo.left, ref.ClaimID, key)}
		}
		all[i].Amount = todo.left
		return all[i : i+1], nil
	})
	if err != nil {
		return r, err
	}
	return list[ofReceipt(list, key)], nil
}

// ProposeSurplusRefunds proposes to give back what was paid too much on a claim to the accounts that it came from: the newest receipts first, each at most what it brought, so that
// they come to the surplus to the cent. What cannot go back to where it came from is a *ConflictError, and nothing is proposed. The same twice is once.
func (s *Store) ProposeSurplusRefunds(ctx context.Context, ref Ref, reason string, by Actor, rules RulesFor) ([]Refund, error) {
	return s.proposeSurplus(ctx, "", ref, reason, by, rules, func(tx pgx.Tx, todo repayment) (list []Refund, err error) {
		all, err := givable(ctx, tx, ref, todo.task)
		if err != nil {
			return nil, err
		}
		left, elsewhere := todo.left, todo.left
		for _, r := range all {
			elsewhere -= r.Amount
			if r.Amount = money.Min(r.Amount, left); r.Amount > 0 && r.IBAN != "" {
				list, left = append(list, r), left-r.Amount
			}
		}
		if part, how := AtTheClient(ref.ClaimID, todo.settlements, elsewhere); part > 0 {
			return nil, &ConflictError{fmt.Sprintf("%s is to be paid back on claim %s, and %s of it is at the client, not with us. Right would be that %s. What is left after that goes back with this command", todo.left, ref.ClaimID, part, how)}
		}
		if left > 0 {
			return nil, &ConflictError{fmt.Sprintf("%s is to be paid back on claim %s, and of %s of it the bank told no account, or it went back: a person must find out where it came from", todo.left, ref.ClaimID, left)}
		}
		return list, nil
	})
}

// AtTheClient is how much of some that is to be paid back on a claim never came in with us, since the client has it, by the claim's settlements in the order in which they count; and how that goes back: the
// client pays it back, and what it kept is recorded.
func AtTheClient(claimID string, settlements []claim.Settlement, some money.Amount) (part money.Amount, how string) {
	var commands []string
	for _, s := range slices.Backward(settlements) { // the last paid too much
		if part >= some || !slices.Contains([]claim.SettlementKind{claim.PaidToClient, claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance}, s.Kind) {
			continue
		}
		its := money.Min(s.Amount, some-part)
		command := fmt.Sprintf("dunning claim correct %s %s --amount %s --reason TEXT", claimID, s.Key, s.Amount-its)
		if its == s.Amount {
			command = fmt.Sprintf("dunning claim reverse %s %s --reason TEXT", claimID, s.Key)
		}
		commands, part = append(commands, command), part+its
	}
	return part, "the client pays that back to the debtor, and then, so that the claim has what the client kept: " + strings.Join(commands, "; ")
}

func ofReceipt(list []Refund, key string) int {
	return slices.IndexFunc(list, func(r Refund) bool { return r.Receipt == key })
}

// proposeSurplus proposes what of is, unless all of the surplus is proposed already: then it gives that, and ends the task when all of that is approved. So it is when what left of a surplus before is all
// that is paid too much by now. When that is not of the receipt of key (empty: of any) it is a *ConflictError, and nothing changes.
func (s *Store) proposeSurplus(ctx context.Context, key string, ref Ref, reason string, by Actor, rules RulesFor, of func(pgx.Tx, repayment) ([]Refund, error)) (made []Refund, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return nil, &ConflictError{"the reason is empty; right would be why the money goes back"}
	}
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		if err := lockClaim(ctx, tx, ref); err != nil {
			return err
		}
		if err := noLossBorne(ctx, tx, ref); err != nil {
			return err
		}
		todo, err := toRepay(ctx, tx, ref, rules, by)
		if err != nil {
			return err
		}
		if todo.left <= 0 {
			made = todo.proposed
			if key != "" && ofReceipt(made, key) < 0 {
				return &ConflictError{fmt.Sprintf("what is to be paid back on claim %s is proposed already, of receipt %s by %s; right would be no receipt, which says how far that is", ref.ClaimID, made[0].Receipt, made[0].ProposedBy)}
			}
			if slices.ContainsFunc(made, undecided) {
				return sameReason(made, reason)
			}
			return endRepaid(ctx, tx, ref, todo.task, by)
		}
		list, err := of(tx, todo)
		if err != nil {
			return err
		}
		for _, r := range list {
			r.ClaimID, r.Reason, r.task = ref.ClaimID, reason, todo.task
			if r, err = insertRefund(ctx, tx, r, &ref, by); err != nil {
				return err
			}
			made = append(made, r)
		}
		return nil
	})
	return made, err
}

func sameReason(proposed []Refund, reason string) error {
	for _, r := range proposed {
		if undecided(r) && r.Reason != reason {
			return &ConflictError{fmt.Sprintf("a refund of %s of receipt %s is proposed already, by %s: %s", r.Amount, r.Receipt, r.ProposedBy, r.Reason)}
		}
	}
	return nil
}

func undecided(r Refund) bool { return r.Approved == nil }

// endRepaid ends the task to pay a surplus back of which all left or is approved. The caller holds the claim's lock.
func endRepaid(ctx context.Context, tx pgx.Tx, ref Ref, task string, by Actor) error {
	key, err := attemptKey(ctx, tx, ref, "task-done:"+task+":repaid")
	if err != nil {
		return err
	}
	e := by.event(key, "task-done", by.today(), map[string]any{"task": task, "result": "all of it went back already, or is approved"})
	return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error { return doneTask(ctx, tx, ref, task, by) })
}

// repayment is what is to be paid back on a claim: the task that says so, what of it is proposed or approved, and what is left.
type repayment struct {
	task        string
	proposed    []Refund
	left        money.Amount
	settlements []claim.Settlement // of the claim, in the order in which they count
}

// toRepay reads it. The transaction has the lock of the claim.
func toRepay(ctx context.Context, tx pgx.Tx, ref Ref, rules RulesFor, by Actor) (todo repayment, err error) {
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return todo, err
	}
	_, account, err := accountBy(file.Facts, rules, by.today())
	if err != nil {
		return todo, err
	}
	todo.settlements = file.Facts.Settlements
	todo.task, todo.left = trajectory.ToRepay(file.Facts.Tasks, account.Surplus)
	if todo.task == "" || todo.left <= 0 {
		if err := noLossBorne(ctx, tx, ref); err != nil { // what counts as paid back was borne
			return todo, err
		}
		return todo, &ConflictError{"nothing is to be paid back on claim " + ref.ClaimID + ", or it was"}
	}
	live, err := liveRefunds(ctx, tx, ref)
	if err != nil {
		return todo, err
	}
	for _, r := range live {
		switch {
		case taskDone(file.Facts, r.task): // all that it is about counts as paid back
			continue
		case r.Approved == nil && r.task != todo.task:
			return todo, &ConflictError{fmt.Sprintf("a refund of %s of receipt %s is proposed, and by now %s was paid too much; right would be to decline that first", r.Amount, r.Receipt, account.Surplus)}
		}
		todo.proposed, todo.left = append(todo.proposed, r), todo.left-r.Amount
	}
	if todo.left < 0 && slices.ContainsFunc(todo.proposed, undecided) {
		return todo, &ConflictError{fmt.Sprintf("%s more than was paid too much on claim %s is proposed or approved to go back; right would be to decline what nobody approved", -todo.left, ref.ClaimID)}
	}
	return todo, nil
}

func taskDone(f claim.Facts, key string) bool {
	return slices.ContainsFunc(f.Tasks, func(t claim.Task) bool { return t.Key == key && !t.Open && !t.Dropped })
}

// liveRefunds are the refunds of a claim that were not declined; one that goes to another account in place of one before is that one. What left of a surplus that was there no more after it, and
// counts in a task that was done since, is not among them, also when it came back: that task says how much was paid back until then. What did not leave ended when its surplus was there no more.
func liveRefunds(ctx context.Context, tx pgx.Tx, ref Ref) ([]Refund, error) {
	rows, err := tx.Query(ctx, refundColumns+`WHERE claim_id = $1 AND approved IS DISTINCT FROM false AND replaces IS NULL AND NOT EXISTS (
			SELECT FROM case_event gone JOIN case_event done ON done.claim_id = gone.claim_id AND done.seq > gone.seq AND done.kind = 'task-done'
			JOIN task t ON t.claim_id = done.claim_id AND t.key = done.detail ->> 'task' AND t.done_on IS NOT NULL AND NOT starts_with(t.detail, 'dropped: ')
			WHERE gone.client_id = $2 AND gone.claim_id = $1 AND gone.kind = 'task-dropped' AND gone.detail ->> 'task' = refund.task AND gone.at >= refund.proposed_at AND starts_with(t.key, $3))
		ORDER BY proposed_at, key`, ref.ClaimID, ref.ClientID, trajectory.RepaySurplus)
	if err != nil {
		return nil, fmt.Errorf("read the refunds of claim %s: %w", ref.ClaimID, err)
	}
	return pgx.CollectRows(rows, scanRefund)
}

// givable are the receipts of a claim as they could go back, the newest first, with what of each is not proposed or approved to go back yet. One that the bank took back gives nothing.
func givable(ctx context.Context, tx pgx.Tx, ref Ref, task string) ([]Refund, error) {
	rows, err := tx.Query(ctx, `SELECT r.key, r.iban, r.payer, r.amount - COALESCE((SELECT sum(f.amount) FROM refund f WHERE f.receipt = r.key AND f.approved IS DISTINCT FROM false AND f.replaces IS NULL), 0)::bigint
		FROM receipt r WHERE r.claim_id = $2 AND NOT r.divided AND NOT EXISTS (SELECT FROM refund f WHERE f.receipt = r.key AND f.task = $3 AND f.approved IS DISTINCT FROM false)
			AND NOT EXISTS (SELECT FROM settlement_reversal v WHERE v.client_id = $1 AND v.claim_id = $2 AND v.key = COALESCE(r.settled_as, r.key) AND v.replaced_by IS NULL)
		ORDER BY COALESCE(r.corrected_on, r.value_on) DESC, r.key DESC`, ref.ClientID, ref.ClaimID, task)
	if err != nil {
		return nil, fmt.Errorf("read the receipts of claim %s: %w", ref.ClaimID, err)
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Refund, err error) {
		err = row.Scan(&r.Receipt, &r.IBAN, &r.Name, &r.Amount)
		return r, err
	})
}

// endRepayment ends the task of a surplus when this approved refund makes all of it approved.
func endRepayment(ctx context.Context, tx pgx.Tx, ref Ref, r Refund, by Actor) error {
	if err := lockClaim(ctx, tx, ref); err != nil {
		return err
	}
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	live, err := liveRefunds(ctx, tx, ref)
	if err != nil {
		return err
	}
	surplus, err := money.Parse(strings.TrimPrefix(r.task, trajectory.RepaySurplus))
	if err != nil {
		return fmt.Errorf("read task %s of claim %s: %w", r.task, ref.ClaimID, err)
	}
	_, left := trajectory.ToRepay(file.Facts.Tasks, surplus)
	for _, other := range live {
		if other.Approved != nil && !taskDone(file.Facts, other.task) {
			left -= other.Amount
		}
	}
	if left > 0 {
		return nil
	}
	e := by.event("refund:"+r.Key, "task-done", by.today(), map[string]any{"task": r.task, "result": "the refund is approved"})
	return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error { return doneTask(ctx, tx, ref, r.task, by) })
}
