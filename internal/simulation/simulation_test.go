package simulation_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/simulation"
	"github.com/incassocenter/dunning/internal/trajectory"
)

const handedOver = "2026-10-05"

var (
	consumer = claim.DebtorKind{NaturalPerson: true}
	company  = claim.DebtorKind{InBusiness: true}
)

func received(on calendar.Date, channel string) calendar.Date {
	if channel == trajectory.ChannelPost {
		return calendar.AddWorkingDays(on, 2)
	}
	return on
}

// setup is n claims of 1000.00, due on 2026-09-04, on the trajectories as shipped, played once for two years by nobody but the program.
func setup(t *testing.T, kind claim.DebtorKind, n int) simulation.Setup {
	t.Helper()
	shelf, err := trajectory.ReadLibrary(os.DirFS("../../config"))
	if err != nil {
		t.Fatal(err)
	}
	s := simulation.Setup{Tables: shelf.Tables(), Received: received, Runs: 1, Years: 2, Seed: 1, Model: quiet()}
	s.Sides = []simulation.Side{{Name: "shipped", Consumer: shelf.Default(consumer), Business: shelf.Default(company)}}
	for i := range n {
		s.Claims = append(s.Claims, claim.Facts{
			ClaimID: fmt.Sprintf("claim %d", i), Plan: "premium", Status: claim.StatusOpen, Debtor: kind, HasEmail: true, HandedOverOn: calendar.MustParseDate(handedOver),
			Invoices: []claim.Invoice{{Number: "1", Issued: calendar.MustParseDate("2026-08-05"), Due: calendar.MustParseDate("2026-09-04"), Amount: money.MustParse("1000.00")}},
		})
	}
	return s
}

// quiet is a model in which nobody does anything.
func quiet() simulation.Behaviour {
	none := simulation.Debtors{Days: []int{3}, Part: 250, JudgedAfter: 4}
	return simulation.Behaviour{ID: "quiet", Version: 1, Consumer: none, Business: none, Client: simulation.Client{Days: []int{5}}, Operator: simulation.Operator{LetsGoAfter: 7},
		Prices: simulation.Prices{Email: 2, Post: 165}}
}

func play(t *testing.T, s simulation.Setup) [][]simulation.Figures {
	t.Helper()
	figures, err := s.Play(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return figures
}

// say is the figures of a run in words, those that are not nought.
func say(x simulation.Figures) string {
	var words []string
	for _, m := range simulation.Measures() {
		switch v := m.Of(x); {
		case v == 0:
		case m.Money:
			words = append(words, fmt.Sprintf("%s %s", m.Name, money.Cents(v)))
		default:
			words = append(words, fmt.Sprintf("%s %d", m.Name, v))
		}
	}
	return strings.Join(words, "; ")
}

// What others do is the model, to the letter; everything else is what the program decides.
func TestWhatComesOfAClaim(t *testing.T) {
	t.Parallel()
	always := simulation.Answer{Pays: 1000}
	for _, c := range []struct {
		name  string
		kind  claim.DebtorKind
		model func(*simulation.Behaviour)
		want  string
	}{
		{"nobody does anything", consumer, func(*simulation.Behaviour) {},
			"claims still open 1; letters by e-mail 7; letters by post 1; cost of sending 1.79"},
		{"the reminder is paid three days later", consumer, func(b *simulation.Behaviour) { b.Consumer.Letters = map[string]simulation.Answer{"reminder": always} },
			"claims paid 1; days to payment, mean 3; days to payment, half 3; letters by e-mail 1; cost of sending 0.02; collected 1000.00; to the client 1000.00"},
		{"by a consumer, which says nothing of a company", company, func(b *simulation.Behaviour) { b.Consumer.Letters = map[string]simulation.Answer{"reminder": always} },
			"claims still open 1; letters by e-mail 6; letters by post 1; cost of sending 1.77"},
		{"the summons is paid with costs and interest", consumer, func(b *simulation.Behaviour) { b.Consumer.Letters = map[string]simulation.Answer{"summons": always} },
			"claims paid 1; days to payment, mean 35; days to payment, half 35; letters by e-mail 4; cost of sending 0.08; collected 1156.90; to the client 1000.00; to the agency 156.90"},
		{"the monitoring letter is paid: halves", company, func(b *simulation.Behaviour) {
			b.Business.Letters = map[string]simulation.Answer{"monitoring-letter": always}
		},
			"claims paid 1; days to payment, mean 428; days to payment, half 428; letters by e-mail 6; letters by post 1; cost of sending 1.77; collected 1183.62; to the client 591.81; to the agency 591.81"},
		{"a part of the reminder: a quarter, and it goes on", consumer, func(b *simulation.Behaviour) {
			b.Consumer.Letters = map[string]simulation.Answer{"reminder": {PaysPart: 1000}}
		}, "claims still open 1; letters by e-mail 7; letters by post 1; cost of sending 1.79; collected 250.00; to the client 250.00"},
		{"disputed, and upheld four days later: the client hears it too", consumer, func(b *simulation.Behaviour) {
			b.Consumer.Letters, b.Consumer.Upheld = map[string]simulation.Answer{"reminder": {Disputes: 1000}}, 1000
		}, "claims ended otherwise 1; letters by e-mail 2; cost of sending 0.04"},
		{"the client closes", consumer, func(b *simulation.Behaviour) { b.Client.Close = 1000 }, "claims ended otherwise 1; letters by e-mail 6; cost of sending 0.12"},
		{"all but a trifle is paid: it is let go", consumer, func(b *simulation.Behaviour) {
			b.Consumer.Letters, b.Consumer.Part = map[string]simulation.Answer{"reminder": {PaysPart: 1000}}, 999
		}, "claims paid 1; days to payment, mean 10; days to payment, half 10; letters by e-mail 1; cost of sending 0.02; collected 999.00; to the client 999.00; let go 4.73"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := setup(t, c.kind, 1)
			c.model(&s.Model)
			if got := say(play(t, s)[0][0]); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func shippedModel(t *testing.T) simulation.Behaviour {
	t.Helper()
	data, err := os.ReadFile("../../config/behaviour/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := simulation.ParseBehaviour("default.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// busy is a portfolio in which everything happens.
func busy(t *testing.T) simulation.Setup {
	t.Helper()
	s := setup(t, consumer, 700)
	for i := range s.Claims {
		if i%3 == 0 {
			s.Claims[i].Debtor = company
		}
		s.Claims[i].HasEmail = i%5 != 0
	}
	s.Model, s.Runs = shippedModel(t), 3
	return s
}

// Every cent that came in has an owner, and every claim an end or a next day; in all runs together everything of the model happens.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	s := busy(t)
	var paid, ended, open int
	for run, x := range play(t, s)[0] {
		if x.Collected != x.ToClient+x.ToAgency || x.Claims != len(s.Claims) || x.Paid+x.Ended+x.Open != x.Claims || x.ByWeek[len(x.ByWeek)-1] != x.Collected {
			t.Errorf("run %d: %+v", run, x)
		}
		paid, ended, open = paid+x.Paid, ended+x.Ended, open+x.Open
	}
	if paid == 0 || ended == 0 || open == 0 {
		t.Errorf("paid %d, ended %d, open %d", paid, ended, open)
	}
}

// The same setup gives the same figures, in whatever order the claims are played; the same side twice differs in nothing; another seed is other debtors.
func TestTheSameSetupGivesTheSameFigures(t *testing.T) {
	s := busy(t)
	s.Sides = append(s.Sides, s.Sides[0])
	first := play(t, s)
	was := runtime.GOMAXPROCS(1)
	again := play(t, s)
	runtime.GOMAXPROCS(was)
	same := cmpopts.IgnoreUnexported(simulation.Figures{})
	if diff := cmp.Diff(first, again, same); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(first[0], first[1], same); diff != "" {
		t.Errorf("two sides that are alike: %s", diff)
	}
	if cmp.Equal(first[0][0], first[0][1], same) {
		t.Error("two runs have the same debtors")
	}
	s.Seed = 2
	if cmp.Equal(first, play(t, s), same) {
		t.Error("another seed has the same debtors")
	}
}

func TestWhoWantsNoMoreIsHeard(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := busy(t).Play(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAnErrorNamesTheClaim(t *testing.T) {
	t.Parallel()
	s := setup(t, consumer, 1)
	s.Claims[0].Invoices[0].Due = calendar.MustParseDate("1990-01-01") // before the first rate
	if _, err := s.Play(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "claim claim 0 on shipped: ") {
		t.Error(err)
	}
}

func TestIntervals(t *testing.T) {
	t.Parallel()
	var hundred []int64
	for v := range int64(100) {
		hundred = append(hundred, 99-v)
	}
	for _, c := range []struct {
		runs []int64
		want simulation.Interval
	}{
		{[]int64{7}, simulation.Interval{Mean: 7, Low: 7, High: 7}},
		{[]int64{3, 1, 2}, simulation.Interval{Mean: 2, Low: 1, High: 3}},
		{[]int64{-3, -3, -2}, simulation.Interval{Mean: -3, Low: -3, High: -2}},
		{hundred, simulation.Interval{Mean: 50, Low: 5, High: 94}},
	} {
		if got := simulation.Over(c.runs); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

func TestModelsThatAreRefused(t *testing.T) {
	t.Parallel()
	whole, err := os.ReadFile("../../config/behaviour/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ was, becomes, want string }{
		{"version: 1", "version: 0", "b.yaml: id, version: right would be a name and a version of 1 or more"},
		{"{pays: 180, pays_part: 30, disputes: 12}", "{pays: 980, pays_part: 30, disputes: 12}", "b.yaml: consumer: letters: reminder: [980 30 12]; right would be chances per 1000, together 1000 at most"},
		{"court: 80", "court: -1", "b.yaml: client: court, monitoring, close: [-1 350 120]; right would be chances per 1000, together 1000 at most"},
		{"upheld: 300", "upheld: 1001", "b.yaml: business: upheld: [1001]; right would be chances per 1000, together 1000 at most"},
		{"days: [2, 5, 9, 14, 20, 27]", "days: []", "b.yaml: client: days: []; right would be days of 0 or more"},
		{"lets_go_after: 7", "lets_go_after: -7", "b.yaml: operator: lets_go_after: [-7]; right would be days of 0 or more"},
		{`email: "0.02"`, `email: "-0.02"`, "b.yaml: prices: a letter costs nothing or more"},
		{"part: 400", "parts: 400", "b.yaml is no model of behaviour: line 26: \"parts\" is no key here; right would be one of letters, days, part, to_client, judged_after, upheld"},
		{"id: default", "---\nid: default", "b.yaml is no model of behaviour: there is more after the first document"},
	} {
		text := strings.Replace(string(whole), c.was, c.becomes, 1)
		if c.becomes == "---\nid: default" {
			text = string(whole) + "---\nid: more\n"
		}
		_, err := simulation.ParseBehaviour("b.yaml", []byte(text))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", c.becomes, err, c.want)
		}
	}
}

// The picture is SVG that can be read, with a line, a band and a whisker for each side and for each difference, and every side named with its figures, whatever the sides are called.
func TestTheChart(t *testing.T) {
	t.Parallel()
	s := setup(t, consumer, 3)
	s.Sides = append(s.Sides, s.Sides[0])
	s.Sides[1].Name = "<&>"
	chart := simulation.Chart("x", s, play(t, s))
	if chart != simulation.Chart("x", s, play(t, s)) || strings.Count(chart, "<polyline") != 3 || strings.Count(chart, "<polygon") != 3 || strings.Count(chart, `stroke-width="1.8"`) != 3 ||
		strings.Count(chart, ">&lt;&amp;&gt;</text>") != 2 || strings.Count(chart, "</title>"+s.Sides[0].Name+"</text>") != 1 {
		t.Error(chart)
	}
	for d := xml.NewDecoder(strings.NewReader(chart)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// The axes have round numbers, and go on until all years are over and over all that was collected.
func TestTheAxes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		years   int
		most    string
		amounts string
		times   string
	}{
		{5, "107400.98", "0 50\u202f000 100\u202f000 150\u202f000", "0 1 2 3 4 5"},
		{1, "80550.73", "0 20\u202f000 40\u202f000 60\u202f000 80\u202f000 100\u202f000", "0 1"},
		{20, "0.00", "0.00 0.01", "0 2 4 6 8 10 12 14 16 18 20"},
		{5, "100.00", "0 20 40 60 80 100", "0 1 2 3 4 5"},
	} {
		chart := simulation.Chart("x", simulation.Setup{Years: c.years, Sides: make([]simulation.Side, 1)}, [][]simulation.Figures{{{ByWeek: []money.Amount{0, money.MustParse(c.most)}}}})
		labels := func(anchor string) string {
			var found []string
			for _, label := range regexp.MustCompile(`text-anchor="`+anchor+`" fill="#5a626b">([0-9.\x{202f}]+)<`).FindAllStringSubmatch(chart, -1) {
				found = append(found, label[1])
			}
			return strings.Join(found, " ")
		}
		if amounts, times := labels("end"), labels("middle"); amounts != c.amounts || times != c.times {
			t.Errorf("%s in %d years: amounts %s, years %s, want %s and %s", c.most, c.years, amounts, times, c.amounts, c.times)
		}
		if !strings.Contains(chart, ` 700,`) {
			t.Error("the curve ends before the axis does")
		}
	}
}

// A side on which another lies is seen too: each has a line, a mark and a width of its own, whatever the colours are.
func TestSidesAreToldApartWithoutColours(t *testing.T) {
	t.Parallel()
	run := simulation.Figures{ByWeek: []money.Amount{money.MustParse("100.00"), money.MustParse("250.00")}}
	sides := []simulation.Side{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	chart := simulation.Chart("x", simulation.Setup{Years: 1, Sides: sides}, [][]simulation.Figures{{run}, {run}, {run}})
	seen := map[string]bool{}
	for _, line := range regexp.MustCompile(`<polyline points="[^"]*" fill="none" stroke="[^"]*" (stroke-width="[^"]*" stroke-dasharray="[^"]*")`).FindAllStringSubmatch(chart, len(sides)) {
		seen[line[1]] = true
	}
	if len(seen) != len(sides) || !strings.Contains(chart, ">250.00 [250.00, 250.00]<") {
		t.Error(chart)
	}
}

// The band of a week is what most runs lie between by then, and a difference is one of each run.
func TestTheBandOfAWeek(t *testing.T) {
	t.Parallel()
	of := func(amounts ...string) (runs []simulation.Figures) {
		for _, amount := range amounts {
			runs = append(runs, simulation.Figures{ByWeek: []money.Amount{money.MustParse(amount)}})
		}
		return runs
	}
	sides := []simulation.Side{{Name: "a"}, {Name: "b"}}
	chart := simulation.Chart("x", simulation.Setup{Years: 1, Sides: sides}, [][]simulation.Figures{of("10.00", "30.00"), of("11.00", "33.00")})
	for _, want := range []string{">20.00 [10.00, 30.00]<", ">22.00 [11.00, 33.00]<", ">2.00 [1.00, 3.00]<", "mean of 2 runs; band: between what all of them lie"} {
		if !strings.Contains(chart, want) {
			t.Errorf("no %s in %s", want, chart)
		}
	}
}
