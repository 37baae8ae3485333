package activities

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
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
func correct(l *letter.Letter, draft *postgres.Draft, f claim.Facts, tables law.Tables, account claim.Account) error {
	untold, err := trajectory.Untold(f, tables)
	if err != nil {
		return err
	}
	draft.Corrects = trajectory.Corrects(untold)
	for _, x := range untold {
		l.Wrong.Letters = append(l.Wrong.Letters, letter.WrongLetter{On: x.Letter.On, Asked: x.Letter.Demanded, Owed: x.Owed.Total(), Why: mistakes[x.Cause]})
	}
	if account.Open.Total() == 0 {
		l.Wrong.Refund, draft.PayBy = account.Surplus, calendar.Date{}
		return nil
	}
	l.PayBy, l.Demand = draft.PayBy, fullDemand(f, account)
	if trajectory.AsksPrincipal(f, account.On) {
		l.Demand = principalDemand(f, account)
	}
	return nil
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
