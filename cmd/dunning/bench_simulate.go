package main

import (
	"context"
	"fmt"
	"time"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/simulation"
)

// measureSimulation plays 100,000 claims, consumers and companies by turns, for five years with the model as shipped.
func (b *bench) measureSimulation(ctx context.Context) error {
	shelf, err := library(config.Law{})
	if err != nil {
		return err
	}
	s := simulated{plan: "premium"}
	setup := simulation.Setup{Tables: shelf.Tables(), Seed: 1, Runs: 1, Years: 5, Received: receivedAs(2), Claims: simulatedClaims(b.of(100_000))}
	if setup.Model, err = readBehaviour(""); err != nil {
		return err
	}
	if setup.Sides, err = s.sides(shelf.Tables()); err != nil {
		return err
	}
	began, cpu := time.Now(), ownCPU()
	if _, err := setup.Play(ctx); err != nil {
		return err
	}
	b.figure("simulation_claims", float64(len(setup.Claims)), "claims")
	b.figure("simulation", time.Since(began).Seconds(), "s")
	b.figure("simulation_cpu", (ownCPU() - cpu).Seconds(), "s")
	return nil
}

func simulatedClaims(n int) []claim.Facts {
	claims, on := make([]claim.Facts, n), calendar.MustParseDate("2026-10-05")
	for i := range claims {
		claims[i] = claim.Facts{
			ClaimID: fmt.Sprintf("bench %d", i), Plan: "premium", Status: claim.StatusOpen, HandedOverOn: on, HasEmail: i%4 != 0, Debtor: claim.DebtorKind{InBusiness: i%2 == 0, NaturalPerson: i%2 == 1},
			Invoices: []claim.Invoice{{Number: "1", Issued: on.AddDays(-70), Due: on.AddDays(-40 - i%90), Amount: money.Cents(int64(50_00 + i%997*100))}},
		}
	}
	return claims
}
