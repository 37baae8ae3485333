package activities

import (
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
)

// happenings are the Dutch words for the events of a case file, as whoever conducts a procedure reads them. "" is
// not theirs to read: work inside the agency, and what agency and client agree.
var happenings = map[string]string{
	"handed-over": "Aan ons overgedragen", "intake-checked": "Vordering gecontroleerd", "debtor-corrected": "Gegevens van de debiteur verbeterd",
	"letter-accepted": "Brief verstuurd", "letter-unknown": "Onzeker of de brief is verstuurd", "letter-failed": "Brief niet verstuurd", "letter-returned": "Brief kwam terug", "notice-named-too-much": "Veertiendagenbrief telt niet: hij noemde een te hoog bedrag", "notice-right-after-all": "Veertiendagenbrief telt weer", "court-costs-anew": "Incassokosten bij schikking of vonnis herzien", "letter-traced": "Nagegaan of de brief is aangekomen",
	"dispute-raised": "Vordering betwist", "dispute-rejected": "Betwisting afgewezen", "dispute-upheld": "Betwisting gegrond", "complaint": "Klacht van de debiteur",
	"promised": "Toezegging om te betalen", "promise-withdrawn": "Toezegging ingetrokken", "arranged": "Betalingsregeling", "arrangement-ended": "Betalingsregeling beëindigd",
	"held": "Incasso opgeschort", "resumed": "Incasso hervat", "remark": "Opmerking", "costs-reviewed": "Incassokosten beoordeeld", "consumer-sale": "Vastgesteld of het een aankoop is",
	"information-cost": "Informatiekosten gemaakt", "information-cost-reversed": "Informatiekosten teruggedraaid", "reversed": "Boeking teruggedraaid", "receipt-divided": "Ontvangst verdeeld",
	"decision": "Keuze van de eiser", "withdrawn": "Ingetrokken door de eiser", "closed": "Einde van de incasso", "reopened": "Incasso heropend", "monitoring-started": "Schuldbewaking begonnen",

	string(claim.PaidToAgency): "Betaling aan ons", string(claim.PaidToClient): "Betaling aan de eiser", string(claim.CreditNote): "Creditnota", string(claim.SetOff): "Verrekening",
	string(claim.ReturnedGoods): "Goederen teruggenomen", string(claim.CounterPerformance): "Tegenprestatie", string(claim.WriteOff): "Kwijtgescholden",

	claim.FlagBankrupt: "Faillissement", claim.FlagWSNP: "Schuldsanering (WSNP)", claim.FlagDeceased: "Overleden", claim.FlagGuardianship: "Onder curatele", claim.FlagAdministration: "Onder bewind",
	claim.FlagMinor: "Minderjarig", claim.FlagDebtCounselling: "Schuldhulpverlening", claim.FlagVulnerable: "Kwetsbare debiteur", claim.FlagAddressUnknown: "Adres niet zeker", claim.FlagEmailBounced: "E-mailadres werkt niet",

	"court-" + string(claim.CourtServed): "Dagvaarding betekend", "court-" + string(claim.CourtJudgment): "Vonnis", "court-" + string(claim.CourtSettled): "Schikking",
	"court-" + string(claim.CourtWithdrawn): "Zaak ingetrokken", "court-" + string(claim.CourtLost): "Vordering afgewezen",

	"document-added": "", "plan-changed": "", "trajectory-changed": "", "request": "", "request-answered": "", "costs-agreed": "", "court-work": "", "charge-reversed": "", "task-dropped": "", "task-opened": "", "task-done": "", "needs-attention": "", "repaired": "", "close-requested": "", "close-proposed": "", "confirmation-left-to-person": "",
	"letter-registered": "", "letter-sending": "", "letter-claimed": "", "letter-released": "",
}

// happened is the Dutch word for an event; one that no word is known for is told by its name.
func happened(kind string) string {
	base, cleared := strings.CutSuffix(kind, "-cleared")
	word, known := happenings[base]
	switch {
	case strings.HasPrefix(kind, "exception-"): // of the agreement with the client
		return ""
	case !known:
		return kind
	case cleared && word != "":
		return word + ": niet meer"
	}
	return word
}

// chosen are the Dutch words for what the client chose, and for how a claim ended.
var chosen = map[string]string{
	string(claim.ChooseCourt): "naar de rechter", string(claim.ChooseMonitoring): "schuldbewaking", string(claim.ChooseClose): "dossier sluiten",
	string(claim.StatusPaid): "betaald", string(claim.StatusClosed): "gesloten", string(claim.StatusWithdrawn): "ingetrokken",
	string(claim.StatusUpheld): "betwisting gegrond", string(claim.StatusRefused): "niet aangenomen",
}
