package report

import (
	"slices"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
)

// Count is a number of claims, and their principal as handed over.
type Count struct {
	Claims    int          `json:"claims"`
	Principal money.Amount `json:"principal"`
}

// HandedOver counts the claims that were handed over in the period, by the day of the hand-over. Those that the intake refused are out; those withdrawn, disputed or credited since are in.
func (b Books) HandedOver(p Period) (c Count) {
	for _, x := range b.Claims {
		if p.Has(x.HandedOverOn) && x.Phase != NotAccepted {
			c.Claims, c.Principal = c.Claims+1, c.Principal+x.Principal
		}
	}
	return c
}

// Refused is how many claims were handed over in the period and refused at the intake.
func (b Books) Refused(p Period) (n int) {
	for _, x := range b.Claims {
		if p.Has(x.HandedOverOn) && x.Phase == NotAccepted {
			n++
		}
	}
	return n
}

// PhaseFigure is the claims of one phase. Open is the principal of which nothing was settled, by whatever means.
type PhaseFigure struct {
	Phase     Phase        `json:"phase"`
	Claims    int          `json:"claims"`
	Principal money.Amount `json:"principal"`
	Open      money.Amount `json:"open"`
}

// Stand counts all claims that were ever handed over, up to and including the day, by the phase in which each is on it. Every phase is there, in order, but for what the intake refused; each claim is in one.
func (b Books) Stand(on calendar.Date) (figures []PhaseFigure) {
	open := b.open(on)
	for _, phase := range Phases() {
		if phase == NotAccepted {
			continue
		}
		f := PhaseFigure{Phase: phase}
		for _, x := range b.Claims {
			if x.Phase == phase && !x.HandedOverOn.After(on) {
				f.Claims, f.Principal, f.Open = f.Claims+1, f.Principal+x.Principal, f.Open+open[x.ID]
			}
		}
		figures = append(figures, f)
	}
	return figures
}

// open is the principal of each claim, by its id, less what the ledger has settled of it up to and including the day, by whatever means.
func (b Books) open(on calendar.Date) map[string]money.Amount {
	open := map[string]money.Amount{}
	for _, x := range b.Claims {
		open[x.ID] = x.Principal
	}
	for _, m := range b.Moves {
		if !m.On.After(on) {
			open[m.Claim] -= m.Principal
		}
	}
	return open
}

// Settled is what was settled of claims by one means.
type Settled struct {
	Means     Means        `json:"means,omitempty"`
	Principal money.Amount `json:"principal"`
	Interest  money.Amount `json:"interest"`
	Costs     money.Amount `json:"costs"`
}

// Total is all of it.
func (s Settled) Total() money.Amount { return s.Principal + s.Interest + s.Costs }

// Settled is what the ledger settled of what debtors owe, by means, with value dates in the period: principal, interest, and costs of collection and of a court. What was taken back comes off on the
// day on which it was. A surplus is out. A credit note is what it took off the principal; what it divides anew is of payments. A settlement that was corrected counts by the means that it has now. Every means is there, in order.
func (b Books) Settled(p Period) []Settled {
	all := make([]Settled, len(AllMeans()))
	for i, means := range AllMeans() {
		all[i].Means = means
	}
	for _, m := range b.Moves {
		if p.Has(m.On) {
			s := &all[slices.Index(AllMeans(), m.Means)]
			s.Principal, s.Interest, s.Costs = s.Principal+m.Principal, s.Interest+m.Interest, s.Costs+m.Costs
		}
	}
	return all
}

// Division is for whom money is that came in on the trust account. A surplus goes back to debtors.
type Division struct {
	Client  money.Amount `json:"client"`
	Agency  money.Amount `json:"agency"`
	Surplus money.Amount `json:"surplus"`
}

// Division is how the ledger divided what came in on the trust account for claims of the client, with value dates in the period, less what was taken back. What debtors paid to the client itself is out.
func (b Books) Division(p Period) (d Division) {
	for _, m := range b.Moves {
		if p.Has(m.On) {
			d.Client, d.Agency, d.Surplus = d.Client+m.Client, d.Agency+m.Agency, d.Surplus+m.Surplus
		}
	}
	return d
}

// Payable is what the trust account owes the client: Before + Received - PaidOut - SetOff + Corrected = After.
type Payable struct {
	Before    money.Amount `json:"before"`
	Received  money.Amount `json:"received"`  // the client's part of what came in
	PaidOut   money.Amount `json:"paid_out"`  // ordered at the bank, less what it refused or gave back
	SetOff    money.Amount `json:"set_off"`   // against invoices; less than nothing: of what the client had to its credit
	Corrected money.Amount `json:"corrected"` // what the client had got that proved not to be for it, until it was kept back
	After     money.Amount `json:"after"`
}

// Payable is the account "payable to clients" of the client in the ledger: its balance at the end of the day before the period, what it was credited and debited with value dates in the period, and its
// balance at the end of the last day. After is what is to be paid out still, whether or not it may be paid yet.
func (b Books) Payable(p Period) (s Payable) {
	for _, m := range b.Trust {
		switch {
		case m.On.After(p.To):
			continue
		case m.On.Before(p.From):
			s.Before += m.Amount
		case m.Kind == ledger.Settled:
			s.Received += m.Amount
		case m.Kind == ledger.PayoutSubmitted || m.Kind == ledger.PayoutRejected || m.Kind == ledger.PayoutReturned:
			s.PaidOut -= m.Amount
		case m.Kind == ledger.SetOffBilled:
			s.SetOff -= m.Amount
		default:
			s.Corrected += m.Amount
		}
		s.After += m.Amount
	}
	return s
}

// Invoiced is what the agency invoiced the client, with what it credited of that taken off.
type Invoiced struct {
	Invoices int          `json:"invoices"`
	Credits  int          `json:"credit_notes"`
	Net      money.Amount `json:"net"`
	VAT      money.Amount `json:"vat"`
	Total    money.Amount `json:"total"`
}

// Invoiced sums up bills, less credit notes, by their own dates in the period, whether or not they are paid and however they are.
func (b Books) Invoiced(p Period) (v Invoiced) {
	for _, i := range b.Bills {
		switch {
		case !p.Has(i.On):
		case i.Credit:
			v.Credits, v.Net, v.VAT, v.Total = v.Credits+1, v.Net-i.Net, v.VAT-i.VAT, v.Total-i.Total
		default:
			v.Invoices, v.Net, v.VAT, v.Total = v.Invoices+1, v.Net+i.Net, v.VAT+i.VAT, v.Total+i.Total
		}
	}
	return v
}

// Rate is a part of a principal. PerMille is rounded, half a thousandth up; 0 when Of is nothing.
type Rate struct {
	Recovered money.Amount `json:"recovered"`
	Of        money.Amount `json:"of"`
	PerMille  int          `json:"per_mille"`
}

// Recovery is, of the claims handed over in the period, the principal recovered up to and including the day of the report, over their principal less what of it was credited. In both: claims that run
// still, were withdrawn or ended unpaid. Out: claims that the intake refused, interest and costs.
func (b Books) Recovery(p Period, on calendar.Date) (r Rate) {
	of := map[string]bool{}
	for _, x := range b.Claims {
		if p.Has(x.HandedOverOn) && x.Phase != NotAccepted {
			of[x.ID], r.Of = true, r.Of+x.Principal
		}
	}
	for _, m := range b.Moves {
		switch {
		case !of[m.Claim] || m.On.After(on):
		case m.Means.Recovers():
			r.Recovered += m.Principal
		case m.Means == Credited:
			r.Of -= m.Principal
		}
	}
	if r.Of > 0 {
		double, of := 2000*r.Recovered.Cents()+r.Of.Cents(), 2*r.Of.Cents()
		r.PerMille = int(double / of)
		if double%of < 0 { // of less than nothing too, half a thousandth goes up
			r.PerMille--
		}
	}
	return r
}

// Median is a middle number of days, over how many claims.
type Median struct {
	Claims int `json:"claims"`
	Days   int `json:"days"`
}

// settledOn is the day from which nothing of the principal of each claim is open, by its id, by the moves up to and including a day: a claim of which something is open then is not there.
func (b Books) settledOn(on calendar.Date) map[string]calendar.Date {
	left, since := b.open(on), map[string]calendar.Date{}
	for _, m := range slices.SortedFunc(slices.Values(b.Moves), func(x, y Move) int { return y.On.Compare(x.On) }) { // back from the latest
		last, found := since[m.Claim]
		if m.On.After(on) || left[m.Claim] > 0 && (!found || m.On.Before(last)) {
			continue
		}
		left[m.Claim] += m.Principal // what was open before it
		since[m.Claim] = m.On
	}
	return since
}

// DaysToPay is the median of the days from hand-over to the day from which nothing of the principal is open, over claims that are paid and of which that day is in the period. One that was paid before the hand-over took 0 days. Of an
// even number it is the mean of the two in the middle, half a day up; 0 of none.
func (b Books) DaysToPay(p Period, on calendar.Date) Median {
	var days []int
	settled := b.settledOn(on)
	for _, x := range b.Claims {
		if last, is := settled[x.ID]; is && x.Phase == EndedPaid && p.Has(last) {
			days = append(days, max(0, last.DaysSince(x.HandedOverOn)))
		}
	}
	slices.Sort(days)
	n := len(days)
	switch {
	case n == 0:
		return Median{}
	case n%2 == 1:
		return Median{n, days[n/2]}
	}
	return Median{n, (days[n/2-1] + days[n/2] + 1) / 2}
}

// Age is the claims that are as many days old, both inclusive; To is 0 for the oldest.
type Age struct {
	From   int          `json:"from"`
	To     int          `json:"to,omitempty"`
	Claims int          `json:"claims"`
	Open   money.Amount `json:"open"`
}

// ages are where each begins, in days.
var ages = []int{0, 31, 91, 181, 366}

// Ages is the open principal of the claims that run, by the days since their oldest invoice was due, up to the day. One that is not due yet is 0 days old. Claims of which no principal is open are out.
func (b Books) Ages(on calendar.Date) []Age {
	open, list := b.open(on), make([]Age, len(ages))
	for i, from := range ages {
		list[i].From = from
		if i+1 < len(ages) {
			list[i].To = ages[i+1] - 1
		}
	}
	for _, x := range b.Claims {
		if !x.Phase.Running() || x.HandedOverOn.After(on) || open[x.ID] <= 0 {
			continue
		}
		i, found := slices.BinarySearch(ages, max(0, on.DaysSince(x.DueOn)))
		if !found {
			i--
		}
		list[i].Claims, list[i].Open = list[i].Claims+1, list[i].Open+open[x.ID]
	}
	return list
}

// Month is what happened in a calendar month, or in what the period has of it.
type Month struct {
	Period
	HandedOver money.Amount `json:"handed_over"` // principal, as HandedOver counts it
	Recovered  money.Amount `json:"recovered"`   // principal, by means that recover
}

// Months are those of the period, the first and the last as far as they are in it. They add up to what the period has.
func (b Books) Months(p Period) (list []Month) {
	for from := p.From; !from.After(p.To); {
		next := calendar.NewDate(from.Year(), from.Month(), 1).AddMonths(1)
		m := Month{Period: Period{from, next.AddDays(-1)}}
		if m.To.After(p.To) {
			m.To = p.To
		}
		m.HandedOver = b.HandedOver(m.Period).Principal
		for _, s := range b.Settled(m.Period) {
			if s.Means.Recovers() {
				m.Recovered += s.Principal
			}
		}
		list, from = append(list, m), next
	}
	return list
}

// Row is a claim in the list: what was settled of it in the period, and what is open of its principal on the day of the report.
type Row struct {
	Claim
	Recovered Settled       `json:"recovered"` // in the period, by means that recover
	Lowered   money.Amount  `json:"lowered"`   // in the period, by credit notes and what was let go
	Client    money.Amount  `json:"client"`    // of what came in on the trust account in the period
	Open      money.Amount  `json:"open"`
	SettledOn calendar.Date `json:"settled_on,omitzero"` // the day from which nothing of its principal is open; zero: something is
}

// Rows are all claims that were handed over up to and including the day. They add up to what the report tells of the period.
func (b Books) Rows(p Period, on calendar.Date) []Row {
	open, settled, moves := b.open(on), b.settledOn(on), map[string][]Move{}
	for _, m := range b.Moves {
		if p.Has(m.On) {
			moves[m.Claim] = append(moves[m.Claim], m)
		}
	}
	rows := []Row{}
	for _, x := range b.Claims {
		if x.HandedOverOn.After(on) {
			continue
		}
		r := Row{Claim: x, Open: open[x.ID], SettledOn: settled[x.ID]}
		for _, m := range moves[x.ID] {
			r.Client += m.Client
			if s := (Settled{"", m.Principal, m.Interest, m.Costs}); m.Means.Recovers() {
				r.Recovered = Settled{"", r.Recovered.Principal + s.Principal, r.Recovered.Interest + s.Interest, r.Recovered.Costs + s.Costs}
			} else {
				r.Lowered += s.Total()
			}
		}
		rows = append(rows, r)
	}
	return rows
}
