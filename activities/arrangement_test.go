package activities_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// arranged is a case file with two instalments of 500.00 and 510.00, due on 2 and 20 November, agreed on 20 October.
func arranged(t *testing.T, story, language string) postgres.CaseFile {
	t.Helper()
	f := file(t, story, "premium", "nl")
	f.Debtor.Language = language
	f.Facts.Arrangements = []claim.Arrangement{{
		Key: "a", On: day("2026-10-20"), Owed: claim.Balance{Principal: money.MustParse("1000.00"), Interest: money.MustParse("10.00")}, GraceDays: 2, ReminderDays: 7,
		Instalments: []claim.Instalment{{Due: day("2026-11-02"), Amount: money.MustParse("500.00")}, {Due: day("2026-11-20"), Amount: money.MustParse("510.00")}},
	}}
	return f
}

func arrangementLetter(step, kind string) trajectory.Action {
	return trajectory.Action{Kind: trajectory.ActLetter, Step: step, Letter: kind, Cycle: 1, Channel: "email", Stage: trajectory.StageSummons, Term: 7}
}

// The confirmation tells what was agreed, whatever was paid since; the reminder asks what is overdue of it, and no more than what is owed.
func TestTheLettersOfAnArrangement(t *testing.T) {
	t.Parallel()
	w := writer(t)
	confirm, remind := arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), arrangementLetter("arrangement:a/1", trajectory.ArrangementReminder)
	for _, c := range []struct {
		name, story, language string
		action                trajectory.Action
		asks                  string
		says                  []string
	}{
		{"agreed", "1000.00", "nl", confirm, "0.00", []string{"U betaalt € 1.010,00 in 2 delen", "Bedrag: € 500,00", "Rente tot en met 20 oktober 2026 € 10,00"}},
		{"agreed, and paid a part since", "1000.00; 2026-10-21 paid-to-client 100.00", "en", confirm, "0.00", []string{"You pay €1,010.00 in 2 parts", "Amount: €500.00"}},
		{"nothing is paid", "1000.00", "nl", remind, "500.00", []string{"Wij vragen u om € 500,00 te betalen, uiterlijk op 30 november 2026", "Deel 1 moest u uiterlijk op 2 november 2026 betalen"}},
		{"a part is paid", "1000.00; 2026-11-01 paid-to-client 480.00", "en", remind, "20.00", []string{"Please pay €20.00 no later than 30 November 2026", "You had to pay part 1 no later than 2 November 2026"}},
	} {
		on := day("2026-11-23")
		if c.action.Letter == confirm.Letter {
			on = day("2026-10-21")
		}
		draft, err := w.Write(arranged(t, c.story, c.language), c.action, on.At(10, 0))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		text := strings.Join(strings.Fields(draft.Body), " ")
		for _, words := range c.says {
			if !strings.Contains(text, words) {
				t.Errorf("%s does not say %q:\n%s", c.name, words, draft.Body)
			}
		}
		payBy := calendar.Date{}
		if c.action.Letter == remind.Letter {
			payBy = day("2026-11-30")
		}
		if draft.Demanded.String() != c.asks || draft.PayBy != payBy || draft.Sender != "Incassocenter" || len(draft.Certificate) == 0 {
			t.Errorf("%s: asks %s by %s from %s", c.name, draft.Demanded, draft.PayBy, draft.Sender)
		}
	}
	byPost := remind
	byPost.Channel = "post"
	week := w.Delivery.Received(day("2026-11-23"), "post").AddDays(7)
	if draft, err := w.Write(arranged(t, "1000.00", "nl"), byPost, day("2026-11-23").At(10, 0)); err != nil || draft.PayBy != week || !week.After(day("2026-11-30")) {
		t.Errorf("by post the week counts from receipt: by %s, not %s: %v", draft.PayBy, week, err)
	}
	for language, words := range map[string]string{
		"nl": "Deel 1 en 2 moest u uiterlijk op 2 november 2026 en 20 november 2026 betalen. Dat hebt u niet of niet helemaal gedaan. Wij vragen u om € 1.010,00",
		"en": "You had to pay parts 1 and 2 no later than 2 November 2026 and 20 November 2026. You have not paid them, or not all of them. Please pay €1,010.00",
	} {
		draft, err := w.Write(arranged(t, "1000.00", language), remind, day("2026-11-25").At(10, 0))
		if text := strings.Join(strings.Fields(draft.Body), " "); err != nil || !strings.Contains(text, words) {
			t.Errorf("of two parts it does not say %q: %v\n%s", words, err, draft.Body)
		}
	}
	ended := arranged(t, "1000.00", "nl")
	ended.Facts.Arrangements[0].Ended = day("2026-11-01")
	if _, err := w.Write(ended, remind, day("2026-11-23").At(10, 0)); err == nil || err.Error() != "no payment arrangement is in force for step arrangement:a/1" {
		t.Errorf("of one that ended: %v", err)
	}
}

// The confirmation tells the costs apart as they were when it was agreed, with the declaration of the creditor exactly when there is VAT in them.
func TestTheCostsInAConfirmation(t *testing.T) {
	t.Parallel()
	w := writer(t)
	const declares, ahead = "verklaart dat zij btw betaalt voor de incasso en die btw niet kan verrekenen", "de incassokosten uit onze brief van 14 oktober 2026, hoogstens "
	for _, c := range []struct {
		name, story, says string
		declared          bool
	}{
		{"in business", "1000.00", "Rente tot en met 20 oktober 2026 € 13,11 Incassokosten (art. 6:96 BW) € 150,00 ---", false},
		{"with VAT and information", "1000.00; x vat; 2026-10-19 information 12.50", "Incassokosten (art. 6:96 BW) € 150,00 Btw over de incassokosten (21%) € 31,50 Informatiekosten (art. 6:96 BW) € 12,50", true},
		{"what information costs since is not in it", "1000.00; 2026-10-21 information 12.50", "Te betalen € 1.163,11", false},
		{"paid in part", "1000.00; x vat; 2026-10-19 paid-to-client 60.50", "Incassokosten (art. 6:96 BW) € 100,00 Btw over de incassokosten (21%) € 21,00", true},
		{"a consumer within the 14 days", "1000.00; x consumer; 2026-10-14 named 150.00 0.00", ahead + "€ 150,00.", false},
		{"and with VAT in what is ahead", "1000.00; x consumer; x vat; 2026-10-14 named 150.00 31.50", ahead + "€ 181,50 inclusief 21% btw.", true},
	} {
		f := file(t, c.story, "premium", "nl")
		agree(t, w, &f)
		draft, err := w.Write(f, arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), day("2026-10-21").At(10, 0))
		if text := strings.Join(strings.Fields(draft.Body), " "); err != nil || !strings.Contains(text, c.says) || strings.Contains(text, declares) != c.declared {
			t.Errorf("%s: %v\nit does not say %q, or declares VAT: %v\n%s", c.name, err, c.says, !c.declared, draft.Body)
		}
	}
	unknown := file(t, "1000.00", "premium", "nl")
	agree(t, w, &unknown)
	unknown.Facts.Arrangements[0].Costs = claim.CostParts{}
	_, err := w.Write(unknown, arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), day("2026-10-21").At(10, 0))
	if want := "arrangement a was agreed before its costs of 150.00 were told apart; right would be to end it (claim arrangement ID end) and agree anew"; err == nil || err.Error() != want {
		t.Errorf("of costs of which nobody knows what they are: %v", err)
	}
	if _, err := w.Write(unknown, arrangementLetter("arrangement:a/1", trajectory.ArrangementReminder), day("2026-11-23").At(10, 0)); err != nil {
		t.Errorf("its reminder, which tells what is owed: %v", err)
	}
}

// agree makes an arrangement of two instalments over what is owed on 20 October.
func agree(t *testing.T, w *activities.LetterWriter, f *postgres.CaseFile) {
	t.Helper()
	rules, err := w.Rules.Rules(f.Facts)
	if err != nil {
		t.Fatal(err)
	}
	account, err := f.Facts.AccountOn(rules.Tables, day("2026-10-20"))
	if err != nil {
		t.Fatal(err)
	}
	a, problem := f.Facts.Arranged("a", claim.Plan{Count: 2, First: day("2026-11-02")}, account, claim.Leniency{ArrangementMonths: 24, ReminderDays: 7})
	if problem != "" {
		t.Fatal(problem)
	}
	f.Facts.Arrangements = []claim.Arrangement{a}
}
