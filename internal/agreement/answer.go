package agreement

import (
	"fmt"

	"github.com/incassocenter/dunning/internal/calendar"
)

// Answer is what the client is told about its notice of termination, in Dutch, or in English for "en". It is written for a reader, not for a lawyer.
func (f Facts) Answer(n Notice, language string) string {
	t, date := dutchAnswer, calendar.Date.Dutch
	if language == "en" {
		t, date = englishAnswer, englishDate
	}
	if sooner, by, ok := f.endsSooner(n); ok {
		head := t.received
		if !n.TakenBack.IsZero() {
			head = t.withdrawn
		}
		return fmt.Sprintf(head+" "+t.sooner, date(n.Received), date(by.Received), date(sooner.Last))
	}
	of, would := f.YearOf(n.Received), f.inTimeFor(n.Received)
	renews := date(of.Last.AddDays(1))
	switch {
	case !n.TakenBack.IsZero():
		return fmt.Sprintf(t.takenBack, date(n.Received))
	case !n.Registered:
		return fmt.Sprintf(t.plain, date(n.Received), renews, date(would.Last), date(would.LastNotice))
	case would.Number > of.Number:
		return fmt.Sprintf(t.late, date(n.Received), date(of.LastNotice), renews, date(would.Last))
	}
	return fmt.Sprintf(t.inTime, date(n.Received), date(would.Last))
}

func englishDate(d calendar.Date) string {
	return fmt.Sprintf("%d %s %d", d.Day(), d.Month(), d.Year())
}

// answers are the texts by what becomes of a notice. All name the day of receipt first. What is written about a notice while another ends the agreement is
// that it was received, or withdrawn, and then which ends it.
type answers struct{ inTime, late, plain, takenBack, received, withdrawn, sooner string }

var dutchAnswer = answers{
	inTime: "Wij hebben uw aangetekende opzegging op %s ontvangen. Dat is op tijd. De overeenkomst eindigt op %s. Tot en met die dag blijft zij gelden.",
	late: "Wij hebben uw aangetekende opzegging op %s ontvangen. Dat is te laat om de overeenkomst dit jaar te laten eindigen: wij hadden uw brief uiterlijk op %s moeten ontvangen. " +
		"Daarom wordt de overeenkomst op %s met een jaar verlengd. Daarna eindigt zij, op %s. U hoeft niet opnieuw op te zeggen.",
	plain: "Wij hebben uw opzegging op %s ontvangen. Zij is niet aangetekend verstuurd. Daarom eindigt de overeenkomst niet en wordt zij op %s met een jaar verlengd. " +
		"Wilt u dat de overeenkomst op %s eindigt? Stuur dan een aangetekende brief. Wij moeten die uiterlijk op %s ontvangen.",
	takenBack: "U hebt de opzegging ingetrokken die wij op %s hebben ontvangen. De overeenkomst loopt door.",
	received:  "Wij hebben uw opzegging op %s ontvangen.",
	withdrawn: "U hebt de opzegging ingetrokken die wij op %s hebben ontvangen.",
	sooner:    "U hebt ook aangetekend opgezegd. Die brief hebben wij op %s ontvangen. Daardoor eindigt de overeenkomst op %s. U hoeft niet opnieuw op te zeggen.",
}

var englishAnswer = answers{
	inTime: "We received your registered notice of termination on %s. That is in time. The agreement ends on %s and is in force up to and including that day.",
	late: "We received your registered notice of termination on %s. That is too late to end the agreement this year: we should have received it by %s. " +
		"So the agreement is renewed for a year on %s. After that it ends, on %s. You do not have to give notice again.",
	plain: "We received your notice of termination on %s. It was not sent by registered post. So the agreement does not end and is renewed for a year on %s. " +
		"Do you want it to end on %s? Then send a registered letter. We have to receive it by %s.",
	takenBack: "You took back the notice of termination that we received on %s. The agreement goes on.",
	received:  "We received your notice of termination on %s.",
	withdrawn: "You took back the notice of termination that we received on %s.",
	sooner:    "You also gave notice by registered post. We received that letter on %s. It ends the agreement on %s. You do not have to give notice again.",
}
