package devstack

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// helperEnv makes this test binary play another process: one that can be killed while it owns services.
const helperEnv = "DEVSTACK_TEST_HELPER"

func TestMain(m *testing.M) {
	if role := os.Getenv(helperEnv); role != "" {
		if err := helper(role); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// helper starts what the role names, prints `ready PID WHERE` and waits to be killed.
func helper(role string) error {
	kind, arg, _ := strings.Cut(role, "=")
	ctx := context.Background()
	switch kind {
	case "postgres":
		p, err := StartPostgres(ctx, PostgresOptions{DataDir: arg, Log: os.Stderr})
		if err != nil {
			return err
		}
		fmt.Println("ready", p.Pid(), p.Dir())
	case "lock":
		if _, err := LockFile(ctx, arg); err != nil {
			return err
		}
		fmt.Println("ready", os.Getpid(), arg)
	case "sleep":
		c, err := startChild(childSpec{Path: "/bin/sleep", Args: []string{"600"}, DeathSignal: syscall.SIGTERM})
		if err != nil {
			return err
		}
		fmt.Println("ready", c.Pid(), arg)
	default:
		return fmt.Errorf("play %s: no such role", kind)
	}
	select {}
}

// startHelper runs the role in a process of its own and returns it with the two words it printed.
func startHelper(t *testing.T, role string) (cmd *exec.Cmd, pid int, where string) {
	t.Helper()
	cmd = exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), helperEnv+"="+role)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	if _, err := fmt.Fscanf(out, "ready %d %s\n", &pid, &where); err != nil {
		t.Fatalf("helper %s did not become ready: %v", role, err)
	}
	return cmd, pid, where
}

// kill9 kills the helper and reaps it.
func kill9(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
}

// eventually polls, for at most ten seconds, what another process brings about.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}

// running reports whether the process exists and is not just waiting to be reaped.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// openDir is a directory that any user can enter, which t.TempDir is not.
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "devstack-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "pg")
}
