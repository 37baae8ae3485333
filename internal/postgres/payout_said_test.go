package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// saysBack is what a person says: a credit brought a payment itself back.
func (w *world) saysBack(key, line, amount string) string {
	w.Helper()
	return words(second(w.BookPayoutEntry(w.Context(), postgres.PayoutEntry{Key: key, EndToEndID: line, Amount: eur(amount), On: today, Credit: true, Reason: "AC04"}, at(today.AddDays(2)))))
}

// saysOff is what a person says: a credit is of the batch to clients, whatever of it.
func (w *world) saysOff(key, amount string) string {
	w.Helper()
	return words(second(w.BookPayoutEntry(w.Context(), postgres.PayoutEntry{Key: key, BatchID: "PO-20261103/client", Amount: eur(amount), On: today, Credit: true, Reason: "MS03"}, at(today.AddDays(2)))))
}

// keyOf is the key of the line whose words hold a text.
func (w *world) keyOf(text string) string {
	w.Helper()
	return query[string](w, `SELECT key FROM statement_entry WHERE remittance LIKE '%' || $1 || '%'`, text)
}

// ofAmounts puts the ids of a payout's lines where their amounts stand: "{7.00}", and their numbers: "{nr 7.00}".
func ofAmounts(p settlement.Payout, told []string) (stories []string) {
	for _, s := range told {
		for _, l := range p.Lines {
			s = strings.NewReplacer("{"+l.Cents.String()+"}", l.EndToEndID, "{nr "+l.Cents.String()+"}", l.EndToEndID[strings.LastIndex(l.EndToEndID, "-")+1:]).Replace(s)
		}
		stories = append(stories, s)
	}
	return stories
}

// amountsAre are the statuses of a payout's lines to clients, the largest first.
func (w *world) amountsAre(p settlement.Payout) string {
	w.Helper()
	lines := slices.DeleteFunc(slices.Clone(p.Lines), func(l settlement.PayoutLine) bool { return l.Kind != settlement.PayoutToClient })
	slices.SortFunc(lines, func(a, b settlement.PayoutLine) int { return int(b.Cents - a.Cents) })
	is, out := w.became(p), []string{}
	for _, l := range lines {
		out = append(out, fmt.Sprint(is[l.EndToEndID]))
	}
	return strings.Join(out, " ")
}

// What came back is told apart as far as one reading can be right, and a person says the rest: of a payment that came back itself, with the commands that exist. Then nothing waits, and the next payout leaves. Payouts are of 100.00, 7.00 and 5.00.
func TestAPersonSaysWhatCameBack(t *testing.T) {
	t.Parallel()
	const batch, whole = "#PO-20261103/client", "-112.00 a #PO-20261103/client"
	const seven, five, hundred = "7.00 d AC04!{7.00}|Retourzeven", "5.00 f AC04!{5.00}|Retourvijf", "100.00 e MS03!{100.00}|Correctiehonderd"
	for _, c := range []struct {
		name   string
		told   []string
		before string // by the statements alone
		waits  string
		said   string // which payments came back, by their words
		after  string
	}{
		{"a part that names the batch takes what names a payment", []string{whole, "-112.00 b " + batch, "7.00 c " + batch, seven, hundred, "5.00 f MS03!{5.00}|Correctie"},
			"booked booked booked", "93.00 out, 100.00 back, 7.00 back, 7.00 back, 5.00 back", "Retourzeven 7.00", "booked returned booked"},
		{"a return of the day of the second debit", []string{whole, seven + "; -112.00 b " + batch, hundred, "12.00 g " + batch},
			"booked booked booked", "5.00 out, 100.00 back, 12.00 back, 7.00 back", "Retourzeven 7.00", "booked returned booked"},
		{"two returns settle a debit with a correction, and the correction of both waits", []string{whole, "-112.00 b " + batch, seven, five, hundred, "12.00 g " + batch},
			"booked booked booked", "12.00 back", "Retourzeven 7.00, Retourvijf 5.00", "booked returned returned"},
		{"a return settles a debit, and the rest comes later by the batch", []string{whole, "-112.00 b " + batch, seven, "105.00 g " + batch, "7.00 h " + batch},
			"booked booked booked", "7.00 back", "Retourzeven 7.00", "booked returned booked"},
		{"the bank refused one, debits it, and another comes back before that", []string{"report {nr 7.00} rejected MS03", whole, five, "7.00 e MS03!{7.00}|Correctie"},
			"booked rejected returned", "", "", ""},
		{"the same, and the correction names the batch", []string{"report {nr 7.00} rejected MS03", whole, five, "7.00 e Correctie PO-20261103/client"},
			"booked rejected returned", "", "", ""},
		{"the same, without what the bank kept", []string{"report {nr 7.00} rejected MS03", whole, "4.75 f /5.00!AC04!{5.00}|Retourvijf", "7.00 e MS03!{7.00}|Correctie"},
			"booked rejected returned", "", "", ""},
		{"a debit of one of them and one of all", []string{"-5.00 a1 {5.00}|x; 5.00 a2 AC04!{5.00}|Retour; -7.00 a3 {7.00}|x; -100.00 a4 {100.00}|x; -112.00 b " + batch + "; -7.00 y {7.00}|x; 7.00 e MS03!{7.00}|Correctie; 112.00 f " + batch},
			"booked booked returned", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := threePaid(t)
			w.bankSays(p, ofAmounts(p, c.told)...)
			says(t, "the payments", w.amountsAre(p), c.before)
			says(t, "what waits", w.still(), c.waits)
			for _, word := range strings.FieldsFunc(c.said, func(r rune) bool { return r == ',' }) {
				of := strings.Fields(word)
				line := ofAmounts(p, []string{"{" + of[1] + "}"})[0]
				for range 2 {
					says(t, of[0], w.saysBack(w.keyOf(of[0]), line, of[1]), "done")
				}
			}
			if c.said != "" {
				says(t, "the payments then", w.amountsAre(p), c.after)
			}
			says(t, "what waits then", w.still(), "")
			for _, key := range strings.Split(query[string](w, `SELECT string_agg(key, ' ') FROM statement_entry WHERE key IS NOT NULL`), " ") {
				w.accounted(key)
			}
			if strings.Contains(c.name, "kept") {
				w.fillsUp("own", "0.25")
			}
			w.verified()
			w.tellsAccount("Z", secondIBAN, 0)
			other := w.receivesFor("Z", "rZ", "40.00")
			w.approvesAccount(other, secondIBAN, "Anna", "Bram")
			says(t, "the next payout", w.notMade(w.payoutOf(other, 2)), "")
		})
	}
}
