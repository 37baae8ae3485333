package activities

import (
	"slices"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// confirmation writes the letter that confirms receipt of a complaint. It asks nothing, so nothing of what is owed stands in it or keeps it from
// leaving, and it has no day to pay by: no term runs from it.
func (w *LetterWriter) confirmation(file postgres.CaseFile, action trajectory.Action, at time.Time) (postgres.Draft, error) {
	i := slices.IndexFunc(file.Facts.Complaints, func(c claim.Complaint) bool { return c.Step() == action.Step })
	if i < 0 {
		return postgres.Draft{}, &BadDataError{"there is no complaint of step " + action.Step}
	}
	l := w.letterOf(file, action, calendar.DateOf(at))
	l.Complaint = letter.Complaint{ReceivedOn: file.Facts.Complaints[i].On, AnswerDays: w.AnswerDays, Scheme: w.DisputesScheme}
	draft := postgres.Draft{Sender: w.Agency.Name, Recipient: file.Debtor.Recipient(action.Channel)}
	document, err := letter.Compose(l)
	if err != nil {
		return draft, err
	}
	if draft.Certificate, err = certificateOf(l, document, letter.Circumstances{At: at, RegisteredUntil: w.RegisteredUntil}); err != nil {
		return draft, err
	}
	return finish(draft, document, 0), nil
}
