package claim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Told is what the debtor was told (see Telling) of the promise or the payment arrangement in force, by a correction, the confirmation of an arrangement of which something was settled already, or a person: what that comes to from then on, with what was settled since it was given. What was
// counted as settled then counts for it, also when that is taken back (docs/decisions/0078). The zero value is that it told of none.
type Told struct {
	Of    string       `json:"of,omitempty"` // the Name of the promise, the Step of the arrangement
	Comes money.Amount `json:"comes,omitempty"`
}

// What starts a Told of before in the histories of running workflows: the day on which a promise or an arrangement was given, and the cents that it comes to, as promise@2026-11-02=40550
// among what a letter corrects.
const (
	promiseBefore     = "promise@"
	arrangementBefore = "arrangement@"
)

// Telling is that the debtor was told on a day what becomes of a promise or a payment arrangement: by a letter that left, or may have, or by a person who did a task to correct a letter by hand.
type Telling struct {
	Told
	On    calendar.Date `json:"on"`
	Asked money.Amount  `json:"asked"` // what is to be paid, as the debtor was told: of an arrangement what is left of it
}

// tellings are those of letters and of persons: the one place where what was told of what was agreed is read.
func (f Facts) tellings(yield func(Telling) bool) {
	for i := range f.Letters {
		if l := &f.Letters[i]; l.Told.Of != "" && l.Left() && !yield(Telling{l.Told, l.On, l.Demanded}) {
			return
		}
	}
	for _, t := range f.ToldByHand {
		if !yield(t) {
			return
		}
	}
}

// isOf says whether what was told is of the promise.
func (p Promise) isOf(t Told) bool { return t.Of == p.Name() || t.Of == promiseBefore+p.On.String() }

// isOf says whether what was told is of the arrangement.
func (a Arrangement) isOf(t Told) bool {
	return t.Of == a.Step() || t.Of == arrangementBefore+a.On.String()
}

// ArrangementToldBy is the arrangement of which a letter that left told what is left, if it did.
func (f Facts) ArrangementToldBy(l Letter) (Arrangement, bool) {
	return last(f.Arrangements, func(a Arrangement) bool { return l.Left() && a.isOf(l.Told) })
}

// UnmarshalJSON reads a letter, also from a history of before Told was kept apart from what the letter corrects: a workflow that decided by it decides the same when it is replayed.
func (l *Letter) UnmarshalJSON(text []byte) error {
	type plain Letter
	if err := json.Unmarshal(text, (*plain)(l)); err != nil {
		return err
	}
	for mark := range strings.FieldsSeq(l.Corrects) {
		if !strings.HasPrefix(mark, promiseBefore) && !strings.HasPrefix(mark, arrangementBefore) {
			continue
		}
		of, digits, _ := strings.Cut(mark, "=")
		cents, err := strconv.ParseInt(digits, 10, 64)
		if _, day, _ := strings.Cut(of, "@"); err == nil {
			_, err = calendar.ParseDate(day)
		}
		if err != nil {
			return fmt.Errorf("letter %s of %s tells %q; right would be promise@DAY=CENTS or arrangement@DAY=CENTS", l.Step, l.On, mark)
		}
		l.Told = Told{Of: of, Comes: money.Cents(cents)}
	}
	return nil
}

// last is the last of a list that is so.
func last[T any](list []T, is func(T) bool) (found T, ok bool) {
	for _, x := range list {
		if is(x) {
			found, ok = x, true
		}
	}
	return found, ok
}
