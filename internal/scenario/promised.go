package scenario

import (
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// promisesKept tells of the promises that were kept of a claim that goes on, at the moment at which that came to be known: dunning is not held up any more. One that is waited for all the same, because
// the money can be meant for what was taken back, is told when that is over. One that was told as broken before is told by agreementsOver.
func (t teller) promisesKept() (entries []Entry) {
	told := map[string]bool{}
	for _, m := range t.moments {
		today := calendar.DateOf(m.at)
		for _, p := range m.Facts.Promises {
			kept := m.Facts.Kept(p)
			last := p.Until
			if m.Facts.Either(p) {
				kept, last = told[p.Key] && kept || kept && today.After(p.Until), p.Until.AddDays(1)
			}
			if kept && !told[p.Key] && p.Ended.IsZero() && !today.After(last) && m.Next.Kind != trajectory.ActClose && !m.Facts.Status.Final() {
				entries = append(entries, Entry{At: m.at, Kind: KindResume, Step: p.Key, Reason: m.Facts.SayPromise(p, today), late: true})
			}
			told[p.Key] = kept
		}
	}
	return entries
}
