package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// CaseFile is a claim with the people in it: what a letter is written from. It never leaves for Temporal or a log.
type CaseFile struct {
	Facts     claim.Facts
	Reference string
	RF        string
	Kenmerk   string
	Title     string // subject and title of the debt, as the client gave it
	Client    Party
	Debtor    Party
	Asked     map[string]string // what each request asks, by its key
	Brand     Brand             // of the client; its logo is there for a letter only (RegisterLetter)
	hasLogo   bool
	Disputes  []Dispute   // with their words; there for a letter only (RegisterLetter)
	Agreed    claim.Facts // as they were known when the arrangement was agreed; there for its confirmation only (RegisterLetter)
}

// Dispute is what the debtor said, and what was judged about it. Judged is zero, and Outcome empty, while it is not.
type Dispute struct {
	Raised          calendar.Date
	Grounds         string
	Judged          calendar.Date
	Outcome, Reason string // rejected or upheld
}

// Party is a client or a debtor as it stands on a letter.
type Party struct {
	Name, Attention, Street, Postcode, Town, Country, Email, Phone, Website, KvK, VAT, IBAN, Language string
}

// Recipient is the e-mail address, or the address lines, that a letter over a channel goes to.
func (p Party) Recipient(channel string) string {
	if channel == trajectory.ChannelEmail {
		return p.Email
	}
	lines := []string{p.Name, p.Attention, p.Street, p.Postcode + "  " + p.Town}
	if p.Attention == "" {
		lines = append(lines[:1], lines[2:]...)
	}
	return strings.Join(lines, "\n")
}

// hashed is a recipient as the register keeps it.
func hashed(recipient string) string {
	sum := sha256.Sum256([]byte(recipient))
	return hex.EncodeToString(sum[:])
}

// Facts reads the facts of a claim and notes that its workflow has seen them.
func (s *Store) Facts(ctx context.Context, ref Ref) (claim.Facts, error) {
	var facts claim.Facts
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		file, err := readCaseFile(ctx, tx, ref)
		if err != nil {
			return err
		}
		facts = file.Facts
		return markSeen(ctx, tx, ref, facts.Version)
	})
	return facts, err
}

// CaseFile reads a claim with its parties, for people and for letters.
func (s *Store) CaseFile(ctx context.Context, ref Ref) (CaseFile, error) {
	var file CaseFile
	err := s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) (err error) {
		file, err = readCaseFile(ctx, tx, ref)
		return err
	})
	return file, err
}

// Seen says whether the claim's workflow has read the newest facts, or has nothing to read any more because the claim is closed and no outcome of a court
// procedure is awaited.
func (s *Store) Seen(ctx context.Context, ref Ref) (seen bool, err error) {
	err = s.tenant(ctx, ref.ClientID, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `SELECT seen_version = version OR status <> 'open' AND NOT court_awaited FROM claim WHERE client_id = $1 AND id = $2`, ref.ClientID, ref.ClaimID).Scan(&seen)
	})
	return seen, err
}

// lockClaim takes the claim's row lock: whoever holds it decides whether payment or letter wins. Who only writes rows that name the claim, as what a payout pays of it, waits for nobody
// (NO KEY): it has the client's payable, which the holder may wait for.
func lockClaim(ctx context.Context, tx pgx.Tx, ref Ref) error {
	var one int
	err := tx.QueryRow(ctx, `SELECT 1 FROM claim WHERE client_id = $1 AND id = $2 FOR NO KEY UPDATE`, ref.ClientID, ref.ClaimID).Scan(&one)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("claim %s: %w", ref.ClaimID, ErrNotFound)
	}
	return err
}

func markSeen(ctx context.Context, tx pgx.Tx, ref Ref, version int64) error {
	_, err := tx.Exec(ctx, `UPDATE claim SET seen_version = $3 WHERE client_id = $1 AND id = $2 AND seen_version < $3 AND version >= $3`, ref.ClientID, ref.ClaimID, version)
	return err
}

// readCaseFile reads everything of one claim in two round trips: the claim itself and of what it has rows, and then those. The version is of before all else that is read, so that what
// changes meanwhile is read again.
func readCaseFile(ctx context.Context, tx pgx.Tx, ref Ref) (CaseFile, error) {
	f := CaseFile{Facts: claim.Facts{ClaimID: ref.ClaimID, ClientID: ref.ClientID}, Asked: map[string]string{}}
	batch := contents{Batch: &pgx.Batch{}}
	var err error
	if batch.filled, err = readClaim(ctx, tx, ref, &f); errors.Is(err, pgx.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil {
		return CaseFile{}, fmt.Errorf("read claim %s: %w", ref.ClaimID, err)
	}
	queueInvoices(batch, ref, &f.Facts)
	queueOtherNotices(batch, ref, &f.Facts)
	queueSettlements(batch, ref, &f.Facts)
	var recipients []string
	queueLetters(batch, ref, &f.Facts, &recipients)
	queueConditions(batch, ref, &f.Facts)
	queueAgreed(batch, ref, &f.Facts)
	queueRequests(batch, ref, &f)
	queueCourt(batch, ref, &f.Facts)
	batch.Queue(`SELECT other_contact($1, $2)`, ref.ClaimID, trajectory.Undemanding()).QueryRow(func(row pgx.Row) error { return row.Scan(&f.Facts.OtherContact) })
	if err := tx.SendBatch(ctx, batch.Batch).Close(); err != nil {
		return CaseFile{}, fmt.Errorf("read claim %s: %w", ref.ClaimID, err)
	}
	for i := range f.Facts.Letters {
		l := &f.Facts.Letters[i]
		l.Elsewhere = l.State == claim.LetterFailed && trajectory.ToDebtor(l.Kind) && recipients[i] != hashed(f.Debtor.Recipient(l.Channel))
	}
	return f, nil
}

// readClaim reads what is one for a claim, and tells in which tables it has rows that are seldom filled.
func readClaim(ctx context.Context, tx pgx.Tx, ref Ref, f *CaseFile) (filled []string, err error) {
	query := `
		SELECT c.version, c.trajectory, c.status, c.handed_over_on, c.opened_on, c.advised_on, c.asked_again_on, c.withdrawn_on, c.monitored_from, c.interlude_from, c.interlude_until,
		       c.decision, c.decided_on, c.decided_by_default, c.fixed_price, c.fixed_price_vat, c.closing_reason, c.closing_on, COALESCE(c.closing_because, ''), c.attention_action, c.attention_cause, c.attention_since,
		       c.title, c.instalments_of <> '', c.interest_rate, c.costs_clause, c.costs_vat, COALESCE(c.consumer_sale_corrected, c.consumer_sale), c.costs_reviewed,
		       c.reference, c.rf, c.kenmerk, k.plan, k.court_party, d.in_business, d.natural_person, d.email <> '',
		       k.name, k.street, k.postcode, k.town, k.email, k.phone, k.website, k.kvk, k.vat, k.iban, k.language, k.colour, k.logo IS NOT NULL,
		       d.name, d.attention, d.street, d.postcode, d.town, d.country, d.email, d.language,
		       (SELECT max(e.value_on) FROM case_event e WHERE e.client_id = c.client_id AND e.claim_id = c.id AND e.kind = 'reopened'),
		       ` + filledTables + `
		FROM claim c JOIN client k ON k.id = c.client_id JOIN debtor d ON d.client_id = c.client_id AND d.id = c.debtor_id
		WHERE c.client_id = $1 AND c.id = $2`
	var choice, closing, action, cause *string
	var decision claim.Decision
	var net, vat *money.Amount
	var closed claim.Closing
	var since *time.Time
	facts, client, debtor := &f.Facts, &f.Client, &f.Debtor
	err = tx.QueryRow(ctx, query, ref.ClientID, ref.ClaimID).Scan(&facts.Version, &facts.Trajectory, &facts.Status, &facts.HandedOverOn, &facts.OpenedOn, &facts.Advised, &facts.AskedAgain, &facts.Withdrawn, &facts.MonitoredFrom, &facts.Interlude.From, &facts.Interlude.Until,
		&choice, &decision.On, &decision.Default, &net, &vat, &closing, &closed.On, &closed.Because, &action, &cause, &since,
		&f.Title, &facts.Terms.Instalments, &facts.Terms.InterestRate.Text, &facts.Terms.CostsClause.Text, &facts.Terms.CostsVAT, &facts.Terms.Sale, &facts.CostsReviewed,
		&f.Reference, &f.RF, &f.Kenmerk, &facts.Plan, &facts.Claimant, &facts.Debtor.InBusiness, &facts.Debtor.NaturalPerson, &facts.HasEmail,
		&client.Name, &client.Street, &client.Postcode, &client.Town, &client.Email, &client.Phone, &client.Website, &client.KvK, &client.VAT, &client.IBAN, &client.Language, &f.Brand.Colour, &f.hasLogo,
		&debtor.Name, &debtor.Attention, &debtor.Street, &debtor.Postcode, &debtor.Town, &debtor.Country, &debtor.Email, &debtor.Language,
		&facts.Reopened, &filled)
	if err != nil {
		return nil, err
	}
	if choice != nil {
		decision.Choice = claim.Choice(*choice)
		facts.Decision = &decision
	}
	if net != nil {
		decision.FixedPrice = &claim.FixedPrice{Net: *net, VAT: *vat}
	}
	if closing != nil {
		closed.Reason = *closing
		facts.Closing = &closed
	}
	if action != nil {
		facts.Attention = &claim.Attention{Action: *action, Cause: *cause, Since: since.UTC()}
	}
	return filled, nil
}

// readForLetter reads what only letters need: to the debtor the client's logo, and of an arrangement what it was agreed upon; to the client what was said in
// disputes.
func readForLetter(ctx context.Context, tx pgx.Tx, ref Ref, action trajectory.Action, f *CaseFile) error {
	switch {
	case action.Letter == trajectory.ArrangementConfirmation:
		return readAgreed(ctx, tx, ref, action, f)
	case action.ToDebtor():
		return readLogo(ctx, tx, ref, f)
	}
	return readDisputes(ctx, tx, ref, f)
}

// readLogo reads the client's logo.
func readLogo(ctx context.Context, tx pgx.Tx, ref Ref, f *CaseFile) error {
	if !f.hasLogo {
		return nil
	}
	if err := tx.QueryRow(ctx, `SELECT logo FROM client WHERE id = $1`, ref.ClientID).Scan(&f.Brand.Logo); err != nil {
		return fmt.Errorf("read logo of client %s: %w", ref.ClientID, err)
	}
	return nil
}

// readDisputes reads what was said in disputes.
func readDisputes(ctx context.Context, tx pgx.Tx, ref Ref, f *CaseFile) error {
	rows, err := tx.Query(ctx, `SELECT p.from_on, COALESCE(d.detail ->> 'grounds', ''), CASE WHEN p.outcome <> '' THEN p.until_on END, p.outcome, COALESCE(j.detail ->> 'reason', '')
		FROM pause p JOIN case_event d ON d.claim_id = p.claim_id AND d.key = 'dispute:' || p.key LEFT JOIN case_event j ON j.claim_id = p.claim_id AND j.key = 'judgement:' || p.key
		WHERE p.client_id = $1 AND p.claim_id = $2 AND p.kind = 'dispute' ORDER BY p.from_on, p.key`, ref.ClientID, ref.ClaimID)
	if err == nil {
		f.Disputes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Dispute])
	}
	if err != nil {
		return fmt.Errorf("read disputes of claim %s: %w", ref.ClaimID, err)
	}
	return nil
}

func queueInvoices(batch contents, ref Ref, f *claim.Facts) {
	collect(batch.Batch, &f.Invoices, func(i *claim.Invoice) []any { return []any{&i.Number, &i.Issued, &i.Due, &i.Agreed, &i.Amount} },
		`SELECT number, issued_on, due_on, agreed_on, amount FROM invoice WHERE client_id = $1 AND claim_id = $2 ORDER BY due_on, number`, ref.ClientID, ref.ClaimID)
}

// queueOtherNotices reads the 14-day letters, out or on their way, for the other claims of a consumer with this client. One of before migration 00011
// demanded the principal of its claim; what it named is for the law to tell. OFFSET 0 keeps the lookups apart, each by its index, also while the
// tables have no statistics.
func queueOtherNotices(batch contents, ref Ref, f *claim.Facts) {
	batch.Queue(`
		SELECT l.on_day, CASE l.announced_principal WHEN 0 THEN (SELECT sum(amount) FROM invoice WHERE claim_id = o.id)::bigint ELSE l.announced_principal END, l.announced_costs,
			l.others_principal > 0,
			(SELECT min(s.value_on) FROM settlement s WHERE s.claim_id = o.id AND s.value_on >= l.on_day
				AND NOT EXISTS (SELECT 1 FROM settlement_reversal r WHERE r.claim_id = s.claim_id AND r.key = s.key)),
			o.instalments_of = c.instalments_of AND c.instalments_of <> '', l.announced_principal = 0, l.received_on, l.pay_by FROM claim c
		CROSS JOIN LATERAL (SELECT person FROM debtor WHERE client_id = $1 AND id = c.debtor_id AND NOT in_business OFFSET 0) d
		CROSS JOIN LATERAL (SELECT id FROM debtor WHERE client_id = $1 AND person = d.person AND NOT in_business OFFSET 0) same
		CROSS JOIN LATERAL (SELECT id, instalments_of FROM claim WHERE client_id = $1 AND debtor_id = same.id AND id <> c.id OFFSET 0) o
		CROSS JOIN LATERAL (SELECT * FROM letter WHERE claim_id = o.id AND kind = $3 AND state <> 'failed' OFFSET 0) l
		WHERE c.client_id = $1 AND c.id = $2 ORDER BY l.on_day, o.id`, ref.ClientID, ref.ClaimID, claim.FourteenDayLetter).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var o claim.OtherNotice
			var paid calendar.Date // first, since the letter's day
			letter := claim.Letter{Kind: claim.FourteenDayLetter}
			if err := rows.Scan(&o.On, &o.Demanded.Principal, &o.Demanded.Costs, &o.Shared, &paid, &o.SameContract, &o.WholeScale, &letter.Received, &letter.PayBy); err != nil {
				return err
			}
			o.PartPaid = !paid.IsZero() && !paid.After(letter.HonouredUntil())
			f.OtherNotices = append(f.OtherNotices, o)
		}
		return rows.Err()
	})
	collectOf(batch, "information_cost", &f.InformationCosts, func(c *claim.InformationCost) []any { return []any{&c.Key, &c.On, &c.Amount} },
		`SELECT c.key, c.on_day, c.amount FROM information_cost c WHERE c.client_id = $1 AND c.claim_id = $2
		AND NOT EXISTS (SELECT 1 FROM information_cost_reversal r WHERE r.claim_id = c.claim_id AND r.key = c.key) ORDER BY c.on_day, c.key`, ref.ClientID, ref.ClaimID)
	collectOf(batch, "information_cost", &f.CostsTakenBack, func(c *claim.CostTakenBack) []any { return []any{&c.Key, &c.On, &c.Amount, &c.Back} },
		`SELECT c.key, c.on_day, c.amount, r.reversed_on FROM information_cost c JOIN information_cost_reversal r ON r.claim_id = c.claim_id AND r.key = c.key
		WHERE c.client_id = $1 AND c.claim_id = $2 ORDER BY c.on_day, c.key`, ref.ClientID, ref.ClaimID)
}

// queueSettlements reads those that stand: one that was reversed is as if it had never been.
func queueSettlements(batch contents, ref Ref, f *claim.Facts) {
	collect(batch.Batch, &f.Settlements, func(s *claim.Settlement) []any { return []any{&s.Key, &s.Kind, &s.On, &s.Amount, &s.Invoice, &s.Known} },
		`SELECT s.key, s.kind, s.value_on, s.amount, s.invoice,
			(SELECT (min(e.at) AT TIME ZONE 'Europe/Amsterdam')::date FROM case_event e WHERE e.claim_id = s.claim_id AND e.key IN ('settlement:' || s.key, 'receipt:' || s.key))
		FROM settlement s WHERE s.client_id = $1 AND s.claim_id = $2
		AND NOT EXISTS (SELECT 1 FROM settlement_reversal r WHERE r.claim_id = s.claim_id AND r.key = s.key) ORDER BY s.value_on, s.key`, ref.ClientID, ref.ClaimID)
}

// queueLetters also reads whom each letter went to, hashed, in the same order.
func queueLetters(batch contents, ref Ref, f *claim.Facts, recipients *[]string) {
	collect(batch.Batch, &f.Letters, func(l *claim.Letter) []any {
		*recipients = append(*recipients, "")
		return []any{&l.Step, &l.Kind, &l.Cycle, &l.Channel, &l.State, &l.On, &l.Received, &l.PayBy, &l.Demanded,
			&l.Announced.Principal, &l.Announced.Costs, &l.Announced.VAT, &l.Announced.Others.Principal, &l.Announced.Others.Costs, &l.Overnamed.By, &l.Overnamed.On, &l.Overnamed.Known, &l.Corrects, &l.Told.Of, &l.Told.Comes, &(*recipients)[len(*recipients)-1]}
	}, `SELECT step, kind, cycle, channel, state, on_day, received_on, pay_by, demanded, announced_principal, announced_costs, announced_vat, others_principal, others_costs, overnamed_by, overnamed_on, overnamed_known, corrects, told_of, told_comes, recipient
		FROM letter WHERE client_id = $1 AND claim_id = $2 ORDER BY claimed_at, step`, ref.ClientID, ref.ClaimID)
}

// queueConditions reads the stop flags of the person, whatever kind of debtor they were set by way of.
func queueConditions(batch contents, ref Ref, f *claim.Facts) {
	args := []any{ref.ClientID, ref.ClaimID}
	collectOf(batch, "pause", &f.Pauses, func(p *claim.Pause) []any { return []any{&p.Key, &p.Kind, &p.From, &p.Until, &p.Outcome} },
		`SELECT key, kind, from_on, until_on, outcome FROM pause WHERE client_id = $1 AND claim_id = $2 ORDER BY from_on, key`, args...)
	collect(batch.Batch, &f.Flags, func(x *claim.Flag) []any { return []any{&x.Kind, &x.From, &x.Until} },
		`SELECT kind, from_on, NULL::date FROM flag WHERE client_id = $1 AND claim_id = $2
		UNION SELECT s.kind, s.from_on, s.until_on FROM claim c
		CROSS JOIN LATERAL (SELECT person FROM debtor WHERE client_id = $1 AND id = c.debtor_id OFFSET 0) d
		CROSS JOIN LATERAL (SELECT id FROM debtor WHERE client_id = $1 AND person = d.person OFFSET 0) same
		CROSS JOIN LATERAL (SELECT kind, from_on, until_on FROM stop_flag WHERE client_id = $1 AND debtor_id = same.id OFFSET 0) s WHERE c.client_id = $1 AND c.id = $2
		ORDER BY 1, 2`, args...)
	collectOf(batch, "task", &f.Tasks, func(x *claim.Task) []any { return []any{&x.Key, &x.Open, &x.Dropped, &x.Corrects} },
		`SELECT key, done_on IS NULL, done_on IS NOT NULL AND starts_with(detail, 'dropped: '), corrects FROM task WHERE client_id = $1 AND claim_id = $2 ORDER BY key`, args...)
	collectOf(batch, "skipped_step", &f.Skipped, func(x *claim.Done) []any { return []any{&x.Step, &x.On} },
		`SELECT step, on_day FROM skipped_step WHERE client_id = $1 AND claim_id = $2 ORDER BY on_day`, args...)
	collectOf(batch, "task", &f.Called, func(x *claim.Done) []any { return []any{&x.Step, &x.On} },
		`SELECT substr(key, length($3) + 1), done_on FROM task WHERE client_id = $1 AND claim_id = $2 AND starts_with(key, $3) AND done_on IS NOT NULL AND NOT starts_with(detail, 'dropped: ') ORDER BY done_on, key`,
		ref.ClientID, ref.ClaimID, claim.CallTask)
	collectOf(batch, "task", &f.RemindersDone, func(x *claim.Done) []any { return []any{&x.Step, &x.On} },
		`SELECT key, done_on FROM task WHERE client_id = $1 AND claim_id = $2 AND EXISTS (SELECT 1 FROM unnest($3::text[]) AS kind WHERE starts_with(key, kind)) AND done_on IS NOT NULL AND NOT starts_with(detail, 'dropped: ') ORDER BY done_on, key`,
		ref.ClientID, ref.ClaimID, trajectory.DatedTasks())
	collectOf(batch, "complaint", &f.Complaints, func(x *claim.Complaint) []any { return []any{&x.Key, &x.On, &x.ConfirmBy, &x.Recorded} },
		`SELECT c.key, c.received_on, c.confirm_by, e.at FROM complaint c JOIN case_event e ON e.client_id = c.client_id AND e.claim_id = c.claim_id AND e.key = 'complaint:' || c.key
		WHERE c.client_id = $1 AND c.claim_id = $2 ORDER BY c.confirm_by, c.key`, args...)
	collectOf(batch, "register_check", &f.Checks, checkFields, `SELECT DISTINCT ON (register) `+checkColumns+` FROM register_check WHERE client_id = $1 AND claim_id = $2 ORDER BY register, cycle DESC, try DESC`, args...)
	collectOf(batch, "claim_document", &f.Documents, func(d *claim.Document) []any { return []any{&d.Kind, &d.On} },
		`SELECT kind, on_day FROM claim_document WHERE client_id = $1 AND claim_id = $2 ORDER BY added_on, key`, args...)
	collectOf(batch, "interruption", &f.Interrupted, func(on *calendar.Date) []any { return []any{on} },
		`SELECT on_day FROM interruption WHERE client_id = $1 AND claim_id = $2 ORDER BY on_day, key`, args...)
}
