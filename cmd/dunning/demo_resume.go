package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/spool"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// finished is the file that says that the story in a directory has been told; the next demo then begins anew.
const finished = "finished"

// prepare clears away a story that was told to its end; one that was cut off goes on.
func (d *demo) prepare() error {
	if err := d.ours(); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(d.dir, finished)); err == nil {
		held, err := devstack.TryLockFile(filepath.Join(d.dir, "lock"))
		if err != nil {
			return fmt.Errorf("%s is in use by another dunning demo: stop that first (%w)", d.dir, err)
		}
		defer func() { _ = held.Unlock() }()
		if err := clearAway(d.dir); err != nil {
			return err
		}
		return d.ours()
	}
	if _, err := os.Stat(filepath.Join(d.dir, "postgres")); err == nil {
		d.say("a story in %s was cut off: it goes on", d.dir)
	}
	return nil
}

// mark says that a directory is a demo's, so that it may be cleared away; nothing else in the world is called that.
const mark = ".dunning-demo"

// ours marks a new or empty directory, and refuses one that somebody else keeps things in: a finished demo begins anew by clearing its directory.
func (d *demo) ours() error {
	for _, sign := range []string{mark, "began"} { // the second of a demo that an earlier version made
		if _, err := os.Stat(filepath.Join(d.dir, sign)); err == nil {
			return nil
		}
	}
	entries, err := os.ReadDir(d.dir)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("look into %s: %w", d.dir, err)
	}
	if len(entries) > 0 {
		return refused("--dir: %s has other files in it; right would be an empty or new directory, or that of an earlier demo", d.dir)
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", d.dir, err)
	}
	return os.WriteFile(filepath.Join(d.dir, mark), nil, 0o600)
}

// clearAway removes a directory, and what says that it may be removed last: half a story must not be taken for one that goes on.
func clearAway(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("clear %s: %w", dir, err)
	}
	for _, e := range entries {
		if e.Name() == finished || e.Name() == mark {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("clear %s: %w", dir, err)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("clear %s: %w", dir, err)
	}
	return nil
}

// firstDay is when the story in this directory began. It is written under another name first: a demo that was killed here has begun or has not.
func (d *demo) firstDay() (time.Time, error) {
	name := filepath.Join(d.dir, "began")
	if data, err := os.ReadFile(name); err == nil {
		return time.Parse(time.RFC3339, string(data))
	}
	now := time.Now().Truncate(time.Second)
	if err := os.WriteFile(name+".new", []byte(now.Format(time.RFC3339)), 0o600); err != nil {
		return now, err
	}
	return now, os.Rename(name+".new", name)
}

// settleCutOff notes, before anything goes on, what became of the letters that were being sent when the demo was cut off. Whoever sent them is
// dead, since this stack is locked by its process, and the carrier's own record is the proof: a letter that is in it left on its day, as its sender
// was about to note, and one that is not never left and is sent anew. Without this each mail would be one of which nobody knows, for an operator.
func (d *demo) settleCutOff(ctx context.Context) error {
	store, closeStore, err := openStore(ctx, d.stack.config)
	if err != nil {
		return err
	}
	defer closeStore()
	clients, err := store.ClientCodes(ctx)
	if err != nil {
		return err
	}
	for _, id := range clients {
		refs, _, err := store.ClaimsOf(ctx, id)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if err := d.settleLetters(ctx, store, ref); err != nil {
				return err
			}
		}
	}
	return d.settleStatements(ctx, store)
}

// settleStatements finishes what the bank had told when the demo was cut off.
func (d *demo) settleStatements(ctx context.Context, store *postgres.Store) error {
	b, err := d.banker(store, nil)
	if err != nil {
		return err
	}
	return b.settle(ctx)
}

func (d *demo) settleLetters(ctx context.Context, store *postgres.Store, ref postgres.Ref) error {
	letters, err := store.LettersOf(ctx, ref)
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.State != claim.LetterSending {
			continue
		}
		by, err := senderOf(ctx, store, ref, l)
		if err != nil {
			return err
		}
		left, err := d.left(l)
		if err != nil {
			return err
		}
		result := postgres.Settled{State: claim.LetterClaimed, Reply: "cut off before the carrier had it"}
		if left {
			p := d.stack.config.Policy
			received := activities.Delivery{PostDays: p.PostDeliveryDays, MailDays: p.MailDeliveryDays}.Received(l.On, l.Channel)
			result = postgres.Settled{State: claim.LetterAccepted, Received: received, Reply: "cut off while sending; the carrier has it"}
		}
		if _, err := store.SettleLetter(ctx, ref, l, result, by); err != nil {
			return err
		}
	}
	return nil
}

// left says whether the carrier has a letter: the mail server in its journal, the post spool in a manifest.
func (d *demo) left(l postgres.Letter) (bool, error) {
	if l.Channel != trajectory.ChannelPost {
		mails, err := d.stack.sink.ByMessageID(l.MessageID)
		return len(mails) > 0, err
	}
	box, err := spool.Open(d.stack.config.Spool.Dir)
	if err != nil {
		return false, err
	}
	return box.Has(l.ID)
}

// senderOf is who was sending a letter, and when: as its last registration says.
func senderOf(ctx context.Context, store *postgres.Store, ref postgres.Ref, l postgres.Letter) (postgres.Actor, error) {
	events, err := store.Timeline(ctx, ref)
	if err != nil {
		return postgres.Actor{}, err
	}
	for _, e := range slices.Backward(events) {
		if strings.HasPrefix(e.Key, "letter:"+l.ID) {
			return postgres.Actor{Name: e.Actor, At: e.At}, nil
		}
	}
	return postgres.Actor{}, fmt.Errorf("letter %s of claim %s was never registered", l.Step, ref.ClaimID)
}

// told says whether an event of the story was told before the demo was cut off: it is in the case file, at its instant. Told again, some events
// would happen again: a payment with what is owed now, a flag that was taken back since.
func (t *teller) told(ctx context.Context, ref postgres.Ref, at time.Time) (bool, error) {
	events, err := t.store.Timeline(ctx, ref)
	return slices.ContainsFunc(events, func(e postgres.Event) bool {
		return e.At.Equal(at) && (e.Actor == storyTeller || e.Kind == string(claim.PaidToAgency)) // what came by the bank is allocated by the product
	}), err
}
