package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
)

// answer has the registers say something of a claim's debtor from a day on. The file appears whole.
func (o *office) answer(t *testing.T, ref postgres.Ref, register claim.Register, found claim.Finding, on calendar.Date) {
	t.Helper()
	path := filepath.Join(o.answers, ref.ClaimID+".csv")
	text := fmt.Sprintf("subject;register;answer;on\n%s;%s;%s;%s\n", ref.ClaimID, register, found, on)
	if err := os.WriteFile(path+".part", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".part", path); err != nil {
		t.Fatal(err)
	}
}

// A company is dissolved during debt monitoring: the register says it, a person finds nothing left, and ends it.
func TestACompanyThatIsNoMore(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	id := ref.ClaimID
	o.started(t, ref)
	o.says(t, "no register is asked: the claim is not being monitored", "claim", "checks", id)
	o.says(t, `{"claim":"`+id+`","checks":[],"coming":[]}`, "claim", "checks", id, "--json")
	o.refuses(t, 2, "refused: the claim is not being monitored; right would be the decision of the client (claim decide) or a withdrawal", "claim", "stop-monitoring", id, "client")
	o.untilDecided(t, ref)
	facts := o.facts(t, ref)
	from := facts.MonitoredFrom
	dissolved := from.AddMonths(9)
	o.answer(t, ref, claim.CompanyRegister, claim.FoundDissolved, dissolved)
	o.moveTo(t, ref, from.AddYears(1).AddDays(1).At(12, 0))

	text := o.says(t, "...", "claim", "checks", id)
	rows := slices.DeleteFunc(printed(text), func(row string) bool { return !strings.Contains(row, "company") || strings.HasPrefix(row, "next") })
	for i, want := range []string{
		fmt.Sprintf("%s | company | -1 | 1 | none |", facts.Advised), fmt.Sprintf("%s | company | 0 | 1 | none |", from), fmt.Sprintf("%s | company | 1 | 1 | dissolved | %s", from.AddYears(1), dissolved),
	} {
		if len(rows) != 3 || strings.TrimSpace(rows[i]) != want {
			t.Errorf("%q, want %q in\n%s", rows, want, text)
		}
	}
	if next := fmt.Sprintf("next: %s, insolvency, every 6 months since monitoring began\nnext: %s, company, every 12 months since monitoring began\n", from.AddMonths(18), from.AddYears(2)); !strings.HasSuffix(text, next) {
		t.Errorf("it does not end in\n%s:\n%s", next, text)
	}
	var v watched
	if err := json.Unmarshal([]byte(o.says(t, "...", "claim", "checks", "--json", id)), &v); err != nil || v.Claim != id || len(v.Checks) != 7 || len(v.Coming) != 2 || v.Checks[6].Since != dissolved && v.Checks[5].Since != dissolved {
		t.Errorf("%+v, %v", v, err)
	}
	o.says(t, fmt.Sprintf("\nregisters: company dissolved since %s (asked on %s), insolvency none on %s\n...", dissolved, from.AddYears(1), from.AddYears(1)), "claim", "show", id)

	o.refuses(t, 2, `refused: "tired" is not client, insolvency, no-estate or no-assets`, "claim", "stop-monitoring", id, "tired")
	o.refuses(t, 2, "refused: insolvency needs that the WSNP of a natural person or the bankruptcy of a company has ended", "claim", "stop-monitoring", id, "insolvency")
	o.says(t, "done; next: ...", "claim", "stop-monitoring", id, "no-assets")
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Status == claim.StatusClosed, nil }); err != nil {
		t.Fatal(err)
	}
	o.says(t, "no register is asked any more: the claim is closed\n...", "claim", "checks", id)
	o.says(t, "done before: recorded on ...", "claim", "stop-monitoring", id, "no-assets")
	o.refuses(t, 2, "there is no running workflow for this claim", "claim", "stop-monitoring", id, "client")
	o.refuses(t, 2, "the claim is closed", "claim", "interrupted", id, "registered letter")
}

func TestInterruptedCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	today := calendar.DateOf(time.Now())
	told := []string{"claim", "interrupted", ref.ClaimID, "registered letter", "--key", "i1", "--on", today.AddDays(-1).String()}
	o.says(t, "recorded\nthe claim can be enforced until ...", told...) // or a day longer: its first letter may have left today
	o.says(t, fmt.Sprintf("  interruption begins a new term, which never ends earlier (art. 3:317, 3:318 and 3:319 BW), on %s: 5 years, until %s\n...", today.AddDays(-1), today.AddDays(-1).AddYears(5)), "claim", "show", ref.ClaimID)
	o.says(t, "  money owed by contract (art. 3:307 BW), 5 years from ...", "claim", "show", ref.ClaimID)
	o.says(t, "told before with key i1; nothing changed ...", told...)
	o.refuses(t, 2, "interrupted:i1 was recorded before with other particulars", "claim", "interrupted", ref.ClaimID, "by telephone", "--key", "i1")
	o.refuses(t, 2, fmt.Sprintf("on %s is in the future", today.AddDays(1)), "claim", "interrupted", ref.ClaimID, "x", "--on", today.AddDays(1).String())
	o.refuses(t, 2, "--on: ", "claim", "interrupted", ref.ClaimID, "x", "--on", "yesterday")
	o.refuses(t, 2, `--on: date "" is not a date`, "claim", "interrupted", ref.ClaimID, "x", "--on", "")
	o.refuses(t, 2, `--since: date "" is not a date`, "claim", "flag", ref.ClaimID, "bankrupt", "--since", "")
	o.refuses(t, 2, `--from: date "" is not a date`, "claim", "hold", ref.ClaimID, "--reason", "x", "--from", "")
	if f := o.facts(t, ref); len(f.Interrupted) != 1 || f.Interrupted[0] != today.AddDays(-1) {
		t.Errorf("%v", f.Interrupted)
	}
}

// What nobody told is taken for a purchase; a person tells what it is, and the last day and what it rests on follow.
func TestWhetherADebtIsForAPurchaseIsTold(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	refs := o.handOver(t, debtor{who: "consumer PRE"}, debtor{who: "company PRE"})
	id, due := refs[0].ClaimID, o.facts(t, refs[0]).Invoices[0].Due
	tells := func(sale string) []string {
		return []string{"claim", "consumer-sale", id, sale, "--reason", "a contract for painting"}
	}
	o.says(t, "taken for a purchase, as nothing else was told...", "claim", "show", id)
	enforceable := func(said string, years int, basis string, args ...string) {
		from := []calendar.Date{due, calendar.DateOf(time.Now())} // its first letter, which interrupts, may have left today
		until := func(d calendar.Date) string {
			return fmt.Sprintf("%s\nthe claim can be enforced until %s: %s\n", said, d.AddYears(years), basis)
		}
		if got := o.says(t, "...", args...); got != until(from[0]) && got != until(from[1]) {
			t.Errorf("says %q, want %q or %q", got, until(from[0]), until(from[1]))
		}
	}
	for _, said := range []string{"recorded", "it was so already; nothing changed"} {
		enforceable(said, 5, "money owed by contract (art. 3:307 BW)", tells("no")...)
	}
	o.says(t, "told that it is no purchase...", "claim", "show", id)
	enforceable("recorded", 2, "the price of a consumer sale (art. 7:28 BW)", tells("yes")...)
	o.refuses(t, 2, `"maybe" is not yes or no`, tells("maybe")...)
	o.refuses(t, 2, "--reason: is empty; right would be what it is for, and who told so", "claim", "consumer-sale", id, "no")
	o.refuses(t, 2, "the debtor acts in business", "claim", "consumer-sale", refs[1].ClaimID, "no", "--reason", "x")
}
