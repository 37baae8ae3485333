package main

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// A mail that was accepted bounces later: an operator says so, and the workflow sends the letter by post.
func TestTraceReturned(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	if _, err := o.teller.letterLeft(t.Context(), ref, "reminder"); err != nil {
		t.Fatal(err)
	}
	id, on := ref.ClaimID, calendar.DateOf(time.Now())
	o.refuses(t, 2, "no letter of step summons had left by "+on.String()+" that can have come back", "claim", "trace", id, "summons", "returned")
	o.refuses(t, 2, "is in the future; right would be a day up to and including", "claim", "trace", id, "reminder", "returned", "--on", on.AddDays(2).String())
	o.refuses(t, 2, "--on: is for a letter that was returned", "claim", "trace", id, "reminder", "delivered", "--on", on.String())
	o.refuses(t, 2, "--letter: is for a letter that was returned", "claim", "trace", id, "reminder", "delivered", "--letter", id)
	o.refuses(t, 2, "no letter "+id+" of step reminder had left by", "claim", "trace", id, "reminder", "returned", "--letter", id)
	o.refuses(t, 2, "--on: ", "claim", "trace", id, "reminder", "returned", "--on", "yesterday")
	o.refuses(t, 2, "--cycle: -1 is less than 1", "claim", "trace", id, "reminder", "returned", "--cycle", "-1")
	if o.facts(t, ref).Letters[0].On.After(on) { // handed over in the evening it left on a day to come: the clock of a claim is its own
		o.refuses(t, 2, "no letter of step reminder had left by "+on.String(), "claim", "trace", id, "reminder", "returned")
		return
	}
	for _, said := range []string{saidRecorded, saidKnown} {
		o.says(t, said, "claim", "trace", id, "reminder", "returned", "--cycle", "1")
	}
	if err := poll(t.Context(), func() (bool, error) {
		f := o.facts(t, ref)
		return len(f.Letters) == 2 && f.Letters[1].Channel == "post" && f.Letters[1].State == claim.LetterAccepted || o.state(t, ref).Next.Channel == "post", nil
	}); err != nil {
		t.Fatal(err)
	}
	if f := o.facts(t, ref); f.Letters[0].State != claim.LetterFailed || !f.Letters[0].Received.IsZero() || !f.Has(claim.FlagEmailBounced, on) {
		t.Errorf("%+v, %+v", f.Letters, f.Flags)
	}
	o.says(t, "letter-returned...", "claim", "show", id)
}
