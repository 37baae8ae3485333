package postgres_test

import (
	"errors"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A debtor who pays what an earlier letter asked, without a reference, gets no further letter before a person has looked.
func TestReceiptThatAnswersAnEarlierLetter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		receipt postgres.Receipt
		settled string
		suspect bool
	}{
		"what the letter asked":                {postgres.Receipt{Amount: eur("100.00")}, "", true},
		"what was left of it":                  {postgres.Receipt{Amount: eur("70.00")}, "30.00", true},
		"another amount from somebody else":    {postgres.Receipt{Amount: eur("71.00"), Payer: "R. Anders"}, "30.00", false},
		"another amount, the debtor's surname": {postgres.Receipt{Amount: eur("71.00"), Payer: "R. VOORBEELD"}, "", true},
		"a longer surname":                     {postgres.Receipt{Amount: eur("71.00"), Payer: "R. Nietvoorbeeld"}, "", false},
		"somebody else of the same legal form": {postgres.Receipt{Amount: eur("71.00"), Payer: "Iris Anders (eenmanszaak)"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ref := w.open(func(n *postgres.NewClaim) { n.Debtor.Name = "Roos Voorbeeld (eenmanszaak)" })
			l, _ := w.sending(ref)
			w.settle(ref, l, postgres.Settled{State: claim.LetterAccepted, Received: today, Reply: "250"})
			w.exec(`UPDATE letter SET on_day = on_day - 20, pay_by = pay_by - 20 WHERE id = $1`, l.ID)
			if c.settled != "" {
				ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "s", Kind: claim.PaidToClient, On: today, Amount: eur(c.settled)}, at(today), w.lib.Rules))
			}
			c.receipt.Key, c.receipt.On = "bank-1", today
			_, err := w.RecordReceipt(t.Context(), c.receipt, at(today), w.lib.Rules)
			ok(t, err)
			_, registered := w.register(ref, w.next(ref))
			if registered == c.suspect {
				t.Errorf("registered %v", registered)
			}
		})
	}
}

// While a letter is being sent to one address, or its sender died doing so, the same letter goes to no other.
func TestLetterUnderWayGoesToOneAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	l, _ := w.sending(ref)
	ok(t, w.SetFlag(t.Context(), ref, claim.FlagEmailBounced, calendar.Date{}, at(today)))
	action := w.next(ref)
	if action.Channel != trajectory.ChannelPost || action.Step != l.Step {
		t.Fatalf("%+v", action)
	}
	for range 2 {
		if _, _, _, err := w.RegisterLetter(t.Context(), ref, action, at(today), w.lib.Rules, write); !errors.Is(err, postgres.ErrUnderWay) {
			t.Fatalf("registered by post: %v", err)
		}
		w.expire(ref)
	}
	ok(t, w.SettleAbandoned(t.Context(), ref, "sweeper"))
	if next := w.next(ref); next.Step == l.Step || w.state(l) != "unknown" {
		t.Errorf("next %s, the letter is %s", next.Step, w.state(l))
	}
}
