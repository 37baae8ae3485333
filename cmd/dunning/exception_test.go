package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/agreement"
	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// price is what taking the claim back costs now.
func (o *office) price(t *testing.T, ref postgres.Ref) money.Amount {
	t.Helper()
	f := o.facts(t, ref)
	rules, err := o.teller.rules.Rules(f)
	if err != nil {
		t.Fatal(err)
	}
	p, err := rules.Price(settlement.Withdrawal, f, calendar.DateOf(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	return p.Total
}

// A client sees the price, confirms a wrong one, confirms the right one, twice, and hears afterwards that it is done.
func TestWithdrawalIsConfirmedAtItsPrice(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company BAS"})[0]
	o.started(t, ref)
	id, price := ref.ClaimID, o.price(t, ref)
	shown := o.says(t, "nothing is recorded yet; confirm the price with: dunning claim withdraw "+id+" --confirm "+price.String()+"...", "claim", "withdraw", id)
	for _, part := range []string{"exception 1: the client withdraws the assignment", "commission", "VAT", "service agreement, Uitzonderingen, 1", "scale of plan basis", "15% of "} {
		if !strings.Contains(shown, part) {
			t.Errorf("%q is not in\n%s", part, shown)
		}
	}
	var asJSON settlement.Price
	if err := json.Unmarshal([]byte(o.says(t, "...", "claim", "withdraw", id, "--json")), &asJSON); err != nil || asJSON.Total != price || asJSON.Net+asJSON.VAT != price || len(asJSON.Basis) < 3 {
		t.Errorf("%+v, %v", asJSON, err)
	}
	o.refuses(t, 2, "--confirm: ", "claim", "withdraw", id, "--confirm", "much")
	o.refuses(t, 2, "refused: 1.00 was confirmed, but the price is "+price.String()+"; look at it again and confirm that", "claim", "withdraw", id, "--confirm", "1.00")
	if f := o.facts(t, ref); !f.Withdrawn.IsZero() || f.Status.Final() {
		t.Fatalf("withdrawn on %s, %s", f.Withdrawn, f.Status)
	}
	o.says(t, "done; next: ...", "claim", "withdraw", id, "--confirm", price.String())
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Status == claim.StatusWithdrawn, nil }); err != nil {
		t.Fatal(err)
	}
	again := func() (bool, error) { // its workflow may be ending still
		return o.dunning(t, "claim", "withdraw", id, "--confirm", price.String()).stdout == "done before; the claim is withdrawn\n", nil
	}
	if err := poll(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	o.refuses(t, 2, "there is no running workflow for this claim", "claim", "withdraw", id, "--confirm", "1.00")
	o.refuses(t, 2, "the claim is withdrawn already", "claim", "withdraw", id)
	o.refuses(t, 2, "the claim is withdrawn already", "claim", "exception", id, "2")
	billed, err := o.store.Billables(t.Context(), ref)
	if err != nil || len(billed) != 1 || billed[0].Total != price {
		t.Errorf("%+v, %v", billed, err)
	}
	o.says(t, "= "+price.String()+" for withdrawal on ...", "claim", "show", id)
}

func TestExceptionCommand(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	id, price := ref.ClaimID, o.price(t, ref).String()
	o.refuses(t, 2, `"1" is not 2, 3, 4 or 5`, "claim", "exception", id, "1")
	o.refuses(t, 2, `"six" is not 2, 3, 4 or 5`, "claim", "exception", id, "six")
	o.says(t, "confirm the price with: dunning claim exception "+id+" 3 --reason TEXT --confirm "+price+"...", "claim", "exception", id, "3")
	o.refuses(t, 2, "the reason is empty", "claim", "exception", id, "3", "--confirm", price)
	o.refuses(t, 2, "0.01 was confirmed, but the price is "+price, "claim", "exception", id, "3", "--reason", "no word", "--confirm", "0.01")
	for range 2 {
		o.says(t, "recorded; the client is billed "+price, "claim", "exception", id, "3", "--reason", "no word", "--confirm", price)
	}
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Status == claim.StatusClosed, nil }); err != nil {
		t.Fatal(err)
	}
	applied := "exception 3 was applied on " + calendar.DateOf(time.Now()).String() + " (the claim is closed), and a claim has one; when it was wrong, take back first what was billed for it (claim reverse-charge)"
	o.refuses(t, 2, applied, "claim", "exception", id, "5", "--reason", "no word", "--confirm", price)
	o.refuses(t, 2, applied, "claim", "exception", id, "3", "--reason", "another", "--confirm", price)
	o.says(t, "no-word...", "claim", "show", id)
}

// Client and agency ask each other things; the client's answer and the agency's stay in the file, and call-backs are counted.
func TestRequestCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company BAS"})[0]
	o.started(t, ref)
	id := ref.ClaimID
	o.refuses(t, 2, `"gift" is not one of [documents information permission call-back]`, "claim", "request", id, "gift", "x")
	o.refuses(t, 2, "--days: 0 is no time to answer", "claim", "request", id, "documents", "x", "--days", "0")
	o.refuses(t, 2, "1 days to answer, with a reminder after 0", "claim", "request", id, "documents", "x", "--days", "1")
	for _, said := range []string{"recorded with key q1", "told before with key q1; nothing changed (another one that is equal needs a --key of its own)"} {
		o.says(t, said+"; end it with: dunning claim answer "+id+" q1 ANSWER", "claim", "request", id, "documents", "de getekende opdracht", "--key", "q1", "--hold")
	}
	o.says(t, "recorded with key q2; ...", "claim", "request", id, "permission", "two parts of 50", "--key", "q2")
	o.says(t, "recorded with key q3; ...", "claim", "request", id, "call-back", "can interest be asked?", "--key", "q3", "--days", "1")
	f := o.facts(t, ref)
	if r, _ := f.RequestAt("request:q1"); r.Days != 14 || r.RemindAfter != 7 || !slices.ContainsFunc(f.Pauses, func(p claim.Pause) bool { return p.Key == "request:q1" && p.Until.IsZero() }) {
		t.Errorf("%+v, %+v", r, f.Pauses)
	}
	o.says(t, "request q1 of "+calendar.DateOf(time.Now()).String()+" (documents): de getekende opdracht; ...", "claim", "show", id)
	o.refuses(t, 2, "task answer-request:q2 ends when the request is answered (claim answer)", "claim", "done", id, "answer-request:q2", "--reason", "x")
	o.refuses(t, 2, "--reason: permission is given or refused for a reason", "claim", "answer", id, "q2", "no")
	o.refuses(t, 2, "permission is answered with yes or no", "claim", "answer", id, "q2", "perhaps")
	o.refuses(t, 2, "the claim has no request q9; right would be one of [q1 q2 q3]", "claim", "answer", id, "q9", "x")
	o.says(t, "recorded", "claim", "answer", id, "q2", "no", "--reason", "the debtor can pay at once")
	o.says(t, "recorded", "claim", "answer", id, "q3", "yes, from the day after the due date")
	o.says(t, "recorded", "claim", "answer", id, "q1", "it came by e-mail")
	for _, line := range []string{"(documents): de getekende opdracht; answered on ", "the debtor can pay at once", "two parts of 50; answered on "} {
		o.says(t, line+"...", "claim", "show", id)
	}
	if _, err := o.store.StartAgreement(t.Context(), ref.ClientID, calendar.DateOf(time.Now()), postgres.Actor{Name: "operator", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
	var counted struct{ Years []agreement.CallBackYear }
	if err := json.Unmarshal([]byte(o.says(t, "...", "client", "call-backs", "BAS", "--json")), &counted); err != nil || len(counted.Years) == 0 || counted.Years[len(counted.Years)-1].CallBacks < 1 {
		t.Errorf("%+v, %v", counted, err)
	}
	o.says(t, "AGREEMENT YEAR FROM...", "client", "call-backs", "BAS")
	o.refuses(t, 2, "there is no client NONE", "client", "call-backs", "NONE")
}

// An upheld dispute: the client hears its options and prices by e-mail, the claim closes at no cost, and work that it agrees to is billed.
func TestTheClientOfAnUpheldDisputeGoesOn(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE"})[0]
	o.started(t, ref)
	id := ref.ClaimID
	o.says(t, "recorded with key d1; ...", "claim", "dispute", id, "never ordered", "--key", "d1")
	o.refuses(t, 2, "no cure, no pay holds", "claim", "agreed", id, "draft-summons", "--reason", "by e-mail", "--key", "a0")
	o.says(t, "recorded", "claim", "judge", id, "d1", "upheld", "--reason", "there is no order")
	if err := o.teller.heard(t.Context(), ref); err != nil {
		t.Fatal(err)
	}
	o.moveTo(t, ref, time.Now().AddDate(0, 0, 7)) // the office is closed for four days at most
	f := o.facts(t, ref)
	if f.Status != claim.StatusUpheld {
		t.Fatalf("%s", f.Status)
	}
	letters, err := o.store.LettersOf(t.Context(), ref)
	if err != nil || len(letters) == 0 || !strings.Contains(letters[len(letters)-1].Body, "€ 350,00") {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	mails, err := o.stack.sink.ByMessageID(letters[len(letters)-1].MessageID)
	if err != nil || len(mails) != 1 || !slices.Contains(mails[0].To, "client@voorbeeld.example") {
		t.Errorf("%+v, %v", mails, err)
	}
	if billed, err := o.store.Billables(t.Context(), ref); err != nil || len(billed) != 0 {
		t.Errorf("%+v, %v", billed, err)
	}
	o.refuses(t, 2, `"petition" is not one of [legal-work draft-summons `, "claim", "agreed", id, "petition", "--reason", "x")
	o.refuses(t, 2, "bailiff-demand is not offered to plan premium: its file has no price for it (dunning agreement plans)", "claim", "agreed", id, "bailiff-demand", "--reason", "x")
	o.refuses(t, 2, "fixed-court is only for a claim that is not disputed", "claim", "agreed", id, "fixed-court", "--reason", "x")
	o.refuses(t, 2, "--reason: how did the client agree?", "claim", "agreed", id, "draft-summons")
	o.refuses(t, 2, "--times: 0; right would be 1 to 1000", "claim", "agreed", id, "legal-work", "--times", "0", "--reason", "x")
	o.refuses(t, 2, "--key: is missing; right would be a name of this order, the same one when it is told again, as legal-work-20", "claim", "agreed", id, "legal-work", "--times", "2", "--reason", "by telephone")
	for _, said := range []string{"recorded", "told before with key a1; nothing changed (another one that is equal needs a --key of its own)"} {
		o.says(t, said, "claim", "agreed", id, "legal-work", "--times", "2", "--reason", "by telephone", "--key", "a1")
	}
	billed, err := o.store.Billables(t.Context(), ref)
	if err != nil || len(billed) != 1 || billed[0].Net.String() != "330.00" || billed[0].Total.String() != "399.30" {
		t.Errorf("%+v, %v", billed, err)
	}
	charge := "agreed-costs:" + id + ":a1"
	o.says(t, "the client is billed 330.00 + 69.30 VAT = 399.30 for agreed-costs on "+time.Now().In(calendar.Amsterdam).Format("2006-01-02")+", key "+charge+": ...", "claim", "show", id)
	o.refuses(t, 2, "the reason is empty", "claim", "reverse-charge", id, charge)
	o.refuses(t, 2, "the claim has no charge a1; claim show tells the keys", "claim", "reverse-charge", id, "a1", "--reason", "one hour")
	for _, said := range []string{saidRecorded, saidKnown} {
		o.says(t, said, "claim", "reverse-charge", id, charge, "--reason", "it was one hour")
	}
	o.refuses(t, 2, "charge "+charge+" was taken back on ", "claim", "agreed", id, "legal-work", "--times", "2", "--reason", "by telephone", "--key", "a1")
	o.refuses(t, 2, "was recorded before with other particulars", "claim", "reverse-charge", id, charge, "--reason", "it was free")
	o.says(t, ": it was one hour\n...", "claim", "show", id)
}

// What is billed beside the price is told with it, in words.
func TestThePriceTellsWhatIsBilledBesideIt(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	p := settlement.Price{Exception: settlement.Withdrawal, Commission: money.MustParse("150.00"), Share: money.MustParse("150.00"), Beside: money.MustParse("163.07")}
	if err := printPrice(&out, p, "dunning claim withdraw ID --confirm 0.00"); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"less what is billed beside it (see below)", "beside it 163.07 before VAT is billed, the agency's part of what the client received itself\n"} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("%q is not in\n%s", part, out.String())
		}
	}
}
