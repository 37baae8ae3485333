package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Claims that wait for a person are compared like the others, and one that cannot be compared is named and does not keep the others from it. What comes first stands first.
func TestTrajectoryDiffOfClaimsThatWait(t *testing.T) {
	t.Parallel()
	s := newShelf(t, 4)
	s.says(0, "recorded", "claim", "hold", s.refs[0].ClaimID, "--key", "h1")
	s.says(0, "recorded", "claim", "dispute", s.refs[1].ClaimID, "not mine", "--key", "d1")
	if _, err := s.super.Exec(t.Context(), `UPDATE invoice SET issued_on = '1980-01-01', due_on = '1980-01-31' WHERE claim_id = $1`, s.refs[2].ClaimID); err != nil {
		t.Fatal(err)
	}
	out := s.says(0, "4 running claims; 1 change, 2 stay as they are, 0 cannot change now\nclaim "+s.refs[2].ClaimID+" cannot be compared: ", "trajectory", "diff", "consumer@1", "consumer@3")
	if strings.Count(out, "cannot be compared") != 1 {
		t.Error(out)
	}
	out = s.says(0, `"unknown":1`, "trajectory", "diff", "consumer@1", "consumer@3", "--json")
	var d difference
	if err := json.Unmarshal([]byte(out[strings.Index(out, "{"):]), &d); err != nil {
		t.Fatal(err)
	}
	for _, one := range d.Claims {
		if !slices.IsSortedFunc(one.Shifts, func(a, b trajectory.Shift) int { return a.First().Compare(b.First()) }) {
			t.Errorf("not in order of time: %v", one.Shifts)
		}
	}
}

// A claim that changes in two ways stands in two rows, and is one claim.
func TestTrajectoryDiffCountsEachClaimOnce(t *testing.T) {
	t.Parallel()
	first := calendar.Date{}.AddDays(1)
	shifts := []trajectory.Shift{{What: "summons by email", Before: first, After: first.AddDays(2)}, {What: "final-summons by email", Before: first.AddDays(9), After: first.AddDays(11)}}
	d := difference{Claims: []claimChange{{ClaimID: "a", Change: trajectory.Change{Shifts: shifts}}, {ClaimID: "b", Change: trajectory.Change{Shifts: shifts}}}}
	var out strings.Builder
	if err := d.print(&out); err != nil {
		t.Fatal(err)
	}
	told := strings.Join(strings.Fields(strings.ReplaceAll(out.String(), "│", " ")), " ")
	if !strings.Contains(told, "summons by email 2 days later 2 ") || !strings.Contains(strings.ToLower(told), "claims, each counted once 2 ") {
		t.Error(out.String())
	}
}
