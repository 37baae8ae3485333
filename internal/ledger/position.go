package ledger

import (
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Position is what the books are to say of one claim: what it was charged, and what came in for it and where that went. What is booked of a change is the
// difference between two positions, so that a payment of an earlier day, one that is taken back and a part that is divided anew are no cases of their own.
type Position struct{ charged, settled sheet }

// PositionOf is the position of a claim by its account. terms say how its client is settled with.
func PositionOf(f claim.Facts, account claim.Account, terms settlement.Terms, tables law.Tables) (Position, error) {
	p := Position{charged: chargedBy(account), settled: sheet{}}
	shares := terms.Policy.Shares(account, f.Principal(), f.Halved)
	fees := newFees(shares, account.CourtCosts)
	for _, share := range shares {
		p.settled.pays(share, account)
		if err := p.settled.divides(share, terms.VAT, tables, fees); err != nil {
			return Position{}, err
		}
	}
	return p, nil
}

// chargedBy is everything asked so far, less what was let go. Court costs stand apart.
func chargedBy(account claim.Account) sheet {
	all := account.Open
	for _, a := range account.Allocations {
		all.Principal, all.Interest, all.Costs = all.Principal+a.Principal, all.Interest+a.Interest, all.Costs+a.Costs
	}
	s := sheet{}
	s.move(all.Principal, OwedPrincipal, OwedContra)
	s.move(all.Interest, OwedInterest, OwedContra)
	s.move(all.Costs-account.CourtCosts, OwedCosts, OwedContra)
	s.move(account.CourtCosts, OwedCourtCosts, OwedContra)
	return s
}

// pays takes what a settlement paid off what the debtor owes (art. 6:44 BW). From the day of a judgment what pays costs pays those of the court first.
func (s sheet) pays(share settlement.Share, account claim.Account) {
	s.move(share.Principal, OwedContra, OwedPrincipal)
	s.move(share.Interest, OwedContra, OwedInterest)
	court := money.Amount(0)
	if !account.CourtCostsFrom.IsZero() && !share.Settlement.On.Before(account.CourtCostsFrom) {
		court = money.Min(share.Costs, account.CourtCosts+s[OwedCourtCosts])
	}
	s.move(court, OwedContra, OwedCourtCosts)
	s.move(share.Costs-court, OwedContra, OwedCosts)
}

// divides books where the money of a settlement goes: on the trust account and, of the agency's part, in its own book.
func (s sheet) divides(share settlement.Share, mode settlement.VATMode, tables law.Tables, fees *fees) error {
	vat, err := vatOf(share, mode, tables)
	if err != nil {
		return err
	}
	netted := money.Amount(0)
	switch share.Settlement.Kind {
	case claim.PaidToAgency:
		if mode == settlement.ExclusiveNetted {
			netted = money.Min(vat, share.Client)
		}
		s.move(share.Client-netted, Unallocated, ClientPayable)
		s.move(share.Agency+netted, Unallocated, AgencyPayable)
		s.move(share.Surplus, Unallocated, RefundPayable)
		fees.earn(s, share, vat, netted, mode, FromTrust)
	case claim.PaidToClient:
		fees.earn(s, share, vat, 0, mode, FromClients)
	case claim.CreditNote, claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance, claim.WriteOff: // nobody received money
	}
	return nil
}

// vatOf is the VAT on the agency's part of a settlement.
func vatOf(share settlement.Share, mode settlement.VATMode, tables law.Tables) (vat money.Amount, err error) {
	switch mode {
	case settlement.Inclusive:
		return tables.VATWithin(share.Agency, share.Settlement.On)
	case settlement.ExclusiveInvoiced, settlement.ExclusiveNetted:
		vat, _, err = tables.VAT(share.Agency, share.Settlement.On)
	}
	return vat, err
}

// fees tells what the agency's part is for. In the amicable phase it fills the costs that were paid, in money or in worth that the client got, then interest; in debt monitoring it is a share.
type fees struct{ costs money.Amount }

func newFees(shares []settlement.Share, court money.Amount) *fees {
	f := &fees{}
	for _, s := range shares {
		if (s.Client+s.Agency > 0 || settlement.HasWorth(s.Settlement.Kind)) && !s.Monitoring {
			f.costs += s.Costs
		}
	}
	f.costs = money.Max(0, f.costs-court)
	return f
}

// earn books the agency's part as revenue and VAT, owed by from. VAT that comes on top and is not netted is owed by the client.
func (f *fees) earn(s sheet, share settlement.Share, vat, netted money.Amount, mode settlement.VATMode, from Account) {
	revenue := share.Agency
	if mode == settlement.Inclusive {
		revenue -= vat
		s.move(vat, from, VATPayable)
	} else {
		s.move(netted, from, VATPayable)
		s.move(vat-netted, FromClients, VATPayable)
	}
	if share.Monitoring {
		s.move(revenue, from, MonitoringShare)
		return
	}
	forCosts := money.Min(share.Agency, f.costs)
	f.costs -= forCosts
	costs := forCosts
	if mode == settlement.Inclusive && share.Agency > 0 { // each bears its part of the VAT
		costs = revenue - revenue.Share(share.Agency-forCosts, share.Agency)
	}
	s.move(costs, from, FeeCosts)
	s.move(revenue-costs, from, FeeInterest)
}

// Booked adds one line that the books have of the claim, of a journal of kind Charged or Settled; others say nothing of a position.
func (p *Position) Booked(kind Kind, l Line) {
	if p.charged == nil {
		p.charged, p.settled = sheet{}, sheet{}
	}
	if kind == Charged {
		p.charged[l.Account] += l.Cents
	} else if kind == Settled {
		p.settled[l.Account] += l.Cents
	}
}

// From is the journals that bring the books from a position to p: none when they are there.
func (p Position) From(booked Position, about About) (journals []Journal) {
	charges := about
	charges.Key += "/charged"
	if j, ok := p.charged.less(booked.charged).journal(Debtors, Charged, charges); ok {
		journals = append(journals, j)
	}
	return append(journals, p.settled.less(booked.settled).journals(Settled, about)...)
}

// Difference is a balance of a claim that the books have otherwise than its facts say.
type Difference struct {
	Account Account      `json:"account"`
	Facts   money.Amount `json:"facts"`
	Books   money.Amount `json:"books"`
}

// Differences are the balances that differ, in the order of the accounts: of what came in, which the books always say as the facts do, and of what is
// charged, which time changes too.
func (p Position) Differences(booked Position) (settled, charged []Difference) {
	return p.settled.differences(booked.settled), p.charged.differences(booked.charged)
}

func (s sheet) differences(books sheet) (list []Difference) {
	for _, e := range chart {
		if s[e.Account] != books[e.Account] {
			list = append(list, Difference{e.Account, s[e.Account], books[e.Account]})
		}
	}
	return list
}

// Owed is what the debtor owes by the position, the surplus aside.
func (p Position) Owed() money.Amount { return -p.charged[OwedContra] - p.settled[OwedContra] }

// Takes says whether journals take from what a client is to be paid.
func Takes(journals []Journal) bool {
	for _, j := range journals {
		for _, l := range j.draft.Lines {
			if l.Account == ClientPayable && l.Cents > 0 {
				return true
			}
		}
	}
	return false
}
