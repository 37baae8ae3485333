package trajectory_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// corrects writes down what a correction tells, or a confirmation of what was settled since, and nothing for other letters; and gives the promise or arrangement of which it tells what is to be paid, if it does. Each letter that it tells was wrong by something that came to be known since, and no correction
// that left told as much of it.
func (w *world) corrects(a trajectory.Action, l *claim.Letter) (told *agreement) {
	switch a.Letter {
	case trajectory.ArrangementConfirmation:
		account, err := w.facts.AccountOn(w.rules.Tables, w.today())
		if err != nil {
			w.fail("account: %v", err)
		}
		confirmed, err := trajectory.Confirms(w.facts, w.rules.Tables, account)
		if err != nil {
			w.fail("confirming: %v", err)
		}
		if confirmed.Costs > confirmed.Lawful {
			w.fail("%s tells %s of collection costs, and the law allows %s", a.Step, confirmed.Costs, confirmed.Lawful)
		}
		l.Demanded, l.Told = confirmed.Asks, confirmed.Told
		return w.agreementOf(l.Told)
	case trajectory.Correction:
	default:
		return nil
	}
	if len(w.untold()) == 0 {
		w.fail("%s leaves and nothing was wrong", a.Step)
	}
	untold, err := trajectory.CorrectionTells(w.facts, w.rules)
	if err != nil {
		w.fail("telling: %v", err)
	}
	for _, x := range untold {
		if !w.learnt(x.Letter) {
			w.fail("%s tells of %+v, of which nothing came to be known", a.Step, x)
		}
		if w.toldAsMuch(x) {
			w.fail("%s tells of %+v again", a.Step, x)
		}
	}
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	owed := account.Open.Total()
	if trajectory.AsksPrincipal(w.facts, w.today()) {
		owed = w.facts.UnpaidPrincipal(w.today())
	}
	standing, err := trajectory.StandingOn(w.facts, w.rules.Tables, w.today(), owed)
	if err != nil {
		w.fail("standing: %v", err)
	}
	l.Corrects, l.Told, l.Demanded = trajectory.Corrects(untold), standing.Told, standing.Asks(owed)
	return w.agreementOf(l.Told)
}

// agreementOf is what a letter tells of, if it tells of something that was agreed.
func (w *world) agreementOf(of claim.Told) *agreement {
	if i := slices.IndexFunc(w.agreed, func(x agreement) bool { return x.name == of.Of }); i >= 0 {
		return &w.agreed[i]
	}
	return nil
}

// learnt says whether something came to be known since a letter left, of before its day: a payment, what no letter leaves for, or that a 14-day letter did not count.
func (w *world) learnt(l claim.Letter) bool {
	return w.forbidden(l.On) ||
		slices.ContainsFunc(w.facts.Settlements, func(s claim.Settlement) bool { return s.On.Before(l.On) && !s.Known.Before(l.On) }) ||
		slices.ContainsFunc(w.facts.Letters, func(notice claim.Letter) bool {
			return notice.Kind == "14-day-letter" && (notice.On.Before(l.On) && (notice.State == claim.LetterFailed || w.forbidden(notice.On)) || notice.Overnamed.By != "" && !notice.On.After(l.On))
		})
}

// knownAfterwards tells of something of days ago.
func (w *world) knownAfterwards(what string) {
	before := w.today().AddDays(-25)
	switch what {
	case toldByHand:
		w.tellsByHand()
	case "hold of before":
		w.held(before, w.today().AddDays(-2))
	case "hold since before":
		w.held(before, calendar.Date{})
	case "died before":
		w.flag(claim.FlagDeceased, before)
	case "under guardianship before":
		w.flag(claim.FlagGuardianship, before)
		w.unflag(claim.FlagGuardianship, w.today().AddDays(-3))
	case "14-day letter comes back":
		for i := range slices.Backward(w.facts.Letters) {
			if l := &w.facts.Letters[i]; l.Kind == claim.FourteenDayLetter && l.State == claim.LetterAccepted {
				l.State, l.Received = claim.LetterFailed, calendar.Date{}
				return
			}
		}
	}
}

// held puts the claim on hold, but not where that overlaps what is there.
func (w *world) held(from, until calendar.Date) {
	overlaps := func(p claim.Pause) bool {
		return (until.IsZero() || !p.From.After(until)) && (p.Until.IsZero() || !p.Until.Before(from))
	}
	if !slices.ContainsFunc(w.facts.Pauses, overlaps) {
		w.facts.Pauses = append(w.facts.Pauses, claim.Pause{Key: fmt.Sprint(len(w.facts.Pauses)), Kind: claim.PauseHold, From: from, Until: until})
	}
}

// toldInTime: nobody waits for what was promised, or for an instalment, while a letter that named too much is not corrected: the debtor would pay what is not owed. While what stops the claim is waited for, and no letter can leave, a person is asked.
func (w *world) toldInTime(a trajectory.Action) {
	if untold := w.nobodyTold(); a.Kind == trajectory.ActWait && strings.HasPrefix(a.Task, claim.StopTask) && w.facts.Attention == nil && len(untold) > 0 {
		w.fail("it waits for %s, and nobody was told of %+v", a.Task, untold)
	}
	waits := strings.HasPrefix(a.Reason, "the debtor promised on") || strings.HasPrefix(a.Reason, "payment arrangement: ")
	asked := slices.ContainsFunc(w.facts.Tasks, func(t claim.Task) bool { return t.Open })
	unknown := slices.ContainsFunc(w.facts.Letters, func(l claim.Letter) bool { return l.State == claim.LetterUnknown })
	if a.Kind != trajectory.ActWait || !waits || asked || unknown {
		return
	}
	if _, arranged := w.facts.ArrangementOn(w.today()); arranged && w.facts.Arrangements[len(w.facts.Arrangements)-1].TakenBack > 0 {
		return
	}
	if untold := w.untold(); len(untold) > 0 {
		w.fail("it waits (%s), and nobody was told of %+v", a.Reason, untold)
	}
}

// toldAsMuch says whether a correction that left, or a person, told as much of a letter as is known now; by what the world wrote down of it, and not by what the decision reads.
func (w *world) toldAsMuch(x trajectory.Fault) bool {
	owed, told := w.byPerson[nameOf(x)]
	return told && owed <= x.Owed.Total()+trajectory.Tolerance ||
		slices.ContainsFunc(w.facts.Letters, func(l claim.Letter) bool { return l.Left() && toldAsMuch(l.Corrects, x) })
}

func nameOf(x trajectory.Fault) string { return x.Letter.Kind + "@" + x.Letter.On.String() }

func toldAsMuch(marks string, x trajectory.Fault) bool {
	_, rest, found := strings.Cut(" "+marks, " "+nameOf(x)+"=")
	cents, _, _ := strings.Cut(rest, " ")
	owed, err := strconv.ParseInt(cents, 10, 64)
	return found && err == nil && money.Cents(owed) <= x.Owed.Total()+trajectory.Tolerance
}

// toldByHand is that a person tells the debtor of each letter about which somebody is asked.
const toldByHand = "a person tells the debtor"

func (w *world) tellsByHand() {
	if w.byPerson == nil {
		w.byPerson = map[string]money.Amount{}
	}
	for i, t := range w.facts.Tasks {
		if !t.Open || !strings.HasPrefix(t.Key, trajectory.CorrectLetter) {
			continue
		}
		told, err := trajectory.ToldByHand(w.facts, w.rules, t.Key, w.today())
		if err != nil {
			w.fail("told by hand: %v", err)
		}
		for _, x := range w.faults() {
			if owed, told := w.byPerson[nameOf(x)]; w.asksAbout(t.Key, x) && (!told || x.Owed.Total() < owed) {
				w.byPerson[nameOf(x)] = x.Owed.Total()
			}
		}
		w.facts.Tasks[i].Open, w.facts.Tasks[i].Corrects = false, strings.TrimSpace(t.Corrects+" "+told.Corrects)
		if x := w.agreementOf(told.Telling.Told); x != nil {
			w.facts.ToldByHand, x.booked = append(w.facts.ToldByHand, told.Telling), w.booked
		}
		w.log = append(w.log, fmt.Sprintf("  %s is done: %+v", t.Key, told))
	}
}

// asksAbout says whether a task asks a person to tell the debtor of a letter, by whichever name its step has; those of another trajectory are as in written.
func (w *world) asksAbout(task string, x trajectory.Fault) bool {
	step, corrects := strings.CutPrefix(task, trajectory.CorrectLetter)
	if len(step) > 3 && step[0] == 'v' && step[2] == '-' {
		step = step[3:]
	}
	return corrects && (step == x.Letter.Step || step == x.Letter.Kind)
}

// asksToCorrect: nobody is asked to tell the debtor what it was told.
func (w *world) asksToCorrect(task string) {
	news := func(x trajectory.Fault) bool {
		return w.asksAbout(task, x) && (!w.toldAsMuch(x) || x.Cause == trajectory.CauseNamed)
	}
	if strings.HasPrefix(task, trajectory.CorrectLetter) && !slices.ContainsFunc(w.faults(), news) {
		w.fail("%s is asked, and the debtor was told", task)
	}
}

// nobodyTold gives the letters that were wrong of which the debtor was not told as is known now, and nobody is asked to tell it.
func (w *world) nobodyTold() (untold []trajectory.Fault) {
	for _, x := range w.faults() {
		asked := slices.ContainsFunc(w.facts.Tasks, func(t claim.Task) bool { return t.Open && w.asksAbout(t.Key, x) })
		if !asked && !w.toldAsMuch(x) {
			untold = append(untold, x)
		}
	}
	return untold
}

func (w *world) faults() []trajectory.Fault {
	faults, err := trajectory.Faults(w.facts, w.rules.Tables)
	if err != nil {
		w.fail("faults: %v", err)
	}
	return faults
}

func (w *world) untold() []trajectory.Fault {
	untold, err := trajectory.Untold(w.facts, w.rules)
	if err != nil {
		w.fail("untold: %v", err)
	}
	return untold
}

// afterTheEnd is what comes to be known of a claim that has ended, which no workflow looks at any more.
var afterTheEnd = append([]string{"part payment", "credit note", "it is taken back", "died before", "under guardianship before", "14-day letter comes back"}, slices.Repeat([]string{"another trajectory", toldByHand}, 5)...)

// Payments come to be known late, and are taken back, whatever else happens, also after a person told the debtor and after the end: each letter that was wrong is told once as it is known, by a correction or a person, never one that was not, and
// no claim ends of which the debtor was not told and no person asked; nobody is asked about a letter that was right after all.
func TestEachLetterThatWasWrongIsToldOnce(t *testing.T) {
	t.Parallel()
	l := library(t)
	late := append(slices.Clone(happenings), slices.Repeat([]string{"another trajectory"}, len(happenings))...)
	rapid.Check(t, func(t *rapid.T) {
		f := handedOver(t, rapid.SampledFrom([]string{"consumer", "sole trader", "company"}).Draw(t, "debtor"))
		rules, err := l.Rules(f)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, f, rules, late)
		w.change = w.knownLate
		w.runToTheEnd()
		w.debtorTold("at the end")
		for range rapid.IntRange(0, 8).Draw(t, "after the end") {
			what := rapid.SampledFrom(afterTheEnd).Draw(t, "what")
			w.log = append(w.log, "  after the end: "+what)
			w.happen(what)
			w.debtorTold(what)
		}
	})
}

// debtorTold: of each letter of a claim that has ended and was wrong the debtor was told, or a person was asked to; one that owes again what was paid is opened again, which another story tells.
func (w *world) debtorTold(what string) {
	account, err := w.facts.AccountOn(w.rules.Tables, w.today())
	if err != nil {
		w.fail("account: %v", err)
	}
	if w.facts.Attention != nil || !w.facts.Status.Final() || w.facts.Status == claim.StatusPaid && account.Open.Total() > 0 {
		return
	}
	if untold := append(w.untold(), w.nobodyTold()...); len(untold) > 0 {
		w.fail("%s: %s, and nobody was told of %+v", what, w.facts.Status, untold)
	}
	faults := w.faults()
	for _, t := range w.facts.Tasks {
		step, corrects := strings.CutPrefix(t.Key, trajectory.CorrectLetter)
		if corrects && t.Open && !slices.ContainsFunc(faults, func(x trajectory.Fault) bool { return x.Letter.Step == step }) {
			w.fail("%s: %s asks about a letter that was right", what, t.Key)
		}
	}
}

// byHand asks a person of a claim that has ended, and ends what there is no reason for any more, as the store does with what happens.
func (w *world) byHand() {
	asked, over, err := trajectory.TellByHand(w.facts, w.rules, w.today())
	if err != nil {
		w.fail("by hand: %v", err)
	}
	for _, task := range over {
		w.close(task.Task)
	}
	for _, task := range asked {
		w.asksToCorrect(task.Task)
		w.open(task.Task)
	}
}

// knownLate tells of a payment of some days ago, or takes the newest back.
func (w *world) knownLate() {
	defer w.judge()
	if len(w.facts.Settlements) > 0 && rapid.IntRange(0, 3).Draw(w.t, "what is known") == 0 {
		w.takeBack()
		return
	}
	w.settle(claim.PaidToClient, w.facts.Principal()/3)
	s := &w.facts.Settlements[len(w.facts.Settlements)-1]
	longest := rapid.SampledFrom([]int{25, 25, 90}).Draw(w.t, "longest ago")
	s.On, s.Known = w.today().AddDays(-rapid.IntRange(0, longest).Draw(w.t, "days ago")), w.today()
}

// takeBack takes the newest settlement back, whatever its kind: it never was. What was promised or arranged since then has none of it.
func (w *world) takeBack() {
	n := len(w.facts.Settlements)
	if n == 0 {
		return
	}
	s := w.facts.Settlements[n-1]
	w.facts.Settlements = slices.Clone(w.facts.Settlements[:n-1])
	number, err := strconv.Atoi(s.Key)
	if err != nil {
		w.fail("settlement %s: %v", s.Key, err)
	}
	for i := range w.agreed {
		if x := &w.agreed[i]; number < x.booked {
			*x.is(&w.facts) += s.Amount
			x.settled -= s.Amount
		}
	}
}

// names keeps what a 14-day letter names as costs.
func (w *world) names(l *claim.Letter, account claim.Account) {
	notice, err := w.facts.NoticeOn(w.rules.Tables, account.Open.Principal, l.On)
	if err != nil {
		w.fail("notice: %v", err)
	}
	l.Announced = notice.Announced
	if w.counted == nil {
		w.counted = map[calendar.Date][]claim.Settlement{}
	}
	w.counted[l.On] = slices.Clone(w.facts.Settlements)
}

// judge judges the 14-day letters when what is settled has changed, as the store does. One that named what is lawful by what is known now is not void by it, unless the debtor was told so.
func (w *world) judge() {
	judged, err := trajectory.Judged(w.facts, w.rules, w.today())
	if err != nil {
		w.fail("judge: %v", err)
	}
	w.facts = judged
	for _, l := range w.facts.Letters {
		if l.Overnamed.By == "" || l.Overnamed.Known != w.today() {
			continue
		}
		s, stands := w.facts.Settled(l.Overnamed.By)
		if told := !stands && w.toldVoid(l); !told && (!stands || !s.On.Before(l.On) || slices.Contains(w.counted[l.On], s)) {
			w.fail("%s of %s is void by %+v", l.Step, l.On, l.Overnamed)
		}
	}
}

// toldVoid says whether the debtor was told that a 14-day letter does not count: by a correction or by a person.
func (w *world) toldVoid(l claim.Letter) bool {
	var marks strings.Builder
	for _, x := range w.facts.Letters {
		marks.WriteString(x.Corrects + " ")
	}
	for _, t := range w.facts.Tasks {
		marks.WriteString(t.Corrects + " ")
	}
	return strings.Contains(marks.String(), "void:"+nameOf(trajectory.Fault{Letter: l})+" ")
}
