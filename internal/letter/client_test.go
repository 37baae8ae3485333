package letter_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/letter"
)

type clientStory struct {
	name   string
	letter letter.ClientLetter
}

// clientStories are the letters to the client that have a golden text.
func clientStories() (stories []clientStory) {
	for _, lang := range letter.Languages {
		add := func(name string, l letter.ClientLetter) {
			stories = append(stories, clientStory{name + "." + string(lang), l})
		}
		asked, reminded, last, free := clientRequest(lang), clientRequest(lang), clientRequest(lang), clientRequest(lang)
		upheld, unpriced := disputeUpheld(lang), disputeUpheld(lang)
		reminded.On, reminded.Asked.Reminder, reminded.Asked.Documents, reminded.Asked.Held = day("2026-11-09"), 1, false, true
		reminded.Asked.What = map[letter.Language]string{letter.Dutch: "Hebt u met de debiteur over levering in delen gesproken?", letter.English: "Did you discuss delivery in parts with the debtor?"}[lang]
		last.On, last.Asked.Reminder = last.Asked.AnswerBy, 2
		free.Asked.Free, free.Asked.Price, free.Asked.VAT = true, 0, 0
		unpriced.Prices = nil
		add("client-request", asked)
		add("client-request-reminder", reminded)
		add("client-request-last", last)
		add("client-request-free", free)
		add("dispute-upheld", upheld)
		add("dispute-upheld-unpriced", unpriced)
	}
	return stories
}

func clientRequest(lang letter.Language) letter.ClientLetter {
	what := map[letter.Language]string{letter.Dutch: "Een kopie van de getekende opdracht en van uw algemene voorwaarden.", letter.English: "A copy of the signed order and of your general terms."}
	return letter.ClientLetter{
		Kind: letter.ClientRequest, Language: lang, On: day("2026-11-02"), Agency: agency, Client: client, DebtorName: business.Name, FileReference: "2026-000123", ClientReference: "KL-77",
		Asked: letter.Asked{Documents: true, What: what[lang], On: day("2026-11-02"), AnswerBy: day("2026-11-16"), Price: eur("453.75"), VAT: eur("78.75")},
	}
}

func disputeUpheld(lang letter.Language) letter.ClientLetter {
	return letter.ClientLetter{
		Kind: letter.DisputeUpheld, Language: lang, On: day("2026-11-02"), Agency: agency, Client: client, DebtorName: business.Name, FileReference: "2026-000123", Enforceable: day("2031-09-04"),
		Prices: letter.Prices{letter.LegalWork: eur("165.00"), letter.DraftSummons: eur("350.00"), letter.FixedCourt: eur("595.00")},
	}
}

func TestLettersToTheClientThatMayNotBeSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*letter.ClientLetter)
		want   string
	}{
		{"a summons", func(l *letter.ClientLetter) { l.Kind = letter.Summons }, "is not a letter to the client"},
		{"nothing is asked", func(l *letter.ClientLetter) { l.Asked.What = " " }, "must say what is asked"},
		{"no time to answer", func(l *letter.ClientLetter) { l.Asked.AnswerBy = l.On.AddDays(-1) }, "may not be before the letter's date"},
		{"no word of what it can cost", func(l *letter.ClientLetter) { l.Asked.Price = 0 }, "what no answer can cost"},
		{"free, at a price", func(l *letter.ClientLetter) { l.Asked.Free = true }, "or that it is free"},
		{"a question of two lines", func(l *letter.ClientLetter) { l.Asked.What = "a\nb" }, "control characters"},
		{"no debtor", func(l *letter.ClientLetter) { l.DebtorName = "" }, "the debtor's name"},
		{"upheld, without the end of limitation", func(l *letter.ClientLetter) { l.Kind = letter.DisputeUpheld }, "until when the claim can be enforced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := clientRequest(letter.Dutch)
			c.change(&l)
			if _, err := letter.ComposeClientLetter(l); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}
