package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/testkit"
)

// What was paid too much on a claim does not go back once a statement told that the bank took it back, though nobody knows yet of which receipt that is, or at which charge.
func TestASurplusDoesNotLeaveOnceAStatementTookItBack(t *testing.T) {
	t.Parallel()
	const (
		payer   = " <P. Betaler/" + debtorIBAN + "> "
		one     = "1 0.00 140.00: 2026-11-02 140.00 a" + payer + "e2e|iets"
		charged = "2 140.00 -2.50: 2026-11-03 -142.50 b" + payer + "MD06!e2e|iets"
		told    = "a statement tells money out that can take receipt KEY back, and is not booked"
		waits   = "client 97.50, fees 2.83, KEY:1: it waits since 2026-11-03: " + told + ": say which it takes back: dunning receipts reverse K_EY --entry LINE --reason TEXT; when it is of more than the receipt, two persons say what the bank charged (--charge AMOUNT --by NAME)"
	)
	for _, c := range []struct {
		name, first, then, until, refused string
		divided                           bool
	}{
		{"nobody decided", one, charged, "proposed", told + ": it cannot be approved", false},
		{"it is approved", one, charged, "approved", "", false},
		{"a payout is approved", one, charged, "paying", "may not leave: " + told, false},
		{"one of two of that amount", one + "; 2026-11-02 140.00 c" + payer + "x|iets", "2 280.00 140.00: 2026-11-03 -140.00 b" + payer + "MD06!y|iets", "paying", "may not leave: " + told, false},
		{"a part of a receipt that was divided", one, charged, "paying", "may not leave: " + told, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			ref, ctx := w.open(), t.Context()
			w.importFile(testkit.Camt("m", strings.Replace(c.first, "140.00:", money.Amount(14000*strings.Count(c.first, "2026-11-02")).String()+":", 1)))
			key := query[string](w, `SELECT receipt FROM statement_entry WHERE kind = 'receipt' ORDER BY part, entry LIMIT 1`)
			if c.divided {
				refs := w.debts(consumer, "20.00/10", "30.00/20")
				ref = refs[0]
				ok(t, second(w.DivideReceipt(ctx, key, refs, nil, at(today), w.lib.Rules)))
				key = query[string](w, `SELECT key FROM receipt WHERE claim_id = $1`, ref.ClaimID)
			} else {
				ok(t, w.AssignReceipt(ctx, key, ref, at(today), w.lib.Rules))
			}
			ok(t, second(w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules)))
			said := func(s string) string { return strings.NewReplacer("K_EY", "KEY", "KEY", key).Replace(s) }
			var p settlement.Payout
			if c.until != "proposed" {
				ok(t, second(w.DecideRefund(ctx, key, true, person("Bram"))))
			}
			if c.until == "paying" {
				p, _ = w.proposes(today)
				w.approves(p, "Anna", "Bram")
			}
			w.importFile(testkit.Camt("n", c.then))
			ok(t, w.ApplyReturns(ctx, at(today), w.lib.Rules))
			var err error
			switch c.until {
			case "proposed":
				_, err = w.DecideRefund(ctx, key, true, person("Bram"))
			case "approved":
				if got := w.proposesNext(); !strings.HasSuffix(got, said(waits[strings.Index(waits, "KEY"):])) {
					t.Errorf("the next day: %s\nwant %s", got, said(waits))
				}
			default:
				_, _, err = w.SendPayout(ctx, p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld", Refund: refundTerm}, at(today))
			}
			if (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), said(c.refused)) {
				t.Errorf("%v, want %q", err, said(c.refused))
			}
		})
	}
}

// What is the agency's alone is asked with no client set: with one, what is there is an error, and not hidden as if there were nothing. TestEveryTableIsHeldByItsTenant knows the tables.
func TestWhatIsTheAgencysAloneIsNoClients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.importFile(testkit.Camt("m", "1 0.00 30.00: 2026-11-03 30.00 a x|iets"))
	for what, sql := range map[string]string{"read": `SELECT FROM statement_entry`, "by its key": `SELECT FROM statement_entry WHERE receipt = (SELECT key FROM receipt) OR receipt IS NOT NULL`, "asked for": `SELECT EXISTS (SELECT FROM statement_entry)`} {
		if _, err := w.as(w.client, sql); code(err) != "42501" || !strings.Contains(err.Error(), "the agency's alone") {
			t.Errorf("%s for a client: %v", what, err)
		}
		if _, err := w.as("", sql); err != nil {
			t.Errorf("%s for the agency: %v", what, err)
		}
	}
	if n, err := w.as(w.client, `SELECT FROM statement_entry WHERE receipt = 'none'`); n != 0 || err != nil {
		t.Errorf("what is not there: %d, %v", n, err)
	}
}
