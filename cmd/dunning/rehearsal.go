package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/scenario"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// rehearsal is where scenarios are lived: a PostgreSQL of its own and a directory for the post of each life. Both go when it closes, and when it is killed at the next
// start of any.
type rehearsal struct {
	postgres *devstack.Postgres
	release  func() error // of the directory
	config   config.Config
	rules    *trajectory.Library
	plans    agreement.Plans
	labels   []letter.StickerLabel
	copies   atomic.Int64
	spools   atomic.Int64
}

// migrated is the database that is copied for whoever needs a fresh one.
const migrated = "migrated"

func openRehearsal(ctx context.Context, tables law.Tables) (_ *rehearsal, err error) {
	r := &rehearsal{release: func() error { return nil }}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		return nil, err
	}
	r.rules = shelf.Under(tables)
	if r.plans, err = readPlans(""); err != nil {
		return nil, err
	}
	if r.labels, err = shippedLabels(); err != nil {
		return nil, err
	}
	dir, release, err := devstack.ScratchDir(ctx)
	if err != nil {
		return nil, err
	}
	r.release = release
	if r.config, err = config.Development(map[string]string{"spool.dir": filepath.Join(dir, "spool")}); err != nil {
		return nil, err
	}
	quick := map[string]string{"autovacuum": "off", "shared_buffers": "128MB"} // nothing lives long enough to be vacuumed
	if r.postgres, err = devstack.StartPostgres(ctx, devstack.PostgresOptions{Settings: quick}); err != nil {
		return nil, err
	}
	if err = r.postgres.CreateDatabase(ctx, migrated); err != nil {
		return nil, err
	}
	return r, prepare(ctx, r.postgres.URLAs(devstack.OwnerRole, migrated))
}

// prepare makes the database that is copied.
func prepare(ctx context.Context, ownerURL string) error {
	if _, err := postgres.Migrate(ctx, ownerURL); err != nil {
		return err
	}
	for _, name := range scenario.Approvers {
		if err := postgres.AddApprover(ctx, ownerURL, name); err != nil {
			return err
		}
	}
	return nil
}

// close removes everything, also when ctx of the run is over.
func (r *rehearsal) close() error {
	var err error
	if r.postgres != nil {
		err = r.postgres.Stop(context.Background())
	}
	return errors.Join(err, r.release())
}

// host gives lives their place. Each has databases of its own.
func (r *rehearsal) host() *scenario.Host {
	return &scenario.Host{
		Rules: r.rules, Plans: r.plans, Lenient: r.config.Policy.Leniency(), Answers: r.config.Policy.AnswerTerms(), Agency: agencyParty(r.config.Agency), Labels: r.labels, RemindDays: r.config.Agreement.RemindDays,
		Letters: r.letters, Fresh: r.fresh,
	}
}

// letters has a spool for each life: the ids of the letters of one scenario are the same in each of its lives, and the references in them are of the database it lives in, so that
// in one spool the post of a second life would be another letter under the same key.
func (r *rehearsal) letters(store *postgres.Store, rules *trajectory.Library, plans agreement.Plans, mail activities.MailSender) (*activities.Letters, error) {
	of := r.config
	of.Spool.Dir = filepath.Join(r.config.Spool.Dir, strconv.FormatInt(r.spools.Add(1), 10))
	return lettersOver(of, store, rules, plans, mail)
}

func (r *rehearsal) fresh(ctx context.Context) (*postgres.Store, func(), error) {
	name := fmt.Sprintf("life_%d", r.copies.Add(1))
	if err := r.postgres.CopyDatabase(ctx, name, migrated); err != nil {
		return nil, nil, err
	}
	pool, err := pgxpool.New(ctx, r.postgres.URLAs(devstack.AppRole, name))
	if err != nil {
		return nil, nil, fmt.Errorf("connect to the database: %w", err)
	}
	return postgres.NewStore(pool), pool.Close, nil
}
