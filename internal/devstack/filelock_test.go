package devstack

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestLockEndsWithItsProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	cmd, _, _ := startHelper(t, "lock="+path)
	if _, err := TryLockFile(path); !errors.Is(err, ErrLocked) {
		t.Fatalf("got %v, want ErrLocked", err)
	}
	kill9(t, cmd)
	l, err := TryLockFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Unlock(); err != nil {
		t.Error(err)
	}
}

func TestSharedLocksKeepTheExclusiveOneOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	var shared []*FileLock
	for range 2 {
		l, err := ShareLock(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		shared = append(shared, l)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := LockFile(ctx, path); !errors.Is(err, ErrLocked) {
		t.Errorf("got %v, want ErrLocked", err)
	}
	for _, l := range shared {
		if err := l.Unlock(); err != nil {
			t.Error(err)
		}
	}
	if _, err := TryLockFile(path); err != nil {
		t.Error(err)
	}
}

func TestPrivateDirIsNotSharedWithOthers(t *testing.T) {
	open := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(open, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(open, 0o777); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{open, link} {
		if err := PrivateDir(dir, 0o700); err == nil {
			t.Errorf("%s: accepted", dir)
		}
	}
}

func TestKnownAddressesAreOneStacks(t *testing.T) {
	t.Parallel()
	base := t.TempDir() // the user's own may be a demo's at this moment
	first, err := claimAddresses(base)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := claimAddresses(base); !errors.Is(err, ErrLocked) {
		t.Errorf("a second stack may have them too: %v", err)
	}
	if err := first.Unlock(); err != nil {
		t.Fatal(err)
	}
	again, err := claimAddresses(base)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Unlock(); err != nil {
		t.Error(err)
	}
}
