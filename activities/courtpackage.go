package activities

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// particulars are who is who in a package, as it stood when it was made: the case file does not tell what they were before they changed.
type particulars struct {
	Agency              letter.Party
	Client, Debtor      postgres.Party
	TrustName           string
	TrustIBAN           string
	Reference, Title    string
	InBusiness, Natural bool
}

func (w *LetterWriter) particulars(file postgres.CourtFile) particulars {
	return particulars{
		Agency: w.Agency, Client: file.Client, Debtor: file.Debtor, TrustName: w.TrustName, TrustIBAN: w.TrustIBAN, Reference: file.Reference, Title: file.Title,
		InBusiness: file.Facts.Debtor.InBusiness, Natural: file.Facts.Debtor.NaturalPerson,
	}
}

// courtPackage tells everything that a file knows. To whom it goes is for the caller.
func (w *LetterWriter) courtPackage(file postgres.CourtFile, who particulars) (letter.CourtPackage, error) {
	f := file.Facts
	rules, err := w.Rules.Rules(f)
	if err != nil {
		return letter.CourtPackage{}, err
	}
	account, err := f.AccountOn(rules.Tables, file.On)
	if err != nil {
		return letter.CourtPackage{}, err
	}
	limit := trajectory.Enforceable(f)
	p := letter.CourtPackage{
		On: file.On, Agency: who.Agency, Client: party(who.Client), Debtor: party(who.Debtor), InBusiness: who.InBusiness, NaturalPerson: who.Natural,
		FileReference: f.ClaimID[:8], ClientReference: legible(who.Reference), Kenmerk: file.Kenmerk, RF: file.RF, TrustName: who.TrustName, TrustIBAN: who.TrustIBAN,
		DebtorIBANs: file.IBANs, HandedOver: f.HandedOverOn, Chosen: file.Chosen(), Demand: fullDemand(f, account),
		OpenPrincipal: account.Open.Principal, OpenInterest: account.Open.Interest, OpenCosts: account.Open.Costs,
		Enforceable: limit.LastDay, Term: letter.LimitationTerm(limit.Term), Insolvencies: insolvencies(f, file.On),
	}
	p.Demand.Obligation = legible(who.Title)
	for _, i := range trajectory.Interruptions(f) {
		p.Interruptions = append(p.Interruptions, letter.InterruptedOn{On: i.On, Why: letter.Interrupter(i.Why), Assumed: i.Assumed()})
	}
	for _, l := range file.Letters {
		left, err := leftLetter(l)
		if err != nil {
			return p, err
		}
		p.Letters = append(p.Letters, left)
	}
	tell(&p, file)
	return p, nil
}

// legible is what a person typed, whole, as it can be printed.
func legible(text string) string { return letter.Legible(text, math.MaxInt32) }

func leftLetter(l postgres.CourtLetter) (letter.LeftLetter, error) {
	left := letter.LeftLetter{
		Kind: letter.Kind(l.Kind), On: l.On, Post: l.Channel == trajectory.ChannelPost, Received: l.Received, CameBack: l.CameBack, ToClient: !trajectory.ToDebtor(l.Kind), PDF: l.PDF, SHA256: l.SHA256,
	}
	if l.Verdicts == nil {
		return left, nil
	}
	if err := json.Unmarshal(l.Verdicts, &left.Verdicts); err != nil {
		return left, fmt.Errorf("read certificate of %s: %w", l.Step, err)
	}
	return left, nil
}

// tell fills in what the events tell: disputes with their words, complaints, and the timeline.
func tell(p *letter.CourtPackage, file postgres.CourtFile) {
	disputes, kinds := map[string]int{}, map[string]letter.Kind{}
	for _, l := range file.Facts.Letters {
		kinds[l.Step] = letter.Kind(l.Kind)
	}
	for _, e := range file.Events {
		kind, key, _ := strings.Cut(e.Key, ":")
		switch kind {
		case "dispute":
			disputes[key] = len(p.Disputes)
			p.Disputes = append(p.Disputes, letter.Dispute{Raised: e.On, Grounds: said(e, "grounds")})
		case "judgement":
			if i, raised := disputes[key]; raised {
				p.Disputes[i].Judged, p.Disputes[i].Upheld, p.Disputes[i].JudgementReason = e.On, e.Kind == "dispute-upheld", said(e, "reason")
			}
		case "complaint":
			p.Complaints = append(p.Complaints, letter.Said{On: e.On, Text: said(e, "text")})
		}
		what, detail := happened(e.Kind), detailOf(e, kinds)
		if kind == "court" {
			p.Procedure = append(p.Procedure, letter.Said{On: e.On, Text: strings.TrimSuffix(what+": "+detail, ": ")})
		}
		if what != "" {
			p.Happenings = append(p.Happenings, letter.Happening{On: calendar.DateOf(e.At), What: what, By: actor(e.Actor), Said: detail})
		}
	}
}

// euros is an amount of an event's detail as it is read in Dutch.
func euros(told any) string {
	text := fmt.Sprint(told)
	if amount, err := money.Parse(text); err == nil {
		return "€ " + amount.Dutch()
	}
	return text
}

// actor is who did something, as an outsider reads it.
func actor(name string) string {
	if name == "workflow" {
		return "automatisch"
	}
	return legible(name)
}

// said is what an event has under a name, if that is a text.
func said(e postgres.Event, name string) string {
	text, _ := e.Detail[name].(string)
	return legible(text)
}

// detailNames are the particulars of an event that matter to an outsider, in the order in which they are told.
var detailNames = []string{"step", "amount", "choice", "outcome", "grounds", "reason", "text", "what", "changed", "reference"}

// detailOf tells the particulars of an event, with the letters of the file by their steps.
func detailOf(e postgres.Event, kinds map[string]letter.Kind) string {
	var parts []string
	for _, name := range detailNames {
		text := said(e, name)
		switch {
		case text == "" || e.Kind == "closed" && name == "reason": // which the program told, in English; the outcome says enough
			continue
		case name == "step":
			text = letter.Dutch.NameOf(cmp.Or(kinds[text], letter.Kind(text)))
		case name == "choice" || name == "outcome":
			text = chosen[text]
		case name == "amount":
			text = euros(text)
		}
		parts = append(parts, text)
	}
	if a, awarded := e.Detail["awarded"].(map[string]any); awarded {
		parts = append(parts, fmt.Sprintf("toegewezen: hoofdsom %s, rente %s, incassokosten %s, proceskosten %s", euros(a["principal"]), euros(a["interest"]), euros(a["costs"]), euros(a["court_costs"])))
	}
	if e.On != calendar.DateOf(e.At) {
		parts = append(parts, "geldt vanaf "+e.On.Dutch())
	}
	return strings.Join(parts, "; ")
}
