package main

import (
	"context"
	"time"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// measureChange compares and changes the trajectory of running claims in a database of its own, so that nobody does their steps meanwhile.
func (b *bench) measureChange(ctx context.Context) error {
	const name = "change"
	store, err := b.ownStore(ctx, name)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := handOver(ctx, store.Store, madeUpClaims(name, b.of(10_000), 1)); err != nil {
		return err
	}
	claims := 0
	var compared, changed time.Duration
	for _, pin := range []string{"consumer@1", "business@1"} {
		c, err := nextVersion(store.Store, pin)
		if err != nil {
			return err
		}
		began := time.Now()
		if _, err := c.diff(ctx, progressLine(b.log, "claims compared")); err != nil {
			return err
		}
		compared += time.Since(began)
		var done migration
		began = time.Now()
		if err := (applied{all: true, batch: 200, reason: name}).each(ctx, c, progressLine(b.log, "claims changed"), &done); err != nil {
			return err
		}
		changed += time.Since(began)
		claims += done.Changed
	}
	b.figure("change_claims", float64(claims), "claims")
	b.figure("change_comparison_rate", float64(claims)/compared.Seconds(), "claims/s")
	b.figure("change_rate", float64(claims)/changed.Seconds(), "claims/s")
	return nil
}

// nextVersion is a change to the next version of a trajectory, in which the first letter gives two days more.
func nextVersion(store *postgres.Store, pin string) (changing, error) {
	shelf, err := library(config.Law{})
	if err != nil {
		return changing{}, err
	}
	from, err := pinned(shelf, "OLD", pin)
	if err != nil {
		return changing{}, err
	}
	c := changing{store: store, from: from, to: from, delivery: activities.Delivery{PostDays: 2}, by: func() postgres.Actor { return postgres.Actor{Name: "bench", At: handedOverOn().At(12, 0)} }}
	c.to.Policy.Version++
	c.to.Policy.Steps = append([]trajectory.Step(nil), from.Policy.Steps...)
	c.to.Policy.Steps[1].Days += 2
	return c, nil
}
