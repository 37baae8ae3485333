package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// calc runs a command of calc and gives what it prints and the exit code it ends with.
func calc(t *testing.T, line ...string) (out string, code int, problem string) {
	t.Helper()
	return runCommand(t, append([]string{"calc"}, line...)...)
}

// runCommand runs a command in this process and gives what it prints and the exit code it ends with.
func runCommand(t *testing.T, line ...string) (out string, code int, problem string) {
	t.Helper()
	root := rootCommand()
	var printed bytes.Buffer
	root.SetOut(&printed)
	root.SetErr(&printed)
	root.SetArgs(line)
	err := root.ExecuteContext(t.Context())
	if err == nil {
		return printed.String(), 0, ""
	}
	var coded *exitError
	if !errors.As(err, &coded) {
		return printed.String(), 1, err.Error()
	}
	return printed.String(), coded.code, err.Error()
}

// Figures with their sources: the decree's own sums (domain facts 1 and 2), the official example of the betalingskenmerk, and by hand.
func TestCalc(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"costs --principal 266.66 --debtor consumer", `"costs":"40.00","vat":"0.00","total":"40.00"`},
		{"costs --principal 2500 --debtor business", `"costs":"375.00"`},
		{"costs --principal 2.500,00 --principal 2500 --debtor consumer", `"costs":"625.00"`},
		{"costs --principal 10000.00 --debtor business --flat-clause 15", `"costs":"1500.00","vat":"0.00","total":"1500.00"`},
		{"costs --principal 100 --debtor business --flat-clause 15", `"costs":"40.00"`},
		{"costs --principal 1000 --debtor consumer --vat-uplift", `"costs":"150.00","vat":"31.50","total":"181.50"`},
		{"costs --principal 1000000 --debtor business", `"costs":"6775.00"`},
		{"interest --principal 100.00 --kind consumer --due 2013-01-31 --paid 2023-10-29", `"interest":"28.94"`},
		{"interest --principal 1000.00 --kind business --due 2026-06-30 --paid 2026-07-30", `"interest":"8.55","days":30,"segments":[{"from":"2026-07-01","to":"2026-07-30","days":30,"rate":"10.4","base":"1000.00","interest":"8.55"}]`},
		{"interest --principal 1000.00 --kind consumer --due 2026-06-30 --paid 2026-06-30", `"interest":"0.00","days":0,"segments":[]`},
		{"interest --principal 1000.00 --kind consumer --due 2026-12-01 --paid 2026-12-01", `"detail":"0 days: 2026-12-01 is the last day of payment in time, or earlier"},{"rule":"the rate of each day","article":"art. 6:119 BW","detail":"there is no day (`},
		{"interest --principal 1000.00 --rate 0 --due 2026-01-01 --paid 2026-01-31", `"interest":"0.00","days":30,"segments":[{"from":"2026-01-02","to":"2026-01-31","days":30,"rate":"0","base":"1000.00","interest":"0.00"}]`},
		{"interest --principal 1000.00 --rate 0 --due 2026-01-01 --paid 2026-01-31", `"rule":"the rate of each day","article":"art. 6:119 lid 3 BW","detail":"0% from 2026-01-01`},
		{"interest --principal 1000.00 --rate 12 --due 2024-01-01 --paid 2026-01-01", `"interest":"240.33","days":731`},
		{"allocate --principal 1000 --kind business --due 2026-06-30 --costs 150 --payment 500@2026-07-30", `"payments":[{"date":"2026-07-30","amount":"500.00","costs":"150.00","interest":"8.55","principal":"341.45","surplus":"0.00"}],"open":{"costs":"0.00","interest":"0.00","principal":"658.55","total":"658.55"}`},
		{"allocate --principal 100 --kind consumer --due 2026-06-30 --costs 0 --payment 60@2026-07-02 --payment 60@2026-07-01", `{"date":"2026-07-01","amount":"60.00","costs":"0.00","interest":"0.01","principal":"59.99","surplus":"0.00"},{"date":"2026-07-02","amount":"60.00","costs":"0.00","interest":"0.00","principal":"40.01","surplus":"19.99"}`},
		{"allocate --principal 1000 --kind consumer --due 2026-06-30 --costs 40 --payment 10@2026-07-01 --as-of 2026-09-30", `"open":{"costs":"30.00","interest":"10.08","principal":"1000.00","total":"1040.08"}`},
		{"divide --payment 160@2026-07-30 --claim A:1000:2026-06-30:consumer:150 --claim B:1000:2026-06-30:business", `"claims":[{"claim":"B","amount":"160.00","costs":"0.00","interest":"8.55","principal":"151.45","reason":{"rule":"most onerous first: the highest rate of interest","article":"art. 6:43 lid 2 BW","detail":"due since 2026-07-01, interest 10.4% on 2026-07-30, costs due 0.00; takes 160.00 of 1008.55"}},{"claim":"A","amount":"0.00"`},
		{"divide --payment 160@2026-07-30 --claim A:1000:2026-06-30:consumer:150 --claim B:1000:2026-06-30:business --for A", `"claims":[{"claim":"A","amount":"160.00","costs":"150.00","interest":"3.29","principal":"6.71"`},
		{"divide --payment 1.000,00@30-06-2026 --claim A:100:2026-06-30:consumer --claim B:50:2026-06-30:consumer", `{"claim":"B","amount":"50.00","costs":"0.00","interest":"0.00","principal":"50.00",`},
		{"divide --payment 1000@2026-06-30 --claim A:100:2026-06-30:consumer --claim B:50:2026-06-30:consumer", `"surplus":"850.00","basis"`},
		{"reference --kenmerk 000056789012345", `"reference":"5000056789012345"`},
		{"reference --rf 539007547034", `"reference":"RF18539007547034"`},
		{"check 5000056789012345", `"valid":true,"kind":"betalingskenmerk","basis"`},
		{"check NL91ABNA0417164301", `"valid":false,"kind":"IBAN","problem":"IBAN`},
		{"split --amount 100.01", `"client":"50.01","agency":"50.00"`},
		{"window --at 2026-11-25T19:59:59+01:00", `"allowed":true,"next":"2026-11-25T19:59:59+01:00"`},
		{"window --at 2026-12-24T20:00", `"allowed":false,"next":"2026-12-28T07:00:00+01:00","reason":"at or after 20:00"`},
		{"window --at 2026-11-25T7:00", `"allowed":true,"next":"2026-11-25T07:00:00+01:00"`},
		{"window --at 2026-11-25T6:59:59", `"allowed":false,"next":"2026-11-25T07:00:00+01:00","reason":"before 07:00"`},
		{"window --at 2026-11-29T10:00:00Z", `"allowed":false,"next":"2026-11-30T07:00:00+01:00","reason":"Sunday"`},
		{"notice --received 2026-12-01", `"last_day":"2026-12-15","costs_due_from":"2026-12-16"`},
		{"notice --received 2026-12-11", `"last_day":"2026-12-28","costs_due_from":"2026-12-29"`},
		{"limitation --due 2024-02-29", `"last_day":"2029-02-28"`},
		{"limitation --due 2026-03-01 --consumer-sale --interrupted 2027-05-05", `"last_day":"2029-05-05"`},
		{"arrangement --total 1000 --instalments 3", `"instalments":["333.33","333.33","333.34"]`},
		{"court --claim 1000 --party natural --on 2026-06-01", `"court_fee":"233.00","summons":"125.57","salary_per_point":"144.00","total_default":"502.57"`},
		{"court --claim 500 --party indigent --on 2026-06-01", `"court_fee":"93.00"`},
		{"court --claim 25000 --party legal --on 2026-06-01", `"court_fee":"1504.00","summons":"125.57","salary_per_point":"577.00","total_default":"2206.57"`},
		{"court --claim 1000 --party legal --on 2026-06-01", `nl.legal/proceskosten-tarieven-2026 (the table of 2024 plus 6.3%); unconfirmed: `},
		{"commission --principal 2500 --percent 15", `"commission":"375.00","vat":"78.75","total":"453.75"`},
	} {
		t.Run(c.line, func(t *testing.T) {
			t.Parallel()
			out, code, problem := calc(t, append(strings.Fields(c.line), "--json")...)
			if code != 0 || !strings.Contains(out, c.want) {
				t.Fatalf("exit %d %s\n%s\nwant %s", code, problem, out, c.want)
			}
			var object struct {
				Basis []struct{ Rule, Article, Detail string } `json:"basis"`
			}
			decoder := json.NewDecoder(strings.NewReader(out))
			if err := decoder.Decode(&object); err != nil || decoder.More() {
				t.Fatalf("not one JSON object: %v\n%s", err, out)
			}
			for _, b := range object.Basis {
				if b.Rule == "" || b.Article == "" || b.Detail == "" {
					t.Errorf("a basis without rule, article or detail: %+v", b)
				}
			}
			if len(object.Basis) == 0 {
				t.Error("no basis")
			}
		})
	}
}

// What a person reads has no structs of the program in it.
func TestCalcInWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"interest --principal 1000 --kind business --due 2026-06-15 --paid 2026-07-30", `days               45
segments           from 2026-06-16  to 2026-06-30  days 15  rate 10.15%  base 1000.00  interest 4.17
                   from 2026-07-01  to 2026-07-30  days 30  rate 10.4%  base 1000.00  interest 8.55
`},
		{"arrangement --total 1000 --instalments 3", "instalments        333.33, 333.33, 333.34\n"},
		{"allocate --principal 1000 --kind business --due 2026-06-30 --costs 150 --payment 500@2026-07-30", "open               costs 0.00  interest 0.00  principal 658.55  total 658.55\n"},
		{"window --at 2026-11-25T7:00", "allowed            true\n"},
	} {
		out, code, problem := calc(t, strings.Fields(c.line)...)
		if code != 0 || !strings.Contains(out, c.want) || strings.ContainsAny(out, "{}") {
			t.Errorf("%s: exit %d %s\n%s\nwant %s", c.line, code, problem, out, c.want)
		}
	}
}

// Files of law that are not there are no wrong input of the sum.
func TestCalcByTablesThatAreNotThere(t *testing.T) {
	t.Parallel()
	out, code, problem := calc(t, strings.Fields("costs --principal 1 --debtor consumer --rates /nowhere")...)
	if want := "--rates: /nowhere: stat /nowhere: no such file"; code != 3 || !strings.Contains(problem, want) || out != "" {
		t.Errorf("exit %d %s\n%s\nwant %s", code, problem, out, want)
	}
}

// Bad input ends with 2 and one line that names the flag and what would be right; nothing is printed as an answer.
func TestCalcRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ line, want string }{
		{"costs --debtor consumer", "--principal is missing"},
		{"costs --principal 0 --debtor consumer", "0.00 is not more than 0.00; right would be at least 0.01"},
		{"costs --principal=-1 --debtor consumer", "-1.00 is not more than 0.00; right would be at least 0.01"},
		{"costs --principal ten --debtor consumer", `"--principal"`},
		{"costs --principal 1.234 --debtor consumer", "three decimals"},
		{"costs --principal 12.3456 --debtor consumer", "one or two digits"},
		{"costs --principal $12 --debtor consumer", "another currency, and amounts are in euro only; right would be 1234.50"},
		{"costs --principal 1 --debtor friend", "consumer or business"},
		{"costs --principal 100 --debtor consumer --flat-clause 15", "--flat-clause: a clause cannot take a consumer off the scale"},
		{"costs --principal 100 --debtor business --flat-clause 101", "0 to 100"},
		{"interest --principal 1 --kind consumer --due 2026-02-30 --paid 2026-03-01", `"--due"`},
		{"interest --principal 1 --kind consumer --due 2026-03-02 --paid 2026-03-01", "--paid: 2026-03-01 comes before --due 2026-03-02"},
		{"interest --principal 1 --kind consumer --due 2026-12-01 --paid 2027-01-01", "the last confirmed row holds until 2026-12-31"},
		{"interest --principal 1 --kind business --due 2010-12-01 --paid 2011-01-01", "no row that old"},
		{"interest --principal 1 --due 2026-12-01 --paid 2026-12-02", "--kind is missing"},
		{"allocate --principal 100 --kind consumer --due 2026-06-30 --costs 0 --payment 50@9999-12-31", "--payment: 9999-12-31 is no day of a claim; right would be a day from"},
		{"divide --payment 50@9999-12-31 --claim A:100:2026-06-30:consumer --claim B:50:2026-06-30:consumer", "--payment: 9999-12-31 is no day of a claim; right would be a day from"},
		{"interest --principal 1 --kind consumer --rate 3 --due 2026-12-01 --paid 2026-12-02", "one of the two"},
		{"allocate --principal 1 --kind consumer --due 2026-03-01 --costs 0 --payment 1", "AMOUNT@DATE"},
		{"allocate --principal 1 --kind consumer --due 2026-03-01 --costs 0 --payment 1@2026-02-01", "--payment: 2026-02-01 comes before --due"},
		{"allocate --principal 1 --kind consumer --due 2026-03-01 --costs=-1 --payment 1@2026-03-02", "less than 0.00; right would be 0.00 or more"},
		{"allocate --principal 1 --kind consumer --due 2026-03-01 --costs 0 --payment 1@2026-03-02 --as-of 2026-03-01", "--as-of"},
		{"divide --claim A:1:2026-06-30:consumer", "--payment is missing"},
		{"divide --payment 1@2026-07-01", "--claim is missing"},
		{"divide --payment 1@2026-07-01 --payment 2@2026-07-02 --claim A:1:2026-06-30:consumer", "--payment: is given 2 times; right would be one payment"},
		{"divide --payment 1@2026-07-01 --claim A:1:2026-06-30", "right would be NAME:PRINCIPAL:DUE:consumer or business"},
		{"divide --payment 1@2026-07-01 --claim A:0:2026-06-30:consumer", "not more than 0.00"},
		{"divide --payment 1@2026-07-01 --claim A:1:2026-06-31:consumer", `"--claim"`},
		{"divide --payment 1@2026-07-01 --claim A:1:2026-06-30:friend", `"friend" is no kind of debtor; right would be consumer or business`},
		{"divide --payment 1@2026-07-01 --claim A:1:2026-06-30:consumer:-1", "less than 0.00"},
		{"divide --payment 1@2026-07-01 --claim A:1:2026-06-30:consumer --claim A:2:2026-06-30:consumer", `--claim: "A" is given twice`},
		{"divide --payment 1@2026-07-01 --claim A:1:2026-06-30:consumer --for B", `--for: "B" is not one of the claims`},
		{"divide --payment 500@2026-02-01 --claim A:1000:2026-03-01:consumer:150", "--claim: A may be paid in time until 2026-03-01, so that no costs of it are due on 2026-02-01; right would be no costs, or a later payment"},
		{"divide --payment 500@2026-03-01 --claim A:1000:2026-03-01:consumer:150", "no costs of it are due on 2026-03-01"},
		{"divide --payment 1@2027-01-01 --claim A:1:2026-12-30:consumer", "the last confirmed row holds until 2026-12-31"},
		{"reference --kenmerk 123", "15 digits, or 7 to 12"},
		{"reference", "one of the two"},
		{"reference --rf RF18539007547034", "is an RF reference already"},
		{"check", "right would be: dunning calc check VALUE"},
		{"window --at yesterday", "right would be an instant"},
		{"window --at 2026-03-29T02:30", "does not exist"},
		{"window --at 2026-03-29T2:30", "does not exist"},
		{"notice --received 31-04-2026", `"--received"`},
		{"notice --received 9999-12-31", "--received: 9999-12-31 is no day of a claim; right would be a day from 1900-01-01 up to and including 2199-12-31"},
		{"limitation --due 2026-03-01 --interrupted 1899-12-31", "--interrupted: 1899-12-31 is no day of a claim"},
		{"window --at 9999-12-31T20:00", "--at: 9999-12-31 is no day of a claim"},
		{"arrangement --total 0.02 --instalments 3", "--instalments"},
		{"arrangement --total 10 --instalments 0", "whole number"},
		{"court --claim 100 --party legal --on 2025-06-01", "no confirmed row covers that day (the row before it holds from 2024-01-01 until 2024-12-31, the row after it from 2026-01-01 until 2026-12-31)"},
		{"court --claim 100 --party legal --on 2019-02-01", "no confirmed row covers that day (the row after it from 2024-01-01 until 2024-12-31)"},
		{"court --claim 100 --party legal --on 2027-01-01", "no confirmed row covers that day (the row before it holds from 2026-01-01 until 2026-12-31)"},
		{"court --claim 25000.01 --party legal --on 2026-06-01", "no confirmed figure for the salary of the lawyer who is needed above 25000.00 (art. 79 and 93 Rv): court.yaml has the scale of the cantonal court only"},
		{"commission --principal 100", "--percent is missing"},
		{"costs --principal 1 --debtor consumer --vat-uplift=x", `--vat-uplift: "x" is neither yes nor no; right would be --vat-uplift, or --vat-uplift=false`},
		{"costs --principal 1 --debtor consumer --debtor business", `"--debtor" flag: "consumer" was given before it; right would be one of the two`},
		{"costs --principal 1 --debtor business --flat-clause 5 --flat-clause 5", `"--flat-clause" flag: "5" was given before it`},
		{"interest --principal 1 --principal 2 --kind consumer --due 2026-03-01 --paid 2026-03-02", `"--principal" flag: "1" was given before it`},
		{"notice --received 2026-03-01 --received 2026-03-02", `"--received" flag: "2026-03-01" was given before it`},
		{"allocate --principal 1 --kind consumer --due 2026-03-01 --costs 0 --costs 1 --payment 1@2026-03-02", `"--costs" flag`},
		{"window --at 2026-03-01T10:00 --at 2026-03-02T10:00", `"--at" flag`},
		{"arrangement --total 10 --instalments 2 --instalments 3", `"--instalments" flag`},
		{"reference --rf 539007547034 --rf 539007547035", `"--rf" flag`},
		{"split --amount 1 --rates /a --rates /b", `"--rates" flag`},
		{"nonsense", "unknown command"},
	} {
		t.Run(c.line, func(t *testing.T) {
			t.Parallel()
			out, code, problem := calc(t, append(strings.Fields(c.line), "--json")...)
			if code != 2 || !strings.Contains(problem, c.want) || strings.Contains(problem, "\n") || out != "" {
				t.Errorf("exit %d: %s\n%s\nwant %s", code, problem, out, c.want)
			}
		})
	}
}
