package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func TestReceiptFindsItsClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.newClaim(), w.newClaim()
	refs := w.handOver(one, two)
	for name, s := range map[string]struct {
		remittance string
		want       postgres.Ref
	}{
		"RF":                            {one.RF, refs[0]},
		"RF as printed":                 {"betaling " + bank.FormatReference(one.RF) + " dank", refs[0]},
		"RF in lower case":              {strings.ToLower(one.RF), refs[0]},
		"kenmerk":                       {two.Kenmerk, refs[1]},
		"kenmerk as printed":            {bank.FormatReference(two.Kenmerk), refs[1]},
		"kenmerk after another number":  {"factuur 2026 0007 " + bank.FormatReference(two.Kenmerk), refs[1]},
		"kenmerk before another number": {two.Kenmerk + " 03-11-2026", refs[1]},
		"both references of one claim":  {one.RF + " / " + one.Kenmerk, refs[0]},
		"references of two claims":      {one.RF + " " + two.RF, postgres.Ref{}},
		"one wrong digit":               {one.RF[:13] + string('0'+(one.RF[13]-'0'+1)%10), postgres.Ref{}},
		"nothing":                       {"", postgres.Ref{}},
	} {
		r := postgres.Receipt{Key: name, Amount: eur("1.00"), On: today, Remittance: s.remittance}
		for range 2 { // the same key twice is one receipt
			got, err := w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)
			if err != nil || got != s.want {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		if n := query[int](w, `SELECT (SELECT count(*) FROM receipt WHERE key = $1) * 10 + (SELECT count(*) FROM settlement WHERE key = $1)`, name); n != 11 && s.want != (postgres.Ref{}) || n != 10 && s.want == (postgres.Ref{}) {
			t.Errorf("%s: receipts and settlements: %d", name, n)
		}
	}
	if n := query[int](w, `SELECT count(*) FROM outbox WHERE message = 'payment-recorded'`); n != 8 {
		t.Errorf("%d wake-ups", n)
	}
}

func TestOneBankEntryIsBookedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := w.newClaim(), w.newClaim()
	refs := w.handOver(one, two)
	book := func(key, remittance, amount string) error {
		_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: today, Remittance: remittance}, at(today), w.lib.Rules)
		return err
	}
	ok(t, book("e1", one.RF, "10.00"))
	ok(t, w.RecordSettlement(t.Context(), refs[1], claim.Settlement{Key: "e2", Kind: claim.PaidToClient, On: today, Amount: eur("5.00")}, at(today), w.lib.Rules))
	before := w.counts()
	refused(t, book("e1", two.RF, "10.00"))
	refused(t, book("e1", one.RF, "11.00"))
	refused(t, book("e2", two.RF, "5.00")) // a settlement by hand has this key: the money must not get lost
	refused(t, w.RecordSettlement(t.Context(), refs[0], claim.Settlement{Key: "e1", Kind: claim.PaidToClient, On: today, Amount: eur("10.00")}, at(today), w.lib.Rules))
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
	if total, err := w.ReceiptsTotal(t.Context()); err != nil || total != eur("10.00") {
		t.Errorf("%s on the trust account, %v", total, err)
	}
}

// A bank file that is read again tells every entry again, also those that waited then and are somebody's now.
func TestAReceiptToldAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	told := postgres.Receipt{Key: "e", Amount: eur("10.00"), On: today, IBAN: "NL91ABNA0417164300", Payer: "J. Jansen", Remittance: "rekening"}
	book := func(change func(*postgres.Receipt)) (postgres.Ref, error) {
		r := told
		change(&r)
		return w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)
	}
	mine := w.newClaim()
	own := w.handOver(mine)[0]
	w.client = w.newClient("B")
	foreign := w.open()
	again := func(want postgres.Ref) {
		t.Helper()
		before := w.counts()
		for what, change := range map[string]func(*postgres.Receipt){
			"the same": func(*postgres.Receipt) {}, "on another day": func(r *postgres.Receipt) { r.On = today.AddDays(1) },
		} {
			if got, err := book(change); err != nil || got != want {
				t.Errorf("%s: %v, want %v, %v", what, got, want, err)
			}
		}
		for what, change := range map[string]func(*postgres.Receipt){
			"amount": func(r *postgres.Receipt) { r.Amount++ }, "text": func(r *postgres.Receipt) { r.Remittance += "!" }, "payer": func(r *postgres.Receipt) { r.Payer = "" },
			"account": func(r *postgres.Receipt) { r.IBAN = "" }, "text, which names a claim": func(r *postgres.Receipt) { r.Remittance = mine.RF },
		} {
			var conflict *postgres.ConflictError
			if got, err := book(change); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "receipt e was booked before with another") || got != (postgres.Ref{}) {
				t.Errorf("another %s: %v, %v", what, got, err)
			}
		}
		if w.counts() != before {
			t.Errorf("%s was %s", w.counts(), before)
		}
	}
	if got, err := book(func(*postgres.Receipt) {}); err != nil || got != (postgres.Ref{}) {
		t.Fatal(got, err)
	}
	again(postgres.Ref{})
	ok(t, w.AssignReceipt(t.Context(), "e", foreign, at(today), w.lib.Rules))
	again(foreign)
	if owed := w.facts(own).Settlements; len(owed) != 0 {
		t.Errorf("%+v", owed)
	}
	for _, amount := range []string{"0.00", "-1.00"} {
		_, err := book(func(r *postgres.Receipt) { r.Key, r.Amount = "z", eur(amount) })
		refused(t, err)
	}
}

func TestReceiptsThatWaitAreListedOldestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.newClaim()
	ref := w.handOver(c)[0]
	book := func(r postgres.Receipt) postgres.Receipt {
		_, err := w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)
		ok(t, err)
		return r
	}
	late := book(postgres.Receipt{Key: "a", Amount: eur("1.00"), On: today, Payer: "P", IBAN: "NL91ABNA0417164300", Remittance: "x"})
	early := book(postgres.Receipt{Key: "c", Amount: eur("2.00"), On: today.AddDays(-1)})
	beside := book(postgres.Receipt{Key: "b", Amount: eur("3.00"), On: today})
	book(postgres.Receipt{Key: "named", Amount: eur("4.00"), On: today, Remittance: c.RF})
	book(postgres.Receipt{Key: "allocated", Amount: eur("5.00"), On: today})
	ok(t, w.AssignReceipt(t.Context(), "allocated", ref, at(today), w.lib.Rules))
	if got, err := w.UnallocatedReceipts(t.Context()); err != nil || !slices.Equal(got, []postgres.Receipt{early, late, beside}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestSuspectReceiptHoldsALetter(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]postgres.Receipt{
		"the exact amount":    {Amount: eur("100.00")},
		"the debtor's name":   {Amount: eur("7.00"), Payer: "DEBITEUR 1"},
		"an invoice number":   {Amount: eur("7.00"), Remittance: "betreft fact-00001!"},
		"the IBAN of before":  {Amount: eur("7.00"), IBAN: "NL91ABNA0417164300"},
		"nothing in common":   {Amount: eur("7.00"), Payer: "Iemand", Remittance: "FACT-0001", IBAN: "NL02ABNA0123456789"},
		"a wildcard in there": {Amount: eur("7.00"), Remittance: "FACT_00001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.newClaim()
			ref := w.handOver(c)[0]
			w.opened(ref)
			_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "earlier", Amount: eur("1.00"), On: today, IBAN: "NL91ABNA0417164300", Remittance: c.RF}, at(today), w.lib.Rules)
			ok(t, err)
			r.Key, r.On = "suspect", today
			_, err = w.RecordReceipt(t.Context(), r, at(today), w.lib.Rules)
			ok(t, err)
			action := w.next(ref)
			for range 2 {
				_, fresh := w.register(ref, action)
				if innocent := name == "nothing in common" || name == "a wildcard in there"; fresh != innocent {
					t.Fatalf("registered: %v", fresh)
				} else if innocent {
					return
				}
			}
			if a := w.next(ref); a.Kind != trajectory.ActWait || a.Task != trajectory.AllocateReceipt+"suspect" {
				t.Errorf("next: %+v", a)
			}
			ok(t, w.CompleteTask(t.Context(), ref, trajectory.AllocateReceipt+"suspect", "not ours", at(today)))
			if _, fresh := w.register(ref, w.next(ref)); !fresh {
				t.Error("it waits although a person said that the receipt is another's")
			}
		})
	}
}

// One receipt may make claims of several clients wait; when it is allocated to one, the others go on.
func TestAllocatingAReceiptFreesEveryClaimThatWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, owner := w.open(), w.open()
	w.client = w.newClient("B")
	foreign := w.open()
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: eur("100.00"), On: today}, at(today), w.lib.Rules)
	ok(t, err)
	waiting := []postgres.Ref{first, owner, foreign}
	for _, ref := range waiting {
		if _, fresh := w.register(ref, w.next(ref)); fresh {
			t.Fatal("the suspect receipt does not hold the letter")
		}
	}
	w.exec(`DELETE FROM outbox`)
	ok(t, w.AssignReceipt(t.Context(), "r", owner, at(today), w.lib.Rules))
	for _, ref := range waiting {
		for _, task := range w.facts(ref).Tasks {
			if task.Open {
				t.Errorf("%s still waits: %s", ref.ClaimID, task.Key)
			}
		}
		if n := query[int](w, `SELECT count(*) FROM outbox WHERE claim_id = $1`, ref.ClaimID); n == 0 {
			t.Errorf("%s is not woken", ref.ClaimID)
		}
		if behind := query[bool](w, `SELECT seen_version < version FROM claim WHERE id = $1`, ref.ClaimID); !behind {
			t.Errorf("%s: the version did not move", ref.ClaimID)
		}
	}
	if s := w.facts(owner).Settlements; len(s) != 1 || s[0].Kind != claim.PaidToAgency || s[0].Amount != eur("100.00") {
		t.Errorf("the owner of the receipt: %+v", s)
	}
	for _, ref := range []postgres.Ref{first, foreign} {
		if _, fresh := w.register(ref, w.next(ref)); !fresh {
			t.Errorf("%s goes not on", ref.ClaimID)
		}
	}
	if leak := query[int](w, `SELECT count(*) FROM case_event WHERE claim_id = $1 AND detail::text LIKE '%' || $2 || '%'`, foreign.ClaimID, owner.ClaimID); leak != 0 {
		t.Error("the file of one client names the claim of another")
	}
	before := w.counts()
	ok(t, w.AssignReceipt(t.Context(), "r", owner, at(today), w.lib.Rules))
	refused(t, w.AssignReceipt(t.Context(), "r", first, at(today), w.lib.Rules))
	refused(t, w.AssignReceipt(t.Context(), "r", foreign, at(today), w.lib.Rules))
	refused(t, w.AssignReceipt(t.Context(), "none", first, at(today), w.lib.Rules))
	if w.counts() != before {
		t.Errorf("%s was %s", w.counts(), before)
	}
}

// Claims begin to wait for receipts while these are being allocated, in every order: nobody is left waiting, and nobody waits in a circle.
func TestNoClaimKeepsWaitingForAReceiptThatIsAllocated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const receipts, claims = 8, 12
	refs := make([]postgres.Ref, claims)
	for i := range refs {
		refs[i] = w.open()
	}
	target := w.handOver(w.newClaim())[0]
	action := w.next(refs[0])
	for i := range receipts {
		_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: fmt.Sprint("r", i), Amount: eur("100.00"), On: today}, at(today), w.lib.Rules)
		ok(t, err)
	}
	var wg sync.WaitGroup
	for _, ref := range refs {
		wg.Go(func() {
			if _, _, _, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, write); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range receipts {
		wg.Go(func() {
			if err := w.AssignReceipt(t.Context(), fmt.Sprint("r", i), target, at(today), w.lib.Rules); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := query[int](w, `SELECT count(*) FROM task WHERE done_on IS NULL AND starts_with(key, 'allocate-receipt:')`); n != 0 {
		t.Errorf("%d claims wait for ever", n)
	}
	if n := query[int](w, `SELECT count(*) FROM settlement WHERE claim_id = $1`, target.ClaimID); n != receipts {
		t.Errorf("%d settlements", n)
	}
}

// The letter has found the receipt and is about to open its task when the receipt is allocated elsewhere.
func TestAllocationWaitsForALetterThatIsAboutToWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, target := w.open(), w.handOver(w.newClaim())[0]
	action := w.next(ref)
	_, err := w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: eur("100.00"), On: today}, at(today), w.lib.Rules)
	ok(t, err)
	block, err := w.db.Owner.Begin(t.Context())
	ok(t, err)
	_, err = block.Exec(t.Context(), `LOCK TABLE task IN SHARE MODE`)
	ok(t, err)
	blocked := func(n int) bool {
		return query[int](w, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dunning_app' AND wait_event_type = 'Lock'`) >= n
	}
	letter, allocation := make(chan error, 1), make(chan error, 1)
	go func() {
		_, _, _, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, write)
		letter <- err
	}()
	eventually(t, "the letter is about to wait", func() bool { return blocked(1) })
	go func() { allocation <- w.AssignReceipt(t.Context(), "r", target, at(today), w.lib.Rules) }()
	eventually(t, "the allocation waits for it, or is done", func() bool { return blocked(2) || len(allocation) == 1 })
	ok(t, block.Commit(t.Context()))
	ok(t, <-letter)
	ok(t, <-allocation)
	if tasks := w.facts(ref).Tasks; len(tasks) != 1 || tasks[0].Open {
		t.Errorf("%+v: the claim waits for ever", tasks)
	}
}

// What is typed goes the way of matching: a receipt that names its claim waits with that as a suggestion, and why, when its account or the rule is blocked, the configuration withholds it, or a person
// decides about what is paid on the claim.
func TestAReceiptThatIsWithheldIsSuggested(t *testing.T) {
	t.Parallel()
	surplus := eur("50.00")
	block := func(kind, name string) func(*world, postgres.Ref) {
		return func(w *world, _ postgres.Ref) {
			ok(w, second(w.SetBlock(w.Context(), postgres.Block{Kind: kind, Name: name, Blocked: true, Reason: "asks to be called", By: "b", At: at(today).At})))
		}
	}
	ended := func(status string) func(*world, postgres.Ref) {
		return func(w *world, ref postgres.Ref) {
			w.exec(`UPDATE claim SET status = $2 WHERE id = $1`, ref.ClaimID, status)
		}
	}
	for _, c := range []struct {
		name   string
		before func(*world, postgres.Ref)
		policy matching.Policy
		amount string
		why    string
	}{
		{"the account is blocked", block(postgres.BlockedPayer, debtorIBAN), matching.Policy{}, "5.00", "its account is blocked: asks to be called"},
		{"the rule is blocked", block(postgres.BlockedRule, "exact-reference"), matching.Policy{}, "5.00", "rule exact-reference is blocked: asks to be called"},
		{"the configuration withholds it", nil, matching.Policy{Off: map[matching.Rule]bool{matching.ExactReference: true}}, "5.00", "rule exact-reference is switched off (bank.rules_off)"},
		{"another account is blocked", block(postgres.BlockedPayer, strangerIBAN), matching.Policy{}, "5.00", ""},
		{"the claim is on hold", func(w *world, ref postgres.Ref) { ok(w, w.Hold(w.Context(), ref, "h", today, "asked", at(today))) }, matching.Policy{}, "5.00", "the claim is on hold"},
		{"its debtor is bankrupt", func(w *world, ref postgres.Ref) {
			ok(w, w.SetFlag(w.Context(), ref, claim.FlagBankrupt, asOfToday, at(today)))
		}, matching.Policy{}, "5.00", "the claim is on hold"},
		{"it is much more than is owed", nil, matching.Policy{MaxSurplus: surplus}, "150.34", "it is 50.01 more than the claim owes"},
		{"it is a little more than is owed", nil, matching.Policy{MaxSurplus: surplus}, "150.33", ""},
		{"nothing is owed any more", func(w *world, ref postgres.Ref) { w.receives(ref, "all", "100.33") }, matching.Policy{MaxSurplus: surplus}, "5.00", "nothing is owed on it any more"},
		{"the claim is withdrawn", ended("withdrawn"), matching.Policy{MaxSurplus: surplus}, "5.00", "the claim is not open any more (withdrawn)"},
		{"the claim is before the court", ended("court"), matching.Policy{MaxSurplus: surplus}, "5.00", "the claim is not open any more (court)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open()
			file, err := w.CaseFile(t.Context(), ref)
			ok(t, err)
			if c.before != nil {
				c.before(w, ref)
			}
			receipt := postgres.Receipt{Key: "r", Amount: eur(c.amount), On: today, IBAN: debtorIBAN, Remittance: file.RF}
			for range 2 {
				owner, err := w.RecordReceiptUnless(t.Context(), receipt, &c.policy, at(today), w.lib.Rules)
				if ok(t, err); (owner == ref) != (c.why == "") {
					t.Errorf("it is of %v", owner)
				}
			}
			waiting, err := w.WaitingReceipts(t.Context())
			ok(t, err)
			switch {
			case c.why == "" && len(waiting) == 0:
			case c.why == "" || len(waiting) != 1 || waiting[0].Match == nil:
				t.Errorf("%+v", waiting)
			default:
				m := waiting[0].Match
				says(t, "found", fmt.Sprint(m.Outcome, " ", m.Rule, " ", m.Proposals[0].Parts[0].Claim == ref.ClaimID, " ", m.Proposals[0].Parts[0].Amount+m.Proposals[0].Surplus, " ", m.Why), "suggest exact-reference true "+c.amount+" "+c.why)
			}
			if c.why != "" {
				ok(t, w.AssignReceipt(t.Context(), "r", ref, at(today), w.lib.Rules))
			}
		})
	}
}
