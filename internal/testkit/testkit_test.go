package testkit

import (
	"context"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/jackc/pgx/v5"
)

// userEnv makes this test binary a process that uses the shared server and waits to be killed.
const userEnv = "TESTKIT_TEST_USER"

func TestMain(m *testing.M) {
	if os.Getenv(userEnv) == "" {
		Main(m)
	}
	s, err := sharedServer()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.Super)
	select {}
}

const schema = `CREATE TABLE claim (id int PRIMARY KEY); GRANT SELECT ON claim TO dunning_app; INSERT INTO claim VALUES (1)`

func migrateWith(sql string, runs *atomic.Int32) func(context.Context, string) error {
	return func(ctx context.Context, url string) error {
		runs.Add(1)
		conn, err := pgx.Connect(ctx, url) // left open, as a careless migration would
		if err != nil {
			return err
		}
		_, err = conn.Exec(ctx, sql)
		return err
	}
}

func TestEachTestHasItsOwnCopy(t *testing.T) {
	var runs atomic.Int32
	fingerprint := fmt.Sprint("copy ", time.Now().UnixNano())
	names := make(chan string, 4)
	t.Run("at once", func(t *testing.T) {
		for i := range cap(names) {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				db := DB(t, fingerprint, migrateWith(schema, &runs))
				if _, err := db.Owner.Exec(t.Context(), "INSERT INTO claim VALUES (2)"); err != nil {
					t.Error(err)
				}
				var n int
				if err := db.App.QueryRow(t.Context(), "SELECT count(*) FROM claim").Scan(&n); err != nil || n != 2 {
					t.Errorf("%d claims, %v", n, err)
				}
				if _, err := db.App.Exec(t.Context(), "DELETE FROM claim"); err == nil {
					t.Error("the app role may delete")
				}
				if _, err := db.App.Exec(t.Context(), "CREATE TABLE x ()"); err == nil {
					t.Error("the app role may create")
				}
				names <- db.Name
			})
		}
	})
	close(names)
	if runs.Load() != 1 {
		t.Errorf("migrated %d times", runs.Load())
	}
	s, err := sharedServer()
	if err != nil {
		t.Fatal(err)
	}
	for name := range names {
		if there, err := s.exists(t.Context(), name); there || err != nil {
			t.Errorf("%s is still there, %v", name, err)
		}
	}
}

func TestFailedMigrationLeavesNoTemplate(t *testing.T) {
	s, err := sharedServer()
	if err != nil {
		t.Fatal(err)
	}
	var runs atomic.Int32
	fingerprint := fmt.Sprint("failed ", time.Now().UnixNano())
	if _, err := s.template(t.Context(), fingerprint, migrateWith("CREATE TABLE broken", &runs)); err == nil {
		t.Fatal("no error")
	}
	name, err := s.template(t.Context(), fingerprint, migrateWith(schema, &runs))
	if err != nil || runs.Load() != 2 {
		t.Errorf("second attempt: %v after %d runs", err, runs.Load())
	}
	if err := s.admin(t.Context(), "DROP DATABASE "+name); err != nil {
		t.Error(err)
	}
}

func TestSMTPKeepsMail(t *testing.T) {
	s := SMTP(t)
	if err := smtp.SendMail(s.Addr(), nil, "a@x.nl", []string{"b@x.nl"}, []byte("Subject: x\r\n\r\ny")); err != nil || s.Count() != 1 {
		t.Errorf("kept %d, %v", s.Count(), err)
	}
}

func TestTemporalServerIsOnePerProcess(t *testing.T) {
	s := TemporalServer(t, func(o *devstack.TemporalOptions) {
		o.SearchAttributes = map[string]string{"ClaimStage": "Keyword"}
	})
	if TemporalServer(t) != s {
		t.Error("a second server")
	}
	c, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// The chaos tests kill both, and start both again where they were.
func TestTemporalOnPostgresComesBackAfterKill(t *testing.T) {
	binary, err := devServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tmp, err := os.MkdirTemp("/tmp", "testkit-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tmp) })
	if err := os.Chmod(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	var opts devstack.TemporalOptions
	for _, round := range []string{"first start", "after kill -9 of both"} {
		pg, err := devstack.StartPostgres(t.Context(), devstack.PostgresOptions{DataDir: filepath.Join(tmp, "pg")})
		if err != nil {
			t.Fatalf("%s: %v", round, err)
		}
		t.Cleanup(pg.Kill)
		opts = devstack.TemporalOptions{Binary: binary, Listen: opts.Listen, DB: pg.URL("")}
		began := time.Now()
		s, err := devstack.StartTemporal(t.Context(), opts)
		if err != nil {
			t.Fatalf("%s: %v", round, err)
		}
		t.Logf("%s: ready in %s", round, time.Since(began).Round(10*time.Millisecond))
		opts.Listen = s.Addr()
		pg.Kill()
		s.Kill()
	}
}

// What a test pays for its database, migration excluded.
func BenchmarkDB(b *testing.B) {
	var runs atomic.Int32
	for b.Loop() {
		copyOf(b, &runs)
	}
}

// copyOf takes a database and gives it back, which otherwise waits for the end of the benchmark.
func copyOf(b *testing.B, runs *atomic.Int32) {
	b.Helper()
	s, err := sharedServer()
	if err != nil {
		b.Fatal(err)
	}
	name, err := s.template(b.Context(), schema, migrateWith(schema, runs))
	if err != nil {
		b.Fatal(err)
	}
	if err := s.admin(b.Context(), "CREATE DATABASE t_bench TEMPLATE "+name+" STRATEGY file_copy", "DROP DATABASE t_bench WITH (FORCE)"); err != nil {
		b.Fatal(err)
	}
}
