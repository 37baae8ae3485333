package activities_test

import (
	"bytes"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// The client's own letters carry the logo of its case file; those of the agency do not.
func TestOwnLettersCarryTheClientsLogo(t *testing.T) {
	t.Parallel()
	logo, err := config.Data.ReadFile("samples/voorbeeld-energie.png")
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]bool{"reminder": true, "sticker-reminder": true, "summons": false, "final-summons": false} {
		f := file(t, "1000.00", "premium", "nl")
		f.Facts.Letters, f.Brand = []claim.Letter{}, postgres.Brand{Colour: "#0b6b5d", Logo: logo}
		action := trajectory.Action{Kind: trajectory.ActLetter, Step: kind, Letter: kind, Cycle: 1, Channel: "email", Term: 7}
		draft, err := writer(t).Write(f, action, day("2026-11-24").At(10, 0))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if got := bytes.Contains(draft.PDF, []byte("/Subtype /Image")); got != want {
			t.Errorf("%s has a picture: %v, want %v", kind, got, want)
		}
	}
}
