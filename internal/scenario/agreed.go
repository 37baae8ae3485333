package scenario

import (
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// givenUp is what the debtor agreed on and did not keep, as it was known: dunning goes on from a day on.
type givenUp struct {
	key  string
	from calendar.Date
	why  string
}

// agreementsOver tells when a promise was broken or an arrangement lapsed, and that it stands after all when that comes to be known. No event of the case file
// does: both follow from the value dates of what was settled. until is the end of the telling.
func (t teller) agreementsOver(until time.Time) (entries []Entry) {
	told := map[string]bool{}
	for i, m := range t.moments {
		end := until
		if i+1 < len(t.moments) {
			end = t.moments[i+1].at
		}
		if m.Facts.Status.Final() { // one that is opened again goes on
			continue
		}
		over := map[string]bool{}
		for _, g := range givenUpBy(m.Facts) {
			begins := g.from.At(0, 0)
			if begins.After(m.at) && !begins.Before(end) {
				continue
			}
			if over[g.key] = true; !told[g.key] {
				entries = append(entries, Entry{At: latest(begins, m.at), Kind: KindResume, Step: g.key, Reason: g.why, late: begins.Before(m.at)})
			}
		}
		for key := range told {
			if !over[key] {
				entries = append(entries, Entry{At: m.at, Kind: KindHold, Step: key, Reason: "it was kept after all, as is known now", late: true})
			}
		}
		told = over
	}
	return entries
}

// givenUpBy is what of the agreements is broken or lapsed, at any day, by these facts. What somebody ended or replaced before is not: an event tells that.
func givenUpBy(f claim.Facts) (list []givenUp) {
	for _, p := range f.Promises {
		if from := p.Until.AddDays(1); !f.Kept(p) && (p.Ended.IsZero() || from.Before(p.Ended)) {
			list = append(list, givenUp{p.Key, from, f.SayPromise(p, from)})
		}
	}
	for _, a := range f.Arrangements {
		from := f.Lapsed(a)
		newest, _ := f.Arrangement(from)
		if !from.IsZero() && newest.Key == a.Key && (a.Ended.IsZero() || from.Before(a.Ended)) {
			list = append(list, givenUp{a.Key, from, f.SayArrangement(a, from)})
		}
	}
	return list
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
