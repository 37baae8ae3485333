package postgres_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
)

// collectsFor is a receipt by direct debit for a claim of another client, which told no account.
func (w *world) collectsFor(code, key, amount string) {
	w.Helper()
	own := w.client
	defer func() { w.client = own }()
	w.client = w.newClient(code)
	w.collects(w.open(), key, amount)
}

// collectedOfNobody is a receipt by direct debit of nobody that goes back.
func (w *world) collectedOfNobody(key, amount string) {
	w.Helper()
	_, err := w.RecordReceipt(w.Context(), postgres.Receipt{Key: key, Amount: eur(amount), On: today, IBAN: strangerIBAN, Payer: "P. Betaler", DirectDebit: true}, at(today), w.lib.Rules)
	ok(w, err)
	ok(w, second(w.ProposeRefund(w.Context(), key, "of nobody", person("a"))))
	ok(w, second(w.DecideRefund(w.Context(), key, true, person("Bram"))))
}

// paidBack is a world whose client has 18.15 to its credit that was collected by direct debit on a day, and asked it back.
func (w *world) paidBack(on string) {
	w.Helper()
	ok(w, w.AddMandate(w.Context(), signed(w.client, "M-1"), at(today)))
	w.charged()
	w.bills(today)
	w.given(on)
	ok(w, w.credited(on, "stmt-a", "18.15"))
	ok(w, second(w.takesBack("F2026-00001", "mild", day(on))))
	ok(w, second(w.RepayCredit(w.Context(), "F2026-00001", at(day(on)))))
	w.fillsUp("own", "30.00")
}

// A payout may be proposed for a later day than today. Its file is made of what is ours for good on the day that it is made, and to accounts that may be paid on then: else it waits for its day.
func TestNothingLeavesBeforeItIsOurs(t *testing.T) {
	t.Parallel()
	const waits = "payout PAYOUT, line 1: AMOUNT of it was collected by direct debit and can still be fetched back; right would be to make its file on DAY, as of which it was proposed, or later"
	available := refundTerm.AvailableOn(today)
	for _, c := range []struct {
		name     string
		made     calendar.Date // when it is proposed
		on       calendar.Date // for which day
		tell     func(w *world)
		proposed string
		why      string // it may not leave before that day; empty: it may at once
		amount   string // of it that can be fetched back
	}{
		{"a direct debit", today, available, func(w *world) { w.collects(w.open(), "r1", "60.00") }, "client 60.00", waits, "60.00"},
		{"beside a transfer", today, available, func(w *world) { ref := w.open(); w.collects(ref, "r1", "60.00"); w.receives(ref, "r2", "7.00") }, "client 67.00", waits, "60.00"},
		{"of one claim of two", today, available, func(w *world) { w.collects(w.open(), "r1", "60.00"); w.receives(w.open(), "r2", "7.00") }, "client 67.00", waits, "60.00"},
		{"the agency's part of one", today, available, func(w *world) { w.collectsFor("B", "r1", "100.33") }, "fees 0.33, B: has no account; right would be iban in its file (dunning client add)", waits, "0.33"},
		{"a credit that was collected", day(first), refundTerm.AvailableOn(day(first)), func(w *world) { w.paidBack(first) }, "client 18.15, fees 11.85", waits, "18.15"},
		{"a refund of one of nobody", today, available, func(w *world) { w.collectedOfNobody("r1", "42.00") }, "refund 42.00",
			"payout PAYOUT, line 1: receipt r1 was collected by direct debit and can still be fetched back; its refund may leave on DAY or later", ""},
		{"no direct debit", today, available, func(w *world) { w.receives(w.open(), "r1", "100.33") }, "client 100.00, fees 0.33", "", ""},
		{"an account that changed", today, today.AddDays(7), func(w *world) {
			w.receives(w.open(), "r1", "60.00")
			w.tellsAccount("A", secondIBAN, 7)
			w.approvesAccount(w.client, secondIBAN, "Anna", "Bram")
		}, "client 60.00", "payout PAYOUT, line 1: client A its account was changed, and may be paid on from DAY", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			c.tell(w)
			p, said := w.proposesFor(c.on, c.made)
			says(t, "proposed", said, c.proposed)
			w.approves(p, "Anna", "Bram")
			for _, on := range []calendar.Date{c.made, c.on.AddDays(-1), c.on} {
				before := w.counts()
				file, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "I", Refund: refundTerm}, at(on))
				if c.why == "" || on == c.on {
					if ok(t, err); len(file) == 0 {
						t.Error("no file")
					}
					continue
				}
				if want := strings.NewReplacer("PAYOUT", p.ID, "AMOUNT", c.amount, "DAY", c.on.String()).Replace(c.why); err == nil || err.Error() != want || w.counts() != before {
					t.Errorf("on %s: %v\nwant %s, and nothing done", on, err, want)
				}
			}
		})
	}
}

// What is kept back is booked at once, so it is of what is ours for good at once, whatever the day for which the payout is proposed.
func TestNothingIsKeptBackBeforeItIsOurs(t *testing.T) {
	t.Parallel()
	w := takenBackAfterPayout(t, false)
	w.collects(w.open(), "r2", "50.00")
	available := refundTerm.AvailableOn(today)
	for i, on := range []calendar.Date{today, available.AddDays(-1)} {
		_, said := w.proposesFor(available.AddDays(i), on)
		says(t, "it can be fetched back", said+"; "+w.kept()+"; "+w.balances(ledger.Trust), "A: 50.00 is available, and 60.00 that was paid before was taken back; ; S100 -10.00, S190 60.00, S200 -50.00")
	}
	w.receives(w.open(), "r3", "4.00")
	w.proposesFor(available, available.AddDays(-1))
	says(t, "of what can not", w.kept(), "1 400")
	w.proposesFor(available.AddDays(1), available)
	says(t, "it is ours", w.kept(), "1 400, 2 5000")
	ok(t, second(w.ReverseReceipt(t.Context(), "r2", "MD01", at(available), w.lib.Rules)))
	says(t, "it was not authorised after all", w.balances(ledger.Trust), "S100 -56.00, S190 56.00")
}

// A refund of what was collected by direct debit is proposed when that is ours for good: of a claim as of nobody.
func TestARefundOfADirectDebitWaits(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref, ctx := w.open(), t.Context()
	file, err := w.CaseFile(ctx, ref)
	ok(t, err)
	ok(t, second(w.RecordReceipt(ctx, postgres.Receipt{Key: "r1", Amount: eur("140.33"), On: today, IBAN: debtorIBAN, Payer: "P. Betaler", Remittance: file.RF, DirectDebit: true}, at(today), w.lib.Rules)))
	ok(t, second(w.ProposeSurplusRefunds(ctx, ref, "paid too much", person("a"), w.lib.Rules)))
	ok(t, second(w.DecideRefund(ctx, "r1", true, person("Bram"))))
	w.collectedOfNobody("r2", "42.00")
	available := refundTerm.AvailableOn(today)
	for _, on := range []calendar.Date{today, available.AddDays(-1)} {
		p, left, err := w.ProposePayout(ctx, proposing(on), at(on))
		if ok(t, err); len(p.Lines) > 0 {
			t.Errorf("on %s: %+v", on, p.Lines)
		}
		var why []string
		for _, n := range left {
			if n.Refund != "" {
				why = append(why, n.Refund+": "+n.Why)
			}
		}
		const waits = "KEY:1: it waits since 2026-11-03: receipt KEY was collected by direct debit and can still be fetched back; its refund may leave on DAY or later"
		says(t, "on "+on.String(), strings.Join(why, ", "), strings.ReplaceAll(strings.ReplaceAll(waits, "KEY", "r1")+", "+strings.ReplaceAll(waits, "KEY", "r2"), "DAY", available.String()))
	}
	p, said := w.proposes(available)
	says(t, "ours for good", said, "client 100.00, fees 0.33, refund 42.00, refund 40.00")
	w.approves(p, "Anna", "Bram")
	_, _, err = w.SendPayout(ctx, p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld", Refund: refundTerm}, at(available.AddDays(-1)))
	if err == nil || !strings.Contains(err.Error(), "was collected by direct debit and can still be fetched back; its refund may leave on "+available.String()) {
		t.Errorf("the file, a day early: %v", err)
	}
	w.sends(p)
}

// Claims are locked in the order of their ids, whatever the order of a payout's lines: while the file waits for the first, it has none of the others, so that who has that one and wants the first does not wait in a circle.
func TestAPayoutLocksClaimsInOrder(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ctx, refs := t.Context(), []postgres.Ref{w.open(), w.open()}
	slices.SortFunc(refs, func(a, b postgres.Ref) int { return strings.Compare(a.ClaimID, b.ClaimID) })
	for i, key := range []string{"2", "1"} { // the line of the later claim comes first
		w.nobodys(key, "140.33", debtorIBAN)
		ok(t, w.AssignReceipt(ctx, key, refs[i], at(today), w.lib.Rules))
		ok(t, second(w.ProposeSurplusRefunds(ctx, refs[i], "paid too much", person("a"), w.lib.Rules)))
		ok(t, second(w.DecideRefund(ctx, key, true, person("Bram"))))
	}
	p, said := w.proposes(today)
	says(t, "proposed", said, "client 200.00, fees 0.66, refund 40.00, refund 40.00")
	w.approves(p, "Anna", "Bram")
	hold, err := w.super.Begin(ctx)
	ok(t, err)
	ok(t, second(hold.Exec(ctx, `SELECT FROM claim WHERE id = $1 FOR NO KEY UPDATE`, refs[0].ClaimID)))
	sent := make(chan error, 1)
	go func() {
		_, _, err := w.SendPayout(ctx, p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld", Refund: refundTerm}, at(today))
		sent <- err
	}()
	eventually(t, "the file waits for the first claim", func() bool {
		return query[bool](w, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')`)
	})
	if _, err := hold.Exec(ctx, `SELECT FROM claim WHERE id = $1 FOR NO KEY UPDATE NOWAIT`, refs[1].ClaimID); err != nil {
		t.Errorf("the file has the second claim: %v", err)
	}
	ok(t, hold.Rollback(ctx))
	ok(t, <-sent)
}
