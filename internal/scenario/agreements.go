package scenario

import (
	"context"
	"fmt"
	"strconv"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// agreements are what the debtor and the agency agree on, for which dunning waits.
var agreements = []happening{
	{name: "promises", value: anAmountOrWord, fields: []field{key, {"by", aDate, true}}, happen: func(ctx context.Context, l *life, e Event) error {
		amount, err := l.amount(ctx, e)
		if err != nil {
			return err
		}
		return l.store.RecordPromise(ctx, l.ref, e.Key, amount, e.day("by"), l.lenient, l.by(e), l.rules.Rules)
	}},
	{name: "promise-withdrawn", value: anyText, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.WithdrawPromise(ctx, l.ref, e.main(), l.by(e))
	}},
	{name: "arranges", value: aCount, fields: []field{key, {"first", aDate, true}, {"every", oneOf("month", "week"), false}, {"permission", anyText, false}}, happen: arranges},
	{name: "arrangement-ended", value: anyText, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.EndArrangement(ctx, l.ref, e.main(), l.by(e))
	}},
}

func arranges(ctx context.Context, l *life, e Event) error {
	count, err := strconv.Atoi(e.main())
	if err != nil {
		return err
	}
	plan := claim.Plan{Count: count, First: e.day("first"), Weekly: e.text("every") == "week"}
	return l.store.RecordArrangement(ctx, l.ref, postgres.Proposal{Key: e.Key, Permission: e.text("permission"), Plan: plan}, l.lenient, l.by(e), l.rules.Rules)
}

func aCount(text string) error {
	if n, err := strconv.Atoi(text); err != nil || n < 2 {
		return fmt.Errorf("%q is no number of instalments; right would be 2 or more", text)
	}
	return nil
}
