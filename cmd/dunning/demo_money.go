package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
)

// moneyRow is what came in on the trust account in one phase, and where it went, as the books have it.
type moneyRow struct {
	name string

	received, principal, interest, costs, surplus, client, agency money.Amount
}

// settledOf is what the journals of one fact say of one claim: an amount for each account, debit is more than nothing.
type settledOf struct {
	claim string
	sums  map[ledger.Account]money.Amount
}

// settledFacts puts journals about the same fact together: of each book there is one.
func settledFacts(journals []postgres.Posted) []settledOf {
	facts := map[string]settledOf{}
	for _, j := range journals {
		if j.Kind != ledger.Settled {
			continue
		}
		if _, known := facts[j.Key]; !known {
			facts[j.Key] = settledOf{j.Lines[0].Claim, map[ledger.Account]money.Amount{}}
		}
		for _, l := range j.Lines {
			facts[j.Key].sums[l.Account] += l.Cents
		}
	}
	return slices.Collect(maps.Values(facts))
}

// add adds what a fact moved off the account for money that is of no claim yet.
func (r *moneyRow) add(f settledOf) {
	r.received += f.sums[ledger.Unallocated]
	r.principal -= f.sums[ledger.OwedPrincipal]
	r.interest -= f.sums[ledger.OwedInterest]
	r.costs -= f.sums[ledger.OwedCosts] + f.sums[ledger.OwedCourtCosts]
	r.surplus -= f.sums[ledger.RefundPayable]
	r.client -= f.sums[ledger.ClientPayable]
	r.agency -= f.sums[ledger.AgencyPayable]
}

// received sums what the books say was settled with money of the trust account, by phase. apart has, by claim, by how much its client got another
// amount in the amicable phase than was allocated to principal.
func received(journals []postgres.Posted) (rows [2]moneyRow, apart map[string]money.Amount) {
	rows[0].name, rows[1].name = "on the trust account, amicable", "on the trust account, monitoring (50/50)"
	apart = map[string]money.Amount{}
	for _, f := range settledFacts(journals) {
		var row moneyRow
		row.add(f)
		switch {
		case row.client == 0 && row.agency == 0 && row.surplus == 0: // nobody received money here
			continue
		case f.sums[ledger.MonitoringShare] != 0:
			rows[1].add(f)
			continue
		}
		rows[0].add(f)
		apart[f.claim] += row.client - row.principal
	}
	maps.DeleteFunc(apart, func(_ string, differs money.Amount) bool { return differs == 0 })
	return rows, apart
}

// money shows where every cent went by the books, and refuses to when one is missing. booked is what the trust account received.
func (r *report) money(endings []ending, journals []postgres.Posted, booked money.Amount) error {
	rows, apart := received(journals)
	t := newTable("received", "amount", "principal", "interest", "costs", "surplus (debtor's)", "client", "agency")
	trust := money.Amount(0)
	for _, x := range rows {
		if x.received == 0 {
			continue
		}
		t.AppendRow(table.Row{x.name, x.received, x.principal, x.interest, x.costs, x.surplus, x.client, x.agency})
		trust += x.received
	}
	_, _ = fmt.Fprintf(r.out, "\nevery cent received, by the books\n%s\n", t.Render())
	for _, x := range rows {
		if x.principal+x.interest+x.costs+x.surplus != x.received || x.client+x.agency+x.surplus != x.received {
			return fmt.Errorf("money received %s does not add up: %+v", x.name, x)
		}
	}
	if trust != booked {
		return fmt.Errorf("the trust account received %s, the claims account for %s", booked, trust)
	}
	_, _ = fmt.Fprintf(r.out, "principal + interest + costs + surplus = client + agency + surplus = received, to the cent; the trust account received %s\n", booked)
	if direct := paidToClients(endings); direct > 0 {
		_, _ = fmt.Fprintf(r.out, "debtors paid %s to clients themselves, which is in no account of ours\n", direct)
	}
	if differs, names := named(endings, apart); len(names) > 0 {
		_, _ = fmt.Fprintf(r.out, "amicable, CLIENT differs from PRINCIPAL by %s (%s): payments go to costs and interest first (art. 6:44 BW), payouts to the client's principal first (S7), and a rest was not paid\n",
			differs, strings.Join(names, ", "))
	}
	return nil
}

func paidToClients(endings []ending) (sum money.Amount) {
	for _, e := range endings {
		for _, s := range e.file.Facts.Settlements {
			if s.Kind == claim.PaidToClient {
				sum += s.Amount
			}
		}
	}
	return sum
}

// named is the sum of amounts by claim, and the claims as their clients call them.
func named(endings []ending, apart map[string]money.Amount) (sum money.Amount, names []string) {
	for _, e := range endings {
		if differs, ok := apart[e.ref.ClaimID]; ok {
			sum, names = sum+differs, append(names, e.Claim)
		}
	}
	return sum, names
}
