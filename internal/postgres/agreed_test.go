package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// policy is that of a configuration which says nothing else.
var policy = func() config.Policy {
	c, err := config.Development(nil)
	if err != nil {
		panic(err)
	}
	return c.Policy
}()

func (w *world) promise(ref postgres.Ref, key, amount string, by calendar.Date) error {
	return w.RecordPromise(w.Context(), ref, key, eur(amount), by, policy.Leniency(), at(today), w.lib.Rules)
}

func (w *world) arrange(ref postgres.Ref, key string, count int, first calendar.Date, amounts ...string) error {
	plan := claim.Plan{Count: count, First: first}
	for _, a := range amounts {
		plan.Amounts = append(plan.Amounts, eur(a))
	}
	return w.RecordArrangement(w.Context(), ref, postgres.Proposal{Key: key, Permission: "by telephone", Plan: plan}, policy.Leniency(), at(today), w.lib.Rules)
}

// agreedOn is the promises and arrangements of a claim in words.
func (w *world) agreedOn(ref postgres.Ref, day calendar.Date) string {
	var said []string
	f := w.facts(ref)
	for _, p := range f.Promises {
		said = append(said, p.Key+": "+f.SayPromise(p, day))
	}
	for _, a := range f.Arrangements {
		said = append(said, fmt.Sprintf("%s: %s %v", a.Key, f.SayArrangement(a, day), a.Instalments))
	}
	return strings.Join(said, "\n")
}

// refusedFor wants a *ConflictError that begins like that.
func refusedFor(t *testing.T, what, want string, err error) {
	t.Helper()
	var conflict *postgres.ConflictError
	if !errors.As(err, &conflict) || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

func TestAPromiseIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.promise(ref, "p1", "60.00", today.AddDays(6)))
	want := "p1: 60.00 by 2026-11-09, promised on 2026-11-03: not broken before the end of 2026-11-11"
	if got := w.agreedOn(ref, today); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if a := w.next(ref); a.Kind != trajectory.ActWait || a.Day != today.AddDays(9) {
		t.Errorf("%+v", a)
	}
	if got := query[string](w, `SELECT message || ' ' || key FROM outbox WHERE claim_id = $1 AND message <> 'start'`, ref.ClaimID); got != "hold-changed promise:p1" {
		t.Error(got)
	}
	before := w.counts()
	ok(t, w.promise(ref, "p1", "60.00", today.AddDays(6)))
	for what, c := range map[string]struct {
		want string
		err  error
	}{
		"other particulars":  {"promise:p1 was recorded before with other particulars", w.promise(ref, "p1", "61.00", today.AddDays(6))},
		"a second one":       {"promise p1 is open: 60.00 by 2026-11-09", w.promise(ref, "p2", "10.00", today.AddDays(6))},
		"no key":             {"the key is empty", w.promise(ref, " ", "10.00", today.AddDays(6))},
		"none to take back":  {"promise p2 is not open", w.WithdrawPromise(t.Context(), ref, "p2", at(today))},
		"one that is broken": {"promise p1 is not open", w.WithdrawPromise(t.Context(), ref, "p1", at(today.AddDays(9)))},
	} {
		refusedFor(t, what, c.want, c.err)
	}
	if w.counts() != before {
		t.Error("something was recorded all the same")
	}
	for range 2 {
		ok(t, w.WithdrawPromise(t.Context(), ref, "p1", at(today)))
	}
	ok(t, w.promise(ref, "p2", "100.33", today.AddDays(30)))
	if got := w.agreedOn(ref, today); !strings.Contains(got, "p1: 60.00 by 2026-11-09, promised on 2026-11-03: taken back on 2026-11-03\np2: 100.33 by 2026-12-03, ") {
		t.Error(got)
	}
}

func TestPromisesThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, closed, arranged := w.open(), w.open(), w.open()
	_, err := w.CloseClaim(t.Context(), closed, claim.StatusClosed, "x", at(today), func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	ok(t, w.arrange(arranged, "a", 2, today.AddDays(6)))
	before := w.counts()
	for what, c := range map[string]struct {
		want string
		err  error
	}{
		"yesterday":        {"by 2026-11-02 is not within 30 days; right would be a day from 2026-11-03 up to and including 2026-12-03", w.promise(ref, "p", "1.00", today.AddDays(-1))},
		"in a month":       {"by 2026-12-04 is not within 30 days", w.promise(ref, "p", "1.00", today.AddDays(31))},
		"more than owed":   {"100.34 cannot be promised; right would be more than 0.00 and at most the 100.33 that is owed", w.promise(ref, "p", "100.34", today)},
		"nothing":          {"0.00 cannot be promised", w.promise(ref, "p", "0.00", today)},
		"of what is ended": {"the claim is closed", w.promise(closed, "p", "1.00", today)},
		"in instalments":   {"payment arrangement a is in force: ", w.promise(arranged, "p", "1.00", today)},
	} {
		refusedFor(t, what, c.want, c.err)
	}
	if w.counts() != before {
		t.Error("something was recorded all the same")
	}
}

func TestAnArrangementIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.arrange(ref, "a1", 3, calendar.MustParseDate("2026-11-30")))
	want := "a1: 100.33 in 3 instalments up to 2027-01-30, agreed on 2026-11-03: in force, 33.44 is due for instalment 1 on 2026-11-30 [{2026-11-30 33.44} {2026-12-30 33.44} {2027-01-30 33.45}]"
	if got := w.agreedOn(ref, today); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if a := w.next(ref); a.Step != "arrangement:a1" || a.Letter != trajectory.ArrangementConfirmation {
		t.Errorf("%+v", a)
	}
	before := w.counts()
	ok(t, w.arrange(ref, "a1", 3, calendar.MustParseDate("2026-11-30")))
	for what, c := range map[string]struct {
		want string
		err  error
	}{
		"other particulars": {"arrangement:a1 was recorded before with other particulars", w.arrange(ref, "a1", 4, calendar.MustParseDate("2026-11-30"))},
		"a second one":      {"payment arrangement a1 is in force: 100.33 in 3 instalments", w.arrange(ref, "a2", 2, calendar.MustParseDate("2026-11-30"))},
		"without a reason":  {"an arrangement is ended for a reason", w.EndArrangement(t.Context(), ref, " ", at(today))},
	} {
		refusedFor(t, what, c.want, c.err)
	}
	if w.counts() != before {
		t.Error("something was recorded all the same")
	}
	for range 2 {
		ok(t, w.EndArrangement(t.Context(), ref, "pays at once", at(today)))
	}
	refusedFor(t, "ended for another reason", "arrangement-ended:a1 was recorded before", w.EndArrangement(t.Context(), ref, "another", at(today)))
	ok(t, w.arrange(ref, "a2", 0, today, "98.00", "2.33")) // the last is what is left
	if a, ok := w.facts(ref).ArrangementOn(today); !ok || a.Key != "a2" || a.Owed.Interest != eur("0.33") {
		t.Errorf("%+v", a)
	}
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	if then := h.Facts.KnownOn(h.Records, today.AddDays(-1)); len(then.Arrangements) != 0 {
		t.Errorf("known the day before: %+v", then.Arrangements)
	}
}

func TestArrangementsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, disputed, bankrupt, unarranged := w.open(), w.open(), w.open(), w.open()
	ok(t, w.RaiseDispute(t.Context(), disputed, "d", "never ordered", at(today)))
	ok(t, w.SetFlag(t.Context(), bankrupt, claim.FlagBankrupt, calendar.Date{}, at(today)))
	small := w.open()
	ok(t, w.RecordSettlement(t.Context(), small, claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: today, Amount: eur("96.33")}, at(today), w.lib.Rules))
	before := w.counts()
	silent := postgres.Proposal{Key: "a", Plan: claim.Plan{Count: 2, First: today}}
	for what, c := range map[string]struct {
		want string
		err  error
	}{
		"without the client":      {"the client's permission is empty", w.RecordArrangement(t.Context(), ref, silent, policy.Leniency(), at(today), w.lib.Rules)},
		"one instalment":          {"an arrangement has 2 instalments or more", w.arrange(ref, "a", 1, today)},
		"less than a cent each":   {"an instalment is more than 0.00; 100.33 does not give 20000 of them", w.arrange(ref, "a", 20000, today)},
		"less than a letter asks": {"instalment 1 is 4.77, less than the minimum of 5.00 for which a letter leaves; right would be fewer instalments", w.arrange(ref, "a", 21, today)},
		"all of it too little":    {"4.00 is owed, less than the minimum of 5.00 for which a letter leaves; right would be to write it off", w.arrange(small, "a", 2, today)},
		"first too little":        {"instalment 1 is 4.99, less than the minimum", w.arrange(ref, "a", 0, today, "4.99", "95.34")},
		"a cent too little":       {"the amounts add up to 100.32 and 100.33 is owed today; right would be 50.33 as the last", w.arrange(ref, "a", 0, today, "50.00", "50.32")},
		"from yesterday":          {"the instalments are from 2026-11-02 to 2026-12-02; right would be days from 2026-11-03 up to and including 2028-11-03", w.arrange(ref, "a", 2, today.AddDays(-1))},
		"first in 13 months":      {"the first instalment is on 2027-11-04, more than 12 months from now, and a claim can lapse when nothing happens; right would be a day up to and including 2027-11-03", w.arrange(ref, "a", 2, today.AddMonths(12).AddDays(1))},
		"over more than 2 years":  {"the instalments are from 2026-11-04 to 2028-11-04", w.arrange(ref, "a", 25, today.AddDays(1))},
		"while it is disputed":    {"the debtor disputes the claim (d): it is judged first", w.arrange(disputed, "a", 2, today)},
		"with a bankrupt":         {"no arrangement can be made with the debtor: the debtor is bankrupt", w.arrange(bankrupt, "a", 2, today)},
		"none to end":             {"no payment arrangement is in force", w.EndArrangement(t.Context(), unarranged, "x", at(today))},
	} {
		refusedFor(t, what, c.want, c.err)
	}
	if w.counts() != before {
		t.Error("something was recorded all the same")
	}
}

// The schema knows itself that instalments add up, and that what was agreed can only end.
func TestTheSchemaAddsUpInstalments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.arrange(ref, "a", 2, today))
	for _, sql := range []string{
		`INSERT INTO instalment (client_id, claim_id, key, number, due_on, amount) SELECT client_id, claim_id, key, 3, due_on, 1 FROM instalment WHERE number = 1`,
		`INSERT INTO arrangement (client_id, claim_id, key, agreed_on, costs, interest, principal, settled, grace_days, reminder_days) SELECT client_id, claim_id, 'b', agreed_on, 0, 0, 1, 0, 2, 7 FROM arrangement`,
	} {
		if _, err := w.super.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "do not add up to what was owed") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	w.exec(`UPDATE arrangement SET ended_on = agreed_on`)
	if _, err := w.super.Exec(t.Context(), `UPDATE arrangement SET ended_on = NULL`); err == nil || !strings.Contains(err.Error(), "can only end, once") {
		t.Errorf("an arrangement that ended is in force again: %v", err)
	}
}

// Letters of an arrangement go through the register like all others: the payment of an instalment wins over its reminder.
func TestAPaymentWinsOverTheReminder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.arrange(ref, "a", 2, today))
	l, sent := w.register(ref, w.next(ref))
	if !sent || l.Step != "arrangement:a" {
		t.Fatalf("%+v", l)
	}
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur("50.16")}, at(today), w.lib.Rules))
	if a, _ := w.facts(ref).Arrangement(today); w.facts(ref).OverdueOn(a, today.AddDays(20)) != 0 {
		t.Error("a paid instalment is overdue")
	}
}

// What was paid before an arrangement and is taken back since is no instalment that is missed: a person ends the arrangement. What is corrected stands.
func TestAPaymentOfBeforeAnArrangementIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	for _, key := range []string{"gone", "corrected", "before"} {
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.PaidToClient, On: today, Amount: eur("10.00")}, at(today), w.lib.Rules))
	}
	reverse := func(key string) {
		_, err := w.ReverseSettlement(t.Context(), ref, key, "storno", at(today), w.lib.Rules)
		ok(t, err)
	}
	reverse("before")
	ok(t, w.arrange(ref, "a", 2, today.AddDays(6)))
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "since", Kind: claim.PaidToClient, On: today, Amount: eur("5.00")}, at(today), w.lib.Rules))
	reverse("since")
	_, err := w.CorrectSettlement(t.Context(), ref, "corrected", postgres.Correction{Key: "right", Amount: eur("8.00")}, "it was less", at(today), w.lib.Rules)
	ok(t, err)
	if a, _ := w.facts(ref).Arrangement(today); a.TakenBack != eur("2.00") {
		t.Errorf("%s was taken back, want the 2.00 of the correction", a.TakenBack)
	}
	reverse("gone")
	if a, _ := w.facts(ref).Arrangement(today); a.TakenBack != eur("12.00") || w.facts(ref).Short(a, 0, today) != a.DueBy(0) {
		t.Errorf("%s was taken back, and %s of the first part is short", a.TakenBack, w.facts(ref).Short(a, 0, today))
	}
	a := w.next(ref)
	if a.Task != trajectory.ReviewArrangement+"a" {
		t.Errorf("%+v", a)
	}
	_, err = w.OpenTask(t.Context(), ref, a.Task, a.Reason, at(today))
	ok(t, err)
	if asked, _ := w.facts(ref).Arrangement(today); asked.ReviewFrom != today {
		t.Errorf("a person was asked on %s, want %s", asked.ReviewFrom, today)
	}
	refusedFor(t, "done, while it is in force", "ends when the arrangement is ended (claim arrangement ID end)", w.CompleteTask(t.Context(), ref, a.Task, "seen", at(today)))
	ok(t, w.EndArrangement(t.Context(), ref, "agreed anew", at(today)))
	if open := w.openTasks(ref); open != "" {
		t.Errorf("open: %s", open)
	}
}
