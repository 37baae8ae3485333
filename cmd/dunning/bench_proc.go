package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The kernel's accounts of processes, as Linux gives them in /proc; elsewhere reading them is an error that says so.

// tick is the unit of processor time in /proc: USER_HZ is 100 on every architecture that Go knows.
const tick = 10 * time.Millisecond

// resident is the memory of the worker in MiB.
func (w *workerProcess) resident() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", w.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read memory of the worker: %w", err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	number, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kib, err := strconv.ParseFloat(number, 64)
	return kib / 1024, err
}

// tally is the processor time used so far: by each part of the site, and by all processes of the machine.
type tally struct {
	at         time.Time
	parts      map[string]time.Duration
	machine    time.Duration
	processors int
}

// ours is what all parts used together.
func (t tally) ours() (sum time.Duration) {
	for _, used := range t.parts {
		sum += used
	}
	return sum
}

// tally reads the accounts. The mail server is in this process.
func (s *site) tally() (t tally, err error) {
	t.at, t.parts = time.Now(), map[string]time.Duration{"sink": ownCPU()}
	for part, pid := range map[string]int{"worker": s.worker.command.Process.Pid, "temporal": s.stack.temporal.Pid(), "postgres": s.stack.postgres.Pid()} {
		if t.parts[part], err = treeCPU(pid); err != nil {
			return t, err
		}
	}
	t.machine, t.processors, err = machineCPU()
	return t, err
}

// machineCPU is the processor time that all processes of the machine have used, and how many processors there are.
func machineCPU() (used time.Duration, processors int, err error) {
	data, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, 0, fmt.Errorf("read processor time of the machine: %w", err)
	}
	first, rest, _ := strings.Cut(string(data), "\n")
	for i, ticks := range strings.Fields(first)[1:] {
		const idle, iowait, guest = 3, 4, 8 // proc(5): what is guest is in user already; steal, the 7th, was used by other machines
		if n, err := strconv.ParseInt(ticks, 10, 64); err == nil && i != idle && i != iowait && i < guest {
			used += time.Duration(n) * tick
		}
	}
	return used, strings.Count(rest, "\ncpu") + 1, nil
}

func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for a bad argument only
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// treeCPU is the processor time of a process, its children that live and those that ended.
func treeCPU(pid int) (time.Duration, error) {
	processes, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	own, sum := fmt.Sprintf("/proc/%d/stat", pid), time.Duration(0)
	found := false
	for _, name := range processes {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // it ended meanwhile
		}
		_, text, _ := strings.Cut(string(data), ") ") // the name in brackets may hold anything
		fields := strings.Fields(text)                // from the third of proc(5) on
		if len(fields) < 15 || (name != own && fields[1] != strconv.Itoa(pid)) {
			continue
		}
		found = found || name == own
		for _, ticks := range fields[11:15] { // utime, stime, and both of ended children
			n, err := strconv.ParseInt(ticks, 10, 64)
			if err != nil {
				return 0, fmt.Errorf("read %s: %w", name, err)
			}
			sum += time.Duration(n) * tick
		}
	}
	if !found {
		return 0, fmt.Errorf("read processor time of process %d: there is none in /proc", pid)
	}
	return sum, nil
}
