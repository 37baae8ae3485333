package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// paysBill is a payment of an invoice, and what is open then.
func (w *world) paysBill(number, key, amount string) string {
	w.Helper()
	open, err := w.PayBill(w.Context(), number, postgres.BillPayment{Key: key, Amount: eur(amount), On: today, Reason: "it is on the statement so"}, at(today))
	ok(w, err)
	return open.Open.String()
}

// crediting is a world whose client paid 10.00 too much on its first invoice of 18.15; the agency has some part on the trust account.
func crediting(t *testing.T, part string) *world {
	t.Helper()
	w := paying(t)
	w.charged()
	w.bills(today)
	says(t, "paid too much", w.paysBill("F2026-00001", "k", "28.15"), "-10.00")
	says(t, "told again", w.paysBill("F2026-00001", "k", "28.15"), "-10.00")
	says(t, "books", w.balances(ledger.Agency), "A100 28.15, A120 -10.00, A250 -3.15, A420 -15.00")
	w.verified()
	if part != "" {
		j, err := ledger.Draft{Book: ledger.Trust, Kind: ledger.Settled, Key: "part", On: today, Lines: []ledger.Line{
			{Account: ledger.TrustBank, Cents: eur(part)}, {Account: ledger.AgencyPayable, Cents: -eur(part)},
		}}.Journal()
		ok(t, err)
		ok(t, second(w.Post(t.Context(), at(today), j)))
	}
	return w
}

func (w *world) asksBack(number string) {
	w.Helper()
	for _, again := range []bool{false, true} {
		if r, err := w.RepayCredit(w.Context(), number, at(today)); err != nil || r != (postgres.Repaying{Credit: eur("10.00"), Again: again}) {
			w.Errorf("%+v, %v", r, err)
		}
	}
}

// What a client has to its credit pays its next invoice, as far as that goes.
func TestACreditPaysTheNextInvoice(t *testing.T) {
	t.Parallel()
	w := crediting(t, "")
	ref := w.charged()
	var made settlement.Bill
	its := w.billing(today)
	papers := its.Papers
	its.Papers = func(v settlement.Bill) (pdf, ubl []byte, err error) {
		made = v
		return papers(v)
	}
	ok(t, third(w.MakeBills(t.Context(), its, at(today))))
	if made.Payable() != eur("8.15") || len(made.Credits) != 1 || made.Credits[0] != (settlement.SetOff{Number: "F2026-00001", Cents: eur("10.00")}) {
		t.Errorf("its papers: %+v", made)
	}
	says(t, "open", w.openOf("F2026-00001")+" "+w.openOf("F2026-00002"), "0.00 8.15")
	says(t, "again", w.bills(today), "")
	says(t, "books", w.balances(ledger.Agency), "A100 28.15, A120 8.15, A250 -6.30, A420 -30.00")
	w.verified()
	ok(t, w.ReverseBillable(t.Context(), ref, "commission:"+ref.ClaimID, "a mistake", at(today)))
	w.bills(today)
	says(t, "the second is credited: its credit is what the first paid", w.openOf("F2026-00002"), "-10.00")
	w.charged()
	w.bills(today)
	says(t, "and that pays the third", w.openOf("F2026-00002")+" "+w.openOf("F2026-00003"), "0.00 8.15")
	w.verified()
}

// An invoice that a proposal sets off, and that the client pays too much of meanwhile, has just that to its credit.
func TestACreditBesideAProposal(t *testing.T) {
	t.Parallel()
	w := netting(t)
	_, told := w.sets()
	says(t, "proposed", told, "41.85 less 18.15")
	says(t, "paid too much", w.paysBill("F2026-00001", "k", "28.15"), "-10.00")
	w.charged()
	w.bills(today)
	says(t, "open", w.openOf("F2026-00001")+" "+w.openOf("F2026-00002"), "0.00 8.15")
	w.verified()
}

// A person moves a credit to an invoice that was open before; told twice it moves once.
func TestACreditMovesToAnotherInvoice(t *testing.T) {
	t.Parallel()
	w := paying(t)
	w.charged()
	w.bills(today)
	w.charged()
	w.bills(today)
	w.paysBill("F2026-00001", "k", "28.15")
	move := func(from, to string) (string, error) {
		amount, err := w.MoveCredit(t.Context(), from, to, at(today))
		return amount.String(), err
	}
	for _, wrong := range [][3]string{
		{"F2026-00002", "F2026-00001", "nothing to its credit of invoice F2026-00002, of which 18.15 is open"}, {"F2026-00001", "F2026-00001", "nothing is open of invoice F2026-00001"},
		{"F2026-00001", "F2026-00009", "not found"},
	} {
		if _, err := move(wrong[0], wrong[1]); err == nil || !strings.Contains(err.Error(), wrong[2]) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	for _, want := range []string{"10.00", "0.00"} {
		got, err := move("F2026-00001", "F2026-00002")
		ok(t, err)
		says(t, "moved", got, want)
	}
	says(t, "open", w.openOf("F2026-00001")+" "+w.openOf("F2026-00002"), "0.00 8.15")
	w.paysBill("F2026-00001", "more", "2.00")
	got, err := move("F2026-00001", "F2026-00002")
	ok(t, err)
	says(t, "moved once more", got+" "+w.openOf("F2026-00002"), "2.00 6.15")
	w.verified()
	if err := w.tries(`INSERT INTO bill_payment (client_id, number, key, kind, cents, on_day, other, actor, at) VALUES ($1, 'F2026-00001', 'x', 'moved', 100, $2, 'F2026-00002', 'x', now())`, w.client, today); err == nil || !strings.Contains(err.Error(), "does not arrive") {
		t.Errorf("the schema takes half a move: %v", err)
	}
	w.client = w.newClient("B")
	w.charged()
	w.bills(today)
	if _, err := move("F2026-00002", "F2026-00003"); err == nil || !strings.Contains(err.Error(), "of two clients") {
		t.Error(err)
	}
}

// creditPayout proposes what the world's client is paid under a plan that does or does not net.
func (w *world) creditPayout(on calendar.Date, netting bool) (settlement.Payout, string) {
	w.Helper()
	how := proposing(on)
	how.Plans = map[string]settlement.Paying{"premium": {SetsOff: netting, Minimum: eur("25.00")}}
	p, left, err := w.ProposePayout(w.Context(), how, at(on))
	ok(w, err)
	var told []string
	for _, l := range p.Lines {
		text := string(l.Kind) + " " + l.Cents.String()
		for _, s := range l.SetOffs {
			text += " " + s.Number + " " + s.Cents.String()
		}
		told = append(told, text)
	}
	for _, n := range left {
		told = append(told, n.Why)
	}
	return p, strings.Join(told, ", ")
}

// creditWent is what a trace tells of where the credit of an invoice went that was paid back.
func (w *world) creditWent(number string) string {
	w.Helper()
	trace, err := w.Trace(w.Context(), number)
	ok(w, err)
	var told []string
	for _, end := range postgres.Ends(trace.To) {
		if end.Amount < 0 && !strings.HasPrefix(end.Key, "payout:") {
			told = append(told, end.Amount.String()+" "+end.What)
		}
	}
	return strings.Join(told, ", ")
}

// A credit is paid back with a payout to the client's account, which two persons approve, out of the agency's part: to the cent, once.
func TestACreditIsPaidBack(t *testing.T) {
	t.Parallel()
	w := crediting(t, "30.00")
	if _, told := w.creditPayout(today, false); told != "fees 30.00" {
		t.Errorf("nobody asked: %s", told)
	}
	refusedFor(t, "nobody asked", "nobody asked that the credit of invoice F2026-00001 is paid back", second(w.UndoRepayCredit(t.Context(), "F2026-00001", at(today))))
	ok(t, w.WithdrawPayout(t.Context(), "PO-20261103", "asked since", at(today)))
	w.asksBack("F2026-00001")
	for _, again := range []bool{false, true} { // taken back, it pays no payout, and can be asked anew
		r, err := w.UndoRepayCredit(t.Context(), "F2026-00001", at(today))
		if ok(t, err); r != (postgres.Repaying{Credit: eur("10.00"), Again: again}) {
			t.Errorf("%+v", r)
		}
	}
	other, told := w.creditPayout(today.AddDays(1), false)
	says(t, "taken back", told, "fees 30.00")
	ok(t, w.WithdrawPayout(t.Context(), other.ID, "asked since", at(today)))
	w.asksBack("F2026-00001")
	p, told := w.creditPayout(today, false)
	refusedFor(t, "taken back", "payout "+p.ID+" pays the credit of invoice F2026-00001 back; right would be to withdraw it before it is sent", second(w.UndoRepayCredit(t.Context(), "F2026-00001", at(today))))
	says(t, "proposed, below the minimum too", told, "client 10.00 F2026-00001 -10.00, fees 20.00")
	if p.Lines[0].IBAN != firstIBAN {
		t.Error(p.Lines[0].IBAN)
	}
	if _, again := w.creditPayout(today.AddDays(1), false); again != "" {
		t.Errorf("it is proposed: %s", again)
	}
	w.charged()
	w.bills(today)
	says(t, "an invoice made meanwhile does not take it", w.openOf("F2026-00001")+" "+w.openOf("F2026-00002"), "-10.00 18.15")
	w.approves(p, "Anna")
	if _, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "x"}, at(today)); err == nil {
		t.Error("it left with one pair of eyes")
	}
	w.approves(p, "Bram")
	file := w.sends(p)
	if again := w.sends(p); string(again) != string(file) || !strings.Contains(string(file), ">10.00<") {
		t.Errorf("%s", file)
	}
	says(t, "sent", w.openOf("F2026-00001"), "0.00")
	says(t, "trust", w.balances(ledger.Trust), "S100 30.00, S240 -30.00")
	says(t, "A120", w.balanceOf(ledger.FromClients), "18.15")
	if _, told = w.creditPayout(today.AddDays(1), false); told != "" {
		t.Errorf("it is paid twice: %s", told)
	}
	refused(t, second(w.RepayCredit(t.Context(), "F2026-00001", at(today))))
	e := entryOf(p, 0, "out")
	says(t, "traced while the bank has it", w.creditWent("F2026-00001"), "")
	ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
	says(t, "traced", w.creditWent("F2026-00001"), "-10.00 paid: bank entry out")
	e.Key, e.Credit, e.Reason = "back", true, "AC04"
	ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
	says(t, "it came back: the invoice stays settled, the client is to be paid", w.openOf("F2026-00001")+" "+w.balances(ledger.Trust), "0.00 S100 30.00, S200 -10.00, S240 -20.00")
	says(t, "traced", w.creditWent("F2026-00001"), "-10.00 it came back: bank entry back; it is payable to client "+w.code()+" again")
	ok(t, w.RenewAccount(t.Context(), w.client, 0, at(today)))
	w.approvesAccount(w.client, firstIBAN, "Anna", "Bram")
	how := proposing(today.AddDays(1))
	again, _, err := w.ProposePayout(t.Context(), how, at(today.AddDays(1)))
	if ok(t, err); len(again.Lines) != 1 || again.Lines[0].Cents != eur("10.00") {
		t.Errorf("%+v", again.Lines)
	}
}

// A credit that was collected by direct debit is paid back when that cannot be fetched back any more; what the client paid itself is paid back at once, and so is what was collected B2B.
func TestACreditOfADirectDebitWaits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		b2b        bool
		transfer   string
		now, later string
	}{
		{"all of it was collected", false, "", "fees 30.00, 18.15 to its credit was collected by direct debit and can still be fetched back: it waits", "client 18.15 F2026-00001 -18.15, fees 11.85"},
		{"the client paid beside it", false, "5.00", "client 5.00 F2026-00001 -5.00, fees 25.00, 18.15 to its credit was collected by direct debit and can still be fetched back: it waits", "client 23.15 F2026-00001 -23.15, fees 6.85"},
		{"B2B", true, "", "client 18.15 F2026-00001 -18.15, fees 11.85", "client 18.15 F2026-00001 -18.15, fees 11.85"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := paying(t)
			m := signed(w.client, "M-1")
			m.B2B = c.b2b
			ok(t, w.AddMandate(t.Context(), m, at(today)))
			w.charged()
			w.bills(today)
			w.given(first)
			ok(t, w.credited(first, "stmt-a", "18.15"))
			if c.transfer != "" {
				w.paysBill("F2026-00001", "k", c.transfer)
			}
			ok(t, second(w.takesBack("F2026-00001", "mild", day(first))))
			ok(t, second(w.RepayCredit(t.Context(), "F2026-00001", at(day(first)))))
			w.fillsUp("own", "30.00")
			available := refundTerm.AvailableOn(day(first))
			for on, want := range map[calendar.Date]string{available.AddDays(-1): c.now, available: c.later} {
				p, told := w.creditPayout(on, false)
				says(t, on.String(), told, want)
				ok(t, w.WithdrawPayout(t.Context(), p.ID, "x", at(on)))
			}
		})
	}
}

// What the agency's part cannot bear waits: no other client's money pays a credit.
func TestACreditWaitsForTheAgencysPart(t *testing.T) {
	t.Parallel()
	w := crediting(t, "3.00")
	w.asksBack("F2026-00001")
	w.receives(w.open(), "r1", "60.00")
	_, told := w.creditPayout(today, false)
	says(t, "the agency leaves it what there is", told, "client 60.00, has 10.00 to its credit, which is paid of the agency's part on the trust account, and 3.00 of that is free: its credit waits")
	ok(t, w.WithdrawPayout(t.Context(), "PO-20261103", "x", at(today)))
	w = crediting(t, "30.00")
	w.asksBack("F2026-00001")
	p, _ := w.creditPayout(today, false)
	w.approves(p, "Anna", "Bram")
	j, err := ledger.Draft{Book: ledger.Trust, Kind: ledger.Settled, Key: "less", On: today, Lines: []ledger.Line{
		{Account: ledger.AgencyPayable, Cents: eur("25.00")}, {Account: ledger.TrustBank, Cents: -eur("25.00")},
	}}.Journal()
	ok(t, err)
	ok(t, second(w.Post(t.Context(), at(today), j)))
	if _, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "x"}, at(today)); err == nil || !strings.Contains(err.Error(), "25.00 too little to stand for what others have there") {
		t.Error(err)
	}
}

// The agency does not pay itself what a client is to be paid back and no line pays, whatever that waits for; when nobody asks for it any more, it does.
func TestTheAgencyLeavesWhatAClientIsToBePaidBack(t *testing.T) {
	t.Parallel()
	w := crediting(t, "30.00")
	w.asksBack("F2026-00001")
	w.tellsAccount(w.code(), secondIBAN, 7)
	p, told := w.creditPayout(today, false)
	says(t, "its account waits", told, "fees 20.00, its account is approved by 0 of 2 persons: dunning client account approve "+w.code()+" --iban IBAN --by NAME")
	ok(t, w.WithdrawPayout(t.Context(), p.ID, "x", at(today)))
	ok(t, second(w.UndoRepayCredit(t.Context(), "F2026-00001", at(today))))
	_, told = w.creditPayout(today.AddDays(1), false)
	says(t, "nobody asks for it", told, "fees 30.00")
}

// Where netting was agreed a payout takes all that is open and pays all that is to the client's credit, asked or not; the cent of a VAT mode too.
func TestNettingTakesCreditsToo(t *testing.T) {
	t.Parallel()
	w := crediting(t, "30.00")
	w.lib = w.lib.Settling(settlement.TermsOf{"premium": {VAT: settlement.Inclusive}})
	w.receives(w.open(), "r1", "100.33")
	w.receives(w.open(), "r2", "100.33")
	its := w.billing(today)
	its.ClientID = w.client
	ok(t, third(w.MakeBills(t.Context(), its, at(today))))
	says(t, "the cent", w.openOf("F2026-00002"), "-0.01")
	w.charged()
	_, told := w.creditPayout(today, true)
	says(t, "proposed", told, "client 210.01 F2026-00001 -10.00 F2026-00002 -0.01, fees 20.65")
}

func third[A, B any](_ A, _ B, err error) error { return err }

// balanceOf is the balance of an account over all clients.
func (w *world) balanceOf(account ledger.Account) string {
	w.Helper()
	for part := range strings.SplitSeq(w.balances(account.Book()), ", ") {
		if amount, ok := strings.CutPrefix(part, string(account)+" "); ok {
			return amount
		}
	}
	return "0.00"
}
