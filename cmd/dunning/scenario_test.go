package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/scenario"
)

const scenarioFolder = "../../config/scenarios/"

// scenarioFile is one of the collection with a change.
func scenarioFile(t *testing.T, name, before, after string) string {
	t.Helper()
	data, err := os.ReadFile(scenarioFolder + name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), before) {
		t.Fatalf("%q does not stand in %s", before, name)
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(strings.Replace(string(data), before, after, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestScenarioRun(t *testing.T) {
	t.Parallel()
	const paid = "consumer-pays-the-reminder.yaml"
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"a life as a table", []string{scenarioFolder + paid}, 0, "│ 2026-02-06 21:00 │ allocation paid-to-agency "},
		{"its lines", []string{scenarioFolder + paid, "--lines"}, 0, "2026-02-06 receipt 1000.00 because value date 2026-02-06\n"},
		{"one that comes out otherwise", []string{scenarioFile(t, paid, "receipt 1000.00", "receipt 999.00")}, 1, "- 2026-02-06 receipt 999.00 (line 12)\n+ 2026-02-06 receipt 1000.00"},
		{"several", []string{scenarioFolder + paid, scenarioFolder + "invoice-is-too-old.yaml"}, 0, "2 of 2 lived, in "},
		{"several, one of which comes out otherwise", []string{scenarioFolder + "invoice-is-too-old.yaml", scenarioFile(t, paid, "paid 1000.00", "paid 1.00")}, 1, "1 of 2 did not come out as expected\nconsumer-pays-the-reminder"},
		{"a remark that cannot be kept is told", []string{scenarioFile(t, paid, "{at: 2026-02-06, pays: 1000.00}", `{at: 2026-02-06, remark: "\0"}`), "--lines"}, 1, "skipped remark because refused: "},
		{"several, one of which is wrong for the plans", []string{scenarioFile(t, paid, "plan: basis", "plan: gold"), scenarioFolder + "invoice-is-too-old.yaml"}, 2, "1 of 2 lived, in "},
		{"in JSON and in lines", []string{"--json", "--lines", scenarioFolder + paid}, 2, "right would be one of them"},
		{"several in JSON", []string{"--json", scenarioFolder + paid, scenarioFolder + paid}, 2, "right would be one FILE, or neither flag"},
		{"a wrong field", []string{scenarioFile(t, paid, "plan: basis", "plan: gold")}, 2, `consumer-pays-the-reminder.yaml: line 2: plan: "gold" is not a plan; right would be basis or premium`},
		{"a default that the plan does not include", []string{scenarioFile(t, "court-at-no-fixed-price-for-basis.yaml", "basis: close", "basis: monitoring")}, 2, "line 5: trajectory: trajectory at-once@1 monitors claims of plan basis by default"},
		{"no YAML", []string{scenarioFile(t, paid, "plan: basis", "plan: [basis")}, 3, "consumer-pays-the-reminder.yaml: line 2: a list in [ ] is not closed"},
		{"no scenario", []string{"../../config/trajectories/consumer.yaml"}, 3, "there is no claim in it"},
		{"no file", []string{"/nowhere/s.yaml"}, 3, "no such file"},
		{"no argument", nil, 2, "right would be: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, code, problem := runCommand(t, append([]string{"scenario", "run"}, c.args...)...)
			if code != c.code || !strings.Contains(out+problem, c.want) {
				t.Errorf("exit code %d, %s%s\nwant %d, %s", code, out, problem, c.code, c.want)
			}
			for line := range strings.Lines(out) {
				if len([]rune(line)) > lifeWidth+1 && strings.Contains(out, "│") {
					t.Errorf("wider than %d: %s", lifeWidth, line)
				}
			}
		})
	}
}

// The JSON has the fields that other people's tools rely on, and nothing else stands beside it.
func TestScenarioJSON(t *testing.T) {
	t.Parallel()
	out, code, problem := runCommand(t, "scenario", "run", "--json", scenarioFolder+"consumer-pays-the-summons.yaml")
	if code != 0 {
		t.Fatal(code, problem)
	}
	var life struct {
		Timeline []map[string]any
		Final    map[string]any
		Next     map[string]any
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&life); err != nil || decoder.More() {
		t.Fatal(err, out)
	}
	for _, part := range []struct {
		of     map[string]any
		fields string
	}{
		{life.Timeline[3], "at kind step channel principal interest costs total reason"},
		{life.Final, "status stage outstanding paid to_client to_agency invoiced_to_client"},
		{life.Next, "step on reason"},
	} {
		fields := strings.Fields(part.fields)
		for _, field := range fields {
			if _, there := part.of[field]; !there {
				t.Errorf("%s is missing in %v", field, part.of)
			}
		}
		if len(part.of) != len(fields) {
			t.Errorf("%v has more than %s", part.of, part.fields)
		}
	}
	summons := life.Timeline[3]
	if got := fmt.Sprint(summons["kind"], summons["step"], summons["principal"], summons["interest"], summons["costs"], summons["total"]); got != "lettersummons1000.007.12150.001157.12" {
		t.Errorf("the summons is %v", summons)
	}
	if at, err := time.Parse(time.RFC3339, summons["at"].(string)); err != nil || at.Format("2006-01-02") != "2026-03-06" {
		t.Errorf("at %v: %v", summons["at"], err)
	}
	if life.Next["on"] != nil || life.Final["status"] != "paid" || life.Final["to_client"] != "1000.00" {
		t.Errorf("%v, %v", life.Final, life.Next)
	}
	for _, e := range life.Timeline {
		if !strings.Contains(fmt.Sprint(scenario.Kinds()), e["kind"].(string)) {
			t.Errorf("%v is no kind", e["kind"])
		}
	}
}

// A run that is killed leaves a directory and nothing that runs; the next one works, and removes it. One that is told to stop removes it itself.
func TestScenarioLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(os.Args[0], "scenario", "run", scenarioFolder+"fourteen-day-letter-is-never-left-out.yaml")
			cmd.Env = append(os.Environ(), asProgram+"=1")
			var said bytes.Buffer
			cmd.Stderr = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			server, dir := serverOf(t, cmd.Process.Pid)
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Fatal("it had ended before it was stopped: the test proves nothing")
			}
			if err := poll(t.Context(), func() (bool, error) { return syscall.Kill(server, 0) != nil, nil }); err != nil {
				t.Fatal(err)
			}
			if signal == syscall.SIGKILL {
				if _, code, problem := runCommand(t, "scenario", "run", scenarioFolder+"consumer-pays-the-reminder.yaml"); code != 0 {
					t.Error(code, problem)
				}
			} else if code := cmd.ProcessState.ExitCode(); code != 1 || strings.Count(said.String(), "\n") != 1 {
				t.Errorf("exit code %d, says %s", code, said.String())
			}
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("it left %s: %v", dir, err)
			}
		})
	}
}

// serverOf waits for the PostgreSQL that a process has started, and gives its process and the directory that it is in.
func serverOf(t *testing.T, parent int) (server int, dir string) {
	t.Helper()
	if err := poll(t.Context(), func() (bool, error) {
		processes, err := filepath.Glob("/proc/[0-9]*")
		for _, process := range processes {
			status, _ := os.ReadFile(filepath.Join(process, "status")) // it may have ended since
			command, _ := os.ReadFile(filepath.Join(process, "cmdline"))
			data, _ := os.Readlink(filepath.Join(process, "cwd"))
			if strings.Contains(string(status), fmt.Sprintf("PPid:\t%d\n", parent)) && strings.Contains(string(command), "postgres\x00-D") && data != "" {
				_, err = fmt.Sscan(filepath.Base(process), &server)
				dir = filepath.Dir(data)
			}
		}
		return server > 0, err
	}); err != nil {
		t.Fatal(err)
	}
	return server, dir
}
