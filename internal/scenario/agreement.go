package scenario

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// ordinaryCommission is the scale of every plan when a file does not tell one: the agreement leaves it open.
const ordinaryCommission = "15"

func aScale(text string) error {
	_, err := agreement.ParseScale(text)
	if err != nil {
		err = fmt.Errorf("%w; right would be %s", err, agreement.ScaleForm)
	}
	return err
}

// charging gives the rules with the commission scale of the scenario for every plan that names none, and how each plan settles.
func charging(rules *trajectory.Library, plans agreement.Plans, text string) (*trajectory.Library, error) {
	scales, err := plans.Scales(text)
	if err != nil {
		return nil, err
	}
	terms, err := plans.Terms()
	return rules.Charging(scales).Settling(terms).Offering(plans), err
}

// confirmed is the price that is confirmed: the one that is told, else that of the moment, as of somebody to whom it was just shown.
func (l *life) confirmed(ctx context.Context, x settlement.Exception, e Event) (money.Amount, error) {
	if e.text("price") != "" {
		return mustAmount(e.text("price")), nil
	}
	file, err := l.store.CaseFile(ctx, l.ref)
	if err != nil {
		return 0, err
	}
	rules, err := l.rules.Rules(file.Facts)
	if err != nil {
		return 0, err
	}
	price, err := rules.Price(x, file.Facts, calendar.DateOf(e.At))
	return price.Total, err
}

// decides asks what the client decided of the claim's workflow. At the fixed price it confirms the one that is told, else that of the moment.
func decides(ctx context.Context, l *life, e Event) error {
	d := workflows.Decide{Choice: claim.Choice(e.main()), Actor: "client"}
	if e.text("fixed_price") != "yes" {
		if err := l.decidedBefore(ctx, e, d.Choice); err != nil {
			return err
		}
		return l.ask(workflows.UpdateDecide, e, d)
	}
	price, err := l.fixedPrice(ctx, e)
	if err != nil {
		return err
	}
	d.FixedPrice = &price
	return l.ask(workflows.UpdateDecide, e, d)
}

// decidedBefore notes that the client told before what it decides: that changes nothing, and no event tells it.
func (l *life) decidedBefore(ctx context.Context, e Event, choice claim.Choice) error {
	f, err := l.store.Facts(ctx, l.ref)
	if d := f.Decision; err == nil && l.env != nil && d != nil && d.Choice == choice && d.FixedPrice == nil {
		l.notes = append(l.notes, Entry{At: e.At, Kind: KindSkipped, Step: e.Name, Reason: fmt.Sprintf("it is decided already: %s, on %s", choice, d.On)})
	}
	return err
}

// fixedPrice is what the client confirms to pay for the procedure, VAT included. Of one that is not offered there is no price: the product says so.
func (l *life) fixedPrice(ctx context.Context, e Event) (money.Amount, error) {
	if e.text("price") != "" {
		return mustAmount(e.text("price")), nil
	}
	f, err := l.store.Facts(ctx, l.ref)
	if err != nil {
		return 0, err
	}
	rules, err := l.rules.Rules(f)
	if err != nil {
		return 0, err
	}
	price, _, err := rules.FixedPrice(f, calendar.DateOf(e.At))
	var not *trajectory.NotOfferedError
	if errors.As(err, &not) {
		err = nil
	}
	return price.Total(), err
}

func withdraws(ctx context.Context, l *life, e Event) error {
	price, err := l.confirmed(ctx, settlement.Withdrawal, e)
	if err != nil {
		return err
	}
	return l.ask(workflows.UpdateWithdraw, e, workflows.Withdraw{Price: price, Actor: "client"})
}

// exceptionNumbers are those that an operator applies.
func exceptionNumbers() (numbers []string) {
	for _, x := range settlement.Exceptions()[1:] {
		numbers = append(numbers, strconv.Itoa(int(x)))
	}
	return numbers
}

func applies(ctx context.Context, l *life, e Event) error {
	number, _ := strconv.Atoi(e.main()) // it was read before
	x := settlement.Exception(number)
	price, err := l.confirmed(ctx, x, e)
	if err != nil {
		return err
	}
	return l.store.RecordException(ctx, l.ref, postgres.Exception{Is: x, Reason: l.because(e), Price: price}, l.by(e), l.rules.Rules)
}

// requestKinds are the kinds of request, as a file has them.
func requestKinds() (kinds []string) {
	for _, kind := range claim.RequestKinds() {
		kinds = append(kinds, string(kind))
	}
	return kinds
}

func requests(ctx context.Context, l *life, e Event) error {
	r := postgres.Request{Request: l.answers.Request(e.Key, claim.RequestKind(e.main()), 0), Text: e.text("text"), Hold: e.text("hold") == "yes"}
	return l.store.RecordRequest(ctx, l.ref, r, l.by(e))
}

func answers(ctx context.Context, l *life, e Event) error {
	answer, text := claim.AnswerGiven, e.main()
	if text == string(claim.AnswerYes) || text == string(claim.AnswerNo) {
		answer, text = claim.Answer(text), l.because(e)
	}
	return l.store.AnswerRequest(ctx, l.ref, l.last("request", e.text("request"), e), answer, text, l.by(e))
}

func agreesCosts(ctx context.Context, l *life, e Event) error {
	return l.store.RecordAgreedCosts(ctx, l.ref, postgres.AgreedCosts{Key: e.Key, What: e.text("what"), Net: mustAmount(e.main())}, l.by(e), l.rules.Rules)
}

// requested is what the client is asked; what is asked of the agency is told by the task to answer it.
func requested(_ teller, e postgres.Event) ([]Entry, error) {
	kind := claim.RequestKind(words(e, "request"))
	if !kind.OfClient() {
		return nil, nil
	}
	reason := fmt.Sprintf("the client is asked for %s: %s", kind, words(e, "text"))
	if hold, _ := e.Detail["hold"].(bool); hold {
		reason += "; no letters to the debtor until it has answered"
	}
	return []Entry{{At: e.At, Kind: KindTask, Step: e.Key, Reason: reason}}, nil
}

// answered is the answer to a request.
func answered(_ teller, e postgres.Event) ([]Entry, error) {
	step := claim.Request{Key: cutKey(e)}.Step()
	return []Entry{{At: e.At, Kind: KindTask, Step: step, Reason: doneReason + words(e, "answer") + ": " + words(e, "text")}}, nil
}

// charged is a withdrawal, or an exception that is applied, with what the client is to be invoiced for it.
func charged(t teller, e postgres.Event) ([]Entry, error) {
	entry, kind := Entry{At: e.At, Kind: KindDecision, Step: "withdrawal", Reason: "the client takes the claim back"}, settlement.Withdrawal.Kind()
	if exception, applied := strings.CutPrefix(e.Kind, "exception-"); applied {
		entry.Step, entry.Reason, kind = e.Kind, words(e, "reason"), exception
	} else if account, err := t.account(e.At); err != nil {
		return nil, err
	} else if account.Open.Total() == 0 {
		entry.Reason += ", of which nothing is owed any more: there was nothing to take back, and it ends as paid (requirement T10)"
	}
	return append([]Entry{entry}, t.invoiced(e, kind, "")...), nil
}

// agreedCosts is work to which the client of an upheld dispute agreed.
func agreedCosts(t teller, e postgres.Event) ([]Entry, error) {
	return t.invoiced(e, postgres.BilledAgreed, ":"+cutKey(e)), nil
}

// courtWork is work that the client ordered for the court phase.
func courtWork(t teller, e postgres.Event) ([]Entry, error) {
	return t.invoiced(e, words(e, "product"), ":"+cutKey(e)), nil
}

// invoiced is what the client is to be invoiced of a kind, VAT included: one that was not told yet, since what was taken back can be charged again.
func (t teller) invoiced(e postgres.Event, kind, key string) []Entry {
	for _, b := range t.billed {
		if b.Kind == kind && strings.HasSuffix(b.Key, key) && !t.invoices[b.Key] {
			t.invoices[b.Key] = true
			return []Entry{{At: e.At, Kind: KindInvoice, Step: b.Kind, Total: b.Total, Reason: fmt.Sprintf("to be invoiced: %s + %s VAT; %s", b.Net, b.VAT, b.Basis)}}
		}
	}
	return nil
}

// notCharged is what the client is not to be invoiced after all.
func notCharged(t teller, e postgres.Event) (entries []Entry, err error) {
	for _, b := range t.billed {
		if b.Key == cutKey(e) {
			entries = append(entries, Entry{At: e.At, Kind: KindInvoice, Step: b.Kind, Total: -b.Total, Reason: "what was charged is taken back: " + b.Why})
		}
	}
	return entries, nil
}

// reversesCharge takes back what the client owes of a kind.
func reversesCharge(ctx context.Context, l *life, e Event) error {
	billed, err := l.store.Billables(ctx, l.ref)
	if err != nil {
		return err
	}
	key := e.main()
	for _, b := range billed {
		if b.Kind == e.main() && b.Owed() {
			key = b.Key
		}
	}
	return l.store.ReverseBillable(ctx, l.ref, key, l.because(e), l.by(e))
}
