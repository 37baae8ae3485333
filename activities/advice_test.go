package activities_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// advice is the part of the advice's text that recommends: its heading and the reasons, a line each.
func advice(t *testing.T, story, plan, language string) string {
	t.Helper()
	action := trajectory.Action{Kind: trajectory.ActAdvise, Step: trajectory.AdviceLetter, Letter: trajectory.AdviceLetter, Cycle: 1, Channel: "email"}
	draft, err := writer(t).Write(file(t, story, plan, language), action, advised.At(10, 0))
	if err != nil {
		t.Fatal(err)
	}
	from, to := "ONS ADVIES: ", "WAT U KUNT KIEZEN"
	if language == "en" {
		from, to = "OUR ADVICE: ", "WHAT YOU CAN CHOOSE"
	}
	_, text, begins := strings.Cut(draft.Body, from)
	text, _, ends := strings.Cut(text, to)
	if !begins || !ends {
		t.Fatalf("no advice in\n%s", draft.Body)
	}
	text = strings.ReplaceAll(strings.TrimSpace(text), "\n  ", " ") // lines that were wrapped
	return strings.ReplaceAll(text, "\n\n", "\n")
}

// Each reason that the client reads is a fact of this claim, and each fact that speaks against the court has a sentence of its own.
func TestReasonsOfTheAdvice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, nl, en string }{
		{"nothing speaks against it", "10000.00", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"a hold is no dispute", "10000.00; 2026-10-20 hold", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"a part was paid to the agency", "10000.00; 2026-11-20 paid-to-agency 100.00", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Proefbedrijf V.O.F. heeft een deel betaald.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- Proefbedrijf V.O.F. has paid a part.`},
		{"or to the client", "10000.00; 2026-11-20 paid-to-client 100.00", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Proefbedrijf V.O.F. heeft een deel betaald.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- Proefbedrijf V.O.F. has paid a part.`},
		{"a payment of a later day is not one yet", "10000.00; 2026-11-25 paid-to-client 100.00", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"what was credited, let go, set off or returned was not paid by the debtor",
			"10000.00; 2026-11-20 credit-note 100.00; 2026-11-20 write-off 10.00; 2026-11-20 set-off 10.00; 2026-11-20 returned-goods 10.00; 2026-11-20 counter-performance 10.00", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"disputed, and rejected: not because of the costs", "10000.00; 2026-10-20 dispute rejected", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering betwist. Wij hebben dat bekeken en de betwisting afgewezen. Een rechter kan anders oordelen.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has disputed the claim. We looked into that and rejected the dispute. A court may judge otherwise.`},
		{"the address is not certain: not because of the costs", "10000.00; 2026-11-20 address-unknown", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Het is niet zeker waar Proefbedrijf V.O.F. woont of gevestigd is.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has not disputed the claim.
			- It is not certain where Proefbedrijf V.O.F. lives or is established.`},
		{"a mailbox that refused says nothing about the address", "10000.00; 2026-11-20 email-bounced", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"the procedure costs more than the claim", "250.00", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Verliest u de rechtszaak, dan bent u ongeveer € 438,57 kwijt. Dat is meer dan u kunt winnen: € 295,77.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has not disputed the claim.
			- If you lose the court case, you have spent about €438.57. That is more than you can win: €295.77.`},
		{"a cent less than who loses has spent: 139.00 + 125.57 + two points of 87.00", "373.85", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Verliest u de rechtszaak, dan bent u ongeveer € 438,57 kwijt. Dat is meer dan u kunt winnen: € 438,56.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has not disputed the claim.
			- If you lose the court case, you have spent about €438.57. That is more than you can win: €438.56.`},
		{"a cent more: it does not outweigh", "373.86", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"the debtor was bankrupt: a judgment may bring nothing, and nobody has said whether the company is there still", "10000.00; 2026-10-20 flagged bankrupt until 2026-10-29", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Er zijn tekenen dat Proefbedrijf V.O.F. niet kan betalen. Een vonnis levert dan misschien niets op.
			- Volgens onze gegevens is Proefbedrijf V.O.F. ontbonden: het faillissement is voorbij, of het bedrijf staat niet meer in het handelsregister (artikel 2:19 van het Burgerlijk Wetboek). Dan is er meestal niemand meer om te dagvaarden. Wij zoeken uit of er nog geld of bezit is. Kies pas voor de rechter als dat vaststaat.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has not disputed the claim.
			- There are signs that Proefbedrijf V.O.F. cannot pay. A judgment may then yield nothing.
			- As far as we know Proefbedrijf V.O.F. is dissolved: its bankruptcy is over, or it is not in the company register any more (article 2:19 of the Dutch Civil Code). Then there is as a rule nobody left to summon. We find out whether any money or property is left. Choose the court only once that is certain.`},
		{"a bankruptcy that never was says nothing", "10000.00; 2026-10-20 flagged bankrupt until 2026-10-19", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"disputed, and not judged yet", "10000.00; 2026-11-20 dispute open", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. betwist de vordering. Daarover is nog niets beslist.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. disputes the claim. Nothing has been decided about that yet.`},
		{"180 days before the last day it is near", "10000.00; 2022-05-23 due; x unsent", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- De vordering verjaart na 23 mei 2027 als er niets gebeurt. Wacht niet te lang.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- The claim becomes time-barred after 23 May 2027 if nothing happens. Do not wait too long.`},
		{"181 days before it is not", "10000.00; 2022-05-24 due; x unsent", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"on the last day it is near", "10000.00; 2021-11-24 due; x unsent", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- De vordering verjaart na 24 november 2026 als er niets gebeurt. Wacht niet te lang.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- The claim becomes time-barred after 24 November 2026 if nothing happens. Do not wait too long.`},
		{"a day later it may be barred", "10000.00; 2021-11-23 due; x unsent", `
			DOSSIER SLUITEN
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- De vordering kon worden geïnd tot en met 23 november 2026. Zegt Proefbedrijf V.O.F. dat de vordering is verjaard, dan wijst de rechter die af. Proefbedrijf V.O.F. mag nog betalen, maar niemand kan dat afdwingen (artikel 6:3 van het Burgerlijk Wetboek). Wij vragen er daarom niet meer om. Weet u van een brief, een betaling of een erkenning van de schuld uit de tijd daarvoor? Stuur ons dan het bewijs voordat u beslist.`, `
			CLOSE THE FILE
			- Proefbedrijf V.O.F. has not disputed the claim.
			- The claim could be enforced until and including 23 November 2026. If Proefbedrijf V.O.F. says that it is time-barred, the court dismisses it. Proefbedrijf V.O.F. may still pay, but nobody can enforce that (article 6:3 of the Dutch Civil Code). That is why we do not ask for it any more. Do you know of a letter, a payment or an acknowledgement of the debt from before that day? Then send us the proof before you decide.`},
		{"too much for the cantonal court, with agreed costs", "25000.00; x clause 15", `
			NAAR DE RECHTER, ALS U VOORAF WEET WAT EEN ADVOCAAT KOST
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- De kantonrechter beslist niet over een bedrag van € 29.326,99. U heeft een advocaat nodig. Wat die kost, komt erbij en kennen wij niet. Ga alleen naar de rechter als die kosten passen bij wat u kunt winnen.
			- De incassokosten zijn met de debiteur afgesproken. De rechter kan zulke kosten lager vaststellen (artikel 242 van het Wetboek van Burgerlijke Rechtsvordering).`, `
			GO TO COURT, ONCE YOU KNOW WHAT A LAWYER COSTS
			- Proefbedrijf V.O.F. has not disputed the claim.
			- The cantonal court does not decide over €29,326.99. You need a lawyer. What a lawyer costs comes on top, and we do not know it. Go to court only if those costs are in proportion to what you can win.
			- The collection costs were agreed with the debtor. A court may set such costs lower (article 242 of the Dutch Code of Civil Procedure).`},
		{"the debtor agreed to pay in instalments, and did not", "10000.00; 2026-10-20 arranged", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Proefbedrijf V.O.F. heeft de vordering erkend, bijvoorbeeld door een deel te betalen of om een regeling te vragen.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- Proefbedrijf V.O.F. has acknowledged the claim, for example by paying a part or asking for an arrangement.`},
		{"the insolvency register knows of nothing", "10000.00; 2026-11-24 asked insolvency none", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- In de registers die wij hebben bekeken, staan geen tekenen dat Proefbedrijf V.O.F. niet kan betalen.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- The registers that we searched show no signs that Proefbedrijf V.O.F. cannot pay.`},
		{"it did not answer: nothing is said of it", "10000.00; 2026-11-24 asked insolvency no-answer", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"the company is dissolved", "10000.00; 2026-11-24 asked insolvency none; 2026-11-24 asked company dissolved", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Er zijn tekenen dat Proefbedrijf V.O.F. niet kan betalen. Een vonnis levert dan misschien niets op.
			- Volgens onze gegevens is Proefbedrijf V.O.F. ontbonden: het faillissement is voorbij, of het bedrijf staat niet meer in het handelsregister (artikel 2:19 van het Burgerlijk Wetboek). Dan is er meestal niemand meer om te dagvaarden. Wij zoeken uit of er nog geld of bezit is. Kies pas voor de rechter als dat vaststaat.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has not disputed the claim.
			- There are signs that Proefbedrijf V.O.F. cannot pay. A judgment may then yield nothing.
			- As far as we know Proefbedrijf V.O.F. is dissolved: its bankruptcy is over, or it is not in the company register any more (article 2:19 of the Dutch Civil Code). Then there is as a rule nobody left to summon. We find out whether any money or property is left. Choose the court only once that is certain.`},
		{"no contract is held", "10000.00; x without contract; x holds correspondence", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.
			- Wij hebben nog niet alle stukken die de vordering bewijzen: de factuur, en een overeenkomst of een bewijs van levering. Stuur ons die voordat u naar de rechter gaat.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.
			- We do not have all the documents yet that prove the claim: the invoice, and a contract or a proof of delivery. Please send us those before you go to court.`},
		{"proof of delivery does as well", "10000.00; x without contract; x holds delivery", `
			NAAR DE RECHTER
			- Proefbedrijf V.O.F. heeft de vordering niet betwist.`, `
			GO TO COURT
			- Proefbedrijf V.O.F. has not disputed the claim.`},
		{"everything at once", "250.00; 2026-11-20 paid-to-client 10.00; 2026-10-20 dispute rejected; 2026-11-20 address-unknown", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering betwist. Wij hebben dat bekeken en de betwisting afgewezen. Een rechter kan anders oordelen.
			- Proefbedrijf V.O.F. heeft een deel betaald.
			- Het is niet zeker waar Proefbedrijf V.O.F. woont of gevestigd is.
			- Verliest u de rechtszaak, dan bent u ongeveer € 438,57 kwijt. Dat is meer dan u kunt winnen: € 285,77.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has disputed the claim. We looked into that and rejected the dispute. A court may judge otherwise.
			- Proefbedrijf V.O.F. has paid a part.
			- It is not certain where Proefbedrijf V.O.F. lives or is established.
			- If you lose the court case, you have spent about €438.57. That is more than you can win: €285.77.`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for language, want := range map[string]string{"nl": c.nl, "en": c.en} {
				if diff := cmp.Diff(strings.ReplaceAll(strings.TrimSpace(want), "\t", ""), advice(t, c.story, "premium", language)); diff != "" {
					t.Errorf("%s (-want +got)\n%s", language, diff)
				}
			}
		})
	}
}

// The salary is what the loser pays to the winner: the client never pays its own, and gets none back that it paid. The price of our own work never comes back.
func TestCostsInTheAdvice(t *testing.T) {
	t.Parallel()
	const fixed = "250.00"
	for _, c := range []struct{ name, story, plan, price, want string }{
		{"at a fixed price", "1000.00", "premium", fixed, "Griffierecht, tarief 2026 350,00 350,00 350,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Onze vaste prijs voor de procedure 250,00 – 250,00 | Salaris gemachtigde (1 punt), voor u – 144,00 – | Salaris gemachtigde (2 punten), voor de debiteur – – 288,00 | Samen 725,57 619,57 1.013,57 | Vaste prijs."},
		{"the client is a natural person", "1000.00; x natural", "premium", fixed, "Griffierecht, tarief 2026 233,00 233,00 233,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Onze vaste prijs voor de procedure 250,00 – 250,00 | Salaris gemachtigde (1 punt), voor u – 144,00 – | Salaris gemachtigde (2 punten), voor de debiteur – – 288,00 | Samen 608,57 502,57 896,57 | Vaste prijs."},
		{"who cannot deduct VAT pays it, and gets that of the summons back", "1000.00; x vat", "premium", fixed, "Griffierecht, tarief 2026 350,00 350,00 350,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Btw over de dagvaarding 26,37 26,37 26,37 | Onze vaste prijs voor de procedure 250,00 – 250,00 | Btw over onze vaste prijs 52,50 – 52,50 | Salaris gemachtigde (1 punt), voor u – 144,00 – | Salaris gemachtigde (2 punten), voor de debiteur – – 288,00 | Samen 804,44 645,94 1.092,44 | Vaste prijs."},
		{"no price is set", "1000.00", "premium", "0.00", "Griffierecht, tarief 2026 350,00 350,00 350,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Salaris gemachtigde (1 punt), voor u – 144,00 – | Salaris gemachtigde (2 punten), voor de debiteur – – 288,00 | Samen 475,57 619,57 763,57 | Wij bieden deze procedure nu niet aan voor een vaste prijs."},
		{"not in Basis", "1000.00", "basis", fixed, "Griffierecht, tarief 2026 350,00 350,00 350,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Salaris gemachtigde (1 punt), voor u – 144,00 – | Salaris gemachtigde (2 punten), voor de debiteur – – 288,00 | Samen 475,57 619,57 763,57 | In uw overeenkomst zit geen procedure voor een vaste prijs."},
		{"not for a claim that was disputed", "1000.00; 2026-10-20 dispute rejected", "premium", fixed, "Griffierecht, tarief 2026 350,00 350,00 350,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Salaris gemachtigde (1 punt), voor u – 144,00 – | Salaris gemachtigde (2 punten), voor de debiteur – – 288,00 | Samen 475,57 619,57 763,57 | Een procedure voor een vaste prijs is er alleen voor een vordering die niet is betwist."},
		{"not before the civil court", "25000.00", "premium", fixed, "Griffierecht, tarief 2026 3.083,00 3.083,00 3.083,00 | Dagvaarding door de deurwaarder 125,57 125,57 125,57 | Kosten van advocaten komt erbij een deel komt erbij | Samen, zonder advocaten 3.208,57 3.208,57 3.208,57 | Een procedure voor een vaste prijs is er alleen bij de kantonrechter."},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := writer(t)
			court := agreement.Court{FixedPrice: true}
			if price := money.MustParse(c.price); price > 0 {
				court.Price = &price
			}
			w.Plans = agreement.Plans{"premium": {DebtMonitoring: true, Court: court}}
			action := trajectory.Action{Kind: trajectory.ActAdvise, Step: trajectory.AdviceLetter, Letter: trajectory.AdviceLetter, Cycle: 1, Channel: "email"}
			draft, err := w.Write(file(t, c.story, c.plan, "nl"), action, advised.At(10, 0))
			if err != nil {
				t.Fatal(err)
			}
			_, told, _ := strings.Cut(draft.Body, "Kwijt als u verliest\n")
			figures, rest, _ := strings.Cut(told, "\nU betaalt eerst zelf")
			_, price, _ := strings.Cut(rest, "verrekenen.") // the end of the words about VAT
			var lines []string
			for line := range strings.SplitSeq(strings.ReplaceAll(figures, "€", ""), "\n") {
				if line = strings.Join(strings.Fields(line), " "); line != "" {
					lines = append(lines, line)
				}
			}
			got := strings.Join(lines, " | ")
			want, words, _ := cutLast(c.want, " | ")
			if got != want || !strings.Contains(strings.Join(strings.Fields(price), " "), words) {
				t.Errorf("it tells\n%s\nwant\n%s\nand of the price %q:\n%s", got, want, words, rest)
			}
		})
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	return s[:max(i, 0)], s[i+len(sep):], i >= 0
}

// What stands in the file beside the amount: limitation, insolvency, the address, and disputes with their words, as far as they can be printed.
func TestHowTheCaseStands(t *testing.T) {
	t.Parallel()
	f := file(t, "1000.00; 2026-10-20 flagged bankrupt until 2026-10-29; 2026-11-20 address-unknown; 2026-11-24 asked company moved", "premium", "nl")
	f.Disputes = []postgres.Dispute{
		{Raised: day("2026-10-10"), Grounds: "twee stoelen\nwaren stuk \U0001FA91", Judged: day("2026-10-12"), Outcome: "rejected", Reason: "getekende afleverbon"},
		{Raised: day("2026-11-20"), Grounds: strings.Repeat("x", 500)},
	}
	action := trajectory.Action{Kind: trajectory.ActAdvise, Step: trajectory.AdviceLetter, Letter: trajectory.AdviceLetter, Cycle: 1, Channel: "email"}
	draft, err := writer(t).Write(f, action, advised.At(10, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Verjaring            De vordering kan worden geïnd tot en met 16 november 2031. Termijn: 5 jaar voor een overeenkomst (art. 3:307 BW).\n", "Insolventie          Faillissement van 20 oktober 2026 tot en met 29 oktober 2026\n",
		"Insolventieregister  Niet gevraagd. Er is geen register aangesloten voor Nederland.\n", "Handelsregister      Gevraagd op 24 november 2026: verhuisd.\n", "Adres                Niet zeker, sinds 20 november 2026\n",
		"Betwisting           10 oktober 2026: twee stoelen waren stuk ?. Afgewezen op 12 oktober 2026: getekende afleverbon.\n", "xxx…. Nog niet beoordeeld.\n",
	} {
		if !strings.Contains(draft.Body, want) {
			t.Errorf("it does not say %q:\n%s", want, draft.Body)
		}
	}
}

// Without monitoring in the plan, what speaks against the court leaves one choice.
func TestAdviceOfBasis(t *testing.T) {
	t.Parallel()
	if got := advice(t, "10000.00; 2026-11-20 address-unknown", "basis", "nl"); !strings.HasPrefix(got, "DOSSIER SLUITEN\n") {
		t.Error(got)
	}
}

// What the client can choose is what its plan has, and the letter says what follows when it chooses nothing (requirements T8, S14).
func TestWhatTheClientCanChoose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ plan, fallback, offered string }{
		{"premium", "Schuldbewaking", "Naar de rechter, Schuldbewaking, Dossier sluiten"},
		{"basis", "Dossier sluiten", "Naar de rechter, Dossier sluiten"},
	} {
		for _, step := range []string{trajectory.AdviceLetter, trajectory.DecisionReminder} {
			action := trajectory.Action{Kind: trajectory.ActAdvise, Step: step, Letter: step, Cycle: 1, Channel: "email"}
			draft, err := writer(t).Write(file(t, "10000.00", c.plan, "nl"), action, advised.At(10, 0))
			if err != nil {
				t.Fatal(err)
			}
			_, choices, _ := strings.Cut(draft.Body, "WAT U KUNT KIEZEN")
			choices, _, _ = strings.Cut(choices, "WAT EEN RECHTSZAAK KOST")
			var offered []string
			for line := range strings.SplitSeq(choices, "\n") {
				if choice, begins := strings.CutPrefix(line, "- "); begins {
					name, _, _ := strings.Cut(choice, ".")
					offered = append(offered, name)
				}
			}
			said := "Dan kiezen wij voor u: " + c.fallback + "."
			if strings.Join(offered, ", ") != c.offered || !strings.Contains(strings.Join(strings.Fields(draft.Body), " "), said) {
				t.Errorf("%s of %s offers %q, want %q and %q in\n%s", step, c.plan, offered, c.offered, said, draft.Body)
			}
		}
	}
}

// Of a claim that is time-barred the client is offered neither the court nor debt monitoring, and no cost of them.
func TestAdviceOfATimeBarredClaim(t *testing.T) {
	t.Parallel()
	action := trajectory.Action{Kind: trajectory.ActRemind, Step: trajectory.DecisionReminder, Letter: trajectory.DecisionReminder, Cycle: 1, Channel: "email"}
	draft, err := writer(t).Write(file(t, "10000.00; 2021-11-23 due; x unsent", "premium", "nl"), action, advised.At(10, 0))
	if err != nil {
		t.Fatal(err)
	}
	for text, stands := range map[string]bool{
		"De vordering kon worden geïnd tot en met 23 november 2026. Termijn": true, "Dan kiezen wij voor u: Dossier sluiten": true, "Dossier sluiten. Wij stoppen": true,
		"Schuldbewaking": false, "Naar de rechter.": false, "rechtszaak kost": false,
	} {
		if strings.Contains(strings.Join(strings.Fields(draft.Body), " "), text) != stands {
			t.Errorf("%q: want %v in\n%s", text, stands, draft.Body)
		}
	}
}

// The client reads which letters left: one of which nobody knows is not among them.
func TestLettersThatTheAdviceTellsOf(t *testing.T) {
	t.Parallel()
	action := trajectory.Action{Kind: trajectory.ActRemind, Step: trajectory.DecisionReminder, Letter: trajectory.DecisionReminder, Cycle: 1, Channel: "email"}
	draft, err := writer(t).Write(file(t, "10000.00; 2026-10-05 unknown reminder", "premium", "nl"), action, advised.At(10, 0))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"\nSommatie  16-11-2026\n": true, "05-10-2026": false, "Wij hebben nog geen keuze van u ontvangen.": true} {
		if strings.Contains(draft.Body, text) != want {
			t.Errorf("%q: want %v in\n%s", text, want, draft.Body)
		}
	}
	if !strings.HasPrefix(draft.Subject, "Herinnering: ") {
		t.Error(draft.Subject)
	}
}

// Who took the case back from the court decides anew, and cannot choose it again: it is neither advised nor offered, nor do its costs stand in the reminder.
func TestTheCourtIsNotOfferedASecondTime(t *testing.T) {
	t.Parallel()
	action := trajectory.Action{Kind: trajectory.ActRemind, Step: trajectory.DecisionReminder, Letter: trajectory.DecisionReminder, Channel: "email"}
	for _, c := range []struct {
		name, story, plan string
		cycle             int
		offered           bool
		advised           string
	}{
		{"the first time", "10000.00", "premium", 1, true, "NAAR DE RECHTER\n"},
		{"the second time", "10000.00; 2026-11-20 taken-back", "premium", 2, false, "SCHULDBEWAKING\n"},
		{"the second time, without monitoring in the plan", "10000.00; 2026-11-20 taken-back", "basis", 2, false, "DOSSIER SLUITEN\n"},
	} {
		action.Cycle = c.cycle
		draft, err := writer(t).Write(file(t, c.story, c.plan, "nl"), action, advised.At(10, 0))
		if err != nil {
			t.Fatal(err)
		}
		_, choices, _ := strings.Cut(draft.Body, "WAT U KUNT KIEZEN")
		if choices == "" || strings.Contains(choices, "\n- Naar de rechter") != c.offered || strings.Contains(draft.Body, "Griffierecht") != c.offered || !strings.Contains(draft.Body, "ONS ADVIES: "+c.advised) {
			t.Errorf("%s:\n%s", c.name, draft.Body)
		}
	}
}
