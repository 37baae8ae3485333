package trajectory_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

var day = calendar.MustParseDate

// shipped is config.Data, read from its folder: the package config would bring the whole program along.
var shipped = os.DirFS("../../config")

func library(t interface {
	Helper()
	Fatal(args ...any)
}) *trajectory.Library {
	t.Helper()
	l, err := trajectory.ReadLibrary(shipped)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// kinds are the ways in which a story's first word names the debtor.
var kinds = map[string]claim.DebtorKind{
	"consumer": {NaturalPerson: true}, "sole trader": {InBusiness: true, NaturalPerson: true}, "company": {InBusiness: true},
}

// terms are the days that each letter gives a consumer, so that a story need not repeat them; in business the reminders give fewer.
var terms = map[string]int{"reminder": 7, "sticker-reminder": 7, "14-day-letter": 16, "summons": 7, "final-summons": 5}

func term(kind claim.DebtorKind, letter string) int {
	if kind.InBusiness && strings.HasSuffix(letter, "reminder") {
		return 5
	}
	return terms[letter]
}

// tell makes the facts of a claim from its story: "consumer; 2026-10-05 handed over; 2026-10-05 reminder by email". Without other words the
// claim is of 1000.00, due 2026-09-04, handed over on 2026-10-05, opened that day, of a Premium client, and the debtor has an e-mail address.
func tell(story string) claim.Facts {
	parts := strings.Split(story, ";")
	f := claim.Facts{
		ClaimID: "0b0f8f9e-0000-4000-8000-000000000001", ClientID: "c", Plan: "premium", Trajectory: "business@1", Status: claim.StatusOpen, HasEmail: true,
		Debtor: kinds[strings.TrimSpace(parts[0])], HandedOverOn: day("2026-10-05"), OpenedOn: day("2026-10-05"),
		Invoices: []claim.Invoice{{Number: "F1", Issued: day("2026-08-05"), Due: day("2026-09-04"), Amount: money.MustParse("1000.00")}},
	}
	if f.Debtor.Consumer() {
		f.Trajectory = "consumer@1"
	}
	for _, part := range parts[1:] {
		sentence(&f, strings.Fields(part))
	}
	return f
}

func sentence(f *claim.Facts, w []string) {
	switch w[0] {
	case "task": // "task find-address open", "task call:x done 2026-10-14", "task repay-surplus:1.00 dropped", "task correct-letter:reminder done told reminder@2026-10-05=60000", "... done 2026-10-07 tells promise:p 1000.00 asked 600.00 told ..."
		told := ""
		if i := slices.Index(w, "told"); i > 0 {
			told, w = strings.Join(w[i+1:], " "), w[:i]
		}
		if i := slices.Index(w, "tells"); i > 0 { // on the day on which it was done
			f.ToldByHand = append(f.ToldByHand, claim.Telling{Told: claim.Told{Of: w[i+1], Comes: money.MustParse(w[i+2])}, On: day(w[3]), Asked: money.MustParse(w[i+4])})
		}
		f.Tasks = append(f.Tasks, claim.Task{Key: w[1], Open: w[2] == "open", Dropped: w[2] == "dropped", Corrects: told})
		if step, called := strings.CutPrefix(w[1], claim.CallTask); called && w[2] == "done" {
			f.Called = append(f.Called, claim.Done{Step: step, On: day(w[3])})
		}
		counts := func(kind string) bool { return strings.HasPrefix(w[1], kind) }
		if w[2] == "done" && len(w) > 3 && slices.ContainsFunc(trajectory.DatedTasks(), counts) {
			f.RemindersDone = append(f.RemindersDone, claim.Done{Step: w[1], On: day(w[3])})
		}
		return
	case "plan":
		f.Plan = w[1]
		return
	case "principal":
		f.Invoices[0].Amount = money.MustParse(w[1])
		return
	case "no-sale":
		f.Terms.Sale = claim.SaleNo
		return
	case "sale":
		f.Terms.Sale = claim.SaleYes
		return
	case "instalments":
		f.Terms.Instalments = true
		return
	case "reviewed":
		amount := money.MustParse(w[1])
		f.CostsReviewed = &amount
		return
	case "no-email":
		f.HasEmail = false
		return
	case "checked": // "checked insolvency 3 2028-07-04 none": cycle 3; with "again" the second try; only the newest of each register is kept
		c := claim.Check{Register: claim.Register(w[1]), Try: 1, On: day(w[3]), Found: claim.Finding(w[4])}
		if _, err := fmt.Sscan(w[2], &c.Cycle); err != nil {
			panic(err)
		}
		if len(w) > 5 {
			c.Try = 2
		}
		f.Checks = append(slices.DeleteFunc(f.Checks, func(old claim.Check) bool { return old.Register == c.Register }), c)
		return
	}
	on := day(w[0])
	until := calendar.Date{}
	if i := strings.Index(strings.Join(w, " "), "until "); i >= 0 {
		until = day(strings.Join(w, " ")[i+6 : i+16])
	}
	switch w[1] {
	case "handed":
		f.HandedOverOn, f.OpenedOn = on, on
	case "unopened":
		f.OpenedOn = calendar.Date{}
	case "due":
		f.Invoices[0].Due, f.Invoices[0].Issued = on, on.AddDays(-30)
	case "paid", "credited", "let-go": // "2026-10-06 paid 100.00", "2026-10-06 paid 100.00 known 2026-10-09"
		kind := map[string]claim.SettlementKind{"paid": claim.PaidToAgency, "credited": claim.CreditNote, "let-go": claim.WriteOff}[w[1]]
		f.Settlements = append(f.Settlements, claim.Settlement{Key: fmt.Sprint(len(f.Settlements)), Kind: kind, On: on, Amount: money.MustParse(w[2]), Known: after(w, "known")})
	case "held":
		f.Pauses = append(f.Pauses, claim.Pause{Key: "h", Kind: claim.PauseHold, From: on, Until: until})
	case "disputed":
		f.Pauses = append(f.Pauses, claim.Pause{Key: "d", Kind: claim.PauseDispute, From: on})
	case "rejected", "upheld":
		f.Pauses[len(f.Pauses)-1].Until, f.Pauses[len(f.Pauses)-1].Outcome = on, w[1]
	case "noticed": // "2026-10-20 noticed 100.00 named 40.00 of this contract": the 14-day letter of another claim
		f.OtherNotices = append(f.OtherNotices, claim.OtherNotice{On: on, Demanded: law.Demanded{Principal: money.MustParse(w[2]), Costs: money.MustParse(w[4])}, SameContract: len(w) > 5})
	case "contacted": // "2026-10-05 contacted": a demand left to the debtor for another claim
		f.OtherContact = on
	case "flagged": // "2026-10-25 flagged bankrupt", "2026-10-25 flagged bankrupt until 2026-11-02"
		f.Flags = append(f.Flags, claim.Flag{Kind: w[2], From: on, Until: until})
	case "address-unknown", "email-bounced":
		f.Flags = append(f.Flags, claim.Flag{Kind: w[1], From: on})
	case "advised":
		f.Advised = on
	case "asked-again":
		f.AskedAgain = on
	case "reopened":
		f.Reopened = on
	case "taken-back-from-court": // which the client told that day: it decides anew
		f.Decision, f.AskedAgain, f.Court = nil, on, append(f.Court, claim.CourtStep{Stage: claim.CourtWithdrawn, On: on})
	case "decided":
		f.Decision = &claim.Decision{Choice: claim.Choice(w[2]), On: on}
	case "court": // "2027-02-01 court served", "2027-03-01 court judgment costs 150.00": what it decides of the collection costs
		step := claim.CourtStep{Stage: claim.CourtStage(w[2]), On: on}
		if len(w) > 4 {
			step.Awarded.Costs = money.MustParse(w[4])
		}
		f.Court = append(f.Court, step)
	case "withdrawn":
		f.Withdrawn = on
	case "monitored":
		f.Decision, f.MonitoredFrom = &claim.Decision{Choice: claim.ChooseMonitoring, On: on}, on
	case "skipped":
		f.Skipped = append(f.Skipped, claim.Done{Step: w[2], On: on})
	case "stuck": // "2026-10-08 stuck on reminder"
		f.Attention = &claim.Attention{Action: w[3], Cause: "MailRefused", Since: on.At(9, 0)}
	case "interrupted":
		f.Interrupted = append(f.Interrupted, on)
	case "ended": // "2030-01-04 ended client"
		f.Closing = &claim.Closing{Reason: claim.Ending(w[2]).Reason(), On: on, Because: claim.Ending(w[2])}
	case "operator-closed":
		f.Closing = &claim.Closing{Reason: "settled out of court", On: on}
	case "complained": // "2026-10-08 complained c1", "2026-10-08 complained c1 recorded 2026-10-14T11:00"
		complaint := claim.NewComplaint(w[2], on)
		if len(w) > 4 {
			at, err := time.ParseInLocation("2006-01-02T15:04", w[4], calendar.Amsterdam)
			if err != nil {
				panic(err)
			}
			complaint.Recorded = at
		}
		f.Complaints = append(f.Complaints, complaint)
	case "promised": // "2026-10-20 promised 500.00 by 2026-10-30": until 2026-11-03, two working days later; "taken-back 2026-10-22"
		by := day(w[4])
		p := claim.Promise{Key: "p", On: on, By: by, Until: calendar.AddWorkingDays(by, 2), Amount: money.MustParse(w[2]), Settled: settledSoFar(f)}
		if len(w) > 6 {
			p.Ended = day(w[6])
		}
		f.Promises = append(f.Promises, p)
	case "taken-back": // "2026-10-20 taken-back 300.00": of what the newest arrangement, or else promise, had counted, the first of that amount
		i := slices.IndexFunc(f.Settlements, func(s claim.Settlement) bool { return s.Amount == money.MustParse(w[2]) })
		f.Settlements = slices.Delete(f.Settlements, i, i+1)
		if n := len(f.Arrangements); n > 0 {
			f.Arrangements[n-1].TakenBack = money.MustParse(w[2])
		} else {
			f.Promises[len(f.Promises)-1].TakenBack = money.MustParse(w[2])
		}
	case "arranged": // "2026-10-20 arranged 3 x 100.00 monthly from 2026-11-02", "... ended 2026-12-01"
		f.Arrangements = append(f.Arrangements, arrangementOf(f, w, on))
	case "requested": // "2026-10-08 requested q1 documents": 14 days to answer, a reminder after 7
		f.Requests = append(f.Requests, claim.Request{Key: w[2], Kind: claim.RequestKind(w[3]), On: on, Days: 14, RemindAfter: 7})
	case "answered":
		for i := range f.Requests {
			if f.Requests[i].Key == w[2] {
				f.Requests[i].Answered, f.Requests[i].Answer = on, claim.AnswerGiven
			}
		}
	case "status":
		f.Status = claim.Status(w[2])
	default:
		l := letterOf(f.Debtor, w, on)
		for _, before := range f.Letters {
			if l.Step == trajectory.MonitoringLetter && before.Step == l.Step && before.Left() {
				l.Cycle = before.Cycle + 1
			}
		}
		f.Letters = append(f.Letters, l)
	}
}

// after is the day after a word, if the word is there.
func after(w []string, word string) calendar.Date {
	if i := slices.Index(w, word); i >= 0 {
		return day(w[i+1])
	}
	return calendar.Date{}
}

func settledSoFar(f *claim.Facts) (total money.Amount) {
	for _, s := range f.Settlements {
		total += s.Amount
	}
	return total
}

// letterOf reads "2026-10-05 reminder by post unknown": accepted when no state is named, received two days later by post.
func letterOf(debtor claim.DebtorKind, w []string, on calendar.Date) claim.Letter {
	l := claim.Letter{Step: w[1], Kind: w[1], Cycle: 1, Channel: w[3], State: claim.LetterAccepted, On: on, PayBy: on.AddDays(term(debtor, w[1])), Demanded: money.MustParse("1000.00")}
	if i := slices.Index(w, "corrects"); i > 0 { // "2026-10-06 correction:reminder by email asked 600.00 corrects reminder@2026-10-05=60000"
		l.Corrects, w = strings.Join(w[i+1:], " "), w[:i]
	}
	if i := slices.Index(w, "tells"); i > 0 { // "2026-11-10 correction:summons by email asked 468.13 tells promise:p 1068.13 corrects ..."
		l.Told, w = claim.Told{Of: w[i+1], Comes: money.MustParse(w[i+2])}, w[:i]
	}
	if i := slices.Index(w, "asked"); i > 0 { // "2026-11-06 summons by email asked 1157.00": 1000.00 when it is not told
		l.Demanded, w = money.MustParse(w[i+1]), w[:i]
	}
	if len(w) > 4 {
		l.State = claim.LetterState(w[4])
	}
	if l.State == claim.LetterAccepted {
		l.Received = on
		if l.Channel == trajectory.ChannelPost {
			l.Received = on.AddDays(2)
		}
	}
	if claim.IsArrangementStep(l.Step) {
		l.Kind = trajectory.ArrangementConfirmation
		if strings.Contains(l.Step, "/") {
			l.Kind, l.PayBy, l.Demanded = trajectory.ArrangementReminder, on.AddDays(7), money.MustParse("1000.00")
		}
	}
	if step, letter, ok := strings.Cut(l.Step, "#"); ok { // "request:q1#2": its second letter
		l.Step, l.Kind, l.Cycle, l.PayBy = step, step, int(letter[0]-'0'), on.AddDays(term(debtor, step))
	}
	if claim.IsRequestStep(l.Step) {
		l.Kind, l.PayBy = trajectory.ClientRequest, calendar.Date{}
	}
	if claim.IsComplaintStep(l.Step) {
		l.Kind, l.PayBy = trajectory.ComplaintConfirmation, calendar.Date{}
	}
	if l.Corrects != "" {
		l.Kind, l.PayBy = trajectory.Correction, on.AddDays(trajectory.CorrectionTerm)
	} else if !trajectory.Demands(l.Kind) && l.Told.Of == "" {
		l.Demanded = 0
	}
	return l
}

// next tells in one line what comes next at an instant ("2026-10-05 09:00" Amsterdam time).
func next(t *testing.T, f claim.Facts, at string) (trajectory.Action, string) {
	t.Helper()
	rules, now := ruled(t, f, at)
	a, err := trajectory.Next(f, rules, now)
	if err != nil {
		t.Fatal(err)
	}
	if a.Reason == "" {
		t.Errorf("no reason is given for %s", a.Kind)
	}
	if a.Letter != "" && a.NotSooner == "" {
		t.Errorf("%s does not say why not sooner", a.Step)
	}
	if !a.Due.IsZero() && (a.Due.Before(now) || a.Day != calendar.DateOf(a.Due)) {
		t.Errorf("%s is due at %s (day %s), now is %s", a.Name(), a.Due, a.Day, now)
	}
	if allowed, _, why := calendar.ContactAllowed(a.Due); a.ToDebtor() && !allowed {
		t.Errorf("%s is due at %s: %s", a.Step, a.Due, why)
	}
	return a, say(a)
}

// say is an action in words: "reminder by email on 2026-10-05", "task find-address", "wait until 2026-10-12", "close paid".
func say(a trajectory.Action) string {
	switch a.Kind {
	case trajectory.ActTask:
		return "task " + a.Task
	case trajectory.ActWait:
		words := "wait"
		if a.Task != "" {
			words += " for " + a.Task
		}
		if !a.Due.IsZero() {
			words += " until " + a.Day.String()
		}
		return words
	case trajectory.ActClose:
		return fmt.Sprintf("close %s on %s", a.Outcome, a.Day)
	case trajectory.ActNothing:
		return "nothing"
	case trajectory.ActMonitorYear:
		return fmt.Sprintf("monitoring letter %d by %s on %s", a.Cycle, a.Channel, a.Day)
	case trajectory.ActLetter, trajectory.ActAdvise, trajectory.ActRemind:
		return fmt.Sprintf("%s by %s on %s", a.Step, a.Channel, a.Day)
	case trajectory.ActOpen, trajectory.ActDecide, trajectory.ActMonitor, trajectory.ActCheck:
	}
	return fmt.Sprintf("%s on %s", a.Kind, a.Day)
}

// tellings is a table of stories: what happened, the instant, what comes next.
type tellings []struct{ name, story, at, want string }

func (table tellings) run(t *testing.T) {
	t.Helper()
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, got := next(t, tell(c.story), c.at); got != c.want {
				t.Errorf("%s\nat %s comes %q, want %q", c.story, c.at, got, c.want)
			}
		})
	}
}

// ruled gives the rules as shipped that a claim is decided by, and the instant of a "2006-01-02 15:04".
func ruled(t *testing.T, f claim.Facts, at string) (rules trajectory.Rules, now time.Time) {
	t.Helper()
	rules = pinned(t, f)
	var err error
	if now, err = time.ParseInLocation("2006-01-02 15:04", at, calendar.Amsterdam); err != nil {
		t.Fatal(err)
	}
	return rules, now
}

// dropped are the tasks that end by themselves at an instant.
func dropped(t *testing.T, f claim.Facts, at string) []trajectory.Dropped {
	t.Helper()
	rules, now := ruled(t, f, at)
	tasks, err := trajectory.Unwanted(f, rules, now)
	if err != nil {
		t.Fatal(err)
	}
	return tasks
}
