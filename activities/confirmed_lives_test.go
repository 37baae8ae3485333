package activities_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// agreeing is the life of a claim of which an arrangement is agreed on 20 October, and confirmed the next morning: on that day payments, credit notes, stornos and information costs come to be known, before it and after it.
type agreeing struct {
	*rapid.T
	writer *activities.LetterWriter
	file   postgres.CaseFile
}

// the day of agreement.
var agreement20 = day("2026-10-20")

// happens lets up to three things come to be known on a day.
func (w *agreeing) happens(known calendar.Date) {
	f := &w.file.Facts
	for range rapid.IntRange(0, 3).Draw(w.T, "happenings") {
		amount := money.Cents(rapid.Int64Range(1, 60000).Draw(w.T, "cents"))
		on := known.AddDays(-rapid.SampledFrom([]int{0, 0, 1, 7, 14}).Draw(w.T, "days ago"))
		kind := rapid.SampledFrom([]string{string(claim.PaidToClient), string(claim.PaidToAgency), string(claim.CreditNote), string(claim.SetOff), "storno", "information"}).Draw(w.T, "kind")
		key := fmt.Sprint(len(f.Settlements), known, amount)
		switch n := len(f.Settlements); {
		case kind == "storno" && n > 0:
			i := rapid.IntRange(0, n-1).Draw(w.T, "of")
			back := f.Settlements[i]
			f.Settlements = slices.Delete(slices.Clone(f.Settlements), i, i+1)
			if n := len(f.Arrangements); n > 0 && slices.Contains(w.file.Agreed.Settlements, back) { // it was counted
				f.Arrangements = slices.Clone(f.Arrangements)
				f.Arrangements[n-1].TakenBack += back.Amount
			}
		case kind == "storno":
		case kind == "information":
			f.InformationCosts = append(slices.Clone(f.InformationCosts), claim.InformationCost{Key: key, On: on, Amount: 1250})
		default:
			f.Settlements = append(slices.Clone(f.Settlements), claim.Settlement{Key: key, Kind: claim.SettlementKind(kind), On: on, Amount: amount, Known: known})
		}
	}
}

// agrees makes an arrangement of what is owed on a day; false when none can be made.
func (w *agreeing) agrees(key string, on calendar.Date) bool {
	rules := w.rules()
	account, err := w.file.Facts.AccountOn(rules.Tables, on)
	if err != nil {
		w.Fatal(err)
	}
	a, problem := w.file.Facts.Arranged(key, claim.Plan{Count: 2, First: day("2026-11-02")}, account, claim.Leniency{ArrangementMonths: 24, ReminderDays: 7})
	if problem != "" || a.Total() < 2*rules.Policy.MinimumDemand {
		return false
	}
	w.file.Facts.Arrangements = append(slices.Clone(w.file.Facts.Arrangements), a)
	w.file.Agreed = w.file.Facts
	return true
}

func (w *agreeing) rules() trajectory.Rules {
	rules, err := w.writer.Rules.Rules(w.file.Facts)
	if err != nil {
		w.Fatal(err)
	}
	return rules
}

// decides is what is decided at an hour. A confirmation that is decided on can be written when it is due, and the law allows it.
func (w *agreeing) decides(at time.Time) trajectory.Action {
	a, err := trajectory.Next(w.file.Facts, w.rules(), at)
	if err != nil {
		w.Fatal(err)
	}
	if a.Letter == trajectory.ArrangementConfirmation {
		if _, err := w.writer.Write(w.file, a, a.Due); err != nil {
			w.Fatalf("%s is decided, because %s, and %v", a.Step, a.Reason, err)
		}
	}
	return a
}

// agreesAnew lets a person who is asked about the arrangement end it and agree anew, and expects that this is confirmed; false when nobody is asked, or nothing is left to agree on.
func (w *agreeing) agreesAnew(at time.Time) bool {
	if a := w.decides(at); !strings.HasPrefix(a.Task, trajectory.ReviewArrangement) {
		return false
	}
	on, n := calendar.DateOf(at), len(w.file.Facts.Arrangements)
	w.file.Facts.Arrangements = slices.Clone(w.file.Facts.Arrangements)
	w.file.Facts.Arrangements[n-1].Ended = on
	if !w.agrees(fmt.Sprint("anew-", n), on) {
		return false
	}
	if a := w.decides(at); a.Letter != trajectory.ArrangementConfirmation {
		w.Fatalf("agreed anew on %s, and %s because %s", on, a.Name(), a.Reason)
	}
	return true
}

// Whatever comes to be known on the day of an agreement, before it or after it, a confirmation that is decided on leaves: the law allows what it tells. Where a person is asked instead, and agrees anew on that day or the next, that is confirmed.
func TestAConfirmationThatIsDecidedOnLeaves(t *testing.T) {
	t.Parallel()
	writer := writer(t)
	stories := []string{
		"1000.00; x unsent", "1000.00; x unsent; x vat", "1000.00; x unsent; x clause 15", "1000.00; x unsent; x consumer; 2026-10-01 named 150.00 0.00",
		"1000.00; x unsent; x consumer; x vat; 2026-10-01 named 150.00 31.50", "1000.00; x unsent; x consumer; 2026-10-14 named 150.00 0.00",
	}
	var anew atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		w := &agreeing{T: rt, writer: writer, file: file(t, rapid.SampledFrom(stories).Draw(rt, "story"), "premium", "nl")}
		w.happens(agreement20)
		if !w.agrees("a", agreement20) {
			return
		}
		w.happens(agreement20)
		if w.agreesAnew(agreement20.At(22, 0)) {
			anew.Add(1)
		}
		w.happens(agreement20.AddDays(1))
		w.agreesAnew(agreement20.AddDays(1).At(10, 0))
	})
	if anew.Load() == 0 {
		t.Error("nobody agreed anew")
	}
}
