package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Where PostgreSQL does not answer, every command says so with what would be right, whatever role and part of the program connects.
func TestEveryCommandSaysThatPostgreSQLDoesNotAnswer(t *testing.T) {
	t.Parallel()
	const nobody = "postgres://app:x@127.0.0.1:1/dunning?sslmode=disable"
	config := exampleConfig(t, "  # owner_url_file: /run/secrets/database_owner_url", "  owner_url: "+nobody)
	for _, line := range []string{"migrate", "payout approver add Anna", "payout approver remove Anna", "payout approver list", "receipts queue", "receipts assign k 822e2b4e-6e1e-50e2-8c55-edb38053a024", "ledger verify", "claim tasks"} {
		cmd := exec.CommandContext(t.Context(), os.Args[0], append(strings.Fields(line), "--config", config)...)
		cmd.Env = []string{asProgram + "=1", "DUNNING_DATABASE_URL=" + nobody}
		said, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.HasPrefix(string(said), "dunning: PostgreSQL does not answer at 127.0.0.1:1 (connect: connection refused): right would be one that runs") || strings.Count(string(said), "\n") != 1 {
			t.Errorf("%s: %v, %s", line, err, said)
		}
	}
}

// A list with nothing in it says so in a sentence.
func TestAListOfNothingSaysSo(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 1)
	for line, want := range map[string]string{
		"receipts blocked": "nothing is blocked\n", "receipts shadow": "no rule of matching found anything\n", "receipts refund": "nothing goes back to who paid it\n",
	} {
		if out := s.says(0, "", strings.Fields(line)...); out != want {
			t.Errorf("%s: %q, want %q", line, out, want)
		}
	}
}
