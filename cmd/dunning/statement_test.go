package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const bankFiles = "../../internal/bank/testdata/"

func TestStatementInspect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, file, want string }{
		{"statements that tie", "camt/camt053.v2.multi.statement.xml",
			`{"format":"camt.053.001.02","statements":[{"account":"NL26VAYB8060476890","currency":"EUR","opening":"18.15","closing":"27.00","credits":{"count":1,"sum":"8.85"},"debits":{"count":0,"sum":"0.00"},"entries":1,"transactions":1,"ties":true},` +
				`{"account":"NL26VAYB8060476890","currency":"EUR","opening":"27.00","closing":"20.00","credits":{"count":0,"sum":"0.00"},"debits":{"count":1,"sum":"7.00"},"entries":1,"transactions":1,"ties":true}],"problems":[]}`},
		{"no balances", "camt/camt054.v8.xml",
			`{"format":"camt.054.001.08","statements":[{"account":"CH2801234000123456789","currency":"SEK","opening":null,"closing":null,"credits":{"count":0,"sum":"0.00"},"debits":{"count":1,"sum":"200000.00"},"entries":1,"transactions":3,"ties":null}],` +
				`"problems":[{"statement":1,"entry":1,"problem":"says it is a batch of 2 payments, it has 3"},{"statement":1,"entry":1,"problem":"amount is in SEK, and what is told of its payments (3) is not, or has no amount"}]}`},
		{"MT940 that does not tie is told, and no failure", "mt940/abnamro.txt",
			`{"format":"mt940","statements":[{"account":"517852257","currency":"EUR","opening":"3236.28","closing":"876.84","credits":{"count":0,"sum":"0.00"},"debits":{"count":8,"sum":"321.44"},"entries":8,"transactions":0,"ties":false},` +
				`{"account":"517852257","currency":"EUR","opening":"2876.84","closing":"1849.75","credits":{"count":0,"sum":"0.00"},"debits":{"count":2,"sum":"24.49"},"entries":2,"transactions":0,"ties":false}],"problems":[` +
				`{"statement":1,"entry":null,"problem":"does not tie: opening 3236.28 + credits 0.00 - debits 321.44 is 2914.84, closing is 876.84: a difference of 2038.00"},` +
				`{"statement":2,"entry":null,"problem":"does not tie: opening 2876.84 + credits 0.00 - debits 24.49 is 2852.35, closing is 1849.75: a difference of 1002.60"},` +
				`{"statement":2,"entry":null,"problem":"opens at 2876.84; the statement of this account before it in the file closes at 876.84"}]}`},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			out, code, problem := runCommand(t, "statement", "inspect", bankFiles+c.file, "--json")
			if code != 0 || !json.Valid([]byte(out)) {
				t.Fatal(code, problem, out)
			}
			if d := cmp.Diff(c.want+"\n", out); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestStatementInspectForAPerson(t *testing.T) {
	t.Parallel()
	out, code, problem := runCommand(t, "statement", "inspect", bankFiles+"camt/error-camt053.xml")
	if code != 0 {
		t.Fatal(code, problem)
	}
	want := `camt.053.001.02, statements: 1; number of entries in brackets
┌───┬────────────────────────┬─────────┬───────────┬────────────┬─────────┬──────────┬───────────┐
│   │ ACCOUNT                │ OPENING │ CREDITS   │ DEBITS     │ CLOSING │ PAYMENTS │ TIES      │
├───┼────────────────────────┼─────────┼───────────┼────────────┼─────────┼──────────┼───────────┤
│ 1 │ NL00SNSB0000000000 EUR │ 1000.00 │ 50.00 (1) │ 100.00 (1) │  900.00 │        2 │ no, 50.00 │
└───┴────────────────────────┴─────────┴───────────┴────────────┴─────────┴──────────┴───────────┘
┌───────────┬───────┬───────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
│ STATEMENT │ ENTRY │ PROBLEM                                                                                                           │
├───────────┼───────┼───────────────────────────────────────────────────────────────────────────────────────────────────────────────────┤
│ 1         │       │ account: IBAN "NL00SNSB0000000000" has check digits 00; for this account they would be 95                         │
│ 1         │       │ does not tie: opening 1000.00 + credits 50.00 - debits 100.00 is 950.00, closing is 900.00: a difference of 50.00 │
└───────────┴───────┴───────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
`
	if d := cmp.Diff(want, out); d != "" {
		t.Error(d)
	}
}

func TestStatementInspectRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cut := file("cut.xml", "<?xml version=\"1.0\"?>\n<Document>\n<BkToCstmrStmt><Stmt>")
	for _, c := range []struct {
		story   string
		args    []string
		code    int
		problem string
	}{
		{"cut off", []string{cut, "--json"}, 3, cut + ": line 3: ends in the middle: the file is cut off"},
		{"a letter", []string{file("letter.txt", "Geachte heer,")}, 3, "letter.txt: line 1: is neither camt (XML) nor MT940"},
		{"no such file", []string{filepath.Join(dir, "none.xml")}, 3, "none.xml: no such file or directory"},
		{"a directory", []string{dir}, 3, "is a directory"},
		{"no file", nil, 2, "right would be: dunning statement inspect FILE"},
		{"two files", []string{"a", "b"}, 2, "right would be: dunning statement inspect FILE"},
		{"an unknown flag", []string{"a", "--csv"}, 2, "unknown flag: --csv"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			out, code, problem := runCommand(t, append([]string{"statement", "inspect"}, c.args...)...)
			if code != c.code || !strings.Contains(problem, c.problem) || out != "" || strings.Contains(problem, "\n") {
				t.Errorf("exit %d %q, printed %q; want %d %q", code, problem, out, c.code, c.problem)
			}
		})
	}
}
