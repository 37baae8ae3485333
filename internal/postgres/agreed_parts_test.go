package postgres_test

import (
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/postgres"
)

// Before the 14 days of a consumer are over an arrangement has no collection costs (art. 6:96 lid 6 BW); in business they are due from the first day. What they
// are made of is kept with it, and does not change with what comes to be known later.
func TestTheCostsInAnArrangement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inBusiness := func(c *postgres.NewClaim) { c.Debtor.Kind, c.Trajectory = company, "business@1" }
	consumer, business := w.open(), w.open(inBusiness)
	w.exec(`UPDATE client SET vat_declared_on = $1`, today)
	everything := w.open(inBusiness, func(c *postgres.NewClaim) { c.Invoices[0].Amount = eur("1000.00") })
	ok(t, w.RecordInformationCost(t.Context(), everything, claim.InformationCost{Key: "k", On: today, Amount: eur("7.50")}, "extract", at(today)))
	for _, ref := range []postgres.Ref{consumer, business, everything} {
		ok(t, w.arrange(ref, "a", 2, today))
	}
	ok(t, w.RecordInformationCost(t.Context(), everything, claim.InformationCost{Key: "later", On: today, Amount: eur("5.00")}, "extract", at(today)))
	for ref, want := range map[postgres.Ref]claim.CostParts{
		consumer:   {},
		business:   {Collection: eur("40.00")},
		everything: {Collection: eur("150.00"), VAT: eur("31.50"), VATRate: law.Percent{Text: "21"}, Information: eur("7.50")},
	} {
		if a, _ := w.facts(ref).Arrangement(today); a.Costs != want || a.Owed.Costs != want.Total() || a.Total() != a.Owed.Total() {
			t.Errorf("%+v, want costs %+v", a, want)
		}
	}
}

// The schema knows itself what costs can be made of.
func TestTheSchemaAddsUpCosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	insert := func(parts string) error {
		ref := w.open()
		_, err := w.super.Exec(t.Context(), `WITH a AS (
			INSERT INTO arrangement (client_id, claim_id, key, agreed_on, costs, interest, principal, settled, grace_days, reminder_days, collection_costs, costs_vat, costs_vat_rate, information_costs, court_costs, charged_costs)
			VALUES ($1, $2, 'a', '2026-11-03', 100, 0, 0, 0, 2, 7, `+parts+`) RETURNING client_id, claim_id)
			INSERT INTO instalment (client_id, claim_id, key, number, due_on, amount) SELECT client_id, claim_id, 'a', 1, '2026-11-03', 100 FROM a`, ref.ClientID, ref.ClaimID)
		return err
	}
	for parts, allowed := range map[string]bool{
		"100, 0, '', 0, 0, 100": true, "50, 10, '21', 20, 20, 181": true, "0, 0, '', 0, 100, 0": true, "0, 0, '', 0, 0, 0": true, // the last of before it was kept
		"99, 0, '', 0, 0, 100": false, "101, 0, '', 0, 0, 200": false, "110, 0, '', 0, -10, 200": false, // they add up
		"80, 20, '', 0, 0, 100": false, "100, 0, '21', 0, 0, 100": false, "80, 20, 'all', 0, 0, 100": false, "0, 20, '21', 80, 0, 100": false, // VAT has a rate, and is over something
		"100, 0, '', 0, 0, 99": false, "50, 10, '21', 20, 20, 59": false, // no less was asked than is open
	} {
		if err := insert(parts); (err == nil) != allowed || err != nil && code(err) != "23514" {
			t.Errorf("%s: %v", parts, err)
		}
	}
	for _, sql := range []string{`UPDATE arrangement SET collection_costs = collection_costs - 1, court_costs = court_costs + 1 WHERE collection_costs > 0`, `UPDATE arrangement SET costs_vat_rate = '9' WHERE costs_vat > 0`} {
		if _, err := w.super.Exec(t.Context(), sql); err == nil || !strings.Contains(err.Error(), "can only end, once") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// What the costs of an arrangement of before are made of is told where it follows from them, and else not: nothing is made up.
func TestArrangementsOfBeforeKnowTheirCosts(t *testing.T) {
	t.Parallel()
	w := worldOfBefore(t, 30)
	const client = "00000000-0000-4000-8000-000000000000"
	w.exec(`INSERT INTO client (id, code, plan, name, street, postcode, town, email) VALUES ($1, 'A', 'premium', 'n', 's', 'p', 't', 'e')`, client)
	w.exec(`INSERT INTO debtor (client_id, id, fingerprint, person, in_business, natural_person, name, street, postcode, town) VALUES ($1, $1, 'f', 'p', true, false, 'n', 's', 'p', 't')`, client)
	for i, story := range []struct {
		name, agreed, clause string
		costs                int
		vat, paidForFacts    bool
		judged, ended        bool
	}{
		{name: "a: collection costs", agreed: "2026-11-03", costs: 15000},
		{name: "b: with VAT", agreed: "2026-11-03", costs: 18150, vat: true},
		{name: "c: with VAT, paid in part, ended", agreed: "2026-11-03", costs: 8150, vat: true, ended: true},
		{name: "d: agreed percentage", agreed: "2026-11-03", costs: 15000, clause: "15"},
		{name: "e: agreed percentage, and VAT declared", agreed: "2026-11-03", costs: 15000, clause: "15", vat: true},
		{name: "f: information", agreed: "2026-11-03", costs: 15750, paidForFacts: true},
		{name: "g: judgment", agreed: "2026-11-03", costs: 15750, judged: true},
		{name: "h: of before the rate of 21", agreed: "2012-09-30", costs: 17850, vat: true},
	} {
		id := "00000000-0000-4000-8000-00000000001" + string(rune('0'+i))
		w.exec(`INSERT INTO claim (client_id, id, debtor_id, reference, rf, kenmerk, trajectory, handed_over_on, costs_clause, costs_vat) VALUES ($1, $2::text::uuid, $1, $3, $2, $2, 'business@1', '2026-10-01', $4, $5)`, client, id, story.name, story.clause, story.vat)
		w.exec(`WITH a AS (INSERT INTO arrangement (client_id, claim_id, key, agreed_on, costs, interest, principal, settled, grace_days, reminder_days, ended_on)
			VALUES ($1, $2, 'a', $3, $4, 0, 100000, 0, 2, 7, CASE WHEN $5 THEN $3::date END) RETURNING client_id, claim_id, costs + principal AS total)
			INSERT INTO instalment (client_id, claim_id, key, number, due_on, amount) SELECT client_id, claim_id, 'a', 1, '2026-12-01', total FROM a`, client, id, calendar.MustParseDate(story.agreed), story.costs, story.ended)
		if story.paidForFacts {
			w.exec(`INSERT INTO information_cost (client_id, claim_id, key, on_day, amount) VALUES ($1, $2, 'k', '2026-10-10', 750)`, client, id)
		}
		if story.judged {
			w.exec(`INSERT INTO court_step (client_id, claim_id, stage, on_day, awarded_principal, awarded_court_costs) VALUES ($1, $2, 'judgment', '2026-10-10', 100000, 750)`, client, id)
		}
	}
	ok(t, migrate(t.Context(), w.db.OwnerURL))
	got := query[string](w, `SELECT string_agg(concat_ws(' ', c.reference || ':', a.costs, '=', a.collection_costs, '+', a.costs_vat, 'at', a.costs_vat_rate, 'of', a.charged_costs), E'\n' ORDER BY c.reference) FROM arrangement a JOIN claim c ON c.id = a.claim_id`)
	want := `a: collection costs: 15000 = 15000 + 0 at  of 15000
b: with VAT: 18150 = 15000 + 3150 at 21 of 18150
c: with VAT, paid in part, ended: 8150 = 6736 + 1414 at 21 of 8150
d: agreed percentage: 15000 = 15000 + 0 at  of 15000
e: agreed percentage, and VAT declared: 15000 = 0 + 0 at  of 0
f: information: 15750 = 0 + 0 at  of 0
g: judgment: 15750 = 0 + 0 at  of 0
h: of before the rate of 21: 17850 = 0 + 0 at  of 0`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	w.exec(`UPDATE arrangement SET ended_on = '2026-11-04' WHERE ended_on IS NULL`)
	if _, err := w.super.Exec(t.Context(), `UPDATE arrangement SET ended_on = NULL`); err == nil || !strings.Contains(err.Error(), "can only end, once") {
		t.Errorf("the trigger that guards them is off: %v", err)
	}
}
