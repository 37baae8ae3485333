package testkit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/devstack"
)

// temporal is the one Temporal server of this test process.
var temporal struct {
	sync.Mutex
	started bool
	server  *devstack.Temporal
	err     error
	release func() error
}

// TemporalServer returns the Temporal server of this test process (so, of a package), with time
// skipping and an SQLite database of its own. The first call starts it and its options decide; tests
// keep apart by workflow id and task queue. The server dies with the process; call Main from
// TestMain to have its files removed at once instead of by a later run.
func TemporalServer(t testing.TB, change ...func(*devstack.TemporalOptions)) *devstack.Temporal {
	t.Helper()
	temporal.Lock()
	defer temporal.Unlock()
	if !temporal.started {
		temporal.started = true
		temporal.server, temporal.err = startTemporal(change)
	}
	if temporal.err != nil {
		t.Fatal(temporal.err)
	}
	return temporal.server
}

// Main is the body of a TestMain that also tidies up after TemporalServer.
func Main(m *testing.M) {
	code := m.Run()
	if err := stopTemporal(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func startTemporal(change []func(*devstack.TemporalOptions)) (*devstack.Temporal, error) {
	ctx := context.Background()
	binary, err := devServer(ctx)
	if err != nil {
		return nil, err
	}
	dir, release, err := devstack.ScratchDir(ctx)
	if err != nil {
		return nil, err
	}
	temporal.release = release
	opts := devstack.TemporalOptions{Binary: binary, DB: "sqlite:" + filepath.Join(dir, "temporal.db"), TimeSkipping: true}
	for _, f := range change {
		f(&opts)
	}
	return devstack.StartTemporal(ctx, opts)
}

func stopTemporal() error {
	temporal.Lock()
	defer temporal.Unlock()
	var err error
	if temporal.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		err = temporal.server.Stop(ctx)
	}
	if temporal.release != nil {
		err = errors.Join(err, temporal.release())
	}
	return err
}

// devServer is the path of bin/devserver, built when it is not there or older than its sources.
// Packages are tested at the same time; one builds and the others wait.
func devServer(ctx context.Context) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	bin, src := filepath.Join(root, "bin", "devserver"), filepath.Join(root, "cmd", "devserver")
	if err := os.MkdirAll(filepath.Dir(bin), 0o755); err != nil {
		return "", fmt.Errorf("build devserver: %w", err)
	}
	held, err := devstack.LockFile(ctx, filepath.Join(filepath.Dir(bin), ".devserver.lock"))
	if err != nil {
		return "", err
	}
	defer func() { _ = held.Unlock() }()
	if fresh, err := upToDate(bin, src); fresh || err != nil {
		return bin, err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "disable_grpc_modules", "-ldflags", "-s -w", "-o", bin+".new", ".") // as the Makefile does, so that one build serves both
	cmd.Dir = src
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build devserver: %w: %s", err, out)
	}
	if err := os.Rename(bin+".new", bin); err != nil {
		return "", fmt.Errorf("build devserver: %w", err)
	}
	return bin, nil
}

// upToDate reports whether the binary is newer than every file of its module.
func upToDate(bin, src string) (bool, error) {
	built, err := os.Stat(bin)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look at devserver: %w", err)
	}
	fresh := true
	err = filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().After(built.ModTime()) {
			fresh = false
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look at sources of devserver: %w", err)
	}
	return fresh, nil
}

// moduleRoot is the directory of go.mod above the test's working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find module root: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("find module root: no go.mod above the working directory")
		}
		dir = parent
	}
}
