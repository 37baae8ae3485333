package letter_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
)

var (
	update = flag.Bool("update", false, "write the golden texts anew")
	show   = flag.String("show", "", "directory to write every PDF to, to look at them")
)

func TestTextsAreComplete(t *testing.T) {
	t.Parallel()
	if err := letter.Check(); err != nil {
		t.Error(err)
	}
}

// TestGoldenTexts: what leaves the building is golden. Look at each difference before -update.
func TestGoldenTexts(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			golden(t, s.name, compose(t, s.letter))
		})
	}
	for _, lang := range letter.Languages {
		name := "escalation-advice." + string(lang)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name, composeAdvice(t, advice(lang)))
		})
		again := "decision-reminder." + string(lang)
		t.Run(again, func(t *testing.T) {
			t.Parallel()
			golden(t, again, composeAdvice(t, reminderOf(advice(lang))))
		})
		back := "decision-reminder-taken-back." + string(lang)
		t.Run(back, func(t *testing.T) {
			t.Parallel()
			golden(t, back, composeAdvice(t, takenBack(reminderOf(advice(lang)))))
		})
		civil := "escalation-advice-civil." + string(lang)
		t.Run(civil, func(t *testing.T) {
			t.Parallel()
			golden(t, civil, composeAdvice(t, beforeTheCivilCourt(advice(lang))))
		})
	}
	for _, s := range clientStories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			d, err := letter.ComposeClientLetter(s.letter)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, s.name, d)
		})
	}
}

func golden(t *testing.T, name string, d letter.Document) {
	t.Helper()
	if *show != "" && d.PDF != nil {
		write(t, filepath.Join(*show, name+".pdf"), d.PDF)
	}
	got := "Subject: " + d.Subject + "\n\n" + d.Text
	file := filepath.Join("testdata", name+".txt")
	if *update {
		write(t, file, []byte(got))
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test -update and look at the text)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("text differs from %s (-want +got):\n%s", file, diff)
	}
}

func TestSameLetterIsSameBytes(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		first := compose(t, s.letter)
		var others sync.WaitGroup
		for range 4 {
			others.Go(func() {
				if again := compose(t, s.letter); !bytes.Equal(first.PDF, again.PDF) || first.SHA256 != again.SHA256 || first.Text != again.Text {
					t.Errorf("%s: two runs differ", s.name)
				}
			})
		}
		others.Wait()
		if first.SHA256 != sha256.Sum256(first.PDF) {
			t.Errorf("%s: SHA256 is not of the PDF", s.name)
		}
		if limit := 60_000; len(first.PDF) > limit {
			t.Errorf("%s: %d bytes, more than %d", s.name, len(first.PDF), limit)
		}
	}
}

func TestComposeLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	in := sample(letter.Summons, letter.Dutch, true)
	in.Demand.Invoices[0].Number = "  F1 "
	before := clone(in)
	compose(t, in)
	if diff := cmp.Diff(before, in, cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

func TestWhatMayNotBeSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story  string
		kind   letter.Kind
		change func(*letter.Letter)
		want   string
	}{
		{"a 14-day letter to a business", letter.FourteenDayLetter, func(l *letter.Letter) { l.Consumer = false }, "for consumers only (art. 6:96 lid 6 BW)"},
		{"a 14-day letter that names a day", letter.FourteenDayLetter, func(l *letter.Letter) { l.PayBy = day("2026-12-07") }, "may not name a pay-by day"},
		{"a 14-day letter that already asks costs", letter.FourteenDayLetter, func(l *letter.Letter) { l.Demand.Costs, l.Demand.Total = 1, l.Demand.Total+1 }, "may not ask collection costs yet"},
		{"a 14-day letter without the exact costs", letter.FourteenDayLetter, func(l *letter.Letter) { l.Demand.AnnouncedCosts = 0 }, "must announce the exact costs"},
		{"a reminder with costs", letter.Reminder, func(l *letter.Letter) { l.Demand.Costs, l.Demand.Total = 4000, l.Demand.Total+4000 }, "asks the principal only"},
		{"a total that does not add up", letter.Summons, func(l *letter.Letter) { l.Demand.Total++ }, "are 1052.41, the total is 1052.42"},
		{"invoices that do not add up", letter.Summons, func(l *letter.Letter) { l.Demand.Invoices[0].Amount-- }, "the invoices are 999.99 together, the principal is 1000.00"},
		{"interest lines that do not add up", letter.Summons, func(l *letter.Letter) { l.Demand.InterestLines[0].Interest++ }, "the interest lines are 2.42 together"},
		{"interest over nobody knows which invoice", letter.Summons, func(l *letter.Letter) { l.Demand.Invoices = append(l.Demand.Invoices, l.Demand.Invoices[0]) }, `interest line 1: invoice "" is not in the demand`},
		{"costs over nobody knows what", letter.Summons, func(l *letter.Letter) { l.Demand.CostsOver = 0 }, "over what principal the collection costs are calculated"},
		{"a settlement that adds up but is not told", letter.Summons, func(l *letter.Letter) { l.Demand.Settled = nil }, "are 1152.41, the total is 1052.41"},
		{"a settlement of a kind without words", letter.Summons, func(l *letter.Letter) { l.Demand.Settled[0].Kind = "luck" }, `settlement kind "luck" is unknown`},
		{"a settlement of nothing", letter.Summons, func(l *letter.Letter) { l.Demand.Settled[0].Amount = 0 }, "must be more than nothing"},
		{"a payment on no day", letter.Summons, func(l *letter.Letter) { l.Demand.Settled[0].On = calendar.Date{} }, "all but what lapsed must have a day"},
		{"days without interest that end before they begin", letter.Summons, func(l *letter.Letter) {
			l.Demand.InterestFree = []letter.InterestFree{{From: day("2026-11-02"), To: day("2026-11-01"), Why: letter.Bankruptcy}}
		}, "right would be a first and a last day"},
		{"no interest for a reason that has no words", letter.Summons, func(l *letter.Letter) {
			l.Demand.InterestFree = []letter.InterestFree{{From: day("2026-11-01"), To: day("2026-11-02"), Why: "luck"}}
		}, `why no interest runs is unknown: "luck"`},
		{"interest days miscounted", letter.Summons, func(l *letter.Letter) { l.Demand.InterestLines[0].Days = 14 }, "2026-11-01 to 2026-11-15 is not 14 days"},
		{"interest up to nobody knows when", letter.Summons, func(l *letter.Letter) { l.Demand.InterestStatedUpTo = calendar.Date{} }, "up to which day the interest is calculated"},
		{"commercial interest of a consumer", letter.Summons, func(l *letter.Letter) { l.Demand.InterestKind = letter.CommercialInterest }, "owes no commercial interest"},
		{"information costs of a consumer", letter.Summons, func(l *letter.Letter) { l.Demand.InformationCosts, l.Demand.Total = 500, l.Demand.Total+500 }, "may not be asked of a consumer"},
		{"nothing owed", letter.Summons, func(l *letter.Letter) { l.Demand.Settled[0].Amount += l.Demand.Total; l.Demand.Total = 0 }, "nothing is owed"},
		{"an agency without registration", letter.Summons, func(l *letter.Letter) { l.Agency.Registration = " " }, "registration number (Wki)"},
		{"a sticker of an agency without registration", letter.StickerReminder, func(l *letter.Letter) { l.Agency.Registration = "" }, "registration number (Wki)"},
		{"a day that has passed", letter.FinalSummons, func(l *letter.Letter) { l.PayBy = l.On }, "must be after the letter's date"},
		{"a wrong account", letter.Summons, func(l *letter.Letter) { l.TrustIBAN = "NL92ABNA0417164300" }, "has check digits 92"},
		{"a wrong RF", letter.Summons, func(l *letter.Letter) { l.RF = "RF19539007547034" }, "has check digits 19"},
		{"a wrong kenmerk", letter.Summons, func(l *letter.Letter) { l.Kenmerk = "4000056789012345" }, "has check digit 4"},
		{"a name of two lines", letter.Summons, func(l *letter.Letter) { l.Debtor.Name = "A\n[payment]" }, "Debtor.Name has control characters"},
		{"mark-up in an invoice number", letter.Summons, func(l *letter.Letter) { l.Demand.Invoices[0].Number = "\x01" }, "Demand.Invoices[0].Number has control characters"},
		{"the advice, which has its own function", letter.EscalationAdvice, func(*letter.Letter) {}, "is not a letter to a debtor"},
		{"a confirmation that asks money", letter.ComplaintConfirmation, func(l *letter.Letter) { l.Demand = demand(letter.Reminder, true) }, "it asks nothing and may have no demand"},
		{"a confirmation that names a day to pay", letter.ComplaintConfirmation, func(l *letter.Letter) { l.PayBy = day("2026-12-07") }, "may not name a pay-by day"},
		{"a confirmation of what comes in tomorrow", letter.ComplaintConfirmation, func(l *letter.Letter) { l.Complaint.ReceivedOn = day("2026-11-24") }, `on or before the letter's date 2026-11-23, not on "2026-11-24"`},
		{"a confirmation of nobody knows when", letter.ComplaintConfirmation, func(l *letter.Letter) { l.Complaint.ReceivedOn = calendar.Date{} }, "must have been received on or before"},
		{"a confirmation without a term", letter.ComplaintConfirmation, func(l *letter.Letter) { l.Complaint.AnswerDays = 0 }, "must promise an answer within 2 working days or more"},
		{"a summons that tells of a complaint", letter.Summons, func(l *letter.Letter) { l.Complaint.AnswerDays = 10 }, "only a confirmation tells of a complaint"},
		{"instalments that do not add up", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.Instalments[0].Amount++ }, "the instalments are 1052.14 together, principal, interest and costs are 1052.13"},
		{"interest of after the agreement", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Demand.InterestStatedUpTo = day("2026-11-21") }, "interest up to 2026-11-21 is not that of the day of agreement, 2026-11-20"},
		{"a rate of VAT in nothing", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.NoticeVAT = "21" }, `VAT at a rate of "21" in costs of 0.00: right would be`},
		{"VAT in costs ahead without its rate", letter.ArrangementConfirmation, func(l *letter.Letter) {
			*l = withinTheNotice(*l)
			l.Arrangement.NoticeVAT = "some"
		}, `VAT at a rate of "some" in costs of 150.00: right would be`},
		{"an arrangement with other costs than it specifies", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Demand.CourtCosts = 100 }, "principal, interest and costs less what was settled are 1053.13, the total is 1052.13"},
		{"information costs in an arrangement with a consumer", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Demand.InformationCosts = 100 }, "information costs may not be asked of a consumer"},
		{"an arrangement of one instalment", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.Instalments = l.Arrangement.Instalments[:1] }, "2 instalments or more, not 1"},
		{"an instalment before the one before", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.Instalments[1].Due = day("2026-12-15") }, "instalment 2 of 263.03"},
		{"an instalment of yesterday", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.Instalments[0].Due = day("2026-11-22") }, `the first instalment is due on "2026-11-22"; right would be the letter's date 2026-11-23 or later`},
		{"an arrangement of tomorrow", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.On = day("2026-11-24") }, "agreed on or before the letter's date 2026-11-23"},
		{"costs ahead beside costs that are in it", letter.ArrangementConfirmation, func(l *letter.Letter) {
			l.Arrangement.NoticeOn, l.Arrangement.NoticeCosts = day("2026-11-16"), eur("150.00")
		}, "right would be both a day and an amount, and no other costs"},
		{"an arrangement without a reminder", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.ReminderDays = 0 }, "how many days a reminder gives"},
		{"a confirmation that names a day for it all", letter.ArrangementConfirmation, func(l *letter.Letter) { l.PayBy = day("2026-12-07") }, "may not name another pay-by day"},
		{"a confirmation that does not say what of", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Demand = letter.Demand{} }, "it must name at least one invoice"},
		{"a confirmation of what is missed", letter.ArrangementConfirmation, func(l *letter.Letter) { l.Arrangement.Overdue = 1 }, "not about an instalment that is missed"},
		{"a reminder of an instalment that is not there", letter.ArrangementReminder, func(l *letter.Letter) { l.Arrangement.Missed = 5 }, "there is no instalment 5; right would be 1 to 4"},
		{"a reminder up to an instalment before", letter.ArrangementReminder, func(l *letter.Letter) { l.Arrangement.MissedLast = 1 }, "the last instalment that it asks is 1; right would be 2 to 4"},
		{"a reminder of more than is owed", letter.ArrangementReminder, func(l *letter.Letter) { l.Arrangement.Overdue = l.Demand.Total + 1 }, "at most the 1052.41 that is owed"},
		{"a reminder of nothing", letter.ArrangementReminder, func(l *letter.Letter) { l.Arrangement.Overdue = 0 }, "0.00 is overdue"},
		{"a reminder without a day", letter.ArrangementReminder, func(l *letter.Letter) { l.PayBy = calendar.Date{} }, "must be after the letter's date"},
		{"a summons that tells of an arrangement", letter.Summons, func(l *letter.Letter) { l.Arrangement.Instalments = make([]letter.Instalment, 2) }, "only its own letters and a correction tell of a payment arrangement"},
		{"an unknown language", letter.Summons, func(l *letter.Letter) { l.Language = "de" }, `language "de" is unknown`},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			l := sample(c.kind, letter.Dutch, true)
			c.change(&l)
			_, err := letter.Compose(l)
			var invalid *letter.InvalidError
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestCharactersWithoutGlyphAreErrors(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Дебитор", "債務者", "A. 🙂", "Δ. Voorbeeld"} {
		l := sample(letter.Summons, letter.Dutch, true)
		l.Debtor.Name = name
		_, err := letter.Compose(l)
		var glyph *letter.GlyphError
		if !errors.As(err, &glyph) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	for _, name := range []string{"Żółć Gęśla", "İğdır Şükrü", "Nguyễn Thị", "Ștefan Țepeș", "Zoe\u0308 de Vrie\u0301s", "’t Hóóft"} {
		l := sample(letter.Summons, letter.Dutch, true)
		l.Debtor.Name = name
		compose(t, l)
	}
}

func TestAddressThatNoWindowShows(t *testing.T) {
	t.Parallel()
	l := sample(letter.Summons, letter.Dutch, true)
	l.Debtor.Name = strings.Repeat("Verzonnen ", 80)
	if _, err := letter.Compose(l); !errors.Is(err, letter.ErrAddressTooLong) {
		t.Errorf("error %v", err)
	}
}

func TestNamesAreNeverMarkUp(t *testing.T) {
	t.Parallel()
	l := sample(letter.Summons, letter.Dutch, true)
	l.Client.Name = "**[payment]** {{.Total}}"
	if d := compose(t, l); !strings.Contains(d.Text, "Namens **[payment]** {{.Total}} schrijven wij u") {
		t.Error(d.Text)
	}
}

func TestAdviceThatMayNotBeSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story  string
		change func(*letter.Advice)
		want   string
	}{
		{"court by default", func(a *letter.Advice) { a.Default = letter.Court }, "going to court can never be the default"},
		{"court without its costs", func(a *letter.Advice) { a.Procedure.Costs = nil }, "offered without its costs"},
		{"advice not offered", func(a *letter.Advice) { a.Options = []letter.Choice{letter.Monitoring} }, `recommended choice "court" is not offered`},
		{"no reason", func(a *letter.Advice) { a.Reasons = nil }, "must give a reason"},
		{"unknown reason", func(a *letter.Advice) { a.Reasons = []letter.Reason{"hunch"} }, `reason "hunch" is unknown`},
		{"no time to decide", func(a *letter.Advice) { a.DecideBy = a.On }, "must end after"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			a := advice(letter.Dutch)
			c.change(&a)
			if _, err := letter.ComposeAdvice(a); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func BenchmarkCompose(b *testing.B) {
	for _, s := range []story{{"summons", sample(letter.Summons, letter.Dutch, true)}, {"summons-30-invoices", hardStories()[0].letter}} {
		b.Run(s.name, func(b *testing.B) {
			size := 0
			for b.Loop() {
				d, err := letter.Compose(s.letter)
				if err != nil {
					b.Fatal(err)
				}
				size = len(d.PDF)
			}
			b.ReportMetric(float64(size), "bytes/letter")
		})
	}
}

func compose(t *testing.T, l letter.Letter) letter.Document {
	t.Helper()
	d, err := letter.Compose(l)
	if err != nil {
		t.Error(err)
	}
	return d
}

func composeAdvice(t *testing.T, a letter.Advice) letter.Document {
	t.Helper()
	d, err := letter.ComposeAdvice(a)
	if err != nil {
		t.Error(err)
	}
	return d
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
