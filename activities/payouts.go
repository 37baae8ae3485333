package activities

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/postgres"
	"github.com/incassocenter/dunning/internal/settlement"
)

// PayoutFiles is the part of the store that Payouts needs.
type PayoutFiles interface {
	ProposePayout(ctx context.Context, p postgres.Proposing, by postgres.Actor) (settlement.Payout, []postgres.NotPaid, error)
	Payouts(ctx context.Context, on calendar.Date) ([]postgres.PayoutSummary, error)
}

// Payouts proposes payouts and watches them for their workflows. What is approved and sent is for persons.
type Payouts struct {
	Files    PayoutFiles
	Proposes postgres.Proposing // out of which account, under which plans; the day is that of the workflow
}

// FollowPayout asks where a payout stands. Without an ID it is proposed first, for Day, which stays the same however late that comes. AsOf is the business time, from the
// workflow.
type FollowPayout struct {
	ID   string        `json:"id,omitempty"`
	Day  calendar.Date `json:"day"`
	AsOf time.Time     `json:"as_of"`
}

// PayoutStanding is where a payout stands, and what it waits for. It carries no name and no amount.
type PayoutStanding struct {
	ID   string `json:"id,omitempty"` // empty: nobody is to be paid
	Over bool   `json:"over"`         // nothing is waited for any more
	Late bool   `json:"late"`         // a person must ask the bank
	Says string `json:"says"`
}

// Follow proposes the payout of a day when that was not done, and tells where it stands. Done twice it is proposed once; a crash before the commit leaves nothing.
func (p *Payouts) Follow(ctx context.Context, in FollowPayout) (PayoutStanding, error) {
	s := PayoutStanding{ID: in.ID}
	left := 0
	if s.ID == "" {
		proposing := p.Proposes
		proposing.On = in.Day
		payout, leftOut, err := p.Files.ProposePayout(ctx, proposing, postgres.Actor{Name: "workflow", At: in.AsOf})
		if err != nil {
			return s, translate(err)
		}
		s.ID, left = payout.ID, len(leftOut)
	}
	if s.ID == "" {
		s.Over, s.Says = true, fmt.Sprintf("nobody is to be paid; %d clients are left out: see dunning payout propose", left)
		return s, nil
	}
	list, err := p.Files.Payouts(ctx, calendar.DateOf(in.AsOf))
	if err != nil {
		return s, translate(err)
	}
	for _, summary := range list {
		if summary.ID == s.ID {
			s.stand(summary)
		}
	}
	if s.Late {
		activity.GetLogger(ctx).Warn("the bank neither booked nor refused a payout in time: ask it", "payout", s.ID)
	}
	return s, nil
}

// stand is where a payout stands by the statuses of its lines.
func (s *PayoutStanding) stand(p postgres.PayoutSummary) {
	s.Over, s.Late = true, p.Late
	var words []string
	for _, status := range settlement.PayoutStatuses() {
		if n := p.Statuses[status]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, status))
			s.Over = s.Over && !status.Reserves() && !status.UnderWay()
		}
	}
	s.Says = strings.Join(words, ", ")
	switch {
	case p.Statuses[settlement.PayoutProposed] > 0:
		s.Says += fmt.Sprintf(": approved by %d of %d persons", p.Approved, postgres.Approvals)
	case p.Statuses[settlement.PayoutApproved] > 0:
		s.Says += ": its file is to be made"
	case s.Late:
		s.Says += ": the bank is late, ask it; nothing is sent again"
	case !s.Over:
		s.Says += ": waits for the bank"
	}
}
