package claim_test

import (
	"github.com/incassocenter/dunning/internal/claim"
)

// secondPrincipal is what was handed over.
func secondPrincipal(f claim.Facts) (cents int64) {
	for _, i := range f.Invoices {
		cents += i.Amount.Cents()
	}
	return cents
}

// unpaidBefore is what a letter of a day that asks the principal only would ask when it counted nothing of that day: all that was settled until then is off,
// whatever it paid.
func (s *second) unpaidBefore(n int) int64 {
	unpaid := secondPrincipal(s.f)
	for _, p := range s.f.Settlements {
		if num(p.On) < n {
			unpaid -= p.Amount.Cents()
		}
	}
	return max(0, unpaid)
}

// secondLeft: a letter of which nobody knows may have left.
func secondLeft(l claim.Letter) bool {
	switch l.State {
	case claim.LetterAccepted, claim.LetterUnknown:
		return true
	case claim.LetterClaimed, claim.LetterSending, claim.LetterFailed:
	}
	return false
}

// stopped: no interest runs from the day of a bankruptcy order (art. 128 Fw) or of the ruling of debt restructuring (art. 303 lid 1 Fw) until that ends.
func (s *second) stopped(n int) bool {
	for _, x := range s.f.Flags {
		if (x.Kind == "bankrupt" || x.Kind == "wsnp") && n >= num(x.From) && num(x.From) <= s.on && (x.Until.IsZero() || n <= num(x.Until)) {
			return true
		}
	}
	return false
}

// statedTo is the last day on which interest ran, or could have: not past the rates that are known (an agreed one is), nor past a demand that was met.
func (s *second) statedTo() int {
	last := s.on
	if s.settled != 0 {
		last = s.settled
	}
	if s.agreed == 0 {
		last = min(last, num(day(secondConfirmed)))
	}
	for s.stopped(last) {
		last--
	}
	return last
}
