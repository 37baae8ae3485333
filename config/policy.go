package config

import "github.com/incassocenter/dunning/internal/claim"

// Leniency is what the policy allows of promises and arrangements.
func (p Policy) Leniency() claim.Leniency {
	return claim.Leniency{
		PromiseDays: p.PromiseDays, PromiseGrace: p.PromiseGraceDays,
		ArrangementMonths: p.ArrangementMonths, ArrangementGrace: p.ArrangementGraceDays, ReminderDays: p.ArrangementReminderDays,
	}
}

// AnswerTerms are the days that the policy gives to answer.
func (p Policy) AnswerTerms() claim.AnswerTerms {
	return claim.AnswerTerms{Client: p.RequestDays, Remind: p.RequestRemindDays, Agency: p.CallBackDays, Complaint: p.ComplaintAnswerDays}
}
