package activities_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var (
	day     = calendar.MustParseDate
	advised = day("2026-11-24")
)

func writer(t *testing.T) *activities.LetterWriter {
	t.Helper()
	rules, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		t.Fatal(err)
	}
	agency := letter.Party{Name: "Incassocenter", Street: "Voorbeeldstraat 1", Postcode: "1000 AA", Town: "Amsterdam", Email: "info@incassocenter.example", Phone: "020 000 0000",
		KvK: "12345678", Registration: "Wki-000000"}
	return &activities.LetterWriter{Agency: agency, RegisteredUntil: day("2099-12-31"), TrustName: "Stichting Derdengelden Voorbeeld", TrustIBAN: "NL91ABNA0417164300", Rules: rules, Plans: agreement.Plans{"premium": {DebtMonitoring: true}}, Delivery: activities.Delivery{PostDays: 2}}
}

// file is the case file of a claim on a company at the end of the amicable phase, after what the story tells: "10000.00; 2026-11-20 paid-to-client 100.00".
func file(t *testing.T, story, plan, language string) postgres.CaseFile {
	t.Helper()
	amount, told, _ := strings.Cut(story, ";")
	f := claim.Facts{
		ClaimID: "0b0f8f9e-0000-4000-8000-000000000001", ClientID: "c", Plan: plan, Trajectory: "business@1", Status: claim.StatusOpen, HasEmail: true,
		Debtor: claim.DebtorKind{InBusiness: true}, HandedOverOn: day("2026-10-05"), OpenedOn: day("2026-10-05"),
		Invoices: []claim.Invoice{{Number: "F1", Issued: day("2026-08-05"), Due: day("2026-09-04"), Amount: money.MustParse(amount)}},
		Letters:  []claim.Letter{{Step: "summons", Kind: "summons", Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day("2026-11-16"), Received: day("2026-11-16")}},
	}
	for _, sentence := range strings.Split(told, ";") {
		happen(t, &f, strings.Fields(sentence))
	}
	client := postgres.Party{Name: "Voorbeeld B.V.", Street: "Demokade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: "client@voorbeeld.example", Language: language}
	debtor := postgres.Party{Name: "Proefbedrijf V.O.F.", Street: "Nergenskade 44", Postcode: "4567 DE", Town: "Fantasiedam", Country: "NL", Email: "d@proefbedrijf.example", Language: "nl"}
	return postgres.CaseFile{Facts: f, Reference: "VBE-1", RF: "RF18539007547034", Kenmerk: "5000056789012345", Client: client, Debtor: debtor}
}

func happen(t *testing.T, f *claim.Facts, w []string) {
	t.Helper()
	switch {
	case len(w) == 0:
	case w[1] == "dispute":
		f.Pauses = append(f.Pauses, claim.Pause{Key: w[0], Kind: claim.PauseDispute, From: day(w[0]), Until: day(w[0]).AddDays(2), Outcome: w[2]})
	case w[1] == "hold":
		f.Pauses = append(f.Pauses, claim.Pause{Key: w[0], Kind: claim.PauseHold, From: day(w[0]), Until: day(w[0]).AddDays(2)})
	case w[1] == claim.FlagAddressUnknown || w[1] == claim.FlagEmailBounced:
		f.Flags = append(f.Flags, claim.Flag{Kind: w[1], From: day(w[0])})
	case w[1] == "flagged": // "2026-10-20 flagged bankrupt until 2026-10-29"
		flag := claim.Flag{Kind: w[2], From: day(w[0])}
		if len(w) > 3 {
			flag.Until = day(w[4])
		}
		f.Flags = append(f.Flags, flag)
	case w[1] == "unknown":
		f.Letters = append(f.Letters, claim.Letter{Step: w[2], Kind: w[2], Cycle: 1, Channel: "email", State: claim.LetterUnknown, On: day(w[0])})
	case slices.Contains(claim.SettlementKinds(), claim.SettlementKind(w[1])):
		f.Settlements = append(f.Settlements, claim.Settlement{Key: w[0] + w[1], Kind: claim.SettlementKind(w[1]), On: day(w[0]), Amount: money.MustParse(w[2])})
	default:
		t.Fatalf("%v: no such sentence", w)
	}
}

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
			- De kosten van een rechtszaak zijn hoog in verhouding tot het bedrag van € 295,77.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has not disputed the claim.
			- The costs of a court case are high for the amount of €295.77.`},
		{"everything at once", "250.00; 2026-11-20 paid-to-client 10.00; 2026-10-20 dispute rejected; 2026-11-20 address-unknown", `
			SCHULDBEWAKING
			- Proefbedrijf V.O.F. heeft de vordering betwist. Wij hebben dat bekeken en de betwisting afgewezen. Een rechter kan anders oordelen.
			- Proefbedrijf V.O.F. heeft een deel betaald.
			- Het is niet zeker waar Proefbedrijf V.O.F. woont of gevestigd is.
			- De kosten van een rechtszaak zijn hoog in verhouding tot het bedrag van € 285,77.`, `
			DEBT MONITORING
			- Proefbedrijf V.O.F. has disputed the claim. We looked into that and rejected the dispute. A court may judge otherwise.
			- Proefbedrijf V.O.F. has paid a part.
			- It is not certain where Proefbedrijf V.O.F. lives or is established.
			- The costs of a court case are high for the amount of €285.77.`},
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

// Without monitoring in the plan, what speaks against the court leaves one choice.
func TestAdviceOfBasis(t *testing.T) {
	t.Parallel()
	if got := advice(t, "10000.00; 2026-11-20 address-unknown", "basis", "nl"); !strings.HasPrefix(got, "DOSSIER SLUITEN\n") {
		t.Error(got)
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
