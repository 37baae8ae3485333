package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// lockedPayout reads a payout that nobody else changes until the transaction ends. The transaction sees no client after it.
func lockedPayout(ctx context.Context, tx pgx.Tx, id string) (settlement.Payout, error) {
	if err := lockNamed(ctx, tx, "payout/"+id); err != nil {
		return settlement.Payout{}, err
	}
	return readPayout(ctx, tx, id)
}

// stepAll records what becomes of every line. The transaction sees no client after it.
func stepAll(ctx context.Context, tx pgx.Tx, p settlement.Payout, to payoutStep, by Actor) error {
	for _, l := range p.Lines {
		if err := setTenant(ctx, tx, l.ClientID); err != nil {
			return err
		}
		if err := step(ctx, tx, l, to, by); err != nil {
			return err
		}
	}
	return setTenant(ctx, tx, "")
}

// withdrawn says whether a payout was taken back, as a whole.
func withdrawn(p settlement.Payout) bool { return p.Lines[0].Status == settlement.PayoutWithdrawn }

// lost says whether the bank never got a payout: it pays nothing, as a whole.
func lost(p settlement.Payout) bool { return p.Lines[0].Status == settlement.PayoutLost }

// all insists that every line has one of some statuses: it is the first line that has not whose status is in the *ConflictError.
func all(p settlement.Payout, what string, holds func(settlement.PayoutStatus) bool) error {
	for _, l := range p.Lines {
		if !holds(l.Status) {
			return &ConflictError{fmt.Sprintf("payout %s cannot be %s: line %d is %s; %s", p.ID, what, l.Nr, l.Status, comesNext(p.ID, l.Status))}
		}
	}
	return nil
}

// comesNext says what can become of a payout of which a line has a status.
func comesNext(id string, status settlement.PayoutStatus) string {
	switch status {
	case settlement.PayoutProposed:
		return fmt.Sprintf("the bank has no file of it: right would be to approve it (dunning payout approve %s) or to take it back (dunning payout withdraw %s)", id, id)
	case settlement.PayoutApproved:
		return fmt.Sprintf("the bank has no file of it: right would be to write that (dunning payout file %s) or to take it back (dunning payout withdraw %s)", id, id)
	case settlement.PayoutSent:
		return "the bank has its file: right would be to ask the bank, and to say what became of it (dunning payout status, lost or refused)"
	case settlement.PayoutAccepted, settlement.PayoutBooked:
		return "the bank has its file, and works on it or paid: right would be what its statements tell (dunning statement import), or, of a payment that it refused, dunning payout refused LINE"
	case settlement.PayoutReturned, settlement.PayoutRejected, settlement.PayoutWithdrawn, settlement.PayoutLost:
	}
	return "what it would have paid is payable again: right would be a payout anew (dunning payout propose)"
}

// ApprovePayout records that a person, the actor, approves a payout as its hash says. Of two different persons the second makes it approved. The same person twice is
// once; another hash, or a payout that is withdrawn, is a *ConflictError, somebody who may not approve a *NotApproverError. It gives how many approved.
func (s *Store) ApprovePayout(ctx context.Context, id, hash string, by Actor) (approved int, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		p, err := lockedPayout(ctx, tx, id)
		if err != nil {
			return err
		}
		if by.Name, err = approver(ctx, tx, by.Name); err != nil {
			return err
		}
		if p.Hash != hash {
			return &ConflictError{fmt.Sprintf("the hash is not that of payout %s; right would be to look at it again: dunning payout show %s", id, id)}
		}
		if err := all(p, "approved", func(s settlement.PayoutStatus) bool { return s != settlement.PayoutWithdrawn }); err != nil {
			return err
		}
		if err := say(ctx, tx, "payout-approval:"+id, `INSERT INTO payout_approval (payout, hash, approver, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, id, hash, by.Name, by.At); err != nil {
			return fmt.Errorf("approve payout %s: %w", id, err)
		}
		if err := tx.QueryRow(ctx, `SELECT payout_approvals($1)`, id).Scan(&approved); err != nil {
			return fmt.Errorf("count who approved payout %s: %w", id, err)
		}
		if approved < Approvals || p.Lines[0].Status != settlement.PayoutProposed {
			return nil
		}
		return stepAll(ctx, tx, p, payoutStep{Status: settlement.PayoutApproved, Evidence: hash}, by)
	})
	return approved, err
}

// WithdrawPayout takes a proposal back that was not sent, for a reason. Withdrawn twice is once; one that was sent is a *ConflictError.
func (s *Store) WithdrawPayout(ctx context.Context, id, reason string, by Actor) error {
	return s.tenant(ctx, "", func(tx pgx.Tx) error {
		p, err := lockedPayout(ctx, tx, id)
		if err != nil || withdrawn(p) {
			return err
		}
		if err := all(p, "withdrawn", settlement.PayoutStatus.Reserves); err != nil {
			return err
		}
		return stepAll(ctx, tx, p, payoutStep{Status: settlement.PayoutWithdrawn, Reason: reason}, by)
	})
}

// Sending is how a file is made.
type Sending struct {
	Initiator string                // who sends it
	OneDebit  bool                  // the bank books a batch in one entry
	Refund    settlement.RefundTerm // as when it was proposed
}

// SendPayout makes the file of an approved payout, once for ever, and books in the same transaction that it went to the bank: what is not in the file is not in the
// books. Asked again it gives the same bytes. What two persons did not approve, what is not available any more, what goes to an account on which nothing may be
// paid now, and what leaves too little for others whose money is on the trust account is a *ConflictError. A crash before the commit leaves nothing, after it the same file.
func (s *Store) SendPayout(ctx context.Context, id string, how Sending, by Actor) (file []byte, on calendar.Date, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		p, err := lockedPayout(ctx, tx, id)
		if err != nil {
			return err
		}
		err = tx.QueryRow(ctx, `SELECT content, pays_on FROM payout_file WHERE payout = $1`, id).Scan(&file, &on)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		if err := sendable(ctx, tx, p, how.Refund, by); err != nil {
			return err
		}
		if file, on, err = p.File(how.Initiator, by.At, how.OneDebit); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO payout_file (payout, content, pays_on, actor, at) VALUES ($1, $2, $3, $4, $5)`, id, file, on, by.Name, by.At); err != nil {
			return fmt.Errorf("store the file of payout %s: %w", id, err)
		}
		if err := bookSent(ctx, tx, p, by); err != nil {
			return err
		}
		return stepAll(ctx, tx, p, payoutStep{Status: settlement.PayoutSent}, by)
	})
	if err != nil {
		return nil, on, asPayable(err)
	}
	return file, on, nil
}

// bookSent books that a payout went to the bank, and insists that it leaves enough for the others. The transaction sees no client after it.
func bookSent(ctx context.Context, tx pgx.Tx, p settlement.Payout, by Actor) error {
	for _, l := range p.Lines {
		if err := submit(ctx, tx, l, by); err != nil {
			return err
		}
	}
	c, err := coverAfter(ctx, tx, p)
	if err != nil {
		return err
	}
	return c.enough(p)
}

// Written is who had a file for the bank made, and on which day.
type Written struct {
	By string
	On calendar.Date
}

// Again says of a file that was made before who did, and when; of one that was not, nothing.
func (w Written) Again() string {
	if w.By == "" {
		return ""
	}
	return fmt.Sprintf("it was made before, on %s by %s, and these are the same bytes: not once more to the bank when it has them\n", w.On, w.By)
}

// PayoutWritten says who had the file of a payout made; nobody yet: it is zero. It is for words: SendPayout alone knows.
func (s *Store) PayoutWritten(ctx context.Context, id string) (Written, error) {
	return s.written(ctx, `payout_file WHERE payout = $1`, id)
}

// DebitsWritten says so of the file of a run of direct debits (SendDebits).
func (s *Store) DebitsWritten(ctx context.Context, run string) (Written, error) {
	return s.written(ctx, `debit_file WHERE run = $1`, run)
}

func (s *Store) written(ctx context.Context, file, id string) (w Written, err error) {
	err = s.moment(ctx, "", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT actor, (at AT TIME ZONE 'Europe/Amsterdam')::date FROM `+file, id).Scan(&w.By, &w.On)
	})
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return w, fmt.Errorf("read whether the file of %s was made: %w", id, err)
	}
	return w, nil
}

// sendable insists that a payout may leave now. The transaction sees no client after it.
func sendable(ctx context.Context, tx pgx.Tx, p settlement.Payout, term settlement.RefundTerm, by Actor) error {
	var approved int
	if err := tx.QueryRow(ctx, `SELECT payout_approvals($1)`, p.ID).Scan(&approved); err != nil {
		return fmt.Errorf("count who approved payout %s: %w", p.ID, err)
	}
	if approved < Approvals {
		return &ConflictError{fmt.Sprintf("payout %s is approved by %d of %d persons", p.ID, approved, Approvals)}
	}
	if err := all(p, "sent", func(s settlement.PayoutStatus) bool { return s == settlement.PayoutApproved }); err != nil {
		return err
	}
	if err := lockGivenBack(ctx, tx, p.Lines); err != nil {
		return err
	}
	for _, l := range inLockOrder(p.Lines) {
		var err error
		switch l.Kind {
		case settlement.PayoutToClient:
			err = stillPayable(ctx, tx, p, l, term, by)
		case settlement.PayoutOfRefund:
			err = stillRefundable(ctx, tx, p, l, term, by)
		case settlement.PayoutOfFees:
		}
		if err != nil {
			return err
		}
	}
	if err := lockAgencyPart(ctx, tx); err != nil {
		return err
	}
	for _, l := range p.Lines {
		if err := setTenant(ctx, tx, l.ClientID); err != nil {
			return err
		}
		if err := notFetchable(ctx, tx, p, l, term, by); err != nil {
			return err
		}
	}
	return setTenant(ctx, tx, "")
}

// lockGivenBack locks the claims of which a payout gives something back, before any receipt is: who allocates a receipt locks the claims that want it, and then the receipt.
func lockGivenBack(ctx context.Context, tx pgx.Tx, lines []settlement.PayoutLine) error {
	var claims []Ref
	for _, l := range lines {
		if l.Kind == settlement.PayoutOfRefund && l.ClaimID != "" {
			claims = append(claims, Ref{l.ClientID, l.ClaimID})
		}
	}
	return lockClaims(ctx, tx, claims)
}

// inLockOrder are the lines of a payout in the order in which everybody locks what they pay, once the claims are locked (lockGivenBack), so that nobody waits in a circle: receipts, what clients are to be
// paid in the order of their ids, as who fills the trust account up, and the agency's part last, as who bears a loss.
func inLockOrder(lines []settlement.PayoutLine) []settlement.PayoutLine {
	rank := func(l settlement.PayoutLine) int {
		return slices.Index([]settlement.PayoutKind{settlement.PayoutOfRefund, settlement.PayoutToClient, settlement.PayoutOfFees}, l.Kind)
	}
	return slices.SortedFunc(slices.Values(lines), func(a, b settlement.PayoutLine) int {
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.ClaimID, b.ClaimID), cmp.Compare(a.ClientID, b.ClientID))
	})
}

// stillPayable insists that what a line pays is still there, and that its account is still the one.
func stillPayable(ctx context.Context, tx pgx.Tx, p settlement.Payout, l settlement.PayoutLine, term settlement.RefundTerm, by Actor) error {
	account, err := accountOf(ctx, tx, l.ClientID)
	if err != nil {
		return err
	}
	var code string
	if err := tx.QueryRow(ctx, `SELECT code FROM client WHERE id = $1`, l.ClientID).Scan(&code); err != nil {
		return fmt.Errorf("read client %s: %w", l.ClientID, err)
	}
	const again = "; right would be to withdraw the payout and to propose it again"
	if account.IBAN != l.IBAN || account.Holder != l.Name {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: client %s told another account since%s", p.ID, l.Nr, code, again)}
	}
	if why := account.Why(code, by.today()); why != "" {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: client %s %s", p.ID, l.Nr, code, why)}
	}
	if _, err := payable(ctx, tx, l.ClientID, true); err != nil {
		return err
	}
	payables, _, err := payables(ctx, tx, l.ClientID, term.OverFor(p.On)) // less what this payout takes
	if err != nil {
		return err
	}
	left, _ := settlement.Paying{}.PayOf(payables, 0, nil)
	if left.Cents < 0 {
		return &ConflictError{fmt.Sprintf("payout %s, line %d: client %s is to be paid %s less than was approved%s", p.ID, l.Nr, code, -left.Cents, again)}
	}
	return nil
}

// lineKey is the key of the journals of a line.
func lineKey(l settlement.PayoutLine) string { return "payout:" + l.EndToEndID }

// aboutLine names a journal of a line; what is empty for its submission.
func aboutLine(l settlement.PayoutLine, what string, on calendar.Date) ledger.About {
	return ledger.About{Key: lineKey(l) + what, On: on, Client: l.ClientID, Claim: l.ClaimID}
}

// submit books that a line went to the bank. The transaction sees its client after it.
func submit(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, by Actor) error {
	if err := setTenant(ctx, tx, l.ClientID); err != nil {
		return err
	}
	switch l.Kind {
	case settlement.PayoutOfFees:
		_, err := post(ctx, tx, by, ledger.FeesOf(aboutLine(l, "", by.today()), l.Cents)...)
		return err
	case settlement.PayoutOfRefund:
		_, err := post(ctx, tx, by, ledger.RefundOf(aboutLine(l, "", by.today()), l.Cents)...)
		return err
	case settlement.PayoutToClient:
	}
	// what the line pays of a credit is there before it leaves
	if _, err := post(ctx, tx, by, ledger.CreditRepaidOf(aboutLine(l, "/credit", by.today()), l.Credit())...); err != nil {
		return err
	}
	journals, err := byClaim(ledger.PayoutOf(aboutLine(l, "", by.today()), l.Cents), l)
	if err != nil {
		return err
	}
	untopped := money.Amount(0) // of what was clawed back, as far as the agency did not fill the trust account up yet
	if l.Clawed > 0 {
		if untopped, err = notFilled(ctx, tx); err != nil {
			return err
		}
		untopped = money.Min(l.Clawed, untopped)
	}
	journals = append(journals, ledger.ClawbackOf(aboutLine(l, "/untopped", by.today()), -untopped)...)
	journals = append(journals, ledger.ClawedBackOf(aboutLine(l, "/clawed", by.today()), l.Clawed-untopped)...)
	if _, err = post(ctx, tx, by, journals...); err != nil {
		return err
	}
	return setOff(ctx, tx, l, by)
}

// byClaim names the claims that a line pays in the journals of its payment. What was kept back is of no claim: it was kept of all of them.
func byClaim(journals []ledger.Journal, l settlement.PayoutLine) ([]ledger.Journal, error) {
	parts := map[string]money.Amount{"": -l.Clawed - l.SetOff}
	for _, t := range l.Parts {
		parts[t.ClaimID] += t.Cents
	}
	for i, j := range journals {
		var err error
		if journals[i], err = j.ByClaim(parts); err != nil {
			return nil, err
		}
	}
	return journals, nil
}
