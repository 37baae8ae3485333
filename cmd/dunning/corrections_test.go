package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func TestCorrectionsCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	id := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0].ClaimID
	o.says(t, "no letter was wrong", "claim", "corrections", id)
	o.says(t, "no letter was wrong", "claim", "corrections", "--since", "2099-01-01")
	if a := o.dunning(t, "claim", "corrections", id, "--json"); a.code != 0 || a.stdout+a.stderr != "" {
		t.Errorf("%+v", a)
	}
	o.refuses(t, 2, "not found", "claim", "corrections", "00000000-0000-0000-0000-000000000000")
	o.refuses(t, 2, `"--since"`, "claim", "corrections", "--since", "soon")
}

func TestHowWrongLettersAreTold(t *testing.T) {
	t.Parallel()
	on, euro := calendar.MustParseDate("2026-11-06"), money.MustParse
	summons := trajectory.Fault{
		Letter: claim.Letter{Step: "summons", Kind: "summons", Cycle: 1, Channel: "email", On: on, Demanded: euro("1157.12")},
		Owed:   claim.Balance{Interest: euro("3.00"), Principal: euro("700.00")}, Cause: trajectory.CausePaid, Key: "p", Since: on.AddDays(-3),
	}
	reminder := summons
	reminder.Letter.Demanded, reminder.Owed, reminder.Cause = euro("700.00"), claim.Balance{Principal: euro("700.00")}, trajectory.CauseHold
	wrongs := []wrongLetter{
		{"0b0f8f9e-0000-4000-8000-000000000001", postgres.Wrong{Fault: summons, Asked: &claim.Balance{Costs: euro("150.00"), Interest: euro("7.12"), Principal: euro("1000.00")}, Learnt: on.AddDays(2), Done: "nothing yet"}},
		{"0b0f8f9e-0000-4000-8000-000000000002", postgres.Wrong{Fault: reminder, Learnt: on.AddDays(2), Done: "told by hand on 2026-11-09: 700.00 was owed; task correct-letter:summons is open: tell the debtor",
			Also: []postgres.Reason{{Cause: trajectory.CausePaid, Why: "paid on 2026-11-03, which was not known then", Known: on.AddDays(4)}},
			Told: []postgres.ToldFault{{On: on.AddDays(3), By: postgres.ToldByHand, Owed: euro("700.00")}}}},
	}
	var b bytes.Buffer
	told := claim.Telling{Told: claim.Told{Of: "promise:x"}, Asked: euro("405.50")}
	if err := errors.Join(printWrongs(&b, wrongs[:1], told), printWrongs(&b, wrongs[1:], claim.Telling{})); err != nil {
		t.Fatal(err)
	}
	want := `{"claim":"0b0f8f9e-0000-4000-8000-000000000001","step":"summons","cycle":1,"letter":"summons","channel":"email","left_on":"2026-11-06","known_on":"2026-11-08","asked":"1157.12","owed":"703.00","too_much":"454.12","parts":{"costs":"150.00","interest":"4.12","principal":"300.00"},"cause":"paid","why":"paid on 2026-11-03, which was not known then","besides":[],"told":[],"done":"nothing yet","to_tell":{"of":"promise:x","asks":"405.50"}}
{"claim":"0b0f8f9e-0000-4000-8000-000000000002","step":"summons","cycle":1,"letter":"summons","channel":"email","left_on":"2026-11-06","known_on":"2026-11-08","asked":"700.00","owed":"700.00","too_much":"0.00","parts":null,"cause":"on-hold","why":"no letter should have left: on hold since 2026-11-03","besides":[{"cause":"paid","why":"paid on 2026-11-03, which was not known then","known_on":"2026-11-10"}],"told":[{"on":"2026-11-09","by":"hand","owed":"700.00"}],"done":"told by hand on 2026-11-09: 700.00 was owed; task correct-letter:summons is open: tell the debtor","to_tell":null}
`
	if got := b.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	table := wrongTable(wrongs, 120)
	for _, words := range []string{"CLAIM", "TOO MUCH", "0b0f8f9e", "1157.12", "454.12", "which was not", "correct-letter:summons", "(known on", "told by hand"} {
		if !strings.Contains(table, words) {
			t.Errorf("%q is missing in\n%s", words, table)
		}
	}
	for line := range strings.Lines(table) {
		if width := len([]rune(strings.TrimRight(line, "\n"))); width > 120 {
			t.Errorf("%d wide: %s", width, line)
		}
	}
}
