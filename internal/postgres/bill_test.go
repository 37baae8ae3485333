package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Everything that a client owes stands on one invoice, with VAT over the total; the books get what they lacked, and nothing twice.
func TestAnInvoiceOfEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.agreed("")
	_, _, err := w.OrderStickers(t.Context(), w.client, "second", 37, w.plans(), at(today)) // 34 are in stock
	ok(t, err)
	w.charged()
	w.receives(w.open(), "r1", "150.00") // 100.00 is owed, and interest since; the rest is the debtor's
	says(t, "books of before", w.balances(ledger.Agency), "A110 0.33, A120 18.22, A250 -3.22, A410 -0.33, A420 -15.00")
	says(t, "a day before", w.bills(today.AddDays(-1)), "")
	says(t, "invoice", w.bills(today), "F2026-00001 280.33+58.87=339.20 settled 0.33: interest 0.33; no-word 15.00; contribution 250.00; stickers 15.00")
	says(t, "due after its term", query[string](w, `SELECT due_on::text FROM bill`), today.AddDays(14).String())
	says(t, "books", w.balances(ledger.Agency), "A110 0.33, A120 338.87, A250 -58.87, A410 -0.33, A420 -15.00, A440 -265.00")
	says(t, "again", w.bills(today), "")
	says(t, "the next day", w.bills(today.AddDays(1)), "")
	says(t, "open", w.openOf("F2026-00001"), "338.87")
	w.verified()
}

func TestWhatIsInvoicedAndCreditedByItself(t *testing.T) {
	t.Parallel()
	for _, story := range []struct {
		name           string
		before, after  func(w *world)
		invoice, later string
		books          string
	}{
		{
			"a charge that is taken back before it is invoiced is on neither",
			func(w *world) {
				ref := w.charged()
				ok(w, w.ReverseBillable(w.Context(), ref, "commission:"+ref.ClaimID, "a mistake", at(today)))
			}, func(*world) {}, "", "", "",
		},
		{
			"a charge that is taken back after it was invoiced is credited",
			func(w *world) { w.charged() },
			func(w *world) {
				key := query[string](w, `SELECT key FROM billable`)
				ref := postgres.Ref{ClientID: w.client, ClaimID: strings.TrimPrefix(key, "commission:")}
				ok(w, w.ReverseBillable(w.Context(), ref, key, "a mistake", at(today)))
			},
			"F2026-00001 15.00+3.15=18.15: no-word 15.00", "C2026-00001 15.00+3.15=18.15 of F2026-00001: no-word 15.00", "",
		},
		{
			"the agency's part of what the debtor paid to the client itself is to be paid, with VAT",
			func(w *world) { w.paysClient(w.open(), "s", "100.33") }, func(*world) {},
			"F2026-00001 0.33+0.07=0.40: interest 0.33", "", "A120 0.40, A250 -0.07, A410 -0.33",
		},
		{
			"the agency's part of a payment that a bank takes back is credited",
			func(w *world) { w.receives(w.open(), "r", "100.33") },
			func(w *world) {
				ref := postgres.Ref{ClientID: w.client, ClaimID: query[string](w, `SELECT id::text FROM claim`)}
				_, err := w.reverses(ref, "r", "storno")
				ok(w, err)
			},
			"F2026-00001 0.33+0.07=0.40 settled 0.33: interest 0.33", "C2026-00001 0.33+0.07=0.40 settled 0.33 of F2026-00001: interest 0.33", "",
		},
		{
			"a payment that is taken back before it is invoiced is on neither",
			func(w *world) {
				ref := w.open()
				w.receives(ref, "r", "100.33")
				_, err := w.reverses(ref, "r", "storno")
				ok(w, err)
			}, func(*world) {}, "", "", "",
		},
		{
			"who has the money changes what is to be paid, and no VAT",
			func(w *world) { w.paysClient(w.open(), "s", "100.33") },
			func(w *world) {
				ref := postgres.Ref{ClientID: w.client, ClaimID: query[string](w, `SELECT id::text FROM claim`)}
				_, err := w.reverses(ref, "s", "it was paid to us")
				ok(w, err)
				w.receives(ref, "r", "100.33")
			},
			"F2026-00001 0.33+0.07=0.40: interest 0.33", "F2026-00002 0.00+0.00=0.00 settled 0.33: collection-costs 0.00", "A110 0.33, A120 0.07, A250 -0.07, A410 -0.33",
		},
		{
			"the contribution of a year that did not begin is credited",
			func(w *world) { w.agreed("2025-11-03") },
			func(w *world) {
				_, _, err := w.RecordNotice(w.Context(), w.client, calendar.MustParseDate("2026-07-01"), true, at(today))
				ok(w, err)
				w.advance(today)
			},
			"F2026-00001 250.00+52.50=302.50: contribution 250.00", "C2026-00001 250.00+52.50=302.50 of F2026-00001: contribution 250.00",
			"",
		},
	} {
		t.Run(story.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			story.before(w)
			says(t, "invoice", w.bills(today), story.invoice)
			w.verified()
			story.after(w)
			says(t, "later", w.bills(today), story.later)
			says(t, "again", w.bills(today), "")
			says(t, "books", w.balances(ledger.Agency), story.books)
			w.verified()
		})
	}
}

// Three lines of 0.02 bear 0.01 of VAT together, and nothing each: what is credited line by line takes back just that.
func TestCreditNotesTakeBackTheVATThatWasBilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.exec(`INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) VALUES ($1, $2, gen_random_uuid()::text, 'agreed-costs', 2, 0, 2, $3, 'x')`, w.client, w.open().ClaimID, today)
	}
	_, err := w.CloseBooks(t.Context(), at(today), w.lib.Rules)
	ok(t, err)
	says(t, "invoice", w.bills(today), "F2026-00001 0.06+0.01=0.07: agreed-costs 0.02; agreed-costs 0.02; agreed-costs 0.02")
	for i, want := range []string{
		"C2026-00001 0.02+0.00=0.02 of F2026-00001: agreed-costs 0.02",
		"C2026-00002 0.02+0.01=0.03 of F2026-00001: agreed-costs 0.02",
		"C2026-00003 0.02+0.00=0.02 of F2026-00001: agreed-costs 0.02",
	} {
		got, err := w.takesBack("F2026-00001", "a mistake", today, i+1)
		ok(t, err)
		says(t, "credited", got, want)
		w.verified()
	}
	says(t, "open and owed", w.openOf("F2026-00001")+" "+w.balances(ledger.Agency), "0.00 ")
}

func TestLinesAreCreditedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.agreed("")
	ref := w.charged()
	w.receives(w.open(), "r1", "100.33")
	w.bills(today)
	for _, wrong := range []struct {
		number, reason string
		lines          []int
		says           string
	}{
		{"F2026-00002", "why", nil, "not found"},
		{"F2026-00001", " ", nil, "reason"},
		{"F2026-00001", "why", []int{4}, "has no line 4; right would be 1 to 3"},
		{"F2026-00001", "why", nil, "line 1 of invoice F2026-00001 is the agency's part of what came in"},
	} {
		if got, err := w.takesBack(wrong.number, wrong.reason, today, wrong.lines...); err == nil || got != "" || !strings.Contains(err.Error(), wrong.says) {
			t.Errorf("%v: %q %v", wrong, got, err)
		}
	}
	for range 2 {
		got, err := w.takesBack("F2026-00001", "agreed with the client", today, 2, 3)
		ok(t, err)
		if got != "" {
			says(t, "credited", got, "C2026-00001 265.00+55.65=320.65 of F2026-00001: no-word 15.00; contribution 250.00")
		}
	}
	if list := w.billed(ref); list[0].Owed() || list[0].Why != "agreed with the client" {
		t.Errorf("%+v", list)
	}
	if _, err := w.takesBack("C2026-00001", "why", today); err == nil || !strings.Contains(err.Error(), "is a credit note") {
		t.Error(err)
	}
	v, err := w.Bill(t.Context(), "F2026-00001")
	ok(t, err)
	if v.Open != eur("0.07") || len(v.Credits) != 1 || len(v.Credited) != 2 {
		t.Errorf("%+v", v)
	}
	if pdf, err := w.BillPaper(t.Context(), "C2026-00001", postgres.PaperPDF); err != nil || string(pdf) != "%PDF C2026-00001" {
		t.Errorf("%s %v", pdf, err)
	}
	says(t, "again", w.bills(today), "")
	w.verified()
}

// Numbers follow each other and the days, in a series of their own for each kind and year, over all clients; whoever cannot be invoiced takes none.
func TestNumbersOfInvoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.client
	w.charged()
	w.exec(`UPDATE client SET name = '株式会社' WHERE id = $1`, first)
	w.client = w.newClient("B")
	ref := w.charged()
	w.client = w.newClient("C")
	w.charged()
	for range 2 {
		made, left, err := w.MakeBills(t.Context(), w.billing(today), at(today))
		ok(t, err)
		if len(made) > 0 {
			says(t, "made", tellBills(made), "F2026-00001 15.00+3.15=18.15: no-word 15.00\nF2026-00002 15.00+3.15=18.15: no-word 15.00")
		}
		if len(left) != 1 || left[0] != (postgres.NotBilled{Client: "A", Why: "no glyph"}) {
			t.Errorf("%v", left)
		}
	}
	if _, _, err := w.MakeBills(t.Context(), w.billing(today.AddDays(1)), at(today)); err == nil || !strings.Contains(err.Error(), "2026-11-04 is to come") {
		t.Error(err)
	}
	w.exec(`UPDATE client SET name = 'Voorbeeld A' WHERE id = $1`, first)
	w.client = first
	later := at(today.AddDays(70)) // 12 January
	w.exec(`INSERT INTO billable (client_id, claim_id, key, kind, net, vat, total, on_day, basis) VALUES ($1, $2, 'old', 'agreed-costs', 100, 21, 121, $3, 'x')`, first, w.open().ClaimID, today.AddDays(-2))
	if _, _, err := w.MakeBills(t.Context(), w.billing(today.AddDays(-1)), later); err == nil || !strings.Contains(err.Error(), "the last invoice or credit note is of 2026-11-03") {
		t.Error(err)
	}
	made, _, err := w.MakeBills(t.Context(), w.billing(today.AddDays(70)), later)
	ok(t, err)
	says(t, "of the new year", tellBills(made), "F2027-00001 16.00+3.36=19.36: no-word 15.00; agreed-costs 1.00")
	charge := "commission:" + ref.ClaimID
	ok(t, w.ReverseBillable(t.Context(), ref, charge, "a mistake", at(today)))
	made, _, err = w.MakeBills(t.Context(), w.billing(today.AddDays(70)), later)
	ok(t, err)
	if _, _, err := w.MakeBills(t.Context(), w.billing(today.AddDays(69)), later); err == nil || !strings.Contains(err.Error(), "is of 2027-01-12") {
		t.Error(err) // what was invoiced since would be credited as not told by then
	}
	says(t, "credited there", tellBills(made), "C2027-00001 15.00+3.15=18.15 of F2026-00001: no-word 15.00")
	list, err := w.Bills(t.Context(), "")
	ok(t, err)
	var told []string
	for _, b := range list {
		told = append(told, b.Client+" "+b.Number+" "+b.Open.String())
	}
	says(t, "listed", strings.Join(told, ", "), "A F2027-00001 19.36, B F2026-00001 0.00, B C2027-00001 0.00, C F2026-00002 18.15")
}

// The database itself refuses a number that leaves a gap, a line that comes later, and an invoice that is not the sum of its lines.
func TestTheSchemaKeepsInvoices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.charged()
	w.bills(today)
	const insert = `INSERT INTO bill (number, client_id, kind, year, turn, on_day, due_on, corrects, reason, net, vat, total, settled, made_by, made_at)
		VALUES ($1, $2, $3, 2026, $4, '2026-11-03', $5::date, $6, $7, 0, 0, 0, 0, 'x', now())`
	for name, args := range map[string][]any{
		"a gap":                        {"F2026-00003", w.client, "invoice", 3, today, nil, ""},
		"a number twice":               {"F2026-00001", w.client, "invoice", 1, today, nil, ""},
		"a number of another":          {"F2026-00003", w.client, "invoice", 2, today, nil, ""},
		"no lines":                     {"F2026-00002", w.client, "invoice", 2, today, nil, ""},
		"no reason":                    {"C2026-00001", w.client, "credit-note", 1, nil, "F2026-00001", " "},
		"nothing that it corrects":     {"C2026-00001", w.client, "credit-note", 1, nil, nil, "why"},
		"an invoice that is not there": {"C2026-00001", w.client, "credit-note", 1, nil, "F2026-00009", "why"},
	} {
		if err := w.tries(insert, args...); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := w.tries(`INSERT INTO bill_line SELECT client_id, number, kind, 2, 'more', what, claim_id, on_day, units, price, net, percent, vat_booked, settled FROM bill_line`); err == nil {
		t.Error("a line that comes later was taken")
	}
}

// tries does something as the application does for the world's client.
func (w *world) tries(sql string, args ...any) error {
	tx, err := w.db.App.Begin(w.Context())
	ok(w, err)
	defer func() { _ = tx.Rollback(w.Context()) }()
	_, err = tx.Exec(w.Context(), `SELECT set_config('app.client_id', $1, true)`, w.client)
	ok(w, err)
	if _, err := tx.Exec(w.Context(), sql, args...); err != nil {
		return err
	}
	return tx.Commit(w.Context())
}

func TestAClientPaysAnInvoice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.charged()
	w.bills(today)
	pay := func(number, key, amount string, on calendar.Date) (string, error) {
		open, err := w.PayBill(t.Context(), number, postgres.BillPayment{Key: key, Amount: eur(amount), On: on}, at(today))
		return open.Open.String(), err
	}
	for _, wrong := range [][4]string{
		{"F2026-00009", "k", "1.00", "not found"}, {"F2026-00001", "k", "0.00", "no payment"}, {"F2026-00001", "", "1.00", "the key"},
	} {
		if _, err := pay(wrong[0], wrong[1], wrong[2], today); err == nil || !strings.Contains(err.Error(), wrong[3]) {
			t.Errorf("%v: %v", wrong, err)
		}
	}
	for range 2 {
		open, err := pay("F2026-00001", "k", "10.00", today)
		ok(t, err)
		says(t, "open", open, "8.15")
	}
	if _, err := pay("F2026-00001", "k", "8.15", today); err == nil || !strings.Contains(err.Error(), "was recorded before") {
		t.Error(err)
	}
	if _, err := pay("F2026-00001", "later", "1.00", today.AddDays(1)); err == nil {
		t.Error("a day to come was taken")
	}
	says(t, "books", w.balances(ledger.Agency), "A100 10.00, A120 8.15, A250 -3.15, A420 -15.00")
	w.verified()
	got, err := w.takesBack("F2026-00001", "agreed", today)
	ok(t, err)
	says(t, "credited", got, "C2026-00001 15.00+3.15=18.15 of F2026-00001: no-word 15.00")
	says(t, "to its credit", w.openOf("F2026-00001")+"; "+w.balances(ledger.Agency), "-10.00; A100 10.00, A120 -10.00")
	w.verified()
}

// However the client bears the VAT, its invoice has the whole part of the agency, and only what the agency has not got is to be paid.
func TestTheInvoiceOfEachVATMode(t *testing.T) {
	t.Parallel()
	for mode, want := range map[settlement.VATMode]string{
		settlement.ExclusiveInvoiced: "F2026-00001 0.66+0.14=0.80 settled 0.66: interest 0.33; interest 0.33; open 0.14; A110 0.66, A120 0.14, A250 -0.14, A410 -0.66",
		settlement.ExclusiveNetted:   "F2026-00001 0.66+0.14=0.80 settled 0.80: interest 0.33; interest 0.33; open 0.00; A110 0.80, A250 -0.14, A410 -0.66",
		settlement.Inclusive:         "F2026-00001 0.54+0.11=0.65 settled 0.66: interest 0.27; interest 0.27; open -0.01; A110 0.66, A120 -0.01, A250 -0.11, A410 -0.54",
	} {
		t.Run(mode.String(), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.lib = w.lib.Settling(settlement.TermsOf{"premium": {VAT: mode}})
			for _, key := range []string{"r1", "r2"} {
				w.receives(w.open(), key, "100.33")
			}
			made := w.bills(today)
			says(t, "invoice", made+"; open "+w.openOf("F2026-00001")+"; "+w.balances(ledger.Agency), want)
			says(t, "again", w.bills(today), "")
			w.verified()
		})
	}
}

// A debtor in monitoring: the half is a share of its own.
func TestTheShareInMonitoringIsInvoiced(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := w.open()
	w.monitored(ref)
	w.receives(ref, "r", "40.00")
	says(t, "invoice", w.bills(today), "F2026-00001 20.00+4.20=24.20 settled 20.00: monitoring-share 20.00")
	w.verified()
}
