package scenario_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// What is told of days that have passed, as the store takes it: what does not fit is refused, and changes nothing.

// before is on, or as often a day of some weeks before it.
func (r *randomLife) before(on calendar.Date) calendar.Date {
	if r.IntN(2) == 0 {
		return on
	}
	return on.AddDays(-1 - r.IntN(25))
}

// held is a hold from today or of before, up to a day that has perhaps passed too; or without an end, see heldForGood.
func (r *randomLife) held(key string, on, later calendar.Date) []occasion {
	from := r.before(on)
	if r.IntN(2) == 0 {
		return r.heldForGood(key, from, on)
	}
	until := pick(r, later, calendar.Max(from, on.AddDays(-r.IntN(8))))
	return []occasion{{on, fmt.Sprintf("hold: the client asks, key: %s, from: %s, until: %s", key, from, until), holds(claim.Pause{Key: key, Kind: claim.PauseHold, From: from, Until: until})}}
}

// heldForGood is a hold without an end: staff asks about it, is told once or more that it stays, and perhaps somebody resumes it.
func (r *randomLife) heldForGood(key string, from, on calendar.Date) []occasion {
	all := []occasion{{on, fmt.Sprintf("hold: the client asks, key: %s, from: %s", key, from), holds(claim.Pause{Key: key, Kind: claim.PauseHold, From: from})}}
	for i := range r.IntN(3) {
		on = on.AddDays(80 + r.IntN(40))
		all = append(all, r.answersReminder(fmt.Sprintf("%s-%d", key, i), on))
	}
	if r.IntN(3) == 0 {
		return all
	}
	return append(all, occasion{on.AddDays(3 + r.IntN(100)), "resume: it goes on, hold: " + key, func(f *claim.Facts, on calendar.Date) {
		f.Pauses = slices.Clone(f.Pauses)
		for i := range f.Pauses {
			if p := &f.Pauses[i]; p.Key == key && f.Status == claim.StatusOpen {
				p.Until = calendar.Max(on.AddDays(-1), p.From.AddDays(-1))
			}
		}
	}})
}

// holds puts the claim on hold, but not where that overlaps what is there.
func holds(hold claim.Pause) func(*claim.Facts, calendar.Date) {
	return func(f *claim.Facts, _ calendar.Date) {
		overlaps := func(p claim.Pause) bool {
			return p.Kind == claim.PauseHold && (hold.Until.IsZero() || !p.From.After(hold.Until)) && (p.Until.IsZero() || !p.Until.Before(hold.From)) && (p.Until.IsZero() || !p.Until.Before(p.From))
		}
		if f.Status == claim.StatusOpen && !hold.From.Before(f.HandedOverOn) && !slices.ContainsFunc(f.Pauses, overlaps) {
			f.Pauses = append(slices.Clone(f.Pauses), hold)
		}
	}
}

// flagged is a flag of the debtor: of one that stops letters it can be told since when it was so, and since when not any more.
func (r *randomLife) flagged(kind string, on, later calendar.Date) []occasion {
	flag := pick(r, claim.FlagBankrupt, claim.FlagMinor, claim.FlagEmailBounced)
	if flag == claim.FlagMinor && r.debtor == "company" { // a company has no age
		flag = claim.FlagDebtCounselling
	}
	from, to := on, later
	set, cleared := "flag: "+flag, "flag-cleared: "+flag
	if flag != claim.FlagEmailBounced {
		from, to = r.before(on), r.before(later)
		set, cleared = fmt.Sprintf("%s, since: %s", set, from), fmt.Sprintf("%s, since: %s", cleared, to)
	}
	occasions := []occasion{{on, set, func(f *claim.Facts, _ calendar.Date) { setFlag(f, flag, from) }}}
	if kind == "flag-cleared" {
		occasions = append(occasions, occasion{later, cleared, func(f *claim.Facts, _ calendar.Date) { clearFlag(f, flag, to) }})
	}
	return occasions
}

// setFlag sets a flag; of one that is set it corrects the day, but for a channel, which counts from the day on which it is known, while letters leave.
func setFlag(f *claim.Facts, kind string, from calendar.Date) {
	if channel(kind) && f.Status.Final() {
		return
	}
	f.Flags = slices.Clone(f.Flags)
	i := slices.IndexFunc(f.Flags, func(x claim.Flag) bool { return x.Kind == kind && x.Until.IsZero() })
	switch {
	case i < 0:
		f.Flags = append(f.Flags, claim.Flag{Kind: kind, From: from})
	case !channel(kind):
		f.Flags[i].From = from
	}
}

func channel(flag string) bool {
	return flag == claim.FlagEmailBounced || flag == claim.FlagAddressUnknown
}

// clearFlag ends the flag that is set, or corrects the end of the newest, the day before to; not before it began.
func clearFlag(f *claim.Facts, kind string, to calendar.Date) {
	if channel(kind) && f.Status.Final() {
		return
	}
	f.Flags = slices.Clone(f.Flags)
	newest := -1
	for i, x := range f.Flags {
		if x.Kind == kind && (newest < 0 || !f.Flags[newest].Until.IsZero()) {
			newest = i
		}
	}
	if newest >= 0 && !to.Before(f.Flags[newest].From) {
		f.Flags[newest].Until = to.AddDays(-1)
	}
}

// returned is a letter that comes back, or came back some days ago; each step once in a life. The channel over which it went is not used any more.
func (r *randomLife) returned(on calendar.Date) occasion {
	step, back := pick(r, "reminder", "sticker-reminder", claim.FourteenDayLetter, claim.FourteenDayLetter, "summons", "final-summons"), r.before(on)
	told := "letter-returned: " + step
	if slices.ContainsFunc(r.events, func(e occasion) bool { return strings.HasPrefix(e.told, told+",") }) {
		return r.says("remark", fmt.Sprintf("k%d", len(r.events)), on)
	}
	return occasion{on, fmt.Sprintf("%s, on: %s", told, back), func(f *claim.Facts, on calendar.Date) {
		f.Letters = slices.Clone(f.Letters)
		for i := range slices.Backward(f.Letters) {
			if l := &f.Letters[i]; l.Step == step && l.State == claim.LetterAccepted && !l.On.After(back) {
				l.State, l.Received = claim.LetterFailed, calendar.Date{}
				setFlag(f, map[string]string{trajectory.ChannelEmail: claim.FlagEmailBounced, trajectory.ChannelPost: claim.FlagAddressUnknown}[l.Channel], on)
				return
			}
		}
	}}
}
