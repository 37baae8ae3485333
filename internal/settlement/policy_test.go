package settlement_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// Three payments of a claim of 1000.00 with 162.34 of interest and costs, client/agency of each, by policy.
func TestPartPaymentsAreDividedByThePolicy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy      settlement.Policy
		story, want string
	}{
		{settlement.ClientFirst, "2026-03-01 agency 500.00; 2026-03-02 agency 600.00; 2026-03-03 agency 62.34", "500.00/0.00 500.00/100.00 0.00/62.34"},
		{settlement.AgencyFirst, "2026-03-01 agency 500.00; 2026-03-02 agency 600.00; 2026-03-03 agency 62.34", "337.66/162.34 600.00/0.00 62.34/0.00"},
		{settlement.ProRata, "2026-03-01 agency 500.00; 2026-03-02 agency 600.00; 2026-03-03 agency 62.34", "430.17/69.83 516.20/83.80 53.63/8.71"},
		{settlement.AgencyFirst, "2026-03-01 set-off 262.34; 2026-03-02 agency 100.00; 2026-03-03 agency 800.00", "0.00/0.00 0.00/100.00 737.66/62.34"},
		{settlement.AgencyFirst, "2026-03-02 agency 100.00; 2026-03-03 agency 800.00; 2026-03-04 set-off 262.34", "0.00/100.00 737.66/62.34 0.00/0.00"},
	} {
		if got := divided(c.policy, tell(c.story), euro("1162.34")); got != c.want {
			t.Errorf("%s: %s: %v, want %s", c.policy, c.story, got, c.want)
		}
	}
	judged := tell("2026-03-01 agency 100.00; 2026-05-01 set-off 1055.91; 2026-05-02 agency 500.00")
	judged.CourtCosts, judged.CourtCostsFrom = euro("493.57"), day("2026-04-01")
	if got := divided(settlement.AgencyFirst, judged, euro("1162.34")); got != "0.00/100.00 0.00/0.00 437.66/62.34" {
		t.Errorf("worth that pays court costs too: %s", got)
	}
}

// divided is how a policy divides the settlements of a claim of 1000.00, of which so much is owed at first; what a judgment awards is owed from its day.
func divided(p settlement.Policy, account claim.Account, owed money.Amount) string {
	for i := range account.Allocations {
		a := &account.Allocations[i]
		a.Owed = owed
		if from := account.CourtCostsFrom; !from.IsZero() && !a.Settlement.On.Before(from) {
			a.Owed += account.CourtCosts
		}
		owed -= a.Settlement.Amount
	}
	var got []string
	for _, s := range p.Shares(account, euro("1000.00"), claim.Facts{}.Halved) {
		got = append(got, fmt.Sprintf("%s/%s", s.Client, s.Agency))
	}
	return strings.Join(got, " ")
}

// Interest that comes later is the agency's under agency_first, and takes nothing of the principal that is open.
func TestAgencyFirstTakesOnlyWhatIsOwed(t *testing.T) {
	t.Parallel()
	account := claim.Account{Allocations: []claim.Allocation{
		{Settlement: claim.Settlement{Kind: claim.PaidToAgency, On: day("2026-03-01"), Amount: euro("500.00")}, Owed: euro("1162.34")},
		{Settlement: claim.Settlement{Kind: claim.PaidToAgency, On: day("2026-06-01"), Amount: euro("100.00")}, Owed: euro("667.34")}, // with 5.00 of interest since
	}}
	shares := settlement.AgencyFirst.Shares(account, euro("1000.00"), claim.Facts{}.Halved)
	if shares[1].Agency != euro("5.00") || shares[1].Client != euro("95.00") {
		t.Errorf("%+v", shares[1])
	}
}

func TestTermsAreReadByTheirNames(t *testing.T) {
	t.Parallel()
	if got, err := settlement.ParseTerms("", ""); err != nil || got != (settlement.Terms{}) || got.Policy.String() != "client_first" || got.VAT.String() != "excl_invoiced" {
		t.Errorf("the default is %+v, %v", got, err)
	}
	if got, err := settlement.ParseTerms("pro_rata", "inclusive"); err != nil || got != (settlement.Terms{Policy: settlement.ProRata, VAT: settlement.Inclusive}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, names := range [][2]string{{"all", ""}, {"", "none"}} {
		if _, err := settlement.ParseTerms(names[0], names[1]); err == nil || !strings.Contains(err.Error(), "right would be") {
			t.Errorf("%v: %v", names, err)
		}
	}
}
