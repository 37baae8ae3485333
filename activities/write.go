package activities

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// LetterWriter writes each letter from the case file: what is owed comes from the claim's account, the words from the letter package.
type LetterWriter struct {
	Agency               letter.Party
	RegisteredUntil      calendar.Date // last day of the agency's registration (Wki)
	TrustName, TrustIBAN string
	AnswerDays           int    // working days within which a complaint is answered
	DisputesScheme       string // where a debtor can go who is not satisfied with the answer; "" when the agency names none
	Rules                Rules
	Plans                agreement.Plans
	Delivery             Delivery
}

// Write makes the letter of an action as of an instant, with its legal certificate when it goes to a debtor. A letter that the law does not allow is
// a *postgres.UnlawfulError.
func (w *LetterWriter) Write(file postgres.CaseFile, action trajectory.Action, at time.Time) (postgres.Draft, error) {
	on := calendar.DateOf(at)
	rules, err := w.Rules.Rules(file.Facts)
	if err != nil {
		return postgres.Draft{}, &BadDataError{err.Error()}
	}
	account, err := file.Facts.AccountOn(rules.Tables, on)
	if err != nil {
		return postgres.Draft{}, err
	}
	var draft postgres.Draft
	switch {
	case action.Letter == trajectory.ComplaintConfirmation:
		draft, err = w.confirmation(file, action, at)
	case action.ToDebtor():
		draft, err = w.toDebtor(file, action, rules, account, at)
	case action.Letter == trajectory.ClientRequest:
		draft, err = w.request(file, action, rules, on)
	case action.Letter == trajectory.DisputeUpheld:
		draft, err = w.disputeUpheld(file, action, on)
	default:
		draft, err = w.toClient(file, action, rules, account)
	}
	var invalid *letter.InvalidError
	var glyph *letter.GlyphError
	switch {
	case errors.As(err, &invalid):
		return draft, &BadDataError{err.Error()}
	case errors.As(err, &glyph): // its text is a name or an address: only the character goes on
		return draft, &BadDataError{fmt.Sprintf("character %U cannot be printed; right would be a spelling in Latin letters", glyph.Rune)}
	}
	return draft, err
}

// letterOf is what every letter to the debtor has.
func (w *LetterWriter) letterOf(file postgres.CaseFile, action trajectory.Action, on calendar.Date) letter.Letter {
	return letter.Letter{
		Kind: letter.Kind(action.Letter), Language: letter.Language(file.Debtor.Language), On: on, Agency: w.Agency, Client: party(file.Client), Debtor: party(file.Debtor),
		Consumer: file.Facts.Debtor.Consumer(), TrustName: w.TrustName, TrustIBAN: w.TrustIBAN, FileReference: file.Reference, RF: file.RF, Kenmerk: file.Kenmerk,
		Brand: letter.Brand(file.Brand),
	}
}

func (w *LetterWriter) toDebtor(file postgres.CaseFile, action trajectory.Action, rules trajectory.Rules, account claim.Account, at time.Time) (postgres.Draft, error) {
	tables := rules.Tables
	l := w.letterOf(file, action, account.On)
	kind := l.Kind
	draft := postgres.Draft{PayBy: account.On.AddDays(action.Term), Sender: w.Agency.Name, Recipient: file.Debtor.Recipient(action.Channel)}
	switch kind {
	case letter.Reminder, letter.StickerReminder:
		l.Demand, l.PayBy = principalDemand(file.Facts, account), draft.PayBy
		draft.Sender, draft.ReplyTo = file.Client.Name, file.Client.Email // the client's own letter
	case letter.FourteenDayLetter:
		l.Demand = fullDemand(file.Facts, account)
		notice, err := file.Facts.NoticeOn(tables, account.Open.Principal, account.On)
		if err != nil {
			return draft, err
		}
		draft.Announced = notice.Announced
		l.Demand.AnnouncedCosts, l.Demand.AnnouncedVAT, l.Demand.VATPercent = notice.Costs, notice.VAT, notice.VATRate.Text
		l.Demand.Shared = notice.Others.Costs > 0
		draft.PayBy, _ = law.FourteenDays(w.Delivery.Received(account.On, action.Channel)) // not printed: the term runs from receipt
	case letter.ComplaintConfirmation: // asks nothing, see confirmation
	case letter.Correction:
		if err := correct(&l, &draft, file.Facts, rules, account); err != nil {
			return draft, err
		}
	case letter.ArrangementConfirmation:
		draft.PayBy = calendar.Date{} // each instalment has its own
	case letter.ArrangementReminder:
		draft.PayBy = w.Delivery.Received(account.On, action.Channel).AddDays(action.Term)
		l.Demand, l.PayBy = fullDemand(file.Facts, account), draft.PayBy
	case letter.Interruption: // gives no term
		l.Demand = fullDemand(file.Facts, account)
	case letter.Summons, letter.FinalSummons, letter.MonitoringLetter, letter.EscalationAdvice, letter.ClientRequest, letter.DisputeUpheld:
		l.Demand, l.PayBy = fullDemand(file.Facts, account), draft.PayBy
	}
	demanded := l.Demand.Total
	if claim.IsArrangementStep(action.Step) {
		asks, err := arrange(&l, &draft, file, action, rules, account)
		if err != nil {
			return draft, err
		}
		demanded = asks
	}
	l.Demand.Obligation = titleOf(l, file)
	document, err := letter.Compose(l)
	if err != nil {
		return draft, err
	}
	circumstances, err := w.circumstances(kind, file.Facts, tables, account, at)
	if err != nil {
		return draft, err
	}
	if draft.Certificate, err = certificateOf(l, document, circumstances); err != nil {
		return draft, err
	}
	return finish(draft, document, demanded), nil
}

func (w *LetterWriter) toClient(file postgres.CaseFile, action trajectory.Action, rules trajectory.Rules, account claim.Account) (postgres.Draft, error) {
	facts := file.Facts
	if trajectory.Advised(facts).IsZero() { // this is the advice
		facts.Advised = account.On
	}
	decideBy := trajectory.DecisionEnds(facts, rules.Policy, account.On)
	fallback := rules.Policy.ByDefault(facts, decideBy.AddDays(1))
	procedure, err := trajectory.ProcedureOf(facts, account, rules.Tables, w.Plans[facts.Plan].Court)
	if err != nil {
		return postgres.Draft{}, err
	}
	recommended, grounds := trajectory.Recommend(facts, account, procedure, fallback)
	options, costs := w.options(facts.Plan), procedureOf(procedure, facts.Terms.CostsVAT)
	back, second := facts.CourtStep(claim.CourtWithdrawn)
	barred := trajectory.Barred(facts, account.On)
	if second || barred { // it cannot be chosen again, or any more
		recommended, costs = fallback, letter.Procedure{}
		options = slices.DeleteFunc(options, func(c letter.Choice) bool { return c == letter.Court || barred && c == letter.Monitoring })
	}
	advice := letter.Advice{
		Language: letter.Language(file.Client.Language), On: account.On, DecideBy: decideBy, Agency: w.Agency, Client: party(file.Client),
		DebtorName: file.Debtor.Name, FileReference: facts.ClaimID[:8], ClientReference: file.Reference, Demand: fullDemand(facts, account),
		Sent: sent(facts), Standing: standing(file, rules.Registers, account.On), Procedure: costs, Reasons: reasons(grounds),
		Options: options, Recommended: letter.Choice(recommended), Default: letter.Choice(fallback), Reminder: action.Letter == trajectory.DecisionReminder, TakenBack: back.On,
	}
	document, err := letter.ComposeAdvice(advice)
	if err != nil {
		return postgres.Draft{}, err
	}
	return finish(postgres.Draft{PayBy: advice.DecideBy, Sender: w.Agency.Name, Recipient: file.Client.Email}, document, 0), nil
}

func finish(draft postgres.Draft, d letter.Document, demanded money.Amount) postgres.Draft {
	draft.Subject, draft.Body, draft.PDF, draft.Demanded = d.Subject, d.Text, d.PDF, demanded
	return draft
}

func party(p postgres.Party) letter.Party {
	out := letter.Party{
		Name: p.Name, Attention: p.Attention, Street: p.Street, Postcode: p.Postcode, Town: p.Town,
		Email: p.Email, Phone: p.Phone, Website: p.Website, KvK: p.KvK, VAT: p.VAT, IBAN: p.IBAN,
	}
	if cmp.Or(p.Country, "NL") != "NL" {
		out.Country = p.Country
	}
	return out
}

func splitAddress(recipient string) []string { return strings.Split(recipient, "\n") }
