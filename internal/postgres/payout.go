package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Proposing is which payout is proposed.
type Proposing struct {
	On       calendar.Date // as of which it is computed, and before which it is not paid; it may be over
	ClientID string        // one client, whatever its calendar; empty: all whose calendar names the day
	All      bool          // all clients, whatever their calendars
	Plans    map[string]settlement.Paying
	Refund   settlement.RefundTerm // of direct debits of debtors, which are not paid on before it is over
	From     bank.Party            // the trust account
	Agency   bank.Party            // the agency's own account, for its part; without an IBAN that stays where it is

	earliest calendar.Date // on which it can be paid
	by       Actor
}

// NotPaid is a client, or a debtor, to whom something is due that a payout leaves out, and why.
type NotPaid struct {
	Client string `json:"client,omitempty"` // code
	Refund string `json:"refund,omitempty"` // its key, when it is a refund to a debtor
	Why    string `json:"why"`
}

// ProposePayout computes of the books what clients and the agency are to be paid, and debtors are to get back, and stores it with its hash, for two persons to approve. Nothing is proposed of
// money that another proposal takes, and the same day is proposed once: told twice it gives the payout of before, unless that was withdrawn or lost. One that would pay
// nobody is not stored: it has no id. Of a client that is paid nothing, what it owes of before is kept back at once (keepBack). A name or an IBAN that no bank takes is a *bank.PaymentFileError.
func (s *Store) ProposePayout(ctx context.Context, p Proposing, by Actor) (payout settlement.Payout, left []NotPaid, err error) {
	err = s.tenant(ctx, "", func(tx pgx.Tx) error {
		if err := lockNamed(ctx, tx, "propose payouts"); err != nil {
			return err
		}
		p.by = by
		if p.earliest = p.On; p.On.Before(by.today()) {
			p.earliest = by.today()
		}
		clients, err := payoutClients(ctx, tx)
		if err != nil {
			return err
		}
		id, known, err := freePayoutID(ctx, tx, p.On, clients[p.ClientID].Code)
		if err != nil || known {
			payout, err = readPayout(ctx, tx, id)
			return err
		}
		payout = settlement.Payout{ID: id, On: p.On, From: bank.Party{Name: p.From.Name, Account: bank.NormaliseIBAN(p.From.Account)}}
		if payout.Lines, left, err = p.lines(ctx, tx, id, clients); err != nil {
			return err
		}
		refunds, leftToo, err := p.refundLines(ctx, tx, id, clients)
		payout.Lines, left = append(payout.Lines, refunds...), append(left, leftToo...)
		if err != nil || len(payout.Lines) == 0 {
			payout.ID = ""
			return err
		}
		if payout, err = payout.Sealed(); err != nil {
			return err
		}
		return insertPayout(ctx, tx, payout, by)
	})
	if err != nil {
		return settlement.Payout{}, nil, err
	}
	return payout, left, nil
}

// onList is what the list of clients tells of one.
type onList struct{ Code, Plan string }

// payoutClients are all clients by id. The transaction sees no client after it.
func payoutClients(ctx context.Context, tx pgx.Tx) (map[string]onList, error) {
	rows, err := tx.Query(ctx, `SELECT id::text, code FROM client_ids()`)
	if err != nil {
		return nil, fmt.Errorf("list clients: %w", err)
	}
	clients := map[string]onList{}
	var id, code string
	if _, err := pgx.ForEachRow(rows, []any{&id, &code}, func() error { clients[id] = onList{Code: code}; return nil }); err != nil {
		return nil, fmt.Errorf("list clients: %w", err)
	}
	for id, c := range clients {
		if err := setTenant(ctx, tx, id); err != nil {
			return nil, err
		}
		if err := tx.QueryRow(ctx, `SELECT plan FROM client WHERE id = $1`, id).Scan(&c.Plan); err != nil {
			return nil, fmt.Errorf("read client %s: %w", id, err)
		}
		clients[id] = c
	}
	return clients, setTenant(ctx, tx, "")
}

// freePayoutID is the id of a payout that is not there yet, or of the one that is and was neither withdrawn nor lost.
func freePayoutID(ctx context.Context, tx pgx.Tx, on calendar.Date, code string) (id string, known bool, err error) {
	for turn := 0; ; turn++ {
		id = settlement.PayoutID(on, code, turn)
		p, err := readPayout(ctx, tx, id)
		if errors.Is(err, ErrNotFound) {
			return id, false, nil
		}
		if err != nil {
			return id, false, err
		}
		if !withdrawn(p) && !lost(p) {
			return id, true, nil
		}
	}
}

// payableTo is what a client may be paid, and what of it is owed back.
type payableTo struct {
	payables  []settlement.Payable
	owed      money.Amount
	open      []settlement.SetOff // of its invoices; less than nothing is to its credit
	fetchable money.Amount        // of its credit: it was collected by direct debit
}

// credit is what is to be paid of what the client has to its credit.
func (d payableTo) credit() money.Amount { return settlement.PayoutLine{SetOffs: d.open}.Credit() }

// dueTo reads what is due to a client. The transaction sees the client after it.
func (p Proposing) dueTo(ctx context.Context, tx pgx.Tx, client string, paying settlement.Paying) (d payableTo, err error) {
	if err := setTenant(ctx, tx, client); err != nil {
		return d, err
	}
	if d.payables, d.owed, err = payables(ctx, tx, client, p.Refund.OverFor(p.On)); err != nil {
		return d, err
	}
	d.open, d.fetchable, err = setOffs(ctx, tx, p.On, paying.SetsOff, p.Refund.OverFor(p.On))
	return d, err
}

// lines are what is paid. What any client is to be paid back of its credit and no line pays, the agency leaves where it is. The transaction sees no client after it.
func (p Proposing) lines(ctx context.Context, tx pgx.Tx, id string, clients map[string]onList) (lines []settlement.PayoutLine, left []NotPaid, err error) {
	due, free, credit := map[string]payableTo{}, money.Amount(0), money.Amount(0)
	if free, err = fees(ctx, tx); err != nil {
		return nil, nil, err
	}
	for client := range clients {
		d, err := p.dueTo(ctx, tx, client, p.Plans[clients[client].Plan])
		if err != nil {
			return nil, nil, err
		}
		due[client], free, credit = d, free-waits(d.payables), credit+d.credit()
	}
	anybody := p.All
	for _, client := range slices.Sorted(maps.Keys(clients)) {
		paying := p.Plans[clients[client].Plan]
		its := p.ClientID == client || p.ClientID == "" && (p.All || paying.PaysOn(p.On))
		if anybody = anybody || its; !its {
			continue
		}
		line, kept, whys, err := p.paidOrKept(ctx, tx, payee{client, clients[client].Code, id}, paying, due[client], free)
		if err != nil {
			return nil, nil, err
		}
		free += kept
		for _, why := range whys {
			left = append(left, NotPaid{Client: clients[client].Code, Why: why})
		}
		if line != nil {
			lines, free, credit = append(lines, *line), free-line.Credit(), credit-line.Credit()
		}
	}
	if err := setTenant(ctx, tx, ""); err != nil || p.ClientID != "" || !anybody || p.Agency.Account == "" {
		return lines, left, err
	}
	if free -= credit; free > 0 {
		lines = append(lines, settlement.PayoutLine{Kind: settlement.PayoutOfFees, IBAN: bank.NormaliseIBAN(p.Agency.Account), Name: p.Agency.Name, Cents: free, Text: "Kosten en rente " + id})
	}
	return lines, left, nil
}

// linePaying is the line of a client, if it has one, and why it has none or not all. What the client has to its credit is paid of the agency's part that is free.
func (p Proposing) linePaying(ctx context.Context, tx pgx.Tx, to payee, paying settlement.Paying, due payableTo, free money.Amount) (_ *settlement.PayoutLine, whys []string, err error) {
	if err := setTenant(ctx, tx, to.Client); err != nil {
		return nil, nil, err
	}
	open := due.open
	if due.fetchable > 0 {
		whys = append(whys, fmt.Sprintf("%s to its credit was collected by direct debit and can still be fetched back: it waits", due.fetchable))
	}
	if len(due.payables) == 0 && (len(open) == 0 || open[0].Cents > 0) {
		return nil, whys, nil
	}
	line, why := paying.PayOf(due.payables, due.owed, open)
	if credit := line.Credit(); credit > money.Max(0, free) {
		whys = append(whys, fmt.Sprintf("has %s to its credit, which is paid of the agency's part on the trust account, and %s of that is free: its credit waits", credit, money.Max(0, free)))
		open = slices.DeleteFunc(open, func(s settlement.SetOff) bool { return s.Cents < 0 })
		if len(due.payables) == 0 {
			return nil, whys, nil
		}
		line, why = paying.PayOf(due.payables, due.owed, open)
	}
	if why == "" {
		line, why, err = p.lineOf(ctx, tx, to, line)
	}
	if err != nil {
		return nil, nil, err
	}
	if why != "" {
		return nil, append(whys, why), nil
	}
	return &line, whys, nil
}

func waits(payables []settlement.Payable) (sum money.Amount) {
	for _, c := range payables {
		sum += c.Waiting
	}
	return sum
}

// payee is a client that a payout pays.
type payee struct{ Client, Code, Payout string }

// lineOf addresses the line of a client, or says why it has none: one that no bank takes must not keep the others from being paid.
func (p Proposing) lineOf(ctx context.Context, tx pgx.Tx, to payee, line settlement.PayoutLine) (_ settlement.PayoutLine, why string, err error) {
	account, err := accountOf(ctx, tx, to.Client)
	line.ClientID, line.IBAN, line.Name, line.Text = to.Client, account.IBAN, account.Holder, "Afdracht "+to.Payout
	if why = account.Why(to.Code, p.earliest); why != "" || err != nil {
		return line, why, err
	}
	var refused *bank.PaymentFileError
	_, err = settlement.Payout{ID: to.Payout, On: p.On, From: p.From, Lines: []settlement.PayoutLine{line}}.Sealed()
	if errors.As(err, &refused) {
		return line, fmt.Sprintf("no bank takes its payment: %s %s", refused.Field, refused.Problem), nil
	}
	return line, "", err
}

// payablesOf is what the books say of each claim of a client, less what payouts took that were not refused, and the money that cannot be paid on yet.
const payablesOf = `
	WITH RECURSIVE booked AS (
		SELECT COALESCE(e.claim_id, $3) AS claim, -sum(e.cents) FILTER (WHERE e.account = 'S200') AS due,
			-sum(e.cents) FILTER (WHERE j.kind = 'settled' OR j.kind = 'clawback' AND e.claim_id IS NOT NULL) AS received, -sum(e.cents) FILTER (WHERE j.kind = 'settled' AND e.account = 'S210') AS agency
		FROM entry e JOIN journal j ON j.id = e.journal_id WHERE e.client_id = $1 AND e.account IN ('S200', 'S210') GROUP BY 1),
	line AS (SELECT end_to_end_id AS id, payout_status(end_to_end_id) AS status FROM payout_line WHERE client_id = $1),
	told_of AS ( -- what was kept back without a payment is told too, and is in the books already
		SELECT t.claim_id, CASE WHEN l.status = ANY ($4) THEN t.cents ELSE 0 END AS reserved, t.received, t.agency FROM payout_part t JOIN line l ON l.id = t.end_to_end_id WHERE t.client_id = $1 AND l.status <> ALL ($5)
		UNION ALL SELECT claim_id, 0, received, agency FROM kept_back_part WHERE client_id = $1),
	taken AS (SELECT COALESCE(claim_id, $3) AS claim, sum(reserved) AS reserved, sum(received) AS received, sum(agency) AS agency FROM told_of GROUP BY 1),
	collected AS ( -- by direct debit, each under the key by which it counts on its claim since it was corrected
		SELECT claim_id AS claim, COALESCE(settled_as, key) AS key, amount FROM receipt WHERE client_id = $1 AND claim_id IS NOT NULL AND direct_debit AND ($2::date IS NULL OR value_on > $2)
		UNION ALL SELECT c.claim, v.replaced_by, c.amount FROM collected c JOIN settlement_reversal v ON v.client_id = $1 AND v.claim_id = c.claim AND v.key = c.key WHERE v.replaced_by IS NOT NULL),
	waiting AS ( -- what the bank took back already holds nothing back
		SELECT c.claim, sum(c.amount) AS amount FROM collected c
		WHERE NOT EXISTS (SELECT FROM settlement_reversal v WHERE v.client_id = $1 AND v.claim_id = c.claim AND v.key = c.key) GROUP BY 1),
	told AS (
		SELECT b.claim, COALESCE(b.due, 0) - COALESCE(t.reserved, 0) AS due, COALESCE(w.amount, 0) AS waiting,
			COALESCE(b.received, 0) - COALESCE(t.received, 0) AS received, COALESCE(b.agency, 0) - COALESCE(t.agency, 0) AS agency
		FROM booked b LEFT JOIN taken t ON t.claim = b.claim LEFT JOIN waiting w ON w.claim = b.claim)
	SELECT COALESCE(NULLIF(claim, $3)::text, ''), due::bigint, waiting::bigint, received::bigint, agency::bigint FROM told
	WHERE due <> 0 OR received <> 0 OR waiting <> 0 ORDER BY 1`

const noClaim = "00000000-0000-0000-0000-000000000000"

// payables is what a client may be paid, and what of it is owed back: it got that before, and a bank took it back since. Of direct debits of a later day than over, all of them
// when that is zero, the payer can fetch the money back. The transaction sees the client.
func payables(ctx context.Context, tx pgx.Tx, client string, over calendar.Date) (list []settlement.Payable, owed money.Amount, err error) {
	list, err = rowsOf[settlement.Payable](ctx, tx, payablesOf, client, dayOrNull(over), noClaim, statuses(settlement.PayoutStatus.Reserves), statuses(settlement.PayoutStatus.Dead))
	if err != nil {
		return nil, 0, fmt.Errorf("read what client %s is to be paid: %w", client, err)
	}
	err = tx.QueryRow(ctx, `SELECT COALESCE((SELECT sum(cents) FROM entry WHERE client_id = $1 AND account IN ('S190', 'A130')), 0)::bigint
		- COALESCE((SELECT sum(clawed) FROM payout_line WHERE client_id = $1 AND clawed > 0 AND payout_status(end_to_end_id) = ANY ($2)), 0)::bigint`,
		client, statuses(settlement.PayoutStatus.Reserves)).Scan(&owed)
	if err != nil {
		return nil, 0, fmt.Errorf("read what client %s owes of before: %w", client, err)
	}
	return list, owed, nil
}

// statuses are those for which something holds, as the database has them.
func statuses(holds func(settlement.PayoutStatus) bool) []string {
	list := []string{}
	for _, status := range settlement.PayoutStatuses() {
		if holds(status) {
			list = append(list, string(status))
		}
	}
	return list
}

// insertPayout stores a payout, each line as seen by its client. The transaction sees no client after it.
func insertPayout(ctx context.Context, tx pgx.Tx, p settlement.Payout, by Actor) error {
	if _, err := tx.Exec(ctx, `INSERT INTO payout (id, on_day, account, holder, moves, hash, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.On, p.From.Account, p.From.Name, p.Moves, p.Hash, by.Name, by.At); err != nil {
		return fmt.Errorf("store payout %s: %w", p.ID, err)
	}
	for _, l := range p.Lines {
		if err := setTenant(ctx, tx, l.ClientID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO payout_line (payout, nr, client_id, kind, end_to_end_id, iban, name, cents, clawed, text, refund, set_off) VALUES ($1, $2, NULLIF($3, '')::uuid, $4, $5, $6, $7, $8, $9, $10, NULLIF($11, ''), $12)`,
			p.ID, l.Nr, l.ClientID, l.Kind, l.EndToEndID, l.IBAN, l.Name, l.Cents, l.Clawed, l.Text, l.Refund, l.SetOff); err != nil {
			return fmt.Errorf("store payout line %s: %w", l.EndToEndID, err)
		}
		for _, t := range l.Parts {
			if _, err := tx.Exec(ctx, `INSERT INTO payout_part (client_id, end_to_end_id, claim_id, cents, received, agency) VALUES ($1, $2, NULLIF($3, '')::uuid, $4, $5, $6)`,
				l.ClientID, l.EndToEndID, t.ClaimID, t.Cents, t.Received, t.Agency); err != nil {
				return fmt.Errorf("store payout line %s: %w", l.EndToEndID, err)
			}
		}
		if err := insertSetOffs(ctx, tx, l); err != nil {
			return err
		}
		if err := insertKeptTold(ctx, tx, l); err != nil {
			return err
		}
		if err := step(ctx, tx, l, payoutStep{Status: settlement.PayoutProposed}, by); err != nil {
			return err
		}
	}
	return setTenant(ctx, tx, "")
}

// payoutStep is what becomes of a line.
type payoutStep struct {
	Status           settlement.PayoutStatus
	Evidence, Reason string
}

// step records what becomes of a line, whose client the transaction sees.
func step(ctx context.Context, tx pgx.Tx, l settlement.PayoutLine, to payoutStep, by Actor) error {
	err := say(ctx, tx, "payout:"+l.EndToEndID, `INSERT INTO payout_step (client_id, end_to_end_id, status, evidence, reason, actor, at) VALUES (NULLIF($1, '')::uuid, $2, $3, $4, $5, $6, $7)`,
		l.ClientID, l.EndToEndID, to.Status, to.Evidence, to.Reason, by.Name, by.At)
	if err != nil {
		return fmt.Errorf("payout line %s is %s: %w", l.EndToEndID, to.Status, err)
	}
	return nil
}

// PayoutStep is what became of a line, when, and by what that is known.
type PayoutStep struct {
	Status   settlement.PayoutStatus `json:"status"`
	At       time.Time               `json:"at"`
	Actor    string                  `json:"actor"`
	Evidence string                  `json:"evidence,omitempty"`
	Reason   string                  `json:"reason,omitempty"`
}
