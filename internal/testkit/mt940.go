package testkit

import (
	"fmt"
	"strings"
)

// MT940 writes what Camt does, in the older format, with codes between slashes. It knows no single payments of a batch, and no reference of the bank.
func MT940(statements ...string) string {
	var b strings.Builder
	for _, s := range statements {
		head, entries, _ := strings.Cut(s, ":")
		parts := strings.Fields(head)
		day, last, written := "", "", strings.Builder{}
		for e := range strings.SplitSeq(entries, ";") {
			if e = strings.TrimSpace(e); e == "" {
				continue
			}
			told := entryTold(e)
			last = told.day
			if day == "" {
				day = last
			}
			written.WriteString(told.mt940())
		}
		fmt.Fprintf(&b, ":20:%s\n:25:%s\n:28C:%s\n%s%s%s-\n", parts[0], TrustAccount, parts[0], mt940Balance("60F", parts[1], day), written.String(), mt940Balance("62F", parts[2], last))
	}
	return b.String()
}

func shortDate(day string) string { return strings.ReplaceAll(day[2:], "-", "") }

func mt940Balance(field, amount, day string) string {
	side := "C"
	if rest, minus := strings.CutPrefix(amount, "-"); minus {
		amount, side = rest, "D"
	}
	return fmt.Sprintf(":%s:%s%sEUR%s\n", field, side, shortDate(day), strings.ReplaceAll(amount, ".", ","))
}

func (e told) mt940() string {
	side := "C"
	if e.debit {
		side = "D"
	}
	text := ""
	for _, code := range [][2]string{{"RTRN", e.reason}, {"EREF", e.endToEnd}, {"PREF", e.batch}, {"IBAN", e.iban}, {"NAME", e.name}, {"REMI", e.text}} {
		if code[1] != "" {
			text += "/" + code[0] + "/" + code[1]
		}
	}
	var lines []string
	for ; len(text) > 65; text = text[65:] { // where banks break a line, in the middle of a word
		lines = append(lines, text[:65])
	}
	return fmt.Sprintf(":61:%s%s%s%sNTRFNONREF\n:86:%s\n", shortDate(e.day), shortDate(e.day)[2:], side, strings.ReplaceAll(e.amount, ".", ","), strings.Join(append(lines, text), "\n"))
}
