package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// saysBack is what a person says: a credit brought a payment itself back.
func (w *world) saysBack(key, line, amount string) string {
	w.Helper()
	return words(second(w.BookPayoutEntry(w.Context(), postgres.PayoutEntry{Key: key, EndToEndID: line, Amount: eur(amount), On: today, Credit: true, Reason: "AC04"}, at(today.AddDays(2)))))
}

// saysOff is what a person says: a credit is of a debit that waits.
func (w *world) saysOff(key, debit, amount string) string {
	w.Helper()
	return words(second(w.BookPayoutEntry(w.Context(), postgres.PayoutEntry{Key: key, Debit: debit, Amount: eur(amount), On: today, Credit: true}, at(today.AddDays(2)))))
}

// saysRestOff says of all that came back and waits that it is of a debit that waits: the first that has room.
func (w *world) saysRestOff() {
	w.Helper()
	const waits = `SELECT COALESCE(string_agg(key, ' ' ORDER BY key), '') FROM statement_entry WHERE direction = $1 AND against IS NULL AND key IN (SELECT w.key FROM waiting_lines() w)`
	for _, key := range strings.Fields(query[string](w, waits, "credit")) {
		if !w.unsettled(key) { // since another was said
			continue
		}
		said := "nothing waits"
		for _, debit := range strings.Fields(query[string](w, waits, "debit")) {
			if said = w.saysOff(key, debit, query[string](w, `SELECT (amount / 100.0)::numeric(12, 2)::text FROM statement_entry WHERE key = $1`, key)); said == "done" {
				break
			}
		}
		says(w, "of a debit", said, "done")
	}
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
			"booked booked booked", "7.00 back", "Retourzeven 7.00", "booked returned booked"},
		{"a return of the day of the second debit", []string{whole, seven + "; -112.00 b " + batch, hundred, "12.00 g " + batch},
			"booked booked booked", "5.00 out, 100.00 back, 12.00 back, 7.00 back", "Retourzeven 7.00", "booked returned booked"},
		{"two returns settle a debit with a correction, and the correction of both waits", []string{whole, "-112.00 b " + batch, seven, five, hundred, "12.00 g " + batch},
			"booked booked booked", "12.00 back", "Retourzeven 7.00, Retourvijf 5.00", "booked returned returned"},
		{"a return settles a debit, and the rest comes later by the batch", []string{whole, "-112.00 b " + batch, seven, "105.00 g " + batch, "7.00 h " + batch},
			"booked booked booked", "105.00 out, 105.00 back, 7.00 back, 7.00 back", "Retourzeven 7.00", "booked returned booked"},
		{"the bank refused one, debits it, and another comes back before that", []string{"report {nr 7.00} rejected MS03", whole, five, "7.00 e MS03!{7.00}|Correctie"},
			"booked rejected returned", "", "", ""},
		{"the same, and the correction names the batch", []string{"report {nr 7.00} rejected MS03", whole, five, "7.00 e Correctie PO-20261103/client"},
			"booked rejected returned", "", "", ""},
		{"the same, without what the bank kept", []string{"report {nr 7.00} rejected MS03", whole, "4.75 f /5.00!AC04!{5.00}|Retourvijf", "7.00 e MS03!{7.00}|Correctie"},
			"booked rejected returned", "", "", ""},
		{"a debit of one of them and one of all", []string{"-5.00 a1 {5.00}|x; 5.00 a2 AC04!{5.00}|Retour; -7.00 a3 {7.00}|x; -100.00 a4 {100.00}|x; -112.00 b " + batch + "; -7.00 y {7.00}|x; 7.00 e MS03!{7.00}|Correctie; 112.00 f " + batch},
			"booked booked booked", "107.00 out, 7.00 out, 112.00 back, 7.00 back, 5.00 back", "Retour 5.00", "booked booked returned"},
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
				w.saysRestOff()
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

// What a person said of a credit is kept: it stays of the debit though a credit of all of that comes, until the person says otherwise; and it stays the payment's, though that payment's debit is booked only later, and another debit that names it waits.
func TestWhatAPersonSaidOfACreditIsKept(t *testing.T) {
	t.Parallel()
	const batch, seven = "#PO-20261103/client", "7.00 d MS03!{7.00}|Zeven"
	t.Run("of the debit", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankSays(p, ofAmounts(p, []string{"-112.00 a " + batch, "-112.00 b " + batch, seven})...)
		says(t, "of the debit", w.saysOff(w.keyOf("Zeven"), w.lineOf("debit", "105.00"), "7.00"), "done")
		w.importFile(ofTrust(testkit.Camt("later", "9 283.00 395.00: 2026-11-05 112.00 e "+batch)))
		says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "booked booked booked; waits: 105.00 out, 7.00 back, 112.00 back")
		if why := query[string](w, `SELECT payout_why FROM statement_entry WHERE key = $1`, w.lineOf("debit", "105.00")); !strings.Contains(why, "first ask the bank what entry ") {
			t.Error(why)
		}
		says(t, "no, it came back", w.saysBack(w.keyOf("Zeven"), ofAmounts(p, []string{"{7.00}"})[0], "7.00"), "done")
		says(t, "the payments then", w.amountsAre(p)+"; waits: "+w.still(), "booked returned booked; waits: ")
		says(t, "who said so", query[string](w, `SELECT said_by FROM statement_entry WHERE key = $1`, w.keyOf("Zeven")), "test")
		w.verified()
	})
	t.Run("of the payment", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankSays(p, ofAmounts(p, []string{"-112.25 a " + batch, "-112.25 b " + batch, seven})...)
		key := w.lineOf("credit", "7.00")
		for range 2 {
			says(t, "it came back", w.saysBack(key, ofAmounts(p, []string{"{7.00}"})[0], "7.00"), "done")
		}
		says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "sent sent sent; waits: 112.25 out, 112.25 out, 7.00 back")
		if why := query[string](w, `SELECT payout_why FROM statement_entry WHERE key = $1`, key); !strings.Contains(why, " is sent, its debit is in no statement, or waits; what came back of it is booked once that is") {
			t.Error(why)
		}
		w.saysBoth(t, w.lineOf("debit", "112.25"))
		says(t, "the payments then", w.amountsAre(p)+"; waits: "+w.still(), "booked returned booked; waits: 112.25 out")
		w.fillsUp("own", "0.25")
		w.verified()
	})
	t.Run("of what names nothing", func(t *testing.T) {
		t.Parallel()
		w, p := threePaid(t)
		w.bankSays(p, "-112.00 a "+batch, "-112.00 b "+batch, "112.00 c MS03!Naamloos")
		says(t, "of the debit", w.saysOff(w.keyOf("Naamloos"), w.lineOf("debit", "112.00"), "112.00"), "done")
		says(t, "the payments", w.amountsAre(p)+"; waits: "+w.still(), "booked booked booked; waits: ")
		w.verified()
	})
}

// What is left of a debit is not proposed as a charge when it is as much as a payment that can come back of it yet.
func TestWhatIsLeftIsNoChargeWhileItCanBeAPayment(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankSays(p, ofAmounts(p, []string{"-112.00 a #PO-20261103/client", "-112.00 b #PO-20261103/client", "7.00 d MS03!{7.00}|Zeven; 100.00 e MS03!{100.00}|Honderd"})...)
	if why := query[string](w, `SELECT payout_why FROM statement_entry WHERE key = $1`, w.lineOf("debit", "5.00")); strings.Contains(why, "--charge") || !strings.Contains(why, "and 5.00 is left: have the bank bring that back too") {
		t.Error(why)
	}
}

// A credit that comes while two persons say that what is left of its debit is a charge waits for them, and finds no debit then.
func TestACreditWaitsForWhoExplainsItsDebit(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-107.00 a #PO-20261103/client", "-107.25 b #PO-20261103/client", "107.00 c #PO-20261103/client")
	w.saysRestOff()
	left := w.lineOf("debit", "0.25")
	says(t, "Anna", w.charges(left, "Anna"), "done")
	hold, err := w.super.Begin(t.Context())
	ok(t, err)
	_, err = hold.Exec(t.Context(), `LOCK TABLE journal IN SHARE MODE`)
	ok(t, err)
	waiting := func() int {
		return query[int](w, `SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))`)
	}
	charged, told := make(chan string, 1), make(chan string, 1)
	go func() { charged <- w.charges(left, "Bram") }()
	eventually(t, "who says so waits", func() bool { return waiting() == 1 })
	file := bankFile(ofTrust(testkit.Camt("late", "9 392.75 393.00: 2026-11-05 0.25 e MS03!PO-20261103-1|Kosten")))
	go func() { told <- words(second(w.ImportStatements(w.Context(), file, at(today.AddDays(2))))) }()
	eventually(t, "the credit waits", func() bool { return waiting() == 2 })
	ok(t, hold.Rollback(t.Context()))
	says(t, "a charge", <-charged, "done")
	says(t, "the statement", <-told, "done")
	says(t, "what waits", w.still(), "0.25 back")
	w.fillsUp("own", "0.25")
	w.verified()
}

// Of payments of one amount a return can settle a debit in the place of another's correction: that waits for a person, for who is paid again by it would have kept the first.
func TestACorrectionIsNoReturnBecauseAReturnTookItsPlace(t *testing.T) {
	t.Parallel()
	const batch = "#PO-20261103/client"
	for said, want := range map[string]string{"Retour": "returned", "Correctie-een": "booked"} {
		w := paying(t)
		w.receives(w.open(), "r1", "7.00")
		w.tellsAccount("B", secondIBAN, 0)
		w.approvesAccount(w.receivesFor("B", "r2", "7.00"), secondIBAN, "Anna", "Bram")
		p := w.paidOut(today)
		one, two := p.Lines[0].EndToEndID, p.Lines[1].EndToEndID
		w.bankSays(p, "-14.00 a "+batch, "-14.00 b "+batch, "7.00 c AC04!"+two+"|Retour", "7.00 d "+batch, "7.00 e MS03!"+one+"|Correctie-een")
		says(t, "the payments", string(w.became(p)[one]+" "+w.became(p)[two])+"; waits: "+w.still(), "booked booked; waits: 7.00 back")
		line := map[string]string{"Retour": two, "Correctie-een": one}[said]
		says(t, said, w.saysBack(w.keyOf(said), line, "7.00"), "done")
		w.saysRestOff()
		says(t, "the payments then", string(w.became(p)[line]+" "+w.became(p)[two])+"; waits: "+w.still(), "returned "+want+"; waits: ")
		w.verified()
	}
}

// What is left of a debit is not proposed as a charge while a credit waits that can be of it, neither of what was paid before nor beside a payment that is under way.
func TestWhatIsLeftIsNoChargeWhileACreditWaits(t *testing.T) {
	t.Parallel()
	const batch = "#PO-20261103/client"
	for name, told := range map[string][]string{
		"paid before": {"-107.00 a " + batch, "-7.25 b PO-20261103-2|x; 0.25 c " + batch, "7.00 d MS03!PO-20261103-2|Correctie"},
		"under way":   {"report 1 rejected MS03", "-107.25 b " + batch + "; 0.25 c " + batch, "100.00 d MS03!PO-20261103-1|Correctie"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			w.bankSays(p, told...)
			debit := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'debit' AND payout IS NULL`)
			why := func() string {
				return query[string](w, `SELECT payout_why FROM statement_entry WHERE key = $1`, debit)
			}
			if strings.Contains(why(), "--charge") {
				t.Error(why())
			}
			says(t, "of the debit", w.saysOff(w.lineOf("credit", "0.25"), debit, "0.25"), "done")
			says(t, "what waits", w.still(), "")
			w.verified()
		})
	}
}

// Which of two credits of a payment is the return makes no difference: who says it of one whose debit is settled is refused, unless others wait of as much of which nobody said what they are.
func TestTheSameMoneyDoesNotComeBackTwice(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-7.00 a PO-20261103-2|x", "-7.00 b PO-20261103-2|x; 7.00 c MS03!PO-20261103-2|Correctie", "100.00 d AC04!PO-20261103-1|Retour")
	says(t, "what waits", w.still(), "100.00 back")
	says(t, "it came back", w.saysBack(w.keyOf("Retour"), "PO-20261103-1", "100.00"), "done")
	if got := w.saysBack(w.keyOf("Correctie"), "PO-20261103-2", "7.00"); !strings.Contains(got, "it is the same money") {
		t.Error(got)
	}
	says(t, "the payments", w.statuses(p), "sent booked sent")
	w.importFile(ofTrust(testkit.Camt("more", "9 586.00 591.00: 2026-11-05 5.00 e #PO-20261103/client")))
	if got := w.saysBack(w.keyOf("Correctie"), "PO-20261103-2", "7.00"); !strings.Contains(got, "it is the same money") {
		t.Error(got)
	}
	w.verified()
}

// A payment that the bank refused without a report, beside another that it debited twice: what comes back waits, for it can be of the debit of the batch. Once two persons say what the bank refused it is known, and no client is paid again.
func TestARefusalWithoutAReportBesideASecondDebit(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-100.00 a #PO-20261103/client", "-100.00 b PO-20261103-1|x; 100.00 c MS03!PO-20261103-1|Correctie")
	says(t, "the payments", w.statuses(p)+"; waits: "+w.still(), "booked sent sent; waits: 100.00 out, 100.00 back")
	says(t, "two persons", w.refuses("PO-20261103-2", "Anna", "Bram"), "2 said so")
	says(t, "the payments then", w.statuses(p)+"; waits: "+w.still(), "booked rejected sent; waits: ")
	w.verified()
}

// What came back by the batch's name of a debit without the payment that the bank refused is looked at with the refusal, whoever tells it: the payment was debited, and came back.
func TestWhatCameBackIsLookedAtWithTheRefusal(t *testing.T) {
	t.Parallel()
	for name, refuses := range map[string]func(*world, settlement.Payout){
		"two persons": func(w *world, _ settlement.Payout) {
			says(w, "two persons", w.refuses("PO-20261103-2", "Anna", "Bram"), "2 said so")
		},
		"a report": func(w *world, p settlement.Payout) {
			ok(w, second(w.ReportPayout(w.Context(), reported(p, "2 rejected MS03"), at(today))))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			w.bankSays(p, "-100.00 a #PO-20261103/client", "100.00 b #PO-20261103/client")
			says(t, "the payments", w.statuses(p)+"; waits: "+w.still(), "sent sent sent; waits: 100.00 out, 100.00 back")
			refuses(w, p)
			says(t, "the payments then", w.statuses(p)+"; waits: "+w.still(), "returned rejected sent; waits: ")
			w.verified()
		})
	}
}

// A credit that names no payout but was of a debit of ours, one that a person says of a debit that has no room, or does not wait, and one that is booked as a return.
func TestWhoNamesADebitIsTold(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	w.bankSays(p, ofAmounts(p, []string{"-112.00 a #PO-20261103/client", "7.00 z AC04!{7.00}|Retourzeven", "-112.00 b #PO-20261103/client; 100.00 c MS03!{100.00}|Correctiehonderd", "50.00 d #PO-20261103/client"})...)
	first, dup := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'debit' AND payout IS NOT NULL`), w.lineOf("debit", "12.00")
	credit := w.lineOf("credit", "50.00")
	for name, c := range map[string]struct{ got, want string }{
		"no debit":  {w.saysOff(credit, "none", "50.00"), "--debit: none is no debit of a payout; right would be one that waits"},
		"a credit":  {w.saysOff(credit, credit, "50.00"), "is no debit of a payout"},
		"booked":    {w.saysOff(credit, first, "50.00"), " does not wait; right would be a debit of the same payments that does"},
		"no room":   {w.saysOff(credit, dup, "50.00"), "and of debit " + dup + " 12.00 is left; right would be to say first of what came off it (" + w.keyOf("Correctiehonderd") + ") what that is"},
		"another":   {w.saysOff(credit, dup, "5.00"), "is of 50.00 by its statement; right would be that amount"},
		"a return":  {w.saysOff(w.keyOf("Retourzeven"), dup, "7.00"), " is booked as a payment that was returned, and its client is owed that"},
		"unknown":   {w.saysOff("never", dup, "7.00"), "no statement tells entry never"},
		"it has it": {w.saysOff(w.keyOf("Correctiehonderd"), dup, "100.00"), "done"},
	} {
		if !strings.Contains(c.got, c.want) {
			t.Errorf("%s: %s", name, c.got)
		}
	}
	says(t, "what waits", w.still(), "12.00 out, 100.00 back, 50.00 back")
	w.verified()
}
