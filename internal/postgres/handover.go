package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
)

// Client is a client with its agreement's plan, and how its own letters look.
type Client struct {
	Code  string
	Plan  string
	Party Party
	// VATDeclared is the day on which it declared that it pays VAT for the collection and cannot deduct it; zero when it did not.
	VATDeclared calendar.Date
	Brand       Brand
	// Signed starts the client's agreement with it. Zero starts none.
	Signed Signing
	// CourtParty is the kind of person that it is, for the court fee; empty is a legal one.
	CourtParty law.Party
	Agreed     Trajectories
	Payee      Payee
}

// Trajectories are those that a client agreed to, by id, for consumers and for business debtors; empty is the default.
type Trajectories struct{ Consumer, Business string }

// Signing is who starts an agreement, and its first day; zero when nobody stated it: then it is assumed to start today.
type Signing struct {
	On calendar.Date
	By Actor
}

// at is the moment of it; nil when nobody signs.
func (s Signing) at() *time.Time {
	if s.By.Name == "" {
		return nil
	}
	return &s.By.At
}

// Brand is a client's colour, like #18345c, and its logo, a PNG or JPEG file; either may be empty.
type Brand struct {
	Colour string
	Logo   []byte
}

// SaveClient is SaveClients of one.
func (s *Store) SaveClient(ctx context.Context, c Client) (string, error) {
	ids, err := s.SaveClients(ctx, []Client{c})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// SaveClients adds clients or brings their particulars up to date, by code: all of them or, on an error, none. It returns their ids, which are derived from the
// codes. Another plan changes what a client's open claims come to: each has that in its file, and its workflow is woken. A client whose agreement has started
// keeps it; another start than was stated is a *ConflictError.
func (s *Store) SaveClients(ctx context.Context, clients []Client) ([]string, error) {
	ids := make([]string, len(clients))
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if err := shareEverybody(ctx, tx); err != nil { // it locks claims client by client, not in the order of their ids
			return err
		}
		for i, c := range clients {
			ids[i] = uuid.NewSHA1(uuid.NameSpaceURL, []byte("client/"+c.Code)).String()
			if err := saveClient(ctx, tx, ids[i], c); err != nil {
				return fmt.Errorf("save client %s: %w", c.Code, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

func saveClient(ctx context.Context, tx pgx.Tx, id string, c Client) error {
	if err := setTenant(ctx, tx, id); err != nil {
		return err
	}
	p := c.Party
	var plan string
	// Not its key, which what is written of its claims meanwhile refers to: that would wait for this, and this for the claims.
	if err := tx.QueryRow(ctx, `SELECT plan FROM client WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(&plan); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO client (id, code, plan, name, street, postcode, town, email, phone, website, kvk, vat, iban, language, vat_declared_on, colour, logo, court_party, trajectory_consumer, trajectory_business)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, NULLIF($17::bytea, ''), $18, $19, $20)
		ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, name = excluded.name, street = excluded.street, postcode = excluded.postcode, town = excluded.town,
			email = excluded.email, phone = excluded.phone, website = excluded.website, kvk = excluded.kvk, vat = excluded.vat, iban = excluded.iban, language = excluded.language,
			vat_declared_on = excluded.vat_declared_on, colour = excluded.colour, logo = excluded.logo, court_party = excluded.court_party,
			trajectory_consumer = excluded.trajectory_consumer, trajectory_business = excluded.trajectory_business`,
		id, c.Code, c.Plan, p.Name, p.Street, p.Postcode, p.Town, p.Email, p.Phone, p.Website, p.KvK, p.VAT, p.IBAN, p.Language, c.VATDeclared, c.Brand.Colour, c.Brand.Logo, cmp.Or(c.CourtParty, law.LegalPerson),
		c.Agreed.Consumer, c.Agreed.Business)
	if err == nil {
		err = tellAccount(ctx, tx, id, c)
	}
	if err == nil && plan != "" && plan != c.Plan {
		_, err = tx.Exec(ctx, changePlan, id, c.Plan, MessageTask, c.Signed.at(), plan)
	}
	if err == nil && c.Signed.By.Name != "" {
		err = agree(ctx, tx, id, c)
	}
	return err
}

// changePlan tells every open claim of a client, in the order in which claims are locked: at the moment at which it was said of the agreement, if it was, so that
// the two files have one day.
const changePlan = `
	WITH said AS (SELECT coalesce($4::timestamptz, clock_timestamp()) AS at),
	open AS (SELECT id FROM claim WHERE client_id = $1 AND status = 'open' ORDER BY id FOR NO KEY UPDATE),
	moved AS (
		UPDATE claim SET version = version + 1, changed_at = clock_timestamp() FROM open WHERE claim.client_id = $1 AND claim.id = open.id
		RETURNING claim.id, 'plan:' || claim.version AS key),
	told AS (
		INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail)
		SELECT $1, id, key, 'plan-changed', (said.at AT TIME ZONE 'Europe/Amsterdam')::date, said.at, 'agreement', jsonb_build_object('plan', $2::text, 'was', $5::text) FROM moved, said)
	INSERT INTO outbox (client_id, claim_id, message, key) SELECT $1, id, $3, key FROM moved`

// NewClaim is a claim as handed over, checked for form.
type NewClaim struct {
	claim.Submission
	RF, Kenmerk string // issued for this claim
	Trajectory  string // the policy it is pinned to
}

// ClaimID derives the id of a claim from its client and the client's reference, so that handing over twice names the same claim.
func ClaimID(clientID, reference string) string {
	return uuid.NewSHA1(uuid.MustParse(clientID), []byte(reference)).String()
}

// Verdict is what became of one claim at hand-over.
type Verdict struct {
	Reference string
	ClaimID   string
	State     string // accepted, unchanged, refused
	Reason    string
	Column    string
	Invoice   int // which invoice of the claim the reason is about
}

// HandOver takes claims of one client in one transaction: each is accepted whole, unchanged (it was handed over before, the same) or refused
// with the reason; a refused one does not stop the others. Accepted claims leave a start message in the outbox, so Temporal may be down.
func (s *Store) HandOver(ctx context.Context, clientID string, claims []NewClaim, by Actor) ([]Verdict, error) {
	var verdicts []Verdict
	err := s.tenant(ctx, clientID, func(tx pgx.Tx) error {
		if err := lockPeople(ctx, tx, clientID); err != nil {
			return err
		}
		known, err := readKnown(ctx, tx, clientID, claims)
		if err != nil {
			return err
		}
		if known.over, err = agreementOver(ctx, tx, clientID, by.today()); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		verdicts = verdicts[:0]
		var accepted, names []string
		for _, c := range claims {
			v := known.judge(batch, clientID, c, by)
			if verdicts = append(verdicts, v); v.State == "accepted" {
				accepted, names = append(accepted, v.ClaimID), append(names, c.Debtor.Identity())
			}
		}
		batch.Queue(learnStops, clientID, names, accepted, by.At, theAgency)
		batch.Queue(startStopped, clientID, accepted, by.At, by.Name)
		return tx.SendBatch(ctx, batch).Close()
	})
	var clash *pgconn.PgError
	if errors.As(err, &clash) && (clash.ConstraintName == "claim_rf_key" || clash.ConstraintName == "claim_kenmerk_key") {
		return nil, ErrReferenceTaken
	}
	if err != nil {
		return nil, fmt.Errorf("hand over %d claims: %w", len(claims), err)
	}
	return verdicts, nil
}

// ErrReferenceTaken says that a payment reference drawn for a claim is another claim's: nothing was handed over, draw again.
var ErrReferenceTaken = errors.New("payment reference is taken")

// known is what the database has of the debtors, references and invoices in a batch.
type known struct {
	references map[string]handed        // what was handed over under a reference
	persons    map[string]string        // identity -> person; none is there for who is new
	debtors    map[string]string        // kind and person -> id
	invoices   map[string]handedInvoice // person + folded number -> where it is
	over       string                   // why nothing new is taken: the client's agreement has ended, or has yet to start
}

// handed is what a claim was when it was handed over.
type handed struct {
	debtor    string // kind and person
	agreement claim.Agreement
	invoices  []claim.Invoice
}

// differs says how a claim that is handed over again differs from what is there; problem is empty when it does not.
func (h handed) differs(c NewClaim, debtor string) (column, problem string, invoice int) {
	if before := (claim.Submission{Invoices: h.invoices}).Written(); before != c.Written() {
		return "claim", "this reference was used before for other invoices (" + before + ")", 0
	}
	if h.debtor != debtor {
		return "debtor", "this reference was used before for another debtor", 0
	}
	if column := h.agreement.Differs(c.Agreement); column != "" {
		return column, "this reference was used before with something else here", 0
	}
	for i, now := range c.Invoices {
		for _, before := range h.invoices {
			if claim.Folded(before.Number) != claim.Folded(now.Number) {
				continue
			}
			if before.Issued != now.Issued {
				return "invoice_date", fmt.Sprintf("invoice %s was handed over before with date %s", now.Number, before.Issued), i
			}
			if before.Due != now.Due {
				return "due_date", fmt.Sprintf("invoice %s was handed over before as due on %s", now.Number, before.Due), i
			}
			if before.Agreed != now.Agreed {
				return "extended_to", fmt.Sprintf("invoice %s was handed over before with another extension of its term", now.Number), i
			}
		}
	}
	return "", "", 0
}

// Each key is looked up by its index (OFFSET 0 keeps the lookups apart): a plan that reads all of a client's rows, as tables that have no
// statistics yet invite, would make the hand-over of a first large portfolio quadratic.
const (
	knownClaims = `
		SELECT r.reference, split_part(d.fingerprint, '|', 1) || '|' || d.person, c.title, c.instalments_of, c.interest_rate, c.costs_clause, c.consumer_sale, i.number, i.issued_on, i.due_on, i.agreed_on, i.amount FROM (SELECT DISTINCT unnest($2::text[]) AS reference) r
		CROSS JOIN LATERAL (SELECT id, debtor_id, title, instalments_of, interest_rate, costs_clause, consumer_sale FROM claim WHERE client_id = $1 AND claim.reference = r.reference OFFSET 0) c
		CROSS JOIN LATERAL (SELECT fingerprint, person FROM debtor WHERE client_id = $1 AND debtor.id = c.debtor_id OFFSET 0) d
		CROSS JOIN LATERAL (SELECT * FROM invoice WHERE client_id = $1 AND claim_id = c.id OFFSET 0) i`
	knownDebtors = `
		SELECT split_part(d.fingerprint, '|', 1) || '|' || k.person, d.id::text FROM (` + personOf + `) k
		CROSS JOIN LATERAL (SELECT id, fingerprint FROM debtor WHERE client_id = $1 AND person = k.person OFFSET 0) d ORDER BY d.id`
	knownInvoices = `
		SELECT k.person, i.number, c.reference FROM (` + personOf + `) k
		CROSS JOIN LATERAL (SELECT id FROM debtor WHERE client_id = $1 AND person = k.person OFFSET 0) d
		CROSS JOIN LATERAL (SELECT * FROM invoice WHERE client_id = $1 AND invoice.debtor_id = d.id OFFSET 0) i
		CROSS JOIN LATERAL (SELECT reference FROM claim WHERE client_id = $1 AND id = i.claim_id OFFSET 0) c`
)

func readKnown(ctx context.Context, tx pgx.Tx, clientID string, claims []NewClaim) (known, error) {
	k := known{references: map[string]handed{}, persons: map[string]string{}, debtors: map[string]string{}, invoices: map[string]handedInvoice{}}
	references, identities := make([]string, len(claims)), make([]string, len(claims))
	for i, c := range claims {
		references[i], identities[i] = c.Reference, c.Debtor.Identity()
	}
	batch := &pgx.Batch{}
	pairs := func(into map[string]string) func(pgx.Rows) error {
		return func(rows pgx.Rows) error {
			var key, value string
			_, err := pgx.ForEachRow(rows, []any{&key, &value}, func() error { into[key] = value; return nil })
			return err
		}
	}
	batch.Queue(knownClaims, clientID, references).Query(func(rows pgx.Rows) error {
		var reference, debtor string
		var a claim.Agreement
		var i claim.Invoice
		fields := []any{&reference, &debtor, &a.Title, &a.InstalmentsOf, &a.InterestRate.Text, &a.CostsClause.Text, &a.Sale, &i.Number, &i.Issued, &i.Due, &i.Agreed, &i.Amount}
		_, err := pgx.ForEachRow(rows, fields, func() error {
			k.references[reference] = handed{debtor, a, append(k.references[reference].invoices, i)}
			return nil
		})
		return err
	})
	batch.Queue(personOf, clientID, identities).Query(pairs(k.persons))
	batch.Queue(knownDebtors, clientID, identities).Query(pairs(k.debtors))
	batch.Queue(knownInvoices, clientID, identities).Query(func(rows pgx.Rows) error {
		var person, number, reference string
		_, err := pgx.ForEachRow(rows, []any{&person, &number, &reference}, func() error { k.takes(person, number, reference); return nil })
		return err
	})
	return k, tx.SendBatch(ctx, batch).Close()
}

// person is who a debtor is: known under its identity, or new.
func (k known) person(d claim.Debtor) string {
	if person, ok := k.persons[d.Identity()]; ok {
		return person
	}
	return d.Identity()
}

func (k known) judge(batch *pgx.Batch, clientID string, c NewClaim, by Actor) Verdict {
	person := k.person(c.Debtor)
	who := c.Debtor.Kind.String() + "|" + person
	v := Verdict{Reference: c.Reference, ClaimID: ClaimID(clientID, c.Reference), State: "accepted"}
	if before, ok := k.references[c.Reference]; ok {
		v.State, v.Reason = "unchanged", "handed over before"
		if column, problem, invoice := before.differs(c, who); problem != "" {
			v.State, v.Column, v.Reason, v.Invoice = "refused", column, problem, invoice
		}
		return v
	}
	if column, problem, invoice := k.unfit(c); problem != "" {
		v.State, v.Column, v.Reason, v.Invoice = "refused", column, problem, invoice
		return v
	}
	debtor, ok := k.debtors[who]
	if !ok {
		debtor = uuid.NewSHA1(uuid.MustParse(clientID), []byte("debtor/"+c.Debtor.Fingerprint())).String()
	}
	for i, invoice := range c.Invoices {
		if column, problem := claim.CheckInvoice(invoice, by.today()); problem != "" {
			v.State, v.Column, v.Reason, v.Invoice = "refused", column, problem, i
			return v
		}
		if before, ok := k.invoices[person+" "+claim.Folded(invoice.Number)]; ok {
			v.State, v.Column, v.Reason, v.Invoice = "refused", "invoice", before.twice(invoice.Number), i
			return v
		}
	}
	if !ok {
		k.debtors[who] = debtor
		insertDebtor(batch, clientID, debtor, person, c.Debtor)
	}
	k.references[c.Reference] = handed{who, c.Agreement, c.Invoices}
	for _, invoice := range c.Invoices {
		k.takes(person, invoice.Number, c.Reference)
	}
	insertClaim(batch, Ref{clientID, v.ClaimID}, debtor, c, by)
	return v
}

// unfit says why a new claim cannot be taken, whatever is there already.
func (k known) unfit(c NewClaim) (column, problem string, invoice int) {
	switch {
	case k.over != "":
		return "client", k.over, 0
	case len(c.Invoices) == 0:
		return "invoice", "there are no invoices", 0
	}
	if column, problem, invoice := unprintable(c.Submission); problem != "" {
		return column, problem, invoice
	}
	return claim.CheckInvoices(c.Invoices)
}

func insertDebtor(batch *pgx.Batch, clientID, id, person string, d claim.Debtor) {
	batch.Queue(`INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, attention, street, postcode, town, country, email, language)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		clientID, id, d.Fingerprint(), person, d.Kind.InBusiness, d.Kind.NaturalPerson, d.Name, d.Attention, d.Street, d.Postcode, d.Town, d.Country, d.Email, d.Language)
}

func insertClaim(batch *pgx.Batch, ref Ref, debtor string, c NewClaim, by Actor) {
	batch.Queue(`INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, title, instalments_of, interest_rate, costs_clause, consumer_sale, costs_vat)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, COALESCE((SELECT vat_declared_on <= $8 FROM client WHERE id = $1), false))`,
		ref.ClientID, ref.ClaimID, debtor, c.Reference, c.RF, c.Kenmerk, c.Trajectory, by.today(),
		c.Agreement.Title, c.Agreement.InstalmentsOf, c.Agreement.InterestRate.Text, c.Agreement.CostsClause.Text, c.Agreement.Sale)
	for _, i := range c.Invoices {
		batch.Queue(`INSERT INTO invoice (client_id, claim_id, debtor_id, number, folded, issued_on, due_on, agreed_on, amount) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			ref.ClientID, ref.ClaimID, debtor, i.Number, claim.Folded(i.Number), i.Issued, i.Due, i.Agreed, i.Amount)
	}
	detail, _ := json.Marshal(map[string]any{"invoices": len(c.Invoices), "principal": c.Principal(), "trajectory": c.Trajectory}) // strings and numbers only
	batch.Queue(`INSERT INTO case_event (client_id, claim_id, key, kind, value_on, at, actor, detail) VALUES ($1, $2, 'hand-over', 'handed-over', $3, $4, $5, $6)`,
		ref.ClientID, ref.ClaimID, by.today(), by.At, by.Name, detail)
	start, _ := json.Marshal(startDetail(claim.Facts{Debtor: c.Debtor.Kind, Invoices: c.Invoices})) // strings only
	batch.Queue(`INSERT INTO outbox (client_id, claim_id, message, key, detail) VALUES ($1, $2, 'start', 'hand-over', $3)`, ref.ClientID, ref.ClaimID, start)
}

// startDetail is what lists of workflows show of a claim from its start.
func startDetail(f claim.Facts) map[string]string {
	return map[string]string{"amount": claim.AmountClass(f.Principal()), "summary": f.Summary()}
}

// StartMessage is the message that starts the claim's workflow, as the hand-over left it. open says whether one runs it: that of a claim that is closed, or whose
// outcome before the court is recorded, ended by itself.
func (s *Store) StartMessage(ctx context.Context, ref Ref) (m Message, open bool, err error) {
	file, err := s.CaseFile(ctx, ref)
	if err != nil {
		return Message{}, false, err
	}
	return Message{ClientID: ref.ClientID, ClaimID: ref.ClaimID, Name: MessageStart, Detail: startDetail(file.Facts)}, !file.Facts.Status.Final() || file.Facts.CourtAwaited(), nil
}
