package activities

import (
	"context"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
)

// AgreementFiles is the part of the store that Agreements needs.
type AgreementFiles interface {
	AdvanceAgreement(ctx context.Context, ref postgres.AgreementRef, by postgres.Actor, next postgres.AgreementNext) (agreement.Facts, agreement.Action, error)
}

// Agreements keeps agreements for their workflows.
type Agreements struct {
	Files AgreementFiles
	Rules agreement.Rules
}

// AdvanceAgreement asks for all that is due for an agreement. AsOf is the business time, from the workflow.
type AdvanceAgreement struct {
	ClientID    string    `json:"client_id"`
	AgreementID string    `json:"agreement_id"`
	AsOf        time.Time `json:"as_of"`
}

// AgreementSituation is where an agreement stands, with what it waits for. It carries no name and no amount.
type AgreementSituation struct {
	State   agreement.State `json:"state"`
	Wait    time.Time       `json:"wait,omitzero"` // until when; zero when it has ended
	Reason  string          `json:"reason"`
	Version int64           `json:"version"`
}

// Over says whether the agreement has ended: nothing changes any more.
func (s AgreementSituation) Over() bool { return s.Wait.IsZero() }

// maxSteps is more than an agreement can have to do at once, after years in which nobody worked.
const maxSteps = 1000

// Advance does all that is due, one transaction each, and gives what the agreement waits for. A crash between two of them is harmless: what is done is in the
// file, and the next attempt goes on with the rest.
func (a *Agreements) Advance(ctx context.Context, in AdvanceAgreement) (AgreementSituation, error) {
	ref, today := postgres.AgreementRef{ClientID: in.ClientID, AgreementID: in.AgreementID}, calendar.DateOf(in.AsOf)
	next := func(f agreement.Facts) (agreement.Action, error) {
		action, err := agreement.Next(f, a.Rules, today)
		if err != nil {
			err = &BadDataError{err.Error()}
		}
		return action, err
	}
	for range maxSteps {
		f, action, err := a.Files.AdvanceAgreement(ctx, ref, postgres.Actor{Name: "workflow", At: in.AsOf}, next)
		if err != nil {
			return AgreementSituation{}, translate(err)
		}
		if action.Kind == agreement.ActWait || action.Kind == agreement.ActNothing {
			return AgreementSituation{State: f.On(today), Wait: action.Due, Reason: action.Reason, Version: f.Version}, nil
		}
	}
	return AgreementSituation{}, translate(&BadDataError{"what comes next for the agreement has no end"})
}
