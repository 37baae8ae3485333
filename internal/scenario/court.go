package scenario

import (
	"context"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// courtFields are what can be told of a stage of a procedure: its day, and what a judgment awards.
var courtFields = []field{{"on", aDate, false}, {"principal", anAmountOrZero, false}, {"interest", anAmountOrZero, false}, {"costs", anAmountOrZero, false}, {"court-costs", anAmountOrZero, false}}

// procedure is how far the procedure of a claim before the court has come.
var procedure = []happening{{name: "court", value: oneOf(courtStages()...), fields: courtFields, happen: func(ctx context.Context, l *life, e Event) error {
	step := claim.CourtStep{Stage: claim.CourtStage(e.main()), On: e.dayOr("on")}
	a := &step.Awarded
	for _, part := range []struct {
		name string
		into *money.Amount
	}{{"principal", &a.Principal}, {"interest", &a.Interest}, {"costs", &a.Costs}, {"court-costs", &a.CourtCosts}} {
		if text := e.text(part.name); text != "" {
			*part.into = mustAmount(text)
		}
	}
	return l.store.RecordCourtStep(ctx, l.ref, step, "", l.by(e), l.rules.Rules)
}}}

func courtStages() (stages []string) {
	for _, stage := range claim.CourtStages() {
		stages = append(stages, string(stage))
	}
	return stages
}

// withCourt adds the stages of a procedure to what is told of the events of a case file.
func withCourt(m map[string]func(teller, postgres.Event) ([]Entry, error)) map[string]func(teller, postgres.Event) ([]Entry, error) {
	for _, stage := range courtStages() {
		m["court-"+stage] = as(KindDecision, func(e postgres.Event) (string, string) {
			return e.Kind, "the procedure before the court: " + strings.TrimPrefix(e.Kind, "court-") + " on " + e.On.String()
		})
	}
	return m
}
