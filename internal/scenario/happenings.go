package scenario

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// happening is a kind of event: how a file tells it, and the door of production by which it happens.
type happening struct {
	name   string
	value  reader  // of what stands beside the name
	fields []field // what else can be told of it
	asks   bool    // a request to the claim's workflow: it waits while no worker runs
	happen func(ctx context.Context, l *life, e Event) error
}

// field is one particular of an event.
type field struct {
	name string
	read reader
	must bool
}

// workersDown is the event that is no fact: from its moment until the one beside it no worker runs.
const workersDown = "workers-down"

// mailServerDown is the event that the mail server takes nothing until the moment beside it.
const mailServerDown = "mail-server-down"

// planChanged is the event that the client has another plan.
const planChanged = "plan-changed"

// trajectoryChanged is the event that pins the claim to another trajectory: of a file, or one that it had.
const trajectoryChanged = "trajectory-changed"

var (
	reason    = field{"reason", anyText, false}
	key       = field{"key", anyText, false}
	valueDate = field{"value_date", aDate, false}
	since     = field{"since", aDate, false}
	byWayOf   = field{"of", oneOf(otherClient), false}
	price     = field{"price", anAmountOrZero, false}
)

// happenings is every kind of event there is; a new one is a row.
var happenings = slices.Concat(facts, agreements, procedure, others, office)

var facts = []happening{
	{name: "pays", value: anAmountOrWord, fields: []field{key, valueDate, {"reference", oneOf("yes", "no"), false}, {"payer", anyText, false}}, happen: pays},
	{name: "allocated", value: anyText, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.AssignReceipt(ctx, l.bankKey(e.main()), l.ref, l.by(e), l.rules.Rules)
	}},
	{name: "released", value: anyText, fields: []field{reason}, happen: func(ctx context.Context, l *life, e Event) error {
		_, err := l.store.ReleaseReceipt(ctx, l.bankKey(e.main()), l.ref, l.because(e), l.by(e), l.rules.Rules)
		return err
	}},
	{name: "pays-client", value: anAmountOrWord, fields: []field{key, valueDate}, happen: settles(claim.PaidToClient)},
	{name: "credit-note", value: anAmountOrWord, fields: []field{key, valueDate, {"invoice", anyText, false}}, happen: settles(claim.CreditNote)},
	{name: "set-off", value: anAmountOrWord, fields: []field{key, valueDate}, happen: settles(claim.SetOff)},
	{name: "returned-goods", value: anAmountOrWord, fields: []field{key, valueDate}, happen: settles(claim.ReturnedGoods)},
	{name: "counter-performance", value: anAmountOrWord, fields: []field{key, valueDate}, happen: settles(claim.CounterPerformance)},
	{name: "written-off", value: anAmountOrWord, fields: []field{key, valueDate}, happen: settles(claim.WriteOff)},
	{name: "reversed", value: anyText, fields: []field{reason}, happen: func(ctx context.Context, l *life, e Event) error {
		_, err := l.store.ReverseSettlement(ctx, l.ref, l.settledAs(e.main()), l.because(e), l.by(e), l.rules.Rules)
		return err
	}},
	{name: "corrected", value: anyText, fields: []field{{"amount", anAmount, false}, valueDate, {"kind", oneOf(list(claim.SettlementKinds())...), false}, {"invoice", anyText, false}, key, reason}, happen: corrects},
	{name: "dispute", value: anyText, fields: []field{key}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.RaiseDispute(ctx, l.ref, e.Key, e.main(), l.by(e))
	}},
	{name: "dispute-rejected", value: anyText, fields: []field{{"dispute", anyText, false}}, happen: judges("rejected")},
	{name: "dispute-upheld", value: anyText, fields: []field{{"dispute", anyText, false}}, happen: judges("upheld")},
	{name: "hold", value: anyText, fields: []field{key, {"from", aDate, false}, {"until", aDate, false}}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.HoldFrom(ctx, l.ref, postgres.Hold{Key: e.Key, From: e.day("from"), Until: e.day("until"), Reason: e.main()}, l.by(e))
	}},
	{name: "resume", value: anyText, fields: []field{{"hold", anyText, false}}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.Resume(ctx, l.ref, l.last("hold", e.text("hold"), e), l.by(e))
	}},
	{name: "withdraw", value: anyText, fields: []field{price}, asks: true, happen: withdraws},
	{name: "exception", value: oneOf(exceptionNumbers()...), fields: []field{reason, price}, happen: applies},
	{name: "request", value: oneOf(requestKinds()...), fields: []field{key, {"text", anyText, true}, {"hold", oneOf("yes", "no"), false}}, happen: requests},
	{name: "answer", value: anyText, fields: []field{{"request", anyText, false}, reason}, happen: answers},
	{name: "agreed-costs", value: anAmount, fields: []field{key, {"what", anyText, true}}, happen: agreesCosts},
	{name: "charge-reversed", value: anyText, fields: []field{reason}, happen: reversesCharge},
	{name: "decide", value: oneOf(string(claim.ChooseCourt), string(claim.ChooseMonitoring), string(claim.ChooseClose)), fields: []field{{"fixed_price", oneOf("yes", "no"), false}, price}, asks: true, happen: decides},
	{name: "repair", value: oneOf("retry", "skip", "override", "close"), fields: []field{key, {"step", anyText, false}, reason}, asks: true, happen: func(_ context.Context, l *life, e Event) error {
		return l.ask(workflows.UpdateRepair, e, workflows.Repair{Key: e.Key, Do: e.main(), Step: e.text("step"), Reason: l.because(e), Actor: "operator"})
	}},
	{name: "remark", value: anyText, fields: []field{key}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.Remark(ctx, l.ref, e.Key, e.main(), l.by(e))
	}},
	{name: "complaint", value: anyText, fields: []field{key, {"received", aDate, false}}, happen: complains},
	{name: "flag", value: oneOf(claim.FlagKinds()...), fields: []field{since, byWayOf}, happen: turnsFlag((*postgres.Store).SetFlag)},
	{name: "flag-cleared", value: oneOf(claim.FlagKinds()...), fields: []field{since, byWayOf}, happen: turnsFlag((*postgres.Store).ClearFlag)},
	{name: "debtor-corrected", value: anyText, fields: []field{{"debtor", anyText, false}, {"street", anyText, false}, {"postcode", anyText, false}, {"town", anyText, false}, {"email", anyText, false}}, happen: correctsDebtor},
	{name: "letter-returned", value: anyText, fields: []field{{"on", aDate, false}}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.ReturnLetter(ctx, l.ref, postgres.Returned{Step: e.main(), On: e.dayOr("on")}, l.by(e), l.rules.Rules)
	}},
	{name: "letter-traced", value: anyText, fields: []field{{"found", oneOf("delivered", "not-delivered", "never-left"), true}}, happen: traces},
	{name: "task-done", value: anyText, fields: []field{reason}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.CompleteTask(ctx, l.ref, l.taskKey(e.main()), l.because(e), l.by(e), l.rules.Rules)
	}},
	{name: "costs-reviewed", value: anAmountOrZero, fields: []field{reason}, happen: func(ctx context.Context, l *life, e Event) error {
		amount, err := l.amount(ctx, e)
		if err != nil {
			return err
		}
		return l.store.ReviewCosts(ctx, l.ref, amount, l.because(e), l.by(e), l.rules.Rules)
	}},
	{name: "consumer-sale", value: oneOf(list(claim.Sales())...), fields: []field{reason}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.TellSale(ctx, l.ref, claim.Sale(e.main()), l.because(e), l.by(e))
	}},
	{name: "information-cost", value: anAmount, fields: []field{key, {"what", anyText, true}, {"on", aDate, false}}, happen: func(ctx context.Context, l *life, e Event) error {
		amount, err := l.amount(ctx, e)
		if err != nil {
			return err
		}
		return l.store.RecordInformationCost(ctx, l.ref, claim.InformationCost{Key: e.Key, On: e.dayOr("on"), Amount: amount}, e.text("what"), l.by(e))
	}},
	{name: "information-cost-reversed", value: anyText, fields: []field{reason}, happen: func(ctx context.Context, l *life, e Event) error {
		_, err := l.store.ReverseInformationCost(ctx, l.ref, e.main(), l.because(e), l.by(e), l.rules.Rules)
		return err
	}},
	{name: "operator-closes", value: anyText, fields: []field{{"by", anyText, false}}, happen: func(ctx context.Context, l *life, e Event) error {
		_, err := l.store.SayClose(ctx, l.ref, e.main(), postgres.Actor{Name: cmp.Or(e.text("by"), l.by(e).Name), At: e.At}, l.rules.Rules)
		return err
	}},
	{name: "stop-monitoring", value: oneOf(list(claim.Endings())...), asks: true, happen: func(_ context.Context, l *life, e Event) error {
		return l.ask(workflows.UpdateStopMonitoring, e, workflows.StopMonitoring{Because: claim.Ending(e.main()), Actor: "client"})
	}},
	{name: "interrupted", value: anyText, fields: []field{key, {"on", aDate, false}}, happen: func(ctx context.Context, l *life, e Event) error {
		return l.store.RecordInterruption(ctx, l.ref, postgres.Interruption{Key: e.Key, How: e.main(), On: e.dayOr("on")}, l.by(e))
	}},
	registerSays(claim.InsolvencyRegister), registerSays(claim.CompanyRegister), registerSays(claim.AddressRegister),
	{name: planChanged, value: aPlan, happen: changesPlan},
	{name: trajectoryChanged, value: anyText, fields: []field{reason}, happen: changesTrajectory},
	{name: mailServerDown, value: anInstant, happen: func(_ context.Context, l *life, e Event) error {
		l.mail.downUntil(e.moment(e.Name))
		return nil
	}},
	{name: "mailbox", value: oneOf(moods...), fields: []field{{"of", oneOf("debtor", "client"), false}}, happen: func(_ context.Context, l *life, e Event) error {
		l.mail.set(e.text("of") == "client", e.main())
		return nil
	}},
	{name: workersDown, value: anInstant},
}

// changesTrajectory is `dunning trajectory apply` for this claim.
func changesTrajectory(ctx context.Context, l *life, e Event) error {
	f, err := l.store.Facts(ctx, l.ref)
	if err != nil {
		return err
	}
	from, err := l.rules.Rules(f)
	if err != nil {
		return err
	}
	policy, known := l.rules.Policy(e.main())
	if !known {
		return &postgres.ConflictError{Problem: "there is no trajectory " + e.main()}
	}
	to := trajectory.Rules{Policy: policy, Tables: l.rules.Tables()}
	if err := trajectory.Fits(from.Policy, policy); err != nil {
		return &postgres.ConflictError{Problem: err.Error()}
	}
	change := postgres.TrajectoryChange{From: f.Trajectory, To: policy.Pin(), Reason: l.because(e)}
	_, err = l.store.ChangeTrajectory(ctx, l.ref, change, l.by(e), func(f claim.Facts) ([]claim.Done, error) {
		carried, err := trajectory.Carry(f, from, to, e.At)
		var later *trajectory.NotNowError
		if errors.As(err, &later) {
			err = &postgres.ConflictError{Problem: later.Error()}
		}
		return carried, err
	})
	return err
}

// ofRegister ends the name of an event from whose day on a register says something. A life with one has all registers, others have none.
const ofRegister = "-register"

// registerSays is such an event. By itself it does nothing: the register is asked when the trajectory asks.
func registerSays(r claim.Register) happening {
	return happening{name: string(r) + ofRegister, value: oneOf(list(r.Findings())...), happen: func(context.Context, *life, Event) error { return nil }}
}

// happeningOf is the kind of event of a name; nil when there is none.
func happeningOf(name string) *happening {
	i := slices.IndexFunc(happenings, func(h happening) bool { return h.name == name })
	if i < 0 {
		return nil
	}
	return &happenings[i]
}

// Happenings lists the names of every kind of event, as a file has them.
func Happenings() []string {
	names := make([]string, len(happenings))
	for i, h := range happenings {
		names[i] = h.name
	}
	return names
}

// keys are the keys that an event of the kind can have.
func (h *happening) keys() []string {
	keys := []string{"at", h.name}
	for _, f := range h.fields {
		keys = append(keys, f.name)
	}
	return keys
}

func (h *happening) has(name string) bool {
	return slices.ContainsFunc(h.fields, func(f field) bool { return f.name == name })
}

// refusal says whether an error is a "no" of the product: the claim's life goes on, and the telling says what was refused and why.
func refusal(err error) bool {
	var conflict *postgres.ConflictError
	var column *claim.ColumnError
	var transition *claim.TransitionError
	var stranger *postgres.NotApproverError
	return errors.As(err, &stranger) || errors.As(err, &conflict) || errors.As(err, &column) || errors.As(err, &transition)
}

// pays books money on the trust account: with the reference it finds its claim, without it waits until a person allocates it.
func pays(ctx context.Context, l *life, e Event) error {
	amount, err := l.amount(ctx, e)
	if err != nil {
		return err
	}
	file, err := l.store.CaseFile(ctx, l.ref)
	if err != nil {
		return err
	}
	r := postgres.Receipt{Key: l.bankKey(e.Key), Amount: amount, On: e.dayOr("value_date"), Payer: file.Debtor.Name, Remittance: "betaling " + file.RF}
	if e.text("payer") != "" {
		r.Payer = e.text("payer")
	}
	if e.text("reference") == "no" {
		r.Remittance = "betaling"
		l.waited(e, amount)
	}
	_, err = l.store.RecordReceipt(ctx, r, l.by(e), l.rules.Rules)
	return err
}

// settles books a settlement that does not come in on the trust account.
func settles(kind claim.SettlementKind) func(context.Context, *life, Event) error {
	return func(ctx context.Context, l *life, e Event) error {
		amount, err := l.amount(ctx, e)
		if err != nil {
			return err
		}
		return l.store.RecordSettlement(ctx, l.ref, claim.Settlement{Key: e.Key, Kind: kind, On: e.dayOr("value_date"), Amount: amount, Invoice: e.text("invoice")}, l.by(e), l.rules.Rules)
	}
}

func corrects(ctx context.Context, l *life, e Event) error {
	c := postgres.Correction{On: e.day("value_date"), Kind: claim.SettlementKind(e.text("kind")), Invoice: e.text("invoice"), Key: e.text("key")}
	if text := e.text("amount"); text != "" {
		c.Amount = mustAmount(text)
	}
	_, err := l.store.CorrectSettlement(ctx, l.ref, l.settledAs(e.main()), c, l.because(e), l.by(e), l.rules.Rules)
	return err
}

func judges(outcome string) func(context.Context, *life, Event) error {
	return func(ctx context.Context, l *life, e Event) error {
		return l.store.JudgeDispute(ctx, l.ref, l.last("dispute", e.text("dispute"), e), outcome, e.main(), l.by(e))
	}
}

func complains(ctx context.Context, l *life, e Event) error {
	answerBy := calendar.AddWorkingDays(calendar.DateOf(e.At), l.answers.Complaint)
	return l.store.RecordComplaint(ctx, l.ref, postgres.Complaint{Key: e.Key, Text: e.main(), Received: e.dayOr("received"), AnswerBy: answerBy}, l.by(e))
}

func correctsDebtor(ctx context.Context, l *life, e Event) error {
	values := map[string]string{}
	for _, f := range e.kind.fields {
		if e.text(f.name) != "" {
			values[f.name] = e.text(f.name)
		}
	}
	if street, moved := values["street"]; moved {
		values["street"] = l.alone(street)
	}
	_, _, err := l.store.CorrectDebtor(ctx, l.ref, values, l.by(e), l.rules.Rules)
	return err
}

func traces(ctx context.Context, l *life, e Event) error {
	if e.text("found") == "never-left" {
		return l.store.ReleaseLetter(ctx, l.ref, e.main(), 0, l.by(e))
	}
	return l.store.ResolveLetter(ctx, l.ref, e.main(), 0, e.text("found") == "delivered", l.by(e))
}

func anAmountOrZero(text string) error {
	if text == "0" || text == "0.00" || text == "0,00" {
		return nil
	}
	if err := anAmount(text); err != nil {
		return fmt.Errorf("%w; or 0.00", err)
	}
	return nil
}
