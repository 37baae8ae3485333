package matching

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// Mix says how people pay, in thousandths. The first five are how they say for what, and with noise add up to 1,000.
type Mix struct {
	Name                                         string
	Reference, Typed, Number, Invoice, Nothing   int // exact; with typing errors; claim number; invoice number; none of these
	Noise                                        int // no payment for an open claim at all
	KnownAccounts                                int // debtors of whom the client's file or a mandate tells the account
	NameErrors                                   int // names mistyped, turned round, cut or of two people
	Part, Round, Over, Together, Other, Repeated int // part payments, rounded, too much, several claims at once (of debtors who have several), by others, paid twice
}

// BaseMix and HardMix are payments as they come and as they come on a bad day; NoiseMix is nothing that belongs to an open claim.
var (
	BaseMix = Mix{Name: "base", Reference: 640, Typed: 58, Number: 97, Invoice: 58, Nothing: 117, Noise: 30,
		KnownAccounts: 700, NameErrors: 20, Part: 140, Round: 20, Over: 20, Together: 350, Other: 60, Repeated: 10}
	HardMix = Mix{Name: "hard", Reference: 388, Typed: 97, Number: 112, Invoice: 82, Nothing: 291, Noise: 30,
		KnownAccounts: 700, NameErrors: 500, Part: 140, Round: 20, Over: 20, Together: 350, Other: 60, Repeated: 10}
	NoiseMix = Mix{Name: "noise", Noise: 1000, KnownAccounts: 700, NameErrors: 100}
)

// World makes up debtors, their claims and payments of which it knows what they are for; always the same for a seed. As many claims stay open as it
// began with: who has paid all makes room for a new debtor.
type World struct {
	mix     Mix
	random  *rand.Rand
	names   surnames
	people  []*person
	shared  []string // accounts of administrators
	made    int      // debtors so far
	numbers int      // claims so far
	last    *Paid    // the last payment that closed a claim
	drawn   map[string]bool
}

// person is a debtor of the world.
type person struct {
	id, first, surname, account string
	known, company              bool
	postcode                    string
	claims                      []Claim
}

func (p *person) fullName() string { return p.first + " " + p.surname }

// NewWorld makes a world with at least so many claims.
func NewWorld(seed uint64, claims int, mix Mix) *World {
	w := &World{mix: mix, random: rand.New(rand.NewPCG(seed, 31)), names: makeSurnames(), drawn: map[string]bool{}}
	for range 40 {
		w.shared = append(w.shared, w.account())
	}
	for w.numbers < claims {
		w.people = append(w.people, w.newPerson())
	}
	return w
}

// Index is the index of the world as it stands.
func (w *World) Index() (*Index, error) {
	x := NewIndex()
	for _, p := range w.people {
		if err := w.enter(x, p); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (w *World) enter(x *Index, p *person) error {
	for _, c := range p.claims {
		if err := x.Add(c); err != nil {
			return err
		}
	}
	if p.known {
		x.Learn(p.account, p.id)
	}
	return nil
}

// chance is true so many times in a thousand.
func (w *World) chance(thousandths int) bool { return w.random.IntN(1000) < thousandths }

func pick[T any](w *World, all ...T) T { return all[w.random.IntN(len(all))] }

// account looks like an account number; its check digits are not right, so that it is nobody's.
func (w *World) account() string {
	return fmt.Sprintf("NL00%s%010d", pick(w, "ABNA", "INGB", "RABO", "SNSB", "TRIO"), w.random.IntN(1e10))
}

func (w *World) newPerson() *person {
	w.made++
	p := &person{id: fmt.Sprintf("debtor-%07d", w.made), surname: w.names.draw(w.random), first: pick(w, firstNames...), account: w.account(), known: w.chance(w.mix.KnownAccounts)}
	p.postcode = fmt.Sprintf("%d%c%c", 1000+w.random.IntN(9000), 'A'+rune(w.random.IntN(26)), 'A'+rune(w.random.IntN(26)))
	if w.chance(20) {
		p.account = pick(w, w.shared...)
	}
	if p.company = w.chance(150); p.company {
		p.first, p.surname = pick(w, trades...), p.surname+" B.V."
	}
	for range pick(w, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1+w.random.IntN(6)) {
		p.claims = append(p.claims, w.newClaim(p))
	}
	return p
}

// newClaim makes a claim of one of 200 creditors, who number their invoices from one each year, half of them alike.
func (w *World) newClaim(p *person) Claim {
	w.numbers++
	rf, kenmerk := w.references()
	client, serial := w.random.IntN(200), 1+w.random.IntN(9000)
	invoice := fmt.Sprintf([]string{"2026-%04d", "2026%04d", "F2026-%05d", "VF26.%05d"}[client%4], serial)
	principal := w.cents()
	if len(p.claims) > 0 && w.chance(200) { // the same subscription, another month
		principal = p.claims[0].Principal
	}
	interest := money.Cents(int64(w.random.IntN(900)))
	total := principal + money.Max(money.Cents(4000), money.Cents(principal.Cents()*15/100)) + interest
	c := Claim{
		ID: fmt.Sprintf("claim-%07d", w.numbers), Debtor: p.id, RF: rf, Kenmerk: kenmerk, Numbers: []string{fmt.Sprintf("%d", 1000000+w.numbers)}, Invoices: []string{invoice},
		Name: p.fullName(), Company: p.company, Client: fmt.Sprintf("Voorbeeld %s", pick(w, trades...)), Postcode: p.postcode,
		Total: total, Principal: principal, LastDemanded: total - money.Cents(interest.Cents()/3),
	}
	if w.chance(300) { // a reminder without costs
		c.LastDemanded = principal
	}
	if w.chance(80) {
		c.Instalment = money.Cents(total.Cents() / 4)
	}
	return c
}

// references draws references that no claim of the world had.
func (w *World) references() (rf, kenmerk string) {
	rf, err := bank.RF(fmt.Sprintf("%010d", w.random.IntN(1e10)))
	kenmerk, err2 := bank.Kenmerk(fmt.Sprintf("%015d", w.random.IntN(1e15)))
	if err != nil || err2 != nil { // the bodies are made of as many digits as belong there
		panic(fmt.Sprint(err, err2))
	}
	if w.drawn[rf] || w.drawn[kenmerk] {
		return w.references()
	}
	w.drawn[rf], w.drawn[kenmerk] = true, true
	return rf, kenmerk
}

// cents is an amount around a median of 180 euros, most within a factor three; half of them end on .00, .50 or .95, as prices do.
func (w *World) cents() money.Amount {
	cents := int64(18000)
	for range 6 {
		factor := int64(100 + w.random.IntN(80))
		if w.chance(500) {
			cents = cents * factor / 100
		} else {
			cents = cents * 100 / factor
		}
	}
	if w.chance(500) {
		cents = cents/100*100 + pick[int64](w, 0, 50, 95)
	}
	return money.Cents(cents)
}

// Settle brings the index and the world to where they are after a payment: claims that are paid leave, what is left of others stays owed, and a new
// debtor comes for one who owes nothing. The account is learned, as when the match is confirmed.
func (w *World) Settle(x *Index, paid Paid) error {
	p := paid.person
	if p == nil {
		return nil
	}
	x.Learn(paid.IBAN, p.id)
	x.LearnName(paid.Payer, p.id)
	var left []Claim
	for _, c := range p.claims {
		got := paid.got(c.ID)
		switch {
		case got == 0:
			left = append(left, c)
		case got >= c.Total:
			x.Remove(c.ID)
			w.last = &paid
		default:
			c.Total, c.Principal, c.LastDemanded = c.Total-got, money.Max(c.Principal-got, 0), money.Max(c.LastDemanded-got, 0)
			left = append(left, c)
			if err := x.Add(c); err != nil {
				return err
			}
		}
	}
	if p.claims = left; len(left) > 0 {
		return nil
	}
	*p = *w.newPerson()
	return w.enter(x, p)
}

// surnames are drawn by frequency: a third are among the most common, the others of a long tail.
type surnames []string

func makeSurnames() surnames {
	var all surnames
	for _, first := range strings.Fields(nameStarts) {
		for _, last := range strings.Fields(nameEnds) {
			all = append(all, first+last)
		}
	}
	return all
}

func (s surnames) draw(random *rand.Rand) string {
	if random.IntN(3) == 0 {
		common := strings.Split(commonNames, ",")
		return common[min(random.IntN(len(common)), random.IntN(len(common)))]
	}
	return s[random.IntN(len(s))]
}

const (
	commonNames = "Jansen,de Jong,de Vries,van den Berg,van Dijk,Bakker,Janssen,Visser,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,Kok"
	nameStarts  = "Ver Wester Ooster Noorder Zuider Hoog Laag Groen Zwart Wit Rood Blauw Klein Groot Nieuw Oud Lange Korte Diepe Brede Stille Zand Klei Veen Water Berg Dal Bos Heide Molen Kerk Brug Sluis Haven Dorp Schaap Vogel"
	nameEnds    = "hoeven beek veld dijk man stra huis kamp berg broek meer horst laar land voort zijl wijk daal donk hout weg schot ma sma inga brink kerk brug poort tuin gaard hof mans sen kens ers aar bos"
)

var (
	firstNames = strings.Fields("Jan Piet Klaas Anna Maria Johanna Kees Willem Hendrik Sara Emma Tess Daan Sem Lucas Noah Fatima Mohamed Aylin Yusuf Sanne Lotte Bram Ruben Iris Eva Thijs Lars Ilse Femke Olga Vera")
	trades     = strings.Fields("Bouw Techniek Energie Transport Advies Horeca Tuinen Schilders Installatie Media Zorg Sport Wonen Mode Bakkerij Garage")
)
