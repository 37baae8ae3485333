package scenario_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// What happens beside the claim: an outage, another trajectory, a correction of the books.

// stillness is a time in which no worker runs.
type stillness struct{ from, until time.Time }

// back is when the workers run again that are down at an instant.
func (s stillness) back(at time.Time) time.Time {
	if !at.Before(s.from) && at.Before(s.until) {
		return s.until
	}
	return at
}

// goesDown is an outage, once in a life.
func (r *randomLife) goesDown(key string, on calendar.Date) occasion {
	down := stillness{on.At(21, 0), on.AddDays(1+r.IntN(45)).At(pick(r, 3, 12, 19, 23), 30)}
	if !r.down.from.IsZero() || !down.until.Before(r.until.At(0, 0)) {
		return r.says("remark", key, on)
	}
	r.down = down
	return occasion{on, "workers-down: " + down.until.Format("2006-01-02 15:04"), func(*claim.Facts, calendar.Date) {}}
}

// competes says whether something else is asked of the claim's workflow at the same moment, or the workers are back at it: who is first is first, and that is not ours to say.
func (r *randomLife) competes() func(e occasion) bool {
	last := calendar.Date{}
	return func(e occasion) bool {
		if !strings.HasPrefix(e.told, "decide:") && !strings.HasPrefix(e.told, "withdraw:") {
			return false
		}
		at := e.on.At(21, 0)
		competes := r.down.back(at) != at || e.on == last
		last = e.on
		return competes
	}
}

// elsewhere are the trajectories to which claims change, as a scenario names their files.
var elsewhere = []string{"../../config/testdata/trajectories/consumer-3.yaml", "../../config/testdata/trajectories/renamed.yaml"}

// fileOf reads a file that a scenario names.
func fileOf(path string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, path)) }

// knowing are the trajectories as shipped and those of elsewhere.
var knowing = func() *trajectory.Library {
	known := shipped
	for _, path := range elsewhere {
		data, err := fileOf(path)
		if err != nil {
			panic(err)
		}
		policy, err := trajectory.ParsePolicy(path, data)
		if err != nil {
			panic(err)
		}
		known = known.Knowing(policy)
	}
	return known
}()

// changesTrajectory pins the claim to another trajectory, or back to that of the beginning, when that may be.
func (r *randomLife) changesTrajectory(key string, on calendar.Date) occasion {
	if r.debtor != "consumer" { // those of elsewhere are for consumers
		return r.says("remark", key, on)
	}
	file, pin := pick(r, elsewhere...), "consumer@3"
	if file == elsewhere[1] {
		pin = "renamed@1"
	}
	told := file
	if r.IntN(3) == 0 {
		told, pin = "consumer@1", "consumer@1"
	}
	return occasion{on, fmt.Sprintf("trajectory-changed: %s, reason: more time to pay", told), func(f *claim.Facts, on calendar.Date) {
		from, err := knowing.Rules(*f)
		if err != nil {
			panic(err)
		}
		policy, _ := knowing.Policy(pin)
		to := trajectory.Rules{Policy: policy, Tables: tables}
		if trajectory.Fits(from.Policy, policy) != nil {
			return
		}
		if carried, err := trajectory.Carry(*f, from, to, on.At(21, 0)); err == nil {
			f.Skipped, f.Trajectory = append(slices.Clone(f.Skipped), carried...), pin
		}
	}}
}

// corrects is something that was booked, and what was right instead some days later: another amount on another day, or, of money on the trust account, the day alone.
func (r *randomLife) corrects(key string, on, later calendar.Date) []occasion {
	kind := pick(r, "pays", "pays-client", "credit-note", "set-off", "returned-goods", "counter-performance")
	amount, valued := r.amount/9+1, later.AddDays(-r.IntN(20))
	told := fmt.Sprintf("corrected: %s, value_date: %s, reason: it was told wrong", key, valued)
	if kind != "pays" {
		told += fmt.Sprintf(", amount: %s", amount)
	}
	return append(r.settles(kind, key, on), occasion{later, told, func(f *claim.Facts, on calendar.Date) {
		was, _ := f.Settled(bookedAs(kind, key))
		right := claim.Settlement{Key: was.Key + "~2", Kind: was.Kind, On: valued, Amount: amount, Known: on}
		if kind == "pays" {
			right.Amount = was.Amount
		}
		if right.Amount != was.Amount || right.On != was.On {
			takesBack(f, was.Key, right.Amount)
			*f = f.With(right)
		}
	}})
}
