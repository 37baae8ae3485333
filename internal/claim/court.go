package claim

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
)

// CourtStage is how far the procedure over a claim that is before the court has come. The table below is the whole state machine; the CHECK in the schema and
// the diagram in the docs are tested against it.
type CourtStage string

// How far a procedure can have come.
const (
	CourtServed    CourtStage = "served"    // the bailiff served the summons
	CourtJudgment  CourtStage = "judgment"  // the court awarded the claim, or a part of it
	CourtSettled   CourtStage = "settled"   // the parties settled
	CourtWithdrawn CourtStage = "withdrawn" // the client took the case back
	CourtLost      CourtStage = "lost"      // the court dismissed the claim, or its judgment was set aside
)

// courtStages is the table, in the order of a procedure's life: what may follow each stage, and, of none yet, what comes first.
var courtStages = []struct {
	stage CourtStage
	next  []CourtStage
}{
	{"", []CourtStage{CourtServed, CourtSettled, CourtWithdrawn}},
	{CourtServed, []CourtStage{CourtJudgment, CourtSettled, CourtWithdrawn, CourtLost}},
	{CourtJudgment, []CourtStage{CourtSettled, CourtLost}},
	{CourtSettled, nil}, {CourtWithdrawn, nil}, {CourtLost, nil},
}

// CourtStages lists every stage.
func CourtStages() (stages []CourtStage) {
	for _, row := range courtStages[1:] {
		stages = append(stages, row.stage)
	}
	return stages
}

// Next gives what may follow a stage; of no stage, what comes first.
func (s CourtStage) Next() []CourtStage {
	for _, row := range courtStages {
		if row.stage == s {
			return slices.Clone(row.next)
		}
	}
	return nil
}

// Awaited says whether something is to come that nobody has recorded yet: the hand-over, or, after the summons, the outcome. A judgment is one, though it can still
// be set aside.
func (s CourtStage) Awaited() bool { return s == "" || s == CourtServed }

// CourtAwaited says whether the claim is before the court and its hand-over or outcome is still to come; the column court_awaited is tested against it.
func (f Facts) CourtAwaited() bool { return f.Status == StatusCourt && f.CourtStage().Awaited() }

// SummonsAwaited says whether the claim is for the court and nothing of the procedure is recorded: only a summons that is served interrupts limitation (art. 3:316 BW).
func (f Facts) SummonsAwaited() bool { return f.Status == StatusCourt && f.CourtStage() == "" }

// PaidBeforeCourt says whether a claim is for the court of which no stage of a procedure is recorded, and nothing is owed by an account: it is open again, and ends as
// paid (requirement T10). After a summons the procedure costs money, and a person records what comes of it.
func (f Facts) PaidBeforeCourt(a Account) bool {
	return f.Status == StatusCourt && len(f.Court) == 0 && a.Open.Total() <= 0
}

// FixedPrice is what a client pays for our court procedure (requirement S11), as it was shown and confirmed. Net is without VAT.
type FixedPrice struct {
	Net money.Amount `json:"net"`
	VAT money.Amount `json:"vat"`
}

// Total is with VAT.
func (p FixedPrice) Total() money.Amount { return p.Net + p.VAT }

// CourtStep is a stage that was reached on a day. Awarded is what a judgment awards; of a settlement, which tells no amounts, the collection costs that stood when it was
// recorded; zero for the others. LeftOut is what a judgment left out of the collection costs that were open on its day, by what was known when it was recorded; zero for one of before that was kept.
type CourtStep struct {
	Stage   CourtStage    `json:"stage"`
	On      calendar.Date `json:"on"`
	Awarded Awarded       `json:"awarded,omitzero"`
	LeftOut money.Amount  `json:"left_out,omitzero"`
}

// binds is what a judgment lets be charged of collection costs at least: what it awards of them, and what was written off of them since, as far as it left that out. So what was let go for it is not
// taken of what it awards, whatever comes to be known (docs/decisions/0081).
func (s CourtStep) binds(settled []Allocation) money.Amount {
	var let money.Amount
	for _, a := range settled {
		if a.Settlement.Kind == WriteOff && !a.Settlement.On.Before(s.On) {
			let += a.Costs
		}
	}
	return s.Awarded.Costs + money.Min(let, s.LeftOut)
}

// CostsLeftOut is what a judgment that awards so much of collection costs leaves out of those that are open on the day of the account, what was written off on it included.
func (a Account) CostsLeftOut(awarded money.Amount) money.Amount {
	return money.Max(0, a.OpenToLetGo().Costs-a.CourtCosts-awarded)
}

// OpenToLetGo is what is open on the day of the account, with what was written off on it: what is let go on the day of a judgment or a settlement before the court is what came of that, whichever was told first.
func (a Account) OpenToLetGo() Balance {
	open := a.Open
	for _, x := range a.Allocations {
		if x.Settlement.Kind == WriteOff && x.Settlement.On == a.On {
			open = Balance{Costs: open.Costs + x.Costs, Interest: open.Interest + x.Interest, Principal: open.Principal + x.Principal}
		}
	}
	return open
}

// Awarded is what a judgment awards: of the claim, and of what the procedure cost.
type Awarded struct {
	Principal  money.Amount `json:"principal"`
	Interest   money.Amount `json:"interest"` // stated in the judgment; what runs on after it is not in it
	Costs      money.Amount `json:"costs"`    // of collection
	CourtCosts money.Amount `json:"court_costs"`
}

// Total is everything that is awarded.
func (a Awarded) Total() money.Amount { return a.Principal + a.Interest + a.Costs + a.CourtCosts }

// CourtStage is how far the procedure has come; empty while nothing is known after the client chose it.
func (f Facts) CourtStage() CourtStage {
	if len(f.Court) == 0 {
		return ""
	}
	return f.Court[len(f.Court)-1].Stage
}

// CourtStep gives the step of a stage, if it was reached.
func (f Facts) CourtStep(stage CourtStage) (CourtStep, bool) {
	i := slices.IndexFunc(f.Court, func(s CourtStep) bool { return s.Stage == stage })
	if i < 0 {
		return CourtStep{}, false
	}
	return f.Court[i], true
}

// Judgment is the judgment that stands, if there is one.
func (f Facts) Judgment() (CourtStep, bool) {
	judgment, given := f.CourtStep(CourtJudgment)
	return judgment, given && f.CourtStage() != CourtLost
}

// DecidedCosts is what was decided of the collection costs by the end of a day, by a judgment that stands (art. 236 Rv) or a settlement before the court (art. 7:900 BW): no less is
// owed, whatever comes to be known since of the 14-day letter, of payments or of credit (docs/decisions/0081). None of a settlement of before that was kept.
func (f Facts) DecidedCosts(day calendar.Date) (least money.Amount, decided bool) {
	if f.CourtStage() == CourtLost {
		return 0, false
	}
	for _, step := range f.Court {
		if !step.On.After(day) && (step.Stage == CourtJudgment || step.Awarded.Costs > 0) {
			least, decided = money.Max(least, step.Awarded.Costs), true
		}
	}
	return least, decided
}

// SecondCourtProblem says why a client cannot choose the court: it took the case back from it once, and each stage of a procedure is recorded once for a claim. Empty
// when it can.
func (f Facts) SecondCourtProblem() string {
	if back, is := f.CourtStep(CourtWithdrawn); is {
		return fmt.Sprintf("the client took the case back on %s; right would be monitoring or close", back.On)
	}
	return ""
}

// DisputeProblem says why the debtor cannot dispute the claim any more; empty while it can: until the claim has ended, and one before the court until its
// procedure has.
func (f Facts) DisputeProblem() string {
	switch {
	case f.Status == StatusCourt && len(f.CourtStage().Next()) == 0:
		return fmt.Sprintf("the procedure has ended, %s: there is nothing to dispute", f.CourtStage())
	case f.Status != StatusCourt && f.Status.Final():
		return fmt.Sprintf("the claim is %s: there is nothing to dispute; right would be a remark (claim remark), or a complaint (claim complaint)", f.Status)
	case f.Status != StatusCourt:
		return f.UpheldProblem()
	}
	return ""
}

// Unjudged is the first dispute that nobody has judged yet, if there is one.
func (f Facts) Unjudged() (dispute Pause, pending bool) {
	i := slices.IndexFunc(f.Pauses, func(p Pause) bool { return p.Kind == PauseDispute && p.Outcome == "" })
	if i < 0 {
		return Pause{}, false
	}
	return f.Pauses[i], true
}

// CourtProblem says why a step cannot be recorded on a day, and what would be right; empty when it can.
func (f Facts) CourtProblem(step CourtStep, today calendar.Date) string {
	first := f.Decision
	if f.Status != StatusCourt || first == nil {
		return fmt.Sprintf("the claim is %s: the client has not chosen the court, or something else came of it", f.Status)
	}
	from := first.On
	if len(f.Court) > 0 {
		from = f.Court[len(f.Court)-1].On
	}
	switch next := f.CourtStage().Next(); {
	case len(next) == 0:
		return fmt.Sprintf("the procedure has ended: %s since %s", f.CourtStage(), from)
	case !slices.Contains(next, step.Stage):
		return fmt.Sprintf("%s cannot come now; right would be one of %v", step.Stage, next)
	case step.On.Before(from) || step.On.After(today):
		return fmt.Sprintf("%s is no day for it; right would be one from %s up to and including %s", step.On, from, today)
	}
	return f.awardProblem(step)
}

func (f Facts) awardProblem(step CourtStep) string {
	a := step.Awarded
	switch {
	case step.Stage != CourtJudgment && a != Awarded{}:
		return fmt.Sprintf("%s awards nothing; right would be a judgment, or no award", step.Stage)
	case step.Stage != CourtJudgment:
		return ""
	case min(a.Principal, a.Interest, a.Costs, a.CourtCosts) < 0 || a.Total() == 0:
		return "a judgment awards something, and nothing less than 0.00; right would be lost when the claim was dismissed"
	case a.Principal > f.Principal():
		return fmt.Sprintf("%s is more than the principal of %s; right would be at most that", a.Principal, f.Principal())
	}
	return ""
}
