package testkit

import (
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Scales is a commission of 15% for every plan.
func Scales() settlement.Scales {
	scale, err := agreement.ParseScale("15")
	if err != nil {
		panic(err)
	}
	return settlement.Scales{"basis": scale, "premium": scale}
}
