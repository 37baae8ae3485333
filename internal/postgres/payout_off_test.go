package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// bankSays imports a statement for each text, each twice: "-107.00 a #PO-20261103/client; 100.00 b MS03!PO-20261103-1|Correctie". "report 1 rejected MS03" is a report of the bank (pain.002).
func (w *world) bankSays(p settlement.Payout, told ...string) {
	w.Helper()
	w.bankWrites(func(n int, s string) string { return testkit.Camt(fmt.Sprintf("told%d", n), s) }, p, told...)
}

func (w *world) bankWrites(format func(int, string) string, p settlement.Payout, told ...string) {
	w.Helper()
	stands := eur("500.00")
	for i, entries := range told {
		if story, is := strings.CutPrefix(entries, "report "); is {
			ok(w, second(w.ReportPayout(w.Context(), reported(p, story), at(today))))
			continue
		}
		opens, days := stands, []string{}
		for e := range strings.SplitSeq(entries, "; ") {
			stands, days = stands+eur(strings.Fields(e)[0]), append(days, "2026-11-04 "+e)
		}
		file := ofTrust(format(i, fmt.Sprintf("%d %s %s: %s", i+1, opens, stands, strings.Join(days, "; "))))
		for range 2 {
			w.importFile(file)
		}
	}
}

// ofTrust is a file of the account that pays.
func ofTrust(file string) string { return strings.ReplaceAll(file, testkit.TrustAccount, trustIBAN) }

// still is what of money out is not explained, and what waits of money in: "7.00 out, 100.00 back".
func (w *world) still() string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(string_agg(CASE direction WHEN 'debit' THEN left_of(key) ELSE amount END / 100 || '.' || lpad((CASE direction WHEN 'debit' THEN left_of(key) ELSE amount END % 100)::text, 2, '0') || CASE direction WHEN 'debit' THEN ' out' ELSE ' back' END, ', ' ORDER BY direction DESC, booked_on, amount DESC), '')
		FROM statement_entry WHERE key IN (SELECT w.key FROM waiting_lines() w)`)
}

// lineOf is the key of the first line that waits of which an amount is left.
func (w *world) lineOf(direction, left string) string {
	w.Helper()
	return query[string](w, `SELECT COALESCE(min(key), '') FROM statement_entry WHERE direction = $1 AND left_of(key) = $2 AND key IN (SELECT w.key FROM waiting_lines() w)`, direction, eur(left))
}

// What the bank debited twice, or of a payment that it refused, it brings back in whatever parts: what came back comes off the debit, and no client is paid again of it.
func TestWhatComesBackComesOffTheDebitThatWaits(t *testing.T) {
	t.Parallel()
	const batch, file, one, two = "#PO-20261103/client", "#PO-20261103", "PO-20261103-1|Correctie", "PO-20261103-2|Correctie"
	const paid, once, rest = "-107.00 a " + batch, "booked booked sent: S100 0.33, S240 -0.33", "rejected booked sent: S100 100.33, S200 -100.00, S240 -0.33"
	for _, c := range []struct {
		name  string
		told  []string // by statements, and reports
		books string
		waits string
	}{
		{"a batch twice, back line by line", []string{paid, "-107.00 b " + batch, "100.00 c MS03!" + one + "; 7.00 d MS03!" + two}, once, ""},
		{"a batch twice, back line by line, in statements of their own", []string{paid, "-107.00 b " + batch, "7.00 d MS03!" + two, "100.00 c MS03!" + one}, once, ""},
		{"a batch twice, back in one credit that names it", []string{paid, "-107.00 b " + batch, "107.00 c " + batch}, once, ""},
		{"a batch twice, back in one credit that names the payout", []string{paid, "-107.00 b " + batch, "107.00 c " + file}, once, "107.00 out, 107.00 back"},
		{"a batch twice, back in one credit whose words name it", []string{paid, "-107.00 b " + batch, "107.00 c Correctie PO-20261103/client"}, once, ""},
		{"a batch twice, back in one credit that the bank calls a return, and whose words name the payout", []string{paid, "-107.00 b " + batch, "107.00 c MS03!Correctie PO-20261103"}, once, "107.00 out, 107.00 back"},
		{"a batch that is told by its payments, twice", []string{paid, "-107.00 b " + batch + " 100.00= 7.00=", "107.00 c " + batch}, once, ""},
		{"all in one statement, the credits first", []string{"7.00 d MS03!" + two + "; 100.00 c MS03!" + one + "; " + paid + "; -107.00 b " + batch}, once, ""},
		{"a part of it is back", []string{paid, "-107.00 b " + batch, "100.00 c MS03!" + one}, once, "7.00 out, 100.00 back"},
		{"a line of a batch twice", []string{paid, "-100.00 b " + one, "100.00 c MS03!" + one}, once, ""},
		{"a batch, of which the lines were booked before, is back by the batch", []string{"-100.00 a " + one + "; -7.00 e " + two, "-107.00 b " + batch, "107.00 c " + batch}, once, ""},
		{"a payment comes back beside the second debit", []string{paid, "-107.00 b " + batch, "7.00 d AC04!" + two, "107.00 c " + batch}, once, "100.00 out, 107.00 back, 7.00 back"},
		{"a payment comes back after the second debit did", []string{paid, "-107.00 b " + batch, "107.00 c " + batch, "7.00 d AC04!" + two}, "booked returned sent: S100 7.33, S200 -7.00, S240 -0.33", ""},
		{"a payment comes back after its part of the second debit", []string{paid, "-107.00 b " + batch, "7.00 d MS03!" + two, "7.00 e AC04!" + two, "100.00 c MS03!" + one}, "booked returned sent: S100 7.33, S200 -7.00, S240 -0.33", ""},
		{"three times, back in parts", []string{paid, "-107.00 b " + batch + "; -107.00 x " + batch, "7.00 d MS03!" + two + "; 7.00 e MS03!" + two + "; 100.00 c MS03!" + one + "; 100.00 f MS03!" + one}, once, ""},
		{"a part that names the batch is a person's to say", []string{paid, "-107.00 b " + batch, "50.00 c " + batch, "100.00 d MS03!" + one}, once, "7.00 out, 100.00 back, 50.00 back"},
		{"with a charge on top that the bank tells, twice, back whole", []string{"-100.25 a /100.00!" + one, "-100.25 b /100.00!" + one, "100.25 c MS03!" + one}, "booked sent sent: S100 7.08, S210 0.25, S240 -7.33", ""},
		{"with a charge on top that the bank tells, twice, back without it", []string{"-100.25 a /100.00!" + one, "-100.25 b /100.00!" + one, "100.00 c MS03!" + one}, "booked sent sent: S100 7.08, S210 0.25, S240 -7.33", "0.25 out, 100.00 back"},
		{"with a charge on top that the bank tells, twice, back with it apart", []string{"-100.25 a /100.00!" + one, "-100.25 b /100.00!" + one, "100.00 c MS03!" + one, "0.25 d MS03!" + one}, "booked sent sent: S100 7.08, S210 0.25, S240 -7.33", ""},
		{"to its account, and names nothing", []string{"-7.00 a " + two, "-7.00 b <Voorbeeld/" + secondIBAN + "> iets", "7.00 c MS03!" + two}, "sent booked sent: S100 100.33, S240 -100.33", "7.00 out, 7.00 back"},
		{"the bank refused one, and debits the batch whole", []string{"report 1 rejected MS03", "-107.00 a " + batch + "; 100.00 d MS03!" + one}, rest, ""},
		{"the bank refused one, debits the batch whole, and brings it back before", []string{"report 1 rejected MS03", "100.00 d MS03!" + one, "-107.00 a " + batch}, rest, ""},
		{"the bank refused one, debits the batch whole, and brings it back by the batch", []string{"report 1 rejected MS03", "-107.00 a " + batch, "100.00 d " + batch}, rest, ""},
		{"the bank refused one, and debits the payout whole", []string{"report 1 rejected MS03", "-107.33 a " + file, "100.00 d MS03!" + one}, "rejected booked booked: S100 100.00, S200 -100.00", ""},
		{"the bank refused a small one, and debits the batch whole", []string{"report 2 rejected MS03", "-107.00 a " + batch, "7.00 d MS03!" + two}, "booked rejected sent: S100 7.33, S200 -7.00, S240 -0.33", ""},
		{"a payment of a batch comes back", []string{"-107.00 a " + batch, "100.00 d MS03!" + one}, "returned booked sent: S100 100.33, S200 -100.00, S240 -0.33", ""},
		{"the bank refused one, debits that all the same, and brings it back", []string{"report 1 rejected MS03", "-100.00 a " + one, "100.00 d MS03!" + one}, "rejected sent sent: S100 107.33, S200 -100.00, S240 -7.33", ""},
		{"the bank refused all of a batch, debits it, and brings it back", []string{"report 1 rejected MS03; 2 rejected MS03", "-107.00 a " + batch, "107.00 d " + batch}, "rejected rejected sent: S100 107.33, S200 -107.00, S240 -0.33", ""},
		{"a payment comes back beside the first debit of the rest, with a charge", []string{"-7.00 a " + two, "-100.25 b " + batch, "7.00 c AC04!" + two}, "sent booked sent: S100 100.33, S240 -100.33", "100.25 out, 7.00 back"},
		{"a payment twice, the second time by its batch, before the rest", []string{"-7.00 a " + two, "-7.00 b " + batch, "7.00 c MS03!" + two}, "sent booked sent: S100 100.33, S240 -100.33", "7.00 out, 7.00 back"},
		{"a payment alone, and in the batch too", []string{"-7.00 a " + two, "-107.00 b " + batch, "7.00 c MS03!" + two}, once, ""},
		{"as much as the first debit of the rest", []string{"-7.00 a " + two, "-100.25 b " + batch, "100.25 c " + batch}, "sent booked sent: S100 100.33, S240 -100.33", "100.25 out, 100.25 back"},
		{"a wrong amount, that is brought back before the right one", []string{"-99.99 a " + one + "; 99.99 b MS03!" + one, "-100.00 c " + one}, "booked sent sent: S100 7.33, S240 -7.33", ""},
		{"the bank refused all of a batch, and debits it", []string{"report 1 rejected MS03; 2 rejected MS03", "-107.00 a " + batch}, "rejected rejected sent: S100 107.33, S200 -107.00, S240 -0.33", "107.00 out"},
		{"it comes back before its debit, in a statement of before", []string{"100.00 c MS03!" + one, paid}, "returned booked sent: S100 100.33, S200 -100.00, S240 -0.33", ""},
	} {
		for format, write := range map[string]func(int, string) string{
			"camt.053": func(n int, s string) string { return testkit.Camt(fmt.Sprintf("told%d", n), s) }, "MT940": func(_ int, s string) string { return testkit.MT940(s) },
		} {
			if format == "MT940" && strings.Contains(strings.Join(c.told, ""), "/100.00!") || format == "MT940" && strings.Contains(strings.Join(c.told, ""), "100.00= ") {
				continue // it knows no amount that was paid, and no payments of a batch
			}
			t.Run(c.name+", "+format, func(t *testing.T) {
				t.Parallel()
				w, p := twoPaid(t)
				reports, told := []string{}, c.told
				if strings.HasPrefix(told[0], "report ") {
					reports, told = told[:1], told[1:]
				}
				if format == "MT940" { // two statements of one payment without a reference would tell the same
					told = []string{strings.Join(told, "; ")}
				}
				w.bankWrites(write, p, slices.Concat(reports, told)...)
				says(t, "what is held", query[string](w, `SELECT COALESCE(string_agg(held_for, ', '), '') FROM statement WHERE state = 'held'`), "")
				says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), c.books)
				says(t, "what waits", w.still(), c.waits)
				if got := w.reconciled(today.AddDays(1)); (strings.Contains(got, "2026-11-04 ")) != (c.waits != "") {
					t.Error(got)
				}
				for _, key := range strings.Split(query[string](w, `SELECT string_agg(key, ' ') FROM statement_entry WHERE key IS NOT NULL`), " ") {
					w.accounted(key)
				}
				if strings.Contains(c.books, "S210 0.25") {
					w.fillsUp("own", "0.25")
				}
				w.verified()
			})
		}
	}
}

// threePaid is a payout of 100.00, 7.00 and 5.00 to clients in one batch, that went to the bank.
func threePaid(t *testing.T) (*world, settlement.Payout) {
	t.Helper()
	w := paying(t)
	w.receives(w.open(), "r1", "100.33")
	for code, amount := range map[string]string{"B": "7.00", "C": "5.00"} {
		w.tellsAccount(code, secondIBAN, 0)
		w.approvesAccount(w.receivesFor(code, "r"+code, amount), secondIBAN, "Anna", "Bram")
	}
	return w, w.paidOut(today)
}

// In whatever parts and order a batch that was paid twice comes back, and however statements divide it, with a charge on top of both or not: once a person said of which debit the parts are that name no payment, each client is paid once, nothing waits, the books hold, and the next payout leaves.
func TestABatchThatWasPaidTwiceComesBackSomehow(t *testing.T) {
	t.Parallel()
	const batch = "#PO-20261103/client"
	turn := 0
	for _, parts := range [][]string{{"1", "2", "3"}, {"1 2", "3"}, {"1 3", "2"}, {"2 3", "1"}, {"1 2 3"}} {
		for _, order := range orders(parts) {
			n := turn
			turn++
			t.Run(fmt.Sprintf("%d %s", n, strings.Join(order, ", ")), func(t *testing.T) {
				t.Parallel()
				w, p := threePaid(t)
				onTop := n%2 == 1
				debit := map[bool]string{false: "-112.00 ", true: "-112.25 "}[onTop]
				var told []string
				for i, part := range order {
					var sum money.Amount
					for id := range strings.FieldsSeq(part) {
						sum += p.Lines[slices.IndexFunc(p.Lines, func(l settlement.PayoutLine) bool { return l.EndToEndID == "PO-20261103-"+id })].Cents
					}
					name := "MS03!PO-20261103-" + part + "|Correctie"
					if strings.Contains(part, " ") {
						name = batch
					}
					told = append(told, fmt.Sprintf("%s c%d %s", sum, i, name))
				}
				debits, back := debit+"a "+batch+"; "+debit+"b "+batch, strings.Join(told, "; ")
				w.bankSays(p, [][]string{append(strings.Split(debits, "; "), told...), {debits, back}, {back + "; " + debits}}[n%3]...)
				if onTop {
					w.saysBoth(t, w.lineOf("debit", "112.25"))
					w.saysRestOff()
					says(t, "what is left", w.still()[:8], "0.25 out")
					left := w.lineOf("debit", "0.25")
					says(t, "the rest is a charge", w.charges(left, "Anna")+w.charges(left, "Bram"), "donedone")
					w.fillsUp("own", "0.50")
				}
				w.saysRestOff()
				says(t, "what waits", w.still(), "")
				says(t, "paid once", w.statuses(p), "booked booked booked sent")
				w.verified()
				if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") {
					t.Error(got)
				}
				w.receives(w.open(), "r9", "40.00")
				says(t, "the next payout", w.notMade(w.payoutOf(w.client, 2)), "")
			})
		}
	}
}

// saysBoth is the word of two persons that a debit is of the batch of threePaid with a charge of 0.25 on top.
func (w *world) saysBoth(t *testing.T, key string) {
	t.Helper()
	for i, who := range []string{"Anna", "Bram"} {
		says(t, who, w.saysOnTop(key, "112.00 PO-20261103/client", "0.25", who), []string{"1 said so, 0 claims, 0 lines", "2 said so, 0 claims, 3 lines"}[i])
	}
}

// orders are all orders of a list.
func orders(list []string) (all [][]string) {
	if len(list) == 0 {
		return [][]string{{}}
	}
	for i := range list {
		for _, rest := range orders(slices.Concat(list[:i], list[i+1:])) {
			all = append(all, append([]string{list[i]}, rest...))
		}
	}
	return all
}

// What is left of a debit says what to do, counts for the next payout, and is a charge by the word of two; a person who typed the return while the debit waits is told.
func TestWhatIsLeftOfADebitIsSaid(t *testing.T) {
	t.Parallel()
	const one = "PO-20261103-1|Correctie"
	w, p := twoPaid(t)
	w.bankSays(p, "-107.00 a #PO-20261103/client; -107.25 b #PO-20261103/client")
	typed := postgres.PayoutEntry{Key: "typed", EndToEndID: "PO-20261103-1", Amount: eur("100.00"), On: today.AddDays(1), Credit: true, Reason: "MS03"}
	if got := words(second(w.BookPayoutEntry(t.Context(), typed, at(today.AddDays(2))))); !strings.Contains(got, "of which 107.25 is left, names it too and waits: what came back is rather of that; right would be to import the statement that tells it") {
		t.Error(got)
	}
	w.importFile(testkit.Camt("later", "9 285.75 392.75: 2026-11-04 100.00 c MS03!"+one+"; 2026-11-04 7.00 d MS03!PO-20261103-2|Correctie"))
	left, back := w.lineOf("debit", "0.25"), w.lineOf("credit", "100.00")
	waiting, err := w.WaitingLines(t.Context())
	ok(t, err)
	for _, l := range waiting {
		want := map[string]string{left: "107.00 of it came back (", back: "it comes off debit " + left + ", of which 0.25 is left"}[l.Key]
		if l.Key == left && !strings.HasSuffix(l.Problem, "), and 0.25 is left: have the bank bring that back too: a credit that names the payment settles it. Until then the agency's own money stands for it: dunning receipts top-up; when the bank charged it, two persons say: dunning statement tie "+left+` --charge --by "YOUR NAME" --reason "HOW YOU KNOW"`) || !strings.HasPrefix(l.Problem, want) {
			t.Errorf("%s: %s", l.Key, l.Problem)
		}
	}
	o, err := w.Outlook(t.Context(), p.ID)
	if ok(t, err); len(o.Gone) != 1 || o.Gone[0].Amount != eur("0.25") {
		t.Errorf("%+v", o.Gone)
	}
	says(t, "a person says that it is of the debit", w.saysOff(back, left, "100.00"), "done")
	says(t, "paid once", w.statuses(p), "booked booked sent")
	says(t, "a charge", w.charges(left, "Anna")+w.charges(left, "Bram"), "donedone")
	says(t, "the books", w.balances(ledger.Trust)+"; waits: "+w.still(), "S100 0.08, S210 0.25, S240 -0.33; waits: ")
	if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") {
		t.Error(got)
	}
	w.accounted(left)
	says(t, "it is none", w.uncharges(left, "Anna")+w.uncharges(left, "Bram"), "1 said so2 said so")
	says(t, "what waits", w.still(), "0.25 out")
	if trace := w.accounted(left); strings.Contains(trace.What, "which the agency bears") {
		t.Error(trace.What)
	}
	w.importFile(testkit.Camt("last", "10 392.75 393.00: 2026-11-04 0.25 e MS03!"+one))
	w.saysRestOff()
	says(t, "the rest came back", w.balances(ledger.Trust)+"; waits: "+w.still(), "S100 0.33, S240 -0.33; waits: ")
	w.verified()
}

// A debit that has a payment which the bank refused is none with a charge of its amount, whoever says so.
func TestARefusedPaymentIsNoCharge(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "report 2 rejected MS03", "-107.00 a #PO-20261103/client")
	key := w.lineOf("debit", "107.00")
	const want = ", which pays 100.00 there, and the bank refused 7.00 of it, which it debited too: have it bring that back. A credit that names the payment, or its batch, comes off the debit, and the rest fits then"
	if got := w.saysOnTop(key, "100.00 PO-20261103-1", "7.00", "Anna"); !strings.HasSuffix(got, want) {
		t.Error(got)
	}
	waiting, err := w.WaitingLines(t.Context())
	if ok(t, err); len(waiting) != 1 || !strings.HasSuffix(waiting[0].Problem, want) {
		t.Errorf("%+v", waiting)
	}
}

// A refused payment and a charge on top in one debit: the credit of the one comes off, and two persons say the other of what is left.
func TestARefusedPaymentAndAChargeInOneDebit(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "report 1 rejected MS03", "-107.25 a #PO-20261103/client; 100.00 b MS03!PO-20261103-1|Retour")
	key := w.lineOf("debit", "7.25")
	if got := w.saysOnTop(key, "7.00 PO-20261103-2", "100.25", "Anna"); !strings.Contains(got, "entry "+key+" is of 7.25, less what came back of it; right would be an amount of the payment, and a charge on top of it, that come to that: they come to 107.25") {
		t.Error(got)
	}
	for i, who := range []string{"Anna", "Bram"} {
		says(t, who, w.saysOnTop(key, "7.00 PO-20261103-2", "0.25", who), []string{"1 said so, 0 claims, 0 lines", "2 said so, 0 claims, 1 lines"}[i])
	}
	says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), "rejected booked sent: S100 100.08, S200 -100.00, S210 0.25, S240 -0.33")
	says(t, "what waits", w.still(), "")
	if got := w.reconciled(today.AddDays(1)); strings.Contains(got, "2026-11-04 ") {
		t.Error(got)
	}
	if trace := w.accounted(key); !strings.HasSuffix(trace.What, ": 7.00 was paid out, and the bank charged 0.25, which the agency bears") {
		t.Error(trace.What)
	}
	w.fillsUp("own", "0.25")
	w.verified()
}

// A batch of which some was booked apart is not proposed as one: the lines are, and fit.
func TestABatchOfWhichSomeIsBookedIsProposedByItsLines(t *testing.T) {
	t.Parallel()
	w, p := threePaid(t)
	var large string
	var ids []string
	for _, l := range p.Lines[:3] {
		if l.Cents == eur("100.00") {
			large = l.EndToEndID
		} else {
			ids = append(ids, l.EndToEndID)
		}
	}
	w.bankSays(p, "-100.00 a "+large+"|x; -12.00 b iets")
	key := w.lineOf("debit", "12.00")
	if got := w.charges(key, "Anna"); !strings.Contains(got, "can be "+strings.Join(ids, " with ")+", of that amount") || !strings.Contains(got, "dunning payout book "+key+" 12.00 --line "+strings.Join(ids, " --line ")+". When") {
		t.Error(got)
	}
	says(t, "followed", words(second(w.BookPayoutEntry(t.Context(), debit(key, "12.00 "+strings.Join(ids, " ")), at(today.AddDays(2))))), "done")
	says(t, "the lines", w.statuses(p), "booked booked booked sent")
}

// What was settled before a credit was kept against its debit stays so, also when a person says it again.
func TestWhatWasSettledBeforeStaysSettled(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-100.00 a PO-20261103-1|x", "-100.00 b PO-20261103-1|x; 100.00 c MS03!PO-20261103-1|Correctie")
	w.exec(`SET session_replication_role = replica; UPDATE statement_entry SET against = NULL; SET session_replication_role = DEFAULT`)
	key := query[string](w, `SELECT key FROM statement_entry WHERE direction = 'credit'`)
	if got := w.saysBack(key, "PO-20261103-1", "100.00"); !strings.Contains(got, "and the two are settled") {
		t.Error(got)
	}
	says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), "booked sent sent: S100 7.33, S240 -7.33")
	w.accounted(key)
}

// A debit without a name can be the first of a payment under way, and the second of one that is booked, of the same account and amount: what comes back of that one waits until somebody says which, and is a return then, and its account is blocked.
func TestADebitWithoutANameCanBeOfWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "100.33")
	for _, code := range []string{"B", "C"} {
		w.tellsAccount(code, secondIBAN, 0)
		w.approvesAccount(w.receivesFor(code, "r"+code, "7.00"), secondIBAN, "Anna", "Bram")
	}
	p := w.paidOut(today)
	first := p.Lines[0].EndToEndID
	w.bankSays(p, "-7.00 a "+first+"|Afdracht", "-7.00 b <Voorbeeld/"+secondIBAN+"> iets", "7.00 c AC04!"+first+"|Afdracht")
	says(t, "the payments", w.statuses(p), "booked sent sent sent")
	says(t, "what waits", w.still(), "7.00 out, 7.00 back")
	says(t, "the other's debit", words(second(w.BookPayoutEntry(t.Context(), debit(w.lineOf("debit", "7.00"), "7.00 "+p.Lines[2].EndToEndID), at(today.AddDays(4))))), "done")
	says(t, "the payments then", w.statuses(p), "returned sent booked sent")
	w.verified()
}
