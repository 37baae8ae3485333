package devstack

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

func TestChildDiesWithItsParent(t *testing.T) {
	cmd, pid, _ := startHelper(t, "sleep=here")
	kill9(t, cmd)
	eventually(t, "the child ends", func() bool { return !running(pid) })
}

// The kernel's parent-death signal is tied to the thread that forked. Were the child started from a
// thread that ends, it would be killed while its parent lives.
func TestChildOutlivesTheThreadThatAskedForIt(t *testing.T) {
	started := make(chan *child)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with this goroutine
		c, err := startChild(childSpec{Path: "/bin/sleep", Args: []string{"600"}, DeathSignal: syscall.SIGKILL})
		if err != nil {
			t.Error(err)
		}
		started <- c
	}()
	c := <-started
	if c == nil {
		return
	}
	defer c.Kill()
	select {
	case <-c.Exited():
		t.Error("the child died of its parent's thread")
	case <-time.After(300 * time.Millisecond): // nothing to wait for: it must NOT happen
	}
}

func TestChildStopEscalates(t *testing.T) {
	sh := func(script string) *child {
		t.Helper()
		marker := filepath.Join(t.TempDir(), "started")
		c, err := startChild(childSpec{Path: "/bin/sh", Args: []string{"-c", script, "sh", marker}})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the script runs", func() bool { _, err := os.Stat(marker); return err == nil })
		return c
	}
	polite := sh(`trap 'exit 0' TERM; touch "$1"; while :; do sleep 0.01; done`)
	if err := polite.Stop(context.Background(), 10*time.Second, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	deaf := sh(`trap '' TERM; touch "$1"; while :; do sleep 0.01; done`)
	if err := deaf.Stop(context.Background(), 20*time.Millisecond, syscall.SIGTERM); err == nil {
		t.Error("killing a process that ignores the signal is not reported")
	}
	if err := deaf.Stop(context.Background(), time.Hour, syscall.SIGTERM); err != nil {
		t.Errorf("stopping what has ended: %v", err)
	}
}

func TestFreePortIsLoopback(t *testing.T) {
	addr, err := FreePort()
	if err != nil || addr[:10] != "127.0.0.1:" {
		t.Errorf("got %s, %v", addr, err)
	}
}
