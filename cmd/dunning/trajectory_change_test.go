package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/intake"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// shelf is a database with running claims and a second version of the consumers' trajectory, without workers.
type shelf struct {
	*testing.T
	config string
	store  *postgres.Store
	super  *pgx.Conn
	refs   []postgres.Ref
}

// newShelf hands so many claims of consumers over, to the trajectory as shipped, and passes their intake.
func newShelf(t *testing.T, claims int) *shelf {
	t.Helper()
	db := testkit.DB(t, postgres.Fingerprint(), func(ctx context.Context, url string) error {
		_, err := postgres.Migrate(ctx, url)
		return err
	})
	super, err := pgx.Connect(t.Context(), db.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = super.Close(context.Background()) })
	s := &shelf{T: t, store: postgres.NewStore(db.App), super: super}
	own, err := filepath.Abs("../../config/testdata/trajectories")
	if err != nil {
		t.Fatal(err)
	}
	s.config = exampleConfig(t, `trajectories_dir: ""`, "trajectories_dir: "+own)
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	s.config = temporary(t, "dunning.yaml", strings.Replace(string(text), "postgres://app:x@127.0.0.1:5432/dunning", db.AppURL, 1))
	if cfg, err := config.Load(s.config, nil); err != nil {
		t.Fatal(err)
	} else if shelf, err := agreedLibrary(cfg); err != nil {
		t.Fatal(err)
	} else if err := registerTrajectories(t.Context(), s.store, shelf); err != nil {
		t.Fatal(err)
	}
	if err := addSampleClients(t.Context(), s.store, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if claims > 0 {
		s.handOver(claims)
	}
	return s
}

func (s *shelf) handOver(claims int) {
	s.Helper()
	shipped, err := trajectory.ReadLibrary(os.DirFS("../../config"))
	if err != nil {
		s.Fatal(err)
	}
	var file strings.Builder
	file.WriteString("client;claim;debtor_kind;debtor;street;postcode;town;email;language;invoice;invoice_date;due_date;amount;not_elsewhere\n")
	now := time.Now().In(calendar.Amsterdam)
	for i := range claims {
		_, _ = fmt.Fprintf(&file, "VBE;C-%d;consumer;Roos Voorbeeld-%d;Voorbeeldstraat %d;1001 BB;Proefdorp;r%d@debiteur.example;nl;F-%d;%s;%s;1000.00;yes\n", i, i, i+1, i, i,
			now.AddDate(0, 0, -60).Format("2006-01-02"), now.AddDate(0, 0, -30).Format("2006-01-02"))
	}
	desk := intake.Desk{Store: s.store, Library: shipped, Random: rand.Reader}
	verdicts, err := desk.Submit(s.Context(), strings.NewReader(file.String()), postgres.Actor{Name: "client", At: now}, nil)
	if err != nil {
		s.Fatal(err)
	}
	for _, v := range verdicts {
		ref, err := s.store.ClientOfClaim(s.Context(), v.ClaimID)
		if err != nil {
			s.Fatal(v, err)
		}
		if _, err := s.store.OpenClaim(s.Context(), ref, operator(), func(claim.Facts) string { return "" }); err != nil {
			s.Fatal(err)
		}
		s.refs = append(s.refs, ref)
	}
}

// left lets a letter of a claim have left by e-mail, some days ago.
func (s *shelf) left(ref postgres.Ref, step string, daysAgo int) {
	s.Helper()
	_, err := s.super.Exec(s.Context(), `INSERT INTO letter (client_id, claim_id, id, step, kind, cycle, channel, recipient, state, on_day, received_on, pay_by, demanded, subject, body, pdf, sha256, message_id)
		VALUES ($1, $2, gen_random_uuid(), $3, $3, 1, 'email', 'x', 'accepted', $4, $4, $4::date + 7, 100000, 's', 'b', '', '', gen_random_uuid())`,
		ref.ClientID, ref.ClaimID, step, calendar.DateOf(time.Now()).AddDays(-daysAgo))
	if err != nil {
		s.Fatal(err)
	}
}

// says runs a command and insists on its exit code and on what it tells.
func (s *shelf) says(code int, want string, line ...string) string {
	s.Helper()
	out, got, problem := runCommand(s.T, append(line, "--config", s.config)...)
	if got != code || !strings.Contains(out+problem, want) {
		s.Errorf("%v ends with %d: %s%s\nwant %d: %s", line, got, out, problem, code, want)
	}
	return out
}

func (s *shelf) pins() string {
	s.Helper()
	running, err := s.store.RunningTrajectories(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	return fmt.Sprint(running)
}

// What would change is told before anything does: by step, by claim, and for which claims a term of the law runs.
func TestTrajectoryDiff(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 3)
	s.left(s.refs[1], "reminder", 3)
	s.left(s.refs[2], "reminder", 21)
	s.left(s.refs[2], "sticker-reminder", 13)
	s.left(s.refs[2], "14-day-letter", 5)
	out := s.says(0, "consumer@1 to consumer@3: 3 running claims; 2 change, 0 stay as they are, 1 cannot change now", "trajectory", "diff", "consumer@1", "consumer@3")
	for _, want := range []string{"sticker-reminder by email", "2 days later", "│ monitoring-letter by post ", "the 14 days after receipt of the 14-day letter run"} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not tell %q:\n%s", want, out)
		}
	}
	if strings.Index(out, "│ sticker-reminder") > strings.Index(out, "│ 14-day-letter") || strings.Index(out, "│ summons") > strings.Index(out, "│ escalation-advice") {
		t.Errorf("not in the order of the steps:\n%s", out)
	}
	var d difference
	out = s.says(0, "", "trajectory", "diff", "consumer@1", "../../config/testdata/trajectories/consumer-3.yaml", "--json")
	if err := json.Unmarshal([]byte(out[strings.Index(out, "{"):]), &d); err != nil || d.Running != 3 || d.Changed != 2 || d.Refused != 1 {
		t.Fatalf("%v: %s", err, out)
	}
	for _, one := range d.Claims {
		if one.ClaimID == s.refs[1].ClaimID && (one.Before.What != "sticker-reminder by email" || one.After.On.DaysSince(one.Before.On) < 1 || len(one.Shifts) < 2) {
			t.Errorf("%+v", one)
		}
	}
	if s.pins() != "map[consumer@1:3]" {
		t.Errorf("it changed something: %s", s.pins())
	}
}

// Claims change in batches, once, and go back; those of which a term runs are named and change later.
func TestTrajectoryApply(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 5)
	s.left(s.refs[0], "14-day-letter", 5)
	apply := []string{"trajectory", "apply", "consumer@1", "consumer@3", "--all", "--batch", "2", "--reason", "more time"}
	out := s.says(0, "consumer@1 to consumer@3: 4 claims changed in ", apply...)
	if !strings.Contains(out, s.refs[0].ClaimID) || s.pins() != "map[consumer@1:1 consumer@3:4]" {
		t.Errorf("%s: %s", s.pins(), out)
	}
	s.says(2, "0 claims changed; 0 left alone, 1 refused", apply...)
	if _, err := s.super.Exec(t.Context(), `UPDATE letter SET on_day = on_day - 40, received_on = received_on - 40, pay_by = pay_by - 40`); err != nil {
		t.Fatal(err)
	}
	s.says(0, "1 claims changed", apply...)

	file := filepath.Join(t.TempDir(), "ids.txt")
	if err := os.WriteFile(file, []byte("# a pilot\n"+s.refs[1].ClaimID+"\n\n c-2 # too, by its client's reference\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	back := []string{"trajectory", "apply", "consumer@1", "consumer@3", "--back", "--reason", "no"}
	s.says(0, "consumer@3 to consumer@1: 2 claims changed", append(back, "--claims", file)...)
	s.says(0, `{"from":"consumer@3","to":"consumer@1","changed":0,"left_alone":2,"refused":[],"stopped":false}`, append(back, "--claims", file, "--json")...)
	s.says(0, "3 claims changed", append(back, "--all")...)
	if s.pins() != "map[consumer@1:5]" {
		t.Error(s.pins())
	}
	var told string
	if err := s.super.QueryRow(t.Context(), `SELECT string_agg(key || ' ' || (detail ->> 'to') || ' ' || (detail ->> 'reason'), '; ' ORDER BY seq) FROM case_event WHERE kind = 'trajectory-changed' AND claim_id = $1`, s.refs[1].ClaimID).Scan(&told); err != nil ||
		told != "trajectory consumer@3 more time; trajectory:2 consumer@1 no" {
		t.Errorf("the file tells %s (%v)", told, err)
	}
}

// Stopped in the middle, it goes on where it was; a claim that never came from the other trajectory does not go back to it.
func TestTrajectoryApplyIsStoppedAndGoesOn(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 5)
	if _, err := s.super.Exec(t.Context(), `UPDATE claim SET trajectory = 'consumer@3' WHERE id = $1`, s.refs[0].ClaimID); err != nil { // handed over to it
		t.Fatal(err)
	}
	rules := func(pin, file string) trajectory.Rules {
		p, err := readPolicy(file, nil)
		if err != nil || p.Pin() != pin {
			t.Fatal(p.Pin(), err)
		}
		shipped, err := trajectory.ReadLibrary(os.DirFS("../../config"))
		if err != nil {
			t.Fatal(err)
		}
		return trajectory.Rules{Policy: p, Tables: shipped.Tables()}
	}
	c := changing{store: s.store, from: rules("consumer@1", "../../config/trajectories/consumer.yaml"), to: rules("consumer@3", "../../config/testdata/trajectories/consumer-3.yaml"), by: operator}
	began := operator()
	c.by = func() postgres.Actor { began.At = began.At.AddDate(0, 0, 1); return began } // each claim takes a day
	ctx, stop := context.WithCancel(t.Context())
	var r migration
	err := applied{all: true, batch: 2, pause: time.Hour, reason: "x"}.each(ctx, c, func(done, _ int) {
		if stop(); done != 2 {
			t.Errorf("%d done before the first pause", done)
		}
	}, &r)
	if !errors.Is(err, context.Canceled) || r.Changed != 2 || s.pins() != "map[consumer@1:2 consumer@3:3]" {
		t.Errorf("%v: %d changed, %s", err, r.Changed, s.pins())
	}
	var told string
	if err := s.super.QueryRow(t.Context(), `SELECT string_agg((value_on - $1::date)::text, ' ' ORDER BY value_on) FROM case_event WHERE kind = 'trajectory-changed'`, calendar.DateOf(operator().At)).Scan(&told); err != nil || told != "1 2" {
		t.Errorf("they changed %s days later (%v)", told, err)
	}
	s.says(0, "2 claims changed", "trajectory", "apply", "consumer@1", "consumer@3", "--all", "--reason", "x")
	if err := s.super.QueryRow(t.Context(), `SELECT (SELECT count(*) FROM case_event WHERE kind = 'trajectory-changed') || ' in files, ' || (SELECT count(*) FROM outbox WHERE message = 'trajectory-changed') || ' to workflows'`).Scan(&told); err != nil ||
		told != "4 in files, 4 to workflows" {
		t.Errorf("of 4 changes it told %s (%v)", told, err)
	}
	s.says(0, "consumer@3 to consumer@1: 4 claims changed in ", "trajectory", "apply", "consumer@1", "consumer@3", "--all", "--back", "--reason", "x")
	if s.pins() != "map[consumer@1:4 consumer@3:1]" {
		t.Error(s.pins())
	}
}

// Killed while it changes the third claim, it leaves two that changed and three that did not, and goes on with those.
func TestTrajectoryApplyIsKilledAndGoesOn(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 5)
	sorted := slices.SortedFunc(slices.Values(s.refs), func(a, b postgres.Ref) int { return strings.Compare(a.ClaimID, b.ClaimID) })
	slow := `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NEW; END $$;
		CREATE TRIGGER slow AFTER UPDATE OF trajectory ON claim FOR EACH ROW WHEN (NEW.id = '` + sorted[2].ClaimID + `') EXECUTE FUNCTION slow()`
	if _, err := s.super.Exec(t.Context(), slow); err != nil {
		t.Fatal(err)
	}
	apply := []string{"trajectory", "apply", "consumer@1", "consumer@3", "--all", "--reason", "x"}
	cmd := exec.CommandContext(t.Context(), os.Args[0], append(apply, "--config", s.config)...)
	cmd.Env = append(os.Environ(), asProgram+"=yes")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err := poll(t.Context(), func() (sleeps bool, err error) {
		err = s.super.QueryRow(t.Context(), `SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`).Scan(&sleeps)
		return sleeps, err
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if _, err := s.super.Exec(t.Context(), `DROP TRIGGER slow ON claim`); err != nil { // waits until what was cut off is undone
		t.Fatal(err)
	}
	if s.pins() != "map[consumer@1:3 consumer@3:2]" {
		t.Error(s.pins())
	}
	s.says(0, "3 claims changed", apply...)
	var told int
	if err := s.super.QueryRow(t.Context(), `SELECT count(*) FROM case_event WHERE kind = 'trajectory-changed'`).Scan(&told); err != nil || told != 5 || s.pins() != "map[consumer@3:5]" {
		t.Errorf("%d told, %s (%v)", told, s.pins(), err)
	}
}

// Claims are changed to what every worker knows, as it knows it; a worker does not start with another content for a pin of claims.
func TestTrajectoriesThatNoWorkerKnows(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 1)
	dir := t.TempDir()
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile("../../config/testdata/trajectories/consumer-3.yaml")
	if err != nil {
		t.Fatal(err)
	}
	put("consumer-3.yaml", strings.Replace(string(text), "term: 9", "term: 8", 1))
	put("consumer-5.yaml", strings.Replace(string(text), "version: 3", "version: 5", 1))
	t.Run("apply", func(t *testing.T) {
		s := *s
		s.T, s.config = t, temporary(t, "dunning.yaml", strings.Replace(readText(t, s.config), "trajectories_dir: ", "trajectories_dir: "+dir+" # ", 1))
		s.says(2, "no worker knows trajectory consumer@5; right would be its file in the directory of every worker", "trajectory", "apply", "consumer@1", "consumer@5", "--all", "--reason", "x")
		s.says(2, "workers know trajectory consumer@3 with another content than its file here", "trajectory", "apply", "consumer@1", "consumer@3", "--all", "--reason", "x")
		s.says(0, "1 running claims", "trajectory", "diff", "consumer@1", "consumer@5")
		cfg, err := config.Load(s.config, nil)
		if err != nil {
			t.Fatal(err)
		}
		shelf, err := agreedLibrary(cfg)
		if err != nil {
			t.Fatal(err)
		}
		err = registerTrajectories(t.Context(), s.store, shelf)
		if want := "consumer-3.yaml: version: workers ran with another content of consumer@3 before; right would be the file as it was, and a higher version for this one"; err == nil || err.Error() != want {
			t.Errorf("a worker starts: %v", err)
		}
	})
	if s.pins() != "map[consumer@1:1]" {
		t.Error(s.pins())
	}
}

// Which trajectories a client agreed to stands in the file of clients.
func TestAClientAgreesToATrajectory(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 0)
	add := func(code int, want, more string) {
		t.Helper()
		s.says(code, want, "client", "add", temporary(t, "clients.yaml", goodClient+more))
	}
	add(2, `line 11: client 1 ("VBE"): trajectory_consumer: there is no trajectory "gold"; right would be one of [business consumer renamed]`, "  trajectory_consumer: gold\n")
	add(2, `line 11: client 1 ("VBE"): trajectory_business: trajectory renamed is for consumer debtors; right would be one for business debtors`, "  trajectory_business: renamed\n")
	add(0, "Voorbeeld Energie B.V.", "  trajectory_consumer: renamed\n  trajectory_business: business\n")
	var agreed string
	if err := s.super.QueryRow(t.Context(), `SELECT trajectory_consumer || ' ' || trajectory_business FROM client WHERE code = 'VBE'`).Scan(&agreed); err != nil || agreed != "renamed business" {
		t.Errorf("%s (%v)", agreed, err)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTrajectoryChangesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 0)
	file := filepath.Join(t.TempDir(), "ids.txt")
	if err := os.WriteFile(file, []byte("\nnumber one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := temporary(t, "none.txt", "# nobody\n")
	for _, c := range []struct {
		name string
		line string
		code int
		want string
	}{
		{"no such trajectory", "diff consumer@9 consumer@3", 2, `OLD: there is no trajectory "consumer@9"; right would be one of business@1, consumer@1, consumer@3, renamed@1, or another whose file is in policy.trajectories_dir`},
		{"no such file", "diff consumer@1 nowhere.yaml", 3, "no such file"},
		{"a file cannot be applied", "apply consumer@1 ../../config/trajectories/consumer.yaml --all --reason x", 2, "NEW: there is no trajectory"},
		{"the same", "diff consumer@1 consumer@1", 2, "claims of consumer@1 cannot change to consumer@1: they are the same"},
		{"of other debtors", "diff consumer@1 business@1", 2, "cannot change to business@1: it is for business debtors"},
		{"nothing chosen", "apply consumer@1 consumer@3 --reason x", 2, "--claims or --all: right would be one of them"},
		{"no reason", "apply consumer@1 consumer@3 --all", 2, "--reason: a change of trajectory has a reason"},
		{"batches of none", "apply consumer@1 consumer@3 --all --reason x --batch 0", 2, "--batch: 0 is less than 1"},
		{"a pause of less than nothing", "apply consumer@1 consumer@3 --all --reason x --pause -1s", 2, "--pause: -1s is less than nothing"},
		{"a file without claims", "apply consumer@1 consumer@3 --reason x --claims " + file, 2, "line 2: claim: not found; right would be its id, the dossier number"},
		{"a file of nothing", "apply consumer@1 consumer@3 --reason x --claims " + empty, 2, "it names no claims; right would be one a line"},
		{"no file of ids", "apply consumer@1 consumer@3 --reason x --claims nowhere.txt", 3, "--claims: open nowhere.txt"},
		{"no claims at all", "diff consumer@1 consumer@3", 0, "0 running claims; 0 change"},
	} {
		s.says(c.code, c.want, append([]string{"trajectory"}, strings.Fields(c.line)...)...)
	}
}
