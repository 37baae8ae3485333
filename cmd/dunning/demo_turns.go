package main

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// turns lets claims live at the same time, each by a clock of its own, and pay in the order of days, so that the statements of the story follow each other as those of a bank do: a claim that is to pay waits until no other can come to
// pay before that. A nil one lets everybody pay at once.
type turns struct {
	slots *semaphore.Weighted // of claims that live; one that waits for its turn has none
	mu    sync.Mutex
	moved chan struct{}        // closed when a claim came further, and then another one
	until map[string]time.Time // before which a claim pays nothing; it pays nothing any more when it is not there
}

func newTurns(atOnce int64, claims []played) *turns {
	t := &turns{slots: semaphore.NewWeighted(atOnce), moved: make(chan struct{}), until: map[string]time.Time{}}
	for _, p := range claims {
		t.until[p.ref.ClaimID] = time.Time{}
	}
	return t
}

// lives runs the life of a claim when there is a slot. After a life that failed none begins: the story is over.
func (t *turns) lives(ctx context.Context, claim string, life func() error) error {
	if err := t.slots.Acquire(ctx, 1); err != nil {
		return err
	}
	err := life()
	if err == nil {
		t.ends(claim)
		t.slots.Release(1)
	}
	return err
}

// comes notes that a claim pays nothing before an instant.
func (t *turns) comes(claim string, at time.Time) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if before, pays := t.until[claim]; pays && at.After(before) {
		t.until[claim] = at
		t.tell()
	}
}

// ends notes that a claim pays nothing any more.
func (t *turns) ends(claim string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.until, claim)
	t.tell()
}

// tell wakes who waits; t is locked.
func (t *turns) tell() {
	close(t.moved)
	t.moved = make(chan struct{})
}

// waits waits until no other claim can come to pay before an instant at which a claim pays. With an error the claim has no slot any more.
func (t *turns) waits(ctx context.Context, claim string, at time.Time) error {
	if t == nil {
		return nil
	}
	t.comes(claim, at)
	t.slots.Release(1)
	for {
		turn, moved := t.turn(at)
		if turn {
			return t.slots.Acquire(ctx, 1)
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// turn says whether no claim pays before an instant; when one may, moved tells when to look again.
func (t *turns) turn(at time.Time) (turn bool, moved <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, until := range t.until {
		if until.Before(at) {
			return false, t.moved
		}
	}
	return true, nil
}
