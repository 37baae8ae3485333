package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/devstack"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/workflows"
)

// Moments at which the worker is killed. Those of the mail server's words are hit before the worker hears them.
var moments = []string{"registered", "greeting", "mail", "recpt", "data", "dot", "settling", "any"}

// words of the mail server by moment.
var words = map[string]string{"greeting": "220 ", "mail": "250 2.0.0 Roger", "recpt": "250 2.0.0 I'll make sure", "data": "354 ", "dot": "250 2.0.0 OK"}

// slower makes two moments long enough to be hit: between registering a letter and sending it, and between sending it and noting that.
const slower = `
	CREATE FUNCTION slower() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.15); RETURN NEW; END $$;
	CREATE TRIGGER slower BEFORE UPDATE OF state ON letter FOR EACH ROW WHEN (NEW.state IN ('sending', 'accepted')) EXECUTE FUNCTION slower()`

// The worker is killed again and again, at seeded moments, while it sends the first letters of forty claims: no letter is sent twice, none is
// lost, what may have left is unknown, and no claim is stuck. KILL_SEED plays a failure again.
func TestWorkerKilled(t *testing.T) {
	t.Parallel()
	const kills, claims = 20, 40
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("KILL_SEED"); text != "" {
		seed, _ = strconv.ParseUint(text, 10, 64)
	}
	t.Logf("KILL_SEED=%d", seed)
	k := newKiller(t, rand.New(rand.NewPCG(seed, 1)))
	list := make([]debtor, claims)
	for i := range list {
		list[i].who = "consumer BAS"
	}
	refs := k.handOver(t, list...)
	today := k.facts(t, refs[0]).HandedOverOn
	for _, ref := range refs { // else, on a working day, letters would leave before anybody is killed
		if err := k.store.Hold(t.Context(), ref, "kill", today.AddDays(1), "until the killing begins", postgres.Actor{Name: "client", At: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	k.start()
	for _, ref := range refs {
		k.started(t, ref)
	}
	moved, ctx := errgroup.WithContext(t.Context())
	hit := map[string]int{}
	for n := range kills {
		for _, ref := range refs[n*claims/kills : (n+1)*claims/kills] { // each kill has letters of its own to meet
			moved.Go(func() error { // past the first letter, whatever day this is, and not to the second
				_, err := k.teller.travel.MoveTo(ctx, workflows.ClaimID(ref.ClaimID), today.AddDays(5).At(20, 0))
				return err
			})
		}
		moment := moments[n%len(moments)]
		if k.killAt(moment) {
			hit[moment]++
		}
		k.start()
	}
	if err := moved.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("killed at %v, %d letters while sending", hit, len(k.cut))
	for _, moment := range moments {
		if hit[moment] == 0 {
			t.Errorf("never killed at %q: the test proves less than it says", moment)
		}
	}
	k.settled(refs)
	k.judge(refs)
}

// killer is an office whose worker is a process that can be killed.
type killer struct {
	*office
	t      *testing.T
	random *rand.Rand
	super  *pgxpool.Pool
	health string
	env    []string
	worker *exec.Cmd
	ended  chan struct{}
	mu     sync.Mutex
	cut    map[string]bool // letters that were in state sending when the worker died
}

func newKiller(t *testing.T, random *rand.Rand) *killer {
	t.Helper()
	// Few activities at once, so that each kill meets few letters and there are letters left for the next.
	overrides := map[string]string{"worker.max_concurrent_activities": "2", "sweeper.interval": "2s", "outbox.interval": "50ms"}
	k := &killer{office: ownOffice(t, overrides), t: t, random: random, cut: map[string]bool{}}
	k.health = "http://" + k.stack.config.HTTP.Listen + "/readyz"
	if err := k.stack.writeEnv(); err != nil {
		t.Fatal(err)
	}
	k.env = append(k.environment(t), config.EnvName("temporal.time_skipping")+"=true")
	for key, value := range overrides {
		k.env = append(k.env, config.EnvName(key)+"="+value)
	}
	var err error
	if k.super, err = pgxpool.New(t.Context(), k.stack.postgres.URL("dunning")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.super.Close)
	if _, err := k.super.Exec(t.Context(), slower); err != nil {
		t.Fatal(err)
	}
	k.stack.sink.SetBehaviour(func(string, int) devstack.Reaction { return devstack.Reaction{Delay: 100 * time.Millisecond} })
	t.Cleanup(func() { k.kill() })
	return k
}

// start starts the worker as a process and waits until it is ready.
func (k *killer) start() {
	k.t.Helper()
	cmd := exec.Command(os.Args[0], "worker")
	cmd.Env = k.env
	cmd.Stdout, cmd.Stderr = k.log, k.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	k.mu.Lock()
	k.worker, k.ended = cmd, ended
	k.mu.Unlock()
	err := poll(k.t.Context(), func() (bool, error) {
		select {
		case <-ended:
			return false, fmt.Errorf("the worker ended: %s", k.log)
		default:
		}
		response, err := http.Get(k.health)
		if err != nil {
			return false, nil //nolint:nilerr // it is not up yet
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
	if err != nil {
		k.t.Fatal(err)
	}
}

// kill ends the worker as a power cut would, and returns when it is gone.
func (k *killer) kill() {
	k.mu.Lock()
	worker, ended := k.worker, k.ended
	k.mu.Unlock()
	if worker != nil {
		_ = worker.Process.Kill()
		<-ended
	}
}

// killAt kills the worker at a moment, and says whether that moment came.
func (k *killer) killAt(moment string) bool {
	k.t.Helper()
	came := make(chan struct{})
	strike := sync.OnceFunc(func() { k.kill(); close(came) })
	ctx, cancel := context.WithTimeout(k.t.Context(), time.Minute)
	defer cancel()
	nth := 1 + k.random.IntN(2)
	if prefix, ok := words[moment]; ok {
		var mu sync.Mutex
		k.stack.sink.SetWire(func(reply string) (string, bool) {
			mu.Lock()
			defer mu.Unlock()
			if strings.HasPrefix(reply, prefix) {
				if nth--; nth == 0 {
					strike()
				}
			}
			return reply, true
		})
		defer k.stack.sink.SetWire(nil)
	} else {
		go k.watch(ctx, moment, strike)
	}
	hit := true
	select {
	case <-came:
	case <-ctx.Done():
		hit = false
		k.kill()
	}
	k.passTime()
	return hit
}

// watch waits for a moment that only the database shows.
func (k *killer) watch(ctx context.Context, moment string, strike func()) {
	if moment == "any" {
		select {
		case <-time.After(time.Duration(k.random.IntN(1500)) * time.Millisecond):
			strike()
		case <-ctx.Done():
		}
		return
	}
	// A letter that is being changed waits in the trigger: its row is locked, and shows the state before.
	query := `SELECT EXISTS (SELECT FROM letter WHERE state = 'claimed' AND lease_until > clock_timestamp() + interval '58 s')`
	if moment == "settling" {
		query = `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'UPDATE letter SET state = $3%')`
	}
	for ctx.Err() == nil {
		var there bool
		if err := k.super.QueryRow(ctx, query).Scan(&there); err == nil && there {
			strike()
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// passTime notes which letters were cut off and lets their leases end, which only time does in production: the worker is dead.
func (k *killer) passTime() {
	k.t.Helper()
	rows, err := k.super.Query(k.t.Context(), `UPDATE letter SET lease_until = clock_timestamp() - interval '1 s' WHERE state = 'sending' RETURNING id::text`)
	if err != nil {
		k.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			k.t.Fatal(err)
		}
		k.cut[id] = true
	}
	if err := rows.Err(); err != nil {
		k.t.Fatal(err)
	}
}

// settled waits until the last worker, which lives, has taken up what the others left behind: an attempt is given up after 50 seconds.
func (k *killer) settled(refs []postgres.Ref) {
	k.t.Helper()
	ctx, cancel := context.WithTimeout(k.t.Context(), 2*time.Minute)
	defer cancel()
	err := poll(ctx, func() (bool, error) {
		var waiting int
		err := k.super.QueryRow(ctx, `SELECT $1 - count(*) FROM letter WHERE state IN ('accepted', 'unknown', 'failed')`, len(refs)).Scan(&waiting)
		return waiting == 0, err
	})
	if err != nil {
		k.t.Errorf("letters are stuck: %v", err)
	}
	for _, ref := range refs {
		if err := poll(ctx, func() (bool, error) { return k.state(k.t, ref).Next.Step != "reminder", nil }); err != nil {
			k.t.Errorf("claim %s is stuck: %v", ref.ClaimID, err)
		}
	}
}

// judge compares the register with what the mail server took.
func (k *killer) judge(refs []postgres.Ref) {
	unknown, taken := 0, 0
	for _, ref := range refs {
		letters, err := k.store.LettersOf(k.t.Context(), ref)
		if err != nil {
			k.t.Fatal(err)
		}
		if len(letters) != 1 {
			k.t.Errorf("claim %s has %d letters", ref.ClaimID, len(letters))
			continue
		}
		l := letters[0]
		mails, err := k.stack.sink.ByMessageID(l.MessageID)
		if err != nil {
			k.t.Fatal(err)
		}
		taken += len(mails)
		switch {
		case len(mails) > 1:
			k.t.Errorf("claim %s: %s was taken %d times", ref.ClaimID, l.Step, len(mails))
		case l.State == claim.LetterUnknown && k.cut[l.ID]:
			unknown++
		case l.State != claim.LetterAccepted || k.cut[l.ID] || len(mails) != 1:
			k.t.Errorf("claim %s: %s is %s, cut off while sending: %v, taken %d times", ref.ClaimID, l.Step, l.State, k.cut[l.ID], len(mails))
		}
		if state := k.state(k.t, ref); state.Next.Step != "sticker-reminder" || k.facts(k.t, ref).Attention != nil {
			k.t.Errorf("claim %s stands at %+v", ref.ClaimID, state.Next)
		}
	}
	k.t.Logf("%d letters accepted, %d unknown, %d mails taken", len(refs)-unknown, unknown, taken)
	if taken != k.stack.sink.Count() {
		k.t.Errorf("the mail server took %d mails, %d of them ours", k.stack.sink.Count(), taken)
	}
}
