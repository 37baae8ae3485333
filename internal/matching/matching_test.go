package matching_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/bank"
	"github.com/incassocenter/dunning/internal/matching"
	"github.com/incassocenter/dunning/internal/money"
)

// Accounts of the stories.
const (
	annesAccount = "NL91ABNA0417164300"
	sharedBy2    = "NL20INGB0001234567"
	provider     = "NL02RABO0123456789"
)

func euros(text string) money.Amount { return money.MustParse(text) }

func rf(body string) string {
	ref, err := bank.RF(body)
	if err != nil {
		panic(err)
	}
	return ref
}

func kenmerk(body string) string {
	ref, err := bank.Kenmerk(body)
	if err != nil {
		panic(err)
	}
	return ref
}

// storyClaims are the open claims of the stories: Anne Proefkamp has three, of which one is on hold; Dora Zandweg two; Eva Molenpad paid hers already; Bea Proefkamp, Cor de Vries and a
// company one each.
func storyClaims() []matching.Claim {
	claim := func(id, debtor, name, number, invoice, principal, demanded, total string) matching.Claim {
		n := map[string]string{"a1": "5028461937", "a2": "7719350264", "held": "3305128846", "bea": "9046273518", "cor": "2681907435", "firm": "6473905182", "d1": "8120456397", "d2": "1594830672", "paid": "3860275149"}[id]
		return matching.Claim{ID: id, Debtor: debtor, Name: name, RF: rf(n), Kenmerk: kenmerk("12345" + n), Numbers: []string{number}, Invoices: []string{invoice},
			Postcode: "1234 AB", Principal: euros(principal), LastDemanded: euros(demanded), Total: euros(total)}
	}
	a1 := claim("a1", "anne", "Anne Proefkamp", "1000001", "2026-0101", "300.00", "345.00", "347.12")
	a2 := claim("a2", "anne", "Anne Proefkamp", "1000052", "2026-0202", "80.00", "120.00", "120.37")
	a3 := claim("held", "anne", "Anne Proefkamp", "1000093", "2026-0303", "55.00", "95.00", "95.11")
	b := claim("bea", "bea", "Bea Proefkamp", "1000204", "2026-0101", "200.00", "240.00", "241.77")
	c := claim("cor", "cor", "Cor de Vries", "1000305", "F2026-00501", "62.95", "102.95", "103.41")
	d := claim("firm", "firm", "Voorbeeld Transport B.V.", "1000406", "VF26.00777", "1000.00", "1150.00", "1162.34")
	a3.OnHold, c.Postcode, c.Instalment, c.Client, d.Company = true, "4321 ZZ", euros("25.85"), "De Kleine Winkel", true
	d1, d2 := claim("d1", "dora", "Dora Zandweg", "1000507", "2026-0404", "280.00", "325.00", "330.00"), claim("d2", "dora", "Dora Zandweg", "1000608", "2026-0505", "20.00", "0.00", "30.00")
	paid := claim("paid", "eva", "Eva Molenpad", "1000709", "2026-0606", "0.00", "45.00", "0.00")
	return []matching.Claim{a1, a2, a3, b, c, d, d1, d2, paid}
}

func storyIndex(t *testing.T, claims []matching.Claim) *matching.Index {
	t.Helper()
	x := matching.NewIndex()
	for _, c := range claims {
		if err := x.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Add(matching.Claim{ID: "closed", Debtor: "anne", Name: "Anne Proefkamp", RF: rf("9876543210"), Total: 1}); err != nil {
		t.Fatal(err)
	}
	x.Remove("closed")
	x.Learn(annesAccount, "anne")
	x.Learn("NL33CORS0000000001", "cor")
	x.Learn("NL44FIRM0000000001", "firm")
	x.Learn(sharedBy2, "cor")
	x.Learn(sharedBy2, "bea")
	x.LearnName("Stichting Bewind Eén", "firm")
	x.LearnName("Mevr. E. Buurman", "cor")
	x.LearnName("Vader van velen", "cor")
	x.LearnName("Vader van velen", "bea")
	return x
}

var storyPolicy = matching.Policy{MaxSurplus: euros("50.00"), NotDebtors: map[string]bool{provider: true}}

// tell is a result in one line: outcome, rule, and for each proposal its claims with their amounts.
func tell(r matching.Result) string {
	var all []string
	for _, p := range r.Proposals {
		var parts []string
		for _, part := range p.Parts {
			parts = append(parts, part.Claim+" "+part.Amount.String())
		}
		if p.Surplus != 0 {
			parts = append(parts, "back "+p.Surplus.String())
		}
		all = append(all, strings.Join(parts, " + "))
	}
	if r.Outcome == matching.Automatic {
		all = all[:1]
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", r.Outcome, r.Rule, strings.Join(all, " | ")))
}

// The whole name of a debtor, and nothing else, is a suggestion; also when many share the surname, but not when many share the name.
func TestTheNameAlone(t *testing.T) {
	t.Parallel()
	for namesakes, want := range map[int]string{1: "suggest best-guess: c0 50.00", 5: "suggest best-guess: c0 50.00 | c1 50.00", 6: "queue nothing:"} {
		x := matching.NewIndex()
		for i := range 12 { // all of one surname
			name := "Pien Proefkamp"
			if i >= namesakes {
				name = string(rune('A'+i)) + "em Proefkamp"
			}
			if err := x.Add(matching.Claim{ID: fmt.Sprintf("c%d", i), Debtor: fmt.Sprintf("d%d", i), Name: name, Principal: euros("300.00"), Total: euros("310.00")}); err != nil {
				t.Fatal(err)
			}
		}
		got := x.Match(matching.Payment{Amount: 5000, Payer: "PROEFKAMP PIEN"}, storyPolicy)
		if said := tell(got); !strings.HasPrefix(said, want) {
			t.Errorf("%d of that name: %s, want %s", namesakes, said, want)
		}
	}
}

func TestStories(t *testing.T) {
	t.Parallel()
	claims := storyClaims()
	a1, a2, held, bea, firm := claims[0], claims[1], claims[2], claims[3], claims[5]
	x := storyIndex(t, claims)
	swapped := func(ref string) string { return ref[:6] + ref[7:8] + ref[6:7] + ref[8:] }
	for _, s := range []struct {
		story   string
		payment matching.Payment
		want    string
		why     string
	}{
		{"a payment of ours comes back", matching.Payment{Amount: 100, Returned: true, Text: a1.RF}, "queue not-a-debtor:", "brings back a payment of ours"},
		{"the lump sum of a payment provider", matching.Payment{Amount: 34500, IBAN: provider, Text: a1.RF}, "queue not-a-debtor:", "payment provider"},
		{"the reference of a closed claim", matching.Payment{Amount: 34500, IBAN: annesAccount, Text: rf("9876543210")}, "queue closed-reference:", "closed"},
		{"of a closed and an open one", matching.Payment{Amount: 34500, Text: rf("9876543210") + " " + a1.RF}, "suggest exact-reference: a1 345.00 | a2 120.37 + back 224.63 | held 95.11 + back 249.89", "closed claim as well"},

		{"the reference in the structured field", matching.Payment{Amount: 34500, Structured: a1.RF}, "auto exact-reference: a1 345.00", "check digits hold"},
		{"as end-to-end id", matching.Payment{Amount: 34500, EndToEnd: a1.Kenmerk}, "auto exact-reference: a1 345.00", ""},
		{"in lower case, in groups, over lines", matching.Payment{Amount: 34500, Text: "betaling " + strings.ToLower(a1.RF[:6]) + " " + a1.RF[6:9] + "\n" + a1.RF[9:]}, "auto exact-reference: a1 345.00", ""},
		{"glued to an invoice number", matching.Payment{Amount: 34500, Text: "2026" + a1.Kenmerk}, "auto exact-reference: a1 345.00", ""},
		{"without RF before it", matching.Payment{Amount: 34500, Text: a1.RF[2:]}, "auto exact-reference: a1 345.00", ""},
		{"a part, by a stranger", matching.Payment{Amount: 1234, Payer: "K Onbekend", Text: a1.RF}, "auto exact-reference: a1 12.34", ""},
		{"a little too much", matching.Payment{Amount: 35000, Text: a1.RF}, "auto exact-reference: a1 347.12 + back 2.88", ""},
		{"paid twice: nothing is owed any more", matching.Payment{Amount: 500, Text: claims[8].RF}, "suggest exact-reference: paid 0.00 + back 5.00", "nothing is owed on it any more"},
		{"much too much", matching.Payment{Amount: 90000, Text: bea.RF}, "suggest exact-reference: bea 241.77 + back 658.23", "658.23 more than the claim owes"},
		{"too much, exactly with another claim", matching.Payment{Amount: 46749, Text: a1.RF}, "auto exact-reference: a1 347.12 + a2 120.37", ""},
		{"a part that is exactly what other claims ask", matching.Payment{Amount: 12000, Text: a1.RF}, "suggest exact-reference: a1 120.00", "exactly what other claims of the debtor ask"},
		{"a part that is exactly what it asks together with another", matching.Payment{Amount: 30_000, Text: claims[6].RF}, "suggest exact-reference: d1 280.00 + d2 20.00", "exactly what other claims of the debtor ask"},
		{"a little too much, or exactly with another claim", matching.Payment{Amount: 36000, Text: claims[6].RF}, "suggest exact-reference: d1 330.00 + d2 30.00", "exactly what it asks together"},
		{"as much too much as is paid back by itself", matching.Payment{Amount: 24177 + 50_00, Text: bea.RF}, "auto exact-reference: bea 241.77 + back 50.00", ""},
		{"one cent more than is paid back by itself", matching.Payment{Amount: 24177 + 50_01, Text: bea.RF}, "suggest exact-reference: bea 241.77 + back 50.01", "50.01 more than the claim owes"},
		{"paid twice in one sum, above what is paid back by itself", matching.Payment{Amount: 2 * 24177, Text: bea.RF}, "suggest exact-reference: bea 241.77 + back 241.77", "241.77 more than the claim owes"},
		{"two references of one debtor, exactly", matching.Payment{Amount: 46500, Text: a1.RF + " " + a2.RF}, "auto exact-reference: a1 345.00 + a2 120.00", ""},
		{"two references of one debtor, less", matching.Payment{Amount: 40000, Text: a1.RF + " " + a2.RF}, "suggest exact-reference: a1 347.12 + a2 52.88", "not what the claims ask together"},
		{"a reference and the invoice of another claim", matching.Payment{Amount: 40000, Text: a1.RF + " factuur 2026-0202"}, "suggest exact-reference: a1 347.12 + a2 52.88", "not what the claims ask together"},
		{"references of two debtors", matching.Payment{Amount: 34500, Text: a1.RF + " " + bea.RF}, "suggest exact-reference: a1 345.00 |", "several debtors"},
		{"a claim on hold", matching.Payment{Amount: 9500, Text: held.RF}, "suggest exact-reference: held 95.00", "on hold"},

		{"two digits swapped, and the amount", matching.Payment{Amount: 24000, Text: swapped(bea.Kenmerk)}, "auto repaired-reference: bea 240.00", "one typing error"},
		{"letters for digits, and the name", matching.Payment{Amount: 5000, Payer: "B Proefkamp", Text: strings.ReplaceAll(bea.RF, "0", "O")}, "auto repaired-reference: bea 50.00", ""},
		{"a digit missing, and nothing else", matching.Payment{Amount: 5000, Text: bea.RF[:8] + bea.RF[9:]}, "suggest repaired-reference: bea 50.00", "nothing else says"},
		{"the check digits are missing: nothing proves it", matching.Payment{Amount: 24000, Text: bea.RF[4:]}, "suggest best-guess: bea 240.00", ""},
		{"somebody else's valid reference is not repaired", matching.Payment{Amount: 24000, Payer: "B Proefkamp", Text: other(t, bea.Kenmerk)}, "suggest name-amount: bea 240.00", ""},

		{"claim number and amount", matching.Payment{Amount: 10295, Text: "dossier 1000305"}, "auto number: cor 102.95", "by number"},
		{"claim number, and the name of who paid for the debtor before", matching.Payment{Amount: 1234, Payer: "BUURMAN E", Text: "dossier 1000305"}, "auto number: cor 12.34", ""},
		{"claim number, and a name that paid for two", matching.Payment{Amount: 1234, Payer: "Vader van Velen", Text: "dossier 1000305"}, "suggest number: cor 12.34", "nothing but the number"},
		{"claim number, and the name of who paid for another", matching.Payment{Amount: 1234, Payer: "stichting bewind een", Text: "dossier 1000305"}, "suggest number: cor 12.34", "nothing but the number"},
		{"claim number and nothing else", matching.Payment{Amount: 1234, Text: "dossier 1000305"}, "suggest number: cor 12.34", "nothing but the number"},
		{"claim number with a wrong digit, and name and amount", matching.Payment{Amount: 10295, Payer: "C de Vries", Text: "dossier 1000301"}, "auto mistyped-number: cor 102.95", "one typing error"},
		{"and it is another debtor's number", matching.Payment{Amount: 24000, Payer: "Bea Proefkamp", Text: "dossier 1000304"}, "auto mistyped-number: bea 240.00", ""},
		{"a claim number with a wrong digit, from a known account", matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001", Text: "dossier 1000301"}, "auto mistyped-number: cor 103.41", ""},
		{"and an amount that nobody asked", matching.Payment{Amount: 5000, IBAN: "NL33CORS0000000001", Text: "dossier 1000301"}, "suggest known-account: cor 50.00", "not what this debtor's claims ask"},
		{"and a surname alone", matching.Payment{Amount: 10295, Payer: "X de Vries", Text: "dossier 1000301"}, "suggest name-amount: cor 102.95", "anybody of that name"},
		{"and the name of another in the text", matching.Payment{Amount: 10295, Payer: "C de Vries", Text: "dossier 1000301 Q. Niemand"}, "suggest mistyped-number: cor 102.95", "says something else"},
		{"a round sum of who has other claims, and a claim number with a wrong digit", matching.Payment{Amount: 30000, Payer: "Anne Proefkamp", Text: "dossier 1000009"}, "suggest mistyped-number: a1 300.00", "people pay parts"},
		{"a number of six digits wrong in two", matching.Payment{Amount: 10295, Payer: "C de Vries", Text: "dossier 1000331"}, "suggest name-amount: cor 102.95", ""},
		{"invoice number of two creditors, told apart by the name", matching.Payment{Amount: 20000, Payer: "Bea Proefkamp", Text: "factuur 2026-0101"}, "auto number: bea 200.00", ""},
		{"and not told apart", matching.Payment{Amount: 5000, Payer: "Proefkamp", Text: "factuur 2026-0101"}, "suggest number:", "nearly as likely"},
		{"two invoices, exactly", matching.Payment{Amount: 46749, Payer: "A Proefkamp", Text: "fact. 2026-0101 en 2026-0202"}, "auto number: a1 347.12 + a2 120.37", ""},
		{"a day is no invoice number", matching.Payment{Amount: 5000, Payer: "C de Vries", Text: "02-02-2026"}, "suggest best-guess: cor 50.00", ""},

		{"known account, an amount that was asked", matching.Payment{Amount: 10341, IBAN: "NL33 CORS 0000 0000 01"}, "auto known-account: cor 103.41", "paid for this debtor alone"},
		{"known account, an instalment", matching.Payment{Amount: 2585, IBAN: "NL33CORS0000000001"}, "auto known-account: cor 25.85", ""},
		{"known account, one of several claims", matching.Payment{Amount: 12000, IBAN: annesAccount}, "auto known-account: a2 120.00", ""},
		{"known account, several claims together", matching.Payment{Amount: 46749, IBAN: annesAccount}, "auto known-account: a1 347.12 + a2 120.37", ""},
		{"known account, the amount to the nearest five euros", matching.Payment{Amount: 10500, IBAN: "NL33CORS0000000001", Payer: "C de Vries"}, "auto known-account: cor 103.41 + back 1.59", ""},
		{"known account, some whole euros more", matching.Payment{Amount: 10841, IBAN: "NL33CORS0000000001", Payer: "C de Vries"}, "suggest known-account: cor 103.41 + back 5.00", "not what this debtor's claims ask"},
		{"known account, nearly the amount, of somebody else's name", matching.Payment{Amount: 10500, IBAN: "NL33CORS0000000001", Payer: "Q Niemand"}, "suggest known-account: cor 103.41", "not what this debtor's claims ask"},
		{"known account, a round sum in which people pay parts", matching.Payment{Amount: 10000, IBAN: "NL33CORS0000000001", Payer: "C de Vries"}, "suggest known-account: cor 100.00", "not what this debtor's claims ask"},
		{"known account, an amount that nobody asked", matching.Payment{Amount: 5000, IBAN: "NL33CORS0000000001", Payer: "C de Vries"}, "suggest known-account: cor 50.00", "not what this debtor's claims ask"},
		{"known account, another creditor's number", matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001", Text: "klantnr 8812345"}, "suggest known-account: cor 103.41", "none of this debtor's"},
		{"known account, another creditor's invoice with letters in front", matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001", Text: "factuur F2026-02242"}, "suggest known-account: cor 103.41", "none of this debtor's"},
		{"and glued to a word", matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001", Text: "factuurVF26.00777"}, "suggest known-account: cor 103.41", "none of this debtor's"},
		{"known account, and a text that says something else", matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001", Text: "huur kamer"}, "suggest known-account: cor 103.41", "says something else"},
		{"known account, two typing errors", matching.Payment{Amount: 5000, IBAN: "NL44FIRM0000000001", Payer: "Voorbeeld Transport", Text: twice(firm.RF)}, "auto known-account: firm 50.00", ""},
		{"an account that paid for two", matching.Payment{Amount: 10341, IBAN: sharedBy2}, "suggest best-guess: cor 103.41", "proves none"},

		{"name, postcode and amount", matching.Payment{Amount: 10341, Payer: "C. de Vries", Text: "Kadelaan 12, 4321 zz"}, "auto name-address-amount: cor 103.41", "postcode"},
		{"name, postcode and a round sum of who has other claims", matching.Payment{Amount: 30000, Payer: "A Proefkamp", Text: "1234 AB"}, "suggest name-address-amount: a1 300.00", "people pay parts"},
		{"known account, a round sum of who has other claims", matching.Payment{Amount: 30000, IBAN: annesAccount}, "suggest known-account: a1 300.00", "people pay parts"},
		{"name and amount only suggest", matching.Payment{Amount: 10341, Payer: "C. de Vries"}, "suggest name-amount: cor 103.41", "only suggests until"},
		{"name and amount, and a text that pays a debt", matching.Payment{Amount: 10341, Payer: "C. de Vries", Text: "aflossing schuld"}, "auto name-amount-text: cor 103.41", "a debt is paid"},
		{"and one that pays anything", matching.Payment{Amount: 10341, Payer: "C. de Vries", Text: "betaling"}, "suggest name-amount: cor 103.41", "only suggests until"},
		{"and one that says something else beside", matching.Payment{Amount: 10341, Payer: "C. de Vries", Text: "termijn 2 studiekosten"}, "suggest name-amount-text: cor 103.41", "says something else"},
		{"a text that banks broke between two lines", matching.Payment{Amount: 10341, Payer: "C. de Vries", Text: "betaling la\natste termijn"}, "auto name-amount-text: cor 103.41", ""},
		{"an instalment by name", matching.Payment{Amount: 2585, Payer: "C. de Vries", Text: "termijn 2"}, "suggest best-guess: cor 25.85", ""},
		{"on behalf of the debtor, from another account", matching.Payment{Amount: 115000, IBAN: sharedBy2, Payer: "Q Niemand", Text: "namens Voorbeeld Transport B.V."}, "auto name-amount-text: firm 1150.00", ""},
		{"on behalf of somebody else", matching.Payment{Amount: 10341, IBAN: "NL33CORS0000000001", Payer: "C. de Vries", Text: "namens Q. Niemand"}, "suggest best-guess: cor 103.41", "proves none"},
		{"on behalf of a debtor, by another debtor from its own account", matching.Payment{Amount: 115000, IBAN: "NL33CORS0000000001", Payer: "C. de Vries", Text: "namens Voorbeeld Transport B.V."}, "auto name-amount-text: firm 1150.00", ""},
		{"on behalf of a debtor a part, by another debtor", matching.Payment{Amount: 5000, IBAN: "NL33CORS0000000001", Payer: "C. de Vries", Text: "namens Voorbeeld Transport B.V."}, "suggest best-guess: firm 50.00 | cor 50.00", "proves none"},
		{"the name of the creditor", matching.Payment{Amount: 10341, Payer: "C. de Vries", Text: "rekening Kleine Winkel"}, "auto name-amount-text: cor 103.41", "names its creditor"},
		{"a name alone", matching.Payment{Amount: 777, Payer: "C. de Vries"}, "suggest best-guess: cor 7.77", ""},
		{"an amount alone", matching.Payment{Amount: 10341}, "suggest best-guess: cor 103.41", ""},
		{"nothing", matching.Payment{Amount: 777, Payer: "Q Niemand", Text: "huur"}, "queue nothing:", "nothing in it"},
	} {
		t.Run(s.story, func(t *testing.T) {
			t.Parallel()
			got := x.Match(s.payment, storyPolicy)
			if !strings.HasPrefix(tell(got), s.want) || !strings.Contains(got.Why, s.why) {
				t.Errorf("%s (%s)\nwant %s (%s)", tell(got), got.Why, s.want, s.why)
			}
		})
	}
}

// Banks break the text of a payer anywhere, with a blank or without one. What is found is the same.
func TestWhereALineBreaks(t *testing.T) {
	t.Parallel()
	claims := storyClaims()
	x := storyIndex(t, claims)
	for _, s := range []struct {
		payment matching.Payment
		want    string
	}{
		{matching.Payment{Amount: 34500, Text: "betaling " + claims[0].RF + " met dank"}, "auto exact-reference: a1 345.00"},
		{matching.Payment{Amount: 34500, Text: "kenmerk " + claims[0].Kenmerk + " met dank"}, "auto exact-reference: a1 345.00"},
		{matching.Payment{Amount: 10295, Payer: "C. de Vries", Text: "dossier 1000305 met dank"}, "auto number: cor 102.95"},
	} {
		text := s.payment.Text
		for i := range text {
			for _, broken := range []string{text[:i] + " " + text[i:], strings.TrimRight(text[:i], " ") + strings.TrimLeft(text[i:], " ")} {
				p := s.payment
				p.Text = broken
				if got := tell(x.Match(p, storyPolicy)); !strings.HasPrefix(got, s.want) {
					t.Errorf("%q: %s, want %s", broken, got, s.want)
				}
			}
		}
	}
}

// other is another right kenmerk that differs from one in a single digit beside its check digit.
func other(t *testing.T, ref string) string {
	t.Helper()
	return kenmerk(ref[1:15] + string(rune('0'+(ref[15]-'0'+1)%10)))
}

// twice is a reference with two wrong digits.
func twice(ref string) string {
	wrong := []byte(ref)
	for _, i := range []int{6, 10} {
		wrong[i] = '0' + (wrong[i]-'0'+3)%10
	}
	return string(wrong)
}

// What the configuration withholds from matching is withheld by the same words from what a person types.
func TestWhatThePolicyWithholds(t *testing.T) {
	t.Parallel()
	p := matching.Policy{Off: map[matching.Rule]bool{matching.ExactReference: true}, NotDebtors: map[string]bool{"NL20INGB0001234567": true}}
	for _, c := range []struct {
		rule       matching.Rule
		iban, want string
	}{
		{matching.ExactReference, "", "rule exact-reference is switched off (bank.rules_off)"},
		{matching.NameAmount, "", ""},
		{matching.NameAmount, "NL20INGB0001234567", "no debtor pays from its account, which is of the agency, or of a bank or a payment provider (bank.not_debtors)"},
	} {
		if got := p.Withholds(c.rule, c.iban); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.rule, c.iban, got, c.want)
		}
	}
}
