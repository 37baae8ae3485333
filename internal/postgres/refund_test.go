package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/postgres"
)

// person gives somebody of the same moment.
func person(name string) postgres.Actor { return postgres.Actor{Name: name, At: at(today).At} }

// nobodys books a receipt that is nobody's yet.
func (w *world) nobodys(key, amount, iban string) {
	w.Helper()
	_, err := w.RecordReceipt(w.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: today, IBAN: iban, Payer: "P. Betaler", Remittance: "niets"}, at(today), w.lib.Rules)
	ok(w, err)
}

// No money goes back without a second person, whatever is tried.
func TestARefundNeedsFourEyes(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ctx := t.Context()
	w.nobodys("r", "42.00", "NL20INGB0001234567")
	ref := w.open()
	refused(t, second(w.DecideRefund(ctx, "r", true, person("Bram"))))
	refused(t, second(w.ProposeRefund(ctx, "r", " ", person("a"))))
	refused(t, second(w.ProposeRefund(ctx, "none", "x", person("a"))))
	r, err := w.ProposeRefund(ctx, "r", "nobody's", person("a"))
	ok(t, err)
	if r.Amount != eur("42.00") || r.IBAN != "NL20INGB0001234567" || r.Approved != nil {
		t.Errorf("%+v", r)
	}
	before := w.counts()
	ok(t, second(w.ProposeRefund(ctx, "r", "nobody's", person("a"))))
	refused(t, second(w.ProposeRefund(ctx, "r", "another reason", person("c"))))
	refused(t, second(w.DecideRefund(ctx, "r", true, person("a"))))
	refused(t, second(w.DecideRefund(ctx, "r", true, person("A"))))
	refused(t, w.AssignReceipt(ctx, "r", ref, at(today), w.lib.Rules))
	refused(t, second(w.DivideReceipt(ctx, "r", []postgres.Ref{ref, w.open()}, nil, at(today), w.lib.Rules)))
	for _, sql := range []string{
		`UPDATE refund SET approved = true, decided_by = proposed_by, decided_at = clock_timestamp()`, `UPDATE refund SET approved = true`, `UPDATE refund SET amount = 1`, `DELETE FROM refund`,
		`UPDATE refund SET decided_by = 'b'`, `UPDATE refund SET proposed_by = 'z'`,
	} {
		if _, err := w.db.App.Exec(ctx, sql); err == nil {
			t.Errorf("the application: %s", sql)
		}
	}
	if waiting, err := w.UnallocatedReceipts(ctx); err != nil || len(waiting) != 0 {
		t.Errorf("it waits: %v, %v", waiting, err)
	}
	r, err = w.DecideRefund(ctx, "r", true, person("Bram"))
	ok(t, err)
	if r.Approved == nil || !*r.Approved || r.DecidedBy != "Bram" {
		t.Errorf("%+v", r)
	}
	ok(t, second(w.DecideRefund(ctx, "r", true, person("Cor"))))
	refused(t, second(w.DecideRefund(ctx, "r", false, person("Cor"))))
	for _, sql := range []string{`UPDATE refund SET approved = false`, `UPDATE refund SET decided_by = 'c'`} {
		if _, err := w.super.Exec(ctx, sql); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("the superuser: %s: %v", sql, err)
		}
	}
	if got := w.counts(); !strings.Contains(before, "refund 1") || !strings.Contains(got, "refund 1") {
		t.Errorf("%s; was %s", got, before)
	}
}

func TestADeclinedRefundWaitsAgain(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.nobodys("r", "42.00", "NL20INGB0001234567")
	w.nobodys("without", "1.00", "")
	refusedFor(t, "without an account", "the bank told no account with receipt without", second(w.ProposeRefund(t.Context(), "without", "x", person("a"))))
	ok(t, second(w.ProposeRefund(t.Context(), "r", "x", person("a"))))
	ok(t, second(w.DecideRefund(t.Context(), "r", false, person("Bram"))))
	if waiting, err := w.UnallocatedReceipts(t.Context()); err != nil || len(waiting) != 2 {
		t.Errorf("%v, %v", waiting, err)
	}
	ok(t, w.AssignReceipt(t.Context(), "r", w.open(), at(today), w.lib.Rules))
	refused(t, second(w.ProposeRefund(t.Context(), "r", "x", person("a"))))
}

// What was paid too much on a claim goes back to where it came from, and the task to do so ends when a second person approves.
func TestTheSurplusOfAClaimIsRefunded(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, ctx := w.open(), t.Context()
	w.nobodys("small", "1.00", "NL20INGB0001234567")
	w.nobodys("r", "130.00", "NL20INGB0001234567")
	ok(t, w.AssignReceipt(ctx, "small", ref, at(today), w.lib.Rules))
	refused(t, second(w.ProposeSurplusRefund(ctx, "small", ref, "x", person("a"), w.lib.Rules)))
	ok(t, w.AssignReceipt(ctx, "r", ref, at(today), w.lib.Rules))
	open := func() (tasks []string) {
		for _, task := range w.facts(ref).Tasks {
			if task.Open {
				tasks = append(tasks, task.Key)
			}
		}
		return tasks
	}
	before := open()
	if len(before) != 1 || !strings.HasPrefix(before[0], "repay-surplus:") {
		t.Fatal(before)
	}
	refused(t, second(w.ProposeSurplusRefund(ctx, "small", ref, "x", person("a"), w.lib.Rules))) // it is less
	refusedFor(t, "another's receipt", "receipt none is not of claim", second(w.ProposeSurplusRefund(ctx, "none", ref, "x", person("a"), w.lib.Rules)))
	r, err := w.ProposeSurplusRefund(ctx, "r", ref, "paid too much", person("a"), w.lib.Rules)
	ok(t, err)
	if want := strings.TrimPrefix(before[0], "repay-surplus:"); r.Amount.String() != want {
		t.Errorf("%s, want %s", r.Amount, want)
	}
	refused(t, second(w.DecideRefund(ctx, "r", true, person("a"))))
	if got := open(); len(got) != 1 {
		t.Errorf("the task ended before anybody approved: %v", got)
	}
	ok(t, second(w.DecideRefund(ctx, "r", true, person("Bram"))))
	if got := open(); len(got) != 0 {
		t.Error(got)
	}
	refused(t, second(w.ProposeSurplusRefund(ctx, "r", ref, "again", person("a"), w.lib.Rules)))
	all, err := w.Refunds(ctx)
	ok(t, err)
	if len(all) != 1 || all[0].ClaimID != ref.ClaimID {
		t.Errorf("%+v", all)
	}
}

func TestAReceiptIsSplitAsAPersonSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	a, b := w.handOver(first)[0], w.open(owedBy(first.Debtor))
	w.opened(a)
	w.nobodys("r", "90.00", "")
	part := func(ref postgres.Ref, amount string) postgres.Split {
		return postgres.Split{Ref: ref, Amount: eur(amount)}
	}
	for why, split := range map[string][]postgres.Split{
		"two claims or more": {part(a, "90.00")}, "each claim once": {part(a, "45.00"), part(a, "45.00")}, "of more than 0.00": {part(a, "90.00"), part(b, "0.00")},
		"add up to 80.00": {part(a, "40.00"), part(b, "40.00")}, "on another debtor": {part(a, "40.00"), part(w.open(), "50.00")},
	} {
		if _, err := w.SplitReceipt(t.Context(), "r", split, at(today), w.lib.Rules); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
	}
	right := []postgres.Split{part(a, "30.00"), part(b, "60.00")}
	d, err := w.SplitReceipt(t.Context(), "r", right, at(today), w.lib.Rules)
	ok(t, err)
	if d.Parts[0].Amount != eur("30.00") || d.Parts[1].Amount != eur("60.00") || d.Surplus != 0 || d.Parts[1].Reason.Detail != "the debtor meant 60.00 for it" {
		t.Errorf("%+v", d)
	}
	d, err = w.SplitReceipt(t.Context(), "r", right, at(today), w.lib.Rules)
	ok(t, err)
	if !d.Known {
		t.Errorf("%+v", d)
	}
	refused(t, second(w.SplitReceipt(t.Context(), "r", []postgres.Split{part(a, "31.00"), part(b, "59.00")}, at(today), w.lib.Rules)))
	got := map[postgres.Ref]claim.Settlement{a: w.facts(a).Settlements[0], b: w.facts(b).Settlements[0]}
	if got[a].Amount != eur("30.00") || got[b].Amount != eur("60.00") {
		t.Errorf("%+v", got)
	}
}

// A match that rests on how a claim was is not booked when the claim has moved on.
func TestAMatchIsBookedOnClaimsAsTheyWereSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, ctx := w.open(), t.Context()
	w.nobodys("r", "40.00", "")
	m := postgres.Match{Outcome: matching.Automatic, Rule: matching.ExactReference, Version: 1, Why: "w", Proposals: []matching.Proposal{{Parts: []matching.Part{{Claim: ref.ClaimID, Amount: eur("40.00")}}}}, At: at(today).At}
	version := w.facts(ref).Version
	ok(t, w.Remark(ctx, ref, "k", "something happened", at(today)))
	before := w.counts()
	if err := w.BookMatch(ctx, "r", m, []postgres.Ref{ref}, []int64{version}, person("matching"), w.lib.Rules); err != postgres.ErrMoved || w.counts() != before { //nolint:errorlint // the very error
		t.Errorf("%v", err)
	}
	ok(t, w.BookMatch(ctx, "r", m, []postgres.Ref{ref}, []int64{w.facts(ref).Version}, person("matching"), w.lib.Rules))
	before = w.counts()
	if err := w.BookMatch(ctx, "r", m, []postgres.Ref{ref}, []int64{w.facts(ref).Version}, person("matching"), w.lib.Rules); err != postgres.ErrMoved || w.counts() != before { //nolint:errorlint // the very error
		t.Errorf("told again: %v", err)
	}
	if rule := query[string](w, `SELECT rule FROM receipt_match WHERE receipt = 'r'`); rule != "exact-reference" {
		t.Error(rule)
	}
}

// What of a surplus the client has is no refund of ours: the error says what to do, and after that what is with us goes back. 100.33 is owed.
func TestASurplusThatIsPartlyAtTheClient(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story           string
		ours            string
		clients         []string // amounts, under the keys p0, p1 ...
		elsewhere, said string
		right           func(w *world, ref postgres.Ref) // what it says
		goesBack        string
	}{
		{"partly", "30.00", []string{"120.00"}, "19.67", "dunning claim correct CLAIM p0 --amount 100.33 --reason TEXT.",
			func(w *world, ref postgres.Ref) {
				ok(w, second(w.corrects(ref, "p0", postgres.Correction{Amount: eur("100.33")})))
			}, "30.00"},
		{"all of a payment, and of one before it", "30.00", []string{"110.00", "10.00"}, "19.67", "dunning claim reverse CLAIM p1 --reason TEXT; dunning claim correct CLAIM p0 --amount 100.33 --reason TEXT.",
			func(w *world, ref postgres.Ref) {
				ok(w, second(w.reverses(ref, "p1", "the client gave it back")))
				ok(w, second(w.corrects(ref, "p0", postgres.Correction{Amount: eur("100.33")})))
			}, "30.00"},
		{"all of it", "", []string{"120.00"}, "19.67", "dunning claim correct CLAIM p0 --amount 100.33 --reason TEXT.",
			func(w *world, ref postgres.Ref) {
				ok(w, second(w.corrects(ref, "p0", postgres.Correction{Amount: eur("100.33")})))
			}, ""},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref := w.open()
			for i, amount := range c.clients {
				w.pays(ref, fmt.Sprintf("p%d", i), amount, 0)
			}
			if c.ours != "" {
				w.nobodys("r", c.ours, "NL20INGB0001234567")
				ok(t, w.AssignReceipt(t.Context(), "r", ref, at(today), w.lib.Rules))
			}
			propose := func() ([]postgres.Refund, error) {
				return w.ProposeSurplusRefunds(t.Context(), ref, "paid too much", person("a"), w.lib.Rules)
			}
			_, err := propose()
			refusedFor(t, "the client has it", c.elsewhere+" of it is at the client, not with us. Right would be that the client pays that back to the debtor, and then, so that the claim has what the client kept: "+strings.ReplaceAll(c.said, "CLAIM", ref.ClaimID), err)
			c.right(w, ref)
			list, err := propose()
			if c.goesBack == "" {
				refusedFor(t, "nothing is left", "nothing is to be paid back on claim", err)
				return
			}
			ok(t, err)
			if len(list) != 1 || list[0].Amount.String() != c.goesBack {
				t.Errorf("%+v", list)
			}
		})
	}
}
