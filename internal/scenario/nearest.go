package scenario

import (
	"fmt"
	"slices"
)

// unknownKey says that a word is none of the keys that can stand somewhere, which of them is most like it, and all that there are.
func unknownKey(word, is string, known []string, all string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf("%q is not %s, did you mean %s? right would be %s", word, is, near, all)
	}
	return fmt.Sprintf("%q is not %s; right would be %s", word, is, all)
}

// nearest is the word that is most like a mistyped one, or "" when none is close.
func nearest(typed string, words []string) string {
	best, least := "", len(typed)/3+2
	for _, w := range words {
		if n := differ(typed, w); n < least {
			best, least = w, n
		}
	}
	return best
}

// differ counts the letters to insert, remove or change to make one word of the other.
func differ(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := slices.Clone(row)
		row[0] = i + 1
		for j := range len(b) {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(before[j+1]+1, row[j]+1, before[j]+change)
		}
	}
	return row[len(b)]
}
