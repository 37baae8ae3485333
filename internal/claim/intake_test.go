package claim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
)

func TestTheAgeOfAnInvoice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, issued, due, amount, on, want string }{
		{"overdue since yesterday", "2026-06-01", "2026-07-01", "10.00", "2026-07-02", ""},
		{"may still be paid in time", "2026-06-01", "2026-07-01", "10.00", "2026-07-01", "due_date: 2026-07-01 is not past yet: the debtor may still pay in time; right would be a claim of its own, handed over from 2026-07-02"},
		{"six months to the day", "2026-01-01", "2026-01-15", "10.00", "2026-07-15", ""},
		{"a day more", "2026-01-01", "2026-01-15", "10.00", "2026-07-16", "due_date: 2026-01-15 is more than 6 months before hand-over on 2026-07-16 (requirement T4)"},
		{"from the end of August to the end of February", "2026-08-01", "2026-08-31", "10.00", "2027-02-28", ""},
		{"a day past the end of February", "2026-08-01", "2026-08-31", "10.00", "2027-03-01", "due_date: 2026-08-31 is more than 6 months before hand-over on 2027-03-01 (requirement T4)"},
		{"to 29 February", "2027-08-01", "2027-08-31", "10.00", "2028-02-29", ""},
		{"due on the day of issue", "2026-06-01", "2026-06-01", "10.00", "2026-06-02", ""},
		{"due before it was issued", "2026-06-02", "2026-06-01", "10.00", "2026-06-02", "due_date: 2026-06-01 is before the invoice date 2026-06-02"},
		{"one cent", "2026-06-01", "2026-07-01", "0.01", "2026-07-02", ""},
		{"nothing", "2026-06-01", "2026-07-01", "0.00", "2026-07-02", "amount: 0.00 is not more than 0.00; right would be what is open of the invoice: 1234.50 or 1.234,50"},
		{"written twenty years ago to the day", "2006-07-02", "2026-07-01", "10.00", "2026-07-02", ""},
		{"a day more than twenty years", "2006-07-01", "2026-07-01", "10.00", "2026-07-02", "invoice_date: 2006-07-01 is more than 20 years before hand-over on 2026-07-02; right would be the day on the invoice"},
		{"in the year 1", "0001-01-01", "2026-07-01", "10.00", "2026-07-02", "invoice_date: 0001-01-01 is more than 20 years before hand-over on 2026-07-02; right would be the day on the invoice"},
		{"a credit", "2026-06-01", "2026-07-01", "-1.00", "2026-07-02", "amount: -1.00 is not more than 0.00; right would be what is open of the invoice: 1234.50 or 1.234,50"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			invoice := claim.Invoice{Number: "F1", Issued: day(c.issued), Due: day(c.due), Amount: euro(c.amount)}
			column, problem := claim.CheckInvoice(invoice, day(c.on))
			if got := strings.TrimPrefix(column+": "+problem, ": "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			whole := claim.CheckIntake(claim.Facts{HandedOverOn: day(c.on), Invoices: []claim.Invoice{invoice}})
			if (whole == "") != (c.want == "") || (whole != "" && whole != "invoice F1: "+c.want) {
				t.Errorf("the claim is refused with %q, want %q", whole, c.want)
			}
		})
	}
	if got := claim.CheckIntake(claim.Facts{}); got != "it has no invoices" {
		t.Errorf("a claim of nothing: %q", got)
	}
}

// Of an invoice for which the client gave more time, what is wrong with the last day stands under the column that it came from.
func TestTheAgeOfAnExtendedInvoice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, agreed, due, on, want string }{
		{"overdue since yesterday", "2026-06-15", "2026-07-01", "2026-07-02", ""},
		{"may still be paid in time", "2026-06-15", "2026-07-01", "2026-07-01", "extended_to: 2026-07-01 is not past yet: the debtor may still pay in time; right would be a claim of its own, handed over from 2026-07-02"},
		{"six months and a day", "2026-06-02", "2026-06-15", "2026-12-16", "extended_to: 2026-06-15 is more than 6 months before hand-over on 2026-12-16 (requirement T4)"},
		{"agreed before it was issued", "2026-05-31", "2026-07-01", "2026-07-02", "due_date: 2026-05-31 is before the invoice date 2026-06-01"},
	} {
		column, problem := claim.CheckInvoice(claim.Invoice{Number: "F1", Issued: day("2026-06-01"), Agreed: day(c.agreed), Due: day(c.due), Amount: euro("10.00")}, day(c.on))
		if got := strings.TrimPrefix(column+": "+problem, ": "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// What a claim can have in all: its facts must fit in one message, and what it asks in a payment QR.
func TestTheSizeOfAClaim(t *testing.T) {
	t.Parallel()
	bill := func(number, amount string) claim.Invoice {
		return claim.Invoice{Number: number, Issued: day("2026-06-01"), Due: day("2026-07-01"), Amount: euro(amount)}
	}
	many := func(n int) []claim.Invoice { return slices.Repeat([]claim.Invoice{bill("F1", "1.00")}, n) }
	const most = "brings the claim above 999999999.99, the most that a payment QR can ask; right would be several claims"
	for _, c := range []struct {
		name     string
		invoices []claim.Invoice
		want     string
	}{
		{"500 invoices", many(500), ""},
		{"501 invoices", many(501), "invoice F1: invoice: is one too many: a claim has at most 500 invoices; right would be several claims, each with a reference of its own"},
		{"as much as a payment QR can ask", []claim.Invoice{bill("F1", "999999999.98"), bill("F2", "0.01")}, ""},
		{"a cent more", []claim.Invoice{bill("F1", "999999999.98"), bill("F2", "0.02"), bill("F3", "1.00")}, "invoice F2: amount: " + most},
		{"a number of 60 characters", []claim.Invoice{bill(strings.Repeat("é", 60), "1.00")}, ""},
		{"a number of 61", []claim.Invoice{bill(strings.Repeat("9", 61), "1.00")}, "invoice " + strings.Repeat("9", 61) + ": invoice: is longer than 60 characters; right would be the number as it stands on the invoice"},
	} {
		if got := claim.CheckIntake(claim.Facts{HandedOverOn: day("2026-07-02"), Invoices: c.invoices}); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheSameDebtor(t *testing.T) {
	t.Parallel()
	base := claim.Debtor{Kind: kinds["consumer"], Name: "J. de Boer", Street: "Dorpsweg 12a", Postcode: "1234 AB", Town: "Proefdorp", Country: "NL", Email: "j@x.example"}
	for _, c := range []struct {
		name   string
		change func(*claim.Debtor)
		same   bool
	}{
		{"written otherwise", func(d *claim.Debtor) { d.Name, d.Street, d.Postcode = "J de BOER", "Dorpswg. 12 A", "1234ab" }, true},
		{"another e-mail address", func(d *claim.Debtor) { d.Email = "k@x.example" }, true},
		{"another town name for the same postcode", func(d *claim.Debtor) { d.Town = "Dorp" }, true},
		{"another name", func(d *claim.Debtor) { d.Name = "K. de Boer" }, false},
		{"a name with an accent", func(d *claim.Debtor) { d.Name = "J. de Boér" }, false},
		{"a name with an accent of its own", func(d *claim.Debtor) { d.Name = "J. de Boe\u0301r" }, false},
		{"another house", func(d *claim.Debtor) { d.Street = "Dorpsweg 12b" }, false},
		{"another postcode", func(d *claim.Debtor) { d.Postcode = "1234 AC" }, false},
		{"the same person in business: other law", func(d *claim.Debtor) { d.Kind = kinds["sole trader"] }, false},
		{"a company of that name", func(d *claim.Debtor) { d.Kind = kinds["company"] }, false},
	} {
		other := base
		c.change(&other)
		if same := other.Fingerprint() == base.Fingerprint(); same != c.same {
			t.Errorf("%s: same is %v: %s and %s", c.name, same, base.Fingerprint(), other.Fingerprint())
		}
	}
}

// A Mac writes é as e and an accent, other machines as one character: it is one name.
func TestAnAccentIsPartOfItsLetterHoweverItIsEncoded(t *testing.T) {
	t.Parallel()
	composed := claim.Debtor{Kind: kinds["consumer"], Name: "Zoë Crémer", Street: "Coöperatiehof 12é", Postcode: "1234 AB", Town: "Proefdorp", Country: "NL", Language: "nl"}
	decomposed := composed
	decomposed.Name, decomposed.Street = "Zoe\u0308 Cre\u0301mer", "Coo\u0308peratiehof 12e\u0301"
	if composed.Fingerprint() != decomposed.Fingerprint() || composed.Identity() != "zoëcrémer|1234ab|12é|nl" {
		t.Errorf("%s and %s", composed.Fingerprint(), decomposed.Fingerprint())
	}
	if got, changed, err := composed.Corrected(map[string]string{"debtor": decomposed.Name, "street": decomposed.Street}); err != nil || len(changed) != 0 || got != composed {
		t.Errorf("corrected to the same: %+v, %v, %v", got, changed, err)
	}
	rows := strings.ReplaceAll(good, "J. Jansen", composed.Name) + strings.NewReplacer("J. Jansen", decomposed.Name, "F1", "F2 e\u0301").Replace(good)
	if got := read(header + rows); got != "VBE A1, 2: F1 1234.50 due 2026-07-01, 3: F2 é 1234.50 due 2026-07-01" {
		t.Errorf("two rows of one claim: %s", got)
	}
	torn := strings.Replace(good, "A1", "Ré", 1) + `x"y;` + strings.Replace(good, "A1", "Re\u0301", 1)
	if got := read(header + torn); !strings.Contains(got, "line 2 claim Ré : line 3 of the same claim is refused") {
		t.Errorf("a torn row of the same claim: %s", got)
	}
}

func TestASummaryNamesNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, amount, want string }{
		{"consumer", "99.99", "consumer, EUR 0-100, 1 invoice(s)"}, {"sole trader", "100.00", "sole trader, EUR 100-500, 1 invoice(s)"},
		{"company", "2500.00", "company, EUR 2500-10000, 1 invoice(s)"}, {"company", "10000.00", "company, EUR 10000-, 1 invoice(s)"},
	} {
		s := claim.Submission{Debtor: claim.Debtor{Kind: kinds[c.kind], Name: "J. Jansen"}, Invoices: []claim.Invoice{{Number: "F1", Amount: euro(c.amount)}}}
		if got := (claim.Facts{Debtor: s.Debtor.Kind, Invoices: s.Invoices}).Summary(); got != c.want || s.Written() != "F1 "+strings.Replace(c.amount, ".", "", 1) {
			t.Errorf("%q and %q, want %q", got, s.Written(), c.want)
		}
	}
}

func TestPausedDays(t *testing.T) {
	t.Parallel()
	pauses := []claim.Pause{
		{Kind: claim.PauseHold, From: day("2026-03-05"), Until: day("2026-03-07")}, {Kind: claim.PauseDispute, From: day("2026-03-07"), Until: day("2026-03-08"), Outcome: "rejected"},
		{Kind: claim.PauseHold, From: day("2026-03-20")},
	}
	for _, c := range []struct {
		name, from, to string
		want           int
	}{
		{"none before", "2026-03-01", "2026-03-04", 0}, {"four in all, the overlap once", "2026-03-01", "2026-03-19", 4}, {"the first day itself does not count", "2026-03-05", "2026-03-19", 3},
		{"up to and including the last", "2026-03-01", "2026-03-05", 1}, {"an open-ended one does not count yet", "2026-03-10", "2026-03-30", 0}, {"backwards", "2026-03-19", "2026-03-01", 0},
	} {
		if got := (claim.Facts{Pauses: pauses}).PausedDays(day(c.from), day(c.to)); got != c.want {
			t.Errorf("%s: %d days, want %d", c.name, got, c.want)
		}
	}
}
