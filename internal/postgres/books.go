package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// happened is what changed the money of a claim: the key of its event, the day from which it counts, and what it was, in words.
type happened struct {
	key  string
	on   calendar.Date
	what string
}

// about names the journal of what happened to a claim.
func (h happened) about(ref Ref) ledger.About {
	return ledger.About{Key: ref.ClaimID + "/" + h.key, On: h.on, Client: ref.ClientID, Claim: ref.ClaimID}
}

// followMoney does what a change of facts means for the money of a claim, in its transaction. The books say it. A person is asked to pay back what is too much by now and, of a claim that has ended, to tell
// the debtor of letters that were wrong. A claim that was paid and owes something by now is open again. So is one that still waits to be handed over to the court when nothing is owed: it ends as paid
// (requirement T10). Money that came in is recorded also while nobody can tell what is owed: it stays unallocated in the books until that can be told (CloseBooks).
func followMoney(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, h happened, rules RulesFor, by Actor) error {
	pinned, account, err := accountBy(f, rules, by.today())
	if err != nil {
		return openTask(ctx, tx, ref, trajectory.RepaySurplus+"unknown", fmt.Sprintf("find out whether too much was paid: what is owed cannot be told (%v)", err), by)
	}
	if f, err = keepFallenAway(ctx, tx, ref, f, pinned); err != nil {
		return err
	}
	if _, err := bookClaim(ctx, tx, ref, f, account, pinned, h, by); err != nil {
		return err
	}
	if err := askRepayment(ctx, tx, ref, f, account, by); err != nil {
		return err
	}
	if err := askAwardsLess(ctx, tx, ref, f, account, pinned, by); err != nil {
		return err
	}
	if err := askSettled(ctx, tx, ref, f, account, pinned, by); err != nil {
		return err
	}
	if err := askOfStops(ctx, tx, ref, f, account, pinned, by); err != nil {
		return err
	}
	if err := askByHand(ctx, tx, ref, f, pinned, by); err != nil {
		return err
	}
	if err := reopenOwing(ctx, tx, ref, f, account, h.what, by); err != nil {
		return err
	}
	return paidBeforeCourt(ctx, tx, ref, f, account, by)
}

// bookClaim brings the books of a claim to its position by the facts; it says whether there was anything to book. The caller holds the claim's lock.
func bookClaim(ctx context.Context, tx pgx.Tx, ref Ref, f claim.Facts, account claim.Account, pinned trajectory.Rules, h happened, by Actor) (bool, error) {
	position, err := ledger.PositionOf(f, account, pinned.Settling[f.Plan], pinned.Tables)
	if err != nil {
		return false, fmt.Errorf("books of claim %s: %w", ref.ClaimID, err)
	}
	booked, _, err := bookedOf(ctx, tx, ref)
	if err != nil {
		return false, err
	}
	journals := position.From(booked, h.about(ref))
	if ledger.Takes(journals) {
		if _, err := payable(ctx, tx, ref.ClientID, true); err != nil {
			return false, err
		}
	}
	if _, err := post(ctx, tx, by, journals...); err != nil || !ledger.Takes(journals) {
		return len(journals) > 0, err
	}
	return true, clawBack(ctx, tx, ref, h, by)
}

// clawBack books what the client got already of money that is not there any more. The caller holds the lock of its payable.
func clawBack(ctx context.Context, tx pgx.Tx, ref Ref, h happened, by Actor) error {
	left, err := payable(ctx, tx, ref.ClientID, false)
	if err != nil || left >= 0 {
		return err
	}
	about := h.about(ref)
	about.Key += "/clawback"
	_, err = post(ctx, tx, by, ledger.ClawbackOf(about, -left)...)
	return err
}

// bookedOf is the position of a claim by the books, and the business day on which something was booked of it last: zero when nothing was.
func bookedOf(ctx context.Context, tx pgx.Tx, ref Ref) (p ledger.Position, last calendar.Date, err error) {
	rows, err := tx.Query(ctx, `SELECT j.kind, e.account, sum(e.cents)::bigint, max(j.at) FROM entry e JOIN journal j ON j.id = e.journal_id
		WHERE e.client_id = $1 AND e.claim_id = $2 AND j.kind IN ($3, $4) GROUP BY j.kind, e.account`, ref.ClientID, ref.ClaimID, ledger.Charged, ledger.Settled)
	if err != nil {
		return p, last, fmt.Errorf("read the books of claim %s: %w", ref.ClaimID, err)
	}
	var kind ledger.Kind
	var line ledger.Line
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&kind, &line.Account, &line.Cents, &at}, func() error {
		p.Booked(kind, line)
		last = calendar.Max(last, calendar.DateOf(at))
		return nil
	})
	if err != nil {
		return p, last, fmt.Errorf("read the books of claim %s: %w", ref.ClaimID, err)
	}
	return p, last, nil
}

// bookReceipts books credits of the trust account, which are of no client there: the transaction sees clientID again after it. It gives how many are new.
func bookReceipts(ctx context.Context, tx pgx.Tx, clientID string, by Actor, receipts ...Receipt) (int, error) {
	journals := make([]ledger.Journal, 0, len(receipts))
	for _, r := range receipts {
		journals = append(journals, receiptJournal(r)...)
	}
	if err := setTenant(ctx, tx, ""); err != nil {
		return 0, err
	}
	n, err := post(ctx, tx, by, journals...)
	if err != nil {
		return 0, err
	}
	return n, setTenant(ctx, tx, clientID)
}

// receiptJournal counts from the value date that the bank gave, whatever was corrected since.
func receiptJournal(r Receipt) []ledger.Journal {
	return ledger.ReceiptOf(ledger.About{Key: "receipt:" + r.Key, On: r.On}, r.Amount)
}

// takenBack is the journal of a settlement of the trust account whose money the bank took back on a day.
func takenBack(ref Ref, s claim.Settlement, on calendar.Date) []ledger.Journal {
	about := happened{key: "reversal:" + s.Key + "/taken-back", on: on}.about(ref)
	return ledger.TakenBackOf(about, s.Amount)
}

// billJournal is the journal of what a client is billed. costs are the part of it that is recharged costs, the rest is commission.
func billJournal(ref Ref, b Billable, costs money.Amount) []ledger.Journal {
	about := happened{key: chargeKey(b.Key), on: b.On}.about(ref)
	return ledger.BillOf(about, b.VAT, ledger.Item{For: ledger.Commission, Net: b.Net - costs}, ledger.Item{For: ledger.RechargedCosts, Net: costs})
}

func chargeKey(billable string) string { return "charge:" + billable }

// reverseBill books on a day that a charge was taken back.
func reverseBill(ctx context.Context, tx pgx.Tx, ref Ref, key string, on calendar.Date, by Actor) error {
	key = ref.ClaimID + "/" + chargeKey(key)
	bill, err := readJournal(ctx, tx, ledger.Agency, key)
	if err != nil {
		return err
	}
	back, err := bill.Reversal(key+"/back", on)
	if err != nil {
		return err
	}
	_, err = post(ctx, tx, by, back)
	return err
}
