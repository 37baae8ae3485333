package claim_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

func TestWhatCanBeRecordedOfAProcedure(t *testing.T) {
	t.Parallel()
	const chosen, served = "consumer; 1000.00 due 2026-02-28; court served on 2026-05-01", "; court served on 2026-05-01"
	const judged = "; court judgment on 2026-06-01 awards 1000.00 8.00 150.00 475.57"
	for _, c := range []struct{ name, story, step, want string }{
		{"a judgment", chosen, "judgment on 2026-06-01 awards 1000.00 8.00 150.00 475.57", ""},
		{"on the day of the summons", chosen, "judgment on 2026-05-01 awards 0.00 0.00 0.00 0.01", ""},
		{"before it", chosen, "judgment on 2026-04-30 awards 1.00 0.00 0.00 0.00", "2026-04-30 is no day for it; right would be one from 2026-05-01 up to and including 2026-07-01"},
		{"today", chosen, "lost on 2026-07-01", ""},
		{"tomorrow", chosen, "lost on 2026-07-02", "2026-07-02 is no day for it"},
		{"a judgment that awards nothing", chosen, "judgment on 2026-06-01 awards 0.00 0.00 0.00 0.00", "right would be lost when the claim was dismissed"},
		{"or less than nothing", chosen, "judgment on 2026-06-01 awards 1.00 -1.00 0.00 0.00", "nothing less than 0.00"},
		{"or more than the principal", chosen, "judgment on 2026-06-01 awards 1000.01 0.00 0.00 0.00", "1000.01 is more than the principal of 1000.00"},
		{"a settlement that awards", chosen, "settled on 2026-06-01 awards 1.00 0.00 0.00 0.00", "settled awards nothing"},
		{"a second summons", chosen, "served on 2026-06-01", "served cannot come now; right would be one of [judgment settled withdrawn lost]"},
		{"something else", chosen, "appealed on 2026-06-01", "appealed cannot come now"},
		{"settled after the judgment", chosen + judged, "settled on 2026-06-02", ""},
		{"set aside", chosen + judged, "lost on 2026-06-02", ""},
		{"not taken back after it", chosen + judged, "withdrawn on 2026-06-02", "withdrawn cannot come now"},
		{"nothing after the end", chosen + "; court settled on 2026-05-02", "judgment on 2026-06-01 awards 1.00 0.00 0.00 0.00", "the procedure has ended: settled since 2026-05-02"},
		{"a claim that is not before the court", "consumer; 1000.00 due 2026-02-28", "served on 2026-06-01", "the claim is open: the client has not chosen the court"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			step := tell("consumer; court " + c.step).Court[0]
			got := tell(c.story).CourtProblem(step, day("2026-07-01"))
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	first := tell("consumer; 1000.00 due 2026-02-28" + served)
	first.Court = nil
	for stage, right := range map[string]bool{"served": true, "settled": true, "withdrawn": true, "judgment": false, "lost": false} {
		step := tell("consumer; court " + stage + " on 2026-05-01 awards 1.00 0.00 0.00 0.00").Court[0]
		if stage != "judgment" {
			step.Awarded = claim.Awarded{}
		}
		if got := first.CourtProblem(step, day("2026-07-01")); (got == "") != right {
			t.Errorf("%s comes first: %q", stage, got)
		}
	}
}

func TestUntilWhenADebtorCanDispute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status claim.Status
		stages string
		want   string
	}{
		{claim.StatusOpen, "", ""},
		{claim.StatusPaid, "", "the claim is paid: there is nothing to dispute; right would be a remark (claim remark), or a complaint (claim complaint)"},
		{claim.StatusClosed, "", "the claim is closed: there is nothing to dispute; right would be a remark (claim remark), or a complaint (claim complaint)"},
		{claim.StatusCourt, "", ""},
		{claim.StatusCourt, "served judgment", ""},
		{claim.StatusCourt, "served lost", "the procedure has ended, lost: there is nothing to dispute"},
		{claim.StatusCourt, "withdrawn", "the procedure has ended, withdrawn: there is nothing to dispute"},
	} {
		f := claim.Facts{Status: c.status}
		for _, stage := range strings.Fields(c.stages) {
			f.Court = append(f.Court, claim.CourtStep{Stage: claim.CourtStage(stage)})
		}
		if got := f.DisputeProblem(); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.status, c.stages, got, c.want)
		}
	}
}

func TestTheDiagramOfTheProcedure(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../docs/states.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(docs), "## Before the court")
	var drawn, want []string
	for _, arrow := range regexp.MustCompile(`(?m)^   (\[\*\]|[a-z]+) --> ([a-z]+)$`).FindAllStringSubmatch(part, -1) {
		drawn = append(drawn, strings.Trim(arrow[1], "[*]")+" to "+arrow[2])
	}
	for _, from := range append([]claim.CourtStage{""}, claim.CourtStages()...) {
		for _, to := range from.Next() {
			want = append(want, string(from)+" to "+string(to))
		}
	}
	if !slices.Equal(drawn, want) {
		t.Errorf("docs/states.md draws\n%q\nthe table has\n%q", drawn, want)
	}
}
