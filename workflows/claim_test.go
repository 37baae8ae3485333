package workflows_test

import "testing"

// Days and letters of claims to which nothing happens. The amounts are the business of the trajectory's and the letters' own tests.
func TestSilence(t *testing.T) {
	tellAll(t, []story{
		{"a consumer of a Basis client: the default is to close", "consumer basis", nil, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-16 final-summons by email
			2026-11-24 escalation-advice by email
			2026-12-08 decision-reminder by email
			2026-12-25 decision by default: close
			2026-12-25 closed: closed`},
		{"a consumer of a Premium client: the default is monitoring, with a letter a year", "consumer premium", []string{"2028-11-30 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-16 final-summons by email
			2026-11-24 escalation-advice by email
			2026-12-08 decision-reminder by email
			2026-12-25 decision by default: monitoring
			2026-12-25 monitoring-started
			2027-12-27 monitoring-letter by post
			2028-11-30 close-requested
			2028-11-30 closed: closed`}, // the 25th and 26th of December 2027 are holidays, and a Sunday
		{"a company has no 14-day letter", "company basis", nil, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-17 decision-reminder by email
			2026-12-04 decision by default: close
			2026-12-04 closed: closed`},
		{"a sole trader acts in business too", "sole-trader basis", nil, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-17 decision-reminder by email
			2026-12-04 decision by default: close
			2026-12-04 closed: closed`},
		{"a consumer without e-mail: post takes two days, so the summons is later", "consumer basis no-email", nil, `
			2026-10-05 reminder by post
			2026-10-13 sticker-reminder by post
			2026-10-21 14-day-letter by post
			2026-11-09 summons by post
			2026-11-19 final-summons by post
			2026-11-27 escalation-advice by email
			2026-12-11 decision-reminder by email
			2026-12-28 decision by default: close
			2026-12-28 closed: closed`},
	})
}

// Once nothing is owed no letter leaves, at whatever stage, and whether or not the workflow hears of it at once.
func TestPayment(t *testing.T) {
	tellAll(t, []story{
		{"before the first letter", "consumer basis", []string{"2026-10-05 06:40 pays open"}, `
			2026-10-05 paid-to-client 1003.40
			2026-10-05 closed: paid`},
		{"after the reminder", "consumer basis", []string{"2026-10-08 21:00 pays demanded"}, `
			2026-10-05 reminder by email
			2026-10-08 paid-to-client 1000.00
			2026-10-08 closed: paid`},
		{"after the sticker reminder", "consumer basis", []string{"2026-10-20 12:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-20 paid-to-client 1005.04
			2026-10-20 closed: paid`},
		{"within the term of the 14-day letter, without costs", "consumer basis", []string{"2026-11-02 12:00 pays demanded"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-02 paid-to-client 1005.15
			2026-11-02 closed: paid`},
		{"after the summons, with costs", "consumer basis", []string{"2026-11-10 12:00 pays demanded"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-10 paid-to-client 1156.90
			2026-11-10 closed: paid`},
		{"after the advice, while the client decides", "consumer basis", []string{"2026-12-01 12:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-16 final-summons by email
			2026-11-24 escalation-advice by email
			2026-12-01 paid-to-client 1159.64
			2026-12-01 closed: paid`},
		{"in the third year of monitoring", "consumer premium", []string{"2029-03-01 12:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-16 final-summons by email
			2026-11-24 escalation-advice by email
			2026-12-08 decision-reminder by email
			2026-12-25 decision by default: monitoring
			2026-12-25 monitoring-started
			2027-12-27 monitoring-letter by post
			2028-12-27 monitoring-letter by post
			2029-03-01 paid-to-client 1162.93
			2029-03-01 closed: paid`},
		{"nobody tells the workflow: the register knows on the day of the next letter", "consumer basis", []string{"2026-10-08 21:00 pays open (no signal)"}, `
			2026-10-05 reminder by email
			2026-10-08 paid-to-client 1003.73
			2026-10-13 closed: paid`},
		{"told twice", "consumer basis", []string{"2026-10-08 21:00 pays open (two signals)"}, `
			2026-10-05 reminder by email
			2026-10-08 paid-to-client 1003.73
			2026-10-08 closed: paid`},
		{"in two parts, the days stay", "consumer basis", []string{"2026-10-08 21:00 pays 400.00", "2026-11-10 21:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-08 paid-to-client 400.00
			2026-10-13 sticker-reminder by email
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-10 paid-to-client 696.47
			2026-11-10 closed: paid`},
		{"all but a trifle: a person lets it go", "company basis", []string{"2026-10-20 21:00 pays 1160.00", "2026-10-29 10:00 let-go open"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-20 paid-to-client 1160.00
			2026-10-20 task: small-balance
			2026-10-29 write-off 3.12
			2026-10-29 task-dropped
			2026-10-29 closed: paid`},
		{"a receipt without a reference stops the letter until a person has allocated it", "consumer basis", []string{
			"2026-10-08 21:00 receipt 1000.00", "2026-10-15 10:00 assigned", "2026-10-15 11:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-13 task: allocate-receipt:bank-1
			2026-10-15 paid-to-agency 1000.00
			2026-10-15 closed: paid`},
	})
}

// What the debtor, the client or an operator says on the way.
func TestWhatIsSaid(t *testing.T) {
	tellAll(t, []story{
		{"a dispute that is rejected: its days do not count", "consumer basis", []string{
			"2026-10-15 12:00 disputes", "2026-10-25 12:00 judged rejected", "2026-11-30 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-15 dispute-raised
			2026-10-15 task: judge-dispute:d1
			2026-10-25 dispute-rejected
			2026-11-02 14-day-letter by email
			2026-11-18 summons by email
			2026-11-28 final-summons by email
			2026-11-30 close-requested
			2026-11-30 closed: closed`},
		{"a dispute that is upheld", "consumer basis", []string{"2026-10-15 12:00 disputes", "2026-10-25 12:00 judged upheld"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-15 dispute-raised
			2026-10-15 task: judge-dispute:d1
			2026-10-25 dispute-upheld
			2026-10-26 dispute-upheld by email
			2026-10-26 closed: upheld`},
		{"a dispute nobody tells the workflow of stops the letter all the same", "consumer basis", []string{
			"2026-10-12 12:00 disputes (no signal)", "2026-10-25 12:00 judged upheld"}, `
			2026-10-05 reminder by email
			2026-10-12 dispute-raised
			2026-10-13 task: judge-dispute:d1
			2026-10-25 dispute-upheld
			2026-10-26 dispute-upheld by email
			2026-10-26 closed: upheld`},
		{"held until a day", "company basis", []string{"2026-10-08 12:00 held 2026-10-20", "2026-11-02 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 held
			2026-10-24 sticker-reminder by email
			2026-10-30 summons by email
			2026-11-02 close-requested
			2026-11-02 closed: closed`},
		{"held and resumed", "company basis", []string{"2026-10-08 12:00 held", "2026-10-14 12:00 resumed", "2026-10-26 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 held
			2026-10-14 resumed
			2026-10-17 sticker-reminder by email
			2026-10-23 summons by email
			2026-10-26 close-requested
			2026-10-26 closed: closed`},
		{"the client withdraws", "consumer basis", []string{"2026-10-15 12:00 withdraws", "2026-10-15 12:01 withdraws"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-15 withdrawn
			2026-10-15 closed: withdrawn`},
		{"a dispute longer than the term to decide: its days do not count, and nobody decides meanwhile", "company basis", []string{
			"2026-11-10 10:00 disputes", "2026-11-20 10:00 decides close", "2026-12-20 10:00 judged rejected"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-10 dispute-raised
			2026-11-10 task: judge-dispute:d1
			2026-11-20 decides close refused: the debtor disputes the claim: it is judged first (requirement T14)
			2026-11-25 task: late-judgement:d1
			2026-12-20 dispute-rejected
			2026-12-28 decision-reminder by email
			2027-01-14 decision by default: close
			2027-01-14 closed: closed`},
		{"a cent short of the principal: no letter asks a cent", "company basis", []string{"2026-10-06 10:00 pays 999.99", "2026-10-20 10:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-06 paid-to-client 999.99
			2026-10-06 task: small-balance
			2026-10-20 close-requested
			2026-10-20 task-dropped
			2026-10-20 closed: closed`},
		{"a dispute in the night before the default, of which nobody told the workflow: nothing is decided", "company basis", []string{
			"2026-12-03 22:00 disputes (no signal)", "2026-12-05 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-17 decision-reminder by email
			2026-12-03 dispute-raised
			2026-12-04 task: judge-dispute:d1
			2026-12-05 close-requested
			2026-12-05 task-dropped
			2026-12-05 closed: closed`},
		{"the client decides: court; before the advice there is nothing to decide", "consumer basis", []string{
			"2026-10-15 12:00 decides court", "2026-11-25 12:00 decides maybe", "2026-11-25 12:10 decides court"}, `
			2026-10-05 reminder by email
			2026-10-13 sticker-reminder by email
			2026-10-15 decides court refused: there is nothing to decide before the escalation advice
			2026-10-21 14-day-letter by email
			2026-11-06 summons by email
			2026-11-16 final-summons by email
			2026-11-24 escalation-advice by email
			2026-11-25 decides maybe refused: choice "maybe" is not one of [court monitoring close]
			2026-11-25 decision: court
			2026-11-25 task: hand-over-to-court
			2026-11-25 closed: court
			2026-12-02 task: hand-over-late:2026-12-02`},
		{"during monitoring the client chooses the court: staff is reminded of the hand-over, and again when it was put off", "company premium", []string{
			"2026-11-05 12:00 decides monitoring", "2027-12-01 12:00 decides court", "2027-12-02 12:00 decides monitoring", "2027-12-10 12:00 task-done hand-over-late:2027-12-08"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-05 decision: monitoring
			2026-11-05 monitoring-started
			2027-11-05 monitoring-letter by post
			2027-12-01 decision: court
			2027-12-01 task: hand-over-to-court
			2027-12-01 closed: court
			2027-12-02 decides monitoring refused: the decision is already court
			2027-12-08 task: hand-over-late:2027-12-08
			2027-12-17 task: hand-over-late:2027-12-17`},
		{"monitoring is not for Basis", "company basis", []string{"2026-11-05 12:00 decides monitoring", "2026-11-05 12:01 decides close"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-05 decides monitoring refused: debt monitoring is not part of plan basis (requirement S14)
			2026-11-05 decision: close
			2026-11-05 closed: closed`},
		{"unless the plan becomes Premium", "company basis", []string{"2026-11-05 12:00 agrees premium", "2026-11-05 12:01 decides monitoring", "2026-11-06 12:00 withdraws"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-05 decision: monitoring
			2026-11-05 monitoring-started
			2026-11-06 withdrawn
			2026-11-06 closed: withdrawn`},
		{"the first decision stands; the same one again changes nothing", "company premium", []string{
			"2026-11-05 12:00 decides monitoring", "2026-11-06 12:00 decides close", "2026-11-06 12:10 decides monitoring", "2026-11-07 12:00 withdraws"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-27 final-summons by email
			2026-11-03 escalation-advice by email
			2026-11-05 decision: monitoring
			2026-11-05 monitoring-started
			2026-11-06 decides close refused: the decision is already monitoring; right would be the end of debt monitoring, once that has begun (claim stop-monitoring)
			2026-11-07 withdrawn
			2026-11-07 closed: withdrawn`},
		{"the debtor is bankrupt", "company basis", []string{"2026-10-14 12:00 flag bankrupt", "2026-12-01 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-14 bankrupt
			2026-10-14 task: stopped:bankrupt
			2026-12-01 close-requested
			2026-12-01 closed: closed`},
		{"stopped, then no longer: the ten days between do not count", "company basis", []string{
			"2026-10-14 12:00 flag debt-counselling", "2026-10-15 12:00 task-done stopped:debt-counselling", "2026-10-24 12:00 clear debt-counselling", "2026-11-02 12:00 withdraws"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-14 debt-counselling
			2026-10-14 task: stopped:debt-counselling
			2026-10-24 debt-counselling-cleared
			2026-10-28 summons by email
			2026-11-02 withdrawn
			2026-11-02 closed: withdrawn`},
		{"bankrupt since the day before the summons was written: what it asked too much is not owed", "company basis", []string{
			"2026-10-20 12:00 flag bankrupt since 2026-10-18", "2026-10-21 12:00 pays open"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-19 summons by email
			2026-10-20 bankrupt
			2026-10-20 task: stopped:bankrupt
			2026-10-20 task: correct-letter:summons
			2026-10-21 paid-to-client 1162.25
			2026-10-21 closed: paid`},
		{"a remark changes nothing", "company basis", []string{"2026-10-08 12:00 remark called", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-08 remark
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"closed behind the workflow's back: woken, it reads that and ends", "company basis", []string{
			"2026-10-08 12:00 database: UPDATE claim SET status = 'closed', version = version + 1 WHERE id = $1", "2026-10-09 12:00 remark wake-up"}, `
			2026-10-05 reminder by email
			2026-10-09 remark`},
		{"somebody cancels the workflow in the Temporal UI: nothing happens", "company basis", []string{"2026-10-08 12:00 cancel", "2026-10-14 12:00 operator-closes"}, `
			2026-10-05 reminder by email
			2026-10-12 sticker-reminder by email
			2026-10-14 close-requested
			2026-10-14 closed: closed`},
		{"nor is what the client or an operator asks afterwards cancelled", "company basis", []string{"2026-10-08 12:00 cancel", "2026-10-09 12:00 withdraws"}, `
			2026-10-05 reminder by email
			2026-10-09 withdrawn
			2026-10-09 closed: withdrawn`},
	})
}
