package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// threeOf is a payout of 100.00, 7.00 and 5.00 in one batch, with the statuses of its payments: "booked booked sent".
func threeOf(statuses string) (p settlement.Payout) {
	p.ID = "PO-20261103"
	for i, status := range strings.Fields(statuses) {
		p.Lines = append(p.Lines, settlement.PayoutLine{Nr: i + 1, Kind: settlement.PayoutToClient, EndToEndID: fmt.Sprintf("PO-20261103-%d", i+1), Cents: []money.Amount{10000, 700, 500}[i], Status: settlement.PayoutStatus(status)})
	}
	return p
}

// namedBy are the name of a payment, "1", "2" or "3", and of a batch, "batch".
func namedBy(name string) (line, batch string) {
	switch name {
	case "batch":
		return "", "PO-20261103/client"
	case "nothing":
		return "", ""
	}
	return "PO-20261103-" + name, ""
}

// amountOf reads "112.00".
func amountOf(t *testing.T, text string) money.Amount {
	t.Helper()
	a, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// debitOf reads "112.00 batch" and what came back of it, each with what it names: "7.00 2, 5.00 nothing".
func debitOf(t *testing.T, p settlement.Payout, debit, back string) waitingDebit {
	t.Helper()
	amount, name, _ := strings.Cut(debit, " ")
	d := waitingDebit{Keys: []string{debit}, Cents: amountOf(t, amount), Still: amountOf(t, amount), Named: name != "nothing", BookedOn: calendar.MustParseDate("2026-11-05")}
	d.EndToEndID, d.BatchID = namedBy(name)
	for _, b := range strings.FieldsFunc(back, func(r rune) bool { return r == ',' }) {
		of := strings.Fields(b)
		line, _ := namedBy(of[1])
		d.Still, d.Back = d.Still-amountOf(t, of[0]), append(d.Back, line)
	}
	d.read(p)
	return d
}

// A credit comes off a debit by itself only when that is certain: each of the conditions is needed.
func TestWhatIsCertainOfWhatCameBack(t *testing.T) {
	t.Parallel()
	const paid = "booked booked booked"
	for _, c := range []struct {
		name, statuses, debit, back, credit string
		certain                             bool
	}{
		{"a payment of a batch that was paid twice", paid, "112.00 batch", "", "7.00 2", true},
		{"another, after one that names its payment", paid, "112.00 batch", "100.00 1", "7.00 2", true},
		{"after a part that names no payment", paid, "112.00 batch", "5.00 nothing", "7.00 2", false},
		{"after the same payment", paid, "112.00 batch", "7.00 2", "7.00 2", false},
		{"more than the payment", paid, "112.00 batch", "", "7.25 2", false},
		{"more than what is left", paid, "112.00 batch", "100.00 1, 6.00 3", "7.00 2", false},
		{"a part of the payment", paid, "112.00 batch", "", "3.00 2", true},
		{"a payment that is under way", "booked sent booked", "112.00 batch", "", "7.00 2", false},

		{"all of it by its name", paid, "112.00 batch", "", "112.00 batch", true},
		{"the rest of it by its name", paid, "112.00 batch", "7.00 2", "105.00 batch", false},
		{"the rest of one payment", paid, "7.25 2", "0.25 nothing", "7.00 2", true},
		{"all of it by no name", paid, "112.00 batch", "", "112.00 nothing", false},
		{"a part of the batch, by its name, of which nobody knows of what", paid, "50.00 batch", "", "50.00 batch", false},
		{"all of the batch, of which some is under way", "booked sent sent", "112.00 batch", "", "112.00 batch", false},
		{"all that the bank refused", "rejected sent sent", "112.00 batch", "", "100.00 batch", true},
		{"all that the bank refused of one that it paid by another debit too", "rejected booked sent", "112.00 batch", "", "107.00 batch", false},

		{"of all, also what the bank refused", "booked rejected booked", "112.00 batch", "", "100.00 1", true},
		{"of all but what the bank refused", "booked rejected booked", "105.00 batch", "", "100.00 1", true},
		{"of a cent less", paid, "111.99 batch", "", "7.00 2", false},
		{"with a charge", paid, "112.25 batch", "", "7.00 2", true},
		{"with as much as a bank charges at most", paid, "137.00 batch", "", "7.00 2", true},
		{"with a cent more", paid, "137.01 batch", "", "7.00 2", false},
		{"with a charge, though the bank refused one", "booked rejected booked", "112.25 batch", "", "100.00 1", false},
		{"one payment, in whatever amount", paid, "99.00 2", "", "7.00 2", true},
		{"one payment under way, in another amount", "sent sent sent", "6.99 2", "", "6.99 2", false},
		{"what names nothing", paid, "112.00 nothing", "", "7.00 2", false},
		{"nothing of nothing", paid, "20.00 nothing", "", "20.00 nothing", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := threeOf(c.statuses)
			d := debitOf(t, p, c.debit, c.back)
			amount, name, _ := strings.Cut(c.credit, " ")
			e := PayoutEntry{Credit: true, Amount: amountOf(t, amount)}
			e.EndToEndID, e.BatchID = namedBy(name)
			if got := e.certainly([]waitingDebit{d}, e.names(p)); (got != nil) != c.certain {
				t.Errorf("certain: %v", got != nil)
			}
		})
	}
}

// What is left of a debit is known of which payments it is when its payments are, and those of what came off.
func TestWhatIsKnownOfTheRestOfADebit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, statuses, debit, back string
		known                       bool
	}{
		{"what came off names its payment", "rejected sent sent", "112.00 batch", "100.00 1", true},
		{"what came off names the batch, and is what the bank refused", "rejected sent sent", "112.00 batch", "100.00 nothing", true},
		{"what came off names the batch, and can be of what it paid", "booked rejected sent", "112.00 batch", "107.00 nothing", false},
		{"all that came off names its payment", "booked rejected sent", "112.00 batch", "100.00 1, 7.00 2", true},
		{"of some of the batch", "rejected sent sent", "50.00 batch", "38.00 1", false},
		{"of one under way, in another amount", "sent sent sent", "33.00 2", "26.00 nothing", false},
	} {
		d := debitOf(t, threeOf(c.statuses), c.debit, c.back)
		if d.knownRest() != c.known {
			t.Errorf("%s: %v", c.name, d.knownRest())
		}
	}
}

// A credit can be of the debits of what it names, whatever is left of them, that are not of a later day; else of those without a name of which as much is left, when it would be a return by itself.
func TestOfWhichDebitsACreditCanBe(t *testing.T) {
	t.Parallel()
	const day, before = "2026-11-05", "2026-11-04"
	for _, c := range []struct {
		name, statuses, debits, credit, on, want string
	}{
		{"of a day", "booked booked booked", "112.00 batch", "7.00 2", day, "112.00 batch"},
		{"of the day before", "booked booked booked", "112.00 batch", "7.00 2", before, ""},
		{"of the day before, of a payment that came back", "booked returned booked", "112.00 batch", "7.00 2", before, ""},
		{"of the day before, of what was never paid", "booked rejected booked", "112.00 batch", "7.00 2", before, "112.00 batch"},
		{"more than is left of it", "booked booked booked", "6.00 2", "7.00 2", day, "6.00 2"},
		{"without a name", "booked booked booked", "7.00 nothing", "7.00 2", day, "7.00 nothing"},
		{"without a name, of as much as one of several", "booked booked booked", "5.00 nothing", "112.00 batch", day, "5.00 nothing"},
		{"without a name, of less than each of several", "booked booked booked", "4.99 nothing", "112.00 batch", day, ""},
		{"without a name, of a later day", "booked booked booked", "7.00 nothing", "7.00 2", before, ""},
		{"without a name, of which less is left", "booked booked booked", "6.99 nothing", "7.00 2", day, ""},
		{"without a name, beside one of the payment", "booked booked booked", "7.00 2, 9.00 nothing", "7.00 2", day, "7.00 2"},
		{"without a name, of a payment under way", "booked sent booked", "7.00 nothing", "7.00 2", day, ""},
	} {
		p := threeOf(c.statuses)
		var debits []waitingDebit
		for d := range strings.SplitSeq(c.debits, ", ") {
			debits = append(debits, debitOf(t, p, d, ""))
		}
		amount, name, _ := strings.Cut(c.credit, " ")
		e := PayoutEntry{Credit: true, Amount: amountOf(t, amount), told: []string{"a line"}}
		e.EndToEndID, e.BatchID = namedBy(name)
		var got []string
		for _, d := range e.canBeOf(debits, e.names(p), calendar.MustParseDate(c.on)) {
			got = append(got, d.Keys[0])
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
