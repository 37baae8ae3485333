package postgres_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

func TestAPayoutFromReceiptToBank(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open()
	w.receives(ref, "r1", "100.33")
	p, said := w.proposes(today)
	if said != "client 100.00, fees 0.33" || p.ID != "PO-20261103" || p.Lines[0].IBAN != firstIBAN || p.Lines[0].Name != "Voorbeeld A" || p.Lines[0].EndToEndID != "PO-20261103-1" {
		t.Fatalf("%s: %+v", said, p)
	}
	if again, said := w.proposes(today); again.Hash != p.Hash || said != "client 100.00, fees 0.33" {
		t.Errorf("proposed again: %s, %+v", said, again)
	}
	if _, said := w.proposes(today.AddDays(1)); said != "" {
		t.Errorf("what is proposed is proposed again: %s", said)
	}
	w.approves(p, "Anna", "Bram")
	before := w.balances(ledger.Trust)
	file := w.sends(p)
	if got := w.balances(ledger.Trust); got != "S100 100.33, S240 -100.33" || before != "S100 100.33, S200 -100.00, S210 -0.33" {
		t.Errorf("sent: trust %s", got)
	}
	if again := w.sends(p); !bytes.Equal(again, file) || !bytes.Contains(file, []byte("pain.001.001.09")) || w.statuses(p) != "sent sent" {
		t.Errorf("sent again: %d bytes, was %d; %s", len(again), len(file), w.statuses(p))
	}
	for i, key := range []string{"e1", "e2"} {
		for range 2 {
			lines, err := w.BookPayoutEntry(t.Context(), entryOf(p, i, key), at(today))
			if ok(t, err); len(lines) != 1 || lines[0].Nr != i+1 {
				t.Errorf("%+v", lines)
			}
		}
	}
	if trust, agency := w.balances(ledger.Trust), w.balances(ledger.Agency); trust != "" || agency != "A100 0.33, A120 0.07, A250 -0.07, A410 -0.33" || w.statuses(p) != "booked booked" {
		t.Errorf("booked: trust %s, agency %s, %s", trust, agency, w.statuses(p))
	}
	w.verified()
}

// Who is paid what, and why not.
func TestWhatIsProposed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		tell func(w *world)
		want string
	}{
		{"nothing came in", func(*world) {}, ""},
		{"a part is all the client's", func(w *world) { w.receives(w.open(), "r1", "60.00") }, "client 60.00"},
		{"two claims are one payment", func(w *world) { w.receives(w.open(), "r1", "60.00"); w.receives(w.open(), "r2", "7.00") }, "client 67.00"},
		{"what waits for its claim is nobody's", func(w *world) { w.waits("r1", "60.00") }, ""},
		{"a direct debit can be fetched back for eight weeks", func(w *world) { w.collects(w.open(), "r1", "60.00") }, "A: 60.00 of direct debits can still be fetched back"},
		{"a transfer beside a direct debit", func(w *world) { w.collects(w.open(), "r1", "60.00"); w.receives(w.open(), "r2", "7.00") }, "client 7.00"},
		{"no account", func(w *world) { w.receivesFor("B", "r1", "5.00") }, "B: has no account; right would be iban in its file (dunning client add)"},
		{"an account that nobody approved", func(w *world) { w.receivesFor("B", "r1", "5.00"); w.tellsAccount("B", secondIBAN, 7) }, "B: its account is approved by 0 of 2 persons: dunning client account approve B --iban IBAN --by NAME"},
		{"an account that one person approved, twice", func(w *world) {
			b := w.receivesFor("B", "r1", "5.00")
			w.tellsAccount("B", secondIBAN, 7)
			w.approvesAccount(b, secondIBAN, "Anna", "anna ")
		}, "B: its account is approved by 1 of 2 persons: dunning client account approve B --iban IBAN --by NAME"},
		{"an account that changed: cooling-off", func(w *world) {
			w.receives(w.open(), "r1", "60.00")
			w.tellsAccount("A", secondIBAN, 7)
			w.approvesAccount(w.client, secondIBAN, "Anna", "Bram")
		}, "A: its account was changed, and may be paid on from 2026-11-10"},
		{"an account that no bank pays on", func(w *world) {
			w.receives(w.open(), "r1", "60.00")
			w.receivesFor("B", "r2", "5.00")
			w.approvesAccount(w.tellsAccount("B", trustIBAN, 7), trustIBAN, "Anna", "Bram")
		}, "client 60.00, B: no bank takes its payment: creditor IBAN is that of the debtor; right would be another account"},
		{"another holder is another account", func(w *world) {
			w.receives(w.open(), "r1", "60.00")
			_, err := w.SaveClient(w.Context(), postgres.Client{Code: "A", Plan: "premium", Party: postgres.Party{Name: "Voorbeeld A", IBAN: firstIBAN, Street: "x", Postcode: "3011 AB", Town: "y", Email: "a@client.example", Language: "nl"}, Payee: postgres.Payee{Holder: "Iemand anders"}})
			ok(w, err)
		}, "A: its account is approved by 0 of 2 persons: dunning client account approve A --iban IBAN --by NAME"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			c.tell(w)
			if _, said := w.proposes(today); said != c.want {
				t.Errorf("%s, want %s", said, c.want)
			}
		})
	}
}

func TestADirectDebitIsPaidAfterEightWeeks(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.collects(w.open(), "r1", "60.00")
	available := refundTerm.AvailableOn(today)
	if _, said := w.proposes(available.AddDays(-1)); said != "A: 60.00 of direct debits can still be fetched back" {
		t.Errorf("the day before: %s", said)
	}
	if _, said := w.proposes(available); said != "client 60.00" {
		t.Errorf("after it: %s", said)
	}
}

// A direct debit that is not there any more holds nothing back: what came in beside it is paid at once.
func TestADirectDebitThatIsGoneHoldsNothingBack(t *testing.T) {
	t.Parallel()
	tomorrow := today.AddDays(1)
	goesBack := func(w *world, ref postgres.Ref, key string) {
		_, err := w.reverses(ref, key, "MD06")
		ok(w, err)
	}
	redated := func(w *world, ref postgres.Ref, key string) {
		_, err := w.corrects(ref, key, postgres.Correction{On: today.AddDays(-1)})
		ok(w, err)
	}
	for _, s := range []struct {
		name string
		then func(w *world, ref postgres.Ref)
	}{
		{"it is there", func(*world, postgres.Ref) {}},
		{"the bank took it back", func(w *world, ref postgres.Ref) { goesBack(w, ref, "r1") }},
		{"its value date was corrected: it still waits", func(w *world, ref postgres.Ref) { redated(w, ref, "r1") }},
		{"and then the bank took it back", func(w *world, ref postgres.Ref) { redated(w, ref, "r1"); goesBack(w, ref, "r1~2") }},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref := w.open()
			w.collects(ref, "r1", "60.00")
			w.receives(ref, "r2", "30.00")
			s.then(w, ref)
			p, said := w.proposes(tomorrow)
			if said != "client 30.00" {
				t.Errorf("%s, want what came in beside it", said)
			}
			w.approves(p, "Anna", "Bram")
			w.sends(p)
		})
	}
}

// The plan says from which amount and on which days; a client that is named is paid whatever its day.
func TestCalendarAndMinimum(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "60.00")
	p := proposing(today)
	p.All = false
	for _, c := range []struct {
		name   string
		client string
		plan   settlement.Paying
		want   int
		left   string
	}{
		{"no day", "", settlement.Paying{}, 0, ""},
		{"another day", "", settlement.Paying{Days: []int{4}}, 0, ""},
		{"its day, and too little", "", settlement.Paying{Days: []int{3}, Minimum: eur("60.01")}, 0, "60.00 is less than the 60.01 from which its plan pays"},
		{"its day", "", settlement.Paying{Days: []int{3}, Minimum: eur("60.00")}, 1, ""},
	} {
		p.Plans = map[string]settlement.Paying{"premium": c.plan}
		payout, left, err := w.ProposePayout(t.Context(), p, at(today))
		if ok(t, err); len(payout.Lines) != c.want || len(left) != min(len(c.left), 1) || len(left) == 1 && left[0].Why != c.left {
			t.Errorf("%s: %+v, %v", c.name, payout.Lines, left)
		}
	}
	ok(t, w.WithdrawPayout(t.Context(), "PO-20261103", "another day", at(today)))
	p.ClientID, p.Plans = w.client, nil
	payout, _, err := w.ProposePayout(t.Context(), p, at(today))
	if ok(t, err); payout.ID != "PO-20261103-A" || payout.Sum() != eur("60.00") {
		t.Errorf("%+v", payout)
	}
}

// What was withdrawn is free, and proposed anew it needs its own approvals.
func TestAWithdrawnPayoutIsProposedAnew(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "60.00")
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	for range 2 {
		ok(t, w.WithdrawPayout(t.Context(), p.ID, "the client asked", at(today)))
	}
	var conflict *postgres.ConflictError
	if _, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "I"}, at(today)); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "line 1 is withdrawn") {
		t.Error(err)
	}
	again, said := w.proposes(today)
	if again.ID != "PO-20261103.2" || said != "client 60.00" || again.Hash == p.Hash || w.statuses(again) != "proposed" {
		t.Errorf("%s: %+v", said, again)
	}
	w.approves(again, "Anna", "Bram")
	w.sends(again)
	if err := w.WithdrawPayout(t.Context(), again.ID, "too late", at(today)); !errors.As(err, &conflict) || !strings.Contains(err.Error(), "line 1 is sent") {
		t.Error(err)
	}
}

// Between proposal and file the world goes on: what is not there any more, or goes elsewhere now, does not leave.
func TestWhatIsNotSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		tell func(w *world, ref postgres.Ref)
		want string
	}{
		{"the bank took the money back", func(w *world, _ postgres.Ref) {
			_, err := w.ReverseReceipt(w.Context(), "r1", "storno", at(today), w.lib.Rules)
			ok(w, err)
		}, "client A is to be paid 60.00 less than was approved"},
		{"and other money, that waits, is there", func(w *world, _ postgres.Ref) {
			w.collects(w.open(), "r2", "80.00")
			_, err := w.ReverseReceipt(w.Context(), "r1", "storno", at(today), w.lib.Rules)
			ok(w, err)
		}, "client A is to be paid 60.00 less than was approved"},
		{"the client told another account", func(w *world, _ postgres.Ref) {
			w.tellsAccount("A", secondIBAN, 0)
			w.approvesAccount(w.client, secondIBAN, "Anna", "Bram")
		}, "client A told another account since"},
		{"who approved the account may not any more", func(w *world, _ postgres.Ref) {
			ok(w, postgres.RemoveApprover(w.Context(), w.db.OwnerURL, "BRAM"))
			p, err := w.Payout(w.Context(), "PO-20261103")
			ok(w, err)
			w.approves(p.Payout, "Cor")
		}, "its account is approved by 1 of 2 persons"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref := w.open()
			w.receives(ref, "r1", "60.00")
			p, _ := w.proposes(today)
			w.approves(p, "Anna", "Bram")
			c.tell(w, ref)
			before := w.counts()
			_, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "I"}, at(today))
			var conflict *postgres.ConflictError
			if !errors.As(err, &conflict) || !strings.Contains(err.Error(), c.want) || w.counts() != before {
				t.Errorf("%v; %s was %s", err, w.counts(), before)
			}
		})
	}
}

// What a client owes of before is kept once: what an open proposal keeps of it is not kept of what comes in after.
func TestAClawbackThatIsProposedIsNotKeptAgain(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	w.receives(w.open(), "r2", "75.00")
	if p, said := w.proposes(today.AddDays(1)); said != "client 15.00" || p.Lines[0].Clawed != eur("60.00") {
		t.Fatalf("%s: %+v", said, p.Lines)
	}
	w.receives(w.open(), "r3", "10.00")
	if p, said := w.proposes(today.AddDays(2)); said != "client 10.00" || p.Lines[0].Clawed != 0 {
		t.Errorf("%s: %+v", said, p.Lines)
	}
}

// What the client got and a bank took back since is kept of its next payout: the agency, which advanced it, gets that.
func TestAClawbackIsKeptOfTheNextPayout(t *testing.T) {
	t.Parallel()
	for _, topped := range []bool{true, false} {
		t.Run(fmt.Sprintf("topped up %v", topped), func(t *testing.T) {
			t.Parallel()
			w := takenBackAfterPayout(t, topped)
			w.receives(w.open(), "r2", "50.00")
			w.receives(w.open(), "r3", "25.00")
			next := today.AddDays(1)
			if p, said := w.proposes(next); said != "client 15.00" || p.Lines[0].Clawed != eur("60.00") {
				t.Fatalf("%s: %+v", said, p.Lines)
			} else {
				for _, part := range p.Lines[0].Parts {
					if part.Later() != 0 || part.Cents != part.Received {
						t.Errorf("%+v", part)
					}
				}
				w.approves(p, "Anna", "Bram")
				w.sends(p)
			}
			want := "S100 75.00, S210 -60.00, S240 -15.00"
			if !topped {
				want = "S100 15.00, S240 -15.00"
			}
			if got := w.balances(ledger.Trust); got != want {
				t.Errorf("trust %s", got)
			}
			if got := w.balances(ledger.Agency); got != map[bool]string{true: "A100 -60.00, A110 60.00", false: ""}[topped] {
				t.Errorf("agency %s", got)
			}
			if _, said := w.proposes(next.AddDays(1)); said != map[bool]string{true: "fees 60.00", false: ""}[topped] {
				t.Errorf("the next: %s", said)
			}
		})
	}
}

// While the trust account is short the agency's own part is what others are paid of.
func TestTheAgencyWaitsWhileTheTrustAccountIsShort(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	w.receives(w.open(), "r2", "100.33")
	p, said := w.proposes(today.AddDays(1))
	if said != "client 40.00" {
		t.Error(said)
	}
	w.approves(p, "Anna", "Bram")
	w.sends(p) // what is kept of the client fills the account up
	if _, said := w.proposes(today.AddDays(2)); said != "fees 0.33" {
		t.Error(said)
	}
}

// Twenty senders of one payout are one file and one journal.
func TestAPayoutIsSentOnce(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "60.00")
	p, _ := w.proposes(today)
	files := make([][]byte, 20)
	var wg sync.WaitGroup
	for i := range files {
		wg.Go(func() {
			for _, name := range []string{"Anna", "Bram"} {
				_, _ = w.ApprovePayout(t.Context(), p.ID, p.Hash, named(name, today))
			}
			_, _, _ = w.ProposePayout(t.Context(), proposing(today), at(today))
			files[i], _, _ = w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "I"}, at(today.AddDays(i%2)))
		})
	}
	wg.Wait()
	if slices.ContainsFunc(files, func(f []byte) bool { return len(f) == 0 || !bytes.Equal(f, files[0]) }) {
		t.Error("not all got the same file")
	}
	if got := w.balances(ledger.Trust); got != "S100 60.00, S240 -60.00" {
		t.Errorf("trust %s", got)
	}
	var sum money.Amount
	for _, j := range w.journals() {
		if j.Kind == ledger.PayoutSubmitted {
			sum += -j.Lines[len(j.Lines)-1].Cents
		}
	}
	if sum != eur("60.00") {
		t.Errorf("%s submitted", sum)
	}
}
