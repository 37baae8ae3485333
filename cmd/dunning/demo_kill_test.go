package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// victims are the processes of a demo, by how their command lines begin.
var victims = []string{"dunning demo", "postgres -D", "devserver -listen"}

// A demo is killed again and again, at seeded moments: the program itself, its PostgreSQL, its Temporal. Each time it ends, and started again it
// goes on. In the end it has told the same story as one that nobody disturbed: the same outcomes on the same days, the same letters asking the
// same cents, the same money, the same timelines. Nothing may differ, because both are handed over on the same day, and that is tomorrow: no letter
// is due while clocks are real. DEMO_SEED plays a failure again.
func TestDemoKilled(t *testing.T) {
	t.Parallel()
	const kills = 8
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("DEMO_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("DEMO_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	whole, cut := newTheatre(t, "whole"), newTheatre(t, "cut")

	hit := map[string]int{}
	for n := range kills {
		victim := victims[n%len(victims)]
		cut.start()
		if !cut.killAfter(victim, time.Duration(random.IntN(5000))*time.Millisecond) {
			break
		}
		hit[victim]++
	}
	for _, victim := range victims {
		if hit[victim] == 0 {
			t.Errorf("%q was never killed: the test proves less than it says", victim)
		}
	}
	last := time.Now()
	cut.start() // it waits for what was cut off; meanwhile another tells the story undisturbed, and once more in the same directory
	whole.start()
	whole.end()
	want := whole.told()
	whole.start()
	whole.end()
	if strings.Contains(whole.out.String(), "cut off") {
		t.Errorf("a demo that was told to its end did not begin anew:\n%s", whole.out)
	}
	cut.end()
	t.Logf("the cut story needed %s after its last kill", time.Since(last).Round(time.Second))
	if diff := cmp.Diff(want, cut.told()); diff != "" {
		t.Errorf("the story that was cut off differs (-undisturbed +cut off):\n%s", diff)
	}
}

// A story that is told again from its beginning, as after an interruption, changes nothing: a flag that was taken back is not set again, and what
// paid the letter of that time is not taken for the payment of a later one.
func TestToldAgain(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer BAS"})[0]
	o.started(t, ref)
	events := []storyEvent{
		{After: "reminder", Days: 2, Flag: claim.FlagAddressUnknown}, {After: "reminder", Days: 20, Debtor: map[string]string{"street": "Voorbeeldlaan 2"}},
		{After: "reminder", Days: 21, Pay: "demanded-900.00"}, {After: "sticker-reminder", Days: 2, Credit: "50.00"},
	}
	tell := func() (keys []string) {
		for i, e := range events {
			if err := o.teller.happen(t.Context(), ref, e, fmt.Sprintf("again-%d", i)); err != nil {
				t.Fatal(err)
			}
		}
		timeline, err := o.store.Timeline(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range timeline {
			keys = append(keys, e.Key)
		}
		return keys
	}
	if diff := cmp.Diff(tell(), tell()); diff != "" {
		t.Errorf("(-told once +told twice)\n%s", diff)
	}
}

// theatre is a directory in which demos run, one after the other, as processes.
type theatre struct {
	t       *testing.T
	program string
	dir     string
	out     *journal // of the last demo
	demo    *exec.Cmd
	ended   chan struct{}
	err     error // how it ended; valid once ended is closed
}

func newTheatre(t *testing.T, name string) *theatre {
	t.Helper()
	dir, release, err := devstack.ScratchDir(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := release(); err != nil {
			t.Error(err)
		}
	})
	h := &theatre{t: t, program: filepath.Join(dir, "dunning"), dir: filepath.Join(dir, name)}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server, err := filepath.Abs(filepath.Join("..", "..", "bin", "devserver"))
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := calendar.DateOf(time.Now()).AddDays(1).At(12, 0).Format(time.RFC3339)
	for _, err := range []error{
		os.Link(self, h.program), os.Symlink(server, filepath.Join(dir, "devserver")), // a program looks for the server beside itself
		os.Mkdir(h.dir, 0o700), os.WriteFile(filepath.Join(h.dir, "began"), []byte(tomorrow), 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(h.kill)
	return h
}

// start starts a demo.
func (h *theatre) start() {
	h.t.Helper()
	h.out = &journal{}
	h.demo = exec.Command(h.program, "demo", "--exit", "--dir", h.dir)
	h.demo.Env = append(os.Environ(), asProgram+"=1")
	h.demo.Stdout, h.demo.Stderr = h.out, h.out
	h.demo.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := h.demo.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.ended = make(chan struct{})
	go func() { h.err = h.demo.Wait(); close(h.ended) }()
}

// kill ends the demo as a power cut would, and returns when it is gone.
func (h *theatre) kill() {
	if h.demo != nil {
		_ = h.demo.Process.Kill() // fails only when it has ended already
		<-h.ended
	}
}

// killAfter kills one of the demo's processes some time after that process came to be, and sees the demo end. It says whether there was anything
// to kill: a demo that was told to its end before is the last one.
func (h *theatre) killAfter(victim string, wait time.Duration) bool {
	h.t.Helper()
	pid := 0
	for ; pid == 0; pid = processOf(h.demo.Process.Pid, victim) {
		select {
		case <-h.ended:
			h.t.Fatalf("the demo ended before it had a %s: %v\n%s", victim, h.err, h.out)
		case <-time.After(time.Millisecond):
		}
	}
	select {
	case <-h.ended:
		if h.err != nil {
			h.t.Fatalf("the demo ended by itself: %v\n%s", h.err, h.out)
		}
		return false
	case <-time.After(wait):
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		h.t.Fatal(err)
	}
	killed := time.Now()
	select {
	case <-h.ended:
	case <-time.After(30 * time.Second):
		_ = h.demo.Process.Signal(syscall.SIGQUIT) // it then says where it is
		<-h.ended
		h.t.Errorf("the demo went on without its %s:\n%s", victim, h.out)
	}
	h.t.Logf("killed %q after %s, the demo ended %s later", victim, wait, time.Since(killed).Round(10*time.Millisecond))
	if victim != victims[0] && !strings.Contains(h.out.String(), "start") {
		h.t.Errorf("the demo does not say how to go on:\n%s", h.out)
	}
	return true
}

// processOf is the id of a process or of one of its children, by how its command line begins; 0 when there is none.
func processOf(parent int, command string) int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, stat := range stats {
		line, _ := os.ReadFile(stat) // empty: it has ended since
		var pid, of int
		var comm, state string
		if _, err := fmt.Sscan(string(line), &pid, &comm, &state, &of); err != nil || pid != parent && of != parent {
			continue
		}
		args, _ := os.ReadFile(filepath.Join(filepath.Dir(stat), "cmdline"))
		program, rest, _ := strings.Cut(string(args), "\x00")
		if strings.HasPrefix(filepath.Base(program)+" "+rest, command) {
			return pid
		}
	}
	return 0
}

// end waits for the end of the story.
func (h *theatre) end() {
	h.t.Helper()
	select {
	case <-h.ended:
		if h.err != nil {
			h.t.Fatalf("the demo ended: %v\n%s", h.err, h.out)
		}
	case <-time.After(6 * time.Minute): // a minute or two, and longer on a busy machine
		h.t.Fatalf("the demo does not end:\n%s", h.out)
	}
}

// story is what can be compared of a demo that was told to its end.
type story struct {
	Claims map[string][]string // by reference: the outcome, letters, settlements, timeline
	Money  string              // the table
	Posted int                 // letters in the post spool
}

// told reads the story from the database that the demo leaves.
func (h *theatre) told() story {
	h.t.Helper()
	server, err := devstack.StartPostgres(h.t.Context(), devstack.PostgresOptions{DataDir: filepath.Join(h.dir, "postgres")})
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() {
		if err := server.Stop(h.t.Context()); err != nil {
			h.t.Error(err)
		}
	}()
	pool, err := pgxpool.New(h.t.Context(), server.URLAs(devstack.AppRole, "dunning"))
	if err != nil {
		h.t.Fatal(err)
	}
	defer pool.Close()
	store := postgres.NewStore(pool)
	clients, err := store.ClientCodes(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	s := story{Claims: map[string][]string{}}
	posted := 0
	for _, id := range clients {
		refs, references, err := store.ClaimsOf(h.t.Context(), id)
		if err != nil {
			h.t.Fatal(err)
		}
		for i, ref := range refs {
			lines, post := life(h.t, store, ref)
			s.Claims[references[i]], posted = lines, posted+post
		}
	}
	_, s.Money, _ = strings.Cut(h.out.String(), "every cent received, by the books\n")
	s.Money, _, _ = strings.Cut(s.Money, "\n\n")
	err = filepath.WalkDir(filepath.Join(h.dir, "spool"), func(path string, _ fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".json" {
			s.Posted++
		}
		return err
	})
	if err != nil || s.Posted != posted {
		h.t.Errorf("%d letters in the post spool, %d in the register, %v", s.Posted, posted, err)
	}
	return s
}

// life writes down what became of one claim. What is left out may differ: references are random, and so are papers that carry them; the words of
// the mail server tell of the interruption; and what the workflow did is noted with the second at which it did it.
func life(t *testing.T, store *postgres.Store, ref postgres.Ref) (lines []string, posted int) {
	t.Helper()
	facts, err := store.Facts(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	lines = append(lines, string(facts.Status))
	for _, l := range facts.Letters {
		lines = append(lines, fmt.Sprintf("letter %s %d by %s %s on %s, received %s, pay by %s, asks %s", l.Step, l.Cycle, l.Channel, l.State, l.On, l.Received, l.PayBy, l.Demanded))
		if l.State == claim.LetterAccepted && l.Channel == trajectory.ChannelPost {
			posted++
		}
	}
	for _, s := range facts.Settlements {
		lines = append(lines, fmt.Sprintf("settlement %s %s on %s: %s", s.Key, s.Kind, s.On, s.Amount))
	}
	events, err := store.Timeline(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	var timeline []string
	for _, e := range events {
		delete(e.Detail, "sha256")
		delete(e.Detail, "reply")
		if strings.Contains(fmt.Sprint(e.Detail), trajectory.AllocateReceipt) { // what came in for others waits while the demo is down, and letters wait for it
			continue
		}
		timeline = append(timeline, fmt.Sprintf("%s %s %v", e.On, e.Kind, e.Detail))
	}
	slices.Sort(timeline)
	return append(lines, timeline...), posted
}
