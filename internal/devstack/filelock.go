package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// ErrLocked says that another process (or another part of this one) holds the lock.
var ErrLocked = errors.New("locked by another process")

// FileLock is an advisory lock on a file. The kernel lets go of it when the process dies, however
// it dies, which is why "is the owner still alive" is asked with locks here and never with pids.
// The lock is not inherited by children.
type FileLock struct{ file *os.File }

// LockFile waits for the exclusive lock on path, making the file when needed. It gives up with
// ErrLocked when the context ends.
func LockFile(ctx context.Context, path string) (*FileLock, error) {
	return waitLock(ctx, path, syscall.LOCK_EX)
}

// ShareLock is LockFile for a lock that any number of processes can hold together.
func ShareLock(ctx context.Context, path string) (*FileLock, error) {
	return waitLock(ctx, path, syscall.LOCK_SH)
}

// TryLockFile is LockFile without the waiting.
func TryLockFile(path string) (*FileLock, error) { return tryLock(path, syscall.LOCK_EX) }

// Unlock lets go. It does not remove the file, since another process may be waiting on it.
func (l *FileLock) Unlock() error {
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("unlock %s: %w", l.file.Name(), err)
	}
	return nil
}

func waitLock(ctx context.Context, path string, how int) (*FileLock, error) {
	for {
		l, err := tryLock(path, how)
		if !errors.Is(err, ErrLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for lock: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func tryLock(path string, how int) (*FileLock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, fmt.Errorf("open lock: %w", err)
		}
		if err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB); err != nil {
			_ = f.Close()
			if errors.Is(err, syscall.EWOULDBLOCK) {
				return nil, fmt.Errorf("lock %s: %w", path, ErrLocked)
			}
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		if current(f, path) {
			return &FileLock{file: f}, nil
		}
		_ = f.Close() // the directory was swept between open and lock: lock what is there now
	}
}

// current reports whether path still names the open file.
func current(f *os.File, path string) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(mine, there)
}
