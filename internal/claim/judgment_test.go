package claim_test

import "testing"

// What a judgment adds to an account and a dismissal takes off it, and what they do not; the explanation is the same to the cent.
func TestTheAccountOfAJudgment(t *testing.T) {
	t.Parallel()
	const judged = "; court served on 2026-05-01; court judgment on 2026-06-01 awards 900.00 8.00 100.00 475.57"
	const less = judged + " leaves 50.00" // of the collection costs that were open
	const company = "company; 1000.00 due 2026-01-31"
	const met = company + "; asked 1150.00 from 2026-02-10 to 2026-02-20; paid-client 1150.00 on 2026-02-18" // the client told it late
	const consumer, back = "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10", "consumer; 1000.00 due 2026-02-28; letter received 2026-03-10 failed"
	const settled = "; court served on 2026-05-01; court settled on 2026-06-01 awards 0.00 0.00 150.00 0.00" // what stood then
	const kept = company + "; arranged 2 x 580.28 on 2026-03-10 from 2026-04-01; paid 580.28 on 2026-04-01"
	for _, c := range []struct{ name, story, on, want, divided string }{
		{"nothing before its day", company + judged, "2026-05-31", "costs 150.00 interest 33.37 principal 1000.00", ""},
		{"from its day the court costs that it awards; the claim itself stays what it was", company + judged, "2026-06-01", "costs 625.57 interest 33.65 principal 1000.00", ""},
		{"costs first, those of the court too, over which no interest runs", company + judged + "; paid 640.00 on 2026-06-01", "2026-06-02", "costs 0.00 interest 19.50 principal 1000.00", "625.57+14.43+0.00+0.00"},
		{"what came before it is divided as it was", company + judged + "; paid 640.00 on 2026-05-31", "2026-06-01", "costs 475.57 interest 0.15 principal 543.37", "150.00+33.37+456.63+0.00"},
		{"a consumer without a letter owes what it awards, and no other costs", "consumer; 1000.00 due 2026-01-31" + judged, "2026-06-01", "costs 575.57 interest 13.26 principal 1000.00", ""},
		{"set aside it never was", company + judged + "; paid 640.00 on 2026-06-01; court lost on 2026-07-01", "2026-06-30", "costs 0.00 interest 4.38 principal 543.65", "150.00+33.65+456.35+0.00"},
		{"and from that day the rest is not owed, and nothing runs", company + judged + "; paid 640.00 on 2026-06-01; court lost on 2026-07-01", "2027-06-01", "costs 0.00 interest 0.00 principal 0.00", "150.00+33.65+456.35+0.00"},
		{"dismissed nothing is owed at the end of the day", company + "; court served on 2026-05-01; court lost on 2026-06-01", "2026-06-01", "costs 0.00 interest 0.00 principal 0.00", ""},
		{"and until then it is what it was", company + "; court served on 2026-05-01; court lost on 2026-06-01", "2026-05-31", "costs 150.00 interest 33.37 principal 1000.00", ""},
		{"what was paid on its day stays paid, what is paid after it goes back", company + "; court served on 2026-05-01; court lost on 2026-06-01; paid 200.00 on 2026-06-01; paid 100.00 on 2026-06-02", "2026-06-03", "costs 0.00 interest 0.00 principal 0.00 surplus 100.00", "150.00+33.65+16.35+0.00 | 0.00+0.00+0.00+100.00"},
		{"what was agreed is not owed either", kept + "; court served on 2026-05-01; court lost on 2026-05-02", "2026-05-02", "costs 0.00 interest 0.00 principal 0.00", "150.00+16.68+413.60+0.00"},
		{"settled after it the figures stay", company + judged + "; court settled on 2026-06-01", "2026-06-01", "costs 625.57 interest 33.65 principal 1000.00", ""},
		{"they are owed though a demand proves to be met in time: a judgment binds until it is set aside", met + judged, "2026-06-01", "costs 475.57 interest 0.00 principal 0.00", "150.00+0.00+1000.00+0.00"},
		{"and not before its day", met + judged, "2026-05-31", "costs 0.00 interest 0.00 principal 0.00", "150.00+0.00+1000.00+0.00"},
		{"what is paid then pays them", met + judged + "; paid 500.00 on 2026-06-10", "2026-06-10", "costs 0.00 interest 0.00 principal 0.00 surplus 24.43", "150.00+0.00+1000.00+0.00 | 475.57+0.00+0.00+24.43"},
		{"set aside nothing is owed", met + judged + "; court lost on 2026-07-01", "2026-07-01", "costs 0.00 interest 0.00 principal 0.00", "150.00+0.00+1000.00+0.00"},
		{"an arrangement that proves to be in force: no instalment pays them", kept + judged + "; paid 100.00 on 2026-06-05", "2026-06-05", "costs 475.57 interest 0.00 principal 497.00", "150.00+16.68+413.60+0.00 | 0.00+10.60+89.40+0.00"},
		{"kept, they are not let go with what else came due", kept + judged + "; information 20.00 on 2026-05-03; paid 580.28 on 2026-06-05", "2026-06-05", "costs 475.57 interest 0.00 principal 0.00", "150.00+10.56+419.72+0.00 | 0.00+0.00+580.28+0.00"},
		{"of a letter that came back it keeps what it awards of collection costs", back + judged, "2026-06-01", "costs 575.57 interest 10.19 principal 1000.00", ""},
		{"and not before its day", back + judged, "2026-05-31", "costs 0.00 interest 10.08 principal 1000.00", ""},
		{"what they were above it is as it was", consumer + judged, "2026-06-01", "costs 625.57 interest 10.19 principal 1000.00", ""},
		{"of 0.00 it keeps nothing", back + "; court judgment on 2026-06-01 awards 900.00 8.00 0.00 475.57", "2026-06-01", "costs 475.57 interest 10.19 principal 1000.00", ""},
		{"paid, they stay paid", back + judged + "; paid 585.76 on 2026-06-01", "2026-06-01", "costs 0.00 interest 0.00 principal 1000.00", "575.57+10.19+0.00+0.00"},
		{"that the debtor paid within the term is told too late", consumer + " asks 999999.00; named 150.00 of 1000.00; paid-client 1000.00 on 2026-03-20" + judged, "2026-06-01", "costs 575.57 interest 0.02 principal 2.19", "0.00+2.19+997.81+0.00"},
		{"so is a credit note of the whole", consumer + "; credited 1000.00 on 2026-06-05" + judged, "2026-06-05", "costs 575.57 interest 0.00 principal 0.00", "0.00+0.00+1000.00+0.00"},
		{"a demand without costs that was met lets go no more than it leaves", "consumer; 1000.00 due 2026-02-28; asked 1000.00 from 2026-03-01 to 2026-03-08; paid-client 1000.00 on 2026-03-05" + judged, "2026-06-01", "costs 575.57 interest 0.00 principal 0.00", "0.00+0.00+1000.00+0.00"},
		{"what is paid since pays it", "consumer; 1000.00 due 2026-02-28; asked 1000.00 from 2026-03-01 to 2026-03-08; paid-client 1000.00 on 2026-03-05" + judged + "; paid 600.00 on 2026-06-05", "2026-06-05", "costs 0.00 interest 0.00 principal 0.00 surplus 24.43", "0.00+0.00+1000.00+0.00 | 575.57+0.00+0.00+24.43"},
		{"of information costs and collection costs together it keeps what it awards", company + "; information 20.00 on 2026-02-20; court judgment on 2026-06-01 awards 900.00 8.00 170.00 0.00", "2026-06-01", "costs 170.00 interest 33.65 principal 1000.00", ""},
		{"set aside, it keeps none", back + judged + "; court lost on 2026-07-01", "2026-06-30", "costs 0.00 interest 13.37 principal 1000.00", ""},
		{"a settlement keeps what stood of them", back + settled, "2026-06-01", "costs 150.00 interest 10.19 principal 1000.00", ""},
		{"not before its day", back + settled, "2026-05-31", "costs 0.00 interest 10.08 principal 1000.00", ""},
		{"of one of before that was kept, nothing", back + "; court settled on 2026-06-01", "2026-06-01", "costs 0.00 interest 10.19 principal 1000.00", ""},
		{"after a judgment it keeps the most of the two", back + judged + "; court settled on 2026-06-20 awards 0.00 0.00 150.00 0.00", "2026-06-20", "costs 625.57 interest 12.27 principal 1000.00", ""},
		{"what was written off because it left that out is not taken of what it awards", back + less + "; let-go 50.00 on 2026-06-03", "2026-06-03", "costs 575.57 interest 10.41 principal 1000.00", "50.00+0.00+0.00+0.00"},
		{"whatever is written off beyond that is let go", back + less + "; let-go 54.00 on 2026-06-03", "2026-06-03", "costs 571.57 interest 10.41 principal 1000.00", "54.00+0.00+0.00+0.00"},
		{"a trifle where it left nothing out too", back + judged + "; let-go 4.00 on 2026-06-03", "2026-06-03", "costs 571.57 interest 10.41 principal 1000.00", "4.00+0.00+0.00+0.00"},
		{"what was written off on its day is of that, what was before it is not", back + less + "; let-go 20.00 on 2026-05-31; let-go 40.00 on 2026-06-01", "2026-06-01", "costs 575.57 interest 0.11 principal 990.08", "0.00+10.08+9.92+0.00 | 40.00+0.00+0.00+0.00"},
		{"while the letter stands it is as it was", consumer + less + "; let-go 50.00 on 2026-06-03", "2026-06-03", "costs 575.57 interest 10.41 principal 1000.00", "50.00+0.00+0.00+0.00"},
		{"nor what was paid after it", back + less + "; let-go 50.00 on 2026-06-03; paid 600.00 on 2026-06-04", "2026-06-04", "costs 0.00 interest 0.00 principal 986.09", "50.00+0.00+0.00+0.00 | 575.57+10.52+13.91+0.00"},
		{"a settlement after it takes nothing of that", back + less + "; court settled on 2026-06-20 awards 0.00 0.00 100.00 0.00; let-go 50.00 on 2026-06-03", "2026-06-20", "costs 575.57 interest 12.27 principal 1000.00", "50.00+0.00+0.00+0.00"},
		{"nor when the first instalment came after it", company + "; arranged 2 x 580.28 on 2026-03-10 from 2026-07-01" + judged + "; paid 1160.56 on 2026-06-05", "2026-06-05", "costs 475.57 interest 0.00 principal 0.00", "150.00+10.56+1000.00+0.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := accountOn(t, tell(c.story), c.on)
			if got := say(a); got != c.want || sayAllocations(a) != c.divided {
				t.Errorf("%s\non %s: %s, divided %s\nwant %s, divided %s", c.story, c.on, got, sayAllocations(a), c.want, c.divided)
			}
			if lines, _, err := tell(c.story).Explain(tables(), day(c.on)); err != nil || total(lines) != a.Open.Total() {
				t.Errorf("the explanation is %s together (%v), %s is owed\n%s", total(lines), err, a.Open.Total(), sayReasons(lines))
			}
		})
	}
}
