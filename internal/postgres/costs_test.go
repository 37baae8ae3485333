package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// noticed makes the 14-day letter what comes next of an open claim.
func (w *world) noticed(ref postgres.Ref) {
	w.Helper()
	w.exec(`INSERT INTO skipped_step (client_id, claim_id, step, on_day) SELECT client_id, id, step, $2 FROM claim, unnest(ARRAY['reminder', 'sticker-reminder']) step WHERE id = $1`, ref.ClaimID, today.AddDays(-30))
}

// notice writes a 14-day letter that names what it has to.
func (w *world) notice(file postgres.CaseFile) (postgres.Draft, error) {
	rules, err := w.lib.Rules(file.Facts)
	if err != nil {
		return postgres.Draft{}, err
	}
	n, err := file.Facts.NoticeOn(rules.Tables, file.Facts.Principal(), today)
	if err != nil {
		return postgres.Draft{}, err
	}
	draft, err := write(file)
	draft.Announced = n.Announced
	return draft, err
}

// Two claims of one consumer, each asked in a letter of its own at the same moment, cost as much as one letter for both would (art. 6:96 lid 7 BW).
func TestTwoNoticesAtOnceNameOneMinimum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var action trajectory.Action
	for range 12 {
		debtor := w.newClaim().Debtor
		refs := w.handOver(w.newClaim(owedBy(debtor)), w.newClaim(owedBy(debtor)))
		for _, ref := range refs {
			w.opened(ref)
			w.noticed(ref)
		}
		action = w.next(refs[0])
		var both sync.WaitGroup
		for _, ref := range refs {
			both.Go(func() {
				if _, _, _, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, w.notice); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
	}
	if action.Letter != claim.FourteenDayLetter {
		t.Fatalf("%+v", action)
	}
	if got := query[string](w, `SELECT count(*) || ' letters, ' || sum(announced_costs) || ' cents' FROM letter WHERE kind = '14-day-letter'`); got != "12 letters, 48000 cents" {
		t.Errorf("of 12 debtors: %s", got)
	}
}

// What a letter named stays with it, and the letters of other claims are seen: of this consumer with this client, and no others.
func TestWhatOtherLettersNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	consumer := w.newClaim().Debtor
	business := consumer
	business.Kind = claim.DebtorKind{InBusiness: true, NaturalPerson: true}
	rent := func(c *postgres.NewClaim) { c.Agreement.InstalmentsOf = "huur 12" }
	first := w.open(owedBy(consumer), rent)
	w.noticed(first)
	l, _, _, err := w.RegisterLetter(t.Context(), first, w.next(first), at(today), w.lib.Rules, w.notice)
	ok(t, err)
	named := w.facts(first).Letters[0].Announced
	if want := (claim.Announced{Principal: eur("100.00"), Costs: eur("40.00")}); named != want {
		t.Errorf("named %+v, want %+v", named, want)
	}
	seen := func(change ...func(*postgres.NewClaim)) string {
		return fmt.Sprint(w.facts(w.open(change...)).OtherNotices)
	}
	demanded := law.Demanded{Principal: eur("100.00"), Costs: eur("40.00")}
	for _, c := range []struct{ name, got, want string }{
		{"of another contract", seen(owedBy(consumer)), fmt.Sprint([]claim.OtherNotice{{On: today, Demanded: demanded}})},
		{"of the same contract", seen(owedBy(consumer), rent), fmt.Sprint([]claim.OtherNotice{{On: today, Demanded: demanded, SameContract: true}})},
		{"the same person in business", seen(owedBy(business)), "[]"},
		{"another debtor", seen(), "[]"},
		{"the claim itself", fmt.Sprint(w.facts(first).OtherNotices), "[]"},
	} {
		if c.got != c.want {
			t.Errorf("%s sees %s, want %s", c.name, c.got, c.want)
		}
	}
	w.exec(`UPDATE letter SET announced_principal = 0, announced_costs = 0 WHERE id = $1`, l.ID) // as migration 00011 found it
	demanded.Costs = 0
	if got, want := seen(owedBy(consumer)), fmt.Sprint([]claim.OtherNotice{{On: today, Demanded: demanded, WholeScale: true}}); got != want {
		t.Errorf("of a letter of before %s is seen, want %s", got, want)
	}
	second := w.facts(w.open(owedBy(consumer)))
	if n, err := second.NoticeOn(w.lib.Tables(), eur("100.00"), today); err != nil || n.Costs != 0 || n.Others.Costs != eur("40.00") {
		t.Errorf("the second letter names %+v, %v", n, err)
	}
	w.exec(`UPDATE letter SET state = 'failed' WHERE id = $1`, l.ID)
	if got := seen(owedBy(consumer)); got != "[]" {
		t.Errorf("a letter that failed is seen: %s", got)
	}
	w.client = w.newClient("B")
	if got := seen(owedBy(consumer)); got != "[]" {
		t.Errorf("another client sees %s", got)
	}
}

func TestAPersonReviewsTheCosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	review := func(amount, reason string) error {
		return w.ReviewCosts(t.Context(), ref, eur(amount), reason, at(today), w.lib.Rules)
	}
	_, err := w.OpenTask(t.Context(), ref, trajectory.ReviewCosts, "decide", at(today))
	ok(t, err)
	for _, wrong := range []error{review("40.01", "too much"), review("20.00", " ")} {
		refused(t, wrong)
	}
	for _, amount := range []string{"20.00", "20.00", "0.00", "20.00"} { // told again, and corrected there and back
		ok(t, review(amount, "one instalment"))
	}
	if f := w.facts(ref); *f.CostsReviewed != eur("20.00") || f.Tasks[0].Open {
		t.Errorf("%+v", f)
	}
	if n := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind = 'costs-reviewed'`, ref.ClaimID); n != 3 {
		t.Errorf("%d reviews in the file", n)
	}
	w.noticed(ref)
	l, _, _, err := w.RegisterLetter(t.Context(), ref, w.next(ref), at(today), w.lib.Rules, w.notice)
	ok(t, err)
	w.exec(`UPDATE letter SET state = 'accepted' WHERE id = $1`, l.ID)
	if err := review("10.00", "too late"); err == nil || !strings.Contains(err.Error(), "cannot be changed any more") {
		t.Errorf("after the letter: %v", err)
	}
}

func TestInformationCostsAreOfBusinessOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.newClaim().Debtor
	company.Kind = claim.DebtorKind{InBusiness: true}
	ref := w.open(owedBy(company))
	cost := claim.InformationCost{Key: "k1", On: today, Amount: eur("7.50")}
	record := func(ref postgres.Ref, c claim.InformationCost, what string) error {
		return w.RecordInformationCost(t.Context(), ref, c, what, at(today))
	}
	ok(t, record(ref, cost, "extract"))
	ok(t, record(ref, cost, "extract"))
	refused(t, record(ref, cost, "address"))
	for name, wrong := range map[string]claim.InformationCost{
		"nothing": {Key: "a", On: today}, "in the future": {Key: "b", On: today.AddDays(1), Amount: 1}, "before hand-over": {Key: "c", On: today.AddDays(-1), Amount: 1},
		"more than the principal": {Key: "d", On: today, Amount: eur("100.01")}, "no key": {On: today, Amount: 1},
	} {
		if err := record(ref, wrong, "extract"); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	refused(t, record(w.open(), cost, "extract")) // a consumer
	f := w.facts(ref)
	rules, err := w.lib.Rules(f)
	ok(t, err)
	account, err := f.AccountOn(rules.Tables, today)
	ok(t, err)
	if account.InformationCosts != eur("7.50") || account.Open.Costs != eur("47.50") {
		t.Errorf("%+v", account)
	}
}

// A cost that was of another company is taken back: nothing was owed for it; the file tells, and it is once.
func TestAnInformationCostIsTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	company := w.newClaim().Debtor
	company.Kind = claim.DebtorKind{InBusiness: true}
	ref := w.open(owedBy(company))
	record := func(key, amount string) error {
		return w.RecordInformationCost(t.Context(), ref, claim.InformationCost{Key: key, On: today, Amount: eur(amount)}, "extract", at(today))
	}
	reverse := func(key, reason string) (claim.Difference, error) {
		return w.ReverseInformationCost(t.Context(), ref, key, reason, at(today), w.lib.Rules)
	}
	ok(t, record("k1", "60.00"))
	ok(t, record("k2", "40.00"))
	if err := record("k3", "0.01"); err == nil || err.Error() != "0.01 with the 100.00 that is booked is more than the principal of 100.00; right would be at most 0.00, or to take one back" {
		t.Error(err)
	}
	before := w.version(ref)
	var first claim.Difference
	for i := range 2 {
		d, err := reverse("k1", "of another company")
		ok(t, err)
		if i == 0 {
			first = d
		}
		if d != first || d.Before.Costs-d.After.Costs != eur("60.00") {
			t.Errorf("%s", sayDifference(d))
		}
	}
	if w.version(ref) != before+1 || w.eventsOf(ref, "information-cost-reversed") != "information-reversal:k1" || !strings.HasSuffix(w.messagesTo(ref), "payment-recorded information-reversal:k1") {
		t.Errorf("version %d, then %d; %s; %s", before, w.version(ref), w.eventsOf(ref, "information-cost-reversed"), w.messagesTo(ref))
	}
	if f := w.facts(ref); len(f.InformationCosts) != 1 || f.InformationCosts[0].Key != "k2" {
		t.Errorf("%+v", f.InformationCosts)
	}
	for what, err := range map[string]error{
		"information cost k1 was taken back already, with another reason: of another company":        second(reverse("k1", "x")),
		"information cost k1 was taken back; use another key for something new":                      record("k1", "60.00"),
		"the claim has no information cost k9; right would be one of k2 (40.00 on " + today.String(): second(reverse("k9", "x")),
		"the reason is empty": second(reverse("k2", " ")),
	} {
		if refused(t, err); !strings.HasPrefix(err.Error(), what) {
			t.Errorf("%v, want %s", err, what)
		}
	}
	ok(t, record("k3", "60.00")) // what was taken back leaves room
}
