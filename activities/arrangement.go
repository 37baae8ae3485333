package activities

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// arrange makes of a letter one of the payment arrangement that is in force on the account's day, and gives what it asks, no more than what is owed: nothing when it confirms what was agreed.
func arrange(l *letter.Letter, draft *postgres.Draft, file postgres.CaseFile, action trajectory.Action, rules trajectory.Rules, account claim.Account) (asks money.Amount, err error) {
	f, tables := file.Facts, rules.Tables
	a, ok := f.ArrangementOn(account.On)
	if !ok {
		return 0, &BadDataError{"no payment arrangement is in force for step " + action.Step}
	}
	said := &l.Arrangement
	said.On, said.ReminderDays, said.Least = a.On, a.ReminderDays, rules.Policy.MinimumDemand
	for _, instalment := range a.Instalments {
		said.Instalments = append(said.Instalments, letter.Instalment{Due: instalment.Due, Amount: instalment.Amount})
	}
	if l.Kind == letter.ArrangementConfirmation {
		if l.Demand, err = agreedDemand(file.Agreed, a, tables); err != nil {
			return 0, err
		}
		confirmed, err := trajectory.Confirms(f, tables, account)
		if err != nil {
			return 0, err
		}
		said.Settled, said.Less, draft.Told = confirmed.Settled, confirmed.Less, confirmed.Told
		return confirmed.Asks, leftOut(said, f, a, tables, account)
	}
	missed, overdue := f.Missed(a, account)
	if len(missed) == 0 {
		return 0, &BadDataError{"nothing is missed of payment arrangement " + a.Key + " for step " + action.Step}
	}
	said.Missed, said.MissedLast, said.Overdue = missed[0].Number, missed[len(missed)-1].Number, overdue
	return said.Overdue, nil
}

// agreedDemand is what the instalments are made of, with how it came about (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening): what was owed at the end of
// the day of agreement by the facts as they were known then. When that is not to the cent, part by part, what was agreed, it is a *postgres.UnlawfulError.
func agreedDemand(then claim.Facts, a claim.Arrangement, tables law.Tables) (letter.Demand, error) {
	account, err := then.AccountOn(tables, a.On)
	if err != nil {
		return letter.Demand{}, err
	}
	derived := claim.Arrangement{Owed: account.Open, Costs: account.OpenCosts()}
	if derived.MadeOf() != a.MadeOf() {
		return letter.Demand{}, &postgres.UnlawfulError{Rules: []string{fmt.Sprintf("what was agreed cannot be specified: arrangement %s is %s, and by what was known then %s was owed on %s; right would be to end it (claim arrangement ID end) and agree anew (art. 3.1 lid 3 Besluit kwaliteit incassodienstverlening)",
			a.Key, a.MadeOf(), derived.MadeOf(), a.On)}}
	}
	return fullDemand(then, account), nil
}

// leftOut adds which costs are not in the arrangement.
func leftOut(said *letter.Arrangement, f claim.Facts, a claim.Arrangement, tables law.Tables, account claim.Account) (err error) {
	if said.NoticeOn, said.NoticeCosts, err = costsAhead(f, a, tables, account); err != nil || said.NoticeCosts == 0 {
		return err
	}
	if notice, _ := f.Ahead(a); notice.Announced.VAT > 0 {
		_, rate, err := tables.VAT(notice.Announced.Costs, notice.On)
		if err != nil {
			return err
		}
		said.NoticeVAT = rate.Percent.Text
	}
	return nil
}

// costsAhead is the day of the 14-day letter of which the costs are not in an arrangement, with what they are at most; no day when there are none, as of who paid the principal within its term (art. 6:96 lid 6 BW).
func costsAhead(f claim.Facts, a claim.Arrangement, tables law.Tables, account claim.Account) (notice calendar.Date, most money.Amount, err error) {
	letter, ahead := f.Ahead(a)
	if !ahead {
		return notice, 0, nil
	}
	if due := f.CostsDueFrom(); !due.IsZero() {
		then, err := f.AccountOn(tables, calendar.Max(due, account.On))
		if err != nil || then.PaidInTime {
			return notice, 0, err
		}
	}
	if most, err = f.LawfulCosts(tables, account); most > 0 {
		notice = letter.On
	}
	return notice, most, err
}
