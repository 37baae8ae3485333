package main

import (
	"context"
	"errors"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// look reads the case file, with every letter of which nobody knew whether it left (the program was killed while it was being sent) traced.
func (t *teller) look(ctx context.Context, ref postgres.Ref) (postgres.CaseFile, error) {
	file, err := t.store.CaseFile(ctx, ref)
	unknown := slices.ContainsFunc(file.Facts.Letters, func(l claim.Letter) bool { return l.State == claim.LetterUnknown })
	if err != nil || file.Facts.Status.Final() || t.sink == nil || !unknown {
		return file, err
	}
	by, err := t.operator(ctx, ref)
	if err == nil {
		err = t.trace(ctx, ref, by)
	}
	if err != nil {
		return file, err
	}
	return t.store.CaseFile(ctx, ref)
}

// letGo is what an operator does about a trifle that nothing in the story ends.
func (t *teller) letGo(ctx context.Context, ref postgres.Ref, f claim.Facts) error {
	trifle := slices.ContainsFunc(f.Tasks, func(task claim.Task) bool { return task.Key == trajectory.SmallBalance && task.Open })
	if !trifle || f.Status.Final() {
		return nil
	}
	by, err := t.operator(ctx, ref)
	if err != nil {
		return err
	}
	return t.settle(ctx, ref, claim.WriteOff, "open", "trifle", by)
}

// operator is the one on duty, in the claim's time.
func (t *teller) operator(ctx context.Context, ref postgres.Ref) (postgres.Actor, error) {
	now, err := t.travel.Now(ctx, workflows.ClaimID(ref.ClaimID))
	return postgres.Actor{Name: "operator", At: now}, err
}

// trace looks up letters in state unknown in the mail server's journal.
func (t *teller) trace(ctx context.Context, ref postgres.Ref, by postgres.Actor) error {
	letters, err := t.store.LettersOf(ctx, ref)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.State != claim.LetterUnknown {
			continue
		}
		found, err := t.sink.ByMessageID(l.MessageID)
		if err != nil {
			return err
		}
		if len(found) > 0 {
			err = t.store.ResolveLetter(ctx, ref, l.Step, l.Cycle, true, by)
		} else {
			err = t.store.ReleaseLetter(ctx, ref, l.Step, l.Cycle, by)
		}
		if err := ignoreConflict(err); err != nil {
			return err
		}
	}
	return nil
}

// ignoreConflict lets pass that a letter is not unknown any more, or that it is too late to send it.
func ignoreConflict(err error) error {
	var conflict *postgres.ConflictError
	if errors.As(err, &conflict) {
		return nil
	}
	return err
}

// withdraw confirms the price of now, as a client does who has been shown it.
func (t *teller) withdraw(ctx context.Context, ref postgres.Ref, by postgres.Actor) error {
	file, err := t.store.CaseFile(ctx, ref)
	if err != nil {
		return err
	}
	rules, err := t.rules.Rules(file.Facts)
	if err != nil {
		return err
	}
	price, err := rules.Price(settlement.Withdrawal, file.Facts, calendar.DateOf(by.At))
	if err != nil {
		return err
	}
	return t.update(ctx, ref, workflows.UpdateWithdraw, workflows.Withdraw{Price: price.Total, Actor: by.Name})
}
