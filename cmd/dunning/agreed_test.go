package main

import (
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// A hold that has passed, a promise that is taken back, and an arrangement whose confirmation leaves.
func TestWhatDunningWaitsFor(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer PRE"})[0]
	o.started(t, ref)
	id, today := ref.ClaimID, calendar.DateOf(time.Now())
	on := func(days int) string { return today.AddDays(days).String() }

	o.refuses(t, 2, "is before the hand-over; right would be a day from "+on(0), "claim", "hold", id, "--from", on(-1))
	o.says(t, "recorded with key h1; end it with: dunning claim resume "+id+" h1", "claim", "hold", id, "--from", on(100), "--until", on(110), "--key", "h1")
	o.refuses(t, 2, "the claim is on hold already: h1, from "+on(100)+" until "+on(110), "claim", "hold", id, "--from", on(90), "--until", on(100))
	o.refuses(t, 2, "--from: ", "claim", "hold", id, "--from", "tomorrow")
	o.says(t, "recorded", "claim", "resume", id, "h1")

	o.refuses(t, 2, "--by: is needed; right would be the last day on which it is paid in time", "claim", "promise", id, "10")
	o.refuses(t, 2, "AMOUNT: ", "claim", "promise", id, "ten", "--by", on(3))
	o.refuses(t, 2, "is not within 30 days; right would be a day from "+on(0)+" up to and including "+on(30), "claim", "promise", id, "10", "--by", on(31))
	said := ""
	for _, known := range []string{"recorded with key p1; ", "told before with key p1; nothing changed (another one that is equal needs a --key of its own); "} {
		said = o.says(t, known+"end it with: dunning claim withdraw-promise "+id+" p1", "claim", "promise", id, "10,00", "--by", on(3), "--key", "p1")
	}
	o.says(t, "promise p1: 10.00 by "+on(3)+", promised on "+on(0)+": not broken before ...", "claim", "show", id)
	o.says(t, "promise p1 ...", "explain", id)
	o.says(t, "recorded", endedBy(t, said)...)

	permitted := []string{"claim", "arrange", id, "--permission", "by telephone", "--first", on(14), "--key", "a1"}
	o.refuses(t, 2, "the claim has no payment arrangement", "claim", "arrangement", id, "show")
	o.refuses(t, 2, "the client's permission is empty; right would be who permitted it and when", "claim", "arrange", id, "--instalments", "2", "--first", on(14))
	o.refuses(t, 2, "--first: is needed", "claim", "arrange", id, "--instalments", "2")
	o.refuses(t, 2, "one of --instalments and --amounts is needed", permitted...)
	o.refuses(t, 2, "--instalments: 1 is too few", append(permitted, "--instalments", "1")...)
	o.refuses(t, 2, `--every: "year" is neither month nor week`, append(permitted, "--instalments", "2", "--every", "year")...)
	o.refuses(t, 2, "--amounts: ", append(permitted, "--amounts", "10 x")...)
	o.refuses(t, 2, "the amounts add up to 20.00 and ", append(permitted, "--amounts", "10,00 10,00")...)
	o.says(t, "recorded\n...", append(permitted, "--instalments", "3", "--every", "week")...)
	if _, err := o.teller.letterLeft(t.Context(), ref, "arrangement:a1"); err != nil {
		t.Fatal(err)
	}
	shown := o.says(t, "in 3 instalments up to "+on(28)+"...", "claim", "arrangement", id, "show")
	if !strings.Contains(shown, "to pay") || !strings.Contains(shown, "end it with: dunning claim arrangement "+id+" end") {
		t.Error(shown)
	}
	_, made, _ := strings.Cut(shown, "  made of ")
	if made, _, _ = strings.Cut(made, "\n"); !strings.HasPrefix(made, "principal ") {
		t.Errorf("it does not tell what it is made of: %s", shown)
	}
	o.says(t, "  made of "+made+"\n...", "claim", "show", id)
	explained := o.says(t, "payment arrangement a1...", "explain", id, "--json")
	if !strings.Contains(explained, made+" = ") {
		t.Errorf("explain does not tell %q: %s", made, explained)
	}
	o.refuses(t, 2, `"stop" is neither show nor end`, "claim", "arrangement", id, "stop")
	o.refuses(t, 2, "an arrangement is ended for a reason", "claim", "arrangement", id, "end")
	for range 2 {
		o.says(t, "recorded", "claim", "arrangement", id, "end", "--reason", "the debtor pays at once")
	}
	o.says(t, "PRICE...", "claim", "withdraw", id)
}

// Whoever agrees on an arrangement hears that its confirmation waits for a repair, until it has left.
func TestAnArrangementSaysThatItsConfirmationWaits(t *testing.T) {
	t.Parallel()
	today := calendar.MustParseDate("2026-10-12")
	a := claim.Arrangement{Key: "a1", On: today, Instalments: []claim.Instalment{{Due: today.AddDays(14), Amount: money.MustParse("100.00")}}}
	stuck := &claim.Attention{Action: "summons", Cause: "BadData"}
	left := []claim.Letter{{Step: a.Step(), Cycle: 1, State: claim.LetterAccepted, On: today}}
	for _, c := range []struct {
		story string
		facts claim.Facts
		waits bool
	}{
		{"nothing needs attention", claim.Facts{}, false},
		{"a summons could not be written", claim.Facts{Attention: stuck}, true},
		{"it had left before that", claim.Facts{Attention: stuck, Letters: left}, false},
	} {
		var out strings.Builder
		c.facts.ClaimID, c.facts.Arrangements = "ID", []claim.Arrangement{a}
		if err := printArrangement(&out, c.facts, a, today); err != nil {
			t.Fatal(err)
		}
		const said = "\nits confirmation waits until summons is repaired, which could not be done (BadData); do that with: dunning claim repair ID\n"
		if strings.Contains(out.String(), said) != c.waits {
			t.Errorf("%s: %s", c.story, out.String())
		}
	}
}

// The instalments of an arrangement that is over, or of a claim that has ended, are not to pay.
func TestInstalmentsOfWhatIsOver(t *testing.T) {
	t.Parallel()
	today := calendar.MustParseDate("2026-10-12")
	a := claim.Arrangement{Key: "a1", On: today, Instalments: []claim.Instalment{{Due: today.AddDays(14), Amount: money.MustParse("100.00")}}}
	ended := a
	ended.Ended = today
	for _, c := range []struct {
		story string
		a     claim.Arrangement
		facts claim.Facts
		want  string
	}{
		{"in force", a, claim.Facts{Status: claim.StatusOpen}, "to pay"},
		{"ended", ended, claim.Facts{Status: claim.StatusOpen}, "not paid"},
		{"of a claim that is withdrawn", a, claim.Facts{Status: claim.StatusWithdrawn, Withdrawn: today}, "not paid"},
	} {
		var out strings.Builder
		c.facts.ClaimID, c.facts.Arrangements = "ID", []claim.Arrangement{c.a}
		if err := printArrangement(&out, c.facts, c.a, today); err != nil {
			t.Fatal(err)
		}
		if said := out.String(); !strings.Contains(said, c.want) || strings.Contains(said, "end it with") != (c.want == "to pay") {
			t.Errorf("%s: %s", c.story, said)
		}
	}
}

// A claim whose time ran ahead of the clock of this machine is told as of its newest event, and a task is never opened after the day of which it is told.
func TestWhereTimeRanAhead(t *testing.T) {
	t.Parallel()
	now := calendar.MustParseDate("2026-10-12").At(12, 0)
	events := []postgres.Event{{At: now.AddDate(0, 0, -1)}, {At: now.AddDate(4, 0, 0)}, {At: now.AddDate(1, 0, 0)}}
	if got := newestAt(events, now); !got.Equal(events[1].At) {
		t.Error(got)
	}
	if got := newestAt(events[:1], now); !got.Equal(now) {
		t.Error(got)
	}
	today := calendar.DateOf(now)
	for _, x := range tasksOf([]postgres.OpenTask{{Key: "a", Opened: today.AddDays(-2)}, {Key: "b", Opened: today.AddDays(5)}}, today) {
		if want := map[string]int{"a": 7, "b": 0}[x.Key]; x.Age != want {
			t.Errorf("%s is %d days old, want %d", x.Key, x.Age, want)
		}
	}
}

// What a command needs the key of, its line in the timeline has it.
func TestKeysInTheTimeline(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"hold:h1": ", key h1", "dispute:d1": ", key d1", "promise:p1": ", key p1", "settlement:s:1": ", key s:1", "close": "", "letter:x": ""} {
		if got := keyOf(postgres.Event{Key: key}); got != want {
			t.Errorf("%s: %q", key, got)
		}
	}
}
