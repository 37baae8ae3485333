package devstack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// prepare makes the data directory ready to start: no server on it, and initialised.
func (h *home) prepare(ctx context.Context, acct account, durable bool, log func(string, ...any)) (Binaries, error) {
	if err := stopOrphan(ctx, h.data()); err != nil {
		return Binaries{}, err
	}
	major, err := h.major()
	if err != nil {
		return Binaries{}, err
	}
	b, err := acct.findBinaries(ctx, major)
	if err != nil || major != 0 {
		return b, err
	}
	begin := time.Now()
	if err := h.initialise(ctx, acct, b, durable); err != nil {
		return Binaries{}, err
	}
	log("initialised %s in %s", h.data(), time.Since(begin).Round(time.Millisecond))
	return b, nil
}

// major is the PostgreSQL version of the data, 0 when there is none yet.
func (h *home) major() (int, error) {
	b, err := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read version of data directory: %w", err)
	}
	return number(string(b)), nil
}

// initialise runs initdb in a neighbour that is renamed when complete: a killed initdb leaves a
// directory that neither starts nor can be initialised again. The neighbour has a name of its own
// each time, since the initdb of a killed start may still be writing into the last one.
func (h *home) initialise(ctx context.Context, acct account, b Binaries, durable bool) error {
	work := fmt.Sprintf("%s.new-%d", h.data(), os.Getpid())
	args := []string{
		"--pgdata", work, "--username", superuser, "--encoding", "UTF8", "--locale", "C",
		"--auth-local", "trust", "--auth-host", "reject", "--no-instructions",
	}
	if !durable {
		args = append(args, "--no-sync")
	}
	// C.UTF-8 as character type lets lower() and ILIKE know that É is é; a system without that
	// locale gets plain C, on which everything else works.
	err := h.initdb(ctx, acct, b, work, append(args, "--lc-ctype", "C.UTF-8"))
	if err != nil && strings.Contains(err.Error(), "locale") {
		err = h.initdb(ctx, acct, b, work, args)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(work, h.data()); err != nil {
		return fmt.Errorf("keep data directory: %w", err)
	}
	return h.clearHalfMade()
}

// clearHalfMade removes what killed starts left; what one of them is still writing into is left to a later start.
func (h *home) clearHalfMade() error {
	halfMade, err := filepath.Glob(h.data() + ".new*")
	for _, dir := range halfMade {
		if err := os.RemoveAll(dir); err != nil && !errors.Is(err, syscall.ENOTEMPTY) {
			return fmt.Errorf("clear half-made data directory: %w", err)
		}
	}
	return err
}

func (h *home) initdb(ctx context.Context, acct account, b Binaries, work string, args []string) error {
	if err := os.RemoveAll(work); err != nil {
		return fmt.Errorf("clear half-made data directory: %w", err)
	}
	if err := os.Mkdir(work, 0o700); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	if err := acct.own(work); err != nil {
		return fmt.Errorf("give data directory to %s: %w", acct.name, err)
	}
	cmd := exec.CommandContext(ctx, b.path("initdb"), args...)
	cmd.Dir, cmd.Env = work, serverEnv(h.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: acct.cred}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initialise data directory as %s: %w: %s", acct.name, err, out)
	}
	return nil
}

// serverEnv is a small environment: PG* variables of the user must not steer the server.
func serverEnv(homeDir string) []string {
	return []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + homeDir, "LANG=C"}
}

// serverArgs are the settings, all on the command line: the configuration file of the data
// directory stays as initdb made it, so what is said here is what holds.
func serverArgs(data, sockets string, opts PostgresOptions) []string {
	settings := map[string]string{
		"listen_addresses":        "",
		"unix_socket_directories": sockets,
		"port":                    "5432",
		"max_connections":         "300",
		"shared_buffers":          "256MB",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
	}
	if !opts.Durable {
		// synchronous_commit stays on: without it kill -9 of the server loses commits that were
		// acknowledged up to 0.6 s before, and with fsync off it costs one write and no wait.
		settings["fsync"] = "off"
		// wal_level stays too: with minimal, a sequence that was used in the transaction that made it
		// gives its numbers once more after kill -9, as that of the table of migrations did.
		settings["full_page_writes"] = "off"
	}
	for name, value := range opts.Settings {
		settings[name] = value
	}
	names := make([]string, 0, len(settings))
	for name := range settings {
		names = append(names, name)
	}
	sort.Strings(names)
	args := []string{"-D", data}
	for _, name := range names {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}

// transient reports whether a refused start is worth another try: the ghosts of a killed server
// still hold its lock file or its shared memory.
func transient(said string) bool {
	return strings.Contains(said, "lock file") || strings.Contains(said, "shared memory")
}

// stopOrphan ends a server on the data directory whose owner is dead (the caller holds the owner's
// lock). Usually it is on its way out already, having been signalled by the kernel. It also removes
// a postmaster.pid whose process is something else by now: PostgreSQL would take a reused process
// id, which containers hand out freely, for a living server and refuse to start.
func stopOrphan(ctx context.Context, data string) error {
	pidFile := filepath.Join(data, "postmaster.pid")
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		pid := postmaster(pidFile, data)
		if pid == 0 {
			break
		}
		_ = syscall.Kill(pid, sig) // gone since we looked: the wait below sees it
		for end := time.Now().Add(stopGrace); postmaster(pidFile, data) == pid && time.Now().Before(end); {
			if ctx.Err() != nil {
				return fmt.Errorf("wait for the former server %d: %w", pid, ctx.Err())
			}
			time.Sleep(retryPeriod)
		}
	}
	if pid := postmaster(pidFile, data); pid != 0 {
		return fmt.Errorf("stop the former server %d on %s: it does not end", pid, data)
	}
	if err := os.Remove(pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove stale lock of data directory: %w", err)
	}
	return nil
}

// postmaster is the process id of the server that runs on data, 0 when none does.
func postmaster(pidFile, data string) int {
	b, err := os.ReadFile(pidFile)
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return 0
	}
	if _, err := os.Stat("/proc/self/cwd"); err != nil {
		return pid // no /proc to tell a reused id from a server: believe the file
	}
	// A postmaster works inside its data directory.
	if cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err != nil || cwd != resolved(data) {
		return 0
	}
	return pid
}

func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
