package letter_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// What a client reads before a collection: all that the scheme asks, and no account in full.
func TestAClientReadsWhatIsCollected(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name       string
		lang       letter.Language
		b2b        bool
		before     string
		want, lack []string
	}{
		{"Dutch, Core", letter.Dutch, false, "", []string{"Op 18 november 2026 schrijven wij € 20,15 af van uw rekening.", "- factuur F2026-00001: € 18,15", "tot 8 weken"}, []string{"zakelijke", "doorgegaan"}},
		{"Dutch, in place of one that was not collected", letter.Dutch, false, "2026-11-03", []string{"over een afschrijving op 3 november 2026. Die is niet doorgegaan.", "Op 18 november 2026 schrijven wij"}, nil},
		{"Dutch, businesses", letter.Dutch, true, "", []string{"zakelijke incasso"}, []string{"8 weken"}},
		{"English, Core", letter.English, false, "2026-11-03", []string{"about a collection on 3 November 2026. It did not take place.", "On 18 November 2026 we will collect", "- invoice F2026-00002: ", "until 8 weeks"}, []string{"between businesses"}},
		{"English, businesses", letter.English, true, "", []string{"between businesses"}, []string{"8 weeks"}},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			before, _ := calendar.ParseDate(story.before)
			subject, text, err := letter.ComposeDebitNotice(letter.DebitNotice{
				Language: story.lang, Client: "Bakkerij Voorbeeld", On: calendar.MustParseDate("2026-11-18"), Before: before, Agency: letter.Party{Name: "Incasso Voorbeeld"}, Email: "post@incasso.example", CreditorID: "NL69ZZZ123456780000",
				Debit: settlement.Debit{Cents: money.MustParse("20.15"), Mandate: settlement.Mandate{UMR: "M-1", B2B: story.b2b, IBAN: "NL20INGB0001234567"},
					Parts: []settlement.DebitPart{{Number: "F2026-00001", Cents: money.MustParse("18.15")}, {Number: "F2026-00002", Cents: money.MustParse("2.00")}}},
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range append(story.want, "M-1", "NL69ZZZ123456780000", "4567", "post@incasso.example", "Bakkerij Voorbeeld") {
				if !strings.Contains(text, want) {
					t.Errorf("lacks %q:\n%s", want, text)
				}
			}
			for _, lack := range append(story.lack, "NL20INGB0001234567") {
				if strings.Contains(text, lack) {
					t.Errorf("has %q:\n%s", lack, text)
				}
			}
			if !strings.Contains(subject, "20") || strings.Contains(subject, "%!") || strings.Contains(text, "%!") {
				t.Errorf("%s\n%s", subject, text)
			}
		})
	}
}
