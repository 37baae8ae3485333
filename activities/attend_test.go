package activities_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// aside notes what is asked of a person about a claim.
type aside struct {
	activities.CaseFiles
	facts claim.Facts
	asked string
}

func (a *aside) Facts(context.Context, postgres.Ref) (claim.Facts, error) { return a.facts, nil }

func (a *aside) RecordAttention(_ context.Context, _ postgres.Ref, attention claim.Attention, _ postgres.Actor) (claim.Facts, error) {
	a.asked = "repair " + attention.Action
	return a.facts, nil
}

func (a *aside) OpenTask(_ context.Context, _ postgres.Ref, key, detail string, _ postgres.Actor) (claim.Facts, error) {
	a.asked = "task " + key + ": " + detail
	a.facts.Tasks = append(slices.Clone(a.facts.Tasks), claim.Task{Key: key, Open: true})
	return a.facts, nil
}

// A claim before the court is not put aside, since nobody could repair it there: a person interrupts limitation by hand when its letter cannot be made.
func TestWhoIsAskedWhenALetterCannotBeMade(t *testing.T) {
	t.Parallel()
	shelf, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status claim.Status
		want   string
	}{
		{claim.StatusOpen, "repair interruption"},
		{claim.StatusCourt, "task interrupt:2031-11-16: the claim is time-barred after 2031-11-16 and no letter can interrupt that (BadData): "},
	} {
		f := file(t, "1000.00", "premium", "nl").Facts
		f.Status = c.status
		f.Decision = &claim.Decision{Choice: claim.ChooseCourt, On: advised}
		files := &aside{facts: f}
		in := activities.Attend{Act: activities.Act{AsOf: calendar.MustParseDate("2031-08-20").At(12, 0)}, Cause: "BadData"}
		in.Action = trajectory.Action{Kind: trajectory.ActLetter, Step: trajectory.InterruptionLetter, Letter: trajectory.InterruptionLetter}
		s, err := (&activities.Claims{Files: files, Rules: shelf}).RecordAttention(t.Context(), in)
		if err != nil || !strings.HasPrefix(files.asked, c.want) || c.status == claim.StatusCourt && s.Next.Letter != "" {
			t.Errorf("%s: asked %q, next %+v, %v", c.status, files.asked, s.Next, err)
		}
	}
}
