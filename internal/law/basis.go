package law

import "fmt"

// Basis justifies a figure: the rule in words, the article or standard it comes from, and how it was applied here.
type Basis struct {
	Rule    string `json:"rule"`
	Article string `json:"article"`
	Detail  string `json:"detail"`
}

// String is the basis in one line.
func (b Basis) String() string { return fmt.Sprintf("%s (%s): %s", b.Rule, b.Article, b.Detail) }
