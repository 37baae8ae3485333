package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
)

// What needs no services starts none, and says what it should.
func TestBenchWithoutServices(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "bench")
	out, code, problem := runCommand(t, "bench", "--dir", dir, "--claims", "50", "--only", "interest,explain,certificate,batch,statement")
	if code != 0 {
		t.Fatal(code, problem)
	}
	for _, figure := range []string{"interest ", "explain ", "certificate ", "batch ", "batch_letters 10 letters", "statement_camt ", "statement_mt940_rate "} {
		if !strings.Contains("\n"+out, "\n"+figure) {
			t.Errorf("no figure %sin\n%s", figure, out)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("it made %s: %v", dir, err)
	}
}

// The benchmark's claim over ten years owes what its explanation adds up to, so that both figures are of the same thing.
func TestTheTenYearsOfTheBenchAddUp(t *testing.T) {
	t.Parallel()
	rules, err := library(config.Law{})
	if err != nil {
		t.Fatal(err)
	}
	lines, account, err := tenYears.Explain(rules.Tables(), tenYearsOn)
	if err != nil {
		t.Fatal(err)
	}
	total := account.Open.Total()
	for _, l := range lines {
		total -= l.Amount
	}
	if total != 0 || len(account.Allocations) != 5 || account.Open.Principal <= 0 {
		t.Errorf("lines and account differ by %s; %d allocations, %s open", total, len(account.Allocations), account.Open.Principal)
	}
}
