package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

const (
	debtorIBAN   = "NL20INGB0001234567"
	strangerIBAN = "NL18RABO0123459876"
)

// refunding is a world in which a debtor paid 40.00 too much on a claim, and a stranger 42.00 for nothing; both go back, as two persons decided.
func refunding(t *testing.T) (*world, postgres.Ref) {
	t.Helper()
	w := paying(t)
	ref := w.open()
	w.nobodys("over", "140.33", debtorIBAN)
	ok(t, w.AssignReceipt(t.Context(), "over", ref, at(today), w.lib.Rules))
	ok(t, second(w.ProposeSurplusRefund(t.Context(), "over", ref, "paid too much", person("a"), w.lib.Rules)))
	w.nobodys("stranger", "42.00", strangerIBAN)
	ok(t, second(w.ProposeRefund(t.Context(), "stranger", "nobody's", person("a"))))
	for _, key := range []string{"over", "stranger"} {
		ok(t, second(w.DecideRefund(t.Context(), key, true, person("Bram"))))
	}
	return w, ref
}

// refundsStand is where each refund stands, by its receipt.
func (w *world) refundsStand() string {
	w.Helper()
	all, err := w.Refunds(w.Context())
	ok(w, err)
	var words []string
	for _, r := range all {
		words = append(words, r.Receipt+" "+string(r.Status))
	}
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// What debtors get back goes the way of a payout, from the approval to the statement.
func TestWhatBecomesOfARefund(t *testing.T) {
	t.Parallel()
	const sent = "S100 182.33, S240 -182.33"
	for _, c := range []struct {
		name, reports, entries string // what the bank reports, and what its statement tells
		want                   string // the refunds, then the trust book
		next                   string // what the next day proposes
	}{
		{"it is under way", "", "", "over sent, stranger sent: " + sent, ""},
		{"booked, per line", "", "-40.00 a PO-20261103-4|x; -42.00 b PO-20261103-3|x", "over booked, stranger booked: S100 100.33, S240 -100.33", ""},
		{"booked, as a batch", "", "-82.00 a #PO-20261103/refund", "over booked, stranger booked: S100 100.33, S240 -100.33", ""},
		{"they come back", "", "-82.00 a #PO-20261103/refund; 40.00 b AC04!PO-20261103-4|x; 42.00 c MS03!PO-20261103-3|x", "over returned, stranger returned: S100 182.33, S220 -82.00, S240 -100.33",
			"over:1: it waits since 2026-11-04: its account did not take it (the account is closed): ask who paid which account is right: dunning receipts refund over --to IBAN --reason TEXT; stranger:1: it waits since 2026-11-04: its account did not take it (the bank gives no reason): ask who paid which account is right: dunning receipts refund stranger --to IBAN --reason TEXT"},
		{"refused because of the account", "4 rejected AC04", "", "over rejected, stranger sent: S100 182.33, S220 -40.00, S240 -142.33", "over:1: it waits since 2026-11-03: its account did not take it (the account is closed): ask who paid which account is right: dunning receipts refund over --to IBAN --reason TEXT"},
		{"refused because of the file", "3 rejected FF01; 4 rejected FF01", "", "over rejected, stranger rejected: S100 182.33, S220 -82.00, S240 -100.33", "refund 42.00, refund 40.00"},
		{"another amount", "", "-41.00 a PO-20261103-4|x", "over sent, stranger sent: " + sent, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, _ := refunding(t)
			if got := w.balances(ledger.Trust); got != "S100 182.33, S200 -100.00, S210 -0.33, S220 -82.00" {
				t.Errorf("approved: %s", got)
			}
			w.verified()
			p, said := w.proposes(today)
			if said != "client 100.00, fees 0.33, refund 42.00, refund 40.00" {
				t.Fatal(said)
			}
			w.approves(p, "Anna", "Bram")
			w.sends(p)
			for told := range strings.SplitSeq(c.reports, "; ") {
				if told != "" {
					w.tells(p, append([]string{"report"}, strings.Fields(told)...))
				}
			}
			if c.entries != "" {
				w.bankTells(c.entries)
				w.bankTells(c.entries)
			}
			if got := w.refundsStand() + ": " + w.balances(ledger.Trust); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			w.verified()
			if got := w.proposesNext(); got != c.next {
				t.Errorf("the next day: %s\nwant %s", got, c.next)
			}
		})
	}
}

// bankTells imports a statement of the next day that opens at 500.00.
func (w *world) bankTells(entries string) {
	w.Helper()
	closing := eur("500.00")
	var told []string
	for e := range strings.SplitSeq(entries, "; ") {
		amount, _, _ := strings.Cut(e, " ")
		closing += eur(amount)
		told = append(told, "2026-11-04 "+e)
	}
	w.importFile(testkit.Camt("m", "1 500.00 "+closing.String()+": "+strings.Join(told, "; ")))
}

// proposesNext is what is proposed on the next day, and which refunds are left out.
func (w *world) proposesNext() string {
	w.Helper()
	p, left, err := w.ProposePayout(w.Context(), proposing(today.AddDays(1)), at(today.AddDays(1)))
	ok(w, err)
	var words []string
	for _, l := range p.Lines {
		words = append(words, string(l.Kind)+" "+l.Cents.String())
	}
	if refunds := slices.DeleteFunc(left, func(n postgres.NotPaid) bool { return n.Refund == "" }); len(refunds) > 0 {
		var whys []string
		for _, n := range refunds {
			whys = append(whys, n.Refund+": "+n.Why)
		}
		words = append(words, strings.Join(whys, "; "))
	}
	return strings.Join(words, ", ")
}

// The file pays a refund to the account that the money came from, and to no other, whatever is tried.
func TestARefundGoesToWhereItCameFrom(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	p, _ := w.proposes(today)
	stranger, over := p.Lines[2], p.Lines[3]
	if over.IBAN != debtorIBAN || over.Name != "P. Betaler" || over.Text != "Terugbetaling van uw betaling van 3 november 2026" || over.ClientID != w.client || stranger.IBAN != strangerIBAN || stranger.ClientID != "" {
		t.Errorf("%+v, %+v", over, stranger)
	}
	w.approves(p, "Anna", "Bram")
	file := string(w.sends(p))
	for _, says := range []string{"<PmtInfId>PO-20261103/refund<", "<CtrlSum>82.00<", debtorIBAN, strangerIBAN, "Terugbetaling van uw betaling van 3 november 2026"} {
		if !strings.Contains(file, says) {
			t.Errorf("%s is missing in\n%s", says, file)
		}
	}
	if specified, err := w.PaidTo(t.Context(), p.ID, w.client); err != nil || specified.Line.Kind != settlement.PayoutToClient {
		t.Errorf("%+v, %v", specified.Line, err)
	}
}

// The schema holds to the rules by itself: no SQL makes a refund of another account, another amount, or twice.
func TestTheSchemaRefusesAWrongRefund(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*settlement.PayoutLine)
		refused string
	}{
		"as it is":           {func(*settlement.PayoutLine) {}, ""},
		"another account":    {func(l *settlement.PayoutLine) { l.IBAN = firstIBAN }, "another account than the money came from"},
		"another amount":     {func(l *settlement.PayoutLine) { l.Cents++ }, "a refund that was not approved"},
		"another's refund":   {func(l *settlement.PayoutLine) { l.Refund = "over:1" }, "a refund that was not approved"},
		"no refund":          {func(l *settlement.PayoutLine) { l.Refund = "" }, "payout_line_refund"},
		"a refund as a fee":  {func(l *settlement.PayoutLine) { l.Kind = settlement.PayoutOfFees }, "payout_line_refund"},
		"nobody proposed it": {func(l *settlement.PayoutLine) { l.Refund = "none:1" }, "payout_line_refund_fkey"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, _ := refunding(t)
			l := settlement.PayoutLine{Kind: settlement.PayoutOfRefund, Refund: "stranger:1", IBAN: strangerIBAN, Name: "P. Betaler", Cents: eur("42.00"), Text: "Terugbetaling"}
			c.change(&l)
			p, err := settlement.Payout{ID: "PO-20261103", On: today, From: bank.Party{Name: "Stichting", Account: trustIBAN}, Lines: []settlement.PayoutLine{l}}.Sealed()
			ok(t, err)
			if err := w.writes(p); (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%v, want %q", err, c.refused)
			}
		})
	}
}

// writes writes a payout as the application could, past the store.
func (w *world) writes(p settlement.Payout) error {
	w.Helper()
	return pgx.BeginFunc(w.Context(), w.db.App, func(tx pgx.Tx) error {
		if _, err := tx.Exec(w.Context(), `INSERT INTO payout (id, on_day, account, holder, moves, hash, proposed_by, proposed_at) VALUES ($1, $2, $3, $4, $5, $6, 'x', clock_timestamp())`,
			p.ID, p.On, p.From.Account, p.From.Name, p.Moves, p.Hash); err != nil {
			return err
		}
		for _, l := range p.Lines {
			if _, err := tx.Exec(w.Context(), `SELECT set_config('app.client_id', $1, true)`, l.ClientID); err != nil {
				return err
			}
			if _, err := tx.Exec(w.Context(), `INSERT INTO payout_line (payout, nr, kind, client_id, refund, end_to_end_id, iban, name, cents, clawed, text) VALUES ($1, $2, $3, tenant(), NULLIF($4, ''), $5, $6, $7, $8, 0, $9)`,
				p.ID, l.Nr, l.Kind, l.Refund, l.EndToEndID, l.IBAN, l.Name, l.Cents, l.Text); err != nil {
				return err
			}
			if _, err := tx.Exec(w.Context(), `INSERT INTO payout_step (end_to_end_id, client_id, status, actor, at) VALUES ($1, tenant(), 'proposed', 'x', clock_timestamp())`, l.EndToEndID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Between proposal and file the money is looked at again: a bank may have taken it back.
func TestARefundOfMoneyThatIsGoneDoesNotLeave(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	p, _ := w.proposes(today)
	w.approves(p, "Anna", "Bram")
	w.receives(w.open(), "other", "100.33") // what the client is to be paid is there all the same
	_, err := w.reverses(ref, "over", "the bank took it back")
	ok(t, err)
	_, _, err = w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld"}, at(today))
	var conflict *postgres.ConflictError
	if !errors.As(err, &conflict) || !strings.Contains(err.Error(), "refund over:1 may not leave: by now it is 0.00 that was paid too much") || w.statuses(p) != "approved approved approved approved" {
		t.Errorf("%v, %s", err, w.statuses(p))
	}
	ok(t, w.WithdrawPayout(t.Context(), p.ID, "money is gone", at(today)))
	if got := w.proposesNext(); got != "client 100.00, fees 0.33, refund 42.00" {
		t.Error(got)
	}
}

// A surplus that is proposed to go back of one receipt is not proposed of another too.
func TestASurplusIsPaidBackOnce(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open()
	for key, amount := range map[string]string{"one": "60.00", "two": "80.33"} {
		w.nobodys(key, amount, debtorIBAN)
		ok(t, w.AssignReceipt(t.Context(), key, ref, at(today), w.lib.Rules))
	}
	ok(t, second(w.ProposeSurplusRefund(t.Context(), "one", ref, "paid too much", person("a"), w.lib.Rules)))
	refused(t, second(w.ProposeSurplusRefund(t.Context(), "two", ref, "paid too much", person("a"), w.lib.Rules)))
	ok(t, second(w.DecideRefund(t.Context(), "one", true, person("Bram"))))
	refused(t, second(w.ProposeSurplusRefund(t.Context(), "two", ref, "paid too much", person("a"), w.lib.Rules)))
	if got := w.proposesNext(); got != "client 100.00, fees 0.33, refund 40.00" {
		t.Error(got)
	}
}

// A refund that another proposal pays is not proposed again, and one of a client only is no refund.
func TestARefundIsProposedOnce(t *testing.T) {
	t.Parallel()
	w, _ := refunding(t)
	one := proposing(today)
	one.ClientID = w.client
	p, _, err := w.ProposePayout(t.Context(), one, at(today))
	if ok(t, err); len(p.Lines) != 1 {
		t.Errorf("%+v", p.Lines)
	}
	if _, said := w.proposes(today); said != "fees 0.33, refund 42.00, refund 40.00" {
		t.Error(said)
	}
	if got := w.proposesNext(); got != "" {
		t.Error(got)
	}
}

// Refunds that were approved before their approval was booked are in the books after the close.
func TestTheCloseBooksRefundsOfBefore(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.nobodys("stranger", "42.00", strangerIBAN)
	ok(t, second(w.ProposeRefund(t.Context(), "stranger", "nobody's", person("a"))))
	_, err := w.super.Exec(t.Context(), `UPDATE refund SET decided_by = 'Bram', decided_at = $1, approved = true`, at(today).At)
	ok(t, err)
	w.findsOnly("S230: what waits to be allocated must be 0.00 and is 42.00; S220 of no claim: what refunds that were approved and did not leave are to pay back must be 42.00 and is 0.00")
	for _, want := range []int{1, 0} {
		c, err := w.CloseBooks(t.Context(), at(today), w.lib.Rules)
		if ok(t, err); c.Refunds != want {
			t.Errorf("%d, want %d", c.Refunds, want)
		}
	}
	w.verified()
	if _, said := w.proposes(today); said != "refund 42.00" {
		t.Error(said)
	}
}
