package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	reporting "github.com/incassocenter/dunning/internal/report"
)

// A report is printed, told as JSON, and written as files that are the same each time; the list has the client's own claims alone.
func TestTheReportOfAClient(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	dir, code := t.TempDir(), "RE"+number()
	file := filepath.Join(dir, "clients.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(goodClient, "VBE", code, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.says(t, code+"...", "client", "add", file)
	refs := o.handOver(t, debtor{who: "consumer " + code, name: "Roos Voorbeeld-Elf"}, debtor{who: "consumer BAS", name: "Iemand van BAS"})
	o.says(t, "...", "receipt", "add", "report-"+code, "40,00", "--remittance", o.reference(t, refs[0]))
	today := calendar.DateOf(time.Now())

	o.says(t, "as of "+today.String()+"\n\nHanded over in this period\n...", "client", "report", code)
	var r reporting.Report
	if err := json.Unmarshal([]byte(o.says(t, "...", "client", "report", code, "--from", today.String(), "--json")), &r); err != nil {
		t.Fatal(err)
	}
	if r.From != today || r.To != today || len(r.Claims) != 1 || r.Claims[0].Debtor != "Roos Voorbeeld-Elf" || r.Recovered().Total() != money.MustParse("40.00") || r.Trust.After != money.MustParse("40.00") {
		t.Errorf("%+v", r)
	}
	if got := o.says(t, "...", "client", "report", code, "--to", "2020-02-29"); !strings.HasPrefix(got, "Report from 1 January 2020 to 29 February 2020, as of "+today.String()+"\n") {
		t.Error(got)
	}
	o.says(t, "Report from 2 February 2023 to 1 February 2026...", "client", "report", code, "--from", "2023-02-02", "--to", "2026-02-01")
	var files [2][3][]byte
	for i := range files {
		args := []string{"client", "report", code}
		names := []string{filepath.Join(dir, "r.pdf"), filepath.Join(dir, "r.csv"), filepath.Join(dir, "r.xlsx")}
		for n, kind := range []string{"--pdf", "--csv", "--xlsx"} {
			args = append(args, kind, names[n])
		}
		if a := o.dunning(t, args...); a.code != 0 || strings.Count(a.stderr, "written to ") != 3 {
			t.Fatalf("%+v", a)
		}
		for n, name := range names {
			files[i][n], _ = os.ReadFile(name)
		}
	}
	for n, begins := range []string{"%PDF", "\ufeffUw kenmerk;", "PK"} {
		if !bytes.Equal(files[0][n], files[1][n]) || !bytes.HasPrefix(files[0][n], []byte(begins)) {
			t.Errorf("file %d: %q", n, files[0][n][:min(40, len(files[0][n]))])
		}
	}
	if list := string(files[0][1]); strings.Count(list, "\n") != 2 || !strings.Contains(list, "Roos Voorbeeld-Elf") || strings.Contains(list, "BAS") {
		t.Error(list)
	}
	for why, args := range map[string][]string{
		"there is no client":                            {"NONE"},
		"--from: 2026-02-02 is after --to":              {code, "--from", "2026-02-02", "--to", "2026-02-01"},
		"2023-02-02 to 2026-02-02 is more than 3 years": {code, "--from", "2023-02-02", "--to", "2026-02-02"},
		"--csv: ": {code, "--csv", filepath.Join(dir, "none", "r.csv")},
	} {
		o.refuses(t, 2, why, append([]string{"client", "report"}, args...)...)
	}
}
