package postgres_test

import (
	"strings"
	"testing"
)

// Money that the bank, or the client that has it, can have brought back of a debit of a payout that waits is not refunded until somebody says of that very debit that it is not.
func TestARefundOfWhatCanBeADebitsAsksFirst(t *testing.T) {
	t.Parallel()
	const one = "PO-20261103-1|x"
	const twice = "-100.00 a " + one + "; -100.00 b " + one
	const ofBank, clients, stranger = "NL50ABNA0555000001", secondIBAN, strangerIBAN
	for _, c := range []struct {
		name string
		told []string // by statements
		held bool
	}{
		{"all of it, from the bank", []string{twice, "100.00 c <Bank/" + ofBank + "> correctie"}, true},
		{"a part of it, from the bank", []string{twice, "40.00 c <Bank/" + ofBank + "> correctie"}, true},
		{"in one statement with it", []string{twice + "; 100.00 c <Bank/" + ofBank + "> correctie"}, true},
		{"a part of it, that the bank calls a return", []string{twice, "40.00 c <Bank/" + ofBank + "> MS03!correctie"}, true},
		{"from the client", []string{twice, "100.00 c <Voorbeeld/" + clients + "> dubbel betaald"}, true},
		{"of another bank", []string{twice, "100.00 c <P. Betaler/" + stranger + "> iets"}, false},
		{"more than is left", []string{twice, "100.01 c <Bank/" + ofBank + "> correctie"}, false},
		{"no debit waits", []string{"-100.00 a " + one, "100.00 c <Bank/" + ofBank + "> correctie"}, false},
		{"a debit of ours that waits is none of a payout", []string{"-100.00 a " + one + "; -100.00 b <Verhuurder/" + stranger + "> huur", "100.00 c <Bank/" + ofBank + "> correctie"}, false},
		{"before the debit", []string{"100.00 c <Bank/" + ofBank + "> correctie", twice}, true}, // of one day: nothing says which came first
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.approvesAccount(w.tellsAccount(w.code(), clients, 0), clients, "Anna", "Bram")
			w.receives(w.open(), "paid", "100.33")
			p := w.paidOut(today)
			w.bankSays(p, c.told...)
			key := query[string](w, `SELECT COALESCE(max(receipt), '') FROM statement_entry WHERE kind = 'receipt'`)
			_, err := w.ProposeRefund(t.Context(), key, "nobody's", person("a"))
			if (err != nil) != c.held {
				t.Fatalf("proposed: %v", err)
			}
			if !c.held {
				ok(t, second(w.DecideRefund(t.Context(), key, true, person("Bram"))))
				return
			}
			debit := query[string](w, `SELECT min(key) FROM statement_entry WHERE direction = 'debit' AND payout IS NULL`)
			if !strings.HasPrefix(err.Error(), "debit "+debit+" of a payout waits, of which 100.00 is left, and receipt "+key+" can be what came back of it") {
				t.Error(err)
			}
			if _, err := w.ProposeRefund(t.Context(), key, "not of debit "+debit+"0: another", person("a")); err == nil {
				t.Error("another debit is named")
			}
			ok(t, second(w.ProposeRefund(t.Context(), key, "not of debit "+debit+": the bank says that a customer typed our account", person("a"))))
			ok(t, second(w.DecideRefund(t.Context(), key, true, person("Bram"))))
		})
	}
}

// A debit that comes to wait after the refund was proposed holds its approval.
func TestADebitThatWaitsHoldsTheApprovalOfARefund(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "paid", "100.33")
	p := w.paidOut(today)
	w.bankSays(p, "100.00 c <Bank/NL50ABNA0555000001> correctie")
	key := query[string](w, `SELECT receipt FROM statement_entry WHERE kind = 'receipt'`)
	ok(t, second(w.ProposeRefund(t.Context(), key, "nobody's", person("a"))))
	w.bankSays(p, "100.00 c <Bank/NL50ABNA0555000001> correctie", "-100.00 a PO-20261103-1|x; -100.00 b PO-20261103-1|x")
	if _, err := w.DecideRefund(t.Context(), key, true, person("Bram")); err == nil || !strings.Contains(err.Error(), "can be what came back of it") || !strings.HasSuffix(err.Error(), ": it cannot be approved") {
		t.Error(err)
	}
	ok(t, second(w.DecideRefund(t.Context(), key, false, person("Bram"))))
}
