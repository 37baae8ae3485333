package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// goneOut are the booked lines of statements by which money left and that wait until a person says what they are: the books have that money still, and the bank has not.
const goneOut = `SELECT e.key, e.amount, e.booked_on AS "on" FROM statement_entry e WHERE e.direction = 'debit' AND e.key IN (SELECT w.key FROM waiting_lines() w)`

// goneLine is one of them.
type goneLine struct {
	Key    string
	Amount money.Amount
	On     calendar.Date
}

// stillOfAgency insists that the agency's part still bears what it pays to the agency, and to clients of what they have to their credit: it may have borne a loss, or what the bank charged, since. Whomever a
// payout pays, that part must bear what left the trust account and nothing explains: else it would be paid with the money of others, since the account is one.
func stillOfAgency(ctx context.Context, tx pgx.Tx, p settlement.Payout) error {
	if err := setTenant(ctx, tx, ""); err != nil {
		return err
	}
	gone, err := rowsOf[goneLine](ctx, tx, goneOut+` ORDER BY e.booked_on, e.key`)
	if err != nil {
		return fmt.Errorf("read what left the trust account: %w", err)
	}
	i := slices.IndexFunc(p.Lines, func(l settlement.PayoutLine) bool { return ofAgencysPart(l) != 0 })
	if i < 0 && len(gone) == 0 {
		return nil
	}
	if err := lockAgencyPart(ctx, tx); err != nil {
		return err
	}
	left, err := fees(ctx, tx) // less what this payout takes
	switch {
	case err != nil || left >= 0:
		return err
	case len(gone) > 0:
		return unexplainedOut(p, gone, -left)
	}
	return &ConflictError{fmt.Sprintf("payout %s, line %d: the agency's part on the trust account is %s less than what is paid of it; right would be to withdraw the payout and to propose it again", p.ID, p.Lines[i].Nr, -left)}
}

// unexplainedOut refuses a payout because of money that left the trust account, with the lines by which it did and what a person can say of them.
func unexplainedOut(p settlement.Payout, gone []goneLine, short money.Amount) error {
	const most = 5
	var sum money.Amount
	var lines []string
	for i, l := range gone {
		sum += l.Amount
		if i < most {
			lines = append(lines, fmt.Sprintf("%s of %s on %s", l.Key, l.Amount, l.On))
		}
	}
	if more := len(gone) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("%d more", more))
	}
	ways := "dunning receipts reverse RECEIPT --entry LINE when it takes a receipt back, dunning payout book LINE AMOUNT --line ID when it is a payment of a payout, dunning statement tie LINE --charge when the bank charged it; dunning claim tasks tells what is known of each"
	if slices.ContainsFunc(p.Lines, func(l settlement.PayoutLine) bool { return ofAgencysPart(l) != 0 }) {
		ways += ". Or to withdraw the payout and to propose it again, which leaves of the agency's part what stands for them"
	}
	return &ConflictError{fmt.Sprintf("payout %s cannot be sent: %s left the trust account by lines of statements that nothing explains, and the agency's part there is %s too little to stand for it: it would be paid with the money of others. Lines: %s. Right would be to say first what they are: %s. Or to pay %s in of the agency's own money until somebody knows (dunning receipts top-up)",
		p.ID, sum, short, strings.Join(lines, ", "), ways, short)}
}
