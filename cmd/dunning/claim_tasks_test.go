package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// What claims ask of staff is in one list, also when the claim has ended, with the command that ends it.
func TestClaimTasksCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer BAS"})[0]
	id, today := ref.ClaimID, calendar.DateOf(time.Now())
	o.says(t, "recorded with key c9; ...", "claim", "complain", id, "rude", "--key", "c9")
	o.refuses(t, 2, "there is no task none; open are: answer-complaint:c9", "claim", "done", id, "none")
	o.refuses(t, 2, `--client: there is no client "NONE"`, "claim", "tasks", "--client", "none")
	o.refuses(t, 2, "--kind: is empty; right would be", "claim", "tasks", "--kind", "")
	o.says(t, "no task is open of that kind; open are: ...", "claim", "tasks", "--client", "bas", "--kind", "answer-complain")
	if none := o.says(t, "...", "claim", "tasks", "--kind", "nothing-like-it", "--json"); none != `{"tasks":[]}`+"\n" {
		t.Errorf("none is %s", none)
	}
	for _, end := range []bool{false, true} {
		if end {
			o.started(t, ref)
			anna, bram := "Anna of "+id, "Bram of "+id
			o.refuses(t, 2, fmt.Sprintf("%q may not approve", anna), "claim", "close", id, "--reason", "a test", "--by", anna)
			for _, name := range []string{anna, bram} {
				o.says(t, name+" may approve", "payout", "approver", "add", name)
			}
			for _, said := range []string{"recorded", "it was so already; nothing changed"} { // one person twice is one
				o.says(t, said+"\nyou said so on "+today.String()+"; another person who may approve is needed", "claim", "close", id, "--reason", "a test", "--by", anna)
			}
			asked := o.says(t, today.String()+" (0d)  BAS  close-claim\n...", "claim", "tasks", "--client", "BAS", "--kind", "close-claim")
			if !strings.Contains(asked, anna+" wants to close the claim") || !strings.Contains(asked, "  end: dunning claim close "+id+" --reason TEXT --by NAME of another person") {
				t.Error(asked)
			}
			o.says(t, "recorded", "claim", "close", id, "--reason", "a test", "--by", bram)
			if err := o.teller.travel.MoveToEnd(t.Context(), workflows.ClaimID(id)); err != nil { // in the evening the complaint is confirmed first, in the morning
				t.Fatal(err)
			}
			if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Status.Final(), nil }); err != nil {
				t.Fatal(err)
			}
		}
		text := o.says(t, today.String()+" (0d)  BAS  answer-complaint:c9\n  claim: ...", "claim", "tasks", "--client", "BAS", "--kind", "answer-complaint")
		for _, want := range []string{"  claim: " + id + " (", "), " + string(o.facts(t, ref).Status) + "\n  do: answer the complaint by ", "\n  end: dunning claim done " + id + " answer-complaint:c9 ends it\n"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
	var listed struct {
		Tasks []struct {
			Client, Claim, Task, Kind, Ends string
			Status                          claim.Status
			Age                             *int `json:"age_days"`
		}
	}
	if err := json.Unmarshal([]byte(o.says(t, "...", "claim", "tasks", "--json")), &listed); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, x := range listed.Tasks {
		found = found || x.Claim == id && x.Task == "answer-complaint:c9" && x.Kind == "answer-complaint" && x.Client == "BAS" && x.Status.Final() && x.Age != nil && x.Ends != ""
	}
	if !found {
		t.Errorf("it is not among %+v", listed.Tasks)
	}
	o.says(t, "recorded", "claim", "done", id, "answer-complaint:c9")
	if text := o.says(t, "...", "claim", "tasks"); strings.Contains(text, "answer-complaint:c9\n  claim: "+id) {
		t.Errorf("it was done:\n%s", text)
	}
}

func TestWhatEndsATask(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"late-judgement:d1":          "dunning claim judge C d1 rejected|upheld --reason TEXT ends it",
		"judge-dispute:d1":           "dunning claim judge C d1 rejected|upheld --reason TEXT ends it",
		"answer-complaint:c1":        "dunning claim done C answer-complaint:c1 ends it",
		"repay-surplus:1.00":         "it ends when the refund is approved (receipts refund --claim), when the client paid back what it has of it (claim show says how), or when it was paid back otherwise: dunning claim done C repay-surplus:1.00",
		"refund-returned:r":          "it ends when another account is approved (receipts refund --to), or when nobody can be paid: dunning claim done C refund-returned:r",
		"hand-over-late:2026-12-02":  "it ends when the stage of the procedure is recorded (claim court); it is asked again a term later after: dunning claim done C hand-over-late:2026-12-02",
		"review-hold:2026-06-02":     "it ends when the hold is ended (claim resume); it is asked again a term later after: dunning claim done C review-hold:2026-06-02",
		"late-review:2026-06-02":     "it ends when the arrangement is ended (claim arrangement ID end); it is asked again a term later after: dunning claim done C late-review:2026-06-02",
		"review-stop:2026-06-02":     "it ends when the flag is cleared (claim flag --clear); it is asked again a term later after: dunning claim done C review-stop:2026-06-02",
		"stopped:wsnp":               "dunning goes on when the flag is cleared (dunning claim flag C wsnp --clear); what is asked is done with: dunning claim done C stopped:wsnp",
		"reversed-after-close:p1":    "dunning claim done C reversed-after-close:p1 ends it",
		"stopped-after-end:bankrupt": "dunning claim done C stopped-after-end:bankrupt ends it",
	} {
		if got := endOfTask(postgres.OpenTask{Client: "VBE", Claim: "C", Status: claim.StatusOpen, Key: key}); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	for want, task := range map[string]postgres.OpenTask{
		"dunning claim done C judge-dispute:d1 ends it":                                         {Client: "VBE", Claim: "C", Status: claim.StatusWithdrawn, Key: "judge-dispute:d1"}, // nobody else ends it
		"dunning claim judge C d1 rejected|upheld --reason TEXT ends it":                        {Client: "VBE", Claim: "C", Status: claim.StatusCourt, Key: "judge-dispute:d1"},
		"dunning claim repair C retry|skip|override|close --step summons --reason TEXT ends it": {Client: "VBE", Claim: "C", Status: claim.StatusOpen, Key: "repair", Step: "summons"},
		"it ends when the start is stated (dunning agreement start VBE --on DAY)":               {Client: "VBE", Key: "state-start"},
		"dunning agreement done VBE renewal:2 ends it":                                          {Client: "VBE", Key: "renewal:2"},
		"dunning receipts assign stmt-1 CLAIM ends it, or receipts split or refund":             {Key: "receipt:stmt-1"},
		"dunning claim done C stopped:wsnp ends it":                                             {Client: "VBE", Claim: "C", Status: claim.StatusClosed, Key: "stopped:wsnp"}, // no dunning that would go on
	} {
		if got := endOfTask(task); got != want {
			t.Errorf("%s: got %s, want %s", task.Key, got, want)
		}
	}
}
