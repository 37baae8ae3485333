package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// teller makes the story happen, through the same doors that the portal, the bank and the operators use.
type teller struct {
	sink     *devstack.SMTPSink // its journal is the proof of what left; nil: nobody looks
	store    *postgres.Store
	temporal client.Client
	travel   devstack.TimeTravel
	rules    *trajectory.Library
	trust    func(ctx context.Context, r postgres.Receipt, by postgres.Actor) error // books what comes in on the trust account; told twice is once
	turns    *turns                                                                 // in which claims pay
}

// eventHour is when things happen on their day: after the day's letters.
const eventHour = 21

// live takes one claim through its whole life. Told again after an interruption it goes on where it was: every event has its own key.
func (t *teller) live(ctx context.Context, ref postgres.Ref, story storyClaim) error {
	id := workflows.ClaimID(ref.ClaimID)
	if err := t.started(ctx, id); err != nil {
		return err
	}
	for i, event := range story.Events {
		if !slices.ContainsFunc(story.Events[i:], storyEvent.byBank) {
			t.turns.ends(ref.ClaimID)
		}
		if err := t.happen(ctx, ref, event, fmt.Sprintf("%s-%d", story.Claim, i+1)); err != nil {
			return fmt.Errorf("%s, %d days after %s: %w", story.Claim, event.Days, event.After, err)
		}
	}
	t.turns.ends(ref.ClaimID)
	file, err := t.look(ctx, ref)
	if err != nil {
		return err
	}
	if file.Facts.Status.Final() && !file.Facts.CourtAwaited() { // it ends by what was told last: its clock must not run past that
		return t.ended(ctx, id)
	}
	if err := t.travel.MoveToEnd(ctx, id); err != nil {
		return err
	}
	return poll(ctx, func() (bool, error) {
		file, err := t.look(ctx, ref)
		if err == nil {
			err = t.letGo(ctx, ref, file.Facts)
		}
		return file.Facts.Status.Final(), err
	})
}

// happen moves the claim to the moment of an event, makes it happen, and waits until the workflow has heard of it.
func (t *teller) happen(ctx context.Context, ref postgres.Ref, event storyEvent, key string) error {
	left, err := t.letterLeft(ctx, ref, event.After)
	if err != nil {
		return err
	}
	at := left.AddDays(event.Days).At(eventHour, 0)
	if event.byBank() {
		if err := t.turns.waits(ctx, ref.ClaimID, at); err != nil {
			return err
		}
	}
	if _, err := t.travel.MoveTo(ctx, workflows.ClaimID(ref.ClaimID), at); err != nil {
		return err
	}
	told, err := t.told(ctx, ref, at)
	if err == nil && !told {
		err = t.tell(ctx, ref, event, key, at)
	}
	if err != nil {
		return err
	}
	return t.heard(ctx, ref)
}

// letterLeft moves the claim from one due action to the next until the letter of a step has left, and says on which day it did. It asks what comes
// next before it looks: asked after, that could be the step after a letter that has left since, and the claim would be moved past its event.
func (t *teller) letterLeft(ctx context.Context, ref postgres.Ref, step string) (calendar.Date, error) {
	for {
		var state workflows.State
		answer, err := t.temporal.QueryWorkflow(ctx, workflows.ClaimID(ref.ClaimID), "", workflows.QueryState)
		if err == nil {
			err = answer.Get(&state)
		}
		if err != nil && !devstack.Passing(ctx, err) {
			return calendar.Date{}, err
		}
		file, lookErr := t.look(ctx, ref)
		if lookErr != nil {
			return calendar.Date{}, lookErr
		}
		for _, l := range file.Facts.Letters {
			if l.Step == step && l.Left() {
				return l.On, nil
			}
		}
		if file.Facts.Status.Final() {
			return calendar.Date{}, fmt.Errorf("the claim ended (%s) before %s", file.Facts.Status, step)
		}
		if err := t.letGo(ctx, ref, file.Facts); err != nil {
			return calendar.Date{}, err
		}
		if err == nil && !state.Next.Due.IsZero() { // nothing is paid before the letter after which it is; a minute past what is due: the clock stands still only when that has been done
			t.turns.comes(ref.ClaimID, state.Next.Due)
			if _, err := t.travel.MoveTo(ctx, workflows.ClaimID(ref.ClaimID), state.Next.Due.Add(time.Minute)); err != nil {
				return calendar.Date{}, err
			}
		}
		if err := sleep(ctx); err != nil {
			return calendar.Date{}, err
		}
	}
}

// started waits until the relay has started the claim's workflow.
func (t *teller) started(ctx context.Context, id string) error {
	return poll(ctx, func() (bool, error) {
		_, err := t.temporal.DescribeWorkflowExecution(ctx, id, "")
		return err == nil, nil
	})
}

// ended waits until the claim's workflow has ended.
func (t *teller) ended(ctx context.Context, id string) error {
	return poll(ctx, func() (bool, error) {
		d, err := t.temporal.DescribeWorkflowExecution(ctx, id, "")
		return err == nil && d.GetWorkflowExecutionInfo().GetStatus() != enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
	})
}

// heard waits until the claim's workflow has read the newest facts.
func (t *teller) heard(ctx context.Context, ref postgres.Ref) error {
	return poll(ctx, func() (bool, error) { return t.store.Seen(ctx, ref) })
}

func poll(ctx context.Context, done func() (bool, error)) error {
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		if err := sleep(ctx); err != nil {
			return err
		}
	}
}

// sleep waits a moment before something is looked at again.
func sleep(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(20 * time.Millisecond):
		return nil
	}
}

// storyTeller is the actor of the story's events.
const storyTeller = "demo"

// tell makes one event happen.
func (t *teller) tell(ctx context.Context, ref postgres.Ref, e storyEvent, key string, at time.Time) error {
	by := postgres.Actor{Name: storyTeller, At: at}
	switch {
	case e.byBank():
		return t.receive(ctx, ref, e, key, by)
	case e.PayClient != "":
		return t.settle(ctx, ref, claim.PaidToClient, e.PayClient, key, by)
	case e.Credit != "":
		return t.settle(ctx, ref, claim.CreditNote, e.Credit, key, by)
	case e.WriteOff != "":
		return t.settle(ctx, ref, claim.WriteOff, e.WriteOff, key, by)
	case e.Assign:
		return t.assign(ctx, ref, by)
	case e.Dispute != "":
		return t.store.RaiseDispute(ctx, ref, "dispute", e.Dispute, by)
	case e.Judge != "":
		return t.store.JudgeDispute(ctx, ref, "dispute", e.Judge, "the documents were checked", by)
	case e.Hold > 0:
		return t.store.Hold(ctx, ref, key, calendar.DateOf(at).AddDays(e.Hold), "the client asked", by)
	case e.Withdraw:
		return t.withdraw(ctx, ref, by)
	case e.Decide != "":
		return t.update(ctx, ref, workflows.UpdateDecide, workflows.Decide{Choice: claim.Choice(e.Decide), Actor: by.Name})
	case e.Court != "":
		return t.store.RecordCourtStep(ctx, ref, claim.CourtStep{Stage: claim.CourtStage(e.Court), On: calendar.DateOf(at)}, "", by, t.rules.Rules)
	case e.Flag != "":
		return t.store.SetFlag(ctx, ref, e.Flag, calendar.Date{}, by, t.rules.Rules)
	case len(e.Debtor) > 0:
		_, _, err := t.store.CorrectDebtor(ctx, ref, e.Debtor, by, t.rules.Rules)
		return err
	case e.Close != "":
		return t.close(ctx, ref, e.Close, at)
	case e.Remark != "":
		return t.store.Remark(ctx, ref, key, e.Remark, by)
	case e.Complain != "":
		today := calendar.DateOf(at)
		return t.store.RecordComplaint(ctx, ref, postgres.Complaint{Key: key, Text: e.Complain, Received: today, AnswerBy: calendar.AddWorkingDays(today, 10)}, by)
	}
	return fmt.Errorf("an event without anything happening")
}

// close is what two persons say, each for the same reason.
func (t *teller) close(ctx context.Context, ref postgres.Ref, reason string, at time.Time) error {
	for _, name := range demoApprovers {
		if _, err := t.store.SayClose(ctx, ref, reason, postgres.Actor{Name: name, At: at}, t.rules.Rules); err != nil {
			return err
		}
	}
	return nil
}

// receive is a credit on the trust account: with the reference it finds its claim, without it, and from somebody else, it waits.
func (t *teller) receive(ctx context.Context, ref postgres.Ref, e storyEvent, key string, by postgres.Actor) error {
	file, err := t.store.CaseFile(ctx, ref)
	if err != nil {
		return err
	}
	amount, err := t.amount(file.Facts, e.Pay+e.Receipt, calendar.DateOf(by.At))
	if err != nil || amount <= 0 {
		return err
	}
	r := postgres.Receipt{Key: key, Amount: amount, On: calendar.DateOf(by.At), Payer: file.Debtor.Name, Remittance: "betaling " + file.RF}
	if e.Receipt != "" {
		r.Payer, r.Remittance = payerFor(ref), "betaling"
	}
	return t.trust(ctx, r, by)
}

// payerFor is who pays without a reference for the debtor of a claim.
func payerFor(ref postgres.Ref) string { return "Administratiekantoor " + ref.ClaimID[:4] }

// assign allocates the receipt without a reference, as a person who knows the payer does.
func (t *teller) assign(ctx context.Context, ref postgres.Ref, by postgres.Actor) error {
	waiting, err := t.store.UnallocatedReceipts(ctx)
	if err != nil {
		return err
	}
	for _, r := range waiting {
		if r.Payer == payerFor(ref) {
			return t.store.AssignReceipt(ctx, r.Key, ref, by, t.rules.Rules)
		}
	}
	return fmt.Errorf("no receipt of %s waits", payerFor(ref))
}

func (t *teller) settle(ctx context.Context, ref postgres.Ref, kind claim.SettlementKind, text, key string, by postgres.Actor) error {
	file, err := t.store.CaseFile(ctx, ref)
	if err != nil {
		return err
	}
	amount, err := t.amount(file.Facts, text, calendar.DateOf(by.At))
	if err != nil || amount <= 0 {
		return err
	}
	return t.store.RecordSettlement(ctx, ref, claim.Settlement{Key: key, Kind: kind, On: calendar.DateOf(by.At), Amount: amount}, by, t.rules.Rules)
}

// amount reads "demanded", "open" (either with a cent more or less) or a fixed amount.
func (t *teller) amount(f claim.Facts, text string, on calendar.Date) (money.Amount, error) {
	word, extra := text, money.Amount(0)
	if i := strings.IndexAny(text, "+-"); i > 0 {
		cents, err := money.Parse(strings.TrimPrefix(text[i:], "+"))
		if err != nil {
			return 0, err
		}
		word, extra = text[:i], cents
	}
	switch word {
	case "demanded":
		for i := len(f.Letters) - 1; i >= 0; i-- {
			if l := f.Letters[i]; l.Left() && trajectory.Demands(l.Kind) {
				return l.Demanded + extra, nil
			}
		}
		return 0, fmt.Errorf("no letter has asked anything yet")
	case "open":
		rules, err := t.rules.Rules(f)
		if err != nil {
			return 0, err
		}
		account, err := f.AccountOn(rules.Tables, on)
		return account.Open.Total() + extra, err
	}
	return money.Parse(text)
}

// update asks the claim's workflow, as the portal does. A claim that ended already has nothing to answer.
func (t *teller) update(ctx context.Context, ref postgres.Ref, name string, in any) error {
	handle, err := t.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflows.ClaimID(ref.ClaimID), UpdateName: name, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, nil)
	}
	if devstack.Passing(ctx, err) {
		if err := sleep(ctx); err != nil {
			return err
		}
		return t.update(ctx, ref, name, in)
	}
	file, readErr := t.store.CaseFile(ctx, ref)
	if err == nil || readErr != nil {
		return errors.Join(err, readErr)
	}
	f := file.Facts
	var refusal *temporal.ApplicationError
	if f.Status.Final() || errors.As(err, &refusal) && (f.Decision != nil || !f.Withdrawn.IsZero()) {
		return nil // told before an interruption
	}
	return err
}
