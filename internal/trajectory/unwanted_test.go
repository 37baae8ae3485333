package trajectory_test

import (
	"strings"
	"testing"
)

// A task that has nothing left to do ends by itself, with why; one that still has stays, also of a claim that is paid.
func TestTasksThatHaveNothingLeftToDo(t *testing.T) {
	t.Parallel()
	const (
		disputed     = "consumer; 2026-10-05 reminder by email; 2026-10-07 disputed; task judge-dispute:d open; task late-judgement:d open"
		asked        = "consumer; 2026-10-05 reminder by email; task answer-request:q open; task unanswered-request:q open"
		address      = "consumer; no-email; 2026-10-05 address-unknown; task find-address open"
		trifle       = "consumer; 2026-10-05 reminder by email; 2026-10-06 paid 997.00; task small-balance open"
		interest     = "consumer; 2025-09-04 due; 2026-10-06 paid 1000.00; task interest-only open"
		wrong        = "consumer; 2026-10-05 reminder by email; 2026-10-13 sticker-reminder by email; task correct-letter:sticker-reminder open"
		tooMuch      = wrong + "; 2026-10-10 paid 600.00 known 2026-10-15"
		toCourt      = "company; 2026-10-20 advised; 2026-10-22 decided court; task hand-over-to-court open"
		arranged     = "consumer; 2026-10-05 reminder by email; 2026-10-05 paid 300.00; 2026-10-06 arranged 3 x 234.50 monthly from 2026-10-07; 2026-10-06 arrangement:a by email; task review-arrangement:a open"
		takenBack    = arranged + "; 2026-10-08 taken-back 300.00"
		interrupt    = "company; 2026-10-20 advised; task interrupt:2026-12-01 open"
		bankrupt     = "company; 2026-10-05 reminder by email; 2026-10-10 flagged bankrupt until 2026-10-20; task bankrupt-ended:2026-10-21 open"
		restructured = "consumer; 2026-10-05 reminder by email; 2026-10-10 flagged wsnp until 2026-10-20; task wsnp-ended:2026-10-21 open"
		askAgain     = "company; 2026-10-20 advised; 2026-10-22 taken-back-from-court; task ask-client-again:withdrawn open"
		upheldThere  = toCourt + "; 2026-10-22 status court; 2026-10-23 disputed; 2026-10-23 upheld; task ask-client-again:d open"
		inDispute    = toCourt + "; 2026-10-22 status court; 2026-10-23 disputed; task judge-dispute:d open"
	)
	for _, c := range []struct{ name, story, want string }{
		{"disputed", disputed, ""},
		{"disputed and paid: there is nothing to judge any more, a paid claim takes no judgement", disputed + "; 2026-10-14 paid 2000.00", "judge-dispute:d: nothing is owed any more; late-judgement:d: nothing is owed any more"},
		{"disputed and paid in part", disputed + "; 2026-10-14 paid 500.00", ""},
		{"disputed and on hold", disputed + "; 2026-10-14 held until 2026-11-20", ""},
		{"disputed and bankrupt", disputed + "; 2026-10-14 flagged bankrupt", ""},
		{"disputed and withdrawn", disputed + "; 2026-10-14 withdrawn", "judge-dispute:d: the client withdrew the claim; late-judgement:d: the client withdrew the claim"},
		{"disputed and closed", disputed + "; 2026-10-14 operator-closed; 2026-10-14 status closed", "judge-dispute:d: the claim is closed; late-judgement:d: the claim is closed"},

		{"the client is asked something, and its claim goes on", asked, ""},
		{"and it is withdrawn", asked + "; 2026-10-14 withdrawn", "answer-request:q: the client withdrew the claim; unanswered-request:q: the client withdrew the claim"},

		{"an address to find", address, ""},
		{"that, and on hold", address + "; 2026-10-14 held until 2026-11-20", ""},
		{"the claim is paid", address + "; 2026-10-14 paid 2000.00; 2026-10-14 status paid", "find-address: the claim is paid"},
		{"the claim is withdrawn, and nobody writes to that debtor any more", address + "; 2026-10-14 withdrawn", "find-address: the client withdrew the claim"},
		{"the claim goes to the court, which needs one too", toCourt + "; 2026-10-22 status court; task find-address open", ""},

		{"a trifle", trifle, ""},
		{"a trifle, paid", trifle + "; 2026-10-14 paid 50.00", "small-balance: nothing is owed any more"},
		{"a trifle, let go", trifle + "; 2026-10-14 let-go 50.00", "small-balance: nothing is owed any more"},
		{"a trifle no more: the payment was taken back", "consumer; 2026-10-05 reminder by email; task small-balance open", "small-balance: 1005.48 is owed: sticker-reminder is due 8 days after the previous step (2026-10-05); its day was 2026-10-13, and it was not done then"},
		{"that, while it is disputed", "consumer; 2026-10-05 reminder by email; task small-balance open; 2026-10-14 disputed", "small-balance: 1005.48 is owed: the debtor disputes the claim: everything waits for a judgement, by 2026-10-28"},
		{"a trifle that is disputed waits", trifle + "; 2026-10-14 disputed", ""},
		{"a trifle of a claim that is closed", trifle + "; 2026-10-14 operator-closed", "small-balance: an operator closed the claim: settled out of court"},

		{"interest only", interest, ""},
		{"interest only, paid", interest + "; 2026-10-14 paid 500.00", "interest-only: nothing is owed any more"},
		{"interest only, on hold", interest + "; 2026-10-14 held until 2026-11-20", ""},
		{"the principal is owed again", "consumer; 2025-09-04 due; task interest-only open", "interest-only: 1052.20 is owed: reminder is due 0 days after hand-over (2026-10-05); its day was 2026-10-05, and it was not done then"},

		{"a letter that asked too much", tooMuch, ""},
		{"and a correction of it left", tooMuch + "; 2026-10-16 correction:sticker-reminder by email asked 400.00 corrects sticker-reminder@2026-10-13=40000", "correct-letter:sticker-reminder: a correction left on 2026-10-16"},
		{"a person told it before, and less was owed", strings.Replace(tooMuch, "open", "open told sticker-reminder@2026-10-13=60000", 1), ""},
		{"a person told it before, and no less is known any more", strings.Replace(tooMuch, "open", "open told sticker-reminder@2026-10-13=40000", 1), "correct-letter:sticker-reminder: a person has told the debtor"},
		{"and the rest is paid: the debtor is still to be told", tooMuch + "; 2026-10-20 paid 2000.00", ""},
		{"and the claim was closed", tooMuch + "; 2026-10-20 operator-closed; 2026-10-20 status closed", ""},
		{"the payment was taken back: the letter was right", wrong, "correct-letter:sticker-reminder: what made the letter wrong was taken back: it asked what was owed"},
		{"another letter was wrong", "consumer; 2026-10-05 reminder by email; 2026-10-01 paid 600.00 known 2026-10-15; task correct-letter:14-day-letter open", "correct-letter:14-day-letter: what made the letter wrong was taken back: it asked what was owed"},

		{"an arrangement of which a payment before it was taken back", takenBack, ""},
		{"that, while it is disputed", takenBack + "; 2026-10-14 disputed", ""},
		{"its reminder left, and its term runs", takenBack + "; 2026-10-19 arrangement:a/1 by email", ""},
		{"it lapsed: nobody can end it", strings.Replace(takenBack, "2026-10-06 arrangement:a by email", "2026-10-06 arrangement:a by email; 2026-10-10 arrangement:a/1 by email", 1), "review-arrangement:a: payment arrangement a is not in force any more"},
		{"the payment came after all", arranged, "review-arrangement:a: payment arrangement a can go on: payment arrangement: 234.50 of instalment 1 was due on 2026-10-07: one reminder, then the arrangement lapses"},
		{"it is ended, and another is agreed", strings.Replace(takenBack, "from 2026-10-07;", "from 2026-10-07 ended 2026-10-09;", 1), "review-arrangement:a: payment arrangement a is not in force any more"},
		{"of which staff was reminded: it stands", takenBack + "; task late-review:2026-10-16 open", ""},
		{"and ended since: both", strings.Replace(takenBack, "from 2026-10-07;", "from 2026-10-07 ended 2026-10-23;", 1) + "; task late-review:2026-10-16 open", "review-arrangement:a: payment arrangement a is not in force any more; late-review:2026-10-16: payment arrangement a is not in force any more"},
		{"of which staff was reminded: both", takenBack + "; task late-review:2026-10-16 open; 2026-10-20 withdrawn", "review-arrangement:a: the client withdrew the claim; late-review:2026-10-16: the client withdrew the claim"},
		{"the claim is paid", takenBack + "; 2026-10-20 paid 2000.00", "review-arrangement:a: nothing is owed any more"},
		{"the claim is withdrawn", takenBack + "; 2026-10-20 withdrawn", "review-arrangement:a: the client withdrew the claim"},

		{"for the court", toCourt, ""},
		{"at the court", toCourt + "; 2026-10-22 status court", ""},
		{"for the court, and withdrawn in the same moment", toCourt + "; 2026-10-22 withdrawn", "hand-over-to-court: the client withdrew the claim"},
		{"and closed as that", toCourt + "; 2026-10-22 withdrawn; 2026-10-22 status withdrawn", "hand-over-to-court: the claim is withdrawn"},
		{"for the court, and paid", toCourt + "; 2026-10-23 paid 2000.00", "hand-over-to-court: nothing is owed any more"},
		{"disputed before it is handed over", inDispute, ""},

		{"limitation to interrupt", interrupt, ""},
		{"that, of a claim that is closed", interrupt + "; 2026-10-22 operator-closed; 2026-10-22 status closed", "interrupt:2026-12-01: the claim is closed"},
		{"that, of one that is still to be closed", interrupt + "; 2026-10-22 operator-closed", ""},
		{"that, of one that is paid", interrupt + "; 2026-10-23 paid 2000.00; 2026-10-23 status paid", "interrupt:2026-12-01: the claim is paid"},
		{"that, of one for the court: only a summons interrupts it", toCourt + "; 2026-10-22 status court; task interrupt:2026-12-01 open", ""},
		{"how a debt restructuring ended", restructured, ""},
		{"it never was one", strings.Replace(restructured, "until 2026-10-20", "until 2026-10-09", 1), "wsnp-ended:2026-10-21: the flag wsnp says otherwise by now"},
		{"it goes on", restructured + "; 2026-10-22 flagged wsnp", "wsnp-ended:2026-10-21: the flag wsnp says otherwise by now"},
		{"it ended with a clean slate: the claim is closed", restructured + "; 2026-10-22 operator-closed", "wsnp-ended:2026-10-21: an operator closed the claim: settled out of court"},
		{"the hand-over, of which nobody has said how that ended", strings.Replace(toCourt, "company", "sole trader", 1) + "; 2026-10-22 status court; 2026-10-22 flagged wsnp until 2026-10-22", "hand-over-to-court: the debt restructuring (WSNP) of 2026-10-22 was over on 2026-10-23, and the claim is not handed over to the court until somebody has said how it ended: with a clean slate what is left cannot be enforced (art. 358 lid 1 Fw), so tell the client and let it take the case back (claim court withdrawn); if it ended without one (art. 350 Fw), or the claim does not fall under it (art. 299 Fw), say so (claim done)"},
		{"nor of a bankruptcy after which a company is dissolved", toCourt + "; 2026-10-22 status court; 2026-10-22 flagged bankrupt until 2026-10-22", "hand-over-to-court: the bankruptcy of 2026-10-22 was over on 2026-10-23, and the claim is not handed over to the court until somebody has said how it ended: lifted for want of assets (art. 16 Fw), or ended by insolvency, it dissolved the company (art. 2:19 lid 1 BW), so tell the client and let it take the case back (claim court withdrawn); if the order was annulled it never was (claim flag --clear --since its own day); if the company goes on after a composition (art. 161 Fw), or something is left for creditors (art. 2:23c BW), say so (claim done)"},
		{"how the bankruptcy of a company ended", bankrupt, ""},
		{"the order is annulled, and never was", strings.Replace(bankrupt, "until 2026-10-20", "until 2026-10-09", 1), "bankrupt-ended:2026-10-21: the flag bankrupt says otherwise by now"},
		{"the company left nothing: the claim is closed", bankrupt + "; 2026-10-22 operator-closed", "bankrupt-ended:2026-10-21: an operator closed the claim: settled out of court"},
		{"that, while it is on hold", restructured + "; 2026-10-22 held", ""},
		{"a client to ask what comes of its case", askAgain, ""},
		{"it is paid", askAgain + "; 2026-10-23 paid 2000.00", "ask-client-again:withdrawn: nothing is owed any more"},
		{"the client withdrew it", askAgain + "; 2026-10-23 withdrawn", "ask-client-again:withdrawn: the client withdrew the claim"},
		{"a client of the court to ask about an upheld dispute", upheldThere, ""},
		{"the debtor pays before the court all the same", upheldThere + "; 2026-10-24 paid 2000.00", "ask-client-again:d: nothing is owed any more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got string
			for _, x := range dropped(t, tell(c.story), "2026-10-24 12:00") {
				if got != "" {
					got += "; "
				}
				got += x.Task + ": " + x.Why
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
