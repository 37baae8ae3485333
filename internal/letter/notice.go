package letter

import (
	"regexp"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// notice is what makes a 14-day letter valid: without one of these a consumer never owes costs. Costs and total are as printed; on is its
// day, or zero: no letter names a day of the year nought.
func (r *reading) notice(lang Language, costs, total string, on calendar.Date) {
	p := phrases[lang]
	r.says("14 days that start the day after receipt", artNotice, p.fourteen, p.fourteenBox)
	r.says("paid in time: no costs", artNotice, p.noCosts)
	r.says("the exact costs when it is not", artNotice, p.costsAre+" "+costs)
	r.says("the total with costs", artNotice, total)
	r.says("the law that the costs follow from", artNotice, p.costsLaw)
	named := r.dayNamed(lang, on)
	r.holds("no day is named before which it must be paid: receipt decides", artNotice, named == "", "%s", named)
	other := r.otherTerm(lang)
	r.holds("no other term, and none that starts before receipt", artNotice, other == "", "%s", other)
}

// dayNamed is a day in the 60 after another that the letter names, with its year or without, in either of its shapes; empty when it names none.
func (r *reading) dayNamed(lang Language, on calendar.Date) string {
	inMail, onPaper := r.supplied(flat), r.supplied(squeezed)
	for day := on.AddDays(1); day.DaysSince(on) <= 60; day = day.AddDays(1) {
		year := itoa(day.Year())
		for _, written := range []string{lang.date(day), lang.day(day)} {
			written = strings.TrimSuffix(written, nbsp+year)
			names := func(text, words string) bool { return namesDay(text, words, year) }
			if holdsOutside(r.text, flat(written), inMail, names) || holdsOutside(r.paper, squeezed(written), onPaper, names) {
				return day.String()
			}
		}
	}
	return ""
}

// namesDay says whether a text has the words of a day that are neither the end of another, as in "17 december", nor of another year.
func namesDay(text, words, year string) bool {
	for {
		before, after, found := strings.Cut(text, words)
		if !found {
			return false
		}
		other := century.FindString(after)
		if !digitLast.MatchString(before) && (other == "" || strings.HasSuffix(other, year)) {
			return true
		}
		text = after
	}
}

var (
	century   = regexp.MustCompile(`^ ?20\d\d`)
	digitLast = regexp.MustCompile(`\d$`)
)

// Terms of a letter, in words that may have lost their spaces. One in working days is for the answer to a complaint.
var (
	terms = map[Language]*regexp.Regexp{
		Dutch:   regexp.MustCompile(`binnen ?(\d+|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|vijftien|twintig|dertig) ?((kalender)?dagen|dag|weken|week|maanden|maand|uur|uren)`),
		English: regexp.MustCompile(`within ?(\d+|one|a|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty) ?((calendar ?)?days|day|weeks|week|months|month|hours|hour)`),
	}
	starts = map[Language]*regexp.Regexp{ // not with receipt
		Dutch:   regexp.MustCompile(`na ?(heden|vandaag|dagtekening|dato\b|verzending|(de ?)?(datum|verzenddatum|dagtekening|verzending) ?van ?deze ?brief)|(op|vanaf|met) ?(de ?)?(dag|datum|verzenddatum|dagtekening) ?van ?deze ?brief|(begint|vanaf) ?(vandaag|nu\b)`),
		English: regexp.MustCompile(`(on|from) ?the ?(day|date) ?of ?this ?letter|(starts|begins) ?(today|now)|after ?(today|dispatch|sending|(the ?)?(date|dispatch|sending) ?of ?this ?letter)|from ?today`),
	}
)

// otherTerm is a term that is not of 14 days, or a start of one that is not receipt; empty when there is none. The client's own words do not count.
func (r *reading) otherTerm(lang Language) string {
	for text, given := range map[string][]string{r.text: r.supplied(flat), r.paper: r.supplied(squeezed)} {
		for _, term := range append(terms[lang].FindAllString(text, -1), starts[lang].FindAllString(text, -1)...) {
			if !fourteenDays.MatchString(term) && holdsOutside(text, term, given, strings.Contains) {
				return term
			}
		}
	}
	return ""
}

var fourteenDays = regexp.MustCompile(`^(binnen|within) ?14 ?(dagen|days)$`)

// supplied is what was supplied of the letter's words: a subscription "until 31 December" names no day to pay by, nor does a street.
func (r *reading) supplied(as func(string) string) (texts []string) {
	l := r.letter
	texts = []string{as(l.Demand.Obligation), as(l.FileReference), as(l.Complaint.Scheme)}
	for _, p := range []Party{l.Client, l.Debtor, l.Agency} {
		texts = append(texts, as(p.Name), as(p.Attention), as(p.Street), as(p.Town), as(p.Email), as(p.Website))
	}
	for _, invoice := range l.Demand.Invoices {
		texts = append(texts, as(invoice.Number))
	}
	return texts
}

// holdsOutside says whether words stand in a text, as has finds them, outside of any of the given texts that hold those words themselves.
func holdsOutside(text, words string, given []string, has func(text, words string) bool) bool {
	if !strings.Contains(text, words) {
		return false
	}
	for _, g := range given {
		if strings.Contains(g, words) {
			text = strings.ReplaceAll(text, g, " ")
		}
	}
	return has(text, words)
}
