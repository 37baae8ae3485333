package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// banker is the bank of the story. What moves on the trust account is in its statements, in camt.053 and MT940 by turns, which are imported as a real bank's are.
type banker struct {
	dir        string // of the statements
	account    string
	accounts   bank.Accounts
	store      *postgres.Store
	temporal   client.Client
	statements *activities.Statements
	mu         sync.Mutex // statements of one account come one after the other
	failed     error      // of the statement that could not be finished: none is written after it
	goesOn     bool       // whether the workflow of the statement at which the demo was cut off has ended
}

// settle finishes the statement at which the demo was cut off, before anything goes on: while a receipt waits, letters wait that it could be for, and the next
// statement opens where this one ends. Those before it were finished, one after the other.
func (b *banker) settle(ctx context.Context) error {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return err
	}
	names, err := b.written("")
	if err != nil || len(names) == 0 {
		return err
	}
	_, err = b.matches(ctx, names[len(names)-1])
	return err
}

// matches imports a statement and finds the claims of its receipts at once. Its workflow does it too, when the worker comes to it: the clocks of claims run on meanwhile,
// and letters wait for a receipt that waits.
func (b *banker) matches(ctx context.Context, name string) ([]postgres.Imported, error) {
	done, at, err := b.imports(ctx, name)
	for _, s := range done {
		in := activities.MatchReceipts{Statement: s.Key, AsOf: at}
		if err == nil {
			err = b.statements.TakeBack(ctx, in)
		}
		if err == nil {
			_, err = b.statements.Match(ctx, in)
		}
	}
	return done, err
}

// written are the statements whose name ends in a key, in the order in which they were written.
func (b *banker) written(key string) ([]string, error) {
	return filepath.Glob(filepath.Join(b.dir, "*"+key+".[xs][mt][la]"))
}

// receive is a payment of a debtor: its statement is written and imported, and its claim looked for. Told again, the statement of before is.
func (b *banker) receive(ctx context.Context, r postgres.Receipt, _ postgres.Actor) error {
	return b.tell(ctx, r.Key, devstack.FakeBankEntry{On: r.On, Amount: r.Amount, Name: r.Payer, IBAN: devstack.FakeIBAN(r.Payer), Text: r.Remittance})
}

// tell writes a statement of some entries under a key, unless there is one, and imports it.
func (b *banker) tell(ctx context.Context, key string, entries ...devstack.FakeBankEntry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed == nil && !b.goesOn {
		b.failed, b.goesOn = b.finish(ctx), true
	}
	if b.failed == nil {
		b.failed = b.next(ctx, key, entries)
	}
	return b.failed
}

// finish waits for the workflow of the last statement that was written: one that matches later takes receipts of the next for those of its own day.
func (b *banker) finish(ctx context.Context) error {
	names, err := b.written("")
	if err != nil || len(names) == 0 {
		return err
	}
	return b.bring(ctx, names[len(names)-1])
}

func (b *banker) next(ctx context.Context, key string, entries []devstack.FakeBankEntry) error {
	names, err := b.written("-" + key)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		name, err := b.write(ctx, key, entries)
		if err != nil {
			return err
		}
		names = []string{name}
	}
	return b.bring(ctx, names[0])
}

// write writes a statement, under another name first: one that was cut off is none.
func (b *banker) write(ctx context.Context, key string, entries []devstack.FakeBankEntry) (string, error) {
	before, err := b.written("")
	if err != nil {
		return "", err
	}
	opening, err := b.balance(ctx)
	if err != nil {
		return "", err
	}
	s := devstack.FakeBankStatement{Account: b.account, Number: len(before) + 1, Opening: opening, Entries: entries}
	for i := range s.Entries {
		s.Entries[i].Reference = fmt.Sprintf("%sE%d", strings.ReplaceAll(key, "-", ""), i+1)
	}
	file, ext := s.Camt053(), ".xml"
	if s.Number%2 == 0 {
		file, ext = s.MT940(), ".sta"
	}
	name := filepath.Join(b.dir, fmt.Sprintf("%05d-%s-%s%s", s.Number, entries[len(entries)-1].On, key, ext))
	if err := os.WriteFile(name+".new", file, 0o600); err != nil {
		return "", err
	}
	return name, os.Rename(name+".new", name)
}

// balance is where the account stands after the statements that were imported.
func (b *banker) balance(ctx context.Context) (money.Amount, error) {
	list, err := b.store.TrialBalance(ctx, calendar.Date{})
	for _, x := range list {
		if x.Account == ledger.TrustBank {
			return x.Balance, err
		}
	}
	return 0, err
}

// bring imports a statement and waits until its workflow has done what it asks.
func (b *banker) bring(ctx context.Context, name string) error {
	done, err := b.matches(ctx, name)
	if err != nil {
		return err
	}
	for _, s := range done {
		if err := b.followed(ctx, workflows.StatementID(s.Key)); err != nil {
			return fmt.Errorf("statement %s: %w", name, err)
		}
	}
	return nil
}

// imports imports a statement, in the evening of its day.
func (b *banker) imports(ctx context.Context, name string) (done []postgres.Imported, at time.Time, err error) {
	on, err := calendar.ParseDate(filepath.Base(name)[len("00001-"):][:len(time.DateOnly)])
	if err != nil {
		return nil, at, err
	}
	at = on.At(eventHour, 0)
	done, err = b.store.ImportStatements(ctx, bankFile(name, b.accounts), postgres.Actor{Name: storyTeller, At: at})
	for _, s := range done {
		if s.State == postgres.StatementHeld {
			return nil, at, fmt.Errorf("statement %s is held: %s", name, s.HeldFor)
		}
	}
	return done, at, err
}

// followed waits until the workflow of a statement, which the relay starts, has ended.
func (b *banker) followed(ctx context.Context, id string) error {
	var notYet *serviceerror.NotFound
	return poll(ctx, func() (bool, error) {
		err := b.temporal.GetWorkflow(ctx, id, "").Get(ctx, nil)
		if devstack.Passing(ctx, err) || errors.As(err, &notYet) {
			return false, nil
		}
		return true, err
	})
}
