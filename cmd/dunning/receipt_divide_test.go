package main

import (
	"strings"
	"testing"
)

// One transfer for two claims is divided by hand: the print says what each got and why, and the same command again changes nothing.
func TestReceiptDivideCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	one := debtor{who: "consumer BAS", name: "Roos Voorbeeld-Twee", street: "Deelstraat " + number()}
	two := one
	two.amount = "500.00"
	refs := o.handOver(t, one, two, debtor{who: "consumer BAS"}, debtor{who: "consumer PRE"})
	first, second := refs[0].ClaimID, refs[1].ClaimID
	key := "cli" + number() + "-divide"
	o.says(t, "booked; it waits...", "receipts", "add", key, "2.000,00", "--payer", "Iemand Anders")
	command := []string{"receipts", "divide", key, first, strings.ToUpper(second), "--for", second}

	for why, args := range map[string][]string{
		"right would be: dunning receipts divide KEY CLAIM CLAIM...":                    {key},
		"two claims or more; one claim is allocated the whole: dunning receipts assign": {key, first},
		"claim: not found": {key, first, "x"},
		"claim " + refs[2].ClaimID + " is on another debtor than claim " + first:                            {key, first, refs[2].ClaimID},
		"claim " + refs[3].ClaimID + " is of another client than claim " + first:                            {key, first, refs[3].ClaimID},
		`"` + refs[2].ClaimID + `" is not one of the claims that are left`:                                  {key, first, second, "--for", refs[2].ClaimID},
		"receipt none does not wait: nobody knows it; right would be one that does: dunning receipts queue": {"none", first, second},
	} {
		o.refuses(t, 2, why, append([]string{"receipts", "divide"}, args...)...)
	}

	said := o.says(t, "...", command...)
	rows := printed(said)
	if len(rows) != 3 || !strings.HasPrefix(rows[1], second+" | 50") || !strings.Contains(rows[1], "designated by the debtor (art. 6:43 lid 1 BW): number 1") ||
		!strings.HasPrefix(rows[2], first+" | 100") || !strings.Contains(rows[2], "the only claim that is not designated (art. 6:43 lid 2 BW)") {
		t.Errorf("%s", said)
	}
	if !strings.Contains(said, key+" 2000.00: divided; 49") || !strings.Contains(said, " is more than is owed and owed back to the debtor: it is booked on claim "+second) {
		t.Errorf("%s", said)
	}
	again := o.says(t, "divided before; nothing changed; 49...", command...)
	if strings.Join(printed(again), "\n") != strings.Join(rows, "\n") {
		t.Errorf("%s\nwas\n%s", again, said)
	}
	o.refuses(t, 2, "receipt "+key+" is divided already, over other claims, or in another order", "receipts", "divide", key, first, second)
	o.refuses(t, 2, "receipt "+key+" does not wait: ", "receipts", "assign", key, first)
	if list := o.says(t, "together...", "receipts", "queue"); strings.Contains(list, key) {
		t.Errorf("it still waits:\n%s", list)
	}
	o.says(t, "receipt-divided...", "claim", "show", second)
}
