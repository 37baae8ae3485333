package settlement_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/law"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/settlement"
)

// What each exception costs at each moment of a claim of 1000.00 of a client whose scale is 15%, with the clause of the agreement.
func TestThePriceOfAnException(t *testing.T) {
	t.Parallel()
	scale, err := agreement.ParseScale("15")
	if err != nil {
		t.Fatal(err)
	}
	scales := settlement.Scales{"basis": scale}
	const full = "150.00 + 0.00, 31.50 VAT = 181.50: Uitzonderingen"
	for _, c := range []struct {
		name      string
		exception settlement.Exception
		change    func(f *claim.Facts)
		want      string
	}{
		{"withdrawn", settlement.Withdrawal, nil, full + ", 1"},
		{"withdrawn before anything was sent: the assignment was given all the same", settlement.Withdrawal, func(f *claim.Facts) { f.Letters = nil }, full + ", 1"},
		{"withdrawn while a dispute waits for judgement", settlement.Withdrawal, func(f *claim.Facts) { f.Pauses = []claim.Pause{{Key: "d", Kind: claim.PauseDispute, From: f.OpenedOn}} }, full + ", 1"},
		{"withdrawn when a part was paid: over the whole principal", settlement.Withdrawal, paid("600.00"), full + ", 1"},
		{"withdrawn before the intake was passed", settlement.Withdrawal, func(f *claim.Facts) { f.OpenedOn = calendar.Date{} }, "0.00 + 0.00, 0.00 VAT = 0.00: Voorwaarden aan de vordering"},
		{"withdrawn after the advice: as free as closing", settlement.Withdrawal, advised, "0.00 + 0.00, 0.00 VAT = 0.00: Kosten incasso"},
		{"withdrawn after the advice was skipped", settlement.Withdrawal, func(f *claim.Facts) { f.Skipped = []claim.Done{{Step: claim.AdviceLetter, On: f.OpenedOn}} }, "0.00 + 0.00, 0.00 VAT = 0.00: Kosten incasso"},
		{"withdrawn during debt monitoring", settlement.Withdrawal, monitored, "0.00 + 0.00, 0.00 VAT = 0.00: Kosten incasso"},
		{"no word after the advice: who need not go on need not answer", settlement.NoWord, advised, "0.00 + 0.00, 0.00 VAT = 0.00: Kosten incasso"},
		{"no word in twenty years of debt monitoring", settlement.NoWord, monitored, "0.00 + 0.00, 0.00 VAT = 0.00: Kosten incasso"},
		{"obstruction after the advice", settlement.Obstruction, advised, "0.00 + 0.00, 0.00 VAT = 0.00: Kosten incasso"},
		{"withdrawn after the dispute was upheld", settlement.Withdrawal, upheld, "0.00 + 0.00, 0.00 VAT = 0.00: Betwisting"},
		{"withdrawn when all was paid, before the claim is closed", settlement.Withdrawal, paid("1200.00"), "0.00 + 0.00, 0.00 VAT = 0.00: Einde opdracht"},
		{"no word about a claim that was paid", settlement.NoWord, paid("1200.00"), "0.00 + 0.00, 0.00 VAT = 0.00: Einde opdracht"},
		{"obstruction of a claim that was paid", settlement.Obstruction, paid("1200.00"), "0.00 + 0.00, 0.00 VAT = 0.00: Einde opdracht"},
		{"own arrangement by which all was paid: the client owes the agency more of it than the commission", settlement.OwnArrangement, paid("1200.00"), "150.00 + 0.00 - 150.00, 0.00 VAT = 0.00: Uitzonderingen, 2"},
		{"own collection of all", settlement.OwnCollection, paid("1200.00"), "150.00 + 0.00 - 150.00, 0.00 VAT = 0.00: Uitzonderingen, 4"},
		{"own collection of more than the principal: the rest is the agency's already", settlement.OwnCollection, paid("1100.00"), "150.00 + 0.00 - 100.00, 10.50 VAT = 60.50: Uitzonderingen, 4"},
		{"own collection of it with information costs, which come beside the commission", settlement.OwnCollection, all(informed, paid("1100.00")), "150.00 + 0.00 - 87.50, 13.13 VAT = 75.63: Uitzonderingen, 4"},
		{"own collection during debt monitoring, which is halved", settlement.OwnCollection, all(monitored, paid("200.00")), "150.00 + 0.00 - 100.00, 10.50 VAT = 60.50: Uitzonderingen, 4"},
		{"own arrangement", settlement.OwnArrangement, nil, full + ", 2"},
		{"own arrangement after the advice", settlement.OwnArrangement, advised, full + ", 2"},
		{"own arrangement after the dispute was upheld", settlement.OwnArrangement, upheld, "0.00 + 0.00, 0.00 VAT = 0.00: Betwisting"},
		{"no word", settlement.NoWord, nil, full + ", 3"},
		{"own collection", settlement.OwnCollection, paid("1000.00"), full + ", 4"},
		{"obstruction", settlement.Obstruction, nil, full + ", 5"},
		{"with information costs that the debtor did not pay", settlement.Obstruction, informed, "150.00 + 12.50, 34.13 VAT = 196.63: Uitzonderingen, 5"},
		{"with information costs that the debtor paid", settlement.Obstruction, all(informed, paid("300.00")), full + ", 5"},
		{"with information costs that were let go, as the reminder's demand was met", settlement.OwnCollection, all(informed, demanded, paid("1000.00")), "150.00 + 12.50, 34.13 VAT = 196.63: Uitzonderingen, 4"},
		{"with information costs that an operator let go", settlement.Obstruction, all(informed, func(f *claim.Facts) {
			f.Settlements = []claim.Settlement{{Key: "w", Kind: claim.WriteOff, On: day("2026-10-15"), Amount: euro("162.50")}}
		}), "150.00 + 12.50, 34.13 VAT = 196.63: Uitzonderingen, 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := underWay()
			if c.change != nil {
				c.change(&f)
			}
			p, err := scales.Price(c.exception, f, tables(t), day("2026-10-20"), settlement.ClientFirst)
			if err != nil {
				t.Fatal(err)
			}
			_, clause, _ := strings.Cut(p.Basis[0].Article, ", ")
			share := ""
			if p.Share > 0 {
				share = " - " + p.Share.String()
			}
			if got := p.Commission.String() + " + " + p.Costs.String() + share + ", " + p.VAT.String() + " VAT = " + p.Total.String() + ": " + clause; !strings.HasPrefix(got, c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
			if p.Net != p.Commission+p.Costs-p.Share || p.Total != p.Net+p.VAT {
				t.Errorf("%+v does not add up", p)
			}
		})
	}
	for _, c := range []struct{ paid, beside string }{{"1000.00", "0.00"}, {"1100.00", "100.00"}, {"1163.07", "161.68"}} {
		f := underWay()
		paid(c.paid)(&f)
		p, err := scales.Price(settlement.OwnCollection, f, tables(t), day("2026-10-20"), settlement.ClientFirst)
		told := slices.IndexFunc(p.Basis, func(b law.Basis) bool { return strings.Contains(b.Detail, ": "+c.beside+", before VAT") })
		if err != nil || p.Beside != euro(c.beside) || told >= 0 != (p.Beside > 0) {
			t.Errorf("the client received %s: beside the price %s, want %s: %+v, %v", c.paid, p.Beside, c.beside, p.Basis, err)
		}
	}
	f := underWay()
	f.Requests = []claim.Request{{Key: "q1", Kind: claim.RequestPermission, On: day("2026-10-06"), Answered: day("2026-10-07"), Answer: claim.AnswerYes}}
	if p, err := scales.Price(settlement.OwnArrangement, f, tables(t), day("2026-10-20"), settlement.ClientFirst); err != nil || !strings.Contains(p.Basis[2].String(), "permission q1 was given on 2026-10-07") {
		t.Errorf("%+v, %v", p.Basis, err)
	}
	f.Plan = "gone"
	var missing *settlement.NoScaleError
	if _, err := scales.Price(settlement.Withdrawal, f, tables(t), day("2026-10-20"), settlement.ClientFirst); !errors.As(err, &missing) || !strings.Contains(err.Error(), "plan \"gone\" has no commission scale") {
		t.Error(err)
	}
}

// underWay is a claim of 1000.00 on a company, two weeks after hand-over.
func underWay() claim.Facts {
	return claim.Facts{
		ClaimID: "c", Plan: "basis", Status: claim.StatusOpen, Debtor: claim.DebtorKind{InBusiness: true}, HandedOverOn: day("2026-10-05"), OpenedOn: day("2026-10-05"),
		Invoices: []claim.Invoice{{Number: "F1", Issued: day("2026-08-05"), Due: day("2026-09-04"), Amount: money.MustParse("1000.00")}},
		Letters:  []claim.Letter{{Step: "reminder", Kind: "reminder", Cycle: 1, Channel: "email", State: claim.LetterAccepted, On: day("2026-10-05"), Received: day("2026-10-05")}},
	}
}

func paid(amount string) func(f *claim.Facts) {
	return func(f *claim.Facts) {
		f.Settlements = append(f.Settlements, claim.Settlement{Key: "p", Kind: claim.PaidToClient, On: day("2026-10-15"), Amount: money.MustParse(amount)})
	}
}

func all(changes ...func(f *claim.Facts)) func(f *claim.Facts) {
	return func(f *claim.Facts) {
		for _, change := range changes {
			change(f)
		}
	}
}

func demanded(f *claim.Facts) {
	f.Letters[0].Demanded, f.Letters[0].PayBy = euro("1000.00"), day("2026-10-16")
}

func monitored(f *claim.Facts) {
	f.Decision, f.MonitoredFrom = &claim.Decision{Choice: claim.ChooseMonitoring}, day("2026-10-12")
}

func advised(f *claim.Facts) { f.Advised = day("2026-10-18") }

func upheld(f *claim.Facts) {
	f.Pauses = []claim.Pause{{Key: "d", Kind: claim.PauseDispute, From: f.OpenedOn, Until: day("2026-10-10"), Outcome: "upheld"}}
}

func informed(f *claim.Facts) {
	f.InformationCosts = []claim.InformationCost{{Key: "i", On: day("2026-10-06"), Amount: money.MustParse("12.50")}}
}

func tables(t *testing.T) law.Tables {
	t.Helper()
	tables, err := law.ReadTables(os.DirFS("../../config/rates"))
	if err != nil {
		t.Fatal(err)
	}
	return tables
}
