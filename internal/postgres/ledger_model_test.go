package postgres_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// model is what the books must say, in plain Go: balances in cents, what was posted under which key, and what was taken back.
type model struct {
	balances map[string]int64
	posted   map[string]string // by key, what it says
	journals []ledger.Journal
	reversed map[string]bool
	runs     int
}

// Outcomes of posting.
const (
	isNew      = "new"
	isKnown    = "known"
	isReused   = "reused key"
	isReversed = "reversed before"
	isShort    = "payable short"
)

// post says what must come of posting journals together, and takes it in when they are posted.
func (m *model) post(journals []ledger.Journal) string {
	balances, posted, reversed := maps.Clone(m.balances), maps.Clone(m.posted), maps.Clone(m.reversed)
	outcome, drained := isKnown, false
	for _, j := range journals {
		d := j.Draft()
		key := string(d.Book) + d.Key
		if before, there := posted[key]; there && before != fmt.Sprint(d) {
			return isReused
		} else if there {
			continue
		}
		if d.Reverses != "" && reversed[string(d.Book)+d.Reverses] {
			return isReversed
		}
		posted[key], outcome = fmt.Sprint(d), isNew
		reversed[string(d.Book)+d.Reverses] = d.Reverses != ""
		for _, l := range d.Lines {
			balances[string(l.Account)] += int64(l.Cents)
			drained = drained || l.Account == "S200" && l.Cents > 0
		}
	}
	if drained && balances["S200"] > 0 {
		return isShort
	}
	if outcome == isNew {
		m.journals = append(m.journals, journals...)
	}
	m.balances, m.posted, m.reversed = balances, posted, reversed
	return outcome
}

// outcomeOf is what came of posting to the database.
func outcomeOf(n int, err error) string {
	var reused *postgres.ReusedKeyError
	var reversed *postgres.ReversedError
	var short *postgres.PayableError
	switch {
	case errors.As(err, &reused):
		return isReused
	case errors.As(err, &reversed):
		return isReversed
	case errors.As(err, &short):
		return isShort
	case err != nil:
		return err.Error()
	case n > 0:
		return isNew
	}
	return isKnown
}

// postings are the kinds of posting that a turn draws from.
var postings = []func(ledger.About, int64) []ledger.Journal{
	func(a ledger.About, n int64) []ledger.Journal { return ledger.ReceiptOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return settledFor(a, n) },
	func(a ledger.About, n int64) []ledger.Journal { return settledFor(a, n) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.TakenBackOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.PayoutOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.PayoutBookedOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.PayoutRejectedOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.PayoutReturnedOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.RefundOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.ClawbackOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.ToppedUpOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.OwnMoneyOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal {
		a.Key = "bank-charge:" + a.Key // of an entry that a statement told (tellsFee)
		return ledger.TrustChargedOf(a, cents(n))
	},
	func(a ledger.About, n int64) []ledger.Journal { return ledger.ClawedBackOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.KeptBackOf(a, cents(n/2), cents(n-n/2)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.SetOffOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal { return ledger.FeesBookedOf(a, cents(n)) },
	func(a ledger.About, n int64) []ledger.Journal {
		return ledger.BillOf(a, cents(n/5), ledger.Item{For: ledger.Commission, Net: cents(n)})
	},
}

// settledFor is money that finds its claim: some for the client, some for the agency, some for the debtor.
func settledFor(a ledger.About, n int64) []ledger.Journal {
	d := ledger.Draft{Book: ledger.Trust, Kind: ledger.Settled, Key: a.Key, On: a.On, Client: a.Client, Lines: []ledger.Line{
		{Account: ledger.Unallocated, Cents: cents(n + 10)}, {Account: ledger.ClientPayable, Cents: cents(-n)}, {Account: ledger.AgencyPayable, Cents: -10},
	}}
	j, err := d.Journal()
	if err != nil {
		panic(err)
	}
	return []ledger.Journal{j}
}

// stands is what a client is to be paid and what it owes of before, which stand against each other.
func (m *model) stands() int64 {
	return max(0, min(-m.balances["S200"], m.balances["S190"]+m.balances["A130"]))
}

// run plays a payout run in which the client is paid nothing: what stands is kept back, once.
func (m *model) run(t *rapid.T, w *world, client string) {
	kept := m.stands()
	for _, want := range []int64{kept, 0} {
		if got, err := w.KeepBack(w.Context(), client, at(today)); err != nil || got != cents(want) {
			t.Fatalf("kept back %s, want %s: %v", got, cents(want), err)
		}
	}
	if kept > 0 {
		m.runs++
		missing := min(kept, max(0, m.balances["S190"]))
		m.post(ledger.KeptBackOf(ledger.About{Key: fmt.Sprintf("kept:%s:%d", client, m.runs), On: today, Client: client}, cents(missing), cents(kept-missing)))
	}
}

// turn draws what is posted next: something new, the same again, a key that is used for something else, a reversal, or several at once.
func (m *model) turn(t *rapid.T, client string, n int) []ledger.Journal {
	about := ledger.About{Key: fmt.Sprintf("%s/%d", client, n), On: today.AddDays(n % 40), Client: client}
	some := func() []ledger.Journal {
		return rapid.SampledFrom(postings).Draw(t, "posting")(about, rapid.Int64Range(1, 5000).Draw(t, "cents"))
	}
	if len(m.journals) == 0 {
		return some()
	}
	before := rapid.SampledFrom(m.journals)
	switch what := rapid.IntRange(0, 9).Draw(t, "what"); what {
	case 0:
		return []ledger.Journal{before.Draw(t, "again")}
	case 1:
		about.Key = before.Draw(t, "reused").Draft().Key
		return some()
	case 2:
		reversed := before.Draw(t, "reversed")
		if reversed.Draft().Kind == ledger.BankCharged { // what the bank gives back is an entry of its own
			return some()
		}
		j, err := reversed.Reversal(about.Key, about.On)
		if err != nil {
			t.Fatal(err)
		}
		return []ledger.Journal{j}
	case 3:
		batch := some()
		about.Key += "/more"
		return slices.Concat(batch, some(), []ledger.Journal{before.Draw(t, "with")})
	default:
		return some()
	}
}

// clientBalances are the balances of everything that is booked of a client.
func (w *world) clientBalances(client string) map[string]int64 {
	w.Helper()
	rows, err := w.super.Query(w.Context(), `SELECT account, sum(cents)::bigint FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE client_id = $1) GROUP BY account`, client)
	ok(w, err)
	balances := map[string]int64{}
	var account string
	var sum int64
	_, err = pgx.ForEachRow(rows, []any{&account, &sum}, func() error { balances[account] = sum; return nil })
	ok(w, err)
	return balances
}

// tellsFees lets a statement tell what the bank charged by journals that are to be posted.
func (w *world) tellsFees(journals []ledger.Journal) {
	w.Helper()
	for _, j := range journals {
		if d := j.Draft(); d.Kind == ledger.BankCharged && d.Book == ledger.Trust {
			w.exec(`ALTER TABLE statement_entry DISABLE TRIGGER statement_entry_amount`) // a fee is told again with another amount
			_, err := w.super.Exec(w.Context(), `INSERT INTO statement_entry SELECT (jsonb_populate_record(e, jsonb_build_object('entry', (SELECT max(entry) + 1 FROM statement_entry), 'key', $1::text, 'amount', $2::bigint))).*
				FROM statement_entry e WHERE entry = 1 ON CONFLICT (key) DO UPDATE SET amount = EXCLUDED.amount`, strings.TrimPrefix(d.Key, "bank-charge:"), max(d.Lines[0].Cents, d.Lines[1].Cents).Cents())
			ok(w, err)
			w.exec(`ALTER TABLE statement_entry ENABLE TRIGGER statement_entry_amount`)
		}
	}
}

// Sequences of fifty turns against the plain model: each must end as the model says, and so must every balance. A release run plays 10,000 of them:
// go test ./internal/postgres -run TestLedgerIsItsModel -rapid.checks=10000 -timeout 2h
func TestLedgerIsItsModel(t *testing.T) {
	t.Parallel()
	w, made := newWorld(t), 0
	w.importFile(testkit.Camt("m", "1 0.00 -1.00: 2026-11-02 -1.00 f $Kosten"))
	rapid.Check(t, func(t *rapid.T) {
		made++
		client := w.newClient(fmt.Sprintf("M%d", made))
		m := &model{balances: map[string]int64{}, posted: map[string]string{}, reversed: map[string]bool{}}
		for n := range 50 {
			if n%10 == 9 {
				m.run(t, w, client)
			}
			journals := m.turn(t, client, n)
			w.tellsFees(journals)
			got := outcomeOf(w.Post(w.Context(), at(today), journals...))
			if want := m.post(journals); got != want {
				t.Fatalf("turn %d: %s, want %s: %v", n, got, want, journals)
			}
		}
		if m.run(t, w, client); m.stands() != 0 {
			t.Fatalf("%d stands after a run", m.stands())
		}
		got := w.clientBalances(client)
		for account, sum := range m.balances {
			if got[account] != sum {
				t.Fatalf("account %s is %d, want %d", account, got[account], sum)
			}
		}
	})
}

func cents(n int64) money.Amount { return money.Cents(n) }
