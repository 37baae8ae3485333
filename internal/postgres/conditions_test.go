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
	refusedFor(t, "otherwise", "judgement:d1 was recorded before with other particulars, and what was recorded stands; right would be a remark", w.JudgeDispute(t.Context(), ref, "d1", "upheld", "it was not", by))
	refusedFor(t, "judged", "there is no open dispute d; right would be to record what the debtor disputes first", judge("d"))
	const over = "the claim is closed: it has ended, and takes this no more; right would be a remark, which every claim takes: dunning claim remark"
	refusedFor(t, "ended", over, w.JudgeDispute(t.Context(), ended, "d", "rejected", "signed for", by))
	refusedFor(t, "dispute of what is ended", "the claim is closed: there is nothing to dispute; right would be a remark", w.RaiseDispute(t.Context(), ended, "d", "never arrived", by))
	ok(t, w.Remark(t.Context(), ended, "r", "never arrived, says the debtor", by))
}

// Of a claim that has ended neither a promise nor an arrangement is ended: neither is waited for.
func TestNothingAgreedIsEndedAfterTheClaim(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	promised, arranged := w.open(), w.open()
	ok(t, w.promise(promised, "p1", "60.00", today.AddDays(6)))
	ok(t, w.arrange(arranged, "a1", 3, today.AddDays(10)))
	w.closes(promised, claim.StatusWithdrawn)
	w.closes(arranged, claim.StatusWithdrawn)
	const over = "the claim is withdrawn: it has ended, and takes this no more"
	refusedFor(t, "a promise", over, w.WithdrawPromise(t.Context(), promised, "p1", at(today)))
	refusedFor(t, "an arrangement", over, w.EndArrangement(t.Context(), arranged, "the debtor pays at once", at(today)))
}
