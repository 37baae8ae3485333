package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/law"
)

// Prometheus can warn long before anything is refused: each table that has an end has a figure, also after it.
func TestDaysThatTheLawStillHoldsAreMeasured(t *testing.T) {
	t.Parallel()
	tables, err := readLaw("")
	if err != nil {
		t.Fatal(err)
	}
	meters, err := newMetrics()
	if err != nil {
		t.Fatal(err)
	}
	today := calendar.MustParseDate("2026-12-02")
	if err := meters.watchLaw(tables, func() calendar.Date { return today }); err != nil {
		t.Fatal(err)
	}
	scrape := func() string {
		answer := httptest.NewRecorder()
		promhttp.HandlerFor(meters.registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
		return answer.Body.String()
	}
	figures := scrape()
	for _, want := range []string{`\{.*table="interest.yaml consumer".*\} 29`, `\{.*table="interest.yaml commercial".*\} 29`, `\{.*table="court.yaml fees".*\} 29`, `\{.*table="court.yaml salary".*\} 425`} {
		if !regexp.MustCompile(`(?m)^dunning_law_days_left` + want + `$`).MatchString(figures) {
			t.Errorf("no %s in\n%s", want, figures)
		}
	}
	if strings.Contains(figures, "costs.yaml") || strings.Contains(figures, "vat.yaml") {
		t.Error("a table without an end has a figure")
	}
	today = calendar.MustParseDate("2027-01-02")
	if figures := scrape(); !regexp.MustCompile(`(?m)^dunning_law_days_left\{.*table="interest.yaml consumer".*\} -2$`).MatchString(figures) {
		t.Errorf("after the end:\n%s", figures)
	}
}

// small are tables of which the interest of consumers ends first, on 31 January 2000.
var small = fstest.MapFS{
	"interest.yaml": {Data: []byte(`consumer: {article: a, source: b, confirmed_until: 2000-01-31, rates: [{from: 1999-01-01, percent: "6"}]}
commercial: {article: a, source: b, confirmed_until: 2000-06-30, rates: [{from: 1999-01-01, percent: "8"}]}
`)},
	"costs.yaml": {Data: []byte(`[{from: 1999-01-01, article: a, source: b, minimum: "40.00", maximum: "100.00", bands: [{percent: "15"}], instalments: {article: a, source: b, months: 6}}]`)},
	"court.yaml": {Data: []byte(`fees: [{from: 1999-01-01, until: 2000-12-31, article: a, source: b, rows: [{legal: "1.00", natural: "1.00"}]}]
summons: [{from: 1999-01-01, until: 2000-12-31, article: a, source: b, amount: "1.00"}]
salary: [{from: 1999-01-01, until: 2000-12-31, article: a, source: b, rows: [{point: "1.00"}]}]
after_judgment: [{from: 1999-01-01, until: 2000-12-31, article: a, source: b, unserved: "1.00", served: "2.00"}]
`)},
	"vat.yaml": {Data: []byte(`[{from: 1999-01-01, percent: "19", article: a, source: b}]`)},
}

// The worker says it at start and once a day, whatever the number of claims.
func TestTheWorkerWarnsEveryDay(t *testing.T) {
	t.Parallel()
	tables, err := law.ReadTables(small)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { // begins on 1 January 2000, at one o'clock at night in Amsterdam
		var said bytes.Buffer
		lines := func(after time.Duration) string {
			time.Sleep(after)
			synctest.Wait()
			defer said.Reset()
			return regexp.MustCompile(`time=\S+ `).ReplaceAllString(said.String(), "")
		}
		go func() { _ = watchLaw(t.Context(), slog.New(slog.NewTextHandler(&said, nil)), tables) }()
		const holds = "level=INFO msg=\"the tables of law hold\" first_to_end=\"interest.yaml consumer\" days_left=30\n"
		if got := lines(0); got != holds {
			t.Errorf("at start %s", got)
		}
		if got := lines(23 * time.Hour); got != "" {
			t.Errorf("the same day again: %s", got)
		}
		const warns = `level=WARN msg="a table of law runs out: add the row that is missing" table="interest.yaml consumer" days_left=29 missing="interest.yaml consumer: the row from 2000-02-01; `
		if got := lines(time.Hour); !strings.HasPrefix(got, warns) || strings.Count(got, "\n") != 1 {
			t.Errorf("the next day %s", got)
		}
	})
}

// And the worker does so: what is configured is what is watched.
func TestTheWorkerWatchesTheLaw(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	says(t, "http://"+o.stack.config.HTTP.Listen+"/metrics", `(?m)^dunning_law_days_left\{.*table="interest.yaml consumer".*\} -?\d+$`)
	tables, err := readLaw("")
	if err != nil {
		t.Fatal(err)
	}
	want := "the tables of law hold"
	for _, s := range tables.Standing(calendar.DateOf(time.Now())) {
		if s.RunsOut() {
			want = "a table of law runs out"
		}
	}
	if err := poll(t.Context(), func() (bool, error) { return strings.Contains(o.log.String(), want), nil }); err != nil {
		t.Errorf("the worker does not say %q: %v", want, err)
	}
}
