package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// reported is a report of the bank in which payments have outcomes: "1 rejected AC04; 2 accepted".
func reported(p settlement.Payout, story string) settlement.PayoutReport {
	r := settlement.PayoutReport{ID: "report of " + story, Payout: p.ID, Payments: map[string]settlement.PayoutVerdict{}}
	for sentence := range strings.SplitSeq(story, "; ") {
		w := append(strings.Fields(sentence), "")
		r.Payments[p.ID+"-"+w[0]] = settlement.PayoutVerdict{Outcome: bank.Outcome(w[1]), Reason: w[2]}
	}
	return r
}

// What the bank says of a payout of 100.00 to one client and 7.00 to another, and of the agency's 0.33.
func TestWhatBecomesOfAPayout(t *testing.T) {
	t.Parallel()
	const sent = "S100 107.33, S240 -107.33"
	for _, c := range []struct {
		name, tells string // reports and entries of the statement, in their order
		want        string // statuses, then the trust book
		refuses     string
	}{
		{"nothing yet", "", "sent sent sent: " + sent, ""},
		{"accepted, told twice", "report 1 accepted; report 1 accepted", "accepted sent sent: " + sent, ""},
		{"pending is nothing yet", "report 1 pending; report 2 unclear", "sent sent sent: " + sent, ""},
		{"accepted and refused after all, told twice", "report 1 accepted; report 1 rejected AC04; report 1 rejected AC04", "rejected sent sent: S100 107.33, S200 -100.00, S240 -7.33", ""},
		{"booked without a report", "debit 1 100.00 e1", "booked sent sent: S100 7.33, S240 -7.33", ""},
		{"booked, told twice", "debit 1 100.00 e1; debit 1 100.00 e1", "booked sent sent: S100 7.33, S240 -7.33", ""},
		{"accepted when it was booked already", "debit 1 100.00 e1; report 1 accepted", "booked sent sent: S100 7.33, S240 -7.33", ""},
		{"booked by two entries", "debit 1 100.00 e1; debit 1 100.00 e2", "booked sent sent: S100 7.33, S240 -7.33", "entry e2: payout line PO-20261103-1 is booked by entry e1 already"},
		{"another amount", "debit 1 99.99 e1", "sent sent sent: " + sent, "entry e1 of 99.99 is of payout PO-20261103, which pays 100.00 there"},
		{"a batch in one debit", "batch client 107.00 e1; batch client 107.00 e1", "booked booked sent: S100 0.33, S240 -0.33", ""},
		{"a batch without the one that was refused", "report 2 rejected AC04; batch client 100.00 e1", "booked rejected sent: S100 7.33, S200 -7.00, S240 -0.33", ""},
		{"a batch of which one was booked apart", "debit 2 7.00 e1; batch client 107.00 e2", "sent booked sent: S100 100.33, S240 -100.33", "payout line PO-20261103-2 is booked"},
		{"the agency's own part", "batch fees 0.33 e1", "sent sent booked: S100 107.00, S240 -107.00", ""},
		{"the agency's own part is refused", "report 3 rejected AC04; report 3 rejected AC04", "sent sent rejected: S100 107.33, S210 -0.33, S240 -107.00", ""},
		{"the agency's own part comes back", "debit 3 0.33 e1; credit 3 0.33 e2; credit 3 0.33 e2", "sent sent returned: S100 107.33, S210 -0.33, S240 -107.00", ""},
		{"it comes back", "debit 1 100.00 e1; credit 1 100.00 e2; credit 1 100.00 e2", "returned sent sent: S100 107.33, S200 -100.00, S240 -7.33", ""},
		{"it comes back before it was booked", "credit 1 100.00 e2", "sent sent sent: " + sent, "is sent, and cannot become returned"},
		{"refused when it was booked", "debit 1 100.00 e1; report 1 rejected AC04", "booked sent sent: S100 7.33, S240 -7.33", "is booked, and cannot become rejected: a person must ask the bank"},
		{"booked when it was refused", "report 1 rejected AC04; debit 1 100.00 e1", "rejected sent sent: S100 107.33, S200 -100.00, S240 -7.33", "is rejected, and cannot become booked"},
		{"of no payout", "debit 9 1.00 e1", "sent sent sent: " + sent, "payout of entry e1: not found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.receives(w.open(), "r1", "100.33")
			w.tellsAccount("B", secondIBAN, 0)
			b := w.receivesFor("B", "r2", "7.00")
			w.approvesAccount(b, secondIBAN, "Anna", "Bram")
			p, refused := w.paidOut(today), ""
			for sentence := range strings.SplitSeq(c.tells, "; ") {
				if problem := w.tells(p, strings.Fields(sentence)); problem != "" {
					refused = problem
				}
			}
			if (refused == "") != (c.refuses == "") || !strings.Contains(refused, c.refuses) {
				t.Errorf("refused %q, want %q", refused, c.refuses)
			}
			if got := w.statuses(p) + ": " + w.balances(ledger.Trust); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// tells is what the bank tells of a payout: "report 1 rejected AC04", "debit 1 100.00 e1", "batch client 107.00 e1", "credit 1 100.00 e2". It gives what was refused.
func (w *world) tells(p settlement.Payout, words []string) string {
	w.Helper()
	if len(words) == 0 {
		return ""
	}
	if words[0] == "report" {
		results, err := w.ReportPayout(w.Context(), reported(p, strings.Join(words[1:], " ")), at(today))
		ok(w, err)
		for _, r := range results {
			if r.Problem != "" {
				return r.Problem
			}
		}
		return ""
	}
	e := postgres.PayoutEntry{Key: words[3], Credit: words[0] == "credit", EndToEndID: p.ID + "-" + words[1], Amount: eur(words[2]), On: today.AddDays(1)}
	if words[0] == "batch" {
		e.EndToEndID, e.BatchID = "", p.BatchID(settlement.PayoutKind(words[1]))
	}
	_, err := w.BookPayoutEntry(w.Context(), e, at(today))
	var conflict *postgres.ConflictError
	switch {
	case errors.As(err, &conflict), errors.Is(err, postgres.ErrNotFound):
		return err.Error()
	}
	ok(w, err)
	return ""
}

// What came back is payable again, to an account that is told anew and approved as a new one.
func TestAnAccountOnWhichAPayoutCameBackIsBlocked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, tells, blocked string }{
		{"it came back", "debit 1 60.00 e1; credit 1 60.00 e2", "payout PO-20261103-1 came back: "},
		{"refused because of the account", "report 1 rejected AC04", "payout PO-20261103-1 came back: AC04 the account is closed"},
		{"refused because of the file", "report 1 rejected FF01", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			w.receives(w.open(), "r1", "60.00")
			p := w.paidOut(today)
			for sentence := range strings.SplitSeq(c.tells, "; ") {
				w.tells(p, strings.Fields(sentence))
			}
			next := today.AddDays(1)
			var conflict *postgres.ConflictError
			if c.blocked == "" {
				if _, said := w.proposes(next); said != "client 60.00" {
					t.Error(said)
				}
				if err := w.RenewAccount(t.Context(), w.client, 0, at(next)); !errors.As(err, &conflict) {
					t.Error(err)
				}
				return
			}
			if _, said := w.proposes(next); !strings.HasPrefix(said, "A: its account is blocked ("+c.blocked) {
				t.Error(said)
			}
			w.approvesAccount(w.client, firstIBAN, "Cor") // approving more of the same frees nothing
			ok(t, w.RenewAccount(t.Context(), w.client, 0, at(next)))
			if _, said := w.proposes(next); said != "A: its account is approved by 0 of 2 persons: dunning client account approve A --iban IBAN --by NAME" {
				t.Error(said)
			}
			w.approvesAccount(w.client, firstIBAN, "Anna", "Cor")
			again, said := w.proposes(next)
			if said != "client 60.00" || again.ID != "PO-20261104" {
				t.Errorf("%s, %+v", said, again)
			}
		})
	}
}

// The file of the bank's report says it of a payment, of its batch, or of the whole.
func TestAReportIsReadAsTheBankWroteIt(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "100.33")
	p := w.paidOut(today)
	const report = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId><CreDtTm>2026-11-03T20:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>PO-20261103/client</OrgnlPmtInfId><PmtInfSts>ACCP</PmtInfSts></OrgnlPmtInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>PO-20261103/fees</OrgnlPmtInfId><TxInfAndSts><OrgnlEndToEndId>PO-20261103-2</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>`
	reports, err := settlement.ReadPayoutReports(strings.NewReader(fmt.Sprintf(report, p.ID)))
	if ok(t, err); len(reports) != 1 || reports[0].ID != "R1" {
		t.Fatalf("%+v", reports)
	}
	_, err = w.ReportPayout(t.Context(), reports[0], at(today))
	if ok(t, err); w.statuses(p) != "accepted rejected" {
		t.Error(w.statuses(p))
	}
	reports[0].Payout = "PO-20991231"
	if _, err := w.ReportPayout(t.Context(), reports[0], at(today)); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// A payout that the bank neither booked nor refused in two TARGET days is told, and stays as it is.
func TestALatePayoutIsTold(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.receives(w.open(), "r1", "60.00")
	p := w.paidOut(today) // on a Tuesday
	for days, late := range map[int]bool{0: false, 2: false, 3: true} {
		list, err := w.Payouts(t.Context(), today.AddDays(days))
		if ok(t, err); len(list) != 1 || list[0].Late != late || list[0].Approved != 2 || list[0].Sum != eur("60.00") || list[0].Statuses[settlement.PayoutSent] != 1 {
			t.Errorf("after %d days: %+v", days, list)
		}
	}
	_, err := w.BookPayoutEntry(t.Context(), entryOf(p, 0, "e1"), at(today))
	ok(t, err)
	if list, err := w.Payouts(t.Context(), today.AddDays(30)); err != nil || list[0].Late {
		t.Errorf("%+v, %v", list, err)
	}
}
