package bank_test

import (
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
)

// What is done after a payment came back.
func TestReasons(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bank.Remedy{
		"AM04": bank.Retry,        // not enough money: the only one that a debtor can mend by waiting
		"AC01": bank.BlockAccount, // a payout to it would come back again
		"AC04": bank.BlockAccount,
		"AC06": bank.BlockAccount,
		"MD01": bank.StopMandate, // collecting again without a mandate is unlawful
		"MD07": bank.StopMandate,
		"MD06": bank.AskClient, // the debtor took it back: collecting it again would be the next dispute
		"MS02": bank.AskClient,
		"MS03": bank.AskClient,
		"AM05": bank.MendFile, // never again as it was
		"FOCR": bank.Nothing,
	} {
		got, known := bank.ReasonOf(code)
		if !known || got.Code != code || got.Remedy != want || got.Meaning == "" {
			t.Errorf("%s: %+v, want %s", code, got, want)
		}
	}
	for _, code := range []string{"", "ac04", "XX99"} {
		if got, known := bank.ReasonOf(code); known || got != (bank.Reason{}) {
			t.Errorf("%q is known: %+v", code, got)
		}
	}
}

// The codes that come back in statements are found as the bank writes them, in both languages of statements.
func TestReasonsOfStatements(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"camt":  camt("053.001.08", ours+payment("<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>")),
		"MT940": mt940("C261125EUR90,00", ":61:2611251125D10,00NRTINONREF\n:86:/RTRN/MD06//CNTP/NL20INGB0001234567/INGBNL2A/P de Vries///REMI/USTD//x/"),
	} {
		if reason, known := bank.ReasonOf(entries(t, text)[0].Transactions[0].ReturnReason); !known || reason.Remedy != bank.AskClient {
			t.Errorf("%s: %+v", name, reason)
		}
	}
}
