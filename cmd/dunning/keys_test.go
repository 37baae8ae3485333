package main

import (
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
)

// What is told twice without --key is once, and says so; after it was answered it is another one, which needs a --key.
func TestWhatIsToldTwiceWithoutAKey(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	id := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0].ClaimID
	const twice = "; nothing changed (another one that is equal needs a --key of its own)"
	today := calendar.DateOf(time.Now()).String()
	for _, c := range []struct {
		key    string
		tell   []string
		answer []string // KEY is its key
	}{
		{today + "-7.50", []string{"information", id, "7,50", "extract"}, nil},
		{"call-back-" + today + "-" + digest("may I ask interest?"), []string{"request", id, "call-back", "may I ask interest?"}, []string{"answer", id, "KEY", "yes, from the due date"}},
		{"documents-" + today + "-" + digest("de factuur"), []string{"request", id, "documents", "de factuur"}, []string{"answer", id, "KEY", "it came"}},
		{today + "-" + digest("nobody answers"), []string{"complain", id, "nobody answers"}, []string{"done", id, "answer-complaint:KEY", "--reason", "apologised"}},
	} {
		of := func(text string) string { return strings.ReplaceAll(text, "KEY", c.key) }
		tell := append([]string{"claim"}, c.tell...)
		o.says(t, "recorded...", tell...)
		o.says(t, of("told before with key KEY"+twice)+"...", tell...)
		if c.answer == nil {
			continue
		}
		answer := []string{"claim"}
		for _, word := range c.answer {
			answer = append(answer, of(word))
		}
		o.says(t, "recorded", answer...)
		o.refuses(t, 2, of(" KEY was answered already; if this is another one, name it with --key"), tell...)
		o.says(t, of("told before with key KEY"+twice)+"...", append(tell, "--key", c.key)...)
		o.says(t, "recorded with key another-"+c.key+"; ...", append(tell, "--key", "another-"+c.key)...)
	}
	o.refuses(t, 2, "was recorded before with other particulars; use another key for something new", "claim", "information", id, "7,50", "a search")
}

// What is told several times at once is recorded once, and one only says that it was.
func TestWhatIsToldAtOnceIsRecordedOnce(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	id := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0].ClaimID
	answers := make(chan answer)
	const times = 6
	for range times {
		go func() { answers <- o.dunning(t, "claim", "pay", id, "1,00", "--key", "at once") }()
	}
	first := 0
	for range times {
		a := <-answers
		switch {
		case strings.HasPrefix(a.stdout, saidRecorded+"\n"):
			first++
		case a.code != 0 || !strings.HasPrefix(a.stdout, toldBefore("at once")+"\n"):
			t.Errorf("%+v", a)
		}
	}
	if first != 1 {
		t.Errorf("%d say that they recorded it", first)
	}
}
