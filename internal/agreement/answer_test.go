package agreement_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
)

func TestAnswerToANotice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ notice, language, want string }{
		{"2026-11-30 registered", "nl", "Wij hebben uw aangetekende opzegging op 30 november 2026 ontvangen. Dat is op tijd. De overeenkomst eindigt op 28 februari 2027. Tot en met die dag blijft zij gelden."},
		{"2026-12-01 registered", "nl", "Wij hebben uw aangetekende opzegging op 1 december 2026 ontvangen. Dat is te laat om de overeenkomst dit jaar te laten eindigen: wij hadden uw brief uiterlijk op 30 november 2026 moeten ontvangen. Daarom wordt de overeenkomst op 1 maart 2027 met een jaar verlengd. Daarna eindigt zij, op 29 februari 2028. U hoeft niet opnieuw op te zeggen."},
		{"2026-06-01 plain", "nl", "Wij hebben uw opzegging op 1 juni 2026 ontvangen. Zij is niet aangetekend verstuurd. Daarom eindigt de overeenkomst niet en wordt zij op 1 maart 2027 met een jaar verlengd. Wilt u dat de overeenkomst op 28 februari 2027 eindigt? Stuur dan een aangetekende brief. Wij moeten die uiterlijk op 30 november 2026 ontvangen."},
		{"2026-06-01 registered back 2026-06-02", "nl", "U hebt de opzegging ingetrokken die wij op 1 juni 2026 hebben ontvangen. De overeenkomst loopt door."},
		{"2026-12-01 registered", "en", "We received your registered notice of termination on 1 December 2026. That is too late to end the agreement this year: we should have received it by 30 November 2026. So the agreement is renewed for a year on 1 March 2027. After that it ends, on 29 February 2028. You do not have to give notice again."},
		{"2026-12-05 plain", "en", "We received your notice of termination on 5 December 2026. It was not sent by registered post. So the agreement does not end and is renewed for a year on 1 March 2027. Do you want it to end on 29 February 2028? Then send a registered letter. We have to receive it by 30 November 2027."},
	} {
		if f := since("2026-03-01", c.notice); f.Answer(f.Notices[0], c.language) != c.want {
			t.Errorf("%s: %s", c.notice, f.Answer(f.Notices[0], c.language))
		}
	}
}

// Of two notices the answer to one does not deny what the other does.
func TestAnswerToOneOfTwoNotices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ story, notice, other, language, want string }{
		{
			"not registered", "2026-06-15 plain", "2026-06-20 registered", "nl",
			"Wij hebben uw opzegging op 15 juni 2026 ontvangen. U hebt ook aangetekend opgezegd. Die brief hebben wij op 20 juni 2026 ontvangen. Daardoor eindigt de overeenkomst op 28 februari 2027. U hoeft niet opnieuw op te zeggen.",
		},
		{
			"taken back, the other not", "2026-06-15 registered back 2026-06-18", "2026-06-20 registered", "nl",
			"U hebt de opzegging ingetrokken die wij op 15 juni 2026 hebben ontvangen. U hebt ook aangetekend opgezegd. Die brief hebben wij op 20 juni 2026 ontvangen. Daardoor eindigt de overeenkomst op 28 februari 2027. U hoeft niet opnieuw op te zeggen.",
		},
		{
			"too late, the other was not", "2026-12-01 registered", "2026-06-20 registered", "en",
			"We received your notice of termination on 1 December 2026. You also gave notice by registered post. We received that letter on 20 June 2026. It ends the agreement on 28 February 2027. You do not have to give notice again.",
		},
		{
			"the other was taken back", "2026-06-15 plain", "2026-06-20 registered back 2026-07-01", "en",
			"We received your notice of termination on 15 June 2026. It was not sent by registered post. So the agreement does not end and is renewed for a year on 1 March 2027. Do you want it to end on 28 February 2027? Then send a registered letter. We have to receive it by 30 November 2026.",
		},
		{
			"both in time", "2026-06-25 registered", "2026-06-20 registered", "en",
			"We received your registered notice of termination on 25 June 2026. That is in time. The agreement ends on 28 February 2027 and is in force up to and including that day.",
		},
	} {
		f := since("2026-03-01", c.notice, c.other)
		i := slices.IndexFunc(f.Notices, func(n agreement.Notice) bool { return strings.HasPrefix(c.notice, n.Received.String()) })
		if got := f.Answer(f.Notices[i], c.language); got != c.want {
			t.Errorf("%s: %s", c.story, got)
		}
	}
	for _, c := range []struct{ notice, other, want string }{
		{"2026-06-15 plain", "2026-06-20 registered", "it changes nothing: the registered notice that was received on 2026-06-20 ends the agreement on 2027-02-28"},
		{"2026-06-15 registered back 2026-06-22", "2026-06-20 registered", "it was taken back, and the agreement ends all the same: the registered notice that was received on 2026-06-20 ends it on 2027-02-28"},
		{"2026-06-15 registered back 2026-06-18", "2026-06-20 registered", "it was taken back: it ends nothing"}, // as the client was told then
	} {
		f := since("2026-03-01", c.notice, c.other)
		if got := f.Verdict(f.Notices[0]); got != c.want {
			t.Errorf("%s: %s", c.notice, got)
		}
	}
}
