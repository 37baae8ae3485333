package scenario

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// clientEmail is the address of the client of every scenario.
const clientEmail = "client@voorbeeld.example"

// signed is the agreement of the client before it hands over, when the file tells it.
type signed struct {
	start      calendar.Date // zero: it is assumed to start with the hand-over
	notice     calendar.Date // on which a notice of termination was received; zero: none was
	registered bool          // the notice
	told       calendar.Date // until which day its years are told; zero: they are not
}

// The keys of the price of the procedure at a fixed price and of the yearly contribution, beside those of the other products. The second is the step of its line too.
const courtProcedure, contribution = "court_procedure", "contribution"

// client reads what the file tells of the client: its plan with its prices, and its agreement.
func (p parser) client(keys map[string]*yaml.Node, s *Scenario) error {
	var plan, vat, commission error
	s.Plan, plan = p.optional(keys, "plan", "basis", aPlan)
	if plan == nil {
		s.plans = append(s.plans, InputError{File: p.file, Line: lineAt(keys["plan"]), Field: "plan", Problem: s.Plan})
	}
	s.VATDeclared, vat = p.optional(keys, "vat_declared", "", aDate)
	s.Commission, commission = p.optional(keys, "commission", ordinaryCommission, aScale)
	wrong := []error{plan, vat, commission}
	if n := keys["prices"]; n != nil {
		wrong = append(wrong, p.prices(n, s))
	}
	if n := keys["agreement"]; n != nil {
		wrong = append(wrong, p.agreement(n, s))
	}
	return errors.Join(wrong...)
}

// lineAt is the line of a node; none of one that is not there.
func lineAt(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	return n.Line
}

func (p parser) prices(n *yaml.Node, s *Scenario) error {
	prices, err := p.keys(n, "prices", append([]string{courtProcedure, contribution}, agreement.Products...))
	wrong := []error{err}
	s.prices = map[string]money.Amount{}
	for _, product := range slices.Sorted(maps.Keys(prices)) {
		text, err := p.plain(prices[product], "prices."+product, anAmount)
		if err == nil {
			s.prices[product] = mustAmount(text)
		}
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

func (p parser) agreement(n *yaml.Node, s *Scenario) error {
	keys, err := p.keys(n, "agreement", []string{"start", "notice", "registered", "told_until"})
	wrong := []error{err, p.musts(n, "agreement", keys, "start")}
	for _, day := range []struct {
		key  string
		into *calendar.Date
	}{{"start", &s.signed.start}, {"notice", &s.signed.notice}, {"told_until", &s.signed.told}} {
		text, err := p.optional(keys, day.key, "", aDate)
		if err == nil && text != "" {
			*day.into = calendar.MustParseDate(text) // it was read before
		}
		wrong = append(wrong, err)
	}
	registered, err := p.optional(keys, "registered", "no", oneOf("yes", "no"))
	s.signed.registered, wrong = registered == "yes", append(wrong, err)
	if notice := s.signed.notice; !notice.IsZero() && !s.HandedOver.IsZero() && !notice.Before(calendar.DateOf(s.HandedOver)) {
		wrong = append(wrong, p.wrong(keys["notice"], "agreement.notice", "%s is not before hand-over on %s", notice, calendar.DateOf(s.HandedOver)))
	}
	return errors.Join(wrong...)
}

// priced are the plans with the prices of the scenario.
func (s Scenario) priced(plans agreement.Plans) agreement.Plans {
	priced := maps.Clone(plans)
	for id, plan := range priced {
		plan.Products = maps.Clone(plan.Products)
		for product, price := range s.prices {
			switch product {
			case courtProcedure:
				plan.Court.Price = &price
			case contribution:
				plan.Contribution = &price
			default:
				plan.Products[product] = &price
			}
		}
		priced[id] = plan
	}
	return priced
}

// offers are the lines of a letter that name a price, as the client reads them.
func offers(body string) (said string) {
	for line := range strings.Lines(body) {
		if strings.Contains(line, "€") {
			said += "; " + strings.Join(strings.Fields(line), " ")
		}
	}
	return cmp.Or(said, "; no product has a price")
}

// agree makes the client one of the scenario's plan, or of another from a moment on.
func (l *life) agree(ctx context.Context, by postgres.Actor) (id string, err error) {
	c := postgres.Client{Code: l.client, Plan: l.scenario.Plan, Signed: postgres.Signing{On: l.scenario.signed.start, By: by}, Party: postgres.Party{
		Name: "Voorbeeld Energie B.V.", Street: "Demokade 1", Postcode: "3011 AB", Town: "Voorbeeldstad", Email: clientEmail, Phone: "010-000 0001",
		Website: "www.voorbeeld.example", KvK: "12345678", VAT: "NL001234567B01", IBAN: "NL91ABNA0417164300", Language: "nl",
	}}
	if l.scenario.VATDeclared != "" {
		c.VATDeclared = calendar.MustParseDate(l.scenario.VATDeclared) // it was read before
	}
	return l.store.SaveClient(ctx, c)
}

// sign makes the client's agreement what it is when it hands over: its years, and what a notice made of it.
func (l *life) sign(ctx context.Context) error {
	s, client := l.scenario.signed, postgres.Actor{Name: "client", At: l.scenario.HandedOver}
	if !s.start.IsZero() && s.start.Before(calendar.DateOf(client.At)) {
		client.At = s.start.At(eventHour, 0)
	}
	id, err := l.agree(ctx, client)
	if err != nil || s.notice.IsZero() {
		return err
	}
	if _, err := l.advance(ctx, id, s.notice.At(0, 0)); err != nil { // the years of before have begun by then
		return err
	}
	received := postgres.Actor{Name: "operator", At: s.notice.At(eventHour, 0)}
	if _, _, err := l.store.RecordNotice(ctx, id, s.notice, s.registered, received); err != nil {
		return err
	}
	_, err = l.advance(ctx, id, l.scenario.HandedOver)
	return err
}

// advance does what is due for the agreement, as its workflow does, and gives until when it waits then; zero when it has ended.
func (l *life) advance(ctx context.Context, client string, at time.Time) (wait time.Time, err error) {
	f, err := l.store.Agreement(ctx, client)
	if err != nil {
		return wait, err
	}
	work := activities.Agreements{Files: l.store, Rules: agreement.Rules{Plans: l.plans, RemindDays: l.remindDays}}
	s, err := work.Advance(ctx, activities.AdvanceAgreement{ClientID: f.ClientID, AgreementID: f.AgreementID, AsOf: at})
	return s.Wait, err
}

// changesPlan is another plan of the client, from the day of the event on.
func changesPlan(ctx context.Context, l *life, e Event) error {
	l.scenario.Plan = e.main()
	_, err := l.agree(ctx, l.by(e))
	return err
}
