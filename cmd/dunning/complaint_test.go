package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A complaint about a claim on hold: its receipt is confirmed by a mail, and a person answers it.
func TestComplainCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer BAS"})[0]
	o.started(t, ref)
	id, today := ref.ClaimID, calendar.DateOf(time.Now())
	o.says(t, "recorded with key ...", "claim", "hold", id)
	o.refuses(t, 2, "the complaint is empty; right would be what the debtor says", "claim", "complain", id, " ")
	o.refuses(t, 2, "is in the future; right would be a day up to and including "+today.String(), "claim", "complain", id, "x", "--received", today.AddDays(1).String())
	o.refuses(t, 2, "is more than a year ago; right would be a day from ", "claim", "complain", id, "x", "--received", today.AddDays(-400).String())
	o.refuses(t, 2, "--received: ", "claim", "complain", id, "x", "--received", "yesterday")
	said := ""
	for _, first := range []string{"recorded with key c1", "told before with key c1; nothing changed (another one that is equal needs a --key of its own)"} {
		said = o.says(t, first+"; end it with: dunning claim done "+id+" answer-complaint:c1", "claim", "complain", id, "nobody answers the telephone", "--key", "c1")
	}
	o.refuses(t, 2, "complaint:c1 was recorded before with other particulars", "claim", "complain", id, "something else", "--key", "c1")
	if _, err := o.teller.letterLeft(t.Context(), ref, "complaint:c1"); err != nil {
		t.Fatal(err)
	}
	letters, err := o.store.LettersOf(t.Context(), ref)
	if err != nil || len(letters) == 0 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	confirmation := letters[len(letters)-1]
	if confirmation.Step != "complaint:c1" || confirmation.Demanded != 0 || !confirmation.PayBy.IsZero() || !strings.Contains(confirmation.Body, "werkdagen na de") {
		t.Errorf("%s asks %s: %s", confirmation.Step, confirmation.Demanded, confirmation.Body)
	}
	if mails, err := o.stack.sink.ByMessageID(confirmation.MessageID); err != nil || len(mails) != 1 {
		t.Errorf("%d mails, %v", len(mails), err)
	}
	sum := sha256.Sum256(confirmation.PDF)
	certificate := o.says(t, "complaint:c1 by email of ...", "claim", "certificate", id, "complaint:c1")
	for _, want := range []string{"paper " + hex.EncodeToString(sum[:]) + "\n", "agency's registration number", "art. 11 lid 1 onder a Wet kwaliteit"} {
		if !strings.Contains(strings.ReplaceAll(certificate, "│", ""), want) {
			t.Errorf("it does not say %q:\n%s", want, certificate)
		}
	}
	if strings.Contains(certificate, "NOT KEPT") || !strings.Contains(certificate, "kept") {
		t.Error(certificate)
	}
	var listed struct{ Certificates []postgres.Certificate }
	if err := json.Unmarshal([]byte(o.says(t, "...", "claim", "certificate", id, "--json")), &listed); err != nil || len(listed.Certificates) == 0 || !listed.Certificates[0].Current {
		t.Errorf("%+v, %v", listed, err)
	}
	o.refuses(t, 2, `there is no certificate of "no-such-step"`, "claim", "certificate", id, "no-such-step")
	for _, line := range []string{"can be enforced until ", "complaint ", "nobody answers the telephone", "complaint:c1 by email", "answer-complaint:c1"} {
		o.says(t, line+"...", "claim", "show", id)
	}
	o.says(t, "recorded", append(endedBy(t, said), "--reason", "apologised by telephone")...)
	if tasks := o.facts(t, ref).Tasks; !slices.Contains(tasks, claim.Task{Key: "answer-complaint:c1"}) {
		t.Errorf("%+v", tasks)
	}
	o.says(t, "done; next: ...", "claim", "withdraw", id, "--confirm", o.price(t, ref).String())
}
