package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// balances are those of all accounts of a book that have any: "S100 10.00, S230 -10.00".
func (w *world) balances(book ledger.Book) string {
	w.Helper()
	list, err := w.TrialBalance(w.Context(), calendar.Date{})
	ok(w, err)
	var words []string
	for _, b := range list {
		if b.Account.Book() == book && b.Balance != 0 {
			words = append(words, fmt.Sprintf("%s %s", b.Account, b.Balance))
		}
	}
	return strings.Join(words, ", ")
}

// verified insists that books and facts agree.
func (w *world) verified() postgres.Verified {
	w.Helper()
	v, err := w.VerifyBooks(w.Context(), today, w.lib.Rules)
	ok(w, err)
	for _, d := range v.Differences {
		w.Errorf("%s", d)
	}
	return v
}

// What happens to money stands in the books in the same transaction, and everything that is taken back takes its journals back.
func TestTheBooksFollowTheFacts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by, ref, other := t.Context(), at(today), w.open(), w.open()
	step := func(what, trust, agency string) {
		t.Helper()
		if got := w.balances(ledger.Trust); got != trust {
			t.Errorf("%s: trust %s, want %s", what, got, trust)
		}
		if got := w.balances(ledger.Agency); got != agency {
			t.Errorf("%s: agency %s, want %s", what, got, agency)
		}
		w.verified()
	}
	step("nothing came in", "", "")
	w.receives(ref, "r1", "60.00")
	step("a part", "S100 60.00, S200 -60.00", "")
	w.receives(ref, "r1", "60.00")
	step("told again", "S100 60.00, S200 -60.00", "")
	w.waits("r2", "55.00")
	step("one that waits", "S100 115.00, S200 -60.00, S230 -55.00", "")
	ok(t, w.AssignReceipt(ctx, "r2", ref, by, w.lib.Rules))
	step("it is allocated: interest is the agency's, the rest the debtor's", "S100 115.00, S200 -100.00, S210 -0.33, S220 -14.67", "A110 0.33, A120 0.07, A250 -0.07, A410 -0.33")
	_, err := w.ReleaseReceipt(ctx, "r2", ref, "of another", by, w.lib.Rules)
	ok(t, err)
	step("it is of another", "S100 115.00, S200 -60.00, S230 -55.00", "")
	_, err = w.ReverseReceipt(ctx, "r1", "storno", by, w.lib.Rules)
	ok(t, err)
	step("the bank takes the first back", "S100 55.00, S230 -55.00", "")
	ok(t, w.AssignReceipt(ctx, "r2", other, by, w.lib.Rules))
	step("the other is allocated", "S100 55.00, S200 -55.00", "")
	ok(t, w.RecordSettlement(ctx, other, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur("45.33")}, by, w.lib.Rules))
	step("the client received the rest itself", "S100 55.00, S200 -55.00", "A120 0.40, A250 -0.07, A410 -0.33")
	_, err = w.CorrectSettlement(ctx, other, "s", postgres.Correction{Kind: claim.SetOff}, "told wrong", by, w.lib.Rules)
	ok(t, err)
	const trust, part = "S100 55.00, S200 -54.67, S210 -0.33", "A110 0.33, "
	step("it was set off: interest is the agency's of the cash", trust, part+"A120 0.07, A250 -0.07, A410 -0.33")
	charged := w.open()
	ok(t, w.RecordException(ctx, charged, noWord(commission), by, w.lib.Rules))
	step("an exception is billed", trust, part+"A120 18.22, A250 -3.22, A410 -0.33, A420 -15.00")
	ok(t, w.ReverseBillable(ctx, charged, "commission:"+charged.ClaimID, "a mistake", by))
	step("and taken back", trust, part+"A120 0.07, A250 -0.07, A410 -0.33")
}

// Money that the client got already, and that the bank takes back since, is a clawback: the client is never to be paid less than nothing.
func TestWhatWasPaidOnAndIsTakenBackIsClawedBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.receives(ref, "r1", "60.00")
	about := ledger.About{Key: "payout:1", On: today, Client: ref.ClientID}
	w.post(slices.Concat(ledger.PayoutOf(about, eur("50.00")), ledger.PayoutBookedOf(ledger.About{Key: "bank:1", On: today, Client: ref.ClientID}, eur("50.00")))...)
	_, err := w.ReverseReceipt(t.Context(), "r1", "storno", at(today), w.lib.Rules)
	ok(t, err)
	if got := w.balances(ledger.Trust); got != "S100 -50.00, S190 50.00" {
		t.Errorf("trust %s", got)
	}
	v, err := w.VerifyBooks(t.Context(), today, w.lib.Rules)
	ok(t, err)
	if len(v.Differences) != 1 || v.Differences[0].Where != "S190" {
		t.Errorf("%v", v.Differences)
	}
	w.fillsUp("own", "50.00")
	w.verified()
}

func TestAReceiptThatIsDividedStandsInTheBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	one := w.handOver(first)[0]
	two := w.handOver(w.newClaim(owedBy(first.Debtor)))[0]
	w.opened(one)
	w.opened(two)
	w.waits("r1", "150.00")
	_, err := w.DivideReceipt(t.Context(), "r1", []postgres.Ref{one, two}, nil, at(today), w.lib.Rules)
	ok(t, err)
	w.verified()
	_, err = w.ReverseReceipt(t.Context(), "r1", "storno", at(today), w.lib.Rules)
	ok(t, err)
	if w.verified(); w.balances(ledger.Trust) != "" {
		t.Errorf("trust %s", w.balances(ledger.Trust))
	}
}

// A database of before there were books gets them at once, and a second time changes nothing.
func TestBooksAreMadeOfFactsThatHaveNone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), at(today)
	ref, taken, charged := w.open(), w.open(), w.open()
	w.receives(ref, "r1", "60.00")
	w.waits("r2", "10.00")
	w.receives(taken, "r3", "20.00")
	_, err := w.ReverseReceipt(ctx, "r3", "storno", by, w.lib.Rules)
	ok(t, err)
	ok(t, w.RecordException(ctx, charged, noWord(commission), by, w.lib.Rules))
	ok(t, w.ReverseBillable(ctx, charged, "commission:"+charged.ClaimID, "a mistake", by))
	trust := w.balances(ledger.Trust)
	w.exec(`SET session_replication_role = replica; DELETE FROM entry; DELETE FROM journal; SET session_replication_role = DEFAULT`)
	if v, err := w.VerifyBooks(ctx, today, w.lib.Rules); err != nil || len(v.Differences) == 0 {
		t.Errorf("books that are empty are right: %v", err)
	}
	c, err := w.CloseBooks(ctx, by, w.lib.Rules)
	if ok(t, err); c.Receipts != 3 || c.Bills != 1 || c.Claims != 3 || len(c.Untold) != 0 {
		t.Errorf("%+v", c)
	}
	if v := w.verified(); v.UnclosedClaims != 0 || v.Claims != 3 || w.balances(ledger.Trust) != trust {
		t.Errorf("%+v, trust %s", v, w.balances(ledger.Trust))
	}
	before := w.counts()
	if c, err := w.CloseBooks(ctx, by, w.lib.Rules); err != nil || c.Receipts+c.Bills+c.Claims != 0 || w.counts() != before {
		t.Errorf("%+v, %v: %s was %s", c, err, w.counts(), before)
	}
	later, err := w.VerifyBooks(ctx, today.AddDays(30), w.lib.Rules)
	if ok(t, err); len(later.Differences) != 0 || later.UnclosedClaims != 3 || later.Unclosed <= 0 {
		t.Errorf("a month later: %+v", later)
	}
}

// A cent that is missing anywhere is found, and named.
func TestADifferenceIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ sql, where string }{
		"a line is gone":            {`DELETE FROM entry WHERE account = 'S200'`, "book S"},
		"a journal is gone":         {`DELETE FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE kind = 'received'); DELETE FROM journal WHERE kind = 'received'`, "receipt r1"},
		"another amount":            {`UPDATE entry SET cents = cents * 2 WHERE journal_id IN (SELECT id FROM journal WHERE kind = 'settled')`, "claim "},
		"a settlement is not there": {`INSERT INTO settlement (client_id, claim_id, key, kind, value_on, amount) SELECT client_id, id, 'x', 'paid-to-agency', '2026-11-03', 100 FROM claim`, "claim "},
		"a bill is not there":       {`INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) SELECT client_id, id, 'x', 'withdrawal', 100, 21, 121, '2026-11-03', 'x' FROM claim`, "charge x"},
		"the bank says otherwise":   {`UPDATE receipt SET amount = amount + 1`, "S100"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.receives(w.open(), "r1", "60.00")
			w.verified()
			w.exec(`SET session_replication_role = replica; ` + c.sql)
			v, err := w.VerifyBooks(t.Context(), today, w.lib.Rules)
			ok(t, err)
			if !slices.ContainsFunc(v.Differences, func(d postgres.Discrepancy) bool { return strings.HasPrefix(d.Where, c.where) }) {
				t.Errorf("%v", v.Differences)
			}
		})
	}
}

// Journals are asked by what they are about, and only those come.
func TestJournalsAreFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, other := w.open(), w.open()
	w.receives(ref, "r1", "30.00")
	w.receives(other, "r2", "20.00")
	for name, c := range map[string]struct {
		filter postgres.JournalFilter
		want   string
	}{
		"all":           {postgres.JournalFilter{}, "S received, D charged, S settled, D settled, S received, D charged, S settled, D settled"},
		"of a claim":    {postgres.JournalFilter{Claim: ref.ClaimID}, "D charged, S settled, D settled"},
		"of a book":     {postgres.JournalFilter{Claim: ref.ClaimID, Book: ledger.Trust}, "S settled"},
		"of a client":   {postgres.JournalFilter{Client: ref.ClientID, Book: ledger.Trust}, "S settled, S settled"},
		"of another":    {postgres.JournalFilter{Client: w.newClient("B")}, ""},
		"of before":     {postgres.JournalFilter{To: today.AddDays(-1)}, ""},
		"until the day": {postgres.JournalFilter{From: today, To: today, Book: ledger.Trust}, "S received, S settled, S received, S settled"},
	} {
		list, err := w.Journals(t.Context(), c.filter)
		ok(t, err)
		words := make([]string, len(list))
		for i, p := range list {
			words[i] = fmt.Sprintf("%s %s", p.Book, p.Kind)
		}
		if got := strings.Join(words, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A bank entry is followed to the payout of its client and back, also when it was divided, and nothing else comes along.
func TestMoneyIsFollowedThroughTheBooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.newClaim()
	one, two, other := w.handOver(first)[0], w.handOver(w.newClaim(owedBy(first.Debtor)))[0], w.open()
	w.opened(one)
	w.opened(two)
	w.waits("whole", "150.00")
	_, err := w.DivideReceipt(t.Context(), "whole", []postgres.Ref{one, two}, nil, at(today), w.lib.Rules)
	ok(t, err)
	w.receives(other, "apart", "10.00")
	w.post(ledger.PayoutOf(ledger.About{Key: "payout:1", On: today, Client: one.ClientID, Claim: one.ClaimID}, eur("50.00"))...)
	w.followed([]string{"whole", "apart"}, nil)
	says(t, "whole", w.traced("receipt:whole"), "to payout:1 50.00, "+one.ClaimID+"/settlement:whole#1 25.00, "+two.ClaimID+"/settlement:whole#2 75.00")
	says(t, "back", w.traced("payout:1"), "from whole 50.00; to payout:1 50.00")
	says(t, "apart", w.traced("apart"), "to "+other.ClaimID+"/settlement:apart 10.00")
	if _, err := w.Trace(t.Context(), "nothing like it"); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}
