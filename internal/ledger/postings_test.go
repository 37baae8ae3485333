package ledger_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

var (
	update = flag.Bool("update", false, "write the golden postings anew")
	eur    = money.MustParse
	day    = calendar.MustParseDate("2026-03-02")
	about  = ledger.About{Key: "k", On: day, Client: "client"}
	kinds  = map[string]claim.SettlementKind{"agency": claim.PaidToAgency, "client": claim.PaidToClient, "credited": claim.CreditNote, "let-go": claim.WriteOff, "goods": claim.ReturnedGoods}
)

func tables(t tester) law.Tables {
	t.Helper()
	rates, err := fs.Sub(config.Data, "rates")
	if err != nil {
		t.Fatal(err)
	}
	read, err := law.ReadTables(rates)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// tester is a test, or a turn of a rapid one.
type tester interface {
	Helper()
	Fatal(args ...any)
}

// told is a claim of so much that was paid by a story: "agency 500.00; client 100.00".
type told struct {
	principal, interest, costs string
	story                      string
	court                      string // costs that a judgment of before the payments awarded
	monitored                  bool
	ended                      bool // the client ended debt monitoring before
}

func (x told) position(t tester, terms settlement.Terms) ledger.Position {
	t.Helper()
	open := claim.Balance{Costs: eur(x.costs), Interest: eur(x.interest), Principal: eur(x.principal)}
	account := claim.Account{}
	if x.court != "" {
		account.CourtCosts, account.CourtCostsFrom = eur(x.court), day.AddDays(-1)
		open.Costs += account.CourtCosts
	}
	for _, part := range strings.FieldsFunc(x.story, func(r rune) bool { return r == ';' }) {
		w := strings.Fields(part)
		a := claim.Allocation{Settlement: claim.Settlement{Kind: kinds[w[0]], On: day, Amount: eur(w[1])}, Owed: open.Total()}
		rest := a.Settlement.Amount
		take := func(of *money.Amount) money.Amount {
			part := money.Min(rest, *of)
			rest, *of = rest-part, *of-part
			return part
		}
		if a.Settlement.Kind != claim.CreditNote {
			a.Costs, a.Interest = take(&open.Costs), take(&open.Interest)
		}
		a.Principal = take(&open.Principal)
		a.Surplus = rest
		account.Allocations = append(account.Allocations, a)
	}
	account.Open = open
	f := claim.Facts{Invoices: []claim.Invoice{{Amount: eur(x.principal)}}}
	if x.monitored {
		f.MonitoredFrom = day
	}
	if x.ended {
		f.MonitoredFrom, f.Closing = day.AddDays(-2), &claim.Closing{On: day.AddDays(-1), Because: claim.EndWish}
	}
	p, err := ledger.PositionOf(f, account, terms, tables(t))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// of is the claim of the worked examples, paid by a story.
func of(story string) told { return told{"1000.00", "12.34", "150.00", story, "", false, false} }

// without is a claim that is charged and of which nothing was paid: what is posted from there is what the payments make.
func without(x told) told {
	x.story = ""
	return x
}

var (
	none      = settlement.Terms{}
	netted    = settlement.Terms{VAT: settlement.ExclusiveNetted}
	inclusive = settlement.Terms{VAT: settlement.Inclusive}
	agency    = settlement.Terms{Policy: settlement.AgencyFirst}
	proRata   = settlement.Terms{Policy: settlement.ProRata}
)

// posting is one row of the golden table.
type posting struct {
	name     string
	journals []ledger.Journal
}

func paid(t tester, name string, terms settlement.Terms, x told) posting {
	return changed(t, name, terms, without(x), x)
}

// changed is what is posted when the facts of a claim change from one story to another.
func changed(t tester, name string, terms settlement.Terms, from, to told) posting {
	t.Helper()
	return posting{name, to.position(t, terms).From(from.position(t, terms), about)}
}

// postings are all cases of the ledger: what is posted of each, to the cent.
func postings(t tester) []posting {
	t.Helper()
	list := []posting{
		{"a receipt is imported: 1162.34", ledger.ReceiptOf(about, eur("1162.34"))},
		{"a claim is charged", of("").position(t, none).From(ledger.Position{}, about)},
		paid(t, "full payment 1162.34", none, of("agency 1162.34")),
		paid(t, "full payment, VAT netted", netted, of("agency 1162.34")),
		paid(t, "full payment, VAT inclusive", inclusive, of("agency 1162.34")),
		paid(t, "part payment 500.00, agency first", agency, of("agency 500.00")),
		paid(t, "part payment 500.00, client first", none, of("agency 500.00")),
		changed(t, "the last 662.34 of it, client first", none, of("agency 500.00"), of("agency 500.00; agency 662.34")),
		paid(t, "part payment 500.00, pro rata", proRata, of("agency 500.00")),
		changed(t, "the last 662.34 of it, pro rata", proRata, of("agency 500.00"), of("agency 500.00; agency 662.34")),
		changed(t, "the last 12.34, VAT netted of a part that cannot bear it: the client is invoiced", netted, of("agency 1150.00"), of("agency 1150.00; agency 12.34")),
		paid(t, "overpayment 1200.00", none, of("agency 1200.00")),
		paid(t, "debtor paid 1000.00 to the client, agency first", agency, of("client 1000.00")),
		paid(t, "debtor paid 1000.00 to the client, client first", none, of("client 1000.00")),
		paid(t, "goods of 300.00 returned, the rest paid: their worth is the client's", none, of("goods 300.00; agency 862.34")),
		changed(t, "goods of 300.00 returned after the rest was paid: the same in the end", none, of("agency 862.34"), of("agency 862.34; goods 300.00")),
		changed(t, "credit note 200.00: the costs fall to 120.00", none, of(""), told{"800.00", "12.34", "120.00", "", "", false, false}),
		{"credit note: the shortfall of the costs is billed", ledger.BillOf(about, eur("6.30"), ledger.Item{For: ledger.RechargedCosts, Net: eur("30.00")})},
	}
	return slices.Concat(list, monitoring(t), bills(), clawback(t), payouts())
}

func monitoring(t tester) []posting {
	x := of("agency 75.25")
	x.monitored = true
	two := x
	two.story += "; agency 75.25"
	ended := of("agency 75.25")
	ended.ended = true
	court := of("agency 1655.91")
	court.court = "493.57"
	return []posting{
		paid(t, "debt monitoring 75.25, halved: the odd cent is the client's", none, x),
		paid(t, "debt monitoring 75.25, VAT inclusive", inclusive, x),
		changed(t, "the next 75.25", none, x, two),
		paid(t, "75.25 after the client ended debt monitoring: not halved", none, ended),
		paid(t, "a judgment is paid: its court costs are the client's", none, court),
	}
}

func bills() []posting {
	return []posting{
		{"withdrawal: commission 150.00 and information costs 7.50", ledger.BillOf(about, eur("33.08"), ledger.Item{For: ledger.Commission, Net: eur("150.00")}, ledger.Item{For: ledger.RechargedCosts, Net: eur("7.50")})},
		{"agreed costs after an upheld dispute", ledger.BillOf(about, eur("21.00"), ledger.Item{For: ledger.RechargedCosts, Net: eur("100.00")})},
		{"yearly contribution", ledger.BillOf(about, eur("50.40"), ledger.Item{For: ledger.Subscriptions, Net: eur("240.00")})},
		{"two more sets of stickers", ledger.BillOf(about, eur("2.10"), ledger.Item{For: ledger.Subscriptions, Net: eur("10.00")})},
		{"the client pays what it was billed", ledger.ClientPaidOf(about, eur("190.58"))},
		{"set off against what the client is to be paid", ledger.SetOffOf(about, eur("196.43"))},
		{"the client pays 10.00 too much: it is its credit", ledger.ClientPaidOf(about, eur("200.58"))},
		{"an invoice that was paid is credited", ledger.CreditOf(about, eur("50.40"), ledger.Item{For: ledger.Subscriptions, Net: eur("240.00")})},
		{"the credit of 290.40 is to be paid to the client", ledger.CreditRepaidOf(about, eur("290.40"))},
		{"and the cent by which the VAT over the total is less", ledger.CreditRepaidOf(about, eur("0.01"))},
	}
}

// clawback is a direct debit of 100.00 that is charged back, before the payout and after.
func clawback(t tester) []posting {
	return []posting{
		changed(t, "charged back before payout: the position goes", none, of("agency 100.00"), of("")),
		{"charged back before payout: the bank debits", ledger.TakenBackOf(about, eur("100.00"))},
		{"charged back after payout: beside those two, the client got it already", ledger.ClawbackOf(about, eur("100.00"))},
		{"the agency tops up the same day: its money comes in", ledger.ReceiptOf(about, eur("100.00"))},
		{"and fills the account up: together S100 100.00, S190 -100.00", ledger.ToppedUpOf(about, eur("100.00"))},
		{"the next payout bears it", ledger.ClawedBackOf(about, eur("100.00"))},
		{"or what comes in does, and nothing is paid", ledger.KeptBackOf(about, 0, eur("100.00"))},
		{"30.00 of which the agency did not fill up", ledger.KeptBackOf(about, eur("30.00"), eur("70.00"))},
		{"whose bank takes back what it filled up with: its part fills up what the client gave back", ledger.ToppedUpOfPartOf(about, eur("100.00"))},
		{"the agency's bank charges 5.00 for it", ledger.BankChargedOf(about, eur("5.00"))},
		{"or the bank of the trust account does", ledger.TrustChargedOf(about, eur("5.00"))},
		{"and gives it back", ledger.TrustChargedOf(about, eur("-5.00"))},
	}
}

func payouts() []posting {
	return []posting{
		{"payout to client a submitted", ledger.PayoutOf(about, eur("1337.66"))},
		{"payout to client b submitted", ledger.PayoutOf(about, eur("37.63"))},
		{"the batch is booked", ledger.PayoutBookedOf(about, eur("1375.29"))},
		{"or b is rejected", ledger.PayoutRejectedOf(about, eur("37.63"))},
		{"or b is returned later", ledger.PayoutReturnedOf(about, eur("37.63"))},
		{"the agency's part is submitted", ledger.FeesOf(about, eur("162.34"))},
		{"the agency's part arrives", ledger.FeesBookedOf(about, eur("162.34"))},
		{"37.66 goes back to the debtor", ledger.RefundOf(about, eur("37.66"))},
		{"or is rejected", ledger.RefundRejectedOf(about, eur("37.66"))},
		{"or is returned later", ledger.RefundReturnedOf(about, eur("37.66"))},
		{"a receipt that is nobody's is to go back", ledger.RefundDueOf(about, eur("42.00"))},
		{"and the bank takes it back", ledger.RefundTakenBackOf(about, eur("42.00"))},
		{"it had left already: the agency bears the loss", ledger.LossOf(about, eur("42.00"))},
		{"for which it pays own money in", ledger.OwnMoneyOf(about, eur("42.00"))},
	}
}

// What is posted of each case, to the cent, as a bookkeeper reads it.
func TestPostingsAreGolden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, p := range postings(t) {
		_, _ = fmt.Fprintf(&b, "%s\n", p.name)
		for _, j := range p.journals {
			b.WriteString(j.String())
		}
		b.WriteByte('\n')
	}
	const golden = "testdata/postings.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("the postings are\n%s", got)
	}
}
