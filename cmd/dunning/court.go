package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

const courtHelp = `Records how far the procedure has come over a claim of which the client chose the court:
  served      the bailiff served the summons: limitation is interrupted (art. 3:316 BW)
  judgment    the court awarded the claim or a part of it: --awarded. Its court costs are owed from that day, its collection costs stay owed
              whatever comes to be known since, and it can be enforced for 20 years (art. 3:324 BW). What it left out of the claim is not written off by itself: task judgment-awards-less
  settled     the parties settled: what stands of collection costs stays owed. What they let go is not written off by itself: task settlement-lets-go
  withdrawn   the client took the case back: the claim is open again, and the client decides what comes of it (claim decide), in the term of the advice
  lost        the court dismissed the claim, or its judgment was set aside
The claim stays court, and money that comes in is allocated as before (art. 6:44 BW). The same stage with the same particulars twice is once.`

// courtFact is the command that records what came of a procedure.
func courtFact(id string) fact {
	var stages []string
	for _, stage := range claim.CourtStages() {
		stages = append(stages, string(stage))
	}
	return fact{
		use: "court ID " + strings.Join(stages, "|"), short: "Record how far the procedure before the court has come", long: courtHelp, args: 2, record: recordCourtStep,
		example: "court " + id + " served --on DAY --reference 27-001\n  dunning claim court " + id + " judgment --on DAY --awarded 1000.00,20.55,150.00,619.57",
		flags: func(cmd *cobra.Command) {
			cmd.Flags().String("on", "", "the day of it (required)")
			cmd.Flags().String("awarded", "", "what a judgment awards: principal, interest up to it, collection costs, court costs, with decimal points and commas between")
			cmd.Flags().String("reference", "", "how the court or the bailiff calls the case")
		},
	}
}

func recordCourtStep(ctx context.Context, cmd *cobra.Command, s *postgres.Store, ref postgres.Ref, args []string) error {
	step := claim.CourtStep{Stage: claim.CourtStage(args[0])}
	if !slices.Contains(claim.CourtStages(), step.Stage) {
		return refused("%q is not one of %v", args[0], claim.CourtStages())
	}
	if flag(cmd, "on") == "" {
		return refused("--on: is needed: the day on which it was %s", step.Stage)
	}
	var err error
	if step.On, err = day(cmd, "on"); err != nil {
		return err
	}
	if step.Awarded, err = awarded(cmd); err != nil {
		return err
	}
	shelf, err := configuredLibrary(cmd)
	if err != nil {
		return err
	}
	return s.RecordCourtStep(ctx, ref, step, flag(cmd, "reference"), operator(), shelf.Rules)
}

// awarded reads the four amounts of a judgment; none without the flag.
func awarded(cmd *cobra.Command) (a claim.Awarded, err error) {
	if !cmd.Flags().Changed("awarded") {
		return a, nil
	}
	texts := strings.Split(flag(cmd, "awarded"), ",")
	parts := []*money.Amount{&a.Principal, &a.Interest, &a.Costs, &a.CourtCosts}
	if len(texts) != len(parts) {
		return a, refused("--awarded: has %d amounts; right would be four: principal,interest,costs,court-costs, like 1000.00,20.55,150.00,619.57", len(texts))
	}
	for i, text := range texts {
		if *parts[i], err = money.Parse(strings.TrimSpace(text)); err != nil {
			return a, refused("--awarded: %w", err)
		}
	}
	return a, nil
}

// courtStanding is a line about the procedure over a claim; empty for one that is not before the court.
func courtStanding(f claim.Facts) string {
	if f.Status != claim.StatusCourt {
		return ""
	}
	line := "before the court"
	if d := f.Decision; d != nil && d.FixedPrice != nil {
		line += fmt.Sprintf(" at the fixed price of %s + %s VAT", d.FixedPrice.Net, d.FixedPrice.VAT)
	}
	if len(f.Court) == 0 {
		return line + ": nothing recorded yet (dunning claim court)\n"
	}
	last := f.Court[len(f.Court)-1]
	line += fmt.Sprintf(": %s on %s", last.Stage, last.On)
	if judgment, given := f.Judgment(); given {
		a := judgment.Awarded
		line += fmt.Sprintf("; awarded on %s: principal %s, interest %s, collection costs %s, court costs %s", judgment.On, a.Principal, a.Interest, a.Costs, a.CourtCosts)
	}
	return line + "\n"
}
