package letter

import (
	"fmt"
	"regexp"
	"strings"
)

// unsaid is what no letter to a debtor says. It is for sentences that were added to a text: the words of the client, as its name or what the debt is for, do
// not count.
var unsaid = []struct {
	rule, article string
	words         map[Language]*regexp.Regexp
}{
	{"not to be paid at once: the term is the one that is given", artInformation, map[Language]*regexp.Regexp{
		Dutch:   regexp.MustCompile(`\bonmiddellijk|\bterstond\b|\b(vandaag nog|nog vandaag)\b|\bper (omgaande|direct)\b|\bmeteen\b|\b(betaal|betaalt|betalen|voldoe|voldoen)\b( (u|het|dit|dat|hele|bedrag))* (nu )?direct\b|\bdirect (te )?(betalen|voldoen|betaald)\b`),
		English: regexp.MustCompile(`\bimmediate|\bpay today\b|\bforthwith\b|\bwithout delay\b|\b(straight|right) away\b|\bby return\b|(^|([^t]|[^o]t|[^n]ot) )pay( (it|this|the|whole|amount))* at once\b`),
	}},
	{"no costs whatever the debtor does, and none but those of the law", artCosts, map[Language]*regexp.Regexp{
		Dutch: regexp.MustCompile(`kosten\b[^.?!]* (in (ieder|elk) geval|hoe dan ook)\b|\b(in (ieder|elk) geval|hoe dan ook) [^.?!]*kosten\b` +
			`|\b(administratie|aanmanings?|aanmaan|herinnerings|dossier|behandelings?)kosten\b`),
		English: regexp.MustCompile(`\bcosts\b[^.?!]* in any (case|event)\b|\bin any (case|event)\b[^.?!]* costs\b|\b(administration|administrative|reminder|handling) (costs|charges?|fees?)\b`),
	}},
	{"nobody is told that the claim cannot be disputed", artInformation, map[Language]*regexp.Regexp{
		Dutch:   regexp.MustCompile(`\bgeen bezwaar\b|\b(bezwaar|betwisten) (maken )?is niet (meer )?mogelijk\b|\bniet (meer )?(betwisten|bezwaar)\b`),
		English: regexp.MustCompile(`\b(cannot|can not|can['’]t|can no longer|may not|may no longer) (object|dispute)\b|\bno (objection|dispute)\b|\bno right to (object|dispute)\b`),
	}},
}

// demanding are the words of a title that reads as a demand of the letter on which it stands.
var demanding = regexp.MustCompile(`\b(betaal|u betaalt|voldoe|please pay|pay (now|within))\b`)

// TitleProblem says why a text cannot stand on letters as what a debt is for; empty when it can. The certificate leaves what was supplied out of what a letter
// must not say: nobody reads a title before it is printed, and a debtor would read it as ours. Costs are not looked for: a debt can be for costs.
func TitleProblem(title string) string {
	title = flat(title)
	found := demanding.FindString(title)
	for _, u := range unsaid {
		for _, lang := range []Language{Dutch, English} {
			if u.article != artCosts && found == "" {
				found = u.words[lang].FindString(title)
			}
		}
	}
	if found == "" {
		return ""
	}
	return fmt.Sprintf("says %q, as if the letter did; right would be only what the debt is for, as \"levering van hout\"", found)
}

// nothingAdded is that a text says none of what is unsaid.
func (r *reading) nothingAdded(lang Language) {
	for _, u := range unsaid {
		found := r.outside(u.words[lang])
		r.holds(u.rule, u.article, found == "", "%s", found)
	}
}

// outside is what a letter has of some words, but for those that were supplied; empty when it has none. It reads the paper with its spaces: without them "met een"
// is another word.
func (r *reading) outside(words *regexp.Regexp) string {
	for _, text := range []string{r.text, flat(r.printed)} {
		for _, given := range r.supplied(flat) {
			if strings.Contains(given, " ") || words.MatchString(given) { // a number of one digit stands in other words
				text = strings.ReplaceAll(text, given, ".")
			}
		}
		if found := words.FindString(text); found != "" {
			return found
		}
	}
	return ""
}

// onlyAmountsOf is that each amount in the letter is one of those in the given text.
func (r *reading) onlyAmountsOf(known string) {
	figures := map[string]bool{}
	for _, cents := range amountsIn(known) {
		figures[cents] = true
	}
	other := ""
	for _, text := range []string{r.text, flat(r.printed)} {
		for _, given := range r.supplied(flat) {
			if len(given) > len("euro") && currency.MatchString(given) { // "page 1" stands before the name of Euro Tyre; the word alone is of an amount
				text = strings.ReplaceAll(text, given, ".")
			}
		}
		for amount, cents := range amountsIn(text) {
			if !figures[cents] {
				other = amount
			}
		}
	}
	r.holds("no amount but those of the specification", artSpecification, other == "", "%s", other)
}

// figures are all amounts that a letter may name, in the words of its texts and tables.
func (l Letter) figures() string {
	r := reading{letter: l}
	return fmt.Sprint(l.view(), l.Demand.figure(l.Language), l.Wrong.figure(l.Language), l.Arrangement.figure(l.Language), r.supplied(flat))
}

var currency = regexp.MustCompile(`eur|€`)

// writtenAmount is an amount as a text may write it: "€ 1.250,50", "€1,250.50", "EUR 25", "25 euro", "25 euros", "25 €". A number before a € that has its own after it is none.
var writtenAmount = regexp.MustCompile(`(?:€|\beur(?:os?)?\b) ?-?(\d[\d.,]*)|(\d[\d.,]*) ?(?:eur(?:os?)?\b|€(?: ?[^ \d-]|$))`)

// amountsIn gives each amount of a text, as it is written, in digits of cents.
func amountsIn(text string) map[string]string {
	amounts := map[string]string{}
	for _, found := range writtenAmount.FindAllStringSubmatch(flat(text), -1) {
		number := strings.TrimRight(found[1]+found[2], ".,")
		cents := "00"
		if cut := len(number) - 3; cut > 0 && strings.ContainsRune(".,", rune(number[cut])) {
			number, cents = number[:cut], number[cut+1:]
		}
		amounts[found[0]] = strings.NewReplacer(".", "", ",", "").Replace(number) + cents
	}
	return amounts
}
