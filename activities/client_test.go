package activities_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// asked is a case file with a request for documents of Tuesday 24 November.
func asked(t *testing.T, story, language string) postgres.CaseFile {
	t.Helper()
	f := file(t, story, "premium", language)
	f.Facts.Requests = []claim.Request{{Key: "q1", Kind: claim.RequestDocuments, On: advised, Days: 14, RemindAfter: 7}}
	f.Asked = map[string]string{"q1": "De getekende opdracht."}
	return f
}

func requestLetter(cycle int) trajectory.Action {
	return trajectory.Action{Kind: trajectory.ActLetter, Step: "request:q1", Letter: trajectory.ClientRequest, Cycle: cycle, Channel: "email", Stage: trajectory.StageSummons}
}

func TestWhatTheClientIsAsked(t *testing.T) {
	t.Parallel()
	w := writer(t)
	w.Rules = w.Rules.(*trajectory.Library).Charging(testkit.Scales())
	put := claim.Letter{Step: "request:q1", Kind: trajectory.ClientRequest, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: advised}
	for _, c := range []struct {
		name, story, language string
		cycle                 int
		after                 int // days after 24 November
		want                  []string
		by                    string
	}{
		{"asked", "1000.00", "nl", 1, 0, []string{"De getekende opdracht.", "uiterlijk op 8 december 2026", "€ 181,50, inclusief € 31,50 btw", "Wij gaan intussen door"}, "2026-12-08"},
		{"asked in English", "1000.00", "en", 1, 0, []string{"no later than 8 December 2026", "€181.50, including €31.50 VAT"}, "2026-12-08"},
		{"reminded", "1000.00", "nl", 2, 7, []string{"Op 24 november 2026 hebben wij", "uiterlijk op 8 december 2026"}, "2026-12-08"},
		{"on the last day", "1000.00", "nl", 3, 14, []string{"vandaag nog, 8 december 2026"}, "2026-12-08"},
		{"late, after an outage: until its own day", "1000.00", "nl", 3, 20, []string{"vandaag nog, 14 december 2026"}, "2026-12-14"},
		{"while the claim is on hold", "1000.00; 2026-11-23 hold", "nl", 1, 0, []string{"Wij schrijven Proefbedrijf V.O.F. nu niet aan"}, "2026-12-08"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := asked(t, c.story, c.language)
			if c.cycle > 1 {
				f.Facts.Letters = append(f.Facts.Letters, put)
			}
			draft, err := w.Write(f, requestLetter(c.cycle), advised.AddDays(c.after).At(10, 0))
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join(strings.Fields(draft.Body), " ")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in %s", want, draft.Body)
				}
			}
			if draft.PayBy.String() != c.by || draft.Demanded != 0 || draft.Recipient != "client@voorbeeld.example" || draft.Certificate != nil {
				t.Errorf("until %s, %+v", draft.PayBy, draft.Recipient)
			}
		})
	}
	if _, err := w.Write(file(t, "1000.00", "premium", "nl"), requestLetter(1), advised.At(10, 0)); err == nil || err.Error() != "there is no request of step request:q1" {
		t.Errorf("no request: %v", err)
	}
}

func TestTheClientIsToldOfAnUpheldDispute(t *testing.T) {
	t.Parallel()
	w := writer(t)
	draft, court := money.MustParse("350.00"), money.MustParse("595.00")
	w.Plans = agreement.Plans{"premium": {Products: map[string]*money.Amount{"draft-summons": &draft}, Court: agreement.Court{FixedPrice: true, Price: &court}}}
	action := trajectory.Action{Kind: trajectory.ActLetter, Step: trajectory.DisputeUpheld, Letter: trajectory.DisputeUpheld, Cycle: 1, Channel: "email", Stage: trajectory.StageSummons}
	const story = "1000.00; 2026-11-20 dispute upheld"
	for plan, want := range map[string]string{"premium": "Concept van een dagvaarding € 350,00 Sommatie door de deurwaarder bieden wij niet aan", "basis": "Concept van een dagvaarding bieden wij niet aan"} {
		draft, err := w.Write(file(t, story, plan, "nl"), action, advised.At(10, 0))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(draft.Body), " ")
		if !strings.Contains(text, want) || strings.Contains(text, "595") || !strings.Contains(text, "alleen zonder betwisting") || !strings.Contains(text, "Na 16 november 2031 kan uw vordering verjaard zijn.") || draft.Recipient != "client@voorbeeld.example" || !draft.PayBy.IsZero() {
			t.Errorf("%s: %s", plan, draft.Body)
		}
	}
}
