package matching

import (
	"fmt"
	"slices"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// Paid is a payment of a world with what it is for. Without parts it is for no open claim.
type Paid struct {
	Payment
	Class   string // how its payer says for what it is
	Debtor  string
	Parts   []Part // in the order of claim ids
	Surplus money.Amount
	person  *person
}

func (p Paid) got(claim string) money.Amount {
	for _, part := range p.Parts {
		if part.Claim == claim {
			return part.Amount
		}
	}
	return 0
}

// Next makes the next payment.
func (w *World) Next() Paid {
	switch {
	case w.last != nil && w.chance(w.mix.Repeated):
		return Paid{Payment: w.last.Payment, Class: "paid twice"}
	case w.chance(w.mix.Noise):
		return Paid{Payment: w.noise(), Class: "noise"}
	}
	p := pick(w, w.people...)
	paid := w.amounts(p)
	paid.Class = w.class()
	paid.Debtor, paid.person, paid.On = p.id, p, calendar.MustParseDate("2026-11-25")
	w.payer(&paid, p)
	w.remit(&paid, p)
	return paid
}

// class draws how the payer says for what it is.
func (w *World) class() string {
	m := w.mix
	at := w.random.IntN(m.Reference + m.Typed + m.Number + m.Invoice + m.Nothing)
	for _, c := range []struct {
		name string
		size int
	}{{"reference", m.Reference}, {"mistyped", m.Typed}, {"claim number", m.Number}, {"invoice number", m.Invoice}} {
		if at -= c.size; at < 0 {
			return c.name
		}
	}
	return "nothing"
}

// amounts chooses the claims that are paid, and how much.
func (w *World) amounts(p *person) (paid Paid) {
	if len(p.claims) > 1 && w.chance(w.mix.Together) {
		return w.together(p)
	}
	c := pick(w, p.claims...)
	amount := w.asks(c)
	switch {
	case w.chance(w.mix.Part):
		amount = pick(w, money.Cents(1000), money.Cents(2500), money.Cents(5000), money.Cents(10000), money.Cents(1+amount.Cents()*int64(10+w.random.IntN(80))/100))
		if c.Instalment > 0 {
			amount = c.Instalment
		}
	case w.chance(w.mix.Round):
		amount = money.Cents((amount.Cents() + 250) / 500 * 500)
	case w.chance(w.mix.Over):
		amount = c.Total + pick(w, money.Cents(100), money.Cents(500), money.Cents(1500), c.Total)
	}
	amount = money.Max(amount, 1)
	paid.Amount, paid.Parts = amount, []Part{{c.ID, amount}}
	if amount > c.Total {
		paid.Parts, paid.Surplus = []Part{{c.ID, c.Total}}, amount-c.Total
	}
	return paid
}

// asks is what a debtor who pays all pays: mostly what the last letter asked, sometimes all that is owed by now, or without the costs.
func (w *World) asks(c Claim) money.Amount {
	amount := pick(w, c.LastDemanded, c.LastDemanded, c.LastDemanded, c.Total, c.Total, c.Principal)
	if amount <= 0 {
		return c.Total
	}
	return amount
}

func (w *World) together(p *person) (paid Paid) {
	chosen := slices.Clone(p.claims)
	w.random.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	chosen = chosen[:min(len(chosen), 2+w.random.IntN(3))]
	slices.SortFunc(chosen, func(a, b Claim) int { return strings.Compare(a.ID, b.ID) })
	demanded := w.chance(600) && !slices.ContainsFunc(chosen, func(c Claim) bool { return c.LastDemanded <= 0 })
	for _, c := range chosen {
		amount := c.Total
		if demanded {
			amount = c.LastDemanded
		}
		paid.Amount += amount
		paid.Parts = append(paid.Parts, Part{c.ID, amount})
	}
	return paid
}

// payer chooses who pays, from which account, and how the bank writes the name.
func (w *World) payer(paid *Paid, p *person) {
	paid.IBAN, paid.Payer = p.account, w.written(p)
	switch {
	case w.chance(w.mix.Other):
		other := pick(w, w.people...)
		paid.Payer, paid.IBAN = w.written(other), w.account()
		if w.chance(300) { // another debtor, from the account that paid for that one
			paid.IBAN = other.account
		}
		if w.chance(500) {
			paid.Text = "namens " + w.written(p) + " "
		}
	case w.chance(30): // a second account
		paid.IBAN = w.account()
	}
}

// written is a name as banks and people write it.
func (w *World) written(p *person) string {
	name := pick(w, p.first[:1]+" "+p.surname, p.first[:1]+". "+p.surname, p.fullName(), "Hr "+p.first[:1]+" "+p.surname, strings.ToUpper(p.first[:1]+" "+p.surname))
	if p.company {
		name = p.fullName()
	}
	if !w.chance(w.mix.NameErrors) {
		return name
	}
	i := 1 + w.random.IntN(len(p.surname)-1)
	return pick(w, p.surname+" "+p.first[:1], p.surname, p.first[:1]+" "+p.surname[:i]+"e"+p.surname[i:], p.first[:1]+" "+p.surname[:i-1]+p.surname[i:], name[:min(len(name), 12)],
		name+" e/o "+pick(w, firstNames...)[:1]+" "+w.names.draw(w.random), pick(w, firstNames...)[:1]+" "+p.surname)
}

// remit writes what the payment is for.
func (w *World) remit(paid *Paid, p *person) {
	id := pick(w, paid.Parts...).Claim
	c := p.claims[slices.IndexFunc(p.claims, func(c Claim) bool { return c.ID == id })]
	ref := pick(w, c.RF, c.Kenmerk)
	switch paid.Class {
	case "reference":
		if w.chance(400) {
			paid.Structured = ref
			return
		}
		paid.Text += w.phrase(w.spaced(ref))
	case "mistyped":
		paid.Text += w.phrase(w.spaced(w.mistyped(ref)))
	case "claim number":
		paid.Text += pick(w, "dossier ", "dossiernr. ", "uw kenmerk ", "", "Dossier: ") + w.slip(c.Numbers[0])
	case "invoice number":
		paid.Text += pick(w, "factuur ", "fact.nr. ", "", "Factuurnummer: ", "factuur") + w.slip(c.Invoices[0])
	default:
		paid.Text += pick(w, "", "", "betaling", "termijn 2", "aflossing schuld", c.Client, "zie brief", "rekening "+c.Client, "volgens afspraak", p.postcode[:4]+" "+p.postcode[4:])
	}
	paid.Text = w.cut(paid.Text)
}

// slip mistypes three numbers in a hundred: without check digits the wrong one is often somebody else's.
func (w *World) slip(number string) string {
	if !w.chance(30) {
		return number
	}
	return number[:len(number)-1] + string(rune('0'+w.random.IntN(10)))
}

func (w *World) phrase(ref string) string {
	return pick(w, "", "", "betreft ", "kenmerk ", "Betalingskenmerk: ", "dossier ") + ref + pick(w, "", "", " bedankt", " laatste termijn")
}

func (w *World) spaced(ref string) string {
	switch w.random.IntN(10) {
	case 0:
		return strings.ToLower(ref)
	case 1, 2:
		return groupsOf(ref, 4, " ")
	case 3:
		return groupsOf(ref, 4, ".")
	}
	return ref
}

func groupsOf(s string, n int, separator string) string {
	var groups []string
	for chunk := range slices.Chunk([]byte(s), n) {
		groups = append(groups, string(chunk))
	}
	return strings.Join(groups, separator)
}

// mistyped makes the errors of people: 40% another digit, 20% two swapped, 20% one left out, 5% a letter for a digit, 15% two wrong.
func (w *World) mistyped(ref string) string {
	digits := []byte(strings.TrimPrefix(ref, "RF"))
	i := w.random.IntN(len(digits) - 1)
	wrong := func(i int) { digits[i] = '0' + (digits[i]-'0'+byte(1+w.random.IntN(9)))%10 }
	switch at := w.random.IntN(100); {
	case at < 40:
		wrong(i)
	case at < 60:
		digits[i], digits[i+1] = digits[i+1], digits[i]
	case at < 80:
		digits = slices.Delete(digits, i, i+1)
	case at < 85:
		digits[i] = "OIZ34S6TBg"[digits[i]-'0']
	default:
		wrong(i)
		wrong((i + 1 + w.random.IntN(len(digits)-1)) % len(digits))
	}
	return ref[:len(ref)-len(strings.TrimPrefix(ref, "RF"))] + string(digits)
}

// cut ends or breaks a text where banks do.
func (w *World) cut(text string) string {
	if w.chance(150) {
		width := pick(w, 27, 35, 65)
		return groupsOf(text, width, "\n")
	}
	return text[:min(len(text), pick(w, 140, 140, 140, 70, 35))]
}

// noise is a payment that is for none of the open claims, though much in it may look so.
func (w *World) noise() Payment {
	stranger, debtor := w.newPerson(), pick(w, w.people...)
	p := Payment{Amount: w.cents(), On: calendar.MustParseDate("2026-11-25"), Payer: w.written(stranger), IBAN: w.account()}
	foreign := pick(w, fmt.Sprintf("factuur 2026-%04d", w.random.IntN(10000)), fmt.Sprintf("20%08d", w.random.IntN(1e8)), groupsOf(fmt.Sprintf("%016d", w.random.IntN(1e16)), 4, " "), stranger.claims[0].RF, fmt.Sprintf("dossier %d", 1000000+w.random.IntN(2*w.numbers)))
	switch w.random.IntN(10) {
	case 0, 1:
		p.Text = pick(w, "huur november", "contributie 2026", "teruggaaf", "", "bestelling", "lunch")
	case 2, 3:
		p.Text = foreign
	case 4: // a namesake with another creditor's invoice
		p.Payer, p.Text = w.written(debtor), foreign
	case 5: // a debtor pays somebody else
		p.Payer, p.IBAN, p.Text = w.written(debtor), debtor.account, foreign
	case 6: // a debtor pays for something else
		p.Payer, p.IBAN, p.Text = w.written(debtor), debtor.account, pick(w, "huur november", "contributie sportvereniging", "bestelling webwinkel", "verkeersboete")
	case 7: // a stranger, who owes somebody else, happens to pay what a debtor owes
		p.Amount = w.asks(debtor.claims[0])
		p.Text = []string{"", "aflossing schuld", "termijn 2", "zie brief"}[p.Amount.Cents()/100%4]
	case 8: // a namesake
		p.Payer = w.written(debtor)
	default:
		p.Structured = stranger.claims[0].Kenmerk
	}
	return p
}
