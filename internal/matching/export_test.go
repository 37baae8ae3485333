package matching

// Holds says whether a number satisfies the check of references of its length.
func Holds(digits string) bool {
	return (len(digits) == rfDigits || len(digits) == kenmerkDigits) && holds(digits)
}

// Claims are the open claims of a world.
func (w *World) Claims() (all []Claim) {
	for _, p := range w.people {
		all = append(all, p.claims...)
	}
	return all
}
