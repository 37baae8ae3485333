package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/trajectory"
)

// Money that goes back to who paid it holds up no letter any more, and the task to find out whose it is ends; when that is declined it does again.
func TestAReceiptThatGoesBackHoldsUpNoLetter(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open()
	w.nobodys("r", "100.00", "NL20INGB0001234567") // what the letter is going to ask
	action := w.next(ref)
	if _, registered := w.register(ref, action); registered {
		t.Fatal("the letter does not wait for the receipt")
	}
	task := func() (open bool) {
		for _, task := range w.facts(ref).Tasks {
			open = open || task.Key == trajectory.AllocateReceipt+"r" && task.Open
		}
		return open
	}
	if !task() {
		t.Fatal("nobody is asked whose the receipt is")
	}
	ok(t, second(w.ProposeRefund(t.Context(), "r", "nobody's", person("a"))))
	if task() {
		t.Error("the task goes on")
	}
	ok(t, second(w.DecideRefund(t.Context(), "r", false, person("Bram"))))
	if _, registered := w.register(ref, w.next(ref)); registered {
		t.Error("the letter does not wait for the receipt that waits again")
	}
	ok(t, second(w.ProposeRefund(t.Context(), "r", "nobody's after all", person("a"))))
	ok(t, second(w.DecideRefund(t.Context(), "r", true, person("Bram"))))
	refusedFor(t, "reversed by hand", "receipt r is of no claim: it goes back to who paid it, or went; right would be the line with which the bank took it back: dunning receipts reverse r --entry LINE --reason TEXT", second(w.ReverseReceipt(t.Context(), "r", "storno", at(today), w.lib.Rules)))
	if _, registered := w.register(ref, w.next(ref)); !registered {
		t.Error("the letter waits for money that goes back")
	}
}
