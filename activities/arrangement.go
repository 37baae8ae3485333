package activities

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// arrangementOf is what the letters of a payment arrangement say of it on the account's day. It asks no more than what is owed.
func arrangementOf(f claim.Facts, action trajectory.Action, tables law.Tables, account claim.Account) (letter.Arrangement, error) {
	a, ok := f.ArrangementOn(account.On)
	if !ok {
		return letter.Arrangement{}, &BadDataError{"no payment arrangement is in force for step " + action.Step}
	}
	said := letter.Arrangement{On: a.On, ReminderDays: a.ReminderDays}
	for _, instalment := range a.Instalments {
		said.Instalments = append(said.Instalments, letter.Instalment{Due: instalment.Due, Amount: instalment.Amount})
	}
	if action.Letter == trajectory.ArrangementReminder {
		i, _ := f.Unpaid(a, account.On) // there is one, else no reminder comes next
		said.Missed, said.MissedLast = i+1, i+1
		for later := i + 1; later < len(a.Instalments) && a.GraceEnds(later).Before(account.On); later++ {
			said.MissedLast = later + 1
		}
		said.Overdue = money.Min(f.OverdueOn(a, account.On), account.Open.Total())
	}
	if action.Letter != trajectory.ArrangementConfirmation {
		return said, nil
	}
	return madeOf(said, f, a, tables, account)
}

// madeOf adds what the confirmation says of the amount: what it is made of, and which costs are not in it.
func madeOf(said letter.Arrangement, f claim.Facts, a claim.Arrangement, tables law.Tables, account claim.Account) (letter.Arrangement, error) {
	if !a.CostsApart() {
		return said, &BadDataError{fmt.Sprintf("arrangement %s was agreed before its costs of %s were told apart; right would be to end it (claim arrangement ID end) and agree anew", a.Key, a.Owed.Costs)}
	}
	said.Principal, said.Interest = a.Owed.Principal, a.Owed.Interest
	said.Costs, said.CostsVAT, said.VATPercent, said.InformationCosts, said.CourtCosts = a.Costs.Collection, a.Costs.VAT, a.Costs.VATRate.Text, a.Costs.Information, a.Costs.Court
	var err error
	if said.NoticeOn, said.NoticeCosts, err = costsAhead(f, a, tables, account); err != nil || said.NoticeCosts == 0 {
		return said, err
	}
	if notice, _ := f.Ahead(a); notice.Announced.VAT > 0 {
		_, rate, err := tables.VAT(notice.Announced.Costs, notice.On)
		if err != nil {
			return said, err
		}
		said.VATPercent = rate.Percent.Text
	}
	return said, nil
}

// costsAhead is the day of the 14-day letter of which the costs are not in an arrangement, with what they are at most; no day when there are none.
func costsAhead(f claim.Facts, a claim.Arrangement, tables law.Tables, account claim.Account) (notice calendar.Date, most money.Amount, err error) {
	letter, ahead := f.Ahead(a)
	if !ahead {
		return notice, 0, nil
	}
	if most, err = f.LawfulCosts(tables, account); most > 0 {
		notice = letter.On
	}
	return notice, most, err
}

// maxNamed is how many invoices the title of a debt names.
const maxNamed = 3

// invoicesNamed is the title of a debt in a letter that does not list its invoices.
func invoicesNamed(l letter.Letter, f claim.Facts) string {
	var numbers []string
	for _, invoice := range f.Invoices[:min(maxNamed, len(f.Invoices))] {
		numbers = append(numbers, invoice.Number)
	}
	text, others := fmt.Sprintf("overeenkomst met %s, factuur %s", l.Client.Name, strings.Join(numbers, ", ")), " en andere"
	if l.Language == letter.English {
		text, others = fmt.Sprintf("agreement with %s, invoice %s", l.Client.Name, strings.Join(numbers, ", ")), " and others"
	}
	if len(f.Invoices) > maxNamed {
		text += others
	}
	return text
}
