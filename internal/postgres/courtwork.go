package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// CourtWork is work that a client orders for a claim of which it chose the court, beside the procedure at a fixed price (requirement S13). Price is of one, without VAT.
type CourtWork struct {
	Key       string
	What      settlement.BillFor // one of settlement.LegalWork
	Units     int
	Price     money.Amount
	Confirmed money.Amount // what the client saw and confirmed: all of it, VAT included
	Reason    string       // how the client ordered it
}

// Net is what it costs without VAT.
func (c CourtWork) Net() money.Amount { return money.Amount(c.Units) * c.Price }

// Applies refuses work that cannot be ordered for a claim (*ConflictError): no cure, no pay holds until its client chose the court, and of an upheld dispute work is agreed otherwise.
func (c CourtWork) Applies(f claim.Facts) error {
	switch {
	case !slices.Contains(settlement.LegalWork(), c.What):
		return &ConflictError{fmt.Sprintf("%q is not one of %v", c.What, settlement.LegalWork())}
	case c.Units < 1 || c.Price <= 0:
		return &ConflictError{fmt.Sprintf("%d of %s at %s is no order; right would be 1 or more at a price", c.Units, c.What, c.Price)}
	case strings.TrimSpace(c.Reason) == "":
		return &ConflictError{"the reason is empty; right would be how the client ordered it"}
	case f.Upheld():
		return &ConflictError{"the debtor's dispute was upheld; right would be work that is agreed since: dunning claim agreed"}
	case f.Decision == nil || f.Decision.Choice != claim.ChooseCourt:
		return &ConflictError{"no cure, no pay holds: work is ordered for a claim of which the client chose the court (requirements T7, T8)"}
	}
	return named(c.Key)
}

// RecordCourtWork bills work that the client orders for the court phase at the price that it confirmed, VAT included. Another price than that of now, or than it is billed at already,
// is a *ConflictError that names both. The same key twice is once, and that of a charge that was taken back is refused; a crash before the commit leaves nothing.
func (s *Store) RecordCourtWork(ctx context.Context, ref Ref, c CourtWork, by Actor, tables law.Tables) error {
	vat, rate, err := tables.VAT(c.Net(), by.today())
	if err != nil {
		return err
	}
	e := by.event("court-work:"+c.Key, "court-work", by.today(), map[string]any{"product": c.What, "units": c.Units, "net": c.Net(), "what": c.Reason})
	billed := Billable{Key: string(c.What) + ":" + ref.ClaimID + ":" + c.Key, Kind: string(c.What), Net: c.Net(), VAT: vat, Total: c.Net() + vat, On: by.today(), Units: c.Units}
	return s.order(ctx, ref, e, billed.Key, c.Confirmed, func(tx pgx.Tx, file CaseFile) error {
		if err := c.Applies(file.Facts); err != nil {
			return err
		}
		billed.Basis = fmt.Sprintf("%s, %d at %s; %s (service agreement, Korting op overige producten); %s%% VAT of %s = %s (%s)", c.What, c.Units, c.Price, c.Reason, rate.Percent.Text, c.Net(), vat, rate.Article)
		return insertBillable(ctx, tx, ref, billed, c.Net(), by)
	})
}
