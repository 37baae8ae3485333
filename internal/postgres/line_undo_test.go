package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// uncharges is a person's word that a line is no charge of the bank.
func (w *world) uncharges(line, who string) string {
	w.Helper()
	said, err := w.NoCharge(w.Context(), line, "the bank's other letter", named(who, today.AddDays(3)))
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d said so", said)
}

// What two persons called a charge and was none two persons take back: the agency has its part again, and the line waits, and becomes what it was.
func TestAChargeThatWasNoneIsTakenBack(t *testing.T) {
	t.Parallel()
	w := paying(t)
	own, _ := w.fillsUp("own", "50.00")
	w.paysIn("in", "42.00", debtorIBAN)
	receipt := query[string](w, `SELECT key FROM receipt WHERE amount = 4200`)
	line := w.leaves("out", "44.50", "iets")
	fee := w.leaves("fee", "1.00", "$Kosten")
	says(t, "not before two called it one", w.uncharges(line, "Anna"), "line "+line+" is a unknown, and no two persons said that the bank charged it; right would be a line that they did: dunning statement show STATEMENT")
	if got := w.uncharges(fee, "Anna"); !strings.Contains(got, "is a fee, and no two persons said") {
		t.Errorf("the bank calls it one: %s", got)
	}
	statement := query[string](w, `SELECT statement FROM statement_entry WHERE key = $1`, line)
	is := func() string {
		_, lines, err := w.StatementLines(t.Context(), statement)
		ok(t, err)
		words := string(lines[0].Kind)
		for _, s := range lines[0].Said {
			words += fmt.Sprintf(", %s %t", s.By, s.None)
		}
		return words + ": " + w.balances(ledger.Trust)
	}
	for turn := range 2 {
		says(t, "charged", w.charges(line, "Anna")+w.charges(line, "Bram"), "donedone")
		says(t, "a charge", is(), "fee, Anna false, Bram false: S100 46.50, S210 -4.50, S230 -42.00")
		says(t, "one person", w.uncharges(line, "Bram")+" "+w.uncharges(line, "Bram"), "1 said so 1 said so")
		says(t, "one person moves nothing", is(), "fee, Anna false, Bram false, Bram true: S100 46.50, S210 -4.50, S230 -42.00")
		says(t, "the second, and again", w.uncharges(line, "Cor")+" "+w.uncharges(line, "Cor"), "2 said so 2 said so")
		says(t, "it waits", is(), "unknown, Bram true, Cor true: S100 91.00, S210 -49.00, S230 -42.00")
		if got := query[int](w, `SELECT count(*) FROM journal WHERE starts_with(key, 'bank-charge:' || $1)`, line); got != 4*(turn+1) {
			t.Errorf("turn %d: %d journals", turn, got)
		}
	}
	waiting, err := w.WaitingLines(t.Context())
	if ok(t, err); len(waiting) != 1 || waiting[0].Key != line || !strings.Contains(waiting[0].Problem, "nothing says what this money went out for") {
		t.Errorf("%+v", waiting)
	}
	r, err := w.Reconcile(t.Context(), today)
	if ok(t, err); len(r.Entries) != 1 || r.Entries[0].Key != line || r.Entries[0].Bank != -eur("44.50") || r.Entries[0].Book != 0 {
		t.Errorf("%+v", r.Entries)
	}
	w.verified()
	says(t, "it is with us", w.traced(own, line, "LINE", fee, "FEE"), "to FEE 1.00, bank-charge:LINE~4 40.00, bank-charge:LINE~2 4.50, bank-charge:LINE~4 4.50")
	traced := fmt.Sprintf("%+v", w.accounted(own).To)
	if !strings.Contains(traced, "it was no charge of the bank, as two persons said: bank entry "+line+" waits again") {
		t.Error(traced)
	}
	says(t, "a storno with a charge", w.saysCharged(line, receipt, "2.50", "Anna")+w.saysCharged(line, receipt, "2.50", "Bram"), "1 said so, 0 claims, 0 lines2 said so, 0 claims, 0 lines")
	says(t, "it is one", is(), "return, Anna false, Bram false, Bram true, Cor true: S100 46.50, S210 -46.50")
	if r, err = w.Reconcile(t.Context(), today); err != nil || len(r.Entries) != 0 {
		t.Errorf("%+v %v", r.Entries, err)
	}
	w.verified()
}

// While a payment of ours is on its way to the bank, a line of its amount can be it, and is no charge; once that is booked or lost it can be said.
func TestALineOfAPaymentOnItsWayIsNoCharge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		amount, right string // of the line, and what would be right; empty: it may be a charge
		ends          func(w *world)
	}{
		"of a payment":         {"7.00", "PO-20261103-2, of that amount, which went to the bank and is in no statement yet; right would be: dunning payout book LINE 7.00 --line PO-20261103-2", func(w *world) { says(w, "booked", w.booksPayout("typed", "PO-20261103-2", "7.00"), "done") }},
		"of the batch":         {"107.00", "PO-20261103/client, of that amount, which went to the bank and is in no statement yet; right would be: dunning payout book LINE 107.00 --batch PO-20261103/client", func(w *world) { says(w, "booked", w.booksPayout("typed", "PO-20261103-2", "7.00"), "done") }},
		"of all of the payout": {"107.33", "PO-20261103/all, of that amount, which went to the bank and is in no statement yet; right would be: dunning payout book LINE 107.33 --payout PO-20261103", func(w *world) { says(w, "booked", w.booksPayout("typed", "PO-20261103-2", "7.00"), "done") }},
		"of one that is lost": {"7.00", "can be PO-20261103-2", func(w *world) {
			for _, by := range []string{"Anna", "Bram"} {
				ok(w, second(w.LosePayout(w.Context(), "PO-20261103", "the bank says so", person(by))))
			}
		}},
		"of a cent more": {"7.01", "", func(*world) {}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			line := w.leaves("out", c.amount, "iets")
			if got, want := w.charges(line, "Anna"), strings.ReplaceAll(c.right, "LINE", line); c.right != "" && !strings.Contains(got, want) {
				t.Errorf("%s, want %s", got, want)
			}
			c.ends(w)
			says(t, "it can be said", w.charges(line, "Anna")+w.charges(line, "Bram"), "donedone")
		})
	}
}

// The schema takes no reversal of a charge, and lets no line wait again, that two persons did not say.
func TestTheSchemaTakesNoChargeBackByOneWord(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.fillsUp("own", "50.00")
	line := w.leaves("out", "5.00", "iets")
	says(t, "charged", w.charges(line, "Anna")+w.charges(line, "Bram")+w.uncharges(line, "Bram"), "donedone1 said so")
	if _, err := w.db.App.Exec(t.Context(), `UPDATE statement_entry SET kind = 'unknown' WHERE key = $1`, line); err == nil || !strings.Contains(err.Error(), "it cannot become a unknown") {
		t.Error(err)
	}
	for _, posted := range w.journals() {
		if d := posted.Draft; d.Kind == ledger.BankCharged && d.Book == ledger.Trust {
			j, err := d.Journal()
			ok(t, err)
			back, err := j.Reversal(d.Key+"~2", d.On)
			ok(t, err)
			if err := second(w.Post(t.Context(), at(today), back)); err == nil || !strings.Contains(err.Error(), "takes back a charge that two persons did not say was none") {
				t.Error(err)
			}
		}
	}
}

// What a line may become stands in the code and in the schema, and they say the same of every kind.
func TestCodeAndSchemaAgreeWhatALineMayBecome(t *testing.T) {
	t.Parallel()
	w, _ := twoPaid(t)
	n, incoming := 0, ""
	for i := range 2 * len(bank.LineKinds()) {
		incoming += fmt.Sprintf("; 2026-11-02 50.00 in%d iets", i)
	}
	in := w.lines(w.importFile(testkit.Camt("in", fmt.Sprintf("1 0.00 %s: %s", cents(int64(5000*2*len(bank.LineKinds()))), strings.TrimPrefix(incoming, "; "))))[0])
	like := w.leaves("out", "50.00", "iets")
	for _, kind := range bank.LineKinds() {
		direction := map[bool]string{true: "credit", false: "debit"}[kind == bank.LineReceipt || kind == bank.LinePayoutReturned]
		for _, become := range []string{"fee", "return", "payout"} {
			n++
			key := fmt.Sprintf("line-%d", n)
			w.exec(`INSERT INTO statement_entry SELECT (jsonb_populate_record(e, jsonb_build_object('entry', 100 + $2::int, 'key', $1::text, 'kind', $3::text, 'direction', $4::text, 'amount', CASE $3::text WHEN 'information' THEN 0 ELSE e.amount END))).* FROM statement_entry e WHERE key = $5`, key, n, kind, direction, like)
			for _, by := range []string{"Anna", "Bram"} {
				w.exec(`INSERT INTO return_charge (entry, original, amount, approver, reason, at) VALUES ($1, $1, 5000, $2, 'x', now())`, key, by)
			}
			set := map[string]string{"fee": `kind = 'fee'`, "return": `kind = 'return', tied_by = 'Anna', tied_reason = 'x', tied_at = now(), receipt = '` + in[n%len(in)].Key + `'`, "payout": `payout = 'PO-20261103', evidence = key`}[become]
			_, err := w.db.App.Exec(t.Context(), `UPDATE statement_entry SET `+set+` WHERE key = $1`, key)
			if may := postgres.LineMay(kind, become); may != (err == nil) && string(kind) != become {
				t.Errorf("a %s becomes %s: the code says %t, the schema %v", kind, become, may, err)
			}
		}
	}
}

// A charge that the agency's part did not stand for, and that is taken back, makes up for what it had left short itself: what is told of it comes to an end.
func TestAChargeBeyondThePartIsFollowed(t *testing.T) {
	t.Parallel()
	for _, turns := range []string{"cu", "cuc", "cuo", "cuco"} {
		t.Run(turns, func(t *testing.T) {
			t.Parallel()
			w, _ := twoPaid(t)
			line := w.leaves("out", "5.00", "iets")
			for _, turn := range turns {
				switch turn {
				case 'c':
					says(t, "it is one", w.charges(line, "Anna")+w.charges(line, "Bram"), "donedone")
				case 'u':
					says(t, "it is none", w.uncharges(line, "Anna")+w.uncharges(line, "Bram"), "1 said so2 said so")
				default:
					w.fillsUp("own", "20.00")
				}
			}
			for _, key := range []string{line, "r1", "r2"} {
				w.accounted(key)
			}
		})
	}
}
