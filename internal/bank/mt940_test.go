package bank_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/bank"
)

// mt940 is a statement of 100.00 that ends at closing, with fields inside.
func mt940(closing, inside string) string {
	return ":20:A\n:25:NL91ABNA0417164300\n:28C:1/1\n:60F:C261124EUR100,00\n" + inside + "\n:62F:" + closing + "\n-\n"
}

func TestMT940Statements(t *testing.T) {
	t.Parallel()
	const in = ":61:2611251125C10,00NTRFNONREF\n"
	for _, c := range []struct {
		story, text string
		want        []string // without account and currency
	}{
		{"money in", mt940("C261125EUR110,00", in), []string{"100.00 110.00 1 10.00 0 0.00 0 true"}},
		{"a reversed credit takes money out", mt940("C261125EUR90,00", ":61:2611251125RC10,00NTRFNONREF"), []string{"100.00 90.00 0 0.00 1 10.00 0 true"}},
		{"a reversed debit brings it back", mt940("C261125EUR110,00", ":61:2611251125RD10,00NTRFNONREF"), []string{"100.00 110.00 1 10.00 0 0.00 0 true"}},
		{"a letter of the currency before the amount", mt940("C261125EUR110,00", ":61:2611251125CR10,00NTRFNONREF"), []string{"100.00 110.00 1 10.00 0 0.00 0 true"}},
		{"overdrawn", mt940("D261125EUR1,", ":61:261125D101,NMSCNONREF"), []string{"100.00 -1.00 0 0.00 1 101.00 0 true"}},
		{"no decimals, no digit before them, zeros in front, three decimals", mt940("C261125EUR000111,3", ":61:261125C0,3NTRFNONREF\n:61:261125C000011NTRFNONREF\n:61:261125C0,005NTRFNONREF\n:61:261125D0,005NTRFNONREF"),
			[]string{"100.00 111.30 3 11.305 1 0.005 0 true"}},
		{"no closing balance, because the file ends", strings.Split(mt940("", in), ":62F:")[0], []string{"100.00 null 1 10.00 0 0.00 0 null"}},
		{"no opening balance", strings.Replace(mt940("C261125EUR110,00", in), ":60F:C261124EUR100,00\n", "", 1), []string{"null 110.00 1 10.00 0 0.00 0 null"}},
		{"no name of its own", strings.Replace(mt940("C261125EUR110,00", in), ":20:A\n", "", 1), []string{"100.00 110.00 1 10.00 0 0.00 0 true"}},
		{"pages of one statement", strings.Replace(mt940("C261125EUR110,00", in), ":62F:", ":62M:", 1) +
			strings.NewReplacer(":60F:C261124EUR100,00", ":60M:C261125EUR110,00", ":28C:1/1", ":28C:1/2").Replace(mt940("C261125EUR120,00", in)), []string{"100.00 120.00 2 20.00 0 0.00 0 true"}},
		{"another statement after a page", strings.Replace(mt940("C261125EUR110,00", in), ":62F:", ":62M:", 1) +
			strings.NewReplacer(":60F:C261124EUR100,00", ":60M:C261125EUR110,00", ":28C:1/1", ":28C:2/1").Replace(mt940("C261125EUR120,00", in)), []string{"100.00 110.00 1 10.00 0 0.00 0 true", "110.00 120.00 1 10.00 0 0.00 0 true"}},
		{"a page of another account is a statement of its own", strings.NewReplacer(":62F:", ":62M:", "NL91ABNA0417164300", "0417164300").Replace(mt940("C261125EUR110,00", in)) +
			strings.NewReplacer(":60F:C261124EUR100,00", ":60M:C261125EUR110,00").Replace(mt940("C261125EUR120,00", in)), []string{"0417164300 EUR 100.00 110.00 1 10.00 0 0.00 0 true", "110.00 120.00 1 10.00 0 0.00 0 true"}},
		{"two in one envelope line", "{1:F01ABNANL2AXXX0000000000}{2:I940ABNANL2AXXXN}{4:" + strings.TrimSuffix(mt940("C261125EUR110,00", in), "-\n") + "-}{5:}\n{1:F01}{4:\n" + strings.TrimSuffix(mt940("C261125EUR110,00", in), "-\n") + "-}",
			[]string{"100.00 110.00 1 10.00 0 0.00 0 true", "100.00 110.00 1 10.00 0 0.00 0 true"}},
		{"lines that look like the end or a field, and are text", mt940("C261125EUR110,00", in+":86:/REMI/USTD//van 1\n-2 dozen\n:30 uur\n-/"), []string{"100.00 110.00 1 10.00 0 0.00 0 true"}},
		{"blank lines, Windows and an old end of file", strings.ReplaceAll("\n\n"+mt940("C261125EUR110,00", in+"\n"), "\n", "\r\n") + "\x1a", []string{"100.00 110.00 1 10.00 0 0.00 0 true"}},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			in, err := bank.Inspect(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			got := lines(in)
			for i := range got {
				got[i] = strings.TrimPrefix(got[i], "NL91ABNA0417164300 EUR ")
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMT940Entries(t *testing.T) {
	t.Parallel()
	const (
		in  = ":61:2611251125C10,00NTRFNONREF\n"
		day = "+10.00 2026-11-25 2026-11-25 "
	)
	for _, c := range []struct{ story, entry, want string }{
		{"booked in December, value in January", ":61:2601011231C10,00NTRFNONREF", "+10.00 2025-12-31 2026-01-01 name= account= e2e= ref=[] text="},
		{"booked in January, value in December", ":61:2512310102C10,00NTRFNONREF", "+10.00 2026-01-02 2025-12-31 name= account= e2e= ref=[] text="},
		{"booked on a leap day", ":61:2803010229C10,00NTRFNONREF", "+10.00 2028-02-29 2028-03-01 name= account= e2e= ref=[] text="},
		{"ING, a betalingskenmerk", in + ":86:/EREF/E-1//CNTP/NL20INGB0001234567/INGBNL2A/P de Vries///REMI/STRD/CUR/5000056789012345/", day + "name=P de Vries account=NL20INGB0001234567 e2e=E-1 ref=[5000056789012345] text="},
		{"ING, an RF reference broken over lines", in + ":86:/CNTP/NL20INGB0001234567/INGBNL2A/P de Vries///REMI/STRD/ISO/RF1853900\n7547034/", day + "name=P de Vries account=NL20INGB0001234567 e2e= ref=[RF18539007547034] text="},
		{"ING, a collection that came back", ":61:2611251125RD10,00NRTINONREF\n:86:/RTRN/MS03//CNTP/NL20INGB0001234567/INGBNL2A/P de Vries///REMI/USTD//x/", day + "name=P de Vries account=NL20INGB0001234567 e2e= ref=[] text=x reversal returned MS03"},
		{"ING, on behalf of another", in + ":86:/CNTP/NL20INGB0001234567/INGBNL2A/Bewind BV///REMI/USTD//x//ULTD//NAME/P de Vries/", day + "name=Bewind BV account=NL20INGB0001234567 e2e= ref=[] text=x for P de Vries"},
		{"a payer who writes an account and a return into the text", in + ":86:/ORDP//NAME/P de Vries/REMI/x /IBAN/NL91ABNA0417164300/NAME/Y/RTRN/AC04/", day + "name=P de Vries account= e2e= ref=[] text=x/IBAN/NL91ABNA0417164300/NAME/Y/RTRN/AC04/"},
		{"a slash inside a name and a text", in + ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL20INGB0001234567/BIC/INGBNL2A/NAME/Jansen c/o Vries/REMI/3/4 deel/EREF/NOTPROVIDED", day + "name=Jansen c/o Vries account=NL20INGB0001234567 e2e= ref=[] text=3/4 deel"},
		{"ABN AMRO, columns", in + ":86:SEPA OVERBOEKING                 IBAN: NL20INGB0001234567\nBIC: INGBNL2A                    NAAM: P DE VRIES\nOMSCHRIJVING: FACTUUR 12 IBAN: NL91ABNA0417164300 KENMERK: E-1", day + "name=P DE VRIES account=NL20INGB0001234567 e2e=E-1 ref=[] text=FACTUUR 12"},
		{"ABN AMRO, columns without an account: one in the text is of the payer", in + ":86:SEPA OVERBOEKING NAAM: P DE VRIES\nOMSCHRIJVING: FACTUUR 12 IBAN: NL91ABNA0417164300", day + "name=P DE VRIES account= e2e= ref=[] text=FACTUUR 12"},
		{"SNS, a text with what looks like a label", in + ":86:NL20INGB0001234567 p de vries\nIBAN: NL91ABNA0417164300", day + "name=p de vries account=NL20INGB0001234567 e2e= ref=[] text=IBAN: NL91ABNA0417164300"},
		{"Rabobank, the account in the second line", ":61:261125C10,00N541EREF//x\nNL20INGB0001234567\n:86:/EREF/E-1/ORDP//NAME/P de Vries/REMI/x/ISDT/2026-11-25", day + "name=P de Vries account=NL20INGB0001234567 e2e=E-1 ref=[] text=x"},
		{"SNS, ASN, RegioBank: the account as reference, a name in small letters", ":61:2611251125C10,00NOVBNL20INGB0001234567\np de vries\n:86:NL20INGB0001234567 p de vries\nfactuur 12", day + "name=p de vries account=NL20INGB0001234567 e2e= ref=[] text=factuur 12"},
		{"the oldest of ING", in + ":86:NL20INGB0001234567 INGBNL2A P de Vries NOTPROVIDED", day + "name=P de Vries account=NL20INGB0001234567 e2e= ref=[] text="},
		{"Triodos, its old format", in + ":86:000>20factuur >21twaalf>30INGBNL2A>31NL20INGB0001234567>32P de >33Vries", day + "name=P de Vries account=NL20INGB0001234567 e2e= ref=[] text=factuur twaalf"},
		{"the German format", in + ":86:166?00GUTSCHRIFT?20EREF+E-1?21SVWZ+factuur 12?30INGBNL2A?31NL20INGB0001234567?32P de Vries", day + "name=P de Vries account=NL20INGB0001234567 e2e=E-1 ref=[] text=factuur 12"},
		{"a text that is broken in a word: the line is full", in + ":86:betaling van de factuur van november met het nummer 2026-12 en va\nn december", day + "name= account= e2e= ref=[] text=betaling van de factuur van november met het nummer 2026-12 en van december"},
		{"a full line that ends with a blank", in + ":86:betaling van de factuur van november met het nummer 2026-12, van \ndecember", day + "name= account= e2e= ref=[] text=betaling van de factuur van november met het nummer 2026-12, van december"},
		{"a line of one less is not full", in + ":86:betaling van de factuur van november met het nummer 2026-12 en v\ndecember", day + "name= account= e2e= ref=[] text=betaling van de factuur van november met het nummer 2026-12 en v december"},
		{"a kenmerk in free text", in + ":86:betalingskenmerk 5000 0567 8901 2345 dank", day + "name= account= e2e= ref=[5000056789012345] text=betalingskenmerk 5000 0567 8901 2345 dank"},
		{"a kenmerk with a wrong digit stays text", in + ":86:betalingskenmerk 5000 0567 8901 2346", day + "name= account= e2e= ref=[] text=betalingskenmerk 5000 0567 8901 2346"},
		{"the bank's own costs", ":61:2611251125D10,00NCHGNONREF\n:86:Kosten", "-10.00 2026-11-25 2026-11-25 name= account= e2e= ref=[] text=Kosten fee"},
		{"letters of before UTF-8", in + ":86:Ren\xe9 \x80 5", day + "name= account= e2e= ref=[] text=René € 5"},
		{"control characters go", in + ":86:a\x1b[31mb\x00c", day + "name= account= e2e= ref=[] text=a[31mbc"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if got := said(entries(t, mt940("C261125EUR110,00", c.entry))[0]); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}
