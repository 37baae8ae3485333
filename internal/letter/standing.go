package letter

import (
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
)

// figure tells on a day what is known of a claim beside its amount, and where nobody looked.
func (s Standing) figure(lang Language, on calendar.Date) figure {
	w := words[lang]
	g := grid{columns: []column{{w.Standing, false, 42}, {w.Known, false, 123}}}
	say := func(what, known string) { g.rows = append(g.rows, []string{what, known}) }
	until := w.EnforceableUntil
	if s.Enforceable.Before(on) {
		until = w.WasEnforceableUntil
	}
	say(w.Limitation, until+" "+lang.date(s.Enforceable)+". "+w.Term+": "+w.Terms[s.Term]+".")
	if len(s.Insolvencies) == 0 {
		say(w.Insolvency, w.NoInsolvency)
	}
	for _, v := range s.Insolvencies {
		say(w.Insolvency, v.told(lang))
	}
	for _, r := range s.Searches {
		say(w.Registers[r.Register], r.told(lang, s.Region))
	}
	address := w.AddressFine
	if !s.AddressUnknown.IsZero() {
		address = w.AddressUnknown + " " + lang.date(s.AddressUnknown)
	}
	say(w.Address, address)
	if len(s.Disputes) == 0 {
		say(w.Dispute, w.NoDispute)
	}
	for _, d := range s.Disputes {
		say(w.Dispute, d.told(lang))
	}
	return figure{grids: []grid{g}}
}

func (v Insolvency) told(lang Language) string {
	w := words[lang]
	if v.Until.IsZero() {
		return w.Troubles[v.What] + " " + w.Since + " " + lang.date(v.From)
	}
	return w.Troubles[v.What] + " " + w.FromDay + " " + lang.date(v.From) + " " + w.UntilDay + " " + lang.date(v.Until)
}

// told is the answer of a register with the day on which it was asked, or why there is none.
func (r Search) told(lang Language, region string) string {
	w := words[lang]
	switch {
	case r.On.IsZero() && r.Connected:
		return w.NotAsked + "."
	case r.On.IsZero():
		return w.NotAsked + ". " + w.NotConnected + " " + lang.country(region) + "."
	}
	said := w.Searched + " " + lang.date(r.On) + ": " + w.Entries[r.Said]
	if !r.Since.IsZero() {
		said += " " + w.Since + " " + lang.date(r.Since)
	}
	return said + "."
}

// country is the name of a country that is home, and else its code.
func (lang Language) country(code string) string {
	if code == "NL" {
		return words[lang].Home
	}
	return code
}

// told is a dispute with the debtor's words and ours.
func (d Dispute) told(lang Language) string {
	w := words[lang]
	outcome := w.NotJudged
	if !d.Judged.IsZero() {
		outcome = map[bool]string{false: w.Rejected, true: w.Upheld}[d.Upheld] + " " + lang.date(d.Judged)
		if d.JudgementReason != "" {
			outcome += ": " + strings.TrimSuffix(d.JudgementReason, ".")
		}
	}
	return lang.date(d.Raised) + ": " + strings.TrimSuffix(d.Grounds, ".") + ". " + outcome + "."
}
