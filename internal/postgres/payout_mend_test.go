package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// What a person says wrong of a debit can be mended: the payment itself came back, also one of which that debit was the first, and several that are one credit.
func TestAWrongWordOfADebitIsMended(t *testing.T) {
	t.Parallel()
	const batch = "#PO-20261103/client"
	t.Run("the first debit", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankSays(p, ofAmounts(p, []string{"-12.00 a " + batch + "; -100.00 b " + batch, "100.00 c AC04!{100.00}|Retour"})...)
		debit, hundred := w.lineOf("debit", "100.00"), ofAmounts(p, []string{"{100.00}"})[0]
		says(t, "of the debit", w.saysOff(w.keyOf("Retour"), debit, "100.00")+"; waits: "+w.still(), "done; waits: 12.00 out")
		says(t, "no, it came back", w.saysBack(w.keyOf("Retour"), hundred, "100.00")+"; waits: "+w.still(), "done; waits: 100.00 out, 12.00 out, 100.00 back")
		says(t, "the debit", w.booksPayout(debit, hundred, "100.00"), "done")
		says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "returned sent sent; waits: 12.00 out")
		w.verified()
	})
	t.Run("several payments", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankSays(p, "-112.00 a "+batch, "-112.00 b "+batch, "12.00 c <De bank/"+trustIBAN+"> Samen PO-20261103/client")
		credit := w.keyOf("Samen")
		says(t, "of the debit", w.saysOff(credit, w.lineOf("debit", "112.00"), "12.00")+"; waits: "+w.still(), "done; waits: 100.00 out, 12.00 back")
		e := postgres.PayoutEntry{Key: credit, Lines: ofAmounts(p, []string{"{7.00}", "{5.00}"}), Amount: eur("12.00"), On: today, Credit: true, Reason: "AC04"}
		for range 2 {
			says(t, "no, two came back", words(second(w.BookPayoutEntry(t.Context(), e, at(today.AddDays(2))))), "done")
		}
		says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "booked returned returned; waits: 112.00 out")
		w.verified()
	})
}

// What is left of a debit is not the payment that came off it, though that is under way and of the same amount: it is a second debit of another.
func TestTheRestOfADebitIsNotWhatCameOffIt(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "7.00")
	w.tellsAccount("B", secondIBAN, 0)
	w.approvesAccount(w.receivesFor("B", "r2", "7.00"), secondIBAN, "Anna", "Bram")
	p := w.paidOut(today)
	one, two := p.Lines[0].EndToEndID, p.Lines[1].EndToEndID
	w.bankSays(p, "-7.00 a "+one+"|x", "-14.00 b #PO-20261103/client", "7.00 c MS03!"+two+"|Geweigerd")
	says(t, "of the debit", w.saysOff(w.keyOf("Geweigerd"), w.lineOf("debit", "14.00"), "7.00"), "done")
	says(t, "the payments", string(w.became(p)[one]+" "+w.became(p)[two])+"; waits: "+w.still(), "booked sent; waits: 7.00 out, 7.00 back")
	w.verified()
}

// What came back before its debit, and names its payment by the bank's own reference, can be said to be of a debit as any other, and so can what comes off a debit without a name when two payouts paid as much to its account.
func TestWhateverWaitsCanBeSaidOfADebit(t *testing.T) {
	t.Parallel()
	t.Run("before its debit", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankSays(p, ofAmounts(p, []string{"7.00 c MS03!{7.00}|Zeven", "-119.00 a #PO-20261103/client"})...)
		says(t, "of the debit", w.saysOff(w.keyOf("Zeven"), w.lineOf("debit", "119.00"), "7.00"), "done")
		says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "booked booked booked; waits: ")
		w.verified()
	})
	t.Run("without a name", func(t *testing.T) {
		t.Parallel()
		w := paying(t)
		w.tellsAccount("B", secondIBAN, 0)
		b := w.receivesFor("B", "r2", "7.00")
		w.approvesAccount(b, secondIBAN, "Anna", "Bram")
		first := w.paidOut(today)
		own := w.client
		w.client = b
		w.receives(w.open(), "r3", "7.00")
		w.client = own
		other := w.paidOut(today.AddDays(1))
		w.importFile(ofTrust(testkit.Camt("t", fmt.Sprintf("1 500.00 486.00: 2026-11-05 -7.00 a %s|x; 2026-11-05 -7.00 b %s|x", first.Lines[0].EndToEndID, other.Lines[0].EndToEndID))))
		w.importFile(ofTrust(testkit.Camt("u", fmt.Sprintf("2 486.00 486.00: 2026-11-06 -7.00 c <Voorbeeld/%s> iets; 2026-11-06 7.00 d MS03!%s|Correctie", secondIBAN, other.Lines[0].EndToEndID))))
		says(t, "of the debit", w.saysOff(w.keyOf("Correctie"), w.lineOf("debit", "7.00"), "7.00"), "done")
		says(t, "what waits", w.still(), "")
		w.verified()
	})
}

// A batch that was debited without a payment, with a charge on top, does not hold up who says that the bank refused that payment; one that can have the payment does.
func TestARefusalBesideAChargeOnTop(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankSays(p, "-105.25 a #PO-20261103/client")
	line := func(amount string) string { return ofAmounts(p, []string{"{" + amount + "}"})[0] }
	if got := w.refuses(line("5.00"), "Anna"); !strings.Contains(got, " can be in what statements tell") {
		t.Error(got)
	}
	says(t, "two persons", w.refuses(line("7.00"), "Anna", "Bram"), "2 said so")
	for i, who := range []string{"Anna", "Bram"} {
		says(t, who, w.saysOnTop(w.lineOf("debit", "105.25"), "105.00 PO-20261103/client", "0.25", who), []string{"1 said so, 0 claims, 0 lines", "2 said so, 0 claims, 2 lines"}[i])
	}
	says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "booked rejected booked; waits: ")
	w.fillsUp("own", "0.25")
	w.verified()
}

// What came off a debit by the batch's name can be of any payment of it, so what names one waits from then on; and all of a batch is not booked while a debit of some of it waits.
func TestWhatIsNotCertainWaits(t *testing.T) {
	t.Parallel()
	const batch = "#PO-20261103/client"
	t.Run("after a part by the batch's name", func(t *testing.T) {
		t.Parallel()
		w, p := twoPaid(t)
		w.bankSays(p, "-107.00 a "+batch, "-107.00 b "+batch, "7.00 c "+batch)
		says(t, "of the debit", w.saysOff(w.lineOf("credit", "7.00"), w.lineOf("debit", "107.00"), "7.00"), "done")
		w.importFile(ofTrust(testkit.Camt("later", "9 293.00 300.00: 2026-11-05 7.00 d MS03!PO-20261103-2|Correctie")))
		says(t, "the payments", w.statuses(p)+"; waits: "+w.still(), "booked booked sent; waits: 100.00 out, 7.00 back, 7.00 back")
		w.verified()
	})
	t.Run("after a debit of some", func(t *testing.T) {
		t.Parallel()
		w, p := twoPaid(t)
		w.bankSays(p, "-100.00 a "+batch, "-107.00 b "+batch, "107.00 c "+batch)
		says(t, "the payments", w.statuses(p)+"; waits: "+w.still(), "sent sent sent; waits: 107.00 out, 100.00 out, 107.00 back")
		says(t, "the first", w.booksPayout(w.lineOf("debit", "100.00"), "PO-20261103-1", "100.00"), "done")
		says(t, "of the second", w.saysOff(w.lineOf("credit", "107.00"), w.lineOf("debit", "107.00"), "107.00"), "done")
		says(t, "the payments then", w.statuses(p)+"; waits: "+w.still(), "booked sent sent; waits: ")
		w.verified()
	})
}
