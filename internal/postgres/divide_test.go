package postgres_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// debts makes claims of one debtor, each of an amount and with the days since its due date: "100.00/30".
func (w *world) debts(kind claim.DebtorKind, debts ...string) []postgres.Ref {
	w.Helper()
	debtor := w.newClaim().Debtor
	debtor.Kind = kind
	refs := make([]postgres.Ref, len(debts))
	for i, debt := range debts {
		var days int
		amount, ago, _ := strings.Cut(debt, "/")
		if _, err := fmt.Sscan(ago, &days); err != nil {
			w.Fatal(err)
		}
		refs[i] = w.open(owedBy(debtor), func(c *postgres.NewClaim) {
			c.Invoices[0].Amount, c.Invoices[0].Issued, c.Invoices[0].Due = eur(amount), today.AddDays(-days-14), today.AddDays(-days)
		})
	}
	return refs
}

// waits books a receipt that names no claim.
func (w *world) waits(key, amount string) {
	w.Helper()
	_, err := w.RecordReceipt(w.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: today, IBAN: "NL91ABNA0417164300", Payer: "J. Jansen", Remittance: "alles"}, at(today), w.lib.Rules)
	ok(w, err)
}

// got is what each claim has settled: "100.00 50.00+1.00".
func (w *world) got(refs ...postgres.Ref) string {
	w.Helper()
	words := make([]string, len(refs))
	for i, ref := range refs {
		var amounts []string
		for _, s := range w.facts(ref).Settlements {
			amounts = append(amounts, s.Amount.String())
		}
		words[i] = strings.Join(amounts, "+")
	}
	return strings.Join(words, " ")
}

var consumer, company = claim.DebtorKind{NaturalPerson: true}, claim.DebtorKind{InBusiness: true}

func TestAReceiptIsDividedOverClaims(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, receipt, designated, want, surplus, parts string }{
		{"the oldest first", "120.00", "", "20.00 100.00", "", "r#1 100.00, r#2 20.00"},
		{"the one designated first", "120.00", "0", "50.00 70.00", "", "r#1 50.00, r#2 70.00"},
		{"one that gets nothing has no part", "50.00", "", " 50.00", "", "r#1 50.00"},
		{"the surplus is the first claim's that is named", "160.00", "", "60.00 100.00", "0 10.00", "r#1 100.00, r#2 60.00"},
		{"the surplus is the first claim's that is designated", "160.00", "1", "50.00 110.00", "1 10.00", "r#1 110.00, r#2 50.00"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			refs := w.debts(consumer, "50.00/10", "100.00/20")
			ok(t, w.SetFlag(t.Context(), refs[0], claim.FlagWSNP, today.AddDays(-100), at(today))) // so that no interest runs
			w.waits("r", c.receipt)
			var designated []postgres.Ref
			if c.designated != "" {
				designated = []postgres.Ref{refs[c.designated[0]-'0']}
			}
			before, err := w.ReceiptsTotal(t.Context())
			ok(t, err)
			d, err := w.DivideReceipt(t.Context(), "r", refs, designated, at(today), w.lib.Rules)
			ok(t, err)
			surplus := ""
			if d.SurplusTo != "" {
				surplus = fmt.Sprint(map[string]string{refs[0].ClaimID: "0 ", refs[1].ClaimID: "1 "}[d.SurplusTo], d.Surplus)
			}
			parts := query[string](w, `SELECT string_agg(key || ' ' || to_char(amount / 100.0, 'FM990.00'), ', ' ORDER BY key) FROM receipt WHERE part_of = 'r'`)
			if n := query[int](w, `SELECT count(*) FROM receipt WHERE part_of = 'r' AND iban <> 'NL91ABNA0417164300'`); n != 0 {
				t.Errorf("%d parts do not know the payer's account", n)
			}
			if w.got(refs...) != c.want || surplus != c.surplus || parts != c.parts {
				t.Errorf("%q, surplus %q, parts %s", w.got(refs...), surplus, parts)
			}
			for i, ref := range refs {
				account, err := w.facts(ref).AccountOn(w.lib.Tables(), today)
				ok(t, err)
				want := money.Amount(0)
				if d.SurplusTo == ref.ClaimID {
					want = d.Surplus
				}
				if account.Surplus != want {
					t.Errorf("claim %d owes %s back, want %s", i, account.Surplus, want)
				}
			}
			if total, err := w.ReceiptsTotal(t.Context()); err != nil || total != before || total != eur(c.receipt) {
				t.Errorf("the trust account has %s, %v", total, err)
			}
			if list, err := w.UnallocatedReceipts(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("still waiting: %+v, %v", list, err)
			}
		})
	}
}

// The same division again changes nothing and answers as before, whatever is owed by then; another is refused, and so is allocating the whole.
func TestADivisionToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "50.00/10", "100.00/20", "70.00/5")
	pair, other := refs[:2], w.open()
	w.waits("r", "300.00")
	divide := func(over, designated []postgres.Ref) (postgres.Divided, error) {
		return w.DivideReceipt(t.Context(), "r", over, designated, at(today), w.lib.Rules)
	}
	first, err := divide(pair, pair[1:])
	ok(t, err)
	ok(t, w.RecordSettlement(t.Context(), pair[0], claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today.AddDays(-2), Amount: eur("50.00")}, at(today), w.lib.Rules))
	before := w.counts()
	again, err := divide(pair, pair[1:])
	first.Known = true
	if err != nil || fmt.Sprint(again) != fmt.Sprint(first) || first.SurplusTo != pair[1].ClaimID {
		t.Errorf("%+v, %v\nwas %+v", again, err, first)
	}
	for what, asked := range map[string][2][]postgres.Ref{
		"nobody designated": {pair, nil}, "another designated": {pair, pair[:1]}, "in another order": {{pair[1], pair[0]}, pair[1:]},
		"over one more": {refs, pair[1:]}, "over others": {{pair[1], other}, pair[1:]},
	} {
		if _, err := divide(asked[0], asked[1]); err == nil {
			t.Errorf("%s: not refused", what)
		} else {
			refused(t, err)
		}
	}
	refused(t, w.AssignReceipt(t.Context(), "r", pair[0], at(today), w.lib.Rules))
	refused(t, w.AssignReceipt(t.Context(), "r", refs[2], at(today), w.lib.Rules))
	told := postgres.Receipt{Key: "r", Amount: eur("300.00"), On: today, IBAN: "NL91ABNA0417164300", Payer: "J. Jansen", Remittance: "alles"}
	if owner, err := w.RecordReceipt(t.Context(), told, at(today), w.lib.Rules); err != nil || owner != pair[1] {
		t.Errorf("the bank tells the entry again: %v, %v", owner, err)
	}
	told.Amount++
	_, err = w.RecordReceipt(t.Context(), told, at(today), w.lib.Rules)
	refused(t, err)
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

func TestADivisionThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs, stranger := w.debts(consumer, "50.00/10", "100.00/20"), w.open()
	w.waits("r", "120.00")
	w.waits("taken", "5.00")
	w.waits("taken#1", "5.00")
	ok(t, w.AssignReceipt(t.Context(), "taken#1", refs[0], at(today), w.lib.Rules))
	client := w.client
	w.client = w.newClient("B")
	foreign := w.open()
	w.client = client
	before := w.counts()
	for _, c := range []struct {
		key              string
		over, designated []postgres.Ref
		why              string
	}{
		{"r", refs[:1], nil, "two claims or more"},
		{"r", []postgres.Ref{refs[0], foreign}, nil, "claim " + foreign.ClaimID + " is of another client than claim " + refs[0].ClaimID},
		{"r", []postgres.Ref{refs[0], stranger}, nil, "claim " + stranger.ClaimID + " is on another debtor than claim " + refs[0].ClaimID},
		{"r", []postgres.Ref{refs[0], refs[0]}, nil, "is given twice"},
		{"r", refs, []postgres.Ref{stranger}, "is not one of the claims that are left"},
		{"none", refs, nil, "receipt none does not wait: nobody knows it; right would be one that does: dunning receipts queue"},
		{"taken#1", refs, nil, "receipt taken#1 does not wait: it is allocated to claim " + refs[0].ClaimID},
		{"taken", refs, nil, "its part would have the key taken#1, which is in use"},
	} {
		_, err := w.DivideReceipt(t.Context(), c.key, c.over, c.designated, at(today), w.lib.Rules)
		if refused(t, err); !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.why, err)
		}
	}
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

// The same person is one debtor, also where a client named it a company once: the commercial rate goes first.
func TestOneDebtorUnderTwoKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	debtor := w.newClaim().Debtor
	private := w.open(owedBy(debtor))
	debtor.Kind = claim.DebtorKind{InBusiness: true, NaturalPerson: true}
	business := w.open(owedBy(debtor), func(c *postgres.NewClaim) { c.Trajectory = "business@1"; c.Invoices[0].Due = today.AddDays(-1) })
	w.waits("r", "90.00")
	d, err := w.DivideReceipt(t.Context(), "r", []postgres.Ref{private, business}, nil, at(today), w.lib.Rules)
	ok(t, err)
	if w.got(private, business) != " 90.00" || d.Parts[0].Reason.Rule != "most onerous first: the highest rate of interest" {
		t.Errorf("%s by %s", w.got(private, business), d.Parts[0].Reason)
	}
}

// A divided receipt frees the claims that waited for it, of every client, and wakes each claim that it was divided over; it holds no letter any more.
func TestADivisionFreesEveryClaimThatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs, bystander := w.debts(consumer, "100.00/30", "60.00/5"), w.open()
	w.client = w.newClient("B")
	foreign := w.open()
	w.waits("r", "100.00")
	for _, ref := range []postgres.Ref{refs[0], bystander, foreign} {
		if _, fresh := w.register(ref, w.next(ref)); fresh {
			t.Fatal("the suspect receipt does not hold the letter")
		}
	}
	w.exec(`DELETE FROM outbox`)
	_, err := w.DivideReceipt(t.Context(), "r", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	for _, ref := range append(refs, bystander, foreign) {
		for _, task := range w.facts(ref).Tasks {
			if task.Open {
				t.Errorf("%s still waits: %s", ref.ClaimID, task.Key)
			}
		}
		if n := query[int](w, `SELECT count(*) FROM outbox WHERE claim_id = $1`, ref.ClaimID); n == 0 {
			t.Errorf("%s is not woken", ref.ClaimID)
		}
	}
	for _, ref := range []postgres.Ref{bystander, foreign} {
		if _, fresh := w.register(ref, w.next(ref)); !fresh {
			t.Errorf("%s does not go on", ref.ClaimID)
		}
	}
	w.client = refs[0].ClientID
	late := w.open() // of the same client, and it asks what the receipt was
	if _, fresh := w.register(late, w.next(late)); !fresh {
		t.Error("a receipt that is divided holds a letter")
	}
	if leak := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND (detail::text LIKE '%' || $2 || '%' OR kind = 'receipt-divided')`, foreign.ClaimID, refs[0].ClaimID); leak != 0 {
		t.Error("the file of one client names the claim of another")
	}
	var seen int
	tx, err := w.db.App.Begin(t.Context())
	ok(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), `SELECT set_config('app.client_id', $1, true)`, foreign.ClientID)
	ok(t, err)
	ok(t, tx.QueryRow(t.Context(), `SELECT count(*) FROM receipt`).Scan(&seen))
	if seen != 0 {
		t.Error("another client sees a receipt that is divided")
	}
}

// Divided and allocated at once, in every order: one of them wins, and nobody waits in a circle.
func TestDividingAndAllocatingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const receipts = 10
	refs := w.debts(company, "100.00/30", "60.00/5", "40.00/3")
	for i := range receipts {
		w.waits(fmt.Sprint("r", i), "10.00")
	}
	var wg sync.WaitGroup
	for i := range receipts {
		key, over := fmt.Sprint("r", i), append(append([]postgres.Ref(nil), refs[i%3:]...), refs[:i%3]...)
		for _, try := range []func() error{
			func() error {
				_, err := w.DivideReceipt(t.Context(), key, over, nil, at(today), w.lib.Rules)
				return err
			},
			func() error { return w.AssignReceipt(t.Context(), key, refs[i%3], at(today), w.lib.Rules) },
		} {
			wg.Go(func() {
				if err := try(); err != nil && !strings.Contains(err.Error(), "does not wait: ") {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if sum := query[int](w, `SELECT sum(amount) FROM settlement`); sum != receipts*1000 {
		t.Errorf("%d cents are settled", sum)
	}
}

// The parts of a receipt are the receipt: the database refuses whatever makes them more or less, for every role.
func TestTheDatabaseKeepsPartsAndWholeEqual(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "50.00/10", "100.00/20")
	w.client = w.newClient("B")
	foreign := w.open()
	w.waits("r", "120.00")
	w.waits("whole", "10.00")
	_, err := w.DivideReceipt(t.Context(), "r", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	for what, sql := range map[string]string{
		"a part is less":                  `UPDATE receipt SET amount = amount - 1 WHERE key = 'r#1'`,
		"a part is gone":                  `DELETE FROM receipt WHERE key = 'r#2'`,
		"a part is loose":                 `UPDATE receipt SET part_of = NULL WHERE key = 'r#2'`,
		"a part is another's":             `UPDATE receipt SET part_of = 'whole' WHERE key = 'r#2'`,
		"a part is another client's":      `UPDATE receipt SET client_id = '` + foreign.ClientID + `', claim_id = '` + foreign.ClaimID + `' WHERE key = 'r#2'`,
		"a part more":                     `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, part_of) SELECT 'r#3', client_id, claim_id, 1, value_on, 'r' FROM receipt WHERE key = 'r#1'`,
		"a part is a whole":               `UPDATE receipt SET divided = true, claim_id = NULL WHERE key = 'r#1'`,
		"a part of a part":                `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, part_of) SELECT 'x', client_id, claim_id, amount, value_on, key FROM receipt WHERE key = 'r#1'`,
		"the whole is more":               `UPDATE receipt SET amount = amount + 1 WHERE key = 'r'`,
		"the whole is not divided":        `UPDATE receipt SET divided = false, client_id = NULL WHERE key = 'r'`,
		"the whole is a claim's as well":  `UPDATE receipt SET claim_id = (SELECT claim_id FROM receipt WHERE key = 'r#1') WHERE key = 'r'`,
		"divided without parts":           `UPDATE receipt SET divided = true, client_id = (SELECT client_id FROM receipt WHERE key = 'r') WHERE key = 'whole'`,
		"divided and of nobody":           `UPDATE receipt SET divided = true WHERE key = 'whole'`,
		"a part of what nobody has":       `INSERT INTO receipt (key, amount, value_on, part_of) VALUES ('x', 1000, '2026-11-03', 'whole')`,
		"a part of what is not there":     `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, part_of) SELECT 'x', client_id, claim_id, amount, value_on, 'none' FROM receipt WHERE key = 'r#1'`,
		"a part of what is not divided":   `INSERT INTO receipt (key, client_id, claim_id, amount, value_on, part_of) SELECT 'x', client_id, claim_id, 1000, value_on, 'whole' FROM receipt WHERE key = 'r#1'`,
		"a waiting receipt with a client": `UPDATE receipt SET client_id = '` + foreign.ClientID + `' WHERE key = 'whole'`,
	} {
		if _, err := w.super.Exec(t.Context(), sql); code(err) != "23514" && code(err) != "23503" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// At the end of the transaction the tenant may be another client, who sees neither the whole nor its parts: they must add up all the same.
func TestPartsAddUpWhoeverIsTheTenant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mine := w.client
	foreign := w.newClient("B")
	w.waits("whole", "10.00")
	tx, err := w.db.App.Begin(t.Context())
	ok(t, err)
	for _, step := range []struct {
		sql string
		arg string
	}{
		{`SELECT set_config('app.client_id', $1, true)`, mine}, {`UPDATE receipt SET client_id = $1, divided = true WHERE key = 'whole'`, mine},
		{`SELECT set_config('app.client_id', $1, true)`, foreign},
	} {
		_, err := tx.Exec(t.Context(), step.sql, step.arg)
		ok(t, err)
	}
	if err := tx.Commit(t.Context()); code(err) != "23514" {
		t.Errorf("divided without parts: %v", err)
	}
}

// The division is by what is owed on the value date, as if it had been known then.
func TestADivisionCountsFromTheValueDate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	refs := w.debts(consumer, "1000.00/100", "500.00/50")
	on := today.AddDays(-20)
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: eur("1200.00"), On: on}, at(today), w.lib.Rules)
	ok(t, err)
	d, err := w.DivideReceipt(t.Context(), "r", refs, nil, at(today), w.lib.Rules)
	ok(t, err)
	account, err := w.facts(refs[0]).AccountOn(w.lib.Tables(), today)
	ok(t, err)
	if account.Open.Total() != 0 || account.Surplus != 0 || w.facts(refs[0]).Settlements[0].On != on {
		t.Errorf("of the first claim %+v is open, %s too much", account.Open, account.Surplus)
	}
	if d.Parts[0].Interest != account.Allocations[0].Interest || d.Parts[0].Interest == 0 {
		t.Errorf("interest %s, the account says %s", d.Parts[0].Interest, account.Allocations[0].Interest)
	}
	if told := query[string](w, `SELECT string_agg(kind, ' ' ORDER BY kind) FROM case_event WHERE claim_id = $1 AND value_on = $2`, refs[0].ClaimID, on); told != "paid-to-agency receipt-divided" {
		t.Errorf("the file tells %s", told)
	}
	if action := w.next(refs[0]); action.Kind != trajectory.ActClose || action.Day != calendar.DateOf(at(today).At) {
		t.Errorf("%+v", action)
	}
}
