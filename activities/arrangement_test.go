package activities_test

import (
	"cmp"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/activities"
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

// The reminder asks what is overdue, and no more than what is owed.
func TestTheReminderOfAnArrangement(t *testing.T) {
	t.Parallel()
	w := writer(t)
	remind := arrangementLetter("arrangement:a/1", trajectory.ArrangementReminder)
	for _, c := range []struct {
		name, story, language, asks string
		says                        []string
	}{
		{"nothing is paid", "1000.00", "nl", "500.00", []string{"Wij vragen u om € 500,00 te betalen, uiterlijk op 30 november 2026", "Deel 1 moest u uiterlijk op 2 november 2026 betalen"}},
		{"a part is paid", "1000.00; 2026-11-01 paid-to-client 480.00", "en", "20.00", []string{"Please pay €20.00 no later than 30 November 2026", "You had to pay part 1 no later than 2 November 2026"}},
	} {
		draft, err := w.Write(arranged(t, c.story, c.language), remind, day("2026-11-23").At(10, 0))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		text := strings.Join(strings.Fields(draft.Body), " ")
		for _, words := range c.says {
			if !strings.Contains(text, words) {
				t.Errorf("%s does not say %q:\n%s", c.name, words, draft.Body)
			}
		}
		if draft.Demanded.String() != c.asks || draft.PayBy != day("2026-11-30") || draft.Sender != "Incassocenter" || len(draft.Certificate) == 0 {
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

// The confirmation specifies what was agreed as every demand does, by what was known then: what comes to be known later changes nothing of it.
func TestAConfirmationSpecifiesWhatWasAgreed(t *testing.T) {
	t.Parallel()
	w := writer(t)
	const one, commercial = "1000.00", "Wettelijke handelsrente (art. 6:119a BW) Van Tot en met Dagen Over bedrag Per jaar Bedrag "
	const whole = "Factuur Factuurdatum Betalen voor of op Bedrag F1 05-08-2026 04-09-2026 € 1.000,00 " + commercial + "05-09-2026 20-10-2026 46 € 1.000,00 10,4% € 13,11 " +
		"Hoofdsom € 1.000,00 Rente tot en met 20 oktober 2026 € 13,11 Incassokosten over € 1.000,00 (art. 6:96 BW) € 150,00 --- Te betalen € 1.163,11"
	for _, c := range []struct{ name, story, since, agreed, asks, says string }{
		{"each period, rate and base", one, "", "1.163,11", "", whole},
		{"paid the day after", one, "2026-10-21 paid-to-client 100.00", "1.163,11", "1063.11", whole},
		{"paid before, and known since", one, "2026-10-10 paid-to-client 100.00", "1.163,11", "1063.11", whole},
		{"credited since, which was never owed", one, "2026-10-21 credit-note 0.01", "1.163,11", "1163.10", whole},
		{"information costs since", one, "2026-10-20 information 12.50", "1.163,11", "", whole},
		{"bankrupt for a week, known since: the interest of 7 days is not owed", one, "2026-10-01 flagged bankrupt until 2026-10-07", "1.163,11", "1161.11", whole},
		{"paid a part before", "1000.00; 2026-10-10 paid-to-client 500.00", "", "662,14", "", commercial + "05-09-2026 10-10-2026 36 € 1.000,00 10,4% € 10,26 11-10-2026 20-10-2026 10 € 660,26 10,4% € 1,88 " +
			"Hoofdsom € 1.000,00 Rente tot en met 20 oktober 2026 € 12,14 Incassokosten over € 1.000,00 (art. 6:96 BW) € 150,00 Ontvangen op 10 oktober 2026 € -500,00 --- Te betalen € 662,14"},
		{"by a clause", "1000.00; x clause 15", "", "1.163,11", "", "Afgesproken incassokosten over € 1.000,00 (art. 6:96 BW) € 150,00"},
	} {
		f := file(t, c.story, "premium", "nl")
		agree(t, w, &f)
		if c.since != "" {
			happen(t, &f.Facts, strings.Fields(c.since))
		}
		draft, err := w.Write(f, arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), day("2026-10-21").At(10, 0))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		text := strings.Join(strings.Fields(dashes.ReplaceAllString(draft.Body, "---")), " ")
		for _, words := range []string{"U betaalt € " + c.agreed + " in 2 delen", c.says} {
			if !strings.Contains(text, words) {
				t.Errorf("%s does not say %q:\n%s", c.name, words, draft.Body)
			}
		}
		told := claim.Told{}
		if c.asks != "" {
			told = claim.Told{Of: "arrangement:a", Comes: money.MustParse(c.asks) + f.Facts.SettledSince(f.Facts.Arrangements[0], day("2026-10-21"))}
		}
		if draft.Demanded != money.MustParse(cmp.Or(c.asks, "0.00")) || draft.Told != told || !draft.PayBy.IsZero() || len(draft.Certificate) == 0 {
			t.Errorf("%s: asks %s by %s, and tells %+v", c.name, draft.Demanded, draft.PayBy, draft.Told)
		}
		if said := strings.Contains(text, "Na deze afspraak hebben wij nog") || strings.Contains(text, "U hoeft € 2,00 minder te betalen dan wij hebben afgesproken."); said != (c.asks != "") {
			t.Errorf("%s: it says what was settled since: %v\n%s", c.name, said, draft.Body)
		}
	}
}

var dashes = regexp.MustCompile(`-{3,}`)

// What was agreed and cannot be specified to the cent, part by part, does not leave: a person is asked.
func TestAConfirmationThatCannotBeSpecified(t *testing.T) {
	t.Parallel()
	w := writer(t)
	const known = "principal 1000.00 + interest 13.11 + collection costs 150.00"
	for name, c := range map[string]struct {
		change func(*postgres.CaseFile)
		agreed string
		known  string
	}{
		"costs of which nobody knows what they are": {func(f *postgres.CaseFile) { f.Facts.Arrangements[0].Costs = claim.CostParts{} }, "principal 1000.00 + interest 13.11 + costs that were not told apart when it was agreed 150.00", known},
		"a cent of interest that is none": {func(f *postgres.CaseFile) {
			f.Facts.Arrangements[0].Owed.Interest++
			f.Facts.Arrangements[0].Owed.Principal--
		}, "principal 999.99 + interest 13.12 + collection costs 150.00", known},
		"a payment that was known": {func(f *postgres.CaseFile) { happen(t, &f.Agreed, strings.Fields("2026-10-20 paid-to-client 150.00")) }, known, "principal 1000.00 + interest 13.11"},
	} {
		f := file(t, "1000.00", "premium", "nl")
		agree(t, w, &f)
		c.change(&f)
		_, err := w.Write(f, arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), day("2026-10-21").At(10, 0))
		want := "the law does not allow it: what was agreed cannot be specified: arrangement a is " + c.agreed + ", and by what was known then " + c.known +
			" was owed on 2026-10-20; right would be to end it (claim arrangement ID end) and agree anew (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening)"
		var unlawful *postgres.UnlawfulError
		if !errors.As(err, &unlawful) || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", name, err, want)
		}
		if _, err := w.Write(f, arrangementLetter("arrangement:a/1", trajectory.ArrangementReminder), day("2026-11-23").At(10, 0)); err != nil {
			t.Errorf("%s: its reminder, which tells what is owed: %v", name, err)
		}
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
		{"with VAT and information", "1000.00; x vat; 2026-10-19 information 12.50", "Incassokosten over € 1.000,00 (art. 6:96 BW) € 150,00 Btw over de incassokosten (21%) € 31,50 Informatiekosten (art. 6:96 BW) € 12,50", true},
		{"paid in part", "1000.00; x vat; 2026-10-19 paid-to-client 60.50", "Btw over de incassokosten (21%) € 31,50 Ontvangen op 19 oktober 2026 € -60,50", true},
		{"a consumer within the 14 days, who pays a part", "1000.00; x consumer; 2026-10-14 named 150.00 0.00; 2026-10-20 paid-to-client 900.00", ahead + "€ 40,00.", false},
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
}

// During an arrangement a correction has one total: what is left of the instalments, as they were agreed on and as is known now. What came due since is not asked, and its table adds up to it.
func TestACorrectionDuringAnArrangementAsksWhatIsLeft(t *testing.T) {
	t.Parallel()
	w := writer(t)
	f := file(t, "1000.00", "premium", "nl")
	agree(t, w, &f)
	f.Facts.Letters = append(f.Facts.Letters, claim.Letter{Step: "arrangement:a", Kind: trajectory.ArrangementConfirmation, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day("2026-10-21")})
	agreed := f.Facts.Arrangements[0].Total()
	f.Facts.Settlements = []claim.Settlement{
		{Key: "late", Kind: claim.PaidToClient, On: day("2026-10-01"), Amount: money.MustParse("400.00"), Known: day("2026-11-10")},
		{Key: "since", Kind: claim.PaidToAgency, On: day("2026-11-02"), Amount: money.MustParse("100.00"), Known: day("2026-11-02")},
	}
	action := trajectory.Action{Kind: trajectory.ActLetter, Step: "correction:arrangement-confirmation", Letter: trajectory.Correction, Cycle: 1, Channel: "email", Stage: trajectory.StageSummons}
	draft, err := w.Write(f, action, day("2026-11-10").At(10, 0))
	if err != nil {
		t.Fatal(err)
	}
	left := draft.Told.Comes - money.MustParse("500.00") // of which so much was paid
	total := "€ " + strings.Replace(left.String(), ".", ",", 1)
	if draft.Demanded != left || draft.Told.Of != "arrangement:a" || draft.Told.Comes >= agreed || !draft.PayBy.IsZero() {
		t.Errorf("asks %s by %q and tells %+v, of %s that was agreed", draft.Demanded, draft.PayBy, draft.Told, agreed)
	}
	text := strings.Join(strings.Fields(draft.Body), " ")
	for _, words := range []string{"Op dit moment moet u nog " + total + " betalen", "Rente tot en met 20 oktober 2026", "Ontvangen op 1 oktober 2026 € -400,00", "Ontvangen op 2 november 2026 € -100,00", "Te betalen " + total} {
		if !strings.Contains(text, words) {
			t.Errorf("it does not say %q:\n%s", words, draft.Body)
		}
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
	f.Agreed = f.Facts
}

// Who paid the principal within the 14 days, before the confirmation leaves, is told of no costs: none can come due any more (art. 6:96 lid 6 BW).
func TestAConfirmationNamesNoCostsThatCannotComeDue(t *testing.T) {
	t.Parallel()
	w := writer(t)
	for paid, named := range map[string]bool{"999.99": true, "1000.00": false} {
		f := file(t, "1000.00; x consumer; 2026-10-14 named 150.00 0.00", "premium", "nl")
		agree(t, w, &f)
		happen(t, &f.Facts, strings.Fields("2026-10-20 paid-to-client "+paid))
		draft, err := w.Write(f, arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), day("2026-10-21").At(10, 0))
		if text := strings.Join(strings.Fields(draft.Body), " "); err != nil || strings.Contains(text, "de incassokosten uit onze brief") != named {
			t.Errorf("%s paid: %v\n%s", paid, err, draft.Body)
		}
	}
}

// Cents that are left of a part come with the next one, in the confirmation and in a correction: 581.53 of 581.55 is settled, and 581.56 or what is left of it comes a month later.
func TestCentsOfAPartComeWithTheNext(t *testing.T) {
	t.Parallel()
	w := writer(t)
	f := file(t, "1000.00", "premium", "nl")
	agree(t, w, &f)
	confirmed := f
	confirmed.Facts.Letters = append(f.Facts.Letters[:len(f.Facts.Letters):len(f.Facts.Letters)], claim.Letter{Step: "arrangement:a", Kind: trajectory.ArrangementConfirmation, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day("2026-10-21")})
	for _, c := range []struct {
		name   string
		file   postgres.CaseFile
		action trajectory.Action
		paid   string // the day
		says   string
	}{
		{"the confirmation", f, arrangementLetter("arrangement:a", trajectory.ArrangementConfirmation), "2026-10-21", "Het volgende deel is € 581,58. Betaal dat uiterlijk op 2 december 2026. Daarin zit € 0,02 van een eerder deel."},
		{"a correction", confirmed, trajectory.Action{Kind: trajectory.ActLetter, Step: "correction:arrangement-confirmation", Letter: trajectory.Correction, Cycle: 1, Channel: "email", Stage: trajectory.StageSummons}, "2026-10-19",
			"Het volgende deel is € 581,46. Betaal dat uiterlijk op 2 december 2026. Daarin zit € 0,02 van een eerder deel."},
	} {
		c.file.Facts.Settlements = []claim.Settlement{{Key: "p", Kind: claim.PaidToClient, On: day(c.paid), Amount: money.MustParse("581.53"), Known: day("2026-10-22")}}
		draft, err := w.Write(c.file, c.action, day("2026-10-22").At(10, 0))
		if text := strings.Join(strings.Fields(draft.Body), " "); err != nil || !strings.Contains(text, c.says) {
			t.Errorf("%s does not say %q: %v\n%s", c.name, c.says, err, draft.Body)
		}
	}
}
