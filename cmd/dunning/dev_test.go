package main

import (
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/devstack"
)

// The stack on this machine can invoice, fill the trust account up and collect at the first try: it is an agency with its numbers.
func TestTheStackIsAWholeAgency(t *testing.T) {
	t.Parallel()
	c, err := config.Development(onThisMachine(map[string]string{"log.level": "error"}))
	if err != nil || c.Agency.VAT == "" || c.Payout.AgencyIBAN == "" || c.Debit.CreditorID == "" || c.Log.Level != slog.LevelError {
		t.Errorf("VAT number %q, account %q, creditor %q, level %s, %v", c.Agency.VAT, c.Payout.AgencyIBAN, c.Debit.CreditorID, c.Log.Level, err)
	}
}

// A stack that runs has an environment; one that stopped, or never started, has none.
func TestTheEnvironmentOfAStackThatRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	printed := func() (string, error) {
		var b strings.Builder
		err := printEnvironment(&b, dir)
		return b.String(), err
	}
	if said, err := printed(); err == nil || !strings.Contains(err.Error(), "no stack runs in "+dir) || said != "" {
		t.Errorf("never started: %q, %v", said, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "env"), []byte("export A=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	lock, err := devstack.TryLockFile(filepath.Join(dir, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	if said, err := printed(); err != nil || said != "export A=1\n" {
		t.Errorf("it runs: %q, %v", said, err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if said, err := printed(); err == nil || !strings.Contains(err.Error(), "the stack in "+dir+" has stopped") || said != "" {
		t.Errorf("it has stopped: %q, %v", said, err)
	}
}

// The stack on this machine runs on the agency's own files, where the environment names them, and takes nothing else from it.
func TestTheStackTakesTheAgencysOwnFiles(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"DUNNING_POLICY_TRAJECTORIES_DIR": "ours", "DUNNING_DATABASE_URL": "elsewhere"}
	got := ownFiles(func(name string) string { return environment[name] })
	if !maps.Equal(got, map[string]string{"policy.trajectories_dir": "ours"}) {
		t.Errorf("it takes %v", got)
	}
}
