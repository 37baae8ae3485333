package main

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// Why an account jumped is said of a person only when one released the statement.
func TestJumpWords(t *testing.T) {
	t.Parallel()
	nobody := jumpWords(postgres.Jump{Opens: money.MustParse("10.00"), Stood: money.MustParse("12.00")})
	if !strings.HasPrefix(nobody, "nobody released it") || !strings.Contains(nobody, "it opens at 10.00") || !strings.HasSuffix(nobody, "stood at 12.00") {
		t.Error(nobody)
	}
	if by := jumpWords(postgres.Jump{By: "A. de Vries", Reason: "why"}); by != "it came with a statement that A. de Vries released: why" {
		t.Error(by)
	}
}
