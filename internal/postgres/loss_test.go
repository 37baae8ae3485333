package postgres_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/incassocenter/dunning/internal/ledger"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/testkit"
)

// bears is what came of a person's word that the agency bears a loss, or does not any more.
func (w *world) bears(receipt, who string, undo bool) string {
	w.Helper()
	l, err := w.BearLoss(w.Context(), receipt, "the bank says so", undo, person(who))
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s, %d said so, booked %v", l.Amount, l.Said, l.Booked)
}

// What went back though the bank took it is a loss of the agency, when two persons say so: from then on nothing is told of it.
func TestTheAgencyBearsALoss(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		receipt string
		lost    money.Amount
		world   func(*testing.T, string) (*world, postgres.Ref)
	}{
		"nobody's":                      {"stranger", eur("42.00"), lostRefund},
		"of a claim":                    {"over", eur("40.00"), lostRefund},
		"nobody's, to a second account": {"stranger", eur("42.00"), lostElsewhere},
		"of a claim, to a second one":   {"over", eur("40.00"), lostElsewhere},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receipt, lost := c.receipt, c.lost
			w, ref := c.world(t, receipt)
			told := fmt.Sprintf("refund stranger:1: what is to be paid back at least (dunning receipts loss) must be 0.00 and is -%s", lost)
			if receipt == "over" {
				told = fmt.Sprintf("S220 of claim %s: what is to be paid back at least (dunning receipts loss) must be 0.00 and is -%s", ref.ClaimID, lost)
			}
			tells := func(step string, want bool) {
				t.Helper()
				w.exec(`ANALYZE`) // however the database reads them, words of the agency are not asked for in the name of a client
				v, err := w.VerifyBooks(t.Context(), today, w.lib.Rules)
				ok(t, err)
				found := false
				for _, d := range v.Differences {
					found = found || d.String() == told
					if where := d.Where; !want && (where == "S220" || strings.HasPrefix(where, "refund")) {
						t.Errorf("%s: %s", step, d)
					}
				}
				if found != want {
					t.Errorf("%s: told %v: %v", step, found, v.Differences)
				}
			}
			says := func(who string, undo bool, want string) {
				t.Helper()
				if got := w.bears(receipt, who, undo); got != strings.ReplaceAll(want, "LOST", lost.String()) {
					t.Errorf("%s: %s, want %s", who, got, want)
				}
			}
			tells("nobody said so", true)
			if got := w.bears(receipt, "Anna", false); !strings.HasPrefix(got, "the agency's part on the trust account that no payout takes is ") || !strings.HasSuffix(got, " of its own money in first (dunning receipts top-up)") {
				t.Error(got)
			}
			w.fillsUp("own", "200.00")
			says("Carla", false, `"Carla" may not approve; right would be a name of `+"`dunning payout approver list`")
			says("Anna", true, "the agency bears no loss of receipt "+receipt)
			says("Anna", false, "LOST, 1 said so, booked false")
			says("anna", false, "LOST, 1 said so, booked false")
			tells("one person said so", true)
			before := w.balances(ledger.Trust)
			for range 2 {
				says("Bram", false, "LOST, 2 said so, booked true")
			}
			tells("two said so", false)
			borne := w.balances(ledger.Trust)
			says("Anna", true, "LOST, 1 said so, booked false")
			if got := w.balances(ledger.Trust); got != borne {
				t.Errorf("one person undid it: %s", got)
			}
			for range 2 {
				says("Bram", true, "LOST, 2 said so, booked true")
			}
			tells("undone", true)
			if got := w.balances(ledger.Trust); got != before {
				t.Errorf("undone: %s, was %s", got, before)
			}
			says("Anna", false, "LOST, 1 said so, booked false")
			says("Bram", false, "LOST, 2 said so, booked true")
			tells("borne again", false)
			if got := w.balances(ledger.Trust); got != borne {
				t.Errorf("borne again: %s, was %s", got, borne)
			}
		})
	}
}

// Nothing is borne that was not lost, and no SQL of the application books a loss that two persons did not approve.
func TestALossIsOne(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	w.fillsUp("own", "200.00")
	w.nobodys("waits", "1.00", strangerIBAN)
	for receipt, want := range map[string]string{
		"stranger": "refund stranger:1 lost nothing: it did not leave, or the bank did not take its receipt back", "over": "refund over:1 lost nothing: it did not leave, or the bank did not take its receipt back",
		"waits": "no refund of receipt waits was approved", "none": "no refund of receipt none was approved",
	} {
		if got := w.bears(receipt, "Anna", false); got != want {
			t.Errorf("%s: %s", receipt, got)
		}
	}
	about := ledger.About{Key: "loss:1:stranger:1", On: today}
	if _, err := w.Post(t.Context(), at(today), ledger.LossOf(about, eur("42.00"))...); err == nil || !strings.Contains(err.Error(), "that two persons did not approve") {
		t.Error(err)
	}
	about = ledger.About{Key: "loss:1:over:1", On: today, Client: ref.ClientID, Claim: ref.ClaimID}
	if _, err := w.Post(t.Context(), at(today), ledger.LossOf(about, eur("40.00"))...); err == nil {
		t.Error("booked")
	}
	w.verified()
}

// No SQL of the application books another loss than two persons who may approve approved: the commit refuses it.
func TestTheSchemaHoldsALossToItsApproval(t *testing.T) {
	t.Parallel()
	const two, no, another = "Anna Bram", "that two persons did not approve", "is of another loss than two persons approved"
	const nobodys, ofClaim = "1:stranger:1", "1:over:1"
	in := func(book ledger.Book, change func(lines []ledger.Line) []ledger.Line) func(*ledger.Draft) {
		return func(d *ledger.Draft) {
			if d.Book == book {
				d.Lines = change(d.Lines)
			}
		}
	}
	more := func(lines []ledger.Line) []ledger.Line {
		lines[0].Cents, lines[1].Cents = 2*lines[0].Cents, 2*lines[1].Cents
		return lines
	}
	for name, c := range map[string]struct {
		said, loss, amount string // who said so (of 42.00 in turn 1, unless it is said: Anna/2/4199), of which turn and refund, and what is posted
		change             func(*ledger.Draft)
		refused            string
	}{
		"as approved":                      {two, nobodys, "42.00", nil, ""},
		"as approved, of a claim":          {two, ofClaim, "42.00", nil, ""},
		"one person said so":               {"Anna", nobodys, "42.00", nil, no},
		"one of the two is removed":        {"Anna Bram -Bram", nobodys, "42.00", nil, no},
		"the other one meant another turn": {"Anna Bram/2", nobodys, "42.00", nil, no},
		"what one person alone said":       {"Anna Bram Cor/1/4199", nobodys, "41.99", nil, another},
		"of another turn":                  {two, "2:stranger:1", "42.00", nil, no},
		"a cent more":                      {two, nobodys, "42.01", nil, another},
		"a cent less":                      {two, ofClaim, "41.99", nil, another},
		"more in the trust book only":      {two, nobodys, "42.00", in(ledger.Trust, more), another},
		"more in the agency's book":        {two, nobodys, "42.00", in(ledger.Agency, more), another},
		"the other way":                    {two, nobodys, "-42.00", nil, another},
		"of another account":               {two, nobodys, "42.00", in(ledger.Trust, func(l []ledger.Line) []ledger.Line { l[0].Account = ledger.Unallocated; return l }), another},
		"with more beside it":              {two, nobodys, "42.00", in(ledger.Trust, func(l []ledger.Line) []ledger.Line { return append(l, l...) }), another},
		"of no claim":                      {two, ofClaim, "42.00", func(d *ledger.Draft) { d.Lines[0].Claim, d.Lines[1].Claim = "", "" }, another},
		"of a client, and it is nobody":    {two, nobodys, "42.00", func(d *ledger.Draft) { d.Client = "client" }, another},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ref := refunding(t)
			for who := range strings.FieldsSeq(c.said) {
				if removed, ok := strings.CutPrefix(who, "-"); ok {
					w.exec(`UPDATE approver SET removed_at = clock_timestamp() WHERE name = $1`, removed)
					continue
				}
				said := append(strings.Split(who, "/"), "1", "4200")
				if len(said) == 4 { // the turn is said, and not the amount
					said[2] = "4200"
				}
				_, err := w.db.App.Exec(t.Context(), `INSERT INTO loss_approval (refund, turn, amount, approver, reason, at) VALUES ($1, $2::text::int, $3::text::bigint, $4, 'the bank says so', clock_timestamp())`, c.loss[2:], said[1], said[2], said[0])
				ok(t, err)
			}
			about := ledger.About{Key: "loss:" + c.loss, On: today}
			if c.loss == ofClaim {
				about.Client, about.Claim = ref.ClientID, ref.ClaimID
			}
			var journals []ledger.Journal
			for _, j := range ledger.LossOf(about, eur(c.amount)) {
				d := j.Draft()
				if c.change != nil {
					c.change(&d)
				}
				if d.Client == "client" {
					d.Client = ref.ClientID
				}
				j, err := d.Journal()
				ok(t, err)
				journals = append(journals, j)
			}
			_, err := w.Post(t.Context(), at(today), journals...)
			if (err == nil) != (c.refused == "") || err != nil && !strings.Contains(err.Error(), c.refused) {
				t.Errorf("%v, want %q", err, c.refused)
			}
		})
	}
}

// No SQL of the application books what the agency bears under another name than a loss or, of what the bank charged, that.
func TestALossHasOneName(t *testing.T) {
	t.Parallel()
	w, ref := refunding(t)
	said := map[ledger.Book]string{ledger.Agency: "is of costs or of a loss, and is called KIND", ledger.Trust: "moves what is to be paid back of no claim, and is called KIND"}
	for _, kind := range []ledger.Kind{ledger.Settled, ledger.RefundDue, ledger.TakenBack, ledger.PayoutReturned, ledger.PayoutRejected, ledger.OwnMoney, ledger.BankCharged} {
		for _, claim := range []string{"", ref.ClaimID} {
			about := ledger.About{Key: "x" + string(kind) + claim, On: today, Claim: claim}
			if claim != "" {
				about.Client = ref.ClientID
			}
			for _, j := range ledger.LossOf(about, eur("42.00")) {
				d, want := j.Draft(), strings.ReplaceAll(said[j.Draft().Book], "KIND", string(kind))
				switch {
				case kind == ledger.BankCharged && d.Book == ledger.Agency, d.Book == ledger.Trust && claim != "" && kind != ledger.BankCharged: // costs of the bank, and a change of the claim
					continue
				case kind == ledger.BankCharged:
					want = "is of more than the bank charged"
				}
				d.Kind = kind
				j, err := d.Journal()
				ok(t, err)
				if _, err := w.Post(t.Context(), at(today), j); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s %s of claim %q: %v, want %s", d.Book, kind, claim, err, want)
				}
			}
		}
	}
	w.verified()
}

// What is to be paid back of no claim is what refunds say, and no journal of no client stands in the books that no fact has.
func TestTheBooksHaveNothingThatNoFactHas(t *testing.T) {
	t.Parallel()
	const of = "; journal S KEY: what it moves, since no fact has it, must be 0.00 and is 5.00"
	const back = "S220 of no claim: what refunds that were approved and did not leave are to pay back must be 42.00 and is 47.00"
	about := func(key string) ledger.About { return ledger.About{Key: key, On: today} }
	five := eur("5.00")
	for key, c := range map[string]struct {
		journals []ledger.Journal
		want     string // beside what the totals tell
	}{
		"refund:waits:1":           {ledger.RefundDueOf(about("refund:waits:1"), five), back}, // it is proposed, and not approved
		"refund:none:1":            {ledger.RefundDueOf(about("refund:none:1"), five), back + of},
		"receipt:none":             {ledger.ReceiptOf(about("receipt:none"), five), of},
		"receipt:none/taken-back":  {ledger.TakenBackOf(about("receipt:none/taken-back"), five), of},
		"receipt:waits/own":        {ledger.OwnMoneyOf(about("receipt:waits/own"), five), of},
		"payout:PO-20261103-9":     {ledger.RefundOf(about("payout:PO-20261103-9"), -five), back + of},
		"somebody moved something": {ledger.FeesBookedOf(about("somebody moved something"), five), of},
	} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			w, _ := refunding(t)
			w.nobodys("waits", "5.00", strangerIBAN)
			ok(t, second(w.ProposeRefund(t.Context(), "waits", "nobody's", person("a"))))
			w.verified()
			ok(t, second(w.Post(t.Context(), at(today), c.journals...)))
			v, err := w.VerifyBooks(t.Context(), today, w.lib.Rules)
			ok(t, err)
			var words []string
			for _, d := range v.Differences {
				words = append(words, d.String())
			}
			for want := range strings.SplitSeq(strings.ReplaceAll(strings.TrimPrefix(c.want, "; "), "KEY", key), "; ") {
				if !slices.Contains(words, want) {
					t.Errorf("%s, want %s", strings.Join(words, "; "), want)
				}
			}
		})
	}
}

// The agency's part that a payout takes bears no loss, and what it bears is not paid to the agency.
func TestWhatTheAgencyBearsIsNotPaidToIt(t *testing.T) {
	t.Parallel()
	w, _ := lostRefund(t, "stranger")
	w.fillsUp("own", "102.00") // no statement brought the receipt that is lost: 42.00 is gone besides
	p, said := w.proposes(today.AddDays(1))
	if said != "fees 18.00" { // the rest stands for what was lost
		t.Fatal(said)
	}
	w.approves(p, "Anna", "Bram")
	w.importFile(testkit.Camt("c", "2 102.00 97.00: 2026-11-03 -5.00 c $Kosten"))
	if got := w.bears("stranger", "Anna", false); !strings.HasPrefix(got, "the agency's part on the trust account that no payout takes is 37.00") {
		t.Error(got)
	}
	_, _, err := w.SendPayout(t.Context(), p.ID, postgres.Sending{Initiator: "Incassocenter Voorbeeld"}, at(today))
	if err == nil || !strings.Contains(err.Error(), "the agency's part on the trust account is 79.00 after it and 5.00 too little") || !strings.Contains(err.Error(), "to withdraw the payout and to propose it again") {
		t.Error(err)
	}
	ok(t, w.WithdrawPayout(t.Context(), p.ID, "a loss", at(today)))
	for _, who := range []string{"Anna", "Bram"} {
		w.bears("stranger", who, false)
	}
	if _, said := w.proposes(today.AddDays(2)); said != "fees 13.00" {
		t.Error(said)
	}
}

// asksNoAccount insists that no refund of a receipt asks for another account: the bank took it back.
func (w *world) asksNoAccount(receipt string) {
	w.Helper()
	list, err := w.Refunds(w.Context())
	ok(w, err)
	for _, r := range list {
		if r.Receipt == receipt && r.Waits != "" {
			w.Errorf("%s: %s", r.Key, r.Waits)
		}
	}
	if said := w.proposesNext(); strings.Contains(said, receipt+":") {
		w.Errorf("the next day: %s", said)
	}
}

// A refund that comes back after its loss was borne is told until that is undone; and of a claim of which a loss is borne nothing more goes back.
func TestALossThatIsNoneAnyMore(t *testing.T) {
	t.Parallel()
	w, _ := lostRefund(t, "stranger")
	w.fillsUp("own", "200.00")
	bears := func(receipt string, undo bool) {
		for _, who := range []string{"Anna", "Bram"} {
			w.bears(receipt, who, undo)
		}
	}
	comesBack := func(line, amount string) {
		for _, e := range []postgres.PayoutEntry{{Key: "out", On: today}, {Key: "back", On: today, Credit: true, Reason: "AC04"}} {
			e.EndToEndID, e.Amount = line, eur(amount)
			ok(t, second(w.BookPayoutEntry(t.Context(), e, at(today))))
		}
	}
	bears("stranger", false)
	comesBack("PO-20261103-3", "42.00")
	w.findsOnly("refund stranger:1: what the agency bears more than was lost (dunning receipts loss stranger --undo) must be 0.00 and is 42.00")
	bears("stranger", true)
	w.verified()
	w.asksNoAccount("stranger")

	w, ref := lostRefund(t, "over")
	w.fillsUp("own", "200.00")
	bears("over", false)
	comesBack(query[string](w, `SELECT end_to_end_id FROM payout_line WHERE refund = 'over:1'`), "40.00")
	w.findsOnly("S220 of claim " + ref.ClaimID + ": what the agency bears more than was lost (dunning receipts loss over --undo) must be 0.00 and is 40.00")
	w.asksNoAccount("over")
	if got := w.tasksOpen(ref); len(got) > 0 {
		t.Error(got)
	}
	ok(t, second(w.ProposeRefundTo(t.Context(), "over", otherIBAN, "P. Betaler", "by letter", person("a"))))
	if _, err := w.DecideRefund(t.Context(), "over", true, person("Bram")); err == nil || err.Error() != "the bank took receipt over back: it cannot be approved" {
		t.Error(err)
	}
	bears("over", true)
	w.verified()

	w, ref = lostRefund(t, "over")
	w.fillsUp("own", "200.00")
	bears("over", false)
	w.nobodys("again", "140.33", debtorIBAN)
	ok(t, w.AssignReceipt(t.Context(), "again", ref, at(today), w.lib.Rules))
	_, err := w.ProposeSurplusRefund(t.Context(), "again", ref, "paid too much", person("a"), w.lib.Rules)
	if err == nil || err.Error() != "the agency bears a loss of 40.00 on claim "+ref.ClaimID+"; right would be to undo that first: dunning receipts loss KEY --undo with the receipt that the bank took back" {
		t.Error(err)
	}
}
