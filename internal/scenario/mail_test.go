package scenario_test

import (
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/mail"
	"github.com/incassocenter/dunning/internal/scenario"
)

// The mail server of a scenario answers what cannot be sent as the real sender does.
func TestAMailThatCannotBeSent(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]mail.Outcome{"debtor@voorbeeld.example": mail.Accepted, "debtor@zoë.example": mail.Bounced, "": mail.Bounced} {
		m := mail.Message{ID: "a@voorbeeld.example", From: "agency@voorbeeld.example", To: to, Date: time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)}
		if got := scenario.SendMail(t.Context(), m); got.Outcome != want {
			t.Errorf("%s: %+v, want %v", to, got, want)
		}
	}
}
