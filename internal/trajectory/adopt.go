package trajectory

import (
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
)

// adopted gives the letters of a claim as this trajectory names them. A claim that came from another version has letters of steps that are not in this one: each
// such step counts as the first step here that sends the same kind of letter and has none yet. So no kind of letter leaves twice, and nothing has to be
// rewritten when a claim changes its trajectory, or changes back.
func (p Policy) adopted(letters []claim.Letter) []claim.Letter {
	taken, names := map[string]bool{}, map[string]string{}
	for _, l := range letters {
		taken[l.Step] = true
	}
	adopted := letters
	for i, l := range letters {
		if !p.foreign(l) {
			continue
		}
		name, known := names[l.Step]
		if !known {
			at := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Letter == l.Kind && !taken[s.ID] })
			if at < 0 {
				continue
			}
			name = p.Steps[at].ID
			names[l.Step], taken[name] = name, true
		}
		if &adopted[0] == &letters[0] {
			adopted = slices.Clone(letters)
		}
		adopted[i].Step = name
	}
	return adopted
}

// foreign says whether a letter of a trajectory is of a step that is not in this one.
func (p Policy) foreign(l claim.Letter) bool {
	_, ofTrajectory := stages[l.Kind]
	return ofTrajectory && !slices.ContainsFunc(p.Steps, func(s Step) bool { return s.ID == l.Step })
}
