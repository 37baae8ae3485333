package devstack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// A scratch base is a directory of ours that holds directories for one process each. An entry is in
// use while its `lock` is held; an entry that nobody holds and nobody can ask for again is swept by
// whoever comes next, so that even kill -9 leaves nothing behind for long.
const (
	lockName   = "lock"   // held by the process that uses the entry
	originName = "origin" // path of the symlink that leads here; no such file for a throwaway
)

// ScratchDir makes an empty directory that release removes. When this process dies without
// releasing it, the next ScratchDir or StartPostgres of this user removes it.
func ScratchDir(ctx context.Context) (dir string, release func() error, err error) {
	acct, err := serverAccount()
	if err != nil {
		return "", nil, err
	}
	dir, held, err := acct.throwaway(ctx)
	if err != nil {
		return "", nil, err
	}
	return dir, func() error { return removeThrowaway(dir, held) }, nil
}

// removeThrowaway removes a scratch entry and lets go of it, while nobody sweeps: who looks whether its lock is held would make the lock file anew, in a
// directory that is being emptied.
func removeThrowaway(dir string, held *FileLock) error {
	busy, err := LockFile(context.Background(), filepath.Join(filepath.Dir(dir), lockName))
	if err != nil {
		return errors.Join(err, held.Unlock())
	}
	return errors.Join(os.RemoveAll(dir), held.Unlock(), busy.Unlock())
}

// throwaway makes a scratch entry that the account can enter, and locks it.
func (a account) throwaway(ctx context.Context) (string, *FileLock, error) {
	base, err := a.scratchBase(scratchBases()...)
	if err != nil {
		return "", nil, err
	}
	busy, err := LockFile(ctx, filepath.Join(base, lockName))
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = busy.Unlock() }()
	a.sweep(ctx, base)
	dir, err := os.MkdirTemp(base, "run-")
	if err != nil {
		return "", nil, fmt.Errorf("make scratch directory: %w", err)
	}
	if err := os.Chmod(dir, a.dirMode()); err != nil {
		return "", nil, fmt.Errorf("open scratch directory: %w", err)
	}
	held, err := TryLockFile(filepath.Join(dir, lockName))
	return dir, held, err
}

// relocated gives the directory that stands in for path, where the account cannot come (a project
// under /root, say), and makes path a symlink to it. Removing the symlink removes the data.
func (a account) relocated(ctx context.Context, path string) (string, error) {
	base, err := a.scratchBase(append([]string{"/var/lib/dunning-dev"}, scratchBases()...)...)
	if err != nil {
		return "", err
	}
	busy, err := LockFile(ctx, filepath.Join(base, lockName))
	if err != nil {
		return "", err
	}
	defer func() { _ = busy.Unlock() }()
	a.sweep(ctx, base)
	dir := filepath.Join(base, relocatedName(path))
	if err := os.MkdirAll(dir, a.dirMode()); err != nil {
		return "", fmt.Errorf("make data directory: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, originName), []byte(path), 0o600); err != nil {
		return "", fmt.Errorf("note origin of %s: %w", dir, err)
	}
	if err := os.Symlink(dir, path); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("link data directory: %w", err)
	}
	return dir, nil
}

func relocatedName(path string) string { return "at-" + shortHash(path) }

// sweep removes the entries of base that nobody uses and nobody can ask for again. The caller holds
// the lock of base, so no entry is half made. What cannot be removed now is left to the next sweep.
func (a account) sweep(ctx context.Context, base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		dir := filepath.Join(base, e.Name())
		if !e.IsDir() || wanted(dir) {
			continue
		}
		held, err := TryLockFile(filepath.Join(dir, lockName))
		if err != nil {
			continue
		}
		if stopOrphan(ctx, filepath.Join(dir, dataName)) == nil {
			_ = os.RemoveAll(dir)
		}
		_ = held.Unlock()
	}
}

// wanted reports whether the symlink that the entry was made for still leads to it.
func wanted(dir string) bool {
	origin, err := os.ReadFile(filepath.Join(dir, originName))
	if err != nil {
		return false
	}
	target, err := os.Readlink(string(origin))
	return err == nil && target == dir
}

// scratchBase returns the first candidate that can be made, is ours alone and can be entered by the account.
func (a account) scratchBase(candidates ...string) (string, error) {
	var problems []error
	for _, dir := range candidates {
		if err := PrivateDir(dir, a.dirMode()); err != nil {
			problems = append(problems, err)
			continue
		}
		if a.canEnter(dir) {
			return dir, nil
		}
		problems = append(problems, fmt.Errorf("enter %s as %s: not allowed", dir, a.name))
	}
	return "", errors.Join(problems...)
}

// PrivateDir makes a directory with the mode, or accepts one that is a real directory, ours, and
// writable by us only: names under /tmp can be guessed and taken by somebody else first.
func PrivateDir(dir string, mode os.FileMode) error {
	if err := os.Mkdir(dir, mode); err == nil {
		return os.Chmod(dir, mode) // umask may have taken bits away
	} else if !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("make private directory: %w", err)
	}
	return checkPrivate(dir, os.Geteuid())
}

func checkPrivate(dir string, owners ...int) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at private directory: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("use %s: not a directory that only its owner can write", dir)
	}
	for _, uid := range owners {
		if int(st.Uid) == uid {
			return nil
		}
	}
	return fmt.Errorf("use %s: belongs to uid %d", dir, st.Uid)
}

func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
