package main

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/postgres"
)

// Claims that live one beside the other, and fewer at a time than there are, pay in the order of their days.
func TestClaimsPayInTheOrderOfDays(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return time.Date(2026, 11, n, 21, 0, 0, 0, time.UTC) }
	lives := map[string][]int{"a": {3, 9, 27}, "b": {1, 2, 28}, "c": {}, "d": {5, 5, 10}, "e": {4}} // on which days each pays
	var claims []played
	for id := range lives {
		claims = append(claims, played{ref: postgres.Ref{ClaimID: id}})
	}
	t1 := newTurns(2, claims)
	var mu sync.Mutex
	var paid []int
	group, ctx := errgroup.WithContext(t.Context())
	for id, days := range lives {
		group.Go(func() error {
			return t1.lives(ctx, id, func() error {
				for _, n := range days {
					t1.comes(id, day(n-1).Add(time.Hour)) // a letter
					if err := t1.waits(ctx, id, day(n)); err != nil {
						return err
					}
					mu.Lock()
					paid = append(paid, n)
					mu.Unlock()
				}
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil || !slices.IsSorted(paid) || len(paid) != 10 {
		t.Errorf("paid on %v: %v", paid, err)
	}
}

// A story that is stopped keeps nobody waiting, and one without turns neither.
func TestATurnEndsWithItsStory(t *testing.T) {
	t.Parallel()
	t1 := newTurns(1, []played{{ref: postgres.Ref{ClaimID: "a"}}, {ref: postgres.Ref{ClaimID: "b"}}})
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := t1.lives(ctx, "a", func() error { return t1.waits(ctx, "a", time.Unix(1, 0)) }); err == nil {
		t.Error("b may still pay before")
	}
	var none *turns
	none.comes("a", time.Unix(1, 0))
	none.ends("a")
	if err := none.waits(t.Context(), "a", time.Unix(1, 0)); err != nil {
		t.Error(err)
	}
}
