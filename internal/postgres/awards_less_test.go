package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// What a judgment left out is asked of a person once, anew when it is more, and by nobody once nothing of it is owed.
func TestWhatAJudgmentLeftOutIsAskedByWhatIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.forTheCourt(claim.CourtServed)
	ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtJudgment, On: today, Awarded: claim.Awarded{Principal: eur("40.00")}}, "", at(today), w.lib.Rules))
	settlesOn := func(on calendar.Date, key string, kind claim.SettlementKind, amount string) func() error {
		return func() error {
			return w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: kind, On: on, Amount: eur(amount)}, at(today), w.lib.Rules)
		}
	}
	settles := func(key string, kind claim.SettlementKind, amount string) func() error {
		return settlesOn(today.AddDays(-1), key, kind, amount)
	}
	back := func(key string) func() error {
		return func() error {
			return second(w.ReverseSettlement(t.Context(), ref, key, "wrong claim", at(today), w.lib.Rules))
		}
	}
	asked := func() (keys []string) {
		return slices.DeleteFunc(w.tasksOpen(ref), func(key string) bool { return !strings.HasPrefix(key, postgres.CourtTask) })
	}
	const whole = postgres.CourtTask + ":60.00"
	if got := asked(); len(got) != 1 || got[0] != whole {
		t.Fatalf("%v, want %s", got, whole)
	}
	for _, c := range []struct {
		name, want string
		happens    func() error
	}{
		{"a credit note of before: less", postgres.CourtTask + ":10.00", settles("n", claim.CreditNote, "50.00")},
		{"one of the day of the judgment, which that left out as well: less", postgres.CourtTask + ":5.00", settlesOn(today, "d", claim.CreditNote, "5.00")},
		{"which is taken back", postgres.CourtTask + ":10.00", back("d")},
		{"a part is written off that day: the judgment leaves out as much", postgres.CourtTask + ":10.00", settlesOn(today, "w", claim.WriteOff, "4.00")},
		{"and taken back", postgres.CourtTask + ":10.00", back("w")},
		{"a person has seen to it", "", func() error {
			return w.CompleteTask(t.Context(), ref, postgres.CourtTask+":10.00", "written off elsewhere", at(today))
		}},
		{"something is paid: nobody is asked again", "", settles("p", claim.PaidToClient, "10.00")},
		{"the credit note is taken back: more", postgres.CourtTask + ":50.32", back("n")},
		{"all is paid", "", settles("q", claim.PaidToClient, "150.00")},
		{"which is taken back", postgres.CourtTask + ":50.32", back("q")},
		{"the judgment is set aside", "", func() error {
			return w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtLost, On: today}, "", at(today), w.lib.Rules)
		}},
	} {
		ok(t, c.happens())
		if got := strings.Join(asked(), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What comes of the procedure after the judgment ends what it left out, and says so; the words name no figure that moves while the task is open.
func TestWhatAJudgmentLeftOutEndsWithTheProcedure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		since claim.CourtStage
		want  string
	}{
		{claim.CourtSettled, fmt.Sprintf("dropped: the parties settled on %s, after the judgment", today.AddDays(1))},
		{claim.CourtLost, fmt.Sprintf("dropped: the judgment was set aside on %s", today.AddDays(1))},
	} {
		w := newWorld(t)
		ref := w.forTheCourt(claim.CourtServed)
		ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtJudgment, On: today, Awarded: claim.Awarded{Principal: eur("40.00")}}, "", at(today), w.lib.Rules))
		words := func() string {
			return query[string](w, `SELECT detail FROM task WHERE claim_id = '`+ref.ClaimID+`' AND key = 'judgment-awards-less:60.00'`)
		}
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "w", Kind: claim.WriteOff, On: today.AddDays(1), Amount: eur("12.34")}, at(today.AddDays(1)), w.lib.Rules))
		if got, want := words(), "the judgment awards 60.00 less principal and collection costs than was owed on its day: write off what of that is still owed (claim show, claim pay --kind write-off)"; got != want {
			t.Errorf("open: %q, want %q", got, want)
		}
		ok(t, w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: c.since, On: today.AddDays(1)}, "", at(today.AddDays(1)), w.lib.Rules))
		if got := words(); got != c.want {
			t.Errorf("%s: %q, want %q", c.since, got, c.want)
		}
	}
}

// What the parties let go when they settled is asked of a person while something is owed: nobody asks it of the debtor any more.
func TestWhatTheSettlementLetsGoIsAskedUntilNothingIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.forTheCourt(claim.CourtServed)
	asked := func() string {
		return strings.Join(slices.DeleteFunc(w.tasksOpen(ref), func(key string) bool { return !strings.HasPrefix(key, postgres.SettledTask) }), " ")
	}
	settles := func(key string, kind claim.SettlementKind, on calendar.Date, amount string) func() error {
		return func() error {
			return w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: kind, On: on, Amount: eur(amount)}, at(today.AddDays(1)), w.lib.Rules)
		}
	}
	back := func(key string) func() error {
		return func() error {
			return second(w.ReverseSettlement(t.Context(), ref, key, "storno", at(today.AddDays(1)), w.lib.Rules))
		}
	}
	if got := asked(); got != "" {
		t.Fatalf("before: %s", got)
	}
	since := today.AddDays(1)
	for _, c := range []struct {
		name, want string
		happens    func() error
	}{
		{"the parties settle", ":100.33", func() error {
			return w.RecordCourtStep(t.Context(), ref, claim.CourtStep{Stage: claim.CourtSettled, On: today}, "", at(today), w.lib.Rules)
		}},
		{"on that day a part is written off: it is what they let go", ":100.33", settles("d", claim.WriteOff, today, "30.00")},
		{"and taken back", ":100.33", back("d")},
		{"a part is paid", ":100.33", settles("p", claim.PaidToClient, since, "60.00")},
		{"the rest is written off", "", settles("w", claim.WriteOff, since, "45.00")},
		{"the payment is taken back", ":100.33", back("p")},
		{"and made good", "", settles("q", claim.PaidToClient, since, "60.00")},
		{"it is taken back too, and a person has seen to it", "", func() error {
			if err := back("q")(); err != nil {
				return err
			}
			return w.CompleteTask(t.Context(), ref, postgres.SettledTask+":100.33", "they agreed on it", at(since))
		}},
		{"something is credited of before: less was owed", "", settles("n", claim.CreditNote, today.AddDays(-1), "10.00")},
		{"which is taken back: as much as the person saw to", "", back("n")},
	} {
		ok(t, c.happens())
		want := c.want
		if want != "" {
			want = postgres.SettledTask + want
		}
		if got := asked(); got != want {
			t.Errorf("%s: %q, want %q", c.name, got, want)
		}
	}
}
