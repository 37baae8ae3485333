package activities

import (
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// clientLetter is what both letters to the client about one claim have: a request, and that a dispute was upheld.
func (w *LetterWriter) clientLetter(file postgres.CaseFile, action trajectory.Action, on calendar.Date) letter.ClientLetter {
	return letter.ClientLetter{
		Kind: letter.Kind(action.Letter), Language: letter.Language(file.Client.Language), On: on, Agency: w.Agency, Client: party(file.Client),
		DebtorName: file.Debtor.Name, FileReference: file.Facts.ClaimID[:8], ClientReference: file.Reference,
	}
}

// request writes what the client is asked, with what no answer may cost. A reminder on the last day, or after an outage, gives until its own day.
func (w *LetterWriter) request(file postgres.CaseFile, action trajectory.Action, rules trajectory.Rules, on calendar.Date) (postgres.Draft, error) {
	asked, ok := file.Facts.RequestAt(action.Step)
	if !ok {
		return postgres.Draft{}, &BadDataError{"there is no request of step " + action.Step}
	}
	price, err := rules.Price(settlement.NoWord, file.Facts, on)
	if err != nil {
		return postgres.Draft{}, err
	}
	first := on
	for _, sent := range file.Facts.Letters {
		if sent.Step == action.Step && sent.Cycle == claim.RequestAsked {
			first = sent.On
		}
	}
	l := w.clientLetter(file, action, on)
	l.Asked = letter.Asked{
		Documents: asked.Kind == claim.RequestDocuments, What: file.Asked[asked.Key], On: first, AnswerBy: calendar.Max(on, asked.AnswerBy(first)),
		Reminder: action.Cycle - claim.RequestAsked, Free: price.Total == 0, Price: price.Total, VAT: price.VAT,
	}
	for _, pause := range file.Facts.Pauses {
		l.Asked.Held = l.Asked.Held || pause.Covers(on)
	}
	return w.finishClient(file, l, l.Asked.AnswerBy)
}

// disputeUpheld writes what the client can do now that the debtor's dispute was upheld, and what that costs.
func (w *LetterWriter) disputeUpheld(file postgres.CaseFile, action trajectory.Action, on calendar.Date) (postgres.Draft, error) {
	l := w.clientLetter(file, action, on)
	l.Prices, l.Enforceable = Prices(w.Plans[file.Facts.Plan]), trajectory.Enforceable(file.Facts).LastDay
	return w.finishClient(file, l, calendar.Date{})
}

func (w *LetterWriter) finishClient(file postgres.CaseFile, l letter.ClientLetter, by calendar.Date) (postgres.Draft, error) {
	document, err := letter.ComposeClientLetter(l)
	if err != nil {
		return postgres.Draft{}, err
	}
	return finish(postgres.Draft{PayBy: by, Sender: w.Agency.Name, Recipient: file.Client.Email}, document, 0), nil
}

// Prices are those of the legal products of a plan, without VAT. What has no price is not offered, and not among them.
func Prices(plan agreement.Plan) letter.Prices {
	list := letter.Prices{}
	for product, price := range plan.Products {
		if price != nil {
			list[letter.Product(product)] = *price
		}
	}
	if plan.Court.Offered() {
		list[letter.FixedCourt] = *plan.Court.Price
	}
	return list
}
