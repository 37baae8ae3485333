package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// moneyRow is what came in one way, and where it went.
type moneyRow struct {
	name       string
	kind       claim.SettlementKind
	monitoring bool

	received, principal, interest, costs, surplus, client, agency money.Amount
}

func (r *moneyRow) add(s settlement.Share) {
	r.received += s.Settlement.Amount
	r.principal += s.Principal
	r.interest += s.Interest
	r.costs += s.Costs
	r.surplus += s.Surplus
	r.client += s.Client
	r.agency += s.Agency
}

// received sums the payments of all claims by the way they came. apart are the claims whose client got another amount in the amicable phase than
// was allocated to principal.
func received(endings []ending) (rows []*moneyRow, apart []string) {
	rows = []*moneyRow{
		{name: "on the trust account, amicable", kind: claim.PaidToAgency},
		{name: "on the trust account, monitoring (50/50)", kind: claim.PaidToAgency, monitoring: true},
		{name: "by the client itself, amicable", kind: claim.PaidToClient},
		{name: "by the client itself, monitoring (50/50)", kind: claim.PaidToClient, monitoring: true},
	}
	for _, e := range endings {
		differs := money.Amount(0)
		for _, s := range e.shares {
			i := slices.IndexFunc(rows, func(r *moneyRow) bool {
				return r.kind == s.Settlement.Kind && r.monitoring == s.Monitoring
			})
			if i < 0 { // nobody received anything
				continue
			}
			rows[i].add(s)
			if !s.Monitoring {
				differs += s.Client - s.Principal
			}
		}
		if differs != 0 {
			apart = append(apart, e.Claim)
		}
	}
	return rows, apart
}

// money shows where every cent went, and refuses to when one is missing. booked is what the trust account received. Ways in which nothing came
// are left out.
func (r *report) money(endings []ending, booked money.Amount) error {
	rows, apart := received(endings)
	t := newTable("received", "amount", "principal", "interest", "costs", "surplus (debtor's)", "client", "agency")
	trust, differs := money.Amount(0), money.Amount(0)
	for _, x := range rows {
		if x.received == 0 {
			continue
		}
		t.AppendRow(table.Row{x.name, x.received, x.principal, x.interest, x.costs, x.surplus, x.client, x.agency})
		if x.kind == claim.PaidToAgency {
			trust += x.received
		}
		if !x.monitoring {
			differs += x.client - x.principal
		}
	}
	_, _ = fmt.Fprintf(r.out, "\nevery cent received\n%s\n", t.Render())
	for _, x := range rows {
		if x.principal+x.interest+x.costs+x.surplus != x.received || x.client+x.agency+x.surplus != x.received {
			return fmt.Errorf("money received %s does not add up: %+v", x.name, *x)
		}
	}
	if trust != booked {
		return fmt.Errorf("the trust account received %s, the claims account for %s", booked, trust)
	}
	_, _ = fmt.Fprintf(r.out, "principal + interest + costs + surplus = client + agency + surplus = received, to the cent; the trust account received %s\n", booked)
	if len(apart) > 0 {
		_, _ = fmt.Fprintf(r.out, "amicable, CLIENT differs from PRINCIPAL by %s (%s): payments go to costs and interest first (art. 6:44 BW), payouts to the client's principal first (S7), and a rest was not paid\n",
			differs, strings.Join(apart, ", "))
	}
	return nil
}
