package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// Names inside a home. Only data and the socket directory belong to the PostgreSQL user.
const (
	dataName = "data"
	logName  = "postgres.log"
	sockName = "s"
)

// home is the directory of one PostgreSQL cluster, locked for as long as we run it.
type home struct {
	dir       string
	lock      *FileLock
	throwaway bool
	outside   string // socket directory, when it could not be inside
}

// openHome finds or makes the directory and locks it. It waits a little for a former owner that is
// just stopping; one that stays is an error, for two servers on one data directory destroy it.
func openHome(ctx context.Context, requested string, acct account) (*home, error) {
	if requested == "" {
		dir, held, err := acct.throwaway(ctx)
		if err != nil {
			return nil, err
		}
		return &home{dir: dir, lock: held, throwaway: true}, nil
	}
	dir, err := acct.locate(ctx, requested)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	held, err := LockFile(ctx, filepath.Join(dir, lockName))
	if errors.Is(err, ErrLocked) {
		return nil, fmt.Errorf("open data directory %s: a running process uses it: %w", dir, err)
	}
	if err != nil {
		return nil, err
	}
	return &home{dir: dir, lock: held}, nil
}

// locate turns the requested path into a directory that the account can enter: the path itself, or
// one elsewhere with the path as a symlink to it.
func (a account) locate(ctx context.Context, requested string) (string, error) {
	path, err := filepath.Abs(requested)
	if err != nil {
		return "", fmt.Errorf("locate %s: %w", requested, err)
	}
	if target, err := os.Readlink(path); err == nil {
		if _, err := os.Stat(path); err == nil {
			return filepath.EvalSymlinks(path)
		}
		if filepath.Base(target) != relocatedName(path) {
			return "", fmt.Errorf("locate %s: it links to %s, which does not exist", path, target)
		}
		if err := os.Remove(path); err != nil { // our own link; what it led to was cleaned away
			return "", fmt.Errorf("remove dangling link: %w", err)
		}
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return "", fmt.Errorf("make data directory: %w", err)
	}
	if err := os.Chmod(path, a.dirMode()); err != nil {
		return "", fmt.Errorf("open data directory: %w", err)
	}
	if a.canEnter(path) {
		return path, nil
	}
	if err := os.Remove(path); err != nil {
		return "", fmt.Errorf("use %s: %s cannot enter it, and it is not empty: %w", path, a.name, err)
	}
	return a.relocated(ctx, path)
}

func (h *home) data() string { return filepath.Join(h.dir, dataName) }
func (h *home) log() string  { return filepath.Join(h.dir, logName) }

// A socket path holds at most 107 bytes on Linux and 103 on macOS. Odd characters are avoided
// because the path travels inside URLs and inside a PostgreSQL list setting.
const (
	socketFile  = ".s.PGSQL.5432"
	socketBytes = 103
)

var plainPath = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)

// sockets makes the directory of the unix socket, which only the account (and root) can enter: that
// directory is the whole access control of the server. It is the same at every start.
func (h *home) sockets(acct account) (string, error) {
	dir := filepath.Join(h.dir, sockName)
	if len(dir)+len("/"+socketFile) > socketBytes || !plainPath.MatchString(dir) {
		dir = filepath.Join("/tmp", fmt.Sprintf("dunning-s-%d-%s", os.Geteuid(), shortHash(h.dir)))
		h.outside = dir
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("make socket directory: %w", err)
	}
	if err := checkPrivate(dir, os.Geteuid(), acct.uid()); err != nil {
		return "", err
	}
	if err := acct.own(dir); err != nil {
		return "", fmt.Errorf("give socket directory to %s: %w", acct.name, err)
	}
	return dir, nil
}

// close lets go of the directory, and removes it when it was a throwaway.
func (h *home) close() error {
	if h.outside != "" {
		_ = os.Remove(h.outside) // not empty after a crash: then the next start uses it again
	}
	if h.throwaway {
		return removeThrowaway(h.dir, h.lock)
	}
	return h.lock.Unlock()
}
