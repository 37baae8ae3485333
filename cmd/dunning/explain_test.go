package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
)

func TestExplainCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0]
	today := calendar.DateOf(time.Now())
	for back, want := range map[int]string{0: "150.00", 1: "40.00", 29: "40.00", 30: "0.00", 40: "0.00"} { // it was due thirty days ago, and handed over today
		a := o.dunning(t, "explain", ref.ClaimID, "--on", today.AddDays(-back).String(), "--json")
		var told struct {
			On    calendar.Date
			Lines []claim.Reason
			Open  struct{ Costs, Interest, Principal, Total money.Amount }
		}
		if err := json.Unmarshal([]byte(a.stdout), &told); err != nil || a.code != 0 {
			t.Fatalf("%v: %+v", err, a)
		}
		sum := money.Amount(0)
		for _, l := range told.Lines {
			sum += l.Amount
		}
		if sum != told.Open.Total || told.Open.Costs.String() != want || told.On != today.AddDays(-back) {
			t.Errorf("%d days back: the lines are %s together, open %+v", back, sum, told.Open)
		}
	}
	o.says(t, "art. 6:96 lid 4 BW...", "explain", ref.ClaimID)
	o.refuses(t, 2, "has not come yet", "explain", ref.ClaimID, "--on", today.AddDays(1).String())
	early := "--on: the oldest invoice is dated " + today.AddDays(-60).String() + ", and " + today.AddDays(-61).String() + " is before it; right would be a day from then up to and including today"
	for _, more := range [][]string{nil, {"--json"}, {"--known", today.String()}} {
		o.refuses(t, 2, early, append([]string{"explain", ref.ClaimID, "--on", today.AddDays(-61).String()}, more...)...)
	}
	o.says(t, "payable until...", "explain", ref.ClaimID, "--on", today.AddDays(-60).String())
	o.refuses(t, 2, `"--on"`, "explain", ref.ClaimID, "--on", "soon")
	o.refuses(t, 2, "not found", "explain", "00000000-0000-0000-0000-000000000000")
}
