package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// What a line keeps back and what it repays are two figures.
func TestWhatALineKeepsBack(t *testing.T) {
	t.Parallel()
	for want, l := range map[string]settlement.PayoutLine{
		"0.00":                 {},
		"89.95":                {Clawed: 5000, SetOff: 3995, SetOffs: []settlement.SetOff{{Number: "F1", Cents: 3995}}},
		"89.95, 197.10 repaid": {Clawed: 8995, SetOff: -19710, SetOffs: []settlement.SetOff{{Number: "F2", Cents: -19710}}},
		"10.00, 20.00 repaid":  {SetOff: -1000, SetOffs: []settlement.SetOff{{Number: "F1", Cents: 1000}, {Number: "F2", Cents: -2000}}},
	} {
		if got := keptBack(l); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A payout that left is not made again.
func TestWhatFollowsAnApproval(t *testing.T) {
	t.Parallel()
	for want, statuses := range map[string][]settlement.PayoutStatus{
		"make the file with: dunning payout file PO-1 --out FILE":                           {settlement.PayoutProposed, settlement.PayoutProposed},
		"it left before, and its lines are: 2 sent; dunning payout show PO-1":               {settlement.PayoutSent, settlement.PayoutSent},
		"it left before, and its lines are: 1 booked, 1 rejected; dunning payout show PO-1": {settlement.PayoutRejected, settlement.PayoutBooked},
	} {
		p := settlement.Payout{ID: "PO-1"}
		for _, s := range statuses {
			p.Lines = append(p.Lines, settlement.PayoutLine{Status: s})
		}
		if got := afterApproval(p); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Who did what with a refund, and how it stands.
func TestHowARefundStands(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	for want, r := range map[string]postgres.Refund{
		"proposed by a":                                        {},
		"proposed by a, approved by b":                         {DecidedBy: "b", Approved: &yes},
		"proposed by a, approved by b, PO-1 is sent":           {DecidedBy: "b", Approved: &yes, Payment: "PO-1", Status: settlement.PayoutSent},
		"proposed by a, declined by b":                         {DecidedBy: "b", Approved: &no},
		"proposed by a; it ended: it is gone":                  {Approved: &no, Ended: "it is gone"},
		"proposed by a, approved by b; it ended: it is gone":   {DecidedBy: "b", Approved: &no, Ended: "it is gone"},
		"proposed by a, approved by b; it waits: ask who paid": {DecidedBy: "b", Approved: &yes, Waits: "ask who paid"},
	} {
		r.ProposedBy, r.Amount = "a", money.MustParse("39.50")
		if got := refundState(r); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// What was typed is told with who typed it; a long list is cut, and says so.
func TestWhatAPayoutPaysOfTypedReceipts(t *testing.T) {
	t.Parallel()
	one := postgres.TypedReceipt{Receipt: "r", Amount: money.MustParse("10.00"), On: calendar.MustParseDate("2026-11-03"), By: "op"}
	before := postgres.TypedReceipt{Receipt: "s", Amount: money.MustParse("42.00"), On: one.On}
	got := typed{money.MustParse("99.00"), append([]postgres.TypedReceipt{before}, slices.Repeat([]postgres.TypedReceipt{one}, 12)...)}.text()
	for _, part := range []string{"At most 99.00 of what it pays rests on", "\n  s 42.00 on 2026-11-03, r 10.00 on 2026-11-03 by op, ", " by op and 3 more (--json)\n"} {
		if !strings.Contains(got, part) {
			t.Errorf("%s\nwant %s", got, part)
		}
	}
}
