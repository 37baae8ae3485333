package scenario

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/settlement"
)

// storeSources are the places in the store that make an event of a case file, with its kind.
var (
	literalKind  = regexp.MustCompile(`\.event\([^\n]*?, "([a-z-]+)", `)
	constantKind = regexp.MustCompile(`(?m)^\s*(?:const )?event[A-Z]\w+\s*= "([a-z-]+)"`)
	sqlKind      = regexp.MustCompile(`'(handed-over|plan-changed)'`)
	joinedKind   = regexp.MustCompile(`\.event\([^\n]*?, "(dispute|exception|letter|court)-"\+`)
)

// The timeline has a line, or a reason for none, for every kind of event that the store can make.
func TestEveryKindOfEventIsTold(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../postgres/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	joined := map[string]bool{}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "agreement") {
			continue // what happens to an agreement stands in no case file
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, pattern := range []*regexp.Regexp{literalKind, constantKind, sqlKind} {
			for _, match := range pattern.FindAllStringSubmatch(string(text), -1) {
				kinds = append(kinds, match[1])
			}
		}
		for _, match := range joinedKind.FindAllStringSubmatch(string(text), -1) {
			joined[match[1]] = true
		}
	}
	if len(kinds) < 25 || !joined["dispute"] || !joined["exception"] || !joined["letter"] || !joined["court"] {
		t.Fatalf("only %d kinds were found: the store is written in another way now", len(kinds))
	}
	kinds = append(kinds, "dispute-rejected", "dispute-upheld")
	for _, stage := range claim.CourtStages() {
		kinds = append(kinds, "court-"+string(stage))
	}
	for _, x := range settlement.Exceptions()[1:] {
		kinds = append(kinds, "exception-"+x.Kind())
	}
	for _, state := range claim.LetterStates() {
		if state != claim.LetterClaimed && state != claim.LetterSending { // those are no end
			kinds = append(kinds, "letter-"+string(state))
		}
	}
	for _, kind := range claim.SettlementKinds() {
		kinds = append(kinds, string(kind))
	}
	for _, kind := range claim.FlagKinds() {
		kinds = append(kinds, kind, kind+"-cleared")
	}
	for _, kind := range kinds {
		if _, known := told[kind]; !known {
			t.Errorf("the timeline has no line for %q", kind)
		}
	}
	for kind := range told {
		if !slices.Contains(kinds, kind) {
			t.Errorf("the timeline tells %q, which the store never makes", kind)
		}
	}
}
