package trajectory

import (
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
)

// Channels by which a step is done.
const (
	ChannelEmail = "email"
	ChannelPost  = "post"
	ChannelBoth  = "both"  // one letter by e-mail and one by post
	ChannelPhone = "phone" // a person calls; no letter
)

// channel is the first channel of the step that is open: e-mail while there is an address that did not bounce, post while there is an address; a
// person can always call.
// A channel on which this cycle of the step already failed is not tried again, unless the debtor has another address by now.
func (d *decision) channel(step string, cycle int, channels []string) (string, bool) {
	for _, listed := range channels {
		for _, channel := range single(listed) {
			if !d.failed(step, cycle, channel) && d.reachable(channel) {
				return channel, true
			}
		}
	}
	return "", false
}

// single gives the channels that one in a trajectory stands for.
func single(channel string) []string {
	if channel == ChannelBoth {
		return []string{ChannelEmail, ChannelPost}
	}
	return []string{channel}
}

// companionDays is within how many days the second letter of a step leaves that goes over both channels: longer than any row of days without contact. Later it
// would be a letter of its own, and is left out.
const companionDays = 4

// companion is the channel over which a step that was done by one of two letters still owes the other. The step counts from the later of the two.
func (d *decision) companion(i int) (channel string, owed bool) {
	step := d.rules.Policy.Steps[i]
	done, left := d.done(step.ID, 1)
	if !slices.Contains(step.Channels, ChannelBoth) || !left || done.last.Step == "" || d.today.DaysSince(done.on) > companionDays || d.anyLeft(d.rules.Policy.Steps[i+1:]) {
		return "", false
	}
	for _, channel := range single(ChannelBoth) {
		sent := slices.ContainsFunc(d.facts.Letters, func(l claim.Letter) bool { return l.Step == step.ID && l.Channel == channel && l.Left() })
		if !sent && !d.failed(step.ID, 1, channel) && d.reachable(channel) {
			return channel, true
		}
	}
	return "", false
}

func (d *decision) reachable(channel string) bool {
	switch channel {
	case ChannelEmail:
		return d.facts.HasEmail && !d.facts.Has(claim.FlagEmailBounced, d.today)
	case ChannelPhone: // by whatever number a person finds
		return true
	}
	return !d.facts.Has(claim.FlagAddressUnknown, d.today)
}

func (d *decision) failed(step string, cycle int, channel string) bool {
	for _, letter := range d.facts.Letters {
		if letter.Step == step && letter.Cycle == cycle && letter.Channel == channel && letter.State == claim.LetterFailed && !letter.Elsewhere {
			return true
		}
	}
	return false
}
