package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
	"github.com/incassocenter/dunning/internal/money"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/trajectory"
	"github.com/incassocenter/dunning/workflows"
)

// endedBy is the command that a fact says it is ended with.
func endedBy(t *testing.T, said string) []string {
	t.Helper()
	_, command, found := strings.Cut(strings.TrimSpace(said), "; end it with: dunning ")
	if !found {
		t.Fatalf("it does not say what ends it: %q", said)
	}
	return strings.Fields(strings.Replace(command, "rejected|upheld", "rejected", 1))
}

func TestFactCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer PRE"})[0]
	o.started(t, ref)
	id, today := ref.ClaimID, calendar.DateOf(time.Now())
	o.says(t, "recorded with key q9; end it with: dunning claim answer "+id+" q9 yes|no --reason TEXT", "claim", "request", id, "permission", "two parts of 500 euros", "--key", "q9")

	said := o.says(t, "recorded with key ...", "claim", "hold", id, "--reason", "the client asked")
	o.refuses(t, 2, "the claim is on hold already", "claim", "hold", id)
	if shown := o.says(t, "...", "claim", "show", id); !strings.Contains(shown, ": from "+today.String()+" until it is resumed; end it with: "+strings.Join(append([]string{"dunning"}, endedBy(t, said)...), " ")+"\n") {
		t.Errorf("the key of the hold is not shown:\n%s", shown)
	}
	o.says(t, "recorded", "claim", "resume", id) // the only one
	o.refuses(t, 2, "no hold is in force or to come", "claim", "resume", id)
	o.says(t, saidKnown, endedBy(t, said)...)
	o.says(t, "recorded with key h1; end it with: dunning claim resume "+id+" h1", "claim", "hold", id, "--key", "h1", "--until", today.AddDays(3).String())
	o.says(t, "told before with key h1; nothing changed (another one that is equal needs a --key of its own); end it with: dunning claim resume "+id+" h1", "claim", "hold", id, "--key", "h1", "--until", today.AddDays(3).String())
	o.refuses(t, 2, "hold:h1 was recorded before with other particulars", "claim", "hold", id, "--key", "h1")
	o.says(t, "recorded", "claim", "resume", id, "h1")
	o.refuses(t, 2, "hold h1 has ended; use another key for a new hold", "claim", "hold", id, "--key", "h1", "--until", today.AddDays(3).String())
	o.says(t, "recorded with key h2; end it with: dunning claim resume "+id+" h2", "claim", "hold", id, "--key", "h2", "--until", today.AddDays(3).String())
	o.refuses(t, 2, "until 9999-12-31 is more than 5 years ahead", "claim", "hold", id, "--key", "h3", "--until", "9999-12-31")
	o.refuses(t, 2, "hold none is not in force", "claim", "resume", id, "none")
	o.refuses(t, 2, "--until: ", "claim", "hold", id, "--until", "tomorrow")

	o.says(t, "recorded with key ...", "claim", "hold", id, "--from", today.AddDays(20).String(), "--key", "h4")
	o.refuses(t, 2, "HOLD: the claim has several; right would be one of [h2 h4]", "claim", "resume", id)
	o.says(t, "recorded", "claim", "resume", id, "h4")
	said = o.says(t, "recorded with key ...", "claim", "dispute", id, "the goods never arrived")
	if shown := o.says(t, "...", "claim", "show", id); !strings.Contains(shown, "; end it with: "+strings.Join(append([]string{"dunning"}, endedBy(t, said)[:4]...), " ")+" rejected|upheld") {
		t.Errorf("the key of the dispute is not shown:\n%s", shown)
	}
	o.says(t, "recorded", endedBy(t, said)...)
	o.refuses(t, 2, "there is no open dispute none; right would be to record what the debtor disputes first", "claim", "judge", id, "none", "upheld", "--reason", "x")
	o.refuses(t, 2, "--reason: a dispute is judged for a reason", "claim", "judge", id, "none", "upheld")
	o.refuses(t, 2, `"perhaps" is neither rejected nor upheld; right would be one of them`, "claim", "judge", id, "d1", "perhaps")

	o.says(t, "recorded\n...", "claim", "pay", id, "250,00", "--key", "p1", "--on", today.AddDays(-1).String())
	o.says(t, "told before with key p1; nothing changed...", "claim", "pay", id, "€ 250.00", "--key", "p1")
	number := o.facts(t, ref).Invoices[0].Number
	credited := []string{"claim", "pay", id, "1", "--kind", "credit-note", "--invoice", number}
	o.says(t, "recorded\nowed on "+today.String()+"...", credited...)
	o.says(t, "told before with key credit-note-"+today.String()+"-1.00-"+number+"; nothing changed (another one that is equal needs a --key of its own)...", append(credited, "--on", today.String())...)
	o.says(t, "told before with key credit-note-"+today.String()+"-1.00-"+number+"; nothing changed...", "claim", "pay", id, "1", "--kind", "credit-note") // of the only invoice: the same one
	o.says(t, "recorded\nowed on "+today.String()+"...", "claim", "pay", id, "1", "--kind", "credit-note", "--key", "the-second-of-today")
	old := "credit-note-" + today.String() + "-2.00" // as it was named without its invoice
	o.says(t, "recorded\nowed on "+today.String()+"...", "claim", "pay", id, "2", "--kind", "credit-note", "--key", old)
	for _, more := range [][]string{nil, {"--invoice", number}} {
		o.says(t, "told before with key "+old+"; nothing changed...", append([]string{"claim", "pay", id, "2", "--kind", "credit-note"}, more...)...)
	}
	o.refuses(t, 2, "invoice none is not one of this claim", "claim", "pay", id, "2", "--kind", "credit-note", "--invoice", "none")
	o.refuses(t, 2, "a write-off of 5.01 is more than one person lets go of a claim: at most 5.00 in all", "claim", "pay", id, "5,01", "--kind", "write-off")
	o.refuses(t, 2, "invoice none is not one of this claim; right would be one of "+number+" (", "claim", "pay", id, "1", "--kind", "credit-note", "--invoice", "none")
	o.refuses(t, 2, "invoice "+number+": only a credit note credits one invoice, not paid-to-client; right would be no invoice", "claim", "pay", id, "1", "--invoice", number)
	o.refuses(t, 2, "is credit-note of 1.00 on "+today.String()+" already", "claim", "correct", id, "credit-note-"+today.String()+"-1.00-"+number, "--invoice", number, "--reason", "x")
	o.refuses(t, 2, "settlement:p1 was recorded before with other particulars", "claim", "pay", id, "250,01", "--key", "p1")
	o.refuses(t, 2, "book it with `dunning receipts add`", "claim", "pay", id, "250,00", "--kind", "paid-to-agency")
	o.refuses(t, 2, `--kind: "gift" is not one of [paid-to-client credit-note `, "claim", "pay", id, "250,00", "--kind", "gift")
	o.refuses(t, 2, "AMOUNT: ", "claim", "pay", id, "1.234")
	o.refuses(t, 2, "more than 0.00", "claim", "pay", id, "0")
	o.refuses(t, 2, "--on: ", "claim", "pay", id, "1", "--on", "31-6-2026")
	o.refuses(t, 2, "value date 1990-01-01 is before the claim's oldest invoice; right would be a day from ", "claim", "pay", id, "1", "--on", "1990-01-01")
	o.refuses(t, 2, "99999999999.99 is more than 10 times what can be owed, a typing error: ", "claim", "pay", id, "99999999999,99")
	o.refuses(t, 2, "invoice "+number+": a credit note of 1000.00 is more than what earlier ones left of it; right would be at most 996.00", "claim", "pay", id, "1000", "--kind", "credit-note")

	o.says(t, "recorded", "claim", "flag", id, "email-bounced")
	o.says(t, "it was so already; nothing changed", "claim", "flag", id, "email-bounced")
	o.says(t, "recorded", "claim", "flag", id, "email-bounced", "--clear")
	o.says(t, "it was so already; nothing changed", "claim", "flag", id, "email-bounced", "--clear")
	o.says(t, "recorded", "claim", "flag", id, "address-unknown")
	o.refuses(t, 2, `"poor" is not one of bankrupt, wsnp, deceased, guardianship, administration, minor, debt-counselling, vulnerable, address-unknown, email-bounced`, "claim", "flag", id, "poor")
	o.refuses(t, 2, "--since: 1826-12-01 is no day of a claim; right would be a day from 1900-01-01", "claim", "flag", id, "bankrupt", "--since", "1826-12-01")
	o.says(t, "recorded", "claim", "remark", id, "called", "--key", "r1")
	o.refuses(t, 2, "remark:r1 was recorded before", "claim", "remark", id, "called again", "--key", "r1")
	o.refuses(t, 2, "there is no task none", "claim", "done", id, "none")
	o.refuses(t, 2, "no letter of step reminder is in state unknown", "claim", "trace", id, "reminder", "delivered")
	o.refuses(t, 2, `"lost" is not delivered, not-delivered, never-left or returned`, "claim", "trace", id, "reminder", "lost")
	o.refuses(t, 2, "receipt none does not wait: nobody knows it; right would be one that does: dunning receipts queue", "receipts", "assign", "none", id)
	o.refuses(t, 2, "refused: there is nothing to decide before the escalation advice", "claim", "decide", id, "court")
	o.refuses(t, 2, "there is nothing to decide before the escalation advice", "claim", "decide", id, "court", "--fixed-price")
	o.refuses(t, 2, "refused: there is nothing to decide before the escalation advice", "claim", "decide", id, "court", "--fixed-price", "--confirm", "598.95")
	o.refuses(t, 2, "--fixed-price: is of the court, not of close", "claim", "decide", id, "close", "--fixed-price")
	o.refuses(t, 2, "--confirm: is the price of --fixed-price", "claim", "decide", id, "court", "--confirm", "598.95")
	o.refuses(t, 2, "refused: ", "claim", "repair", id, "retry", "--reason", "x")
	o.refuses(t, 2, "--reason: a claim is closed for a reason", "claim", "close", id)

	f := o.facts(t, ref)
	var pauses []string
	for _, p := range f.Pauses {
		pauses = append(pauses, fmt.Sprintf("%s until %s %s", p.Kind, p.Until, p.Outcome))
	}
	slices.Sort(pauses)
	if want := []string{fmt.Sprintf("dispute until %s rejected", today), fmt.Sprintf("hold until %s ", today.AddDays(-1)), fmt.Sprintf("hold until %s ", today.AddDays(-1)), fmt.Sprintf("hold until %s ", today.AddDays(3)), fmt.Sprintf("hold until %s ", today.AddDays(19))}; !slices.Equal(pauses, want) {
		t.Errorf("%q, want %q", pauses, want)
	}
	if len(f.Settlements) != 4 || f.Settlements[0].On != today.AddDays(-1) || f.Settlements[0].Amount != money.MustParse("250.00") || f.Settlements[1].Kind != claim.CreditNote || f.Settlements[1].Invoice != number {
		t.Errorf("%+v", f.Settlements)
	}
	if len(f.Flags) != 1 || f.Flags[0].Kind != claim.FlagAddressUnknown {
		t.Errorf("%+v", f.Flags)
	}
	o.says(t, "done; next: ...", "claim", "withdraw", id, "--confirm", o.price(t, ref).String())
	o.refuses(t, 2, "the claim is withdrawn", "claim", "dispute", id, "x")
	o.refuses(t, 2, "the claim is withdrawn: it has ended, and takes this no more; right would be a remark", "claim", "hold", id)
	o.says(t, "recorded...", "claim", "remark", id, "wants it on hold")
	o.refuses(t, 2, "the claim is withdrawn", "claim", "flag", id, "email-bounced")
	o.refuses(t, 2, "the claim is withdrawn already", "claim", "withdraw", id)
}

func TestReceiptCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "consumer BAS"})[0]
	today := calendar.DateOf(time.Now())
	first, second, third := today.AddDays(-22), today.AddDays(-21), today.AddDays(-20) // longer than a receipt may wait, and not before the invoice
	tag := "cli" + number()
	named, found, trifle := tag+"-named", tag+"-found", tag+"-trifle"
	allocated := "booked; allocated to claim " + ref.ClaimID
	told := []string{"receipts", "add", named, "13,37", "--on", second.String(), "--iban", "nl20 ingb 0001 2345 67", "--payer", "R. Voorbeeld-Onbekend", "--remittance"}
	o.says(t, allocated+"\n...", append(slices.Clone(told), o.reference(t, ref))...)
	o.refuses(t, 2, "receipt "+named+" was booked before with another amount, account, payer or text", append(slices.Clone(told), "rekening")...)

	told[2] = found
	told = append(told, "rekening")
	const waits = "booked; it waits until it is allocated: dunning receipts assign "
	o.says(t, waits+found+" CLAIM", told...)
	o.says(t, strings.Replace(waits, "booked", "booked already; nothing changed", 1)+found+" CLAIM", told...)
	dated := slices.Clone(told)
	dated[5] = third.String()
	o.says(t, "booked already with value date "+second.String()+"; nothing changed (if that is wrong: dunning claim correct --on, when it is allocated); it waits...", dated...)
	o.says(t, waits+trifle+" CLAIM", "receipts", "add", trifle, "0.01", "--on", first.String())
	o.refuses(t, 2, "receipt "+found+" was booked before with another amount", "receipts", "add", found, "13,38")

	foreign := func(row string) bool { return !strings.HasPrefix(row, tag) } // other tests have receipts that wait
	rows := slices.DeleteFunc(printed(o.says(t, "together...", "receipts", "queue")), foreign)
	age := func(on calendar.Date) string {
		days := today.WorkingDaysSince(on) // more than the term of two
		return fmt.Sprintf("%s | %d, %d over", on, days, days-2)
	}
	if want := []string{trifle + " | " + age(first) + " | 0.01 |  |  | ", found + " | " + age(second) + " | 13.37 | R. Voorbeeld-Onbekend NL20INGB0001234567 | rekening | "}; len(rows) != 2 || !strings.HasPrefix(rows[0], want[0]) || !strings.HasPrefix(rows[1], want[1]) {
		t.Errorf("%q, want %q", rows, want)
	}
	var list struct{ Receipts []postgres.Receipt }
	if err := json.Unmarshal([]byte(o.says(t, "...", "receipts", "queue", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	want := postgres.Receipt{Key: found, Amount: money.MustParse("13.37"), On: second, IBAN: "NL20INGB0001234567", Payer: "R. Voorbeeld-Onbekend", Remittance: "rekening"}
	if !slices.Contains(list.Receipts, want) {
		t.Errorf("%+v", list.Receipts)
	}

	for _, key := range []string{found, trifle} {
		o.says(t, "\nowed on "+today.String()+": principal ...", "receipts", "assign", key, ref.ClaimID)
	}
	again := "booked already; allocated to claim " + ref.ClaimID + "; nothing changed"
	o.says(t, again, told...)
	o.says(t, again+"; it counts from "+second.String()+" (if that is wrong: dunning claim correct "+ref.ClaimID+" "+found+" --on DAY)", dated...)
	o.says(t, "recorded\n...", "claim", "correct", ref.ClaimID, found, "--on", third.String(), "--reason", "the bank's day")
	o.says(t, "booked already; allocated to claim "+ref.ClaimID+" and corrected since; nothing changed", told...)
	ahead := []string{"receipts", "add", tag + "-ahead", "1", "--on", today.AddDays(1).String(), "--remittance", o.reference(t, ref)}
	o.says(t, allocated+"; it counts from "+today.String()+", when it is known, because its value date "+today.AddDays(1).String()+" has not come yet\nowed on "+today.String()+"...", ahead...)
	if rows := slices.DeleteFunc(printed(o.says(t, "together...", "receipts", "queue")), foreign); len(rows) != 0 {
		t.Errorf("still waiting: %q", rows)
	}
	var paid money.Amount
	for _, s := range o.facts(t, ref).Settlements {
		paid += s.Amount
	}
	if paid != money.MustParse("27.75") {
		t.Errorf("%s paid", paid)
	}

	for why, args := range map[string][]string{
		"KEY: is empty": {" ", "1"}, "AMOUNT: ": {tag, "much"}, "AMOUNT: 0.00 is not more than 0.00; right would be at least 0.01": {tag, "0"}, "--on: date": {tag, "1", "--on", "2026-13-01"},
		"--on: 0001-01-01 cannot be the value date of a receipt; right would be a day from 2000-01-01": {tag, "1", "--on", "0001-01-01"},
		`--iban: IBAN "NL00ABNA0417164300" has check digits 00; for this account they would be 91`:     {tag, "1", "--iban", "NL00ABNA0417164300"},
	} {
		o.refuses(t, 2, why, append([]string{"receipts", "add"}, args...)...)
	}
}

// A letter cannot be printed because of the debtor's name: an operator corrects the name, asks for another try, and the letter leaves.
func TestANameThatCannotBePrintedIsCorrected(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE", name: "Onleesbaar " + unprintable + " B.V."})[0]
	o.started(t, ref)
	if _, err := o.teller.travel.MoveTo(t.Context(), workflows.ClaimID(ref.ClaimID), o.state(t, ref).Next.Due.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := poll(t.Context(), func() (bool, error) { return o.facts(t, ref).Attention != nil, nil }); err != nil {
		t.Fatal(err)
	}
	o.says(t, "why: reminder could not be done (BadData): an operator repairs...", "claim", "show", ref.ClaimID)
	o.refuses(t, 2, "--name is empty; right would be: name of the debtor", "claim", "debtor", ref.ClaimID, "--name", " ")
	o.refuses(t, 2, `--postcode "12345" is not a Dutch postcode; right would be 1234 AB`, "claim", "debtor", ref.ClaimID, "--name", "x", "--postcode", "12345")
	o.refuses(t, 2, "--attention has the character '\\u202e' (U+202E), which no letter can print; right would be a spelling in Latin letters", "claim", "debtor", ref.ClaimID, "--name", "x", "--attention", "x\u202e")
	o.says(t, "changed debtor, attention; it stands in the file of 1 claim(s)", "claim", "debtor", ref.ClaimID, "--name", "Leesbaar Voorbeeld B.V.", "--attention", "de administratie")
	o.says(t, "nothing changed: the debtor has these particulars already", "claim", "debtor", ref.ClaimID, "--name", "Leesbaar Voorbeeld B.V.")
	o.refuses(t, 2, "refused: it is not summons that needs attention, but reminder (BadData); look at it again and repair that", "claim", "repair", ref.ClaimID, "skip", "--step", "summons", "--reason", "x")
	o.says(t, "done; next: ...", "claim", "repair", ref.ClaimID, "retry", "--step", "reminder", "--reason", "the name is corrected")
	if _, err := o.teller.letterLeft(t.Context(), ref, "reminder"); err != nil {
		t.Fatal(err)
	}
	letters, err := o.store.LettersOf(t.Context(), ref)
	if err != nil || len(letters) != 1 || !strings.Contains(letters[0].Body, "Leesbaar Voorbeeld B.V.") {
		t.Errorf("%d letters, %v", len(letters), err)
	}
	if f := o.facts(t, ref); f.Attention != nil {
		t.Errorf("%+v", f.Attention)
	}
	o.says(t, "debtor-corrected...", "claim", "show", ref.ClaimID)
}

// Neither mail nor post reaches the debtor any more: the claim asks for an address, and goes on by itself when it has one.
func TestAnAddressThatIsFoundSendsTheClaimOn(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	ref := o.handOver(t, debtor{who: "company PRE", email: "weg+bounce@debiteur.example"})[0]
	o.started(t, ref)
	if _, err := o.teller.letterLeft(t.Context(), ref, "reminder"); err != nil { // by post, after the mail bounced
		t.Fatal(err)
	}
	asked := func(open bool) {
		t.Helper()
		task := claim.Task{Key: trajectory.FindAddress, Open: open}
		if err := poll(t.Context(), func() (bool, error) { return slices.Contains(o.facts(t, ref).Tasks, task), nil }); err != nil {
			t.Fatal(err)
		}
	}
	o.says(t, "recorded", "claim", "flag", ref.ClaimID, "address-unknown")
	asked(true)
	o.says(t, "changed email; it stands in the file of 1 claim(s)", "claim", "debtor", ref.ClaimID, "--email", "gevonden@debiteur.example")
	asked(false)
	if _, err := o.teller.letterLeft(t.Context(), ref, "sticker-reminder"); err != nil {
		t.Fatal(err)
	}
	letters, err := o.store.LettersOf(t.Context(), ref)
	if err != nil || len(letters) != 3 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	mails, err := o.stack.sink.ByMessageID(letters[2].MessageID)
	if err != nil || len(mails) != 1 || !slices.Contains(mails[0].To, "gevonden@debiteur.example") {
		t.Errorf("%+v, %v", mails, err)
	}
	if flags := o.facts(t, ref).Flags; len(flags) != 1 || flags[0].Kind != claim.FlagAddressUnknown {
		t.Errorf("%+v", flags)
	}
}

// A bankruptcy that is known days later: every claim of the debtor stops, owes no interest from its day, and goes on when it was a mistake.
func TestStopFlagCommands(t *testing.T) {
	t.Parallel()
	o := sharedOffice(t)
	who := debtor{who: "consumer BAS", name: "Roos Voorbeeld-Gestopt " + number(), street: "Voorbeeldstraat 900", ahead: true}
	refs := o.handOver(t, who, who)
	for _, ref := range refs {
		o.started(t, ref)
	}
	id, today := refs[0].ClaimID, calendar.DateOf(time.Now())
	since := today.AddDays(-10)
	o.refuses(t, 2, "in the future; right would be a day up to and including "+today.String(), "claim", "flag", id, "bankrupt", "--since", today.AddDays(1).String())
	o.refuses(t, 2, "--since: ", "claim", "flag", id, "bankrupt", "--since", "soon")
	o.refuses(t, 2, "email-bounced counts from the day on which it is known", "claim", "flag", id, "email-bounced", "--since", since.String())
	for _, said := range []string{"recorded", "it was so already; nothing changed"} {
		o.says(t, said, "claim", "flag", id, "bankrupt", "--since", since.String())
	}
	late := o.handOver(t, who)[0]
	for _, ref := range append(refs, late) {
		asked := func() (bool, error) {
			return slices.Contains(o.facts(t, ref).Tasks, claim.Task{Key: "stopped:bankrupt", Open: true}), nil
		}
		if err := poll(t.Context(), asked); err != nil {
			t.Fatal(err)
		}
		o.says(t, "why: the debtor is bankrupt: lodge the claim with the trustee...", "claim", "show", ref.ClaimID)
		o.says(t, "interest is stated up to "+since.AddDays(-1).String()+": none runs by law from "+since.String()+"...", "claim", "show", ref.ClaimID)
		o.says(t, "no interest from "+since.String()+"...", "explain", ref.ClaimID)
	}
	o.says(t, "while task stopped:bankrupt waits: dunning goes on when the flag is cleared (dunning claim flag "+id+" bankrupt --clear)...", "claim", "show", id)
	o.says(t, "recorded", "claim", "done", id, "stopped:bankrupt", "--reason", "lodged")
	o.says(t, "next: nothing until the flag is cleared: dunning claim flag "+id+" bankrupt --clear; staff is asked about it on...", "claim", "show", id)
	o.refuses(t, 2, "right would be a day from "+since.String()+" (it never was so)", "claim", "flag", id, "bankrupt", "--clear", "--since", since.AddDays(-1).String())
	o.says(t, "recorded", "claim", "flag", late.ClaimID, "bankrupt", "--clear", "--since", since.String())
	for _, ref := range append(refs, late) {
		f := o.facts(t, ref)
		if len(f.StoppedBy(today)) != 0 || len(f.NoInterest(today)) != 0 || slices.ContainsFunc(f.Tasks, func(task claim.Task) bool { return task.Open && task.Key == "stopped:bankrupt" }) {
			t.Errorf("%+v, %+v", f.Flags, f.Tasks)
		}
	}
	o.says(t, "write to the guardian only...", "claim", "flag", "--help")
}
