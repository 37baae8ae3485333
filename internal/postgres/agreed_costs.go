package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/money"
)

// BilledAgreed is the kind under which costs are billed that a client agreed to after the debtor's dispute was upheld.
const BilledAgreed = "agreed-costs"

// AgreedCosts are costs that a client agreed to (requirement T15). Net is without VAT; What names the work, and how it was agreed.
type AgreedCosts struct {
	Key, What string
	Net       money.Amount
}

// RecordAgreedCosts bills costs that the client agreed to, with VAT. No cure, no pay holds until the debtor's dispute is upheld: before that it is a
// *ConflictError. A claim that is closed takes it. The same key twice is once; that of a charge that was taken back is refused.
func (s *Store) RecordAgreedCosts(ctx context.Context, ref Ref, c AgreedCosts, by Actor, rules RulesFor) error {
	switch {
	case c.Net <= 0:
		return &ConflictError{"agreed costs are more than 0.00"}
	case strings.TrimSpace(c.What) == "":
		return &ConflictError{"what was agreed is empty; right would be the work, and how the client agreed"}
	}
	if err := named(c.Key); err != nil {
		return err
	}
	e := by.event(BilledAgreed+":"+c.Key, "costs-agreed", by.today(), map[string]any{"net": c.Net, "what": c.What})
	charge := BilledAgreed + ":" + ref.ClaimID + ":" + c.Key
	return s.order(ctx, ref, e, charge, 0, func(tx pgx.Tx, file CaseFile) error {
		if !file.Facts.Upheld() {
			return &ConflictError{"no cure, no pay holds: costs are agreed from the moment at which a dispute of the debtor is upheld (requirements T14, T15)"}
		}
		pinned, err := rules(file.Facts)
		if err != nil {
			return err
		}
		vat, rate, err := pinned.Tables.VAT(c.Net, by.today())
		if err != nil {
			return err
		}
		basis := fmt.Sprintf("%s (service agreement, Betwisting; requirement T15); %s%% VAT of %s = %s (%s)", c.What, rate.Percent.Text, c.Net, vat, rate.Article)
		return insertBillable(ctx, tx, ref, Billable{Key: charge, Kind: BilledAgreed, Net: c.Net, VAT: vat, Total: c.Net + vat, On: by.today(), Basis: basis}, c.Net, by)
	})
}
