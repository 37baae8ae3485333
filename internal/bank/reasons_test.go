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

// Whether an entry is a payment of before that came back, and of which batch of ours it is.
func TestReturnsAndBatches(t *testing.T) {
	t.Parallel()
	code := func(family, sub string) string {
		return entry("<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>" + family + "</Cd><SubFmlyCd>" + sub + "</SubFmlyCd></Fmly></Domn></BkTxCd>")
	}
	swift := func(kind, info string) string {
		return mt940("C261125EUR110,00", ":61:2611251125C10,00"+kind+"NONREF\n:86:"+info)
	}
	in := func(inside string) string { return camt("053.001.08", ours+inside) }
	for _, c := range []struct {
		story, text string
		returned    bool
		batch       string
	}{
		{"a transfer", in(code("RCDT", "ESCT")), false, ""},
		{"a transfer that came back", in(code("RCDT", "RRTN")), true, ""},
		{"a collection that came back", in(code("IDDT", "UPDD")), true, ""},
		{"a collection that we took back", in(code("IDDT", "PRDD")), true, ""},
		{"a reason is enough", in(payment("<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")), true, ""},
		{"MT940, a returned item", swift("NRTI", "x"), true, ""},
		{"MT940, a reason is enough", swift("NTRF", "/RTRN/AC04//REMI/USTD//x/"), true, ""},
		{"MT940, a payer who writes a reason", swift("NTRF", "/ORDP//NAME/P/REMI/x/RTRN/AC04/"), false, ""},
		{"a batch, told of the entry", in(entry("<NtryDtls><Btch><PmtInfId>B-1</PmtInfId></Btch></NtryDtls>")), false, "B-1"},
		{"a payment of a batch, booked by itself", in(payment("<Refs><PmtInfId>B-1</PmtInfId></Refs>")), false, "B-1"},
		{"MT940, a batch", swift("NTRF", "/PREF/B-1//REMI/USTD//x/"), false, "B-1"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if e := entries(t, c.text)[0]; e.Returned != c.returned || e.BatchID != c.batch {
				t.Errorf("returned %v of batch %q", e.Returned, e.BatchID)
			}
		})
	}
}
