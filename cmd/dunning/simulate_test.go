package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/simulation"
)

func fileWith(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSimulate(t *testing.T) {
	t.Parallel()
	sample, err := portfolioOn(config.Data, calendar.MustParseDate("2026-10-05"))
	if err != nil {
		t.Fatal(err)
	}
	claims, same, dir := fileWith(t, "claims.csv", string(sample)), trajectoryFile(t, "", ""), t.TempDir()
	text, err := os.ReadFile(same)
	if err != nil {
		t.Fatal(err)
	}
	copied, elsewhere := fileWith(t, "copy.yaml", string(text)), fileWith(t, filepath.Base(same), string(text))
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"as shipped", nil, 0, []string{"56 claims handed over on 2026-10-05, 2 runs of 1 year, model default@1, seed 1", "CONSUMER@1, BUSINESS@1", "to the client", "[between brackets] what all 2 of them lie between", "left out: VBE/VBE-057: "}},
		{"two sides of one version are told apart by their files", []string{"--trajectory", same, "--trajectory", copied, "--svg", filepath.Join(dir, "x.svg")}, 0, []string{"COPY.YAML - " + strings.ToUpper(filepath.Base(same)), "0 [0, 0]", "0.00 [0.00, 0.00]", "; a difference is of the same debtors, run by run\n"}},
		{"one run", []string{"--runs", "1"}, 0, []string{"56 claims handed over on 2026-10-05, 1 run of 1 year, model", "a figure is that of the one run; more of them (--runs) tell how much is chance\n"}},
		{"of twenty runs two lie outside", []string{"--runs", "20"}, 0, []string{"[between brackets] what nine of ten of them lie between"}},
		{"by where these are, when they have one name", []string{"--trajectory", same, "--trajectory", elsewhere}, 0, []string{strings.ToUpper(elsewhere + " - " + same)}},
		{"one file twice", []string{"--trajectory", same, "--trajectory", same}, 2, []string{"a file is told twice; right would be each file once"}},
		{"a trajectory for each kind of debtor is one side twice", []string{"--trajectory", "../../config/trajectories/business.yaml", "--trajectory", "../../config/trajectories/consumer.yaml"}, 0, []string{"warning: business@1 and consumer@1 are the same for these debtors: consumers on consumer@1, businesses on business@1"}},
		{"a picture that cannot be written", []string{"--svg", "/nowhere/x.svg"}, 2, []string{"--svg: open /nowhere/x.svg: "}},
		{"figures that cannot be written", []string{"--csv", dir}, 2, []string{"--csv: "}},
		{"where they are written", []string{"--csv", filepath.Join(dir, "x.csv")}, 0, []string{"written to " + filepath.Join(dir, "x.csv")}},
		{"no such file", []string{"--behaviour", "/nowhere"}, 3, []string{"--behaviour: "}},
		{"no model", []string{"--behaviour", fileWith(t, "m.yaml", "x: 1")}, 3, []string{"m.yaml is no model of behaviour"}},
		{"no YAML", []string{"--behaviour", fileWith(t, "m.yaml", "id: x\nconsumer: [\n")}, 3, []string{"m.yaml is no model of behaviour: line 2: a value is missing; right would be"}},
		{"an empty model", []string{"--behaviour", fileWith(t, "m.yaml", "")}, 3, []string{"m.yaml is no model of behaviour: the file is empty"}},
		{"a key that no model has", []string{"--behaviour", fileWith(t, "m.yaml", "id: x\nconsumer: {dayz: [1]}\n")}, 3, []string{"m.yaml is no model of behaviour: line 2: \"dayz\" is no key here; right would be one of letters, days, part, to_client, judged_after, upheld"}},
		{"a trajectory that is no YAML", []string{"--trajectory", trajectoryFile(t, "version: 1", "version: 1: 2")}, 3, []string{"t.yaml: line 3: a colon with a blank behind it"}},
		{"a model that cannot be", []string{"--behaviour", fileWith(t, "m.yaml", "id: x")}, 2, []string{"m.yaml: id, version: right would be a name and a version of 1 or more"}},
		{"no runs", []string{"--runs", "0"}, 2, []string{"0 runs of 1 year; right would be 1 to 10000 runs"}},
		{"no day", []string{"--on", "2026-02-30"}, 2, []string{"--on: "}},
		{"no plan", []string{"--plan", "gold"}, 2, []string{`--plan: trajectory consumer@1 has no default decision for plan "gold"`}},
		{"a trajectory that is not lawful", []string{"--trajectory", trajectoryFile(t, "days: 16, term: 7", "days: 14, term: 7")}, 2, []string{"15 days or more"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"simulate", claims, "--years", "1"}, c.args...)
			for flag, usual := range map[string]string{"--on": "2026-10-05", "--runs": "2"} {
				if !slices.Contains(args, flag) {
					args = append(args, flag, usual)
				}
			}
			out, code, problem := runCommand(t, args...)
			for _, want := range c.want {
				if code != c.code || !strings.Contains(out+problem, want) {
					t.Errorf("exit code %d, %s%s\nwant %d, %s", code, out, problem, c.code, want)
				}
			}
		})
	}
}

// What a program reads of it: one JSON object, a line for each side and run, and a picture.
func TestSimulateForPrograms(t *testing.T) {
	t.Parallel()
	sample, err := portfolioOn(config.Data, calendar.MustParseDate("2026-10-05"))
	if err != nil {
		t.Fatal(err)
	}
	claims, dir := fileWith(t, "claims.csv", string(sample)), t.TempDir()
	figures, picture := filepath.Join(dir, "figures.csv"), filepath.Join(dir, "picture.svg")
	args := []string{"simulate", claims, "--on", "2026-10-05", "--runs", "3", "--years", "1", "--svg", picture}
	out, code, problem := runCommand(t, append(args, "--json")...)
	var answer struct {
		Claims int
		Sides  []struct {
			Trajectory string
			Figures    map[string]struct{ Mean, Low, High string }
		}
	}
	_, object, _ := strings.Cut(out, "\n{") // after what was left out, which is not on stdout
	if err := json.Unmarshal([]byte("{"+object), &answer); err != nil || code != 0 || answer.Claims != 56 || len(answer.Sides) != 1 || answer.Sides[0].Figures["collected"].Mean == "" {
		t.Errorf("%d, %v, %s, %s", code, err, out, problem)
	}
	if _, code, problem = runCommand(t, append(args, "--csv", figures)...); code != 0 {
		t.Fatal(problem)
	}
	lines, err := os.ReadFile(figures)
	if err != nil || strings.Count(string(lines), "\n") != 4 || !strings.HasPrefix(string(lines), "trajectory,run,claims paid,") {
		t.Errorf("%s, %v", lines, err)
	}
	if width := answer.Sides[0].Figures["collected"]; width.Low == width.High {
		t.Errorf("three runs collect the same: %+v", width)
	}
	if svg, err := os.ReadFile(picture); err != nil || !strings.Contains(string(svg), "<polyline") {
		t.Errorf("%s, %v", svg, err)
	}
	if _, code, problem = runCommand(t, "simulate", fileWith(t, "x.csv", "a;b\n")); code != 3 || !strings.Contains(problem, "x.csv: ") {
		t.Errorf("%d %s", code, problem)
	}
}

// A mean that lies outside what nine of ten runs have is told; of most figures none does.
func TestAMeanOutsideItsInterval(t *testing.T) {
	t.Parallel()
	letters := func(last int) (runs []simulation.Figures) {
		for range 39 {
			runs = append(runs, simulation.Figures{Emails: 1})
		}
		return append(runs, simulation.Figures{Emails: last})
	}
	s := simulated{runs: 40}
	const said = "; a mean outside them is that of a few runs that are far from the others"
	if got := s.brackets([][]simulation.Figures{letters(1)}); strings.Contains(got, said) {
		t.Error(got)
	}
	if got := s.brackets([][]simulation.Figures{letters(1000)}); !strings.Contains(got, said) {
		t.Error(got)
	}
}
