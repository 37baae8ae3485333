package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// borneLife is what the bank of the trust account told in a life.
type borneLife struct {
	statements int
	balance    money.Amount
	given      []string // entries by which it gave back what it had charged
}

// bears does one thing to money that the agency bears, or that a client has to its credit.
func (l *paidLife) bears(n int) error {
	ctx, by := l.Context(), l.by()
	switch l.IntN(13) {
	case 0, 1:
		return l.fillsUp(n, l.amount())
	case 2:
		return l.bankCharges(n)
	case 3:
		return l.batchArrives(n)
	case 4:
		return l.bearsLoss(l.refund(), l.IntN(3) == 0)
	case 5:
		return second(l.ProposeRefundTo(ctx, l.refund(), otherIBAN, "P. Betaler", "by letter", named("a", today.AddDays(l.day))))
	case 6:
		return second(l.PayBill(ctx, l.bill(), postgres.BillPayment{Key: fmt.Sprintf("own %d", n), Amount: eur(l.amount()), On: today.AddDays(l.day)}, by))
	case 7:
		return second(l.MoveCredit(ctx, l.bill(), l.bill(), by))
	case 8:
		return second(l.RepayCredit(ctx, l.bill(), by))
	case 9, 10:
		return l.strangerPays(n)
	case 11:
		return l.ownMoneyGoes(n)
	}
	l.charged()
	return nil
}

// proposesRefund proposes that money goes back: of a receipt that waits, or of what is too much on a claim. Mostly that is approved.
func (l *paidLife) proposesRefund() error {
	by, approves := named("a", today.AddDays(l.day)), l.IntN(4) > 0
	if ref := l.ref(); l.IntN(2) == 0 {
		made, err := l.ProposeSurplusRefunds(l.Context(), ref, "too much", by, l.lib.Rules)
		for _, r := range made {
			if err == nil && approves {
				err = second(l.DecideRefund(l.Context(), r.Receipt, true, named("Bram", today.AddDays(l.day))))
			}
		}
		return err
	}
	waits := l.numbers(`SELECT COALESCE(string_agg(key, ' ' ORDER BY key), 'none') FROM receipt WHERE claim_id IS NULL AND NOT divided`)
	key := waits[l.IntN(len(waits))]
	_, err := l.ProposeRefund(l.Context(), key, "nobody's", by)
	if err == nil && approves {
		err = second(l.DecideRefund(l.Context(), key, true, named("Bram", today.AddDays(l.day))))
	}
	return err
}

// strangerPays is money of nobody that goes back: then its bank takes it back too and the agency bears that, or its account does not take it and it goes to another one.
func (l *paidLife) strangerPays(n int) error {
	ctx, key, on := l.Context(), l.newKey(n), today.AddDays(l.day)
	a, b := named("a", on), named("Bram", on)
	_, err := l.RecordReceipt(ctx, postgres.Receipt{Key: key, Amount: eur(l.amount()), On: on, IBAN: strangerIBAN, Payer: "P. Betaler"}, a, l.lib.Rules)
	for _, does := range []func() error{
		func() error { return second(l.ProposeRefund(ctx, key, "nobody's", a)) },
		func() error { return second(l.DecideRefund(ctx, key, true, b)) },
		l.sendsPayout,
	} {
		if err == nil {
			err = does()
		}
	}
	if err != nil {
		return err
	}
	if l.IntN(2) == 0 {
		return errors.Join(l.fillsUp(n, "90.00"), l.takesBackStrangers(n, key), l.bearsLoss(key, false))
	}
	for i, line := range l.sent[len(l.sent)-1].Lines {
		if line.Kind == settlement.PayoutOfRefund {
			for _, e := range []postgres.PayoutEntry{entryOf(l.sent[len(l.sent)-1], i, fmt.Sprintf("out%d-%d", n, i)), {Key: fmt.Sprintf("back%d-%d", n, i), Credit: true, EndToEndID: line.EndToEndID, Amount: line.Cents, On: on.AddDays(1), Reason: "AC04"}} {
				if _, err := l.BookPayoutEntry(ctx, e, at(on.AddDays(1))); err != nil {
					return err
				}
				l.entries = append(l.entries, e.Key)
			}
		}
	}
	if _, err := l.ProposeRefundTo(ctx, key, otherIBAN, "P. Betaler", "by letter", a); err != nil {
		return err
	}
	return second(l.DecideRefund(ctx, key, true, b))
}

// bearsLoss is that two persons say that the agency bears the loss of a receipt, or not any more.
func (l *paidLife) bearsLoss(key string, undo bool) (err error) {
	for _, who := range []string{"Anna", "Bram"} {
		_, err = l.BearLoss(l.Context(), key, "the bank says so", undo, named(who, today.AddDays(l.day)))
	}
	return err
}

// fillsUp is own money of the agency, which fills the trust account up.
func (l *paidLife) fillsUp(n int, amount string) error {
	keys, err := l.arrives(eur(amount), fmt.Sprintf("own%d", n), "<Incassocenter Voorbeeld/"+agencyIBAN+"> niets")
	if err != nil {
		return err
	}
	l.keys = append(l.keys, keys...)
	return second(l.TopUp(l.Context(), keys[0], agencyIBAN, l.by()))
}

// ownMoneyGoes is own money of the agency that its bank takes back, or that was told by mistake, and mostly is told again then.
func (l *paidLife) ownMoneyGoes(n int) error {
	own := l.numbers(`SELECT COALESCE(string_agg(key, ' ' ORDER BY key), 'none') FROM receipt WHERE gone = 'own'`)
	key := own[l.IntN(len(own))]
	if l.IntN(2) == 0 {
		return l.takesBackStrangers(n, key)
	}
	for _, who := range []string{"Anna", "Bram"} {
		if _, err := l.UndoTopUp(l.Context(), key, "it is not", named(who, today.AddDays(l.day))); err != nil {
			return err
		}
	}
	if l.IntN(3) == 0 {
		return nil
	}
	return second(l.TopUp(l.Context(), key, agencyIBAN, l.by()))
}

// refund is a receipt that is to go back.
func (l *paidLife) refund() string {
	receipts := l.numbers(`SELECT COALESCE(string_agg(receipt, ' ' ORDER BY receipt, key), 'none') FROM refund`)
	return receipts[l.IntN(len(receipts))]
}

// refundLost is that the bank takes back a receipt that goes back, or went.
func (l *paidLife) refundLost(n int) error {
	key := l.refund()
	if query[bool](l.world, `SELECT EXISTS (SELECT FROM receipt WHERE key = $1 AND claim_id IS NOT NULL)`, key) {
		return second(l.ReverseReceipt(l.Context(), key, "storno", l.by(), l.lib.Rules))
	}
	return l.takesBackStrangers(n, key)
}

func (l *paidLife) takesBackStrangers(n int, key string) error {
	amount := query[int64](l.world, `SELECT COALESCE((SELECT amount FROM receipt WHERE key = $1), 1)`, key)
	keys, err := l.arrives(cents(-amount), fmt.Sprintf("back%d", n), "<P. Betaler/"+query[string](l.world, `SELECT COALESCE((SELECT iban FROM receipt WHERE key = $1), '')`, key)+"> AM04!x|iets")
	if err != nil {
		return err
	}
	l.entries = append(l.entries, keys...)
	return second(l.TieReturn(l.Context(), keys[0], key, "it says so", l.by(), l.lib.Rules))
}

// bill is the number of an invoice; none: there is none yet.
func (l *paidLife) bill() string {
	numbers := l.numbers(`SELECT COALESCE(string_agg(number, ' ' ORDER BY number), 'none') FROM bill WHERE kind = 'invoice'`)
	return numbers[l.IntN(len(numbers))]
}

func (w *world) numbers(sql string) []string {
	return strings.Fields(query[string](w, sql))
}

// arrives is an entry of a statement of its own, with the keys that its payments got.
func (l *paidLife) arrives(amount money.Amount, reference, text string) ([]string, error) {
	before := l.balance
	l.balance += amount
	l.statements++
	told := testkit.Camt(fmt.Sprintf("s%d", l.statements), fmt.Sprintf("%d %s %s: %s %s %s %s", l.statements, before, l.balance, today.AddDays(l.day), amount, reference, text))
	done, err := l.ImportStatements(l.Context(), bankFile(told), l.by())
	if err != nil {
		return nil, err
	}
	return l.numbers(fmt.Sprintf(`SELECT COALESCE(string_agg(key, ' ' ORDER BY part), '') FROM statement_entry WHERE statement = '%s'`, done[0].Key)), nil
}

// bankCharges is what the bank charges, or now and then gives back.
func (l *paidLife) bankCharges(n int) error {
	amount := -eur(l.amount())
	if l.IntN(3) == 0 {
		amount = -amount
	}
	keys, err := l.arrives(amount, fmt.Sprintf("fee%d", n), "$Kosten")
	if amount > 0 {
		l.given = append(l.given, keys...)
	} else {
		l.entries = append(l.entries, keys...)
	}
	return err
}

// batchArrives is a batch of which the bank tells the payments before its statement tells the sum.
func (l *paidLife) batchArrives(n int) error {
	one, two := eur(l.amount()), eur(l.amount())
	file := fmt.Sprintf("FILE-%d", n)
	if _, err := l.ImportStatements(l.Context(), bankFile(notice("", file, (one+two).String(), one.String()+"=P. Een/iets", two.String()+"=P. Twee/iets")), l.by()); err != nil {
		return err
	}
	keys, err := l.arrives(one+two, "-", "#"+file)
	if len(keys) != 2 {
		l.Errorf("the batch came as %v", keys)
	}
	l.keys = append(l.keys, keys...)
	return err
}

// billsFollowed insists that each invoice is accounted for, and that whatever paid it tells so.
func (w *world) billsFollowed() (some bool) {
	w.Helper()
	for _, number := range w.numbers(`SELECT COALESCE(string_agg(number, ' ' ORDER BY number), '') FROM bill`) {
		some = true
		for _, end := range postgres.Ends(w.accounted(number).To) {
			if back := fmt.Sprint(w.accounted(end.Key)); !strings.Contains(back, number) && !strings.Contains(end.What, "the agency has it of what came in") {
				w.Errorf("%s ends as %s %q, and %s does not tell of it: %s", number, end.Amount, end.What, end.Key, back)
			}
		}
	}
	for _, key := range slices.Concat(w.numbers(`SELECT COALESCE(string_agg(key, ' '), '') FROM refund`), w.numbers(`SELECT COALESCE(string_agg(end_to_end_id, ' '), '') FROM payout_line`)) {
		w.accounted(key)
	}
	return some
}
