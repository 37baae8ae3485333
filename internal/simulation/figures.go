package simulation

import (
	"slices"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// Figures is what came of a portfolio in one run.
type Figures struct {
	Claims    int
	Paid      int // nothing is owed any more
	Ended     int // otherwise: closed, court, upheld
	Open      int // still running on the last day, or waiting for a person
	Emails    int
	Posts     int
	Postage   money.Amount // what the letters cost to send
	Collected money.Amount // received by the agency or by the client itself, without what is owed back
	ToClient  money.Amount // of it
	ToAgency  money.Amount // of it
	LetGo     money.Amount // written off
	DaysMean  int          // from hand-over until paid whole, of the claims that were, rounded down
	DaysHalf  int          // within which half of those that were paid had paid
	ByWeek    []money.Amount
	days      []int
}

// add counts the life of one claim.
func (x *Figures) add(end claim.Facts, life []trajectory.Moment, shares []settlement.Share, prices Prices) {
	x.Claims++
	for _, m := range life {
		switch {
		case m.Action.Letter == "":
		case m.Action.Channel == trajectory.ChannelPost:
			x.Posts, x.Postage = x.Posts+1, x.Postage+prices.Post
		default:
			x.Emails, x.Postage = x.Emails+1, x.Postage+prices.Email
		}
	}
	for _, s := range shares {
		switch s.Settlement.Kind {
		case claim.PaidToAgency, claim.PaidToClient:
			x.ToClient, x.ToAgency = x.ToClient+s.Client, x.ToAgency+s.Agency
			x.collect(s.Client+s.Agency, s.Settlement.On.DaysSince(end.HandedOverOn)/7)
		case claim.WriteOff:
			x.LetGo += s.Settlement.Amount - s.Surplus
		case claim.CreditNote, claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance: // the model has none
		}
	}
	switch {
	case end.Status == claim.StatusPaid:
		x.Paid++
		x.days = append(x.days, end.Settlements[len(end.Settlements)-1].On.DaysSince(end.HandedOverOn))
	case end.Status.Final():
		x.Ended++
	default:
		x.Open++
	}
}

func (x *Figures) collect(amount money.Amount, week int) {
	x.Collected += amount
	for len(x.ByWeek) <= week {
		x.ByWeek = append(x.ByWeek, 0)
	}
	x.ByWeek[week] += amount
}

// merge adds the figures of other claims of the same run.
func (x *Figures) merge(y Figures) {
	x.Claims, x.Paid, x.Ended, x.Open, x.Emails, x.Posts = x.Claims+y.Claims, x.Paid+y.Paid, x.Ended+y.Ended, x.Open+y.Open, x.Emails+y.Emails, x.Posts+y.Posts
	x.Postage, x.ToClient, x.ToAgency, x.LetGo = x.Postage+y.Postage, x.ToClient+y.ToClient, x.ToAgency+y.ToAgency, x.LetGo+y.LetGo
	x.days = append(x.days, y.days...)
	for week, amount := range y.ByWeek {
		x.collect(amount, week)
	}
}

// finish makes what needs all claims of the run.
func (x *Figures) finish() {
	slices.Sort(x.days)
	sum := 0
	for _, d := range x.days {
		sum += d
	}
	if n := len(x.days); n > 0 {
		x.DaysMean, x.DaysHalf = sum/n, x.days[(n-1)/2]
	}
	for week := 1; week < len(x.ByWeek); week++ { // up to and including that week
		x.ByWeek[week] += x.ByWeek[week-1]
	}
}

// Measure is one figure of a portfolio, with its name as a reader sees it.
type Measure struct {
	Name  string
	Money bool // cents; else a count or days
	of    func(Figures) int64
}

// Of is the figure of a run.
func (m Measure) Of(x Figures) int64 { return m.of(x) }

// Measures lists the figures in the order in which they are told.
func Measures() []Measure {
	count := func(name string, of func(Figures) int) Measure {
		return Measure{name, false, func(x Figures) int64 { return int64(of(x)) }}
	}
	cents := func(name string, of func(Figures) money.Amount) Measure {
		return Measure{name, true, func(x Figures) int64 { return of(x).Cents() }}
	}
	return []Measure{
		count("claims paid", func(x Figures) int { return x.Paid }),
		count("claims ended otherwise", func(x Figures) int { return x.Ended }),
		count("claims still open", func(x Figures) int { return x.Open }),
		count("days to payment, mean", func(x Figures) int { return x.DaysMean }),
		count("days to payment, half", func(x Figures) int { return x.DaysHalf }),
		count("letters by e-mail", func(x Figures) int { return x.Emails }),
		count("letters by post", func(x Figures) int { return x.Posts }),
		cents("cost of sending", func(x Figures) money.Amount { return x.Postage }),
		cents("collected", func(x Figures) money.Amount { return x.Collected }),
		cents("to the client", func(x Figures) money.Amount { return x.ToClient }),
		cents("to the agency", func(x Figures) money.Amount { return x.ToAgency }),
		cents("let go", func(x Figures) money.Amount { return x.LetGo }),
	}
}

// Outside is the percentage of runs that lie on each side of an interval; of fewer runs than make one it has them all.
const Outside = 5

// Interval is a figure over all runs: its mean, rounded half up, and between what nine of ten runs lie.
type Interval struct{ Mean, Low, High int64 }

// Apart says whether the mean lies outside the interval, as that of a few runs that are far from all others does.
func (i Interval) Apart() bool { return i.Mean < i.Low || i.Mean > i.High }

// Over gives a figure over runs. A difference is one figure per run too: both sides of a run had the same debtors.
func Over(runs []int64) (i Interval) {
	sorted := slices.Sorted(slices.Values(runs))
	for _, v := range sorted {
		i.Mean += v
	}
	n := len(sorted)
	twice, n2 := 2*i.Mean+int64(n), 2*int64(n)
	if i.Mean = twice / n2; twice%n2 < 0 {
		i.Mean--
	}
	i.Low, i.High = sorted[n*Outside/100], sorted[n-1-n*Outside/100]
	return i
}
