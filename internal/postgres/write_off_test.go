package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// One person lets go of a trifle of a client's claim; of more only what a judgment left out, or what the parties settled.
func TestOnePersonLetsGoOfATrifle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const trajectory = " in all (minimum_demand of trajectory consumer@1, and what a judgment left out), of which "
	judged := []claim.CourtStep{{Stage: claim.CourtServed, On: today}, {Stage: claim.CourtJudgment, On: today, Awarded: claim.Awarded{Principal: eur("60.00")}}}
	costed := []claim.CourtStep{judged[0], {Stage: claim.CourtJudgment, On: today, Awarded: claim.Awarded{Principal: eur("60.00"), CourtCosts: eur("200.00")}}}
	for name, c := range map[string]struct {
		court      []claim.CourtStep
		before     string // what was written off before, if anything
		takenBack  bool   // and taken back since
		kind       claim.SettlementKind
		what, want string // the refusal; empty: none
	}{
		"a trifle":                                {what: "5.00"},
		"a cent more":                             {what: "5.01", want: "a write-off of 5.01 is more than one person lets go of a claim: at most 5.00" + trajectory + "0.00 is written off; right would be a credit note of the client"},
		"all of it":                               {what: "100.33", want: "a write-off of 100.33"},
		"the rest of it":                          {before: "3.00", what: "2.00"},
		"piece by piece":                          {before: "3.00", what: "2.01", want: "a write-off of 2.01 is more than one person lets go of a claim: at most 5.00" + trajectory + "3.00 is written off"},
		"what was taken back counts no more":      {before: "3.00", takenBack: true, what: "5.00"},
		"the client tells it":                     {kind: claim.CreditNote, what: "100.00"},
		"a judgment left out 40.00":               {court: judged, what: "45.00"},
		"more than it left out":                   {court: judged, what: "45.01", want: "a write-off of 45.01 is more than one person lets go of a claim: at most 45.00"},
		"what it left out counts once":            {court: judged, before: "40.00", what: "5.01", want: "a write-off of 5.01 is more than one person lets go of a claim: at most 45.00" + trajectory + "40.00"},
		"its court costs are none of that":        {court: costed, what: "45.01", want: "a write-off of 45.01 is more than one person lets go of a claim: at most 45.00"},
		"of a claim that was only served nothing": {court: judged[:1], what: "5.01", want: "a write-off of 5.01"},
		"the parties settled":                     {court: []claim.CourtStep{{Stage: claim.CourtSettled, On: today}}, what: "50.00"},
	} {
		ref := w.open()
		if c.court != nil {
			ref = w.forTheCourt()
		}
		for _, step := range c.court {
			ok(t, w.RecordCourtStep(t.Context(), ref, step, "", at(today), w.lib.Rules))
		}
		settle := func(key string, kind claim.SettlementKind, amount string) error {
			return w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: kind, On: today, Amount: eur(amount)}, at(today), w.lib.Rules)
		}
		if c.before != "" {
			ok(t, settle("before", claim.WriteOff, c.before))
		}
		if c.takenBack {
			ok(t, second(w.ReverseSettlement(t.Context(), ref, "before", "it was a mistake", at(today), w.lib.Rules)))
		}
		if c.kind == "" {
			c.kind = claim.WriteOff
		}
		if err := settle("now", c.kind, c.what); c.want == "" && err != nil || c.want != "" && !strings.HasPrefix(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A settlement is no way round by being corrected to a write-off, nor a write-off by its amount.
func TestACorrectionLetsGoOfNoMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "paid", Kind: claim.PaidToClient, On: today, Amount: eur("60.00")}, at(today), w.lib.Rules))
	ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: "trifle", Kind: claim.WriteOff, On: today, Amount: eur("5.00")}, at(today), w.lib.Rules))
	correct := func(key string, c postgres.Correction) error {
		return second(w.CorrectSettlement(t.Context(), ref, key, c, "told wrong", at(today), w.lib.Rules))
	}
	refused(t, correct("paid", postgres.Correction{Kind: claim.WriteOff}))
	refused(t, correct("trifle", postgres.Correction{Amount: eur("5.01")}))
	ok(t, correct("trifle", postgres.Correction{Amount: eur("4.99")}))
	if _, err := w.super.Exec(t.Context(), `INSERT INTO settlement (client_id, claim_id, key, kind, value_on, amount) VALUES ($1, $2, 'of before the bound', 'write-off', $3, 2000)`, ref.ClientID, ref.ClaimID, today); err != nil {
		t.Fatal(err)
	}
	refused(t, correct("of before the bound", postgres.Correction{Amount: eur("20.01")}))
	ok(t, correct("of before the bound", postgres.Correction{On: today.AddDays(-1)}))
	ok(t, correct("of before the bound~2", postgres.Correction{Amount: eur("19.00")}))
}
