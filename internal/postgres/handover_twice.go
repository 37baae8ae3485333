package postgres

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/claim"
)

// handedInvoice is an invoice that was handed over, by the reference of its claim.
type handedInvoice struct{ reference, number string }

func (k known) takes(person, number, reference string) {
	k.invoices[person+" "+claim.Folded(number)] = handedInvoice{reference, number}
}

// twice says that an invoice of the same debtor is there already.
func (t handedInvoice) twice(number string) string {
	if t.number == number {
		return fmt.Sprintf("invoice %s of this debtor was handed over before, in claim %s (requirement T5)", number, t.reference)
	}
	return fmt.Sprintf("invoice %s of this debtor was handed over before, as %s in claim %s: capitals and extra spaces make no other number (requirement T5)", number, t.number, t.reference)
}
