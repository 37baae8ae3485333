package devstack

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// What the bank of a story writes is read back by what reads real files: each line, and the balances.
func TestTheFakeBankWritesWhatIsRead(t *testing.T) {
	t.Parallel()
	on := calendar.MustParseDate("2026-12-07")
	s := FakeBankStatement{Account: "NL91ABNA0417164300", Number: 3, Opening: money.MustParse("-10.00"), Entries: []FakeBankEntry{
		{On: on, Amount: money.MustParse("1234.56"), Name: "A. Voorbeeld & Zn", IBAN: "NL20INGB0001234567", Text: "betaling RF18539007547034 van een factuur die al enige tijd openstond", Reference: "B1"},
		{On: on.AddDays(1), Amount: money.MustParse("-37.63"), Name: "Voorbeeld Energie B.V.", IBAN: "NL02ABNA0123456789", EndToEnd: "PO-20261208-1", Text: "VBE", Reference: "B2"},
	}}
	want := []string{
		"2026-12-07 credit 1234.56 A. Voorbeeld & Zn NL20INGB0001234567  betaling RF18539007547034 van een factuur die al enige tijd openstond",
		"2026-12-08 debit 37.63 Voorbeeld Energie B.V. NL02ABNA0123456789 PO-20261208-1 VBE",
	}
	for name, file := range map[string][]byte{"camt.053": s.Camt053(), "MT940": s.MT940()} {
		var got []string
		_, err := bank.Read(bytes.NewReader(file), bank.Handler{
			Entry: func(_ *bank.Statement, e *bank.Entry) error {
				lines, err := e.Lines(s.Account, "EUR")
				for _, l := range lines {
					text := l.Remittance
					if l.Structured != "" {
						text = l.Structured
					}
					got = append(got, l.BookedOn.String()+" "+string(l.Direction)+" "+l.Amount.String()+" "+l.Name+" "+l.IBAN+" "+l.EndToEnd+" "+text)
				}
				return err
			},
			Statement: func(st *bank.Statement) error {
				got = append(got, "opening "+st.Opening.Amount.String()+", closing "+st.Closing.Amount.String())
				return nil
			},
		})
		if diff := cmp.Diff(append(want, "opening -10, closing 1186.93"), got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", name, err, diff)
		}
	}
}
