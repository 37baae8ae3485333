package scenario_test

import (
	"fmt"
	"slices"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// happenings are the events of random lives, by the name that a scenario has for them.
var happenings = []string{
	"pays", "pays-client", "credit-note", "set-off", "returned-goods", "counter-performance", "written-off", "reversed", "dispute", "dispute-rejected", "dispute-upheld", "hold", "hold", "flag", "flag-cleared", "promises",
	"arranges", "decide", "court", "court", "withdraw", "plan-changed", "complaint", "request", "answer", "remark", "letter-returned",
	"corrected", "trajectory-changed", "workers-down",
}

// occasions are an event of a kind, with what comes before or after it.
func (r *randomLife) occasions(kind string, on calendar.Date) []occasion {
	key, later := fmt.Sprintf("k%d", len(r.events)), on.AddDays(2+r.IntN(20))
	switch kind {
	case "pays", "pays-client", "credit-note", "set-off", "returned-goods", "counter-performance", "written-off":
		return r.settles(kind, key, on)
	case "reversed":
		what := pick(r, "pays-client", "credit-note", "set-off", "returned-goods", "counter-performance")
		return append(r.settles(what, key, on), occasion{later, fmt.Sprintf("reversed: %s, reason: it was not so", key), func(f *claim.Facts, _ calendar.Date) {
			takesBack(f, key, 0)
		}})
	case "dispute", "dispute-rejected", "dispute-upheld":
		return disputed(kind, key, on, later)
	case "hold":
		return r.held(key, on, later)
	case "letter-returned":
		return []occasion{r.returned(on)}
	case "flag", "flag-cleared":
		return r.flagged(kind, on, later)
	case "promises", "arranges":
		return r.agrees(kind, key, on)
	case "complaint", "request", "answer":
		return asked(kind, key, on, later)
	case "decide":
		return r.decides(on)
	case "court":
		return r.toCourt(key, on)
	case "corrected":
		return r.corrects(key, on, later)
	case "trajectory-changed":
		return []occasion{r.changesTrajectory(key, on)}
	case "workers-down":
		return []occasion{r.goesDown(key, on)}
	}
	return []occasion{r.says(kind, key, on)}
}

// takesBack is a settlement that is as if it had never been, or of another amount; an arrangement that was agreed since knows of it.
func takesBack(f *claim.Facts, key string, right money.Amount) {
	s, _ := f.Settled(key)
	*f = f.Without(key)
	f.Arrangements = slices.Clone(f.Arrangements)
	for i := range f.Arrangements {
		if a := &f.Arrangements[i]; a.On.After(s.Known) {
			a.TakenBack += money.Max(0, s.Amount-right)
		}
	}
}

var settlementKinds = map[string]claim.SettlementKind{
	"pays": claim.PaidToAgency, "pays-client": claim.PaidToClient, "credit-note": claim.CreditNote, "set-off": claim.SetOff, "returned-goods": claim.ReturnedGoods,
	"counter-performance": claim.CounterPerformance, "written-off": claim.WriteOff,
}

// bookedAs is the key of a settlement in the books: money on the trust account has the code of the client, which is upper case, before it. Of one value date what comes first by key is
// divided first.
func bookedAs(kind, key string) string {
	if kind == "pays" {
		return "S-" + key
	}
	return key
}

// settles is a part of the principal, on a value date of some days before.
func (r *randomLife) settles(kind, key string, on calendar.Date) []occasion {
	amount, valued := r.amount/money.Amount(1+r.IntN(4)), on.AddDays(-r.IntN(12))
	if kind == "credit-note" {
		amount = r.amount / 8 // all of them together are less than the invoice: more is refused
	}
	if amount == 0 || valued.Before(r.handedOver) {
		valued, amount = on, r.amount
	}
	if kind == "written-off" {
		amount = 25 // cents: all of them together are a trifle, more is refused
	}
	return []occasion{{on, fmt.Sprintf("%s: %s, value_date: %s, key: %s", kind, amount, valued, key), func(f *claim.Facts, on calendar.Date) {
		s := claim.Settlement{Key: bookedAs(kind, key), Kind: settlementKinds[kind], On: valued, Amount: amount, Known: on}
		f.Settlements = append(slices.Clone(f.Settlements), s)
	}}}
}

func disputed(kind, key string, on, later calendar.Date) []occasion {
	raised := occasion{on, "dispute: never delivered, key: " + key, func(f *claim.Facts, on calendar.Date) {
		if f.DisputeProblem() != "" {
			return
		}
		f.Pauses = append(slices.Clone(f.Pauses), claim.Pause{Key: key, Kind: claim.PauseDispute, From: on})
	}}
	if kind == "dispute" {
		return []occasion{raised}
	}
	outcome := kind[len("dispute-"):]
	return []occasion{raised, {later, fmt.Sprintf("%s: the documents say so, dispute: %s", kind, key), func(f *claim.Facts, on calendar.Date) {
		f.Pauses = slices.Clone(f.Pauses)
		for i, p := range f.Pauses {
			if p.Key == key && p.Outcome == "" {
				f.Pauses[i].Until, f.Pauses[i].Outcome = on, outcome
			}
		}
	}}}
}

// agrees is a promise or an arrangement: what the policy does not allow is refused.
func (r *randomLife) agrees(kind, key string, on calendar.Date) []occasion {
	due := on.AddDays(3 + r.IntN(20))
	if kind == "promises" {
		amount := r.amount/2 + 1
		return []occasion{{on, fmt.Sprintf("promises: %s, by: %s, key: %s", amount, due, key), func(f *claim.Facts, on calendar.Date) {
			if p, problem := f.Promised(key, amount, due, owed(*f, on), policy.Leniency()); problem == "" && f.Status == claim.StatusOpen {
				f.Promises = append(slices.Clone(f.Promises), p)
			}
		}}}
	}
	plan := claim.Plan{Count: 2 + r.IntN(3), First: due}
	return []occasion{{on, fmt.Sprintf("arranges: %d, first: %s, permission: by telephone, key: %s", plan.Count, due, key), func(f *claim.Facts, on calendar.Date) {
		if a, problem := f.Arranged(key, plan, owed(*f, on), policy.Leniency()); problem == "" && f.Status == claim.StatusOpen {
			f.Arrangements = append(slices.Clone(f.Arrangements), a)
		}
	}}}
}

// shipped are the trajectories and the law as shipped.
var shipped = func() *trajectory.Library {
	library, err := trajectory.ReadLibrary(config.Data)
	if err != nil {
		panic(err)
	}
	return library
}()

var tables = shipped.Tables()

func owed(f claim.Facts, on calendar.Date) claim.Account {
	account, err := f.AccountOn(tables, on)
	if err != nil {
		panic(err)
	}
	return account
}

// asked is a complaint of the debtor, or a request to the client.
func asked(kind, key string, on, later calendar.Date) []occasion {
	if kind == "complaint" {
		return []occasion{{on, "complaint: nobody answers the telephone, key: " + key, func(f *claim.Facts, on calendar.Date) {
			complaint := claim.NewComplaint(key, on)
			complaint.Recorded = on.At(21, 0)
			f.Complaints = append(slices.Clone(f.Complaints), complaint)
			if f.Status.Final() { // no letter leaves: a person is asked
				f.Tasks = append(slices.Clone(f.Tasks), claim.Task{Key: complaint.ConfirmTask(), Open: true})
			}
		}}}
	}
	request := occasion{on, "request: documents, text: the signed order, key: " + key, func(f *claim.Facts, on calendar.Date) {
		r := policy.AnswerTerms().Request(key, claim.RequestDocuments, 0)
		if r.On = on; f.Status == claim.StatusOpen {
			f.Requests = append(slices.Clone(f.Requests), r)
		}
	}}
	if kind == "request" {
		return []occasion{request}
	}
	return []occasion{request, {later, "answer: it came by e-mail, request: " + key, func(f *claim.Facts, on calendar.Date) {
		f.Requests = slices.Clone(f.Requests)
		for i := range f.Requests {
			if x := &f.Requests[i]; x.Key == key && x.Answered.IsZero() {
				x.Answered, x.Answer = on, claim.AnswerGiven
			}
		}
	}}}
}

// says is what the client says.
func (r *randomLife) says(kind, key string, on calendar.Date) occasion {
	switch kind {
	case "withdraw":
		return occasion{on, "withdraw: the client settles it itself", func(f *claim.Facts, on calendar.Date) {
			if f.Status == claim.StatusOpen && !f.Upheld() {
				f.Withdrawn = on
			}
		}}
	case "plan-changed":
		plan := pick(r, "premium", "basis")
		return occasion{on, "plan-changed: " + plan, func(f *claim.Facts, _ calendar.Date) { f.Plan = plan }}
	}
	return occasion{on, "remark: he called, key: " + key, func(*claim.Facts, calendar.Date) {}}
}
