package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func start(t *testing.T, opts PostgresOptions) *Postgres {
	t.Helper()
	p, err := StartPostgres(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil && !t.Failed() {
			t.Error(err)
		}
	})
	return p
}

func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var answer string
	if err := conn.QueryRow(t.Context(), sql).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func exec1(t *testing.T, url, sql string) {
	t.Helper()
	if err := tryExec(t, url, sql); err != nil {
		t.Fatal(err)
	}
}

func tryExec(t *testing.T, url, sql string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	_, err = conn.Exec(t.Context(), sql)
	return err
}

// endings are the ways in which a server or its owner can end. Each is followed by a start.
var endings = []struct {
	name string
	end  func(t *testing.T, p *Postgres)
}{
	{"a stop", func(t *testing.T, p *Postgres) {
		if err := p.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
	}},
	{"kill -9 of the server with clients at work", func(t *testing.T, p *Postgres) {
		busy, err := pgx.Connect(t.Context(), p.URL(""))
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = busy.Exec(context.Background(), "SELECT pg_sleep(600)") }()
		p.Kill()
	}},
	{"an owner that let go of a server that still runs", func(t *testing.T, p *Postgres) {
		if err := p.closeHome(); err != nil { // as the kernel does when the owner dies
			t.Fatal(err)
		}
	}},
	{"a reboot that gave the process id to another", func(t *testing.T, p *Postgres) {
		if err := p.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		pidFile := filepath.Join(p.home.data(), "postmaster.pid")
		if err := os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n%s\n", os.Getpid(), p.home.data()), 0o644); err != nil {
			t.Fatal(err)
		}
	}},
	{"kill -9 of the owner, with a start at once", func(t *testing.T, p *Postgres) {
		if err := p.Stop(context.Background()); err != nil {
			t.Fatal(err)
		}
		cmd, postmaster, _ := startHelper(t, "postgres="+p.Dir())
		kill9(t, cmd)
		if !running(postmaster) {
			t.Log("the former server was gone already")
		}
	}},
}

// One data directory for all, since initdb takes a second. Every row written is acknowledged, and
// must be there in the end.
func TestPostgresComesBack(t *testing.T) {
	dir := openDir(t)
	p := start(t, PostgresOptions{DataDir: dir, Durable: true})
	for range 2 { // idempotent
		if err := p.CreateDatabase(t.Context(), "dunning"); err != nil {
			t.Fatal(err)
		}
	}
	owner, socket, want := p.URLAs(OwnerRole, "dunning"), p.SocketDir(), "first"
	exec1(t, owner, "CREATE TABLE lives AS SELECT 'first'::text AS v")
	for _, e := range endings {
		e.end(t, p)
		p = start(t, PostgresOptions{DataDir: dir})
		if p.SocketDir() != socket {
			t.Errorf("after %s: socket moved from %s to %s", e.name, socket, p.SocketDir())
		}
		if got := query(t, owner, "SELECT v FROM lives"); got != want {
			t.Errorf("after %s: got %q, want %q", e.name, got, want)
		}
		exec1(t, owner, "UPDATE lives SET v = v || '+'")
		want += "+"
	}
	t.Run("a second server on the directory is refused", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if _, err := StartPostgres(ctx, PostgresOptions{DataDir: dir}); !errors.Is(err, ErrLocked) {
			t.Errorf("got %v, want ErrLocked", err)
		}
	})
	t.Run("the app role owns nothing", func(t *testing.T) {
		for _, sql := range []string{"CREATE TABLE mine ()", "CREATE ROLE r", "CREATE DATABASE d", "SELECT v FROM lives"} {
			if err := tryExec(t, p.URLAs(AppRole, "dunning"), sql); err == nil {
				t.Errorf("%s: allowed", sql)
			}
		}
	})
	t.Run("text is UTF-8 and lower knows accents", func(t *testing.T) {
		if got := query(t, owner, "SELECT lower('ÉÉN MÜLLER') || current_setting('server_encoding')"); got != "één müllerUTF8" {
			t.Errorf("got %s", got)
		}
	})
}

func TestKilledOwnerLeavesNoServerAndNoFiles(t *testing.T) {
	cmd, postmaster, dir := startHelper(t, "postgres=")
	if !running(postmaster) {
		t.Fatal("the helper's server does not run")
	}
	kill9(t, cmd)
	eventually(t, "the orphaned server ends", func() bool { return !running(postmaster) })
	_, release, err := ScratchDir(t.Context()) // sweeps
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = release() }()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

func TestDataDirectoryThatCannotBeUsedAsItIs(t *testing.T) {
	private := t.TempDir()
	if err := os.Chmod(private, 0o700); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(private, strings.Repeat("a very long name ", 7), "pg")
	p := start(t, PostgresOptions{DataDir: dir})
	if len(p.SocketDir())+len("/"+socketFile) > socketBytes || strings.Contains(p.SocketDir(), " ") {
		t.Errorf("socket directory %q", p.SocketDir())
	}
	if got := query(t, p.URL(""), "SELECT current_user::text"); got != superuser {
		t.Errorf("connected as %s", got)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		t.Fatal(err)
	}
	if linked := info.Mode()&os.ModeSymlink != 0; linked != (os.Geteuid() == 0) {
		t.Errorf("linked elsewhere: %v, as uid %d", linked, os.Geteuid())
	}
	if err := p.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p.SocketDir()); err == nil && !strings.HasPrefix(p.SocketDir(), p.Dir()) {
		t.Errorf("%s is still there", p.SocketDir())
	}
	if os.Geteuid() != 0 {
		return // the rest is about the link
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	again := start(t, PostgresOptions{DataDir: dir})
	if log, err := os.ReadFile(again.LogPath()); err != nil || strings.Count(string(log), "ready to accept connections") != 1 {
		t.Errorf("removing the link did not remove the data: %v\n%s", err, log)
	}
	if err := errors.Join(again.Stop(context.Background()), os.Remove(dir)); err != nil {
		t.Fatal(err)
	}
	acct, err := serverAccount()
	if err != nil {
		t.Fatal(err)
	}
	acct.sweep(t.Context(), filepath.Dir(again.Dir()))
	if _, err := os.Stat(again.Dir()); !os.IsNotExist(err) {
		t.Errorf("%s is still there", again.Dir())
	}
}

func TestInterruptedInitialisationIsStartedOver(t *testing.T) {
	dir := openDir(t)
	if err := os.MkdirAll(filepath.Join(dir, "data.new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, PostgresOptions{DataDir: dir})
	if _, err := os.Stat(filepath.Join(dir, "data.new")); !os.IsNotExist(err) {
		t.Errorf("what was half made is still there: %v", err)
	}
}

// The initdb of a killed start lives a little longer than it and goes on writing.
func TestInitialisationBesideOneThatWasKilled(t *testing.T) {
	dir, stop, stopped := openDir(t), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_ = os.MkdirAll(filepath.Join(dir, "data.new-1", strconv.Itoa(i)), 0o700)
			}
		}
	}()
	start(t, PostgresOptions{DataDir: dir})
	close(stop)
	<-stopped
}

func TestServerThatRefusesSaysWhy(t *testing.T) {
	_, err := StartPostgres(t.Context(), PostgresOptions{Settings: map[string]string{"shared_buffers": "lots"}})
	if err == nil || !strings.Contains(err.Error(), `invalid value for parameter "shared_buffers"`) {
		t.Errorf("got %v", err)
	}
}
