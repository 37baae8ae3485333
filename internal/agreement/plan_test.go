package agreement_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/incassocenter/dunning/config"
	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/money"
)

// shipped are the plans as shipped.
func shipped(t testing.TB) agreement.Plans {
	t.Helper()
	dir, err := fs.Sub(config.Data, "plans")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := agreement.ReadPlans(dir)
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

// The plans as shipped say what the agreement says, and set no price that it does not name.
func TestPlansAsShipped(t *testing.T) {
	t.Parallel()
	plans := shipped(t)
	basis, premium := plans["basis"], plans["premium"]
	if len(plans) != 2 || basis.DebtMonitoring || !premium.DebtMonitoring || basis.LegalAdvice != agreement.Limited || premium.LegalAdvice != agreement.Unlimited || basis.Court.FixedPrice || !premium.Court.FixedPrice {
		t.Errorf("%+v", plans)
	}
	if s := premium.Stickers; s.Sets != 36 || s.Price == nil || *s.Price != money.Cents(500) || basis.Stickers.Sets != 0 || basis.Stickers.Price != nil {
		t.Errorf("stickers: %+v, %+v", basis.Stickers, s)
	}
	for id, p := range plans {
		if p.Contribution != nil || p.Commission != "" || p.Court.Offered() || len(p.Products) != len(agreement.Products) {
			t.Errorf("%s sets a price that the agreement leaves open: %+v", id, p)
		}
		for product, price := range p.Products {
			if price != nil {
				t.Errorf("%s: %s is %s", id, product, price)
			}
		}
	}
	if _, err := plans.Find("gold"); err == nil || err.Error() != `"gold" is not a plan; right would be basis or premium` {
		t.Error(err)
	}
}

const goodPlan = `plan: plus
name: Plus
claims: unlimited
legal_advice: limited
debt_monitoring: yes
contribution: 99,50
stickers: {sets: 12, price: 4.00}
court_procedure:
  fixed_price: yes
  price: 450.00
products:
  draft-summons: 120.00
`

func TestAPlanSaysWhatIsWrongInIt(t *testing.T) {
	t.Parallel()
	p, err := agreement.ParsePlan("plus.yaml", []byte(goodPlan))
	if err != nil || *p.Contribution != money.Cents(9950) || !p.Court.Offered() || *p.Products["draft-summons"] != money.Cents(12000) || p.Products["legal-work"] != nil {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"the name of another file", "plan: plus", "plan: gold", `plus.yaml:1: plan: "gold" is not known; right would be plus`},
		{"a key that is not known", "claims:", "claim:", "plus.yaml:3: claim: is not a key; right would be plan, name, claims, legal_advice, debt_monitoring, contribution, commission, stickers, court_procedure, settlement, vat_mode, payout_days, payout_minimum, netting, products"},
		{"a key that is missing", "legal_advice: limited\n", "", "plus.yaml:1: legal_advice: is missing, and it is required"},
		{"a key without a value", "name: Plus", "name:", "plus.yaml:2: name: is empty, and it is required"},
		{"a key twice", "name: Plus", "name: Plus\nname: Plus", "plus.yaml:3: name: is given twice; right would be once"},
		{"neither yes nor no", "debt_monitoring: yes", "debt_monitoring: sometimes", `plus.yaml:5: debt_monitoring: "sometimes" is not known; right would be yes or no`},
		{"half a set", "sets: 12", "sets: 1.5", `plus.yaml:7: stickers.sets: "1.5" is not a number of sets; right would be 0 to 10000`},
		{"a day that not every month has", "stickers:", "payout_days: 1, 31\nstickers:", `plus.yaml:7: payout_days: "1, 31" is not a list of days of the month; right would be days from 1 to 28, each once, like "1, 15"`},
		{"a day twice", "stickers:", "payout_days: 1, 1\nstickers:", `plus.yaml:7: payout_days: "1, 1" is not a list`},
		{"a price below nothing", "450.00", "-450.00", "plus.yaml:10: court_procedure.price: "},
		{"a price in words", "120.00", "a lot", "plus.yaml:12: products.draft-summons: "},
		{"a commission of nothing", "stickers:", "commission: 0\nstickers:", `plus.yaml:7: commission: "0" is no percentage above 0 and at most 100; right would be one percentage ("15"), or bands`},
		{"a product that is not known", "draft-summons", "summons", "plus.yaml:12: products.summons: is not a key; right would be draft-summons, bailiff-demand"},
		{"a price of what is not offered", "fixed_price: yes", "fixed_price: no", "court_procedure.price: is set for a procedure that the plan does not have"},
		{"another kind of file", "plan: plus", "rates: plus", "plus.yaml:1: plan: is missing, so this is no plan; right would be a file like basis.yaml"},
		{"a list", goodPlan, "- plan", "plus.yaml:1: plan: has no keys"},
		{"a section that is a word", "stickers: {sets: 12, price: 4.00}", "stickers: many", "plus.yaml:7: stickers: has no keys; right would be sets, price"},
		{"two documents", "name: Plus", "name: Plus\n---\nplan: plus", "plus.yaml: there is more after the first document"},
		{"nothing", goodPlan, "", "plus.yaml: is not a plan: the file is empty"},
	} {
		_, err := agreement.ParsePlan("plus.yaml", []byte(strings.Replace(goodPlan, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// All that is wrong with a directory comes at once.
func TestPlansOfADirectory(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{"plus.yaml": {Data: []byte(strings.Replace(goodPlan, "name: Plus", "name:", 1))}, "gold.yaml": {Data: []byte(goodPlan)}}
	_, err := agreement.ReadPlans(dir)
	if err == nil || err.Error() != "gold.yaml:1: plan: \"plus\" is not known; right would be gold\nplus.yaml:2: name: is empty, and it is required" {
		t.Error(err)
	}
	if _, err := agreement.ReadPlans(fstest.MapFS{}); err == nil {
		t.Error("no plan at all was taken")
	}
}

// Every plan has a commission, of its file or the ordinary one: a third plan too.
func TestTheCommissionOfEachPlan(t *testing.T) {
	t.Parallel()
	plus, err := agreement.ParsePlan("plus.yaml", []byte(strings.Replace(goodPlan, "stickers:", "commission: 10 to 500.00; 5; least 40.00\nstickers:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	plans := shipped(t)
	plans["plus"] = plus
	scales, err := plans.Scales("15")
	if err != nil || len(scales) != 3 {
		t.Fatalf("%v, %v", scales, err)
	}
	for id, want := range map[string]string{"basis": "150.00", "premium": "150.00", "plus": "75.00"} { // plus: 10% of 500.00 and 5% of the rest
		if got := scales[id].Over(money.MustParse("1000.00")).String(); got != want {
			t.Errorf("%s: %s over 1000.00, want %s", id, got, want)
		}
	}
	if _, err := plans.Scales(""); err == nil || !strings.HasPrefix(err.Error(), "is not set, and neither is commission in basis.yaml, premium.yaml; right would be one percentage") {
		t.Error(err)
	}
	if _, err := (agreement.Plans{"plus": plus}).Scales(""); err != nil {
		t.Error(err)
	}
}
