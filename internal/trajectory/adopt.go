package trajectory

import (
	"cmp"
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
)

// adopted gives the letters of a claim as this trajectory names them. A claim that came from another version has letters of steps that are not in this one: each
// such step counts as the first step here that sends the same kind of letter and of which none left yet. So no kind of letter leaves twice, and nothing has to be
// rewritten when a claim changes its trajectory, or changes back.
func (p Policy) adopted(letters []claim.Letter) []claim.Letter {
	if !slices.ContainsFunc(letters, p.foreign) {
		return letters
	}
	names := p.names(letters)
	adopted := slices.Clone(letters)
	for i, l := range letters {
		adopted[i].Step = cmp.Or(names[l.Step], l.Step)
	}
	return adopted
}

// calls says whether a step of a letter is called so: by the trajectory with which the letter left, or by this one. A task about a letter can have either name.
func (p Policy) calls(letters []claim.Letter, l claim.Letter, step string) bool {
	return l.Step == step || p.foreign(l) && p.names(letters)[l.Step] == step
}

// names says what steps of other trajectories are called here. Those of which a letter left find their places first: one that reached nobody takes none from
// them, and is a try of what left next in its stead.
func (p Policy) names(letters []claim.Letter) map[string]string {
	names, left := map[string]string{}, map[string]bool{}
	for _, l := range letters {
		if l.Left() {
			left[l.Step] = true
		}
	}
	for _, l := range letters {
		if name := p.free(l.Kind, left); left[l.Step] && names[l.Step] == "" && p.foreign(l) && name != "" {
			names[l.Step], left[name] = name, true
		}
	}
	next := map[string]string{} // what left next of each kind
	for _, l := range slices.Backward(letters) {
		switch {
		case l.Left():
			next[l.Kind] = cmp.Or(names[l.Step], l.Step)
		case names[l.Step] == "" && p.foreign(l):
			names[l.Step] = cmp.Or(next[l.Kind], p.free(l.Kind, left))
		}
	}
	return names
}

// free is the first step that sends a kind of letter and of which none left; empty when there is none.
func (p Policy) free(kind string, left map[string]bool) string {
	for _, s := range p.Steps {
		if s.Letter == kind && !left[s.ID] {
			return s.ID
		}
	}
	return ""
}

// foreign says whether a letter of a trajectory is of a step that is not in this one.
func (p Policy) foreign(l claim.Letter) bool {
	_, ofTrajectory := stages[l.Kind]
	return ofTrajectory && !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.ID == l.Step })
}
