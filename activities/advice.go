package activities

import (
	"cmp"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

func (w *LetterWriter) options(plan string) []letter.Choice {
	if w.Plans.Monitors(plan) {
		return []letter.Choice{letter.Court, letter.Monitoring, letter.Close}
	}
	return []letter.Choice{letter.Court, letter.Close}
}

// sent are the demands that reached the debtor: one of which nobody knows whether it left is not stated.
func sent(f claim.Facts) (letters []letter.SentLetter) {
	for _, l := range f.Letters {
		if l.State == claim.LetterAccepted && trajectory.Demands(l.Kind) {
			letters = append(letters, letter.SentLetter{Kind: letter.Kind(l.Kind), On: l.On})
		}
	}
	return letters
}

// mostOfDispute is how many characters of the debtor's words, or of ours about them, stand in a letter.
const mostOfDispute = 400

// standing is what is known of a claim beside its amount.
func standing(file postgres.CaseFile, connected []claim.Register, on calendar.Date) letter.Standing {
	limit := trajectory.Enforceable(file.Facts)
	s := letter.Standing{Enforceable: limit.LastDay, Term: letter.LimitationTerm(limit.Term), Insolvencies: insolvencies(file.Facts, on), Region: cmp.Or(file.Debtor.Country, "NL")}
	for _, said := range trajectory.Inquiries(file.Facts, connected) {
		s.Searches = append(s.Searches, letter.Search{
			Register: letter.Register(said.Register), Said: letter.Entry(said.Found), On: said.On, Since: said.Since, Connected: said.Connected,
		})
	}
	for _, flag := range file.Facts.Flags {
		if flag.Kind == claim.FlagAddressUnknown && flag.Covers(on) {
			s.AddressUnknown = flag.From
		}
	}
	for _, d := range file.Disputes {
		s.Disputes = append(s.Disputes, letter.Dispute{
			Raised: d.Raised, Grounds: letter.Legible(d.Grounds, mostOfDispute), Judged: d.Judged, Upheld: d.Outcome == "upheld", JudgementReason: letter.Legible(d.Reason, mostOfDispute),
		})
	}
	return s
}

func insolvencies(f claim.Facts, on calendar.Date) (list []letter.Insolvency) {
	for _, flag := range trajectory.Insolvency(f, on) {
		list = append(list, letter.Insolvency{What: letter.Trouble(flag.Kind), From: flag.From, Until: flag.Until})
	}
	return list
}

// procedureOf tells each cost in its parts: the salary is what the loser pays to the winner, so the client never pays its own. Before the civil court lawyers
// come on top, without a figure.
func procedureOf(p trajectory.Procedure, withVAT bool) letter.Procedure {
	out := letter.Procedure{Cantonal: p.Cantonal, Year: p.Year, NoPrice: letter.NoPrice(p.Price.Not), WithVAT: withVAT}
	other := trajectory.LostPoints * p.Salary
	for _, line := range []letter.CostLine{
		{What: letter.CourtFee, Own: p.Fee, Back: p.Fee, Lost: p.Fee},
		{What: letter.ServedSummons, Own: p.Summons, Back: p.Summons, Lost: p.Summons},
		{What: letter.SummonsVAT, Own: p.SummonsVAT, Back: p.SummonsVAT, Lost: p.SummonsVAT},
		{What: letter.FixedPrice, Own: p.Price.Amount, Lost: p.Price.Amount},
		{What: letter.FixedPriceVAT, Own: p.Price.VAT, Lost: p.Price.VAT},
		{What: letter.Salary, Back: p.Salary},
		{What: letter.OtherSalary, Lost: other},
	} {
		if line.Own+line.Back+line.Lost > 0 {
			out.Costs = append(out.Costs, line)
		}
	}
	if !p.Cantonal {
		out.Costs = append(out.Costs, letter.CostLine{What: letter.Lawyers})
	}
	return out
}

func reasons(grounds []trajectory.Ground) []letter.Reason {
	list := make([]letter.Reason, len(grounds))
	for i, g := range grounds {
		list[i] = letter.Reason(g)
	}
	return list
}
