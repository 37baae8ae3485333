package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// askByHand asks a person to tell the debtor of each letter of a claim that has ended, or is before the court, that was wrong by the facts as they are since a change, and ends what was asked of one that
// was right after all (trajectory.TellByHand): no workflow writes to the debtor any more. The caller holds the claim's lock; asked twice it is once.
func askByHand(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, pinned trajectory.Rules, by Actor) error {
	asked, over, err := trajectory.TellByHand(f, pinned, by.today())
	if err != nil {
		return err
	}
	for _, task := range over {
		if err := dropTask(ctx, tx, ref, task, by); err != nil {
			return err
		}
	}
	for _, task := range asked {
		if err := openTask(ctx, tx, ref, task.Task, task.Todo, by); err != nil {
			return err
		}
	}
	return nil
}

// askAnew asks of a claim that is open again about the stop flags that stand, and ends what a person was asked to tell the debtor while it had ended: the decision sees to that.
func askAnew(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, by Actor) error {
	for _, task := range f.Tasks {
		if !task.Open || !strings.HasPrefix(task.Key, trajectory.CorrectLetter) {
			continue
		}
		dropped := trajectory.Dropped{Task: task.Key, Why: "the claim is open again: a letter tells the debtor, and a person is asked anew where none can"}
		if err := dropTask(ctx, tx, ref, dropped, by); err != nil {
			return err
		}
	}
	for _, stop := range f.StoppedBy(by.today()) {
		if err := openTask(ctx, tx, ref, stop.Task(), stop.Todo, by); err != nil {
			return err
		}
	}
	return nil
}

// Where the event of a task that was done has what was told by that, see trajectory.ToldByHand: of letters, and of what was agreed.
const (
	toldOf       = "corrects"
	toldOfAgreed = "told"
)

// addTold adds to the event of a task that a person did what the debtor is told by that, as is known now; nothing of most tasks. The caller holds the claim's lock.
func addTold(ctx context.Context, tx pgx.Tx, ref Ref, task string, done Event, rules RulesFor) error {
	if !strings.HasPrefix(task, trajectory.CorrectLetter) {
		return nil
	}
	file, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	pinned, err := rules(file.Facts)
	if err != nil {
		return err
	}
	told, err := trajectory.ToldByHand(file.Facts, pinned, task, done.On)
	if err != nil {
		return err
	}
	done.Detail[toldOf] = told.Corrects
	if told.Telling.Of != "" {
		done.Detail[toldOfAgreed] = told.Telling
	}
	return nil
}

// doneTold ends a task that a person did, by the event that says so, adds what was told by that to what was told when it was done before, and does what it means for the money of the claim: what the debtor was told is enough, so that
// more of what was paid may be too much.
func doneTold(ctx context.Context, tx pgx.Tx, ref Ref, task string, done Event, rules RulesFor, by Actor) error {
	_, err := tx.Exec(ctx, `UPDATE task SET done_on = $4, corrects = btrim(corrects || ' ' || $5) WHERE client_id = $1 AND claim_id = $2 AND key = $3 AND done_on IS NULL`, ref.ClientID, ref.ClaimID, task, by.today(), done.words(toldOf))
	if err != nil {
		return fmt.Errorf("end task %s of claim %s: %w", task, ref.ClaimID, err)
	}
	if !strings.HasPrefix(task, trajectory.CorrectLetter) {
		return nil
	}
	after, err := readCaseFile(ctx, tx, ref)
	if err != nil {
		return err
	}
	return followMoney(ctx, tx, ref, after.Facts, happened{done.Key, by.today(), "the debtor was told"}, rules, by)
}
