package bank_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
)

// keys are the keys of all entries of a text.
func keys(t *testing.T, text string) []string {
	t.Helper()
	var all []string
	for _, e := range entries(t, text) {
		all = append(all, e.Key())
	}
	return all
}

// Whether two tellings of an entry are one entry.
func TestEntryKey(t *testing.T) {
	t.Parallel()
	tx := func(inside string) string {
		return "<NtryDtls><TxDtls>" + inside + "<RmtInf><Ustrd>een</Ustrd></RmtInf></TxDtls></NtryDtls>"
	}
	ref := entry("<AcctSvcrRef>R1</AcctSvcrRef>" + tx(""))
	none := entry(tx("<Refs><EndToEndId>E</EndToEndId></Refs>"))
	swift := func(inside string) string { return mt940("C261125EUR110,00", inside) }
	const line61 = ":61:2611251125C10,00NTRFNONREF"
	say := func(kind, inside string) string { return camt(kind, ours+inside) }
	old := func(e, from, to string) string { return say("053.001.08", strings.Replace(e, from, to, 1)) }
	for _, c := range []struct {
		story, a, b string
		same        bool
	}{
		{"the same file", say("053.001.08", none), say("053.001.08", none), true},
		{"another version", say("053.001.08", ref), say("053.001.02", ref), true},
		{"the same reference, and the bank tells more", say("053.001.08", ref), old(ref, "een", "een en meer"), true},
		{"another reference", say("053.001.08", ref), old(ref, "R1", "R2"), false},
		{"the same reference on another day, as a bank that begins to count anew", say("053.001.08", ref), old(ref, "2026-11-25", "2026-11-26"), false},
		{"the same reference for another amount, as in a batch", say("053.001.08", ref), old(ref, "10.00", "10.01"), false},
		{"the same reference for money that goes back", say("053.001.08", ref), old(ref, "CRDT", "DBIT"), false},
		{"an amount written otherwise", say("053.001.08", ref), old(ref, "10.00", "010.000"), true},
		{"what the bank calls the entry in this file", say("053.001.08", none), old(none, "<Sts>", "<NtryRef>7</NtryRef><Sts>"), true},
		{"the value date", say("053.001.08", none), old(none, "<ValDt><Dt>2026-11-25", "<ValDt><Dt>2026-11-26"), true},
		{"without a reference: another text", say("053.001.08", none), old(none, "een", "twee"), false},
		{"without a reference: the payer's id alone is another", say("053.001.08", none), old(none, ">E<", ">F<"), false},
		{"without a reference: blanks", say("053.001.08", none), old(none, "een", " e en\n"), true},
		{"a reference that is none", say("053.001.08", none), old(none, "<Sts>", "<AcctSvcrRef>NONREF</AcctSvcrRef><Sts>"), true},
		{"MT940: the text broken elsewhere", swift(line61 + "\n:86:/REMI/USTD//factuur 1/"), swift(line61 + "\n:86:/REMI/US\nTD//factuur 1/"), true},
		{"MT940: another text", swift(line61 + "\n:86:/REMI/USTD//factuur 1/"), swift(line61 + "\n:86:/REMI/USTD//factuur 2/"), false},
		{"MT940: the bank's reference", swift(line61 + "//1\n:86:/REMI/USTD//factuur 1/"), swift(line61 + "//1\n:86:/REMI/USTD//factuur 2/"), true},
		{"MT940: another statement of the day", swift(line61), strings.Replace(swift(line61), ":20:A\n", ":20:B\n", 1), true},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			if a, b := keys(t, c.a), keys(t, c.b); (a[0] == b[0]) != c.same {
				t.Errorf("%s and %s, want the same: %v", a[0], b[0], c.same)
			}
		})
	}
}

// Two payments that are alike in everything are two, and they are the same two in any order and together with others.
func TestOccurrences(t *testing.T) {
	t.Parallel()
	a, b := entry("<AddtlNtryInf>a</AddtlNtryInf>"), entry("<AddtlNtryInf>b</AddtlNtryInf>")
	first := keys(t, camt("053.001.08", ours+a+a+b))
	again := keys(t, camt("053.001.08", ours+a+b+a+a))
	if first[0] == first[1] || first[0] != again[0] || first[1] != again[2] || first[2] != again[1] || again[3] != strings.TrimSuffix(first[0], "1")+"3" {
		t.Errorf("%v\n%v", first, again)
	}
	if other := keys(t, camt("053.001.08", ours+a+"</Stmt><Stmt>"+ours+a)); other[0] != other[1] {
		t.Errorf("each statement counts by itself: %v", other)
	}
	if got := bank.PaymentKey(first[0], 2); got != first[0]+".2" {
		t.Error(got)
	}
}

// A key outlives versions of this program: what was booked under it must be found under it.
func TestKeysStayTheSame(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"camt/example-camt053-a.xml":          "bae021cb21843db5d6f450bfb4d03b13-1",
		"mt940/rabobank_mt940_structured.txt": "f85dc87a3061fff05da2d23a19822c01-1",
		"mt940/mt940_iban.txt":                "8b2600a318faf8939a3b60c92e74cdf4-1",
	} {
		if got := keys(t, sample(t, file))[0]; got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}

// No two entries of the sample files have one key but where a bank delivers a statement again.
func TestKeysOfSamplesAreUnique(t *testing.T) {
	t.Parallel()
	for name := range samples {
		seen := map[string]string{}
		if _, err := bank.Read(strings.NewReader(sample(t, name)), bank.Handler{Entry: func(s *bank.Statement, e *bank.Entry) error {
			at, key := fmt.Sprintf("%d.%d", s.Number, e.Number), s.Account+" "+e.Key()
			if before := seen[key]; before != "" {
				t.Errorf("%s: entries %s and %s have one key", name, before, at)
			}
			seen[key] = at
			return nil
		}}); err != nil {
			t.Fatal(err)
		}
	}
}

// What is told in advance or beside a statement is in the statement too.
func TestOnlyStatementsBook(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		camt("053.001.08", ours+entry("")): true, camt("053.001.02", ours+entry("")): true, mt940("C261125EUR100,00", ""): true,
		camt("052.001.08", ours+entry("")): false, camt("054.001.08", ours+entry("")): false,
	} {
		in, err := bank.Inspect(strings.NewReader(text))
		if err != nil || in.Statements[0].Books() != want {
			t.Errorf("%s books: %v, %v", in.Format, !want, err)
		}
	}
}
