package workflows_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var showPackages = flag.String("show-packages", "", "directory to write the packages for the court to, to look at them")

// packed makes a package for a recipient as of a day.
func (w *world) packed(to letter.Conductor, on string, change ...func(*activities.PackageOrder)) (activities.CourtPackage, error) {
	w.t.Helper()
	order := activities.PackageOrder{To: to, On: calendar.MustParseDate(on)}
	for _, f := range change {
		f(&order)
	}
	made, err := activities.CourtDesk{Files: w.store, Writer: w.letters.Writer.(*activities.LetterWriter)}.Make(context.Background(), w.ref, order, postgres.Actor{Name: "operator", At: order.On.At(15, 0)})
	if *showPackages != "" && err == nil {
		if err := os.WriteFile(filepath.Join(*showPackages, strings.ReplaceAll(w.t.Name(), "/", "-")+"-"+on+"-"+string(to)+".pdf"), made.PDF, 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	return made, err
}

func asMade(o *activities.PackageOrder)  { o.AsMade = true }
func preview(o *activities.PackageOrder) { o.Preview = true }

// packages is how many packages are recorded, and how many events tell of one.
func (w *world) packages() (recorded, told int) {
	w.t.Helper()
	list, err := w.store.Packages(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	events, err := w.store.Timeline(context.Background(), w.ref)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == "court-package" {
			told++
		}
	}
	return len(list), told
}

// tell makes events facts after the claim's workflow has ended.
func (w *world) tell(events ...string) {
	w.t.Helper()
	for _, text := range events {
		e := parseEvent(text)
		if err := w.record(e, strings.Join(e.words[1:], " "), postgres.Actor{Name: "somebody", At: e.at}); err != nil {
			w.t.Fatalf("%s: %v", text, err)
		}
	}
}

// A package is not kept: it is made again, byte for byte, whatever came to be known since, and whoever changed name.
func TestThePackageForTheCourtIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "company premium")
	w.live("2026-10-08 21:00 pays 100.00", "2026-10-09 10:00 disputes", "2026-10-12 10:00 judged rejected", "2026-10-12 11:00 complains c1", "2026-11-20 12:00 decides court")
	if w.facts().Status != claim.StatusCourt {
		t.Fatalf("the claim is %s:\n%s", w.facts().Status, w.tale())
	}
	if _, err := w.packed(letter.Bailiff, "2026-11-19"); err == nil || !strings.Contains(err.Error(), "by 2026-11-19 the client had not chosen the court") {
		t.Errorf("before the choice: %v", err)
	}
	if made, err := w.packed(letter.Bailiff, "2026-11-19", preview); err != nil || !bytes.HasPrefix(made.PDF, []byte("%PDF")) {
		t.Errorf("a preview: %v", err)
	}
	first, err := w.packed(letter.Bailiff, "2026-11-22")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := w.packed(letter.Bailiff, "2026-11-22")
	if recorded, told := w.packages(); err != nil || !twice.Again || twice.SHA256 != first.SHA256 || recorded != 1 || told != 1 {
		t.Errorf("told twice: %v, the same %v, %d recorded and %d events", err, twice.SHA256 == first.SHA256, recorded, told)
	}

	w.tell("2026-11-22 16:00 pays 50.00", "2026-11-22 16:30 reverses 2026-10-08 21:00 pays 100.00", "2026-11-23 09:10 remark they called", "2026-11-24 09:00 came-back summons",
		"2026-11-24 09:10 flag bankrupt since 2026-10-20")
	if err := w.store.RecordCourtStep(t.Context(), w.ref, claim.CourtStep{Stage: claim.CourtServed, On: calendar.MustParseDate("2026-11-24")}, "27-001", postgres.Actor{Name: "operator", At: instant("2026-11-24 10:00")}, w.rules.Rules); err != nil {
		t.Fatal(err)
	}
	if err := w.super(`UPDATE client SET name = 'Anders B.V.', street = 'Elders 1'`); err != nil {
		t.Fatal(err)
	}
	again, err := w.packed(letter.Bailiff, "2026-11-22", asMade)
	if err != nil || !again.Again || !bytes.Equal(again.PDF, first.PDF) {
		t.Errorf("made again after other events: %v, the same: %v", err, bytes.Equal(again.PDF, first.PDF))
	}
	if now, err := w.packed(letter.Bailiff, "2026-11-25"); err != nil || now.SHA256 == first.SHA256 || now.Again {
		t.Errorf("what is known now is the same as then: %v", err)
	}
	if other, err := w.packed(letter.Lawyer, "2026-11-25"); err != nil || other.Again {
		t.Errorf("for the lawyer: %v", err)
	}
	if recorded, told := w.packages(); recorded != 3 || told != 3 {
		t.Errorf("%d recorded and %d events, want 3", recorded, told)
	}
	if err := w.super(`ALTER TABLE court_package DISABLE TRIGGER ALL; UPDATE court_package SET sha256 = repeat('0', 64) WHERE on_day = '2026-11-22'`); err != nil {
		t.Fatal(err)
	}
	if _, err := w.packed(letter.Bailiff, "2026-11-22", asMade); err == nil || !strings.Contains(err.Error(), "comes out as "+first.SHA256) {
		t.Errorf("one that does not come out as it was: %v", err)
	}
}

// What comes of the procedure is told on the package of the day, and changes what is owed.
func TestAJudgmentIsOwed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "consumer premium")
	w.live("2026-11-26 12:00 decides court")
	step := func(stage claim.CourtStage, on string, awarded claim.Awarded) error {
		return w.store.RecordCourtStep(t.Context(), w.ref, claim.CourtStep{Stage: stage, On: calendar.MustParseDate(on), Awarded: awarded}, "27-001", postgres.Actor{Name: "operator", At: instant(on + " 10:00")}, w.rules.Rules)
	}
	if err := step(claim.CourtServed, "2026-12-01", claim.Awarded{}); err != nil {
		t.Fatal(err)
	}
	before, err := w.facts().AccountOn(w.rules.Tables(), calendar.MustParseDate("2026-12-20"))
	if err != nil {
		t.Fatal(err)
	}
	award := claim.Awarded{Principal: money.MustParse("1000.00"), Interest: money.MustParse("11.00"), Costs: money.MustParse("100.00"), CourtCosts: money.MustParse("502.57")}
	for range 2 {
		if err := step(claim.CourtJudgment, "2026-12-20", award); err != nil {
			t.Fatal(err)
		}
	}
	f := w.facts()
	after, err := f.AccountOn(w.rules.Tables(), calendar.MustParseDate("2026-12-20"))
	if err != nil || after.Open.Total()-before.Open.Total() != award.CourtCosts {
		t.Errorf("owed %s, was %s: %v", after.Open.Total(), before.Open.Total(), err)
	}
	if len(f.Court) != 2 || f.Status != claim.StatusCourt || f.CourtStage() != claim.CourtJudgment || f.Court[1].Awarded != award {
		t.Errorf("status %s, procedure %+v", f.Status, f.Court)
	}
	var open []string
	for _, task := range f.Tasks {
		if task.Open && !trajectory.Reminds(task.Key) { // those end when the workflow reads, which does not run here
			open = append(open, task.Key)
		}
	}
	if len(open) != 1 || open[0] != postgres.CourtTask+":50.00" {
		t.Errorf("open tasks %v: 50.00 of the collection costs was not awarded", open)
	}
	award.Costs = money.MustParse("150.00")
	if err := step(claim.CourtJudgment, "2026-12-20", award); err == nil || !strings.Contains(err.Error(), "recorded before with other particulars") {
		t.Errorf("another judgment: %v", err)
	}
	w.tell("2026-12-28 10:00 pays 600.00")
	paid, err := w.facts().AccountOn(w.rules.Tables(), calendar.MustParseDate("2026-12-28"))
	if a := paid.Allocations; err != nil || len(a) != 1 || a[0].Costs != money.MustParse("600.00") || paid.Open.Principal != money.MustParse("1000.00") {
		t.Errorf("art. 6:44 BW: costs first, those of the court too: %+v, %v", paid.Allocations, err)
	}
	if _, err := w.packed(letter.Lawyer, "2026-12-29"); err != nil {
		t.Error(err)
	}
}
