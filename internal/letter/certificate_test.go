package letter_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
)

// lawful is an hour at which nothing speaks against a letter.
func lawful(l letter.Letter) letter.Circumstances {
	c := letter.Circumstances{At: l.On.At(10, 0), RegisteredUntil: day("2027-12-31"), Enforceable: day("2031-10-31"), NoticeEnded: true, LawfulCosts: l.Demand.Costs + l.Demand.CostsVAT}
	if !l.Arrangement.NoticeOn.IsZero() {
		c.NoticeOn, c.NoticeEnded, c.LawfulCosts = l.Arrangement.NoticeOn, false, l.Arrangement.NoticeCosts
	}
	if l.Kind == letter.FourteenDayLetter {
		c.LawfulCosts = l.Demand.AnnouncedCosts + l.Demand.AnnouncedVAT
	}
	return c
}

// complete is a sample with the title of its debt, which every letter of the agency needs.
func complete(l letter.Letter) letter.Letter {
	l = clone(l)
	if l.Kind != letter.ComplaintConfirmation { // which asks no debt
		l.Demand.Obligation = "levering van kantoormeubelen"
	}
	return l
}

func certify(t *testing.T, l letter.Letter, change ...func(*letter.Circumstances)) letter.Certificate {
	t.Helper()
	d, err := letter.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	c := lawful(l)
	for _, f := range change {
		f(&c)
	}
	certificate := l.Certify(d, c)
	if certificate.SHA256 != d.SHA256 {
		t.Error("the certificate is of another paper")
	}
	return certificate
}

func TestEveryLetterIsLawful(t *testing.T) {
	t.Parallel()
	for _, s := range stories() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			if failed := certify(t, complete(s.letter)).Failed(); len(failed) > 0 {
				t.Errorf("%v", failed)
			}
		})
	}
}

// What depends on the day, the debtor and the figures, not on the words.
func TestWhatKeepsALetterFromLeaving(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		kind   letter.Kind
		change func(*letter.Circumstances)
		want   string
	}{
		{"at 20:00", letter.Summons, func(c *letter.Circumstances) { c.At = day("2026-11-23").At(20, 0) }, "contact is allowed"},
		{"on a Sunday", letter.Reminder, func(c *letter.Circumstances) { c.At = day("2026-11-22").At(10, 0) }, "contact is allowed"},
		{"on hold", letter.Reminder, func(c *letter.Circumstances) { c.Held = true }, "not on hold"},
		{"time-barred since yesterday", letter.MonitoringLetter, func(c *letter.Circumstances) { c.Enforceable = day("2026-11-22") }, "not time-barred"},
		{"the registration ended yesterday", letter.Summons, func(c *letter.Circumstances) { c.RegisteredUntil = day("2026-11-22") }, "registration is in force"},
		{"the registration of who sends the client's own letter ended yesterday", letter.Reminder, func(c *letter.Circumstances) { c.RegisteredUntil = day("2026-11-22") }, "registration is in force"},
		{"no registration", letter.StickerReminder, func(c *letter.Circumstances) { c.RegisteredUntil = calendar.Date{} }, "registration is in force"},
		{"a cent too much announced", letter.FourteenDayLetter, func(c *letter.Circumstances) { c.LawfulCosts-- }, "announced costs"},
		{"a cent too little announced: the letter would be invalid", letter.FourteenDayLetter, func(c *letter.Circumstances) { c.LawfulCosts++ }, "announced costs"},
		{"a cent more than the scale", letter.Summons, func(c *letter.Circumstances) { c.LawfulCosts-- }, "not more than the law"},
		{"a confirmation at night", letter.ComplaintConfirmation, func(c *letter.Circumstances) { c.At = day("2026-11-23").At(6, 59) }, "contact is allowed"},
		{"a confirmation after the registration", letter.ComplaintConfirmation, func(c *letter.Circumstances) { c.RegisteredUntil = day("2026-11-22") }, "registration is in force"},
		{"an arrangement with costs within the 14 days", letter.ArrangementConfirmation, func(c *letter.Circumstances) { c.NoticeEnded = false }, "14 days are over"},
		{"an arrangement with a cent more than the scale", letter.ArrangementConfirmation, func(c *letter.Circumstances) { c.LawfulCosts-- }, "not more than the law"},
		{"an arrangement that is disputed", letter.ArrangementReminder, func(c *letter.Circumstances) { c.Held = true }, "not on hold"},
		{"costs within the 14 days", letter.Summons, func(c *letter.Circumstances) { c.NoticeEnded = false }, "14 days are over"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			failed := certify(t, complete(sample(c.kind, letter.Dutch, true)), c.change).Failed()
			if len(failed) != 1 || !strings.Contains(failed[0], c.want) {
				t.Errorf("failed %v, want %s", failed, c.want)
			}
		})
	}
	untitled := sample(letter.FourteenDayLetter, letter.Dutch, true)
	if failed := certify(t, untitled).Failed(); len(failed) != 1 || !strings.HasPrefix(failed[0], "title of the debt") {
		t.Errorf("a debt without a title: %v", failed)
	}
	for name, on := range map[string]func(*letter.Circumstances){
		"the last minute of the window":    func(c *letter.Circumstances) { c.At = day("2026-11-23").At(19, 59) },
		"the last day of the registration": func(c *letter.Circumstances) { c.RegisteredUntil = day("2026-11-23") },
		"the last enforceable day":         func(c *letter.Circumstances) { c.Enforceable = day("2026-11-23") },
	} {
		if failed := certify(t, complete(sample(letter.Summons, letter.Dutch, true)), on).Failed(); len(failed) > 0 {
			t.Errorf("%s: %v", name, failed)
		}
	}
}

// Days that cannot be: nothing is asked before it is due, and no interest of a day to come.
func TestNothingIsAskedBeforeItsTime(t *testing.T) {
	t.Parallel()
	const due, interest = "each invoice was issued", "no interest of a day to come"
	for _, c := range []struct {
		story  string
		change func(*letter.Demand)
		want   string
	}{
		{"due yesterday", func(d *letter.Demand) { d.Invoices[0].DueOn = day("2026-11-22") }, ""},
		{"due today: there is a day to pay yet", func(d *letter.Demand) { d.Invoices[0].DueOn = day("2026-11-23") }, due},
		{"due before it was issued", func(d *letter.Demand) { d.Invoices[0].IssuedOn = day("2026-11-01") }, due},
		{"issued and due on one day", func(d *letter.Demand) { d.Invoices[0].IssuedOn = day("2026-10-31") }, ""},
		{"the extended term ended yesterday", func(d *letter.Demand) { d.Invoices[0].ExtendedTo = day("2026-11-22") }, ""},
		{"the extended term ends today", func(d *letter.Demand) { d.Invoices[0].ExtendedTo = day("2026-11-23") }, due},
		{"a credit note of today, to set off at once", func(d *letter.Demand) { creditNote(d, "2026-11-23") }, ""},
		{"a credit note of tomorrow", func(d *letter.Demand) { creditNote(d, "2026-11-24") }, due},
		{"interest up to tomorrow", func(d *letter.Demand) { d.InterestStatedUpTo = day("2026-11-24") }, interest},
	} {
		l := complete(sample(letter.Summons, letter.Dutch, false))
		c.change(&l.Demand)
		failed := certify(t, l).Failed()
		if c.want == "" && len(failed) > 0 || c.want != "" && (len(failed) != 1 || !strings.HasPrefix(failed[0], c.want)) {
			t.Errorf("%s: %q", c.story, failed)
		}
	}
}

// An arrangement is agreed about what is not due yet, too.
func TestAnArrangementMayComeBeforeTheDueDate(t *testing.T) {
	t.Parallel()
	l := complete(sample(letter.ArrangementConfirmation, letter.Dutch, false))
	l.Demand.Invoices[3].DueOn = day("2026-12-31")
	if failed := certify(t, l).Failed(); len(failed) > 0 {
		t.Error(failed)
	}
	l.Demand.Invoices[3].IssuedOn = day("2026-12-01")
	if failed := certify(t, l).Failed(); len(failed) != 1 {
		t.Errorf("an invoice of a day to come: %v", failed)
	}
}

// creditNote adds one of a euro.
func creditNote(d *letter.Demand, on string) {
	d.Invoices = append(d.Invoices, letter.Invoice{Number: "C1", IssuedOn: day(on), DueOn: day(on), Amount: eur("-1.00")})
	d.Principal, d.Total = d.Principal-eur("1.00"), d.Total-eur("1.00")
}

// A title of which nothing is left without the marks that differ between e-mail and paper is no title.
func TestAMarkSaysNothing(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"|", ":", "| : |"} {
		l := complete(sample(letter.Summons, letter.Dutch, true))
		l.Demand.Obligation = title
		if failed := certify(t, l).Failed(); len(failed) != 1 || !strings.HasPrefix(failed[0], "title of the debt") {
			t.Errorf("%q: %v", title, failed)
		}
	}
}

// A confirmation asks nothing: what keeps a demand from leaving does not keep it.
func TestAConfirmationLeavesWhereADemandWouldNot(t *testing.T) {
	t.Parallel()
	for _, lang := range letter.Languages {
		stopped := func(c *letter.Circumstances) { c.Held, c.Enforceable, c.NoticeEnded = true, calendar.Date{}, false }
		if failed := certify(t, sample(letter.ComplaintConfirmation, lang, true), stopped).Failed(); len(failed) > 0 {
			t.Errorf("%s: %v", lang, failed)
		}
	}
}

// Days without interest that the letter does not tell, or for another reason, are missed.
func TestDaysWithoutInterestAreMissed(t *testing.T) {
	t.Parallel()
	l := complete(stopped(letter.Dutch, letter.Bankruptcy))
	for why, change := range map[string]func(*letter.Letter){
		"not told":       func(l *letter.Letter) { l.Demand.InterestFree = nil },
		"another reason": func(l *letter.Letter) { l.Demand.InterestFree[0].Why = letter.Restructuring },
		"another day":    func(l *letter.Letter) { l.Demand.InterestFree[0].To = day("2026-11-20") },
	} {
		other := complete(stopped(letter.Dutch, letter.Bankruptcy))
		change(&other)
		d, err := letter.Compose(other)
		if err != nil {
			t.Fatal(err)
		}
		if failed := l.Certify(d, lawful(l)).Failed(); len(failed) != 1 || !strings.HasPrefix(failed[0], "days without interest") {
			t.Errorf("%s: %v", why, failed)
		}
	}
}

var (
	sentenceEnd = regexp.MustCompile(`([.?!]\**) `)
	variable    = regexp.MustCompile(`\{\{\.\w+\}\}`)
	conditional = regexp.MustCompile(`\{\{if [^}]*\}\}(?:[^{]|\{\{\.\w+\}\})*\{\{end\}\}`) // that has no other in it
)

// pieces are all parts of a text that could be lost: each line, each sentence, each condition with what it says, each variable.
func pieces(text string) (out []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		out = append(out, line)
		sentences := strings.Split(sentenceEnd.ReplaceAllString(line, "$1\x00"), "\x00")
		if len(sentences) > 1 {
			out = append(out, sentences...)
		}
	}
	return append(append(out, conditional.FindAllString(text, -1)...), variable.FindAllString(text, -1)...)
}

// Every piece of every text is removed in turn, and what the law asks for is missed. testdata/courtesy.txt lists what a letter can lose without
// that: greetings, explanations, what stands elsewhere too. A line that comes new into that list is for a lawyer to read.
func TestNoLegalElementCanBeLost(t *testing.T) {
	names, err := fs.Glob(letter.Texts, "texts/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var unnoticed []string
	mutations := 0
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".txt")
		if strings.HasPrefix(base, "reason-") || strings.HasPrefix(base, "choice-") || strings.HasPrefix(base, "price-") || strings.HasPrefix(base, string(letter.EscalationAdvice)) ||
			strings.HasPrefix(base, string(letter.ClientRequest)) || strings.HasPrefix(base, string(letter.DisputeUpheld)) {
			continue // to the client
		}
		if strings.HasPrefix(base, "sample-") {
			continue // by the client: TestNoSampleCanLoseWhatItMustSay
		}
		source, err := fs.ReadFile(letter.Texts, name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, piece := range pieces(string(source)) {
			mutations++
			changed, ok := without(string(source), piece, seen[piece])
			seen[piece]++
			if !ok || noticed(t, name, changed) {
				continue
			}
			unnoticed = append(unnoticed, base+": "+piece)
		}
	}
	slices.Sort(unnoticed)
	golden(t, "courtesy", letter.Document{Subject: "what a letter can lose without losing what the law asks", Text: strings.Join(unnoticed, "\n") + "\n"})
	if mutations < 300 {
		t.Errorf("only %d removals were tried", mutations)
	}
}

// without takes the n-th occurrence of a piece out of a text.
func without(text, piece string, n int) (string, bool) {
	at := 0
	for range n + 1 {
		i := strings.Index(text[at:], piece)
		if i < 0 {
			return "", false
		}
		at += i + len(piece)
	}
	return text[:at-len(piece)] + text[at:], true
}

// noticed says whether a changed text is refused at start-up, when the letter is written, or by its certificate.
func noticed(t *testing.T, name, text string) (caught bool) {
	err := letter.WithTexts(changedTexts(t, name, text), func() {
		for _, l := range variants() {
			if !reads(l, name) {
				continue
			}
			d, err := letter.Write(l)
			if err != nil || len(l.Certify(d, lawful(l)).Failed()) > 0 {
				caught = true
				return
			}
		}
	})
	return caught || err != nil
}

// reads says whether a letter has words of a text: one of its own kind and language, or one of all kinds.
func reads(l letter.Letter, name string) bool {
	kind, lang, _ := strings.Cut(strings.TrimSuffix(path.Base(name), ".txt"), ".")
	return string(l.Language) == lang && (string(l.Kind) == kind || !slices.Contains(letter.DebtorKinds, letter.Kind(kind)))
}

// changedTexts are the shipped texts with another one of that name.
func changedTexts(t *testing.T, name, text string) fs.FS {
	files := fstest.MapFS{}
	all, _ := fs.Glob(letter.Texts, "texts/*.txt")
	for _, other := range all {
		data, err := fs.ReadFile(letter.Texts, other)
		if err != nil {
			t.Fatal(err)
		}
		files[other] = &fstest.MapFile{Data: data}
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
	return files
}

// variants are the letters in all the ways in which their texts branch.
func variants() (out []letter.Letter) {
	for _, lang := range letter.Languages {
		for _, s := range arrangements(lang) {
			out = append(out, complete(s.letter))
		}
	}
	for _, lang := range letter.Languages {
		out = append(out, complete(withVAT(lang)), complete(agreed(lang)), complete(shared(lang)), complete(paidTooMuch(lang)), complete(promised(lang, "1152.00")), complete(promised(lang, "200.00")), complete(correctedInParts(lang)), complete(correctedCents(lang)))
		for _, kind := range []letter.Kind{letter.Summons, letter.FinalSummons, letter.MonitoringLetter, letter.Interruption, letter.ArrangementReminder, letter.Correction} {
			out = append(out, complete(vatInBusiness(kind, lang)))
		}
		for _, kind := range letter.DebtorKinds {
			for _, consumer := range []bool{true, false} {
				if kind != letter.FourteenDayLetter || consumer {
					out = append(out, complete(sample(kind, lang, consumer)))
				}
			}
		}
	}
	return out
}

// Costs that a 14-day letter named and an arrangement left out are told in its confirmation: the letter that keeps silent about them does not leave.
func TestCostsAheadOfAnArrangementAreTold(t *testing.T) {
	t.Parallel()
	silent := complete(withinTheNotice(sample(letter.ArrangementConfirmation, letter.Dutch, true)))
	silent.Arrangement.NoticeOn, silent.Arrangement.NoticeCosts = calendar.Date{}, 0
	failed := certify(t, silent, func(c *letter.Circumstances) { c.NoticeOn, c.LawfulCosts = day("2026-11-16"), eur("150.00") }).Failed()
	if len(failed) != 2 || !strings.HasPrefix(failed[0], "the costs of a 14-day letter that are not due yet are told") || !strings.HasPrefix(failed[1], "what the 14-day letter named") {
		t.Errorf("%q", failed)
	}
}

// Each part of what a confirmation specifies is looked for: one that tells another figure, or keeps silent about it, does not leave.
func TestWhatAConfirmationSpecifiesIsLookedFor(t *testing.T) {
	t.Parallel()
	whole := func() letter.Letter {
		l := complete(sample(letter.ArrangementConfirmation, letter.Dutch, false))
		d := &l.Demand
		d.CostsAgreed, d.CostsVAT, d.VATPercent, d.InformationCosts, d.CourtCosts = true, eur("31.56"), "21", eur("12.50"), eur("763.57")
		return inInstalments(l)
	}
	l := whole()
	for rule, change := range map[string]func(*letter.Demand){
		"invoice number, date and payment term":         func(d *letter.Demand) { d.Invoices[1].DueOn = day("2026-10-30") },
		"interest: invoice, period, days, base, rate":   func(d *letter.Demand) { d.InterestLines[3].Percent = "10.90" },
		"basis of the interest":                         func(d *letter.Demand) { d.InterestKind = letter.StatutoryInterest },
		"interest, and until when":                      func(d *letter.Demand) { d.InterestStatedUpTo = day("2026-11-19") },
		"collection costs and their basis":              func(d *letter.Demand) { d.CostsAgreed = false },
		"VAT over the collection costs, and its rate":   func(d *letter.Demand) { d.VATPercent = "19" },
		"information costs":                             func(d *letter.Demand) { d.InformationCosts, d.CourtCosts = 0, d.CourtCosts+d.InformationCosts },
		"costs of the procedure":                        func(d *letter.Demand) { d.InformationCosts, d.CourtCosts = d.CourtCosts+d.InformationCosts, 0 },
		"what was received, credited or let go":         func(d *letter.Demand) { d.Settled[0].On = day("2026-11-14") },
		"total of the specification":                    func(d *letter.Demand) { d.Settled[0].Amount-- },
		"principal":                                     func(d *letter.Demand) { d.Principal++; d.Invoices[0].Amount++ },
		"the creditor declares that it pays that VAT, ": func(d *letter.Demand) { d.CostsVAT = 0 },
	} {
		other := whole()
		change(&other.Demand)
		d, err := letter.Compose(inInstalments(other))
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		if failed := l.Certify(d, lawful(l)).Failed(); !slices.ContainsFunc(failed, func(f string) bool { return strings.HasPrefix(f, rule) }) {
			t.Errorf("%s is not missed, only %q", rule, failed)
		}
	}
}
