package main

import (
	"fmt"
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
	out, code, problem := runCommand(t, "bench", "--dir", dir, "--claims", "50", "--only", "interest,explain,decision,certificate,batch,statement,matching")
	if code != 0 {
		t.Fatal(code, problem)
	}
	for _, figure := range []string{"interest ", "explain ", "decision ", "decision_cpu ", "certificate ", "batch ", "batch_letters 10 letters", "statement_camt ", "statement_mt940_rate ", "matching_base 500 payments", "matching_hard_nothing_automatic ", "matching_noise_wrong 0 payments", "matching_time_1000000 "} {
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

// The interval holds the share it is of, also where all or nothing was counted (Wilson's own figures for 0 and 10 of 10: 0.278 and 0.722).
func TestWilson(t *testing.T) {
	t.Parallel()
	for _, s := range []struct {
		part, whole int
		low, high   string
	}{{0, 10, "0.0000", "0.2775"}, {10, 10, "0.7225", "1.0000"}, {5, 10, "0.2366", "0.7634"}, {0, 15000, "0.0000", "0.0003"}} {
		if low, high := wilson(s.part, s.whole); fmt.Sprintf("%.4f", low) != s.low || fmt.Sprintf("%.4f", high) != s.high {
			t.Errorf("%d of %d: %.4f to %.4f, want %s to %s", s.part, s.whole, low, high, s.low, s.high)
		}
	}
}
