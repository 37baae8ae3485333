package letter

import "github.com/incassocenter/dunning/internal/calendar"

// Complaint is what the confirmation of its receipt says of a complaint.
type Complaint struct {
	ReceivedOn calendar.Date
	AnswerDays int    // working days after the letter's date within which the answer comes
	Scheme     string // where the debtor can go who is not satisfied with the answer; "" when there is no such scheme
}

// answerBy is the last day on which the answer comes.
func (l Letter) answerBy() calendar.Date {
	return calendar.AddWorkingDays(l.On, l.Complaint.AnswerDays)
}

// checkComplaint wants a confirmation that promises an answer and asks nothing.
func (l Letter) checkComplaint(c *checks) {
	c.that(!l.Complaint.ReceivedOn.IsZero() && !l.Complaint.ReceivedOn.After(l.On), "the complaint must have been received on or before the letter's date %s, not on %q", l.On, l.Complaint.ReceivedOn)
	c.that(l.Complaint.AnswerDays > 1, "it must promise an answer within 2 working days or more, not %d", l.Complaint.AnswerDays)
	d := l.Demand
	c.that(len(d.Invoices) == 0 && d.Obligation == "" && d.Principal == 0 && d.Total == 0 && d.AnnouncedCosts == 0, "it asks nothing and may have no demand")
}

// confirmation is what art. 6.1 Besluit kwaliteit incassodienstverlening asks of the confirmation of a complaint's receipt, and what every letter of
// the agency tells. It asks no payment: what depends on the claim is no condition.
func (r *reading) confirmation() {
	l, p := r.letter, phrases[r.letter.Language]
	r.addressee()
	r.says("creditor's name", artInformation, p.complaintFile.with(l))
	r.agency()
	r.says("who writes", artInformation, p.greeting+" "+l.Agency.Name)
	r.says("receipt of the complaint, and its day", artComplaint, p.complained.with(l))
	r.says("what is done with the complaint", artComplaint, p.complaintLooked)
	r.says("within which term the answer comes", artComplaint, p.complaintAnswer.with(l))
	r.says("how to reach the agency", artInformation, p.complaintReach.with(l))
	if l.Complaint.Scheme != "" {
		r.says("the disputes scheme", artScheme, p.complaintScheme.with(l))
	}
}
