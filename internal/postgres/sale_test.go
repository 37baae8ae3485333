package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// handedOverAs is a claim of which the client told this at hand-over.
func handedOverAs(sale claim.Sale) func(*postgres.NewClaim) {
	return func(c *postgres.NewClaim) { c.Agreement.Sale = sale }
}

// What a person tells of a purchase takes the place of what the client told, once; limitation and what it rests on follow, and the file keeps both.
func TestAPersonTellsWhetherADebtIsForAPurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		story  string
		before claim.Sale
		tells  string
		events int
		want   string
	}{
		{"nobody told", claim.SaleNotTold, "", 0, "two years; it is taken for a purchase, as nothing else was told (claim consumer-sale)"},
		{"the client told that it is one", claim.SaleYes, "", 0, "two years; it was told that it is a purchase"},
		{"what was assumed is so", claim.SaleNotTold, "yes", 1, "two years; it was told that it is a purchase"},
		{"it is a service", claim.SaleNotTold, "no", 1, "five years; it was told that it is no purchase"},
		{"told twice is once", claim.SaleNotTold, "no no", 1, "five years; it was told that it is no purchase"},
		{"what the client told already", claim.SaleNo, "no", 0, "five years; it was told that it is no purchase"},
		{"corrected there and back", claim.SaleNo, "yes no yes", 3, "two years; it was told that it is a purchase"},
	} {
		ref := w.open(handedOverAs(c.before))
		for _, sale := range strings.Fields(c.tells) {
			ok(t, w.TellSale(t.Context(), ref, claim.Sale(sale), "the contract says so", at(today)))
		}
		f := w.facts(ref)
		_, rests, _ := strings.Cut(trajectory.Enforceable(f).Basis[0].Detail, "; ")
		got := map[bool]string{true: "two years", false: "five years"}[f.ConsumerSale()] + "; " + rests
		if n := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND kind = 'consumer-sale'`, ref.ClaimID); got != c.want || n != c.events {
			t.Errorf("%s: %s by %d events, want %s by %d", c.story, got, n, c.want, c.events)
		}
		if n := query[int](w, `SELECT count(*) FROM outbox WHERE claim_id = $1 AND key LIKE '%consumer-sale%'`, ref.ClaimID); n != c.events {
			t.Errorf("%s: woken %d times, want %d", c.story, n, c.events)
		}
	}
}

func TestWhatCannotBeToldOfAPurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	consumer, company, closed := w.open(), w.open(func(c *postgres.NewClaim) { c.Debtor.Kind = company }), w.open()
	ok(t, w.closedByOperator(closed, "nothing to collect"))
	w.exec(`UPDATE claim SET status = 'closed' WHERE id = $1`, closed.ClaimID)
	for _, c := range []struct {
		ref        postgres.Ref
		told       claim.Sale
		why, fault string
	}{
		{consumer, "maybe", "x", `"maybe" is not one of [yes no]`},
		{consumer, claim.SaleNotTold, "x", `"" is not one of [yes no]`},
		{consumer, claim.SaleNo, " ", "the reason is empty; right would be what it is for, and who told so"},
		{company, claim.SaleNo, "x", "the debtor acts in business: only a consumer has a consumer sale (art. 7:5 lid 1 BW)"},
		{closed, claim.SaleNo, "x", "the claim is closed"},
	} {
		err := w.TellSale(t.Context(), c.ref, c.told, c.why, at(today))
		if refused(t, err); !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%v, want %s", err, c.fault)
		}
	}
	if w.facts(consumer).Terms.Sale != claim.SaleNotTold {
		t.Errorf("%+v", w.facts(consumer).Terms)
	}
}

// The same file handed over again is what the client told, whatever a person told since; and the days of before are as they were known.
func TestTheFileKeepsWhatWasToldOfAPurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	handed := w.newClaim(handedOverAs(claim.SaleYes))
	ref := w.handOver(handed)[0]
	w.opened(ref)
	later := today.AddDays(3)
	ok(t, w.TellSale(t.Context(), ref, claim.SaleNo, "a service", at(later)))
	verdicts, err := w.HandOver(t.Context(), w.client, []postgres.NewClaim{handed}, at(later))
	if ok(t, err); verdicts[0].State != "unchanged" {
		t.Errorf("handed over again: %+v", verdicts[0])
	}
	h, err := w.History(t.Context(), ref)
	ok(t, err)
	if then, now := h.Facts.KnownOn(h.Records, later.AddDays(-1)).Terms.Sale, h.Facts.KnownOn(h.Records, later).Terms.Sale; then != claim.SaleYes || now != claim.SaleNo {
		t.Errorf("known the day before: %q, on the day: %q", then, now)
	}
}

// A task to interrupt by a day that is not the last any more is dropped; when that day is the last again it can be asked again.
func TestATaskToInterruptFollowsTheTerm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	task := trajectory.InterruptByHand + trajectory.Enforceable(w.facts(ref)).LastDay.String()
	_, err := w.OpenTask(t.Context(), ref, task, "interrupt", at(today))
	ok(t, err)
	ok(t, w.TellSale(t.Context(), ref, claim.SaleYes, "a sofa", at(today)))
	if got := w.openTasks(ref); got != task {
		t.Errorf("the day stays, and so does the task: %q", got)
	}
	ok(t, w.TellSale(t.Context(), ref, claim.SaleNo, "a service", at(today)))
	if f := w.facts(ref); f.Tasks[0].Open || !f.Tasks[0].Dropped {
		t.Errorf("%+v", f.Tasks)
	}
}

// A letter that was refused because the claim was time-barred is tried again when it turns out that it is not, and only then.
func TestALetterThatWasRefusedFollowsTheTerm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ story, due, told, attention, want string }{
		{"time-barred as a purchase, not as a service", "2024-10-01", "no", "sticker-reminder", "sticker-reminder dropped, tried again"},
		{"so is one that an operator repairs something else of", "2024-10-01", "no", "summons", "sticker-reminder dropped, waits for an operator"},
		{"not time-barred as a purchase either: it was refused for something else", "2026-09-01", "no", "sticker-reminder", "sticker-reminder open, waits for an operator"},
		{"time-barred as a service too", "2021-10-01", "no", "sticker-reminder", "sticker-reminder open, waits for an operator"},
		{"a purchase it stays", "2024-10-01", "yes", "sticker-reminder", "sticker-reminder open, waits for an operator"},
	} {
		ref := w.open()
		w.exec(`UPDATE invoice SET issued_on = $2::date - 30, due_on = $2::date WHERE claim_id = $1`, ref.ClaimID, c.due)
		_, err := w.OpenTask(t.Context(), ref, trajectory.UnlawfulLetter+"sticker-reminder", "time-barred", at(today))
		ok(t, err)
		_, err = w.RecordAttention(t.Context(), ref, claim.Attention{Action: c.attention, Cause: "Unlawful", Since: today.At(9, 0)}, at(today))
		ok(t, err)
		ok(t, w.TellSale(t.Context(), ref, claim.Sale(c.told), "the contract says so", at(today)))
		f := w.facts(ref)
		task := f.Tasks[len(f.Tasks)-1]
		got := map[bool]string{true: " open, ", false: " dropped, "}[task.Open && !task.Dropped] + map[bool]string{true: "tried again", false: "waits for an operator"}[f.Attention == nil]
		if got = strings.TrimPrefix(task.Key, trajectory.UnlawfulLetter) + got; got != c.want {
			t.Errorf("%s: %s, want %s", c.story, got, c.want)
		}
	}
}

// Of claims of before, "no" stays, and yes and nothing were stored alike: they are not told.
func TestWhatWasToldOfAPurchaseBeforeStays(t *testing.T) {
	t.Parallel()
	w := worldOfBefore(t, 46)
	w.exec(`INSERT INTO client (id, code, plan, name, street, postcode, town, email) VALUES (gen_random_uuid(), 'C', 'premium', 'n', 's', 'p', 't', 'e')`)
	w.exec(`INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, street, postcode, town) SELECT id, id, 'f', 'i', false, true, 'n', 's', 'p', 't' FROM client`)
	for reference, noSale := range map[string]bool{"a purchase": false, "a service": true} {
		w.exec(`INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, no_sale) SELECT id, gen_random_uuid(), id, $1, $1, $1, 'consumer@1', '2026-03-02', $2 FROM client`, reference, noSale)
	}
	_, err := postgres.Migrate(t.Context(), w.db.OwnerURL)
	ok(t, err)
	if got := query[string](w, `SELECT string_agg(reference || ' ' || consumer_sale || COALESCE(consumer_sale_corrected, '.'), ', ' ORDER BY reference) FROM claim`); got != "a purchase ., a service no." {
		t.Errorf("%s", got)
	}
}

// While workers of two releases run, each reads what the other wrote: the one of before knows of a purchase by no_sale alone.
func TestWorkersOfTwoReleasesTellOfAPurchaseAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		story  string
		handed claim.Sale
		tells  string
		noSale bool
	}{
		{"nobody told", claim.SaleNotTold, "", false},
		{"handed over as no purchase", claim.SaleNo, "", true},
		{"told later that it is none", claim.SaleNotTold, "no", true},
		{"told later that it is one after all", claim.SaleNo, "yes", false},
	} {
		ref := w.open(handedOverAs(c.handed))
		for _, sale := range strings.Fields(c.tells) {
			ok(t, w.TellSale(t.Context(), ref, claim.Sale(sale), "the contract says so", at(today)))
		}
		if got := query[bool](w, `SELECT no_sale FROM claim WHERE id = $1`, ref.ClaimID); got != c.noSale {
			t.Errorf("%s: a worker of before reads %v, want %v", c.story, got, c.noSale)
		}
	}
	const ofBefore = `INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, no_sale)
		SELECT client_id, gen_random_uuid(), debtor_id, $1, $1, $1, trajectory, handed_over_on, $2 FROM claim ORDER BY id LIMIT 1`
	for reference, noSale := range map[string]bool{"a purchase": false, "a service": true} {
		w.exec(ofBefore, reference, noSale)
	}
	if got := query[string](w, `SELECT string_agg(concat_ws(' ', reference, no_sale, NULLIF(consumer_sale, '')), ', ' ORDER BY reference) FROM claim WHERE reference LIKE 'a %'`); got != "a purchase f, a service t no" {
		t.Errorf("handed over by a worker of before: %s", got)
	}
}
