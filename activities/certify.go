package activities

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// certificateOf proves that a finished letter says what the law asks, and may leave now. What fails is a *postgres.UnlawfulError, which names the rules.
func certificateOf(l letter.Letter, d letter.Document, c letter.Circumstances) ([]byte, error) {
	certificate := l.Certify(d, c)
	if failed := certificate.Failed(); len(failed) > 0 {
		return nil, &postgres.UnlawfulError{Rules: failed}
	}
	verdicts, err := json.Marshal(certificate.Verdicts)
	if err != nil {
		return nil, fmt.Errorf("encode certificate: %w", err)
	}
	return verdicts, nil
}

// circumstances are the facts outside the letter on which it depends whether it may leave, each taken from the case file anew.
func (w *LetterWriter) circumstances(kind letter.Kind, f claim.Facts, tables law.Tables, account claim.Account, at time.Time) (letter.Circumstances, error) {
	on := calendar.DateOf(at)
	c := letter.Circumstances{At: at, RegisteredUntil: w.RegisteredUntil, Enforceable: trajectory.Enforceable(f).LastDay, NoticeEnded: !account.CostsDueFrom.IsZero() && !account.CostsDueFrom.After(on), Held: len(f.StoppedBy(on)) > 0}
	for _, pause := range f.Pauses {
		c.Held = c.Held || pause.Covers(on) && kind != letter.Interruption // which preserves a right and asks no payment in time (art. 3:317 lid 1 BW)
	}
	var err error
	if a, ok := f.ArrangementOn(on); ok {
		if c.NoticeOn, _, err = costsAhead(f, a, tables, account); err != nil {
			return c, err
		}
	}
	c.LawfulCosts, err = f.LawfulCosts(tables, account)
	return c, err
}

// titleOf is the subject and title of the debt (art. 3.1 lid 2 Besluit kwaliteit incassodienstverlening): what the client said at hand-over that it is, else
// the client's agreement with the debtor, as invoiced. The client's own reminders need none.
func titleOf(l letter.Letter, file postgres.CaseFile) string {
	switch {
	case l.Kind == letter.Reminder || l.Kind == letter.StickerReminder:
		return ""
	case file.Title != "":
		return file.Title
	case l.Kind == letter.Correction:
		return invoicesNamed(l, file.Facts)
	}
	if l.Language == letter.English {
		return "agreement with " + l.Client.Name + ", as invoiced below"
	}
	return "overeenkomst met " + l.Client.Name + ", zie de factuur hieronder"
}
