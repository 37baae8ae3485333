package activities

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// mistakes is how a letter tells what made another wrong.
var mistakes = map[trajectory.Cause]letter.Mistake{
	trajectory.CausePaid: letter.AlreadyPaid, trajectory.CauseCredited: letter.AlreadyCredited, trajectory.CauseSettled: letter.AlreadySettled, trajectory.CauseReturned: letter.NoNotice,
	trajectory.CauseVoid: letter.VoidNotice, trajectory.CauseNamed: letter.NamedTooMuch, trajectory.CauseBroken: letter.BrokenNotice, trajectory.CauseCosts: letter.NoInformationCosts,
	trajectory.CauseStop: letter.NotAllowed, trajectory.CauseDispute: letter.NotAllowed, trajectory.CauseHold: letter.NotAllowed,
}

// correct makes of a letter the correction of those that were wrong. It asks what is owed on the account's day, of which the client's own reminders asked the
// principal only; when nothing is owed it asks nothing.
func correct(l *letter.Letter, draft *postgres.Draft, f claim.Facts, rules trajectory.Rules, account claim.Account) error {
	tables := rules.Tables
	untold, err := trajectory.CorrectionTells(f, rules)
	if err != nil {
		return err
	}
	for _, x := range untold {
		l.Wrong.Letters = append(l.Wrong.Letters, letter.WrongLetter{On: x.Letter.On, Asked: x.Letter.Demanded, Owed: x.Owed.Total(), Why: mistakes[x.Cause]})
	}
	l.Demand = fullDemand(f, account)
	if trajectory.AsksPrincipal(f, account.On) {
		l.Demand = principalDemand(f, account)
	}
	standing, err := trajectory.StandingOn(f, tables, account.On, l.Demand.Total)
	if err != nil {
		return err
	}
	draft.Corrects, draft.Told = trajectory.Corrects(untold), standing.Told
	switch {
	case account.Open.Total() == 0:
		l.Demand, l.Wrong.Refund, draft.PayBy = letter.Demand{}, account.Surplus, calendar.Date{}
		return nil
	case standing.Arranged:
		draft.PayBy, l.Arrangement = calendar.Date{}, leftOf(standing, rules.Policy.MinimumDemand)
		l.Demand, err = leftDemand(f, tables, standing, account.On)
		return err
	}
	l.PayBy = draft.PayBy
	if p := standing.Promise; standing.Promised {
		l.Wrong.Promised = letter.Promised{On: p.On, By: p.By, Amount: p.Amount, Less: standing.Over(l.Demand.Total) > 0}
	}
	return nil
}

// leftOf is what a correction tells of the payment arrangement that is in force: what is still to be paid of each instalment. Those that are paid come first, and those that fall away last. Of less than least none is asked by itself.
func leftOf(s trajectory.Standing, least money.Amount) letter.Arrangement {
	said := letter.Arrangement{On: s.Arrangement.On, Least: least}
	for _, left := range s.Left {
		switch {
		case left.Amount > 0:
			said.Instalments = append(said.Instalments, letter.Instalment{Due: left.Due, Amount: left.Amount})
		case len(said.Instalments) == 0:
			said.Paid++
		}
	}
	return said
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
