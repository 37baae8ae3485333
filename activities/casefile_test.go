package activities_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
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
		Invoices:  []claim.Invoice{{Number: "F1", Issued: day("2026-08-05"), Due: day("2026-09-04"), Amount: money.MustParse(amount)}},
		Documents: []claim.Document{{Kind: claim.InvoiceDocument}, {Kind: claim.ContractDocument}},
		Letters:   []claim.Letter{{Step: "summons", Kind: "summons", Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day("2026-11-16"), Received: day("2026-11-16")}},
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
	case w[1] == "due": // the only invoice was payable until then
		f.Invoices[0].Issued, f.Invoices[0].Due = day(w[0]).AddDays(-30), day(w[0])
	case w[1] == "arranged":
		f.Arrangements = append(f.Arrangements, claim.Arrangement{Key: w[0], On: day(w[0]), Ended: day(w[0]).AddDays(20)})
	case w[1] == "without": // a kind of document
		f.Documents = slices.DeleteFunc(f.Documents, func(d claim.Document) bool { return d.Kind == claim.DocumentKind(w[2]) })
	case w[1] == "holds":
		f.Documents = append(f.Documents, claim.Document{Kind: claim.DocumentKind(w[2])})
	case w[1] == "unsent":
		f.Letters = nil
	case w[1] == "consumer":
		f.Debtor, f.Trajectory = claim.DebtorKind{NaturalPerson: true}, "consumer@1"
	case w[1] == "clause":
		f.Terms.CostsClause.Text = w[2]
	case w[1] == "vat":
		f.Terms.CostsVAT = true
	case w[1] == "natural":
		f.Claimant = law.NaturalPerson
	case w[1] == "dispute" && w[2] == "open":
		f.Pauses = append(f.Pauses, claim.Pause{Key: w[0], Kind: claim.PauseDispute, From: day(w[0])})
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
	case w[1] == "asked": // before the advice
		f.Checks = append(f.Checks, claim.Check{Register: claim.Register(w[2]), Cycle: claim.CycleBeforeAdvice, Try: 1, On: day(w[0]), Found: claim.Finding(w[3])})
	case w[1] == "unknown":
		f.Letters = append(f.Letters, claim.Letter{Step: w[2], Kind: w[2], Cycle: 1, Channel: "email", State: claim.LetterUnknown, On: day(w[0])})
	case w[1] == "taken-back": // from the court
		f.Court, f.AskedAgain = append(f.Court, claim.CourtStep{Stage: claim.CourtWithdrawn, On: day(w[0])}), day(w[0])
	case w[1] == "information":
		f.InformationCosts = append(f.InformationCosts, claim.InformationCost{Key: w[0], On: day(w[0]), Amount: money.MustParse(w[2])})
	case w[1] == "named": // "2026-10-14 named 150.00 31.50": a 14-day letter of that day, and what it names as costs and VAT over 1000.00
		f.Letters = append(f.Letters, claim.Letter{
			Step: claim.FourteenDayLetter, Kind: claim.FourteenDayLetter, Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day(w[0]), Received: day(w[0]),
			Announced: claim.Announced{Principal: money.MustParse("1000.00"), Costs: money.MustParse(w[2]), VAT: money.MustParse(w[3])},
		})
	case slices.Contains(claim.SettlementKinds(), claim.SettlementKind(w[1])):
		f.Settlements = append(f.Settlements, claim.Settlement{Key: w[0] + w[1], Kind: claim.SettlementKind(w[1]), On: day(w[0]), Amount: money.MustParse(w[2])})
	default:
		t.Fatalf("%v: no such sentence", w)
	}
}
