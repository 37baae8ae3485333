package trajectory_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// figures are what is asked of an arrangement on a day: by its confirmation, and once that left by a correction of the same morning, by what is left of the instalments and by claim show.
func figures(t rapid.TB, f claim.Facts, rules trajectory.Rules, on calendar.Date) (confirmed, corrected, left, shown money.Amount) {
	t.Helper()
	c, a := confirms(t, f, rules, on), f.Arrangements[0]
	if confirmed = c.Asks; c.Told.Of == "" {
		confirmed = a.Total()
	}
	f.Letters = append(f.Letters[:len(f.Letters):len(f.Letters)], claim.Letter{
		Step: a.Step(), Kind: trajectory.ArrangementConfirmation, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: on, Received: on, Demanded: c.Asks, Told: c.Told,
	})
	s, err := trajectory.StandingOn(f, rules.Tables, on, 0)
	if err != nil {
		t.Fatal(err)
	}
	last := len(a.Instalments) - 1
	if said := f.SayArrangement(a, on); c.Told.Of != "" && !strings.Contains(said, confirmed.String()+" was left to pay, as the debtor was told") {
		t.Fatalf("%s asked, and claim show says %s", confirmed, said)
	}
	for _, part := range s.Left {
		left += part.Amount
	}
	return confirmed, s.Asks(0), left, f.Short(a, last, on)
}

// One figure a day: a confirmation asks what a correction of the same morning asks, and what the instalments are afterwards. Recomputed by hand: of 1000.00 that was due on 4 September 2026, 1003.50 was agreed on 6 October, the interest of 32 days at 4% (3.51) but a
// cent. A payment of 400.00 of 6 September, told afterwards, pays the interest of 2 days, 0.22, and 399.78 of the principal; 30 days over 600.22 are 1.97, so that 602.19 was owed on 6 October. That is asked, not 603.50.
func TestOneFigureIsAskedOfAnArrangementOnADay(t *testing.T) {
	t.Parallel()
	base := tell("consumer" + reminded + agreed)
	rules, _ := ruled(t, base, "2026-10-07 09:00")
	on := day("2026-10-07")
	byHand := base
	byHand.Settlements = []claim.Settlement{{Key: "late", Kind: claim.PaidToClient, On: day("2026-09-06"), Amount: money.MustParse("400.00"), Known: on}}
	if got, _, _, _ := figures(t, byHand, rules, on); got != money.MustParse("602.19") {
		t.Errorf("%s is asked, by hand it is 602.19", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := base
		f.Settlements = nil
		for i := range rapid.IntRange(0, 3).Draw(t, "settlements") {
			kind := rapid.SampledFrom([]claim.SettlementKind{claim.PaidToClient, claim.PaidToAgency, claim.SetOff, claim.CreditNote}).Draw(t, "kind")
			s := claim.Settlement{Key: string(rune('a' + i)), Kind: kind, On: day("2026-09-05").AddDays(rapid.IntRange(0, 32).Draw(t, "on")), Amount: money.Cents(rapid.Int64Range(1, 30000).Draw(t, "cents")), Known: on}
			f.Settlements = append(f.Settlements, s)
		}
		confirmed, corrected, left, shown := figures(t, f, rules, on)
		if confirmed != corrected || confirmed != left || confirmed != shown {
			t.Fatalf("the confirmation asks %s, a correction %s, the instalments left are %s, and claim show says %s", confirmed, corrected, left, shown)
		}
	})
}

// Of an arrangement of which nothing is left, as is known now, no confirmation can ask anything: a person looks at it.
func TestNothingIsLeftToConfirm(t *testing.T) {
	t.Parallel()
	late := "consumer" + reminded + agreed + "; 2026-09-06 paid 200.00 known 2026-10-06; task correct-letter:reminder open; 2026-10-07 paid "
	for amount, want := range map[string]string{"795.00": "arrangement:a by email on 2026-10-07", "801.00": "task small-balance", "802.85": "task review-arrangement:a"} {
		a, got := next(t, tell(late+amount), "2026-10-07 09:00")
		if got != want {
			t.Errorf("%s paid: %s (%s), want %s", amount, got, a.Reason, want)
		}
	}
}
