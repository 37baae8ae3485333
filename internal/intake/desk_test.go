package intake_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var (
	today = calendar.MustParseDate("2026-11-03")
	by    = postgres.Actor{Name: "test", At: today.At(10, 0)}
)

// office is a database with the clients VBE and VDR and a desk that takes files in.
type office struct {
	testing.TB
	db    *testkit.Database
	super *pgx.Conn
	store *postgres.Store
	desk  *intake.Desk
}

func newOffice(t testing.TB) *office {
	t.Helper()
	o := &office{TB: t, db: testkit.DB(t, postgres.Fingerprint(), func(ctx context.Context, url string) error { _, err := postgres.Migrate(ctx, url); return err })}
	o.store = postgres.NewStore(o.db.App)
	lib, err := trajectory.ReadLibrary(config.Data)
	ok(t, err)
	o.super, err = pgx.Connect(t.Context(), o.db.SuperURL)
	ok(t, err)
	t.Cleanup(func() { _ = o.super.Close(context.Background()) })
	for _, code := range []string{"VBE", "VDR"} {
		_, err := o.store.SaveClient(t.Context(), postgres.Client{Code: code, Plan: "basis", Party: postgres.Party{Name: code, Street: "Kade 1", Postcode: "3011 AB", Town: "R", Email: "c@client.example", Language: "nl"}})
		ok(t, err)
	}
	o.desk = &intake.Desk{Store: o.store, Library: lib, Random: rand.Reader}
	return o
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (o *office) submit(file string) []intake.RowVerdict {
	o.Helper()
	verdicts, err := o.desk.Submit(o.Context(), strings.NewReader(file), by, nil)
	ok(o, err)
	return verdicts
}

func tally(verdicts []intake.RowVerdict) string {
	counts := map[string]int{}
	for _, v := range verdicts {
		counts[v.State]++
	}
	return fmt.Sprintf("%d accepted, %d unchanged, %d refused", counts["accepted"], counts["unchanged"], counts["refused"])
}

// counts is how many rows every table has.
func (o *office) counts() string {
	o.Helper()
	rows, err := o.super.Query(o.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)
	ok(o, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	ok(o, err)
	var parts []string
	for _, table := range tables {
		parts = append(parts, fmt.Sprintf("(SELECT '%s ' || count(*) FROM %s)", table, table))
	}
	var counts string
	ok(o, o.super.QueryRow(o.Context(), "SELECT concat_ws(', ', "+strings.Join(parts, ", ")+")").Scan(&counts))
	return counts
}

// whole insists that n claims are there, each with its debtor, invoices, event and one start message.
func (o *office) whole(n, invoices int) {
	o.Helper()
	var got string
	ok(o, o.super.QueryRow(o.Context(), `SELECT concat_ws(' ', (SELECT count(*) FROM claim), (SELECT count(*) FROM invoice), (SELECT count(*) FROM case_event), (SELECT count(*) FROM outbox),
		(SELECT count(DISTINCT claim_id) FROM outbox WHERE message = 'start'), (SELECT count(DISTINCT claim_id) FROM case_event WHERE key = 'hand-over'),
		(SELECT count(*) FROM debtor d WHERE NOT EXISTS (SELECT 1 FROM claim c WHERE c.debtor_id = d.id)))`).Scan(&got))
	if want := fmt.Sprintf("%d %d %d %d %d %d 0", n, invoices, n, n, n, n); got != want {
		o.Errorf("claims, invoices, events, messages, starts, hand-overs, debtors without a claim: %s, want %s", got, want)
	}
}

const header = "client;claim;debtor_kind;debtor;street;postcode;town;email;invoice;invoice_date;due_date;amount;not_elsewhere\n"

// row is one row of a file; change sets fields by column name.
func row(client, reference, debtor, invoice, amount string, change ...string) string {
	fields := []string{client, reference, "consumer", debtor, "Laan 1", "1234 AB", "Delft", "d@debtor.example", invoice, "2026-09-01", "2026-10-01", amount, "ja"}
	columns := strings.Split(strings.TrimSpace(header), ";")
	for i := 0; i+1 < len(change); i += 2 {
		fields[slices.Index(columns, change[i])] = change[i+1]
	}
	return strings.Join(fields, ";") + "\n"
}

// numbered is a file of n claims of one client, one invoice each.
func numbered(client string, n int) string {
	var file strings.Builder
	file.WriteString(header)
	for i := range n {
		file.WriteString(row(client, fmt.Sprintf("R-%05d", i), fmt.Sprintf("Debiteur %d", i%(n/2)), fmt.Sprintf("F-%05d", i), "12,50"))
	}
	return file.String()
}

func TestSamplePortfolioIsTakenOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	data, err := config.Data.ReadFile("samples/portfolio.csv")
	ok(t, err)
	file := string(regexp.MustCompile(`@[+-]\d+`).ReplaceAllFunc(data, func(m []byte) []byte {
		days, _ := strconv.Atoi(string(m[1:]))
		return []byte(today.AddDays(days).String())
	}))
	first := o.submit(file)
	if got := tally(first); got != samplePortfolio || len(first) != bytes.Count(data, []byte("\n"))-1 {
		t.Errorf("%s of %d rows", got, len(first))
	}
	claims := map[string]bool{}
	invoices := 0
	for _, v := range first {
		if v.State == "accepted" {
			claims[v.ClaimID] = true
			invoices++
		} else if v.Reason == "" || v.ClaimID != "" {
			t.Errorf("refused without a reason: %+v", v)
		}
	}
	o.whole(len(claims), invoices)
	before := o.counts()
	for i, v := range o.submit(file) {
		if want := first[i]; want.State == "accepted" && (v.State != "unchanged" || v.ClaimID != want.ClaimID) || want.State == "refused" && v.State != "refused" {
			t.Errorf("again: %+v; was %+v", v, want)
		}
	}
	if after := o.counts(); after != before {
		t.Errorf("the same file again: %s; was %s", after, before)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	there := row("VBE", "A", "Jansen", "F1", "10,00") + row("VBE", "A", "Jansen", "F2", "20,00")
	for name, s := range map[string]struct{ file, want, column, reason string }{
		"the same rows in another order": {row("VBE", "A", "Jansen", "F2", "20,00") + row("VBE", "A", "Jansen", "F1", "10.00"), "0 accepted, 2 unchanged, 0 refused", "", ""},
		"the debtor in other spelling":   {row("VBE", "A", "JANSEN", "F1", "10,00") + row("VBE", "A", "JANSEN", "F2", "20,00"), "0 accepted, 2 unchanged, 0 refused", "", ""},
		"another amount":                 {row("VBE", "A", "Jansen", "F1", "11,00") + row("VBE", "A", "Jansen", "F2", "20,00"), "0 accepted, 0 unchanged, 2 refused", "claim", "used before for other invoices (F1 1000, F2 2000)"},
		"an invoice more":                {there + row("VBE", "A", "Jansen", "F3", "1,00"), "0 accepted, 0 unchanged, 3 refused", "claim", "used before for other invoices"},
		"an invoice less":                {row("VBE", "A", "Jansen", "F1", "10,00"), "0 accepted, 0 unchanged, 1 refused", "claim", "used before for other invoices"},
		"another debtor":                 {row("VBE", "A", "Pietersen", "F1", "10,00") + row("VBE", "A", "Pietersen", "F2", "20,00"), "0 accepted, 0 unchanged, 2 refused", "debtor", "another debtor"},
		"another due date":               {row("VBE", "A", "Jansen", "F1", "10,00") + row("VBE", "A", "Jansen", "F2", "20,00", "due_date", "2026-10-02"), "0 accepted, 0 unchanged, 2 refused", "due_date", "as due on 2026-10-01"},
		"an invoice of another claim":    {row("VBE", "B", "Jansen", "F1", "10,00"), "0 accepted, 0 unchanged, 1 refused", "invoice", "in claim A (requirement T5)"},
		"one of two, the other is new":   {row("VBE", "B", "Jansen", "F9", "1,00") + row("VBE", "B", "Jansen", "F2", "20,00"), "0 accepted, 0 unchanged, 2 refused", "invoice", "in claim A (requirement T5)"},
		"another debtor's same number":   {row("VBE", "B", "Pietersen", "F1", "10,00"), "1 accepted, 0 unchanged, 0 refused", "", ""},
		"another client's same row":      {row("VDR", "A", "Jansen", "F1", "10,00"), "1 accepted, 0 unchanged, 0 refused", "", ""},
		"the same invoice twice in it":   {row("VBE", "B", "Bakker", "G1", "1,00") + row("VBE", "C", "Bakker", "G1", "1,00"), "1 accepted, 0 unchanged, 1 refused", "invoice", "in claim B (requirement T5)"},
		"an invoice in small letters":    {row("VBE", "B", "Jansen", " f1", "10,00"), "0 accepted, 0 unchanged, 1 refused", "invoice", "invoice f1 of this debtor was handed over before, as F1 in claim A: capitals and extra spaces make no other number (requirement T5)"},
		"the same rows in small letters": {row("VBE", "A", "Jansen", "f1", "10,00") + row("VBE", "A", "Jansen", "f2", "20,00"), "0 accepted, 2 unchanged, 0 refused", "", ""},
		"in them another due date":       {row("VBE", "A", "Jansen", "F1", "10,00") + row("VBE", "A", "Jansen", "f2", "20,00", "due_date", "2026-10-02"), "0 accepted, 0 unchanged, 2 refused", "due_date", "as due on 2026-10-01"},
		"other letters, another debtor":  {row("VBE", "B", "Pietersen", "f1", "10,00"), "1 accepted, 0 unchanged, 0 refused", "", ""},
		"a client nobody knows":          {row("XXX", "A", "Jansen", "F1", "10,00"), "0 accepted, 0 unchanged, 1 refused", "client", `"XXX" is not a client`},
		"not due yet":                    {row("VBE", "B", "Bakker", "G1", "1,00", "due_date", "2026-11-03"), "0 accepted, 0 unchanged, 1 refused", "due_date", "not past yet"},
		"in the year 1":                  {row("VBE", "B", "Bakker", "G1", "1,00", "invoice_date", "0001-01-01"), "0 accepted, 0 unchanged, 1 refused", "invoice_date", "0001-01-01 is more than 20 years before hand-over"},
		"a number that is too long":      {row("VBE", "B", "Bakker", strings.Repeat("9", 61), "1,00"), "0 accepted, 0 unchanged, 1 refused", "invoice", "is longer than 60 characters"},
		"more than a payment QR can ask": {row("VBE", "B", "Bakker", "G1", "999.999.999,99") + row("VBE", "B", "Bakker", "G2", "0,01"), "0 accepted, 0 unchanged, 2 refused", "amount", "brings the claim above 999999999.99"},
		"a name in another script":       {row("VBE", "B", "王 Bakker", "G1", "1,00"), "0 accepted, 0 unchanged, 1 refused", "debtor", "has the character '王' (U+738B), which no letter can print; right would be a spelling in Latin letters"},
		"a street that is turned round":  {row("VBE", "B", "Bakker", "G1", "1,00", "street", "Laan\u202e 1"), "0 accepted, 0 unchanged, 1 refused", "street", "has the character '\\u202e' (U+202E)"},
		"a town with nothing in it":      {row("VBE", "B", "Bakker", "G1", "1,00", "town", "Del\u200bft"), "0 accepted, 0 unchanged, 1 refused", "town", "has the character '\\u200b' (U+200B)"},
		"a reference with a ligature":    {row("VBE", "\ufb01B", "Bakker", "G1", "1,00"), "0 accepted, 0 unchanged, 1 refused", "claim", "has the character 'ﬁ' (U+FB01)"},
		"an emoji in the second invoice": {row("VBE", "B", "Bakker", "G1", "1,00") + row("VBE", "B", "Bakker", "G2 🎉", "1,00"), "0 accepted, 0 unchanged, 2 refused", "invoice", "has the character '🎉' (U+1F389)"},
		"accents of all kinds":           {row("VBE", "B", "Łukasz Çelik-Nguyễn & Zoe\u0308", "G1", "1,00", "street", "’s-Gravenweg 1", "town", "’s-Hertogenbosch"), "1 accepted, 0 unchanged, 0 refused", "", ""},
		"a good claim beside a bad one":  {row("VBE", "B", "Bakker", "G1", "1,00", "due_date", "2026-11-03") + row("VBE", "C", "Smit", "G2", "1,00"), "1 accepted, 0 unchanged, 1 refused", "due_date", "not past yet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			if got := tally(o.submit(header + there)); got != "2 accepted, 0 unchanged, 0 refused" {
				t.Fatal(got)
			}
			before := o.counts()
			verdicts := o.submit(header + s.file)
			if got := tally(verdicts); got != s.want {
				t.Fatalf("%s: %+v", got, verdicts)
			}
			found := s.reason == ""
			for _, v := range verdicts {
				found = found || v.Column == s.column && strings.Contains(v.Reason, s.reason)
			}
			if !found {
				t.Errorf("no %s: %s in %+v", s.column, s.reason, verdicts)
			}
			if strings.HasPrefix(s.want, "0 accepted") && o.counts() != before {
				t.Errorf("what was refused left something: %s; was %s", o.counts(), before)
			}
		})
	}
}

// The order in which a database sorts texts is not ours: "C" and "C 1", "a" and "B".
func TestInvoiceNumbersMaySortInAnyOrder(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	file := header
	for i, number := range []string{"C", "C 1", "a", "B", "é", "-3", "_c", "10", "9"} {
		file += row("VBE", "A", "Jansen", number, fmt.Sprintf("%d,00", 9-i))
	}
	o.submit(file)
	if got := tally(o.submit(file)); got != "0 accepted, 9 unchanged, 0 refused" {
		t.Error(got)
	}
}

func TestConcurrentSubmitsOfOneFileTakeEachClaimOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	file := numbered("VBE", 450) // three batches, 225 debtors with two claims each
	var wg sync.WaitGroup
	accepted := make([]int, 3)
	for i := range accepted {
		wg.Go(func() {
			verdicts, err := o.desk.Submit(t.Context(), strings.NewReader(file), by, nil)
			if err != nil {
				t.Error(err)
			}
			for _, v := range verdicts {
				switch v.State {
				case "accepted":
					accepted[i]++
				case "refused":
					t.Errorf("%+v", v)
				}
			}
		})
	}
	wg.Wait()
	if accepted[0]+accepted[1]+accepted[2] != 450 {
		t.Errorf("accepted %v", accepted)
	}
	o.whole(450, 450)
}

// cutOff kills the connection in the middle of the second batch, when its claims are written and its messages are not.
type cutOff struct {
	intake.Store
	o     *office
	calls int
}

func (c *cutOff) HandOver(ctx context.Context, client string, claims []postgres.NewClaim, by postgres.Actor) ([]postgres.Verdict, error) {
	if c.calls++; c.calls != 2 {
		return c.Store.HandOver(ctx, client, claims, by)
	}
	block, err := c.o.db.Owner.Begin(ctx)
	ok(c.o, err)
	defer func() { _ = block.Rollback(ctx) }()
	_, err = block.Exec(ctx, `LOCK TABLE outbox IN EXCLUSIVE MODE`)
	ok(c.o, err)
	failed := make(chan error)
	go func() {
		_, err := c.Store.HandOver(ctx, client, claims, by)
		failed <- err
	}()
	for killed := false; !killed; {
		select {
		case err := <-failed:
			c.o.Fatalf("ended by itself: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
		ok(c.o, c.o.super.QueryRow(ctx, `SELECT COALESCE(bool_or(pg_terminate_backend(pid)), false) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'dunning_app' AND wait_event_type = 'Lock'`).Scan(&killed))
	}
	return nil, <-failed
}

func TestFileThatFailedHalfWayIsHandedOverAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	store := &cutOff{Store: o.store, o: o}
	o.desk.Store = store
	file := numbered("VBE", 500)
	var heard []int
	verdicts, err := o.desk.Submit(t.Context(), strings.NewReader(file), by, func(done, total int) { heard = append(heard, done, total) })
	if err == nil || tally(verdicts) != "200 accepted, 0 unchanged, 0 refused" || !slices.Equal(heard, []int{200, 500}) {
		t.Fatalf("%s, heard %v, %v", tally(verdicts), heard, err)
	}
	o.whole(200, 200)
	verdicts, err = o.desk.Submit(t.Context(), strings.NewReader(file), by, nil)
	ok(t, err)
	if got := tally(verdicts); got != "300 accepted, 200 unchanged, 0 refused" {
		t.Error(got)
	}
	for i, v := range verdicts {
		if v.Line != i+2 {
			t.Fatalf("verdict %d is on line %d", i, v.Line)
		}
	}
	o.whole(500, 500)
}

// repeats draws the same references until it has been asked often enough.
type repeats struct{ left int }

func (r *repeats) Read(p []byte) (int, error) {
	if r.left -= len(p); r.left < 0 {
		return rand.Reader.Read(p)
	}
	clear(p)
	return len(p), nil
}

func TestReferenceThatIsTakenIsDrawnAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.desk.Random = &repeats{left: 25} // the first claim gets nothing but zeros
	o.submit(header + row("VBE", "A", "Jansen", "F1", "10,00"))
	o.desk.Random = &repeats{left: 25}
	if got := tally(o.submit(header + row("VDR", "B", "Smit", "F1", "10,00"))); got != "1 accepted, 0 unchanged, 0 refused" { // another client: its claim is not to be seen
		t.Error(got)
	}
	o.whole(2, 2)
	o.desk.Random = &repeats{left: 1 << 30}
	if _, err := o.desk.Submit(t.Context(), strings.NewReader(header+row("VBE", "C", "Smit", "F1", "10,00")), by, nil); !errors.Is(err, postgres.ErrReferenceTaken) {
		t.Errorf("it draws for ever, or %v", err)
	}
	o.desk.Random = strings.NewReader("")
	if _, err := o.desk.Submit(t.Context(), strings.NewReader(header+row("VBE", "C", "Smit", "F1", "10,00")), by, nil); !errors.Is(err, io.EOF) {
		t.Errorf("without random numbers: %v", err)
	}
}

func TestUnreadableFileIsSaidToBeSo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	before := o.counts()
	_, err := o.desk.Submit(t.Context(), strings.NewReader("name;amount\nx;1\n"), by, nil)
	var unusable *claim.FileError
	if !errors.As(err, &unusable) || o.counts() != before {
		t.Errorf("%v, %s", err, o.counts())
	}
}

func TestFiveThousandRows(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	began := time.Now()
	var ticks []time.Duration
	verdicts, err := o.desk.Submit(t.Context(), strings.NewReader(numbered("VBE", 5000)), by, func(int, int) { ticks = append(ticks, time.Since(began)) })
	ok(t, err)
	if got := tally(verdicts); got != "5000 accepted, 0 unchanged, 0 refused" {
		t.Error(got)
	}
	first, last := time.Since(began), ticks[len(ticks)-1]-ticks[len(ticks)-2]
	began = time.Now()
	if got := tally(o.submit(numbered("VBE", 5000))); got != "0 accepted, 5000 unchanged, 0 refused" {
		t.Error(got)
	}
	t.Logf("5,000 rows: %s, of which the first 200 %s and the last 200 %s; again: %s", first.Round(time.Millisecond), ticks[0].Round(time.Millisecond), last.Round(time.Millisecond),
		time.Since(began).Round(time.Millisecond))
	o.whole(5000, 5000)
}

const samplePortfolio = "63 accepted, 0 unchanged, 4 refused"
