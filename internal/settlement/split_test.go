package settlement_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

var (
	day  = calendar.MustParseDate
	euro = money.MustParse
)

var kinds = map[string]claim.SettlementKind{
	"agency": claim.PaidToAgency, "client": claim.PaidToClient, "credited": claim.CreditNote, "set-off": claim.SetOff, "returned": claim.ReturnedGoods,
	"performed": claim.CounterPerformance, "let-go": claim.WriteOff,
}

// tell reads "2026-03-01 agency 100.00 of which 10.00 surplus; ..." as the allocations of an account. What is neither surplus nor costs is principal.
func tell(story string) claim.Account {
	var a claim.Account
	for _, part := range strings.Split(story, ";") {
		w := strings.Fields(part)
		x := claim.Allocation{Settlement: claim.Settlement{On: day(w[0]), Kind: kinds[w[1]], Amount: euro(w[2])}}
		if len(w) > 5 && w[6] == "costs" {
			x.Costs = euro(w[5])
		} else if len(w) > 5 {
			x.Surplus = euro(w[5])
		}
		x.Principal = x.Settlement.Amount - x.Costs - x.Surplus
		a.Allocations = append(a.Allocations, x)
	}
	return a
}

// The client paid for the procedure: what a judgment awards for it comes back to it, and only from what came in since.
func TestCourtCostsComeBackToTheClient(t *testing.T) {
	t.Parallel()
	for story, want := range map[string]string{
		"2026-05-28 agency 1100.00; 2026-05-29 agency 561.43":  "1000.00/100.00 493.57/67.86",
		"2026-06-12 agency 1661.43":                            "1493.57/167.86",
		"2026-06-12 agency 1200.00":                            "1200.00/0.00",
		"2026-06-12 client 1661.43":                            "1493.57/167.86",
		"2026-05-20 agency 600.00; 2026-06-12 set-off 1061.43": "432.14/167.86 0.00/0.00",
		"2026-06-12 set-off 1061.43; 2026-06-13 agency 600.00": "0.00/0.00 432.14/167.86",
	} {
		account := tell(story)
		account.CourtCosts, account.CourtCostsFrom = euro("493.57"), day("2026-05-29")
		var got []string
		for _, s := range settlement.ClientFirst.Shares(account, euro("1000.00"), claim.Facts{}.Halved) {
			got = append(got, fmt.Sprintf("%s/%s", s.Client, s.Agency))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", story, got, want)
		}
	}
}

// The claim is of 1000.00; debt monitoring starts on 2027-01-04, and on 2027-12-31 the client chooses the court.
func TestWhoGetsWhat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, story, want string }{
		{"paid in full: the principal to the client, interest and costs to the agency", "2026-03-01 agency 1155.50", "1000.00/155.50"},
		{"a part payment goes to the client first", "2026-03-01 agency 400.00", "400.00/0.00"},
		{"in parts", "2026-03-01 agency 400.00; 2026-03-05 agency 700.00; 2026-03-09 agency 55.50", "400.00/0.00 600.00/100.00 0.00/55.50"},
		{"surplus is nobody's share", "2026-03-01 agency 1200.00 of which 44.50 surplus", "1000.00/155.50"},
		{"only surplus", "2026-03-01 agency 44.50 of which 44.50 surplus", "0.00/0.00"},
		{"paid to the client: what exceeds the principal is owed to the agency", "2026-03-01 client 1155.50", "1000.00/155.50"},
		{"a credit note moves no money and lowers what the client still gets", "2026-03-01 credited 300.00; 2026-03-05 agency 855.50", "0.00/0.00 700.00/155.50"},
		{"also when it comes after the payment", "2026-03-01 agency 1001.92 of which 500.00 surplus; 2026-03-05 credited 500.00", "500.00/1.92 0.00/0.00"},
		{"so does a set-off", "2026-03-01 set-off 300.00; 2026-03-05 agency 855.50", "0.00/0.00 700.00/155.50"},
		{"and returned goods", "2026-03-01 returned 300.00; 2026-03-05 agency 855.50", "0.00/0.00 700.00/155.50"},
		{"and a counter-performance", "2026-03-01 performed 300.00; 2026-03-05 agency 855.50", "0.00/0.00 700.00/155.50"},
		{"in whatever order: the client has no more than its principal", "2026-03-01 agency 855.50; 2026-03-05 set-off 300.00", "700.00/155.50 0.00/0.00"},
		{"goods that come last", "2026-03-01 agency 855.50; 2026-03-05 returned 300.00", "700.00/155.50 0.00/0.00"},
		{"a counter-performance that comes last", "2026-03-01 client 855.50; 2026-03-05 performed 300.00", "700.00/155.50 0.00/0.00"},
		{"goods of during monitoring divide nothing of before", "2026-03-01 agency 855.50; 2027-02-01 returned 300.00", "855.50/0.00 0.00/0.00"},
		{"and count when the principal comes first again", "2027-02-01 returned 300.00; 2028-01-01 agency 855.50", "0.00/0.00 700.00/155.50"},
		{"and a trifle that was let go", "2026-03-01 agency 1153.00; 2026-03-05 let-go 2.50", "1000.00/153.00 0.00/0.00"},
		{"costs that were let go are the agency's loss", "2026-03-01 let-go 50.00 of which 50.00 costs; 2026-03-05 agency 1105.50 of which 105.50 costs", "0.00/0.00 1000.00/105.50"},
		{"one cent too little, the rest let go: the client misses a cent, not the interest that the payment paid first", "2026-03-01 agency 999.99 of which 0.39 costs; 2026-03-05 let-go 0.40", "999.99/0.00 0.00/0.00"},
		{"the day before monitoring", "2027-01-03 agency 100.01", "100.01/0.00"},
		{"from the day monitoring starts everything is halved, the odd cent to the client", "2027-01-04 agency 100.01", "50.01/50.00 halved"},
		{"even past the principal", "2027-01-04 agency 3000.00", "1500.00/1500.00 halved"},
		{"surplus is not halved", "2027-01-04 agency 100.01 of which 0.01 surplus", "50.00/50.00 halved"},
		{"one cent", "2027-01-04 agency 0.01", "0.01/0.00 halved"},
		{"paid to the client during monitoring is received too", "2027-02-01 client 100.01", "50.01/50.00 halved"},
		{"a credit note during monitoring moves no money", "2027-02-01 credited 100.00", "0.00/0.00"},
		{"the day on which the court is chosen", "2027-12-31 agency 100.01", "50.01/50.00 halved"},
		{"from the day after it the principal first", "2028-01-01 agency 1155.50", "1000.00/155.50"},
		{"less what the client got of it by halves", "2027-02-01 agency 300.00; 2028-01-01 agency 855.50", "150.00/150.00 halved 850.00/5.50"},
		{"told later, with a value date in monitoring", "2027-12-31 client 100.00; 2028-01-01 agency 400.00", "50.00/50.00 halved 400.00/0.00"},
		{"amicable and then monitored", "2026-03-01 agency 400.00; 2027-02-01 agency 300.00", "400.00/0.00 150.00/150.00 halved"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var words []string
			for _, s := range settlement.ClientFirst.Shares(tell(c.story), euro("1000.00"), claim.Facts{MonitoredFrom: day("2027-01-04"), Interlude: claim.Interlude{From: day("2028-01-01")}}.Halved) {
				words = append(words, fmt.Sprintf("%s/%s", s.Client, s.Agency))
				if s.Monitoring {
					words = append(words, "halved")
				}
			}
			if got := strings.Join(words, " "); got != c.want {
				t.Errorf("%s\ngives %s, want %s", c.story, got, c.want)
			}
		})
	}
	if got := settlement.ClientFirst.Shares(tell("2027-02-01 agency 100.00"), euro("1000.00"), claim.Facts{}.Halved); got[0].Monitoring || got[0].Client != euro("100.00") {
		t.Errorf("never monitored, but divided %+v", got)
	}
}

func TestSharesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var a claim.Account
		for range rapid.IntRange(0, 8).Draw(t, "settlements") {
			amount := money.Cents(rapid.Int64Range(1, 90_000).Draw(t, "cents"))
			x := claim.Allocation{Settlement: claim.Settlement{On: day("2026-01-01").AddDays(rapid.IntRange(0, 60).Draw(t, "day")), Amount: amount, Kind: rapid.SampledFrom(claim.SettlementKinds()).Draw(t, "kind")}}
			x.Surplus = money.Cents(rapid.Int64Range(0, int64(amount)).Draw(t, "surplus"))
			a.Allocations = append(a.Allocations, x)
		}
		slices.SortStableFunc(a.Allocations, func(x, y claim.Allocation) int { return x.Settlement.On.Compare(y.Settlement.On) }) // as an account has them
		principal, from := money.Cents(rapid.Int64Range(1, 100_000).Draw(t, "principal")), calendar.Date{}
		if rapid.Bool().Draw(t, "monitored") {
			from = day("2026-01-30")
		}
		var amicable money.Amount
		shares := settlement.ClientFirst.Shares(a, principal, claim.Facts{MonitoredFrom: from}.Halved)
		for i, s := range shares {
			paid := s.Settlement.Kind == claim.PaidToAgency || s.Settlement.Kind == claim.PaidToClient
			switch {
			case s.Allocation != a.Allocations[i] || s.Client < 0 || s.Agency < 0:
				t.Fatalf("%+v", s)
			case paid && s.Client+s.Agency+s.Surplus != s.Settlement.Amount:
				t.Fatalf("%s + %s + %s is not %s", s.Client, s.Agency, s.Surplus, s.Settlement.Amount)
			case !paid && s.Client+s.Agency != 0:
				t.Fatalf("%s moved %s", s.Settlement.Kind, s.Client+s.Agency)
			case s.Monitoring && s.Client-s.Agency != (s.Client+s.Agency)%2:
				t.Fatalf("%s and %s are no halves", s.Client, s.Agency)
			}
			if !s.Monitoring {
				amicable += s.Client
				if s.Agency > 0 && amicable < principal && !lowered(a) {
					t.Fatalf("the agency gets %s while the client has %s of %s", s.Agency, amicable, principal)
				}
			}
		}
		if amicable > principal {
			t.Fatalf("the client gets %s of a principal of %s", amicable, principal)
		}
	})
}

// paidInFull is a claim that is paid to the cent in random parts, in money or in worth: a principal, the agency's part, and from the 30th of January what a judgment awards (0: no judgment).
func paidInFull(t *rapid.T) (a claim.Account, principal, agency money.Amount) {
	cents := func(from int64, name string) money.Amount {
		return money.Cents(rapid.Int64Range(from, 100_000).Draw(t, name))
	}
	principal, agency = cents(1, "principal"), cents(0, "agency")
	owed, judgment := principal+agency, day("2026-01-30")
	if rapid.Bool().Draw(t, "judgment") {
		a.CourtCosts, a.CourtCostsFrom = cents(1, "court costs"), judgment
	}
	pay := func(on calendar.Date, most money.Amount) {
		kind := rapid.SampledFrom([]claim.SettlementKind{claim.PaidToAgency, claim.PaidToClient, claim.SetOff, claim.ReturnedGoods, claim.CounterPerformance}).Draw(t, "kind")
		if most > 0 {
			a.Allocations = append(a.Allocations, claim.Allocation{Settlement: claim.Settlement{On: on, Kind: kind, Amount: most}, Owed: owed})
			owed -= most
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "before") {
		pay(day("2026-01-01").AddDays(i), owed.Share(money.Cents(rapid.Int64Range(0, 100).Draw(t, "percent")), 100))
	}
	owed += a.CourtCosts
	for i := range rapid.IntRange(0, 3).Draw(t, "after") {
		pay(judgment.AddDays(i), owed.Share(money.Cents(rapid.Int64Range(0, 100).Draw(t, "percent")), 100))
	}
	pay(judgment.AddDays(9), owed)
	return a, principal, agency
}

// Policies, and the order of money and worth, differ in when, not in how much (docs/decisions/0036, 0077): who is paid in full has given the client its principal and court costs, and the agency the rest of the money.
func TestPaidInFullGivesEachItsOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, principal, agency := paidInFull(t)
		for _, p := range []settlement.Policy{settlement.ClientFirst, settlement.AgencyFirst, settlement.ProRata} {
			var toClient, toAgency, worth money.Amount
			for _, s := range p.Shares(a, principal, claim.Facts{}.Halved) {
				toClient, toAgency = toClient+s.Client, toAgency+s.Agency
				if s.Client+s.Agency == 0 {
					worth += s.Settlement.Amount
				}
			}
			due := principal + a.CourtCosts
			if got, want := toClient, money.Max(0, due-worth); got != want {
				t.Fatalf("%s: the client has %s in money and %s in worth of %s, and the agency %s; want %s in money", p, got, worth, due, toAgency, want)
			}
			if want := money.Min(agency, agency+due-worth); toAgency != want {
				t.Fatalf("%s: the agency has %s, want %s", p, toAgency, want)
			}
		}
	})
}

// What is written off nobody gets, so that it comes first, between two payments or last makes no difference to who gets what of the money (docs/decisions/0100).
func TestWhatIsLetGoDividesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cents := func(least, most int64, name string) money.Amount {
			return money.Cents(rapid.Int64Range(least, most).Draw(t, name))
		}
		principal, agency := cents(1, 100_000, "principal"), cents(0, 100_000, "agency")
		owed := principal + agency
		letGo := owed.Share(cents(1, 100, "percent let go"), 100)
		first := (owed - letGo).Share(cents(0, 100, "percent first"), 100)
		for _, p := range []settlement.Policy{settlement.ClientFirst, settlement.AgencyFirst, settlement.ProRata} {
			var want [2]money.Amount
			for at := range 3 {
				toClient, toAgency := whoGets(p, principal, owed, slices.Insert([]part{{claim.PaidToAgency, first}, {claim.PaidToClient, owed - letGo - first}}, at, part{claim.WriteOff, letGo}))
				if got := [2]money.Amount{toClient, toAgency}; at == 0 {
					want = got
				} else if got != want {
					t.Fatalf("%s: let go at %d the client has %s and the agency %s, let go first %s and %s", p, at, toClient, toAgency, want[0], want[1])
				}
			}
			if p == settlement.ClientFirst && want[0] != money.Min(principal, owed-letGo) {
				t.Fatalf("the client has %s of %s that was paid, and a principal of %s", want[0], owed-letGo, principal)
			}
		}
	})
}

// part is a settlement of a claim.
type part struct {
	kind   claim.SettlementKind
	amount money.Amount
}

// whoGets is what client and agency get of a claim of which so much is owed, by what is settled of it, a day after each other. By art. 6:44 BW what is not principal is paid first.
func whoGets(p settlement.Policy, principal, owed money.Amount, parts []part) (toClient, toAgency money.Amount) {
	var a claim.Account
	costs := owed - principal
	for i, x := range parts {
		if x.amount <= 0 {
			continue
		}
		pays := money.Min(costs, x.amount)
		a.Allocations = append(a.Allocations, claim.Allocation{
			Settlement: claim.Settlement{On: day("2026-01-01").AddDays(i), Kind: x.kind, Amount: x.amount}, Owed: owed, Costs: pays, Principal: x.amount - pays,
		})
		costs, owed = costs-pays, owed-x.amount
	}
	for _, s := range p.Shares(a, principal, claim.Facts{}.Halved) {
		toClient, toAgency = toClient+s.Client, toAgency+s.Agency
	}
	return toClient, toAgency
}

// lowered says whether the client has something otherwise than in money, or was never owed it.
func lowered(a claim.Account) bool {
	for _, x := range a.Allocations {
		if x.Settlement.Kind == claim.CreditNote || settlement.HasWorth(x.Settlement.Kind) {
			return true
		}
	}
	return false
}
