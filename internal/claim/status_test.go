package claim_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// may is every step that the table allows: an open claim ends in one of six ways, and one that is paid, or before the court, can be open again.
func may(from, to claim.Status) bool {
	return from == claim.StatusOpen && to != claim.StatusOpen || (from == claim.StatusPaid || from == claim.StatusCourt) && to == claim.StatusOpen
}

func TestTheStatusTable(t *testing.T) {
	t.Parallel()
	for _, from := range claim.Statuses() {
		if final := from != claim.StatusOpen; from.Final() != final {
			t.Errorf("%s is final: %v", from, from.Final())
		}
		for _, to := range claim.Statuses() {
			got, err := from.To(to)
			if may(from, to) {
				if err != nil || got != to {
					t.Errorf("%s to %s: %s %v", from, to, got, err)
				}
				continue
			}
			var refused *claim.TransitionError
			if !errors.As(err, &refused) || got != from || err.Error() != fmt.Sprintf("a claim that is %s cannot become %s", from, to) {
				t.Errorf("%s to %s: %s %v", from, to, got, err)
			}
		}
	}
	if _, err := claim.StatusOpen.To("gone"); err == nil {
		t.Error("a status that is not in the table is taken")
	}
	if !claim.Status("gone").Final() {
		t.Error("something happens to a claim of a status that is not in the table")
	}
}

func TestTheDiagramOfStates(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	var drawn, want []string
	ofClaims, _, _ := strings.Cut(string(docs), "\n## Before the court")
	for _, arrow := range regexp.MustCompile(`(?m)^    ([a-z]+) --> ([a-z]+)`).FindAllStringSubmatch(ofClaims, -1) {
		drawn = append(drawn, arrow[1]+" to "+arrow[2])
	}
	for _, from := range claim.Statuses() {
		for _, to := range claim.Statuses() {
			if may(from, to) {
				want = append(want, fmt.Sprintf("%s to %s", from, to))
			}
		}
	}
	if !slices.Equal(drawn, want) {
		t.Errorf("docs/states.md draws\n%q\nthe table has\n%q", drawn, want)
	}
}
