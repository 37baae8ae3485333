package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/inbox"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// mailroom is an inbox on a real database.
type mailroom struct {
	*testing.T
	*inbox.Inbox
	store *postgres.Store
	db    *testkit.Database
}

func newMailroom(t *testing.T) *mailroom {
	t.Helper()
	db := testkit.DB(t, postgres.Fingerprint(), func(ctx context.Context, url string) error { _, err := postgres.Migrate(ctx, url); return err })
	m := &mailroom{T: t, db: db, store: postgres.NewStore(db.App)}
	m.Inbox = &inbox.Inbox{Dir: t.TempDir(), Quiet: 5 * time.Second, Accounts: bank.Accounts{testkit.TrustAccount: testkit.TrustAccount}, Store: m.store, Log: slog.New(slog.DiscardHandler)}
	return m
}

// arrives writes a file that was changed last so long before the look.
func (m *mailroom) arrives(name, text string, ago time.Duration) {
	m.Helper()
	path := filepath.Join(m.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		m.Fatal(err)
	}
	at := looksAt.Add(-ago)
	if err := os.Chtimes(path, at, at); err != nil {
		m.Fatal(err)
	}
}

var looksAt = time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC)

func (m *mailroom) look() error { return m.Once(m.Context(), looksAt) }

// tree is all files with their directory, and the statements that are booked.
func (m *mailroom) tree() string {
	m.Helper()
	var files []string
	err := filepath.WalkDir(m.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(m.Dir, path)
			files = append(files, rel)
		}
		return err
	})
	if err != nil {
		m.Fatal(err)
	}
	slices.Sort(files)
	all, err := m.store.Statements(m.Context(), 10)
	if err != nil {
		m.Fatal(err)
	}
	return fmt.Sprintf("%s | %d statements", strings.Join(files, " "), len(all))
}

func TestFilesOfTheInbox(t *testing.T) {
	t.Parallel()
	day1, day2 := testkit.Camt("m", "1 0.00 5.00: 2026-11-02 5.00 r a|b"), testkit.Camt("m", "2 5.00 9.00: 2026-11-03 4.00 s a|b")
	for _, c := range []struct {
		story  string
		arrive func(m *mailroom)
		want   string
	}{
		{"whole", func(m *mailroom) { m.arrives("a.xml", day1, time.Minute) }, "done/a.xml | 1 statements"},
		{"two, in the order of their names", func(m *mailroom) { m.arrives("b.xml", day2, time.Minute); m.arrives("a.xml", day1, time.Minute) }, "done/a.xml done/b.xml | 2 statements"},
		{"changed a moment ago", func(m *mailroom) { m.arrives("a.xml", day1, 4*time.Second) }, "a.xml | 0 statements"},
		{"under a name for now", func(m *mailroom) { m.arrives("a.xml.part", day1, time.Minute); m.arrives(".a.xml", day1, time.Minute) }, ".a.xml a.xml.part | 0 statements"},
		{"no statement", func(m *mailroom) { m.arrives("a.xml", "hello", time.Minute) }, "refused/a.xml refused/a.xml.txt | 0 statements"},
		{"of another account", func(m *mailroom) {
			m.arrives("a.xml", strings.ReplaceAll(day1, testkit.TrustAccount, "NL20INGB0001234567"), time.Minute)
		}, "refused/a.xml refused/a.xml.txt | 0 statements"},
		{"a name that was there before", func(m *mailroom) {
			m.arrives("a.xml", day1, time.Minute)
			if err := m.look(); err != nil {
				m.Fatal(err)
			}
			m.arrives("a.xml", day2, time.Minute)
		}, "done/a-2.xml done/a.xml | 2 statements"},
		{"a directory", func(m *mailroom) {
			if err := os.Mkdir(filepath.Join(m.Dir, "old"), 0o700); err != nil {
				m.Fatal(err)
			}
		}, " | 0 statements"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			m := newMailroom(t)
			c.arrive(m)
			for range 2 {
				if err := m.look(); err != nil {
					t.Fatal(err)
				}
				if got := m.tree(); got != c.want {
					t.Errorf("got %s, want %s", got, c.want)
				}
			}
		})
	}
}

func TestWhyAFileIsRefusedStandsBesideIt(t *testing.T) {
	t.Parallel()
	m := newMailroom(t)
	m.arrives("a.xml", "hello", time.Minute)
	if err := m.look(); err != nil {
		t.Fatal(err)
	}
	why, err := os.ReadFile(filepath.Join(m.Dir, "refused/a.xml.txt"))
	if err != nil || !strings.Contains(string(why), "line 1: is neither camt (XML) nor MT940") {
		t.Errorf("%q, %v", why, err)
	}
}

// failing is a store that dies before or after it has booked.
type failing struct {
	*postgres.Store
	after bool
}

func (f *failing) ImportStatements(ctx context.Context, file postgres.StatementFile, by postgres.Actor) ([]postgres.Imported, error) {
	if f.after {
		if _, err := f.Store.ImportStatements(ctx, file, by); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("killed")
}

// A worker that dies before the file is moved leaves it: the next one books nothing twice and moves it.
func TestAWorkerThatDiesBetweenImportAndMove(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		m := newMailroom(t)
		m.arrives("a.xml", testkit.Camt("m", "1 0.00 5.00: 2026-11-02 5.00 r a|b"), time.Minute)
		m.Store = &failing{m.store, after}
		if err := m.look(); err == nil {
			t.Error("it did not die")
		}
		if got := m.tree(); !strings.HasPrefix(got, "a.xml |") {
			t.Error(got)
		}
		m.Store = m.store
		if err := m.look(); err != nil || m.tree() != "done/a.xml | 1 statements" {
			t.Errorf("%s, %v", m.tree(), err)
		}
		waiting, err := m.store.UnallocatedReceipts(t.Context())
		if err != nil || len(waiting) != 1 {
			t.Errorf("%d receipts, %v", len(waiting), err)
		}
	}
}
