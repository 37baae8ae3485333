package matching

import (
	"slices"
)

// Tally counts what became of payments of which it is known what they are for.
type Tally struct {
	Payments    int // of them Open for open claims
	Open        int
	Automatic   int
	Right       int // automatic, on the right claims to the cent
	WrongDebtor int // automatic, on a claim of somebody else or of nobody's payment
	Suggested   int // for open claims
	First       int // suggested, and the first proposal is right
	Shown       int // automatic or suggested, and one of the proposals has a right claim
}

// Play matches payments of a world one after the other, settling each, and tells every result beside its truth. Nothing is learned from a payment before it
// was matched.
func Play(w *World, x *Index, payments int, policy Policy, each func(Paid, Result)) error {
	for range payments {
		paid := w.Next()
		each(paid, x.Match(paid.Payment, policy))
		if err := w.Settle(x, paid); err != nil {
			return err
		}
	}
	return nil
}

// Count adds one payment.
func (t *Tally) Count(p Paid, r Result) {
	t.Payments++
	if len(p.Parts) > 0 {
		t.Open++
	}
	switch right := len(r.Proposals) > 0 && p.is(r.Proposals[0]); r.Outcome {
	case Automatic:
		t.Automatic++
		if right {
			t.Right++
			t.Shown++
		}
		if r.Proposals[0].Debtor != p.Debtor {
			t.WrongDebtor++
		}
	case Suggested:
		if len(p.Parts) == 0 {
			return
		}
		t.Suggested++
		if right {
			t.First++
		}
		if slices.ContainsFunc(r.Proposals, p.touches) {
			t.Shown++
		}
	case Queued:
	}
}

// is says whether a proposal gives every claim what it should.
func (p Paid) is(proposal Proposal) bool {
	return len(p.Parts) > 0 && slices.Equal(proposal.Parts, p.Parts) && proposal.Surplus == p.Surplus
}

func (p Paid) touches(proposal Proposal) bool {
	return slices.ContainsFunc(proposal.Parts, func(part Part) bool { return p.got(part.Claim) > 0 })
}
