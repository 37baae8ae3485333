package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// mortal is a PostgreSQL of its own that is killed and started again, with a store that writers take anew after each death.
type mortal struct {
	testing.TB
	dir    string
	server *devstack.Postgres
	mu     sync.RWMutex
	pool   *pgxpool.Pool
	acked  atomic.Int64
	every  int64         // after so many answers it is time to die
	time   chan struct{} // to die
}

const mortalDatabase = "ledger"

func newMortal(t testing.TB) *mortal {
	m := &mortal{TB: t, dir: t.TempDir(), time: make(chan struct{}, 1)}
	m.start()
	t.Cleanup(func() {
		m.pool.Close()
		if err := m.server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	ok(t, m.server.CreateDatabase(t.Context(), mortalDatabase))
	_, err := postgres.Migrate(t.Context(), m.server.URLAs(devstack.OwnerRole, mortalDatabase))
	ok(t, err)
	return m
}

func (m *mortal) start() {
	m.Helper()
	var err error
	m.server, err = devstack.StartPostgres(m.Context(), devstack.PostgresOptions{DataDir: m.dir})
	ok(m, err)
	cfg, err := pgxpool.ParseConfig(m.server.URLAs(devstack.AppRole, mortalDatabase))
	ok(m, err)
	cfg.MaxConns = 16
	m.pool, err = pgxpool.NewWithConfig(context.Background(), cfg)
	ok(m, err)
}

// killed kills the server in the middle of whatever it does, and starts it again.
func (m *mortal) killed() {
	m.server.Kill() // before the lock: writers are at work
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pool.Close()
	<-m.server.Exited()
	m.start()
}

// post tries until the answer is one of the books: what was not heard is posted again under the same key.
func (m *mortal) post(journals ...ledger.Journal) error {
	for {
		m.mu.RLock()
		_, err := postgres.NewStore(m.pool).Post(m.Context(), at(today), journals...)
		m.mu.RUnlock()
		var short *postgres.PayableError
		if err == nil || errors.As(err, &short) || m.Context().Err() != nil {
			if m.acked.Add(1)%m.every == 0 {
				select {
				case m.time <- struct{}{}:
				default: // it dies already
				}
			}
			return err
		}
	}
}

// Sixteen writers fill and drain the payables of four clients while the server is killed in between: every journal that was acknowledged stands once, the
// books add up, and no client was ever to be paid less than nothing. LEDGER_WRITES is how many journals in all, for a long run.
func TestBooksSurviveTheDeathOfTheServer(t *testing.T) {
	t.Parallel()
	const writers, kills = 16, 3
	each := 60
	if text := os.Getenv("LEDGER_WRITES"); text != "" {
		all, err := strconv.Atoi(text)
		ok(t, err)
		each = all / writers / 2 * 2
	}
	m := newMortal(t)
	m.every = int64(writers * each / (kills + 1))
	clients := make([]string, 4)
	for i := range clients {
		var err error
		clients[i], err = postgres.NewStore(m.pool).SaveClient(t.Context(), postgres.Client{Code: fmt.Sprintf("K%d", i), Plan: "basis", Party: postgres.Party{Name: "Voorbeeld", Street: "Kade 1", Postcode: "3011 AB", Town: "Rotterdam", Email: "k@client.example", Language: "nl"}})
		ok(t, err)
	}
	paid := make([]int64, writers) // what each writer heard to be added to payables and taken from them
	var work errgroup.Group
	for w := range writers {
		work.Go(func() error {
			for n := range each {
				about := ledger.About{Key: fmt.Sprintf("%d/%d", w, n), On: today, Client: clients[(w+n)%len(clients)]}
				if n%2 == 0 {
					paid[w] += 500
					if err := m.post(slices.Concat(ledger.PayoutReturnedOf(about, cents(500)), received("bank "+about.Key, "5.00"))...); err != nil {
						return err
					}
					continue
				}
				var short *postgres.PayableError
				switch err := m.post(ledger.PayoutOf(about, cents(900))...); {
				case err == nil:
					paid[w] -= 900
				case !errors.As(err, &short):
					return err
				}
			}
			return nil
		})
	}
	done, deaths := make(chan error, 1), 0
	go func() { done <- work.Wait() }()
	for writing := true; writing; {
		select {
		case <-m.time:
			m.killed()
			deaths++
		case err := <-done:
			ok(t, err)
			writing = false
		}
	}
	if deaths < kills {
		t.Errorf("killed %d times, not %d", deaths, kills)
	}
	var sum int64
	for _, p := range paid {
		sum += p
	}
	m.survived(clients, writers*each/2, sum)
}

// survived looks at what is left in the database.
func (m *mortal) survived(clients []string, receipts int, payable int64) {
	m.Helper()
	store := postgres.NewStore(m.pool)
	all, err := store.Journals(m.Context(), postgres.JournalFilter{})
	ok(m, err)
	keys, due, came := map[string]bool{}, map[string]int64{}, 0
	for _, p := range all {
		if _, err := p.Journal(); err != nil || keys[string(p.Book)+p.Key] {
			m.Errorf("journal %s: twice, or %v", p.Key, err)
		}
		keys[string(p.Book)+p.Key] = true
		if p.Kind == ledger.Received {
			came++
		}
		for _, l := range p.Lines {
			if l.Account == ledger.ClientPayable {
				due[p.Client] -= int64(l.Cents)
			}
		}
	}
	var sum int64
	for _, client := range clients {
		if sum += due[client]; due[client] < 0 {
			m.Errorf("client %s is to be paid %d cents", client, due[client])
		}
	}
	if came != receipts || sum != payable {
		m.Errorf("%d receipts, want %d; payable %d, want %d", came, receipts, sum, payable)
	}
}
