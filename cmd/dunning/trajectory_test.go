package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
)

// trajectoryFile is the consumers' trajectory as shipped, with a change.
func trajectoryFile(t *testing.T, before, after string) string {
	t.Helper()
	data, err := fs.ReadFile(config.Data, "trajectories/consumer.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), before, after, 1)
	if before != after && text == string(data) {
		t.Fatalf("%q does not stand in the file", before)
	}
	name := filepath.Join(t.TempDir(), "t.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTrajectoryCheckAndShow(t *testing.T) {
	t.Parallel()
	good := trajectoryFile(t, "", "")
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a good one", []string{"check", good}, 0, "consumer@1 is right: for consumer debtors, 5 steps"},
		{"in JSON", []string{"check", good, "--json"}, 0, `{"for":"consumer","steps":5,"trajectory":"consumer@1"}`},
		{"a summons within the 14 days", []string{"check", trajectoryFile(t, "days: 16, term: 7", "days: 14, term: 7")}, 2, "t.yaml: line 10: steps: 4 (summons): days: a consumer summons comes 15 days or more after receipt of the 14-day letter (art. 6:96 lid 6 BW)"},
		{"a default that the plan does not include", []string{"check", trajectoryFile(t, "basis: close", "basis: monitoring")}, 2, "t.yaml: line 13: decision: trajectory consumer@1 monitors claims of plan basis by default, which does not include debt monitoring"},
		{"a plan without a default", []string{"check", trajectoryFile(t, ", basis: close", "")}, 2, "line 13: decision: trajectory consumer@1 has no default decision for plan basis"},
		{"no YAML", []string{"check", trajectoryFile(t, "version: 1", "version: 1: 2")}, 3, "t.yaml: line 3: a colon with a blank behind it stands inside a value"},
		{"no trajectory", []string{"check", trajectoryFile(t, "version: 1", "versie: 1")}, 3, "t.yaml: "},
		{"no file", []string{"check", "/nowhere/t.yaml"}, 3, "no such file"},
		{"a life", []string{"show", good, "--on", "2026-10-05"}, 0, "summons is due 16 days after receipt of the previous letter (2026-10-21)"},
		{"with the day up to which interest is stated", []string{"show", good, "--on", "2026-10-05"}, 0, "\ninterest is stated up to 2026-12-31: "},
		{"with the days after which staff is asked", []string{"show", good, "--on", "2026-10-05"}, 0, "\nstaff is asked about a hold without an end after 90 days, about a stop flag 180 days after its task was done, and about a claim for the court 5 working days after the choice and 30 after the summons\n"},
		{"what moved a step: its own day is a Sunday", []string{"show", good, "--on", "2026-11-06", "--json"}, 0, `the term of 8 days after the previous step ends on 2026-11-22; no contact on 2026-11-22: Sunday`},
		{"and tells it in the table", []string{"show", good, "--on", "2026-11-06"}, 0, "14-day-letter is due 8 days after the previous step (2026-11-14); no contact"},
		{"with what moved no step", []string{"show", good, "--on", "2026-10-05"}, 0, "summons is due 16 days after receipt of the previous letter (2026-10-21) "},
		{"the end of a claim once", []string{"show", good, "--on", "2026-10-05", "--plan", "basis"}, 0, " closed  "},
		{"by post", []string{"show", good, "--on", "2026-10-05", "--post"}, 0, "reminder by post, 7 days to pay"},
		{"in JSON", []string{"show", good, "--on", "2026-10-05", "--plan", "basis", "--json"}, 0, `"step":"reminder"`},
		{"no such plan", []string{"show", good, "--plan", "gold"}, 2, `--plan: the trajectory has no default decision for plan "gold"; right would be one of [basis premium]`},
		{"what the client's own reminder asks, beside what is owed", []string{"show", good, "--on", "2026-10-05"}, 0, "│ 1000.00 │ 1003.29 │ reminder is due"},
		{"several files", []string{"check", good, good}, 0, "steps\nconsumer@1 is right"},
		{"one of several that is not right", []string{"check", trajectoryFile(t, ", basis: close", ""), good}, 2, "consumer@1 is right"},
		{"a picture in a folder that is not there", []string{"show", good, "--svg", "nowhere/a.svg"}, 2, "--svg: open nowhere/a.svg: no such file or directory"},
		{"nothing owed", []string{"show", good, "--amount", "0"}, 2, `--amount: "0" is not an amount of more than 0.00`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, code, problem := runCommand(t, append([]string{"trajectory"}, c.args...)...)
			if code != c.code || !strings.Contains(out+problem, c.want) {
				t.Errorf("exit code %d, %s%s\nwant %d, %s", code, out, problem, c.code, c.want)
			}
		})
	}
	picture := filepath.Join(t.TempDir(), "life.svg")
	out, code, problem := runCommand(t, "trajectory", "show", good, "--on", "2026-10-05", "--svg", picture)
	if data, err := os.ReadFile(picture); code != 0 || out != "written to "+picture+"\n" || err != nil || !strings.HasPrefix(string(data), "<svg ") || !strings.Contains(string(data), ">interest is stated up to 2026-12-31: ") ||
		!strings.Contains(string(data), ">owed, EUR<") || !strings.Contains(string(data), ">closed<") {
		t.Errorf("%d %s, %v", code, problem, err)
	}
}
