package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// cameBack says whether its account did not take a refund: nobody pays it there again.
func (r Refund) cameBack() bool { return accountRefused(r.Status, r.why) }

// accountRefused says whether a payment came back, or was refused because of its account.
func accountRefused(status settlement.PayoutStatus, code string) bool {
	reason, _ := bank.ReasonOf(code)
	return status == settlement.PayoutReturned || status == settlement.PayoutRejected && reason.Remedy == bank.BlockAccount
}

func whyCameBack(code string) string { return "its account did not take it" + reasonText(code) }

// noBankTakes says why no bank takes a payment to an account in a name; empty: one does. What a bank tells of who paid is not always enough to pay: MT940 knows payers without a name.
func noBankTakes(iban, name string, ours bool) string {
	var wrong *bank.PaymentFileError
	switch {
	case errors.As(bank.ValidCreditor(bank.Party{Name: name, Account: iban}), &wrong):
		return fmt.Sprintf("no bank takes its payment: %s %s", wrong.Field, wrong.Problem)
	case ours:
		return "its account is that of the trust foundation itself"
	}
	return ""
}

func askCreditor(receipt string) string {
	return "ask who paid which account and name are right; once it is approved: dunning receipts refund " + receipt + " --to IBAN --name NAME --reason TEXT"
}

// stuck says whether no payout can have a refund, as it stands, and none has.
func (r Refund) stuck() bool { return r.noBank != "" && r.Payment == "" }

// askPayer asks a person where a refund of a claim goes that is approved, and no bank takes. The caller holds the claim's lock.
func askPayer(ctx context.Context, tx pgx.Tx, ref Ref, r Refund, by Actor) error {
	todo := fmt.Sprintf("%s goes back to who paid too much, and %s: ask which account and name are right, and propose them (receipts refund --to)", r.Amount, r.noBank)
	if err := openTask(ctx, tx, ref, trajectory.RefundReturned+r.Key, todo, by); err != nil {
		return err
	}
	return wake(ctx, tx, ref, MessageTask, "refund:"+r.Key+"/stuck")
}

// ProposeRefundTo proposes that the refund of a receipt which came back, or was refused because of its account, goes to another account of who paid: one that person told, as the reason
// says. So can one that was approved and no bank takes. Another person approves it. It takes the place of the one before, whose money is there. The same twice is once; when there is none such it is
// a *ConflictError, as are an IBAN and a name that no bank takes.
func (s *Store) ProposeRefundTo(ctx context.Context, receipt, iban, name, reason string, by Actor) (r Refund, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return r, &ConflictError{"the reason is empty; right would be how it is known that the account is of who paid"}
	}
	if err := bank.ValidIBAN(iban); err != nil {
		return r, &ConflictError{err.Error()}
	}
	client, err := s.clientOfReceipt(ctx, receipt)
	if err != nil {
		return r, err
	}
	err = s.tenant(ctx, client, func(tx pgx.Tx) error {
		if err := lockRefunded(ctx, tx, client, receipt); err != nil {
			return err
		}
		back, err := refundsBack(ctx, tx, receipt)
		if err != nil {
			return err
		}
		if len(back) == 0 {
			return &ConflictError{"no refund of receipt " + receipt + " came back, and none that no bank takes is approved; right would be one that waits: dunning receipts refund"}
		}
		old := back[0]
		next := Refund{Receipt: receipt, ClaimID: old.ClaimID, Amount: old.Amount, IBAN: bank.NormaliseIBAN(iban), Name: cmp.Or(strings.TrimSpace(name), old.Name), Reason: reason, Replaces: old.Key, task: old.task}
		var ref *Ref
		if old.ClaimID != "" {
			ref = &Ref{client, old.ClaimID}
		}
		if r, err = insertRefund(ctx, tx, next, ref, by); err == nil && r.noBank != "" {
			err = &ConflictError{r.noBank + "; right would be an account of who paid, and its holder in Latin letters (--name)"}
		}
		return err
	})
	return r, err
}

// refundsBack are the refunds of a receipt that came back, or that no bank takes, and that no approved one replaces, the oldest first.
func refundsBack(ctx context.Context, tx pgx.Tx, receipt string) (back []Refund, err error) {
	rows, err := tx.Query(ctx, refundColumns+`WHERE receipt = $1 AND approved AND NOT EXISTS (SELECT FROM refund o WHERE o.replaces = refund.key AND o.approved) ORDER BY proposed_at, key FOR UPDATE OF refund`, receipt)
	if err != nil {
		return nil, fmt.Errorf("read the refunds of receipt %s: %w", receipt, err)
	}
	all, err := pgx.CollectRows(rows, scanRefund)
	if err != nil {
		return nil, fmt.Errorf("read the refunds of receipt %s: %w", receipt, err)
	}
	for _, r := range all {
		if r.cameBack() || r.stuck() {
			back = append(back, r)
		}
	}
	return back, nil
}

// decideOtherAccount does what follows when a refund to another account is decided: the money is payable already, so that the claim's task to find the account ends with its approval, and
// declined it waits for a person again.
func decideOtherAccount(ctx context.Context, tx pgx.Tx, r Refund, client string, by Actor) error {
	if !*r.Approved || r.ClaimID == "" {
		return nil
	}
	ref, task := Ref{client, r.ClaimID}, trajectory.RefundReturned+r.Replaces
	if err := lockClaim(ctx, tx, ref); err != nil {
		return err
	}
	e := by.event("refund:"+r.Key, "task-done", by.today(), map[string]any{"task": task, "result": "another account is approved"})
	return changeLocked(ctx, tx, ref, e, MessageTask, func(tx pgx.Tx, _ CaseFile) error { return doneTask(ctx, tx, ref, task, by) })
}

// askAccount asks a person for the account of who paid, when a refund of a claim came back, unless the bank took its receipt back: then nothing is to go back any more. The transaction sees the client.
func askAccount(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, by Actor) error {
	if l.ClaimID == "" || !accountRefused(to.Status, to.Reason) {
		return nil
	}
	ref := Ref{l.ClientID, l.ClaimID}
	if err := lockClaim(ctx, tx, ref); err != nil {
		return err
	}
	var taken bool
	if err := tx.QueryRow(ctx, `SELECT `+receiptTaken+` FROM refund JOIN receipt ON receipt.key = refund.receipt WHERE refund.key = $1`, l.Refund).Scan(&taken); err != nil || taken {
		return err
	}
	todo := fmt.Sprintf("%s went back to who paid too much, and %s: ask which account is right, and propose it (receipts refund --to)", l.Cents, whyCameBack(to.Reason))
	if err := openTask(ctx, tx, ref, trajectory.RefundReturned+l.Refund, todo, by); err != nil {
		return err
	}
	return wake(ctx, tx, ref, MessageTask, "payout:"+l.EndToEndID+"/"+string(to.Status))
}
