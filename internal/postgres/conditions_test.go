package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

// Whoever judges a dispute that is not there hears which ones are, and of a claim that has ended where the word belongs.
func TestWhatCanBeJudgedIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref, ended, by := w.open(), w.open(), at(today)
	_, err := w.CloseClaim(t.Context(), ended, claim.StatusClosed, "x", by, func(claim.Facts) (bool, error) { return true, nil })
	ok(t, err)
	judge := func(key string) error { return w.JudgeDispute(t.Context(), ref, key, "rejected", "signed for", by) }
	refusedFor(t, "none", "there is no open dispute d; right would be to record what the debtor disputes first: dunning claim dispute", judge("d"))
	ok(t, w.RaiseDispute(t.Context(), ref, "d1", "never arrived", by))
	refusedFor(t, "another", "there is no open dispute d; right would be one of: d1", judge("d"))
	ok(t, judge("d1"))
	refusedFor(t, "judged", "there is no open dispute d; right would be to record what the debtor disputes first", judge("d"))
	const over = "the claim is closed: it has ended, and takes this no more; right would be a remark, which every claim takes: dunning claim remark"
	refusedFor(t, "ended", over, w.JudgeDispute(t.Context(), ended, "d", "rejected", "signed for", by))
	refusedFor(t, "dispute of what is ended", "the claim is closed: there is nothing to dispute; right would be a remark", w.RaiseDispute(t.Context(), ended, "d", "never arrived", by))
	ok(t, w.Remark(t.Context(), ended, "r", "never arrived, says the debtor", by))
}
