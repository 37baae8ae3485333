package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/report"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// reports is the report of a client over a period that ends on the day of the report.
func (w *world) reports(client string, from, on calendar.Date) report.Report {
	w.Helper()
	_, books, err := w.ReportBooks(w.Context(), client, on)
	ok(w, err)
	return report.Of(books, report.Period{From: from, To: on}, on)
}

// earned gives the world's client something of everything that money does: a payout with an invoice set off against it, a receipt that was taken back after it, another that brought a surplus, what
// debtors paid to it, a correction of the kind, a credit note, and two days.
func (w *world) earned() {
	w.Helper()
	ctx, by := w.Context(), at(today)
	w.charged()
	w.bills(today)
	first := w.open()
	w.receives(first, "r1", "60.00")
	w.receives(w.open(), "r2", "110.00")
	p, _ := w.sets()
	w.approves(p, "Anna", "Bram")
	w.sends(p)
	told := w.open()
	w.paysClient(told, "s1", "45.00")
	w.paysClient(told, "s2", "10.00")
	ok(w, second(w.corrects(told, "s2", postgres.Correction{Kind: claim.SetOff, On: today})))
	ok(w, w.RecordSettlement(ctx, told, claim.Settlement{Key: "s3", Kind: claim.CreditNote, On: today, Amount: eur("5.00")}, by, w.lib.Rules))
	ok(w, second(w.ReverseReceipt(ctx, "r1", "storno", at(today.AddDays(1)), w.lib.Rules)))
}

// What a report tells of money is what the books say, to the cent: by journals, balances, the payout and the invoices. Two clients are of one ledger.
func TestAReportTellsWhatTheBooksSay(t *testing.T) {
	t.Parallel()
	w := paying(t)
	mine := w.client
	w.earned()
	theirs := w.receivesFor("B", "theirs", "33.33")
	tomorrow := today.AddDays(1)
	var payable money.Amount
	for _, client := range []string{mine, theirs} {
		r := w.reports(client, today.AddDays(-5), tomorrow)
		of := w.settledBy(client)
		var sum report.Settled
		for _, s := range r.Settled {
			sum = report.Settled{Principal: sum.Principal + s.Principal, Interest: sum.Interest + s.Interest, Costs: sum.Costs + s.Costs}
		}
		says(t, "settled", fmt.Sprint(sum.Principal, sum.Interest, sum.Costs), fmt.Sprint(of[ledger.OwedPrincipal], of[ledger.OwedInterest], of[ledger.OwedCosts]))
		says(t, "divided", fmt.Sprint(r.Division), fmt.Sprint(report.Division{Client: of[ledger.ClientPayable], Agency: of[ledger.AgencyPayable], Surplus: of[ledger.RefundPayable]}))
		s := r.Trust
		if s.Received != r.Division.Client || s.Before+s.Received-s.PaidOut-s.SetOff+s.Corrected != s.After {
			t.Errorf("%+v of %+v", s, r.Division)
		}
		payable += s.After
		var rows report.Settled
		var lowered money.Amount
		for _, row := range r.Claims {
			rows = report.Settled{Principal: rows.Principal + row.Recovered.Principal, Interest: rows.Interest + row.Recovered.Interest, Costs: rows.Costs + row.Recovered.Costs}
			lowered += row.Lowered
		}
		says(t, "the claims add up", fmt.Sprint(rows, lowered), fmt.Sprint(r.Recovered(), sum.Total()-r.Recovered().Total()))
	}
	p, err := w.PaidTo(t.Context(), w.onlyPayout(mine), mine)
	ok(t, err)
	if r := w.reports(mine, today, tomorrow); r.Trust.PaidOut != p.Line.Cents || r.Trust.SetOff != p.Line.SetOff {
		t.Errorf("%+v, and its specification pays %s and sets %s off", r.Trust, p.Line.Cents, p.Line.SetOff)
	}
	list, err := w.TrialBalance(t.Context(), calendar.Date{})
	ok(t, err)
	for _, b := range list {
		if b.Account == ledger.ClientPayable && b.Balance != -payable {
			t.Errorf("reports owe clients %s, the books %s", payable, -b.Balance)
		}
	}
}

// onlyPayout is the id of the only payout to a client.
func (w *world) onlyPayout(client string) string {
	w.Helper()
	return query[string](w, `SELECT payout FROM payout_line WHERE client_id = $1`, client)
}

// settledBy is what each account was credited by journals that settled something of a client's claims.
func (w *world) settledBy(client string) map[ledger.Account]money.Amount {
	w.Helper()
	list, err := w.Journals(w.Context(), postgres.JournalFilter{Client: client})
	ok(w, err)
	of := map[ledger.Account]money.Amount{}
	for _, j := range list {
		for _, l := range j.Lines {
			if j.Kind == ledger.Settled && j.Client == client {
				of[l.Account] -= l.Cents
			}
		}
	}
	return of
}

// byMeans is what was settled, "paid-to-agency 1.00+0.10+0.00" for each means of which there is something.
func byMeans(r report.Report) string {
	var settled []string
	for _, s := range r.Settled {
		if (s != report.Settled{Means: s.Means}) {
			settled = append(settled, fmt.Sprintf("%s %s+%s+%s", s.Means, s.Principal, s.Interest, s.Costs))
		}
	}
	return strings.Join(settled, ", ")
}

// Each figure of a day, by hand.
func TestTheFiguresOfADay(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.earned()
	r := w.reports(w.client, today, today)
	says(t, "settled, what was corrected by what it is now", byMeans(r), "paid-to-agency 159.67+0.66+0.00, paid-to-client 44.67+0.33+0.00, worth 10.00+0.00+0.00, divided-anew 0.02+-0.02+0.00, credit-note 5.00+0.00+0.00")
	says(t, "trust", fmt.Sprint(r.Trust), "{0.00 160.00 141.85 18.15 0.00 0.00}")
	says(t, "divided", fmt.Sprint(r.Division), "{160.00 0.33 9.67}")
	says(t, "invoiced", fmt.Sprint(r.Invoiced), "{1 0 15.00 3.15 18.15}")
	says(t, "handed over", fmt.Sprint(r.HandedOver), "{4 400.00}")
	says(t, "recovery", fmt.Sprint(r.Recovery), "{214.36 395.00 543}")
	next := w.reports(w.client, today.AddDays(1), today.AddDays(1))
	says(t, "taken back the day after", byMeans(next), "paid-to-agency -59.67+-0.33+0.00")
	says(t, "and what follows", fmt.Sprint(next.Trust, next.Invoiced), "{0.00 -60.00 0.00 0.00 60.00 0.00} {0 0 0.00 0.00 0.00}")
}

// A client is told where its claims stand, and nothing of another client's.
func TestAReportIsOfOneClient(t *testing.T) {
	t.Parallel()
	w := paying(t)
	mine := w.client
	by := at(today)
	w.open()
	ok(t, w.Hold(t.Context(), w.open(), "h", today, "asked", by))
	ok(t, w.RaiseDispute(t.Context(), w.open(), "d", "never arrived", by))
	ok(t, w.arrange(w.open(), "a", 2, today))
	monitored := w.open()
	ok(t, second(w.RecordDecision(t.Context(), monitored, claim.ChooseMonitoring, by, stillSo)))
	w.monitored(monitored)
	w.paid("all")
	w.handOver(w.newClaim())
	w.receivesFor("B", "theirs", "33.33")
	r := w.reports(mine, today, today)
	var stand []string
	for _, f := range r.Phases {
		if f.Claims > 0 {
			stand = append(stand, fmt.Sprintf("%s %d of %s open %s", f.Phase, f.Claims, f.Principal, f.Open))
		}
	}
	says(t, "stand", strings.Join(stand, ", "), "intake 1 of 100.00 open 100.00, reminders 1 of 100.00 open 100.00, arrangement 1 of 100.00 open 100.00, dispute 1 of 100.00 open 100.00, hold 1 of 100.00 open 100.00, monitoring 1 of 100.00 open 100.00, ended-paid 1 of 100.00 open 0.00")
	says(t, "paid on the day of the hand-over", fmt.Sprint(r.DaysToPay), "{1 0}")
	client, books, err := w.ReportBooks(t.Context(), mine, today)
	ok(t, err)
	if len(books.Claims) != 7 || client.Name != "Voorbeeld "+w.code() {
		t.Errorf("%s: %d claims", client.Name, len(books.Claims))
	}
	for _, c := range books.Claims {
		if owner, err := w.ClientOfClaim(t.Context(), c.ID); err != nil || owner.ClientID != mine {
			t.Errorf("%s is of %s: %v", c.Reference, owner.ClientID, err)
		}
	}
	if _, _, err := w.ReportBooks(t.Context(), "00000000-0000-0000-0000-000000000000", today); !errors.Is(err, postgres.ErrNotFound) {
		t.Error(err)
	}
}

// What is over, is to come or never arrived does not say where a claim stands.
func TestWhatSaysWhereAClaimStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	by := at(today)
	held := func(from, until int) func(postgres.Ref) {
		return func(ref postgres.Ref) {
			ok(t, w.HoldFrom(t.Context(), ref, postgres.Hold{Key: "h", Reason: "asked", From: today.AddDays(from), Until: today.AddDays(until)}, by))
		}
	}
	want := map[string]string{}
	for _, c := range []struct {
		story string
		phase report.Phase
		tell  func(ref postgres.Ref)
	}{
		{"the last day of a hold", report.OnHold, held(0, 0)},
		{"a hold to come", report.Reminders, held(1, 12)},
		{"an arrangement that was ended", report.Reminders, func(ref postgres.Ref) {
			ok(t, w.arrange(ref, "a", 2, today))
			ok(t, w.EndArrangement(t.Context(), ref, "asked", by))
		}},
		{"a 14-day letter", report.Summons, func(ref postgres.Ref) { w.sent(ref, "reminder", "sticker-reminder", "14-day-letter") }},
		{"a 14-day letter that never arrived", report.Reminders, func(ref postgres.Ref) {
			w.sent(ref, "reminder", "sticker-reminder", "14-day-letter")
			w.exec(`UPDATE letter SET state = 'failed', received_on = NULL WHERE claim_id = $1 AND kind = '14-day-letter'`, ref.ClaimID)
		}},
		{"an advice that an operator skipped", report.Advice, func(ref postgres.Ref) {
			w.exec(`INSERT INTO skipped_step (client_id, claim_id, step, on_day) VALUES ($1, $2, 'escalation-advice', $3)`, ref.ClientID, ref.ClaimID, today)
		}},
	} {
		ref := w.open()
		c.tell(ref)
		want[ref.ClaimID] = c.story + " is " + string(c.phase)
	}
	back := w.open()
	w.paysClient(back, "s", "1.00")
	ok(t, second(w.reverses(back, "s", "never came")))
	want[back.ClaimID] = "a payment that was taken back is reminders"
	want[w.forTheCourt(claim.CourtServed).ClaimID] = "before the court is " + string(report.Court)
	want[w.forTheCourt(claim.CourtServed, claim.CourtLost).ClaimID] = "dismissed by the court is " + string(report.EndedUnpaid)
	told := func(on calendar.Date) string {
		_, books, err := w.ReportBooks(t.Context(), w.client, on)
		ok(t, err)
		var wrong []string
		for _, c := range books.Claims {
			if story, _, _ := strings.Cut(want[c.ID], " is "); story+" is "+string(c.Phase) != want[c.ID] {
				wrong = append(wrong, fmt.Sprintf("%s is %s", story, c.Phase))
			}
		}
		return strings.Join(wrong, ", ")
	}
	says(t, "today", told(today), "")
	says(t, "a day later one hold is over and the other holds", told(today.AddDays(1)), "the last day of a hold is reminders, a hold to come is hold")
}

// A credit note counts as what it itself took off, also when the journal has more, other or nothing: what it divides anew is of payments.
func TestACreditNoteIsToldAsWhatItTookOff(t *testing.T) {
	t.Parallel()
	w := paying(t)
	credits := func(ref postgres.Ref, key, amount string) {
		t.Helper()
		ok(t, w.RecordSettlement(t.Context(), ref, claim.Settlement{Key: key, Kind: claim.CreditNote, On: today, Amount: eur(amount)}, at(today), w.lib.Rules))
	}
	parts := func(ref postgres.Ref) string {
		t.Helper()
		_, books, err := w.ReportBooks(t.Context(), w.client, today)
		ok(t, err)
		books.Claims = slices.DeleteFunc(books.Claims, func(c report.Claim) bool { return c.ID != ref.ClaimID })
		books.Moves = slices.DeleteFunc(books.Moves, func(m report.Move) bool { return m.Claim != ref.ClaimID })
		r := report.Of(books, report.Period{From: today, To: today}, today)
		return fmt.Sprintf("%s; %s of %s, open %s", byMeans(r), r.Recovery.Recovered, r.Recovery.Of, r.Claims[0].Open)
	}
	paid := w.open()
	w.paysClient(paid, "p", "150.00")
	credits(paid, "n", "5.00")
	says(t, "after all was paid", parts(paid), "paid-to-client 100.00+0.33+0.00, divided-anew -5.00+-0.02+0.00, credit-note 5.00+0.00+0.00; 95.00 of 95.00, open 0.00")
	back := w.open()
	credits(back, "n", "40.00")
	ok(t, second(w.reverses(back, "n", "never sent")))
	says(t, "taken back", parts(back), "; 0.00 of 100.00, open 100.00")
	less := w.open()
	credits(less, "n", "40.00")
	ok(t, second(w.corrects(less, "n", postgres.Correction{Amount: eur("25.00")})))
	says(t, "corrected to less", parts(less), "credit-note 25.00+0.00+0.00; 0.00 of 75.00, open 75.00")
	late := w.open()
	w.paysClient(late, "p", "30.00")
	ok(t, second(w.corrects(late, "p", postgres.Correction{Kind: claim.CreditNote})))
	says(t, "a payment that was a credit note", parts(late), "credit-note 30.00+0.00+0.00; 0.00 of 70.00, open 70.00")
	not := w.open()
	credits(not, "n", "30.00")
	ok(t, second(w.corrects(not, "n", postgres.Correction{Kind: claim.PaidToClient})))
	says(t, "a credit note that was a payment", parts(not), "paid-to-client 29.67+0.33+0.00; 29.67 of 100.00, open 70.33")
	for first, want := range map[string]string{
		"payment":     "paid-to-agency 49.67+0.33+0.00, divided-anew 0.17+-0.17+0.00, credit-note 50.00+0.00+0.00; 49.84 of 50.00, open 0.16",
		"credit note": "paid-to-agency 49.84+0.16+0.00, credit-note 50.00+0.00+0.00; 49.84 of 50.00, open 0.16",
	} {
		both := w.open()
		if first == "payment" {
			w.receives(both, first, "50.00")
		}
		credits(both, "n", "50.00")
		if first != "payment" {
			w.receives(both, first, "50.00")
		}
		says(t, first+" first", parts(both), want)
		ok(t, second(w.ReverseReceipt(t.Context(), first, "storno", at(today), w.lib.Rules)))
		if got := parts(both); !strings.HasSuffix(got, "; 0.00 of 50.00, open 50.00") {
			t.Errorf("%s first, and the bank took it back: %s", first, got)
		}
	}
}

// What came in while nobody could tell what is owed counts on the day of the close that could, as divided later.
func TestWhatIsDividedLaterIsToldSo(t *testing.T) {
	t.Parallel()
	w := paying(t)
	ref := w.open()
	file, err := w.CaseFile(t.Context(), ref)
	ok(t, err)
	unknown := func(claim.Facts) (trajectory.Rules, error) {
		return trajectory.Rules{}, errors.New("no such trajectory")
	}
	ok(t, second(w.RecordReceipt(t.Context(), postgres.Receipt{Key: "r", Amount: eur("40.00"), On: today, Remittance: file.RF}, at(today), unknown)))
	tomorrow := today.AddDays(1)
	ok(t, second(w.CloseBooks(t.Context(), at(tomorrow), w.lib.Rules)))
	says(t, "on its value date", byMeans(w.reports(w.client, today, today)), "")
	r := w.reports(w.client, tomorrow, tomorrow)
	says(t, "on the day of the close", byMeans(r), "divided-anew 39.67+0.33+0.00")
	for _, s := range r.Sections("en") {
		for _, row := range s.Rows {
			if row[0] == "Divided later or anew" {
				return
			}
		}
	}
	t.Error("no row says so")
}
