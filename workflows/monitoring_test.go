package workflows_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/registers"
	"github.com/incassocenter/dunning/internal/settlement"
)

// connect has every register answer from a script.
func (w *world) connect(lines ...string) {
	w.t.Helper()
	script, err := registers.Script(lines...)
	if err != nil {
		w.t.Fatal(err)
	}
	sources := map[claim.Register]registers.Source{}
	for _, register := range claim.Registers() {
		sources[register] = script
	}
	desk, err := registers.Connect(sources)
	if err != nil {
		w.t.Fatal(err)
	}
	w.rules = w.rules.Asking(desk.Registers()...)
	w.claims.Rules, w.claims.Registers, w.letters.Rules = w.rules, desk, w.rules
}

// afterwards is the tale from the day on which monitoring began.
func afterwards(tale string) string {
	_, after, _ := strings.Cut(tale, " monitoring-started\n")
	return after
}

// without drops the lines of a tale that end in words which tell nothing new.
func without(tale string, words ...string) string {
	var kept strings.Builder
	for l := range strings.Lines(tale) {
		dull := false
		for _, w := range words {
			dull = dull || strings.HasSuffix(strings.TrimSuffix(l, "\n"), w)
		}
		if !dull {
			kept.WriteString(l)
		}
	}
	return kept.String()
}

// Twenty years in which registers know of nothing: asked twice a year, a letter each year, a run for each, and the end.
func TestTwentyYearsOfMonitoring(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.connect()
	tale := afterwards(w.live())
	for what, want := range map[string]int{
		"insolvency: none": 40, "company: none": 20, "monitoring-letter by post": 19, "closed: closed": 1, "address": 0, "task": 0, "interruption": 0,
	} {
		if got := strings.Count(tale, what); got != want {
			t.Errorf("%d times %q, want %d\n%s", got, what, want, tale)
		}
	}
	if w.chapters != 23 { // amicable, decision, one for each year, and the day after them
		t.Errorf("%d runs", w.chapters)
	}
}

// A year in which no letter leaves is a run of its own too: registers are asked in it.
func TestYearsOfMonitoringWithoutLetters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.connect("2026-11-10 insolvency bankrupt")
	tale := w.live("2030-01-10 12:00 operator-closes")
	if w.chapters != 6 || strings.Contains(tale, "monitoring-letter") { // amicable, decision, and four years
		t.Errorf("%d runs\n%s", w.chapters, tale)
	}
}

func TestWhatRegistersSay(t *testing.T) {
	t.Parallel()
	dull := []string{": none", "monitoring-letter by post"}
	for _, s := range []struct {
		name, who      string
		script, events []string
		want           string
	}{
		{"a company is bankrupt in year 3; the bankruptcy ends in year 6, and with it the company", "company premium",
			[]string{"2029-09-10 insolvency bankrupt", "2032-08-01 insolvency bankruptcy-ended"}, nil, `
			2029-12-04 insolvency: bankrupt since 2029-09-10
			2029-12-04 bankrupt
			2029-12-04 task: stopped:bankrupt
			2030-06-04 insolvency: bankrupt since 2029-09-10
			2030-12-04 insolvency: bankrupt since 2029-09-10
			2031-06-04 insolvency: bankrupt since 2029-09-10
			2031-12-04 insolvency: bankrupt since 2029-09-10
			2032-06-04 insolvency: bankrupt since 2029-09-10
			2032-12-04 insolvency: bankruptcy-ended since 2032-08-01
			2032-12-04 monitoring-ended
			2032-12-04 closed: closed`},
		{"a person who was bankrupt still owes, and is written to again", "sole-trader premium",
			[]string{"2029-09-10 insolvency bankrupt", "2030-04-01 insolvency bankruptcy-ended"}, []string{"2031-02-01 12:00 operator-closes"}, `
			2029-12-04 insolvency: bankrupt since 2029-09-10
			2029-12-04 bankrupt
			2029-12-04 task: stopped:bankrupt
			2030-06-04 insolvency: bankruptcy-ended since 2030-04-01
			2030-06-04 bankrupt-cleared
			2030-12-04 insolvency: bankruptcy-ended since 2030-04-01
			2031-02-01 close-requested
			2031-02-01 closed: closed`},
		{"a WSNP that ends with a clean slate leaves a natural obligation", "consumer premium", []string{"2027-07-01 insolvency wsnp", "2029-02-01 insolvency clean-slate"}, nil, `
			2027-12-25 insolvency: wsnp since 2027-07-01
			2027-12-25 wsnp
			2027-12-25 task: stopped:wsnp
			2028-06-25 insolvency: wsnp since 2027-07-01
			2028-08-18 task: interrupt:2028-11-16
			2028-12-25 insolvency: wsnp since 2027-07-01
			2029-06-25 insolvency: clean-slate since 2029-02-01
			2029-06-25 monitoring-ended
			2029-06-25 closed: closed
			2029-06-25 task-dropped`},
		{"an insolvency that is not there any more: a person finds out how it ended", "company premium", []string{"2028-01-10 insolvency bankrupt", "2028-08-01 insolvency none"},
			[]string{"2028-12-20 12:00 stops-monitoring insolvency"}, `
			2028-06-04 insolvency: bankrupt since 2028-01-10
			2028-06-04 bankrupt
			2028-06-04 task: stopped:bankrupt
			2028-12-04 task: insolvency-ended
			2028-12-20 monitoring-ended
			2028-12-20 closed: closed`},
		{"moved: letters go by e-mail until the address is found", "consumer premium", []string{"2027-10-01 address moved"},
			[]string{"2029-03-01 12:00 clear address-unknown", "2029-12-30 12:00 operator-closes"}, `
			2027-12-25 address: moved since 2027-10-01
			2027-12-25 address-unknown
			2027-12-25 task: find-address
			2027-12-27 monitoring-letter by email
			2028-12-25 address: moved since 2027-10-01
			2028-12-27 monitoring-letter by email
			2029-03-01 address-unknown-cleared
			2029-12-25 address: moved since 2027-10-01
			2029-12-30 close-requested
			2029-12-30 closed: closed`},
		{"death: no letter any more; without an estate it ends", "consumer premium", []string{"2027-09-01 address deceased"},
			[]string{"2027-06-01 12:00 stops-monitoring no-estate", "2028-03-01 12:00 stops-monitoring no-estate"}, `
			2027-06-01 stops-monitoring no-estate refused: no-estate needs that the debtor has died (claim flag)
			2027-12-25 address: deceased since 2027-09-01
			2027-12-25 deceased
			2027-12-25 task: stopped:deceased
			2028-03-01 monitoring-ended
			2028-03-01 closed: closed`},
		{"dissolved: a person looks for assets, and ends it", "company premium", []string{"2028-10-01 company dissolved"}, []string{"2029-01-10 12:00 stops-monitoring no-assets"}, `
			2028-12-04 company: dissolved since 2028-10-01
			2028-12-04 task: dissolved
			2029-01-10 monitoring-ended
			2029-01-10 closed: closed`},
		{"what a person made of an answer stands when it is given again", "company premium", []string{"2027-05-01 insolvency bankrupt"},
			[]string{"2027-06-10 12:00 clear bankrupt", "2028-12-10 12:00 operator-closes"}, `
			2027-06-04 insolvency: bankrupt since 2027-05-01
			2027-06-04 bankrupt
			2027-06-04 task: stopped:bankrupt
			2027-06-10 bankrupt-cleared
			2027-06-10 task: bankrupt-ended:2027-06-10
			2027-12-04 insolvency: bankrupt since 2027-05-01
			2028-06-04 insolvency: bankrupt since 2027-05-01
			2028-12-04 insolvency: bankrupt since 2027-05-01
			2028-12-10 close-requested
			2028-12-10 task-dropped
			2028-12-10 closed: closed`},
		{"a register is down for a month: tried again, left until its next time, and the letter leaves", "company premium",
			[]string{"2027-11-20 insolvency no-answer", "2027-12-20 insolvency none"}, []string{"2028-06-10 12:00 operator-closes"}, `
			2027-12-04 insolvency: no-answer, try 1: the register is down
			2027-12-05 insolvency: no-answer, try 2: the register is down
			2027-12-12 check-skipped insolvency: no answer in 3 tries (the register is down): it is asked again at its next time
			2028-06-10 close-requested
			2028-06-10 closed: closed`},
	} {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, s.who)
			w.connect(s.script...)
			same(t, without(afterwards(w.live(s.events...)), dull...), s.want)
		})
	}
}

// Whatever registers do, the letter of the year leaves in that year.
func TestARegisterThatNeverAnswersHoldsNothingUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.connect("2026-01-01 insolvency no-answer", "2026-01-01 company no-answer")
	tale := afterwards(w.live("2030-01-10 12:00 operator-closes"))
	if letters, skipped := strings.Count(tale, "monitoring-letter by post"), strings.Count(tale, "check-skipped"); letters != 3 || skipped != 11 {
		t.Errorf("%d letters, %d times skipped\n%s", letters, skipped, tale)
	}
}

func TestTheClientEndsMonitoring(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	tale := w.live(
		"2026-11-10 12:00 stops-monitoring client", "2027-03-01 12:00 stops-monitoring because", "2027-03-01 12:05 stops-monitoring insolvency", "2027-03-01 12:10 stops-monitoring client",
		"2027-04-01 12:00 pays 100.01", // after it has ended: the books take it, and nothing leaves
	)
	_, tale, _ = strings.Cut(tale, " escalation-advice by email\n")
	same(t, tale, `
		2026-11-10 stops-monitoring client refused: the claim is not being monitored; right would be the decision of the client (claim decide) or a withdrawal
		2026-11-17 decision-reminder by email
		2026-12-04 decision by default: monitoring
		2026-12-04 monitoring-started
		2027-03-01 stops-monitoring because refused: "because" is not client, insolvency, no-estate or no-assets
		2027-03-01 stops-monitoring insolvency refused: insolvency needs that the WSNP of a natural person or the bankruptcy of a company has ended, by the insolvency register or by its flag (claim flag --clear); what a bankruptcy leaves a natural person owes still (art. 195 Fw). If the client wants no more debt monitoring, right would be the ending client
		2027-03-01 monitoring-ended
		2027-03-01 closed: closed`)
}

// Money that comes in during monitoring is halved, the odd cent to the client; what was paid before it began, but is heard of later, is the client's.
func TestRecoveriesAreHalvedFromTheDayMonitoringBegins(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.live("2027-03-01 12:00 pays 100.01", "2027-03-02 12:00 paid-on 2026-12-03 50.00", "2027-03-02 13:00 paid-on 2026-12-04 60.01", "2027-04-01 12:00 operator-closes")
	f := w.facts()
	account, err := f.AccountOn(w.rules.Tables(), calendar.MustParseDate("2027-04-01"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, share := range settlement.ClientFirst.Shares(account, f.Principal(), f.Halved) {
		got = append(got, fmt.Sprintf("%s %s+%s halved %v", share.Settlement.On, share.Client, share.Agency, share.Monitoring))
	}
	if want := "[2026-12-03 50.00+0.00 halved false 2026-12-04 30.01+30.00 halved true 2027-03-01 50.01+50.00 halved true]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// A claim that a hold keeps for years is not time-barred meanwhile, and no other letter leaves.
func TestInterruptionDuringAHold(t *testing.T) {
	t.Parallel()
	tellAll(t, []story{
		{"a consumer, on hold since the reminder", "consumer basis", []string{"2026-10-06 12:00 held", "2030-05-01 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 held
			2027-01-04 task: review-hold:2027-01-04
			2028-07-07 interruption by post
			2030-04-12 interruption by post
			2030-05-01 close-requested
			2030-05-01 task-dropped
			2030-05-01 closed: closed`},
		{"nobody judges a dispute for years; then a person interrupts by hand", "consumer basis no-email", []string{
			"2026-10-06 12:00 disputes", "2028-07-01 12:00 flag address-unknown", "2028-08-01 12:00 interrupted 2028-07-20", "2030-05-01 12:00 operator-closes",
		}, `
			2026-10-05 reminder by post
			2026-10-06 dispute-raised
			2026-10-06 task: judge-dispute:d1
			2026-10-21 task: late-judgement:d1
			2028-07-01 address-unknown
			2028-07-09 task: interrupt:2028-10-07
			2028-08-01 interrupted
			2030-04-21 task: interrupt:2030-07-20
			2030-05-01 close-requested
			2030-05-01 task-dropped
			2030-05-01 task-dropped
			2030-05-01 closed: closed
			2030-05-01 task-dropped`},
		{"a bankrupt is never written to: a person lodges the claim", "company basis", []string{"2026-10-06 12:00 flag bankrupt", "2032-01-05 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 bankrupt
			2026-10-06 task: stopped:bankrupt
			2031-07-07 task: interrupt:2031-10-05
			2032-01-05 close-requested
			2032-01-05 closed: closed
			2032-01-05 task-dropped`},
	})
}
