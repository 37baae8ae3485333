package postgres_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var (
	functionMade = regexp.MustCompile(`(?m)((?:^--.*\n)*)^CREATE (OR REPLACE )?FUNCTION (\w+)\(`)
	asBefore     = regexp.MustCompile(`As before \(migration (\d+)\)`)
)

// saidSince is the last migration that may make a function anew without saying of which migration its body is.
const saidSince = 135

// A migration makes a function anew by a copy of its body. One that was written beside another, and comes after it, would bring the older body back without a word: so it says from which migration the copy is, "As before (migration 120)", and that
// has to be the last one before it that made the function.
func TestAFunctionIsMadeAnewFromItsNewestBody(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("migrations/*.sql") // in their order
	ok(t, err)
	newest, said := map[string]int{}, 0
	for _, file := range files {
		nr, err := strconv.Atoi(filepath.Base(file)[:5])
		ok(t, err)
		text, err := os.ReadFile(file)
		ok(t, err)
		for _, made := range functionMade.FindAllStringSubmatch(string(text), -1) {
			comment, anew, name := made[1], made[2] != "", made[3]
			of := asBefore.FindStringSubmatch(comment)
			switch {
			case of != nil:
				said++
				if of[1] != strconv.Itoa(newest[name]) {
					t.Errorf("migration %d has a copy of function %s of migration %s, and migration %d made it anew since", nr, name, of[1], newest[name])
				}
			case anew && nr > saidSince:
				t.Errorf(`migration %d makes function %s anew: right would be a comment above it that begins with "As before (migration %d)", when its body is a copy of that one`, nr, name, newest[name])
			}
			newest[name] = nr
		}
	}
	if said < 5 {
		t.Errorf("%d functions say of which migration their body is", said)
	}
}
