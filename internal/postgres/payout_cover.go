package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// After a payout, what is on the trust account covers everybody else whose money it is (decision 83). Nobody has less there than nothing: what one is short of, the agency's part stands for, and when that is too little it
// would be paid with the money of others. What a client got that a bank took back since counts against what that client itself is to be paid first, for its next payout keeps it back.

// agencysPart is the agency's part on the trust account.
type agencysPart struct {
	There  money.Amount // less what proposals take, for itself or to pay clients what they have to their credit
	Taken  money.Amount // by those
	Clawed money.Amount // what clients got that a bank took back since, until the account is filled up with it
	Gone   money.Amount // what left by lines that nothing explains (decision 79)
}

// readPart reads the agency's part. The transaction sees no client.
func readPart(ctx context.Context, tx pgx.Tx) (p agencysPart, err error) {
	err = tx.QueryRow(ctx, `SELECT b.part - t.taken, t.taken, b.clawed, (SELECT COALESCE(sum(amount), 0) FROM (`+goneOut+`) g)::bigint
		FROM (SELECT COALESCE(sum(credit - debit) FILTER (WHERE account = 'S210'), 0)::bigint AS part, COALESCE(sum(debit - credit) FILTER (WHERE account = 'S190'), 0)::bigint AS clawed FROM ledger_balances(NULL)) b,
			(SELECT COALESCE((SELECT sum(cents) FROM payout_line WHERE kind = 'fees' AND payout_status(end_to_end_id) = ANY ($1)), 0)::bigint + credits_paid($1) AS taken) t`,
		statuses(settlement.PayoutStatus.Reserves)).Scan(&p.There, &p.Taken, &p.Clawed, &p.Gone)
	if err != nil {
		return p, fmt.Errorf("read what the agency is to be paid: %w", err)
	}
	return p, nil
}

// bears is what the agency's part can bear more: that no proposal takes, and that is not other people's until the trust account is filled up. The transaction sees no client.
func bears(ctx context.Context, tx pgx.Tx) (money.Amount, error) {
	p, err := readPart(ctx, tx)
	return p.There - p.Clawed - p.Gone, err
}

// fees is what the agency can be paid of its part: what that can bear, less what refunds lost and it does not bear yet. The transaction sees no client.
func fees(ctx context.Context, tx pgx.Tx) (money.Amount, error) {
	left, err := bears(ctx, tx)
	if err != nil {
		return 0, err
	}
	short, err := readShorts(ctx, tx)
	for _, s := range short {
		if s.refund() {
			left -= s.Cents
		}
	}
	return left, err
}

// short is what one has less than nothing on the trust account: a client, of what it got that a bank took back since, the debtor of a claim, or who paid what was nobody's, of what went back to them though a bank took it. Of less than nothing
// it is what a client is to be paid and the agency gets.
type short struct {
	Client, Claim string
	Cents         money.Amount
	Refund        string // of what was nobody's
}

func (s short) refund() bool { return s.Claim != "" || s.Refund != "" }

func (s short) String() string {
	switch {
	case s.Refund != "":
		return fmt.Sprintf("%s went back by %s though the bank took it", s.Cents, s.Refund)
	case s.Claim != "":
		return fmt.Sprintf("%s went back to the debtor of claim %s of client %s though the bank took it", s.Cents, s.Claim, s.Client)
	}
	return fmt.Sprintf("client %s got %s that the bank took back since, beyond what it is to be paid itself", s.Client, s.Cents)
}

// readShorts reads who is short. The transaction sees no client.
func readShorts(ctx context.Context, tx pgx.Tx) ([]short, error) {
	all, err := rowsOf[short](ctx, tx, `SELECT COALESCE((SELECT c.code FROM client_ids() c WHERE c.id = s.client_id), ''), COALESCE(s.claim_id::text, ''), s.cents, '' FROM stands_for() s`)
	if err != nil {
		return nil, fmt.Errorf("read what the agency's part stands for: %w", err)
	}
	err = eachOverpaid(ctx, tx, func(where, _ string, is money.Amount) {
		if is < 0 {
			all = append(all, short{Cents: -is, Refund: where})
		}
	})
	return all, err
}

// cover is what stands on the trust account for others, once a payout went to the bank.
type cover struct {
	agencysPart
	Gone   []GoneLine
	Shorts []short
}

// left is what of the agency's part is left when it stood for everything; less than nothing: that much of what is paid is the money of others.
func (c cover) left() money.Amount {
	left := c.There - sumGone(c.Gone)
	for _, s := range c.Shorts {
		left -= s.Cents
	}
	return left
}

// coverAfter reads how a payout leaves the trust account: its journals are booked, and its lines not stepped yet. The transaction sees no client after it. Lines that somebody explains meanwhile count twice rather than not at all.
func coverAfter(ctx context.Context, tx pgx.Tx, p settlement.Payout) (c cover, err error) {
	if err = setTenant(ctx, tx, ""); err != nil {
		return c, err
	}
	if c.Gone, err = goneLines(ctx, tx); err != nil {
		return c, err
	}
	if c.agencysPart, err = readPart(ctx, tx); err != nil {
		return c, err
	}
	for _, l := range p.Lines { // the books have it already
		c.There, c.Taken = c.There+ofAgencysPart(l), c.Taken-ofAgencysPart(l)
	}
	c.Shorts, err = readShorts(ctx, tx)
	return c, err
}

// enough insists that a payout leaves enough for the others.
func (c cover) enough(p settlement.Payout) error {
	left := c.left()
	if left >= 0 {
		return nil
	}
	var why []string
	if len(c.Gone) > 0 {
		why = append(why, fmt.Sprintf("%s left the trust account by lines of statements that nothing explains (%s)", sumGone(c.Gone), goneText(c.Gone)))
	}
	for _, s := range c.Shorts {
		if s.Cents > 0 {
			why = append(why, s.String())
		}
	}
	less := ""
	if c.Taken > 0 {
		less = fmt.Sprintf(", less the %s that other proposals take,", c.Taken)
	}
	why = append(why, fmt.Sprintf("the agency's part on the trust account is %s after it%s and %s too little to stand for what others have there: it would be paid with their money", c.There, less, -left))
	return &ConflictError{fmt.Sprintf("payout %s cannot be sent: %s. Right would be to pay %s in of the agency's own money (from its account, import the statement, dunning receipts top-up KEY)%s", p.ID, strings.Join(why, "; "), -left, c.ways(p))}
}

// ways are the others to send a payout than to pay own money in.
func (c cover) ways(p settlement.Payout) (ways string) {
	if len(c.Gone) > 0 {
		ways += "; or to say first what those lines are: dunning receipts reverse RECEIPT --entry LINE when it takes a receipt back, dunning payout book LINE AMOUNT --line ID when it is a payment of a payout, dunning statement tie LINE --charge when the bank charged it (dunning claim tasks tells what is known of each)"
	}
	if slices.ContainsFunc(c.Shorts, short.refund) {
		ways += "; or that the agency bears what went back, of that part: dunning receipts loss RECEIPT"
	}
	if slices.ContainsFunc(p.Lines, func(l settlement.PayoutLine) bool { return ofAgencysPart(l) != 0 }) || slices.ContainsFunc(c.Shorts, func(s short) bool { return !s.refund() && s.Cents > 0 }) {
		ways += "; or to withdraw the payout and to propose it again, which leaves of the agency's part what it stands for, and keeps of a client what that got"
	}
	if c.Taken > 0 {
		ways += fmt.Sprintf("; or to withdraw another proposal, which take %s of that part (dunning payout list)", c.Taken)
	}
	return ways
}

// errAsIf ends what is done to see what would become of it.
var errAsIf = errors.New("as if")

// Outlook is what is known of the file of a payout before it is made.
type Outlook struct {
	Gone    []GoneLine `json:"gone"`              // what left the trust account and nothing explains
	Held    []HeldOut  `json:"held"`              // what held statements say that left, which counts for nothing
	Refused string     `json:"refused,omitempty"` // why the file would be refused now, since too little would be left for others; empty: it would not, or is made
}

// Outlook says of a payout what left the trust account and nobody explained, and whether its file would be refused now for what it leaves to others. It books the payout as its file would, looks, and takes that back, also in a session that
// looks only. It takes the locks of the file meanwhile, in their order: what it says is what the file would meet, and nobody waits in a circle. ErrNotFound when there is none.
func (s *Store) Outlook(ctx context.Context, id string) (o Outlook, err error) {
	err = s.asTenant(ctx, "begin read write", "", func(tx pgx.Tx) error {
		p, err := lockedPayout(ctx, tx, id)
		if err != nil {
			return err
		}
		if o.Gone, err = goneLines(ctx, tx); err != nil {
			return err
		}
		if o.Held, err = heldOut(ctx, tx); err != nil || all(p, "sent", settlement.PayoutStatus.Reserves) != nil {
			return err
		}
		var refused *ConflictError
		if err = bookSent(ctx, tx, p, Actor{At: p.On.At(12, 0)}); errors.As(err, &refused) {
			o.Refused, err = refused.Error(), nil
		}
		return cmp.Or(err, errAsIf)
	})
	if errors.Is(err, errAsIf) {
		err = nil
	}
	return o, err
}
