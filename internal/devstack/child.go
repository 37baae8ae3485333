package devstack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// childSpec says how to start one service.
type childSpec struct {
	Path string
	Args []string
	Dir  string
	Env  []string
	// User to run as; nil keeps ours.
	User *syscall.Credential
	// Output receives stdout and stderr when it is a file, without us in between: a server that
	// outlives a killed parent for some milliseconds must not die of a broken pipe.
	Output *os.File
	// Stdout and Stderr are used when Output is nil.
	Stdout, Stderr io.Writer
	// DeathSignal is what the child gets when we die without stopping it.
	DeathSignal syscall.Signal
}

// child is a running service in a process group of its own, so that Ctrl-C in a terminal reaches
// us only and we decide in which order the services stop.
type child struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended; valid once done is closed
}

// startChild starts the service. The goroutine that forks keeps its OS thread until the child has
// ended, because the kernel sends the parent-death signal when the forking THREAD ends, and Go
// ends idle threads whenever it likes.
func startChild(spec childSpec) (*child, error) {
	c := &child{name: filepath.Base(spec.Path), cmd: command(spec), done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		c.err = c.cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.Path, err)
	}
	return c, nil
}

func command(spec childSpec) *exec.Cmd {
	cmd := exec.Command(spec.Path, spec.Args...)
	cmd.Dir, cmd.Env = spec.Dir, spec.Env
	cmd.Stdout, cmd.Stderr = spec.Stdout, spec.Stderr
	if spec.Output != nil {
		cmd.Stdout, cmd.Stderr = spec.Output, spec.Output
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: spec.User}
	dieWithParent(cmd.SysProcAttr, spec.DeathSignal)
	// Grandchildren may keep our pipes open after the child is gone; do not wait for them.
	cmd.WaitDelay = time.Second
	return cmd
}

// Exited is closed when the process has ended, whoever ended it.
func (c *child) Exited() <-chan struct{} { return c.done }

// Pid is the process id. It means nothing once Exited is closed.
func (c *child) Pid() int { return c.cmd.Process.Pid }

// Stop sends the signals one after the other, each time giving the process the grace period, and
// ends with SIGKILL. It returns when the process is gone. Only a forced end is an error. A context
// that is over shortens every grace period to nothing: callers must not pass the one whose end made
// them stop.
func (c *child) Stop(ctx context.Context, grace time.Duration, signals ...syscall.Signal) error {
	for _, sig := range signals {
		if err := c.cmd.Process.Signal(sig); errors.Is(err, os.ErrProcessDone) {
			<-c.done
			return nil
		}
		if c.gone(ctx, grace) {
			return nil
		}
	}
	c.Kill()
	return fmt.Errorf("stop %s: had to be killed", c.name)
}

func (c *child) gone(ctx context.Context, grace time.Duration) bool {
	select {
	case <-c.done:
		return true
	default:
	}
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-c.done:
		return true
	case <-ctx.Done():
		return false
	case <-t.C:
		return false
	}
}

// Kill sends SIGKILL and waits until the process is gone: the service gets no chance to tidy up.
func (c *child) Kill() {
	_ = c.cmd.Process.Kill() // fails only when it has ended already
	<-c.done
}

// tail keeps the last bytes written to it, for error messages that say why a service did not start.
type tail struct {
	mu   sync.Mutex
	last []byte
}

const tailBytes = 4096

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if over := len(t.last) - tailBytes; over > 0 {
		t.last = append(t.last[:0:0], t.last[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.last))
}

// fileTail returns the last bytes of a log file from offset on, or why it cannot.
func fileTail(path string, from int64) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = f.Close() }()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return err.Error()
	}
	var t tail
	if _, err := io.Copy(&t, f); err != nil {
		return err.Error()
	}
	return t.String()
}
