package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// charges is a person's word that a line is what the bank charged.
func (w *world) charges(line, who string) string {
	w.Helper()
	_, err := w.ChargedByBank(w.Context(), line, "the bank's letter", named(who, today.AddDays(2)))
	return words(err)
}

// ties is a person's word that a line takes a receipt back.
func (w *world) ties(line, receipt string) string {
	w.Helper()
	return words(second(w.TieReturn(w.Context(), line, receipt, "the bank's letter", at(today.AddDays(2)), w.lib.Rules)))
}

// booksPayout is a person's word that a line is of a line of a payout.
func (w *world) booksPayout(line, payment, amount string) string {
	w.Helper()
	return words(second(w.BookPayoutEntry(w.Context(), postgres.PayoutEntry{Key: line, EndToEndID: payment, Amount: eur(amount), On: today}, at(today.AddDays(2)))))
}

func words(err error) string {
	if err != nil {
		return err.Error()
	}
	return "done"
}

// Who says in one moment that a line takes a receipt back, or is of a payout, and that the bank charged it, makes one thing of it: the other is refused.
func TestALineBecomesOneThingOfTwoThatAreSaidAtOnce(t *testing.T) {
	t.Parallel()
	const payment = "PO-20261103-1"
	for _, c := range []struct {
		name, amount  string
		hold          string
		says          func(w *world, line, receipt string) string
		first, second string // what is said of the line, and that the bank charged it
		kind          string
	}{
		{"a storno that waits for its receipt", "60.00", `SELECT FROM receipt FOR UPDATE`, func(w *world, line, receipt string) string { return w.ties(line, receipt) }, "done", "line LINE takes back receipt", "return"},
		{"a payout that holds the line", "100.00", `LOCK TABLE journal IN SHARE MODE`, func(w *world, line, _ string) string { return w.booksPayout(line, payment, "100.00") }, "done", "line LINE is of payout PO-20261103; right would be", "unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			one := w.importFile(testkit.Camt("k", "1 500.00 "+(eur("500.00")+eur(c.amount)).String()+": 2026-11-03 "+c.amount+" z <P. Betaler/"+debtorIBAN+"> een"))[0]
			st := w.importFile(testkit.Camt("m", "2 "+(eur("500.00")+eur(c.amount)).String()+" 500.00: 2026-11-04 -"+c.amount+" a iets"))[0]
			receipt, line := w.lines(one)[0].Key, w.lines(st)[0].Key
			w.exec(`INSERT INTO return_charge (entry, original, amount, approver, reason, at) SELECT key, key, amount, 'Anna', 'the bank''s letter', now() FROM statement_entry WHERE key = $1`, line) // before a payment of that amount was sent
			hold, err := w.super.Begin(t.Context())
			ok(t, err)
			_, err = hold.Exec(t.Context(), c.hold)
			ok(t, err)
			waiting := func() int {
				return query[int](w, `SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()))`)
			}
			first, other := make(chan string, 1), make(chan string, 1)
			go func() { first <- c.says(w, line, receipt) }()
			eventually(t, "it waits", func() bool { return waiting() == 1 })
			go func() { other <- w.charges(line, "Bram") }()
			eventually(t, "the other waits, or is done", func() bool { return waiting() == 2 || len(other) == 1 })
			ok(t, hold.Rollback(t.Context()))
			for got, want := range map[string]string{<-first: c.first, <-other: c.second} {
				if !strings.HasPrefix(got, strings.ReplaceAll(want, "LINE", line)) {
					t.Errorf("%s, want %s", got, want)
				}
			}
			if got := string(w.lines(st)[0].Kind); got != c.kind {
				t.Errorf("it is a %s", got)
			}
			booked := query[int](w, `SELECT count(*) FROM journal WHERE key = 'bank-charge:' || $1`, line) + query[int](w, `SELECT 2 * count(*) FROM statement_entry WHERE key = $1 AND num_nonnulls(receipt, payout) > 0`, line)
			if booked != 2 { // a charge is a journal of the trust account and one of the agency
				t.Errorf("it is booked as %d", booked)
			}
		})
	}
}

// A line is of what it names by an id, and of nothing else; a charge of the bank beside a payment names that one, and is less. And nobody explains money out by money that one person says came in.
func TestWhatNobodyMayMakeOfALine(t *testing.T) {
	t.Parallel()
	const other = "; right would be "
	w, _ := twoPaid(t)
	one := w.importFile(testkit.Camt("k", "1 500.00 674.00: 2026-11-03 42.00 z EVA|een; 2026-11-03 42.00 y EVB|een; 2026-11-03 90.00 x EVC|een"))[0]
	ok(t, second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: "typed-1", Amount: eur("100.00"), On: today}, at(today), w.lib.Rules)))
	st := w.importFile(testkit.Camt("m", "2 674.00 294.40: 2026-11-04 -42.00 a EVA|terug; 2026-11-04 -90.00 b PO-20261103-1|iets; 2026-11-04 -100.00 c iets; 2026-11-04 -2.50 d EVA|kosten; 2026-11-04 -26.00 e EVB|kosten; 2026-11-04 -7.10 f #PO-20261103/client; 2026-11-04 -7.00 g EVA|iets; 2026-11-04 -105.00 h #PO-20261103/client"))[0]
	key := map[string]string{}
	for _, l := range w.lines(one) {
		key[l.Amount.String()+query[string](w, `SELECT end_to_end FROM statement_entry WHERE key = $1`, l.Key)] = l.Key
	}
	for _, l := range w.lines(st) {
		key["-"+l.Amount.String()] = l.Key
	}
	for name, c := range map[string]struct{ said, want string }{
		"a storno of another receipt than it names": {w.ties(key["-42.00"], key["42.00EVB"]), "it names " + key["42.00EVA"]},
		"a storno that names a payout":              {w.ties(key["-90.00"], key["90.00EVC"]), "it names PO-20261103-1"},
		"a storno of what one person typed":         {w.ties(key["-100.00"], "typed-1"), "no statement brought that receipt"},
		"a charge that names a payout":              {w.charges(key["-90.00"], "Anna"), "of 90.00 names PO-20261103-1, and is no charge beside it"},
		"a charge that names its own amount":        {w.charges(key["-42.00"], "Anna"), "of 42.00 names " + key["42.00EVA"] + ", and is no charge beside it"},
		"a charge of more than a bank takes":        {w.charges(key["-26.00"], "Anna"), "of 26.00 names " + key["42.00EVB"] + ", and is no charge beside it"},
		"a charge that names a batch":               {w.charges(key["-7.10"], "Anna"), "of 7.10 names PO-20261103/client, and is no charge beside it"},
		"a payout that names a receipt":             {w.booksPayout(key["-7.00"], "PO-20261103-2", "7.00"), "names " + key["42.00EVA"] + other + "that one"},
		"a charge beside what it names":             {w.charges(key["-2.50"], "Anna"), "done"},
		"a storno of what it names":                 {w.ties(key["-42.00"], key["42.00EVA"]), "done"},
	} {
		if !strings.Contains(c.said, c.want) {
			t.Errorf("%s: %s, want %s", name, c.said, c.want)
		}
	}
	says(t, "the second word", w.charges(key["-2.50"], "Bram"), "done")
	for _, l := range w.lines(st) {
		if want := map[string]string{"42.00": "return", "2.50": "fee"}[l.Amount.String()]; want != "" && string(l.Kind) != want {
			t.Errorf("%s is a %s", l.Amount, l.Kind)
		}
	}
}

// A storno with the bank's charge on top, told as any debit, takes its receipt back whole when two persons say so, and the agency bears the charge; so does what broke off between the second word and the books.
func TestAStornoWithAChargeThatIsToldAsAnyDebit(t *testing.T) {
	t.Parallel()
	for _, breaks := range []bool{false, true} {
		w := paying(t)
		one := w.importFile(testkit.Camt("m", "1 0.00 42.00: 2026-11-01 42.00 a EVA|een"))[0]
		st := w.importFile(testkit.Camt("n", "2 42.00 -2.50: 2026-11-02 -44.50 e EVA|terugboeking"))[0]
		receipt, line := w.lines(one)[0].Key, w.lines(st)[0].Key
		if got := w.ties(line, receipt); !strings.Contains(got, "it is of 44.50, and the receipt of 42.00") {
			t.Error(got)
		}
		says(t, "one person", w.saysCharged(line, receipt, "2.50", "Anna"), "1 said so, 0 claims, 0 lines")
		ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
		says(t, "one person moves nothing", w.balances(ledger.Trust), "S100 42.00, S230 -42.00")
		if got := w.problems(st); !strings.Contains(got, "--entry "+line+" --charge 2.50") {
			t.Error(got)
		}
		if breaks {
			w.exec(`INSERT INTO return_charge (entry, original, amount, approver, reason, at) VALUES ($1, $2, 250, 'Bram', 'the bank''s letter', now())`, line, receipt)
			ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
		} else {
			says(t, "two persons", w.saysCharged(line, receipt, "2.50", "Bram"), "2 said so, 0 claims, 0 lines")
		}
		if got := w.lines(st)[0]; got.Kind != "return" || got.Receipt != receipt || got.TiedBy != "Bram" || got.Problem != "" {
			t.Errorf("%+v", got)
		}
		says(t, "the books", w.balances(ledger.Trust), "S100 -2.50, S210 2.50")
		w.fillsUp("own", "2.50")
		w.verified()
	}
}

// One person's word makes no return of a debit that the bank does not call one, also when a receipt of its payer and amount is there.
func TestOneWordMakesNoReturn(t *testing.T) {
	t.Parallel()
	w := paying(t)
	payer := "<P. Betaler/" + debtorIBAN + "> "
	one := w.importFile(testkit.Camt("m", "1 0.00 82.00: 2026-11-01 40.00 a "+payer+"een; 2026-11-01 42.00 b "+payer+"twee"))[0]
	st := w.importFile(testkit.Camt("n", "2 82.00 40.00: 2026-11-02 -42.00 e "+payer+"terugboeking"))[0]
	says(t, "one person", w.saysCharged(w.lines(st)[0].Key, w.lines(one)[0].Key, "2.00", "Anna"), "1 said so, 0 claims, 0 lines")
	ok(t, w.ApplyReturns(t.Context(), at(today), w.lib.Rules))
	if got := w.lines(st)[0]; got.Kind != "unknown" || got.Receipt != "" {
		t.Errorf("%+v", got)
	}
}

// What a line waits for is told without itself: a word that the bank charged it is none on what it brings back.
func TestAChargeBringsNothingBack(t *testing.T) {
	t.Parallel()
	w := paying(t)
	line := w.lines(w.importFile(testkit.Camt("n", "1 50.00 45.00: 2026-11-02 -5.00 e kosten"))[0])[0].Key
	says(t, "one person", w.charges(line, "Anna"), "done")
	waiting, err := w.WaitingLines(t.Context())
	if ok(t, err); len(waiting) != 1 || len(waiting[0].Originals) > 0 || len(waiting[0].Said) != 1 {
		t.Errorf("%+v", waiting)
	}
}

// A refund waits while money out that nothing explains can take its receipt back: by what it names, or by payer and amount. What names a payment of ours does not.
func TestNoRefundOfWhatMayHaveBeenTakenBack(t *testing.T) {
	t.Parallel()
	payer := "<P. Betaler/" + debtorIBAN + "> "
	for name, c := range map[string]struct {
		line string
		held bool
	}{
		"it names the receipt":              {"EVA|terugboeking", true},
		"it names the receipt, a return":    {"MD06!EVA|terugboeking", true},
		"it went to the payer":              {payer + "iets", true},
		"it went to somebody else":          {"<A. Ander/" + strangerIBAN + "> iets", false},
		"it names the other receipt":        {"<A. Ander/" + strangerIBAN + "> EVB|terugboeking", false},
		"it went to the payer, by a payout": {payer + "PO-20261103-1|Afdracht", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			one := w.importFile(testkit.Camt("k", "1 0.00 84.00: 2026-11-01 42.00 a "+payer+"EVA|een; 2026-11-01 42.00 b <A. Ander/NL91ABNA0417164300> EVB|een"))[0]
			w.importFile(testkit.Camt("n", "2 84.00 42.00: 2026-11-02 -42.00 e "+c.line))
			receipt := w.lines(one)[0].Key
			ok(t, second(w.ProposeRefund(t.Context(), receipt, "nobody's", person("a"))))
			_, err := w.DecideRefund(t.Context(), receipt, true, person("Bram"))
			if held := err != nil && strings.Contains(err.Error(), "a statement tells money out that can take receipt "+receipt+" back"); held != c.held || !held && err != nil {
				t.Errorf("held %t: %v", held, err)
			}
		})
	}
}

// The schema makes nothing of a line that persons did not say, whoever asks.
func TestTheSchemaHoldsALineToWhatWasSaid(t *testing.T) {
	t.Parallel()
	w := paying(t)
	one := w.importFile(testkit.Camt("k", "1 0.00 84.00: 2026-11-01 42.00 z EVA|een; 2026-11-01 42.00 y EVB|een"))[0]
	st := w.importFile(testkit.Camt("n", "2 84.00 -61.00: 2026-11-02 -42.00 e EVA|terug; 2026-11-02 -3.00 f $kosten; 2026-11-02 -100.00 g iets"))[0]
	ok(t, second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: "typed-1", Amount: eur("100.00"), On: today}, at(today), w.lib.Rules)))
	receipts, lines := w.lines(one), w.lines(st)
	const tied = `kind = 'return', tied_by = 'Anna', tied_reason = 'x', tied_at = now(), receipt = `
	for name, c := range map[string]struct{ line, set, want string }{
		"a charge of nobody's word":  {lines[2].Key, `kind = 'fee'`, "cannot become what the bank charged, by two persons"},
		"a fee that is something":    {lines[1].Key, `kind = 'unknown'`, "cannot become a unknown"},
		"a fee that takes back":      {lines[1].Key, tied + `'` + receipts[0].Key + `'`, "cannot become"},
		"a fee of a receipt":         {lines[1].Key, `receipt = '` + receipts[0].Key + `'`, "statement_entry_is"},
		"a return of another":        {lines[0].Key, tied + `'` + receipts[1].Key + `'`, "cannot become what takes receipt " + receipts[1].Key},
		"a return of what was typed": {lines[2].Key, tied + `'typed-1'`, "of a receipt that a statement brought"},
		"a return of nobody's word":  {lines[0].Key, `kind = 'return', receipt = '` + receipts[0].Key + `'`, "a return, by one person"},
		"a debit that came in":       {lines[0].Key, `kind = 'receipt'`, "cannot become a receipt"},
	} {
		if _, err := w.db.App.Exec(t.Context(), `UPDATE statement_entry SET `+c.set+` WHERE key = $1`, c.line); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
