package bank_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
)

// What does not tie or looks wrong is told with its statement and entry (0 for the statement itself), in the order in which it is found.
func TestProblems(t *testing.T) {
	t.Parallel()
	whole := ours + balance("OPBD", "5.00", "CRDT") + balance("CLBD", "15.00", "CRDT") + entry("")
	and := func(more string) string { return camt("053.001.08", whole+more) }
	pages := strings.NewReplacer(":60F:C261124EUR100,00", ":60M:C261125EUR100,01", ":28C:1/1", ":28C:1/2").Replace(mt940("C261125EUR100,01", ""))
	for _, c := range []struct{ story, text, want string }{
		{"nothing", and(""), ""},
		{"a gap between two statements of one account", and("</Stmt><Stmt>" + strings.NewReplacer("15.00", "15.01", "5.00", "5.01").Replace(whole)),
			"2.0 opens at 5.01; the statement of this account before it in the file closes at 15.00"},
		{"an entry that is only announced", and(strings.Replace(entry(""), "BOOK", "PDNG", 1)), "1.2 is not booked yet\n" +
			"1.0 does not tie: opening 5.00 + credits 20.00 - debits 0.00 is 25.00, closing is 15.00: a difference of 10.00\n1.0 ties without the entries that are not booked (1)"},
		{"another currency", and(strings.NewReplacer("EUR", "USD", "10.00", "0.001").Replace(entry(""))), "1.2 is in USD, the account in EUR\n1.2 amount 0.001 has more than two decimals\n" +
			"1.0 does not tie: opening 5.00 + credits 10.001 - debits 0.00 is 15.001, closing is 15.00: a difference of 0.001"},
		{"no amount", and(strings.Replace(entry(""), "10.00", "0.00", 1)), "1.2 amount is 0.00: it tells something and moves no money"},
		{"no booking date", and(strings.NewReplacer("10.00", "0", "BookgDt", "X").Replace(entry(""))), "1.2 amount is 0.00: it tells something and moves no money\n1.2 has no booking date"},
		{"opening balances in two currencies", and(strings.Replace(balance("OPBD", "5.00", "CRDT"), "EUR", "USD", 1)), "1.0 has more than one balance OPBD; the first one is taken"},
		{"a summary of another period", and("<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>20.00</Sum></TtlCdtNtries></TxsSummry>"),
			"1.0 its summary counts 2 credits, it has 1\n1.0 its summary adds the credits up to 20.00, they are 10.00"},
		{"no account", camt("053.001.08", strings.TrimPrefix(whole, ours)), "1.0 does not say of which account it is"},
		{"pages that do not follow each other", strings.Replace(mt940("C261125EUR100,00", ""), ":62F:", ":62M:", 1) + pages, "1.0 a page ends at 100.00 and the next begins at 100.01\n" +
			"1.0 does not tie: opening 100.00 + credits 0.00 - debits 0.00 is 100.00, closing is 100.01: a difference of -0.01"},
		{"no balances", mt940("", "")[:38], "1.0 has no opening balance\n1.0 has no closing balance; the file may be cut off"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			in, err := bank.Inspect(strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range in.Problems {
				got = append(got, fmt.Sprintf("%d.%d %s", p.Statement, p.Entry, p.Text))
			}
			if told := strings.Join(got, "\n"); told != c.want {
				t.Errorf("got\n%s\nwant\n%s", told, c.want)
			}
		})
	}
}

// A file of nothing but mistakes lists the first of them and counts the rest.
func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	in, err := bank.Inspect(strings.NewReader(camt("053.001.08", ours+balance("OPBD", "5.00", "CRDT")+strings.Repeat(strings.Replace(entry(""), "EUR", "USD", 1), 1500))))
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Problems) != 1000 || in.More != 501 { // 1,500 entries, and no closing balance
		t.Errorf("%d problems, %d more", len(in.Problems), in.More)
	}
}
