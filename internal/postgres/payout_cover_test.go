package postgres_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// leaves is money that the next statement of the trust account tells to have left, and the key of its line; "$text" is what the bank charges.
func (w *world) leaves(reference, amount, text string) (key string) {
	w.Helper()
	before := cents(query[int64](w, `SELECT COALESCE((SELECT balance FROM statement WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1), 0)`))
	return w.lines(w.importFile(testkit.Camt(reference, fmt.Sprintf("1 %s %s: %s -%s %s %s", before, before-eur(amount), today, amount, reference, text)))[0])[0].Key
}

// spare is what the bank has, when all that is on its way is gone and what nothing explains too, beside what everybody but the agency has: a client less what it owes of before.
func (w *world) spare() money.Amount {
	w.Helper()
	return cents(query[int64](w, `WITH b AS (SELECT account, client_id, claim_id, -sum(cents) AS has FROM entry GROUP BY 1, 2, 3)
		SELECT (SELECT -sum(has) FROM b WHERE account IN ('S100', 'S240')) - (SELECT COALESCE(sum(amount), 0) FROM statement_entry WHERE direction = 'debit' AND kind = 'unknown' AND key IS NOT NULL AND receipt IS NULL AND payout IS NULL)
			- (SELECT COALESCE(sum(has), 0) FROM b WHERE account = 'S230') - (SELECT COALESCE(sum(GREATEST(0, has)), 0) FROM b WHERE account = 'S220')
			- (SELECT COALESCE(sum(GREATEST(0, c.has)), 0) FROM (SELECT sum(has) AS has FROM b WHERE account IN ('S200', 'S190', 'A130') GROUP BY client_id) c)`))
}

// twoClients is a world in which the bank's client and another, B, have accounts, and own money of the agency came in.
func twoClients(t *testing.T, own string) (w *world, other string) {
	t.Helper()
	w = paying(t)
	w.tellsAccount("B", secondIBAN, 0)
	other = query[string](w, `SELECT id::text FROM client_ids() WHERE code = 'B'`)
	w.approvesAccount(other, secondIBAN, "Anna", "Bram")
	w.fillsUp("own", own)
	return w, other
}

// payoutOf is a payout of one client that two persons approved.
func (w *world) payoutOf(client string, day int) settlement.Payout {
	w.Helper()
	one := proposing(today.AddDays(day))
	one.ClientID, one.All = client, false
	p, left, err := w.ProposePayout(w.Context(), one, at(one.On))
	if ok(w, err); p.ID == "" {
		w.Fatalf("nothing is proposed: %v", left)
	}
	w.approves(p, "Anna", "Bram")
	return p
}

// A payout leaves enough for the others, to the cent: what one has less than nothing, the agency's part stands for.
func TestEveryPayoutLeavesEnoughForTheOthers(t *testing.T) {
	t.Parallel()
	gotBefore := func(w *world, other string) settlement.Payout { // the world's client got 60.00, a bank took it back, and B is to be paid 50.00
		w.receives(w.open(), "a", "60.00")
		w.sends(w.payoutOf(w.client, 0))
		_, err := w.ReverseReceipt(w.Context(), "a", "storno", at(today), w.lib.Rules)
		ok(w, err)
		w.receivesFor("B", "b", "50.00")
		return w.payoutOf(other, 1)
	}
	for name, c := range map[string]struct {
		happens func(w *world, other string) settlement.Payout
		short   string // at most 0.01 less than nothing, with 5.00 of the agency's; empty: it is made
		why     string
	}{
		"the bank charged what the agency's part is": {func(w *world, _ string) settlement.Payout {
			w.receives(w.open(), "a", "60.00")
			w.leaves("f", "5.00", "$Kosten")
			return w.payoutOf(w.client, 0)
		}, "", ""},
		"the bank charged a cent more": {func(w *world, _ string) settlement.Payout {
			w.receives(w.open(), "a", "60.00")
			w.leaves("f", "5.01", "$Kosten")
			return w.payoutOf(w.client, 0)
		}, "0.01", "cannot be sent: the agency's part on the trust account is -0.01 after it and 0.01 too little"},
		"another client got what was taken back": {gotBefore, "55.00", "cannot be sent: client CODE got 60.00 that the bank took back"},
		"another client is to be paid it again": {func(w *world, other string) settlement.Payout {
			p := gotBefore(w, other)
			w.receives(w.open(), "c", "55.00")
			return p
		}, "", ""},
		"another client is to be paid it, less a cent": {func(w *world, other string) settlement.Payout {
			p := gotBefore(w, other)
			w.receives(w.open(), "c", "54.99")
			return p
		}, "0.01", "client CODE got 5.01 that the bank took back"},
		"it keeps what its client got before": {func(w *world, other string) settlement.Payout {
			gotBefore(w, other)
			w.receives(w.open(), "c", "61.00")
			return w.payoutOf(w.client, 1)
		}, "", ""},
		"the agency gets what a client is to be paid": {func(w *world, other string) settlement.Payout {
			p := gotBefore(w, other)
			w.fillsUp("more", "60.00")
			w.receives(w.open(), "c", "30.00")
			w.leaves("f", "35.00", "$Kosten")
			return p
		}, "", ""},
		"the agency gets less than the bank charged": {func(w *world, other string) settlement.Payout {
			p := gotBefore(w, other)
			w.fillsUp("more", "60.00")
			w.receives(w.open(), "c", "30.00")
			w.leaves("f", "35.01", "$Kosten")
			return p
		}, "0.01", "part on the trust account is -30.01 after it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, other := twoClients(t, "5.00")
			p := c.happens(w, other)
			o, err := w.Outlook(t.Context(), p.ID)
			ok(t, err)
			why := w.notMade(p)
			says(t, "told beforehand", o.Refused, why)
			if why == "" && c.short == "" {
				if spare := w.spare(); spare < 0 {
					t.Errorf("%s is of others", -spare)
				}
				return
			}
			if c.short == "" || !strings.Contains(why, strings.ReplaceAll(c.why, "CODE", w.code())) || !strings.Contains(why, "to pay "+c.short+" in of the agency's own money") {
				t.Fatalf("%q, want %s short: %q", why, c.short, c.why)
			}
			says(t, "nothing is booked", w.statuses(p), "approved")
			w.fillsUp("short", c.short)
			says(t, "filled up", w.notMade(p)+w.statuses(p), "sent")
		})
	}
}

// What a refund lost is of no client: it waits until the agency bears it, or paid it in; and the agency is paid nothing of its part that must stand for it.
func TestARefundThatWasLostIsNotPaidByOthers(t *testing.T) {
	t.Parallel()
	for receipt, lost := range map[string]string{"stranger": "42.00 went back by refund stranger:1 though the bank took it", "over": "40.00 went back to the debtor of claim "} {
		t.Run(receipt, func(t *testing.T) {
			t.Parallel()
			w, _ := lostRefund(t, receipt)
			w.tellsAccount("B", secondIBAN, 0)
			other := w.receivesFor("B", "new", "200.00")
			w.approvesAccount(other, secondIBAN, "Anna", "Bram")
			p := w.payoutOf(other, 1)
			if why := w.notMade(p); !strings.Contains(why, lost) || !strings.Contains(why, "dunning receipts loss RECEIPT") {
				t.Fatalf("%q, want %s", why, lost)
			}
			ok(t, w.WithdrawPayout(t.Context(), p.ID, "x", person("Anna")))
			w.fillsUp("more", "250.00")
			p, said := w.proposes(today.AddDays(2))
			w.approves(p, "Anna", "Bram")
			if says(t, "made", w.notMade(p), ""); w.spare() < 0 {
				t.Errorf("%s: %s is of others", said, w.spare())
			}
		})
	}
}

// Whatever happens to the money of two clients, the file of a payout is made when it leaves enough for the others, and refused when that is a cent too little.
func TestWhateverHappensAFileLeavesEnough(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w, other := twoClients(t, "20.00")
			r := rand.New(rand.NewPCG(seed, 11))
			ref := map[bool]postgres.Ref{true: w.open()}
			own := w.client
			w.client = other
			ref[false] = w.open()
			w.client = own
			made, refused := 0, 0
			for n := range 40 {
				amount, key := cents(int64(1+r.IntN(4000))).String(), fmt.Sprintf("k%d", n)
				switch r.IntN(8) {
				case 0, 1:
					w.client = map[bool]string{true: own, false: other}[n%2 == 0]
					w.receives(ref[n%2 == 0], key, amount)
					w.client = own
				case 2:
					_, err := w.ReverseReceipt(t.Context(), fmt.Sprintf("k%d", r.IntN(n+1)), "storno", at(today), w.lib.Rules)
					if err != nil && !errors.Is(err, postgres.ErrNotFound) {
						var refused *postgres.ConflictError
						if !errors.As(err, &refused) {
							t.Fatal(err)
						}
					}
				case 3:
					line := w.leaves(key, amount, []string{"$Kosten", "iets"}[n%2])
					if w.lines(postgres.Imported{Statement: postgres.Statement{Key: query[string](w, `SELECT statement FROM statement_entry WHERE key = $1`, line)}})[0].Kind == bank.LineUnknown && n%3 == 0 {
						says(t, "charged", w.charges(line, "Anna")+w.charges(line, "Bram"), "donedone")
					}
				case 4:
					w.fillsUp(key, amount)
				default:
					p, _ := w.proposes(today.AddDays(n))
					if p.ID == "" {
						continue
					}
					w.approves(p, "Anna", "Bram")
					why := w.notMade(p)
					if _, told, is := strings.Cut(why, "Right would be to pay "); is {
						refused++
						short := eur(strings.Fields(told)[0])
						if short > eur("0.01") {
							w.fillsUp(key+"a", (short - eur("0.01")).String())
							if why = w.notMade(p); !strings.Contains(why, "Right would be to pay 0.01 in") {
								t.Fatalf("a cent less than %s: %q", short, why)
							}
						}
						w.fillsUp(key+"b", "0.01")
						why = w.notMade(p)
					}
					if says(t, "made", why, ""); w.spare() < 0 {
						t.Fatalf("step %d: %s of what is paid is of others", n, -w.spare())
					}
					made++
				}
			}
			if made < 3 {
				t.Errorf("%d made, %d refused", made, refused)
			}
		})
	}
}
