package trajectory_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// What a person is asked to tell by hand, and what is asked again, names nothing that moves while the task is open: no cause, no amount of now, and nobody who stands for the debtor. What the debtor was told before stays so (docs/decisions/0094, 0096).
func TestTheWordsOfWhatAPersonTellsStand(t *testing.T) {
	t.Parallel()
	const (
		wrong   = "consumer; 2026-10-05 reminder by email; 2026-10-13 status closed; 2026-10-02 paid 400.00 known 2026-10-14"
		later   = "; 2026-10-03 paid 100.00 known 2026-10-20"
		first   = "the reminder of 2026-10-05 asked 1000.00, and was wrong: tell the debtor by hand, or who stands for the debtor, no letter could; claim corrections tells whom, how much was owed, and why"
		further = "the reminder of 2026-10-05 asked 1000.00, of which 600.00 was told to have been owed, and more is known since: tell the debtor by hand, or who stands for the debtor, no letter could; claim corrections tells whom, how much was owed, why, and what was told when"
	)
	for _, c := range []struct{ name, story, want string }{
		{"the first time", wrong, first},
		{"whatever more is known", wrong + later, first},
		{"also when it has died", wrong + "; 2026-10-14 flagged deceased", first},
		{"told by a person", wrong + later + "; task correct-letter:reminder done told reminder@2026-10-05=60000", further},
		{"told by a letter", wrong + later + "; 2026-10-12 correction:reminder by email corrects reminder@2026-10-05=60000", further},
		{"told, and it is of before the death", wrong + "; 2026-10-01 flagged deceased; 2026-10-03 paid 100.00 known 2026-10-20; task correct-letter:reminder done told reminder@2026-10-05=60000", further},
	} {
		f := tell(c.story)
		asked, _, err := trajectory.TellByHand(f, pinned(t, f), day("2026-10-20"))
		got := ""
		for _, a := range asked {
			if a.Task == trajectory.CorrectLetter+"reminder" {
				got = a.Todo
			}
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
	}
}

// A claim that changed its trajectory has two names for the step of a letter, and whoever asks whether a person has to tell of it, or did, takes both.
func TestATaskNamesAStepByEitherName(t *testing.T) {
	t.Parallel()
	const wrong = "consumer; 2026-10-05 old-reminder by email; 2026-10-02 paid 400.00 known 2026-10-14"
	for _, name := range []string{"reminder", "old-reminder"} {
		task := "; task correct-letter:" + name
		for _, c := range []struct {
			name, story     string
			untold, telling int
			ends            string
		}{
			{"open: it is asked, and a letter tells it", wrong + task + " open", 0, 1, ""},
			{"done before it was kept what was told: told for good", wrong + task + " done", 0, 0, ""},
			{"done, and that is known", wrong + task + " done told reminder@2026-10-05=60000", 0, 0, ""},
			{"done, and less was owed than was told", wrong + task + " done told reminder@2026-10-05=70000", 1, 1, ""},
			{"open again, and told", wrong + task + " open told reminder@2026-10-05=60000", 0, 0, "a person has told the debtor"},
			{"open, and right after all", strings.Split(wrong, "; 2026-10-02")[0] + task + " open", 0, 0, "what made the letter wrong was taken back: it asked what was owed"},
			{"open, and it came back", strings.Replace(strings.Split(wrong, "; 2026-10-02")[0], "by email", "by email failed", 1) + task + " open", 0, 0, "the letter did not arrive: it asked nothing of the debtor"},
		} {
			f := olden(tell(c.story))
			rules, now := ruled(t, f, "2026-10-14 10:00")
			untold, err := trajectory.Untold(f, rules)
			telling, err2 := trajectory.CorrectionTells(f, rules)
			if err != nil || err2 != nil || len(untold) != c.untold || len(telling) != c.telling {
				t.Errorf("%s, %s: untold %v, telling %v, %v, %v", name, c.name, untold, telling, err, err2)
			}
			over, err := trajectory.Unwanted(f, rules, now)
			ends := ""
			for _, d := range over {
				ends += d.Why
			}
			f.Status = claim.StatusClosed
			_, overToo, err2 := trajectory.TellByHand(f, rules, day("2026-10-14"))
			endsToo := ""
			for _, d := range overToo {
				endsToo += d.Why
			}
			if err != nil || err2 != nil || ends != c.ends || endsToo != c.ends {
				t.Errorf("%s, %s: ends %q, of a claim that has ended %q, want %q (%v, %v)", name, c.name, ends, endsToo, c.ends, err, err2)
			}
		}
	}
}

// olden are the facts of a claim of which letters left with a trajectory that called their steps otherwise: old-reminder is a reminder.
func olden(f claim.Facts) claim.Facts {
	for i := range f.Letters {
		f.Letters[i].Kind = strings.TrimPrefix(f.Letters[i].Kind, "old-")
	}
	return f
}

// All that came to be known of a letter is told, the weightiest first, and settlements from the last: who told the debtor of one tells what is new.
func TestAllThatMadeALetterWrongIsTold(t *testing.T) {
	t.Parallel()
	f := tell("consumer" + stickered + "; 2026-10-21 14-day-letter by email failed; 2026-11-06 summons by email asked 1157.00; 2026-10-30 paid 100.00 known 2026-11-10; 2026-10-31 paid 50.00 known 2026-11-12; 2026-11-01 credited 10.00 known 2026-11-11; 2026-11-05 flagged deceased")
	found, err := trajectory.Faults(f, library(t).Tables())
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	why := []string{found[0].Why()}
	for _, x := range found[0].Besides {
		why = append(why, x.Why())
	}
	want := "no letter should have left: deceased since 2026-11-05; the 14-day letter came back: collection costs were not due; paid on 2026-10-31, which was not known then; credited on 2026-11-01, which was not known then; paid on 2026-10-30, which was not known then"
	if got := strings.Join(why, "; "); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// pinned are the rules to which a claim is pinned.
func pinned(t *testing.T, f claim.Facts) trajectory.Rules {
	t.Helper()
	rules, err := library(t).Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}
