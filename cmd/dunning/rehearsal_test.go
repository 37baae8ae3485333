package main

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/scenario"
)

// One scenario gives the same life wherever it lives, also twice at the same place: its post had the same key in both lives and another reference, so that the second was refused.
func TestTheSameScenarioLivesTwice(t *testing.T) {
	t.Parallel()
	tables, err := readLaw("")
	if err != nil {
		t.Fatal(err)
	}
	r, err := openRehearsal(t.Context(), tables)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.close(); err != nil {
			t.Error(err)
		}
	})
	live := func(host *scenario.Host, name string) {
		s, err := readScenario(scenarioFolder + name)
		if err != nil {
			t.Fatal(err)
		}
		life, err := host.Run(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if differences := s.Differences(life); len(differences) > 0 {
			t.Errorf("%s:\n%s", name, strings.Join(differences, "\n"))
		}
	}
	const posted = "court-limitation-is-interrupted-before-the-hand-over.yaml"
	first, second := r.host(), r.host()
	defer first.Close()
	defer second.Close()
	live(first, posted)
	live(second, "consumer-pays-the-reminder.yaml") // takes the first reference
	live(second, posted)
}
