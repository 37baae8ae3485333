package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/ledger"
)

// traceBeside tells of a settlement that moved nothing on the trust account, as what a debtor paid to the client, what was posted of it: on each claim that has one of that key.
func (s *Store) traceBeside(ctx context.Context, t *tracing, key string) (*Trace, error) {
	trace := &Trace{}
	for _, told := range t.told {
		if told.Key != key {
			continue
		}
		step, err := s.besideStep(ctx, t, told)
		if err != nil {
			return nil, err
		}
		trace.Amount += told.Amount
		trace.Beside = append(trace.Beside, step)
	}
	if len(trace.Beside) == 0 {
		return nil, nil
	}
	slices.SortFunc(trace.Beside, func(a, b TraceStep) int { return cmp.Compare(a.What, b.What) })
	trace.What, trace.On = "settlement of a claim: no money of the trust account moved", trace.Beside[0].On
	return trace, nil
}

// besideStep is such a settlement with the lines of its journals: credits are less of what they name, debits more.
func (s *Store) besideStep(ctx context.Context, t *tracing, told tracedSettlement) (TraceStep, error) {
	step := TraceStep{Amount: told.Amount, What: fmt.Sprintf("%s of %s, told by %s", told.Kind, t.claim(told.Claim), cmp.Or(told.By, "nobody known")), Key: told.Claim}
	if told.Reversed {
		step.What += ", taken back by " + cmp.Or(told.Back, "nobody known")
	}
	if told.ReplacedBy != "" {
		step.What += ", for which " + told.ReplacedBy + " counts"
	}
	fact := told.Claim + "/settlement:" + told.Key
	var journals []Posted
	err := s.tenant(ctx, t.claims[told.Claim].Client, func(tx pgx.Tx) (err error) {
		journals, err = readJournals(ctx, tx, `j.key = $1`, fact)
		return err
	})
	for _, p := range journals {
		step.On = p.On
		for _, l := range p.Lines {
			if l.Account == ledger.OwedContra {
				continue // the other side of what is owed, all together
			}
			side, amount := "debit", l.Cents
			if l.Cents < 0 {
				side, amount = "credit", -l.Cents
			}
			step.Steps = append(step.Steps, TraceStep{Amount: amount, What: side + " " + string(l.Account) + ", " + l.Account.Name(), Key: fact})
		}
	}
	return step, err
}
