package activities_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var confirmation = trajectory.Action{Kind: trajectory.ActLetter, Step: "complaint:c1", Letter: trajectory.ComplaintConfirmation, Cycle: 1, Channel: "email", Stage: trajectory.StageSummons}

// complaining is a case file with a complaint of Friday 20 November.
func complaining(t *testing.T, story, language string) postgres.CaseFile {
	t.Helper()
	f := file(t, story, "premium", "nl")
	f.Debtor.Language = language
	f.Facts.Complaints = []claim.Complaint{claim.NewComplaint("c1", day("2026-11-20"))}
	return f
}

// Receipt is confirmed on paid, held and stopped claims too, without asking anything.
func TestTheConfirmationOfAComplaint(t *testing.T) {
	t.Parallel()
	w := writer(t)
	w.AnswerDays = 10
	for _, story := range []string{"1000.00", "1000.00; 2026-11-23 hold", "1000.00; 2026-11-20 paid-to-client 1200.00", "1000.00; 2026-11-20 flagged bankrupt"} {
		for language, want := range map[string][2]string{
			"nl": {"Op 20 november 2026 hebben wij uw klacht ontvangen", "dus uiterlijk op 8 december 2026"},
			"en": {"On 20 November 2026 we received your complaint", "so no later than 8 December 2026"},
		} {
			draft, err := w.Write(complaining(t, story, language), confirmation, advised.At(10, 0))
			if err != nil {
				t.Fatalf("%s: %v", story, err)
			}
			text := strings.Join(strings.Fields(draft.Body), " ")
			if !strings.Contains(text, want[0]) || !strings.Contains(text, want[1]) || strings.Contains(text, "€") {
				t.Errorf("%s: %s", story, draft.Body)
			}
			if draft.Demanded != 0 || !draft.PayBy.IsZero() || draft.Sender != "Incassocenter" || draft.Recipient != "d@proefbedrijf.example" || len(draft.Certificate) == 0 {
				t.Errorf("%s: %+v", story, draft)
			}
		}
	}
	w.DisputesScheme = "Geschillencommissie Voorbeeld"
	if draft, err := w.Write(complaining(t, "1000.00", "nl"), confirmation, advised.At(10, 0)); err != nil || !strings.Contains(draft.Body, "naar: Geschillencommissie Voorbeeld") {
		t.Errorf("%v\n%s", err, draft.Body)
	}
	w.RegisteredUntil = advised.AddDays(-1)
	var unlawful *postgres.UnlawfulError
	if _, err := w.Write(complaining(t, "1000.00", "nl"), confirmation, advised.At(10, 0)); !errors.As(err, &unlawful) || len(unlawful.Rules) != 1 {
		t.Errorf("after the registration: %v", err)
	}
	if _, err := w.Write(file(t, "1000.00", "premium", "nl"), confirmation, advised.At(10, 0)); err == nil || err.Error() != "there is no complaint of step complaint:c1" {
		t.Errorf("no complaint: %v", err)
	}
}

// A confirmation demands nothing: the claim is time-barred on the same day as without it, and the advice to the client does not list it.
func TestAConfirmationIsNoDemand(t *testing.T) {
	t.Parallel()
	w := writer(t)
	plain, complained := file(t, "1000.00", "premium", "nl"), complaining(t, "1000.00", "nl")
	complained.Facts.Letters = append(complained.Facts.Letters, claim.Letter{Step: confirmation.Step, Kind: confirmation.Letter, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day("2026-11-21"), Received: day("2026-11-21")})
	for _, action := range []trajectory.Action{summons, {Kind: trajectory.ActAdvise, Step: trajectory.AdviceLetter, Letter: trajectory.AdviceLetter, Cycle: 1, Channel: "email"}} {
		want, err := w.Write(plain, action, advised.At(10, 0))
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Write(complained, action, advised.At(10, 0))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.Body+string(want.Certificate), got.Body+string(got.Certificate)); diff != "" {
			t.Errorf("%s: %s", action.Step, diff)
		}
	}
}
