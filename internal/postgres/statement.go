package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// StatementFile is a bank file. It is read twice: whole, before anything of it is booked, and statement by statement.
type StatementFile struct {
	Name     string
	Open     func() (io.ReadCloser, error)
	Accounts bank.Accounts
}

// StatementState is what became of a statement.
type StatementState string

// The states of a statement.
const (
	StatementBooked  StatementState = "booked"
	StatementHeld    StatementState = "held"    // it does not fit: nothing of it is booked until a person releases it or what is missing comes
	StatementKnown   StatementState = "known"   // all its entries were booked before
	StatementDropped StatementState = "dropped" // a person says that it is wrong: nothing of it is booked, unless one releases it after all
)

// Statement is a statement as it was imported.
type Statement struct {
	Key            string         `json:"key"`
	Account        string         `json:"account"`
	Format         string         `json:"format"`
	Sequence       string         `json:"sequence,omitempty"`
	From           calendar.Date  `json:"from"`
	To             calendar.Date  `json:"to"` // inclusive
	Opening        *money.Amount  `json:"opening"`
	Closing        *money.Amount  `json:"closing"`
	Entries        int            `json:"entries"`
	BookedBefore   int            `json:"booked_before"` // of the entries, by another statement
	State          StatementState `json:"state"`
	HeldFor        string         `json:"held_for,omitempty"`
	Difference     money.Amount   `json:"difference"` // what does not fit
	File           string         `json:"file"`
	ReleasedBy     string         `json:"released_by,omitempty"`
	ReleasedReason string         `json:"released_reason,omitempty"`
	DroppedBy      string         `json:"dropped_by,omitempty"`
	DroppedReason  string         `json:"dropped_reason,omitempty"`
	DroppedOn      calendar.Date  `json:"dropped_on,omitzero"`
	Waiting        int            `json:"waiting"` // booked lines of which nobody knows yet what they are; receipts are in their own list
}

// Imported is what became of one statement of a file.
type Imported struct {
	Statement
	Again bool // the same content was imported before: nothing changed
	Left  bool // statements of this format are not booked
	// Batches is how many sums it tells the payments of, which are booked in place of the sum when a statement tells that, and AsOne those that a statement told before.
	Batches int   `json:"batches,omitempty"`
	AsOne   []Sum `json:"as_one,omitempty"`
}

// ImportStatements books what a bank file tells, each statement in one transaction: a crash leaves statements that are booked whole and others that are not
// there, and the same file again goes on where it stopped. An entry is booked once, whatever files, in whatever order, tell it. A statement that does not
// tie, does not follow the one before it, or closes on a day after that of by, is held. Beside the errors of bank.Survey, for which nothing is booked, it fails only when the database does.
func (s *Store) ImportStatements(ctx context.Context, f StatementFile, by Actor) ([]Imported, error) {
	surveyed, err := survey(f)
	if err != nil {
		return nil, err
	}
	done := make([]Imported, len(surveyed))
	fresh := map[int]bank.Surveyed{}
	for i, v := range surveyed {
		if done[i].Left = !v.Books; done[i].Left {
			done[i].Statement = Statement{Account: v.Account, Format: v.Format, From: v.From, To: v.To, Entries: v.Entries, File: f.Name}
			continue
		}
		known, err := s.statementOf(ctx, v.Fingerprint)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			fresh[v.Number] = v
		case err != nil:
			return nil, fmt.Errorf("look up statement %s: %w", v.Key(), err)
		default:
			done[i].Statement, done[i].Again = known, true
		}
	}
	if slices.ContainsFunc(done, func(d Imported) bool { return d.Left }) {
		if err := s.keepBatches(ctx, f, surveyed, done, by); err != nil {
			return nil, err
		}
	}
	if err := s.importFresh(ctx, f, fresh, by); err != nil {
		return nil, err
	}
	for _, v := range surveyed { // of what tells batches too: one of before may be the sum of it
		if err := s.BookHeld(ctx, v.Account, by); err != nil {
			return nil, err
		}
	}
	for i, v := range surveyed {
		if done[i].Left {
			if err := s.sumsBecame(ctx, done[i].AsOne); err != nil {
				return nil, err
			}
			continue
		}
		if done[i].Statement, err = s.statementOf(ctx, v.Fingerprint); err != nil {
			return nil, fmt.Errorf("read statement %s: %w", v.Key(), err)
		}
	}
	return done, nil
}

func survey(f StatementFile) (all []bank.Surveyed, err error) {
	file, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return bank.Survey(file, f.Accounts)
}

// importFresh reads the file again and books the statements that are not there yet.
func (s *Store) importFresh(ctx context.Context, f StatementFile, fresh map[int]bank.Surveyed, by Actor) (err error) {
	if len(fresh) == 0 {
		return nil
	}
	file, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w, err := s.startWork(ctx, by.Name+" imports "+f.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.endWork(ctx, w)) }()
	im := importing{store: s, file: f.Name, work: w, fresh: fresh, by: by}
	_, err = bank.Read(file, bank.Handler{
		Entry: func(st *bank.Statement, e *bank.Entry) error {
			v, ok := fresh[st.Number]
			if !ok || !e.Booked {
				return nil
			}
			lines, err := e.Lines(v.Account, "EUR")
			if err != nil {
				return err
			}
			return im.lines(ctx, v, lines)
		},
		Statement: func(st *bank.Statement) error { return im.end(ctx, fresh[st.Number]) },
	})
	if im.tx != nil { // the file changed since it was surveyed, or the database failed
		_ = im.tx.Rollback(ctx)
	}
	return err
}

// importing is a statement on its way into the database, a thousand lines at a time.
type importing struct {
	store   *Store
	file    string
	work    work
	fresh   map[int]bank.Surveyed
	by      Actor
	tx      pgx.Tx
	again   bool // somebody else imported the statement meanwhile
	rows    []lineRow
	batches []toldBatch // of the account, that were told before
}

const linesAtOnce = 1000

func (im *importing) lines(ctx context.Context, v bank.Surveyed, lines []bank.Line) error {
	if err := im.begin(ctx, v); err != nil {
		return err
	}
	if len(lines) == 1 && lines[0].Kind == bank.LineReceipt {
		payments, err := im.paymentsOf(ctx, v.Key(), lines[0])
		if err != nil {
			return err
		}
		if len(payments) > 0 {
			im.rows, lines = append(im.rows, payments...), nil
		}
	}
	for _, l := range lines {
		im.rows = append(im.rows, rowOf(v.Key(), l))
	}
	if len(im.rows) < linesAtOnce {
		return nil
	}
	return im.flush(ctx)
}

// begin opens the transaction of a statement and enters it as held, which it stays unless it fits. Statements of one account come one after the other.
func (im *importing) begin(ctx context.Context, v bank.Surveyed) (err error) {
	if im.tx != nil {
		return nil
	}
	if im.tx, err = im.store.pool.Begin(ctx); err != nil {
		return fmt.Errorf("begin statement %s: %w", v.Key(), err)
	}
	if err := im.work.in(ctx, im.tx); err != nil {
		return err
	}
	if err := lockAccount(ctx, im.tx, v.Account); err != nil {
		return err
	}
	tag, err := im.tx.Exec(ctx, `INSERT INTO statement (key, fingerprint, account, format, bank_id, sequence, from_on, to_on, opening, closing, entries, state, held_for, file, imported_by, imported_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'held', 'is being imported', $12, $13, $14) ON CONFLICT (fingerprint) DO NOTHING`,
		v.Key(), v.Fingerprint, v.Account, v.Format, v.ID, v.Sequence, v.From, v.To, v.Opening, v.Closing, v.Entries, im.file, im.by.Name, im.by.At)
	if err != nil {
		return fmt.Errorf("enter statement %s: %w", v.Key(), err)
	}
	im.again = tag.RowsAffected() == 0
	im.batches, err = readBatches(ctx, im.tx, v.Account)
	return err
}

// end books the statement, or leaves it held, and commits.
func (im *importing) end(ctx context.Context, v bank.Surveyed) error {
	if v.Number == 0 { // it is known, or not booked
		return nil
	}
	if err := im.begin(ctx, v); err != nil {
		return err
	}
	if err := im.flush(ctx); err != nil {
		return err
	}
	if err := bookStatement(ctx, im.tx, v.Key(), im.by, nil); err != nil {
		return err
	}
	err := im.tx.Commit(ctx)
	im.tx = nil
	if err != nil {
		return fmt.Errorf("commit statement %s: %w", v.Key(), err)
	}
	return nil
}

// lineRow is a line as it is entered.
type lineRow struct {
	Statement   string        `json:"statement"`
	Entry       int           `json:"entry"`
	Part        int           `json:"part"`
	Base        string        `json:"base"`
	ByReference bool          `json:"by_reference"`
	Reference   string        `json:"reference"` // without blanks; empty: the bank has none
	Kind        bank.LineKind `json:"kind"`
	Direction   string        `json:"direction"`
	Amount      int64         `json:"amount"`
	Instructed  int64         `json:"instructed"`
	Derived     bool          `json:"derived"`
	BookedOn    calendar.Date `json:"booked_on"`
	ValueOn     calendar.Date `json:"value_on"`
	Name        string        `json:"name"`
	IBAN        string        `json:"iban"`
	OnBehalfOf  string        `json:"on_behalf_of"`
	EndToEnd    string        `json:"end_to_end"`
	TxID        string        `json:"tx_id"`
	Mandate     string        `json:"mandate"`
	Batch       string        `json:"batch"`
	Structured  string        `json:"structured"`
	Remittance  string        `json:"remittance"`
	Reason      string        `json:"reason"`
	Code        string        `json:"code"`
	Info        string        `json:"info"`
}

func rowOf(statement string, l bank.Line) lineRow {
	return lineRow{
		statement, l.Entry, l.Part, l.Base, l.ByReference, l.Reference, l.Kind, string(l.Direction), l.Amount.Cents(), l.Instructed.Cents(), l.Derived, l.BookedOn, l.ValueOn, l.Name, l.IBAN, l.OnBehalfOf,
		l.EndToEnd, l.TxID, l.Mandate, l.Batch, l.Structured, l.Remittance, l.Reason, l.Code, l.Info,
	}
}

func (im *importing) flush(ctx context.Context) error {
	if im.again {
		im.rows = im.rows[:0]
	}
	if len(im.rows) == 0 {
		return nil
	}
	err := enterLines(ctx, im.tx, im.rows)
	im.rows = im.rows[:0]
	return err
}

const statementFields = `SELECT key, account, format, sequence, from_on, to_on, opening, closing, entries, booked_before, state, held_for, difference, file, COALESCE(released_by, ''), COALESCE(released_reason, ''), COALESCE(dropped_by, ''), COALESCE(dropped_reason, ''), (dropped_at AT TIME ZONE 'Europe/Amsterdam')::date,
	(SELECT count(*) FROM waiting_lines() w WHERE w.statement = s.key)`

const statementColumns = statementFields + ` FROM statement s `

func (s *Store) statementOf(ctx context.Context, fingerprint string) (Statement, error) {
	return one[Statement](ctx, s, statementColumns+`WHERE fingerprint = $1`, fingerprint)
}

// one reads the one row of a query; pgx.ErrNoRows when there is none.
func one[T any](ctx context.Context, s *Store, query string, args ...any) (row T, err error) {
	rows, err := s.pool.Query(ctx, query, args...)
	if err != nil {
		return row, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[T])
}

// Statements gives the statements that were imported, the newest first: at most so many, of those that are held all.
func (s *Store) Statements(ctx context.Context, most int) ([]Statement, error) {
	rows, err := s.pool.Query(ctx, statementColumns+`WHERE state = 'held' OR key IN (SELECT key FROM statement ORDER BY to_on DESC, imported_at DESC LIMIT $1) ORDER BY to_on DESC, position DESC NULLS FIRST, key`, most)
	if err != nil {
		return nil, fmt.Errorf("list statements: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Statement])
}

// StatementLine is a line of a statement as people look at it.
type StatementLine struct {
	Entry      int            `json:"entry"`
	Part       int            `json:"part"`
	Key        string         `json:"key"` // empty: it is not booked, or another statement booked it
	Kind       bank.LineKind  `json:"kind"`
	Direction  bank.Direction `json:"direction"`
	Amount     money.Amount   `json:"amount"`
	On         calendar.Date  `json:"on"`
	Name       string         `json:"name,omitempty"`
	IBAN       string         `json:"iban,omitempty"`
	Remittance string         `json:"remittance,omitempty"`
	Reason     string         `json:"reason,omitempty"`
	Receipt    string         `json:"receipt,omitempty"` // that it made or takes back
	Payout     string         `json:"payout,omitempty"`  // whose line or batch it booked, or gave back
	Problem    string         `json:"problem,omitempty"` // it names a payout and does not fit it: a person must ask the bank; or why a return is not booked, or what else a bank calls a receipt
	TiedBy     string         `json:"tied_by,omitempty"` // who said which receipt it takes back; empty: the bank
	TiedReason string         `json:"tied_reason,omitempty"`
	Said       []ChargeSaid   `json:"said,omitempty" db:"-"` // what persons say that the bank charged by it
}

// explain asks what a booked line of money out is that nothing explains.
func (l *StatementLine) explain() {
	if l.Key != "" && l.Receipt == "" && l.Payout == "" && l.Problem == "" && slices.Contains(unexplained, l.Kind) {
		l.Problem = whatIs(l.Key)
	}
}

// whatIs asks what a line of money out is, with the commands by which a person says so.
func whatIs(line string) string {
	return fmt.Sprintf("nothing says what this money went out for. When it takes a receipt back: dunning receipts reverse RECEIPT --entry %s --reason \"HOW YOU KNOW\"; when it is a payment of a payout: dunning payout book %s AMOUNT --line ID; when the bank charged it: dunning statement tie %s --charge %s; when it should not have been, and an entry that names a payment brought it back: dunning payout book ENTRY AMOUNT --debit %s. Else ask the bank, and pay nothing out that it may be of", line, line, line, saysWho, line)
}

const lineColumns = `entry, part, COALESCE(key, ''), kind, direction, amount, booked_on, name, iban, btrim(structured || ' ' || remittance), reason, COALESCE(receipt, ''), COALESCE(payout, ''), payout_why, COALESCE(tied_by, ''), COALESCE(tied_reason, '')`

// StatementLines reads a statement with its lines. ErrNotFound when there is none of that key.
func (s *Store) StatementLines(ctx context.Context, key string) (Statement, []StatementLine, error) {
	st, err := one[Statement](ctx, s, statementColumns+`WHERE key = $1`, key)
	if errors.Is(err, pgx.ErrNoRows) {
		return st, nil, fmt.Errorf("statement %s: %w; right would be a key of: dunning statement list", key, ErrNotFound)
	}
	if err != nil {
		return st, nil, fmt.Errorf("read statement %s: %w", key, err)
	}
	rows, err := s.pool.Query(ctx, `SELECT `+lineColumns+` FROM statement_entry WHERE statement = $1 ORDER BY entry, part`, key)
	if err != nil {
		return st, nil, fmt.Errorf("read lines of statement %s: %w", key, err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StatementLine])
	if err != nil {
		return st, nil, fmt.Errorf("read lines of statement %s: %w", key, err)
	}
	said, err := s.saidOf(ctx, `e.statement = $1`, key)
	for i := range lines {
		lines[i].Said = said[lines[i].Key]
		lines[i].explain()
	}
	return st, slices.Clip(lines), err
}
