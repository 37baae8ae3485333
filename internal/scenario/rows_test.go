package scenario_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shown are the rows of the requirements that a life, or else a test, must show: those of the trajectory, of what can happen on it, and of the money.
var shown = strings.Fields("S1 S5 S6 S7 S8 S9 S10 S11 S12 S13 S14 S15 S17 S18 S19 S20 T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T13 T14 T15")

var (
	rowOfTable = regexp.MustCompile(`(?m)^\| ([ST][0-9]+) \| ([^|]+) \| ([^|]+) \|$`)
	testOfCell = regexp.MustCompile("^`(.+_test\\.go) (Test\\w+)`$")
)

// The table of the documentation has every row that must be shown, with the scenarios that say that they show it and the tests that do, and no scenario names a
// row that is not there.
func TestEveryRowOfTheRequirementsIsShown(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	lives := map[string][]string{}
	for _, file := range files {
		s := read(t, filepath.Base(file))
		if len(s.Shows) == 0 || !strings.HasSuffix(s.Story, " Shows "+strings.Join(s.Shows, ", ")+".") {
			t.Errorf("%s: the story ends with no rows; right would be as in \"... Shows S1, T2.\"", s.Name)
		}
		for _, row := range s.Shows {
			lives[row] = append(lives[row], s.Name)
		}
	}
	text, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, cells := range rowOfTable.FindAllStringSubmatch(string(text), -1) {
		row := cells[1]
		if told[row] {
			t.Errorf("docs/scenarios.md has two rows of %s; right would be one", row)
		}
		told[row] = true
		if want := shownBy(t, lives[row], strings.Split(cells[3], ", ")); want != cells[3] {
			t.Errorf("docs/scenarios.md: right would be\n| %s | %s | %s |", row, cells[2], want)
		}
	}
	for row := range lives {
		if !told[row] {
			t.Errorf("%v show %s, which is no row of the table in docs/scenarios.md", lives[row], row)
		}
	}
	for _, row := range shown {
		if !told[row] {
			t.Errorf("nothing shows %s: docs/scenarios.md has no row of it", row)
		}
	}
}

// shownBy is the cell that has some scenarios, and the tests of a cell, which must be there.
func shownBy(t *testing.T, lives, cell []string) string {
	t.Helper()
	by := slices.Clone(lives)
	for _, one := range cell {
		found := testOfCell.FindStringSubmatch(one)
		if found == nil {
			continue
		}
		source, err := os.ReadFile(filepath.Join("../..", found[1]))
		if err != nil || !strings.Contains(string(source), fmt.Sprintf("\nfunc %s(t *testing.T) {", found[2])) {
			t.Errorf("%s: there is no such test: %v", one, err)
		}
		by = append(by, one)
	}
	return strings.Join(by, ", ")
}
