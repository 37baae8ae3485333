package letter

import (
	"slices"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/money"
)

// section is a numbered part of a package, with the letters or the documents that stand behind it.
type section struct {
	title     string
	blocks    []block
	letters   []LeftLetter
	documents []ClaimDocument
}

func (p CourtPackage) sections() []section {
	out := func(toClient bool) []LeftLetter {
		return slices.DeleteFunc(slices.Clone(p.Letters), func(l LeftLetter) bool { return l.ToClient != toClient })
	}
	sections := []section{
		{title: "Vordering", blocks: p.claimSheet()},
		{title: "Berekening", blocks: p.calculation()},
		{title: "Stukken", blocks: p.documents(), documents: p.Documents},
		{title: "Brieven aan de debiteur", blocks: lettersTable(out(false)), letters: out(false)},
		{title: "Betwistingen en klachten", blocks: p.whatWasSaid()},
		{title: "Tijdlijn", blocks: p.timeline()},
		{title: "Controle van de brieven", blocks: p.certificates()},
	}
	if toClient := out(true); len(toClient) > 0 { // advice to the client is not for the other party to read
		sections = append(sections, section{title: "Brieven aan de opdrachtgever (niet voor de rechter of de debiteur)", blocks: lettersTable(toClient), letters: toClient})
	}
	return sections
}

// claimSheet is who claims what from whom.
func (p CourtPackage) claimSheet() []block {
	blocks := append([]block{titled("Partijen")}, tableOf(p.parties()), titled("Wat er openstaat op "+Dutch.date(p.On)), tableOf(p.open()))
	if over, percent := p.running(); over > 0 {
		blocks = append(blocks, plainWords("De rente loopt door vanaf "+Dutch.date(p.On.AddDays(1))+": "+Dutch.percent(percent)+" per jaar over "+Dutch.amount(over)+", tot het percentage of dit bedrag verandert."))
	}
	if len(p.Procedure) > 0 {
		g := grid{columns: []column{{"Dag", false, 45}, {"Wat", false, 120}}}
		for _, stage := range p.Procedure {
			g.fill(Dutch.date(stage.On), stage.Text)
		}
		blocks = append(blocks, titled("Procedure"), tableOf(g))
	}
	blocks = append(blocks, titled("Verjaring"), tableOf(p.limitation()), titled("Insolventie"))
	if len(p.Insolvencies) == 0 {
		blocks = append(blocks, plainWords(words[Dutch].NoInsolvency))
	}
	for _, v := range p.Insolvencies {
		blocks = append(blocks, plainWords(v.told(Dutch)+"."))
	}
	return append(blocks, titled("Rekeningen"), tableOf(p.accounts()))
}

func (p CourtPackage) parties() grid {
	w := words[Dutch]
	g := knownTable()
	g.add("Eiser", p.Client.Name)
	g.add("Adres", p.Client.Street+", "+p.Client.postcodeTown())
	g.add("KvK", p.Client.KvK)
	g.add("Gedaagde", p.Debtor.Name)
	g.add("Ter attentie van", p.Debtor.Attention)
	g.add("Adres", p.Debtor.Street+", "+p.Debtor.postcodeTown()+labelled(",", p.Debtor.Country))
	g.add("E-mail", p.Debtor.Email)
	g.add("Soort debiteur", map[bool]string{true: "handelt bedrijfsmatig", false: "consument"}[p.InBusiness]+map[bool]string{true: ", natuurlijk persoon", false: ", rechtspersoon"}[p.NaturalPerson])
	g.add("Incassobureau", joinNonEmpty(p.Agency.Name, p.Agency.Street+", "+p.Agency.postcodeTown(), labelled(w.Registration, p.Agency.Registration)))
	g.add("Ons dossier", p.FileReference)
	g.add("Kenmerk eiser", p.ClientReference)
	g.add("Waarvoor", p.Demand.Obligation)
	g.add("Aan ons overgedragen", Dutch.date(p.HandedOver))
	g.add("Keuze voor de rechter", Dutch.date(p.Chosen))
	return g
}

// running is over what the interest ran on the last day, and at which rate.
func (p CourtPackage) running() (over money.Amount, percent string) {
	for _, l := range p.Demand.InterestLines {
		if l.To == p.On {
			over, percent = over+l.Base, l.Percent
		}
	}
	return over, percent
}

// open is what is owed by part, with the day up to which it counts.
func (p CourtPackage) open() grid {
	g := grid{totals: true, columns: []column{{"Deel", false, 85}, {"Tot en met", false, 40}, {"Bedrag", true, 40}}}
	upTo := p.On
	if p.Demand.Interest > 0 {
		upTo = p.Demand.InterestStatedUpTo
	}
	g.rows = [][]string{
		{"Hoofdsom", Dutch.day(p.On), Dutch.amount(p.OpenPrincipal)},
		{"Rente", Dutch.day(upTo), Dutch.amount(p.OpenInterest)},
		{"Kosten", Dutch.day(p.On), Dutch.amount(p.OpenCosts)},
		{"Samen", "", Dutch.amount(p.OpenPrincipal + p.OpenInterest + p.OpenCosts)},
	}
	return g
}

func (p CourtPackage) limitation() grid {
	g := knownTable()
	g.add("Te innen tot en met", Dutch.date(p.Enforceable))
	g.add(words[Dutch].Term, words[Dutch].Terms[p.Term])
	for _, i := range p.Interruptions {
		said := Dutch.date(i.On) + ": " + interrupters[i.Why]
		if i.Assumed {
			said += "; de dag van ontvangst is aangenomen, niet bewezen (art. 3:37 lid 3 BW)"
		}
		g.add("Stuiting", said)
	}
	return g
}

// interrupters are the Dutch words for what interrupts limitation.
var interrupters = map[Interrupter]string{
	ByDemand: "een aanmaning ontvangen (art. 3:317 BW)", ByHand: "een stuiting die een medewerker heeft vastgelegd (art. 3:317 BW)", ByPayment: "een betaling (art. 3:318 BW)", ByArrangement: "een betalingsregeling (art. 3:318 BW)", BySummons: "een dagvaarding (art. 3:316 BW)",
}

func (p CourtPackage) accounts() grid {
	g := knownTable()
	g.add("Betalen aan", p.TrustName+", "+bank.FormatIBAN(p.TrustIBAN))
	g.add("Betalingskenmerk", bank.FormatReference(p.Kenmerk)+" of "+bank.FormatReference(p.RF))
	for _, iban := range p.DebtorIBANs {
		g.add("Er is betaald vanaf", bank.FormatIBAN(iban))
	}
	return g
}

// calculation is how the amounts came about, with every period of the interest.
func (p CourtPackage) calculation() []block {
	f := p.Demand.figure(Dutch)
	blocks := []block{plainWords("Zo komen de bedragen tot stand, tot en met " + Dutch.date(p.On) + ". Betalingen gaan eerst af van de kosten, dan van de rente en dan van de hoofdsom (art. 6:44 BW)."), {kind: objectBlock, figure: &f}}
	if p.Demand.Total <= 0 {
		blocks = append(blocks, plainWords("Er staat niets meer open."))
	}
	return blocks
}

// documents tells of the invoices what is known, which documents of the claim follow, and from whom the others are asked.
func (p CourtPackage) documents() []block {
	g := grid{totals: true, columns: []column{{"Factuur", false, 65}, {"Factuurdatum", false, 35}, {"Betalen voor of op", false, 35}, {"Bedrag", true, 30}}}
	var sum money.Amount
	for _, i := range p.Demand.Invoices {
		due := Dutch.day(i.DueOn)
		if !i.ExtendedTo.IsZero() {
			due += " (uitstel tot " + Dutch.day(i.ExtendedTo) + ")"
		}
		g.rows, sum = append(g.rows, []string{i.Number, Dutch.day(i.IssuedOn), due, Dutch.amount(i.Amount)}), sum+i.Amount
	}
	g.rows = append(g.rows, []string{"Samen", "", "", Dutch.amount(sum)})
	blocks := []block{plainWords("Dit zijn de gegevens van de facturen zoals de eiser ze aan ons heeft gegeven."), tableOf(g)}
	from := "Vraag die bij de eiser op: " + joinNonEmpty(p.Client.Name, p.Client.Email, p.Client.Phone) + "."
	if len(p.Documents) == 0 {
		return append(blocks, plainWords("De facturen zelf, het contract en andere stukken van de eiser zitten niet in dit dossier. "+from))
	}
	held := grid{columns: []column{{"Nr.", false, 10}, {"Stuk", false, 45}, {"Datum", false, 25}, {"Bestand", false, 85}}}
	for i, d := range p.Documents {
		held.fill(itoa(i+1), documentKinds[d.Kind], firstNonEmpty(Dutch.day(d.On), "–"), d.Name+"\nSHA-256 "+d.SHA256)
	}
	return append(blocks, titled("Stukken van de eiser"), tableOf(held), plainWords("De stukken staan hierna, in deze volgorde. Een pagina die niet op het blad past, is verkleind. Andere stukken zitten niet in dit dossier. "+from))
}

// documentKinds are the Dutch words for the kinds of document of a claim.
var documentKinds = map[string]string{"invoice": "Factuur", "contract": "Overeenkomst of opdracht", "delivery": "Bewijs van levering", "correspondence": "Correspondentie"}

func (d ClaimDocument) title() string {
	return joinNonEmpty(documentKinds[d.Kind], Dutch.day(d.On), d.Name)
}

// lettersTable lists letters with how they left.
func lettersTable(letters []LeftLetter) []block {
	if len(letters) == 0 {
		return []block{plainWords("Er zijn geen brieven verstuurd.")}
	}
	g := grid{columns: []column{{"Nr.", false, 10}, {"Brief", false, 60}, {"Verstuurd op", false, 27}, {"Per", false, 18}, {"Geldt als ontvangen op", false, 50}}}
	for i, l := range letters {
		received := firstNonEmpty(Dutch.day(l.Received), "–")
		switch {
		case len(l.PDF) == 0:
			received = "onzeker of deze brief is verstuurd; geen afdruk"
		case l.CameBack:
			received = "niet ontvangen: kwam terug"
		}
		g.rows = append(g.rows, []string{itoa(i + 1), l.name(), Dutch.day(l.On), map[bool]string{true: "post", false: "e-mail"}[l.Post], received})
	}
	return []block{tableOf(g), plainWords("De brieven staan hierna, in deze volgorde.")}
}

func (p CourtPackage) whatWasSaid() []block {
	blocks := []block{titled("Betwistingen")}
	if len(p.Disputes) == 0 {
		blocks = append(blocks, plainWords(words[Dutch].NoDispute))
	}
	for _, d := range p.Disputes {
		blocks = append(blocks, plainWords(d.told(Dutch)))
	}
	blocks = append(blocks, titled("Klachten"))
	if len(p.Complaints) == 0 {
		blocks = append(blocks, plainWords("De debiteur heeft geen klacht ingediend."))
	}
	for _, c := range p.Complaints {
		blocks = append(blocks, plainWords(Dutch.date(c.On)+": "+c.Text))
	}
	return blocks
}

func (p CourtPackage) timeline() []block {
	g := grid{columns: []column{{"Dag", false, 22}, {"Wat", false, 48}, {"Wie", false, 25}, {"Bijzonderheden", false, 70}}}
	for _, h := range p.Happenings {
		g.fill(Dutch.day(h.On), h.What, h.By, h.Said)
	}
	return []block{plainWords("Wat er is gebeurd, in de volgorde waarin het bij ons is vastgelegd. Ons eigen werk en wat wij met de eiser afspreken, staan er niet in."), tableOf(g)}
}

// certificates are the rules that each letter was held to before it left. Their words are those of the program, which are English.
func (p CourtPackage) certificates() []block {
	blocks := []block{plainWords("Elke brief aan de debiteur is voor het versturen getoetst aan de wet. De regels staan hieronder in het Engels. SHA-256 is het kenmerk van het bestand dat is verstuurd.")}
	for _, l := range p.Letters {
		if len(l.Verdicts) == 0 {
			continue
		}
		g := grid{columns: []column{{"Regel", false, 52}, {"Artikel", false, 45}, {"Uitkomst", false, 18}, {"Gezien aan", false, 50}}}
		for _, v := range l.Verdicts {
			g.fill(v.Rule, v.Article, map[bool]string{true: "voldaan", false: "niet"}[v.Pass], Legible(v.Value, everything))
		}
		g.title = l.name() + ", " + Dutch.day(l.On) + "\nSHA-256 " + l.SHA256
		blocks = append(blocks, tableOf(g))
	}
	return blocks
}
