package main

import (
	"fmt"
	"strings"

	"github.com/incassocenter/dunning/internal/claim"
)

// agreement tells what client and agency ask each other, and what the client is billed.
func (v view) agreement() string {
	var b strings.Builder
	for _, r := range v.Facts.Requests {
		fmt.Fprintf(&b, "request %s of %s (%s): %s; %s\n", r.Key, r.On, r.Kind, v.asked[r.Key], v.answered(r))
	}
	for _, bill := range v.Billed {
		fmt.Fprintf(&b, "the client is billed %s + %s VAT = %s for %s on %s, key %s: %s\n", bill.Net, bill.VAT, bill.Total, bill.Kind, bill.On, bill.Key, bill.Basis)
		if !bill.Owed() {
			fmt.Fprintf(&b, "  taken back on %s: %s\n", bill.TakenBack, bill.Why)
		}
	}
	return b.String()
}

// answered tells how far a request is.
func (v view) answered(r claim.Request) string {
	if !r.Answered.IsZero() {
		return fmt.Sprintf("answered on %s: %s", r.Answered, r.Answer)
	}
	if !r.Kind.OfClient() {
		return "to be answered by " + r.AnswerBy(r.On).String()
	}
	for _, l := range v.Facts.Letters {
		if l.Step == r.Step() && l.Left() {
			return "the client has until " + r.AnswerBy(l.On).String()
		}
	}
	return "not put to the client yet"
}
