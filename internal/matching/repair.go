package matching

import (
	"maps"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
)

// repair looks for open references that a written number is one typing error away from: a digit wrong, two swapped, one more or one less, or letters
// read as digits. A number whose own check digits hold is somebody else's reference and is not repaired. A repair has been checked: the digits of
// every open reference satisfy mod 97 or mod 11. Where it is the check digits that are missing nothing is proven.
func (x *Index) repair(r *reading, runs []run) {
	for _, w := range runs {
		w.valid = (len(w.digits) == rfDigits || len(w.digits) == kenmerkDigits) && !w.read && holds(w.digits)
		r.runs = append(r.runs, w)
		for _, length := range []int{rfDigits, kenmerkDigits} {
			if off := len(w.digits) - length; off >= -2 && off <= 1 {
				x.repairAs(r, w, length)
			}
		}
	}
}

func (x *Index) repairAs(r *reading, w run, length int) {
	if len(w.digits) == length && !w.read && (x.refs[w.digits] != nil || w.valid) {
		return
	}
	if whole, ok := complete(w.digits, length); ok {
		if e := x.refs[whole]; e != nil {
			r.see(r.repaired, e, Evidence{Kind: Uncheckable, Claim: e.ID, Seen: w.digits, Where: w.where, Bits: uncheckableBits})
			return
		}
	}
	for candidate := range neighbours(w.digits, length) {
		if e := x.refs[candidate]; e != nil && r.named[e].Kind == "" {
			r.see(r.repaired, e, Evidence{Kind: Repaired, Claim: e.ID, Seen: w.digits, Where: w.where, Bits: repairedBits})
		}
	}
}

// holds says whether a number satisfies the check of references of its length.
func holds(digits string) bool {
	if len(digits) == rfDigits {
		return bank.ValidRF("RF"+digits) == nil
	}
	return bank.ValidKenmerk(digits) == nil
}

// complete puts the check digits before a number that lacks exactly these.
func complete(digits string, length int) (string, bool) {
	var whole string
	var err error
	switch length - len(digits) {
	case 2:
		if length == rfDigits {
			whole, err = bank.RF(digits)
		}
	case 1:
		if length == kenmerkDigits {
			whole, err = bank.Kenmerk(digits)
		}
	}
	return strings.TrimPrefix(whole, "RF"), err == nil && whole != ""
}

// neighbours are the numbers of a length that are one typing error away from what was written, and that itself.
func neighbours(written string, length int) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		switch len(written) - length {
		case 0:
			_ = yield(written) && swaps(written, yield) && substitutions(written, yield)
		case 1:
			for i := range written {
				if !yield(written[:i] + written[i+1:]) {
					return
				}
			}
		case -1:
			for i := range length {
				for d := range 10 {
					if !yield(written[:i] + string(rune('0'+d)) + written[i:]) {
						return
					}
				}
			}
		}
	}
}

func swaps(written string, yield func(string) bool) bool {
	changed := []byte(written)
	for i := 1; i < len(changed); i++ {
		changed[i-1], changed[i] = changed[i], changed[i-1]
		if !yield(string(changed)) {
			return false
		}
		changed[i-1], changed[i] = changed[i], changed[i-1]
	}
	return true
}

func substitutions(written string, yield func(string) bool) bool {
	changed := []byte(written)
	for i := range changed {
		for d := byte('0'); d <= '9'; d++ {
			changed[i] = d
			if d != written[i] && !yield(string(changed)) {
				return false
			}
		}
		changed[i] = written[i]
	}
	return true
}

// mistyped tells a number that is one typing error away from one of the claim.
func (r *reading) mistyped(e *entry) []Evidence {
	for _, w := range r.runs {
		near := func(n string) bool { return nearNumber(digitsOf(n), w.digits) }
		if w.whole && slices.ContainsFunc(slices.Collect(maps.Keys(e.numbers)), near) {
			return []Evidence{{Kind: Mistyped, Claim: e.ID, Seen: w.digits, Where: w.where, Bits: mistypedBits}}
		}
	}
	return nil
}

// nearNumber says whether a number of six digits or more was written with at most one typing error; of shorter ones too many are as near.
func nearNumber(n, written string) bool {
	return min(len(n), len(written)) >= 6 && within(n, written, 1)
}

// garbled says whether something that was written is at most two typing errors away from a reference of the claim. What is somebody else's reference is not.
func (r *reading) garbled(e *entry) (Evidence, bool) {
	for _, w := range r.runs {
		if !w.valid && slices.ContainsFunc(e.references(), func(ref string) bool { return len(w.digits) >= rfDigits-2 && within(ref, w.digits, 2) }) {
			return Evidence{Kind: Garbled, Claim: e.ID, Seen: w.digits, Where: w.where, Bits: garbledBits}, true
		}
	}
	return Evidence{}, false
}
