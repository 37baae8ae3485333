package scenario_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Every scenario of the collection comes out as it expects, tells in its first line what it shows, and of each day afterwards what was decided on it. A few hosts live them in turn.
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
		host := newHost(t)
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
				if differences := s.Differences(life); len(differences) > 0 {
					t.Errorf("%s:\n%s", name, strings.Join(differences, "\n"))
				}
			}
		})
	}
	hosts.Wait()
	t.Logf("%d lives in %s", len(files), time.Since(began).Round(time.Millisecond))
}
