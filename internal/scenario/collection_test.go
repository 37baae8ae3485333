package scenario_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/scenario"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// inBooks is what the books have otherwise than the facts of all lives so far, long after. The law is all that they need: a life may have had a trajectory of
// its own.
func inBooks(t testing.TB, store *postgres.Store, tables law.Tables) []postgres.Discrepancy {
	t.Helper()
	v, err := store.VerifyBooks(t.Context(), calendar.MustParseDate("2060-01-01"), func(claim.Facts) (trajectory.Rules, error) { return trajectory.Rules{Tables: tables}, nil })
	if err != nil {
		t.Fatal(err)
	}
	return v.Differences
}

// Every scenario of the collection comes out as it expects, tells in its first line what it shows, and of each day afterwards what was decided on it; and its
// books say what its facts do. A few hosts live them in turn.
func TestCollection(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	todo := make(chan string, len(files))
	for _, file := range files {
		todo <- filepath.Base(file)
	}
	close(todo)
	var hosts sync.WaitGroup
	for range 3 {
		var store *postgres.Store
		host := newHost(t, func(s *postgres.Store) { store = s })
		hosts.Go(func() {
			for name := range todo {
				s := read(t, name)
				if !strings.Contains(s.Story, ".") || len(s.Expect) == 0 {
					t.Errorf("%s: needs a first line that tells its story, and an expect block", name)
				}
				life, forgotten, err := host.RunKnowing(t.Context(), s)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				if len(forgotten) > 0 {
					t.Errorf("%s: afterwards it is not known any more what was decided\n%s", name, strings.Join(forgotten, "\n"))
				}
				for _, e := range life.Timeline { // the parts of what a letter asks come to its total
					letter := (e.Kind == scenario.KindLetter || e.Kind == scenario.KindInterruption) && !strings.HasPrefix(e.Step, "sample:")
					if letter && e.Principal+e.Interest+e.Costs != e.Total {
						t.Errorf("%s: %s of %s: %s is not %s + %s + %s", name, e.Step, e.At, e.Total, e.Principal, e.Interest, e.Costs)
					}
				}
				for _, wrong := range inBooks(t, store, host.Rules.Tables()) {
					t.Errorf("%s: %s", name, wrong)
				}
				if differences := s.Differences(life); len(differences) > 0 {
					t.Errorf("%s:\n%s", name, strings.Join(differences, "\n"))
				}
			}
		})
	}
	hosts.Wait()
	t.Logf("%d lives in %s", len(files), time.Since(began).Round(time.Millisecond))
}
