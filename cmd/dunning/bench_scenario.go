package main

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/scenario"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// measureScenario lets the collection live, three times, and tells how many lives a second that is, twenty years of debt monitoring among them. Those with a
// mail server that is down are left out: what they measure is the thousand times that a letter is tried.
func (b *bench) measureScenario(ctx context.Context) (err error) {
	scenarios, err := collection()
	if err != nil {
		return err
	}
	scenarios = slices.DeleteFunc(scenarios, func(s scenario.Scenario) bool {
		return slices.ContainsFunc(s.Events, func(e scenario.Event) bool { return e.Name == "mail-server-down" })
	})
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		return err
	}
	r, err := openRehearsal(ctx, shelf.Tables())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.close()) }()
	const rounds = 3
	began := time.Now()
	for range rounds {
		if _, err := r.play(ctx, scenarios, func(int, int) {}); err != nil {
			return err
		}
	}
	lives := rounds * len(scenarios)
	b.figure("scenario_lives", float64(lives), "lives")
	b.figure("scenario", float64(lives)/time.Since(began).Seconds(), "lives/s")
	return nil
}

// collection is the scenarios that are built in, without those on a trajectory in a file of its own.
func collection() ([]scenario.Scenario, error) {
	names, err := fs.Glob(config.Data, "scenarios/*.yaml")
	if err != nil {
		return nil, err
	}
	var scenarios []scenario.Scenario
	for _, name := range names {
		data, err := fs.ReadFile(config.Data, name)
		if err != nil {
			return nil, err
		}
		missing := false
		open := func(file string) ([]byte, error) {
			data, err := fs.ReadFile(config.Data, path.Join("scenarios", file))
			missing = err != nil
			return data, err
		}
		s, err := scenario.Parse(name, data, open)
		if missing {
			continue
		}
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, s)
	}
	return scenarios, nil
}
