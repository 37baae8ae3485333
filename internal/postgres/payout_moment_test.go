package postgres_test

import (
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

// Persons, reports and charges say something of two payouts in one moment, each in an order of its own, a hundred times: they wait for each other, and never in a circle.
func TestWhatIsSaidOfTwoPayoutsInOneMoment(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.receives(w.open(), "s1", "50.00")
	other := w.paidOut(today.AddDays(1))
	const batch = "#PO-20261103/client"
	seven, fifty := ofAmounts(p, []string{"{7.00}"})[0], other.Lines[0].EndToEndID
	w.bankSays(p, "-112.00 a "+batch+"; -50.00 z "+fifty+"|x", "-112.00 b "+batch+"; -50.00 y "+fifty+"|x; -12.00 v </> onbekend", "12.00 c Een PO-20261103/client; 20.00 d Twee PO-20261103/client; 30.00 e Drie PO-20261104/client")
	debit, unknown := [2]string{w.lineOf("debit", "112.00"), w.lineOf("debit", "50.00")}, w.keyOf("onbekend")
	off := func(text, debit, amount string) func() string {
		key := w.keyOf(text)
		return func() string { return w.saysOff(key, debit, amount) }
	}
	say := []func() string{
		off("Een", debit[0], "12.00"), off("Drie", debit[1], "30.00"), off("Twee", debit[1], "20.00"), off("Drie", debit[0], "30.00"), off("Twee", debit[0], "20.00"),
		func() string { return words(second(w.ReportPayout(w.Context(), reported(p, "1 accepted"), at(today)))) },
		func() string {
			return words(second(w.ReportPayout(w.Context(), reported(other, "1 accepted"), at(today))))
		},
		func() string { return w.refuses(seven, "Anna") },
		func() string { return w.refuses(fifty, "Anna") },
		func() string { return w.charges(unknown, "Anna") },
		func() string { return w.booksPayout(debit[0], fifty, "50.00") },
		func() string { return w.booksPayout(debit[1], seven, "7.00") },
	}
	var all errgroup.Group
	for person := range 4 {
		all.Go(func() error {
			for i := range 100 {
				said := say[(i*[]int{1, 5, 7, 11}[person]+person)%len(say)]()
				if strings.Contains(said, "SQLSTATE") {
					t.Error(said)
				}
			}
			return nil
		})
	}
	ok(t, all.Wait())
	w.verified()
}
