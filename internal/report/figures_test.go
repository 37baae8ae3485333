package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/report"
	"github.com/incassocenter/dunning/internal/settlement"
)

var (
	day = calendar.MustParseDate
	eur = money.MustParse
)

func period(from, to string) report.Period { return report.Period{From: day(from), To: day(to)} }

// year is the period of most stories, told on its last day.
var year = period("2026-01-01", "2026-12-31")

// told is "A handed over 2026-02-01 due 2025-12-01 of 100.00 reminders" for each claim, which has its reference as its id.
func told(lines ...string) (claims []report.Claim) {
	for _, line := range lines {
		w := strings.Fields(line)
		claims = append(claims, report.Claim{ID: w[0], Reference: w[0], HandedOverOn: day(w[3]), DueOn: day(w[5]), Principal: eur(w[7]), Phase: report.Phase(w[8])})
	}
	return claims
}

// moved is "A 2026-03-01 paid-to-agency 100.00+1.00+15.00" for each: principal, interest and costs.
func moved(lines ...string) (moves []report.Move) {
	for _, line := range lines {
		w := strings.Fields(line)
		parts := strings.Split(w[3], "+")
		moves = append(moves, report.Move{Claim: w[0], On: day(w[1]), Means: report.Means(w[2]), Principal: eur(parts[0]), Interest: eur(parts[1]), Costs: eur(parts[2])})
	}
	return moves
}

func is(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

func TestWhatIsHandedOver(t *testing.T) {
	t.Parallel()
	b := report.Books{Claims: told(
		"A handed over 2025-12-31 due 2025-11-01 of 1.00 reminders",
		"B handed over 2026-01-01 due 2025-11-01 of 10.00 reminders",
		"C handed over 2026-12-31 due 2025-11-01 of 100.00 withdrawn",
		"D handed over 2026-06-30 due 2025-11-01 of 1000.00 refused",
		"E handed over 2027-01-01 due 2025-11-01 of 10000.00 reminders")}
	is(t, "first and last day are in, what was refused is out", b.HandedOver(year), "{2 110.00}")
	is(t, "refused", b.Refused(year), 1)
}

func TestWhereClaimsStand(t *testing.T) {
	t.Parallel()
	b := report.Books{
		Claims: told("A handed over 2026-02-01 due 2025-11-01 of 100.00 summons", "B handed over 2026-02-01 due 2025-11-01 of 50.00 summons", "C handed over 2026-02-01 due 2025-11-01 of 30.00 ended-paid", "D handed over 2027-01-01 due 2025-11-01 of 7.00 summons"),
		Moves:  moved("A 2026-03-01 paid-to-agency 40.00+1.00+0.00", "A 2026-04-01 credit-note 10.00+0.00+0.00", "A 2027-01-01 paid-to-agency 5.00+0.00+0.00", "C 2026-03-01 paid-to-client 30.00+0.00+0.00"),
	}
	for _, f := range b.Stand(year.To) {
		want := "{" + string(f.Phase) + " 0 0.00 0.00}"
		switch f.Phase {
		case report.Summons:
			want = "{summons 2 150.00 100.00}"
		case report.EndedPaid:
			want = "{ended-paid 1 30.00 0.00}"
		}
		is(t, "claims, principal and what is open of it", f, want)
	}
}

func TestThePhaseOfAClaim(t *testing.T) {
	t.Parallel()
	open := report.Standing{Status: claim.StatusOpen, OpenedOn: day("2026-01-02")}
	with := func(change func(*report.Standing)) report.Standing { s := open; change(&s); return s }
	for _, c := range []struct {
		story string
		is    report.Standing
		want  report.Phase
	}{
		{"the intake is not over", report.Standing{Status: claim.StatusOpen}, report.Intake},
		{"nothing left yet", open, report.Reminders},
		{"a reminder", with(func(s *report.Standing) { s.LettersSoFar = []string{"reminder", "sticker-reminder"} }), report.Reminders},
		{"a 14-day letter", with(func(s *report.Standing) { s.LettersSoFar = []string{"14-day-letter", "reminder"} }), report.Summons},
		{"a summons in business", with(func(s *report.Standing) { s.LettersSoFar = []string{"summons"} }), report.Summons},
		{"the advice is there", with(func(s *report.Standing) { s.Advised, s.LettersSoFar = true, []string{"summons"} }), report.Advice},
		{"debt monitoring", with(func(s *report.Standing) { s.Advised, s.Monitored = true, true }), report.Monitoring},
		{"an arrangement in debt monitoring", with(func(s *report.Standing) { s.Arranged, s.Monitored = true, true }), report.Arrangement},
		{"a hold of an arrangement", with(func(s *report.Standing) { s.Arranged, s.Pauses = true, []claim.PauseKind{claim.PauseHold} }), report.OnHold},
		{"a dispute beside a hold", with(func(s *report.Standing) { s.Pauses = []claim.PauseKind{claim.PauseHold, claim.PauseDispute} }), report.Disputed},
		{"an ended claim has no dispute any more", report.Standing{Status: claim.StatusUpheld, Pauses: []claim.PauseKind{claim.PauseDispute}}, report.EndedUnpaid},
		{"closed", report.Standing{Status: claim.StatusClosed}, report.EndedUnpaid},
		{"paid", report.Standing{Status: claim.StatusPaid}, report.EndedPaid},
		{"withdrawn", report.Standing{Status: claim.StatusWithdrawn}, report.Withdrawn},
		{"before the court", report.Standing{Status: claim.StatusCourt}, report.Court},
		{"dismissed by the court", report.Standing{Status: claim.StatusCourt, Lost: true}, report.EndedUnpaid},
		{"not accepted", report.Standing{Status: claim.StatusRefused}, report.NotAccepted},
	} {
		is(t, c.story, c.is.Phase(), c.want)
	}
	for _, status := range claim.Statuses() {
		if running := (report.Standing{Status: status}).Phase().Running(); running != (status == claim.StatusOpen || status == claim.StatusCourt) {
			t.Errorf("%s runs: %v", status, running)
		}
	}
}

func TestByWhatMeans(t *testing.T) {
	t.Parallel()
	for kind, want := range map[claim.SettlementKind]report.Means{claim.PaidToAgency: report.ToAgency, claim.PaidToClient: report.ToClient, claim.CreditNote: report.Credited, claim.WriteOff: report.LetGo} {
		is(t, string(kind), report.MeansOf(kind), want)
	}
	for _, kind := range claim.SettlementKinds() {
		if (report.MeansOf(kind) == report.InWorth) != settlement.HasWorth(kind) {
			t.Errorf("%s is %s", kind, report.MeansOf(kind))
		}
	}
}

func TestWhatWasSettled(t *testing.T) {
	t.Parallel()
	b := report.Books{Moves: moved(
		"A 2025-12-31 paid-to-agency 1.00+0.00+0.00", "A 2026-01-01 paid-to-agency 100.00+2.00+15.00", "A 2026-12-31 paid-to-agency -50.00+-1.00+-7.50", "B 2026-05-01 paid-to-client 20.00+0.10+3.00",
		"B 2026-05-02 credit-note 5.00+0.00+0.00", "B 2026-05-03 write-off 0.40+0.00+0.00", "C 2026-06-01 worth 8.00+0.00+0.00", "C 2026-06-02 divided-anew 3.00+0.00+-3.00", "C 2027-01-01 paid-to-agency 9.00+0.00+0.00")}
	is(t, "by means, what was taken back on its day", b.Settled(year),
		"[{paid-to-agency 50.00 1.00 7.50} {paid-to-client 20.00 0.10 3.00} {worth 8.00 0.00 0.00} {divided-anew 3.00 0.00 -3.00} {credit-note 5.00 0.00 0.00} {write-off 0.40 0.00 0.00}]")
	is(t, "recovered, without credit notes and what was let go", report.Of(b, year, year.To).Recovered(), "{ 81.00 1.10 7.50}")
}

func TestALineOfTheLedgerIsAMove(t *testing.T) {
	t.Parallel()
	var m report.Move
	for i, account := range []ledger.Account{ledger.OwedPrincipal, ledger.OwedInterest, ledger.OwedCosts, ledger.OwedCourtCosts, ledger.ClientPayable, ledger.AgencyPayable, ledger.RefundPayable} {
		m.Post(account, -money.Cents(int64(1)<<i))
	}
	m.Post(ledger.OwedContra, 1000)
	m.Post(ledger.Unallocated, 1000)
	is(t, "principal, interest, costs with those of the court, client, agency, surplus", []money.Amount{m.Principal, m.Interest, m.Costs, m.Client, m.Agency, m.Surplus}, "[0.01 0.02 0.12 0.16 0.32 0.64]")
}

func TestForWhomTheMoneyIs(t *testing.T) {
	t.Parallel()
	b := report.Books{Moves: []report.Move{{On: day("2026-01-01"), Client: 100, Agency: 20, Surplus: 3}, {On: day("2026-12-31"), Client: -10, Agency: 1}, {On: day("2027-01-01"), Client: 5}}}
	is(t, "division", b.Division(year), "{0.90 0.21 0.03}")
}

func TestTheTrustAccountOfAClient(t *testing.T) {
	t.Parallel()
	var trust []report.TrustMove
	for _, line := range []string{
		"settled 2025-12-31 7.00", "settled 2026-01-01 100.00", "payout-submitted 2026-02-01 -60.00", "payout-rejected 2026-02-02 60.00", "payout-submitted 2026-02-03 -50.00", "payout-returned 2026-02-05 1.00",
		"set-off 2026-03-01 -10.00", "settled 2026-04-01 -20.00", "clawback 2026-04-01 3.00", "clawed-back 2026-05-01 -2.00", "settled 2027-01-01 1000.00",
	} {
		w := strings.Fields(line)
		trust = append(trust, report.TrustMove{Kind: ledger.Kind(w[0]), On: day(w[1]), Amount: eur(w[2])})
	}
	s := report.Books{Trust: trust}.Payable(year)
	is(t, "before, received, paid out, set off, corrected, after", s, "{7.00 80.00 49.00 10.00 1.00 29.00}")
	if s.Before+s.Received-s.PaidOut-s.SetOff+s.Corrected != s.After {
		t.Error("it does not add up")
	}
}

func TestWhatWasInvoiced(t *testing.T) {
	t.Parallel()
	b := report.Books{Bills: []report.Bill{
		{On: day("2025-12-31"), Net: 1, Total: 1}, {On: day("2026-01-01"), Net: 10000, VAT: 2100, Total: 12100}, {On: day("2026-12-31"), Net: 1000, VAT: 210, Total: 1210}, {On: day("2026-12-31"), Credit: true, Net: 500, VAT: 105, Total: 605},
	}}
	is(t, "invoices less credit notes", b.Invoiced(year), "{2 1 105.00 22.05 127.05}")
}

func TestTheRecoveryRate(t *testing.T) {
	t.Parallel()
	claims := told("A handed over 2026-02-01 due 2025-11-01 of 100.00 summons", "B handed over 2026-02-01 due 2025-11-01 of 60.00 withdrawn", "C handed over 2026-02-01 due 2025-11-01 of 500.00 refused", "D handed over 2025-12-31 due 2025-11-01 of 900.00 summons")
	moves := moved("A 2026-03-01 paid-to-agency 30.00+9.00+9.00", "A 2027-02-01 paid-to-client 25.00+0.00+0.00", "A 2026-03-01 credit-note 10.00+0.00+0.00", "A 2026-03-02 write-off 1.00+0.00+0.00", "D 2026-03-01 paid-to-agency 800.00+0.00+0.00", "A 2027-03-01 paid-to-agency 5.00+0.00+0.00")
	b := report.Books{Claims: claims, Moves: moves}
	is(t, "principal only, of what was handed over in the period, until the day of the report", b.Recovery(year, day("2027-02-28")), "{55.00 150.00 367}")
	is(t, "of nothing", report.Books{}.Recovery(year, year.To), "{0.00 0.00 0}")
}

// A credit note divides a payment anew: its own part alone is credited, and what was recovered is the same in whatever order it was told. 500.00 was paid of 1000.00, then 500.00 credited (art. 6:44 BW).
func TestACreditNoteAfterAPayment(t *testing.T) {
	t.Parallel()
	b := report.Books{Claims: told("A handed over 2026-03-01 due 2026-01-31 of 1000.00 summons"), Moves: slices.Concat(
		moved("A 2026-04-01 paid-to-agency 333.32+16.68+150.00", "A 2026-04-20 divided-anew 583.34+-8.34+-75.00"), report.Note("A", day("2026-04-20"), eur("500.00")))}
	is(t, "settled", b.Settled(year), "[{paid-to-agency 333.32 16.68 150.00} {paid-to-client 0.00 0.00 0.00} {worth 0.00 0.00 0.00} {divided-anew 83.34 -8.34 -75.00} {credit-note 500.00 0.00 0.00} {write-off 0.00 0.00 0.00}]")
	is(t, "recovered", b.Recovery(year, year.To), "{416.66 500.00 833}")
	b.Moves = append(b.Moves, moved("A 2026-04-25 paid-to-agency -416.66+-8.34+-75.00")...)
	is(t, "after the bank took the payment back", b.Recovery(year, year.To), "{0.00 500.00 0}")
}

func TestARateOfLessThanNothing(t *testing.T) {
	t.Parallel()
	b := report.Books{Claims: told("A handed over 2026-03-01 due 2026-01-31 of 416.66 summons"), Moves: moved("A 2026-04-25 paid-to-agency -83.34+0.00+0.00")}
	is(t, "rounded as others are", b.Recovery(year, year.To), "{-83.34 416.66 -200}")
	for part, want := range map[report.PerMille]string{-199: "-19.9%", -5: "-0.5%", 0: "0.0%", 5: "0.5%", 1367: "136.7%"} {
		is(t, "one sign", part, want)
	}
}

func TestTheMedianOfDaysToPay(t *testing.T) {
	t.Parallel()
	b := report.Books{Claims: told(
		"A handed over 2026-02-01 due 2025-11-01 of 1.00 ended-paid", "B handed over 2026-02-01 due 2025-11-01 of 1.00 ended-paid", "C handed over 2026-02-01 due 2025-11-01 of 1.00 ended-paid",
		"D handed over 2026-02-01 due 2025-11-01 of 1.00 summons", "E handed over 2026-02-01 due 2025-11-01 of 1.00 ended-paid"),
		Moves: moved("A 2026-02-11 paid-to-agency 1.00+0.00+0.00", "B 2026-02-12 paid-to-client 1.00+0.00+0.00", "C 2026-01-20 paid-to-agency 1.00+0.00+0.00", "D 2026-02-02 paid-to-agency 1.00+0.00+0.00", "E 2027-01-01 paid-to-agency 1.00+0.00+0.00")}
	is(t, "10, 11 and one before the hand-over", b.DaysToPay(year, year.To), "{3 10}")
	all := b.Claims
	b.Claims = all[:2]
	is(t, "the mean of two, half a day up", b.DaysToPay(year, year.To), "{2 11}")
	b.Claims = all[2:3]
	is(t, "paid before the hand-over", b.DaysToPay(year, year.To), "{1 0}")
	is(t, "of none", report.Books{}.DaysToPay(year, year.To), "{0 0}")
}

func TestFromWhichDayNothingIsOpen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		story string
		moves []report.Move
		want  string
	}{
		{"a part is open", moved("A 2026-03-01 paid-to-agency 60.00+0.00+0.00"), ""},
		{"in two parts, told in another order", moved("A 2026-03-05 paid-to-agency 40.00+0.00+0.00", "A 2026-03-01 paid-to-client 60.00+0.00+0.00"), "2026-03-05"},
		{"paid twice, months later", moved("A 2026-03-01 paid-to-agency 100.00+0.00+0.00", "A 2026-09-01 paid-to-agency 0.00+0.00+0.00"), "2026-03-01"},
		{"taken back and paid again", moved("A 2026-03-01 paid-to-agency 100.00+0.00+0.00", "A 2026-04-01 paid-to-agency -100.00+0.00+0.00", "A 2026-05-01 paid-to-agency 100.00+0.00+0.00"), "2026-05-01"},
		{"taken back and paid again on one day", moved("A 2026-03-01 paid-to-agency 100.00+0.00+0.00", "A 2026-04-01 paid-to-agency -100.00+0.00+0.00", "A 2026-04-01 paid-to-agency 100.00+0.00+0.00"), "2026-03-01"},
		{"the rest is credited", append(moved("A 2026-03-01 paid-to-agency 60.00+0.00+0.00", "A 2026-04-01 divided-anew 40.00+0.00+0.00"), report.Note("A", day("2026-04-01"), eur("40.00"))...), "2026-04-01"},
		{"taken back after the day of the report", moved("A 2026-03-01 paid-to-agency 60.00+0.00+0.00", "A 2026-03-05 paid-to-agency 40.00+0.00+0.00", "A 2027-01-01 paid-to-agency -100.00+0.00+0.00"), "2026-03-05"},
		{"the rest after the day of the report", moved("A 2026-03-01 paid-to-agency 60.00+0.00+0.00", "A 2027-01-01 paid-to-agency 40.00+0.00+0.00"), ""},
	} {
		b := report.Books{Claims: told("A handed over 2026-02-01 due 2025-11-01 of 100.00 ended-paid"), Moves: c.moves}
		is(t, c.story, b.Rows(year, year.To)[0].SettledOn, c.want)
	}
}

func TestOpenPrincipalByAge(t *testing.T) {
	t.Parallel()
	b := report.Books{Claims: told(
		"A handed over 2026-02-01 due 2027-01-15 of 1.00 summons", "B handed over 2026-02-01 due 2026-12-01 of 2.00 summons", "C handed over 2026-02-01 due 2026-11-30 of 4.00 summons", "D handed over 2026-02-01 due 2025-12-31 of 8.00 court",
		"E handed over 2026-02-01 due 2025-12-30 of 16.00 monitoring", "F handed over 2026-02-01 due 2025-12-30 of 32.00 withdrawn", "G handed over 2026-02-01 due 2026-12-01 of 64.00 summons", "H handed over 2027-01-01 due 2026-12-01 of 128.00 reminders"),
		Moves: moved("G 2026-03-01 paid-to-agency 64.00+0.00+0.00", "B 2026-03-01 paid-to-agency 0.50+0.00+0.00")}
	is(t, "days since the oldest invoice was due: 30 and 31, 365 and 366; what ended or is paid is out", b.Ages(year.To), "[{0 30 2 2.50} {31 90 1 4.00} {91 180 0 0.00} {181 365 1 8.00} {366 0 1 16.00}]")
}

func TestMonthsAddUp(t *testing.T) {
	t.Parallel()
	b := report.Books{
		Claims: told("A handed over 2026-01-15 due 2025-11-01 of 100.00 summons", "B handed over 2026-02-01 due 2025-11-01 of 50.00 summons", "C handed over 2026-03-11 due 2025-11-01 of 7.00 summons", "D handed over 2026-02-28 due 2025-11-01 of 9.00 refused"),
		Moves:  moved("A 2026-02-28 paid-to-agency 40.00+5.00+0.00", "A 2026-03-01 credit-note 10.00+0.00+0.00", "B 2026-03-10 worth 3.00+0.00+0.00", "B 2026-01-14 paid-to-client 1.00+0.00+0.00"),
	}
	p := period("2026-01-15", "2026-03-10")
	is(t, "parts of months at both ends", b.Months(p), "[{{2026-01-15 2026-01-31} 100.00 0.00} {{2026-02-01 2026-02-28} 50.00 40.00} {{2026-03-01 2026-03-10} 0.00 3.00}]")
}

func TestTheListOfClaimsAddsUp(t *testing.T) {
	t.Parallel()
	b := report.Books{
		Claims: told("B handed over 2026-02-01 due 2025-11-01 of 50.00 summons", "A handed over 2025-01-15 due 2025-01-01 of 100.00 summons", "C handed over 2027-01-01 due 2025-11-01 of 50.00 summons"),
		Moves:  moved("A 2026-02-28 paid-to-agency 40.00+5.00+1.00", "A 2026-03-01 credit-note 10.00+0.00+2.00", "A 2025-12-31 paid-to-agency 20.00+0.00+0.00", "B 2026-03-10 paid-to-client 3.00+0.00+0.00"),
	}
	b.Moves[0].Client = eur("30.00")
	r := report.Of(b, year, year.To)
	var got []string
	for _, row := range r.Claims {
		got = append(got, fmt.Sprint(row.Reference, row.Recovered, row.Lowered, row.Client, row.Open))
	}
	is(t, "by reference", got, "[A{ 40.00 5.00 1.00} 12.00 30.00 30.00 B{ 3.00 0.00 0.00} 0.00 0.00 47.00]")
}
