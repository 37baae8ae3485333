package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// refuses is the word of persons that the bank refused a payment, each with the code that it told ("Anna AC04"), the last answer: "2 said so", or why not.
func (w *world) refuses(line string, names ...string) (said string) {
	w.Helper()
	for _, name := range names {
		who, code, _ := strings.Cut(name, " ")
		n, err := w.RefusePayment(w.Context(), postgres.Refusal{Line: line, Code: code, Reason: "the bank's list"}, named(who, today.AddDays(2)))
		if said = howMany(postgres.ReturnCharged{Said: n.Said}, err); err == nil {
			said = strings.TrimSuffix(strings.TrimSuffix(said, ", 0 claims, 0 lines")+"; "+n.Void, "; ")
		}
	}
	return said
}

const tooEarly = "no statement of the trust account of after 2026-11-03, the day on which payment PO-20261103-1 was to be paid, is booked: what comes until then may tell its debit; right would be to import that first"

// A statement of the day itself is not the last of it, and one of another account says nothing.
func TestARefusalWaitsForWhatTellsTheDebit(t *testing.T) {
	t.Parallel()
	w, _ := twoPaid(t)
	w.importFile(ofTrust(testkit.Camt("day", "1 500.00 499.00: 2026-11-03 -1.00 x iets")))
	says(t, "of the day itself", w.refuses("PO-20261103-1", "Anna"), tooEarly)
	w.importFile(testkit.Camt("other", "1 5.00 6.00: 2026-11-04 1.00 y iets"))
	says(t, "both are booked", query[string](w, `SELECT string_agg(state, ' ') FROM statement`), "booked booked")
	says(t, "of another account", w.refuses("PO-20261103-1", "Anna"), tooEarly)
	w.importFile(ofTrust(testkit.Camt("next", "2 499.00 498.00: 2026-11-04 -1.00 z iets")))
	says(t, "of the day after", w.refuses("PO-20261103-1", "Anna", "Bram"), "2 said so")
}

// One payment that the bank refused without a report of it is payable again when two persons say so, and not while a statement may tell its debit, or will.
func TestOnePaymentThatTheBankRefused(t *testing.T) {
	t.Parallel()
	const sent, back = "sent sent sent: S100 107.33, S240 -107.33", "rejected sent sent: S100 107.33, S200 -100.00, S240 -7.33"
	const can, first = "payment PO-20261103-1 of 100.00 can be in what statements tell: ", ". Who is paid again would be paid twice; right would be to say first what that is: dunning claim tasks"
	for _, c := range []struct {
		name, told string // by a statement; empty: there is none
		who        string
		said       string // at last
		books      string
	}{
		{"one person, twice", "-1.00 x iets", "Anna anna", "1 said so", sent},
		{"two persons, and again", "-1.00 x iets", "Anna Bram Anna", "2 said so", back},
		{"somebody who may not approve", "-1.00 x iets", "Anna Dirk", "\"Dirk\" may not approve; right would be a name of `dunning payout approver list`", sent},
		{"the day on which it was to be paid is in no statement", "", "Anna", tooEarly, sent},
		{"the bank debited it", "-100.00 a PO-20261103-1|Afdracht", "Anna", "payment PO-20261103-1 is booked; right would be one that went to the bank and that no statement tells: dunning payout show PO-20261103", "booked sent sent: S100 7.33, S240 -7.33"},
		{"a debit that names nothing can be of it", "-100.25 a iets", "Anna", can + "debit ENTRY, of which 100.25 is not explained" + first, sent},
		{"a debit of its batch can have it", "-107.25 a #PO-20261103/client", "Anna", can + "debit ENTRY, of which 107.25 is not explained" + first, sent},
		{"a debit of less cannot", "-99.99 a iets", "Anna Bram", "2 said so", back},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			entry := ""
			if c.told != "" {
				w.bankSays(p, c.told)
				entry = query[string](w, `SELECT key FROM statement_entry`)
			}
			says(t, "at last", w.refuses("PO-20261103-1", strings.Fields(c.who)...), strings.ReplaceAll(c.said, "ENTRY", entry))
			says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), c.books)
			w.verified()
		})
	}
}

// A debit that is what its batch comes to without the payment does not hold its refusal up, and is booked with that; a statement that is held and tells as much does.
func TestTheRestOfABatchFitsOnceAPaymentIsRefused(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-7.00 a #PO-20261103/client")
	held := w.importFile(ofTrust(testkit.Camt("held", "9 700.00 600.00: 2026-11-04 -100.00 h iets")))[0]
	says(t, "held", w.refuses("PO-20261103-1", "Anna"), "payment PO-20261103-1 of 100.00 can be in what statements tell: a debit of 100.00 of statement "+held.Key+", which is held. Who is paid again would be paid twice; right would be to say first what that is: dunning claim tasks")
	ok(t, second(w.DropStatement(t.Context(), held.Key, "of another account", person("Anna"))))
	says(t, "two persons", w.refuses("PO-20261103-1", "Anna", "Bram"), "2 said so")
	says(t, "the books", w.statuses(p)+": "+w.balances(ledger.Trust), "rejected booked sent: S100 100.33, S200 -100.00, S240 -0.33")
	says(t, "what waits", w.still(), "")
	back, err := w.PaymentsBack(t.Context(), "")
	if ok(t, err); len(back) != 1 || !strings.Contains(back[0].Detail(), "did not arrive: the bank says rejected (the bank's list); ") {
		t.Errorf("%+v", back)
	}
	w.verified()
}

// A small payment in a batch that was debited without it: the other is as much as the batch lacks, so nothing holds it up.
func TestASmallPaymentThatTheBankRefused(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-100.00 a #PO-20261103/client")
	says(t, "two persons", w.refuses("PO-20261103-2", "Anna", "Bram"), "2 said so")
	says(t, "the other payment", w.refuses("PO-20261103-1", "Anna"), "payment PO-20261103-1 is booked; right would be one that went to the bank and that no statement tells: dunning payout show PO-20261103")
}

// One that was debited after all waits, and holds the next payout until the bank brings it back, or the agency's own money stands for it: it is not lost, and not paid twice with the money of others.
func TestAPaymentThatWasRefusedIsDebitedAfterAll(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-1.00 x iets")
	says(t, "two persons", w.refuses("PO-20261103-1", "Anna", "Bram"), "2 said so")
	w.fillsUp("own", "1.00")
	w.importFile(testkit.Camt("later", "3 500.00 400.00: 2026-11-05 -100.00 a PO-20261103-1|Afdracht"))
	waiting, err := w.WaitingLines(t.Context())
	if ok(t, err); len(waiting) != 2 || !strings.Contains(waiting[1].Problem, "payout line PO-20261103-1 is rejected, and cannot become booked: a person must ask the bank. When the bank should not have debited it, have it bring the money back: credits that name the payment") {
		t.Errorf("%+v", waiting)
	}
	next := w.payoutOf(w.client, 2)
	if got := w.notMade(next); !strings.Contains(got, "101.00 left the trust account by lines of statements that nothing explains") {
		t.Errorf("%q", got)
	}
	w.importFile(testkit.Camt("last", "4 400.00 500.00: 2026-11-05 100.00 b MS03!PO-20261103-1|Retour"))
	says(t, "what waits", w.still(), "1.00 out")
	says(t, "the next payout", w.notMade(next), "")
	says(t, "the first", w.statuses(p), "rejected sent sent")
	w.verified()
}

// The schema frees no payment on the word of one, and nothing that was said is changed.
func TestTheSchemaWantsTwoWhoSayThatAPaymentWasRefused(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-0.10 x iets")
	refused(t, second(w.RefusePayment(t.Context(), postgres.Refusal{Line: "PO-20261103-3", Reason: " "}, named("Anna", today))))
	says(t, "one", w.refuses("PO-20261103-3", "Anna"), "1 said so")
	for sql, why := range map[string]string{
		`INSERT INTO payout_step (client_id, end_to_end_id, status, evidence, actor, at) SELECT client_id, end_to_end_id, 'rejected', 'two persons', 'x', clock_timestamp() FROM payout_line WHERE client_id IS NULL`: "by two persons",
		`INSERT INTO payout_refusal VALUES ('PO-20261103-3', 'Dirk', 'x', clock_timestamp())`:                                                                                                                         "may not approve",
		`UPDATE payout_refusal SET approver = 'Bram'`:  "permission denied",
		`DELETE FROM payout_refusal`:                   "permission denied",
		`UPDATE payout_report SET outcome = 'pending'`: "permission denied",
		`DELETE FROM payout_report`:                    "permission denied",
	} {
		if _, err := w.db.App.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if _, err := w.RefusePayment(t.Context(), postgres.Refusal{Line: "PO-20200101-1", Reason: "x"}, named("Anna", today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// The report that comes after two persons said so says why: an account that is closed is paid on no more.
func TestAReportOfAPaymentThatTwoPersonsSaidRefused(t *testing.T) {
	t.Parallel()
	w, p := twoPaid(t)
	w.bankSays(p, "-1.00 x iets")
	says(t, "two persons", w.refuses("PO-20261103-1", "Anna", "Bram"), "2 said so")
	for range 2 {
		ok(t, second(w.ReportPayout(t.Context(), reported(p, "1 rejected AC04"), at(today.AddDays(2)))))
	}
	says(t, "blocked", query[string](w, `SELECT string_agg(key, ' ') FROM client_account_block`), "PO-20261103-1")
	says(t, "the payments", w.statuses(p), "rejected sent sent")
	w.verified()
}

// What was said before the bank reported of the payment does not count after it, whoever says so then; told twice a report is one, and what was said after it counts.
func TestAReportComesBetweenTwoWhoSayThatAPaymentWasRefused(t *testing.T) {
	t.Parallel()
	const after = "1 said so; what Anna said before that does not count: report report of 1 %s of the bank, read on 2026-11-05, says that it is %[1]s"
	for _, c := range []struct {
		story, want string
		told        []string // "report ...", or who says so
		statuses    string
	}{
		{"it is accepted", fmt.Sprintf(after, "accepted"), []string{"Anna", "report 1 accepted", "Bram"}, "accepted sent sent"},
		{"it is pending", fmt.Sprintf(after, "pending"), []string{"Anna", "report 1 pending", "Bram"}, "sent sent sent"},
		{"and the first says so again", "2 said so", []string{"Anna", "report 1 accepted", "Bram", "Anna"}, "rejected sent sent"},
		{"the same report again", "2 said so", []string{"report 1 accepted", "Anna", "report 1 accepted", "Bram"}, "rejected sent sent"},
		{"a report of another payment", "2 said so", []string{"Anna", "report 2 accepted", "Bram"}, "rejected accepted sent"},
		{"a report that says nothing of it", "2 said so", []string{"Anna", "report 1 unclear", "Bram"}, "rejected sent sent"},
		{"it is settled", "payment PO-20261103-1 was carried out: report report of 1 settled of the bank, read on 2026-11-05, says that it is settled (ISO 20022: ACSC or ACCC). Right would be to import the statement that tells its debit (dunning statement import); when the bank takes it back, it brings the money back, and a statement tells that", []string{"Anna", "report 1 settled", "report 1 accepted", "Bram"}, "accepted sent sent"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			w.bankSays(p, "-1.00 x iets")
			said := ""
			for _, tells := range c.told {
				if story, report := strings.CutPrefix(tells, "report "); report {
					ok(t, second(w.ReportPayout(t.Context(), reported(p, story), at(today.AddDays(2)))))
				} else {
					said = w.refuses("PO-20261103-1", tells)
				}
			}
			says(t, "at last", said, c.want)
			says(t, "the payments", w.statuses(p), c.statuses)
			w.verified()
		})
	}
}

// The schema too counts no word of before a report, and none of a payment that is settled.
func TestTheSchemaKnowsWhatTheBankReported(t *testing.T) {
	t.Parallel()
	const rejects = `INSERT INTO payout_step (client_id, end_to_end_id, status, evidence, actor, at) SELECT client_id, end_to_end_id, 'rejected', 'two persons', 'x', clock_timestamp() FROM payout_line WHERE client_id IS NULL`
	const word = `INSERT INTO payout_refusal (end_to_end_id, approver, reason, at) VALUES ('PO-20261103-3', '%s', 'x', clock_timestamp())`
	for outcome, told := range map[string][]string{"accepted": {"Anna", "report", "Bram"}, "settled": {"report", "Anna", "Bram"}} {
		w, p := twoPaid(t)
		for _, who := range told {
			if who == "report" {
				ok(t, second(w.ReportPayout(t.Context(), reported(p, "3 "+outcome), at(today))))
			} else {
				w.exec(fmt.Sprintf(word, who))
			}
		}
		if _, err := w.db.App.Exec(t.Context(), rejects); err == nil || !strings.Contains(err.Error(), "by two persons") {
			t.Errorf("%s: %v", outcome, err)
		}
	}
}

// The code that two persons say does what it does in a report. Both say the same, or the second none; the first mends a code by saying another.
func TestTheCodeOfARefusalIsWhatBothSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story   string
		who     []string
		want    string
		blocked string
	}{
		{"both", []string{"Anna ac04", "Bram AC04"}, "2 said so", "PO-20261103-1 came back: AC04 the account is closed"},
		{"the second says none", []string{"Anna AC04", "Bram"}, "2 said so", "PO-20261103-1 came back: AC04 the account is closed"},
		{"a code that is not of the account", []string{"Anna AM05", "Bram AM05"}, "2 said so", ""},
		{"neither", []string{"Anna", "Bram"}, "2 said so", ""},
		{"the first said none", []string{"Anna", "Bram AC04"}, "Anna said no code of payment PO-20261103-1, not AC04; right would be the same of both, as the bank told it: Anna can say it again with --code AC04", ""},
		{"and says it again", []string{"Anna", "Bram AC04", "Anna AC04", "Bram AC04"}, "2 said so", "PO-20261103-1 came back: AC04 the account is closed"},
		{"another", []string{"Anna AC04", "Bram AC01"}, "Anna said AC04 of payment PO-20261103-1, not AC01; right would be the same of both, as the bank told it: Anna can say it again with --code AC01", ""},
		{"the first said another since", []string{"Anna AC04", "Anna AC01", "Bram"}, "2 said so", "PO-20261103-1 came back: AC01 the account number is wrong"},
		{"the first said none since", []string{"Anna AC04", "Anna", "Bram"}, "2 said so", ""},
		{"what the first took back", []string{"Anna AC04", "Anna AC01", "Bram AC04"}, "Anna said AC01 of payment PO-20261103-1, not AC04; right would be the same of both, as the bank told it: Anna can say it again with --code AC04", ""},
		{"what it took back, again", []string{"Anna AC04", "Anna AC01", "Anna AC04"}, "Anna said AC01 of payment PO-20261103-1 since: what was replaced is not said again; right would be somebody else who may approve", ""},
		{"and the second knows", []string{"Anna AC04", "Anna AC01", "Bram AC01"}, "2 said so", "PO-20261103-1 came back: AC01 the account number is wrong"},
		{"no code", []string{"Anna 4"}, `"4" is no code that a bank tells (ISO 20022); right would be the four characters that it tells, like AC04, AM04 or MD06, NARR when it tells none`, ""},
		{"a code when all is said", []string{"Anna", "Bram", "Anna AC04"}, "payment PO-20261103-1 is refused already (the bank's list), without code AC04; right would be the bank's report, when it sends one after all: dunning payout status", ""},
		{"the same when all is said", []string{"Anna AC04", "Bram", "Anna AC04"}, "2 said so", "PO-20261103-1 came back: AC04 the account is closed"},
	} {
		t.Run(c.story, func(t *testing.T) {
			t.Parallel()
			w, p := twoPaid(t)
			w.bankSays(p, "-1.00 x iets")
			says(t, "at last", w.refuses("PO-20261103-1", c.who...), c.want)
			says(t, "blocked", query[string](w, `SELECT COALESCE(string_agg(key || ' came back: ' || reason, ' '), '') FROM client_account_block`), c.blocked)
			w.verified()
		})
	}
}
