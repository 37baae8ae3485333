package trajectory

import (
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
)

// NoticeInDoubt starts the key of the task to find out whether a 14-day letter arrived that was mailed to an address which had bounced before, as is known since; its step follows.
const NoticeInDoubt = "notice-in-doubt:"

// undelivered: costs rest on the receipt of the 14-day letter, so nothing else leaves while nobody knows whether it left, or arrived.
func (d *decision) undelivered() (Action, bool) {
	for _, letter := range d.facts.Letters {
		if letter.Kind == claim.FourteenDayLetter && letter.State == claim.LetterUnknown {
			return d.person(TraceLetter+letter.Step, "it is not known whether the 14-day letter left: a person finds out before anything else leaves"), true
		}
	}
	for _, task := range d.facts.Tasks {
		if task.Open && strings.HasPrefix(task.Key, NoticeInDoubt) {
			return Action{Kind: ActWait, Stage: d.stage(), Task: task.Key, Reason: "the 14-day letter was mailed to an address that had bounced: nothing else leaves until a person has said whether it arrived"}, true
		}
	}
	return Action{}, false
}
