package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
)

// A payment is booked late, taken back and corrected: each command says what it made of what is owed, and twice is once.
func TestReverseAndCorrectCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0]
	o.started(t, ref)
	id, today := ref.ClaimID, calendar.DateOf(time.Now())
	account := func(without string) claim.Position {
		a, err := o.facts(t, ref).Without(without).AccountOn(o.teller.rules.Tables(), today)
		if err != nil {
			t.Fatal(err)
		}
		return a.Position()
	}
	rows := func(before, after claim.Position) []string {
		head := "OWED ON " + today.String() + " |  BEFORE |   AFTER | DIFFERENCE"
		lines := []string{strings.Join(strings.Fields(head), " ")}
		for _, p := range (claim.Difference{Before: before, After: after}).Changes()[:4] {
			lines = append(lines, strings.Join([]string{p.Name, p.Before.String(), p.After.String(), p.Grew().String()}, " | "))
		}
		return lines
	}
	shows := func(first string, before, after claim.Position, args ...string) {
		t.Helper()
		said := o.says(t, first+"\n...", args...)
		got := printed(said)
		for i := range got {
			got[i] = strings.Join(strings.Fields(got[i]), " ")
		}
		if want := rows(before, after); !slices.Equal(got, want) {
			t.Errorf("dunning %s says\n%s\nwant %q", strings.Join(args, " "), said, want)
		}
	}
	whole := account("")
	pay := []string{"claim", "pay", id, "250,00", "--key", "p1", "--on", today.AddDays(-20).String()}
	if said := o.says(t, "recorded\n...", pay...); !slices.ContainsFunc(printed(said), func(row string) bool {
		return strings.HasPrefix(row, "total | "+whole.Total().String()+" | "+account("").Total().String())
	}) {
		t.Errorf("what it made of %s: %s", whole.Total(), said)
	}
	if said := o.says(t, "told before with key p1; nothing changed (another one that is equal needs a --key of its own)\nowed on ...", pay...); strings.Contains(said, "BEFORE") {
		t.Errorf("nothing changed, and it says %s", said)
	}
	said := o.says(t, "recorded\nowed on "+today.String()+": principal ...", "claim", "pay", id, "1,00", "--key", "p2") // of today: no difference to tell
	if left := account("").Total(); !strings.HasSuffix(said, " = "+left.String()+"\n") || strings.Contains(said, "BEFORE") {
		t.Errorf("%s, owed is %s", said, left)
	}

	paid := account("")
	correct := []string{"claim", "correct", id, "p1", "--amount", "25,00", "--reason", "misread"}
	said = o.says(t, "recorded\n...", correct...)
	if !strings.Contains(said, paid.Total().String()) || !strings.Contains(said, account("").Total().String()) {
		t.Error(said)
	}
	o.says(t, saidKnown, correct...)
	corrected := account("")
	reverse := []string{"claim", "reverse", id, "p1~2", "--reason", "never came"}
	for _, tell := range []func(){func() { shows("recorded", corrected, account("p1~2"), reverse...) }, func() { o.says(t, saidKnown, reverse...) }} {
		tell()
		if got := account(""); got != account("p1~2") || got == corrected {
			t.Errorf("%+v", got)
		}
	}
	for why, args := range map[string][]string{
		"settlement p1~2 was taken back already, with another reason: never came":                       {"reverse", id, "p1~2", "--reason", "x"},
		"settlement p1 was corrected already: it counts as p1~2":                                        {"reverse", id, "p1", "--reason", "misread"},
		"settlement p1~2 was reversed already; use `claim pay` or `receipts add` for what is right":     {"correct", id, "p1~2", "--amount", "1", "--reason", "never came"},
		"the claim has no settlement p9; right would be one of p2 (paid-to-client of 1.00 on ":          {"reverse", id, "p9", "--reason", "x"},
		"--reason: a settlement is taken back for a reason":                                             {"reverse", id, "p2"},
		"p2 is paid-to-client of 1.00 on " + today.String() + " already; right would be another amount": {"correct", id, "p2", "--reason", "x"},
		"--amount: must be more than 0.00; a settlement that never was is reversed (claim reverse)":     {"correct", id, "p2", "--amount", "0", "--reason", "x"},
		"--amount: ":                     {"correct", id, "p2", "--amount", "much", "--reason", "x"},
		"--on: ":                         {"correct", id, "p2", "--on", "soon", "--reason", "x"},
		`--kind: "gift" is not one of [`: {"correct", id, "p2", "--kind", "gift", "--reason", "x"},
		"--key: is empty":                {"correct", id, "p2", "--amount", "2", "--key", " ", "--reason", "x"},
		"is in the future":               {"correct", id, "p2", "--on", today.AddDays(1).String(), "--reason", "x"},
		"settlement p1 was reversed; use another key for something new": pay[1:],
		"not found": {"reverse", "00000000-0000-0000-0000-000000000000", "p1", "--reason", "x"},
	} {
		o.refuses(t, 2, why, append([]string{"claim"}, args...)...)
	}
	for _, told := range []string{"amount 1.00, key p2", "paid-to-client of 250.00, key p1, misread, replaced by p1~2, value date " + today.AddDays(-20).String(), "paid-to-client of 25.00, key p1~2, never came"} {
		o.says(t, told+"...", "claim", "show", id)
	}
	o.says(t, "--reason \"storno by the bank\"...", "claim", "reverse", "--help")
	o.says(t, "only the value date can be corrected...", "claim", "correct", "--help")
}

// The bank takes back what closed a claim: the claim is open again, its workflow runs again, and it closes again when it is paid.
func TestAClaimIsPaidTakenBackAndPaidAgain(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer BAS", amount: "1000.00"})[0]
	o.started(t, ref)
	key := "storno" + number()
	becomes := func(status claim.Status) {
		t.Helper()
		if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Status == status, nil }); err != nil {
			t.Fatal(err)
		}
	}
	before := o.state(t, ref)
	today := calendar.DateOf(time.Now())
	for round, receipt := range []string{key, key + "b"} {
		o.says(t, "booked; allocated to claim "+ref.ClaimID+"\n...", "receipts", "add", receipt, "1003,29", "--on", today.AddDays(-1).String(), "--remittance", o.reference(t, ref))
		becomes(claim.StatusPaid)
		if round == 1 {
			break
		}
		said := o.says(t, "recorded\n...", "claim", "reverse", ref.ClaimID, receipt, "--reason", "storno")
		becomes(claim.StatusOpen)
		if !strings.Contains(said, "1000.00") {
			t.Error(said)
		}
		if err := poll(t.Context(), func() (bool, error) {
			s := o.state(t, ref)
			return s.Status == claim.StatusOpen && s.Version > before.Version, nil
		}); err != nil {
			t.Fatal(err)
		}
		if next := o.state(t, ref).Next; next.Kind != trajectory.ActLetter {
			t.Errorf("next %+v", next)
		}
	}
	o.says(t, "storno...", "claim", "show", ref.ClaimID)
}

// The account of a day as it was known then, beside what is true now, with what came to be known in between.
func TestExplainAsKnownThen(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company BAS", amount: "1000.00"})[0]
	o.started(t, ref)
	today := calendar.DateOf(time.Now())
	on, known := today.AddDays(-5).String(), today.String()
	o.says(t, "nothing that counts up to "+on+" was recorded after "+known+"...", "explain", ref.ClaimID, "--on", on, "--known", known)
	tomorrow := postgres.Actor{Name: "client", At: time.Now().AddDate(0, 0, 1)} // an operator whose clock is ahead: commands know no other day than today
	payment := claim.Settlement{Key: "late", Kind: claim.PaidToClient, On: today.AddDays(-20), Amount: money.MustParse("250.00")}
	if err := o.store.RecordSettlement(t.Context(), ref, payment, tomorrow, o.teller.rules.Rules); err != nil {
		t.Fatal(err)
	}
	said := o.says(t, "AS KNOWN ON "+known+"...", "explain", ref.ClaimID, "--on", on, "--known", known)
	for _, want := range []string{"OWED AT THE END OF " + on, "AS TRUE NOW", "OF WHAT WAS PAID BY THEN", "recorded after " + known, "amount 250.00, value date " + payment.On.String() + ", key late"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	var told struct {
		On, Known  calendar.Date
		Then       claim.Position `json:"as_known"`
		Now        claim.Position `json:"as_true_now"`
		Difference struct{ Costs, Interest, Principal, Total, Surplus money.Amount }
		Paid       struct {
			Then claim.Position `json:"as_known"`
			Now  claim.Position `json:"as_true_now"`
		}
		Because []postgres.Event
	}
	if err := json.Unmarshal([]byte(o.says(t, "...", "explain", ref.ClaimID, "--on", on, "--known", known, "--json")), &told); err != nil {
		t.Fatal(err)
	}
	f := o.facts(t, ref)
	want, err := f.Without("late").DifferenceTo(f, o.teller.rules.Tables(), today.AddDays(-5))
	if err != nil || told.Then != want.Before || told.Now != want.After || told.Difference.Total != want.After.Total()-want.Before.Total() || told.Then == told.Now {
		t.Errorf("%+v, want %+v, %v", told, want, err)
	}
	if paid, err := f.Without("late").DividedTo(f, o.teller.rules.Tables(), today.AddDays(-5)); err != nil || told.Paid.Then != paid.Before || told.Paid.Now != paid.After || paid.After.Total() != payment.Amount {
		t.Errorf("paid %+v, want %+v, %v", told.Paid, paid, err)
	}
	if len(told.Because) != 1 || told.Because[0].Key != "settlement:late" {
		t.Errorf("%+v", told.Because)
	}
	o.says(t, "recorded after "+known+"...", "explain", ref.ClaimID, "--on", today.AddDays(1).String(), "--known", known) // the file has an event of tomorrow
	o.refuses(t, 2, "--known: "+today.AddDays(2).String()+" has not come yet; right would be "+today.AddDays(1).String()+" or earlier", "explain", ref.ClaimID, "--known", today.AddDays(2).String())
	o.refuses(t, 2, "--known: the claim was handed over on "+today.String(), "explain", ref.ClaimID, "--known", today.AddDays(-1).String())
	o.refuses(t, 2, `"--known"`, "explain", ref.ClaimID, "--known", "then")
}

// What is owed is told with what is to be paid back, until it is.
func TestWhatIsOwedIsToldWithWhatIsToBePaidBack(t *testing.T) {
	t.Parallel()
	day := calendar.MustParseDate("2026-11-03")
	const owed, back = "owed on 2026-11-03: principal 10.00 + interest 2.00 + costs 1.00 = 13.00\n", " too much was paid, and is to be paid back: dunning receipts refund --claim C --reason TEXT\n"
	const kept = " is at the client, not with us. Right would be that the client pays that back to the debtor, and then, so that the claim has what the client kept: dunning claim "
	ours, its := claim.Settlement{Key: "r1", Kind: claim.PaidToAgency, Amount: 3_00}, claim.Settlement{Key: "p1", Kind: claim.PaidToClient, Amount: 20_00}
	for _, c := range []struct {
		story, surplus string
		tasks          []claim.Task
		came           []claim.Settlement
		want           string
	}{
		{"not too much", "0.00", nil, nil, owed},
		{"too much", "5.00", nil, nil, owed + "5.00" + back},
		{"and a person is asked", "5.00", []claim.Task{{Key: "repay-surplus:5.00", Open: true}}, nil, owed + "5.00" + back},
		{"and it was paid back", "5.00", []claim.Task{{Key: "repay-surplus:5.00"}}, nil, owed},
		{"and more came in since", "7.00", []claim.Task{{Key: "repay-surplus:5.00"}}, nil, owed + "2.00" + back},
		{"with us, though the client has money too", "3.00", nil, []claim.Settlement{its, ours}, owed + "3.00" + back},
		{"at the client", "5.00", nil, []claim.Settlement{its}, owed + "5.00 too much was paid, of which 5.00" + kept + "correct C p1 --amount 15.00 --reason TEXT\n"},
		{"all of what the client got", "20.00", nil, []claim.Settlement{its}, owed + "20.00 too much was paid, of which 20.00" + kept + "reverse C p1 --reason TEXT\n"},
		{"at both", "5.00", nil, []claim.Settlement{its, ours}, owed + "5.00 too much was paid, of which 2.00" + kept + "correct C p1 --amount 18.00 --reason TEXT; and then, for what is with us: dunning receipts refund --claim C --reason TEXT\n"},
	} {
		account := claim.Account{On: day, Open: claim.Balance{Principal: 10_00, Interest: 2_00, Costs: 1_00}, Surplus: money.MustParse(c.surplus)}
		if got := owedText("C", claim.Facts{Tasks: c.tasks, Settlements: c.came}, account); got != c.want {
			t.Errorf("%s: %q, want %q", c.story, got, c.want)
		}
	}
}
