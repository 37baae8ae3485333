package postgres_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // for goose
	"github.com/pressly/goose/v3"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// plans are those that are shipped, with a contribution for Premium.
func (w *world) plans() agreement.Plans {
	w.Helper()
	dir, err := fs.Sub(config.Data, "plans")
	ok(w, err)
	plans, err := agreement.ReadPlans(dir)
	ok(w, err)
	premium, price := plans["premium"], money.Cents(250_00)
	premium.Contribution = &price
	plans["premium"] = premium
	return plans
}

// sign is `client add` for the world's client on a day: "" states no start.
func (w *world) sign(plan, start string, on calendar.Date) error {
	w.Helper()
	code := query[string](w, `SELECT code FROM client WHERE id = $1`, w.client)
	signed := postgres.Signing{By: at(on)}
	if start != "" {
		signed.On = calendar.MustParseDate(start)
	}
	_, err := w.SaveClient(w.Context(), postgres.Client{Code: code, Plan: plan, Signed: signed, Party: postgres.Party{
		Name: "Voorbeeld", Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: "a@client.example", Language: "nl",
	}})
	return err
}

// advance does what comes next until it waits, as the workflow does, and gives the facts.
func (w *world) advance(on calendar.Date) agreement.Facts {
	w.Helper()
	f := w.agreement()
	for range 20 {
		after, a, err := w.AdvanceAgreement(w.Context(), postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID}, at(on), w.nextOn(on))
		ok(w, err)
		if f = after; a.Kind == agreement.ActWait || a.Kind == agreement.ActNothing {
			return f
		}
	}
	w.Fatal("it never waits")
	return f
}

func (w *world) nextOn(on calendar.Date) postgres.AgreementNext {
	rules := agreement.Rules{Plans: w.plans(), RemindDays: 30}
	return func(f agreement.Facts) (agreement.Action, error) { return agreement.Next(f, rules, on) }
}

func (w *world) agreement() agreement.Facts {
	w.Helper()
	f, err := w.Agreement(w.Context(), w.client)
	ok(w, err)
	return f
}

// agreed gives the world's client an agreement with something of everything; start is "" for one that starts today.
func (w *world) agreed(start string) postgres.AgreementRef {
	w.Helper()
	if start == "" {
		start = today.String()
	}
	ok(w, w.sign("premium", start, today))
	_, _, err := w.RecordNotice(w.Context(), w.client, today, false, at(today))
	ok(w, err)
	_, _, err = w.OrderStickers(w.Context(), w.client, "first", 2, w.plans(), at(today))
	ok(w, err)
	f := w.advance(today)
	return postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID}
}

// story tells the events of the agreement, "kind day" each, and what waits for its workflow.
func (w *world) story() string {
	w.Helper()
	f := w.agreement()
	events, err := w.AgreementEvents(w.Context(), postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID})
	ok(w, err)
	told := make([]string, len(events))
	for i, e := range events {
		if e.At.Location() != calendar.Amsterdam {
			w.Errorf("%s is told in the time of %s", e.Kind, e.At.Location())
		}
		told[i] = e.Kind + " " + e.On.String()
		if amount := e.Detail["amount"]; amount != nil {
			told[i] += fmt.Sprint(" ", amount)
		}
	}
	return strings.Join(told, "\n")
}

func told(want string) string { return strings.ReplaceAll(strings.TrimSpace(want), "\t", "") }

func TestAnAgreementStartsWithItsClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Agreement(t.Context(), w.client); !errors.Is(err, postgres.ErrNotFound) {
		t.Fatal(err)
	}
	ok(t, w.sign("premium", "", today))
	if f := w.agreement(); !f.Assumed() || f.Start != today || f.Number != 1 || f.PlanOn(today) != "premium" {
		t.Errorf("%+v", f)
	}
	before := w.counts()
	ok(t, w.sign("premium", "", today.AddDays(40)))
	if after := w.counts(); after != before {
		t.Errorf("told again: %s; was %s", after, before)
	}
	w.advance(today)
	ok(t, w.sign("premium", "2026-09-01", today))
	f := w.advance(today)
	if f.Assumed() || f.Start.String() != "2026-09-01" || f.Stated != today {
		t.Errorf("%+v", f)
	}
	for _, again := range []string{"", "2026-09-01"} {
		ok(t, w.sign("premium", again, today.AddDays(1)))
	}
	refused(t, w.sign("premium", "2026-10-01", today))
	_, err := w.StartAgreement(t.Context(), w.client, today.AddYears(1).AddDays(1), at(today))
	refused(t, err)
	if got, want := w.story(), told(`
		started 2026-11-03
		task-opened 2026-11-03
		start-stated 2026-09-01
		task-dropped 2026-11-03
		year-began 2026-09-01
		contribution-due 2026-09-01 250.00`); got != want {
		t.Errorf("%s", got)
	}
	if n := query[int](w, `SELECT count(*) FROM outbox WHERE agreement_id IS NOT NULL AND message = 'agreement-changed'`); n != 2 {
		t.Errorf("%d messages", n)
	}
}

// A notice is told as often as its sender likes and is one; the last day and the day after it differ by a year.
func TestNoticesAtTheBorder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, start := t.Context(), "2025-12-15" // year 1 ends on 2026-12-14, and takes notices until 2026-09-14
	ok(t, w.sign("premium", start, calendar.MustParseDate("2026-01-10")))
	day := calendar.MustParseDate
	notice := func(received string, on string) (agreement.Facts, agreement.Notice) {
		t.Helper()
		f, n, err := w.RecordNotice(ctx, w.client, day(received), true, at(day(on)))
		ok(t, err)
		return f, n
	}
	f, late := notice("2026-09-15", "2026-09-16")
	if y, _ := f.EndsWith(late); y.Last != day("2027-12-14") {
		t.Errorf("a day late it ends on %s", y.Last)
	}
	before := w.counts()
	notice("2026-09-15", "2026-09-17")
	if after := w.counts(); after != before {
		t.Errorf("told twice: %s; was %s", after, before)
	}
	_, _, err := w.RecordNotice(ctx, w.client, day("2026-09-18"), true, at(day("2026-09-17")))
	refused(t, err)
	if f, _ = notice("2026-09-14", "2026-10-01"); f.On(day("2026-10-01")).EndsOn != day("2026-12-14") {
		t.Errorf("on the last day, recorded later: %+v", f.On(day("2026-10-01")))
	}
	for range 2 {
		_, err = w.TakeBackNotice(ctx, w.client, "2026-09-14-registered", "stays after all", at(day("2026-10-02")))
		ok(t, err)
	}
	for range 2 { // it was taken back by mistake: it counts again, once
		f, n, err := w.RecordNotice(ctx, w.client, day("2026-09-14"), true, at(day("2026-10-02")))
		if ok(t, err); n.Key != "2026-09-14-registered-2" || f.On(day("2026-10-02")).EndsOn != day("2026-12-14") || len(f.Notices) != 3 {
			t.Errorf("recorded again it is %+v among %+v", n, f.Notices)
		}
	}
	_, err = w.TakeBackNotice(ctx, w.client, "2026-09-14-registered-2", "it stays", at(day("2026-10-03")))
	ok(t, err)
	_, _, err = w.RecordNotice(ctx, w.client, day("2025-12-14"), true, at(day("2026-10-04")))
	if refused(t, err); !strings.Contains(err.Error(), "the agreement began on 2025-12-15") {
		t.Error(err)
	}
	_, err = w.TakeBackNotice(ctx, w.client, "2026-09-13-registered", "none", at(day("2026-10-02")))
	refused(t, err)
	w.advance(day("2026-12-15"))
	w.advance(day("2027-12-15"))
	if f := w.agreement(); f.Ended != day("2027-12-14") || len(f.Years) != 2 {
		t.Errorf("ended %s after %d years", f.Ended, len(f.Years))
	}
	for on, want := range map[string]string{
		"2025-12-14": "refused the agreement with the client starts on 2025-12-15; right would be to hand it over from that day",
		"2025-12-15": "accepted ",
		"2027-12-14": "accepted ",
		"2027-12-15": "refused the agreement with the client ended on 2027-12-14; right would be a new one: `dunning agreement start`",
	} {
		c := w.newClaim()
		c.Invoices[0].Issued, c.Invoices[0].Due = day(on).AddDays(-60), day(on).AddDays(-30)
		verdicts, err := w.HandOver(ctx, w.client, []postgres.NewClaim{c}, at(day(on)))
		if ok(t, err); verdicts[0].State+" "+verdicts[0].Reason != want {
			t.Errorf("handed over on %s: %+v", on, verdicts[0])
		}
	}
	_, err = w.TakeBackNotice(ctx, w.client, late.Key, "too late", at(day("2027-12-20")))
	refused(t, err)
	_, _, err = w.RecordNotice(ctx, w.client, day("2027-12-16"), true, at(day("2027-12-20")))
	refused(t, err)
	_, err = w.StartAgreement(ctx, w.client, day("2027-12-14"), at(day("2027-12-20")))
	refused(t, err)
	ok(t, w.sign("premium", start, day("2027-12-20"))) // the file of long ago starts nothing
	if again, err := w.StartAgreement(ctx, w.client, day("2028-01-01"), at(day("2027-12-20"))); err != nil || again.Number != 2 || again.AgreementID == f.AgreementID {
		t.Errorf("%+v, %v", again, err)
	}
}

// A notice that lay unread is a notice: the year that began since did not, and what became due with it is taken back.
func TestANoticeThatIsFoundAfterTheRenewal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := calendar.MustParseDate
	ok(t, w.sign("premium", "2025-12-15", day("2025-12-15")))
	w.advance(day("2026-12-15"))
	_, _, err := w.RecordNotice(t.Context(), w.client, day("2026-09-14"), true, at(day("2026-12-20")))
	ok(t, err)
	w.advance(day("2026-12-20"))
	if got, want := w.story(), told(`
		started 2025-12-15
		year-began 2025-12-15
		contribution-due 2025-12-15 250.00
		renewed 2026-12-15
		contribution-due 2026-12-15 250.00
		notice-received 2026-09-14
		task-opened 2026-12-20
		contribution-withdrawn 2026-12-14 250.00
		ended 2026-12-14`); got != want {
		t.Errorf("%s", got)
	}
}

func TestStickersComeFromTheStockOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok(t, w.sign("premium", today.String(), today))
	var group sync.WaitGroup
	fresh := w.agreement().Version
	group.Go(func() { // whoever looks meanwhile sees one moment: as many orders as changes
		for range 50 {
			if f, err := w.Agreement(context.Background(), w.client); err != nil || f.Version-fresh != int64(len(f.Orders)) {
				t.Errorf("%d orders in version %d: %v", len(f.Orders), f.Version-fresh, err)
			}
		}
	})
	for i := range 8 { // each order twice, all at once
		group.Go(func() {
			if _, _, err := w.OrderStickers(context.Background(), w.client, fmt.Sprint("o", i/2), 10, w.plans(), at(today)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	f := w.agreement()
	if s := f.Stock(w.plans()["premium"], today); len(f.Orders) != 4 || s.Used != 36 || s.Charged != 4 || s.Left != 0 {
		t.Errorf("%+v, %+v", f.Orders, s)
	}
	if cents := query[int64](w, `SELECT sum((sets - included) * price) FROM sticker_order`); cents != 2000 {
		t.Errorf("%d cents are charged", cents)
	}
	_, _, err := w.OrderStickers(t.Context(), w.client, "o1", 11, w.plans(), at(today))
	refused(t, err)
	ok(t, w.sign("basis", "", today))
	_, _, err = w.OrderStickers(t.Context(), w.client, "o9", 1, w.plans(), at(today))
	refused(t, err)
	if f = w.agreement(); f.PlanOn(today) != "basis" || !strings.HasSuffix(w.story(), "plan-changed "+today.String()) {
		t.Errorf("%+v\n%s", f.Plans, w.story())
	}
}

// A plan that changes within an agreement year has one moment: in the file of the agreement and in that of each claim that it is news for.
func TestAPlanChangesAtOneMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, changed := w.open(), today.AddDays(40)
	ok(t, w.sign("basis", today.String(), today))
	ok(t, w.sign("premium", "", changed))
	for _, table := range []string{"agreement_event", "case_event"} {
		if on := query[string](w, `SELECT value_on || ' ' || (at AT TIME ZONE 'Europe/Amsterdam')::date FROM `+table+` WHERE kind = 'plan-changed' AND client_id = $1 ORDER BY seq DESC LIMIT 1`, ref.ClientID); on != changed.String()+" "+changed.String() {
			t.Errorf("by %s the plan changed on %s, want %s", table, on, changed)
		}
	}
}

// However many workers do what comes next, it is done once.
func TestAYearBeginsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok(t, w.sign("premium", today.String(), today))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { w.advance(today) })
	}
	group.Wait()
	if got, want := w.story(), told(`
		started 2026-11-03
		year-began 2026-11-03
		contribution-due 2026-11-03 250.00`); got != want {
		t.Errorf("%s", got)
	}
	f := w.agreement()
	if seen, err := w.AgreementSeen(t.Context(), postgres.AgreementRef{ClientID: f.ClientID, AgreementID: f.AgreementID}); err != nil || !seen {
		t.Error(seen, err)
	}
}

func TestTasksOfAgreements(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ok(t, w.sign("basis", today.String(), today))
	w.advance(today)
	first := w.client
	w.client = w.newClient("B")
	ok(t, w.sign("premium", "", today.AddDays(-1)))
	w.advance(today.AddDays(-1))
	tasks, err := w.AgreementTasks(t.Context())
	if err != nil || len(tasks) != 2 || tasks[0].Client != "B" || tasks[0].Key != "state-start" || tasks[1].Client != "A" || tasks[1].Key != "contribution:1" {
		t.Fatalf("%+v, %v", tasks, err)
	}
	refused(t, w.CompleteAgreementTask(t.Context(), first, "contribution:2", "", at(today)))
	for range 2 {
		ok(t, w.CompleteAgreementTask(t.Context(), first, "contribution:1", "invoiced", at(today)))
	}
	w.client = first
	w.advance(today.AddDays(1)) // it asks the same: a person has done that
	if tasks, err = w.AgreementTasks(t.Context()); err != nil || len(tasks) != 1 {
		t.Errorf("%+v, %v", tasks, err)
	}
}

// Clients of before get an agreement that is assumed to have started with their first claim, and a message that starts its workflow.
func TestClientsOfBeforeGetAnAgreement(t *testing.T) {
	t.Parallel()
	empty := testkit.DB(t, "no schema", func(context.Context, string) error { return nil })
	db, err := sql.Open("pgx", empty.OwnerURL)
	ok(t, err)
	t.Cleanup(func() { _ = db.Close() })
	provider, err := goose.NewProvider(goose.DialectPostgres, db, os.DirFS("migrations"))
	ok(t, err)
	_, err = provider.UpTo(t.Context(), 22)
	ok(t, err)
	pool := empty.App
	for i, start := range []string{"2026-03-02", ""} {
		tx, err := pool.Begin(t.Context())
		ok(t, err)
		id := fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i)
		for _, statement := range []string{
			`SELECT set_config('app.client_id', '` + id + `', true)`,
			`INSERT INTO client (id, code, plan, name, street, postcode, town, email) VALUES ('` + id + `', 'C` + fmt.Sprint(i) + `', 'premium', 'n', 's', 'p', 't', 'e')`,
		} {
			_, err = tx.Exec(t.Context(), statement)
			ok(t, err)
		}
		if start != "" {
			_, err = tx.Exec(t.Context(), `INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, street, postcode, town) VALUES ($1, $1, 'f', 'i', false, true, 'n', 's', 'p', 't')`, id)
			ok(t, err)
			_, err = tx.Exec(t.Context(), `INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on) VALUES ($1, $1, $1, 'r', 'r', 'k', 'consumer@1', $2)`, id, calendar.MustParseDate(start))
			ok(t, err)
		}
		ok(t, tx.Commit(t.Context()))
	}
	_, err = postgres.Migrate(t.Context(), empty.OwnerURL)
	ok(t, err)
	store := postgres.NewStore(pool)
	for i, want := range []calendar.Date{calendar.MustParseDate("2026-03-02"), {}} {
		f, err := store.Agreement(t.Context(), fmt.Sprintf("00000000-0000-4000-8000-00000000000%d", i))
		if err != nil || !f.Assumed() || !want.IsZero() && f.Start != want || f.PlanOn(f.Start) != "premium" {
			t.Errorf("%+v, %v", f, err)
		}
	}
	messages, err := store.TakeMessages(t.Context(), 10, 0)
	messages = slices.DeleteFunc(messages, func(m postgres.Message) bool { return m.ClaimID != "" }) // a later migration wakes the claim
	if err != nil || len(messages) != 2 || messages[0].AgreementID == "" || messages[0].ClaimID != "" || messages[0].Name != postgres.MessageAgreement {
		t.Errorf("%+v, %v", messages, err)
	}
}
