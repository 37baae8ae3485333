package claim_test

import (
	"strings"
	"testing"
)

// The made-up claims live through all that an arrangement and a judgment can be: where one never comes, agreement about it would mean nothing.
func TestTheStoriesLiveArrangementsAndJudgments(t *testing.T) {
	t.Parallel()
	const stories = 3_000
	lived := map[string]int{}
	for number := range uint64(stories) {
		text, on := madeUp(number)
		s := newSecond(secondKnown(tell(text), text, num(inTheEnd)), day(on))
		s.account()
		for what, is := range s.lives(text) {
			if is {
				lived[what]++
			}
		}
	}
	for what, least := range map[string]int{
		"arrangement": stories / 5, "kept": 200, "lapsed": 50, "ended": 50, "replaced": 50, "in force": 200, "costs wait": 20, "taken back": 20, "known late": 50, "let go": 100,
		"judgment": stories / 9, "set aside": 20, "judgment while in force": 20, "judgment of what was met": 20,
		"decided above what is due": 40, "owed after all": 20,
	} {
		if lived[what] < least {
			t.Errorf("%s: %d of %d stories, at least %d are wanted; all: %v", what, lived[what], stories, least, lived)
		}
	}
}

// lives says what came of the arrangements and the procedure of a claim by the end of its walk.
func (s *second) lives(text string) map[string]bool {
	lived := map[string]bool{
		"arrangement": len(s.f.Arrangements) > 0, "replaced": len(s.f.Arrangements) > 1, "judgment": strings.Contains(text, "; court judgment "),
		"set aside": strings.Contains(text, "; court lost "), "judgment of what was met": s.settled != 0 && s.court(s.today) > 0,
		"decided above what is due": s.settled == 0 && s.decided(s.today) > s.charge(s.base()), "owed after all": s.bound > 0,
	}
	for k, a := range s.f.Arrangements {
		over := s.over(a)
		lived["kept"] = lived["kept"] || s.kept(k) != never
		lived["ended"] = lived["ended"] || !a.Ended.IsZero() && over == num(a.Ended) && over <= s.on
		lived["lapsed"] = lived["lapsed"] || over <= s.on && (a.Ended.IsZero() || over < num(a.Ended))
		lived["taken back"] = lived["taken back"] || a.TakenBack > 0
		for _, b := range booksOf(text) {
			lived["known late"] = lived["known late"] || b.Booked.After(a.On) && !b.On.After(a.On)
		}
	}
	lived["in force"] = s.inForce(s.today) >= 0
	lived["judgment while in force"] = lived["in force"] && s.court(s.today) > 0
	lived["costs wait"] = lived["in force"] && s.settled == 0 && s.waiting() > 0
	lived["let go"] = lived["kept"] && s.gone[ofInterest]+s.gone[ofCosts] > 0
	return lived
}
