package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// changing is two trajectories and the running claims of the first.
type changing struct {
	store    *postgres.Store
	from, to trajectory.Rules
	delivery activities.Delivery
	by       func() postgres.Actor // who, and when: a change of many claims goes on past an evening or midnight
}

// page is how many claims are found at a time.
const page = 500

// withChange runs a command about claims that change from one trajectory to another: the pins of both, or, when files may, the file of the other. What does not
// fit for any claim is refused.
func withChange(cmd *cobra.Command, from, to string, files bool, work func(changing) error) error {
	cfg, err := loadConfig(cmd)
	if err != nil {
		return err
	}
	shelf, err := agreedLibrary(cfg)
	if err != nil {
		return err
	}
	c := changing{by: operator, delivery: activities.Delivery{PostDays: cfg.Policy.PostDeliveryDays, MailDays: cfg.Policy.MailDeliveryDays}}
	if c.from, err = pinned(shelf, "OLD", from); err != nil {
		return err
	}
	if files && !strings.Contains(to, "@") {
		c.to.Tables = shelf.Tables()
		c.to.Policy, err = readPolicy(to, nil)
	} else {
		c.to, err = pinned(shelf, "NEW", to)
	}
	if err != nil {
		return err
	}
	if err := trajectory.Fits(c.from.Policy, c.to.Policy); err != nil {
		return refused("%w", err)
	}
	with := withBooks
	if files { // it looks what a change would do
		with = withStore
	}
	return with(cmd, func(store *postgres.Store) error {
		c.store = store
		return work(c)
	})
}

// pinned finds a trajectory by its pin.
func pinned(shelf *trajectory.Library, argument, pin string) (trajectory.Rules, error) {
	p, ok := shelf.Policy(pin)
	if !ok {
		return trajectory.Rules{}, refused("%s: there is no trajectory %q; right would be one of %s, or another whose file is in policy.trajectories_dir", argument, pin, strings.Join(shelf.Pins(), ", "))
	}
	return trajectory.Rules{Policy: p, Tables: shelf.Tables()}, nil
}

// known refuses a change to what no worker knows: its claims would stop.
func (c changing) known(ctx context.Context) error {
	workers, err := c.store.KnownTrajectories(ctx)
	if err != nil {
		return err
	}
	if err := c.to.Policy.KnownTo(workers); err != nil {
		return refused("%w", err)
	}
	return nil
}

// registerTrajectories tells the database what a worker that starts knows, and refuses one that was changed under the pin of claims.
func registerTrajectories(ctx context.Context, store *postgres.Store, shelf *trajectory.Library) error {
	contents := map[string]string{}
	for pin, p := range shelf.Policies() {
		contents[pin] = p.Fingerprint()
	}
	err := store.RegisterTrajectories(ctx, contents)
	var other *postgres.OtherContentError
	if !errors.As(err, &other) {
		return err
	}
	problems := make([]string, len(other.Pins))
	for i, pin := range other.Pins {
		p, _ := shelf.Policy(pin)
		problems[i] = fmt.Sprintf("%s: version: workers ran with another content of %s before; right would be the file as it was, and a higher version for this one", p.File, pin)
	}
	return errors.New(strings.Join(problems, "\n"))
}

// running counts the running claims of the first trajectory.
func (c changing) running(ctx context.Context) (int, error) {
	all, err := c.store.RunningTrajectories(ctx)
	return all[c.from.Policy.Pin()], err
}

// walk gives the running claims of the first trajectory, so many at a time, until there are no more.
func (c changing) walk(ctx context.Context, most int, do func([]postgres.Ref) error) error {
	for after := ""; ; {
		refs, err := c.store.ClaimsOfTrajectory(ctx, c.from.Policy.Pin(), after, most)
		if err != nil || len(refs) == 0 {
			return err
		}
		if err := do(refs); err != nil {
			return err
		}
		after = refs[len(refs)-1].ClaimID
	}
}

// change makes the change of one claim. no says why it was not made now.
func (c changing) change(ctx context.Context, ref postgres.Ref, reason string, back bool) (changed bool, no *trajectory.Refusal, err error) {
	change := postgres.TrajectoryChange{From: c.from.Policy.Pin(), To: c.to.Policy.Pin(), Reason: reason, Back: back}
	by := c.by()
	changed, err = c.store.ChangeTrajectory(ctx, ref, change, by, func(f claim.Facts) ([]claim.Done, error) {
		if back { // the way out for a claim that its workers cannot decide: what could not be done is decided anew
			f.Attention = nil
		}
		return trajectory.Carry(f, c.from, c.to, by.At)
	})
	var later *trajectory.NotNowError
	var conflict *postgres.ConflictError
	switch {
	case errors.As(err, &later):
		return false, &later.Refusal, nil
	case errors.As(err, &conflict):
		return false, &trajectory.Refusal{Why: conflict.Problem}, nil
	case err != nil:
		return false, nil, fmt.Errorf("change claim %s: %w", ref.ClaimID, err)
	}
	return changed, nil, nil
}
