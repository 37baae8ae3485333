package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// Where nothing may be collected any more nothing is taken, whoever is designated; a claim before the court is still owed, one that is paid takes nothing.
func TestADivisionOverClaimsThatEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ends := func(outcome claim.Status) func(postgres.Ref) {
		return func(ref postgres.Ref) { w.closes(ref, outcome) }
	}
	for i, c := range []struct {
		story string
		end   func(ref postgres.Ref)
		why   string
		gets  string
	}{
		{"upheld", ends(claim.StatusUpheld), "the debtor's dispute was upheld", ""},
		{"refused", ends(claim.StatusRefused), "it was refused at intake", ""},
		{"withdrawn", ends(claim.StatusWithdrawn), "the client withdrew it", ""},
		{"closed", ends(claim.StatusClosed), "it is closed without (full) payment", ""},
		{"withdrawn a moment ago", func(ref postgres.Ref) {
			ok(t, second(w.RecordWithdrawal(t.Context(), ref, eur("9.08"), at(today), w.lib.Rules)))
		}, "the client withdrew it", ""},
		{"closed by an operator a moment ago", func(ref postgres.Ref) { ok(t, w.closedByOperator(ref, "a mistake")) }, "it is closed without", ""},
		{"upheld a moment ago", func(ref postgres.Ref) {
			ok(t, w.RaiseDispute(t.Context(), ref, "d", "not ordered", at(today)))
			ok(t, w.JudgeDispute(t.Context(), ref, "d", "upheld", "it was not", at(today)))
		}, "the debtor's dispute was upheld", ""},
		{"court", ends(claim.StatusCourt), "", "50.00 10.00"},
		{"paid", func(ref postgres.Ref) {
			w.pays(ref, "p", "50.00", 0)
			w.closes(ref, claim.StatusPaid)
		}, "", "50.00 60.00"},
	} {
		refs := w.debts(consumer, "50.00/10", "100.00/20")
		for _, ref := range refs {
			ok(t, w.SetFlag(t.Context(), ref, claim.FlagWSNP, today.AddDays(-100), at(today))) // so that no interest runs
		}
		c.end(refs[0])
		key := fmt.Sprint("r", i)
		w.waits(key, "60.00")
		before := w.counts()
		_, err := w.DivideReceipt(t.Context(), key, refs, refs[:1], at(today), w.lib.Rules)
		if c.why == "" {
			if ok(t, err); w.got(refs...) != c.gets {
				t.Errorf("%s: %s", c.story, w.got(refs...))
			}
			continue
		}
		if refused(t, err); !strings.Contains(err.Error(), "claim "+refs[0].ClaimID+" takes no part of a receipt: "+c.why) || w.counts() != before {
			t.Errorf("%s: %v; %s was %s", c.story, err, w.counts(), before)
		}
	}
}
