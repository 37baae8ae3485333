package postgres_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
)

// What a client passes on from an account of its own names no payer: the next transfer from that account is not that debtor's.
func TestTheAccountOfAClientIsNoDebtors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.tellsAccount(w.code(), firstIBAN, 0)
	for key, iban := range map[string]string{"passed on": firstIBAN, "paid": secondIBAN} {
		file, err := w.CaseFile(t.Context(), w.open())
		ok(t, err)
		_, err = w.RecordReceipt(t.Context(), postgres.Receipt{Key: key, Amount: eur("40.00"), On: today, Remittance: file.RF, IBAN: iban}, at(today), w.lib.Rules)
		ok(t, err)
	}
	payers, err := w.KnownPayers(t.Context())
	if ok(t, err); len(payers) != 1 || payers[0].IBAN != secondIBAN {
		t.Errorf("%+v", payers)
	}
}
