package postgres_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// The open tasks of all clients are listed, oldest first, also of claims that have ended, of agreements, and of claims that wait for a repair; of one client only its
// own. All are counted by kind, with the receipts that wait for their claim.
func TestOpenTasks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.client
	ended, mine := w.open(), w.open()
	w.client = w.newClient("B")
	theirs := w.open()
	for _, task := range []struct {
		ref  postgres.Ref
		key  string
		days int
	}{{mine, "answer-complaint:c1", -2}, {theirs, "answer-complaint:c1", -3}, {ended, "repay-surplus:1.00", -5}, {mine, "find-address", 0}, {mine, "small-balance", -1}} {
		ok(t, second(w.OpenTask(t.Context(), task.ref, task.key, "do "+task.key, at(today.AddDays(task.days)))))
	}
	ok(t, w.CompleteTask(t.Context(), mine, "answer-complaint:c1", "by letter", at(today)))
	w.exec(`UPDATE claim SET status = 'paid' WHERE id = $1`, ended.ClaimID)
	w.exec(`UPDATE task SET done_on = $2 WHERE claim_id = $1 AND key = 'small-balance'`, mine.ClaimID, today)
	ok(t, second(w.RecordAttention(t.Context(), theirs, claim.Attention{Action: "reminder", Cause: "MailRefused", Since: today.AddDays(-1).At(0, 30)}, at(today))))
	w.exec(`UPDATE claim SET attention_action = 'x', attention_cause = 'X', attention_since = clock_timestamp() WHERE id = ANY ($1)`, []string{ended.ClaimID, mine.ClaimID})
	ok(t, second(w.RecordRepair(t.Context(), mine, claim.Repair{Key: "r", Do: "retry", Step: "x", Reason: "mended"}, at(today), stillSo)))
	ok(t, w.sign("basis", today.String(), today))
	w.exec(`INSERT INTO agreement_task (client_id, agreement_id, key, opened_on, detail, done_on) VALUES ($1, $2, 'renewal:2', $3, 'tell the client', NULL), ($1, $2, 'renewal:1', $3, 'tell the client', $3)`,
		w.client, w.agreement().AgreementID, today.AddDays(-2))
	listed := func(client string) string {
		t.Helper()
		list, err := w.OpenTasks(t.Context(), client)
		ok(t, err)
		var words []string
		for _, x := range list {
			words = append(words, strings.TrimSpace(strings.Join([]string{x.Opened.String(), x.Client, string(x.Status), x.Key, x.Detail, x.Step}, " ")))
		}
		return strings.Join(words, ", ")
	}
	surplus := today.AddDays(-5).String() + " " + "A" + " paid repay-surplus:1.00 do repay-surplus:1.00"
	complaint := today.AddDays(-3).String() + " B open answer-complaint:c1 do answer-complaint:c1"
	renewal := today.AddDays(-2).String() + " B  renewal:2 tell the client"
	repair := today.AddDays(-1).String() + " B open repair reminder could not be done (MailRefused): find out why, and repair it reminder"
	address := today.String() + " " + "A" + " open find-address do find-address"
	for client, want := range map[string][]string{"": {surplus, complaint, renewal, repair, address}, first: {surplus, address}, w.client: {complaint, renewal, repair}} {
		if got := listed(client); got != strings.Join(want, ", ") {
			t.Errorf("of client %s\ngot  %s\nwant %s", client, got, strings.Join(want, ", "))
		}
	}
	w.waits("r1", "10.00")
	w.importFile(testkit.Camt("m", "1 100.00 75.00: 2026-11-03 -25.00 a x|iets"))
	counts, err := w.CountOpenTasks(t.Context())
	ok(t, err)
	if want := map[string]int64{"repay-surplus": 1, "answer-complaint": 1, "find-address": 1, "renewal": 1, "repair": 1, "receipt": 1, "line": 1}; !maps.Equal(counts, want) {
		t.Errorf("got %v, want %v", counts, want)
	}
}

// A task about a dispute is listed with what the debtor says, and since when; it names the day by which it is judged. What is no task about it, or of another dispute, has no such words.
func TestATaskAboutADisputeSaysWhatIsDisputed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, other := w.open(), w.open()
	ok(t, w.RaiseDispute(t.Context(), ref, "d1", "the goods never arrived", at(today)))
	ok(t, w.RaiseDispute(t.Context(), other, "d2", "of another claim", at(today)))
	for _, key := range []string{"judge-dispute:d1", "late-judgement:d1", "tell-court-desk:d1", "judge-dispute:d2", "call:d1"} {
		ok(t, second(w.OpenTask(t.Context(), ref, key, "do it by then", at(today))))
	}
	list, err := w.OpenTasks(t.Context(), "")
	ok(t, err)
	says := map[string]string{}
	for _, x := range list {
		says[x.Key] = x.Detail
	}
	disputed := "do it by then; since " + today.String() + " the debtor says: the goods never arrived"
	want := map[string]string{"judge-dispute:d1": disputed, "late-judgement:d1": disputed, "tell-court-desk:d1": disputed, "judge-dispute:d2": "do it by then", "call:d1": "do it by then"}
	if !maps.Equal(says, want) {
		t.Errorf("got %v, want %v", says, want)
	}
}
